"""Our process among those that share the database: it beats, forgets those found dead, and knows its share of work.

What it promises: while ``may_work`` holds, no other process holds it dead and no two live workers together are faster
than one may be. It is judged by this process's own time alone, so a process that was stopped or cut off knows that it
has been away before it does anything else.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from storage import processes
from storage.database import Database, StorageUnavailable
from storage.failures import Superseded
from storage.processes import Process, Roll
from storage.sharing import Share
from storage.unit import Unit

log = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
"""Between two signs of life."""
SURE_BEATS = 4
"""So many beats after our last one that came through we stop: nothing more is sent until one does."""
DEAD_BEATS = 5
"""So many beats without one of another's we hold it dead. More than ``SURE_BEATS``, so that it stopped before."""
NEWCOMER_BEATS = 2
"""So many beats of another worker show that it has seen us, and speaks slower now."""
WORST_CLOCK = timedelta(seconds=20)
"""How far our clock may be off the others' and the database's. Beyond, we would take jobs that are being done."""


@dataclass(slots=True)
class _Watch:
    """What we saw of another process: its count, and for how long (of our own time) it has stood still."""

    beats: int
    still: float = 0.0


class Presence:
    """One process's place among all. ``on_change`` hears how many workers there are, ``on_lost`` that our jobs went."""

    def __init__(
        self,
        database: Database,
        *,
        serves: bool,
        works: bool,
        clock: Callable[[], datetime],
        on_change: Callable[[int], None] = lambda _: None,
        on_lost: Callable[[], None] = lambda: None,
        beat: float = BEAT_SECONDS,
        ticks: Callable[[], float] | None = None,
        name: str | None = None,
    ) -> None:
        """``ticks``: seconds that go on while this process, or its machine, sleeps."""
        self.name = name or f"{os.getpid()}-{secrets.token_hex(4)}"
        self.on_change = on_change
        self.on_lost = on_lost
        self._database = database
        self._serves, self._works = serves, works
        self._clock = clock
        self._beat = beat
        self._ticks = ticks or steady
        self._revision: str | None = None
        self._sure_until = -1.0
        self._looked_at = 0.0
        self._watched: dict[str, _Watch] = {}
        self._waits_for: dict[str, int] = {}
        self._share: Share | None = None
        self._workers = 0
        self._is_off = False
        self.others: tuple[Process, ...] = ()
        """Who else was there when we last looked."""

    @property
    def is_sure(self) -> bool:
        """Whether the others hold us alive, at this moment."""
        return self._ticks() < self._sure_until

    @property
    def may_work(self) -> bool:
        """Whether jobs may be taken and messages sent, at this moment."""
        return self.is_sure and not self._waits_for and not self._is_off

    @property
    def silence(self) -> float | None:
        """Seconds since our last sign of life that came through; None: there was none."""
        return None if self._sure_until < 0 else max(self._ticks() - self._sure_until + SURE_BEATS * self._beat, 0.0)

    @property
    def worker_silence(self) -> float | None:
        """Seconds since some process that does jobs was seen alive, ours included; None: there is none."""
        heard = [self._watched[other.name].still for other in self.others if other.works]
        if self._works and self.is_sure:
            heard.append(self.silence or 0.0)
        return min(heard, default=None)

    @property
    def share(self) -> Share | None:
        """Which jobs fall to us; ``None`` where we are the only worker."""
        return self._share

    async def begin(self) -> None:
        """Be there. Raises StorageUnavailable."""
        at, roll = await self._database.run(lambda unit: (self._ticks(), processes.announce(unit, self._me())))
        self._revision = roll.revision
        self._watched, self._looked_at = {}, at
        self._waits_for = {
            other.name: other.beats + NEWCOMER_BEATS
            for other in roll.processes
            if other.works and self._works and other.name != self.name and _runs(other)
        }
        self._seen(at, roll)
        await self._bury_dead(roll)

    async def run(self) -> None:
        """Beat until cancelled. Raises Superseded when this program is not that of the database any more."""
        took = 0.0
        while True:
            await asyncio.sleep(max(self._beat - took, self._beat / 10))
            began = self._ticks()
            try:
                await self.step()
            except StorageUnavailable as error:
                log.warning("no sign of life given: %s", error)
            took = self._ticks() - began

    async def step(self) -> None:
        """One beat, and what it tells of the others. Raises StorageUnavailable, Superseded."""
        at, roll = await self._database.run(
            lambda unit: (self._ticks(), processes.beat(unit, self.name, self._clock()))
        )
        if roll is None:
            log.warning("this process was held dead: its jobs went to others, it begins anew")
            self._sure_until = -1.0
            self.on_lost()
            await self.begin()
            return
        if roll.revision != self._revision:
            self._sure_until = -1.0
            raise Superseded(
                f"the database was brought from revision {self._revision} to {roll.revision} while this process ran;"
                " start it again, from the version that did so"
            )
        self._seen(at, roll)
        await self._bury_dead(roll)

    async def leave(self) -> None:
        """Be there no more; what was not given back is free at once."""
        self._sure_until = -1.0
        with contextlib.suppress(StorageUnavailable):
            await self._database.run(partial(processes.leave, name=self.name))

    def _me(self) -> Process:
        now = self._clock()
        return Process(
            name=self.name,
            host=socket.gethostname(),
            alive=_pulse(),
            serves=self._serves,
            works=self._works,
            started_at=now,
            seen_at=now,
            beats=0,
        )

    def _seen(self, at: float, roll: Roll) -> None:
        """Take in who is there. ``at``: when the unit that told it began, so the promise counts from before it."""
        passed = min(max(at - self._looked_at, 0.0), 1.5 * self._beat)
        self._looked_at = at
        self.others = tuple(other for other in roll.processes if other.name != self.name)
        watched = {}
        for other in self.others:
            watch = self._watched.get(other.name)
            moved = watch is None or watch.beats != other.beats
            watched[other.name] = _Watch(other.beats) if watch is None or moved else watch
            watched[other.name].still += 0.0 if moved else passed
        self._watched = watched
        self._compare_clocks(roll.database_now)
        beats = {other.name: other.beats for other in self.others}
        self._waits_for = {name: count for name, count in self._waits_for.items() if beats.get(name, count) < count}
        self._count_workers(roll)
        if 0.0 <= self._sure_until < at:
            log.warning("for %.1f s nothing was sent: no sign of life came through", at - self._sure_until)
        self._sure_until = at + SURE_BEATS * self._beat

    def _count_workers(self, roll: Roll) -> None:
        workers = sorted(process.name for process in roll.processes if process.works)
        among = len(workers)
        alone = among <= 1 or self.name not in workers
        self._share = None if alone else Share(workers.index(self.name), among)
        if among != self._workers:
            self._workers = among
            log.info("workers", extra={"workers": among})
            self.on_change(max(among, 1))

    def _compare_clocks(self, database_now: datetime | None) -> None:
        """Where a live process's clock differs much from ours, the database's tells which of us is to wait."""
        now = self._clock()
        alive = [other for other in self.others if self._watched[other.name].still == 0.0]
        differs = any(abs(now - other.seen_at) > WORST_CLOCK for other in alive)
        off = timedelta(0) if database_now is None else now - database_now
        is_off = differs and abs(off) > WORST_CLOCK
        if is_off and not self._is_off:
            log.error("this machine's clock is %.0f s off the database's: no jobs until it is set", off.total_seconds())
        self._is_off = is_off

    async def _bury_dead(self, roll: Roll) -> None:
        """Forget those that stood still for too long, and those of this machine that do not run any more."""
        gone = [
            other
            for other in roll.processes
            if other.name != self.name
            and (self._watched[other.name].still >= DEAD_BEATS * self._beat or not _runs(other))
        ]
        for dead in gone:
            freed = await self._database.run(partial(_forget, dead))
            if freed is not None:
                log.warning("a process is gone, its work goes on here", extra={"gone": dead.name, "jobs": freed})
            self._waits_for.pop(dead.name, None)
        if gone:
            names = {dead.name for dead in gone}
            self.others = tuple(other for other in self.others if other.name not in names)
            left = tuple(process for process in roll.processes if process.name not in names)
            self._count_workers(Roll(left, roll.revision, None))


def _forget(dead: Process, unit: Unit) -> int | None:
    return processes.forget(unit, dead)


def steady() -> float:
    """Seconds that never go back and count a suspended machine's sleep where the system tells it."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


def _pulse() -> str:
    """How processes of this machine (and of this container) find out whether we run: boot, process space, pid, start.

    Empty where the system does not tell.
    """
    place = _here()
    start = _started(os.getpid())
    return f"{place} {os.getpid()} {start}" if place and start else ""


def _runs(other: Process) -> bool:
    """Whether it runs, as far as can be seen from here: True for those of other machines."""
    place, _, rest = other.alive.rpartition(" ")[0].rpartition(" ")
    pid, start = rest, other.alive.rpartition(" ")[2]
    if not place or place != _here():
        return True
    return _started(int(pid)) == start


def _here() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {os.readlink('/proc/self/ns/pid')}"  # noqa: PTH115 - it is no path
    except OSError:
        return ""


def _started(pid: int) -> str:
    """When the process with that number began, in ticks since boot; empty where there is none, or only its remains."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if after_name[0] in "ZX" else after_name[19]
