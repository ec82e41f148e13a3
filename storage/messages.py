"""Messages sent and received: what a chat shows, and how the channel calls each message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import func, select, update

from storage import schema
from storage.insert import insert_or_ignore, insert_row
from storage.together import Write, in_powers_of_two
from storage.unit import Unit

messages = schema.messages
_HEARD = Write(messages, "address_id", "direction", "ref", "body", "at")
_SENT = Write(
    messages,
    *("address_id", "direction", "job_id", "ref", "contact_id", "turn", "board", "at"),
    key="job_id",
    replaces=("ref",),
)


class Direction(StrEnum):
    """Whose message it is."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat. ``ref`` is the channel's own id of it, once known; ``body`` is kept where we show it."""

    id: int
    address_id: int
    direction: Direction
    job_id: int | None
    body: Mapping[str, Any] | None
    contact_id: int | None
    turn: int | None
    ref: str | None
    at: datetime
    hidden_at: datetime | None
    board: str | None = None
    """Set where it is a message that is kept up to date in its place."""


def record_out(
    unit: Unit,
    *,
    address_id: int,
    job_id: int | None,
    body: Mapping[str, Any] | None,
    contact_id: int | None,
    turn: int | None,
    now: datetime,
    board: str | None = None,
) -> int:
    """Keep a message of ours and return its id; a job that is done again gets the id it had."""
    values = {"address_id": address_id, "direction": Direction.OUT.value, "job_id": job_id, "at": now}
    values |= {"body": None if body is None else dict(body), "contact_id": contact_id, "turn": turn, "board": board}
    if job_id is None:
        return insert_row(unit, messages, values)
    insert_or_ignore(unit, messages, values)
    return int(unit.execute(select(messages.c.id).where(messages.c.job_id == job_id)).scalar_one())


def set_ref(unit: Unit, message_id: int, ref: str) -> None:
    """The channel's own id of a message."""
    unit.execute(update(messages).where(messages.c.id == message_id).values(ref=ref))


def record_sent(
    unit: Unit,
    *,
    address_id: int,
    job_id: int,
    ref: str,
    contact_id: int | None,
    turn: int | None,
    now: datetime,
    board: str | None = None,
) -> None:
    """Keep what a channel was given that keeps its own messages; one that a job sent again has its new ``ref``."""
    values = {"address_id": address_id, "direction": Direction.OUT.value, "job_id": job_id, "ref": ref, "at": now}
    unit.later(_SENT, {**values, "contact_id": contact_id, "turn": turn, "board": board})


def record_in(unit: Unit, *, address_id: int, ref: str | None, body: Mapping[str, Any] | None, now: datetime) -> None:
    """Keep a message of the person."""
    if body is not None:
        unit.note_shown(address_id)
    values = {"address_id": address_id, "direction": Direction.IN.value, "ref": ref, "at": now}
    unit.later(_HEARD, {**values, "body": None if body is None else dict(body)})


def ref_of(unit: Unit, address_id: int, contact_id: int, turn: int) -> str | None:
    """The channel's id of the last message that asked this turn's question in this chat."""
    query = (
        select(messages.c.ref)
        .where(messages.c.address_id == address_id, messages.c.contact_id == contact_id, messages.c.turn == turn)
        .where(messages.c.direction == Direction.OUT.value, messages.c.ref.is_not(None))
        .order_by(messages.c.id.desc())
        .limit(1)
    )
    found: str | None = unit.execute(query).scalar()
    return found


def refs_of(unit: Unit, asked: Sequence[tuple[int, int, int]]) -> list[str | None]:
    """``ref_of`` for many, each given as address, contact and turn."""
    unit.flush()
    found: list[str | None] = []
    for some in in_powers_of_two(asked):
        values = tuple(value for place, row in enumerate(some) for value in (place, *row))
        rows = unit.connection.exec_driver_sql(_refs_statement(len(some), is_postgres=unit.is_postgres), values).all()
        refs = dict(tuple(row) for row in rows)
        found += [refs[place] for place in range(len(some))]
    return found


