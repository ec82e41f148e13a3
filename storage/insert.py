"""Inserts that meet a row already there, the same on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from storage.unit import Unit


def upsert_into(unit: Unit, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that knows ``on_conflict_do_…`` of this unit's database."""
    return postgresql.insert(table) if unit.is_postgres else sqlite.insert(table)


def insert_or_ignore(unit: Unit, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row; ``False`` if one with the same unique key is there, even one that another process commits now."""
    statement = upsert_into(unit, table).values(dict(values)).on_conflict_do_nothing()
    return unit.execute(statement.returning(*table.primary_key)).first() is not None
