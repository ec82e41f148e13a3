"""Fixtures of the bot's tests: the house with its rooms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.acceptance import world
from tests.bot.house import House, open_house, publish_at_once

SCENARIOS = ("wizyta", "telefon", "email")


@pytest.fixture
async def house(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """A seeded edition with a taken task of three scenarios, its intake, its worker and a channel in memory."""
    monkeypatch.setattr(world, "publish_library", publish_at_once)
    async with open_house(database, tmp_path, *SCENARIOS) as house:
        yield house
