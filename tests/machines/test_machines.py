"""Three machines share an edition while one of them, the database or the object store is in trouble."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from tests.acceptance import crowd
from tests.acceptance.world import make_world
from tests.benchmarks.chats import FIRST_CHAT
from tests.benchmarks.orders import Feed
from tests.benchmarks.ours import kept_wrong, seed
from tests.benchmarks.pipeline import feeding
from tests.bot_api.limits import Limits
from tests.faults.tables import Table
from tests.machines import jurors
from tests.machines.conftest import Site
from tests.machines.jurors import Walker
from tests.machines.network import WORLD
from tests.machines.running import Remote

pytestmark = [pytest.mark.machines, pytest.mark.timeout(600)]

JURORS, QUESTIONS, PHOTO_EVERY = 12, 16, 4
PAUSE_SECONDS = 0.7
AWAY_SECONDS = 20.0
"""How long a machine is stopped or cut off: longer than it takes to be held dead."""
STORE_AWAY_SECONDS = 60.0
PROOF_SECONDS = 300.0
CROWD, AT_ONCE = 2000, 100
"""Jurors with a contact begun, and how many of them answer at the same time, where speed is measured."""
NEWCOMERS_SECONDS = 3.0
"""After which every process knows of the others."""

OpenSite = Callable[..., Awaitable[Site]]
Trouble = Callable[[Site, Remote], Coroutine[Any, Any, None]]


async def _killed(_site: Site, leader: Remote) -> None:
    leader.kill()


async def _stopped(_site: Site, leader: Remote) -> None:
    leader.freeze()
    await asyncio.sleep(AWAY_SECONDS)
    leader.thaw()


async def _cut_off(_site: Site, leader: Remote) -> None:
    leader.machine.cut_off()
    await asyncio.sleep(AWAY_SECONDS)
    leader.machine.connect()


async def _database_restarted(site: Site, _leader: Remote) -> None:
    await asyncio.to_thread(site.postgres.restart)


async def _store_away(site: Site, _leader: Remote) -> None:
    site.store.stop()
    await asyncio.sleep(STORE_AWAY_SECONDS)
    await asyncio.to_thread(site.store.start)


TROUBLES: dict[str, Trouble] = {
    "none": lambda _site, _leader: asyncio.sleep(0),
    "process killed (-9)": _killed,
    "process stopped 20 s, continued": _stopped,
    "machine cut off 20 s": _cut_off,
    "database restarted": _database_restarted,
    "object store away 60 s": _store_away,
}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_nothing_is_lost(trouble: str, open_site: OpenSite, troubles: Table) -> None:
    """Jurors answer on, the process that fetches updates is hit in the middle; then every answer is there once, in
    order, every photo is kept, and whoever was away works again.
    """
    site = await open_site()
    walkers = await jurors.ready(
        site.database, site.server, JURORS, questions=QUESTIONS, photo_every=PHOTO_EVERY, pause=PAUSE_SECONDS
    )
    await site.start(3)
    async with asyncio.timeout(60):
        while (leader := site.leader()) is None:
            await asyncio.sleep(0.05)
    async with asyncio.TaskGroup() as tasks:
        for walker in walkers:
            tasks.create_task(walker.walk(site.server))
        async with asyncio.timeout(120):
            while sum(len(walker.sent) for walker in walkers) < JURORS * QUESTIONS // 4:
                await asyncio.sleep(0.05)
        struck_at = time.monotonic()
        striking = tasks.create_task(TROUBLES[trouble](site, leader))
        led_after = await _led_again(site, leader, struck_at) if trouble.startswith(("process", "machine")) else 0.0
        await striking
        lasted = time.monotonic() - struck_at
    proven = await jurors.proven_all(site.database, walkers, seconds=PROOF_SECONDS)
    await asyncio.sleep(3.0)  # whoever came back may say what it should not
    came = await jurors.outcome(site.database, walkers)
    troubles.add(
        *(trouble, came.answers, came.lost, came.doubled, came.out_of_order, came.asked_twice, came.unproven),
        *(lasted, led_after, _worst_wait(walkers, struck_at)),
    )
    assert came.stuck == ()
    assert (came.answers, came.lost, came.doubled, came.out_of_order) == (JURORS * QUESTIONS, 0, 0, 0)
    assert proven
    assert came.unproven == 0
    for remote in site.remotes[:3]:
        if not (remote is leader and trouble.startswith("process killed")):
            await remote.stop()
        assert "Traceback" not in remote.said() or trouble != "none"


async def _led_again(site: Site, before: Remote, since: float) -> float:
    """Seconds until another process fetches the updates."""
    async with asyncio.timeout(60):
        while True:
            with suppress(OSError):
                found = site.leader()
                if found is not None and found is not before:
                    return time.monotonic() - since
            await asyncio.sleep(0.02)


def _worst_wait(walkers: list[Walker], since: float) -> float:
    return max(
        (wait for walker in walkers for began, wait in walker.waits if began + wait > since),
        default=0.0,
    )


async def test_a_broadcast_keeps_within_the_limits(open_site: OpenSite, broadcasts: Table) -> None:
    """Three processes send a message to many at the pace the bot is allowed as a whole; nobody is told to wait."""
    number = 300
    site = await open_site(limits=Limits())
    world = await make_world(site.database)
    gathered = await crowd.gather(site.database, site.server, world, number)
    await site.start(3)
    await asyncio.sleep(5.0)  # they have seen each other
    began = time.monotonic()
    await crowd.begin(site.database, gathered)
    async with asyncio.timeout(180):
        while sum(len(site.server.sent_to(chat)) for chat in gathered.chats) < number:
            await asyncio.sleep(0.1)
    seconds = time.monotonic() - began
    broadcasts.add(number, 3, seconds, number / seconds, site.server.flood.refused)
    assert site.server.flood.refused == 0
    assert Counter(len(site.server.sent_to(chat)) for chat in gathered.chats) == {1: number}
    for remote in site.remotes[:3]:
        await remote.stop()


async def test_more_processes(open_site: OpenSite, speeds: Table) -> None:
    """How many answers 1, 2 and 4 processes take in and reply to; reported, and every answer right."""
    first = 0.0
    for number in (1, 2, 4):
        async with feeding(host=f"{WORLD}.1") as feeder:
            site = await open_site(api_url=feeder.url)
            await seed(site.database, CROWD)
            remotes = await site.start(number)
            await asyncio.sleep(NEWCOMERS_SECONDS)
            warm_up = Feed("closed", FIRST_CHAT, AT_ONCE, at_once=AT_ONCE, seconds=2.0)
            used = 0.0
            for feed in (warm_up, replace(warm_up, first=FIRST_CHAT + AT_ONCE, people=CROWD - AT_ONCE, seconds=6.0)):
                used = sum(remote.cpu_seconds() for remote in remotes)
                fed = await feeder.carry_out(feed)
                used = sum(remote.cpu_seconds() for remote in remotes) - used
                assert fed.unanswered == 0
                assert await kept_wrong(site.database, fed.progress) == []
            first = first or fed.a_second
            cost = used / fed.answered_in_all * 1000
            latency = (1000 * fed.latency.p50, 1000 * fed.latency.p99)
            speeds.add(number, fed.answered, fed.seconds, fed.a_second, f"{fed.a_second / first:.2f}", cost, *latency)
            for remote in remotes:
                await remote.stop()
