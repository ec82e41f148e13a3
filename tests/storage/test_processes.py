"""Processes that share a database: who is there, what a dead one leaves, whose a job is, and who leads."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import processes, queue
from storage.database import Database, Unit
from storage.leadership import Leadership, leadership
from storage.processes import Process
from storage.sharing import LATE, Share

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LEASE = timedelta(seconds=60)
ONE = Process("one", "host-a", "", serves=True, works=True, started_at=NOW, seen_at=NOW, beats=0)
TWO = replace(ONE, name="two", host="host-b")


async def _taken(lock: Leadership) -> bool:
    """Whether it comes free: PostgreSQL ends a session a moment after its connection."""
    for _ in range(500):
        if await asyncio.to_thread(lock.take):
            return True
        await asyncio.sleep(0.02)
    return False


def _put(unit: Unit, lock_key: str | None) -> int:
    return queue.put(unit, kind="send", payload={}, run_at=NOW, lock_key=lock_key, now=NOW)


async def test_a_process_counts_its_beats_and_sees_the_others(database: Database) -> None:
    """Each beat moves the count by one and tells who is there, in the order of their names within one start."""
    await database.run(lambda unit: processes.announce(unit, ONE))
    await database.run(lambda unit: processes.announce(unit, TWO))
    roll = await database.run(lambda unit: processes.beat(unit, "two", NOW + timedelta(seconds=1)))
    assert roll is not None
    assert [(one.name, one.beats, one.seen_at) for one in roll.processes] == [
        ("one", 0, NOW),
        ("two", 1, NOW + timedelta(seconds=1)),
    ]
    assert roll.revision is not None
    assert (roll.database_now is None) == (database.dialect == "sqlite")


async def test_the_jobs_of_a_dead_process_are_free_at_once(database: Database) -> None:
    """Forgetting frees its claimed jobs, each counted as a failed try; the dead one can neither beat nor settle."""
    await database.run(lambda unit: processes.announce(unit, ONE))
    job_id = await database.run(lambda unit: _put(unit, "address:1"))
    await database.run(lambda unit: queue.claim(unit, worker="one", now=NOW, lease=LEASE, limit=5))
    assert not await database.run(lambda unit: queue.claim(unit, worker="two", now=NOW, lease=LEASE, limit=5))
    assert await database.run(lambda unit: processes.forget(unit, ONE)) == 1
    assert await database.run(lambda unit: processes.beat(unit, "one", NOW)) is None
    assert not await database.run(lambda unit: queue.finish(unit, job_id, NOW, worker="one"))
    (job,) = await database.run(lambda unit: queue.claim(unit, worker="two", now=NOW, lease=LEASE, limit=5))
    assert (job.id, job.attempts) == (job_id, 1)


async def test_one_that_beat_meanwhile_is_not_forgotten(database: Database) -> None:
    """Whoever judged by an old count takes nothing from a live process; of two that judge one takes it."""
    await database.run(lambda unit: processes.announce(unit, ONE))
    await database.run(lambda unit: processes.beat(unit, "one", NOW))
    assert await database.run(lambda unit: processes.forget(unit, ONE)) is None
    assert await database.run(lambda unit: processes.forget(unit, replace(ONE, beats=1))) == 0
    assert await database.run(lambda unit: processes.forget(unit, replace(ONE, beats=1))) is None


async def test_who_leaves_gives_its_jobs_back(database: Database) -> None:
    """A graceful end frees what was still claimed."""
    await database.run(lambda unit: processes.announce(unit, ONE))
    await database.run(lambda unit: _put(unit, None))
    await database.run(lambda unit: queue.claim(unit, worker="one", now=NOW, lease=LEASE, limit=5))
    assert await database.run(lambda unit: processes.leave(unit, "one")) == 1
    assert len(await database.run(lambda unit: queue.claim(unit, worker="two", now=NOW, lease=LEASE, limit=5))) == 1


async def test_each_worker_claims_its_share_and_whatever_is_late(database: Database) -> None:
    """The keys fall apart without rest, as Python says so too; what nobody took in time is anybody's."""
    keys = [f"address:{number}" for number in range(30)]
    await database.run(lambda unit: [_put(unit, key) for key in keys])
    shares = [Share(place, 3) for place in range(3)]
    first = shares[0]
    claimed = await database.run(
        lambda unit: queue.claim(unit, worker="w0", now=NOW, lease=LEASE, limit=99, share=first)
    )
    assert {job.lock_key for job in claimed} == {key for key in keys if first.holds(key)}
    assert 0 < len(claimed) < len(keys)
    second = shares[1]
    claimed = await database.run(
        lambda unit: queue.claim(unit, worker="w1", now=NOW, lease=LEASE, limit=99, share=second)
    )
    assert {job.lock_key for job in claimed} == {key for key in keys if second.holds(key)}
    later = NOW + LATE
    claimed = await database.run(
        lambda unit: queue.claim(unit, worker="w1", now=later, lease=LEASE, limit=99, share=second)
    )
    assert {job.lock_key for job in claimed} == {key for key in keys if shares[2].holds(key)}


def test_what_has_no_key_is_everybodys() -> None:
    """Timers fall to whoever comes first."""
    assert all(Share(place, 4).holds(None) for place in range(4))


async def test_one_leads_and_the_next_takes_over(database: Database) -> None:
    """Of two that try one gets the lock; once it is given up, the other does."""
    one, two = (leadership(database.url, "telegram", name=name) for name in ("one", "two"))
    assert await asyncio.to_thread(one.take)
    assert one.is_ours()
    assert not await asyncio.to_thread(two.take)
    assert not two.is_ours()
    one.give_up()
    assert not one.is_ours()
    assert await _taken(two)
    two.give_up()


async def test_locks_of_other_names_do_not_meet(database: Database) -> None:
    """Each duty has a lock of its own."""
    one, two = (leadership(database.url, what, name="one") for what in ("telegram", "other"))
    assert one.take()
    assert two.take()
    one.give_up()
    two.give_up()


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_leading_is_taken_from_one_that_is_held_dead(database: Database) -> None:
    """A stopped process keeps its connection; whoever forgets the process ends that."""
    await database.run(lambda unit: processes.announce(unit, ONE))
    one, two = (leadership(database.url, "telegram", name=name) for name in ("one", "two"))
    assert await asyncio.to_thread(one.take)
    await database.run(lambda unit: processes.forget(unit, ONE))
    assert await _taken(two)
    assert two.is_ours()
    assert not one.is_ours()
    two.give_up()


def test_a_file_that_cannot_be_made_is_no_lock(tmp_path: Path) -> None:
    """Where the folder is gone nobody leads, and nothing is raised."""
    url = Database(f"sqlite:///{tmp_path / 'gone' / 'file.db'}").url
    assert not leadership(url, "telegram", name="one").take()


async def test_every_process_hears_whose_chat_shows_something_else(
    database: Database, other_database: Database
) -> None:
    """PostgreSQL tells the others with the COMMIT, by the addresses' ids, many in one commit; SQLite does not."""
    heard: set[int] = set()
    other_database.on_shown(lambda addresses: heard.update(addresses or ()))
    assert other_database.tells_what_is_shown == (database.dialect == "postgresql")
    if not other_database.tells_what_is_shown:
        return
    ids = set(range(1_000_000_000, 1_000_001_500))
    for _ in range(100):  # until its listener listens
        await database.run(lambda unit: [unit.note_shown(one) for one in ids])
        await asyncio.sleep(0.05)
        if heard == ids:
            break
    assert heard == ids
