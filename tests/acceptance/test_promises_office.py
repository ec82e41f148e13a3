"""One test for each promise of the README to the office: through the program itself, where no weeks have to pass."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import clock
from bot.channels.base import Address, Outcome, Outgoing
from bot.office_taps import importing, planning
from bot.office_taps.broadcasting import OneBroadcast
from bot.office_taps.chain import PURPOSES, Candidates, Choose, ChooseAnyway, OfferNow, SlotCard
from bot.office_taps.directory import PersonCard, PlaceCard
from bot.planning.result import Reason, plan_from_json
from bot.roles import upcoming
from bot.roles.everyone import token_hash
from bot.roles.offering import day_ends, offer_slot
from bot.tap_kinds import DeclineBecause, Tap
from bot.taps import decode, encode
from scenarios.contact import Closed, Sleeping
from scenarios.model import Mode
from storage import assignments, editions, people, plans, profiles, queue, schema, slots
from storage.assignments import State
from storage.database import Database
from storage.people import Role
from storage.plans import PlanState
from storage.profiles import Profile
from storage.rules import ANY_TYPE, Coverage
from storage.unit import Unit
from tests.acceptance import crowd as crowds
from tests.acceptance import world as worlds
from tests.acceptance.running import Program
from tests.acceptance.test_visit_telegram import offers
from tests.acceptance.world import ZONE, World
from tests.bot.house import House, is_at, open_house, publish_at_once
from tests.bot_api.person import Person
from tests.bot_api.server import BotApiServer
from tests.storage.sheet_files import xlsx

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Make = Callable[..., Program]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLE = [
    ["Numer", "Nazwa", "Typ", "Kod pocztowy", "Telefon"],
    ["101", "Gmina Miejska Płońsk", "gmina", "09-100", "23 662 26 91"],
    ["102", "Biblioteka w Łodzi", "biblioteka", "90-001", ""],
]
CHATS = 60


async def arrive(server: BotApiServer, chat: int, token: str) -> Person:
    """Somebody comes by their invitation and agrees."""
    person = server.person(chat, name=token)
    person.says(f"/start {token}")
    await server.until(offers(person, "Zgadzam się"), seconds=40)
    heard = len(person.hears())
    person.taps("Zgadzam się")
    await server.until(lambda: len(person.hears()) > heard)
    return person


async def idle(database: Database, server: BotApiServer) -> None:
    """Wait until every update is taken and all that is due is done."""
    await server.until(lambda: not server.updates.waiting, seconds=20)

    def is_done(unit: Unit) -> bool:
        due = queue.next_due(unit)
        return not queue.pending(unit)["claimed"] and (due is None or due > clock.now())

    await settled(database, is_done)


def shown(person: Person, kind: type[Tap]) -> str | None:
    """The data of the newest button of that kind in a chat."""
    for message in reversed(person.hears()):
        for key in (key for row in message.keys for key in row):
            if key.data is not None and isinstance(decode(key.data), kind):
                return key.data
    return None


async def tap(server: BotApiServer, person: Person, kind: type[Tap]) -> None:
    """Tap such a button, once there is one."""
    await server.until(lambda: shown(person, kind) is not None, seconds=20)
    person.taps(shown(person, kind) or "")


async def settled(database: Database, condition: Callable[[Unit], object], *, seconds: float = 20) -> None:
    """Wait until the database says so."""
    async with asyncio.timeout(seconds):
        while not await database.read(condition):
            await asyncio.sleep(0.05)


def everything(unit: Unit) -> dict[str, list[tuple[object, ...]]]:
    """What the edition is made of."""
    tables = (
        *(schema.editions, schema.waves, schema.participants, schema.people, schema.juror_profiles, schema.conflicts),
        *(schema.slots, schema.assignments),
    )
    talked = {"dialog", "focus"}
    return {
        table.name: [
            tuple(row)
            for row in unit.execute(
                select(*(column for column in table.c if column.name not in talked)).order_by(*table.primary_key)
            )
        ]
        for table in tables
    }


async def test_9_a_table_changes_nothing_before_it_is_confirmed_nor_when_sent_again(
    database: Database, server: BotApiServer, world: World, program: Make
) -> None:
    """Sent, it is only shown; confirmed, and confirmed twice, it is written once; sent again it has nothing to say."""
    await program().start()
    organizer = await arrive(server, 3003, world.tokens["organizer"])
    before = await database.read(everything)
    organizer.sends_document(xlsx(TABLE), "podmioty.xlsx", XLSX)
    await server.until(lambda: shown(organizer, importing.ImportWrite) is not None, seconds=30)
    assert await database.read(everything) == before
    confirm = shown(organizer, importing.ImportWrite) or ""
    for _ in range(2):
        organizer.taps_data(confirm, message=organizer.last.id)
    await settled(database, lambda unit: len(editions.participants(unit, world.edition)) == 3)
    await server.until(lambda: not server.updates.waiting, seconds=20)
    await settled(database, lambda unit: _imports(unit) == ["written"])
    after = await database.read(everything)
    assert len(after["participants"]) == len(before["participants"]) + 2
    assert {name for name in after if after[name] != before[name]} == {"participants"}
    organizer.sends_document(xlsx(TABLE), "podmioty.xlsx", XLSX)
    await settled(database, lambda unit: _imports(unit) == ["written", "read"], seconds=30)
    assert await database.read(everything) == after
    organizer.taps_data(confirm.replace(_number(confirm), "2"), message=organizer.last.id)
    await settled(database, lambda unit: _imports(unit) == ["written", "written"], seconds=30)
    assert await database.read(everything) == after


def _imports(unit: Unit) -> list[str]:
    return list(unit.execute(select(schema.imports.c.state).order_by(schema.imports.c.id)).scalars())


def _number(data: str) -> str:
    assert data.endswith(":1")
    return "1"


async def test_10_a_contact_nobody_can_make_is_shown_with_reasons_and_given_to_nobody_in_conflict(
    database: Database, server: BotApiServer, world: World, program: Make
) -> None:
    """Planned, offered, declined, chosen by hand: whoever has a conflict never gets it; every juror has a reason."""
    ids = await database.run(lambda unit: _jurors(unit, world))
    await program().start()
    organizer = await arrive(server, 3003, world.tokens["organizer"])
    anna = await arrive(server, 4004, "token-Anna")
    organizer.says("/plan")
    await tap(server, organizer, planning.MakePlan)
    await settled(
        database, lambda unit: getattr(plans.newest(unit, world.edition), "state", None) is PlanState.READY, seconds=30
    )
    plan = await database.read(lambda unit: plans.newest(unit, world.edition))
    assert plan is not None
    assert plan.result is not None
    result = plan_from_json(plan.result)
    assert {choice.person_id for choice in result.choices} == {ids["Anna"]}
    [hole] = result.holes
    assert sum(hole.reasons.values()) == len(ids)
    assert hole.reasons[Reason.CONFLICT] == 2
    await tap(server, organizer, planning.PlanHoles)
    await server.until(lambda: "Przykładowo" in organizer.last.text)
    await tap(server, organizer, planning.Apply)
    await settled(database, lambda unit: len(slots.of_edition(unit, world.edition)) == 2)
    taken = next(
        one for one in await database.read(lambda unit: slots.of_edition(unit, world.edition)) if one.person_id
    )
    organizer.taps_data(encode(Candidates(taken.id, 0, 0)), message=organizer.last.id)
    await server.until(lambda: "Bartosz" in organizer.last.text)
    for forced in _choices(taken.id, ids["Bartosz"]):
        organizer.taps_data(forced, message=organizer.last.id)
    await server.until(lambda: not server.updates.waiting)
    conflicted = {ids["Bartosz"], ids["Celina"]}
    found = await database.read(lambda unit: slots.of_edition(unit, world.edition))
    assert conflicted.isdisjoint({one.person_id for one in found} | {one.reserve_id for one in found})
    organizer.taps_data(encode(OfferNow(taken.id)), message=organizer.last.id)
    await settled(database, lambda unit: assignments.of_slot(unit, taken.id))
    [task] = await database.read(lambda unit: assignments.of_slot(unit, taken.id))
    anna.taps_data(encode(DeclineBecause(task.id, 0)), message=anna.last.id)
    await settled(database, lambda unit: getattr(slots.slot(unit, taken.id), "hole", None) is not None)
    chain = await database.read(lambda unit: assignments.of_slot(unit, taken.id))
    assert [(task.person_id, task.state) for task in chain] == [(ids["Anna"], State.DECLINED)]


def _jurors(unit: Unit, world: World) -> dict[str, int]:
    """Two visits by two people at one institution: Anna can, two have a conflict, one makes no visits."""
    now = clock.now()
    edition = editions.edition(unit, world.edition)
    assert edition is not None
    coverage = {ANY_TYPE: (Coverage(Mode.VISIT, "wizyta", least=2, by=2),)}
    editions.set_rules(unit, edition.id, replace(edition.rules, coverage=coverage))
    for task in world.tasks.values():
        assignments.change(unit, task, state=State.RETURNED, now=now)
    ids = {"Jagoda Test": world.juror}
    for name in ("Anna", "Bartosz", "Celina"):
        ids[name] = people.add_person(unit, edition_id=edition.id, name=name, role=Role.JUROR, language="pl", now=now)
        profiles.save(unit, Profile(ids[name]))
        invite(unit, ids[name], f"token-{name}", now=now)
    profiles.save(unit, Profile(world.juror, modes=(Mode.PHONE,)))
    for name in ("Bartosz", "Celina"):
        profiles.declare(unit, ids[name], world.participant, reason="", now=now)
    return ids


def invite(unit: Unit, person: int, token: str, *, now: datetime) -> None:
    """An invitation the test knows."""
    people.invite(unit, person, token_hash=token_hash(token), now=now, expires_at=now + timedelta(days=7))


def _choices(slot: int, person: int) -> list[str]:
    """Buttons that would give a contact to somebody, asked for or not, for every purpose."""
    return [encode(kind(slot, person, at)) for kind in (Choose, ChooseAnyway) for at in range(len(PURPOSES))]


async def test_11_a_killed_broadcast_goes_on_and_leaves_nobody_out(
    database: Database, server: BotApiServer, world: World, program: Make
) -> None:
    """Killed in the middle and started again: everybody has it, and hardly anybody twice."""
    running = program()
    running.settings |= {"PACE": "real", "LEASE_SECONDS": "3"}
    await running.start()
    crowd = await crowds.gather(database, server, world, CHATS)
    await crowds.begin(database, crowd)
    await crowds.reached(server, crowd, CHATS // 3, seconds=20)
    await running.kill()
    before = len(crowds.got(server, crowd))
    assert before < CHATS
    await running.start()
    progress = await crowds.over(database, crowd, seconds=30)
    got = crowds.got(server, crowd)
    assert set(got) == set(crowd.chats)
    assert max(got.values()) <= 2
    assert progress.sent == CHATS


async def test_12_a_coordinator_reads_and_changes_only_what_is_theirs_or_nobodys(
    database: Database, server: BotApiServer, world: World, program: Make
) -> None:
    """Lists, questions, searches, buttons: another coordinator's institution and juror are not there for them."""
    slot = await database.run(lambda unit: _divided(unit, world))
    await program().start()
    other = await arrive(server, 5005, "token-other")
    before = await database.read(everything)
    questions = ("kto nie oddał?", "kto odmówił?", "pokaż Przykładowo", "Jagoda Test", "zadania Jagoda Test", "terminy")
    commands = ("/status", "/podmioty", "/ludzie", "/plan", "/sprawdz", "/raporty", "/rozsylki", "/ludzie Jagoda")
    buttons = (
        *(PlaceCard(world.participant), PersonCard(world.juror), SlotCard(slot), OfferNow(slot), OneBroadcast(1)),
        *(Candidates(slot, 0, 0), Choose(slot, world.juror, 0), planning.SlotList(-1, 0)),
    )
    heard = len(other.hears())
    for words in (*questions, *commands):
        other.says(words)
    for button in buttons:
        other.taps_data(encode(button), message=other.last.id)
    await server.until(lambda: len(other.hears()) >= heard + len(questions) + len(commands) + len(buttons), seconds=30)
    await idle(database, server)
    told = "\n".join(f"{message.text} {message.labels}" for message in other.hears())
    assert "Przykładowo" not in told
    assert "Jagoda" not in told.replace("„Jagoda", "").replace("„zadania Jagoda", "")
    assert await database.read(everything) == before
    own = await arrive(server, 2002, world.tokens["coordinator"])
    own.says("/ludzie Jagoda")
    own.says("/podmioty")
    await idle(database, server)
    told = "\n".join(f"{message.text} {message.labels}" for message in own.hears())
    assert "Jagoda Test" in told
    assert "Przykładowo" in told


