"""Being the only one at work on a database: what moves or replaces it first makes sure that nobody else is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, inspect, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from storage import engines, schema
from storage.failures import InUse, Passing, StorageUnavailable, how_it_passes
from storage.migrate import UNFINISHED, revision

_OURS = "mystery-client"
_WAIT_SECONDS = 1.0


@contextmanager
def reading_alone(url: URL) -> Iterator[Connection]:
    """One moment of a database that nobody can change meanwhile; nothing is changed in it.

    Raises ``InUse`` where the program runs on it, ``StorageUnavailable`` where it is away.
    """
    engine = _engine(url)
    try:
        with engine.connect() as connection, connection.begin() as transaction:
            _refuse_company(connection)
            if connection.dialect.name == "postgresql":
                here = set(inspect(connection).get_table_names())
                tables = ", ".join(name for name in schema.metadata.tables if name in here)
                if tables:
                    connection.execute(text(f"LOCK TABLE {tables} IN SHARE MODE"))  # nobody writes meanwhile
            yield connection
            transaction.rollback()
    except DBAPIError as error:
        raise _told(error, url) from error
    finally:
        engine.dispose()


def require_alone(url: URL) -> None:
    """Return if nobody is at work on a database, or if there is none yet. Raises as ``reading_alone`` does."""
    if engines.dialect_of(url) == "sqlite" and not Path(str(url.database)).exists():
        return
    with reading_alone(url):
        pass


def occupied(connection: Connection) -> str | None:
    """A table of ours with rows in it; None for a database that is empty, or only prepared."""
    here = set(inspect(connection).get_table_names())
    for table in schema.metadata.sorted_tables:
        if table.name in here and _has_rows(connection, table):
            return table.name
    return None


def is_unfinished(connection: Connection) -> bool:
    """Whether something was begun to be moved or restored into it, and not brought to its end."""
    return inspect(connection).has_table(UNFINISHED)


def is_prepared(connection: Connection) -> bool:
    """Whether it has our tables."""
    return revision(connection) is not None


def _has_rows(connection: Connection, table: Table) -> bool:
    return connection.execute(select(text("1")).select_from(table).limit(1)).first() is not None


def _engine(url: URL) -> Engine:
    if engines.dialect_of(url) == "postgresql":
        settings = {"connect_timeout": engines.CONNECT_SECONDS, "application_name": f"{_OURS} alone"}
        return create_engine(url, hide_parameters=True, isolation_level="REPEATABLE READ", connect_args=settings)
    engine = create_engine(url, hide_parameters=True, connect_args={"isolation_level": None, "timeout": _WAIT_SECONDS})
    event.listen(engine, "connect", _open_exclusively)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _open_exclusively(connection: sqlite3.Connection, _record: object) -> None:
    # in WAL mode every open connection holds a lock, also while it does nothing: this one is refused beside any
    connection.execute("PRAGMA locking_mode = EXCLUSIVE").close()


def _refuse_company(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    others = connection.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = :ours"
        ),
        {"ours": _OURS},
    ).scalar_one()
    if others:
        raise InUse(
            f"{others} connections of running processes are open to the database {connection.engine.url.database}: "
            "stop `run`, `serve` and `work` on every machine first"
        )


def _told(error: DBAPIError, url: URL) -> Exception:
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    if isinstance(error, OperationalError) and code == sqlite3.SQLITE_BUSY:
        return InUse(f"another process has {url.database} open: stop `run`, `serve` and `work` first")
    if how_it_passes(error) is Passing.LATER:
        return StorageUnavailable(str(error.orig))
    return error
