"""What a juror sends: photos for a question, albums, the tray, notes, files that cannot be kept, and the seal."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.channels.base import FileKind, SharedPlace, Unsupported
from bot.roles.juror.sending import MAX_FILE_BYTES, kind_of
from bot.tap_kinds import ChangeHere, ContactTap, ReadContact, ReadEvidence
from bot.taps import decode, encode
from bot.views import common
from bot.views.rejections import file_problem_text
from scenarios.contact import Closed, Phase, Pick, Report, Submit, TakeFromTray
from storage import evidence
from storage.evidence import Status
from tests import files
from tests.bot.house import Guest, House, asks, is_at

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def at(house: House, step: str, scenario: str = "wizyta") -> tuple[Guest, int]:
    """The juror, asked that question."""
    juror = await house.guest()
    contact = await juror.begins(scenario)
    await juror.walk(contact, asks(step))
    return juror, contact


async def test_a_photo_for_its_question_is_fetched_verified_and_the_answer(house: House) -> None:
    """Kept, read back, attached to the question; the coordinator sees the copy."""
    juror, contact = await at(house, "w02_foto")
    await juror.sends(caption="od ulicy")
    [row] = await house.evidence(contact)
    assert (row.status, row.path, row.note) == (Status.VERIFIED, "w02_foto", "od ulicy")
    assert row.copy_sha256 is not None
    assert await house.blobs.get(row.copy_sha256)
    assert ("w02_foto", (row.id,)) in await house.answers(contact)


async def test_an_album_in_pieces_gets_one_answer(house: House) -> None:
    """Three pictures of one album: as many as fit are the answer, the rest waits on the tray; one message comes."""
    juror, contact = await at(house, "w02_foto")
    pieces = [house.incoming("juror", juror.file(album="a1")) for _ in range(3)]
    before = len(juror.heard)
    await asyncio.gather(*(house.intake.take(piece) for piece in pieces))
    await house.settle()
    assert len(juror.heard) == before + 1
    rows = await house.evidence(contact)
    assert [row.status for row in rows] == [Status.VERIFIED] * 3
    row = await house.contact(contact)
    answered = row.contact.answers["w02_foto"].value
    assert isinstance(answered, tuple)
    assert {*answered, *row.contact.tray} == {row.id for row in rows}


@pytest.mark.parametrize(
    ("kind", "name", "media_type"),
    [(FileKind.VIDEO, "film.mp4", "video/mp4"), (FileKind.DOCUMENT, "film.mov", "video/quicktime")],
)
async def test_a_video_is_not_taken_and_the_question_stays(
    house: House, kind: FileKind, name: str, media_type: str
) -> None:
    """Said in the same message that asks again."""
    juror, contact = await at(house, "w02_foto")
    heard = await juror.sends(kind=kind, name=name, media_type=media_type)
    assert len(heard) == 1
    assert common.cannot_use("pl").body in heard[0].text
    assert heard[0].outgoing is not None
    assert heard[0].outgoing.contact_id == contact
    assert await house.evidence(contact) == []


async def test_a_file_that_is_too_large_is_refused_before_it_is_fetched(house: House) -> None:
    """The reason in megabytes, and the question again, in one message."""
    juror, contact = await at(house, "w02_foto")
    heard = await juror.sends(size=MAX_FILE_BYTES + 1)
    assert len(heard) == 1
    assert common.file_too_large("pl", MAX_FILE_BYTES).body in heard[0].text
    assert await house.evidence(contact) == []


async def test_a_sticker_is_not_used(house: House) -> None:
    """It is said, and nothing changes."""
    juror, contact = await at(house, "w02_foto")
    row = await house.contact(contact)
    await juror.does(Unsupported("sticker"))
    assert juror.text == common.cannot_use("pl").body
    assert (await house.contact(contact)).contact == row.contact


async def test_a_place_nobody_asked_for_leaves_the_question(house: House) -> None:
    """The question is asked again."""
    juror, contact = await at(house, "w02_foto")
    await juror.does(SharedPlace(52.0, 21.0))
    assert juror.last.outgoing is not None
    assert juror.last.outgoing.contact_id == contact
    assert "w02_foto" not in dict(await house.answers(contact))


async def test_a_photo_sent_too_early_waits_on_the_tray_and_is_attached_later(house: House) -> None:
    """On the spot it is put aside with one line; under its question one tap attaches it."""
    juror, contact = await at(house, "w_okienko")
    await juror.sends()
    [row] = await house.evidence(contact)
    assert row.path is None
    assert (await house.contact(contact)).contact.tray == (row.id,)
    await juror.walk(contact, asks("w02_foto"))
    await juror.replies(contact, TakeFromTray(row.id, "image"))
    [row] = await house.evidence(contact)
    assert row.path == "w02_foto"
    assert (await house.contact(contact)).contact.tray == ()
    assert ("w02_foto", (row.id,)) in await house.answers(contact)


async def test_a_note_waits_on_the_tray_and_answers_a_text_question(house: House) -> None:
    """Words on the spot, while a silent tap is asked for, are kept word for word and can be used later."""
    juror, contact = await at(house, "w_okienko")
    await juror.says("Pani podała złą opłatę.")
    [note] = await house.evidence(contact)
    assert (note.kind, note.note) == ("note", "Pani podała złą opłatę.")
    await juror.walk(contact, asks("w17"))
    await juror.replies(contact, Pick("yes"))
    data = [tap for tap in juror.last.data if ":tt:" in tap]
    assert len(data) == 1
    await juror.taps_data(data[0])
    assert ("w17_co", "Pani podała złą opłatę.") in await house.answers(contact)
    assert (await house.contact(contact)).contact.tray == ()


async def test_a_note_is_never_on_its_way(house: House) -> None:
    """There is nothing to fetch: it holds up no seal and is counted as no file."""
    juror, contact = await at(house, "w_okienko")
    await juror.says("Kolejka na zewnątrz.")
    assert await house.read(lambda unit: evidence.waiting(unit, contact)) == 0
    await juror.walk(contact, is_at(Closed))
    row = await house.contact(contact)
    assert row.phase is Phase.SUBMITTED
    assert row.sealed_at is not None
    assert "sealed" in await house.noted(f"contact:{contact}")


async def test_a_report_is_sealed_when_its_last_file_is_verified(house: House) -> None:
    """Sent while a file is still on its way: sealed once that is read back."""
    juror, contact = await at(house, "w02_foto")
    data = files.jpeg(width=700)
    sent = juror.file(data)
    del house.room.files[sent.file.ref]
    house.room.slow.add(sent.file.ref)
    await house.intake.take(house.incoming("juror", sent))
    await house.settle()
    await juror.walk(contact, is_at(Report))
    await juror.replies(contact, Submit())
    row = await house.contact(contact)
    assert row.phase is Phase.SUBMITTED
    assert row.sealed_at is None
    house.room.slow.clear()
    house.room.files[sent.file.ref] = data
    await house.passes(timedelta(hours=1))
    assert (await house.contact(contact)).sealed_at is not None
    assert (await house.noted(f"contact:{contact}")).count("sealed") == 1


async def test_a_file_refused_later_is_told_with_its_question_and_a_way_to_change_it(house: House) -> None:
    """The contact goes on meanwhile; the button asks that question again."""
    juror, contact = await at(house, "w02_foto")
    await juror.sends(files.HTML)
    [row] = await house.evidence(contact)
    assert row.status is Status.REFUSED
    assert row.problem is not None
    told = next(line for line in juror.heard if file_problem_text(row.problem or "", language="pl") in line.text)
    scenario, _turn = await house.turn(contact)
    assert scenario.steps_by_name["w02_foto"].label.in_language("pl") in told.text.replace("…", "") or told.text
    [data] = told.data
    tap = decode(data)
    assert isinstance(tap, ContactTap)
    assert isinstance(tap.act, ChangeHere)
    await juror.taps_data(data)
    _scenario, turn = await house.turn(contact)
    assert asks("w02_foto")(turn)
    await juror.sends()
    assert [row.status for row in await house.evidence(contact)] == [Status.REFUSED, Status.VERIFIED]


async def test_a_refused_file_is_not_offered_from_the_tray(house: House) -> None:
    """What could not be kept cannot be attached."""
    juror, contact = await at(house, "w_okienko")
    await juror.sends(files.HTML)
    [row] = await house.evidence(contact)
    assert row.status is Status.REFUSED
    told = next(line for line in juror.heard if file_problem_text(row.problem or "", language="pl") in line.text)
    assert told.data == []
    await juror.walk(contact, asks("w02_foto"))
    assert not any(":tt:" in data for data in juror.last.data)


async def test_what_is_put_back_on_the_tray_belongs_to_no_question(house: House) -> None:
    """A photo taken back before it was the answer is on the tray again, in the database too."""
    juror, contact = await at(house, "w02_foto")
    await juror.sends()
    await juror.says("/cofnij")
    row = await house.contact(contact)
    for kept in await house.evidence(contact):
        assert (kept.path is None) == (kept.id in row.contact.tray)


async def test_coordinators_see_only_what_belongs_to_an_answer(house: House) -> None:
    """Neither what was put aside and never used, as the juror was promised, nor what was replaced."""
    juror = await house.guest()
    coordinator = await house.guest("coordinator")
    contact = await juror.begins("wizyta")
    await juror.walk(contact, asks("w_okienko"))
    await juror.says("tylko dla mnie")
    await juror.sends(caption="odłożone")
    await juror.walk(contact, asks("w02_foto"))
    await juror.sends(caption="pierwsze")
    await juror.says("/cofnij")
    await juror.sends(caption="drugie")
    await juror.walk(contact, is_at(Closed))
    await coordinator.taps_data(encode(ReadEvidence(contact, 0)))
    seen = coordinator.text
    assert "drugie" in seen
    for hidden in ("tylko dla mnie", "odłożone", "pierwsze"):
        assert hidden not in seen
    await coordinator.taps_data(encode(ReadContact(contact, 0)))
    assert encode(ReadEvidence(contact, 0)) in coordinator.last.data


@pytest.mark.parametrize(
    ("kind", "name", "media_type", "expected"),
    [
        (FileKind.PHOTO, None, None, "image"),
        (FileKind.VOICE, None, None, "audio"),
        (FileKind.AUDIO, None, None, "audio"),
        (FileKind.VIDEO, None, None, None),
        (FileKind.DOCUMENT, "IMG.HEIC", None, "image"),
        (FileKind.DOCUMENT, None, "image/png", "image"),
        (FileKind.DOCUMENT, "memo.M4A", None, "audio"),
        (FileKind.DOCUMENT, None, "audio/ogg", "audio"),
        (FileKind.DOCUMENT, "pismo.pdf", "application/pdf", "file"),
        (FileKind.DOCUMENT, None, None, "file"),
        (FileKind.DOCUMENT, "a.jpg", "video/mp4", None),
    ],
)
async def test_what_a_file_is_good_for(
    house: House, kind: FileKind, name: str | None, media_type: str | None, expected: str | None
) -> None:
    """Judged by what the channel says of it; what it really is, is looked at when it was fetched."""
    sent = house.chat("x").file(b"?", kind=kind, name=name, media_type=media_type)
    assert kind_of(sent.file) == expected
