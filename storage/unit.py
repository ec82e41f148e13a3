"""One unit of work: what a function given to the database sees of it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, CursorResult, Executable

T = TypeVar("T")


class BrokenTransaction(Exception):
    """A unit of work swallowed a database error, or ended the transaction that others share with it."""


class Unit:
    """The open transaction. Other units may share it, so a unit never commits or rolls back; it raises to undo itself.

    The same function may be run again after a rollback: it changes nothing but the database.
    """

    __slots__ = ("connection", "jobs_noted")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.jobs_noted = False

    @property
    def is_postgres(self) -> bool:
        """Whether row and advisory locks are needed: SQLite has one writer at a time anyway."""
        return self.connection.dialect.name == "postgresql"

    def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run a statement of SQLAlchemy Core."""
        return self.connection.execute(statement, parameters)

    def note_jobs(self) -> None:
        """Wake the workers of every process once this is committed."""
        self.jobs_noted = True


def carry_out(work: Callable[[Unit], T], unit: Unit) -> T:
    """Run one unit's function and check that it left the shared transaction whole. Raises what the function raises."""
    result = work(unit)
    if asyncio.iscoroutine(result):
        result.close()
        raise TypeError(f"{work!r} is asynchronous; a unit of work is an ordinary function and waits for nothing")
    if not _is_whole(unit.connection):
        raise BrokenTransaction(f"{work!r} swallowed a database error or ended the transaction")
    return result


def _is_whole(connection: Connection) -> bool:
    if not connection.in_transaction():
        return False
    match connection.connection.driver_connection:
        case psycopg.Connection() as postgres:
            return postgres.info.transaction_status in {TransactionStatus.IDLE, TransactionStatus.INTRANS}
        case sqlite3.Connection() as sqlite:
            return sqlite.in_transaction
    return True
