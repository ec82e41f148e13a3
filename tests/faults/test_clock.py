"""A clock that jumps: a day ahead, an hour back, while people answer and after a kill."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot import clock
from storage.database import Database
from tests.acceptance.edition.hours import Hours
from tests.acceptance.running import Program
from tests.bot_api.server import BotApiServer
from tests.bot_api.state import Clock
from tests.faults.walk import Walk

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@SQLITE
@pytest.mark.parametrize(
    "leap",
    [pytest.param(timedelta(days=1), marks=pytest.mark.faults), timedelta(hours=-1)],
    ids=["a day ahead", "an hour back"],
)
@pytest.mark.parametrize("dies", [False, pytest.param(True, marks=pytest.mark.faults)], ids=["running", "killed at it"])
async def test_a_leap(
    leap: timedelta,
    database: Database,
    server: BotApiServer,
    program: Callable[..., Program],
    tmp_path: Path,
    *,
    dies: bool,
) -> None:
    """Between two answers, and with an answer under way: the next question comes at once, nothing counts twice."""
    hours = Hours(tmp_path / "clock", Clock(), clock.now())
    running = program()
    running.settings["CLOCK"] = str(hours.path)
    walk = Walk("text", database, server, running)
    await walk.begin(tmp_path)
    await walk.answer_on(2)
    if dies:
        running.settings["CRASH_AT"] = ""
        await running.kill()
        walk.answer()
        await running.start(crash_at="message-sending/before:1")
        await walk.until_settled()
        assert not running.is_running
        hours.move_to(hours.now() + leap)
        await running.start()
    else:
        hours.move_to(hours.now() + leap)
        walk.answer()
    await walk.until_settled()
    for _ in range(3):
        walk.answer()
    await walk.until_settled()
    await walk.check(repeats_at_most=1)
