"""The worker: claims due jobs, has them done, and settles each in one unit of work. Nothing is sent by anyone else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import assert_never

from bot.channels.base import Channel
from bot.endings import Doer, Done, Ending, Later, Never, pause
from bot.jobs import Kind
from bot.sending import OnGone, Sender
from storage import journal, queue
from storage.database import Database, StorageUnavailable
from storage.queue import Job
from storage.unit import Unit

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""How long a claimed job is ours without a sign of life."""
BEATS = 4
"""Signs of life within a lease."""
CONCURRENCY = 16
"""Jobs under way at once."""
POLL_SECONDS = 5.0
"""The longest rest, if no timer and no commit wakes the worker before."""
SHORTEST_REST = 0.1
"""Seconds: the rest while a due job is in another worker's hands."""
STORAGE_REST = 1.0
"""Seconds to rest when the database is away."""
GRACE_SECONDS = 20.0
"""How long a stopping worker waits for what is under way."""
MAX_ATTEMPTS = 10
"""Failed tries after which a job is buried; with their pauses about an hour."""
MAX_ATTEMPTS_OF = {Kind.FETCH_EVIDENCE: 80}
"""A file is tried for a day, then refused by its own doer."""

OnBuried = Callable[[Unit, Job, str, datetime], None]
"""Told, in the unit that buries it, of a job that was given up, and why."""


