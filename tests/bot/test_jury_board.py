"""A vote of the jury from its opening to the decision: secret, changed, excluded, late, twice, without a quorum."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.channels.base import Tapped
from bot.jobs import Tally
from bot.office_taps.directory import EndWorkYes, RestorePlace, WithdrawPlace, WithdrawPlaceYes
from bot.office_taps.licence import (
    LicenceAskBatch,
    LicenceAskExtend,
    LicenceAskOpen,
    LicenceCard,
    LicenceClose,
    LicenceExtend,
    LicenceOpen,
)
from bot.roles import deciding
from bot.roles.office import licence_votes
from bot.tap_kinds import AskConflict, CastVote, OwnConflict, ShowVoting, ShowVotings
from bot.taps import encode
from scoring.voting import Choice
from storage import board, decisions, editions, journal, people, profiles, votings
from storage.decisions import Decision, Granted
from storage.people import Role
from storage.votings import Excluded, Voting, VotingState
from tests.bot import licences
from tests.bot.house import Guest, House

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

DAYS = timedelta(hours=73)


async def opened(house: House, calls: object = licences.GOOD, *, award: str = licences.AWARD) -> tuple[Guest, int]:
    """The organizer with a vote open on a participant; the board is on it by now."""
    await licences.publish(house, award=award)
    place = await licences.place(house, "Płońsk", calls)  # type: ignore[arg-type]
    guest = await house.guest("organizer")
    return guest, place


async def opens(guest: Guest, place: int, label: str = "72 godziny") -> int:
    """Open a vote by the buttons."""
    await guest.taps_data(encode(LicenceCard(place)))
    await guest.taps("Otwórz głosowanie")
    await guest.taps(label)
    return (await the_voting(guest.house, place)).id


async def the_voting(house: House, place: int) -> Voting:
    """The last vote on a participant."""
    return (await house.read(lambda unit: votings.of_participant(unit, place)))[0]


async def decided(house: House, place: int) -> list[Decision]:
    """Every decision on a participant."""
    return await house.read(lambda unit: decisions.of_participant(unit, place))


async def person_of(guest: Guest) -> int:
    """Whose chat it is."""
    found = await guest.house.read(lambda unit: people.find(unit, "room", guest.chat, lock=False))
    assert found is not None
    return found[0].id


async def test_a_whole_vote(house: House) -> None:
    """Opened by buttons, cast by a juror and a coordinator, changed, closed in time, decided with its grounds."""
    organizer, place = await opened(house)
    ala = await licences.member(house, "Ala")
    bob = await licences.member(house, "Bob", Role.COORDINATOR)
    eve = await licences.member(house, "Eve")
    voting = await opens(organizer, place)
    for guest in (ala, bob, eve):
        assert "Głosowanie: Płońsk" in guest.text
        assert "Propozycja: przyznać" in guest.text
        assert "Kultura obsługi: 100 (potrzeba 50)" in guest.text
        for word in ("Jagoda", "juror", "licencj", "tajemnicz"):
            assert word not in guest.text.lower()
    await ala.taps("Przeciw")
    assert "Zapisane: Przeciw" in ala.text
    await ala.taps("Zmień")
    assert "Twój głos teraz: Przeciw" in ala.text
    await ala.taps("Za")
    await bob.taps("Za")
    await organizer.taps_data(encode(LicenceCard(place)))
    assert "Oddane głosy: 2 z 3; kworum: 2." in organizer.text
    await house.passes(DAYS)
    (decision,) = await decided(house, place)
    assert (decision.verdict, decision.voting_id, decision.grounds["by"]) == (Granted.GRANT, voting, "jury")
    assert decision.grounds["votes"]["grant"] == 2
    assert decision.grounds["proposal"]["verdict"] == "grant"
    for guest in (ala, bob, eve, organizer):
        assert "• Płońsk: przyznano (za: 2, przeciw: 0, wstrzymało się: 0)" in guest.text
    noted = await house.read(lambda unit: journal.of_subject(unit, f"participant:{place}"))
    entry = next(entry for entry in noted if entry.what == "licence.decided")
    assert entry.details["grounds"]["votes"]["quorum"] == 2
    assert entry.details["rubric"] == decision.rubric_version
    await organizer.taps_data(encode(LicenceCard(place)))
    assert "Licencja przyznana, 23 listopada 2026." in organizer.text
    assert "Głosowanie jury: przyznano (za: 2" in organizer.text


async def test_nothing_is_told_before_the_end(house: House) -> None:
    """No message to anybody, no screen and no journal says how many voted what; not even without a quorum."""
    organizer, place = await opened(house, award=licences.AWARD + "  quorum: 1\n")
    board = [await licences.member(house, name) for name in ("Ala", "Bob", "Eve")]
    voting = await opens(organizer, place)
    before = len(house.room.delivered)
    await board[0].taps("Za")
    await board[1].taps("Przeciw")
    for guest in (organizer, *board):
        for data in (encode(LicenceCard(place)), encode(ShowVoting(voting)), encode(ShowVotings(0))):
            await guest.taps_data(data)
    await organizer.says("/licencje")
    await organizer.taps("Trwa głosowanie")
    assert "oddane głosy: 2 z 3" in organizer.text
    await house.passes(DAYS)
    found = await the_voting(house, place)
    assert found.state is VotingState.UNDECIDED
    await organizer.taps_data(encode(LicenceCard(place)))
    assert "nierozstrzygnięte: za mało głosów (2/3)" in organizer.text
    counts = re.compile(r"za: \d|przeciw: \d|wstrzymało się: \d")
    for chat, outgoing in house.room.delivered[before:]:
        assert not counts.search(f"{outgoing.head} {outgoing.body} {outgoing.note}"), chat
    for chat, outgoing in house.room.delivered[before:]:
        if chat == organizer.chat:
            assert "Twój głos" not in outgoing.body
    entries = await house.read(lambda unit: journal.of_subject(unit, f"voting:{voting}"))
    assert {"vote.cast", "voting.closed"} <= {entry.what for entry in entries}
    for entry in entries:
        assert not {"grant", "refuse", "abstain", "choice"} & set(entry.details), entry.what


async def test_a_member_of_the_office_finds_the_ballot_on_the_card(house: House) -> None:
    """Whoever may vote has a button there, nobody else, and it is gone with the vote."""
    organizer, place = await opened(house)
    bob = await licences.member(house, "Bob", Role.COORDINATOR)
    await opens(organizer, place)
    await organizer.taps_data(encode(LicenceCard(place)))
    assert "Mój głos" not in organizer.last.buttons
    await bob.taps_data(encode(LicenceCard(place)))
    await bob.taps("Mój głos")
    assert "Głosowanie: Płońsk" in bob.text
    await bob.taps("Za")
    await house.passes(DAYS)
    await bob.taps_data(encode(LicenceCard(place)))
    assert "Mój głos" not in bob.last.buttons


async def test_a_vote_without_quorum_goes_on(house: House) -> None:
    """Votes stay; who has not voted is told; then it decides."""
    organizer, place = await opened(house, award=licences.AWARD + "  quorum: 1\n")
    ala, bob = [await licences.member(house, name) for name in ("Ala", "Bob")]
    voting = await opens(organizer, place, "24 godziny")
    await ala.taps("Za")
    await house.passes(timedelta(hours=25))
    assert await decided(house, place) == []
    heard = sum("brakuje" in line.text for line in ala.heard)
    await organizer.taps_data(encode(LicenceCard(place)))
    await organizer.taps("Przedłuż głosowanie")
    await organizer.taps("48 godzin")
    assert "Głosowanie trwa dalej." in organizer.text
    assert "wiadomość wyjdzie 23 listopada, 08:00" in organizer.text
    assert "Głosowanie trwa do: 25 listopada, 08:00." in organizer.text
    await house.passes(timedelta(hours=48))
    assert any("brakuje jeszcze Twojego głosu" in line.text for line in bob.heard)
    assert sum("brakuje" in line.text for line in ala.heard) == heard
    await bob.taps_data(encode(CastVote(voting, 0)))
    await house.passes(timedelta(minutes=11))
    (decision,) = await decided(house, place)
    assert (decision.verdict, decision.voting_id) == (Granted.GRANT, voting)
    await organizer.taps_data(encode(LicenceExtend(voting, 0)))
    assert (await the_voting(house, place)).state is VotingState.DECIDED


async def test_when_all_have_voted_it_closes_a_little_later(house: House) -> None:
    """The last one can change their mind, too, and the time begins anew."""
    organizer, place = await opened(house)
    ala, bob = [await licences.member(house, name) for name in ("Ala", "Bob")]
    voting = await opens(organizer, place)
    await ala.taps("Za")
    await house.passes(timedelta(hours=1))
    await bob.taps("Przeciw")
    await house.passes(timedelta(minutes=6))
    await bob.taps_data(encode(CastVote(voting, 0)))
    await house.passes(timedelta(minutes=6))
    assert (await the_voting(house, place)).state is VotingState.OPEN
    await house.passes(timedelta(minutes=5))
    assert (await the_voting(house, place)).state is VotingState.DECIDED
    assert [each.verdict for each in await decided(house, place)] == [Granted.GRANT]


async def test_a_tie_does_not_grant_and_waits_for_grounds(house: House) -> None:
    """As many for as against: not granted; since that is against the proposal, an organizer writes down why."""
    organizer, place = await opened(house)
    ala, bob = [await licences.member(house, name) for name in ("Ala", "Bob")]
    await opens(organizer, place)
    await ala.taps("Za")
    await bob.taps("Przeciw")
    await house.passes(timedelta(minutes=11))
    assert "tyle samo głosów za i przeciw (za: 1, przeciw: 1" in organizer.text
    assert "decyzja czeka na uzasadnienie" in organizer.text
    assert "uzasadnienie" not in ala.text
    assert await decided(house, place) == []
    await organizer.taps("Licencje")
    await organizer.taps("Czeka na uzasadnienie (1)")
    await organizer.taps("Płońsk")
    await organizer.taps("Napisz uzasadnienie")
    assert "inaczej niż w propozycji" in organizer.text
    await organizer.says("nie")
    assert "To bardzo krótko" in organizer.text
    await organizer.says("x" * 1001)
    assert "Liczba znaków: 1001" in organizer.text
    await organizer.says("Skargi mieszkańców potwierdziły się w kontroli.")
    (decision,) = await decided(house, place)
    assert (decision.verdict, decision.grounds["overturns"]) == (Granted.REFUSE, True)
    assert decision.decided_by == house.world.organizer
    assert "Licencja nieprzyznana" in organizer.text
    assert "„Skargi mieszkańców potwierdziły się w kontroli.”" in organizer.text
    assert (await the_voting(house, place)).state is VotingState.DECIDED


async def test_a_tie_may_decide_nothing(house: House) -> None:
    """By the rules of the rubric it is opened again; the new vote is one of its own."""
    organizer, place = await opened(house, award=licences.AWARD + "  tie: again\n")
    ala, bob = [await licences.member(house, name) for name in ("Ala", "Bob")]
    first = await opens(organizer, place)
    await ala.taps("Za")
    await bob.taps("Przeciw")
    await house.passes(timedelta(minutes=11))
    assert "nierozstrzygnięte: tyle samo" in ala.text
    second = await opens(organizer, place)
    assert second != first
    await ala.taps("Za")
    await bob.taps("Wstrzymuję się")
    await house.passes(timedelta(minutes=11))
    assert [each.verdict for each in await decided(house, place)] == [Granted.GRANT]


async def test_a_vote_whose_counts_are_known_does_not_go_on(house: House) -> None:
    """With the counts of a tie in everybody's hands, whoever voted next would show how; only a new vote is secret."""
    organizer, place = await opened(house, award=licences.AWARD + "  tie: again\n")
    ala, bob = [await licences.member(house, name) for name in ("Ala", "Bob")]
    voting = await opens(organizer, place)
    await ala.taps("Za")
    await bob.taps("Przeciw")
    await house.passes(timedelta(minutes=11))
    await organizer.taps_data(encode(LicenceCard(place)))
    assert "Przedłuż głosowanie" not in organizer.last.buttons
    for tap in (LicenceAskExtend(voting), LicenceExtend(voting, 0)):
        await organizer.taps_data(encode(tap))
        assert (await the_voting(house, place)).state is VotingState.UNDECIDED


