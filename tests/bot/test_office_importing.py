"""Bringing in tables by chat: shown before it is written, written once, updated the second time, refused kindly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.base import Capabilities, FileKind
from bot.importer import CSV, XLSX
from bot.importing.columns import Kind
from bot.importing.matching import Author, judge
from bot.jobs import put_import
from bot.office_taps.importing import ImportColumns, ImportPreview, ImportWrite
from bot.roles.office import taking
from bot.taps import encode
from storage import editions, imports, people, profiles
from storage.database import Unit
from storage.imports import ImportState
from storage.people import Role
from storage.sheets import Book, Form, read_book
from tests.bot.house import Guest, House, Line
from tests.storage.sheet_files import OLE, ods, xlsx

PLACES = [
    ["Numer", "Nazwa", "Typ", "Kod pocztowy", "Województwo", "Telefon"],
    ["101", "Gmina Miejska Płońsk", "gmina", "09-100", "mazowieckie", "23 662 26 91"],
    ["102", "Biblioteka w Łodzi", "biblioteka", "90001", "", ""],
]
WRONG = ["103", "Muzeum", "muzeum", "09-100", "Mazowickie", "123"]


async def sends(guest: Guest, data: bytes, name: str = "podmioty.xlsx") -> list[Line]:
    """Send a table as a file."""
    return await guest.sends(data, kind=FileKind.DOCUMENT, name=name)


async def participants(house: House) -> list[editions.Participant]:
    """The institutions of the edition but the one it was seeded with."""
    found = await house.read(lambda unit: editions.participants(unit, house.world.edition))
    return [one for one in found if one.id != house.world.participant]


async def newest(house: House, person: int) -> imports.ImportRow:
    """The last file of a person."""
    [row] = await house.read(lambda unit: imports.recent(unit, person_id=person, limit=1))
    return row


def buttons(guest: Guest) -> list[str]:
    """Labels of the newest message."""
    return list(guest.last.buttons)


async def attached(house: House, line: Line) -> bytes:
    """The bytes of a message's only file."""
    assert line.outgoing is not None
    [file] = line.outgoing.attachments
    return await house.blobs.get(file.sha256)


async def test_a_table_is_shown_then_written_then_only_updated(house: House) -> None:
    """Nothing is written before the yes; the same file again changes nothing; a changed cell is one change."""
    guest = await house.guest("organizer")
    await sends(guest, xlsx([*PLACES, WRONG]))
    assert "podmioty.xlsx" in guest.text
    assert "101 · Gmina Miejska Płońsk (gmina) · 09-100" in guest.text
    assert "5" not in buttons(guest)
    assert "Mazowickie" in guest.text
    assert "mazowieckie" in guest.text
    assert await participants(house) == []
    row = await newest(house, house.world.organizer)
    summary = taking.summary_of(row.found or {})
    assert (summary.new, summary.changed, summary.same, summary.wrong) == (2, 0, 0, 1)
    await guest.taps_data(encode(ImportWrite(row.id)))
    first, second = await participants(house)
    assert (first.number, first.phone, first.voivodship) == ("101", "+48 23 662 26 91", "mazowieckie")
    assert (second.postcode, second.voivodship, second.short_name) == ("90-001", "łódzkie", "Biblioteka w Łodzi")
    assert second.latitude is not None
    assert (first.coordinator_id, second.coordinator_id) == (None, None)
    assert await house.noted(f"participant:{first.id}") == ["import.added"]
    journal = await house.noted(f"import:{row.id}")
    assert journal == ["import.sent", "import.read", "import.confirmed", "import.written"]
    await sends(guest, xlsx(PLACES))
    summary = taking.summary_of((await newest(house, house.world.organizer)).found or {})
    assert (summary.new, summary.changed, summary.same) == (0, 0, 2)
    assert not any("2" in label for label in buttons(guest))
    changed = [PLACES[0], [*PLACES[1][:5], "23 662 26 92"]]
    await sends(guest, xlsx(changed))
    again = await newest(house, house.world.organizer)
    await guest.taps_data(encode(ImportWrite(again.id)))
    assert [one.phone for one in await participants(house)] == ["+48 23 662 26 92", ""]
    assert await house.noted(f"participant:{first.id}") == ["import.added", "import.changed"]


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a.csv", "\r\n".join(";".join(row) for row in [*PLACES, WRONG]).encode("cp1250"), CSV),
        ("a.xlsx", xlsx([*PLACES, WRONG]), XLSX),
        ("a.ods", ods([*PLACES, WRONG]), XLSX),
    ],
)
async def test_the_file_with_remarks_can_be_mended_and_sent_back(
    house: House, name: str, data: bytes, media_type: str
) -> None:
    """CSV comes back as CSV, workbooks as XLSX; the remark stands beside its row."""
    guest = await house.guest("organizer")
    await sends(guest, data, name)
    row = await newest(house, house.world.organizer)
    await guest.taps("Plik z uwagami")
    assert guest.last.outgoing is not None
    assert guest.last.outgoing.may_be_saved
    assert guest.last.outgoing.attachments[0].media_type == media_type
    made = await attached(house, guest.last)
    book = read_book(made)
    assert isinstance(book, Book)
    remarks = [each[6] if len(each) > 6 else "" for each in book.sheets[0].rows]
    assert (remarks[0], remarks[1:3]) == ("Uwagi", ["", ""])
    assert "mazowieckie" in str(remarks[3])
    await guest.taps_data(encode(ImportPreview(row.id)))
    await sends(guest, made, "mended.csv")
    again = taking.summary_of((await newest(house, house.world.organizer)).found or {})
    assert (again.new, again.wrong, again.unknown) == (2, 1, ())


