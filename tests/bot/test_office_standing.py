"""Results in the chat: places, cards, files, and how good the assessments are; everybody sees their own part."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from bot.office_taps.standing import (
    Agreement,
    AgreementItems,
    ChooseRubric,
    DoubtfulItems,
    FairScores,
    RatingQuality,
    ResultCard,
    ResultParts,
    ResultPicture,
    Results,
    ResultsBy,
    ResultsTable,
    Rubrics,
    RubricYes,
)
from bot.roles import scores
from bot.roles.office import standing_files, standing_quality
from bot.talk import Desk
from bot.taps import encode
from storage import editions, people, rubrics, standings
from storage.people import Person
from storage.standings import StandingRow
from storage.unit import Unit
from tests.bot.an_edition import Edition, with_results
from tests.bot.house import Guest, House
from tests.bot.scored import with_rubric

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def table_of(house: House, guest: Guest) -> dict[str, list[list[object]]]:
    """The sheets of the workbook that came last."""
    outgoing = guest.last.outgoing
    assert outgoing is not None
    data = await house.blobs.get(outgoing.attachments[0].sha256)
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


async def test_from_the_list_to_a_picture(house: House) -> None:
    """The organizer's way: places, one type, a card with its interval, its dimensions, the picture."""
    await with_results(house)
    guest = await house.guest("organizer")
    await guest.says("/menu")
    await guest.taps("Wyniki")
    assert "1. Miejsce 00 – " in guest.text
    assert "6. Miejsce 05 – " in guest.text
    await guest.taps("Dalej")
    assert "Bez miejsca: Zupełnie Puste – nie ma jeszcze kontaktu, który się liczy" in guest.text
    await guest.taps("Typ: wszystkie")
    await guest.taps("biblioteka")
    assert "2. Miejsce 03 – " in guest.text
    assert "Miejsce 00" not in guest.text
    await guest.taps("Alfabetycznie")
    assert guest.text.index("Miejsce 01") < guest.text.index("Miejsce 03") < guest.text.index("Miejsce 05")
    assert "miejsce 1. z 3" in guest.text
    await guest.taps("Miejsce 01")
    for words in ("Wynik łączny: ", "95%: ", "Kultura obsługi: ", "Cała edycja: miejsce 2. z 6", "miejsce 1. z 3"):
        assert words in guest.text
    assert "Wynik tymczasowy" not in guest.text
    assert "Liczy się 9 kontaktów: 2 wizyty, 3 telefony, 2 e-maile, 2 sprawdzenia strony" in guest.text
    assert {"Dlaczego?", "Licencja"} <= set(guest.last.buttons)
    await guest.taps("Wymiary i sposoby kontaktu")
    assert "Prywatność: " in guest.text
    assert "Media społecznościowe: za mało danych" in guest.text
    await guest.taps("Wynik")
    await guest.taps("Jako obraz")
    outgoing = guest.last.outgoing
    assert outgoing is not None
    (picture,) = outgoing.attachments
    assert picture.media_type == "image/png"
    assert picture.shape is not None
    assert picture.shape[0] == 1080
    await guest.says("/wyniki miejsce 00")
    await guest.taps("Miejsce 00")
    assert "Wynik tymczasowy: 9 raportów czeka na zatwierdzenie." in guest.text


@on_sqlite
async def test_the_table_holds_everything(house: House) -> None:
    """All nodes with places, the spread of each, and means with severity taken out beside the raw ones."""
    await with_results(house, places=5)
    guest = await house.guest("organizer")
    await guest.taps_data(encode(ResultsTable()))
    sheets = await table_of(house, guest)
    results, spread, fair = sheets["Wyniki"], sheets["Rozrzut"], sheets["Surowość jurorów"]
    header = [str(cell) for cell in results[0]]
    assert results[1][header.index("Miejsce")] == 1
    assert results[1][header.index("Wynik łączny")] == results[1][header.index("Wynik łączny [total]")]
    assert results[-1][header.index("Bez miejsca: dlaczego")] == "nie ma jeszcze kontaktu, który się liczy"
    assert len(results) == 1 + 5 + 2
    assert [row[1] for row in spread[1:3]] == ["Wynik łączny [total]", "Kultura obsługi [kultura]"]
    assert len(fair) == 1 + 5
    raw, adjusted, error, difference = (float(str(fair[1][at])) for at in (3, 4, 5, 6))
    assert adjusted - raw == pytest.approx(difference, abs=1e-3)
    assert error > 0
    assert await house.noted(f"edition:{house.world.edition}") == ["results.exported"]