async def test_who_leaves_the_edition_leaves_the_board(house: House) -> None:
    """Nobody waits for a member who takes part no more, and they count in no quorum."""
    organizer, place = await opened(house, award=licences.AWARD + "  quorum: 1\n")
    ala, bob = [await licences.member(house, name) for name in ("Ala", "Bob")]
    await opens(organizer, place)
    await ala.taps("Za")
    gone = await person_of(bob)
    await organizer.taps_data(encode(EndWorkYes(gone)))
    await house.passes(timedelta(minutes=11))
    assert [each.verdict for each in await decided(house, place)] == [Granted.GRANT]
    assert not await house.read(lambda unit: board.is_member(unit, gone))


async def test_no_licence_for_who_withdrew(house: House) -> None:
    """An old button opens no vote on a participant that takes part no more."""
    organizer, place = await opened(house)
    await licences.member(house, "Ala")
    await house.run(lambda unit: editions.update_participant(unit, place, withdrawn_at=house.clock()))
    for tap in (LicenceAskOpen(place), LicenceOpen(place, 0)):
        await organizer.taps_data(encode(tap))
    assert await house.read(lambda unit: votings.of_participant(unit, place)) == []


async def test_who_is_close_to_a_participant_is_named(house: House) -> None:
    """Whoever opens a vote sees who of the board assessed the participant, or coordinates it: they may vote."""
    organizer, place = await opened(house)
    now = house.clock()
    await house.run(
        lambda unit: (
            board.join(unit, house.world.juror, edition_id=house.world.edition, now=now)
            and board.join(unit, house.world.coordinator, edition_id=house.world.edition, now=now)
        )
    )
    await licences.member(house, "Ala")
    await organizer.taps_data(encode(LicenceAskOpen(place)))
    juror = await house.read(lambda unit: people.person(unit, house.world.juror))
    assert juror is not None
    assert "3; " in organizer.text
    assert f": {juror.name}." in organizer.text


