"""Retention: when each kind of an edition's personal data is due, what is waiting for it, and its erasing in batches.

Nothing of a kind is erased before its organizers were warned, ``WARNING`` earlier, of exactly that number of days. What
is still argued about - an open query, an open disagreement - waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select

from scenarios.contact import ERASED
from storage import erasing, erasure, journal, schema
from storage.columns import Moment
from storage.disagreements import DisagreementState
from storage.editions import Edition
from storage.erasing import Erased, ScenarioOf
from storage.evidence import WAITING
from storage.imports import ImportState
from storage.people import Role
from storage.queries import QueryState
from storage.queue import BURIED
from storage.reviews import ReviewState
from storage.rules import Keeping
from storage.unit import Unit

WARNING = timedelta(days=7)
"""So long before something is erased its organizers are told."""
WARNED = "retention.warned"
"""The word of the journal for that."""
AT_ONCE: Mapping[Keeping, int] = {Keeping.NOTES: 25, Keeping.PEOPLE: 25}
"""Rows that are erased in one unit of work; ``BATCH`` of those not named."""
BATCH = 100

MOMENT = Moment()
"""How the database holds moments."""

ROLLING = frozenset({Keeping.FILES, Keeping.PARKED})
"""Kinds counted from the day itself: nobody is warned of each."""
_DECIDED = (ReviewState.APPROVED.value, ReviewState.VOID.value)
_FINAL_IMPORTS = (ImportState.WRITTEN.value, ImportState.REFUSED.value, ImportState.DROPPED.value)

people, evidence, contacts, tasks = schema.people, schema.evidence, schema.contacts, schema.assignments


@dataclass(frozen=True, slots=True)
class Outlook:
    """What of one kind is kept: how much, for how many days, and from when on some of it is erased (None: nothing)."""

    kind: Keeping
    days: int
    count: int
    due_at: datetime | None
    held: int = 0
    """How many of those wait for an open query or disagreement."""
    erased_at: datetime | None = None
    """When some of it was erased last."""


def end_of(edition: Edition) -> datetime:
    """The moment an edition is over: the end of its last local day."""
    after = edition.ends_on + timedelta(days=1)
    return datetime.combine(after, time(), ZoneInfo(edition.time_zone)).astimezone(UTC)


def outlook(unit: Unit, edition: Edition) -> list[Outlook]:
    """Every kind of data of an edition: what there is of it, and from when on it is erased."""
    erased = _last_erased(unit, edition.id)
    return [_outlook(unit, edition, kind, erased.get(kind.value)) for kind in Keeping]


def warned_at(unit: Unit, edition_id: int) -> Mapping[tuple[str, int], datetime]:
    """When organizers were first warned of each kind and number of days."""
    found: dict[tuple[str, int], datetime] = {}
    for entry in _entries(unit, edition_id, WARNED):
        for kind, days in entry.details["kinds"].items():
            found.setdefault((kind, int(days)), entry.at)
    return found


def to_warn(unit: Unit, edition: Edition, *, now: datetime) -> list[Outlook]:
    """What is erased within ``WARNING``, or is due already, and was not warned of."""
    warned = warned_at(unit, edition.id)
    return [
        one
        for one in outlook(unit, edition)
        if one.kind not in ROLLING
        and one.due_at is not None
        and one.due_at - WARNING <= now
        and (one.kind.value, one.days) not in warned
    ]


def note_warning(unit: Unit, edition_id: int, some: list[Outlook], *, told: int, now: datetime) -> None:
    """Organizers (so many of them) were told what is erased soon."""
    details = {"kinds": {one.kind.value: one.days for one in some}, "people": told}
    journal.write(unit, at=now, who=None, what=WARNED, subject=f"edition:{edition_id}", details=details)


def may_erase(unit: Unit, edition: Edition, kind: Keeping, *, now: datetime) -> bool:
    """Whether the warning stands long enough."""
    if kind in ROLLING:
        return True
    at = warned_at(unit, edition.id).get((kind.value, edition.rules.kept_days(kind)))
    return at is not None and at + WARNING <= now


def erase(unit: Unit, edition: Edition, kind: Keeping, *, now: datetime, scenario_of: ScenarioOf) -> Erased:
    """Erase a batch of what is due, with its proof; what is empty says that nothing is due. Again until it is."""
    erased, subject = Erased(), f"edition:{edition.id}"
    ids = _due_ids(unit, edition, kind, now)
    rest = _rest(unit, edition, kind, now)
    if not ids and not rest:
        return erased
    about = {"days": edition.rules.kept_days(kind), "because": "retention"}
    number = erasing.begin(unit, kind.value, subject, who=None, now=now, details=about)
    match kind:
        case Keeping.MEDIA | Keeping.MEMOS:
            erasing.files(unit, ids, erased, now=now)
        case Keeping.NOTES:
            erasing.texts(unit, ids, erased, number=number, scenario_of=scenario_of, now=now)
        case Keeping.MESSAGES:
            erasing.bodies(unit, schema.messages.c.id.in_(ids), erased, now=now)
            if rest:
                erasing.broadcasts(unit, edition.id, erased)
        case Keeping.MODEL:
            erasing.model(unit, ids, _call_ids(unit, edition.id), erased)
        case Keeping.FILES:
            erasing.imported(unit, ids, erased)
        case Keeping.PARKED:
            erasing.parked(unit, ids, erased)
        case Keeping.PEOPLE:
            for person_id in ids:
                erasure.erase(unit, person_id, erased, now=now)
            if rest and not ids:
                erasing.contact_persons(unit, edition.id, erased)
    erasing.prove(unit, erased, number, subject, who=None, now=now, kind=kind.value)
    return erased


def erase_buried(unit: Unit, *, before: datetime, now: datetime) -> Erased:
    """Empty jobs that were given up before a moment: what was to be sent may hold anything."""
    erased, table = Erased(), schema.jobs
    query = select(table.c.id).where(table.c.state == BURIED, table.c.settled_at < before, table.c.payload != {})
    ids = list(unit.execute(query.order_by(table.c.id).limit(BATCH)).scalars())
    if ids:
        number = erasing.begin(unit, "buried", "jobs", who=None, now=now, details={"because": "retention"})
        erasing.buried(unit, ids, erased)
        erasing.prove(unit, erased, number, "jobs", who=None, now=now, kind="buried")
    return erased


# What is due --------------------------------------------------------------------------------------------------------


def _due_ids(unit: Unit, edition: Edition, kind: Keeping, now: datetime) -> list[int]:
    since, key, query = _rows(edition, kind)
    long_ago = now - timedelta(days=edition.rules.kept_days(kind))
    query = query.where(since <= literal(long_ago, MOMENT))
    held = _held(kind)
    if held is not None:
        query = query.where(~held)
    most = AT_ONCE.get(kind, BATCH)
    return list(unit.execute(query.order_by(key).limit(most)).scalars())


def _outlook(unit: Unit, edition: Edition, kind: Keeping, erased_at: datetime | None) -> Outlook:
    since, _key, query = _rows(edition, kind)
    days = edition.rules.kept_days(kind)
    counted = query.with_only_columns(func.count().label("n"), func.min(since).label("first"))
    row = unit.execute(counted).one()
    held = _held(kind)
    waiting = 0 if held is None else int(unit.execute(query.with_only_columns(func.count()).where(held)).scalar_one())
    first: datetime | None = row.first
    due_at = None if first is None else first + timedelta(days=days)
    return Outlook(kind, days, int(row.n), due_at, waiting, erased_at)


def _rows(edition: Edition, kind: Keeping) -> tuple[ColumnElement[Any], ColumnElement[int], Select[Any]]:
    """What is kept of a kind: from when its days count, its key, and the query of its keys."""
    end: ColumnElement[Any] = literal(end_of(edition), MOMENT)
    match kind:
        case Keeping.MEDIA:
            return end, evidence.c.id, _files(edition.id).where(evidence.c.kind.not_in(["audio", "note"]))
        case Keeping.MEMOS:
            reviews = schema.reviews
            since = func.coalesce(reviews.c.changed_at, end, type_=MOMENT)
            join = and_(reviews.c.contact_id == evidence.c.contact_id, reviews.c.state.in_(_DECIDED))
            query = _files(edition.id).where(evidence.c.kind == "audio").outerjoin(reviews, join)
            return since, evidence.c.id, query
        case Keeping.NOTES:
            query = select(contacts.c.id).join(tasks, tasks.c.id == contacts.c.assignment_id)
            return end, contacts.c.id, query.where(tasks.c.edition_id == edition.id, contacts.c.erased_at.is_(None))
        case Keeping.MESSAGES:
            table, addresses = schema.messages, schema.addresses
            query = select(table.c.id).join(addresses, addresses.c.id == table.c.address_id)
            query = query.join(people, people.c.id == addresses.c.person_id)
            return end, table.c.id, query.where(people.c.edition_id == edition.id, table.c.body.is_not(None))
        case Keeping.MODEL:
            table = schema.suggestions
            whole = table.c.masked.not_in(["", ERASED])
            return end, table.c.id, select(table.c.id).where(table.c.edition_id == edition.id, whole)
        case Keeping.FILES:
            table = schema.imports
            there = and_(table.c.file_name != ERASED, table.c.state.in_(_FINAL_IMPORTS))
            since = func.coalesce(table.c.settled_at, table.c.created_at, type_=MOMENT)
            return since, table.c.id, select(table.c.id).where(table.c.edition_id == edition.id, there)
        case Keeping.PARKED:
            table = schema.parked
            return table.c.parked_at, table.c.id, select(table.c.id).where(func.length(table.c.raw) > 0)
        case Keeping.PEOPLE:
            jurors = and_(people.c.edition_id == edition.id, people.c.role == Role.JUROR.value)
            return end, people.c.id, select(people.c.id).where(jurors, people.c.erased_at.is_(None))


def _files(edition_id: int) -> Select[Any]:
    """Files of people of an edition that have arrived, or never will."""
    query = select(evidence.c.id).join(people, people.c.id == evidence.c.person_id)
    arrived = evidence.c.status.not_in([each.value for each in WAITING])
    return query.where(people.c.edition_id == edition_id, arrived, evidence.c.erased_at.is_(None))


def _held(kind: Keeping) -> ColumnElement[bool] | None:
    """What is argued about still; None for kinds of which nothing is."""
    if kind in {Keeping.MEDIA, Keeping.MEMOS}:
        column: ColumnElement[Any] = evidence.c.contact_id
    elif kind is Keeping.NOTES:
        column = contacts.c.id
    else:
        return None
    queries, differ = schema.queries, schema.disagreements
    asked = exists().where(queries.c.contact_id == column, queries.c.state == QueryState.OPEN.value)
    either = or_(differ.c.first_contact_id == column, differ.c.second_contact_id == column)
    return or_(asked, exists().where(either, differ.c.state != DisagreementState.SETTLED.value))


def _call_ids(unit: Unit, edition_id: int) -> list[int]:
    table = schema.model_calls
    query = select(table.c.id).where(table.c.edition_id == edition_id, table.c.answer.is_not(None))
    return list(unit.execute(query.order_by(table.c.id).limit(BATCH)).scalars())


def _rest(unit: Unit, edition: Edition, kind: Keeping, now: datetime) -> bool:
    """Whether more of it is due that hangs on the edition itself: contact persons, broadcasts, a model's answers."""
    if end_of(edition) + timedelta(days=edition.rules.kept_days(kind)) > now:
        return False
    match kind:
        case Keeping.PEOPLE:
            table = schema.participants
            which = or_(table.c.contact_name != "", table.c.contact_email != "")
        case Keeping.MESSAGES:
            table = schema.broadcasts
            which = table.c.text.not_in(["", ERASED])
        case Keeping.MODEL:
            table = schema.model_calls
            which = table.c.answer.is_not(None)
        case _:
            return False
    return unit.execute(select(table.c.id).where(table.c.edition_id == edition.id, which).limit(1)).first() is not None


def _entries(unit: Unit, edition_id: int, what: str) -> list[journal.Entry]:
    return [entry for entry in journal.of_subject(unit, f"edition:{edition_id}") if entry.what == what]


def _last_erased(unit: Unit, edition_id: int) -> Mapping[str, datetime]:
    return {entry.details["kind"]: entry.at for entry in _entries(unit, edition_id, erasing.ERASED_WORD)}
