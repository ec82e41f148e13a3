"""The worker: claims due jobs, has them done, and settles each in one unit of work. Nothing is sent by anyone else."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol, assert_never

from bot.channels.base import Channel
from bot.counts import Counts
from bot.endings import Doer, Done, Ending, Later, Never, pause
from bot.jobs import Kind
from bot.logs import about
from bot.sending import Glance, OnGone, Sender, glances_of
from storage import journal, people, queue
from storage.database import Database, StorageUnavailable
from storage.queue import Job
from storage.sharing import Share
from storage.unit import Hand, Unit

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""How long a claimed job is ours without a sign of life."""
BEATS = 4
"""Signs of life within a lease."""
CONCURRENCY = 64
"""Jobs under way at once; nearly all are messages, and those wait for a channel's answer. As many may go out a second
time after a kill."""
HELD = 256
"""Messages taken as they were put that may wait here until there is room for them; none of them has gone out yet."""
GLANCE_LASTS = timedelta(seconds=2)
"""What was seen of a message that waited longer is looked at again: its chat may have been hidden meanwhile."""
HEAVY = 16
"""Of them, such as are no messages: files, plans, documents."""
SETTLED_TOGETHER = 64
"""Jobs settled in one unit at most."""
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
LIGHT = frozenset(
    {
        *(
            Kind.SEND,
            Kind.CLEAN,
            Kind.COMMANDS,
            Kind.REMIND,
            Kind.WAKE,
            Kind.LOCK,
            Kind.EXPIRE,
            Kind.FEED,
            Kind.PROGRESS,
        ),
        *(Kind.NUDGE, Kind.EXAMINE, Kind.DIGEST, Kind.TALLY),
    }
)
"""Kinds of jobs that take little memory while they are under way."""
MAX_ATTEMPTS_OF: Mapping[str, int] = {Kind.FETCH_EVIDENCE: 80}
"""A file is tried for a day, then refused by its own doer."""

NAMED_IN_LOGS = {"contact_id": "contact", "evidence_id": "evidence", "broadcast_id": "broadcast", "import_id": "import"}
"""Ids of a job's payload, and what lines of the log call them."""

OnBuried = Callable[[Unit, Job, str, datetime], None]
"""Told, in the unit that buries it, of a job that was given up, and why."""


@dataclass(frozen=True, slots=True)
class _Ended:
    """A job whose try has ended, and who waits until that is written."""

    job: Job
    ending: Ending
    settled: asyncio.Future[None]


