"""A whole visit in Telegram: by polling and by webhook, on SQLite and PostgreSQL, over real HTTP, with real photos."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

import pytest

from bot.tap_kinds import ChangeHere, ContactTap
from bot.taps import decode, path_of
from scenarios import engine
from scenarios.contact import AskChange, Change, Confirm, Contact, Phase, Pick, Report, Turn
from scenarios.loader import load
from scenarios.model import Scenario, Stage
from storage import assignments, contacts, evidence, scripts
from storage.database import Database
from storage.evidence import Status
from tests.acceptance.running import Program
from tests.acceptance.walking import Juror
from tests.acceptance.world import ZONE, World
from tests.bot_api.person import Person
from tests.bot_api.server import BotApiServer

MODES = ("polling", "webhook")


async def scenario_named(database: Database, name: str) -> Scenario:
    """The published scenario of that name."""
    found = await database.read(lambda unit: scripts.newest(unit, name))
    assert found is not None
    return load(found[1], filename=name)


def offers(person: Person, label: str) -> Callable[[], bool]:
    """Whether the bot's last message has such a button."""
    return lambda: bool(person.hears()) and any(label in each for each in person.last.labels)


async def begin(server: BotApiServer, database: Database, world: World, name: str = "wizyta") -> Juror:
    """Arrive by the invitation, agree, find the task and begin it."""
    person = server.person(1001, name="Jagoda")
    person.says(f"/start {world.tokens['juror']}")
    await server.until(offers(person, "Zgadzam się"), seconds=40)
    person.taps("Zgadzam się")
    await server.until(offers(person, "Zadania"))
    person.says("/zadania")
    await server.until(offers(person, "Przykładowo"))
    person.taps(f"task:{_base36(world.tasks[name])}")
    await server.until(offers(person, "Zaczynamy"))
    person.taps("Zaczynamy")
    scenario = await scenario_named(database, name)
    row = None
    while row is None:
        await server.until(lambda: len(person.hears()) > 0)
        task = await database.read(lambda unit: assignments.assignment(unit, world.tasks[name]))
        assert task is not None
        if task.contact_id is not None:
            row = await database.read(partial(contacts.load, contact_id=task.contact_id, lock=False))
    turn = engine.begin(scenario, contact_id=row.id, facts=row.contact.facts, now=row.begun_at, zone=ZONE)
    juror = Juror(server, person, scenario, turn)
    await server.until(juror.is_asked)
    return juror


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return digits[number] if number < 36 else _base36(number // 36) + digits[number % 36]


def in_stage(stage: Stage) -> Callable[[Turn], bool]:
    """Whether a turn asks a question of that stage."""
    return lambda turn: getattr(getattr(turn.prompt, "section", None), "stage", None) is stage


def same_answers(one: Contact, other: Contact) -> bool:
    """Whether two contacts hold the same answers; ids of files and moments aside."""

    def plain(contact: Contact) -> dict[str, object]:
        return {
            path: (answer.state, len(answer.value) if isinstance(answer.value, tuple) else _timeless(answer.value))
            for path, answer in contact.answers.items()
        }

    return plain(one) == plain(other)


def _timeless(value: object) -> object:
    return "moment" if hasattr(value, "hour") else value


@pytest.mark.parametrize("mode", MODES)
async def test_a_whole_visit(
    mode: str, database: Database, server: BotApiServer, world: World, program: Callable[..., Program]
) -> None:
    """Invitation to receipt, with photos, an edited answer, a restart in the middle; every answer and file is there."""
    running = program(mode=mode)
    await running.start()
    coordinator = server.person(2002, name="Konrad")
    coordinator.says(f"/start {world.tokens['coordinator']}")
    await server.until(offers(coordinator, "Zgadzam się"))
    coordinator.taps("Zgadzam się")
    juror = await begin(server, database, world)
    await juror.walk(until=in_stage(Stage.AFTER))
    for _ in range(6):
        await juror.step()
    await running.stop()
    await running.start()
    await juror.walk(until=lambda turn: isinstance(turn.prompt, Report))
    await _change_an_answer(juror)
    await juror.walk(until=lambda turn: turn.contact.phase is Phase.SUBMITTED)
    row = await database.read(lambda unit: contacts.load(unit, juror.turn.contact.id, lock=False))
    assert row is not None
    assert row.phase is Phase.SUBMITTED
    assert same_answers(row.contact, juror.turn.contact)
    assert row.receipt is not None
    assert row.receipt[:12].upper() in juror.person.last.text.replace(" ", "")
    assert juror.photos > 0
    await _all_files_are_safe(database, row.id, juror.photos)
    await server.until(offers(coordinator, "Przeczytaj"))
    coordinator.taps("Przeczytaj")
    await server.until(lambda: "W02" in coordinator.last.text)
    assert "ERROR" not in running.said()


async def _change_an_answer(juror: Juror) -> None:
    """Change the newest yes to a no, confirming what that switches off."""
    juror.person.taps("Zmień odpowiedź")
    await juror.server.until(offers(juror.person, "Wróć"))
    while (found := _a_yes_to_change(juror)) is None:
        seen = juror.person.last.id
        juror.person.taps("Starsze")
        await juror.server.until(lambda seen=seen: juror.person.last.id > seen)
    path, data = found
    juror.show(Change(path), data)
    await juror.server.until(juror.is_asked)
    await juror.reply(Pick("no"))
    if isinstance(juror.turn.prompt, AskChange):
        await juror.reply(Confirm())
    assert juror.turn.contact.answers[path].value is False


def _a_yes_to_change(juror: Juror) -> tuple[str, str] | None:
    """A path answered yes on the page shown, and the data of the button that changes it."""
    for row in juror.person.last.keys:
        for key in row:
            tap = decode(key.data or "")
            if not (isinstance(tap, ContactTap) and isinstance(tap.act, ChangeHere)):
                continue
            path = path_of(juror.scenario, tap)
            if path is not None and juror.turn.contact.answers[path].value is True:
                return path, key.data or ""
    return None


async def _all_files_are_safe(database: Database, contact: int, number: int) -> None:
    async with asyncio.timeout(30):
        while True:
            rows = await database.read(lambda unit: evidence.of_contact(unit, contact))
            if len(rows) == number and all(row.status is Status.VERIFIED for row in rows):
                return
            await asyncio.sleep(0.05)
