"""The unit of work: all or nothing, many in one commit, answered only after it."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, func, insert, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from storage import writer
from storage.database import Database, StorageUnavailable, Unit
from storage.failures import BadUrl
from storage.schema import offsets
from storage.unit import BrokenTransaction


def add(name: str, value: int = 0) -> Callable[[Unit], int]:
    """A unit that inserts one row and returns its value."""

    def work(unit: Unit) -> int:
        unit.execute(insert(offsets).values(channel=name, value=value))
        return value

    return work


def add_and_fail(name: str) -> Callable[[Unit], None]:
    """A unit that inserts one row and then raises."""

    def work(unit: Unit) -> None:
        add(name)(unit)
        raise LookupError(name)

    return work


async def rows(database: Database) -> dict[str, int]:
    """What another connection sees."""
    return await database.read(lambda unit: {r.channel: r.value for r in unit.execute(select(offsets))})


class Gate:
    """A unit that keeps the writer busy until it is opened, so that what comes meanwhile makes one group."""

    def __init__(self) -> None:
        self.entered, self.opened = threading.Event(), threading.Event()

    def __call__(self, _unit: Unit) -> None:  # noqa: D102 - the class says it
        self.entered.set()
        assert self.opened.wait(20)


async def group(database: Database, works: list[Callable[[Unit], Any]]) -> list[Any]:
    """Run units so that they share a transaction; exceptions stand among the results."""
    gate = Gate()
    first = asyncio.ensure_future(database.run(gate))  # noqa: TID251 - a test's own task
    assert await asyncio.to_thread(gate.entered.wait, 20)
    rest = asyncio.gather(*(database.run(work) for work in works), return_exceptions=True)
    await asyncio.sleep(0)
    gate.opened.set()
    await first
    return await rest


async def test_a_result_comes_after_the_commit(database: Database) -> None:
    """When run() returns, another connection already sees the row."""
    assert await database.run(add("a", 7)) == 7
    assert await rows(database) == {"a": 7}


async def test_a_unit_that_raises_leaves_nothing(database: Database) -> None:
    """Its own exception comes back, and what it wrote is gone."""
    with pytest.raises(LookupError, match="a"):
        await database.run(add_and_fail("a"))
    assert await rows(database) == {}


async def test_a_poisoned_unit_fails_alone(database: Database) -> None:
    """Of a group in one transaction only the unit that raises is lost."""
    results = await group(database, [add("a", 1), add_and_fail("b"), add("c", 3), add("a", 4), add("d", 5)])
    assert results[0] == 1
    assert isinstance(results[1], LookupError)
    assert results[2] == 3
    assert isinstance(results[3], IntegrityError)
    assert results[4] == 5
    assert await rows(database) == {"a": 1, "c": 3, "d": 5}


async def test_waiting_units_share_a_transaction(database: Database) -> None:
    """Units that wait together are committed together, at most 64 at once."""
    connections: list[int] = []
    ends: list[int] = []
    event.listen(database._writing, "commit", lambda _connection: ends.append(len(connections)))

    def work(_unit: Unit) -> None:
        connections.append(1)

    await group(database, [work] * 130)
    assert [after - before for before, after in zip([0, *ends], ends, strict=False) if after > before] == [64, 64, 2]


async def test_a_thousand_units_are_done_in_order(database: Database) -> None:
    """Units of one caller commit in the order they were given, each once."""

    def step(number: int) -> Callable[[Unit], int]:
        def work(unit: Unit) -> int:
            seen = unit.execute(select(func.count()).select_from(offsets)).scalar_one()
            add(f"{number:04}", seen)(unit)
            return int(seen)

        return work

    results = await asyncio.gather(*(database.run(step(number)) for number in range(1000)))
    assert results == list(range(1000))
    assert await rows(database) == {f"{number:04}": number for number in range(1000)}


async def test_a_deferred_failure_at_commit_is_told_to_its_unit_alone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the database refuses only at COMMIT undoes that unit, and the others are there."""
    guilty: list[str] = []
    real = database._writing.dialect.do_commit

    def commit(connection: Any) -> None:  # noqa: ANN401 - the driver's own
        if guilty and connection.execute("SELECT count(*) FROM offsets WHERE channel = 'bad'").fetchone()[0]:
            raise ValueError("refused at commit")
        real(connection)

    monkeypatch.setattr(database._writing.dialect, "do_commit", commit)
    guilty.append("bad")
    results = await group(database, [add("a"), add("bad"), add("c")])
    assert results[0] == results[2] == 0
    assert "refused at commit" in str(results[1])
    assert set(await rows(database)) == {"a", "c"}


