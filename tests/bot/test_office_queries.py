"""Queries of participants: written down, answered, their effect carried out and shown; none names a juror."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.office_taps.directory import PlaceCard
from bot.office_taps.queries import (
    Queries,
    QueryAbout,
    QueryCard,
    QueryCarryOut,
    QueryEffect,
    QueryItem,
    QueryReceived,
    QueryReopen,
    QueryValue,
    QueryWithdraw,
)
from bot.refusals import RefusalCode
from bot.roles.office.queries import SUBJECT, TABLE
from bot.tap_kinds import ContinueContact
from bot.taps import encode
from scenarios.contact import Report, Submit
from storage import editions, people, queries, reviews
from storage.database import Unit
from storage.people import Role
from storage.queries import Query, QueryState
from storage.reviews import ReviewState
from tests.bot.house import Guest, House, is_at, refusal
from tests.bot.reported import reported

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WORDS = "Rozmowa była uprzejma, mamy o tym notatkę z tego dnia."


async def contact_person(house: House) -> None:
    """Let the participant have one."""
    known = {"contact_name": "Zofia Sekretarz", "contact_email": "sekretarz@przykladowo.pl"}
    await house.run(lambda unit: editions.update_participant(unit, house.world.participant, **known))


async def asked(house: House, item: str | None = "T08") -> tuple[Guest, int, Query]:
    """The coordinator, a contact, and a query about one of its questions."""
    await contact_person(house)
    await house.guest()
    contact = await reported(house, house.world.juror, {"t08": "2"})
    guest = await house.guest("coordinator")
    await guest.taps_data(encode(PlaceCard(house.world.participant)))
    await guest.taps("Zapytania")
    await guest.taps("Nowe zapytanie")
    await guest.taps("telefon, 20 listopada")
    if item is None:
        await guest.taps("Cały kontakt")
    else:
        while not any(shown.startswith(item) for shown in guest.last.buttons):
            await guest.taps("Dalej")
        await guest.taps(item)
    await guest.says(WORDS)
    return guest, contact, await the_one(house)


async def the_one(house: House) -> Query:
    """The query there is."""
    found = await house.read(lambda unit: queries.query(unit, 1))
    assert found is not None
    return found


async def answers(guest: Guest, effect: str, words: str = "Dziękujemy, sprawdziliśmy to.") -> None:
    """Choose what comes of it, and say so."""
    await guest.taps("Odpowiedz")
    await guest.taps(effect)
    await guest.says(words)


async def test_a_query_is_written_down_and_answered(house: House) -> None:
    """From the participant's card; the contact person is known; the text for the participant tells no more than may."""
    guest, contact, query = await asked(house)
    assert "Zapytanie nr 1" in guest.text
    assert "Pyta: Zofia Sekretarz (osoba do kontaktu)" in guest.text
    assert "T08. Jaki był ton rozmowy?" in guest.text
    assert (query.contact_id, query.path, query.effect["late"]) == (contact, "t08", False)
    assert (query.answer_by - query.asked_at).days in {7, 8}
    await answers(guest, "Nic się nie zmieni")
    assert "Planowany skutek: bez zmian" in guest.text
    assert (await the_one(house)).state is QueryState.OPEN
    await guest.taps("Wykonaj i zamknij")
    query = await the_one(house)
    assert (query.state, query.answered_by) == (QueryState.ANSWERED, house.world.coordinator)
    assert "Skutek: bez zmian, 20 listopada 2026" in guest.text
    await guest.taps("Tekst dla podmiotu")
    assert "Dotyczy: telefon, 20 listopada 2026, przed południem" in guest.text
    assert "Dziękujemy, sprawdziliśmy to." in guest.text
    for hidden in ("Jagoda", "raport nr", "10:00", "juror"):
        assert hidden not in guest.text
    await guest.taps_data(encode(PlaceCard(house.world.participant)))
    assert any(label == "Zapytania (1)" for label in guest.last.buttons)
    assert {"query.recorded", "query.answered"} <= set(await house.noted("query:1"))


