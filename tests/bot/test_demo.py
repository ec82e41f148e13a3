"""The demo edition: seeded once, found again, forgotten on request; something to see in each of its chats."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from bot.channels.base import Address
from bot.commands import DEMO_FOLDER, WELL
from bot.demo import Seat, keep_photos, seed
from bot.demo_cast import EDITION
from bot.demo_story import Actor
from bot.jobs import Send, from_payload
from bot.publishing import LIBRARY
from bot.roles import everyone
from bot.roles.office import licence_facts
from bot.talk import Desk
from bot.views.office.licence import LicenceLine, Part
from scenarios.contact import Phase
from scenarios.model import Mode
from storage import (
    assignments,
    broadcasts,
    contacts,
    editions,
    evidence,
    overview,
    people,
    plans,
    queue,
    reviews,
    slots,
    votings,
)
from storage.assignments import State
from storage.blobs import Blobs
from storage.broadcasts import Broadcast, Kind
from storage.database import Database, Unit
from storage.migrate import migrate
from storage.people import Role
from storage.planned import Stage
from storage.reviews import ReviewState
from storage.schema import metadata
from storage.scope import Scope
from tests import command_line
from tests.acceptance.running import free_port

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
INSTITUTIONS = {
    "Miejska Biblioteka Publiczna im. Tadeusza Różewicza we Wrocławiu",
    "Gmina Starogard Gdański",
    "Młodzieżowe Centrum Kultury w Legnicy",
    "Miasto Płońsk",
    "Powiatowy Urząd Pracy w Kętrzynie",
    "Augustowskie TBS KODREM",
    "Gmina Wieliszew",
}
REPORTS = 34
"""Thirty of the first weeks, four after them."""
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
pytestmark = pytest.mark.xdist_group("demo")  # seeded once, not once in each process


def make_desk() -> Desk:
    """What the demo's conversations share; its tokens are counted."""
    numbers = iter(range(1000))
    return Desk(
        zone=ZoneInfo("Europe/Warsaw"),
        language="pl",
        own_url="http://127.0.0.1:8080",
        new_token=lambda: f"token-{next(numbers)}",
    )


@pytest.fixture
def desk() -> Desk:
    """A desk of this test's own."""
    return make_desk()


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Seat, ...]]:
    """An SQLite file with the demo edition, made once, and its seats."""
    file = tmp_path_factory.mktemp("demo") / "demo.db"
    migrate(f"sqlite:///{file}")

    async def make() -> tuple[Seat, ...]:
        database = Database(f"sqlite:///{file}")
        await database.start()
        seats = await database.run(lambda unit: seed(unit, make_desk(), now=NOW))
        await database.stop()
        return seats

    with ThreadPoolExecutor(1) as apart:  # the loop of the test that comes first runs already
        return file, apart.submit(asyncio.run, make()).result()


@pytest.fixture
async def seats(database: Database, desk: Desk, request: pytest.FixtureRequest) -> tuple[Seat, ...]:
    """The demo edition in a database; in SQLite a copy of the one that was made before."""
    if database.dialect != "sqlite":
        return await database.run(lambda unit: seed(unit, desk, now=NOW))
    made: tuple[Path, tuple[Seat, ...]] = request.getfixturevalue("seeded")
    file, seats = made
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(str(database.url.database))) as target:
        source.backup(target)
    return seats


async def rows(database: Database) -> Counter[str]:
    """How many rows each table has."""

    def count(unit: Unit) -> Counter[str]:
        return Counter({name: len(unit.execute(table.select()).all()) for name, table in metadata.tables.items()})

    return await database.read(count)


def messages_to(unit: Unit, chat: str) -> list[str]:
    """Everything that waits to be sent to a chat, in order."""
    found = []
    for row in unit.execute(metadata.tables["jobs"].select().order_by(metadata.tables["jobs"].c.id)):
        if row.kind == "send":
            work = from_payload(row.kind, row.payload)
            assert isinstance(work, Send)
            if work.to.chat == chat:
                found.append(work.outgoing.body)
    return found


