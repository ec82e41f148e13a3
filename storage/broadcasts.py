"""Broadcasts: messages and offers for many people, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, exists, func, insert, literal, or_, select, update

from storage import assignments, queue, schema
from storage.audience import Chosen, chosen_from_json, chosen_to_json, members
from storage.columns import Moment
from storage.insert import insert_row
from storage.people import Role
from storage.scope import Scope
from storage.unit import Unit

SOON = timedelta(seconds=10)
"""A message that is tried again within this time is still under way; a later one holds up nobody."""


class Kind(StrEnum):
    """What it brings."""

    MESSAGE = "message"
    """The author's own words."""
    ASSIGNMENTS = "assignments"
    """Offers of planned contacts."""


class State(StrEnum):
    """How far it is."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class Fate(StrEnum):
    """What became of one recipient."""

    WAITING = "waiting"
    QUEUED = "queued"
    SENT = "sent"
    BLOCKED = "blocked"
    """Cannot be reached: blocked us, or left the chat."""
    NO_CHAT = "no_chat"
    """Has never come to any chat."""
    FAILED = "failed"
    NOTHING = "nothing"
    """Left meanwhile, or nothing is to be offered any more."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One broadcast; ``run_at`` is when it is to begin, None: at once."""

    id: int
    edition_id: int
    author_id: int
    kind: Kind
    text: str
    chosen: Chosen
    state: State
    run_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person it goes to."""

    id: int
    broadcast_id: int
    person_id: int
    state: Fate
    job_id: int | None
    address_id: int | None
    problem: str | None
    sent_at: datetime | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Outlook:
    """A recipient by name, for lists."""

    name: str
    role: Role
    state: Fate
    problem: str | None
    sent_at: datetime | None
    is_held: bool
    has_seen: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is, counted in people; ``held`` of those ``queued`` have hidden their chat.

    ``seen``: answered or tapped something since. ``offered``, ``accepted``, ``declined`` and ``expired`` count tasks.
    """

    total: int
    waiting: int
    queued: int
    held: int
    sent: int
    blocked: int
    no_chat: int
    failed: int
    nothing: int
    cancelled: int
    seen: int
    offered: int
    accepted: int
    declined: int
    expired: int
    problems: tuple[tuple[str, int], ...]


table = schema.broadcasts
people_in = schema.recipients
_BROADCAST = tuple(table.c[field.name] for field in fields(Broadcast))
_RECIPIENT = tuple(people_in.c[field.name] for field in fields(Recipient))


def draft(
    unit: Unit, *, edition_id: int, author_id: int, kind: Kind, chosen: Chosen, now: datetime, text: str = ""
) -> int:
    """Begin to write a broadcast; returns its id."""
    values = {"edition_id": edition_id, "author_id": author_id, "kind": kind.value, "text": text}
    rest = {"chosen": chosen_to_json(chosen), "state": State.DRAFT.value, "created_at": now}
    return insert_row(unit, table, {**values, **rest})


def broadcast(unit: Unit, broadcast_id: int, *, lock: bool = False) -> Broadcast | None:
    """The broadcast; ``lock`` keeps other processes' units from it until this one is committed."""
    query = select(*_BROADCAST).where(table.c.id == broadcast_id)
    row = unit.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _broadcast(row)


def listed(unit: Unit, scope: Scope, *, limit: int, offset: int = 0) -> list[Broadcast]:
    """Those an organizer, or their own coordinator, may open; the newest first."""
    query = select(*_BROADCAST).where(*_of(scope)).order_by(table.c.id.desc()).limit(limit).offset(offset)
    return [_broadcast(row) for row in unit.execute(query)]


def count(unit: Unit, scope: Scope) -> int:
    """How many ``listed`` gives in all."""
    return int(unit.execute(select(func.count()).select_from(table).where(*_of(scope))).scalar_one())


