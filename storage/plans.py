"""Plans: what each was computed from, with which seed, what came out, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, and_, bindparam, exists, insert, or_, select, text, update

from scenarios.model import Mode
from storage import schema
from storage.assignments import State as Asked
from storage.insert import insert_row
from storage.unit import Unit

BATCH = 500
"""Rows written by one statement."""
BUSY = (Asked.OFFERED.value, Asked.ACCEPTED.value, Asked.DONE.value)
"""Assignments in these states hold their slot: a plan leaves it alone."""


class PlanState(StrEnum):
    """What became of a plan."""

    COMPUTING = "computing"
    READY = "ready"
    FAILED = "failed"
    APPLIED = "applied"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan as it is kept: enough to compute it again and to see who had it made."""

    id: int
    edition_id: int
    made_by: int
    made_at: datetime
    state: PlanState
    seed: int
    inputs: Mapping[str, Any]
    inputs_sha256: str
    """Empty while it is not computed."""
    result: Mapping[str, Any] | None
    objective: float | None
    bound: float | None
    problem: str | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Load:
    """A contact somebody makes or made, or is planned for. ``slot_id`` None: asked outside any plan."""

    person_id: int
    participant_id: int
    mode: Mode
    scenario: str
    opens_at: datetime
    due_at: datetime
    slot_id: int | None


@dataclass(frozen=True, slots=True)
class Visited:
    """Who made a contact where, in an edition before; told by what can be found again in this one."""

    person_email: str
    nip: str
    number: str
    name: str


table = schema.plans
_PLAN = tuple(table.c[field.name] for field in fields(PlanRow))


def begin(unit: Unit, *, edition_id: int, made_by: int, seed: int, inputs: Mapping[str, Any], now: datetime) -> int:
    """Keep the wish for a plan; ``inputs`` says of what part, until the whole is known. Returns the plan's id."""
    whose = {"edition_id": edition_id, "made_by": made_by, "made_at": now, "state": PlanState.COMPUTING.value}
    return insert_row(unit, table, {**whose, "seed": seed, "inputs": dict(inputs), "inputs_sha256": ""})


def plan(unit: Unit, plan_id: int, *, lock: bool = False) -> PlanRow | None:
    """The plan; ``lock`` keeps other processes' units from it until this one is committed."""
    query = select(*_PLAN).where(table.c.id == plan_id)
    row = unit.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _plan(row)


