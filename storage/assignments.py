"""Assignments: who is asked to make which contact, and by when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, select, update

from scenarios.model import Mode
from storage import editions, schema
from storage.insert import insert_row
from storage.unit import UNREAD, Known, Unit


class State(StrEnum):
    """What became of an assignment."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    RETURNED = "returned"
    DONE = "done"
    VOID = "void"


UNFINISHED = (State.OFFERED, State.ACCEPTED)
"""States in which somebody is still expected to do something."""

LIVE = (State.OFFERED, State.ACCEPTED, State.DONE)
"""States in which a planned contact is in somebody's hands, or made; nobody else is asked meanwhile."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One contact asked of one person. ``scenario`` is the script's name; the contact itself knows its version."""

    id: int
    edition_id: int
    participant_id: int
    person_id: int
    coordinator_id: int | None
    mode: Mode
    scenario: str
    case: str | None
    state: State
    opens_at: datetime
    due_at: datetime
    reason: str | None
    contact_id: int | None
    changed_at: datetime
    created_at: datetime
    slot_id: int | None = None
    """The planned contact it is for; those of one slot, in the order of ids, are its chain."""
    broadcast_id: int | None = None
    answer_by: datetime | None = None
    """Until when the offer waits for an answer."""
    proposed_due: datetime | None = None
    """Another date the juror proposed, not decided on yet."""


table = schema.assignments
_ASSIGNMENT = tuple(table.c[field.name] for field in fields(Assignment))
_WITH_PARTICIPANT = (
    select(*_ASSIGNMENT, *editions.participant_columns())
    .join(schema.participants, schema.participants.c.id == table.c.participant_id)
    .where(table.c.id.in_(bindparam("ids", expanding=True)))
)
_MODE, _STATE = (tuple(field.name for field in fields(Assignment)).index(name) for name in ("mode", "state"))
ASSIGNMENTS: Known[int, Assignment] = Known(table)


def assign(
    unit: Unit,
    *,
    edition_id: int,
    participant_id: int,
    person_id: int,
    mode: Mode,
    scenario: str,
    opens_at: datetime,
    due_at: datetime,
    now: datetime,
    coordinator_id: int | None = None,
    case: str | None = None,
    state: State = State.OFFERED,
    slot_id: int | None = None,
    answer_by: datetime | None = None,
    broadcast_id: int | None = None,
) -> int:
    """Ask a person to make a contact; returns the assignment's id."""
    whom = {"edition_id": edition_id, "participant_id": participant_id, "person_id": person_id}
    what = {"mode": Mode(mode).value, "scenario": scenario, "case": case, "opens_at": opens_at, "due_at": due_at}
    rest = {"coordinator_id": coordinator_id, "state": State(state).value, "created_at": now, "changed_at": now}
    where = {"slot_id": slot_id, "answer_by": answer_by, "broadcast_id": broadcast_id}
    return insert_row(unit, table, {**whom, **what, **rest, **where})


def assignment(unit: Unit, assignment_id: int, *, lock: bool = False) -> Assignment | None:
    """The assignment; ``lock`` keeps other processes' units from it until this one is committed."""
    known = unit.recall(ASSIGNMENTS, assignment_id)
    if not lock and known is not UNREAD:
        return known
    query = select(*_ASSIGNMENT).where(table.c.id == assignment_id)
    row = unit.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _assignment(row)


def look_ahead(unit: Unit, assignment_ids: Collection[int]) -> None:
    """Read these assignments and their participants together."""
    unread = [each for each in assignment_ids if unit.recall(ASSIGNMENTS, each) is UNREAD]
    if not unread:
        return
    for row in unit.execute(_WITH_PARTICIPANT, {"ids": unread}).all():
        found = _assignment(tuple(row)[: len(_ASSIGNMENT)])
        unit.remember(ASSIGNMENTS, found.id, found)
        unit.remember(editions.PARTICIPANTS, found.participant_id, editions.participant_of(row[len(_ASSIGNMENT) :]))


def of_person(unit: Unit, person_id: int) -> list[Assignment]:
    """Everything that was asked of a person, the soonest due first."""
    query = select(*_ASSIGNMENT).where(table.c.person_id == person_id).order_by(table.c.due_at, table.c.id)
    return [_assignment(row) for row in unit.execute(query)]


def of_edition(unit: Unit, edition_id: int) -> list[Assignment]:
    """All assignments of an edition, the soonest due first."""
    query = select(*_ASSIGNMENT).where(table.c.edition_id == edition_id).order_by(table.c.due_at, table.c.id)
    return [_assignment(row) for row in unit.execute(query)]


def of_slot(unit: Unit, slot_id: int) -> list[Assignment]:
    """The chain of a slot: everybody who was asked, in that order."""
    query = select(*_ASSIGNMENT).where(table.c.slot_id == slot_id).order_by(table.c.id)
    return [_assignment(row) for row in unit.execute(query)]


def unfinished_at(unit: Unit, person_id: int, participant_id: int) -> list[Assignment]:
    """What a person is still expected to do at a participant, in the order it was asked."""
    query = (
        select(*_ASSIGNMENT)
        .where(table.c.person_id == person_id, table.c.participant_id == participant_id)
        .where(table.c.state.in_([state.value for state in UNFINISHED]))
        .order_by(table.c.id)
    )
    return [_assignment(row) for row in unit.execute(query)]


def of_broadcast(unit: Unit, broadcast_id: int, person_id: int | None = None) -> list[Assignment]:
    """The assignments a broadcast told of, to one person or to all."""
    query = select(*_ASSIGNMENT).where(table.c.broadcast_id == broadcast_id).order_by(table.c.due_at, table.c.id)
    if person_id is not None:
        query = query.where(table.c.person_id == person_id)
    return [_assignment(row) for row in unit.execute(query)]


def adjust(unit: Unit, assignment_id: int, **values: object) -> None:
    """Give plain fields new values: due_at, opens_at, answer_by, proposed_due, coordinator_id, broadcast_id."""
    _update(unit, assignment_id, **values)


def change(unit: Unit, assignment_id: int, *, state: State, reason: str | None = None, now: datetime) -> None:
    """Move an assignment to another state; ``reason`` replaces the one before. Raises ``LookupError``."""
    _update(unit, assignment_id, state=State(state).value, reason=reason, changed_at=now)


def bind_contact(unit: Unit, assignment_id: int, contact_id: int) -> None:
    """The contact that was begun for it. Raises ``LookupError``."""
    _update(unit, assignment_id, contact_id=contact_id)


def _update(unit: Unit, assignment_id: int, **values: object) -> None:
    if unit.execute(update(table).where(table.c.id == assignment_id).values(values)).rowcount != 1:
        raise LookupError(f"there is no assignment {assignment_id}")


def _assignment(row: Sequence[Any]) -> Assignment:
    values = list(row)
    values[_MODE], values[_STATE] = Mode(values[_MODE]), State(values[_STATE])
    return Assignment(*values)
