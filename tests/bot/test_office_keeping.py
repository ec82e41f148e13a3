"""Personal data: kept as the rules say, erased after a warning, with proof; and a person's own export and erasure."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.forgetting import DELETED
from bot.i18n import day_text
from bot.office_taps.directory import People
from bot.office_taps.keeping import KINDS, AskErasePerson, ErasePersonYes, OneKeeping, TurnKeeping
from bot.roles.office.erasing import LATER, NotErased, erase_person
from bot.tap_kinds import ExportMyData, MyData, OfficeTap, ReadContact, ReadEvidence, SpeakEnglish
from bot.taps import encode
from bot.upkeep import retire
from scenarios.autopilot import SAMPLE_TEXT
from scenarios.contact import ERASED, Closed
from storage import contacts, editions, erasing, evidence, invitations, journal, people, queue, schema
from storage.blobs import BlobMissing
from storage.database import Unit
from storage.people import Role
from storage.retention import WARNED
from storage.rules import Keeping
from tests.bot.house import ROOM, Guest, House, is_at
from tests.bot.reported import reported

DAY = timedelta(days=1)
OWN_WORDS = "Pani Krystyna pokazała mi formularz i cierpliwie wytłumaczyła."


async def tap(guest: Guest, what: OfficeTap) -> str:
    """Tap, and read what is there then."""
    await guest.taps_data(encode(what))
    return guest.text


async def finished(house: House) -> tuple[Guest, int]:
    """A juror who sent a whole report with photos, a note and words of their own."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    await juror.walk(contact, is_at(Closed))
    return juror, contact


async def erase_everything(house: House, *, days: int = 2000) -> int:
    """Warn, wait a week, erase."""
    house.clock.at += days * DAY
    await retire(house.database, house.desk, clock=house.clock)
    house.clock.at += 8 * DAY
    erased = await retire(house.database, house.desk, clock=house.clock)
    await house.settle(within=timedelta(minutes=10))
    return erased


async def test_days_are_turned_by_organizers_only(house: House) -> None:
    """The screen lists every kind; a step changes the rule and the journal; coordinators do not get there."""
    organizer, coordinator = await house.guest("organizer"), await house.guest("coordinator")
    await organizer.says("/edycja")
    await organizer.taps("Dane osobowe")
    assert "14 dni" in organizer.text
    at = KINDS.index(Keeping.MEMOS)
    assert "21 dni" in await tap(organizer, TurnKeeping(at, 1))
    for _ in range(20):
        await tap(organizer, TurnKeeping(at, 1))
    assert "90 dni" in organizer.text
    assert not any(label.endswith("+") for label in organizer.last.buttons)
    await tap(organizer, OneKeeping(99))
    assert "Zdjęcia" in organizer.text
    edition = await house.read(lambda unit: editions.edition(unit, house.world.edition))
    assert edition is not None
    assert edition.rules.kept_days(Keeping.MEMOS) == 90
    assert "edition.changed" in await house.noted(f"edition:{house.world.edition}")
    await organizer.says("/edycja")
    await organizer.taps("Ostatnie zmiany")
    assert "Notatki głosowe" in organizer.text
    await coordinator.says("/edycja")
    assert "Dane osobowe" not in coordinator.last.buttons
    await tap(coordinator, TurnKeeping(at, 0))
    await coordinator.says("/przechowywanie")
    again = await house.read(lambda unit: editions.edition(unit, house.world.edition))
    assert again == edition


async def test_after_its_time_a_report_has_no_words_and_no_files(house: House) -> None:
    """The organizer is warned a week before; then bytes and words are gone, the scores and the screens are there."""
    _juror, contact = await finished(house)
    organizer = await house.guest("organizer")
    coordinator = await house.guest("coordinator")
    rows = await house.evidence(contact)
    hashes = [each for row in rows for each in (row.sha256, row.copy_sha256) if each is not None]
    assert hashes
    sheet = await house.read(lambda unit: unit.execute(select(schema.score_sheets)).all())
    assert sheet
    house.clock.at += 400 * DAY
    assert await retire(house.database, house.desk, clock=house.clock) == 0
    await house.settle()
    assert "na zawsze" in organizer.text
    assert "Zdjęcia" in organizer.text
    heard = len(organizer.heard)
    await retire(house.database, house.desk, clock=house.clock)
    await house.settle()
    assert len(organizer.heard) == heard
    house.clock.at += 7 * DAY
    assert await retire(house.database, house.desk, clock=house.clock) > 0
    await house.settle()
    for each in hashes:
        with pytest.raises(BlobMissing):
            await house.blobs.get(each)
    row = await house.contact(contact)
    assert row.erased_at == house.clock.at
    assert all(each.erased_at is not None for each in await house.evidence(contact))
    assert await house.read(lambda unit: unit.execute(select(schema.score_sheets)).all()) == sheet
    noted = await house.read(lambda unit: journal.recent(unit, limit=1000))
    gone = {each for entry in noted if entry.what == DELETED for each in entry.details["sha256"]}
    assert set(hashes) <= gone
    assert {entry.details["kind"] for entry in noted if entry.what == erasing.ERASED_WORD} >= {"media", "notes"}
    assert sum(entry.what == WARNED for entry in noted) == 1
    await coordinator.taps_data(encode(ReadContact(contact, 0)))
    day = day_text(house.clock.at.astimezone(house.desk.zone).date(), language="pl")
    assert f"Treści tego raportu usunięto {day}." in coordinator.text
    assert "zgodnie z zasadami przechowywania" in coordinator.text or await later_pages(coordinator)
    await coordinator.taps_data(encode(ReadEvidence(contact, 0)))
    assert f"zgodnie z zasadami przechowywania ({day})" in coordinator.text


