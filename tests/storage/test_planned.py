"""Planned contacts as the database keeps them: whatever is changed, and in whatever order rows come, they follow."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select, update

from scenarios.model import Mode
from storage import schema
from storage.assignments import State
from storage.database import Database, Unit
from storage.reviews import ReviewState
from tests import planned_again
from tests.crowd import Crowd, make_crowd

SLOTS, TASKS, CONTACTS, REVIEWS = FOLLOWED = (schema.slots, schema.assignments, schema.contacts, schema.reviews)
CHANGES, AT_ONCE = 240, 20


@pytest.fixture
async def crowd(database: Database, now: datetime) -> Crowd:
    """Some contacts in every state."""
    return await database.run(lambda unit: make_crowd(unit, contacts=60, participants=5, jurors=4, now=now))


def keys(unit: Unit, table: Table) -> list[int]:
    """The keys of all its rows."""
    (key,) = table.primary_key
    return [int(each) for each in unit.execute(select(key).order_by(key)).scalars()]


async def test_every_change_is_followed(database: Database, crowd: Crowd, now: datetime) -> None:
    """Hundreds of changes by chance, of all that counts."""
    chance = random.Random(11)  # noqa: S311 - repeatable on purpose
    some = chance.choice

    def change(unit: Unit) -> None:
        person, at = some([*keys(unit, schema.people), None]), now + timedelta(days=chance.randint(-9, 9))
        own = select(CONTACTS.c.id).where(CONTACTS.c.assignment_id == TASKS.c.id).scalar_subquery()
        values: tuple[tuple[Table, dict[str, Any]], ...] = (
            (SLOTS, {"person_id": person, "due_at": at}),
            (SLOTS, {"closed_at": some((at, None))}),
            (SLOTS, {"wave_id": some((*crowd.waves, None)), "mode": some(list(Mode)).value, "opens_at": at}),
            (TASKS, {"state": some(list(State)).value}),
            (TASKS, {"slot_id": some([*keys(unit, SLOTS), None])}),
            (TASKS, {"contact_id": some((own, None)), "answer_by": some((at, None))}),
            (TASKS, {"coordinator_id": person, "opens_at": at, "due_at": at}),
            (CONTACTS, {"phase": some(("open", "submitted", "locked")), "submitted_at": some((at, None))}),
            (REVIEWS, {"state": some(list(ReviewState)).value}),
        )
        table, new = some(values)
        (key,) = table.primary_key
        unit.execute(update(table).where(key == some(keys(unit, table))).values(new)).close()

    for _ in range(CHANGES // AT_ONCE):
        for _ in range(AT_ONCE):
            await database.run(change)
        assert await database.read(planned_again.differences) == []


@pytest.mark.parametrize("place", range(len(FOLLOWED)))
async def test_tables_may_come_and_go_in_any_order(database: Database, crowd: Crowd, place: int) -> None:
    """A move brings one after the other: after each what is kept follows from what is there, at the end from all."""
    order = [TASKS, CONTACTS, REVIEWS]
    order.insert(place, SLOTS)

    def take_and_bring(unit: Unit) -> list[str]:
        found = []
        rows = {table.name: [dict(row) for row in unit.execute(select(table)).mappings()] for table in order}
        for table in reversed(order):
            unit.execute(delete(table)).close()
            found += planned_again.differences(unit)
        assert unit.execute(select(schema.planned_contacts)).all() == []
        for table in order:
            unit.execute(insert(table), rows[table.name]).close()
            found += planned_again.differences(unit)
        return found

    assert await database.run(take_and_bring) == []
    kept = await database.read(lambda unit: unit.execute(select(schema.planned_contacts)).all())
    assert len(kept) == sum(crowd.stages.values())
