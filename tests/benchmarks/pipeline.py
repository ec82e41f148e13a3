"""One subject, one start: how soon it answers, how many updates a second, how late at a fixed rate, what it costs."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from storage.database import Database
from tests.benchmarks import machine
from tests.benchmarks.chats import FIRST_CHAT
from tests.benchmarks.orders import Fed, Feed, Spread
from tests.benchmarks.ours import kept_wrong
from tests.benchmarks.subjects import ROOT, Started, Subject, Surroundings

START_SECONDS = 60.0
WARM_UP_CHATS = 50
ASK_SECONDS = 20.0
STRANGERS = 1_000_000
"""People for a subject that knows nobody beforehand: more than it can answer."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured after one start."""

    chats: tuple[int, ...] = (100, 1000)
    """Closed loops, one after another, with so many chats at the same time."""
    seconds: float = 3.0
    """Of each closed loop."""
    rate: float = 100.0
    """Updates a second in the open loop."""
    open_seconds: float = 0.0
    burst: int = 0
    """Chats that send ten answers at once."""
    late: float = 0.0
    """Seconds the Bot API server takes for what is sent."""
    warm_up: float = 1.0


@dataclass(frozen=True, slots=True)
class Part:
    """One run, and what it cost: CPU seconds of the subject, and of the database server beside it."""

    name: str
    fed: Fed
    cpu: float
    cpu_beside: float
    wrong: int | None
    """Conversations that are not right in the subject's own store (ours) or summary (peers); None: not told."""

    @property
    def cpu_each(self) -> float:
        """CPU milliseconds of the subject for an update."""
        return 1000 * self.cpu / self.fed.answered_in_all if self.fed.answered_in_all else 0.0

    @property
    def cpu_beside_each(self) -> float:
        """CPU milliseconds of its database server for an update."""
        return 1000 * self.cpu_beside / self.fed.answered_in_all if self.fed.answered_in_all else 0.0


@dataclass(frozen=True, slots=True)
class Measured:
    """A subject, after one start."""

    subject: Subject
    first_answer: float
    """Seconds from its start to its first answer, to an update that waited."""
    memory: int
    """Bytes, right after the first closed loop with the most chats."""
    start_cpu: float = 0.0
    """CPU seconds until the first answer, which a busy machine changes less than the time."""
    parts: tuple[Part, ...] = field(default=())

    def part(self, name: str) -> Part | None:
        """The run of that name."""
        return next((each for each in self.parts if each.name == name), None)


