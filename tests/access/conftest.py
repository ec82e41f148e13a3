"""The house of the bot's tests, on SQLite alone: who may do what does not depend on the database."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.acceptance import world
from tests.bot.house import House, open_house, publish_at_once


@pytest.fixture
async def database(migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A started database, fresh for this test."""
    shutil.copy(migrated_sqlite, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    await database.start()
    yield database
    await database.stop()


@pytest.fixture
async def house(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """A seeded edition with taken tasks, its intake, its worker and a channel in memory."""
    monkeypatch.setattr(world, "publish_library", publish_at_once)
    async with open_house(database, tmp_path, "wizyta", "telefon", "email") as house:
        yield house