class Standing(Protocol):
    """What a worker is among the others."""

    @property
    def may_work(self) -> bool:
        """Whether it may take jobs now: the others hold it alive, and have made room for it."""

    @property
    def share(self) -> Share | None:
        """Which jobs fall to it; None where it is the only one."""


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
        standing: Standing | None = None,
        counts: Counts | None = None,
    ) -> None:
        """``doers`` know the kinds that are not about a channel. Without ``standing`` there is no other worker."""
        self._counts = counts or Counts()
        self._sender = Sender(database, channels=channels, clock=clock, on_gone=on_gone, counts=self._counts)
        self._database = database
        everyone = {**self._sender.doers(), **doers}
        self._doers: dict[str, Doer] = {str(kind): doer for kind, doer in everyone.items()}
        self._clock = clock
        self._on_buried = on_buried
        self._name = name
        self._concurrency = concurrency
        self._lease = lease
        self._standing = standing
        self._running: dict[int, asyncio.Task[None]] = {}
        self._held: dict[int, Job] = {}
        """Ours, not begun, those taken first at the front."""
        self._tasks: asyncio.TaskGroup | None = None
        self._heavy = asyncio.Semaphore(HEAVY)
        self._ended: deque[_Ended] = deque()
        self._some_ended = asyncio.Event()
        self._was_full = False
        self._wake = asyncio.Event()
        self._is_stopping = False

    async def run(self) -> None:
        """Do jobs until ``stop``; then finish what is under way and give back the rest."""
        self._database.on_jobs(self._wake.set)
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            heart, settling = tasks.create_task(self._beat()), tasks.create_task(self._settle_ended())
            self._database.hand_to(self)
            while not self._is_stopping:
                self._wake.clear()
                rest = await self._fill(tasks)
                await self._rest(rest)
            await self._take_no_more()
            await self._drain()
            heart.cancel()
            settling.cancel()

    def stop(self) -> None:
        """Claim nothing more; ``run`` ends once what is under way is done."""
        self._is_stopping = True
        self._wake.set()

    @property
    def under_way(self) -> int:
        """How many jobs are being done now."""
        return len(self._running)

    def nudge(self) -> None:
        """Look for jobs now."""
        self._wake.set()

    def drop(self) -> None:
        """What is under way was given to others: stop it, and settle none of it."""
        for task in self._running.values():
            task.cancel()
        self._running.clear()
        self._let_go_of_held()
        self._wake.set()

    # Taken as they are put ------------------------------------------------------------------------------------------

    @property
    def hand(self) -> Hand | None:
        """Messages that can go out at once are taken in the unit that puts them."""
        if self._is_stopping or not self._may_work:
            return None
        return Hand(self._name, self._lease, room=self._room_held, takes=self._takes)

    def glance(self, unit: Unit, taken: Sequence[Job]) -> Mapping[int, Glance]:
        """What is to be known of messages before they go out."""
        return glances_of(unit, taken)

    def take(self, taken: Sequence[Job], glances: Mapping[int, Glance]) -> None:
        """The unit that put them is committed: do them."""
        assert self._tasks is not None  # noqa: S101 - nothing is handed to a worker that does not run
        if self._may_work and not self._is_stopping:
            self._sender.expect(glances)
            self._held |= {job.id: job for job in taken}
            self._begin_held()
        else:  # others may have been given them: back with what is still ours
            self._tasks.create_task(self._return([job.id for job in taken]))

    @property
    def _may_work(self) -> bool:
        return self._standing is None or self._standing.may_work

    def _room_held(self) -> int:
        return HELD - len(self._held)

    def _begin_held(self) -> None:
        """Begin what waits, as far as there is room."""
        assert self._tasks is not None  # noqa: S101 - something was handed to us
        if not self._held:
            return
        now, room = self._clock(), self._room()
        for job in list(islice(self._held.values(), max(room, 0))):
            del self._held[job.id]
            if now - job.run_at > GLANCE_LASTS:
                self._sender.forget(job.id)
            self._begin(self._tasks, job, now)

    def _let_go_of_held(self) -> list[int]:
        """Hold them no more; returns their ids."""
        left = list(self._held)
        self._held.clear()
        for job_id in left:
            self._sender.forget(job_id)
        return left

    def _room(self) -> int:
        return self._concurrency - len(self._running)

    def _takes(self, kind: str, lock_key: str) -> bool:
        share = None if self._standing is None else self._standing.share
        return kind == Kind.SEND and (share is None or share.holds(lock_key))

    # Claimed --------------------------------------------------------------------------------------------------------

    async def _fill(self, tasks: asyncio.TaskGroup) -> float:
        """Start as many jobs as there is room for; returns the seconds until there may be others."""
        room = self._room()
        self._was_full = room <= 0 or bool(self._held)
        if self._was_full:
            return POLL_SECONDS  # a job that ends wakes us before
        if not self._may_work:
            return SHORTEST_REST
        now = self._clock()
        try:
            claimed, next_due, glances = await self._database.run(lambda unit: self._claim(unit, room, now))
        except StorageUnavailable as error:
            log.warning("no jobs claimed: %s", error)
            return STORAGE_REST
        self._sender.expect(glances)
        began = self._clock()
        for job in claimed:
            self._begin(tasks, job, began)
        self._was_full = len(claimed) == room
        if next_due is None or self._was_full:
            return POLL_SECONDS
        return min(max((next_due - now).total_seconds(), SHORTEST_REST), POLL_SECONDS)

    def _begin(self, tasks: asyncio.TaskGroup, job: Job, now: datetime) -> None:
        if job.kind == Kind.SEND:
            self._counts.waiting.add(max((now - job.run_at).total_seconds(), 0.0))
        self._held.pop(job.id, None)
        lost = self._running.pop(job.id, None)
        if lost is not None:  # its lease ran out under our hands, and it came back to us
            lost.cancel()
        self._running[job.id] = tasks.create_task(self._do(job))

    def _claim(self, unit: Unit, room: int, now: datetime) -> tuple[list[Job], datetime | None, dict[int, Glance]]:
        share = None if self._standing is None else self._standing.share
        claimed = queue.claim(unit, worker=self._name, now=now, lease=self._lease, limit=room, share=share)
        return claimed, queue.next_due(unit), glances_of(unit, claimed)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _do(self, job: Job) -> None:
        try:
            with about(**_ids(job)):
                ending = await self._ending(job)
            self._counts.jobs[job.kind, type(ending).__name__] += 1
            ended = _Ended(job, ending, asyncio.get_running_loop().create_future())
            self._ended.append(ended)
            self._some_ended.set()
            await ended.settled
        finally:
            if self._running.get(job.id) is asyncio.current_task():
                del self._running[job.id]
            self._begin_held()
            if self._was_full:
                self._wake.set()

    async def _ending(self, job: Job) -> Ending:
        doer = self._doers.get(job.kind)
        if doer is None:
            return Never(f"nobody here does jobs of kind {job.kind!r}")
        if job.attempts >= _limit(job):
            return Never(f"given up after {job.attempts} tries")
        try:
            if job.kind in LIGHT:
                return await doer(job)
            async with self._heavy:
                return await doer(job)
        except StorageUnavailable as error:
            return Later(str(error), counts=False)
        except Exception as error:
            log.exception("job %d (%s) failed", job.id, job.kind)
            return Later(f"{type(error).__name__}: {error}")

    async def _settle_ended(self) -> None:
        """Settle what has ended, all that waits in one unit; where that fails, each in its own."""
        while True:
            await self._some_ended.wait()
            self._some_ended.clear()
            while self._ended:
                some = [self._ended.popleft()]
                await self._settle_together(some, joined_by=self._ended)
                for ended in some:
                    if not ended.settled.done():
                        ended.settled.set_result(None)

    async def _settle_together(self, some: list[_Ended], *, joined_by: deque[_Ended]) -> None:
        """Settle these, and those that end until the unit runs: the sooner they are, the sooner the next may go."""
        now = self._clock()

        def work(unit: Unit) -> None:
            with contextlib.suppress(IndexError):
                while len(some) < SETTLED_TOGETHER:
                    some.append(joined_by.popleft())
            self._write_all(unit, some, now)

        try:
            await self._database.run(work, urgent=True)
        except StorageUnavailable as error:
            log.warning("%d jobs were done but not settled, they will be done again: %s", len(some), error)
        except Exception as error:
            if len(some) > 1:  # whichever it was, each alone tells its own
                for ended in some:
                    await self._settle_together([ended], joined_by=deque())
                return
            job = some[0].job
            log.exception("job %d (%s) could not be settled", job.id, job.kind, extra=_ids(job))
            await self._settle_plainly(job, f"{type(error).__name__}: {error}", now)

    def _write_all(self, unit: Unit, some: Sequence[_Ended], now: datetime) -> None:
        done = {ended.job.id: ended.ending for ended in some if isinstance(ended.ending, Done)}
        if done:
            people.look_for_receivers(unit, {one.address_id for one in done.values() if one.address_id is not None})
            held = queue.finish_all(unit, [one.job for one in some if one.job.id in done], now, worker=self._name)
            for job_id, ending in done.items():
                if job_id in held and ending.settle is not None:
                    ending.settle(unit, now)
        for ended in some:
            self._write(unit, ended.job, ended.ending, now)

    def _write(self, unit: Unit, job: Job, ending: Ending, now: datetime) -> None:
        match ending:
            case Done():
                return  # written with all others that are
            case Later(problem=problem) if ending.counts and job.attempts + 1 >= _limit(job):
                self._bury(unit, job, f"given up after {job.attempts + 1} tries: {problem}", now)
            case Later(problem=problem, seconds=seconds, counts=counts, is_over=is_over):
                wait = pause(job.attempts + 1) if seconds is None else seconds
                if is_over is not None and is_over(unit):
                    wait = 0.0
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
            log.exception("job %d (%s) stays claimed until its lease runs out", job.id, job.kind, extra=_ids(job))

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
            ids, now = [*self._running, *self._held], self._clock()
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

    async def _take_no_more(self) -> None:
        """After this nothing is handed over any more; what was is under way."""
        self._database.hand_to(None)
        with contextlib.suppress(StorageUnavailable):
            await self._database.run(lambda _unit: None)  # units before this one may still have handed some over

    async def _drain(self) -> None:
        """Wait for what is under way; what takes too long is stopped and given back, and what was not begun at once."""
        waiting = self._let_go_of_held()
        if waiting:
            await self._return(waiting)
        if self._running:
            await asyncio.wait(self._running.values(), timeout=GRACE_SECONDS)
        left = dict(self._running)
        if not left:
            return
        for task in left.values():
            task.cancel()
        await asyncio.wait(left.values())
        await self._return(list(left))

    async def _return(self, ids: list[int]) -> None:
        now = self._clock()
        try:
            await self._database.run(lambda unit: self._give_back(unit, ids, now))
        except StorageUnavailable as error:
            log.warning("%d jobs stay claimed until their leases run out: %s", len(ids), error)

    def _give_back(self, unit: Unit, ids: list[int], now: datetime) -> None:
        for job_id in ids:
            queue.retry(unit, job_id, run_at=now, problem="the worker stopped", counts=False, worker=self._name)


def _limit(job: Job) -> int:
    return MAX_ATTEMPTS_OF.get(job.kind, MAX_ATTEMPTS)


def _journal_burial(unit: Unit, job: Job, problem: str, now: datetime) -> None:
    details = {"kind": job.kind, "problem": queue.kind_of_problem(problem), "attempts": job.attempts}
    journal.write(unit, at=now, who=None, what="job.buried", subject=f"job:{job.id}", details=details)


def _ids(job: Job) -> dict[str, object]:
    """What every line logged while the job is done carries."""
    named = {name: job.payload[key] for key, name in NAMED_IN_LOGS.items() if key in job.payload}
    return {"job": job.id, "kind": job.kind, **named}
