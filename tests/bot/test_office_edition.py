"""The edition in chat: everything changed by buttons, bad words answered kindly, all of it in the journal."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.office_taps.edition import (
    DIALS,
    MODES,
    REMINDERS,
    SWITCHES,
    AskWaveDay,
    CompareMode,
    CoverageOf,
    Dial,
    FlipHours,
    FlipReminder,
    FlipSwitch,
    ModeCoverage,
    NewWave,
    OnePart,
    OneReminder,
    OneWave,
    OwnCoverage,
    RemoveWave,
    TakeZone,
    TurnBy,
    TurnDial,
    TurnLeast,
    TurnReminder,
    type_key,
)
from bot.roles.office import edition_changes as change
from bot.tap_kinds import OfficeMenu, OfficeTap
from bot.taps import encode
from scenarios.model import Mode
from storage import editions, journal, slots
from storage.database import Unit
from storage.editions import Edition, Wave
from storage.rules import ANY_TYPE, OnDisagreement, Reminder
from tests.bot.house import Guest, House
from tests.scripted import START

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def edition_of(house: House) -> Edition:
    """The world's edition as it is kept."""
    found = await house.read(lambda unit: editions.edition(unit, house.world.edition))
    assert found is not None
    return found


async def waves_of(house: House) -> list[Wave]:
    """Its waves."""
    return await house.read(lambda unit: editions.waves(unit, house.world.edition))


async def changes(house: House) -> list[dict[str, Any]]:
    """What the journal says of it, oldest first."""
    entries = await house.read(lambda unit: journal.of_subject(unit, f"edition:{house.world.edition}"))
    return [dict(entry.details) for entry in entries if entry.what.startswith("edition.")]


async def tap(guest: Guest, kind: OfficeTap) -> None:
    """Tap a button of the newest message, by its meaning."""
    await guest.taps_data(encode(kind), message=guest.last.id)


@pytest.mark.parametrize("role", ["coordinator", "organizer"])
async def test_both_roles_see_and_change_the_edition(house: House, role: str) -> None:
    """The command shows the card; a dial is turned, kept, and stands in the journal with before, after and whom."""
    guest = await house.guest(role)
    await guest.says("/edycja")
    assert "Próbna" in guest.text
    assert "1 podmiot, bez fal" in guest.text
    await guest.taps("Czas na odpowiedź")
    await guest.taps("Propozycja +")
    assert (await edition_of(house)).rules.offer_hours == 72
    entries = await house.read(lambda unit: journal.of_subject(unit, f"edition:{house.world.edition}"))
    assert entries[-1].what == "edition.changed"
    assert entries[-1].who == getattr(house.world, role)
    assert entries[-1].details == {"setting": "offer_hours", "before": 48, "after": 72}


async def test_a_juror_has_no_part_in_it(house: House) -> None:
    """Neither the command nor a button sent by hand shows or changes anything."""
    juror = await house.guest()
    await juror.says("/edycja")
    assert "Próbna" not in juror.text
    before = await edition_of(house)
    await juror.taps_data(encode(TurnDial(DIALS.index(Dial.LOAD), 1)))
    await juror.taps_data(encode(OnePart(0)))
    assert await edition_of(house) == before
    assert "Próbna" not in juror.text


async def test_turning_a_dial_rewrites_one_message(house: House) -> None:
    """Plus five times: one message, rewritten; from the menu it comes anew below; a limit takes the button away."""
    guest = await house.guest("coordinator")
    await guest.says("/edition")
    await guest.taps("Rotacja")
    heard = len(guest.heard)
    for _ in range(5):
        await guest.taps("Tydzień +")
    assert len(guest.heard) == heard
    assert (await edition_of(house)).rules.weekly_load == 8
    assert "8 kontaktów w tygodniu" in guest.text
    for _ in range(7):
        await tap(guest, TurnDial(DIALS.index(Dial.LOAD), 0))
    await tap(guest, TurnDial(DIALS.index(Dial.LOAD), 0))
    assert (await edition_of(house)).rules.weekly_load == 1
    assert not any(label.startswith("Tydzień −") for label in guest.last.buttons)
    await guest.taps_data(encode(OfficeMenu()))
    await guest.taps("Edycja")
    assert len(guest.heard) == heard + 2
    assert guest.last.edits == 0