async def test_conflicts_are_left_out(house: House) -> None:
    """One declared before is told kindly; one said at the vote is asked about first, and forgets the vote given."""
    organizer, place = await opened(house)
    ala, bob, eve = [await licences.member(house, name) for name in ("Ala", "Bob", "Eve")]
    bob_id, eve_id = await person_of(bob), await person_of(eve)
    await house.run(lambda unit: profiles.declare(unit, bob_id, place, reason="mieszka obok", now=house.clock()))
    await organizer.taps_data(encode(LicenceCard(place)))
    await organizer.taps("Otwórz głosowanie")
    assert "Z prawem głosu: 2; kworum: 1." in organizer.text
    assert "Bez prawa głosu (konflikt interesów): Bob." in organizer.text
    await organizer.taps("72")
    voting = (await the_voting(house, place)).id
    assert "Zapisany jest konflikt interesów" in bob.text
    for tap in (ShowVoting(voting), CastVote(voting, 0), OwnConflict(voting)):
        await bob.taps_data(encode(tap))
        assert "bez Ciebie z powodu konfliktu" in bob.text
    await eve.taps("Przeciw")
    await eve.taps_data(encode(AskConflict(voting)))
    await eve.taps("Nie, wróć" if "Nie, wróć" in eve.last.buttons else "Tak, beze mnie")
    await eve.taps_data(encode(OwnConflict(voting)))
    vote = await house.read(lambda unit: votings.vote_of(unit, voting, eve_id))
    assert vote is not None
    assert (vote.choice, vote.excluded) == (None, Excluded.OWN)
    known = await house.read(lambda unit: profiles.conflicts_of(unit, [eve_id]))
    assert [each.participant_id for each in known] == [place]
    await ala.taps("Za")
    await house.passes(timedelta(minutes=11))
    (decision,) = await decided(house, place)
    votes = decision.grounds["votes"]
    assert (votes["entitled"], votes["excluded"], votes["quorum"], votes["refuse"]) == (1, 2, 1, 0)
    assert "Eve" not in ala.text