async def test_the_question_is_asked_again(house: House) -> None:
    """The juror is not told why; what they say then is shown with the query."""
    guest, contact, _query = await asked(house)
    juror = house.chat("juror")
    await answers(guest, "Zadaj pytanie jeszcze raz")
    await guest.taps("Wykonaj i zamknij")
    assert "Odpowiedzi jurora jeszcze nie ma." in guest.text
    assert "Prosimy spojrzeć na to pytanie jeszcze raz." in juror.text
    assert "uczestnik" not in juror.text.lower()
    await juror.taps_data(encode(ContinueContact(contact)))
    await juror.taps("4")
    await juror.walk(contact, is_at(Report))
    await juror.replies(contact, Submit())
    await guest.taps_data(encode(QueryCard(1)))
    assert "Odpowiedź zmieniono na: 4" in guest.text


async def test_the_contact_does_not_count(house: House) -> None:
    """Carried out by the review, and shown there and here; opened again, that stays and it is said so."""
    guest, contact, _query = await asked(house, None)
    await answers(guest, "Kontakt się nie liczy")
    await guest.taps("Wykonaj i zamknij")
    review = await house.read(lambda unit: reviews.review(unit, contact))
    assert review is not None
    assert review.state is ReviewState.VOID
    assert "Skutek: kontakt się nie liczy, 20 listopada 2026" in guest.text
    await guest.taps("Otwórz ponownie")
    assert "zostaje; można to cofnąć" in guest.text
    query = await the_one(house)
    assert (query.state, query.done, query.effect["undone"][0]["kind"]) == (QueryState.OPEN, None, "void")
    await guest.taps("Odpowiedz inaczej")
    assert not any(shown.startswith("Kontakt") for shown in guest.last.buttons)


async def test_another_answer_holds(house: House) -> None:
    """Kept beside the juror's own, until the query is opened again."""
    guest, contact, _query = await asked(house)
    await guest.taps("Odpowiedz")
    await guest.taps("Liczy się inna odpowiedź")
    await guest.taps("4 – uprzejmie")
    await guest.says("Po sprawdzeniu oceniamy rozmowę wyżej.")
    await guest.taps("Wykonaj i zamknij")
    assert "liczy się inna odpowiedź: 4 – uprzejmie i z uwagą" in guest.text
    edition = house.world.edition
    assert await house.read(lambda unit: dict(queries.decided(unit, edition))) == {(contact, "t08"): 4}
    assert [value for path, value in await house.answers(contact) if path == "t08"] == [2]
    await guest.taps("Otwórz ponownie")
    assert await house.read(lambda unit: dict(queries.decided(unit, edition))) == {}


async def test_too_little_is_asked_again(house: House) -> None:
    """Nothing is lost: the same question is asked once more, with an example."""
    await contact_person(house)
    guest = await house.guest("organizer")
    await guest.taps_data(encode(Queries(0)))
    await guest.taps("Nowe zapytanie")
    await guest.says("qqqq")
    assert "„qqqq”" in guest.text
    await guest.says("przyklad")
    await guest.taps("Cały wynik")
    await guest.says("To źle")
    assert "który fakt jest podważany" in guest.text
    await guest.says("x" * 4000)
    assert "3000" in guest.text
    await guest.says(WORDS)
    assert "Dotyczy: cały wynik" in guest.text
    await guest.taps("Odpowiedz")
    assert "Kontakt się nie liczy" not in guest.last.buttons


async def test_who_asked_and_when(house: House) -> None:
    """Somebody else than the contact person is warned of; what came after a week is kept, and marked."""
    guest, contact, _query = await asked(house)
    now = house.clock()
    await house.run(lambda unit: reviews.set_state(unit, contact, ReviewState.APPROVED, now=now))
    await guest.taps("Kto pyta")
    await guest.says("")
    await guest.says("Jan Ktoś")
    assert "⚠ Osobą do kontaktu jest ktoś inny: Zofia Sekretarz." in guest.text
    await guest.taps("Pyta osoba do kontaktu")
    assert "(osoba do kontaktu)" in guest.text
    await house.passes(timedelta(days=9))
    await guest.taps("Data wpływu")
    await guest.says("pojutrze albo kiedyś")
    assert "Kiedy wpłynęło?" in guest.text
    await guest.taps_data(encode(QueryReceived(1, house.clock().date().toordinal() + 3)))
    assert "dopiero nadejdzie" in guest.text
    await guest.says("dzisiaj")
    assert "⚠ Po terminie: na zapytanie jest tydzień." in guest.text
    assert (await the_one(house)).effect["late"] is True
    await guest.taps("Data wpływu")
    await guest.says("22.11")
    query = await the_one(house)
    assert query.effect["late"] is False
    assert query.asked_at.date().day == 22


