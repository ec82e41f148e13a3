"""Slots: planned contacts, each at one participant, in one mode and window; who is to make them, or why nobody.

A slot stays when people change: its assignments, in the order of ids, are the chain of those who were asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from scenarios.model import Mode
from storage import schema
from storage.insert import insert_row
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Slot:
    """One planned contact. ``number`` counts those of one mode at one participant, from 1."""

    id: int
    edition_id: int
    participant_id: int
    wave_id: int | None
    plan_id: int | None
    mode: Mode
    scenario: str
    case: str | None
    number: int
    opens_at: datetime
    due_at: datetime
    person_id: int | None
    """The juror the plan chose; None: a hole."""
    reserve_id: int | None
    """Who is asked first if that one cannot."""
    is_fixed: bool
    """Chosen by hand: a new plan leaves it alone."""
    hole: Mapping[str, Any] | None
    """Why nobody was found, as the plan tells it."""
    closed_at: datetime | None
    """Not wanted any more."""


table = schema.slots
_SLOT = tuple(table.c[field.name] for field in fields(Slot))


def add(
    unit: Unit,
    *,
    edition_id: int,
    participant_id: int,
    mode: Mode,
    scenario: str,
    number: int,
    opens_at: datetime,
    due_at: datetime,
    now: datetime,
    wave_id: int | None = None,
    plan_id: int | None = None,
    case: str | None = None,
    person_id: int | None = None,
    reserve_id: int | None = None,
    is_fixed: bool = False,
    hole: Mapping[str, Any] | None = None,
) -> int:
    """Plan a contact; returns the slot's id."""
    what = {"edition_id": edition_id, "participant_id": participant_id, "mode": Mode(mode).value, "scenario": scenario}
    when = {"number": number, "opens_at": opens_at, "due_at": due_at, "wave_id": wave_id, "created_at": now}
    who = {"person_id": person_id, "reserve_id": reserve_id, "is_fixed": is_fixed, "case": case, "plan_id": plan_id}
    return insert_row(unit, table, {**what, **when, **who, "hole": None if hole is None else dict(hole)})


def slot(unit: Unit, slot_id: int, *, lock: bool = False) -> Slot | None:
    """The slot; ``lock`` keeps other processes' units from it until this one is committed."""
    query = select(*_SLOT).where(table.c.id == slot_id)
    row = unit.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _slot(row)


def of_edition(unit: Unit, edition_id: int) -> list[Slot]:
    """The slots of an edition that are still wanted, by participant and time."""
    query = (
        select(*_SLOT)
        .where(table.c.edition_id == edition_id, table.c.closed_at.is_(None))
        .order_by(table.c.participant_id, table.c.mode, table.c.number, table.c.id)
    )
    return [_slot(row) for row in unit.execute(query)]


def of_participant(unit: Unit, participant_id: int) -> list[Slot]:
    """The slots of a participant that are still wanted."""
    query = (
        select(*_SLOT)
        .where(table.c.participant_id == participant_id, table.c.closed_at.is_(None))
        .order_by(table.c.mode, table.c.number, table.c.id)
    )
    return [_slot(row) for row in unit.execute(query)]


def planned_for(unit: Unit, person_id: int, participant_id: int) -> list[Slot]:
    """The slots at a participant that are still wanted and meant for that person."""
    query = (
        select(*_SLOT)
        .where(table.c.person_id == person_id, table.c.participant_id == participant_id, table.c.closed_at.is_(None))
        .order_by(table.c.id)
    )
    return [_slot(row) for row in unit.execute(query)]


def reserved_for(unit: Unit, person_id: int, participant_id: int) -> list[Slot]:
    """The slots at a participant that are still wanted and have that person in reserve."""
    query = (
        select(*_SLOT)
        .where(table.c.reserve_id == person_id, table.c.participant_id == participant_id, table.c.closed_at.is_(None))
        .order_by(table.c.id)
    )
    return [_slot(row) for row in unit.execute(query)]


def change(unit: Unit, slot_id: int, **values: object) -> None:
    """Give fields of ``Slot`` new values. Raises ``LookupError``."""
    if unit.execute(update(table).where(table.c.id == slot_id).values(values)).rowcount != 1:
        raise LookupError(f"there is no slot {slot_id}")


def _slot(row: Row[Any]) -> Slot:
    return Slot(**{**row._asdict(), "mode": Mode(row.mode)})