async def test_a_conflict_noted_later_counts(house: House) -> None:
    """Somebody notes it while the vote is open: the vote given is not counted."""
    organizer, place = await opened(house)
    ala, bob = [await licences.member(house, name) for name in ("Ala", "Bob")]
    voting = await opens(organizer, place)
    await bob.taps("Przeciw")
    bob_id = await person_of(bob)
    await house.run(lambda unit: profiles.declare(unit, bob_id, place, reason="rodzina", now=house.clock()))
    await bob.taps_data(encode(CastVote(voting, 1)))
    assert "bez Ciebie" in bob.text
    await ala.taps("Za")
    await organizer.taps_data(encode(LicenceClose(voting)))
    (decision,) = await decided(house, place)
    assert (decision.verdict, decision.grounds["votes"]["refuse"]) == (Granted.GRANT, 0)


async def test_everybody_left_out_decides_nothing(house: House) -> None:
    """A vote in which nobody is left has no quorum."""
    organizer, place = await opened(house)
    ala = await licences.member(house, "Ala")
    voting = await opens(organizer, place)
    await ala.taps_data(encode(OwnConflict(voting)))
    await house.passes(DAYS)
    assert (await the_voting(house, place)).state is VotingState.UNDECIDED
    await organizer.taps_data(encode(LicenceCard(place)))
    await organizer.taps("Otwórz głosowanie")
    assert "Nikt z jury nie może tu głosować" in organizer.text


