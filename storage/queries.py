"""Queries of participants about their results: what was asked, by when it is answered, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, update

from scenarios.contact import Phase
from scenarios.model import Mode
from storage import schema
from storage.insert import insert_row
from storage.reviews import ReviewState
from storage.scope import Scope
from storage.unit import Unit


class QueryState(StrEnum):
    """How far a query is."""

    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    """Not wanted any more, or written down by mistake."""


class Which(StrEnum):
    """A part of the list."""

    OPEN = "open"
    OVERDUE = "overdue"
    """Open, and past the day of the answer."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Query:
    """A query. ``contact_id`` and ``path`` are what it is about, where it names them; ``asked_by`` who wrote it.

    ``effect`` holds ``draft`` (what is chosen and not carried out), ``done`` (what came of it) and ``undone`` (what
    came of it before it was opened again), each with ``kind`` and what belongs to it.
    """

    id: int
    edition_id: int
    participant_id: int
    contact_id: int | None
    path: str | None
    asked_by: str
    text: str
    asked_at: datetime
    answer_by: datetime
    state: QueryState
    answer: str | None
    effect: Mapping[str, Any]
    answered_at: datetime | None
    answered_by: int | None

    @property
    def draft(self) -> Mapping[str, Any] | None:
        """What is chosen and not carried out yet."""
        chosen: Mapping[str, Any] | None = self.effect.get("draft")
        return chosen

    @property
    def done(self) -> Mapping[str, Any] | None:
        """What came of it."""
        done: Mapping[str, Any] | None = self.effect.get("done")
        return done


@dataclass(frozen=True, slots=True)
class SentContact:
    """A contact of a participant that was sent. Who made it is not told."""

    contact_id: int
    mode: Mode
    begun_at: datetime
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class QueryLine:
    """A line of the list: the query, the institution's short name, how the contact was made."""

    query: Query
    participant: str
    mode: Mode | None


table = schema.queries
_ALL = tuple(table.c[field.name] for field in fields(Query))
_places, _contacts, _tasks, _reviews = schema.participants, schema.contacts, schema.assignments, schema.reviews


def add(
    unit: Unit,
    *,
    edition_id: int,
    participant_id: int,
    text: str,
    asked_by: str,
    asked_at: datetime,
    answer_by: datetime,
    contact_id: int | None = None,
    path: str | None = None,
) -> int:
    """Write a query down; returns its id."""
    whose = {"edition_id": edition_id, "participant_id": participant_id, "contact_id": contact_id, "path": path}
    said = {"text": text, "asked_by": asked_by, "asked_at": asked_at, "answer_by": answer_by}
    return insert_row(unit, table, {**whose, **said, "state": QueryState.OPEN.value, "effect": {}})


def query(unit: Unit, query_id: int, *, lock: bool = False) -> Query | None:
    """The query; ``lock`` keeps other processes' units from it until this one is committed."""
    found = select(*_ALL).where(table.c.id == query_id)
    row = unit.execute(found.with_for_update() if lock else found).one_or_none()
    return None if row is None else _value(row)


def change(unit: Unit, query_id: int, **values: object) -> None:
    """Give fields of ``Query`` new values. Raises ``LookupError``."""
    if unit.execute(update(table).where(table.c.id == query_id).values(values)).rowcount != 1:
        raise LookupError(f"there is no query {query_id}")


def counts(unit: Unit, scope: Scope, *, now: datetime) -> Mapping[Which, int]:
    """How many there are in each part of the list that somebody sees."""
    number = _within(select(func.count()).select_from(table), scope)
    return {which: int(unit.execute(number.where(_is_in(which, now))).scalar_one()) for which in Which}