async def later_pages(guest: Guest) -> bool:
    """Whether a further page says that something was erased."""
    for _ in range(20):
        labels = [label for label in guest.last.buttons if label.startswith(("Dalej", "Następn", "Wcześniej"))]
        if not labels:
            return False
        await guest.taps(labels[-1])
        if "zgodnie z zasadami przechowywania" in guest.text:
            return True
    return False


async def test_bytes_that_something_else_needs_stay(house: House) -> None:
    """The same photo in a report of a running edition keeps its bytes; nothing is said of it being deleted."""
    contact = await reported(house, house.world.juror)
    stored = await house.blobs.put(b"a photo")

    def add(unit: Unit, person: int, contact_id: int | None) -> None:
        now = house.clock()
        row = evidence.expect(
            unit, contact_id=contact_id, person_id=person, path=None, kind="image", channel=ROOM, ref={}, now=now
        )
        evidence.verified(unit, row, sha256=stored.sha256, size=1, media_type="image/jpeg", now=now)

    await house.run(lambda unit: add(unit, house.world.juror, contact))

    def elsewhere(unit: Unit) -> None:
        now = house.clock()
        edition = editions.add_edition(
            unit,
            name="Następna",
            starts_on=now.date(),
            ends_on=(now + 3000 * DAY).date(),
            time_zone="Europe/Warsaw",
        )
        other = people.add_person(unit, edition_id=edition, name="Inna", role=Role.JUROR, now=now)
        add(unit, other, None)

    await house.run(elsewhere)
    await erase_everything(house, days=400)
    assert await house.blobs.get(stored.sha256) == b"a photo"
    noted = await house.read(lambda unit: journal.recent(unit, limit=1000))
    assert stored.sha256 in {each for entry in noted if entry.what == DELETED for each in entry.details["needed"]}


async def test_everybody_gets_their_own_data_as_a_file(house: House) -> None:
    """One tap brings a ZIP with tables and files of that person alone; after a week its copy is gone."""
    juror, contact = await finished(house)
    await juror.taps_data(encode(MyData()))
    await juror.taps("Wszystko jako plik")
    await house.settle()
    sent = [line for line in juror.heard if line.outgoing is not None and line.outgoing.attachments][-1]
    assert sent.outgoing is not None
    attachment = sent.outgoing.attachments[0]
    archive = zipfile.ZipFile(io.BytesIO(await house.blobs.get(attachment.sha256)))
    data = json.loads(archive.read("data.json"))
    assert data["people"][0]["name"] == "Jagoda Test"
    assert len(data["people"]) == 1
    assert [row["id"] for row in data["contacts"]] == [contact]
    assert data["answer_revisions"]
    assert data["journal"]
    assert "token_hash" not in archive.read("data.json").decode()
    assert sorted(name for name in archive.namelist() if name != "data.json") == sorted(data["files"])
    rows = await house.evidence(contact)
    first = next(row for row in rows if row.sha256)
    assert first.sha256 is not None
    name = next(each for each in data["files"] if each.startswith(f"files/{first.id}-"))
    assert archive.read(name) == await house.blobs.get(first.sha256)
    await house.passes(8 * DAY)
    with pytest.raises(BlobMissing):
        await house.blobs.get(attachment.sha256)


async def test_a_stranger_gets_nothing(house: House) -> None:
    """Without an invitation there is no data to be had."""
    stranger = house.chat("nobody")
    await stranger.taps_data(encode(ExportMyData()))
    assert not any(line.outgoing is not None and line.outgoing.attachments for line in stranger.heard)


