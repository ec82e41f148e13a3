"""What those who watch see of the real program, on real sockets; and what everybody else does not."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import create_engine, text

from storage.database import Database
from tests.acceptance.running import Program, free_port
from tests.acceptance.test_visit_telegram import begin
from tests.acceptance.world import World
from tests.bot_api.server import BotApiServer

DEPLOY = Path(__file__).parents[2] / "deploy"
SECONDS = 40.0
OURS = re.compile(r"\b(?:mystery_client|process|python)_\w+")


class Watcher:
    """Looks at one program's listener for those who watch, and at its door for everybody."""

    def __init__(self, program: Program, session: aiohttp.ClientSession) -> None:
        program.settings["METRICS_PORT"] = str(free_port())
        self.program = program
        self._session = session

    async def parts(self) -> tuple[int, dict[str, Any]]:
        """The status and what is told of each part."""
        async with self._session.get(f"{self.url}/readyz") as answer:
            return answer.status, await answer.json()

    async def page(self) -> str:
        """What Prometheus reads."""
        async with self._session.get(f"{self.url}/metrics") as answer:
            assert answer.status == HTTPStatus.OK
            return await answer.text()

    async def outside(self, path: str) -> tuple[int, str]:
        """What a stranger gets who claims to be of this machine."""
        claims = {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1", "Host": "localhost"}
        async with self._session.get(f"{self.program.url}{path}", headers=claims) as answer:
            return answer.status, await answer.text()

    async def until(self, holds: Callable[[int, dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait for a status and parts of which something holds."""
        async with asyncio.timeout(SECONDS):
            while True:
                try:
                    status, told = await self.parts()
                    if holds(status, told):
                        return told
                except aiohttp.ClientError:
                    assert self.program.is_running, self.program.said()[-2000:]
                await asyncio.sleep(0.1)

    @property
    def url(self) -> str:
        """Where those who watch look."""
        return f"http://127.0.0.1:{self.program.settings['METRICS_PORT']}"


@pytest.fixture
async def watch() -> AsyncIterator[Callable[[Program], Watcher]]:
    """Makes watchers; a program is watched before it starts."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(10)) as session:
        yield lambda program: Watcher(program, session)


def value(page: str, name: str, **labels: str) -> float:
    """A number of a page of metrics."""
    told = ",".join(f'{key}="{of}"' for key, of in sorted(labels.items()))
    start = f"mystery_client_{name}{{{told}}} " if told else f"mystery_client_{name} "
    found = [line for line in page.splitlines() if line.startswith(start)]
    assert len(found) == 1, (start, page)
    return float(found[0].removeprefix(start))


def is_ready(status: int, told: dict[str, Any]) -> bool:
    """Everything is well."""
    assert told["ready"] is (status == HTTPStatus.OK)
    return bool(told["ready"])


def lacks(part: str) -> Callable[[int, dict[str, Any]], bool]:
    """Not ready, for that reason."""
    return lambda status, told: status == HTTPStatus.SERVICE_UNAVAILABLE and not told[part]["well"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_conversation_is_seen_in_numbers(
    database: Database,
    server: BotApiServer,
    world: World,
    program: Callable[..., Program],
    watch: Callable[[Program], Watcher],
) -> None:
    """Updates, messages, stages and commits count up; nobody is named, and all the dashboard asks for is there."""
    watcher = watch(program())
    await watcher.program.start()
    await watcher.until(is_ready)
    await begin(server, database, world)
    server.person(4711, name="Nikt").says("dzień dobry")
    stranger = {"channel": "telegram", "outcome": "stranger"}
    async with asyncio.timeout(SECONDS):
        while (
            value(page := await watcher.page(), "updates_total", **stranger) != 1
            or value(page, "jobs_open") == 0  # the database is asked every few seconds only
            or 'last_update_timestamp_seconds{channel="telegram"}' not in page
        ):
            await asyncio.sleep(0.1)
    taken = value(page, "updates_total", channel="telegram", outcome="taken")
    assert taken >= 5
    sent = value(page, "sends_total", channel="telegram", outcome="delivered")
    assert sent >= taken - 1
    assert value(page, "stage_seconds_count", stage="commit") == taken + 1
    assert value(page, "stage_seconds_count", stage="wait") >= sent
    assert value(page, "stage_seconds_count", stage="call") >= sent
    assert value(page, "stage_seconds_bucket", stage="call", le="+Inf") >= sent
    assert value(page, "group_units_sum") >= taken
    assert value(page, "group_seconds_count") == value(page, "group_units_count")
    assert value(page, "jobs_total", kind="send", ending="done") >= sent
    assert value(page, "processes", does="works") == value(page, "processes", does="serves") == 1
    assert value(page, "database_answers") == value(page, "leads") == 1
    assert value(page, "database_bytes") > 100_000
    assert value(page, "last_update_timestamp_seconds", channel="telegram") > 1_700_000_000
    for part in ("database", "worker", "evidence"):
        assert value(page, "ready", part=part) == 1
    for secret in ("Jagoda", "Nikt", "4711", "1001", server.token, "sqlite", "postgres", str(world.tokens["juror"])):
        assert re.search(rf"(?<![\d.]){re.escape(secret)}(?!\d)", page) is None  # a sum of seconds may hold any digits
    assert OURS.search(asked := asked_for()) is not None
    shown = set(re.findall(r"^# TYPE (\w+) ", page, re.MULTILINE))
    whole = shown | {f"{name}{end}" for name in shown for end in ("_bucket", "_sum", "_count")}
    assert {name for name in OURS.findall(asked) if name not in whole and name not in KEPT_BY_SYSTEM} == set()


KEPT_BY_SYSTEM = {"mystery_client_backup_timestamp_seconds"}
"""Shown only where a folder of backups is named: asked for in a test of its own."""


def asked_for() -> str:
    """Every expression of the dashboard and of the alarms."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(DEPLOY.glob("prometheus/*.y*ml"))) + "\n".join(
        path.read_text(encoding="utf-8") for path in sorted(DEPLOY.glob("grafana/*.json"))
    )


async def test_a_worker_that_comes_and_goes_is_noticed(
    world: World, program: Callable[..., Program], watch: Callable[[Program], Watcher]
) -> None:
    """Without a process that does jobs nothing is ready; one that is killed is missed within seconds.

    Strangers, whatever they claim to be, learn one word of it, and see no metrics.
    """
    assert world.edition
    serving, working = watch(program(command="serve")), watch(program(command="work"))
    await serving.program.start()
    told = await serving.until(lacks("worker"))
    assert told["worker"] == {"well": False, "seconds": None}
    assert await serving.outside("/healthz") == (200, "ok")
    assert await serving.outside("/readyz") == (503, "not ready")
    status, said = await serving.outside("/metrics")
    assert status == HTTPStatus.NOT_FOUND
    assert "mystery_client" not in said
    await working.program.start()
    await asyncio.gather(serving.until(is_ready), working.until(is_ready))
    assert (await serving.outside("/readyz")) == (200, "ok")
    page = await working.page()
    assert value(page, "jobs_under_way") == 0
    assert "web_connections" not in page
    await working.program.kill()
    told = await serving.until(lacks("worker"))
    assert told["database"]["well"]
    assert told["evidence"]["well"]


async def test_a_database_that_is_away_is_told(
    database: Database, world: World, program: Callable[..., Program], watch: Callable[[Program], Watcher]
) -> None:
    """Nothing can be written: not ready, and the metrics go on without what only the database knows."""
    assert world.edition
    watcher = watch(program())
    await watcher.program.start()
    await watcher.until(is_ready)
    engine = create_engine(database.url)
    try:
        with engine.connect() as holding:
            if database.dialect == "sqlite":
                holding.execute(text("BEGIN EXCLUSIVE"))
            else:
                holding.execute(text("LOCK TABLE processes, jobs IN ACCESS EXCLUSIVE MODE"))
            told = await watcher.until(lacks("database"))
            assert told["evidence"]["well"]
            assert await watcher.outside("/readyz") == (503, "not ready")
            assert await watcher.outside("/healthz") == (200, "ok")
            page = await watcher.page()
            assert value(page, "ready", part="database") == 0
            # who only reads SQLite is not held up by who writes
            async with asyncio.timeout(SECONDS):
                while database.dialect == "postgresql" and value(page, "database_answers") == 1:
                    page = await watcher.page()
            assert value(page, "updates_total", channel="telegram", outcome="taken") == 0
            holding.rollback()
    finally:
        engine.dispose()
    await watcher.until(is_ready)