@cache
def _refs_statement(count: int, *, is_postgres: bool) -> str:
    """One look at an index for each row asked for; a join would read whole chats."""
    mark = "%s::bigint" if is_postgres else "?"
    given = ", ".join([f"({mark}, {mark}, {mark}, {mark})"] * count)
    return (
        "SELECT given.column1, (SELECT ref FROM messages WHERE address_id = given.column2 "  # noqa: S608 - no words of others
        "AND contact_id = given.column3 AND turn = given.column4 AND direction = 'out' AND ref IS NOT NULL "
        f"ORDER BY id DESC LIMIT 1) FROM (VALUES {given}) AS given"
    )


def ref_of_board(unit: Unit, address_id: int, board: str) -> str | None:
    """The channel's id of the message that is the board of that name in this chat; None where it shows none."""
    query = (
        select(messages.c.ref)
        .where(messages.c.address_id == address_id, messages.c.board == board, messages.c.hidden_at.is_(None))
        .where(messages.c.direction == Direction.OUT.value, messages.c.ref.is_not(None))
        .order_by(messages.c.id.desc())
        .limit(1)
    )
    found: str | None = unit.execute(query).scalar()
    return found


def message(unit: Unit, message_id: int) -> Message | None:
    """The message of that id, hidden or not."""
    row = unit.execute(select(messages).where(messages.c.id == message_id)).one_or_none()
    return None if row is None else Message(**{**row._asdict(), "direction": Direction(row.direction)})


def history(
    unit: Unit, address_id: int, *, after_id: int = 0, before_id: int | None = None, limit: int
) -> list[Message]:
    """What the chat shows: the newest ``limit`` messages between the two ids (both exclusive), oldest first.

    As many as ``limit`` means there may be earlier ones: ask again with ``before_id``. Hidden ones are left out.
    """
    query = (
        select(messages)
        .where(messages.c.address_id == address_id, messages.c.id > after_id, messages.c.hidden_at.is_(None))
        .order_by(messages.c.id.desc())
        .limit(limit)
    )
    if before_id is not None:
        query = query.where(messages.c.id < before_id)
    rows = unit.execute(query).all()
    return [Message(**{**row._asdict(), "direction": Direction(row.direction)}) for row in reversed(rows)]


def count(unit: Unit, address_id: int) -> int:
    """How many messages of an address are remembered, of both sides."""
    query = select(func.count()).select_from(schema.messages).where(schema.messages.c.address_id == address_id)
    return int(unit.execute(query).scalar_one())


def visible_refs(unit: Unit, address_id: int) -> list[str]:
    """The channel's ids of all messages, ours and theirs, that the chat still shows, oldest first."""
    query = (
        select(messages.c.ref)
        .where(messages.c.address_id == address_id, messages.c.hidden_at.is_(None), messages.c.ref.is_not(None))
        .order_by(messages.c.id)
    )
    return list(unit.execute(query).scalars())


def hide_all(unit: Unit, address_id: int, now: datetime) -> list[str]:
    """Hide everything the chat shows; returns the channel's ids of what was visible, to be deleted there."""
    refs = visible_refs(unit, address_id)
    unit.note_shown(address_id)
    unit.execute(
        update(messages)
        .where(messages.c.address_id == address_id, messages.c.hidden_at.is_(None))
        .values(hidden_at=now)
    )
    return refs


def hide(unit: Unit, address_id: int, refs: Sequence[str], now: datetime) -> None:
    """Hide some messages of a chat, by the channel's ids."""
    unit.execute(
        update(messages)
        .where(messages.c.address_id == address_id, messages.c.ref.in_(refs), messages.c.hidden_at.is_(None))
        .values(hidden_at=now)
    )


def edit_body(unit: Unit, message_id: int, body: Mapping[str, Any]) -> None:
    """Show a message of ours with another body."""
    unit.execute(update(messages).where(messages.c.id == message_id).values(body=dict(body)))