async def test_a_unit_cannot_wait(database: Database) -> None:
    """A coroutine function given by mistake is refused, and its coroutine closed."""

    async def work(_unit: Unit) -> None: ...

    with pytest.raises(TypeError, match="asynchronous"):
        await database.run(work)  # type: ignore[unused-coroutine]


async def test_a_unit_cannot_end_the_shared_transaction(database: Database) -> None:
    """A unit that rolls back by hand is an error, not a silent loss."""

    def work(unit: Unit) -> None:
        add("a")(unit)
        unit.connection.rollback()

    with pytest.raises(BrokenTransaction):
        await database.run(work)
    assert await rows(database) == {}


async def test_a_swallowed_error_never_loses_a_commit_silently(database: Database) -> None:
    """Where a failed statement dooms the transaction (PostgreSQL), the unit that hid it fails, its group does not."""

    def swallows(unit: Unit) -> str:
        add("b")(unit)
        try:
            add("b")(unit)
        except IntegrityError:
            return "swallowed"
        return "not reached"

    results = await group(database, [add("a"), swallows, add("c")])
    assert results[0] == results[2] == 0
    if database.dialect == "postgresql":
        assert isinstance(results[1], BrokenTransaction)
        assert set(await rows(database)) == {"a", "c"}
    else:
        assert results[1] == "swallowed"
        assert set(await rows(database)) == {"a", "b", "c"}


async def test_odd_exceptions_reach_the_caller(database: Database) -> None:
    """StopIteration, which futures refuse, and a rude SystemExit leave the writer alive."""

    def stop(_unit: Unit) -> None:
        raise StopIteration

    def leave(_unit: Unit) -> None:
        raise GeneratorExit

    with pytest.raises(RuntimeError, match="StopIteration"):
        await database.run(stop)
    with pytest.raises(GeneratorExit):
        await database.run(leave)
    assert await database.run(add("a", 1)) == 1


async def test_accepted_work_is_done_though_the_caller_left(database: Database) -> None:
    """A cancelled caller does not take its unit along."""
    gate = Gate()
    first = asyncio.ensure_future(database.run(gate))  # noqa: TID251 - a test's own task
    assert await asyncio.to_thread(gate.entered.wait, 20)
    cancelled = asyncio.ensure_future(database.run(add("a", 1)))  # noqa: TID251 - a test's own task
    await asyncio.sleep(0)
    cancelled.cancel()
    gate.opened.set()
    await first
    await database.run(add("b", 2))
    assert cancelled.cancelled()
    assert await rows(database) == {"a": 1, "b": 2}


async def test_stop_finishes_what_was_accepted(database_url: str) -> None:
    """stop() while a hundred units wait: all are committed and answered; later ones are refused."""
    database = Database(database_url)
    await database.start()
    gate = Gate()
    waiting: list[asyncio.Future[Any]] = [asyncio.ensure_future(database.run(gate))]  # noqa: TID251 - a test's own task
    waiting += [asyncio.ensure_future(database.run(add(str(n)))) for n in range(100)]  # noqa: TID251 - as above
    await asyncio.sleep(0)
    gate.opened.set()
    await database.stop()
    assert await asyncio.gather(*waiting) == [None] + [0] * 100
    with pytest.raises(StorageUnavailable):
        await database.run(add("late"))
    with pytest.raises(StorageUnavailable):
        await database.read(lambda _unit: None)
    again = Database(database_url)
    await again.start()
    assert len(await rows(again)) == 100
    await again.stop()


