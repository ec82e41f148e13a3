"""What the database says of its own work: what waits and since when, what was given up, how large it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from storage import gauges as watching
from storage import held, inbox, processes, queue, unheard
from storage.database import Database, Unit
from storage.distribution import Distribution
from storage.gauges import Due, Gauges
from storage.processes import Process

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)


def put(unit: Unit, kind: str, *, ago: float, key: str | None = None) -> int:
    """A job that is due since so many seconds."""
    at = NOW - timedelta(seconds=ago)
    return queue.put(unit, kind=kind, payload={}, run_at=at, lock_key=key, now=at)


async def look(database: Database) -> Gauges:
    """What is to be seen now."""
    return await database.read(lambda unit: watching.gauges(unit, channels=("telegram", "web"), now=NOW))


async def test_nothing_yet(database: Database) -> None:
    """An empty database has no ages, and a size."""
    seen = await look(database)
    assert seen == Gauges(
        due={},
        open_jobs=0,
        buried={},
        held={},
        parked=0,
        evidence_waiting=0,
        evidence_since=None,
        last_update={},
        heard={},
        serving=0,
        working=0,
        size=seen.size,
    )
    assert seen.size > 100_000


async def test_only_what_could_be_done_now_is_late(database: Database) -> None:
    """Not what is for later or being done, nor what waits behind such a one of its key: a hidden chat is no alarm."""

    def work(unit: Unit) -> None:
        put(unit, "send", ago=1000, key="being done")
        queue.claim(unit, worker="one", now=NOW, lease=LEASE, limit=10)
        put(unit, "send", ago=900, key="being done")
        put(unit, "send", ago=-600, key="hidden")
        put(unit, "send", ago=800, key="hidden")
        put(unit, "send", ago=30, key="late")
        put(unit, "send", ago=29, key="late")
        put(unit, "send", ago=7, key="also late")
        put(unit, "nudge", ago=5)
        put(unit, "nudge", ago=-5)

    await database.run(work)
    seen = await look(database)
    assert seen.due == {
        "send": Due(2, NOW - timedelta(seconds=30)),
        "nudge": Due(1, NOW - timedelta(seconds=5)),
    }
    assert seen.open_jobs == 9


async def test_a_job_whose_worker_died_is_late(database: Database) -> None:
    """From the end of its lease on, until it is taken over."""

    def work(unit: Unit) -> None:
        put(unit, "send", ago=500, key="a")
        queue.claim(unit, worker="dead", now=NOW - timedelta(seconds=100), lease=LEASE, limit=10)

    await database.run(work)
    assert (await look(database)).due == {"send": Due(1, NOW - timedelta(seconds=40))}


async def test_what_was_given_up_is_counted_by_kind(database: Database) -> None:
    """Buried and held ones apart, done ones not at all."""

    def work(unit: Unit) -> None:
        for kind in ("send", "send", "score"):
            queue.bury(unit, put(unit, kind, ago=5), problem="no", now=NOW)
        put(unit, "feed", ago=5)
        held.hold(unit, ["feed"], now=NOW)
        queue.finish(unit, put(unit, "send", ago=5), NOW)

    await database.run(work)
    seen = await look(database)
    assert seen.buried == {"send": 2, "score": 1}
    assert seen.held == {"feed": 1}
    assert seen.open_jobs == 0


async def test_updates_processes_and_channels(database: Database) -> None:
    """The last update of each channel, those put aside, who is there, when a channel was heard."""

    def work(unit: Unit) -> None:
        for number in range(3):
            inbox.take(unit, "telegram", str(number), NOW - timedelta(seconds=10 - number))
        inbox.park(unit, channel="telegram", update_id="2", raw=b"", problem="no", now=NOW)
        unheard.note_heard(unit, "telegram", NOW)
        for name, serves, works in (("a", True, False), ("b", False, True), ("c", True, True)):
            processes.announce(unit, Process(name, "host", "", serves, works, NOW, NOW, 0))

    await database.run(work)
    seen = await look(database)
    assert seen.last_update == {"telegram": NOW - timedelta(seconds=8)}
    assert seen.heard == {"telegram": NOW}
    assert (seen.parked, seen.serving, seen.working) == (1, 2, 2)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL plans by what is in the tables
@pytest.mark.parametrize(
    ("query", "index"),
    [
        (watching._DUE, "ix_jobs_due"),
        (watching._DUE, "ix_jobs_order"),
        (watching._OPEN, "ix_jobs_"),
        (watching._GIVEN_UP, "ix_jobs_given_up"),
        (watching._WAITING_EVIDENCE, "ix_evidence_waiting"),
    ],
)
async def test_counting_reads_an_index(database: Database, query: object, index: str) -> None:
    """Whatever is settled is not read: with a hundred thousand contacts it is nearly everything."""
    words = str(query).replace(":now", "1").replace(":most", "1")
    plan = await database.read(
        lambda unit: [str(row[3]) for row in unit.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}")]
    )
    assert any(f"INDEX {index}" in line for line in plan), plan
    assert not any(line.startswith("SCAN") and " USING " not in line and "due" not in line for line in plan), plan


def test_a_distribution_counts_by_ranges() -> None:
    """A bound belongs to its own range, and the ranges add up."""
    spread = Distribution((1, 2, 5))
    for value in (0.5, 1, 1.5, 5, 7, 70):
        spread.add(value)
    assert spread.rising() == [2, 3, 4, 6]
    assert spread.total == 85
