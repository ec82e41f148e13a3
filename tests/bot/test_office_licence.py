"""The licence in the office's chat: lists, the card and its reasons, decisions without a vote, revoked ones, tables."""

from __future__ import annotations

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from bot.office_taps.licence import (
    LicenceAskBatch,
    LicenceAskOpen,
    LicenceBatch,
    LicenceBoardPick,
    LicenceCard,
    LicenceDecide,
    LicenceExtend,
    LicenceGrounds,
    LicenceJoin,
    LicenceOpen,
    LicencePart,
    LicenceRemind,
    LicenceRevoke,
)
from bot.taps import encode
from bot.views.office.licence import PARTS, Part
from storage import board, decisions, editions, people, votings
from storage.decisions import Decision, Granted
from storage.people import Role
from tests.bot import licences
from tests.bot.house import Guest, House
from tests.bot.licences import CRITICAL, FEW, GOOD, POOR

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WORDS = "Brakujący raport potwierdził, że wszystko jest w porządku."
ALONE = licences.AWARD + "  jury: blocked_only\n"


async def decided(house: House, place: int) -> list[Decision]:
    """Every decision on a participant, the last first."""
    return await house.read(lambda unit: decisions.of_participant(unit, place))


async def card(guest: Guest, place: int) -> str:
    """The card of a participant."""
    await guest.taps_data(encode(LicenceCard(place)))
    return guest.text


async def test_everybody_is_listed_once(house: House) -> None:
    """By what is proposed, with what speaks against it; the buttons open cards."""
    await licences.publish(house)
    await licences.place(house, "Płońsk", GOOD)
    await licences.place(house, "Mława", POOR, total=20)
    await licences.place(house, "Sierpc", CRITICAL)
    await licences.place(house, "Raciąż", FEW)
    gone = await licences.place(house, "Dawno", GOOD)
    await house.run(lambda unit: editions.update_participant(unit, gone, withdrawn_at=house.clock()))
    guest = await house.guest("coordinator")
    await guest.says("/licencje")
    for line in ("przyznać: 1", "nie przyznawać: 1", "pozycje krytyczne: 1", "Za mało danych: 2"):
        assert line in guest.text
    for label, shown in (
        ("Propozycja: przyznać", "• Płońsk · 100"),
        ("Propozycja: nie przyznawać", "• Mława · 20 · Wynik, Kultura obsługi ↓"),
        ("Wstrzymane", "• Sierpc · 100 · 1 pozycja krytyczna"),
        ("Za mało danych", "• Raciąż · 100 · brakuje 1 kontaktu"),
    ):
        await guest.says("/licencje")
        await guest.taps(label)
        assert shown in guest.text
        assert "Dawno" not in guest.text
    assert "• Przykładowo · brakuje 2 kontaktów" in guest.text
    assert not any(label.startswith("Głosowanie nad") for label in guest.last.buttons)
    await guest.taps_data(encode(LicencePart(PARTS.index(Part.REVOKED), 0)))
    assert "Teraz nic tu nie ma" in guest.text or guest.last.buttons
    await guest.taps_data(encode(LicencePart(99, 7)))
    assert "Płońsk" in guest.text


async def test_a_long_list_has_pages(house: House) -> None:
    """Eight on each, no query for each line."""
    await licences.publish(house)
    for number in range(9):
        await licences.place(house, f"Gmina {number}", GOOD)
    guest = await house.guest("organizer")
    await guest.says("/licencje")
    await guest.taps("Propozycja: przyznać (9)")
    assert guest.text.count("•") == 8
    await guest.taps("Dalej")
    assert "• Gmina 8" in guest.text