def _divided(unit: Unit, world: World) -> int:
    """The world is the first coordinator's; there is another one with nothing. A planned contact of the first."""
    now = clock.now()
    editions.update_participant(unit, world.participant, coordinator_id=world.coordinator)
    people.update_person(unit, world.juror, coordinator_id=world.coordinator)
    profiles.save(unit, Profile(world.juror))
    assignments.change(unit, world.tasks["email"], state=State.DECLINED, reason="too_far", now=now)
    other = people.add_person(
        unit, edition_id=world.edition, name="Inna Osoba", role=Role.COORDINATOR, language="pl", now=now
    )
    invite(unit, other, "token-other", now=now)
    return slots.add(
        unit,
        edition_id=world.edition,
        participant_id=world.participant,
        mode=Mode.VISIT,
        scenario="wizyta",
        number=1,
        opens_at=now,
        due_at=now + timedelta(days=7),
        person_id=world.juror,
        now=now,
    )


async def test_13_no_reminder_in_quiet_hours_on_weekends_or_holidays(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Weeks around Christmas with everything to be reminded of: whatever comes by itself at a quiet time is no sound.

    In one process, since only a clock of our own lets weeks pass.
    """
    monkeypatch.setattr(worlds, "publish_library", publish_at_once)
    begins = datetime(2026, 12, 17, 9, 0, tzinfo=UTC)
    async with open_house(database, tmp_path, "wizyta", "telefon", "email", at=begins) as house:
        juror = await house.guest()
        await house.guest("coordinator")
        email = await juror.begins("email")
        await juror.walk(email, is_at(Sleeping))
        sent = await juror.begins("telefon")
        await juror.walk(sent, is_at(Closed))
        visit = await juror.begins("wizyta")
        assert visit
        await house.run(lambda unit: _offered(unit, house))
        await house.settle()
        came: list[tuple[datetime, str, Outgoing]] = []
        deliver = house.room.deliver

        async def watched(outgoing: Outgoing, to: Address, *, job_id: int) -> Outcome:
            came.append((house.clock.at, to.chat, outgoing))
            return await deliver(outgoing, to, job_id=job_id)

        monkeypatch.setattr(house.room, "deliver", watched)
        await house.passes(timedelta(days=25))
        reminded = await house.read(
            lambda unit: list(unit.execute(select(schema.journal).where(schema.journal.c.what == "reminded")))
        )
        kinds = {row.details.get("kind") for row in reminded}
        loud = [(at, chat) for at, chat, outgoing in came if not outgoing.silent and outgoing.body]
    assert kinds >= {"offer_unanswered", "contact_due", "contact_unfinished", "review_waiting", "reply_clock"}
    assert [row.at for row in reminded if is_quiet(row.at)] == []
    assert [(at, chat) for at, chat in loud if is_quiet(at)] == []
    assert {chat for _at, chat in loud} >= {"juror", "coordinator"}


HOLIDAYS = {date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1), date(2027, 1, 6)}


def is_quiet(at: datetime) -> bool:
    """Whether that moment is one of quiet by the rules an edition begins with, told without asking the program."""
    local = at.astimezone(ZONE)
    return local.hour < 8 or local.hour >= 20 or local.weekday() >= 5 or local.date() in HOLIDAYS


def _offered(unit: Unit, house: House) -> None:
    """An offer that nobody answers, and a taken task that nobody begins."""
    now, world = house.clock(), house.world
    task = assignments.assignment(unit, world.tasks["wizyta"])
    assert task is not None
    upcoming.after_accept(unit, house.desk, task, now)
    for number, days in ((1, 12), (2, 15)):
        key = slots.add(
            unit,
            edition_id=world.edition,
            participant_id=world.participant,
            mode=Mode.PHONE,
            scenario="telefon",
            number=number,
            opens_at=now,
            due_at=day_ends((now + timedelta(days=days)).astimezone(ZONE).date(), ZONE),
            now=now,
        )
        slot = slots.slot(unit, key)
        assert slot is not None
        offered = offer_slot(unit, house.desk, slot, world.juror, now=now)
        if number == 2:
            assignments.change(unit, offered, state=State.ACCEPTED, now=now)
            taken = assignments.assignment(unit, offered)
            assert taken is not None
            upcoming.after_accept(unit, house.desk, taken, now)
