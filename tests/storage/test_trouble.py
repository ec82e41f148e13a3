"""A database that is locked, away, or breaks off in the middle: nothing is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import func, insert, select, text, update

from storage import engines, queue
from storage.database import Database, StorageUnavailable, Unit
from storage.engines import parse_url, postgres_address
from storage.failures import Passing, how_it_passes
from storage.schema import offsets

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
POSTGRES = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
async def impatient(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """A database that gives up after a moment."""
    monkeypatch.setattr(engines, "BUSY_MILLISECONDS", 20)
    monkeypatch.setattr(engines, "LOCK_MILLISECONDS", 100)
    database = Database(database_url, patience=0.4)
    await database.start()
    yield database
    await database.stop()


def insert_number(unit: Unit) -> None:
    """Insert a row with a fresh channel name."""
    number = unit.execute(select(func.count()).select_from(offsets)).scalar_one()
    unit.execute(insert(offsets).values(channel=str(number), value=0))


async def numbers(database: Database) -> int:
    """How many rows another connection sees."""
    return int(await database.read(lambda unit: unit.execute(select(func.count()).select_from(offsets)).scalar_one()))


@SQLITE
async def test_a_lock_is_waited_for(impatient: Database) -> None:
    """Another process's transaction, longer than one busy timeout, only delays the work."""
    other = sqlite3.connect(str(impatient.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.ensure_future(impatient.run(insert_number))  # noqa: TID251 - a test's own task
    await asyncio.sleep(0.15)
    assert not waiting.done()
    other.execute("COMMIT")
    await waiting
    other.close()
    assert await numbers(impatient) == 1


@SQLITE
async def test_a_lock_that_stays_is_told(impatient: Database) -> None:
    """After the bounded time the callers get StorageUnavailable, nothing was written, and later work goes on."""
    other = sqlite3.connect(str(impatient.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    results = await asyncio.gather(*(impatient.run(insert_number) for _ in range(5)), return_exceptions=True)
    assert [type(result) for result in results] == [StorageUnavailable] * 5
    other.execute("COMMIT")
    other.close()
    assert await numbers(impatient) == 0
    await impatient.run(insert_number)
    assert await numbers(impatient) == 1


@POSTGRES
async def test_a_row_lock_that_stays_is_told_to_its_unit_alone(impatient: Database) -> None:
    """A row held by another process fails the unit that needs it, not those that shared its transaction."""
    await impatient.run(insert_number)
    with psycopg.connect(postgres_address(impatient.url)) as other:
        other.execute("SELECT * FROM offsets WHERE channel = '0' FOR UPDATE")
        needs = update(offsets).where(offsets.c.channel == "0").values(value=1)
        first, second = await asyncio.gather(
            impatient.run(insert_number), impatient.run(lambda unit: unit.execute(needs)), return_exceptions=True
        )
    assert first is None
    assert isinstance(second, StorageUnavailable)
    assert await numbers(impatient) == 2


@POSTGRES
async def test_a_connection_lost_in_the_middle_is_made_again(database: Database) -> None:
    """A server that drops the connection while a unit runs: the unit runs again, once in effect."""
    address = postgres_address(database.url)
    runs: list[int] = []

    def work(unit: Unit) -> None:
        insert_number(unit)
        runs.append(unit.execute(text("SELECT pg_backend_pid()")).scalar_one())
        if len(runs) == 1:
            with psycopg.connect(address, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", (runs[0],))

    await database.run(work)
    assert len(set(runs)) == 2
    assert await numbers(database) == 1


@POSTGRES
@pytest.mark.parametrize("came_through", [True, False], ids=["committed", "not committed"])
async def test_a_commit_whose_answer_is_lost_counts_once(
    database: Database, monkeypatch: pytest.MonkeyPatch, *, came_through: bool
) -> None:
    """When the connection breaks during COMMIT, the writer finds out whether it came through, and acts on that."""
    await database.run(insert_number)
    real = database._writing.dialect.do_commit
    woken = asyncio.Event()
    breaks = [True]
    runs: list[int] = []

    def commit(connection: Any) -> None:  # noqa: ANN401 - the driver's own
        if not breaks:
            real(connection)
            return
        breaks.clear()
        if came_through:
            real(connection)
        connection.driver_connection.close()
        raise psycopg.OperationalError("the connection was lost")

    monkeypatch.setattr(database._writing.dialect, "do_commit", commit)
    database.on_jobs(woken.set)

    def work(unit: Unit) -> int:
        insert_number(unit)
        unit.note_jobs()
        runs.append(1)
        return len(runs)

    assert await database.run(work) == (1 if came_through else 2)
    assert await numbers(database) == 2
    await asyncio.wait_for(woken.wait(), 20)


@POSTGRES
async def test_a_server_that_is_away_for_a_while_only_delays(database: Database) -> None:
    """Connections dropped and refused for a moment: work given meanwhile, and reads, are done afterwards."""
    name = database.url.database
    administrator = postgres_address(parse_url(postgres_address(database.url)).set(database="postgres"))
    with psycopg.connect(administrator, autocommit=True) as other:
        other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        works = [asyncio.ensure_future(database.run(insert_number)) for _ in range(5)]  # noqa: TID251 - test's own
        looks = asyncio.ensure_future(numbers(database))  # noqa: TID251 - test's own
        await asyncio.sleep(0.2)
        assert not any(task.done() for task in (*works, looks))
        other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
    await asyncio.gather(*works)
    assert await looks in range(6)
    assert await numbers(database) == 5


@POSTGRES
async def test_groups_that_lock_each_other_both_succeed(database: Database, other_database: Database) -> None:
    """Two processes whose groups want the same rows in opposite order: every unit is committed once."""
    await database.run(lambda unit: [insert_number(unit) for _ in range(2)])
    both_hold = threading.Barrier(2, timeout=20)
    met: list[int] = []

    def add_to(channel: str, *, meets: bool) -> Any:  # noqa: ANN401 - a unit of work
        def work(unit: Unit) -> None:
            unit.execute(update(offsets).where(offsets.c.channel == channel).values(value=offsets.c.value + 1))
            if meets and len(met) < 2:
                met.append(1)
                both_hold.wait()

        return work

    await asyncio.gather(
        *(database.run(add_to(channel, meets=channel == "0")) for channel in "01"),
        *(other_database.run(add_to(channel, meets=channel == "1")) for channel in "10"),
    )
    values = await database.read(lambda unit: list(unit.execute(select(offsets.c.value)).scalars()))
    assert values == [2, 2]


async def test_a_commit_of_another_process_is_heard(database: Database, other_database: Database) -> None:
    """New jobs wake the workers of every process, on both databases."""
    heard = asyncio.Event()
    other_database.on_jobs(heard.set)
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    async with asyncio.timeout(20):
        while not heard.is_set():  # until it listens
            await database.run(lambda unit: queue.put(unit, kind="test", payload={}, run_at=now, now=now))
            await asyncio.sleep(0.05)
    heard.clear()
    await asyncio.sleep(0.3)
    heard.clear()
    await database.run(lambda unit: queue.put(unit, kind="test", payload={}, run_at=now, now=now))
    await asyncio.wait_for(heard.wait(), 20)


@POSTGRES
async def test_other_processes_hear_of_jobs(database: Database, other_database: Database) -> None:
    """A commit that put jobs wakes the workers of another process, also after its listening connection broke."""
    heard = asyncio.Event()
    other_database.on_jobs(heard.set)
    listening = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = 'mystery-client-jobs' AND state = 'idle' AND query LIKE 'LISTEN%'"
    )
    async with asyncio.timeout(20):
        while await database.read(lambda unit: unit.execute(listening).scalar_one()) < 2:
            await asyncio.sleep(0.05)
    heard.clear()
    await database.run(lambda unit: unit.note_jobs())
    await asyncio.wait_for(heard.wait(), 20)
    drop = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mystery-client-jobs'")
    heard.clear()
    await database.run(lambda unit: unit.execute(drop).all())
    await asyncio.wait_for(heard.wait(), 20)  # it listens again, and looks whether it missed any


def test_patience_is_for_the_database_only() -> None:
    """Errors of the work itself are not tried again."""
    assert how_it_passes(ValueError("x")) is Passing.NEVER
    assert how_it_passes(sqlite3.OperationalError("not SQLAlchemy's")) is Passing.NEVER