async def test_the_card_says_why_and_what_would_change(house: House) -> None:
    """Thresholds with what is missing, evidence, critical items with their reports; the dearest criteria first."""
    await licences.publish(house)
    poor = await licences.place(house, "Mława", POOR, total=20)
    few = await licences.place(house, "Raciąż", FEW)
    critical = await licences.place(house, "Sierpc", CRITICAL)
    guest = await house.guest("organizer")
    assert "✗ Kultura obsługi: 31,3, brakuje 18,7 do 50" in await card(guest, poor)
    await guest.taps("Co musiałoby się zmienić")
    assert "Kultura obsługi: 31,3 → 50 (+18,7)\n   −43,8  T02. Uprzejmie\n   −25  T01. Odebrano" in guest.text
    await guest.taps("Wróć")
    assert "Propozycja: nie przyznawać" in guest.text
    assert "✗ 1 telefon (potrzeba 2), różne osoby: 1 z 2, różne godziny: 1 z 2" in await card(guest, few)
    assert "Otwórz głosowanie" not in guest.last.buttons
    await guest.taps("Co musiałoby się zmienić")
    assert "brakuje jeszcze: 1 telefon, przez osobę, która jeszcze tego tu nie robiła, o innej godzinie" in guest.text
    assert "T03. Dane bezpieczne (raporty: " in await card(guest, critical)
    await guest.taps("Co musiałoby się zmienić")
    assert "1 pozycja krytyczna niespełniona: przyznać mimo to może tylko jury, w głosowaniu" in guest.text
    assert "Jagoda" not in "".join(line.text for line in guest.heard)


async def test_the_numbers_open_to_the_answers(house: House) -> None:
    """One button leads from the proposal to the tree of the score."""
    await licences.publish(house)
    place = await licences.place(house, "Płońsk", GOOD)
    guest = await house.guest("organizer")
    await card(guest, place)
    await guest.taps("Skąd te liczby")
    assert "100" in guest.text


async def test_without_rules_nothing_is_proposed(house: House) -> None:
    """It is said why; the buttons of the card do no harm."""
    guest = await house.guest("organizer")
    await guest.says("/licencje")
    assert "nie ma zasad licencji" in guest.text
    await licences.publish(house, award="")
    place = await licences.place(house, "Płońsk", GOOD)
    assert "nie ma zasad licencji" in await card(guest, place)
    for tap in (LicenceAskOpen(place), LicenceOpen(place, 0), LicenceDecide(place, 0)):
        await guest.taps_data(encode(tap))
        assert "nie ma zasad licencji" in guest.text
    await guest.taps_data(encode(LicenceBatch(0, 0)))
    await guest.taps_data(encode(LicenceAskBatch(0)))
    assert await decided(house, place) == []


async def test_an_organizer_decides_where_no_vote_is_needed(house: House) -> None:
    """Only with grounds in own words, and never past critical items."""
    await licences.publish(house, award=ALONE)
    good = await licences.place(house, "Płońsk", GOOD)
    critical = await licences.place(house, "Sierpc", CRITICAL)
    guest = await house.guest("organizer")
    await card(guest, good)
    await guest.taps("Odmów bez głosowania")
    assert "inaczej niż w propozycji" in guest.text
    await guest.taps("Wróć, bez decyzji")
    await guest.taps("Przyznaj bez głosowania")
    await guest.says("ok")
    assert "To bardzo krótko" in guest.text
    await guest.says(WORDS)
    (decision,) = await decided(house, good)
    assert (decision.verdict, decision.voting_id) == (Granted.GRANT, None)
    assert (decision.grounds["words"], decision.grounds["overturns"]) == (WORDS, False)
    assert "Decyzja organizatora, bez głosowania." in guest.text
    await guest.taps_data(encode(LicenceDecide(good, 1)))
    assert len(await decided(house, good)) == 1
    await card(guest, critical)
    assert "Przyznaj bez głosowania" not in guest.last.buttons
    await guest.taps_data(encode(LicenceDecide(critical, 0)))
    await guest.says(WORDS)
    assert await decided(house, critical) == []
    await guest.taps_data(encode(LicenceDecide(critical, 9)))


async def test_by_the_usual_rules_only_the_jury_decides(house: House) -> None:
    """A tap made up for a decision without a vote shows the card."""
    await licences.publish(house)
    place = await licences.place(house, "Płońsk", GOOD)
    guest = await house.guest("organizer")
    await guest.taps_data(encode(LicenceDecide(place, 0)))
    assert "Propozycja: przyznać" in guest.text
    await guest.says(WORDS)
    assert await decided(house, place) == []