async def test_the_seven_institutions_and_all_modes(database: Database, seats: tuple[Seat, ...]) -> None:
    """Those of the contest's invitation, each with a task; every mode of contact, every library scenario."""
    del seats

    def look(unit: Unit) -> tuple[list[editions.Participant], list[assignments.Assignment]]:
        edition = next(one for one in editions.editions(unit) if one.name == EDITION)
        return editions.participants(unit, edition.id), assignments.of_edition(unit, edition.id)

    participants, tasks = await database.read(look)
    assert {one.name for one in participants} == INSTITUTIONS
    assert {task.participant_id for task in tasks} == {one.id for one in participants}
    assert {task.mode for task in tasks} == set(Mode)
    assert {task.scenario for task in tasks} == {path.stem for path in LIBRARY.glob("*.yaml")}


@SQLITE
async def test_the_juror_of_the_demo_has_a_task_in_every_mode(database: Database, seats: tuple[Seat, ...]) -> None:
    """Some to begin at once, some to decide on; none is overdue."""
    chat = next(seat.chat for seat in seats if seat.role is Role.JUROR)

    def look(unit: Unit) -> list[assignments.Assignment]:
        found = people.find(unit, "web", chat, lock=False)
        assert found is not None
        assert found[0].consented_at is None
        return assignments.of_person(unit, found[0].id)

    tasks = await database.read(look)
    assert {task.mode for task in tasks} == set(Mode)
    assert {task.state for task in tasks} == {State.OFFERED, State.ACCEPTED}
    assert all(task.opens_at < NOW < task.due_at for task in tasks)


@SQLITE
async def test_every_task_can_be_begun(database: Database, desk: Desk, seats: tuple[Seat, ...]) -> None:
    """Each scenario has a case for the institution it is to be used with."""
    chat = next(seat.chat for seat in seats if seat.role is Role.JUROR)

    def begin(unit: Unit) -> set[int | None]:
        found = people.find(unit, "web", chat, lock=True)
        assert found is not None
        actor = Actor(unit, desk, Address("web", chat), NOW)
        actor.agree()
        mine = assignments.of_person(unit, found[0].id)
        for task in mine:
            if task.state is State.OFFERED:
                actor.accept(task.id)
            actor.begin(task.id)
        return {task.contact_id for task in assignments.of_person(unit, found[0].id)}

    begun = await database.run(begin)
    assert None not in begun


@SQLITE
async def test_the_coordinator_and_the_organizer_have_something_to_see(
    database: Database, seats: tuple[Seat, ...]
) -> None:
    """News of tasks taken and declined and a report to read; how the edition stands."""
    chats = {seat.role: seat.chat for seat in seats}
    news = await database.read(lambda unit: messages_to(unit, chats[Role.COORDINATOR]))
    told = "\n".join(news)
    for words in ("Zadanie przyjęte", "Odmowa", "Przyszedł raport"):
        assert words in told
    assert len(await database.read(lambda unit: messages_to(unit, chats[Role.JUROR]))) == 3
    edition = await database.read(lambda unit: editions.editions(unit)[0].id)
    sent = await database.read(lambda unit: contacts.of_edition(unit, edition))
    assert {row.phase for row in sent} == {Phase.SUBMITTED}
    assert len(sent) == REPORTS
    assert all(row.submitted_at is not None and row.submitted_at < NOW for row in sent)


