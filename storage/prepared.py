"""Statements that ask among a list, made into text once for each database and length of list.

On the path of every answer SQLAlchemy's work on a statement costs more than the database's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Connection, CursorResult, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import SelectBase

from storage.together import MOST_KEPT

Bound = Sequence[BindParameter[Any]]


class Prepared:
    """A statement of Core about some of the values that ``make`` is given places for."""

    def __init__(self, make: Callable[[Bound], SelectBase | UpdateBase]) -> None:
        self._make = make

    def run(self, connection: Connection, among: Sequence[object], **values: object) -> CursorResult[Any]:
        """Run it among at least one value. All values as the driver takes them, and what comes as the driver gives it.

        Nothing that waits in a unit is written before: for statements of rows that no unit writes later.
        """
        filled = [*among, *[among[-1]] * ((1 << (len(among) - 1).bit_length()) - len(among))]
        sql, given, order = _text(self, len(filled), connection.dialect)
        named = {**given, **values, **{f"among_{place}": value for place, value in enumerate(filled)}}
        return connection.exec_driver_sql(sql, named if order is None else tuple(named[name] for name in order))

    def text(self, count: int, dialect: Dialect) -> tuple[str, Mapping[str, object], Sequence[str] | None]:
        """The SQL for a list of that length, the values it brings, and the order of names where they have no names."""
        statement = self._make([bindparam(f"among_{place}") for place in range(count)])
        compiled = statement.compile(dialect=dialect)
        return str(compiled), compiled.params, compiled.positiontup if compiled.positional else None


@lru_cache(MOST_KEPT)
def _text(prepared: Prepared, count: int, dialect: Dialect) -> tuple[str, Mapping[str, object], Sequence[str] | None]:
    return prepared.text(count, dialect)
