"""Standings: what each participant's contacts come to by the rubric of its edition, as it was last computed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, or_, select

from storage import schema
from storage.insert import insert_or_replace_all
from storage.scope import Scope
from storage.unit import Unit

Spread = Mapping[str, float | int | None]
"""``n``, ``min`` and ``max`` over the reports; ``low`` and ``high`` of the interval, None where there is none."""


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A participant's results, by the names of the rubric's nodes. A score of None: not enough data."""

    participant_id: int
    edition_id: int
    rubric_version: str
    total: float | None
    scores: Mapping[str, float | None]
    spread: Mapping[str, Spread]
    """Empty: it is being computed."""
    contacts: int
    """That count."""
    not_approved: int
    """Of those: how many nobody has approved yet."""
    computed_at: datetime


@dataclass(frozen=True, slots=True)
class Placed:
    """What a list says of a participant."""

    participant_id: int
    name: str
    """The short one."""
    type: str
    voivodship: str
    is_withdrawn: bool


table = schema.standings
_places = schema.participants
_ALL = tuple(table.c[field.name] for field in fields(StandingRow))
_REPLACES = tuple(field.name for field in fields(StandingRow) if field.name != "participant_id")


def save(unit: Unit, rows: Sequence[StandingRow]) -> None:
    """The standings of those participants are these now."""
    values = [{name: getattr(row, name) for name in ("participant_id", *_REPLACES)} for row in rows]
    insert_or_replace_all(unit, table, values, key="participant_id", replaces=_REPLACES)


def remove(unit: Unit, participant_ids: Collection[int]) -> None:
    """Those participants have none: nothing of them counts."""
    if participant_ids:
        unit.execute(delete(table).where(table.c.participant_id.in_(list(participant_ids))))


def of_participant(unit: Unit, participant_id: int) -> StandingRow | None:
    """The standing of a participant; None where nothing of it counts, or nothing was computed yet."""
    row = unit.execute(select(*_ALL).where(table.c.participant_id == participant_id)).one_or_none()
    return None if row is None else _value(row)


def of_participants(unit: Unit, participant_ids: Collection[int]) -> dict[int, StandingRow]:
    """The standings of some participants, by id; only of those that have one."""
    query = select(*_ALL).where(table.c.participant_id.in_(list(participant_ids)))
    return {row.participant_id: _value(row) for row in unit.execute(query)}


def of_edition(unit: Unit, scope: Scope) -> list[tuple[Placed, StandingRow]]:
    """Every standing within a scope, in the order of participants' ids."""
    query = _within(select(*_ALL, *_PLACED), scope).order_by(table.c.participant_id)
    return [(_placed(row), _value(row)) for row in unit.execute(query)]


def totals(unit: Unit, scope: Scope) -> list[tuple[Placed, float | None]]:
    """Just the totals within a scope, for long lists: nothing else is read."""
    query = _within(select(table.c.participant_id, table.c.total, *_PLACED), scope).order_by(table.c.participant_id)
    return [(_placed(row), row.total) for row in unit.execute(query)]


_PLACED = (_places.c.short_name, _places.c.type, _places.c.voivodship, _places.c.withdrawn_at)


def _within(query: Select[Any], scope: Scope) -> Select[Any]:
    within = query.join(_places, _places.c.id == table.c.participant_id).where(table.c.edition_id == scope.edition_id)
    if scope.coordinator_id is None:
        return within
    theirs = _places.c.coordinator_id
    return within.where(or_(theirs.is_(None), theirs == scope.coordinator_id))


def _placed(row: Row[Any]) -> Placed:
    return Placed(row.participant_id, row.short_name, row.type, row.voivodship, row.withdrawn_at is not None)


def _value(row: Row[Any]) -> StandingRow:
    return StandingRow(**{field.name: getattr(row, field.name) for field in fields(StandingRow)})
