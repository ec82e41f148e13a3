"""A disk whose every sync takes long: how much slower everything is, and that nothing else changes."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage import schema
from storage.database import Database
from tests.faults.conftest import Troubled
from tests.faults.jurors import QUESTIONS, Jurors, seed

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(600),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

JURORS = 90
SYNCS = {"as it is": "none", "1 ms": "slow 1000", "20 ms": "slow 20000"}
STUCK_SECONDS = 240


async def test_a_slow_disk(database: Database, troubled: Callable[[Path], Troubled], tmp_path: Path) -> None:
    """Three equal crowds, one for each speed, walk their contacts; every answer of each is there."""
    jurors = Jurors(await seed(database, JURORS), at_once=JURORS // len(SYNCS), chance=random.Random(1))  # noqa: S311
    await jurors.server.start()
    machine = troubled(tmp_path)
    machine.program.settings |= {"TELEGRAM_API_URL": jurors.server.url, "LEASE_SECONDS": "60"}
    await machine.program.start()
    rates: dict[str, float] = {}
    crowd = jurors.at_once
    for place, (name, trouble) in enumerate(SYNCS.items(), 1):
        machine.have(trouble)
        began, before = time.monotonic(), jurors.server.acknowledged
        for _ in range(crowd):
            jurors.begin_next()
        async with asyncio.timeout(STUCK_SECONDS):
            while jurors.through < place * crowd:
                await asyncio.sleep(0.02)
        rates[name] = (jurors.server.acknowledged - before) / (time.monotonic() - began)
    machine.have("none")
    assert machine.program.is_running
    await machine.program.stop()
    await jurors.server.stop()
    answers = select(func.count()).select_from(schema.answer_revisions)
    assert await database.read(lambda unit: unit.execute(answers).scalar_one()) == JURORS * QUESTIONS
    assert jurors.out_of_order() == 0
    assert not jurors.repeats()
    fastest = rates["as it is"]
    for name, rate in rates.items():
        print(f"\na sync takes {name} longer: {rate:.0f} updates a second, {rate / fastest:.2f} of the undisturbed")
