"""The queue: each job to one worker, those of a key in order, taken over when a worker is lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from storage import queue
from storage.database import Database, Unit
from storage.queue import Job

LEASE = timedelta(seconds=30)


def put(now: datetime, **more: Any) -> Callable[[Unit], int]:  # noqa: ANN401 - any of put()'s arguments
    """A unit that puts a job, due now unless told otherwise."""
    return lambda unit: queue.put(unit, **{"kind": "send", "payload": {}, "run_at": now, "now": now, **more})


def claim(now: datetime, *, limit: int = 10, worker: str = "w") -> Callable[[Unit], list[Job]]:
    """A unit that claims due jobs."""
    return lambda unit: queue.claim(unit, worker=worker, now=now, lease=LEASE, limit=limit)


def finish(job_id: int, now: datetime) -> Callable[[Unit], bool]:
    """A unit that finishes a job."""
    return lambda unit: queue.finish(unit, job_id, now)


async def claimed(database: Database, now: datetime, **more: Any) -> list[int]:  # noqa: ANN401 - as claim()
    """Claim, and tell the ids alone."""
    return [job.id for job in await database.run(claim(now, **more))]


async def test_a_job_comes_back_as_it_was_put(database: Database, now: datetime) -> None:
    """Payload, keys and moments survive; microseconds below a millisecond do not."""
    job_id = await database.run(put(now, payload={"a": [1, "ż\x00\ud800"]}, lock_key="l", dedup_key="d"))
    assert await database.run(claim(now)) == [
        Job(job_id, "send", {"a": [1, "ż\x00\ud800"]}, "l", "d", attempts=0, run_at=now, created_at=now)
    ]
    assert await claimed(database, now) == []


async def test_jobs_of_later_wait_for_their_time(database: Database, now: datetime) -> None:
    """A job is not claimed before run_at; next_due tells when to look again."""
    later = now + timedelta(hours=1)
    job_id = await database.run(put(now, run_at=later))
    assert await claimed(database, later - timedelta(milliseconds=1)) == []
    assert await database.read(queue.next_due) == later
    assert await claimed(database, later) == [job_id]
    await database.run(finish(job_id, later))
    assert await database.read(queue.next_due) is None


async def test_the_oldest_come_first_up_to_the_limit(database: Database, now: datetime) -> None:
    """Claims go through the queue in the order jobs were put."""
    ids = [await database.run(put(now, lock_key=key)) for key in ("a", "b", None, "a", "c")]
    assert await claimed(database, now, limit=2) == ids[:2]
    assert await claimed(database, now, limit=2) == [ids[2], ids[4]]
    assert await claimed(database, now, limit=2) == []
    await database.run(finish(ids[0], now))
    assert await claimed(database, now) == [ids[3]]


async def test_a_retry_holds_up_those_behind_it(database: Database, now: datetime) -> None:
    """While an earlier job of the key waits for its next try, a later one is not taken, and is not "due" either."""
    first, second = [await database.run(put(now, lock_key="a")) for _ in range(2)]
    again = now + timedelta(minutes=1)
    assert await claimed(database, now) == [first]
    await database.run(lambda unit: queue.retry(unit, first, run_at=again, problem="429", counts=False))
    assert await claimed(database, now) == []
    assert await database.read(queue.next_due) == again
    (job,) = await database.run(claim(again))
    assert (job.id, job.attempts) == (first, 0)
    await database.run(lambda unit: queue.retry(unit, first, run_at=again, problem="timeout", counts=True))
    (job,) = await database.run(claim(again))
    assert (job.id, job.attempts) == (first, 1)
    await database.run(finish(first, again))
    assert await claimed(database, again) == [second]


async def test_release_lets_a_key_go_at_once(database: Database, now: datetime) -> None:
    """Waiting for the next try ends when its reason has passed."""
    first = await database.run(put(now, lock_key="a", run_at=now + timedelta(hours=1)))
    await database.run(put(now, lock_key="b", run_at=now + timedelta(hours=1)))
    assert await database.run(lambda unit: queue.release(unit, "a", now)) == 1
    assert await database.run(lambda unit: queue.release(unit, "a", now)) == 0
    assert await claimed(database, now) == [first]


async def test_a_buried_job_lets_the_next_go_and_stays_to_be_seen(database: Database, now: datetime) -> None:
    """Giving a job up settles it for its key."""
    first, second = [await database.run(put(now, lock_key="a")) for _ in range(2)]
    await claimed(database, now)
    assert await database.run(lambda unit: queue.bury(unit, first, problem="gone", now=now))
    assert not await database.run(finish(first, now))
    assert await database.read(queue.pending) == {"waiting": 1, "claimed": 0, "buried": 1}
    assert await claimed(database, now) == [second]


async def test_a_lost_workers_job_is_taken_over_when_its_lease_ends(database: Database, now: datetime) -> None:
    """Until then nobody gets it; then it counts one failed attempt, and the lost worker may settle it no more."""
    job_id = await database.run(put(now, lock_key="a"))
    behind = await database.run(put(now, lock_key="a"))
    assert await claimed(database, now, worker="lost") == [job_id]
    assert await claimed(database, now + LEASE - timedelta(milliseconds=1), worker="new") == []
    assert await database.read(queue.next_due) == now + LEASE
    (job,) = await database.run(claim(now + LEASE, worker="new"))
    assert (job.id, job.attempts) == (job_id, 1)
    assert not await database.run(lambda unit: queue.finish(unit, job_id, now, worker="lost"))
    assert not await database.run(
        lambda unit: queue.retry(unit, job_id, run_at=now, problem="", counts=True, worker="lost")
    )
    assert await database.run(lambda unit: queue.finish(unit, job_id, now, worker="new"))
    assert await claimed(database, now + LEASE) == [behind]


async def test_renewing_keeps_a_lease(database: Database, now: datetime) -> None:
    """A worker that lives keeps its job, and learns which it lost."""
    ids = [await database.run(put(now)) for _ in range(2)]
    await claimed(database, now, worker="w")
    await database.run(finish(ids[1], now))
    held = await database.run(lambda unit: queue.renew(unit, ids, worker="w", now=now + LEASE, lease=LEASE))
    assert held == {ids[0]}
    assert await claimed(database, now + LEASE, worker="new") == []
    assert await claimed(database, now + 2 * LEASE, worker="new") == ids[:1]


async def test_the_same_dedup_key_replaces_a_waiting_job(database: Database, now: datetime) -> None:
    """Payload and time are the new ones, id and place the old; one that is being done is left alone."""
    later = now + timedelta(days=1)
    first = await database.run(put(now, run_at=later, payload={"n": 1}, dedup_key="remind:1"))
    assert await database.run(put(now, payload={"n": 2}, dedup_key="remind:1")) == first
    (job,) = await database.run(claim(now))
    assert job.payload == {"n": 2}
    second = await database.run(put(now, payload={"n": 3}, dedup_key="remind:1"))
    assert second != first
    assert await database.run(put(now, dedup_key="remind:2")) not in {first, second}


async def test_a_retry_gives_way_to_a_newer_job_of_its_dedup_key(database: Database, now: datetime) -> None:
    """The older one counts as done, so that only one of the key ever waits."""
    first = await database.run(put(now, dedup_key="d"))
    await claimed(database, now)
    second = await database.run(put(now, dedup_key="d"))
    assert await database.run(lambda unit: queue.retry(unit, first, run_at=now, problem="x", counts=True))
    assert await claimed(database, now) == [second]
    assert await database.read(queue.pending) == {"waiting": 0, "claimed": 1, "buried": 0}


async def test_settled_jobs_can_be_swept_and_their_ids_never_come_back(database: Database, now: datetime) -> None:
    """Old done jobs are forgotten, buried ones kept; a later job gets a new id."""
    done, buried = [await database.run(put(now)) for _ in range(2)]
    await database.run(lambda unit: queue.bury(unit, buried, problem="x", now=now))
    newest = await database.run(put(now))
    for job_id in (done, newest):
        await database.run(finish(job_id, now))
    assert await database.run(lambda unit: queue.sweep(unit, before=now)) == 0
    assert await database.run(lambda unit: queue.sweep(unit, before=now + timedelta(milliseconds=1))) == 2
    assert await database.run(put(now)) > newest
    assert (await database.read(queue.pending))["buried"] == 1


@pytest.mark.parametrize("due", [True, False])
async def test_putting_a_due_job_wakes_the_workers(database: Database, now: datetime, *, due: bool) -> None:
    """A job for later does not."""
    unit_of: list[bool] = []
    run_at = now if due else now + timedelta(seconds=1)

    def work(unit: Unit) -> None:
        queue.put(unit, kind="send", payload={}, run_at=run_at, now=now)
        unit_of.append(unit.jobs_noted)

    await database.run(work)
    assert unit_of == [due]


async def test_two_processes_share_the_work_and_keep_every_key_in_order(
    database: Database, other_database: Database, now: datetime
) -> None:
    """144 jobs of 12 keys, put by two processes while four workers claim: each once, never two of a key, in order."""
    keys, per_key = 12, 12
    doing: set[str] = set()
    done: list[tuple[str, int]] = []
    watch = threading.Lock()

    async def putter(through: Database, mine: range) -> None:
        for _ in range(per_key):
            await asyncio.gather(*(through.run(put(now, lock_key=str(key))) for key in mine))

    async def worker(through: Database, name: str) -> None:
        while len(done) < keys * per_key:
            for job in await through.run(claim(now, limit=7, worker=name)):
                key = str(job.lock_key)
                with watch:
                    assert key not in doing
                    doing.add(key)
                await asyncio.sleep(0)
                with watch:
                    doing.remove(key)
                    done.append((key, job.id))
                assert await through.run(finish(job.id, now))

    async with asyncio.TaskGroup() as tasks:
        for through in (database, other_database):
            tasks.create_task(putter(through, range(keys)[:: 1 if through is database else -1][: keys // 2]))
            for name in "ab":
                tasks.create_task(worker(through, f"{id(through)}{name}"))

    assert len(set(done)) == keys * per_key
    for key in range(keys):
        ids = [job_id for name, job_id in done if name == str(key)]
        assert ids == sorted(ids)


async def test_two_processes_putting_for_one_key_never_overtake_each_other(
    database: Database, other_database: Database, now: datetime
) -> None:
    """A job drawn first but committed last is not overtaken by one of its key that another process put meanwhile."""
    drawn, may_commit = threading.Event(), threading.Event()

    def slow(unit: Unit) -> int:
        job_id = put(now, lock_key="a")(unit)
        drawn.set()
        assert may_commit.wait(20)
        return job_id

    first = asyncio.ensure_future(database.run(slow))  # noqa: TID251 - a test's own task
    assert await asyncio.to_thread(drawn.wait, 20)
    second = asyncio.ensure_future(other_database.run(put(now, lock_key="a")))  # noqa: TID251 - a test's own task
    await asyncio.sleep(0.1)
    seen = await database.read(queue.pending)
    assert (seen["waiting"], second.done()) == (0, False)
    may_commit.set()
    assert await first < await second


async def test_dedup_under_concurrency_keeps_one_waiting_job(
    database: Database, other_database: Database, now: datetime
) -> None:
    """Two processes that put the same dedup_key at once get the same job."""
    works = [through.run(put(now, dedup_key="d")) for _ in range(20) for through in (database, other_database)]
    assert len(set(await asyncio.gather(*works))) == 1
    assert (await database.read(queue.pending))["waiting"] == 1


@pytest.mark.parametrize(
    ("problem", "kept"),
    [
        ("given up after 8 tries: ValueError: 'Pani Krystyna' is no number", "given up after 8 tries: ValueError"),
        ("given up after 8 tries", "given up after 8 tries"),
        ("refused: Bad Request: can't parse 'Pani Krystyna'", "refused: Bad Request"),
        ("refused: Pani Krystyna", "refused"),
        ("sqlalchemy.exc.DataError: Pani Krystyna", "sqlalchemy.exc.DataError"),
        ("nobody here does jobs of kind 'x'", ""),
    ],
)
def test_of_a_problem_only_its_kind_is_kept_for_ever(problem: str, kept: str) -> None:
    """An error's own message may quote what somebody wrote."""
    assert queue.kind_of_problem(problem) == kept
