"""The pacer, on a clock moved by its own sleeping."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from bot.channels.pacing import CHAT_BURST, Pacer


class Time:
    """A clock on which sleeping takes no time of ours: the earliest sleeper wakes first."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, asyncio.Event]] = []

    def __call__(self) -> float:
        """Seconds."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Wait on this clock."""
        entry = (self.now + seconds, asyncio.Event())
        self._sleepers.append(entry)
        try:
            await entry[1].wait()
        finally:
            self._sleepers.remove(entry)

    async def run(self, until: float) -> None:
        """Let the clock go on."""
        while True:
            for _ in range(50):
                await asyncio.sleep(0)
            due = min((at for at, event in self._sleepers if not event.is_set()), default=None)
            if due is None or due > until:
                self.now = until
                return
            self.now = max(self.now, due)
            for at, event in self._sleepers:
                if at <= self.now:
                    event.set()


@pytest.fixture
def time() -> Time:
    """The clock."""
    return Time()


@pytest.fixture
def pacer(time: Time) -> Pacer:
    """A pacer on that clock that waits as long as it takes."""
    return Pacer(clock=time, sleep=time.sleep, patience=1000)


async def test_never_more_than_thirty_in_any_second(pacer: Pacer, time: Time) -> None:
    """Two hundred chats at once: every window of one second holds at most 29, and the pace is kept up."""
    moments: list[float] = []

    async def send(chat: str) -> None:
        await pacer.turn(chat)
        moments.append(time.now)

    async with asyncio.TaskGroup() as group:
        for number in range(200):
            group.create_task(send(str(number)))
        group.create_task(time.run(20))
    assert len(moments) == 200
    assert max(sum(start <= moment <= start + 1 for moment in moments) for start in moments) <= 29
    assert moments[-1] == pytest.approx(199 / 28)


async def test_what_sleeping_too_long_costs_is_made_up_for(time: Time) -> None:
    """Where every sleep ends late, as they do, the pace is kept up, and the limit as well."""
    moments: list[float] = []

    async def oversleep(seconds: float) -> None:
        await time.sleep(seconds + 0.02)

    pacer = Pacer(clock=time, sleep=oversleep, patience=1000)

    async def send(chat: str) -> None:
        await pacer.turn(chat)
        moments.append(time.now)

    async with asyncio.TaskGroup() as group:
        for number in range(200):
            group.create_task(send(str(number)))
        group.create_task(time.run(20))
    assert max(sum(start <= moment <= start + 1 for moment in moments) for start in moments) <= 30
    assert moments[-1] <= 199 / 28 + 0.1


async def test_one_a_second_to_a_chat_after_a_burst(pacer: Pacer, time: Time) -> None:
    """A chat gets a burst, then one a second, in the order of asking."""
    moments: list[tuple[int, float]] = []

    async def send(number: int) -> None:
        await pacer.turn("7")
        moments.append((number, time.now))

    async with asyncio.TaskGroup() as group:
        for number in range(10):
            group.create_task(send(number))
        group.create_task(time.run(20))
    assert [number for number, _ in moments] == list(range(10))
    assert moments[CHAT_BURST - 1][1] < 0.2
    gaps = [
        later - earlier
        for (_, earlier), (_, later) in zip(moments[CHAT_BURST:], moments[CHAT_BURST + 1 :], strict=False)
    ]
    assert gaps == pytest.approx([1.0] * len(gaps), abs=0.01)


async def test_a_cancelled_wait_uses_nothing_up(pacer: Pacer, time: Time) -> None:
    """Whoever gives up waiting leaves their turn to the next one."""
    for _ in range(CHAT_BURST):
        await _soon(pacer, "7", time)
    async with asyncio.TaskGroup() as group:
        impatient = [group.create_task(pacer.turn("7")) for _ in range(5)]
        patient = group.create_task(pacer.turn("7"))
        await asyncio.sleep(0)
        for task in impatient:
            task.cancel()
        await time.run(1.2)
        assert patient.done()
    assert patient.result() == 0.0


async def test_a_hold_is_obeyed_and_told(time: Time) -> None:
    """A chat held for long is answered with the seconds left; others go on; three held chats mean everybody."""
    pacer = Pacer(clock=time, sleep=time.sleep, patience=5)
    pacer.hold("7", 40)
    assert await pacer.turn("7") == pytest.approx(40)
    assert await pacer.turn("8") == 0.0
    pacer.hold("9", 30)
    pacer.hold("10", 20)
    assert await pacer.turn("11") == pytest.approx(20)
    time.now = 21
    assert await pacer.turn("11") == 0.0
    assert await pacer.turn("7") == pytest.approx(19)


async def test_a_short_hold_is_waited_for(time: Time) -> None:
    """Within its patience the pacer waits by itself, even when the hold comes while it waits."""
    pacer = Pacer(clock=time, sleep=time.sleep, patience=5)
    pacer.hold("7", 1)
    async with asyncio.TaskGroup() as group:
        turn = group.create_task(pacer.turn("7"))
        await asyncio.sleep(0)
        pacer.hold("7", 3)
        await time.run(2.9)
        assert not turn.done()
        await time.run(3.1)
        assert turn.done()
    assert turn.result() == 0.0


async def test_chats_at_rest_are_forgotten(time: Time) -> None:
    """The pacer's memory does not grow with everybody it ever spoke to; one that is held is remembered."""
    pacer = Pacer(per_second=1e6, clock=time, sleep=time.sleep, patience=1000)
    pacer.hold("held", 10_000)
    for number in range(5000):
        time.now += 1
        await pacer.turn(str(number))
    assert len(pacer._chats) <= 4097
    assert Counter(name == "held" for name in pacer._chats)[True] == 1


async def _soon(pacer: Pacer, chat: str, time: Time) -> None:
    async with asyncio.TaskGroup() as group:
        turn = group.create_task(pacer.turn(chat))
        while not turn.done():
            await time.run(time.now + 0.04)
