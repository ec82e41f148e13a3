"""Read-only queries behind every status screen and report. Who the juror is stands apart from what they saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from scenarios.contact import Contact, Phase
from scenarios.contact_json import load_contact
from scenarios.model import Mode
from storage import editions, evidence, schema
from storage.assignments import UNFINISHED, State
from storage.scope import Scope
from storage.unit import Unit

SUBMITTED = (Phase.SUBMITTED, Phase.LOCKED)


@dataclass(frozen=True, slots=True)
class Counts:
    """An edition in numbers; combinations that do not occur are left out."""

    assignments: Mapping[tuple[State, Mode], int]
    contacts: Mapping[Phase, int]
    evidence_waiting: int
    """Files announced or stored, but not verified yet."""
    late: int
    """Assignments past their date with no report sent."""


@dataclass(frozen=True, slots=True)
class LateAssignment:
    """An assignment past its date with no report sent."""

    assignment_id: int
    person_id: int
    person: str
    participant: str
    mode: Mode
    state: State
    due_at: datetime


@dataclass(frozen=True, slots=True)
class SubmittedContact:
    """A line in the list of reports that were sent; nothing in it tells who sent it."""

    contact_id: int
    participant_id: int
    participant: str
    """The institution's short name."""
    mode: Mode
    phase: Phase
    submitted_at: datetime
    sealed_at: datetime | None
    evidence_waiting: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One contact to be read: what was seen, where, with which files."""

    contact: Contact
    phase: Phase
    participant: editions.Participant
    mode: Mode
    scenario: str
    scenario_version: str
    assignment_id: int
    evidence: tuple[evidence.EvidenceRow, ...]
    submitted_at: datetime | None
    locks_at: datetime | None
    sealed_at: datetime | None
    receipt: str | None
    erased_at: datetime | None = None
    """When its words were erased, their time being over."""


@dataclass(frozen=True, slots=True)
class Juror:
    """Who made a contact; asked for apart, by those who may know."""

    person_id: int
    name: str


_assignments, _contacts = schema.assignments, schema.contacts
_participants, _people, _files = schema.participants, schema.people, schema.evidence


def counts(unit: Unit, edition_id: int, *, now: datetime) -> Counts:
    """The numbers of an edition at a moment."""
    ours = _assignments.c.edition_id == edition_id
    number = func.count().label("number")
    by_state = unit.execute(
        select(_assignments.c.state, _assignments.c.mode, number).where(ours).group_by("state", "mode")
    ).all()
    by_phase = unit.execute(
        select(_contacts.c.phase, number)
        .join(_assignments, _assignments.c.id == _contacts.c.assignment_id)
        .where(ours)
        .group_by(_contacts.c.phase)
    ).all()
    late = select(func.count()).select_from(_assignments).where(ours, _is_late(now))
    return Counts(
        assignments={(State(row.state), Mode(row.mode)): row.number for row in by_state},
        contacts={Phase(row.phase): row.number for row in by_phase},
        evidence_waiting=files_waiting(unit, edition_id),
        late=unit.execute(late).scalar_one(),
    )


def files_waiting(unit: Unit, edition_id: int) -> int:
    """Files of an edition that were announced or stored, but not verified yet."""
    waiting = (
        select(func.count())
        .select_from(_files)
        .join(_people, _people.c.id == _files.c.person_id)
        .where(_people.c.edition_id == edition_id, _is_waiting())
    )
    return int(unit.execute(waiting).scalar_one())


def late(unit: Unit, edition_id: int, *, now: datetime) -> list[LateAssignment]:
    """Assignments past their date with no report sent, the longest overdue first."""
    rows = unit.execute(
        select(
            _assignments.c.id.label("assignment_id"),
            _assignments.c.person_id,
            _people.c.name.label("person"),
            _participants.c.short_name.label("participant"),
            *(_assignments.c[name] for name in ("mode", "state", "due_at")),
        )
        .join(_people, _people.c.id == _assignments.c.person_id)
        .join(_participants, _participants.c.id == _assignments.c.participant_id)
        .where(_assignments.c.edition_id == edition_id, _is_late(now))
        .order_by(_assignments.c.due_at, _assignments.c.id)
    )
    return [LateAssignment(**{**row._asdict(), "mode": Mode(row.mode), "state": State(row.state)}) for row in rows]


def submitted(
    unit: Unit, scope: Scope, *, limit: int | None = None, after: SubmittedContact | None = None
) -> list[SubmittedContact]:
    """Reports within the scope that were sent, the newest first; ``after`` is the last one of the page before."""
    theirs = _assignments.c.coordinator_id
    query = (
        select(
            _contacts.c.id.label("contact_id"),
            _assignments.c.participant_id,
            _participants.c.short_name.label("participant"),
            _assignments.c.mode,
            *(_contacts.c[name] for name in ("phase", "submitted_at", "sealed_at")),
            _files_waiting().label("evidence_waiting"),
        )
        .join(_assignments, _assignments.c.id == _contacts.c.assignment_id)
        .join(_participants, _participants.c.id == _assignments.c.participant_id)
        .where(_assignments.c.edition_id == scope.edition_id, _contacts.c.submitted_at.is_not(None))
        .where(_contacts.c.phase.in_([phase.value for phase in SUBMITTED]))
        .order_by(_contacts.c.submitted_at.desc(), _contacts.c.id.desc())
        .limit(limit)
    )
    if scope.coordinator_id is not None:
        query = query.where(or_(theirs.is_(None), theirs == scope.coordinator_id))
    if after is not None:
        at, number = after.submitted_at, after.contact_id
        same_moment = and_(_contacts.c.submitted_at == at, _contacts.c.id < number)
        query = query.where(or_(_contacts.c.submitted_at < at, same_moment))
    rows = unit.execute(query)
    return [SubmittedContact(**{**row._asdict(), "mode": Mode(row.mode), "phase": Phase(row.phase)}) for row in rows]


def reading(unit: Unit, contact_id: int) -> Reading | None:
    """One contact to be read, in whatever phase it is; without the juror."""
    row = unit.execute(
        select(
            *(_contacts.c[name] for name in ("contact", "phase", "scenario_version", "assignment_id")),
            *(_contacts.c[name] for name in ("submitted_at", "locks_at", "sealed_at", "receipt", "erased_at")),
            *(_assignments.c[name] for name in ("mode", "scenario", "participant_id")),
        )
        .join(_assignments, _assignments.c.id == _contacts.c.assignment_id)
        .where(_contacts.c.id == contact_id)
    ).one_or_none()
    return None if row is None else _reading(unit, contact_id, row)


def juror(unit: Unit, contact_id: int) -> Juror | None:
    """Who made the contact."""
    row = unit.execute(
        select(_people.c.id.label("person_id"), _people.c.name)
        .join(_contacts, _contacts.c.person_id == _people.c.id)
        .where(_contacts.c.id == contact_id)
    ).one_or_none()
    return None if row is None else Juror(**row._asdict())


def edition_of_contact(unit: Unit, contact_id: int) -> int | None:
    """The edition a contact belongs to, so that nobody reads another edition's."""
    query = (
        select(_assignments.c.edition_id)
        .join(_contacts, _contacts.c.assignment_id == _assignments.c.id)
        .where(_contacts.c.id == contact_id)
    )
    found: int | None = unit.execute(query).scalar()
    return found


