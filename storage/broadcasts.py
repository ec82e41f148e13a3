"""Broadcasts: messages and offers for many people, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, literal, select, update

from storage import assignments, recipients, schema
from storage.audience import Chosen, chosen_from_json, chosen_to_json, members
from storage.columns import Moment
from storage.insert import insert_row
from storage.recipients import Fate
from storage.scope import Scope
from storage.unit import Unit


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
_BROADCAST = tuple(table.c[field.name] for field in fields(Broadcast))


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
    unit.execute(insert(recipients.table).from_select(["broadcast_id", "person_id", "state", "changed_at"], rows))
    move(unit, sent.id, State.RUNNING, started_at=now)
    return recipients.counted(unit, recipients.table.c.broadcast_id == sent.id)


def progress(unit: Unit, broadcast_id: int) -> Progress:
    """How far it is."""
    mine = recipients.table.c.broadcast_id == broadcast_id
    states = (
        select(recipients.table.c.state, func.count().label("number")).where(mine).group_by(recipients.table.c.state)
    )
    found = {Fate(row.state): int(row.number) for row in unit.execute(states)}
    failures = (
        select(recipients.table.c.problem, func.count().label("number"))
        .where(recipients.are(broadcast_id, Fate.FAILED))
        .group_by(recipients.table.c.problem)
        .order_by(func.count().desc(), recipients.table.c.problem)
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
        held=recipients.counted(unit, recipients.are(broadcast_id, Fate.QUEUED), recipients.hidden()),
        sent=found.get(Fate.SENT, 0),
        blocked=found.get(Fate.BLOCKED, 0),
        no_chat=found.get(Fate.NO_CHAT, 0),
        failed=found.get(Fate.FAILED, 0),
        nothing=found.get(Fate.NOTHING, 0),
        cancelled=found.get(Fate.CANCELLED, 0),
        seen=recipients.counted(unit, recipients.are(broadcast_id, Fate.SENT), recipients.has_seen()),
        offered=sum(said.values()),
        accepted=sum(said.get(state, 0) for state in taken),
        declined=said.get(assignments.State.DECLINED, 0),
        expired=said.get(assignments.State.EXPIRED, 0),
        problems=tuple((row.problem or "", int(row.number)) for row in unit.execute(failures)),
    )


def _of(scope: Scope) -> list[ColumnElement[bool]]:
    found = [table.c.edition_id == scope.edition_id]
    return found if scope.coordinator_id is None else [*found, table.c.author_id == scope.coordinator_id]


def _broadcast(row: Row[Any]) -> Broadcast:
    kind, state = Kind(row.kind), State(row.state)
    return Broadcast(**{**row._asdict(), "kind": kind, "state": state, "chosen": chosen_from_json(row.chosen)})