def unsent(unit: Unit, author_id: int, kind: Kind) -> Broadcast | None:
    """The author's newest draft of a kind."""
    query = select(*_BROADCAST).where(
        table.c.author_id == author_id, table.c.kind == kind.value, table.c.state == State.DRAFT.value
    )
    row = unit.execute(query.order_by(table.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _broadcast(row)


def rewrite(unit: Unit, broadcast_id: int, text: str) -> None:
    """Give a draft other words."""
    unit.execute(update(table).where(table.c.id == broadcast_id).values(text=text))


def choose(unit: Unit, broadcast_id: int, chosen: Chosen) -> None:
    """Give a draft another filter."""
    unit.execute(update(table).where(table.c.id == broadcast_id).values(chosen=chosen_to_json(chosen)))


def move(unit: Unit, broadcast_id: int, state: State, **moments: datetime | None) -> None:
    """Take a broadcast to another state; ``moments``: run_at, started_at, settled_at."""
    unit.execute(update(table).where(table.c.id == broadcast_id).values(state=state.value, **moments))


def throw_away(unit: Unit, broadcast_id: int) -> bool:
    """Forget a draft; False where it is none."""
    gone = delete(table).where(table.c.id == broadcast_id, table.c.state == State.DRAFT.value)
    return unit.execute(gone).rowcount == 1


def start(unit: Unit, sent: Broadcast, scope: Scope, *, now: datetime) -> int:
    """Fix who gets it, and let it run; returns how many they are."""
    who = members(
        scope, author_id=sent.author_id, chosen=sent.chosen, offers=sent.kind is Kind.ASSIGNMENTS, now=now
    ).subquery()
    rows = select(literal(sent.id), who.c.id, literal(Fate.WAITING.value), literal(now, type_=Moment)).order_by(
        who.c.id
    )
    unit.execute(insert(people_in).from_select(["broadcast_id", "person_id", "state", "changed_at"], rows))
    move(unit, sent.id, State.RUNNING, started_at=now)
    return _counted(unit, people_in.c.broadcast_id == sent.id)


# Recipients ---------------------------------------------------------------------------------------------------------


def waiting(unit: Unit, broadcast_id: int, *, limit: int) -> list[Recipient]:
    """The next who are to get it."""
    query = select(*_RECIPIENT).where(_are(broadcast_id, Fate.WAITING)).order_by(people_in.c.id).limit(limit)
    return [_recipient(row) for row in unit.execute(query)]


def recipient(unit: Unit, broadcast_id: int, person_id: int) -> Recipient | None:
    """One person's row."""
    query = select(*_RECIPIENT).where(people_in.c.broadcast_id == broadcast_id, people_in.c.person_id == person_id)
    row = unit.execute(query).one_or_none()
    return None if row is None else _recipient(row)


def note_queued(unit: Unit, recipient_id: int, *, job_id: int, address_id: int, now: datetime) -> None:
    """Their message stands in the queue."""
    values = {"state": Fate.QUEUED.value, "job_id": job_id, "address_id": address_id, "problem": None}
    unit.execute(update(people_in).where(people_in.c.id == recipient_id).values(**values, changed_at=now))


def note_passed_over(unit: Unit, recipient_id: int, fate: Fate, *, now: datetime) -> None:
    """They get none, and why."""
    unit.execute(update(people_in).where(people_in.c.id == recipient_id).values(state=fate.value, changed_at=now))


def note_sent(unit: Unit, recipient_id: int, *, job_id: int, now: datetime) -> None:
    """Their message arrived."""
    _settle(unit, recipient_id, job_id, state=Fate.SENT.value, sent_at=now, problem=None, changed_at=now)


def note_gone(unit: Unit, recipient_id: int, *, job_id: int, problem: str, now: datetime) -> None:
    """Their chat is no more, or closed to us."""
    _settle(unit, recipient_id, job_id, state=Fate.BLOCKED.value, problem=problem, changed_at=now)


def note_failed(unit: Unit, recipient_id: int, *, job_id: int, problem: str, now: datetime) -> None:
    """Their message was given up."""
    _settle(unit, recipient_id, job_id, state=Fate.FAILED.value, problem=problem, changed_at=now)


def is_wanted(unit: Unit, recipient_id: int) -> bool:
    """Whether their message is still to go out."""
    state = unit.execute(select(people_in.c.state).where(people_in.c.id == recipient_id)).scalar()
    return state == Fate.QUEUED.value


def note_lost(unit: Unit, broadcast_id: int, *, now: datetime) -> None:
    """Notice messages whose job was given up without a word."""
    jobs = schema.jobs
    lost = and_(jobs.c.id == people_in.c.job_id, jobs.c.state == queue.BURIED)
    why = select(jobs.c.problem).where(lost).correlate(people_in).scalar_subquery()
    unit.execute(
        update(people_in)
        .where(_are(broadcast_id, Fate.QUEUED), exists().where(lost).correlate(people_in))
        .values(state=Fate.FAILED.value, problem=why, changed_at=now)
    )


def under_way(unit: Unit, broadcast_id: int, *, now: datetime) -> int:
    """Messages that will be sent any moment: not those of a hidden chat, nor those that wait for another try."""
    jobs = schema.jobs
    soon = or_(jobs.c.state == queue.CLAIMED, and_(jobs.c.state == queue.WAITING, jobs.c.free_at <= now + SOON))
    query = (
        select(func.count())
        .select_from(people_in)
        .join(jobs, jobs.c.id == people_in.c.job_id)
        .where(_are(broadcast_id, Fate.QUEUED), soon, ~_hidden())
    )
    return int(unit.execute(query).scalar_one())


def unsettled(unit: Unit, broadcast_id: int) -> int:
    """Messages in the queue, but for those that wait until a chat is shown again."""
    return _counted(unit, _are(broadcast_id, Fate.QUEUED), ~_hidden())


def cancel_rest(unit: Unit, broadcast_id: int, *, now: datetime) -> int:
    """Nobody gets it any more who has not got it; returns how many."""
    rest = _are(broadcast_id, Fate.WAITING, Fate.QUEUED)
    return unit.execute(update(people_in).where(rest).values(state=Fate.CANCELLED.value, changed_at=now)).rowcount


def retry_failed(unit: Unit, broadcast_id: int, *, now: datetime) -> int:
    """Those it failed for wait again, and those who can be reached by now; returns how many."""
    again = {"state": Fate.WAITING.value, "problem": None, "job_id": None, "changed_at": now}
    return unit.execute(update(people_in).where(_worth_another_try(broadcast_id)).values(again)).rowcount


def worth_another_try(unit: Unit, broadcast_id: int) -> int:
    """How many ``retry_failed`` would take."""
    return _counted(unit, _worth_another_try(broadcast_id))


def outlooks(
    unit: Unit, broadcast_id: int, fates: Sequence[Fate] = tuple(Fate), *, limit: int | None = None, offset: int = 0
) -> list[Outlook]:
    """The recipients by name, those of some fates only."""
    query = (
        select(
            *(schema.people.c.name, schema.people.c.role, people_in.c.state, people_in.c.problem, people_in.c.sent_at),
            schema.people.c.hidden_at,
            _has_seen().label("has_seen"),
        )
        .join(schema.people, schema.people.c.id == people_in.c.person_id)
        .where(_are(broadcast_id, *fates))
        .order_by(schema.people.c.name, people_in.c.id)
        .limit(limit)
        .offset(offset)
    )
    return [
        Outlook(
            name=row.name,
            role=Role(row.role),
            state=Fate(row.state),
            problem=row.problem,
            sent_at=row.sent_at,
            is_held=row.state == Fate.QUEUED.value and row.hidden_at is not None,
            has_seen=bool(row.has_seen),
        )
        for row in unit.execute(query)
    ]


def progress(unit: Unit, broadcast_id: int) -> Progress:
    """How far it is."""
    mine = people_in.c.broadcast_id == broadcast_id
    states = select(people_in.c.state, func.count().label("number")).where(mine).group_by(people_in.c.state)
    found = {Fate(row.state): int(row.number) for row in unit.execute(states)}
    failures = (
        select(people_in.c.problem, func.count().label("number"))
        .where(_are(broadcast_id, Fate.FAILED))
        .group_by(people_in.c.problem)
        .order_by(func.count().desc(), people_in.c.problem)
    )
    tasks = schema.assignments
    answers = (
        select(tasks.c.state, func.count().label("number"))
        .where(tasks.c.broadcast_id == broadcast_id)
        .group_by(tasks.c.state)
    )
    said = {assignments.State(row.state): int(row.number) for row in unit.execute(answers)}
    taken = (assignments.State.ACCEPTED, assignments.State.DONE, assignments.State.RETURNED, assignments.State.VOID)
    return Progress(
        total=sum(found.values()),
        waiting=found.get(Fate.WAITING, 0),
        queued=found.get(Fate.QUEUED, 0),
        held=_counted(unit, _are(broadcast_id, Fate.QUEUED), _hidden()),
        sent=found.get(Fate.SENT, 0),
        blocked=found.get(Fate.BLOCKED, 0),
        no_chat=found.get(Fate.NO_CHAT, 0),
        failed=found.get(Fate.FAILED, 0),
        nothing=found.get(Fate.NOTHING, 0),
        cancelled=found.get(Fate.CANCELLED, 0),
        seen=_counted(unit, _are(broadcast_id, Fate.SENT), _has_seen()),
        offered=sum(said.values()),
        accepted=sum(said.get(state, 0) for state in taken),
        declined=said.get(assignments.State.DECLINED, 0),
        expired=said.get(assignments.State.EXPIRED, 0),
        problems=tuple((row.problem or "", int(row.number)) for row in unit.execute(failures)),
    )


def _of(scope: Scope) -> list[ColumnElement[bool]]:
    found = [table.c.edition_id == scope.edition_id]
    return found if scope.coordinator_id is None else [*found, table.c.author_id == scope.coordinator_id]


def _are(broadcast_id: int, *fates: Fate) -> ColumnElement[bool]:
    return and_(people_in.c.broadcast_id == broadcast_id, people_in.c.state.in_([fate.value for fate in fates]))


def _hidden() -> ColumnElement[bool]:
    return exists().where(schema.people.c.id == people_in.c.person_id, schema.people.c.hidden_at.is_not(None))


def _has_seen() -> ColumnElement[bool]:
    used = schema.addresses
    return exists().where(used.c.person_id == people_in.c.person_id, used.c.used_at > people_in.c.sent_at)


def _worth_another_try(broadcast_id: int) -> ColumnElement[bool]:
    reached = exists().where(schema.addresses.c.person_id == people_in.c.person_id, schema.addresses.c.reachable)
    back = and_(_are(broadcast_id, Fate.BLOCKED, Fate.NO_CHAT), reached)
    return or_(_are(broadcast_id, Fate.FAILED), back)


def _settle(unit: Unit, recipient_id: int, job_id: int, **values: object) -> None:
    mine = and_(people_in.c.id == recipient_id, people_in.c.job_id == job_id)
    unit.execute(update(people_in).where(mine).values(**values))


def _counted(unit: Unit, *conditions: ColumnElement[bool]) -> int:
    return int(unit.execute(select(func.count()).select_from(people_in).where(*conditions)).scalar_one())


def _broadcast(row: Row[Any]) -> Broadcast:
    kind, state = Kind(row.kind), State(row.state)
    return Broadcast(**{**row._asdict(), "kind": kind, "state": state, "chosen": chosen_from_json(row.chosen)})


def _recipient(row: Row[Any]) -> Recipient:
    return Recipient(**{**row._asdict(), "state": Fate(row.state)})
