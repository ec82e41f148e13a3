"""A process among others: beats, deaths, newcomers, shares, clocks; judged by each one's own time."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import clock, presence
from bot.channels.pacing import SILENT_SECONDS, Pacer
from bot.leading import Leader
from bot.presence import DEAD_BEATS, SURE_BEATS, Presence
from storage import processes, queue
from storage.database import Database
from storage.failures import Superseded
from storage.sharing import Share

LEASE = timedelta(seconds=60)


class Ticks:
    """A process's own time."""

    def __init__(self, at: float = 100.0) -> None:
        self.at = at

    def __call__(self) -> float:
        """Seconds."""
        return self.at


class Rig:
    """Processes on one database, each with a time of its own that goes on together unless told otherwise."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.told: list[tuple[str, int]] = []
        self.lost: list[str] = []

    async def enter(self, name: str, *, works: bool = True, ticks: Ticks | None = None) -> tuple[Presence, Ticks]:
        """A process that begins, as if on a machine of its own."""
        time = ticks or Ticks()
        entered = Presence(
            self.database,
            serves=True,
            works=works,
            clock=clock.now,
            ticks=time,
            name=name,
            on_change=lambda among: self.told.append((name, among)),
            on_lost=lambda: self.lost.append(name),
        )
        await entered.begin()
        return entered, time


@pytest.fixture
def rig(database: Database, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """Nobody can see whether the others run: they are on other machines."""
    monkeypatch.setattr(presence, "_pulse", lambda: "")
    return Rig(database)


async def beat_on(*all_of_them: tuple[Presence, Ticks], beats: int = 1) -> None:
    """Time goes on, and each of them beats."""
    for _ in range(beats):
        for _one, time in all_of_them:
            time.at += 1.0
        for one, _time in all_of_them:
            await one.step()


async def test_alone_a_process_works_at_once(rig: Rig) -> None:
    """Nobody has to make room for it, and everything falls to it."""
    one, _ = await rig.enter("one")
    assert one.may_work
    assert one.share is None
    assert rig.told == [("one", 1)]


async def test_a_newcomer_waits_until_the_others_have_seen_it(rig: Rig) -> None:
    """The one that is there speaks slower before the newcomer speaks at all."""
    one = await rig.enter("one")
    two = await rig.enter("two")
    assert not two[0].may_work
    await two[0].step()
    assert not two[0].may_work
    await one[0].step()
    assert rig.told[-1] == ("one", 2)
    await two[0].step()
    assert not two[0].may_work  # that beat may have begun before
    await one[0].step()
    await two[0].step()
    assert two[0].may_work
    assert (one[0].share, two[0].share) == (Share(0, 2), Share(1, 2))


async def test_only_workers_share(rig: Rig) -> None:
    """One that only serves takes nothing of the pace and waits for nobody."""
    one = await rig.enter("one")
    serving = await rig.enter("serving", works=False)
    await beat_on(one, serving)
    assert one[0].share is None
    assert serving[0].may_work
    assert [other.name for other in one[0].others] == ["serving"]


async def test_who_does_not_beat_is_forgotten_but_stops_before(rig: Rig) -> None:
    """A silent process knows that it may be held dead before anybody holds it dead; then its jobs are free."""
    one, two = await rig.enter("one"), await rig.enter("two")
    await beat_on(one, two, beats=3)
    assert two[0].may_work
    await rig.database.run(
        lambda unit: queue.put(unit, kind="send", payload={}, run_at=clock.now(), lock_key=None, now=clock.now())
    )
    await rig.database.run(lambda unit: queue.claim(unit, worker="two", now=clock.now(), lease=LEASE, limit=1))
    for passed in range(1, DEAD_BEATS + 2):
        two[1].at += 1.0
        await beat_on(one)
        names = {other.name for other in one[0].others}
        assert ("two" in names) == (passed <= DEAD_BEATS), passed
        assert two[0].may_work == (passed < SURE_BEATS), passed
        assert "two" in names or not two[0].may_work
    assert one[0].share is None
    again = await rig.database.run(lambda unit: queue.claim(unit, worker="one", now=clock.now(), lease=LEASE, limit=1))
    assert len(again) == 1


async def test_who_comes_back_after_being_held_dead_begins_anew(rig: Rig) -> None:
    """It learns that its jobs went to others before it may do anything, and waits as a newcomer does."""
    one, two = await rig.enter("one"), await rig.enter("two")
    await beat_on(one, two, beats=3)
    two[1].at += 60.0
    await beat_on(one, beats=DEAD_BEATS + 1)
    assert not two[0].may_work
    await two[0].step()
    assert rig.lost == ["two"]
    assert not two[0].may_work
    await beat_on(one, two, beats=3)
    assert two[0].may_work


async def test_a_judge_that_slept_holds_nobody_dead(rig: Rig) -> None:
    """Time during which we did not look proves nothing about others."""
    one, two = await rig.enter("one"), await rig.enter("two")
    await beat_on(one, two, beats=3)
    one[1].at += 3600.0
    await one[0].step()
    one[1].at += 1.0
    await one[0].step()
    assert {other.name for other in one[0].others} == {"two"}
    assert not rig.lost


async def test_a_process_of_this_machine_is_missed_at_once(database: Database) -> None:
    """Nobody waits for beats where the process is plainly gone: here, one that was killed."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)  # noqa: ASYNC220 - it waits
    start = presence._started(child.pid)
    pulse = f"{presence._here()} {child.pid} {start}"
    now = clock.now()
    there = processes.Process("two", "here", pulse, serves=False, works=True, started_at=now, seen_at=now, beats=7)
    await database.run(lambda unit: processes.announce(unit, there))
    one = Presence(database, serves=False, works=True, clock=clock.now, name="one")
    await one.begin()
    assert not one.may_work
    child.kill()
    child.communicate()
    await one.step()
    assert one.may_work
    assert one.others == ()