@SQLITE
async def test_the_office_is_alive(database: Database, seats: tuple[Seat, ...]) -> None:
    """A plan that is applied and has explained holes, offers answered with a chain, reports to review with doubts."""
    del seats
    edition = await database.read(lambda unit: editions.editions(unit)[0].id)
    scope = Scope(edition)
    figures = (await database.read(lambda unit: overview.figures(unit, scope, now=NOW)))[()]
    assert figures.planned > 30
    assert figures.holes
    assert {Stage.READY, Stage.OFFERED, Stage.ACCEPTED, Stage.SENT, Stage.APPROVED} <= set(figures.stages)

    def look(unit: Unit) -> tuple[plans.PlanRow | None, list[slots.Slot], list[Broadcast], list[ReviewState]]:
        reviewed = [reviews.review(unit, row.id) for row in contacts.of_edition(unit, edition)]
        states = [one.state for one in reviewed if one is not None]
        sent = broadcasts.listed(unit, scope, limit=5)
        return plans.newest(unit, edition), slots.of_edition(unit, edition), sent, states

    plan, planned, sent, states = await database.read(look)
    assert plan is not None
    assert plan.state is plans.PlanState.APPLIED
    holes = [slot.hole for slot in planned if slot.person_id is None]
    assert all(holes)
    assert any(hole["reasons"] for hole in holes if hole is not None and "reasons" in hole)
    chains = [await database.read(partial(assignments.of_slot, slot_id=slot.id)) for slot in planned]
    assert any(len(chain) > 1 and chain[0].state is State.DECLINED for chain in chains)
    assert [one.kind for one in sent] == [Kind.ASSIGNMENTS]
    assert Counter(states) == {ReviewState.APPROVED: REPORTS - 2, ReviewState.WAITING: 2}


@SQLITE
async def test_licences_are_proposed_voted_on_and_granted(
    database: Database, desk: Desk, seats: tuple[Seat, ...]
) -> None:
    """One held back by a critical item, one granted by the jury, one whose vote waits for the three who are here."""

    def look(unit: Unit) -> dict[str, LicenceLine]:
        return {line.name: line for line in licence_facts.lines(unit, desk, Scope(editions.editions(unit)[0].id))}

    lines = await database.read(look)
    assert {name: line.part for name, line in lines.items() if line.part is not Part.TOO_LITTLE} == {
        "Płońsk": Part.VOTING,
        "MCK Legnica": Part.GRANTED,
        "TBS Augustów": Part.BLOCKED,
    }
    voting = lines["Płońsk"].voting
    assert voting is not None

    def waiting(unit: Unit) -> list[Role]:
        found = [people.find(unit, "web", seat.chat, lock=False) for seat in seats]
        mine = [votings.vote_of(unit, voting.id, one[0].id) for one in found if one is not None]
        return [seat.role for seat, vote in zip(seats, mine, strict=True) if vote is not None and vote.choice is None]

    assert await database.read(waiting) == [seat.role for seat in seats]
    progress = await database.read(lambda unit: votings.progress(unit, [voting.id])[voting.id])
    assert (progress.voted, progress.entitled) == (1, 5)
    juror = next(seat.chat for seat in seats if seat.role is Role.JUROR)
    await database.run(lambda unit: Actor(unit, desk, Address("web", juror), NOW).agree())
    assert "Propozycja: przyznać" in (await database.read(lambda unit: messages_to(unit, juror)))[-1]


@SQLITE
async def test_a_photo_sent_twice_is_noticed(database: Database, desk: Desk, tmp_path: Path) -> None:
    """The demo's drawn photos are taken for the photos they stand for, and one of them came with two reports."""
    blobs = Blobs(f"file://{tmp_path}")
    photos = await keep_photos(blobs, desk, now=NOW)
    assert photos == await keep_photos(blobs, desk, now=NOW + timedelta(days=1))
    await database.run(lambda unit: seed(unit, desk, now=NOW, photos=photos))
    edition = await database.read(lambda unit: editions.editions(unit)[0].id)
    sent = await database.read(lambda unit: contacts.of_edition(unit, edition))
    files = [await database.read(partial(evidence.of_contact, contact_id=row.id)) for row in sent]
    assert Counter(len(each) for each in files) == {0: REPORTS - 5, 1: 3, 2: 2}
    hashes = Counter(str(row.ref) for each in files for row in each)
    assert sorted(hashes.values()) == [1, 1, 1, 1, 1, 2]


