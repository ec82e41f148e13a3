"""Planned contacts as one query: every open slot with its present assignment, every assignment without a slot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, literal, null, or_, select, union_all

from scenarios.contact import Phase
from scenarios.model import Mode
from storage import schema
from storage.assignments import State
from storage.scope import Scope

LIVE = (State.OFFERED, State.ACCEPTED, State.DONE)
"""States of an assignment that stands for its planned contact."""

DROPPED = (State.DECLINED, State.EXPIRED, State.RETURNED, State.VOID)
"""States after which somebody else is needed."""


class Stage(StrEnum):
    """Where a planned contact stands; each is in exactly one stage."""

    HOLE = "hole"
    READY = "ready"
    """A juror is chosen and not asked yet."""
    OFFERED = "offered"
    ACCEPTED = "accepted"
    BEGUN = "begun"
    SENT = "sent"
    """The report waits for a review."""
    RETURNED = "returned"
    APPROVED = "approved"


ACCEPTED_STAGES = frozenset({Stage.ACCEPTED, Stage.BEGUN, Stage.SENT, Stage.RETURNED, Stage.APPROVED})
DONE_STAGES = frozenset({Stage.SENT, Stage.RETURNED, Stage.APPROVED})
ASKED_STAGES = ACCEPTED_STAGES | {Stage.OFFERED}
OPEN_STAGES = frozenset({Stage.OFFERED, Stage.ACCEPTED, Stage.BEGUN})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which planned contacts; what is None or empty does not narrow. Moments: from (inclusive) until (exclusive)."""

    mode: Mode | None = None
    wave_id: int | None = None
    voivodships: tuple[str, ...] = ()
    """Spellings of one voivodship."""
    participant_id: int | None = None
    person_id: int | None = None
    stages: frozenset[Stage] = frozenset()
    late_only: bool = False
    due_from: datetime | None = None
    due_until: datetime | None = None
    sent_from: datetime | None = None
    sent_until: datetime | None = None


ALL = Wanted()


_a, _s, _c, _p, _r = schema.assignments, schema.slots, schema.contacts, schema.participants, schema.reviews
_q = schema.people


def planned(scope: Scope, now: datetime) -> Subquery:
    """Every planned contact within the scope, with its stage."""
    base = union_all(_with_slot(scope), _without_slot(scope)).subquery("base")
    phase = _c.c.phase
    asked, taken = State.OFFERED.value, State.ACCEPTED.value
    stage = case(
        (and_(base.c.assignment_id.is_(None), base.c.is_hole == 1), Stage.HOLE.value),
        (base.c.assignment_id.is_(None), Stage.READY.value),
        (base.c.state == asked, Stage.OFFERED.value),
        (and_(base.c.state == taken, phase == Phase.OPEN.value), Stage.BEGUN.value),
        (base.c.state == taken, Stage.ACCEPTED.value),
        (_r.c.state == "approved", Stage.APPROVED.value),
        (_r.c.state == "returned", Stage.RETURNED.value),
        else_=Stage.SENT.value,
    )
    unsent = or_(phase.is_(None), phase.not_in([Phase.SUBMITTED.value, Phase.LOCKED.value]))
    late = case((and_(base.c.state.in_([asked, taken]), base.c.due_at < now, unsent), 1), else_=0)
    return (
        select(
            *(base.c[name] for name in ("slot_id", "assignment_id", "contact_id", "participant_id", "wave_id", "mode")),
            *(base.c[name] for name in ("person_id", "opens_at", "due_at", "answer_by")),
            _p.c.short_name.label("participant"),
            _p.c.voivodship,
            _c.c.submitted_at,
            stage.label("stage"),
            late.label("is_late"),
        )
        .select_from(base)
        .join(_p, _p.c.id == base.c.participant_id)
        .join(_c, _c.c.id == base.c.contact_id, isouter=True)
        .join(_r, _r.c.contact_id == base.c.contact_id, isouter=True)
        .where(*in_scope(scope, _p.c.coordinator_id, base.c.coordinator_id))
        .subquery("planned")
    )


