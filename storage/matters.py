"""What happened in an edition and what waits for somebody: refusals, doubts, disagreements, queries, lost files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from scenarios.model import Mode
from storage import schema
from storage.assignments import State
from storage.evidence import Status
from storage.planned import ALL, DROPPED, Wanted, in_scope, name_in_scope
from storage.scope import Scope
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Dropped:
    """An assignment after which somebody else was needed."""

    assignment_id: int
    slot_id: int | None
    participant_id: int
    participant: str
    mode: Mode
    person_id: int
    person: str | None
    """None: a juror of another coordinator."""
    state: State
    reason: str | None
    changed_at: datetime


_a, _s, _c, _p, _q = (
    *(schema.assignments, schema.slots, schema.contacts),
    *(schema.participants, schema.people),
)


def dropped(
    unit: Unit,
    scope: Scope,
    *,
    states: Iterable[State] = DROPPED,
    since: datetime | None = None,
    until: datetime | None = None,
    wanted: Wanted = ALL,
) -> list[Dropped]:
    """Assignments that were declined, ran out, went back or became void, the newest first."""
    query = (
        select(
            _a.c.id.label("assignment_id"),
            *(_a.c[name] for name in ("slot_id", "participant_id", "mode", "person_id")),
            *(_a.c[name] for name in ("state", "reason", "changed_at")),
            _p.c.short_name.label("participant"),
            name_in_scope(scope).label("person"),
        )
        .join(_p, _p.c.id == _a.c.participant_id)
        .join(_q, _q.c.id == _a.c.person_id)
        .where(_a.c.edition_id == scope.edition_id, _a.c.state.in_([State(state).value for state in states]))
        .where(*in_scope(scope, _p.c.coordinator_id, _a.c.coordinator_id))
        .order_by(_a.c.changed_at.desc(), _a.c.id.desc())
    )
    conditions = [
        *([_a.c.changed_at >= since] if since is not None else []),
        *([_a.c.changed_at < until] if until is not None else []),
        *([_a.c.mode == wanted.mode.value] if wanted.mode is not None else []),
        *([_a.c.participant_id == wanted.participant_id] if wanted.participant_id is not None else []),
        *([_a.c.person_id == wanted.person_id] if wanted.person_id is not None else []),
        *([_p.c.voivodship.in_(wanted.voivodships)] if wanted.voivodships else []),
    ]
    if wanted.wave_id is not None:
        query = query.join(_s, _s.c.id == _a.c.slot_id)
        conditions.append(_s.c.wave_id == wanted.wave_id)
    rows = unit.execute(query.where(*conditions))
    return [Dropped(**{**row._asdict(), "mode": Mode(row.mode), "state": State(row.state)}) for row in rows]


def moved(unit: Unit, scope: Scope, *, since: datetime) -> dict[State, int]:
    """How many assignments came to their present state since then, by state."""
    query = (
        select(_a.c.state, func.count().label("number"))
        .join(_p, _p.c.id == _a.c.participant_id)
        .where(_a.c.edition_id == scope.edition_id, _a.c.changed_at >= since)
        .where(*in_scope(scope, _p.c.coordinator_id, _a.c.coordinator_id))
        .group_by(_a.c.state)
    )
    return {State(row.state): int(row.number) for row in unit.execute(query)}


@dataclass(frozen=True, slots=True)
class Marked:
    """A contact that was sent and about which there is something; nothing tells who made it."""

    contact_id: int
    slot_id: int | None
    participant_id: int
    participant: str
    mode: Mode
    submitted_at: datetime
    number: int
    """Marks of doubt, or files that are missing."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for somebody of the office, besides reviews."""

    disagreements: int
    queries: int
    queries_late: int
    """Of the queries, those past their day."""


@dataclass(frozen=True, slots=True)
class Silent:
    """A person who cannot be reached: no chat yet, or every chat of theirs is gone."""

    person_id: int
    person: str
    has_arrived: bool


def doubted(unit: Unit, scope: Scope, *, wanted: Wanted = ALL) -> list[Marked]:
    """Sent contacts with marks of doubt that are not approved yet, those with most marks first."""
    doubts, reviews = schema.doubts, schema.reviews
    number = func.count(doubts.c.id).label("number")
    approved = select(reviews.c.contact_id).where(reviews.c.contact_id == _c.c.id, reviews.c.state == "approved")
    query = (
        _marked(number)
        .join(doubts, doubts.c.contact_id == _c.c.id)
        .where(~approved.exists())
        .group_by(*_MARKED)
        .order_by(number.desc(), _c.c.id)
    )
    return _all_marked(unit, query.where(*_of_sent(scope, wanted)))


