"""SQLAlchemy engines for one database: one that writes, one that reads, with the settings durability needs."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any, Literal, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from storage.failures import BadUrl
from storage.sharing import teach

Dialect = Literal["sqlite", "postgresql"]

BUSY_MILLISECONDS = 5_000
"""How long SQLite waits for another process's transaction before it gives up for this try."""
LOCK_MILLISECONDS = 1_000
"""How long PostgreSQL waits for a row before the units are run one by one."""
CONNECT_SECONDS = 5
IDLE_MILLISECONDS = 5_000
"""How long PostgreSQL keeps an open transaction of a process that does nothing: it was stopped, or cut off."""
SILENCE_MILLISECONDS = 5_000
"""How long either side of a connection to PostgreSQL waits for a sign of the other before it gives it up."""
READERS = 4

_DRIVERS: Mapping[str, str] = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def parse_url(text: str) -> URL:
    """The address with its driver. Raises ``BadUrl`` saying what is allowed."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # neither is told on: they quote the address, and a password may be in it
        raise BadUrl("a database address looks like sqlite:///data/name.db or postgresql://user@host/name") from None
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise BadUrl(f"{url.drivername}: only sqlite:///… and postgresql://… are supported")
    if driver == "sqlite" and (not url.database or url.database == ":memory:" or "mode" in url.query):
        raise BadUrl("SQLite needs a file (sqlite:///data/name.db): a database in memory does not survive a restart")
    return url.set(drivername=driver)


def dialect_of(url: URL) -> Dialect:
    """Which of the two databases it is."""
    return cast("Dialect", url.get_backend_name())


def writing(url: URL) -> Engine:
    """An engine with the single connection that writes. Every SQLite transaction is IMMEDIATE and synced to disk."""
    if dialect_of(url) == "postgresql":
        return create_engine(
            url,
            hide_parameters=True,
            pool_size=1,
            max_overflow=0,
            connect_args=_postgres_settings(
                lock_timeout=LOCK_MILLISECONDS, idle_in_transaction_session_timeout=IDLE_MILLISECONDS
            ),
        )
    engine = create_engine(url, hide_parameters=True, pool_size=1, max_overflow=0, connect_args=_sqlite_settings())
    event.listen(engine, "connect", _open_to_write)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def reading(url: URL) -> Engine:
    """An engine of a few connections that cannot write; each transaction sees one moment of the database."""
    if dialect_of(url) == "postgresql":
        engine = create_engine(
            url,
            hide_parameters=True,  # a failing statement is logged and kept; what people wrote is not
            pool_size=READERS,
            max_overflow=0,
            pool_pre_ping=True,
            isolation_level="REPEATABLE READ",
            connect_args=_postgres_settings(default_transaction_read_only="on"),
        )
    else:
        engine = create_engine(
            url, hide_parameters=True, pool_size=READERS, max_overflow=0, connect_args=_sqlite_settings()
        )
        event.listen(engine, "connect", _open_to_read)
        event.listen(engine, "begin", _begin_deferred)
    return engine


def postgres_address(url: URL) -> str:
    """The address as libpq reads it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _postgres_settings(**settings: str | int) -> dict[str, Any]:
    options = " ".join(f"-c {name}={value}" for name, value in {"synchronous_commit": "on", **settings}.items())
    return {**watchful(options), "application_name": "mystery-client"}


def watchful(options: str = "") -> dict[str, Any]:
    """Settings of a connection to PostgreSQL with which both sides soon see that the other is gone."""
    silence = SILENCE_MILLISECONDS
    idle, between, tries = silence // 2000, 1, silence // 2000
    server = (
        f"-c tcp_keepalives_idle={idle} -c tcp_keepalives_interval={between} -c tcp_keepalives_count={tries}"
        f" -c tcp_user_timeout={silence}"
    )
    return {
        "connect_timeout": CONNECT_SECONDS,
        "options": f"{server} {options}".strip(),
        "keepalives_idle": idle,
        "keepalives_interval": between,
        "keepalives_count": tries,
        "tcp_user_timeout": silence,
    }


def _sqlite_settings() -> dict[str, Any]:
    return {"check_same_thread": False, "isolation_level": None, "timeout": BUSY_MILLISECONDS / 1000}


def _open_to_write(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "recursive_triggers = ON"):
        connection.execute(f"PRAGMA {pragma}").close()
    teach(connection)


def _open_to_read(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA query_only = ON").close()


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