def newest(unit: Unit, edition_id: int, *, states: Sequence[PlanState] = tuple(PlanState)) -> PlanRow | None:
    """The plan asked for last, of those in these states."""
    wanted = [state.value for state in states]
    query = select(*_PLAN).where(table.c.edition_id == edition_id, table.c.state.in_(wanted))
    row = unit.execute(query.order_by(table.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _plan(row)


def ready(
    unit: Unit,
    plan_id: int,
    *,
    inputs: Mapping[str, Any],
    inputs_sha256: str,
    result: Mapping[str, Any],
    objective: float,
    bound: float,
    now: datetime,
) -> bool:
    """The plan is computed; ``False`` if nobody waits for it any more."""
    what = {"inputs": dict(inputs), "inputs_sha256": inputs_sha256, "result": dict(result), "problem": None}
    return _move(unit, plan_id, PlanState.COMPUTING, PlanState.READY, now, **what, objective=objective, bound=bound)


def failed(unit: Unit, plan_id: int, *, problem: str, now: datetime) -> bool:
    """The plan could not be computed; ``False`` if nobody waits for it any more."""
    return _move(unit, plan_id, PlanState.COMPUTING, PlanState.FAILED, now, problem=problem)


def applied(unit: Unit, plan_id: int, now: datetime) -> bool:
    """The plan's choices are the edition's slots now; ``False`` if it was not ready."""
    return _move(unit, plan_id, PlanState.READY, PlanState.APPLIED, now)


def drop(unit: Unit, plan_id: int, now: datetime) -> bool:
    """The plan is not wanted; ``False`` if it was settled otherwise before."""
    moved = _move(unit, plan_id, PlanState.READY, PlanState.DROPPED, now)
    return moved or _move(unit, plan_id, PlanState.COMPUTING, PlanState.DROPPED, now)


# The world a plan looks at -------------------------------------------------------------------------------------------


def loads(unit: Unit, edition_id: int) -> list[Load]:
    """Every contact somebody is asked for or made, and every open slot with a juror nobody has asked yet."""
    tasks, slots = schema.assignments.c, schema.slots.c
    asked = select(
        *(tasks.person_id, tasks.participant_id, tasks.mode, tasks.scenario),
        *(tasks.opens_at, tasks.due_at, tasks.slot_id),
    ).where(tasks.edition_id == edition_id, tasks.state.in_(BUSY))
    busy = exists().where(tasks.slot_id == slots.id, tasks.state.in_(BUSY))
    chosen = select(
        *(slots.person_id, slots.participant_id, slots.mode, slots.scenario),
        *(slots.opens_at, slots.due_at, slots.id.label("slot_id")),
    ).where(slots.edition_id == edition_id, slots.closed_at.is_(None), slots.person_id.is_not(None), ~busy)
    return [
        Load(row.person_id, row.participant_id, Mode(row.mode), row.scenario, row.opens_at, row.due_at, row.slot_id)
        for query in (asked.order_by(tasks.id), chosen.order_by(slots.id))
        for row in unit.execute(query)
    ]


def chains(unit: Unit, edition_id: int, *, slot_id: int | None = None) -> dict[int, list[tuple[int, Asked]]]:
    """Who was asked for which slot, in that order, and how each stands; of one slot or of all the open ones."""
    tasks, slots = schema.assignments.c, schema.slots.c
    query = (
        select(tasks.slot_id, tasks.person_id, tasks.state)
        .join(schema.slots, slots.id == tasks.slot_id)
        .where(slots.edition_id == edition_id, slots.closed_at.is_(None))
        .order_by(tasks.id)
    )
    if slot_id is not None:
        query = query.where(slots.id == slot_id)
    found: dict[int, list[tuple[int, Asked]]] = {}
    for row in unit.execute(query):
        found.setdefault(row.slot_id, []).append((row.person_id, Asked(row.state)))
    return found


def visited_before(unit: Unit, *, starts_on: date, edition_id: int, editions_back: int) -> list[Visited]:
    """Who made contacts where in the editions that began before that day, as many of them as asked, newest first."""
    if editions_back <= 0:
        return []
    editions, tasks, people, places = schema.editions.c, schema.assignments.c, schema.people.c, schema.participants.c
    earlier = (
        select(editions.id)
        .where(editions.starts_on < starts_on, editions.id != edition_id)
        .order_by(editions.starts_on.desc(), editions.id.desc())
        .limit(editions_back)
    )
    ids = [row.id for row in unit.execute(earlier)]
    query = (
        select(people.email.label("person_email"), places.nip, places.number, places.name)
        .select_from(schema.assignments)
        .join(schema.people, people.id == tasks.person_id)
        .join(schema.participants, places.id == tasks.participant_id)
        .where(tasks.edition_id.in_(ids), people.email != "")
        .where(or_(tasks.state == Asked.DONE.value, tasks.contact_id.is_not(None)))
        .distinct()
    )
    return [Visited(**row._asdict()) for row in unit.execute(query)]


# Writing a plan's slots, many at a time ------------------------------------------------------------------------------


def add_slots(unit: Unit, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert slots, given as columns (all rows the same), in as few statements as may be."""
    for start in range(0, len(rows), BATCH):
        unit.execute(insert(schema.slots), [dict(row) for row in rows[start : start + BATCH]])
    if rows and unit.is_postgres:
        unit.execute(text("ANALYZE slots"))  # or it plans for an empty table until its own housekeeping comes by


def change_slots(unit: Unit, rows: Sequence[Mapping[str, Any]]) -> None:
    """Give open slots other values; each row names its ``id`` and the same columns.

    Slots that were fixed by hand, or that somebody is asked for or has filled by now, stay as they are.
    """
    if not rows:
        return
    tasks, slots = schema.assignments.c, schema.slots.c
    is_busy = or_(*(tasks.state == state for state in BUSY))  # IN cannot be run with many rows of parameters at once
    busy = exists().where(and_(tasks.slot_id == slots.id, is_busy))
    names = [name for name in rows[0] if name != "id"]
    statement = (
        update(schema.slots)
        .where(slots.id == bindparam("key"), slots.closed_at.is_(None), slots.is_fixed.is_(False), ~busy)
        .values({name: bindparam(f"to_{name}", type_=schema.slots.c[name].type) for name in names})
    )
    for start in range(0, len(rows), BATCH):
        unit.execute(
            statement,
            [{"key": row["id"], **{f"to_{name}": row[name] for name in names}} for row in rows[start : start + BATCH]],
        )


def close_slots(unit: Unit, slot_ids: Sequence[int], now: datetime) -> int:
    """Close open slots that nobody is asked for or has filled; returns how many."""
    tasks, slots = schema.assignments.c, schema.slots.c
    busy = exists().where(and_(tasks.slot_id == slots.id, tasks.state.in_(BUSY)))
    closed = 0
    for start in range(0, len(slot_ids), BATCH):
        some = list(slot_ids[start : start + BATCH])
        found = unit.execute(
            update(schema.slots).where(slots.id.in_(some), slots.closed_at.is_(None), ~busy).values(closed_at=now)
        )
        closed += found.rowcount
    return closed


def _move(unit: Unit, plan_id: int, old: PlanState, new: PlanState, now: datetime, **values: object) -> bool:
    found = unit.execute(
        update(table)
        .where(table.c.id == plan_id, table.c.state == old.value)
        .values(state=new.value, settled_at=now, **values)
    )
    return found.rowcount == 1


def _plan(row: Row[Any]) -> PlanRow:
    return PlanRow(**{**row._asdict(), "state": PlanState(row.state)})


def newest_by(unit: Unit, edition_id: int, *, made_by: int | None) -> PlanRow | None:
    """The plan asked for last (by that person, if one is named) that was not left again."""
    query = select(*_PLAN).where(table.c.edition_id == edition_id, table.c.state != PlanState.DROPPED.value)
    if made_by is not None:
        query = query.where(table.c.made_by == made_by)
    row = unit.execute(query.order_by(table.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _plan(row)