async def test_a_decision_is_revoked_with_a_reason_and_made_anew(house: House) -> None:
    """By a button or in own words; the journal knows; what was revoked is not revoked twice."""
    await licences.publish(house, award=ALONE)
    place = await licences.place(house, "Płońsk", GOOD)
    guest = await house.guest("organizer")
    for verdict in (0, 1):
        await guest.taps_data(encode(LicenceDecide(place, verdict)))
        await guest.says(WORDS)
        await guest.taps("Cofnij decyzję")
        if verdict == 0:
            await guest.taps("Błąd w danych")
            assert "✗ Cofnięta 20 listopada 2026: błąd w danych. Można zdecydować od nowa." in guest.text
        else:
            await guest.taps("Własnymi słowami")
            await guest.says("bo")
            assert "To bardzo krótko" in guest.text
            await guest.says("Podmiot złożył odwołanie, które uznano.")
            assert "Podmiot złożył odwołanie, które uznano. Można" in guest.text
            assert "1 wcześniejsza decyzja, cofnięta" in guest.text
    newest, first = await decided(house, place)
    assert (first.revoked_because, newest.revoked_because) == ("mistake", "Podmiot złożył odwołanie, które uznano.")
    assert first.revoked_by == house.world.organizer
    await guest.taps_data(encode(LicenceRevoke(first.id, 0)))
    await guest.taps_data(encode(LicenceRevoke(newest.id, 77)))
    assert (await house.noted(f"participant:{place}")).count("licence.revoked") == 2
    await guest.says("/licencje")
    assert "Cofnięte: 1" in guest.text


async def test_a_coordinator_only_looks(house: House) -> None:
    """Within their scope, without a button that changes anything; made-up taps are refused."""
    await licences.publish(house)
    mine = await licences.place(house, "Płońsk", GOOD)
    theirs = await licences.place(house, "Mława", GOOD)

    def divide(unit: object) -> None:
        other = people.add_person(
            unit,  # type: ignore[arg-type]
            edition_id=house.world.edition,
            name="Inna",
            role=Role.COORDINATOR,
            now=house.clock(),
        )
        editions.update_participant(unit, theirs, coordinator_id=other)  # type: ignore[arg-type]

    await house.run(divide)
    guest = await house.guest("coordinator")
    assert "Propozycja: przyznać" in await card(guest, mine)
    assert "Otwórz głosowanie" not in guest.last.buttons
    assert "Mława" not in await card(guest, theirs)
    await guest.says("/licencje")
    await guest.taps("Propozycja: przyznać (1)")
    assert "Jury" not in guest.last.buttons
    for tap in (LicenceOpen(mine, 0), LicenceJoin(house.world.juror, 0), LicenceDecide(mine, 0), LicenceBatch(0, 0)):
        await guest.taps_data(encode(tap))
    assert await house.read(lambda unit: votings.of_participant(unit, mine)) == []
    assert await house.read(lambda unit: board.members(unit, house.world.edition)) == []


async def test_the_board_is_chosen_by_buttons(house: House) -> None:
    """Anybody of the edition who takes part; nobody twice, nobody who left."""
    await licences.publish(house)
    guest = await house.guest("organizer")
    await guest.says("/licencje")
    await guest.taps("Jury")
    assert "W jury nie ma jeszcze nikogo." in guest.text
    await guest.taps("Dodaj osobę do jury")
    await guest.taps("+ Jagoda Test")
    assert "W jury od teraz: Jagoda Test." in guest.text
    assert "+ Jagoda Test" not in guest.last.buttons
    juror, coordinator = house.world.juror, house.world.coordinator
    await guest.taps_data(encode(LicenceJoin(juror, 0)))
    assert "Jagoda Test – już w jury." in guest.text
    await house.run(lambda unit: people.update_person(unit, coordinator, left_at=house.clock()))
    await guest.taps_data(encode(LicenceJoin(coordinator, 0)))
    await guest.taps_data(encode(LicenceBoardPick(0)))
    assert "Konrad" not in guest.text
    await guest.taps("+ Olga")
    assert "Wszyscy są już w jury." in guest.text
    await guest.taps("Jury")
    await guest.taps("Usuń: Jagoda")
    await guest.taps("Usuń z jury")
    await guest.taps_data(encode(LicenceJoin(juror, 0)))
    assert await house.noted(f"person:{juror}") == ["board.joined", "board.left", "board.joined"]


