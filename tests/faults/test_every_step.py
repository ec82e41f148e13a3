"""Killed at every step of an answer's life, whatever the steps are: nothing is lost, nothing counts twice."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.database import Database
from tests.acceptance.running import Program
from tests.bot_api.server import BotApiServer
from tests.faults import tables
from tests.faults.walk import SETTLED_SECONDS, Walk

pytestmark = [pytest.mark.steps, pytest.mark.timeout(1200)]

STRIDE = {"text": 1, "tap": 2, "photo": 2}
"""Every step of a text; of the others every second: what they share with a text was tried there."""
FEWEST_STEPS = 40
"""An answer has more steps than that: the count of tasks and calls cannot be broken without a sound."""


@pytest.mark.parametrize(("kind", "mode"), [cell.split() for cell in tables.STEPS])
async def test_killed_at_every_step(  # noqa: PLR0917 - fixtures
    kind: str,
    mode: str,
    database: Database,
    server: BotApiServer,
    program: Callable[..., Program],
    tmp_path: Path,
    pytestconfig: pytest.Config,
) -> None:
    """An answer for each step there is: the program dies at it, comes back, and the next question is asked."""
    running = program(mode=mode)
    running.settings["CRASH_FILE"] = str(tmp_path / "crash")
    walk = Walk(kind, database, server, running)
    await walk.begin(tmp_path)
    crashes, step = 0, 1
    while await _dies_at(walk, step):
        crashes, step = crashes + 1, step + STRIDE[kind]
    assert step >= FEWEST_STEPS
    repeats = await walk.check(repeats_at_most=crashes)
    which = f"{database.dialect} {kind} {mode}"
    told = f"{which}: {step} steps, {crashes} kills, {repeats} questions shown twice"
    print(f"\n{told}")
    if pytestconfig.getoption("--write"):
        tables.write(f"steps {which}", f"- {told}. {tables.made()}")


async def _dies_at(walk: Walk, step: int) -> bool:
    """Answer one question while the program dies at its step and comes back; False where all was over before it."""
    await _arm(walk.running, step)
    walk.answer()
    await walk.until_settled()
    if walk.running.is_running:
        return False
    assert await walk.running.start(), walk.running.said()[-3000:]
    await walk.until_settled()
    return True


async def _arm(running: Program, step: int) -> None:
    file = running.settings["CRASH_FILE"]
    _write(file, step)
    os.kill(running.pid, signal.SIGUSR1)
    async with asyncio.timeout(SETTLED_SECONDS):
        while os.path.exists(file):  # noqa: PTH110, ASYNC240 - a look, not worth a thread
            await asyncio.sleep(0.002)


def _write(file: str, step: int) -> None:
    Path(file).write_text(str(step))
