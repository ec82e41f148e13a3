"""Reviews of reports that were sent: what waits, what went back to its juror, what was approved or does not count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, update

from scenarios.model import Mode
from storage import schema
from storage.evidence import WAITING as FILES_WAITING
from storage.insert import insert_or_ignore
from storage.scope import Scope
from storage.unit import Unit


class ReviewState(StrEnum):
    """How far the review of a contact is."""

    WAITING = "waiting"
    RETURNED = "returned"
    """Some steps went back to the juror."""
    APPROVED = "approved"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Review:
    """The review of one contact. ``reviewer_id`` is who took it on or decided it.

    ``comment``, ``paths`` and ``answer_by`` are those of the last return. ``waiting_since`` is when it last joined the
    queue. ``chosen`` and ``draft`` are a return being put together: the questions and the words so far.
    """

    contact_id: int
    state: ReviewState
    reviewer_id: int | None
    comment: str | None
    paths: tuple[str, ...]
    answer_by: datetime | None
    waiting_since: datetime
    changed_at: datetime
    chosen: tuple[str, ...] | None = None
    draft: str | None = None

    @property
    def is_unanswered(self) -> bool:
        """Whether it is back in the queue because the juror did not answer in time."""
        return self.state is ReviewState.WAITING and self.answer_by is not None


class Which(StrEnum):
    """A part of the queue."""

    WAITING = "waiting"
    DOUBTFUL = "doubtful"
    """Waiting, with marks of doubt."""
    RETURNED = "returned"
    MINE = "mine"
    """Waiting, taken on by the person who asks."""
    SETTLED = "settled"
    """Approved or void, the last ones first."""


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A line of the queue; nothing in it tells who the juror is."""

    contact_id: int
    participant: str
    """The institution's short name."""
    mode: Mode
    state: ReviewState
    reviewer_id: int | None
    answer_by: datetime | None
    submitted_at: datetime | None
    waiting_since: datetime
    changed_at: datetime
    doubts: int
    files_waiting: int

    @property
    def is_unanswered(self) -> bool:
        """Whether it is back because the juror did not answer in time."""
        return self.state is ReviewState.WAITING and self.answer_by is not None


table = schema.reviews
_REVIEW = tuple(table.c[field.name] for field in fields(Review) if field.name in table.c)
_contacts, _assignments = schema.contacts, schema.assignments


def begin(unit: Unit, contact_id: int, *, now: datetime) -> bool:
    """A report was sent: it waits for its review. ``False`` where it has one already."""
    values = {"contact_id": contact_id, "state": ReviewState.WAITING.value, "waiting_since": now, "changed_at": now}
    empty: dict[str, object] = {"reviewer_id": None, "comment": None, "paths": None, "answer_by": None}
    return insert_or_ignore(unit, table, {**values, **empty})


def review(unit: Unit, contact_id: int, *, lock: bool = False) -> Review | None:
    """The review of a contact; ``lock`` keeps other processes' units from it until this one is committed."""
    query = select(*_REVIEW).where(table.c.contact_id == contact_id)
    row = unit.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _review(row)


def set_state(unit: Unit, contact_id: int, state: ReviewState, *, now: datetime, **values: object) -> None:
    """Move a review to another state; ``values`` are other fields of ``Review``. Raises ``LookupError``.

    Whatever joins the queue again waits since ``now``.
    """
    paths = values.get("paths")
    if isinstance(paths, Sequence):
        values = {**values, "paths": {"returned": list(paths)}}
    if state is ReviewState.WAITING:
        values = {"waiting_since": now, **values}
    changed = update(table).where(table.c.contact_id == contact_id)
    if unit.execute(changed.values(state=state.value, changed_at=now, **values)).rowcount != 1:
        raise LookupError(f"contact {contact_id} has no review")


def put_together(unit: Unit, found: Review, *, chosen: Sequence[str] | None, draft: str | None) -> None:
    """Keep a return that is being put together beside the review; None and None: nothing is any more."""
    paths: dict[str, object] = {"returned": list(found.paths)}
    if chosen is not None:
        paths |= {"chosen": list(chosen), "draft": draft}
    unit.execute(update(table).where(table.c.contact_id == found.contact_id).values(paths=paths))


def take_on(unit: Unit, contact_id: int, reviewer_id: int | None, *, now: datetime) -> None:
    """Who looks at it (``None``: nobody in particular)."""
    changed = update(table).where(table.c.contact_id == contact_id)
    unit.execute(changed.values(reviewer_id=reviewer_id, changed_at=now))


