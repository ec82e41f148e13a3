"""A message for many, at the pace Telegram allows: nobody left out, nobody twice, whatever happens on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from bot.worker import CONCURRENCY
from storage.broadcasts import State
from storage.database import Database
from tests.acceptance import crowd as crowds
from tests.acceptance.running import Program
from tests.acceptance.world import World
from tests.bot_api.limits import Limits
from tests.bot_api.server import BotApiServer

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True),
]

CHATS = 120


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """A Bot API server that holds its pace against us."""
    async with BotApiServer(limits=Limits()) as server:
        yield server


def paced(program: Callable[..., Program]) -> Program:
    """The program at its real pace; what a killed one held is free again after three seconds."""
    running = program()
    running.settings |= {"PACE": "real", "LEASE_SECONDS": "3"}
    return running


@pytest.mark.crash
async def test_killed_paused_and_resumed(
    database: Database, server: BotApiServer, world: World, program: Callable[..., Program]
) -> None:
    """Killed in the middle, started again, paused and resumed: everybody gets it, without a single 429.

    Twice at most those whose message was on its way when the program died: the channel cannot tell.
    """
    running = paced(program)
    await running.start()
    crowd = await crowds.gather(database, server, world, CHATS)
    server.person(crowd.chats[5]).blocks()
    await crowds.begin(database, crowd)
    await crowds.reached(server, crowd, CHATS // 3, seconds=30)
    await running.kill()
    before = len(crowds.got(server, crowd))
    assert before < CHATS
    await running.start()
    await crowds.reached(server, crowd, before + CHATS // 6, seconds=30)
    await crowds.move(database, crowd, State.PAUSED)
    await crowds.move(database, crowd, State.RUNNING)
    progress = await crowds.over(database, crowd, seconds=60)
    got = crowds.got(server, crowd)
    assert set(got) == set(crowd.chats) - {crowd.chats[5]}
    assert sum(times - 1 for times in got.values()) <= CONCURRENCY
    assert max(got.values()) <= 2
    # the seeded juror has no chat
    assert (progress.sent, progress.blocked, progress.no_chat, progress.total) == (CHATS - 1, 1, 1, CHATS + 1)
    assert server.flood.refused == 0
