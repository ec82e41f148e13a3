"""Who was in the middle of a contact while nobody could be heard on a channel; and when it was last heard."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from scenarios.contact import Phase
from storage import inbox, schema
from storage.unit import Unit


def heard_at(unit: Unit, channel: str) -> datetime | None:
    """When the channel was last known to be heard, to the second; ``None`` if it never was."""
    seconds = inbox.offset(unit, _row(channel))
    return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)


def note_heard(unit: Unit, channel: str, now: datetime) -> None:
    """The channel is heard now."""
    inbox.remember_offset(unit, _row(channel), int(now.timestamp()))


def in_the_middle(unit: Unit, channel: str, *, since: datetime, before: datetime) -> list[int]:
    """The open contacts people were at who last wrote, on this channel, from ``since`` on and before ``before``."""
    people, addresses, contacts = schema.people, schema.addresses, schema.contacts
    query = (
        select(contacts.c.id)
        .join(people, people.c.focus == contacts.c.id)
        .join(addresses, addresses.c.person_id == people.c.id)
        .where(
            addresses.c.channel == channel,
            addresses.c.used_at >= since,
            addresses.c.used_at < before,
            contacts.c.phase == Phase.OPEN.value,
        )
        .order_by(contacts.c.id)
    )
    return list(unit.execute(query).scalars())


def _row(channel: str) -> str:
    return f"{channel}:heard"