async def test_a_second_start_finds_everything_as_it_was(
    database: Database, desk: Desk, seats: tuple[Seat, ...]
) -> None:
    """The same chats, nothing doubled, whatever other devices were used meanwhile."""
    before = await rows(database)
    again = await database.run(lambda unit: seed(unit, desk, now=NOW + timedelta(days=3)))
    assert again == seats
    assert await rows(database) == before
    assert before["participants"] == len(INSTITUTIONS)
    assert len({seat.chat for seat in seats}) == 3

    def come_by_another_device(unit: Unit) -> None:
        found = people.find(unit, "web", seats[0].chat, lock=True)
        assert found is not None
        people.invite(
            unit, found[0].id, token_hash=everyone.token_hash("phone"), now=NOW, expires_at=NOW + timedelta(days=9)
        )
        later = NOW + timedelta(days=4)
        assert everyone.arrive(unit, desk, "phone", Address("web", "a" * 24), language=None, now=later)

    await database.run(come_by_another_device)
    assert await database.run(lambda unit: seed(unit, desk, now=NOW + timedelta(days=5))) == seats


@SQLITE
async def test_nothing_of_the_demo_fails_when_it_runs(database: Database, seats: tuple[Seat, ...]) -> None:
    """All that waits are messages, menus, and what time will bring."""
    del seats
    kinds = await database.read(lambda unit: {row.kind for row in unit.execute(metadata.tables["jobs"].select())})
    told = {"send", "commands", "expire", "lock", "remind", "wake", "nudge", "digest", "rescore", "tally"}
    assert kinds <= {*told, "examine", "feed", "progress", "produce", "score", "solve"}
    assert (await database.read(queue.pending))["waiting"] > 0


def names_in(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())


# As people start it -------------------------------------------------------------------------------------------------


async def _chats(address: str) -> list[str]:
    """The chats on the demo's page, each of which lets us in."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        async with browser.get(address) as page:
            assert page.status == HTTPStatus.OK
            found = re.findall(r'src="/chat/(\w+)/"', await page.text())
        for chat in found:
            async with browser.get(f"{address.removesuffix('/demo')}/chat/{chat}/") as shown:
                assert shown.status == HTTPStatus.OK
    return found


@pytest.mark.timeout(300)  # five commands of the program, one after another
async def test_the_demo_starts_comes_back_and_begins_afresh(tmp_path: Path) -> None:
    """It prints its address, on the port asked for; a second start shows the same chats, after a reset others.

    A token, a public address and a database of the real program, in the same folder, are not used by it.
    """
    tmp_path.joinpath(".env").write_text(
        f"TELEGRAM_TOKEN=4242:abc\nTELEGRAM_API_URL=http://127.0.0.1:9\nPUBLIC_URL=https://notes.example.org\n"
        f"DATABASE_URL=sqlite:///{tmp_path / 'real.db'}\n",
        encoding="utf-8",
    )
    port = str(free_port())
    seen = []
    for reset in (False, False, True):
        if reset:
            ended = await asyncio.to_thread(command_line.run, "demo", "--reset", folder=tmp_path)
            assert ended.status == WELL
            assert not (tmp_path / DEMO_FOLDER).exists()
        with command_line.started("demo", folder=tmp_path, HTTP_PORT=port) as running:
            line = await asyncio.to_thread(running.wait_for, "waiting at")
            address = f"http://127.0.0.1:{port}/demo"
            assert address in line
            seen.append(await _chats(address))
            assert await asyncio.to_thread(running.interrupt) == WELL
            said = running.said()
            assert "Traceback" not in said
            assert "ERROR" not in said
    first, second, third = seen
    assert len(set(first)) == 3
    assert first == second
    assert not set(first) & set(third)
    assert names_in(tmp_path) == [".env", "data"]
    assert names_in(tmp_path / "data") == ["demo"]
