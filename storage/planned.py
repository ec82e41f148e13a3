"""Planned contacts: every open slot with its present assignment, every assignment without a slot, and where it stands.

The table ``planned_contacts`` holds them, a row for each. The database itself keeps it in the same transaction as what
it follows from (triggers made by migration 0007; why: docs/decisions/0015-planned-contacts-are-kept.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, null, or_

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


_t, _p, _q = schema.planned_contacts, schema.participants, schema.people

COLUMNS = _t.c
"""What is known of a planned contact."""


def is_late(now: datetime) -> ColumnElement[bool]:
    """Offered or accepted, past its date, and no report sent."""
    return _t.c.late_from < now


def narrowed(
    query: Select[Any], scope: Scope, wanted: Wanted, *, now: datetime, with_places: bool = False
) -> Select[Any]:
    """A query over planned contacts, narrowed to the scope and to what is wanted.

    ``with_places``: it reads their participants too; without need they are not looked up.
    """
    conditions = [
        _t.c.edition_id == scope.edition_id,
        *in_scope(scope, _p.c.coordinator_id, _t.c.coordinator_id),
        *([_t.c.mode == wanted.mode.value] if wanted.mode is not None else []),
        *([_t.c.wave_id == wanted.wave_id] if wanted.wave_id is not None else []),
        *([_p.c.voivodship.in_(wanted.voivodships)] if wanted.voivodships else []),
        *([_t.c.participant_id == wanted.participant_id] if wanted.participant_id is not None else []),
        *([_t.c.person_id == wanted.person_id] if wanted.person_id is not None else []),
        *([_t.c.stage.in_(sorted(stage.value for stage in wanted.stages))] if wanted.stages else []),
        *([is_late(now)] if wanted.late_only else []),
        *([_t.c.due_at >= wanted.due_from] if wanted.due_from is not None else []),
        *([_t.c.due_at < wanted.due_until] if wanted.due_until is not None else []),
        *([_t.c.submitted_at >= wanted.sent_from] if wanted.sent_from is not None else []),
        *([_t.c.submitted_at < wanted.sent_until] if wanted.sent_until is not None else []),
    ]
    query = query.select_from(_t)
    if with_places or wanted.voivodships or scope.coordinator_id is not None:
        query = query.join(_p, _p.c.id == _t.c.participant_id)
    return query.where(*conditions)


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
