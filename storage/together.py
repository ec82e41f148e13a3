"""Rows written together: many rows of one table in one statement, each kind of write described once.

SQLAlchemy's cost of a statement, and a round trip to the database, are paid for a group of units and not for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import Table
from sqlalchemy.engine import Dialect

from storage.unit import Row, Unit

MOST_ROWS = 64
"""Rows in one statement at most. Fewer go in powers of two, so that few different statements are ever prepared."""

MOST_KEPT = 512
"""Statements and the like that are kept made; a program with one database needs a fifth of that."""

T = TypeVar("T")


class Write:
    """One kind of row to be written: added, added or replaced, or changed by its ``id``."""

    def __init__(
        self,
        table: Table,
        *columns: str,
        key: str | None = None,
        replaces: Sequence[str] = (),
        where: str | None = None,
        changes: bool = False,
    ) -> None:
        """``key``: rows with the same value there are one row, of which the last one's ``replaces`` hold, also where
        such a row is in the table already (among rows ``where``). ``changes``: rows that are there get new values.
        """
        self.table = table
        self.columns = columns
        self._pick = itemgetter(*columns)
        self._key = columns.index("id" if changes else key) if changes or key is not None else None
        self._replaces = tuple(columns.index(name) for name in (columns if changes else replaces))
        self._where = where
        self._changes = changes

    def row(self, values: Mapping[str, Any], dialect: Dialect) -> Row:
        """The values of a row, ready for the driver. Raises what a column's type raises, and KeyError."""
        row = list(self._pick(values))
        for place, process in _processors(self, dialect):
            row[place] = process(row[place])
        return tuple(row)

    def identity(self, row: Row) -> object | None:
        """What two rows share that are one; None where every row is a row of its own."""
        return None if self._key is None else row[self._key]

    def merged(self, earlier: Row, later: Row) -> Row:
        """One row in place of two of the same identity."""
        both = list(earlier)
        for place in self._replaces:
            both[place] = later[place]
        return tuple(both)

    def carry_out(self, unit: Unit, rows: Sequence[Row]) -> None:
        """Write the rows in their order. Raises ``LookupError`` where one to be changed is not there."""
        for some in in_powers_of_two(rows):
            values = tuple(chain.from_iterable(some))
            done = unit.connection.exec_driver_sql(_statement(self, len(some), unit.connection.dialect), values)
            if self._changes and done.rowcount != len(some):
                raise LookupError(f"of {len(some)} rows of {self.table.name} only {done.rowcount} are there")

    def statement(self, count: int, dialect: Dialect) -> str:
        """The SQL for ``count`` rows."""
        name = dialect.identifier_preparer.quote
        table, columns = name(self.table.name), [name(column) for column in self.columns]
        place = "?" if dialect.paramstyle == "qmark" else "%s"
        if self._changes:
            # PostgreSQL learns the types of such a list from its first row
            types = [self.table.c[column].type.compile(dialect=dialect) for column in self.columns]
            first = ", ".join(f"CAST({place} AS {kind})" for kind in types)
            rest = f", ({', '.join([place] * len(columns))})" * (count - 1)
            sets = ", ".join(
                f"{column} = given.column{number}" for number, column in enumerate(columns, 1) if column != "id"
            )
            mine = columns.index("id") + 1
            given = f"(VALUES ({first}){rest}) AS given"
            return f"UPDATE {table} SET {sets} FROM {given} WHERE {table}.id = given.column{mine}"  # noqa: S608 - names of ours
        rows = ", ".join([f"({', '.join([place] * len(columns))})"] * count)
        added = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {rows}"  # noqa: S608 - as above
        if self._key is None:
            return added
        among = "" if self._where is None else f" WHERE {self._where}"
        sets = ", ".join(f"{columns[place]} = excluded.{columns[place]}" for place in self._replaces)
        return f"{added} ON CONFLICT ({columns[self._key]}){among} DO UPDATE SET {sets}"


def in_powers_of_two(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """The rows in their order, a statement's worth at a time."""
    start = 0
    while start < len(rows):
        left = len(rows) - start
        size = MOST_ROWS if left >= MOST_ROWS else 1 << (left.bit_length() - 1)
        yield rows[start : start + size]
        start += size


@lru_cache(MOST_KEPT)
def _processors(write: Write, dialect: Dialect) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    """Those columns, by place, whose values the driver does not take as they are."""
    kinds = (write.table.c[name].type.dialect_impl(dialect) for name in write.columns)
    processes = ((place, kind.bind_processor(dialect)) for place, kind in enumerate(kinds))
    return tuple((place, process) for place, process in processes if process is not None)


@lru_cache(MOST_KEPT)
def _statement(write: Write, count: int, dialect: Dialect) -> str:
    return write.statement(count, dialect)
