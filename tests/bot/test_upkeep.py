"""What is settled is forgotten after its time, and nothing else."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.talk import Desk
from bot.upkeep import DONE_JOBS_KEPT, keep_tidy
from storage import queue
from storage.blobs import Blobs
from storage.database import Database, Unit

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DESK = Desk(zone=ZoneInfo("Europe/Warsaw"), language="pl", own_url="http://here.test", new_token=lambda: "token")


async def test_jobs_done_long_ago_are_forgotten_and_waiting_ones_stay(database: Database, tmp_path: Path) -> None:
    """A job done before its time goes; one done today and one still waiting stay."""

    def put(unit: Unit) -> list[int]:
        made = [queue.put(unit, kind="send", payload={}, run_at=NOW, now=NOW) for _ in range(3)]
        for job in queue.claim(unit, worker="w", now=NOW, lease=timedelta(minutes=1), limit=2):
            long_ago = job.id == made[0]
            queue.finish(unit, job.id, NOW - DONE_JOBS_KEPT * 2 if long_ago else NOW)
        return made

    await database.run(put)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        raise asyncio.CancelledError

    blobs = Blobs(f"file://{tmp_path / 'evidence'}")
    with pytest.raises(asyncio.CancelledError):
        await keep_tidy(database, blobs, desk=DESK, clock=lambda: NOW, sleep=sleep)
    assert len(slept) == 1
    left = await database.read(lambda unit: unit.execute(queue.jobs.select()).all())
    assert len(left) == 2