def test_a_loop_may_close_before_its_work_is_done(database_url: str) -> None:
    """Work of a closed loop is committed, and the writer goes on for other loops."""
    database = Database(database_url)
    other = asyncio.new_event_loop()
    other.run_until_complete(database.start())
    gate = Gate()

    async def leave_behind() -> None:
        for work in (gate, add("orphan", 1)):
            asyncio.ensure_future(database.run(work))  # noqa: TID251, RUF006 - left behind on purpose
        await asyncio.sleep(0)

    closing = asyncio.new_event_loop()
    closing.run_until_complete(leave_behind())
    for task in asyncio.all_tasks(closing):
        task.cancel()
    closing.run_until_complete(asyncio.sleep(0))
    closing.close()
    gate.opened.set()
    assert other.run_until_complete(database.run(add("next", 2))) == 2
    assert other.run_until_complete(rows(database)) == {"orphan": 1, "next": 2}
    other.run_until_complete(database.stop())
    other.close()


async def test_reading_cannot_write(database: Database) -> None:
    """A write through read() is refused by the database itself."""
    with pytest.raises(DatabaseError):
        await database.read(add("a"))
    assert await rows(database) == {}


async def test_a_read_sees_one_moment(database: Database) -> None:
    """Two queries of one read agree though a commit falls between them."""
    await database.run(add("a"))
    loop = asyncio.get_running_loop()

    def look(unit: Unit) -> tuple[int, int]:
        count = select(func.count()).select_from(offsets)
        before = unit.execute(count).scalar_one()
        asyncio.run_coroutine_threadsafe(database.run(add("b")), loop).result(20)
        return before, unit.execute(count).scalar_one()

    assert await database.read(look) == (1, 1)
    assert len(await rows(database)) == 2


async def test_on_jobs_is_called_after_the_commit(database: Database) -> None:
    """Noting jobs wakes the callback once they can be seen, and a unit that failed wakes nobody."""
    assert database._listener is not None
    await asyncio.to_thread(database._listener.stop)  # it hears other processes, and perhaps too much
    database._listener = None
    woken = asyncio.Event()
    database.on_jobs(woken.set)
    with pytest.raises(ZeroDivisionError):
        await database.run(lambda unit: (unit.note_jobs(), 1 / 0))
    await database.run(add("a"))
    assert not woken.is_set()
    await database.run(lambda unit: unit.note_jobs())
    await asyncio.wait_for(woken.wait(), 20)


@pytest.mark.parametrize(
    "url",
    ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory", "nonsense", ""],
)
def test_other_addresses_are_refused(url: str) -> None:
    """Only a file of SQLite and PostgreSQL survive a restart here."""
    with pytest.raises(BadUrl):
        Database(url)


async def test_work_before_the_start_is_refused(database_url: str) -> None:
    """A database that was not started says so at once."""
    database = Database(database_url)
    with pytest.raises(StorageUnavailable):
        await database.run(add("a"))
    with pytest.raises(StorageUnavailable):
        await database.read(add("a"))
    await database.stop()


@pytest.mark.usefixtures("durable")
async def test_sqlite_is_set_up_to_be_durable(database: Database) -> None:
    """WAL, full sync, foreign keys; and on PostgreSQL synchronous commit."""
    asked = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
    if database.dialect == "sqlite":
        found = await database.run(lambda unit: [unit.execute(text(f"PRAGMA {name}")).scalar() for name in asked])
        assert found == ["wal", 2, 1, 1]
    else:
        assert await database.run(lambda unit: unit.execute(text("SHOW synchronous_commit")).scalar()) == "on"
    assert writer.GROUP == 64


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_unit_holds_sqlites_only_write_lock_from_its_beginning(database: Database) -> None:
    """What a unit has read cannot change before it writes: no other process can begin to write meanwhile."""

    def work(_unit: Unit) -> str:
        other = sqlite3.connect(str(database.url.database), isolation_level=None, timeout=0)
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            return str(error)
        finally:
            other.close()
        return "began"

    assert await database.run(work) == "database is locked"