@on_sqlite
async def test_how_good_the_assessments_are(house: House) -> None:
    """Agreement by kind and item, the planted severities, items to look at; nothing changes a result."""
    await with_results(house)
    before = await house.read(lambda unit: standings.of_participant(unit, house.world.participant + 1))
    guest = await house.guest("organizer")
    await guest.says("/results")
    await guest.taps("Jakość ocen")
    await guest.taps("Zgodność jurorów")
    assert "Telefon · " in guest.text
    assert "Wszystko razem · " in guest.text
    assert "κ " in guest.text
    await guest.taps("Telefon")
    assert "Zgodność · Telefon · 1/" in guest.text
    await guest.taps("Dalej")
    assert "Zgodność · Telefon · 2/" in guest.text
    await guest.taps("Jakość ocen")
    await guest.taps("Surowość jurorów")
    assert "Jurorka Numer0: oceny +" in guest.text
    assert "Jurorka Numer3: oceny −" in guest.text
    assert "zwykła" in guest.text
    assert "Tylko do wiadomości" in guest.text
    await guest.taps("Jakość ocen")
    await guest.taps("Pytania do przejrzenia")
    assert "– dwie osoby widzą to różnie" in guest.text
    assert "za wcześnie na wnioski" in guest.text
    assert await house.read(lambda unit: standings.of_participant(unit, house.world.participant + 1)) == before


@on_sqlite
async def test_an_organizer_chooses_the_rubric(house: House) -> None:
    """Versions with their days; asked once; everything is computed anew; the usual one can be had back."""
    await with_results(house, places=2)
    first = await house.read(lambda unit: rubrics.newest(unit, rubrics.USUAL))
    second = await with_rubric(house)
    await house.settle()
    guest = await house.guest("organizer")
    await guest.says("/wyniki")
    await guest.taps("Rubryka")
    assert first is not None
    assert f"✓ lider-zaufania · {second[:8]} · 20 listopada 2026 – w użyciu" in guest.text
    assert f"• lider-zaufania · {first[:8]} · 20 listopada 2026" in guest.text
    assert "Nie wybrano rubryki, więc obowiązuje zwykła" in guest.text
    await guest.taps(f"lider-zaufania · {first[:8]}")
    assert "Wszystkie wyniki policzą się od nowa." in guest.text
    assert "rubric.chosen" not in await house.noted(f"edition:{house.world.edition}")
    yes = guest.last.buttons["Tak, licz według tej"]
    await guest.taps("Tak, licz według tej")
    assert "Wyniki liczą się od nowa" in guest.text
    await house.settle()
    row = await house.read(lambda unit: standings.of_participant(unit, house.world.participant + 1))
    assert row is not None
    assert row.rubric_version == first
    await guest.taps_data(yes)
    assert "Ta edycja już jest liczona według tej rubryki." in guest.text
    assert f"✓ lider-zaufania · {first[:8]}" in guest.text
    await guest.taps("Zwykła: lider-zaufania")
    assert "Gdy pojawi się nowsza wersja, zastąpi tę sama." in guest.text
    await guest.taps("Tak, licz według tej")
    assert await house.read(lambda unit: scores.version_of(unit, house.world.edition)) == second
    assert (await house.noted(f"edition:{house.world.edition}")).count("rubric.chosen") == 2
    for tap in (ChooseRubric(999), RubricYes(999)):
        await guest.taps_data(encode(tap))
        assert "Nie ma takiej rubryki. Nic się nie zmieniło" in guest.text
    coordinator = await house.guest("coordinator")
    await coordinator.says("/wyniki")
    assert "Rubryka" not in coordinator.last.buttons
    await coordinator.taps_data(encode(RubricYes(0)))
    assert (await house.noted(f"edition:{house.world.edition}")).count("rubric.chosen") == 2