class Feeder:
    """The Bot API server's process."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self._process = process
        self.url = url

    async def carry_out(self, feed: Feed) -> Fed:
        """Have it do a run."""
        told = await self._order(asdict(feed))
        latency = Spread(**told.pop("latency"))
        progress = {int(chat): number for chat, number in told.pop("progress").items()}
        return Fed(**told, progress=progress, latency=latency)

    async def until_listened(self) -> None:
        """Wait until a bot asks for updates."""
        await self._order("listened")

    async def _order(self, what: object) -> Any:  # noqa: ANN401 - JSON
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(what).encode() + b"\n")
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the feeding server has ended; what it said stands above")
        return json.loads(line)


@asynccontextmanager
async def feeding(late: float = 0.0, *, host: str = "127.0.0.1") -> AsyncIterator[Feeder]:
    """The Bot API server in a process of its own."""
    words = ("-m", "tests.benchmarks.feeder", "--late", str(late), "--host", host)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, cwd=ROOT, stdin=pipe, stdout=pipe, limit=1 << 26
    )
    assert process.stdout is not None
    try:
        yield Feeder(process, json.loads(await process.stdout.readline())["url"])
    finally:
        process.kill()
        await process.wait()


async def measure(subject: Subject, plan: Plan, around: Surroundings, *, database: str = "") -> Measured:
    """Start a subject, put the runs of a plan to it, stop it. Raises RuntimeError where it does not answer."""
    async with feeding(plan.late) as feeder:
        started = Started(subject, around, database=database)
        try:
            begun = await first_answer(started, feeder)
            people = around.people if subject.is_ours else STRANGERS
            return await Trial(started, feeder, people=people).carry_out(plan, begun)
        finally:
            await started.stop()
            if subject.is_ours and not database:
                around.forget(started.database)


async def first_answer(started: Started, feeder: Feeder, *, chat: int = FIRST_CHAT) -> Measured:
    """Start it; how long it was until it had answered an update that was there before it."""
    waiting = asyncio.ensure_future(  # noqa: TID251 - the program under test has none of it
        feeder.carry_out(Feed("ask", chat, 1, seconds=START_SECONDS, text="/start"))
    )
    try:
        await started.start(feeder.url)
        while not waiting.done():
            started.require_running()
            await asyncio.wait({waiting}, timeout=0.2)
        took = time.perf_counter() - started.started_at
    finally:
        waiting.cancel()
    cpu = machine.cpu_seconds(started.pids)
    if waiting.result().answered != 1:
        started.require_running()
        raise RuntimeError(f"{started.subject.name} does not answer; {started.said()}")
    return Measured(started.subject, took, 0, cpu)


class Trial:
    """The runs of one start, each with people who have said nothing before."""

    def __init__(self, started: Started, feeder: Feeder, *, people: int, skip: int = 0) -> None:
        """``people`` there are, after so many others."""
        self._started = started
        self._feeder = feeder
        self._next = FIRST_CHAT + skip + 1  # the one before was asked for the first answer
        self._end = FIRST_CHAT + skip + people

    def first_chat(self) -> int:
        """The chat whose turn is next, before all runs."""
        return self._next - 1

    async def carry_out(self, plan: Plan, so_far: Measured) -> Measured:
        """All of a plan."""
        if plan.warm_up:
            await self._run("warm-up", Feed("closed", 0, 10**9, at_once=WARM_UP_CHATS, seconds=plan.warm_up))
        for chats in plan.chats:
            feed = Feed("closed", 0, 10**9, at_once=chats, seconds=plan.seconds)
            so_far = _with(so_far, await self._run(f"closed {chats}", feed))
            if chats == max(plan.chats):
                so_far = replace(so_far, memory=machine.memory(self._started.pids))
        if plan.open_seconds:
            feed = Feed("open", 0, 10**9, at_once=int(plan.rate), seconds=plan.open_seconds, rate=plan.rate)
            so_far = _with(so_far, await self._run("open", feed))
        if plan.burst:
            so_far = _with(so_far, await self._run("burst", Feed("burst", 0, plan.burst)))
        return so_far

    async def ask(self, chat: int, text: str, times: int) -> Part:
        """One chat asks for something, again and again."""
        part = await self._costing("ask", Feed("ask", chat, times, seconds=ASK_SECONDS, text=text))
        if part.fed.answered < times:
            raise RuntimeError(f"{text} was answered {part.fed.answered} times of {times}; {self._started.said()}")
        return part

    async def _run(self, name: str, feed: Feed) -> Part:
        """A run with people who have not spoken yet; no more of them than there are."""
        people = min(feed.people, self._end - self._next)
        if people <= 0:
            raise RuntimeError(f"nobody who has not spoken yet is left for {name}; ask for more --people")
        part = await self._costing(name, replace(feed, first=self._next, people=people))
        self._next += part.fed.chats
        return part

    async def _costing(self, name: str, feed: Feed) -> Part:
        self._started.require_running()
        pids, beside = self._started.pids, self._started.beside
        before = machine.cpu_seconds(pids), machine.cpu_seconds(beside)
        fed = await self._feeder.carry_out(feed)
        after = machine.cpu_seconds(pids), machine.cpu_seconds(beside)
        self._started.require_running()
        wrong = None if feed.kind == "ask" else await self._wrong(fed)
        return Part(name, fed, after[0] - before[0], after[1] - before[1], wrong)

    async def _wrong(self, fed: Fed) -> int | None:
        if self._started.subject.what == "bare":
            return None
        if not self._started.subject.is_ours:
            return fed.over - fed.told_right
        database = Database(self._started.database)
        await database.start()
        try:
            return len(await kept_wrong(database, fed.progress))
        finally:
            await database.stop()


def _with(so_far: Measured, part: Part) -> Measured:
    return replace(so_far, parts=(*so_far.parts, part))
