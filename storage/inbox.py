"""Updates taken in, each once; updates that keep failing, parked; and how far each channel was read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, func, select

from storage import schema
from storage.insert import insert_or_ignore, insert_or_replace, insert_row
from storage.prepared import Prepared
from storage.together import Write
from storage.unit import UNREAD, Known, Unit

TAKEN: Known[tuple[str, str], bool] = Known(schema.inbox, lasts=False)
"""Whether an update, by channel and id, was taken in before."""

_TAKE = Write(schema.inbox, "channel", "update_id", "taken_at")
_AMONG = Prepared(
    lambda ids: select(schema.inbox.c.update_id).where(
        schema.inbox.c.channel == bindparam("channel"), schema.inbox.c.update_id.in_(ids)
    )
)


def take(unit: Unit, channel: str, update_id: str, now: datetime) -> bool:
    """Mark an update as taken in; ``False`` if it was taken before: acknowledge it and do nothing."""
    values = {"channel": channel, "update_id": update_id, "taken_at": now}
    taken = unit.recall(TAKEN, (channel, update_id))
    if taken is UNREAD:
        return insert_or_ignore(unit, schema.inbox, values)
    if taken:
        return False
    unit.later(_TAKE, values)
    unit.remember(TAKEN, (channel, update_id), True)
    return True


def look_ahead(unit: Unit, updates: Collection[tuple[str, str]]) -> None:
    """Find out together which of these updates, by channel and id, were taken in before."""
    for channel in {channel for channel, _ in updates}:
        ids = [update_id for of, update_id in updates if of == channel]
        before = set(_AMONG.run(unit.connection, ids, channel=channel).scalars())
        for update_id in ids:
            unit.remember(TAKEN, (channel, update_id), update_id in before)


def last_taken_at(unit: Unit, channel: str) -> datetime | None:
    """When an update of the channel was taken in last."""
    table = schema.inbox
    newest = select(func.max(table.c.id)).where(table.c.channel == channel).scalar_subquery()
    found: datetime | None = unit.execute(select(table.c.taken_at).where(table.c.id == newest)).scalar()
    return found


def park(unit: Unit, *, channel: str, update_id: str | None = None, raw: bytes, problem: str, now: datetime) -> int:
    """Keep an update that cannot be handled, with what went wrong; returns the incident number to tell its sender."""
    values = {"channel": channel, "update_id": update_id, "raw": raw, "problem": problem, "parked_at": now}
    return insert_row(unit, schema.parked, values)


def parked(unit: Unit) -> int:
    """How many updates lie parked."""
    return int(unit.execute(select(func.count()).select_from(schema.parked)).scalar_one())


def remember_offset(unit: Unit, channel: str, offset: int) -> None:
    """How far a polled channel was read."""
    values = {"channel": channel, "value": offset}
    insert_or_replace(unit, schema.offsets, values, key="channel", replaces=("value",))


def offset(unit: Unit, channel: str) -> int | None:
    """How far a polled channel was read; ``None`` if it never was."""
    found: int | None = unit.execute(select(schema.offsets.c.value).where(schema.offsets.c.channel == channel)).scalar()
    return found
