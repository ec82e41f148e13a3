"""Inserts, built once for each table and database: building a statement costs more than running it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Insert, Table, text
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects import sqlite

from storage.unit import Unit

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def insert_row(unit: Unit, table: Table, values: Mapping[str, Any]) -> int:
    """Insert a row and return its id. Every call for a table should name the same columns."""
    return int(unit.execute(_returning_id(table), values).scalar_one())


def insert_or_ignore(unit: Unit, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row; ``False`` if one with the same unique key is there, even one that another process commits now."""
    return unit.execute(_ignoring(table, unit.is_postgres), values).first() is not None


def insert_or_replace(
    unit: Unit,
    table: Table,
    values: Mapping[str, Any],
    *,
    key: str,
    replaces: tuple[str, ...],
    where: str | None = None,
) -> Any:  # noqa: ANN401 - the primary key's own type
    """Insert a row, or give those columns of the one with the same ``key`` (among rows ``where``) the new values.

    Returns the primary key of the row that is there now.
    """
    return unit.execute(_replacing(table, key, replaces, where, unit.is_postgres), values).scalar_one()


@cache
def _returning_id(table: Table) -> Insert:
    return plain_insert(table).returning(table.c.id)


@cache
def _ignoring(table: Table, is_postgres: bool) -> Insert:  # noqa: FBT001 - a key of the cache
    return _of(table, is_postgres).on_conflict_do_nothing().returning(*table.primary_key)


@cache
def _replacing(table: Table, key: str, replaces: tuple[str, ...], where: str | None, is_postgres: bool) -> Insert:  # noqa: FBT001 - as above
    statement = _of(table, is_postgres)
    return statement.on_conflict_do_update(
        index_elements=[key],
        index_where=None if where is None else text(where),
        set_={name: statement.excluded[name] for name in replaces},
    ).returning(*table.primary_key)


def _of(table: Table, is_postgres: bool) -> postgresql.Insert | sqlite.Insert:  # noqa: FBT001 - as above
    if not is_postgres:
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # loaded where PostgreSQL is spoken to, and nowhere else

    return postgresql.insert(table)


def insert_or_replace_all(
    unit: Unit, table: Table, rows: Sequence[Mapping[str, Any]], *, key: str, replaces: tuple[str, ...]
) -> None:
    """Insert rows, or give those columns of the ones with the same ``key`` the new values; many at once."""
    if rows:
        unit.execute(_replacing_all(table, key, replaces, unit.is_postgres), rows)


def insert_or_ignore_all(unit: Unit, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, but those for which one with the same unique key is there; many at once."""
    if rows:
        unit.execute(_ignoring_all(table, unit.is_postgres), rows)


@cache
def _ignoring_all(table: Table, is_postgres: bool) -> Insert:  # noqa: FBT001 - as above
    return _of(table, is_postgres).on_conflict_do_nothing()


@cache
def _replacing_all(table: Table, key: str, replaces: tuple[str, ...], is_postgres: bool) -> Insert:  # noqa: FBT001 - as above
    statement = _of(table, is_postgres)
    return statement.on_conflict_do_update(
        index_elements=[key], set_={name: statement.excluded[name] for name in replaces}
    )
