"""One unit of work: what a function given to the database sees of it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Connection, CursorResult, Executable, Select, Table, TextClause
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.dml import UpdateBase

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Row = tuple[Any, ...]
"""One row's values as the driver takes them, in the order of its write's columns."""

MOST_KNOWN = 10_000
"""Rows that are kept for the next transaction at most; where there are more, it begins with none."""

_KEEP_APART = "SELECT count(pg_advisory_xact_lock(hashtextextended(key, 0))) FROM unnest(%s::text[]) AS key"
"""PostgreSQL's locks on keys, taken in the order given; SQLite has one writer."""


class BrokenTransaction(Exception):
    """A unit of work swallowed a database error, or ended the transaction that others share with it."""


class Unread(Enum):
    """Says that something was not read in this transaction; None would say that it is not there."""

    UNREAD = "unread"


UNREAD = Unread.UNREAD


class Known(Generic[K, V]):
    """Rows that were read once in a transaction, by a key, as the values they become. ``tables``: all they stand in.

    ``lasts``: what the next transaction may begin with, where nobody else has written meanwhile.
    """

    __slots__ = ("lasts", "names")

    def __init__(self, *tables: Table, lasts: bool = True) -> None:
        self.names = frozenset(table.name for table in tables)
        self.lasts = lasts


Memory = dict[Known[Any, Any], dict[Any, Any]]
"""What was read, of each kind by its key."""


@dataclass(frozen=True, slots=True)
class Hand:
    """A worker of this process that takes jobs as they are put: by which name, for how long, how many, which."""

    name: str
    lease: timedelta
    room: Callable[[], int]
    """How many more it can take now; asked in the writer's thread."""
    takes: Callable[[str, str], bool]
    """Whether it takes a job of a kind and a ``lock_key``; likewise."""


class Write(Protocol):
    """One kind of row to be written, as ``storage.together`` describes it."""

    def row(self, values: Mapping[str, Any], dialect: Dialect, /) -> Row:
        """The values of a row, ready for the driver."""

    def identity(self, row: Row, /) -> object | None:
        """What two rows share that are one; None where every row is a row of its own."""

    def merged(self, earlier: Row, later: Row, /) -> Row:
        """One row in place of two of the same identity."""

    def carry_out(self, unit: Unit, rows: Sequence[Row], /) -> None:
        """Write the rows in their order."""


class Unit:
    """The open transaction. Other units may share it, so a unit never commits or rolls back; it raises to undo itself.

    The same function may be run again after a rollback: it changes nothing but the database.
    Rows given to ``later`` are written together at the end, or before the next statement, whatever it is; so every
    statement sees them.
    """

    __slots__ = (
        *("_apart", "_known", "_later", "_lost"),
        *("connection", "hand", "handed", "jobs_noted", "made", "shown_noted"),
    )

    def __init__(self, connection: Connection, hand: Hand | None = None, known: Memory | None = None) -> None:
        self.connection = connection
        self.hand = hand
        self.handed: list[Any] = []
        """Jobs that ``hand`` holds from the commit on."""
        self.made: dict[str, tuple[Mapping[str, Any], object]] = {}
        """What the jobs put here were made of, by their payload as it is written."""
        self.jobs_noted = False
        self.shown_noted: set[int] = set()
        self._later: dict[Write, dict[object, Row]] = {}
        self._apart: set[str] = set()
        self._known: Memory = {} if known is None else known
        self._lost = False

    @property
    def is_postgres(self) -> bool:
        """Whether row and advisory locks are needed: SQLite has one writer at a time anyway."""
        return self.connection.dialect.name == "postgresql"

    def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run a statement of SQLAlchemy Core."""
        if self._later:
            self.flush()
        if self._known and not isinstance(statement, Select):
            self._forget(statement)
        return self.connection.execute(statement, parameters)

    # Written together -----------------------------------------------------------------------------------------------

    def later(self, write: Write, values: Mapping[str, Any], *, apart: Iterable[str] = ()) -> Row:
        """Write a row together with others, and return it. Raises what a column's type raises; the database may later.

        No other process writes rows kept ``apart`` by one of these keys from then on until this is committed.
        """
        if self.is_postgres:
            self._apart.update(apart)
        row = write.row(values, self.connection.dialect)
        rows = self._later.setdefault(write, {})
        identity = write.identity(row)
        if identity is None:
            rows[len(rows)] = row
        else:
            earlier = rows.get(identity)
            rows[identity] = row if earlier is None else write.merged(earlier, row)
        return row

    def flush(self) -> None:
        """Write what waits to be written. Raises what the database says of it; the transaction is lost then."""
        while self._later:
            waiting, self._later = self._later, {}
            self._lost = True
            if self._apart:
                keys, self._apart = sorted(self._apart), set()
                self.connection.exec_driver_sql(_KEEP_APART, (keys,))
            for write, rows in waiting.items():
                write.carry_out(self, tuple(rows.values()))
            self._lost = False

    @property
    def is_lost(self) -> bool:
        """Whether rows that were to be written together could not be written."""
        return self._lost

    # Read once ------------------------------------------------------------------------------------------------------

    def recall(self, known: Known[K, V], key: K) -> V | Unread:
        """What was read in this transaction, and nobody changed since; None where it was found not to be there."""
        found: V | Unread = self._known.get(known, {}).get(key, UNREAD)
        return found

    def remember(self, known: Known[K, V], key: K, value: V) -> None:
        """Keep what was read, or just written, for the units that share this transaction."""
        self._known.setdefault(known, {})[key] = value

    def lasting(self) -> Memory:
        """What the next transaction of this connection may begin with, if this one is committed: not too much."""
        known = {known: rows for known, rows in self._known.items() if known.lasts}
        return known if sum(map(len, known.values())) <= MOST_KNOWN else {}

    def _forget(self, statement: Executable) -> None:
        """Forget what a statement may change: rows of its table, or everything where that cannot be told."""
        if isinstance(statement, UpdateBase) and isinstance(statement.table, Table):
            name = statement.table.name
            for known in [known for known in self._known if name in known.names]:
                del self._known[known]
        elif not (isinstance(statement, TextClause) and statement.text.startswith("SELECT ")):
            self._known.clear()

    def note_jobs(self) -> None:
        """Wake the workers of every process once this is committed."""
        self.jobs_noted = True

    def note_shown(self, address_id: int) -> None:
        """Tell every process, once this is committed, that the chat of this address shows something else."""
        self.shown_noted.add(address_id)


def carry_out(work: Callable[[Unit], T], unit: Unit) -> T:
    """Run one unit's function and check that it left the shared transaction whole. Raises what the function raises."""
    result = work(unit)
    if asyncio.iscoroutine(result):
        result.close()
        raise TypeError(f"{work!r} is asynchronous; a unit of work is an ordinary function and waits for nothing")
    if unit.is_lost or not _is_whole(unit.connection):
        raise BrokenTransaction(f"{work!r} swallowed a database error or ended the transaction")
    return result


def _is_whole(connection: Connection) -> bool:
    if not connection.in_transaction():
        return False
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        return driver.in_transaction
    from psycopg import Connection as Postgres  # loaded where PostgreSQL is spoken to, and nowhere else
    from psycopg.pq import TransactionStatus

    if isinstance(driver, Postgres):
        return driver.info.transaction_status in {TransactionStatus.IDLE, TransactionStatus.INTRANS}
    return True
