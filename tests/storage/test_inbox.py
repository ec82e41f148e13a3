"""The inbox: each update once, whatever comes twice, and a place for those that cannot be handled."""

from __future__ import annotations

import asyncio
import itertools
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from storage import inbox, schema
from storage.database import Database, Unit


async def test_an_update_is_taken_once(database: Database, now: datetime) -> None:
    """The same key again is refused; another channel's is another update."""
    assert await database.run(lambda unit: inbox.take(unit, "telegram", "7", now))
    assert not await database.run(lambda unit: inbox.take(unit, "telegram", "7", now))
    assert await database.run(lambda unit: inbox.take(unit, "web", "7", now))


async def test_an_update_counts_only_with_the_rest_of_its_unit(database: Database, now: datetime) -> None:
    """When the unit fails the update is not taken, so it can come again."""

    def fails(unit: Unit) -> None:
        inbox.take(unit, "telegram", "7", now)
        raise LookupError

    with pytest.raises(LookupError):
        await database.run(fails)
    assert await database.run(lambda unit: inbox.take(unit, "telegram", "7", now))


async def test_the_same_updates_through_two_processes_are_taken_once(
    database: Database, other_database: Database, now: datetime
) -> None:
    """200 updates delivered four times each, in opposite orders, through two databases."""
    updates = [str(number) for number in range(200)]

    async def deliver(through: Database, order: list[str]) -> list[str]:
        async def one(update: str) -> bool:
            return await through.run(lambda unit: inbox.take(unit, "telegram", update, now))

        taken = await asyncio.gather(*(one(update) for update in order))
        return [update for update, was_new in zip(order, taken, strict=True) if was_new]

    taken = await asyncio.gather(
        *(deliver(through, order) for through in (database, other_database) for order in (updates, updates[::-1]))
    )
    assert sorted(itertools.chain(*taken), key=int) == updates
    rows = await database.read(lambda unit: unit.execute(select(func.count()).select_from(schema.inbox)).scalar_one())
    assert rows == 200


async def test_the_last_update_and_the_offset_are_remembered_per_channel(database: Database, now: datetime) -> None:
    """Where polling goes on after a restart."""
    assert await database.read(lambda unit: (inbox.last_taken_at(unit, "a"), inbox.offset(unit, "a"))) == (None, None)
    for update, at in (("9", now - timedelta(hours=1)), ("10", now)):
        await database.run(lambda unit, update=update, at=at: inbox.take(unit, "a", update, at))
    await database.run(lambda unit: inbox.take(unit, "b", "3", now + timedelta(hours=1)))
    for offset in (11, 2**53):
        await database.run(lambda unit, offset=offset: inbox.remember_offset(unit, "a", offset))
    assert await database.read(lambda unit: (inbox.last_taken_at(unit, "a"), inbox.offset(unit, "a"))) == (now, 2**53)


async def test_a_parked_update_keeps_its_bytes_and_gets_a_number(database: Database, now: datetime) -> None:
    """Bytes no database text could hold, and a traceback with NUL, are kept."""
    assert await database.read(inbox.parked) == 0
    raw = b'{"text": "\x00\xff"}'
    first, second = [
        await database.run(
            lambda unit: inbox.park(unit, channel="a", update_id="7", raw=raw, problem="Traceback\x00\ud800", now=now)
        )
        for _ in range(2)
    ]
    assert second > first
    assert await database.read(inbox.parked) == 2
    row = await database.read(lambda unit: unit.execute(select(schema.parked)).first())
    assert row is not None
    assert (bytes(row.raw), row.problem, row.parked_at) == (raw, "Traceback\N{REPLACEMENT CHARACTER}" + "\ufffd", now)
