"""PostgreSQL away: at the start, in the middle, for a moment and for longer than anybody waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from storage.database import Database
from storage.engines import parse_url, postgres_address
from tests.acceptance.running import Program
from tests.bot_api.server import BotApiServer
from tests.faults.walk import Walk

POSTGRES = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


class Door:
    """Lets nobody into a database, and throws out whoever is in it."""

    def __init__(self, database: Database) -> None:
        self._name = str(database.url.database)
        self._address = postgres_address(parse_url(postgres_address(database.url)).set(database="postgres"))

    def close(self) -> None:
        """Nobody gets in; whoever is in is out."""
        self._allow(be_let_in=False)
        with psycopg.connect(self._address, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (self._name,))

    def open(self) -> None:
        """As before."""
        self._allow(be_let_in=True)

    def _allow(self, *, be_let_in: bool) -> None:
        with psycopg.connect(self._address, autocommit=True) as other:
            statement = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
            other.execute(statement.format(sql.Identifier(self._name), sql.Literal(be_let_in)))


@POSTGRES
@pytest.mark.parametrize(
    "seconds", [1.0, pytest.param(45.0, marks=pytest.mark.faults)], ids=["for a moment", "for long"]
)
async def test_away_in_the_middle(
    seconds: float, database: Database, server: BotApiServer, program: Callable[..., Program], tmp_path: Path
) -> None:
    """Nothing is acknowledged meanwhile; when it is back, the answer counts once and the next question comes."""
    walk = Walk("text", database, server, program())
    await walk.begin(tmp_path)
    await walk.answer_on(1)
    door = Door(database)
    door.close()
    walk.answer()
    await asyncio.sleep(seconds)
    assert server.updates.waiting
    assert walk.running.is_running, walk.running.said()[-3000:]
    door.open()
    await walk.until_settled(seconds=90)
    await walk.answer_on(2)
    await walk.check(repeats_at_most=1)


@POSTGRES
@pytest.mark.faults
async def test_away_at_the_start(
    database: Database, server: BotApiServer, program: Callable[..., Program], tmp_path: Path
) -> None:
    """It is waited for, and taken when it comes."""
    walk = Walk("text", database, server, program())
    await walk.begin(tmp_path)
    await walk.running.kill()
    door = Door(database)
    door.close()
    walk.answer()
    begun = asyncio.get_running_loop().create_task(walk.running.start())
    await asyncio.sleep(3)
    assert server.updates.waiting
    door.open()
    assert await begun, walk.running.said()[-3000:]
    await walk.until_settled()
    await walk.check(repeats_at_most=0)
