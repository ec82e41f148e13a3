"""Logs: ids of updates, contacts and jobs, where things went wrong; no words of people, no tokens, at any level."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import app, roles
from bot.app import Does
from bot.channels.pacing import Pacer
from bot.config import Secret, Settings, TelegramLibrary, TelegramMode
from bot.logs import about, set_up_logs, tune_logs
from scenarios.model import Stage
from storage.database import Database
from storage.migrate import migrate
from tests import files
from tests.acceptance.running import free_port
from tests.acceptance.test_visit_telegram import begin, in_stage
from tests.acceptance.world import World, make_world
from tests.bot_api import BotApiServer, Limits, Person

SECRET = "a-webhook-secret_1"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged from now on, at debug level; afterwards logging is as it was."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    stream = io.StringIO()
    set_up_logs(debug=True, stream=stream)
    yield stream
    root.handlers[:], root.level = before


def logged(stream: io.StringIO) -> str:
    """Everything so far."""
    return stream.getvalue()


def test_a_line_says_when_who_what_and_which(written: io.StringIO) -> None:
    """Time in UTC, level, logger, message, then the record's own fields."""
    logging.getLogger("bot.somewhere").info("taken %d", 3, extra={"update": "web:7", "contact": 12})
    line = logged(written)
    assert line.endswith('Z INFO bot.somewhere taken 3 update="web:7" contact=12\n')


def test_every_line_within_carries_the_ids(written: io.StringIO) -> None:
    """Ids of the update, the job and the contact stand on whatever is logged meanwhile, and not afterwards."""
    with about(update="7"), about(job=3, contact=12):
        logging.getLogger("bot.somewhere").warning("tried", extra={"job": 4})
    logging.getLogger("bot.somewhere").warning("done")
    first, second = logged(written).splitlines()
    assert first.endswith('tried update="7" job=4 contact=12')
    assert second.endswith(" done")


def test_lines_can_be_json(written: io.StringIO) -> None:
    """One object a line, errors as a list of where; a level asked for holds, and debug asked for at the start too."""
    tune_logs(level="error", as_json=True)
    try:
        int("enjaT"[::-1])  # the line of code is quoted, what the error says of it is not
    except ValueError:
        logging.getLogger("bot.somewhere").exception("failed", extra={"job": 4})
    logging.getLogger("bot.somewhere").debug("still debug")
    first, second = (json.loads(line) for line in logged(written).splitlines())
    assert (first["level"], first["logger"], first["message"], first["job"]) == ("ERROR", "bot.somewhere", "failed", 4)
    assert first["error"][-1] == "ValueError"
    assert "Tajne" not in logged(written)
    assert second["message"] == "still debug"
    logging.getLogger().setLevel(logging.INFO)
    tune_logs(level="warning", as_json=False)
    logging.getLogger("bot.somewhere").info("not told")
    assert "not told" not in logged(written)


def test_debug_lines_are_written_only_where_asked_for() -> None:
    """Ours from INFO up unless told otherwise; libraries that could quote people from WARNING up, always."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    try:
        for debug, expected in ((False, []), (True, ["ours"])):
            stream = io.StringIO()
            set_up_logs(debug=debug, stream=stream)
            logging.getLogger("bot.somewhere").debug("ours")
            for library in ("aiogram.event", "sqlalchemy.engine", "aiohttp.access", "asyncio"):
                logging.getLogger(library).info("theirs")
            assert [line.split()[-1] for line in logged(stream).splitlines()] == expected
    finally:
        root.handlers[:], root.level = before


def test_an_error_tells_where_and_what_kind_but_quotes_nobody(written: io.StringIO) -> None:
    """The message of an error may hold what a person wrote: it is left out, the chain of causes is not."""
    said = "Tajna odpowiedź"

    def fail() -> None:
        try:
            int(said)
        except ValueError as error:
            raise ExceptionGroup(said, [KeyError(said), OSError(2, "no folder")]) from error

    try:
        fail()
    except ExceptionGroup:
        logging.getLogger("bot.somewhere").exception("update failed", extra={"update": "7"})
    told = logged(written)
    assert said not in told
    for part in ("ValueError\n… and then:", "ExceptionGroup\n", "KeyError\n", " fail: "):
        assert part in told
    assert "FileNotFoundError: [Errno 2] no folder\n" in told
    assert 'update="7"' in told


@pytest.mark.parametrize(("mode", "library"), [("polling", "aiogram"), ("webhook", "aiogram"), ("polling", "ptb")])
async def test_a_conversation_leaves_no_words_and_no_tokens_in_the_log(
    mode: str, library: str, tmp_path: Path, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A juror arrives, answers, sends a photo; one update fails: nothing they wrote, no token, no secret is logged."""
    for name, value in (("per_second", 1000.0), ("per_chat_seconds", 0.0), ("chat_burst", 1000)):
        monkeypatch.setitem(Pacer.__init__.__kwdefaults__ or {}, name, value)
    url = f"sqlite:///{tmp_path / 'test.db'}"
    migrate(url)
    port = free_port()
    async with BotApiServer(limits=Limits.unpaced()) as server:
        settings = Settings(
            database_url=url,
            evidence_url=f"file:{tmp_path / 'evidence'}",
            telegram_token=Secret(server.token),
            telegram_api_url=server.url,
            telegram_library=TelegramLibrary(library),
            telegram_mode=TelegramMode(mode),
            telegram_webhook_url=f"http://127.0.0.1:{port}/telegram",
            telegram_webhook_secret=Secret(SECRET),
            telegram_per_second=1000,
            telegram_chat_per_second=1000,
            http_port=port,
        )
        database = Database(url)
        await database.start()
        world = await make_world(database, "wizyta")
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(app.run(settings, Does(serve=True, work=True)))
                person = await _converse(server, database, world, monkeypatch)
                signal.raise_signal(signal.SIGTERM)
        finally:
            await database.stop()
    told = logged(written)
    assert "listening" in told
    assert "update failed" in told
    assert " hear_badly: " in told
    for word in (*world.tokens.values(), server.token, SECRET, "siedemnaście", "kasztanów", "Tajna", "Jagoda", "IMG_1"):
        assert word not in told, word
    for shown in person.hears():
        assert shown.text[:40] not in told


async def _converse(server: BotApiServer, database: Database, world: World, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Invitation to the first questions, a wrong answer, a photo, and an update that makes the bot fail."""
    juror = await begin(server, database, world)
    await juror.walk(until=in_stage(Stage.DURING))
    person = juror.person
    count = len(person.hears())
    person.says("siedemnaście kasztanów")
    person.sends_document(files.jpeg(block=files.exif()), "IMG_1.jpg", "image/jpeg")
    await server.until(lambda: len(person.hears()) >= count + 2)

    def hear_badly(talk: object, content: object) -> None:
        raise ValueError(f"{talk} {content}")

    monkeypatch.setattr(roles, "hear", hear_badly)
    count = len(person.hears())
    person.says("Tajna wiadomość")
    await server.until(lambda: len(person.hears()) > count)
    return person
