"""Statements made into text once: what they find and change is what the same statement of SQLAlchemy's does."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, select, update

from storage import schema
from storage.database import Database
from storage.prepared import Prepared
from storage.together import Write
from storage.unit import Unit

table = schema.offsets
ADD = Write(table, "channel", "value")
FIND = Prepared(lambda names: select(table.c.channel).where(table.c.channel.in_(names), table.c.value > 1).limit(50))
RAISE = Prepared(
    lambda names: update(table).where(table.c.channel.in_(names)).values(value=table.c.value + bindparam("by"))
)


@pytest.fixture
async def filled(database: Database) -> Database:
    """Forty rows with the values 0 to 39."""

    def work(unit: Unit) -> None:
        for number in range(40):
            unit.later(ADD, {"channel": f"c{number}", "value": number})

    await database.run(work)
    return database


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 17, 33, 40])
async def test_a_list_of_any_length_is_asked_about(filled: Database, count: int) -> None:
    """Lists are filled up with their last value, which finds and changes nothing twice."""
    names = [f"c{number}" for number in range(count)]
    found = await filled.read(lambda unit: set(FIND.run(unit.connection, names).scalars()))
    assert found == set(names[2:])
    assert await filled.run(lambda unit: RAISE.run(unit.connection, names, by=100).rowcount) == count
    values = await filled.read(lambda unit: {row.channel: row.value for row in unit.execute(select(table))})
    assert values == {f"c{number}": number + 100 * (number < count) for number in range(40)}


async def test_few_different_statements_are_prepared(filled: Database) -> None:
    """Their lengths are powers of two."""
    dialect = await filled.read(lambda unit: unit.connection.dialect)
    made = {FIND.text(count, dialect)[0] for count in (1, 2, 4, 8)}
    assert len(made) == 4
    counted: list[int] = []
    spied = Prepared(
        lambda names: counted.append(len(names)) or select(table.c.channel).where(table.c.channel.in_(names))
    )
    for count in range(1, 17):
        await filled.read(lambda unit, count=count: spied.run(unit.connection, [f"c{n}" for n in range(count)]).all())
    assert counted == [1, 2, 4, 8, 16]