async def test_jurors_come_with_their_profiles(house: House) -> None:
    """Profile, coordinates, conflicts; what a coordinator brings in is theirs; nothing else is touched."""
    guest = await house.guest("coordinator")
    grid = [
        ["Imię i nazwisko", "E-mail", "Sposoby kontaktu", "Kod pocztowy", "Promień km", "Konflikty", "Dni"],
        ["Jan Nowy", "jan@example.org", "wizyta, telefon", "09-100", "40", "Przykładowo", "pn-pt"],
    ]
    await sends(guest, xlsx(grid), "jurorzy.xlsx")
    row = await newest(house, house.world.coordinator)
    await guest.taps_data(encode(ImportWrite(row.id)))

    def look(unit: Unit) -> tuple[people.Person, profiles.Profile | None, list[profiles.Conflict]]:
        *_others, person = people.people(unit, edition_id=house.world.edition, role=Role.JUROR)
        return person, profiles.profile(unit, person.id), profiles.conflicts_of(unit, [person.id])

    person, profile, conflicts = await house.read(look)
    assert (person.name, person.email, person.coordinator_id) == (
        *("Jan Nowy", "jan@example.org"),
        house.world.coordinator,
    )
    assert profile is not None
    assert (profile.radius_km, profile.days, round(profile.latitude or 0)) == (40, (0, 1, 2, 3, 4), 53)
    assert [one.participant_id for one in conflicts] == [house.world.participant]
    await sends(guest, xlsx(grid), "jurorzy.xlsx")
    summary = taking.summary_of((await newest(house, house.world.coordinator)).found or {})
    assert (summary.new, summary.changed, summary.same) == (0, 0, 1)


async def test_what_a_table_lists_is_asked_where_it_is_unclear(house: House) -> None:
    """Names and addresses alone: one tap tells."""
    guest = await house.guest("organizer")
    await sends(guest, xlsx([["Imię i nazwisko", "E-mail"], ["Ewa Zielna", "ewa@example.org"]]), "osoby.xlsx")
    assert (await newest(house, house.world.organizer)).state is ImportState.UNCLEAR
    await guest.taps("Koordynatorzy")
    row = await newest(house, house.world.organizer)
    assert (row.state, row.kind) == (ImportState.READ, "coordinators")
    await guest.taps_data(encode(ImportWrite(row.id)))
    found = await house.read(lambda unit: people.people(unit, edition_id=house.world.edition, role=Role.COORDINATOR))
    assert [one.name for one in found] == ["Konrad Test", "Ewa Zielna"]