def listed(unit: Unit, scope: Scope, which: Which, *, now: datetime, limit: int, offset: int = 0) -> list[QueryLine]:
    """A part of the list, what is due first first; of what is closed the last first."""
    found = _lines(scope).where(_is_in(which, now))
    order = (
        (table.c.answered_at.desc(), table.c.id.desc()) if which is Which.CLOSED else (table.c.answer_by, table.c.id)
    )
    rows = unit.execute(found.order_by(*order).limit(limit).offset(offset))
    return [_line(row) for row in rows]


def of_participant(unit: Unit, scope: Scope, participant_id: int) -> list[QueryLine]:
    """The queries of one participant, the last first."""
    found = _lines(scope).where(table.c.participant_id == participant_id)
    return [_line(row) for row in unit.execute(found.order_by(table.c.asked_at.desc(), table.c.id.desc()))]


def contacts_of(unit: Unit, participant_id: int) -> list[SentContact]:
    """The contacts of a participant that were sent and count, the last first."""
    void = select(_reviews.c.contact_id).where(_reviews.c.state == ReviewState.VOID.value)
    found = (
        select(_contacts.c.id.label("contact_id"), _tasks.c.mode, _contacts.c.begun_at, _contacts.c.submitted_at)
        .join(_tasks, _tasks.c.id == _contacts.c.assignment_id)
        .where(_tasks.c.participant_id == participant_id, _contacts.c.submitted_at.is_not(None))
        .where(_contacts.c.phase.in_([Phase.SUBMITTED.value, Phase.LOCKED.value]), _contacts.c.id.not_in(void))
        .order_by(_contacts.c.submitted_at.desc(), _contacts.c.id.desc())
    )
    return [SentContact(**{**row._asdict(), "mode": Mode(row.mode)}) for row in unit.execute(found)]


def decided(unit: Unit, edition_id: int, *, participant_id: int | None = None) -> Mapping[tuple[int, str], bool | int]:
    """Marks that hold instead of the juror's own, by contact and path: what came of queries, the last one counts."""
    found = select(*_ALL).where(table.c.edition_id == edition_id, table.c.state == QueryState.ANSWERED.value)
    if participant_id is not None:
        found = found.where(table.c.participant_id == participant_id)
    values: dict[tuple[int, str], bool | int] = {}
    for one in map(_value, unit.execute(found.order_by(table.c.answered_at, table.c.id))):
        if one.done is not None and one.done["kind"] == "value" and one.contact_id is not None and one.path is not None:
            values[one.contact_id, one.path] = one.done["value"]
    return values


def _lines(scope: Scope) -> Select[Any]:
    found = (
        select(*_ALL, _places.c.short_name, _tasks.c.mode)
        .select_from(table)
        .outerjoin(_contacts, _contacts.c.id == table.c.contact_id)
        .outerjoin(_tasks, _tasks.c.id == _contacts.c.assignment_id)
    )
    return _within(found, scope)


def _within(found: Select[Any], scope: Scope) -> Select[Any]:
    within = found.join(_places, _places.c.id == table.c.participant_id).where(table.c.edition_id == scope.edition_id)
    if scope.coordinator_id is None:
        return within
    theirs = _places.c.coordinator_id
    return within.where(or_(theirs.is_(None), theirs == scope.coordinator_id))


def _is_in(which: Which, now: datetime) -> ColumnElement[bool]:
    is_open = table.c.state == QueryState.OPEN.value
    match which:
        case Which.OPEN:
            return is_open
        case Which.OVERDUE:
            return and_(is_open, table.c.answer_by < now)
        case Which.CLOSED:
            return table.c.state != QueryState.OPEN.value


def _line(row: Row[Any]) -> QueryLine:
    known = row._asdict()
    mode, short_name = known.pop("mode"), known.pop("short_name")
    return QueryLine(_query(known), short_name, None if mode is None else Mode(mode))


def _value(row: Row[Any]) -> Query:
    return _query(row._asdict())


def _query(known: Mapping[str, Any]) -> Query:
    return Query(**{**known, "state": QueryState(known["state"]), "effect": known["effect"] or {}})
