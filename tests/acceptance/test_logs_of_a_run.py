"""A whole run at debug level, in both channels, with an import, a model and trouble: what it wrote quotes nobody."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from functools import partial
from http import HTTPStatus

import aiohttp
import pytest
from sqlalchemy import select

from bot.office_taps.importing import ImportWrite
from bot.taps import decode
from storage import schema
from storage.database import Database
from storage.unit import Unit
from tests import files
from tests.acceptance.conftest import SECRET
from tests.acceptance.running import Program
from tests.acceptance.test_promises_office import arrive, settled
from tests.acceptance.test_visit_telegram import begin
from tests.acceptance.world import World
from tests.bot_api.faults import Fault, Trouble
from tests.bot_api.server import BotApiServer
from tests.scoring.model_servers import completion, says, serving

MODEL_KEY = "klucz-ktorego-nikt-nie-widzi"
PASSWORD = "haslo-do-bazy"
EVIDENCE_KEY = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U="
SAID = ("siedemnaście kasztanów", "Krystyna Wąs", "marudziła pod nosem")
NAMES = ("Jagoda", "Konrad Test", "Olga Test", "Zdzisława Pytel")
CONTACTS = ("601 234 567", "601234567", "zdzislawa.pytel@example.pl", "09-142")
TABLE = (
    "imię i nazwisko;e-mail;telefon;kod pocztowy\nZdzisława Pytel;zdzislawa.pytel@example.pl;601 234 567;09-142\n"
    "Zdzisława Pytel;to nie adres;601234567;09-142\n"
)
ODD_UPDATE = {"update_id": 99_000_001, "message": {"text": "Krystyna Wąs", "chat": "marudziła pod nosem"}}


@pytest.mark.parametrize("form", ["text", pytest.param("json", marks=pytest.mark.faults)])
async def test_nothing_written_quotes_anybody(
    database: Database, server: BotApiServer, world: World, program: Callable[..., Program], form: str
) -> None:
    """Everything on stdout and stderr is searched for tokens, keys, passwords, cookies, names, contacts and answers."""
    one = program(mode="webhook" if form == "json" else "polling")
    async with serving(says({"error": {"message": SAID[0]}}, status=500), says(completion("Krystyna"))) as model:
        one.settings |= {
            "LOG_LEVEL": "debug",
            "LOG_FORMAT": form,
            "OPENAI_BASE_URL": model.url,
            "OPENAI_API_KEY": MODEL_KEY,
            "OPENAI_MODEL": "small-1",
            "EVIDENCE_KEY": EVIDENCE_KEY,
            "DATABASE_URL": one.settings["DATABASE_URL"].replace("postgres@", f"postgres:{PASSWORD}@"),
        }
        assert (PASSWORD in one.settings["DATABASE_URL"]) is (database.dialect == "postgresql")
        assert await one.start(), one.said()
        juror = await begin(server, database, world)
        heard = len(juror.person.hears())
        for words in SAID:
            juror.person.says(words)
        juror.person.sends_document(files.jpeg(block=files.exif()), "IMG_Krystyna.jpg", "image/jpeg")
        server.faults.add(Fault("sendMessage", Trouble.ERROR, times=2))
        server.faults.add(Fault("sendMessage", Trouble.RESET_BEFORE, times=1))
        server.faults.add(Fault("file", Trouble.ERROR, times=1))
        juror.person.says("jeszcze: marudziła pod nosem")
        await server.until(lambda: len(juror.person.hears()) > heard + 2, seconds=40)
        organizer = await arrive(server, 3003, world.tokens["organizer"])
        organizer.sends_document(TABLE.encode(), "ludzie-Pytel.csv", "text/csv")
        await settled(database, partial(_imported, states={"read", "unclear", "refused"}), seconds=30)
        write = next((key.data for row in organizer.keyboard for key in row if key.data and _writes(key.data)), None)
        if write is not None:
            organizer.taps_data(write, message=organizer.last.id)
            await settled(database, partial(_imported, states={"written"}), seconds=30)
        cookies = await _in_the_web(one, world.tokens["coordinator"])
        await _sends_nonsense(one)
        os.kill(one.pid, 0)
        await one.stop()
    told = one.said()
    assert "listening" in told
    assert "tidied up" in told
    secrets = (server.token, SECRET, MODEL_KEY, EVIDENCE_KEY, *world.tokens.values(), *cookies)
    for word in (*secrets, *SAID, *NAMES, *CONTACTS, PASSWORD, "IMG_Krystyna", "ludzie-Pytel", "kasztan", "Pytel"):
        assert word not in told, word
    for shown in juror.person.hears():
        assert len(shown.text) < 15 or shown.text[:40] not in told
    if form == "json":
        lines = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
        assert lines
        assert all({"at", "level", "logger", "message"} <= set(line) for line in lines)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("wrong", ["port", "database", "role"])
async def test_a_connection_that_fails_tells_no_password(
    database: Database, program: Callable[..., Program], wrong: str
) -> None:
    """Nobody listens there, no such database, no such role: what is said at debug level holds no password."""
    known = database.url
    url = {
        "port": known.set(port=1, password=PASSWORD),
        "database": known.set(database="there_is_none", password=PASSWORD),
        "role": known.set(username="nobody", password=PASSWORD),
    }[wrong]
    one = program()
    one.settings |= {"LOG_LEVEL": "debug", "DATABASE_URL": url.render_as_string(hide_password=False)}
    assert PASSWORD in one.settings["DATABASE_URL"]
    one.launch()
    async with asyncio.timeout(60):
        while not one.said() and one.is_running:
            await asyncio.sleep(0.05)
    await asyncio.sleep(1)
    await one.kill()
    assert one.said()
    assert PASSWORD not in one.said()


def _imported(unit: Unit, *, states: set[str]) -> bool:
    found = unit.execute(select(schema.imports.c.state)).scalars().all()
    return bool(found) and set(found) <= states


def _writes(data: str) -> bool:
    return isinstance(decode(data), ImportWrite)


async def _in_the_web(one: Program, token: str) -> list[str]:
    """The coordinator comes to the web chat, says something, sends frames nobody understands; the cookies they got."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        async with browser.get(f"{one.url}/w/{token}") as page:
            assert page.status == HTTPStatus.OK
        async with browser.post(f"{one.url}/w/{token}", headers={"Origin": one.url}) as chat:
            assert chat.status == HTTPStatus.OK, one.said()
            where = str(chat.url).rstrip("/")
        async with browser.ws_connect(f"{where}/ws", headers={"Origin": one.url}) as socket:
            await socket.send_json({"type": "hello", "have": {}})
            await socket.send_json({"type": "say", "id": "message-0001", "text": SAID[1], "age": 0})
            async for message in socket:
                if json.loads(message.data)["type"] == "ack":
                    break
            await socket.send_str(f'{{"type": "say", "id": "message-0002", "text": {{"{SAID[2]}": 1}}}}')
            await socket.receive(timeout=10)
        async with browser.get(f"{one.url}/w/{SAID[1]}") as unknown:
            assert unknown.status < HTTPStatus.INTERNAL_SERVER_ERROR
        return [cookie.value for cookie in browser.cookie_jar]


async def _sends_nonsense(one: Program) -> None:
    """An update that no codec understands, and one with a forged secret."""
    if one.settings["TELEGRAM_MODE"] != "webhook":
        return
    async with aiohttp.ClientSession() as caller:
        for secret in (SECRET, "podrobiony"):
            headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
            async with caller.post(f"{one.url}/telegram", json=ODD_UPDATE, headers=headers) as answer:
                assert answer.status < HTTPStatus.INTERNAL_SERVER_ERROR