async def test_what_cannot_be_voted_on(house: House) -> None:
    """Too little data, decided, open already, nobody on the board: said, and nothing opens."""
    await licences.publish(house, award=ALONE)
    few = await licences.place(house, "Raciąż", FEW)
    good = await licences.place(house, "Płońsk", GOOD)
    guest = await house.guest("organizer")
    await guest.taps_data(encode(LicenceOpen(good, 0)))
    assert "Nikt z jury nie może tu głosować" in guest.text
    await guest.taps_data(encode(LicenceAskBatch(0)))
    assert "Nikt z jury nie może tu głosować" in guest.text
    await licences.member(house, "Ala")
    await guest.taps_data(encode(LicenceOpen(few, 0)))
    assert "za mało danych" in guest.text
    for lasts in (9, 0, 0):
        await guest.taps_data(encode(LicenceOpen(good, lasts)))
    found = await house.read(lambda unit: votings.of_participant(unit, good))
    assert len(found) == 1
    await guest.taps_data(encode(LicenceAskOpen(good)))
    assert "Głosowanie trwa do" in guest.text
    await guest.taps_data(encode(LicenceDecide(good, 0)))
    await guest.says(WORDS)
    assert await decided(house, good) == []
    await guest.taps_data(encode(LicenceExtend(found[0].id, 9)))
    await guest.taps_data(encode(LicenceGrounds(found[0].id)))
    await guest.taps_data(encode(LicenceBatch(9, 0)))
    await guest.taps_data(encode(LicenceBatch(PARTS.index(Part.GRANT), 0)))
    assert "Otwarto 0 głosowań" in guest.text
    assert len(await house.read(lambda unit: votings.of_participant(unit, good))) == 1


async def test_a_reminder_is_sent_once_in_a_while(house: House) -> None:
    """To those who have not voted, and not again at once."""
    await licences.publish(house)
    place = await licences.place(house, "Płońsk", GOOD)
    guest = await house.guest("organizer")
    ala = await licences.member(house, "Ala")
    await guest.taps_data(encode(LicenceOpen(place, 3)))
    await guest.taps("Przypomnij")
    assert "Przypomnienie dostaje 1 osoba." in guest.text
    assert "brakuje jeszcze Twojego głosu" in ala.text
    await guest.taps("Przypomnij")
    assert "Przypomnienie było niedawno." in guest.text
    await ala.taps("Za")
    voting = (await house.read(lambda unit: votings.of_participant(unit, place)))[0].id
    await guest.taps("Zamknij teraz")
    assert "Oddane głosy: 1 z 1" in guest.text
    await guest.taps("Zamknij i policz")
    assert "Licencja przyznana" in guest.text
    await guest.taps_data(encode(LicenceRemind(voting)))
    assert "Licencja przyznana" in guest.text


async def test_distinctions_and_the_table(house: House) -> None:
    """Provisional until a licence is granted; the table holds proposals, decisions and grounds, and no names."""
    await licences.publish(house, award=ALONE)
    first = await licences.place(house, "Płońsk", GOOD, total=100)
    await licences.place(house, "Mława", GOOD, total=90)
    await licences.place(house, "Starostwo", GOOD, kind="powiat", total=90)
    guest = await house.guest("organizer")
    await guest.says("/licencje")
    await guest.taps("Wyróżnienia")
    assert "• Kultura obsługi – cała edycja: Płońsk (100)" in guest.text
    assert "Nieostateczne" in guest.text
    assert guest.text.count("•") == 3
    await guest.taps_data(encode(LicenceDecide(first, 0)))
    await guest.says(WORDS)
    await guest.taps("Wszystkie licencje")
    await guest.taps("Wyróżnienia")
    assert guest.text.count("•") == 2
    assert "Równe wyniki dzielą wyróżnienie." in guest.text
    await guest.says("/licencje")
    await guest.taps("Jako tabela")
    await house.settle()
    (attachment,) = guest.last.outgoing.attachments  # type: ignore[union-attr]
    data = await house.blobs.get(attachment.sha256)
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    rows = book.get_sheet_by_name("Licencje").to_python()
    row = next(each for each in rows if each[0] == "Płońsk")
    assert "Licencja przyznana" in row
    assert WORDS in row
    assert len(book.get_sheet_by_name("Wyróżnienia").to_python()) == 3
    assert "Olga" not in str(rows)
