"""One test for each promise of the README, through the program itself: real sockets, a real database, real files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from bot import clock
from scenarios.contact import AskStep, Pick, Turn, Words
from scenarios.loader import load
from scenarios.model import Stage
from storage import contacts, evidence, scripts
from storage.blobs import Blobs
from storage.database import Database
from storage.evidence import Status
from tests import files
from tests.acceptance.running import Program
from tests.acceptance.test_visit_telegram import begin, in_stage, offers
from tests.acceptance.world import World
from tests.bot_api.server import BotApiServer

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Make = Callable[..., Program]


def asks(path: str) -> Callable[[Turn], bool]:
    """Whether a turn asks that question."""
    return lambda turn: isinstance(turn.prompt, AskStep) and turn.prompt.path == path


async def test_1_an_update_is_acknowledged_only_after_its_commit(
    database: Database, server: BotApiServer, world: World, program: Make
) -> None:
    """A program killed right before the commit acknowledges nothing: the answer comes again and is taken."""
    running = program(mode="webhook")
    await running.start()
    juror = await begin(server, database, world)
    contact_id = juror.turn.contact.id
    await running.kill()
    await running.start(crash_at="contact-saved:1")
    juror.meanwhile = lambda: _raise_when_dead(running)
    with pytest.raises(TimeoutError):
        await juror.step()
    kept = await database.read(lambda unit: contacts.revisions(unit, contact_id))
    assert kept == []
    juror.meanwhile = None
    await running.start()
    await server.until(juror.is_asked, seconds=40)
    assert len(await database.read(lambda unit: contacts.revisions(unit, contact_id))) == 1


async def _raise_when_dead(running: Program) -> None:
    while running.is_running:
        await asyncio.sleep(0.01)
    raise TimeoutError


async def test_2_the_same_update_twice_counts_once_and_messages_at_once_are_taken_in_order(
    database: Database, server: BotApiServer, world: World, program: Make
) -> None:
    """A webhook delivered again changes nothing; three answers typed at once answer three questions in order."""
    running = program(mode="webhook")
    await running.start()
    juror = await begin(server, database, world)
    await juror.walk(until=asks("w11"))
    contact_id = juror.turn.contact.id
    before = len(await database.read(lambda unit: contacts.revisions(unit, contact_id)))
    for word in ("tak", "nie", "tak"):
        juror.person.says(word)
    await server.until(lambda: not server.updates.waiting, seconds=30)
    kept = await database.read(lambda unit: contacts.revisions(unit, contact_id))
    assert [(answer.path, answer.value) for answer in kept[before:]] == [
        ("w11", True),
        ("w12", False),
        ("w13", True),
    ]
    server.updates.forget_acknowledgements()
    await server.until(lambda: not server.updates.waiting, seconds=30)
    assert len(await database.read(lambda unit: contacts.revisions(unit, contact_id))) == before + 3


async def test_3_a_contact_keeps_the_scenario_version_it_began_with(
    database: Database, server: BotApiServer, world: World, program: Make
) -> None:
    """A newer version published in the middle of a contact does not touch it."""
    running = program()
    await running.start()
    juror = await begin(server, database, world)
    found = await database.read(lambda unit: scripts.newest(unit, "wizyta"))
    assert found is not None
    version, source = found
    changed = load(source + "\n# another version\n", filename="wizyta")
    await database.run(
        lambda unit: scripts.publish(
            unit, name="wizyta", version=changed.version, source=source + "\n# another version\n", now=clock.now()
        )
    )
    await juror.step()
    row = await database.read(lambda unit: contacts.load(unit, juror.turn.contact.id, lock=False))
    assert row is not None
    assert row.scenario_version == version != changed.version


async def test_4_answers_and_journal_are_append_only(
    database: Database, server: BotApiServer, world: World, program: Make
) -> None:
    """The database itself refuses to change or delete them."""
    running = program()
    await running.start()
    juror = await begin(server, database, world)
    await juror.step()
    for statement in (
        "UPDATE answer_revisions SET path = 'x'",
        "DELETE FROM answer_revisions",
        "UPDATE journal SET what = 'x'",
        "DELETE FROM journal",
    ):
        with pytest.raises(DatabaseError):
            await database.run(lambda unit, statement=statement: unit.execute(text(statement)))


async def test_5_a_photo_is_stored_hashed_read_back_and_its_copy_tells_nothing(
    database: Database, server: BotApiServer, world: World, program: Make
) -> None:
    """Time, place and device of a photo sent as a file are kept apart; the copy carries none of them."""
    running = program()
    await running.start()
    juror = await begin(server, database, world)
    contact_id = juror.turn.contact.id
    photo = files.jpeg(block=files.exif())
    juror.person.sends_document(photo, "IMG_1.jpg", "image/jpeg")
    async with asyncio.timeout(30):
        while True:
            rows = await database.read(lambda unit: evidence.of_contact(unit, contact_id))
            if rows and rows[0].status is Status.VERIFIED:
                break
            await asyncio.sleep(0.05)
    row = rows[0]
    blobs = Blobs(running.settings["EVIDENCE_URL"])
    assert row.sha256 is not None
    assert row.copy_sha256 is not None
    assert await blobs.get(row.sha256) == photo
    copy = await blobs.get(row.copy_sha256)
    assert row.captured_at is not None
    assert row.latitude is not None
    assert row.device
    assert b"Exif" not in copy
    assert row.device.split()[0].encode() not in copy


async def test_6_a_button_of_any_old_message_still_works(
    database: Database, server: BotApiServer, world: World, program: Make
) -> None:
    """An old answer button says where we are now and offers to change that answer; nothing is changed by the tap."""
    running = program()
    await running.start()
    juror = await begin(server, database, world)
    await juror.walk(until=in_stage(Stage.DURING))
    old = juror.question()
    assert old is not None
    data = old.keys[0][0].data
    assert data is not None
    await juror.step()
    contact_id = juror.turn.contact.id
    kept = await database.read(lambda unit: contacts.revisions(unit, contact_id))
    count = len(juror.person.hears())
    juror.person.taps_data(data, message=old.id)
    await server.until(lambda: len(juror.person.hears()) > count)
    assert await database.read(lambda unit: contacts.revisions(unit, contact_id)) == kept
    assert any("Zmień" in label for label in juror.person.last.labels)
    await juror.step()


async def test_7_a_wrong_answer_is_refused_kindly_and_nothing_is_lost(
    database: Database, server: BotApiServer, world: World, program: Make
) -> None:
    """Nonsense for a yes/no question gets an example and the same question; what was answered before stays."""
    running = program()
    await running.start()
    juror = await begin(server, database, world)
    await juror.walk(until=asks("w11"))
    contact_id = juror.turn.contact.id
    kept = await database.read(lambda unit: contacts.revisions(unit, contact_id))
    count = len(juror.person.hears())
    juror.person.says("siedemnaście bananów")
    await server.until(lambda: len(juror.person.hears()) > count)
    assert "Tak" in juror.person.last.labels
    assert "siedemnaście" not in juror.person.last.text
    assert await database.read(lambda unit: contacts.revisions(unit, contact_id)) == kept
    await juror.reply(Words("tak"))
    await juror.reply(Pick("yes"))


async def test_8_strangers_and_used_invitations_get_the_same_neutral_sentence(
    server: BotApiServer, world: World, program: Make
) -> None:
    """No word, no token, a wrong, a used one: one sentence that tells nothing."""
    running = program()
    await running.start()
    first = server.person(1, name="Ada")
    first.says(f"/start {world.tokens['juror']}")
    await server.until(offers(first, "Zgadzam się"), seconds=40)
    heard = set()
    for number, said in enumerate(("/start", "Dzień dobry", "/start nieznany", f"/start {world.tokens['juror']}"), 10):
        stranger = server.person(number, name="Obcy")
        stranger.says(said)
        await server.until(lambda stranger=stranger: len(stranger.hears()) == 1)
        heard.add(stranger.last.text)
        assert stranger.last.keys == []
    assert len(heard) == 1
    sentence = heard.pop().lower()
    assert not any(word in sentence for word in ("juror", "konkurs", "zadani", "tajemnic", "ocen"))
