"""Bringing a database's tables up to date, and refusing one that is not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, column, create_engine, event, inspect, select, table, text
from sqlalchemy.exc import DBAPIError

from storage import engines
from storage.failures import NotMigrated, Passing, StorageUnavailable, how_it_passes

if TYPE_CHECKING:
    from alembic.config import Config

_SCRIPTS = Path(__file__).parent / "migrations"
UNFINISHED = "unfinished_copy"
"""A table that is there only while something is moved or restored into the database; no process starts meanwhile."""
_LOCK = 7_305_816_201_447
"""PostgreSQL's advisory lock that lets one process migrate at a time (any constant number)."""


def migrate(url: str, *, to: str = "head") -> None:
    """Bring the tables to the newest revision, or down or up to ``to``.

    Blocks. A missing SQLite file is made, readable for its owner only. Each call is one transaction; on a failure
    nothing is changed. Raises ``BadUrl``, and ``StorageUnavailable`` where the database is locked or away.
    """
    address = engines.parse_url(url)
    if engines.dialect_of(address) == "sqlite":
        file = Path(str(address.database))
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        engine = create_engine(address, connect_args={"isolation_level": None})
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    else:
        engine = create_engine(address)
    try:
        with engine.begin() as connection:
            _migrate(connection, to=to)
    except DBAPIError as error:
        if how_it_passes(error) is Passing.LATER:
            raise StorageUnavailable(str(error.orig)) from error
        raise
    finally:
        engine.dispose()


def revision(connection: Connection) -> str | None:
    """The revision the database has; ``None`` for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(select(column("version_num")).select_from(table("alembic_version"))).scalar()
    return found


def newest() -> str:
    """The revision this program needs."""
    return _known()[0]


def _known() -> list[str]:
    """Every revision there is, the newest first: their files are numbered. (Alembic itself takes long to load.)"""
    names = sorted((file.name for file in (_SCRIPTS / "versions").glob("[0-9]*.py")), reverse=True)
    if not names:
        raise NotMigrated(f"no migrations in {_SCRIPTS}")
    return [name.partition("_")[0] for name in names]


def require_migrated(engine: Engine) -> None:
    """Return if the database has the newest revision. Raises ``NotMigrated`` saying what to do."""
    if engine.dialect.name == "sqlite" and not Path(str(engine.url.database)).exists():
        raise NotMigrated(f"there is no database at {engine.url.database}; make one with: python -m bot migrate")
    with engine.connect() as connection:
        found = revision(connection)
        if inspect(connection).has_table(UNFINISHED):
            raise NotMigrated("what was moved or restored into this database is not complete; run that command again")
    needed = newest()
    if found is None:
        raise NotMigrated("the database is empty; prepare it with: python -m bot migrate")
    if found == needed:
        return
    if found not in _known():
        raise NotMigrated(f"the database (revision {found}) was made by a newer program than this one ({needed})")
    raise NotMigrated(f"the database has revision {found}, needed is {needed}; run: python -m bot migrate")


def _migrate(connection: Connection, *, to: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    known, found = _known(), revision(connection)
    if to == "base" or (to in known and found in known and known.index(to) > known.index(found)):
        command.downgrade(config, to)
    else:
        command.upgrade(config, to)


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