@on_sqlite
async def test_choosing_a_rubric_where_none_is_published(house: House) -> None:
    """The list says so, and leads on."""
    guest = await house.guest("organizer")
    await guest.taps_data(encode(Rubrics(0)))
    assert "Żadna rubryka nie jest jeszcze opublikowana." in guest.text
    assert "Wyniki" in guest.last.buttons


async def one_more_coordinator(house: House) -> int:
    """Somebody who looks after other participants."""
    return await house.run(
        lambda unit: people.add_person(
            unit,
            edition_id=house.world.edition,
            name="Beata Inna",
            role=people.Role.COORDINATOR,
            language="pl",
            now=house.clock(),
        )
    )


@on_sqlite
async def test_a_coordinator_sees_their_own_participants(house: House) -> None:
    """Places are among all of the edition; names, scores, cards and files of others are nobody else's."""
    other = await one_more_coordinator(house)
    made = await with_results(house, places=4, coordinator=other)
    mine = made.places[2]
    await house.run(lambda unit: editions.update_participant(unit, mine, coordinator_id=house.world.coordinator))
    guest = await house.guest("coordinator")
    await guest.says("/wyniki")
    assert "3. Miejsce 02 – " in guest.text
    assert "Miejsce 00" not in guest.text
    assert "Jakość ocen" not in guest.last.buttons
    await guest.taps("Miejsce 02")
    assert "Cała edycja: miejsce 3. z 4" in guest.text
    for tap in (ResultCard(made.places[0]), ResultParts(made.places[0], 0), ResultPicture(made.places[0])):
        await guest.taps_data(encode(tap))
        assert "Miejsce 00" not in guest.text
        assert not guest.last.outgoing or not guest.last.outgoing.attachments
    for organizers in (RatingQuality(), Agreement(), AgreementItems(0, 0), FairScores(0), DoubtfulItems(0)):
        await guest.taps_data(encode(organizers))
        assert "Jurorka" not in guest.text
        assert "α" not in guest.text
    await guest.taps_data(encode(ResultsTable()))
    sheets = await table_of(house, guest)
    assert {str(row[0]) for row in sheets["Wyniki"][1:]} == {"Miejsce 02", "Przykładowo", "Zupełnie Puste"}
    assert {str(row[0]) for row in sheets["Surowość jurorów"][1:]} == {"Miejsce 02"}
    assert {str(row[0]) for row in sheets["Rozrzut"][1:]} == {"Miejsce 02"}


@on_sqlite
async def test_recipes_look_at_rights_once_more(house: House) -> None:
    """Between the tap and the job a person may have lost the right to what they asked for."""
    other = await one_more_coordinator(house)
    made = await with_results(house, places=2, coordinator=other)

    def look(unit: Unit) -> list[object]:
        found: list[object] = []
        for who in (house.world.coordinator, house.world.juror):
            person = people.person(unit, who)
            assert person is not None
            found += [made_of(unit, house.desk, person, what, made) for what in standing_quality.RECIPES]
            found.append(made_of(unit, house.desk, person, standing_files.PICTURE, made))
        juror = people.person(unit, house.world.juror)
        assert juror is not None
        return [*found, made_of(unit, house.desk, juror, standing_files.TABLE, made)]

    def made_of(unit: Unit, desk: Desk, person: Person, what: str, made: Edition) -> object:
        recipes = {**standing_files.RECIPES, **standing_quality.RECIPES}
        return recipes[what](unit, desk, person, {"participant": made.places[0], "page": 0, "kind": 0}, house.clock())

    assert set(await house.read(look)) == {None}