def _reading(unit: Unit, contact_id: int, row: Row[Any]) -> Reading:
    participant = editions.participant(unit, row.participant_id)
    if participant is None:  # a foreign key says this cannot be
        raise LookupError(f"contact {contact_id} has no participant")
    return Reading(
        contact=load_contact(row.contact),
        phase=Phase(row.phase),
        participant=participant,
        mode=Mode(row.mode),
        scenario=row.scenario,
        scenario_version=row.scenario_version,
        assignment_id=row.assignment_id,
        evidence=tuple(evidence.of_contact(unit, contact_id)),
        submitted_at=row.submitted_at,
        locks_at=row.locks_at,
        sealed_at=row.sealed_at,
        receipt=row.receipt,
        erased_at=row.erased_at,
    )


def _is_late(now: datetime) -> ColumnElement[bool]:
    """Past its date, still expected, and its present contact not sent."""
    sent = (
        select(_contacts.c.id)
        .where(_contacts.c.id == _assignments.c.contact_id)
        .where(_contacts.c.phase.in_([phase.value for phase in SUBMITTED]))
        .exists()
    )
    return and_(_assignments.c.due_at < now, _assignments.c.state.in_([state.value for state in UNFINISHED]), ~sent)


def _is_waiting() -> ColumnElement[bool]:
    return _files.c.status.in_([status.value for status in evidence.WAITING])


def _files_waiting() -> ColumnElement[int]:
    count = select(func.count()).select_from(_files).where(_files.c.contact_id == _contacts.c.id, _is_waiting())
    return count.correlate(_contacts).scalar_subquery()
