"""Fixtures of the acceptance tests: a Bot API server on a socket, the program in its own process, a seeded edition."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.acceptance.running import Nursery, Program
from tests.acceptance.world import World, make_world
from tests.bot_api.limits import Limits
from tests.bot_api.server import BotApiServer

TASKS = ("wizyta", "telefon", "email", "social", "strona", "dostepnosc")
SECRET = "a-webhook-secret_1"


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """A Bot API server that refuses what the real one refuses; only its pace is not held against us."""
    async with BotApiServer(limits=Limits.unpaced()) as server:
        yield server


@pytest.fixture
async def world(database: Database) -> World:
    """A small edition with a task of every scenario."""
    return await make_world(database, *TASKS)


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where programs are started from."""
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture
async def program(
    database: Database, server: BotApiServer, tmp_path: Path, nursery: Nursery
) -> AsyncIterator[Callable[..., Program]]:
    """Makes programs of this database and Bot API server; all are gone at the end."""
    made: list[Program] = []

    def make(*, mode: str = "polling", command: str = "run") -> Program:
        url = database.url.render_as_string(hide_password=False)
        one = Program(
            nursery,
            tmp_path,
            {
                "DATABASE_URL": url,
                "EVIDENCE_URL": f"file://{tmp_path / 'evidence'}",
                "TELEGRAM_TOKEN": server.token,
                "TELEGRAM_API_URL": server.url,
                "TELEGRAM_MODE": mode,
                "TELEGRAM_WEBHOOK_SECRET": SECRET,
            },
            command=command,
        )
        one.settings["TELEGRAM_WEBHOOK_URL"] = f"{one.url}/telegram"
        made.append(one)
        return one

    yield make
    for one in made:
        await one.kill()