def without_evidence(unit: Unit, scope: Scope, *, wanted: Wanted = ALL) -> list[Marked]:
    """Sent contacts with files that never arrived or could not be kept, the oldest first."""
    files = schema.evidence
    number = func.count(files.c.id).label("number")
    missing = [Status.EXPECTED.value, Status.RECEIVED.value, Status.REFUSED.value]
    query = (
        _marked(number)
        .join(files, files.c.contact_id == _c.c.id)
        .where(files.c.status.in_(missing), files.c.path.is_not(None))
        .group_by(*_MARKED)
        .order_by(_c.c.submitted_at, _c.c.id)
    )
    return _all_marked(unit, query.where(*_of_sent(scope, wanted)))


def waiting(unit: Unit, scope: Scope, *, now: datetime) -> Waiting:
    """Disagreements not settled and queries not answered."""
    disagreements, queries = schema.disagreements, schema.queries
    number = func.count()
    open_disagreements = (
        select(number)
        .select_from(disagreements)
        .join(_p, _p.c.id == disagreements.c.participant_id)
        .where(disagreements.c.edition_id == scope.edition_id, disagreements.c.settled_at.is_(None))
    )
    open_queries = (
        select(number)
        .select_from(queries)
        .join(_p, _p.c.id == queries.c.participant_id)
        .where(queries.c.edition_id == scope.edition_id, queries.c.answered_at.is_(None))
    )
    if scope.coordinator_id is not None:
        mine = or_(_p.c.coordinator_id.is_(None), _p.c.coordinator_id == scope.coordinator_id)
        open_disagreements, open_queries = open_disagreements.where(mine), open_queries.where(mine)
    return Waiting(
        disagreements=unit.execute(open_disagreements).scalar_one(),
        queries=unit.execute(open_queries).scalar_one(),
        queries_late=unit.execute(open_queries.where(queries.c.answer_by < now)).scalar_one(),
    )


def unreachable(unit: Unit, scope: Scope) -> list[Silent]:
    """Jurors still taking part whom no message can reach, by name."""
    addresses = schema.addresses
    here = select(addresses.c.id).where(addresses.c.person_id == _q.c.id)
    query = (
        select(_q.c.id.label("person_id"), _q.c.name.label("person"), here.exists().label("has_arrived"))
        .where(_q.c.edition_id == scope.edition_id, _q.c.role == "juror", _q.c.left_at.is_(None))
        .where(~here.where(addresses.c.reachable.is_(True)).exists())
        .order_by(_q.c.name, _q.c.id)
    )
    if scope.coordinator_id is not None:
        query = query.where(or_(_q.c.coordinator_id.is_(None), _q.c.coordinator_id == scope.coordinator_id))
    return [Silent(row.person_id, row.person, bool(row.has_arrived)) for row in unit.execute(query)]


_MARKED = (
    _c.c.id,
    _a.c.slot_id,
    _a.c.participant_id,
    _p.c.short_name,
    _a.c.mode,
    _c.c.submitted_at,
)


def _marked(number: ColumnElement[int]) -> Select[Any]:
    return (
        select(*_MARKED, number)
        .select_from(_c)
        .join(_a, _a.c.contact_id == _c.c.id)
        .join(_p, _p.c.id == _a.c.participant_id)
    )


def _of_sent(scope: Scope, wanted: Wanted) -> list[ColumnElement[bool]]:
    return [
        _a.c.edition_id == scope.edition_id,
        _a.c.state == State.DONE.value,
        _c.c.submitted_at.is_not(None),
        *in_scope(scope, _p.c.coordinator_id, _a.c.coordinator_id),
        *([_a.c.mode == wanted.mode.value] if wanted.mode is not None else []),
        *([_a.c.participant_id == wanted.participant_id] if wanted.participant_id is not None else []),
        *([_p.c.voivodship.in_(wanted.voivodships)] if wanted.voivodships else []),
        *([_c.c.submitted_at >= wanted.sent_from] if wanted.sent_from is not None else []),
        *([_c.c.submitted_at < wanted.sent_until] if wanted.sent_until is not None else []),
    ]


def _all_marked(unit: Unit, query: Select[Any]) -> list[Marked]:
    return [
        Marked(row.id, row.slot_id, row.participant_id, row.short_name, Mode(row.mode), row.submitted_at, row.number)
        for row in unit.execute(query)
    ]