async def test_late_and_double_taps(house: House) -> None:
    """The same vote twice is one; after the end nothing changes, even before the job has run."""
    organizer, place = await opened(house)
    ala, bob = [await licences.member(house, name) for name in ("Ala", "Bob")]
    voting = await opens(organizer, place)
    ala_id = await person_of(ala)
    for _again in range(2):
        await ala.taps_data(encode(CastVote(voting, 0)))
    assert (await house.noted(f"voting:{voting}")).count("vote.cast") == 1
    house.clock.at += DAYS
    await house.intake.take(house.incoming("Bob", _tapped(encode(CastVote(voting, 1)))), lambda: b"raw")
    await house.settle()
    assert any("już się zakończyło" in line.text for line in bob.heard)
    for tap in (CastVote(voting, 1), ShowVoting(voting), AskConflict(voting)):
        await ala.taps_data(encode(tap))
        assert "już się zakończyło" in ala.text
    vote = await house.read(lambda unit: votings.vote_of(unit, voting, ala_id))
    assert vote is not None
    assert vote.choice is Choice.GRANT
    assert len(await decided(house, place)) == 1
    await organizer.taps_data(encode(LicenceClose(voting)))
    assert len(await decided(house, place)) == 1


async def test_who_is_not_on_the_board_cannot_vote(house: House) -> None:
    """Made-up taps of others, of another vote, of a choice there is not: refused, and nothing changes."""
    organizer, place = await opened(house)
    ala = await licences.member(house, "Ala")
    voting = await opens(organizer, place)
    juror = await house.guest()
    for guest in (juror, organizer):
        for tap in (CastVote(voting, 0), ShowVoting(voting), AskConflict(voting), OwnConflict(voting)):
            await guest.taps_data(encode(tap))
            assert "Nie ma tu czegoś takiego" in guest.text or "nie ma" in guest.text.lower()
    for tap in (CastVote(voting, 7), CastVote(999, 0)):
        await ala.taps_data(encode(tap))
        assert "nie ma" in ala.text.lower()
    assert [vote.choice for vote in await house.read(lambda unit: votings.votes_of(unit, voting))] == [None]
    await juror.says("/glosowania")
    assert "nie ma otwartych głosowań" in juror.text


async def test_the_count_is_made_once(house: House) -> None:
    """The job runs twice, or before its time: one decision, one entry."""
    organizer, place = await opened(house)
    ala = await licences.member(house, "Ala")
    voting = await opens(organizer, place)
    await house.run(lambda unit: deciding.tally_due(unit, house.desk, Tally(voting), now=house.clock()))
    assert (await the_voting(house, place)).state is VotingState.OPEN
    await ala.taps("Za")
    late = house.clock() + DAYS
    for _again in range(3):
        await house.run(lambda unit: deciding.tally_due(unit, house.desk, Tally(voting), now=late))
    await house.run(lambda unit: deciding.tally_due(unit, house.desk, Tally(999), now=late))
    await house.passes(DAYS)
    assert len(await decided(house, place)) == 1
    assert (await house.noted(f"voting:{voting}")).count("voting.closed") == 1
    assert (await house.noted(f"participant:{place}")).count("licence.decided") == 1


async def test_a_participant_withdraws_while_a_vote_is_open(house: House) -> None:
    """The vote is called off: everybody is told, nothing is counted or decided; a new one may follow later."""
    organizer, place = await opened(house)
    ala, bob = [await licences.member(house, name) for name in ("Ala", "Bob")]
    voting = await opens(organizer, place)
    await ala.taps("Za")
    coordinator = await house.guest("coordinator")
    await coordinator.taps_data(encode(WithdrawPlace(place)))
    assert "Trwające głosowanie jury zostanie odwołane" in coordinator.text
    await coordinator.taps("Tak, wycofaj")
    await house.settle()
    for guest in (ala, bob, organizer):
        assert "Głosowanie: Płońsk" in guest.text
        assert "To głosowanie zostało odwołane" in guest.text
    assert (await the_voting(house, place)).state is VotingState.CANCELLED
    await ala.taps_data(encode(CastVote(voting, 0)))
    assert "To głosowanie zostało odwołane" in ala.text
    await organizer.taps_data(encode(LicenceClose(voting)))
    assert "Głosowanie odwołano, bo podmiot się wycofał" in organizer.text
    await house.passes(DAYS)
    assert await decided(house, place) == []
    assert (await the_voting(house, place)).state is VotingState.CANCELLED
    noted = await house.noted(f"voting:{voting}")
    assert noted.count("voting.cancelled") == 1
    assert "voting.closed" not in noted
    await coordinator.taps_data(encode(RestorePlace(place)))
    assert await opens(organizer, place) != voting
    await house.passes(DAYS)
    assert (await the_voting(house, place)).state is VotingState.UNDECIDED