def _with_slot(scope: Scope) -> Select[Any]:
    """Open slots with their present assignments.

    Two grouped tables, joined: looked up slot by slot, a database that knows nothing of the sizes yet tries every pair.
    """
    every = schema.assignments.alias("every")
    of_slots = (every.c.edition_id == scope.edition_id, every.c.slot_id.is_not(None))
    last = (
        select(every.c.slot_id, func.max(every.c.id).label("id"))
        .where(*of_slots, every.c.state.in_([state.value for state in LIVE]))
        .group_by(every.c.slot_id)
        .subquery("last")
    )
    dropped = (
        select(every.c.slot_id, every.c.person_id)
        .where(*of_slots, every.c.state.in_([state.value for state in DROPPED]))
        .distinct()
        .subquery("dropped")
    )
    has_dropped = dropped.c.slot_id.is_not(None)
    is_hole = case((_a.c.id.is_not(None), 0), (_s.c.person_id.is_(None), 1), (has_dropped, 1), else_=0)
    return (
        select(
            _s.c.id.label("slot_id"),
            _a.c.id.label("assignment_id"),
            *(_s.c[name] for name in ("participant_id", "wave_id", "mode")),
            _a.c.state,
            case((_a.c.id.is_not(None), _a.c.person_id), (is_hole == 1, null()), else_=_s.c.person_id).label(
                "person_id"
            ),
            _a.c.coordinator_id,
            func.coalesce(_a.c.opens_at, _s.c.opens_at, type_=_s.c.opens_at.type).label("opens_at"),
            func.coalesce(_a.c.due_at, _s.c.due_at, type_=_s.c.due_at.type).label("due_at"),
            _a.c.answer_by,
            _a.c.contact_id,
            is_hole.label("is_hole"),
        )
        .select_from(_s)
        .join(last, last.c.slot_id == _s.c.id, isouter=True)
        .join(_a, _a.c.id == last.c.id, isouter=True)
        .join(dropped, and_(dropped.c.slot_id == _s.c.id, dropped.c.person_id == _s.c.person_id), isouter=True)
        .where(_s.c.edition_id == scope.edition_id, _s.c.closed_at.is_(None))
    )


def _without_slot(scope: Scope) -> Select[Any]:
    """Assignments nobody planned a slot for."""
    return select(
        null().label("slot_id"),
        _a.c.id.label("assignment_id"),
        _a.c.participant_id,
        null().label("wave_id"),
        *(_a.c[name] for name in ("mode", "state", "person_id", "coordinator_id")),
        *(_a.c[name] for name in ("opens_at", "due_at", "answer_by", "contact_id")),
        literal(0).label("is_hole"),
    ).where(
        _a.c.edition_id == scope.edition_id,
        _a.c.slot_id.is_(None),
        _a.c.state.in_([state.value for state in LIVE]),
    )


def narrowed(query: Select[Any], every: Subquery, wanted: Wanted) -> Select[Any]:
    """The query over what ``planned`` gave, narrowed to what is wanted."""
    column = every.c
    conditions = [
        *([column.mode == wanted.mode.value] if wanted.mode is not None else []),
        *([column.wave_id == wanted.wave_id] if wanted.wave_id is not None else []),
        *([column.voivodship.in_(wanted.voivodships)] if wanted.voivodships else []),
        *([column.participant_id == wanted.participant_id] if wanted.participant_id is not None else []),
        *([column.person_id == wanted.person_id] if wanted.person_id is not None else []),
        *([column.stage.in_(sorted(stage.value for stage in wanted.stages))] if wanted.stages else []),
        *([column.is_late == 1] if wanted.late_only else []),
        *([column.due_at >= wanted.due_from] if wanted.due_from is not None else []),
        *([column.due_at < wanted.due_until] if wanted.due_until is not None else []),
        *([column.submitted_at >= wanted.sent_from] if wanted.sent_from is not None else []),
        *([column.submitted_at < wanted.sent_until] if wanted.sent_until is not None else []),
    ]
    return query.select_from(every).where(*conditions)


def in_scope(
    scope: Scope, of_place: ColumnElement[Any], of_assignment: ColumnElement[Any]
) -> list[ColumnElement[bool]]:
    """What the coordinator's participant or the coordinator's assignment is; what is nobody's is everybody's."""
    if scope.coordinator_id is None:
        return []
    mine = scope.coordinator_id
    nobodys = and_(of_place.is_(None), of_assignment.is_(None))
    return [or_(of_place == mine, of_assignment == mine, nobodys)]


def place_in_scope(scope: Scope) -> list[ColumnElement[bool]]:
    """Participants that are the coordinator's, or nobody's."""
    if scope.coordinator_id is None:
        return []
    return [or_(_p.c.coordinator_id == scope.coordinator_id, _p.c.coordinator_id.is_(None))]


def person_in_scope(scope: Scope) -> list[ColumnElement[bool]]:
    """People that are the coordinator's, or nobody's."""
    if scope.coordinator_id is None:
        return []
    return [or_(_q.c.coordinator_id == scope.coordinator_id, _q.c.coordinator_id.is_(None))]


def name_in_scope(scope: Scope) -> ColumnElement[Any]:
    """A person's name for those who may know it; others get none."""
    seen = person_in_scope(scope)
    return case((and_(*seen), _q.c.name), else_=null()).label("name") if seen else _q.c.name