class Worker:
    """Does jobs until it is stopped. ``name`` is this process's own: a restarted one has another."""

    def __init__(
        self,
        database: Database,
        *,
        channels: Mapping[str, Channel],
        doers: Mapping[Kind, Doer],
        clock: Callable[[], datetime],
        on_gone: OnGone,
        on_buried: OnBuried,
        name: str,
        concurrency: int = CONCURRENCY,
        lease: timedelta = LEASE,
    ) -> None:
        """``doers`` know the kinds of jobs that are not about a channel."""
        sender = Sender(database, channels=channels, clock=clock, on_gone=on_gone)
        self._database = database
        everyone = {**sender.doers(), **doers}
        self._doers: dict[str, Doer] = {str(kind): doer for kind, doer in everyone.items()}
        self._clock = clock
        self._on_buried = on_buried
        self._name = name
        self._concurrency = concurrency
        self._lease = lease
        self._running: dict[int, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._is_stopping = False

    async def run(self) -> None:
        """Do jobs until ``stop``; then finish what is under way and give back the rest."""
        self._database.on_jobs(self._wake.set)
        async with asyncio.TaskGroup() as tasks:
            heart = tasks.create_task(self._beat())
            while not self._is_stopping:
                self._wake.clear()
                rest = await self._fill(tasks)
                await self._rest(rest)
            await self._drain()
            heart.cancel()

    def stop(self) -> None:
        """Claim nothing more; ``run`` ends once what is under way is done."""
        self._is_stopping = True
        self._wake.set()

    def nudge(self) -> None:
        """Look for jobs now."""
        self._wake.set()

    async def _fill(self, tasks: asyncio.TaskGroup) -> float:
        """Start as many jobs as there is room for; returns the seconds until there may be others."""
        room = self._concurrency - len(self._running)
        if room <= 0:
            return POLL_SECONDS
        now = self._clock()
        try:
            claimed, next_due = await self._database.run(lambda unit: self._claim(unit, room, now))
        except StorageUnavailable as error:
            log.warning("no jobs claimed: %s", error)
            return STORAGE_REST
        for job in claimed:
            lost = self._running.pop(job.id, None)
            if lost is not None:  # its lease ran out under our hands, and it came back to us
                lost.cancel()
            self._running[job.id] = tasks.create_task(self._do(job))
        if next_due is None or len(claimed) == room:
            return POLL_SECONDS  # a job that ends wakes us before
        return min(max((next_due - now).total_seconds(), SHORTEST_REST), POLL_SECONDS)

    def _claim(self, unit: Unit, room: int, now: datetime) -> tuple[list[Job], datetime | None]:
        claimed = queue.claim(unit, worker=self._name, now=now, lease=self._lease, limit=room)
        return claimed, queue.next_due(unit)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _do(self, job: Job) -> None:
        try:
            await self._settle(job, await self._ending(job))
        finally:
            if self._running.get(job.id) is asyncio.current_task():
                del self._running[job.id]
            self._wake.set()

    async def _ending(self, job: Job) -> Ending:
        doer = self._doers.get(job.kind)
        if doer is None:
            return Never(f"nobody here does jobs of kind {job.kind!r}")
        if job.attempts >= _limit(job):
            return Never(f"given up after {job.attempts} tries")
        try:
            return await doer(job)
        except StorageUnavailable as error:
            return Later(str(error), counts=False)
        except Exception as error:
            log.exception("job %d (%s) failed", job.id, job.kind)
            return Later(f"{type(error).__name__}: {error}")

    async def _settle(self, job: Job, ending: Ending) -> None:
        now = self._clock()
        try:
            await self._database.run(lambda unit: self._write(unit, job, ending, now))
        except StorageUnavailable as error:
            log.warning("job %d (%s) was done but not settled, it will be done again: %s", job.id, job.kind, error)
        except Exception as error:
            log.exception("job %d (%s) could not be settled", job.id, job.kind)
            await self._settle_plainly(job, f"{type(error).__name__}: {error}", now)

    def _write(self, unit: Unit, job: Job, ending: Ending, now: datetime) -> None:
        match ending:
            case Done(settle=settle):
                if queue.finish(unit, job.id, now, worker=self._name) and settle is not None:
                    settle(unit, now)
            case Later(problem=problem) if ending.counts and job.attempts + 1 >= _limit(job):
                self._bury(unit, job, f"given up after {job.attempts + 1} tries: {problem}", now)
            case Later(problem=problem, seconds=seconds, counts=counts):
                wait = pause(job.attempts + 1) if seconds is None else seconds
                again = now + timedelta(seconds=wait)
                queue.retry(unit, job.id, run_at=again, problem=problem, counts=counts, worker=self._name)
            case Never(problem=problem):
                self._bury(unit, job, problem, now)
            case _:
                assert_never(ending)

    def _bury(self, unit: Unit, job: Job, problem: str, now: datetime) -> None:
        if not queue.bury(unit, job.id, problem=problem, now=now, worker=self._name):
            return
        _journal_burial(unit, job, problem, now)
        self._on_buried(unit, job, problem, now)

    async def _settle_plainly(self, job: Job, problem: str, now: datetime) -> None:
        try:
            await self._database.run(lambda unit: self._write_plainly(unit, job, problem, now))
        except Exception:
            log.exception("job %d (%s) stays claimed until its lease runs out", job.id, job.kind)

    def _write_plainly(self, unit: Unit, job: Job, problem: str, now: datetime) -> None:
        """What settles a job when its own settling fails: another try, at last a burial without anybody told."""
        if job.attempts + 1 < _limit(job):
            again = now + timedelta(seconds=pause(job.attempts + 1))
            queue.retry(unit, job.id, run_at=again, problem=problem, counts=True, worker=self._name)
        elif queue.bury(unit, job.id, problem=problem, now=now, worker=self._name):
            _journal_burial(unit, job, problem, now)

    async def _beat(self) -> None:
        """Keep what is under way ours."""
        while True:
            await asyncio.sleep(self._lease.total_seconds() / BEATS)
            ids, now = list(self._running), self._clock()
            if not ids:
                continue
            try:
                await self._database.run(
                    lambda unit, ids=ids, now=now: queue.renew(  # type: ignore[misc]
                        unit, ids, worker=self._name, now=now, lease=self._lease
                    )
                )
            except StorageUnavailable as error:
                log.warning("leases not renewed: %s", error)

    async def _drain(self) -> None:
        """Wait for what is under way; what takes too long is stopped and given back."""
        if self._running:
            await asyncio.wait(self._running.values(), timeout=GRACE_SECONDS)
        left = dict(self._running)
        if not left:
            return
        for task in left.values():
            task.cancel()
        await asyncio.wait(left.values())
        now = self._clock()
        try:
            await self._database.run(lambda unit: self._give_back(unit, list(left), now))
        except StorageUnavailable as error:
            log.warning("%d jobs stay claimed until their leases run out: %s", len(left), error)

    def _give_back(self, unit: Unit, ids: list[int], now: datetime) -> None:
        for job_id in ids:
            queue.retry(unit, job_id, run_at=now, problem="the worker stopped", counts=False, worker=self._name)


def _limit(job: Job) -> int:
    return MAX_ATTEMPTS_OF.get(Kind(job.kind), MAX_ATTEMPTS) if job.kind in set(Kind) else MAX_ATTEMPTS


def _journal_burial(unit: Unit, job: Job, problem: str, now: datetime) -> None:
    details = {"kind": job.kind, "problem": problem, "attempts": job.attempts}
    journal.write(unit, at=now, who=None, what="job.buried", subject=f"job:{job.id}", details=details)
