"""What a program loads before it is needed: a start is short and a process small, because most of it is not."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from bot import app
from storage import editions
from storage.database import Database
from storage.migrate import migrate
from tests.acceptance.running import free_port
from tests.benchmarks import ours
from tests.benchmarks.chats import FIRST_CHAT
from tests.bot_api import BotApiServer, Limits

ROOT = Path(__file__).parent.parent.parent
SECONDS = 40.0
TELLING = """
import json, signal, sys
from bot.__main__ import main
signal.signal(signal.SIGUSR1, lambda *_: print(json.dumps(sorted(sys.modules)), flush=True))
sys.exit(main(["run"]))
"""
"""The program, which tells what it has loaded when it is asked."""

NOT_FOR_SQLITE = ("psycopg", "psycopg_binary", "alembic", "obstore", "cryptography")
"""PostgreSQL, migrating, a store of objects, keys."""
NOT_FOR_WORDS = (
    *("aiogram", "telegram", "PIL", "pillow_heif", "pypdf", "numpy", "highspy", "typst", "xlsxwriter", "segno"),
    *("phonenumbers", "stdnum", "rapidfuzz", "holidays", "python_calamine", "openai", "httpx", "morfeusz2"),
    *("prometheus_client", "krippendorff", "unittest", "sqlalchemy.orm"),
)
"""Files, pictures, plans, tables, personal data, a model."""
NOT_FOR_JURORS = (
    *("bot.roles.office", "bot.roles.office_hearing", "bot.views.office", "bot.asking", "bot.importing"),
    *("bot.planning", "bot.reports", "bot.doubts", "bot.roles.plan_facts", "bot.office_taps.directory"),
    *("scoring", "bot.roles.scores", "bot.roles.deciding", "bot.publishing", "bot.consulting"),
)
"""A third of the program."""


@pytest.fixture
async def database(tmp_path: Path) -> Database:
    """A juror in the middle of a contact."""
    url = f"sqlite:///{tmp_path / 'test.db'}"
    migrate(url)
    database = Database(url)
    await database.start()
    await ours.seed(database, 1)
    await database.stop()
    return database


async def test_a_bot_that_serves_jurors_has_loaded_no_more(database: Database, tmp_path: Path) -> None:
    """On SQLite, by polling, once it has answered: neither PostgreSQL nor pictures nor what only the office needs."""
    async with BotApiServer(limits=Limits.unpaced()) as server:
        environment = {
            "PATH": os.environ.get("PATH", ""),  # noqa: TID251 - handed on
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": str(database.url),
            "EVIDENCE_URL": f"file:{tmp_path / 'evidence'}",
            "TELEGRAM_TOKEN": server.token,
            "TELEGRAM_API_URL": server.url,
            "HTTP_PORT": str(free_port()),
        }
        with (tmp_path / "log").open("wb") as log:
            words = (sys.executable, "-c", TELLING)
            program = await asyncio.create_subprocess_exec(
                *words, cwd=tmp_path, env=environment, stdout=asyncio.subprocess.PIPE, stderr=log, limit=1 << 20
            )
        try:
            juror = server.person(FIRST_CHAT, met=True)
            juror.says("/start")
            await server.until(lambda: server.sent_to(FIRST_CHAT), seconds=SECONDS)
            before = len(server.sent_to(FIRST_CHAT))
            juror.says("Było cicho, obsługa uprzejma.")
            await server.until(lambda: len(server.sent_to(FIRST_CHAT)) > before, seconds=SECONDS)
            program.send_signal(signal.SIGUSR1)
            assert program.stdout is not None
            loaded = set(json.loads(await asyncio.wait_for(program.stdout.readline(), SECONDS)))
        finally:
            program.terminate()
            await program.wait()
    assert {"bot.app", "bot.roles.juror", "sqlalchemy", "sqlite3"} <= loaded
    assert loaded.intersection((*NOT_FOR_SQLITE, *NOT_FOR_WORDS, *NOT_FOR_JURORS)) == set()


async def test_the_office_is_loaded_beside_where_it_has_a_chat(database: Database) -> None:
    """Its first message holds nobody up; where the office has no chat with us, nothing is loaded."""
    loaded: list[str] = []

    async def load() -> list[str]:
        await database.start()
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(app, "import_module", loaded.append)
                await app._load_office(database, after=0)
        finally:
            await database.stop()
        return loaded

    assert await load() == []
    await database.start()
    try:
        edition = await database.read(lambda unit: editions.editions(unit)[0].id)
        await ours.add_organizer(database, edition)
    finally:
        await database.stop()
    assert await load() == ["bot.roles.office_hearing"]