async def test_every_dial_and_switch_turns_there_and_back(house: House) -> None:
    """Each has a screen, changes by a tap, goes back by another, and is journalled both times."""
    guest = await house.guest("organizer")
    await guest.says("/edycja")
    before = await edition_of(house)
    for at, dial in enumerate(DIALS):
        await tap(guest, TurnDial(at, 1))
        assert change.value_of(await edition_of(house), dial) != change.value_of(before, dial)
        await tap(guest, TurnDial(at, 0))
    for at in range(len(SWITCHES)):
        await tap(guest, FlipSwitch(at))
        assert await edition_of(house) != before
        await tap(guest, FlipSwitch(at))
    for at, mode in enumerate(MODES):
        await tap(guest, CompareMode(at))
        assert (mode in (await edition_of(house)).rules.compared) != (mode in before.rules.compared)
        await tap(guest, CompareMode(at))
    assert await edition_of(house) == before
    noted = await changes(house)
    assert len(noted) == 2 * (len(DIALS) + len(SWITCHES) + len(MODES))
    assert all(each["before"] != each["after"] for each in noted)
    await guest.taps("Edycja")
    await guest.taps("Ostatnie zmiany")
    assert "Olga Test" in guest.text
    while "Starsze" in guest.last.buttons:
        await guest.taps("Starsze")
        assert "edition." not in guest.text
    assert "48 h" not in guest.text
    assert "2 dni → 3 dni" in guest.text or "Olga Test" in guest.text


async def test_who_decides_and_what_is_compared(house: House) -> None:
    """A third juror instead of the coordinator."""
    guest = await house.guest("coordinator")
    await guest.says("/edycja")
    await guest.taps("Porównania")
    await guest.taps("Rozstrzyga trzecia osoba")
    assert (await edition_of(house)).rules.on_disagreement is OnDisagreement.THIRD_JUROR
    assert "rozstrzyga trzecia" in guest.text
    assert (await changes(house))[-1]["setting"] == "on_disagreement"


async def test_reminders_are_tuned_and_silenced(house: House) -> None:
    """Each has its screen: on, off, hours up and down."""
    guest = await house.guest("coordinator")
    await guest.says("/edycja")
    await guest.taps("Przypomnienia")
    for at, kind in enumerate(REMINDERS):
        before = (await edition_of(house)).rules.reminder(kind)
        await tap(guest, OneReminder(at))
        await tap(guest, TurnReminder(at, 1))
        assert (await edition_of(house)).rules.reminder(kind).hours > before.hours
        await tap(guest, TurnReminder(at, 0))
        assert (await edition_of(house)).rules.reminder(kind) == before
        await tap(guest, FlipReminder(at))
        assert not (await edition_of(house)).rules.reminder(kind).is_on
    await tap(guest, OnePart(6))
    assert guest.text.count("wyłączone") == len(REMINDERS)
    assert (await changes(house))[-1]["kind"] == Reminder.REVIEW_WAITING.value