async def test_coordinators_do_not_bring_in_coordinators(house: House) -> None:
    """Only an organizer does, whatever the file is called and whatever is tapped."""
    guest = await house.guest("coordinator")
    grid = [["Imię i nazwisko", "E-mail"], ["Ewa Zielna", "ewa@example.org"]]
    await sends(guest, xlsx(grid), "koordynatorzy.xlsx")
    assert (await newest(house, house.world.coordinator)).state is ImportState.REFUSED
    await sends(guest, xlsx(grid), "osoby.xlsx")
    assert "Koordynatorzy" not in buttons(guest)


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7", OLE + "_VBA_PROJECT_CUR".encode("utf-16-le"), b"", b"PK\x03\x04junk", b"a;b\n1;2\n"],
)
async def test_what_cannot_be_read_is_refused_kindly(house: House, data: bytes) -> None:
    """Its reason, and what to do; nothing stays half done."""
    guest = await house.guest("organizer")
    await sends(guest, data, "dane.xlsx")
    row = await newest(house, house.world.organizer)
    assert row.state is ImportState.REFUSED
    assert "dane.xlsx" in guest.text
    assert len(guest.last.buttons) >= 2


async def test_a_photo_is_no_table_and_a_large_file_is_not_fetched(house: House) -> None:
    """Both are told before anything is kept."""
    guest = await house.guest("organizer")
    await guest.sends()
    await guest.sends(b"x", kind=FileKind.DOCUMENT, name="a.xlsx", size=30 << 20)
    assert "30 MB" in guest.text
    assert await house.read(lambda unit: imports.recent(unit, person_id=house.world.organizer, limit=5)) == []


async def test_a_file_that_cannot_be_had_yet_is_asked_for_again(house: House) -> None:
    """For some minutes, then its sender is told."""
    guest = await house.guest("organizer")
    house.room.slow.add(f"f{house.number() + 1}")
    await sends(guest, xlsx(PLACES))
    row = await newest(house, house.world.organizer)
    assert row.state is ImportState.SENT
    await house.passes(timedelta(hours=2))
    assert (await newest(house, house.world.organizer)).state is ImportState.REFUSED


async def test_a_channel_that_gives_no_more_tells_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The smaller limit counts, whatever size was told."""
    tiny = replace(house.room.capabilities, max_download=100)
    monkeypatch.setattr(type(house.room), "capabilities", tiny)
    assert isinstance(house.room.capabilities, Capabilities)
    guest = await house.guest("organizer")
    await sends(guest, xlsx(PLACES))
    assert (await newest(house, house.world.organizer)).problem == "too_large"


async def test_other_peoples_imports_are_nobody_elses(house: House) -> None:
    """Another person's number is refused; a second yes is told that it is written already."""
    organizer, coordinator = await house.guest("organizer"), await house.guest("coordinator")
    await sends(organizer, xlsx(PLACES))
    row = await newest(house, house.world.organizer)
    await coordinator.taps_data(encode(ImportWrite(row.id)))
    assert (await newest(house, house.world.organizer)).state is ImportState.READ
    juror = await house.guest("juror")
    await juror.taps_data(encode(ImportWrite(row.id)))
    assert (await newest(house, house.world.organizer)).state is ImportState.READ
    await organizer.taps_data(encode(ImportWrite(row.id)))
    await organizer.taps_data(encode(ImportWrite(row.id)))
    assert len(await participants(house)) == 2


async def test_put_away_is_not_written(house: House) -> None:
    """And the button that would write it says so."""
    guest = await house.guest("organizer")
    await sends(guest, xlsx(PLACES))
    row = await newest(house, house.world.organizer)
    await guest.taps("Odłóż")
    await guest.taps_data(encode(ImportWrite(row.id)))
    assert (await newest(house, house.world.organizer)).state is ImportState.DROPPED
    assert await participants(house) == []