def counts(unit: Unit, scope: Scope, *, person_id: int) -> Mapping[Which, int]:
    """How many there are in each part of the queue that somebody sees."""
    query = _within(select(func.count()).select_from(table), scope)
    return {which: int(unit.execute(query.where(_is_in(which, person_id))).scalar_one()) for which in Which}


def queue(unit: Unit, scope: Scope, which: Which, *, person_id: int, limit: int, offset: int = 0) -> list[QueueLine]:
    """A part of the queue, what waits longest first; of what is settled the last first."""
    files = schema.evidence
    doubts = select(func.count()).where(schema.doubts.c.contact_id == table.c.contact_id).scalar_subquery()
    on_their_way = (
        select(func.count())
        .where(files.c.contact_id == table.c.contact_id, files.c.status.in_([each.value for each in FILES_WAITING]))
        .scalar_subquery()
    )
    columns = ("contact_id", "state", "reviewer_id", "answer_by", "waiting_since", "changed_at")
    query = _within(
        select(
            *(table.c[name] for name in columns),
            schema.participants.c.short_name.label("participant"),
            _assignments.c.mode,
            _contacts.c.submitted_at,
            doubts.label("doubts"),
            on_their_way.label("files_waiting"),
        ),
        scope,
    ).join(schema.participants, schema.participants.c.id == _assignments.c.participant_id)
    order = (
        (table.c.changed_at.desc(), table.c.contact_id.desc())
        if which is Which.SETTLED
        else (table.c.waiting_since, table.c.contact_id)
    )
    rows = unit.execute(query.where(_is_in(which, person_id)).order_by(*order).limit(limit).offset(offset))
    return [QueueLine(**{**row._asdict(), "mode": Mode(row.mode), "state": ReviewState(row.state)}) for row in rows]


def beside(unit: Unit, scope: Scope, found: Review, *, forward: bool) -> int | None:
    """The contact that waits next after (or before) this one, by the time they joined the queue."""
    at, number = table.c.waiting_since, table.c.contact_id
    if forward:
        there = or_(at > found.waiting_since, and_(at == found.waiting_since, number > found.contact_id))
        order = (at, number)
    else:
        there = or_(at < found.waiting_since, and_(at == found.waiting_since, number < found.contact_id))
        order = (at.desc(), number.desc())  # type: ignore[assignment]
    query = _within(select(number), scope).where(_is_in(Which.WAITING, 0), there).order_by(*order).limit(1)
    next_one: int | None = unit.execute(query).scalar()
    return next_one


def jurors_at(unit: Unit, participant_id: int) -> list[int]:
    """The people who made contacts at a participant, in the order in which they first did."""
    first = func.min(_contacts.c.id)
    query = (
        select(_contacts.c.person_id)
        .join(_assignments, _assignments.c.id == _contacts.c.assignment_id)
        .where(_assignments.c.participant_id == participant_id)
        .group_by(_contacts.c.person_id)
        .order_by(first)
    )
    return [int(person) for person in unit.execute(query).scalars()]


def _within(query: Select[Any], scope: Scope) -> Select[Any]:
    within = (
        query.join(_contacts, _contacts.c.id == table.c.contact_id)
        .join(_assignments, _assignments.c.id == _contacts.c.assignment_id)
        .where(_assignments.c.edition_id == scope.edition_id)
    )
    if scope.coordinator_id is None:
        return within
    theirs = _assignments.c.coordinator_id
    return within.where(or_(theirs.is_(None), theirs == scope.coordinator_id))


def _is_in(which: Which, person_id: int) -> ColumnElement[bool]:
    waiting = table.c.state == ReviewState.WAITING.value
    match which:
        case Which.WAITING:
            return waiting
        case Which.DOUBTFUL:
            marked = select(schema.doubts.c.id).where(schema.doubts.c.contact_id == table.c.contact_id).exists()
            return and_(waiting, marked)
        case Which.RETURNED:
            return table.c.state == ReviewState.RETURNED.value
        case Which.MINE:
            return and_(waiting, table.c.reviewer_id == person_id)
        case Which.SETTLED:
            return table.c.state.in_([ReviewState.APPROVED.value, ReviewState.VOID.value])


def _review(row: Row[Any]) -> Review:
    kept: Mapping[str, Any] = row.paths or {}
    chosen = kept.get("chosen")
    parts = {
        "paths": tuple(kept.get("returned", ())),
        "chosen": None if chosen is None else tuple(chosen),
        "draft": kept.get("draft"),
    }
    return Review(**{**row._asdict(), **parts, "state": ReviewState(row.state)})