async def test_coverage_of_all_and_of_one_type(house: House) -> None:
    """More contacts, fewer jurors, different hours; a type gets its own rules and gives them back."""
    guest = await house.guest("coordinator")
    await guest.says("/edycja")
    await guest.taps("Ile kontaktów")
    await guest.taps("Wszystkie typy")
    visit = MODES.index(Mode.VISIT)
    await tap(guest, ModeCoverage(0, visit))
    assert "2 kontakty, przez co najmniej 2 osoby" in guest.text
    await guest.taps("Kontakty +")
    await guest.taps("Różne osoby +")
    await guest.taps("O różnych porach")
    found = change.coverage_in((await edition_of(house)).rules, "gmina", Mode.VISIT)
    assert (found.least, found.by, found.different_hours) == (3, 3, True)
    await guest.taps("Kontakty −")
    assert change.coverage_in((await edition_of(house)).rules, "gmina", Mode.VISIT).by == 2
    key = type_key("gmina")
    await tap(guest, TurnLeast(key, visit, 1))
    assert "zasady wspólne" in guest.text
    assert change.coverage_in((await edition_of(house)).rules, ANY_TYPE, Mode.VISIT).least == 2
    await guest.taps("Osobne zasady")
    await tap(guest, TurnLeast(key, visit, 1))
    await tap(guest, TurnBy(key, visit, 0))
    await tap(guest, FlipHours(key, visit))
    rules = (await edition_of(house)).rules
    assert change.coverage_in(rules, "gmina", Mode.VISIT).least == 3
    assert change.coverage_in(rules, ANY_TYPE, Mode.VISIT).least == 2
    await tap(guest, CoverageOf(key))
    await guest.taps("Wróć do zasad wspólnych")
    assert "gmina" not in (await edition_of(house)).rules.coverage
    await tap(guest, OwnCoverage(type_key("powiat"), 1))
    assert "Ile kontaktów" in guest.text
    assert "powiat" not in (await edition_of(house)).rules.coverage
    last = [each for each in await changes(house) if each["setting"] == "coverage"]
    assert last[-1] == {"setting": "coverage", "type": "gmina", "before": "own", "after": "all"}
    await guest.says("/edycja")
    await guest.taps("Ostatnie zmiany")
    assert "potrzebne kontakty (gmina, wizyta)" in guest.text


async def test_days_of_the_edition_are_typed(house: House) -> None:
    """A date as people write it; what cannot be is refused with the reason, and asked again."""
    guest = await house.guest("organizer")
    await guest.says("/edycja")
    await guest.taps("Daty")
    await guest.taps("Ostatni dzień")
    await guest.says("kiedyś")
    assert "Który dzień jest ostatni?" in guest.text
    await guest.says("1.10.2026")
    assert "wypadłby przed pierwszym" in guest.text
    await guest.says("1.10.2031")
    assert "ponad dwa lata" in guest.text
    await guest.says("28 lutego")
    assert (await edition_of(house)).ends_on == date(2027, 2, 28)
    assert "Zapisano" in guest.text
    await guest.taps("Pierwszy dzień")
    await guest.says("1.03.2027")
    assert "wypadłby po ostatnim" in guest.text
    await guest.says("15.11")
    assert (await edition_of(house)).starts_on == date(2026, 11, 15)
    noted = await changes(house)
    assert [each["setting"] for each in noted] == ["ends_on", "starts_on"]
    await guest.taps("Edycja")
    await guest.taps("Ostatnie zmiany")
    assert "→ 15 listopada 2026" in guest.text


async def test_the_name_and_the_time_zone(house: House) -> None:
    """Both are typed, the zone also chosen; an empty or endless name and an unknown zone are asked for again."""
    guest = await house.guest("coordinator")
    await guest.says("/edycja")
    await guest.taps("Daty")
    await guest.taps("Zmień nazwę")
    await guest.says("x" * 200)
    assert (await edition_of(house)).name == "Próbna"
    await guest.says("  Lider   2027 ")
    assert (await edition_of(house)).name == "Lider 2027"
    await guest.taps("Strefa czasowa")
    await guest.taps("UTC")
    assert (await edition_of(house)).time_zone == "UTC"
    await tap(guest, TakeZone(99))
    await guest.taps("Inna strefa")
    await guest.says("Europe/Nigdzie")
    assert "Nie ma strefy" in guest.text
    await guest.says("../etc")
    await guest.says("europe/warsaw")
    assert (await edition_of(house)).time_zone == "Europe/Warsaw"