@on_sqlite
async def test_nothing_is_scored_yet(house: House) -> None:
    """Without a rubric or a report every screen says so, and leads on."""
    guest = await house.guest("organizer")
    await guest.says("/wyniki")
    assert "Bez miejsca: Przykładowo – nie ma jeszcze kontaktu, który się liczy" in guest.text
    await guest.taps("Przykładowo")
    assert "Brak wyniku: nie ma jeszcze kontaktu, który się liczy." in guest.text
    assert "Jako obraz" not in guest.last.buttons
    for tap in (ResultPicture(house.world.participant), ResultParts(house.world.participant, 0)):
        await guest.taps_data(encode(tap))
        assert guest.last.outgoing is not None
        assert not guest.last.outgoing.attachments
        assert "Menu" in guest.last.buttons
    for computed in (Agreement(), AgreementItems(3, 9), FairScores(0), DoubtfulItems(0)):
        await guest.taps_data(encode(computed))
        assert "Nie ma jeszcze z czego liczyć" in guest.text
    await guest.taps_data(encode(ResultsTable()))
    assert list(await table_of(house, guest)) == ["Wyniki", "Rozrzut"]
    await guest.says("/wyniki nie ma takiego")
    assert "nie ma takiego" in guest.text
    assert "Wszystkie wyniki" in guest.last.buttons
    await guest.taps_data(encode(ResultsBy(99, 99, 99)))
    assert "Przykładowo" in guest.text


@on_sqlite
async def test_last_edition_stands_beside(house: House) -> None:
    """The same institution by its NIP, with the difference; other rules are named."""
    made = await with_results(house, places=2)
    now = house.clock()

    def before(unit: Unit) -> None:
        old = editions.add_edition(
            unit,
            name="Edycja I",
            starts_on=now.date() - timedelta(days=400),
            ends_on=now.date() - timedelta(days=300),
            time_zone="Europe/Warsaw",
            correction_hours=24,
        )
        editions.update_participant(unit, made.places[0], nip="5260250274")
        for nip, total in (("5260250274", 50.0), ("1111111111", 10.0)):
            place = editions.add_participant(
                unit, edition_id=old, name="Dawna nazwa", short_name="Dawna", type="gmina", nip=nip
            )
            row = standings.of_participant(unit, made.places[0])
            assert row is not None
            standings.save(unit, [StandingRow(place, old, "0" * 64, total, {}, {}, 3, 0, now)])

    await house.run(before)
    guest = await house.guest("organizer")
    await guest.taps_data(encode(ResultCard(made.places[0])))
    assert "Edycja I: 50 (+" in guest.text
    assert "wtedy inne zasady punktacji" in guest.text
    await guest.taps_data(encode(ResultCard(made.places[1])))
    assert "Edycja I" not in guest.text
    await guest.taps_data(encode(ResultsTable()))
    rows = (await table_of(house, guest))["Wyniki"]
    column = rows[0].index("Wynik: Edycja I")
    assert [row[column] for row in rows[1:]] == [50.0, "", "", ""]


@on_sqlite
async def test_an_interval_that_is_not_there_yet(house: House) -> None:
    """A score comes before its interval: the card says that it is being computed, and can be opened again."""
    made = await with_results(house, places=2)

    def forget(unit: Unit) -> None:
        row = standings.of_participant(unit, made.places[0])
        assert row is not None
        spread = {node: {**values, "low": None, "high": None} for node, values in row.spread.items()}
        standings.save(unit, [replace(row, spread=spread)])

    await house.run(forget)
    guest = await house.guest("organizer")
    await guest.taps_data(encode(Results(0)))
    await guest.taps("Miejsce 00")
    assert "przedział właśnie się liczy" in guest.text
    await guest.taps("Odśwież")
    assert "Miejsce 00 · wynik" in guest.text