async def test_an_erased_person_is_nobody(house: House) -> None:
    """The organizer erases a juror: chats end, memos go, reports stay with a number for a name, everywhere."""
    juror, contact = await finished(house)
    organizer = await house.guest("organizer")
    person = house.world.juror
    await organizer.taps_data(encode(AskErasePerson(person)))
    assert "Nie można tego cofnąć" in organizer.text
    await organizer.taps("Usuń na zawsze")
    name = f"usunięta osoba {person}"
    assert name in organizer.text
    heard = len(juror.heard)
    await juror.says("/zadania")
    assert not any("Jagoda" in line.text for line in juror.heard[heard:])
    row = await house.contact(contact)
    assert row.phase.value in {"submitted", "locked"}
    found = await house.read(lambda unit: people.person(unit, person))
    assert found is not None
    assert (found.name, found.email, found.phone, found.left_at is not None) == (name, "", "", True)
    await house.passes(LATER * 2)

    def everything(unit: Unit) -> str:
        return "\n".join(str(unit.execute(select(table)).all()) for table in schema.metadata.sorted_tables)

    left = await house.read(everything)
    assert "Jagoda" not in left
    assert all(each.kind != "audio" or each.erased_at is not None for each in await house.evidence(contact))
    assert erasing.ERASED_WORD in await house.noted(f"person:{person}")
    await organizer.taps_data(encode(AskErasePerson(person)))
    assert "wcześniej" in organizer.text
    await organizer.taps_data(encode(SpeakEnglish()))
    await organizer.taps_data(encode(AskErasePerson(person)))
    assert f"erased person {person}" in organizer.text
    await organizer.taps_data(encode(People(0)))
    assert not any("usunięta" in line for line in (organizer.text, *organizer.last.buttons))
    again = await house.run(
        lambda unit: erase_person(unit, house.desk, person, by=None, because="machine", now=house.clock())
    )
    assert not isinstance(again, NotErased)


async def test_what_was_under_way_is_erased_a_little_later(house: House) -> None:
    """A message that a worker had in hand while its person was erased is not kept either."""
    assert (await house.guest()).heard
    person = house.world.juror

    def erase_with_one_in_hand(unit: Unit) -> None:
        now = house.clock()
        erase_person(unit, house.desk, person, by=None, because="machine", now=now)
        address = people.addresses(unit, person)[0]
        values = {"address_id": address.id, "direction": "in", "at": now, "body": {"text": OWN_WORDS}}
        unit.execute(schema.messages.insert().values(values))

    await house.run(erase_with_one_in_hand)
    await house.passes(LATER * 2)
    left = await house.read(lambda unit: str(unit.execute(select(schema.messages)).all()))
    assert "Krystyna" not in left


async def test_who_cannot_be_erased(house: House) -> None:
    """Not oneself, not the last organizer, nobody unknown; a coordinator's people go back to all."""
    organizer = await house.guest("organizer")
    await organizer.taps_data(encode(ErasePersonYes(house.world.organizer)))
    assert "inna osoba organizująca" in organizer.text

    def erase(unit: Unit, person: int) -> object:
        return erase_person(unit, house.desk, person, by=None, because="machine", now=house.clock())

    assert await house.run(lambda unit: erase(unit, house.world.organizer)) is NotErased.LAST_ORGANIZER
    assert await house.run(lambda unit: erase(unit, 9999)) is NotErased.UNKNOWN
    await house.run(lambda unit: people.update_person(unit, house.world.juror, coordinator_id=house.world.coordinator))
    await house.run(lambda unit: erase(unit, house.world.coordinator))
    juror = await house.read(lambda unit: people.person(unit, house.world.juror))
    assert juror is not None
    assert juror.coordinator_id is None
    told = await house.read(lambda unit: invitations.invitee(unit, house.world.coordinator, now=house.clock()))
    assert told is None or told.person.name.startswith("usunięta")


async def test_an_unfinished_task_goes_to_somebody_else(house: House) -> None:
    """What an erased juror had not begun is taken back, and nothing is sent to them."""
    juror = await house.guest()
    heard = len(juror.heard)
    await house.run(
        lambda unit: erase_person(unit, house.desk, house.world.juror, by=None, because="machine", now=house.clock())
    )
    await house.settle()
    assert len(juror.heard) == heard
    assert (await house.task("wizyta")).state.value == "returned"
    waiting = await house.read(queue.pending)
    assert waiting["claimed"] == 0


async def test_words_of_the_report_are_erased_only_after_their_time(house: House) -> None:
    """Before the clock the text is there, whole; afterwards every revision of it is the erased mark."""
    contact = await reported(house, house.world.juror)

    def words(unit: Unit) -> list[str]:
        return [str(each.value) for each in contacts.revisions(unit, contact) if isinstance(each.value, str)]

    before = await house.read(words)
    assert SAMPLE_TEXT in before
    house.clock.at += 30 * DAY
    await retire(house.database, house.desk, clock=house.clock)
    assert await house.read(words) == before
    await erase_everything(house, days=400)
    assert await house.read(words) == [ERASED if each == SAMPLE_TEXT else each for each in before]
