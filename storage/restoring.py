"""A database restored from a backup: checked by hashes, brought up to date, settled before anybody starts on it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL, Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from storage import engines, postgres_tools
from storage.alone import is_unfinished, occupied, require_alone
from storage.backing_up import Backup, check_files, look_into, server_of
from storage.blob_folder import make_folder, sync_folder
from storage.copying import contents_as_they_lie, mark_finished, mark_unfinished
from storage.failures import CannotMove, Passing, StorageUnavailable, how_it_passes
from storage.migrate import migrate
from storage.unit import Unit, carry_out

T = TypeVar("T")

RESTORER = "mystery-client-restore"
"""What PostgreSQL knows our ``pg_restore`` as; without a space, which libpq reads otherwise than SQLAlchemy writes."""
_END_MILLISECONDS = 10_000
"""How long one that was left behind has to end."""


def require_target(backup: Backup, url: str, *, replace: bool, tools: Path | None = None) -> None:
    """Return if the backup may be restored there. Raises ``CannotMove``, ``InUse``, ``StorageUnavailable``, ``BadUrl``.

    ``replace``: what is there may go.
    """
    address = engines.parse_url(url)
    if engines.dialect_of(address) != backup.kind:
        raise CannotMove(
            f"this is a backup of {backup.kind}, DATABASE_URL names another kind: restore it into its own, "
            "then use: python -m bot move-database"
        )
    check_files(backup)
    require_alone(address)
    engine = engines.writing(address)
    try:
        if backup.kind == "sqlite" and not Path(str(address.database)).exists():
            return
        with engine.connect() as connection:
            if backup.kind == "postgresql":
                postgres_tools.tool("pg_restore", major=server_of(connection), folder=tools)
            table = None if is_unfinished(connection) else occupied(connection)
        if table is not None and not replace:
            raise CannotMove(f"the database is not empty (its table {table} has rows); --replace puts it aside")
    except DBAPIError as error:
        raise _told(error) from error
    finally:
        engine.dispose()


def restore_database(
    backup: Backup, url: str, *, settle: Callable[[Unit], T], now: datetime, tools: Path | None = None
) -> T:
    """Put the backup's database in place of what is there; ``settle`` has the last word, before anybody may start.

    An SQLite file that was there is kept beside it, under a name with the moment. Killed at any moment, it leaves
    either what was there, or something no process starts on until this is called again. Blocks.
    Raises as ``require_target`` does.
    """
    address = engines.parse_url(url)
    try:
        if backup.kind == "sqlite":
            return _restore_sqlite(backup, Path(str(address.database)), settle, now)
        return _restore_postgres(backup, address, settle, tools)
    except DBAPIError as error:
        raise _told(error) from error


def _restore_sqlite(backup: Backup, place: Path, settle: Callable[[Unit], T], now: datetime) -> T:
    make_folder(place.parent)
    fresh = place.with_name(place.name + ".restoring")
    for left in _with_its_logs(fresh):
        left.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    shutil.copyfile(backup.database, fresh)
    _, held = look_into(fresh)
    _require_same(backup, held)
    address = f"sqlite:///{fresh}"
    migrate(address)
    result = _settled(engines.parse_url(address), settle)
    with closing(sqlite3.connect(fresh)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").close()  # nothing of it lies in a log beside it
    handle = os.open(fresh, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    if place.exists():
        aside = f"{place.name}.before-restore-{now:%Y%m%dT%H%M%SZ}"
        for file in _with_its_logs(place):
            if file.exists():
                file.rename(place.with_name(aside + file.name.removeprefix(place.name)))
    fresh.rename(place)
    sync_folder(place.parent)
    return result


def _restore_postgres(backup: Backup, url: URL, settle: Callable[[Unit], T], tools: Path | None) -> T:
    engine = engines.writing(url)
    try:
        with engine.begin() as connection:
            restore = postgres_tools.tool("pg_restore", major=server_of(connection), folder=tools)
            _end_left_behind(connection)
            _empty(connection)
            mark_unfinished(connection, "restore")
        engine.dispose()
        named = url.update_query_dict({"application_name": RESTORER})
        with tempfile.TemporaryDirectory() as folder, postgres_tools.address_without_password(named) as address:
            entries = Path(folder) / "entries"
            entries.write_text(_entries(postgres_tools.run(restore, ("--list", backup.database))), encoding="utf-8")
            options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
            postgres_tools.run(restore, (*options, f"--use-list={entries}", f"--dbname={address}", backup.database))
        with engine.connect() as connection:
            _require_same(backup, contents_as_they_lie(connection))
        engine.dispose()
        migrate(url.render_as_string(hide_password=False))
        return _settled(url, settle)
    finally:
        engine.dispose()


def _settled(url: URL, settle: Callable[[Unit], T]) -> T:
    engine = engines.writing(url)
    try:
        with engine.begin() as connection:
            unit = Unit(connection)
            result = carry_out(settle, unit)
            unit.flush()
            mark_finished(connection)
        return result
    finally:
        engine.dispose()


def _end_left_behind(connection: Connection) -> None:
    """A restore that was killed leaves its ``pg_restore`` at work: what it has not committed goes with it."""
    left = connection.execute(
        text(
            "SELECT pg_terminate_backend(pid, :wait) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = :restorer"
        ),
        {"restorer": RESTORER, "wait": _END_MILLISECONDS},
    ).scalars()
    if not all(left):
        raise CannotMove("an earlier restore still writes into this database: wait until it has ended, then try again")


def _empty(connection: Connection) -> None:
    """Drop every table of the schema, and the functions of ours that their triggers call."""
    for table in inspect(connection).get_table_names():
        connection.execute(text(f'DROP TABLE "{table}" CASCADE'))
    functions = connection.execute(
        text(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace "
            "AND prorettype = 'trigger'::regtype"
        )
    ).scalars()
    for function in list(functions):
        connection.execute(text(f"DROP FUNCTION {function} CASCADE"))


def _entries(listed: str) -> str:
    """What is restored: not the schema itself, which is there and may be somebody else's."""
    return "".join(f"{line}\n" for line in listed.splitlines() if " SCHEMA - " not in line)


def _require_same(backup: Backup, held: object) -> None:
    """Rows and hashes of every table, against those taken when the backup was made."""
    if held != backup.tables:
        raise CannotMove("what was restored is not what was kept: the hashes of its tables differ")


def _with_its_logs(place: Path) -> tuple[Path, ...]:
    return tuple(place.with_name(place.name + end) for end in ("", "-wal", "-shm", "-journal"))


def _told(error: DBAPIError) -> Exception:
    return StorageUnavailable(str(error.orig)) if how_it_passes(error) is Passing.LATER else error
