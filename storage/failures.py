"""What can go wrong with the database itself, and which of it passes by waiting."""

from __future__ import annotations

import sqlite3
from enum import Enum

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout


class StorageUnavailable(Exception):
    """The database was locked or away for too long. Whether the work was committed is unknown only if it broke off
    during COMMIT and stayed away; the same work may be given again."""  # noqa: D209


class NotMigrated(Exception):
    """The database's tables are not those this program knows."""


class Superseded(Exception):
    """The database was brought to another version while this process ran."""


class InUse(Exception):
    """Somebody else is at work on a database that is to be moved or replaced; the message says what to stop."""


class CannotMove(Exception):
    """A database or its backup cannot be moved, kept or restored; the message says why and what to do."""


class BadUrl(ValueError):
    """A database or evidence address this program cannot use."""


class BadKey(ValueError):
    """A key for evidence is not 32 bytes in base64."""

    def __init__(self) -> None:
        super().__init__("a key for evidence is 32 bytes in base64, as `openssl rand -base64 32` prints them")


class BlobsAway(OSError):
    """The evidence store does not answer, or refuses: the same may be asked again later, and nothing was lost."""


class StillOpen(Exception):
    """PostgreSQL cannot tell yet whether a transaction was committed whose connection broke off during COMMIT."""


class Poisoned(Exception):
    """One unit of a group raised (it is the cause), so nothing of the group may be committed."""


class Passing(Enum):
    """How a failure of the database passes."""

    NEVER = "never"
    """It is the work's own fault."""
    ALONE = "alone"
    """Two transactions stood in each other's way: run the units one by one."""
    LATER = "later"
    """The database is locked, full or away: wait and run everything again."""


_SQLITE_LATER = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
_POSTGRES_ALONE = frozenset({"40001", "40P01", "55P03"})  # serialization, deadlock, lock timeout
_POSTGRES_LATER = ("08", "25P03", "53", "57P", "58")  # connection, we were stopped, resources, operator, system error


def how_it_passes(error: BaseException) -> Passing:
    """Tell a failure of the database from one of the work."""
    if isinstance(error, Poisoned) and error.__cause__ is not None:
        return how_it_passes(error.__cause__)
    if isinstance(error, PoolTimeout | StillOpen):
        return Passing.LATER
    if not isinstance(error, DBAPIError):
        return Passing.NEVER
    if error.connection_invalidated:
        return Passing.LATER
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        return Passing.LATER if code in _SQLITE_LATER else Passing.NEVER
    import psycopg  # loaded where PostgreSQL is spoken to, and nowhere else

    if isinstance(cause, psycopg.Error):
        return _of_postgres(cause.sqlstate, operational=isinstance(error, OperationalError))
    return Passing.NEVER


def _of_postgres(state: str | None, *, operational: bool) -> Passing:
    if state is None:
        return Passing.LATER if operational else Passing.NEVER
    if state in _POSTGRES_ALONE:
        return Passing.ALONE
    return Passing.LATER if state.startswith(_POSTGRES_LATER) else Passing.NEVER