def test_a_pid_used_again_is_another_process() -> None:
    """It is told by when it began."""
    now = clock.now()
    ours = processes.Process(
        "x", "here", presence._pulse(), serves=True, works=True, started_at=now, seen_at=now, beats=0
    )
    assert presence._runs(ours)
    assert not presence._runs(replace(ours, alive=f"{presence._here()} {os.getpid()} 1"))
    assert presence._runs(replace(ours, alive=f"another-boot pid:[1] {os.getpid()} 1"))
    assert presence._runs(replace(ours, alive=""))


async def test_a_database_of_another_version_ends_a_process(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says which revisions, and does not work on."""
    one, _ = await rig.enter("one")
    roll = await rig.database.run(lambda unit: processes.beat(unit, "one", clock.now()))
    assert roll is not None
    monkeypatch.setattr(processes, "beat", lambda *_: replace(roll, revision="9999"))
    with pytest.raises(Superseded, match="9999"):
        await one.step()
    assert not one.may_work


async def test_a_clock_far_off_the_others_and_the_database_takes_no_jobs(rig: Rig) -> None:
    """It would take jobs for late that are being done; one whose clock the database shares goes on."""
    one = await rig.enter("one")
    two = await rig.enter("two")
    await beat_on(one, two, beats=3)
    two[0]._clock = lambda: clock.now() + timedelta(minutes=2)
    await beat_on(one, two, beats=3)
    assert one[0].may_work
    assert two[0].may_work == (rig.database.dialect == "sqlite")  # one machine has one clock
    two[0]._clock = clock.now
    await beat_on(two, one, beats=2)
    assert two[0].may_work


async def test_leaving_makes_room_at_once(rig: Rig) -> None:
    """The others' shares grow with their next beat."""
    one, two = await rig.enter("one"), await rig.enter("two")
    await beat_on(one, two, beats=3)
    await two[0].leave()
    assert not two[0].may_work
    await beat_on(one)
    assert one[0].share is None


async def test_a_share_of_the_pace() -> None:
    """Three processes at an equal part each are together as fast as one alone; one that may not speak gets no turn."""
    ticks = Ticks(0.0)

    async def sleep(seconds: float) -> None:
        ticks.at += seconds

    pacer = Pacer(per_second=30, clock=ticks, sleep=sleep)
    pacer.share(3)
    for chat in range(21):
        assert await pacer.turn(str(chat)) == 0.0
    assert ticks.at == pytest.approx(2.0, abs=0.11)
    pacer.may_speak = lambda: False
    assert await pacer.turn("x") == SILENT_SECONDS
    pacer.may_speak = lambda: True
    pacer.share(1)
    before = ticks.at
    for chat in range(30):
        assert await pacer.turn(f"again {chat}") == 0.0
    assert ticks.at - before == pytest.approx(1.0, abs=0.11)


class Lock:
    """A leadership in memory."""

    def __init__(self) -> None:
        self.free, self.mine = True, False

    def take(self) -> bool:
        """Get it if it is free."""
        self.mine, self.free = self.mine or self.free, False
        return self.mine

    def is_ours(self) -> bool:
        """As it says."""
        return self.mine

    def give_up(self) -> None:
        """Free again."""
        self.mine, self.free = False, True


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something that happens by itself."""
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.005)


async def test_a_leader_does_its_duty_only_while_it_leads() -> None:
    """It begins when the lock is free, stops when it is lost, begins again, and gives it back at last."""
    lock = Lock()
    lock.free = False
    doing: list[str] = []

    async def duty() -> None:
        doing.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            doing.append("ended")

    leader = Leader(lock, duty, look=0.01)
    async with asyncio.TaskGroup() as tasks:
        leading = tasks.create_task(leader.run())
        await asyncio.sleep(0.05)
        assert doing == []
        lock.free = True
        await until(lambda: doing == ["begun"])
        lock.mine = False
        await until(lambda: doing == ["begun", "ended", "begun"])
        assert leader.leads
        leading.cancel()
    assert doing[-1] == "ended"
    assert lock.free