async def test_a_vote_without_quorum_does_not_go_on_for_who_withdrew(house: House) -> None:
    """It cannot be prolonged any more."""
    organizer, place = await opened(house)
    await licences.member(house, "Ala")
    voting = await opens(organizer, place)
    await house.passes(DAYS)
    assert (await the_voting(house, place)).state is VotingState.UNDECIDED
    await organizer.taps_data(encode(WithdrawPlaceYes(place)))
    await organizer.taps_data(encode(LicenceExtend(voting, 0)))
    assert (await the_voting(house, place)).state is VotingState.UNDECIDED


async def test_many_votes_come_as_one_message(house: House) -> None:
    """A batch is taken one after the other, and its results come as one message kept up to date."""
    organizer, _place = await opened(house)
    for name in ("Ciechanów", "Mława"):
        await licences.place(house, name, licences.GOOD)
    ala = await licences.member(house, "Ala")
    heard = len(ala.heard)
    await organizer.says("/licencje")
    await organizer.taps("Propozycja: przyznać (3)")
    await organizer.taps("Głosowanie nad wszystkimi (3)")
    assert "nad 3 podmiotami" in organizer.text
    await organizer.taps("48")
    assert "Otwarto 3 głosowania." in organizer.text
    assert len(ala.heard) == heard + 1
    assert "Czekają na Ciebie 3 głosowania." in ala.text
    await ala.taps("Zaczynamy")
    for left in (2, 1):
        await ala.taps("Za")
        assert "jeszcze" in ala.text
        assert f"{left} głosowani" in ala.text
        await ala.taps("Następne głosowanie")
    await ala.says("/glosowania")
    assert ala.text.count("czeka na Twój głos") == 1
    await ala.taps_data(next(data for label, data in ala.last.buttons.items() if data.startswith("vote:")))
    await ala.taps("Za")
    await house.passes(timedelta(minutes=11))
    over = [line for line in ala.heard if "Zakończone głosowania" in line.text]
    assert len(over) == 1
    assert over[0].text.count("przyznano") == 3


async def test_a_batch_has_a_measure(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many at once; the others stay in the list and are opened next."""
    monkeypatch.setattr(licence_votes, "AT_ONCE", 1)
    organizer, _place = await opened(house)
    await licences.place(house, "Mława", licences.GOOD)
    await licences.member(house, "Ala")
    for left in (1, 0):
        await organizer.taps_data(encode(LicenceAskBatch(0)))
        assert ("1 zostaje na później" in organizer.text) is bool(left)
        await organizer.taps("7 dni")
        assert "Otwarto 1 głosowanie." in organizer.text
        assert ("1 zostaje na później" in organizer.text) is bool(left)


async def test_whoever_leaves_the_board_leaves_its_votes(house: House) -> None:
    """Their vote counts no more, the quorum is that of the others."""
    organizer, place = await opened(house)
    ala, bob = [await licences.member(house, name) for name in ("Ala", "Bob")]
    voting = await opens(organizer, place)
    await bob.taps("Przeciw")
    await organizer.says("/licencje")
    await organizer.taps("Jury")
    assert "• Ala (juror)" in organizer.text
    await organizer.taps("Usuń: Bob")
    assert "1 otwarte głosowanie" in organizer.text
    await organizer.taps("Usuń z jury")
    assert "Od teraz poza jury: Bob." in organizer.text
    await bob.taps_data(encode(CastVote(voting, 1)))
    assert "nie ma" in bob.text.lower()
    await ala.taps("Za")
    await house.passes(timedelta(minutes=11))
    assert [each.verdict for each in await decided(house, place)] == [Granted.GRANT]


def _tapped(data: str) -> Tapped:

    return Tapped(data=data, tap_id="late", message=None)
