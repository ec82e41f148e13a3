"""A Bot API server at its worst, the real program against it: every answer counts once, and the work resumes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.database import Database
from tests.acceptance.running import Program
from tests.bot_api.faults import Fault, Mischief, Trouble
from tests.bot_api.server import BotApiServer
from tests.faults.conftest import Troubled
from tests.faults.walk import Walk

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TIMES = 3
TROUBLES = (
    Fault("*", Trouble.ERROR, status=500, times=TIMES),
    Fault("*", Trouble.ERROR, status=502, times=TIMES),
    Fault("*", Trouble.RESET_BEFORE, times=TIMES),
    Fault("*", Trouble.GARBAGE, status=504, times=TIMES),
    Fault("sendMessage", Trouble.RESET_AFTER),
    Fault("sendMessage", Trouble.HALF),
    Fault("sendMessage", Trouble.GARBAGE_AFTER),
    Fault("getUpdates", Trouble.RESET_AFTER, times=TIMES),
    Fault("getUpdates", Trouble.HALF, times=TIMES),
    Fault("getUpdates", Trouble.GARBAGE_AFTER),
)
LOST_AFTER_SENDING = 3
"""Of these: messages that were shown and whose answer was lost. Only they may be shown again."""


@SQLITE
@pytest.mark.faults
async def test_errors_resets_and_half_answers(
    database: Database, server: BotApiServer, program: Callable[..., Program], tmp_path: Path
) -> None:
    """One trouble after another, an answer or two in each."""
    walk = Walk("text", database, server, program())
    await walk.begin(tmp_path)
    for fault in TROUBLES:
        server.faults.add(Fault(fault.method, fault.trouble, times=fault.times, status=fault.status))
        await walk.answer_on(1)
    server.faults.clear()
    await walk.answer_on(1)
    await walk.check(repeats_at_most=LOST_AFTER_SENDING)


@SQLITE
@pytest.mark.faults
async def test_a_storm_of_429(
    database: Database, server: BotApiServer, program: Callable[..., Program], tmp_path: Path
) -> None:
    """Told to come back later, again and again: we do, and nothing is given up."""
    walk = Walk("text", database, server, program())
    await walk.begin(tmp_path)
    server.faults.add(
        Fault("sendMessage", Trouble.ERROR, status=429, times=4, retry_after=1, description="Too Many Requests")
    )
    server.faults.add(Fault("getUpdates", Trouble.ERROR, status=429, times=1, retry_after=1))
    await walk.answer_on(2)
    await walk.check(repeats_at_most=0)


@SQLITE
@pytest.mark.parametrize(
    "mischief",
    [Mischief.REPEATS, Mischief.REORDERS, pytest.param(Mischief.DROPS, marks=pytest.mark.faults)],
)
async def test_updates_that_come_twice_or_in_any_order_or_never(
    mischief: Mischief, database: Database, server: BotApiServer, program: Callable[..., Program], tmp_path: Path
) -> None:
    """What comes again counts once; what comes out of order counts in its order; what never comes can be said again."""
    walk = Walk("text", database, server, program())
    await walk.begin(tmp_path)
    await walk.answer_on(1)
    server.updates.mischief = mischief
    if mischief is Mischief.DROPS:
        server.updates.drop_next()
        walk.person.says("nikt tego nie usłyszy")
        await asyncio.sleep(0.3)
        await walk.answer_on(2)
    else:
        for _ in range(3):
            for _ in range(4):
                walk.answer()
            await walk.until_settled()
    server.updates.mischief = None
    await walk.answer_on(1)
    await walk.check(repeats_at_most=0)


@SQLITE
@pytest.mark.faults
async def test_a_name_that_cannot_be_resolved(
    database: Database, server: BotApiServer, troubled: Callable[[Path], Troubled], tmp_path: Path
) -> None:
    """Started while nobody can say where Telegram is; it is found as soon as somebody can."""
    machine = troubled(tmp_path)
    walk = Walk("text", database, server, machine.program)
    machine.have("nodns")
    begun = asyncio.get_running_loop().create_task(walk.begin(tmp_path))
    async with asyncio.timeout(60):
        while "polling failed" not in machine.program.said():
            await asyncio.sleep(0.05)
    assert machine.program.is_running
    machine.have("none")
    await begun
    await walk.answer_on(2)
    await walk.check(repeats_at_most=0)
    assert server.token not in machine.program.said()


@SQLITE
@pytest.mark.faults
async def test_a_server_that_does_not_answer_in_time(
    database: Database, server: BotApiServer, program: Callable[..., Program], tmp_path: Path
) -> None:
    """Longer than a request is waited for, before and after it was done."""
    walk = Walk("text", database, server, program())
    await walk.begin(tmp_path)
    server.faults.add(Fault("sendMessage", Trouble.DELAY, seconds=35))
    await walk.answer_on(1)
    server.faults.add(Fault("sendMessage", Trouble.HANG_AFTER, seconds=35))
    walk.answer()
    await walk.until_settled(seconds=120)
    await walk.check(repeats_at_most=2)


@SQLITE
@pytest.mark.faults
async def test_a_server_that_is_away_for_a_minute(
    database: Database, server: BotApiServer, program: Callable[..., Program], tmp_path: Path
) -> None:
    """Everything refused for a minute: within a minute more all is as it should be."""
    walk = Walk("text", database, server, program())
    await walk.begin(tmp_path)
    server.faults.add(Fault("*", Trouble.RESET_BEFORE, times=1_000_000))
    walk.answer()
    await asyncio.sleep(60)
    server.faults.clear()
    await walk.until_settled(seconds=90)
    await walk.answer_on(2)
    await walk.check(repeats_at_most=0)
