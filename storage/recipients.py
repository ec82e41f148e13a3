"""Recipients of broadcasts: whose turn is next, and what became of each message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select, update

from storage import queue, schema
from storage.people import Role
from storage.unit import Unit

SOON = timedelta(seconds=10)
"""A message that is tried again within this time is still under way; a later one holds up nobody."""


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


table = schema.recipients
_RECIPIENT = tuple(table.c[field.name] for field in fields(Recipient))


def waiting(unit: Unit, broadcast_id: int, *, limit: int) -> list[Recipient]:
    """The next who are to get it."""
    query = select(*_RECIPIENT).where(are(broadcast_id, Fate.WAITING)).order_by(table.c.id).limit(limit)
    return [_recipient(row) for row in unit.execute(query)]


def of_person(unit: Unit, broadcast_id: int, person_id: int) -> Recipient | None:
    """One person's row."""
    query = select(*_RECIPIENT).where(table.c.broadcast_id == broadcast_id, table.c.person_id == person_id)
    row = unit.execute(query).one_or_none()
    return None if row is None else _recipient(row)


def note_queued(unit: Unit, recipient_id: int, *, job_id: int, address_id: int, now: datetime) -> None:
    """Their message stands in the queue."""
    values = {"state": Fate.QUEUED.value, "job_id": job_id, "address_id": address_id, "problem": None}
    unit.execute(update(table).where(table.c.id == recipient_id).values(**values, changed_at=now))


def note_passed_over(unit: Unit, recipient_id: int, fate: Fate, *, now: datetime) -> None:
    """They get none, and why."""
    unit.execute(update(table).where(table.c.id == recipient_id).values(state=fate.value, changed_at=now))


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
    state = unit.execute(select(table.c.state).where(table.c.id == recipient_id)).scalar()
    return state == Fate.QUEUED.value


def note_lost(unit: Unit, broadcast_id: int, *, now: datetime) -> None:
    """Notice messages whose job was given up without a word."""
    jobs = schema.jobs
    lost = and_(jobs.c.id == table.c.job_id, jobs.c.state == queue.BURIED)
    why = select(jobs.c.problem).where(lost).correlate(table).scalar_subquery()
    unit.execute(
        update(table)
        .where(are(broadcast_id, Fate.QUEUED), exists().where(lost).correlate(table))
        .values(state=Fate.FAILED.value, problem=why, changed_at=now)
    )


def under_way(unit: Unit, broadcast_id: int, *, now: datetime) -> int:
    """Messages that will be sent any moment: not those of a hidden chat, nor those that wait for another try."""
    jobs = schema.jobs
    soon = or_(jobs.c.state == queue.CLAIMED, and_(jobs.c.state == queue.WAITING, jobs.c.free_at <= now + SOON))
    query = (
        select(func.count())
        .select_from(table)
        .join(jobs, jobs.c.id == table.c.job_id)
        .where(are(broadcast_id, Fate.QUEUED), soon, ~hidden())
    )
    return int(unit.execute(query).scalar_one())


def unsettled(unit: Unit, broadcast_id: int) -> int:
    """Messages in the queue, but for those that wait until a chat is shown again."""
    return counted(unit, are(broadcast_id, Fate.QUEUED), ~hidden())


def cancel_rest(unit: Unit, broadcast_id: int, *, now: datetime, but_queued: bool = False) -> int:
    """Nobody gets it any more who has not got it; returns how many. ``but_queued``: what is in the queue still goes."""
    rest = are(broadcast_id, *((Fate.WAITING,) if but_queued else (Fate.WAITING, Fate.QUEUED)))
    return unit.execute(update(table).where(rest).values(state=Fate.CANCELLED.value, changed_at=now)).rowcount


def retry_failed(unit: Unit, broadcast_id: int, *, now: datetime) -> int:
    """Those it failed for wait again, and those who can be reached by now; returns how many."""
    again = {"state": Fate.WAITING.value, "problem": None, "job_id": None, "changed_at": now}
    return unit.execute(update(table).where(_worth_another_try(broadcast_id)).values(again)).rowcount


def worth_another_try(unit: Unit, broadcast_id: int) -> int:
    """How many ``retry_failed`` would take."""
    return counted(unit, _worth_another_try(broadcast_id))


def outlooks(
    unit: Unit, broadcast_id: int, fates: Sequence[Fate] = tuple(Fate), *, limit: int | None = None, offset: int = 0
) -> list[Outlook]:
    """The recipients by name, those of some fates only."""
    query = (
        select(
            *(schema.people.c.name, schema.people.c.role, table.c.state, table.c.problem, table.c.sent_at),
            schema.people.c.hidden_at,
            has_seen().label("has_seen"),
        )
        .join(schema.people, schema.people.c.id == table.c.person_id)
        .where(are(broadcast_id, *fates))
        .order_by(schema.people.c.name, table.c.id)
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


def are(broadcast_id: int, *fates: Fate) -> ColumnElement[bool]:
    """Condition: recipients of a broadcast in some of these states."""
    return and_(table.c.broadcast_id == broadcast_id, table.c.state.in_([fate.value for fate in fates]))


def hidden() -> ColumnElement[bool]:
    """Condition: recipients whose chat is hidden."""
    return exists().where(schema.people.c.id == table.c.person_id, schema.people.c.hidden_at.is_not(None))


def has_seen() -> ColumnElement[bool]:
    """Condition: recipients who have answered or tapped something since."""
    used = schema.addresses
    return exists().where(used.c.person_id == table.c.person_id, used.c.used_at > table.c.sent_at)


def _worth_another_try(broadcast_id: int) -> ColumnElement[bool]:
    reached = exists().where(schema.addresses.c.person_id == table.c.person_id, schema.addresses.c.reachable)
    back = and_(are(broadcast_id, Fate.BLOCKED, Fate.NO_CHAT), reached)
    return or_(are(broadcast_id, Fate.FAILED), back)


def _settle(unit: Unit, recipient_id: int, job_id: int, **values: object) -> None:
    mine = and_(table.c.id == recipient_id, table.c.job_id == job_id)
    unit.execute(update(table).where(mine).values(**values))


def counted(unit: Unit, *conditions: ColumnElement[bool]) -> int:
    """How many recipients fulfil all that."""
    return int(unit.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())


def _recipient(row: Row[Any]) -> Recipient:
    return Recipient(**{**row._asdict(), "state": Fate(row.state)})