async def test_waves_are_added_renamed_moved_and_removed(house: House) -> None:
    """The first takes the whole edition, the next the rest; names and days are checked; an empty one can go."""
    guest = await house.guest("coordinator")
    edition = await edition_of(house)
    await guest.says("/edycja")
    await guest.taps("Fale")
    assert "Nie ma jeszcze fal" in guest.text
    await guest.taps("Dodaj falę")
    (first,) = await waves_of(house)
    assert (first.name, first.starts_on, first.ends_on) == ("Fala 1", edition.starts_on, edition.ends_on)
    await tap(guest, NewWave())
    assert "nie ma już wolnych dni" in guest.text
    await tap(guest, AskWaveDay(first.id, 1))
    await guest.says("1.02.2030")
    assert "Fala mieści się w edycji" in guest.text
    await guest.says("1.10.2026")
    assert "Fala kończyłaby się" in guest.text
    await guest.says("nie wiem")
    await guest.says("10.12.2026")
    await tap(guest, NewWave())
    first, second = await waves_of(house)
    assert (second.name, second.starts_on) == ("Fala 2", date(2026, 12, 11))
    await guest.taps("Zmień nazwę")
    await guest.says("fala 1")
    assert "ma już taką nazwę" in guest.text
    await guest.says("Zima")
    assert [wave.name for wave in await waves_of(house)] == ["Fala 1", "Zima"]
    await guest.taps("Edycja")
    await guest.taps("Daty")
    await guest.taps("Pierwszy dzień")
    await guest.says("1.12.2026")
    assert "Fala 1" in guest.text
    assert (await edition_of(house)).starts_on == edition.starts_on
    await tap(guest, OneWave(second.id))
    await guest.taps("Usuń")
    assert [wave.name for wave in await waves_of(house)] == ["Fala 1"]
    await tap(guest, OneWave(second.id))
    assert "Tej fali już nie ma" in guest.text
    await guest.taps("Edycja")
    await guest.taps("Ostatnie zmiany")
    assert "usunięto falę: Zima" in guest.text
    assert "nazwa: Fala 2 → Zima" in guest.text


async def test_a_wave_with_planned_contacts_stays(house: House) -> None:
    """It cannot be removed, not even by an old button; moved, it says that what is planned keeps its dates."""
    guest = await house.guest("coordinator")

    def plan(unit: Unit) -> int:
        edition = editions.edition(unit, house.world.edition)
        assert edition is not None
        days = {"starts_on": edition.starts_on, "ends_on": edition.ends_on}
        wave = editions.add_wave(unit, edition_id=edition.id, name="Jesień", **days)
        slots.add(
            unit,
            edition_id=edition.id,
            participant_id=house.world.participant,
            mode=Mode.VISIT,
            scenario="wizyta",
            number=1,
            opens_at=START,
            due_at=START,
            now=START,
            wave_id=wave,
        )
        return wave

    wave = await house.run(plan)
    await guest.says("/edycja")
    await guest.taps("Fale")
    await guest.taps("Jesień")
    assert "1 zaplanowany kontakt" in guest.text
    assert "Usuń" not in guest.last.buttons
    await tap(guest, RemoveWave(wave))
    assert "więc nie można jej usunąć" in guest.text
    await guest.taps("Ostatni dzień")
    await guest.says("20.12.2026")
    assert "zachowują swoje terminy" in guest.text


async def test_another_editions_wave_is_nobodys_business(house: House) -> None:
    """A button with a foreign number is refused, and indexes that never were show what there is."""
    guest = await house.guest("organizer")

    def elsewhere(unit: Unit) -> int:
        first, last = date(2025, 1, 1), date(2025, 2, 1)
        zone = "Europe/Warsaw"
        other = editions.add_edition(unit, name="Dawna", starts_on=first, ends_on=last, time_zone=zone)
        return editions.add_wave(unit, edition_id=other, name="Tajna", starts_on=first, ends_on=last)

    wave = await house.run(elsewhere)
    await guest.says("/edycja")
    for kind in (OneWave(wave), RemoveWave(wave), AskWaveDay(wave, 1)):
        await tap(guest, kind)
        assert "Tajna" not in guest.text
    before = await edition_of(house)
    never_were = (OnePart(99), TurnDial(99, 1), FlipSwitch(99), CompareMode(99), FlipReminder(99), OneReminder(-1))
    for unknown in never_were:
        await tap(guest, unknown)
    await tap(guest, TurnLeast(0, 99, 1))
    assert await edition_of(house) == before