async def test_nobody_is_the_contact_person(house: House) -> None:
    """Then who asked is missing, and it is said so."""
    guest = await house.guest("coordinator")
    await guest.says("/zapytania")
    await guest.taps("Nowe zapytanie")
    await guest.says("Przykładowo")
    await guest.taps("Cały wynik")
    await guest.says(WORDS)
    assert "⚠ Brakuje informacji, kto pyta." in guest.text
    assert "nie ma tu jeszcze osoby do kontaktu" in guest.text
    await guest.taps("Kto pyta")
    await guest.says("Jan Ktoś")
    assert "Pyta: Jan Ktoś" in guest.text


async def test_an_answer_names_no_juror(house: House) -> None:
    """A juror's name is sent back at once; anything else that may be personal is pointed out."""
    guest, _contact, _query = await asked(house)
    await answers(guest, "Nic się nie zmieni", "Dzwoniła do Państwa Jagoda Test, i tak było.")
    assert "„Test” wygląda na nazwisko jurora" in guest.text
    await guest.says("Prosimy o telefon 512 345 678 w tej sprawie.")
    assert "⚠ W tekście może być numer telefonu" in guest.text


async def test_lists_and_the_table(house: House) -> None:
    """Open, past their day, closed; the table holds all of a query and no juror."""
    guest, _contact, _query = await asked(house)
    await guest.says("/zapytania")
    assert "1 zapytanie" in guest.text
    await house.passes(timedelta(days=10))
    await guest.taps_data(encode(Queries(0)))
    await guest.taps("Po terminie odpowiedzi (1)")
    assert "po terminie odpowiedzi" in guest.text
    await guest.taps("1. Przykładowo")
    await guest.taps("Wycofaj zapytanie")
    await guest.taps_data(encode(Queries(0)))
    assert "Teraz nic tu nie ma." in guest.text
    await guest.taps("Zamknięte (1)")
    assert "zapytanie wycofane" in guest.text
    await guest.taps("1. Przykładowo")
    await guest.taps("Otwórz ponownie")
    await guest.taps_data(encode(QueryReopen(1)))
    assert "już otwarte" in guest.text
    coordinator = house.world.coordinator

    def make(unit: Unit) -> str:
        person = people.person(unit, coordinator)
        assert person is not None
        return repr(SUBJECT.recipes[TABLE](unit, house.desk, person, {"part": "open"}, house.clock()))

    table = await house.read(make)
    assert WORDS in table
    assert "Zofia Sekretarz" in table
    assert "Jagoda" not in table


async def test_another_coordinators_query_is_out_of_sight(house: House) -> None:
    """Neither in the list nor by a button; nothing is done twice."""
    guest, contact, _query = await asked(house)
    await answers(guest, "Nic się nie zmieni")
    await guest.taps("Wykonaj i zamknij")
    await guest.taps_data(encode(QueryCarryOut(1)))
    assert "To zapytanie jest zamknięte." in guest.text
    other = await house.run(
        lambda unit: people.add_person(
            unit, edition_id=house.world.edition, name="Inny", role=Role.COORDINATOR, now=house.clock()
        )
    )
    await house.run(lambda unit: editions.update_participant(unit, house.world.participant, coordinator_id=other))
    taps = (QueryCard(1), QueryCarryOut(1), QueryEffect(1, 0), QueryValue(1, 2), QueryWithdraw(1), QueryReopen(1))
    for tap in (*taps, QueryAbout(contact, 0), QueryItem(contact, 0)):
        await guest.taps_data(encode(tap))
        assert refusal(RefusalCode.NOT_YOURS) in guest.text
    await guest.taps_data(encode(Queries(0)))
    assert "Teraz nic tu nie ma." in guest.text
