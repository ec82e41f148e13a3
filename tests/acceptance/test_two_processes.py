"""``serve`` and ``work`` as two processes on one database: one takes updates in, the other answers them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scenarios.model import Stage
from storage.database import Database
from tests.acceptance.running import Program
from tests.acceptance.test_visit_telegram import begin, in_stage
from tests.acceptance.world import World
from tests.bot_api.server import BotApiServer


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_serve_and_work_share_a_database(
    mode: str, database: Database, server: BotApiServer, world: World, program: Callable[..., Program]
) -> None:
    """A juror arrives and answers until the contact is on the spot; either process may be restarted meanwhile."""
    serving, working = program(mode=mode, command="serve"), program(mode=mode, command="work")
    await serving.start()
    await working.start()
    juror = await begin(server, database, world)
    await juror.step()
    await working.stop()
    await working.start()
    await juror.step()
    await serving.stop()
    await serving.start()
    await juror.walk(until=in_stage(Stage.DURING))
    for process in (serving, working):
        await process.stop()
        assert "ERROR" not in process.said()
