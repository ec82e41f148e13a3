"""Planned contacts worked out again from the tables they follow from; what the database keeps must say the same."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, func, literal, null, or_, select, union_all

from scenarios.contact import Phase
from storage import schema
from storage.assignments import LIVE, State
from storage.planned import DROPPED, Stage
from storage.unit import Unit

_a, _s, _c, _r = schema.assignments, schema.slots, schema.contacts, schema.reviews
_NAMES = (
    *("slot_id", "assignment_id", "edition_id", "participant_id", "wave_id", "mode", "person_id", "coordinator_id"),
    *("opens_at", "due_at", "answer_by", "contact_id"),
)


def differences(unit: Unit) -> list[str]:
    """Rows that are kept and should not be, and such as are missing, in words; none where all is well."""
    should = {row.number: row._asdict() for row in unit.execute(_every())}
    kept = {row.number: row._asdict() for row in unit.execute(select(schema.planned_contacts))}
    found = []
    for number in sorted(should.keys() | kept.keys()):
        here, there = kept.get(number), should.get(number)
        if here != there:
            found.append(f"planned contact {number} is kept as {here}, and is {there}")
    return found


def keep_all(unit: Unit) -> None:
    """Fill the empty table at once, for bulk makers that had the triggers rest."""
    every = _every().subquery("every")
    unit.execute(schema.planned_contacts.insert().from_select(list(every.c.keys()), select(every)))


def _every() -> Select[Any]:
    base = union_all(_with_slot(), _without_slot()).subquery("base")
    phase, state = _c.c.phase, base.c.state
    asked, taken = State.OFFERED.value, State.ACCEPTED.value
    stage = case(
        (and_(base.c.assignment_id.is_(None), base.c.is_hole == 1), Stage.HOLE.value),
        (base.c.assignment_id.is_(None), Stage.READY.value),
        (state == asked, Stage.OFFERED.value),
        (and_(state == taken, phase == Phase.OPEN.value), Stage.BEGUN.value),
        (state == taken, Stage.ACCEPTED.value),
        (_r.c.state == "approved", Stage.APPROVED.value),
        (_r.c.state == "returned", Stage.RETURNED.value),
        else_=Stage.SENT.value,
    )
    unsent = or_(phase.is_(None), phase.not_in([Phase.SUBMITTED.value, Phase.LOCKED.value]))
    late_from = case((and_(state.in_([asked, taken]), unsent), base.c.due_at), else_=null())
    return (
        select(
            func.coalesce(base.c.slot_id, -base.c.assignment_id).label("number"),
            *(base.c[name] for name in _NAMES),
            _c.c.submitted_at,
            stage.label("stage"),
            late_from.label("late_from"),
        )
        .select_from(base)
        .join(_c, _c.c.id == base.c.contact_id, isouter=True)
        .join(_r, _r.c.contact_id == base.c.contact_id, isouter=True)
    )


def _with_slot() -> Select[Any]:
    every = schema.assignments.alias("every")
    last = (
        select(every.c.slot_id, func.max(every.c.id).label("id"))
        .where(every.c.slot_id.is_not(None), every.c.state.in_([state.value for state in LIVE]))
        .group_by(every.c.slot_id)
        .subquery("last")
    )
    dropped = (
        select(every.c.slot_id, every.c.person_id)
        .where(every.c.slot_id.is_not(None), every.c.state.in_([state.value for state in DROPPED]))
        .distinct()
        .subquery("dropped")
    )
    has_dropped = dropped.c.slot_id.is_not(None)
    is_hole = case((_a.c.id.is_not(None), 0), (_s.c.person_id.is_(None), 1), (has_dropped, 1), else_=0)
    person = case((_a.c.id.is_not(None), _a.c.person_id), (is_hole == 1, null()), else_=_s.c.person_id)
    return (
        select(
            _s.c.id.label("slot_id"),
            _a.c.id.label("assignment_id"),
            *(_s.c[name] for name in ("edition_id", "participant_id", "wave_id", "mode")),
            person.label("person_id"),
            _a.c.coordinator_id,
            func.coalesce(_a.c.opens_at, _s.c.opens_at, type_=_s.c.opens_at.type).label("opens_at"),
            func.coalesce(_a.c.due_at, _s.c.due_at, type_=_s.c.due_at.type).label("due_at"),
            _a.c.answer_by,
            _a.c.contact_id,
            _a.c.state,
            is_hole.label("is_hole"),
        )
        .select_from(_s)
        .join(last, last.c.slot_id == _s.c.id, isouter=True)
        .join(_a, _a.c.id == last.c.id, isouter=True)
        .join(dropped, and_(dropped.c.slot_id == _s.c.id, dropped.c.person_id == _s.c.person_id), isouter=True)
        .where(_s.c.closed_at.is_(None))
    )


def _without_slot() -> Select[Any]:
    return select(
        null().label("slot_id"),
        _a.c.id.label("assignment_id"),
        *(_a.c[name] for name in ("edition_id", "participant_id")),
        null().label("wave_id"),
        *(_a.c[name] for name in ("mode", "person_id", "coordinator_id", "opens_at", "due_at", "answer_by")),
        *(_a.c[name] for name in ("contact_id", "state")),
        literal(0).label("is_hole"),
    ).where(_a.c.slot_id.is_(None), _a.c.state.in_([state.value for state in LIVE]))