async def test_a_crash_in_the_middle_goes_on_behind_what_was_written(house: House) -> None:
    """Rows already written are neither doubled nor counted twice."""
    guest = await house.guest("organizer")
    await sends(guest, xlsx(many(250)))
    row = await newest(house, house.world.organizer)
    book = read_book(house.room.files[row.ref["ref"]])
    assert isinstance(book, Book)
    table = taking.read_again(book, row.kind or "")
    assert table is not None

    def half(unit: Unit) -> taking.Written:
        imports.change(unit, row.id, state=ImportState.WRITING)
        facts, author = taking.known(unit, row.edition_id), taking.author_of(unit, row.person_id)
        verdicts = [judge(table, one, facts, author) for one in table.rows[:200]]
        judged = taking.Judged(table.kind, author, facts.newest, facts.profiles)
        return taking.write_rows(
            unit, desk=house.desk, import_id=row.id, judged=judged, verdicts=verdicts, now=house.clock()
        )

    assert await house.run(half) is taking.Written.DONE
    assert await house.run(half) is taking.Written.DONE
    await house.run(lambda unit: put_import(unit, row.id, now=house.clock()))
    await house.settle()
    written = await newest(house, house.world.organizer)
    assert (written.state, taking.counts_of(written)) == (ImportState.WRITTEN, {"new": 250})
    found = await participants(house)
    assert (len(found), len({one.number for one in found})) == (250, 250)


async def test_rows_judged_on_old_knowledge_are_not_written(house: House) -> None:
    """Somebody added something meanwhile, or the author's rights changed: nothing is written on that ground."""
    guest = await house.guest("organizer")
    await sends(guest, xlsx(PLACES))
    row = await newest(house, house.world.organizer)
    fresh = taking.Judged(Kind.PARTICIPANTS, Author(), (0, 0), {})

    def write(unit: Unit, judged: taking.Judged) -> taking.Written:
        imports.change(unit, row.id, state=ImportState.WRITING)
        return taking.write_rows(unit, desk=house.desk, import_id=row.id, judged=judged, verdicts=(), now=house.clock())

    assert await house.run(lambda unit: write(unit, fresh)) is taking.Written.MOVED_ON
    other = replace(fresh, author=Author(house.world.organizer))
    assert await house.run(lambda unit: write(unit, other)) is taking.Written.STOPPED
    assert taking.read_again(Book(Form.CSV, ()), "jurors") is None


async def test_a_file_that_is_gone_before_it_is_written_is_told(house: House) -> None:
    """The sender is asked to send it again; nothing is half said."""
    guest = await house.guest("organizer")
    await sends(guest, xlsx(PLACES))
    row = await newest(house, house.world.organizer)
    await house.blobs.delete(row.sha256 or "")
    await guest.taps_data(encode(ImportWrite(row.id)))
    assert (await newest(house, house.world.organizer)).state is ImportState.REFUSED
    assert await participants(house) == []


def many(count: int) -> list[Sequence[str]]:
    """A table of so many institutions."""
    rows = [[str(n), f"Gmina numer {n}", "gmina", "09-100", "", "23 662 26 91"] for n in range(1, count + 1)]
    return [PLACES[0], *rows]


async def test_the_help_offers_forms_and_columns(house: House) -> None:
    """What can be sent, what the columns are called, and a form of each kind."""
    guest = await house.guest("coordinator")
    await guest.says("/start")
    await guest.taps("Wczytaj plik")
    assert "XLSX" in guest.text
    assert not any("koordynatorzy" in label.lower() for label in buttons(guest))
    await guest.taps_data(encode(ImportColumns(0)))
    assert "Kod pocztowy" in guest.text
    assert "spółdzielnia" in guest.text
    await guest.taps("Wzór: Podmioty")
    made = read_book(await attached(house, guest.last))
    assert isinstance(made, Book)
    assert made.sheets[0].rows[0][:3] == ("Numer", "Nazwa", "Nazwa skrócona")
