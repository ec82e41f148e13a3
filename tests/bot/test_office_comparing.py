"""Two jurors who differ: asked again blind, settled by themselves, by a third juror or by the office; agreement."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.office_taps.comparing import DisagreementBecause, DisagreementCard, DisagreementPick, Disagreements
from bot.office_taps.reviewing import ReviewCard
from bot.refusals import RefusalCode
from bot.roles import offering
from bot.roles.everyone import token_hash
from bot.roles.office import compare_acts
from bot.roles.office.comparing import SUBJECT
from bot.tap_kinds import ContinueContact
from bot.taps import encode
from scenarios.contact import Report, Submit
from scenarios.model import Mode
from storage import assignments, disagreements, editions, people, profiles, reviews, slots
from storage.assignments import State
from storage.database import Unit
from storage.disagreements import Disagreement, DisagreementState, How
from storage.people import Role
from storage.reviews import ReviewState
from storage.rules import OnDisagreement
from storage.scope import Scope
from tests.bot.house import Guest, House, is_at, refusal
from tests.bot.reported import reported

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TONE = "t08"


async def compares(house: House, mode: Mode = Mode.PHONE, by: OnDisagreement = OnDisagreement.COORDINATOR) -> None:
    """Let the edition compare that mode."""

    def tune(unit: Unit) -> None:
        edition = editions.edition(unit, house.world.edition)
        assert edition is not None
        editions.set_rules(unit, edition.id, replace(edition.rules, compared=(mode,), on_disagreement=by))

    await house.run(tune)


async def another_juror(house: House, name: str) -> tuple[Guest, int]:
    """Another juror of the edition, with a chat."""
    now = house.clock()

    def add(unit: Unit) -> int:
        person = people.add_person(
            unit, edition_id=house.world.edition, name=f"{name} Inna", role=Role.JUROR, language="pl", now=now
        )
        people.invite(unit, person, token_hash=token_hash(name), now=now, expires_at=now + timedelta(days=7))
        profiles.save(unit, profiles.Profile(person, modes=(Mode.PHONE,)))
        return person

    person = await house.run(add)
    house.world.tokens[name] = name
    return await house.guest(name), person


async def two(house: House, first: str = "2", second: str = "5") -> tuple[Guest, int, Guest, int]:
    """Two jurors' calls that differ in the tone only."""
    one = await house.guest()
    a = await reported(house, house.world.juror, {TONE: first})
    other, person = await another_juror(house, "druga")
    b = await reported(house, person, {TONE: second})
    await house.passes(timedelta(hours=2))
    return one, a, other, b


async def the_one(house: House) -> Disagreement:
    """The disagreement there is."""
    return (await every(house))[0]


async def every(house: House) -> list[Disagreement]:
    """All disagreements."""

    def read(unit: Unit) -> list[Disagreement]:
        lines = [
            line
            for which in disagreements.Which
            for line in disagreements.listed(unit, Scope(house.world.edition), which, limit=99)
        ]
        return [found for line in lines if (found := disagreements.disagreement(unit, line.id)) is not None]

    return await house.read(read)


async def answers_again(juror: Guest, contact: int, level: str | None) -> None:
    """Answer what came back: another level, or as before."""
    await juror.taps_data(encode(ContinueContact(contact)))
    await juror.taps("Zostaw" if level is None else level)
    await juror.walk(contact, is_at(Report))
    await juror.replies(contact, Submit())


async def test_both_are_asked_blind_and_agree(house: House) -> None:
    """Neither hears of the other; once both agree it is settled, and nobody in the office was bothered."""
    await compares(house)
    one, a, other, b = await two(house)
    found = await the_one(house)
    assert (found.path, found.state) == (TONE, DisagreementState.ASKED)
    assert (found.first_contact_id, found.second_contact_id) == (a, b)
    for guest in (one, other):
        assert "Wraca 1 pytanie." in guest.text
        assert "Prosimy spojrzeć na to pytanie jeszcze raz." in guest.text
        assert "juror" not in guest.text.lower()
        assert "inn" not in guest.text.lower()
    await answers_again(one, a, "4")
    assert (await the_one(house)).state is DisagreementState.ASKED
    await answers_again(other, b, None)
    found = await the_one(house)
    assert (found.state, found.how) == (DisagreementState.SETTLED, How.AGREED)
    answers = [value for path, value in await house.answers(a) if path == TONE]
    assert answers == [2, 4]


async def test_the_coordinator_decides(house: House) -> None:
    """Both answers side by side, a reason, the decision kept; undone and decided anew in the coordinator's words."""
    await compares(house)
    guest = await house.guest("coordinator")
    one, a, other, b = await two(house)
    await answers_again(one, a, None)
    await answers_again(other, b, None)
    assert "nadal różni się w 1 pytaniu" in guest.text
    await guest.taps("Zobacz")
    assert "Juror A" in guest.text
    assert "Juror B" in guest.text
    assert "Jagoda" not in guest.text
    assert "sucho, bez kontaktu" in guest.text
    await guest.taps("A: 2")
    await guest.taps("Lepiej opisane")
    found = await the_one(house)
    assert (found.how, found.settled_by) == (How.FIRST, house.world.coordinator)
    assert found.settled == {"how": "first", "value": 2, "why": "described"}
    assert await house.read(lambda unit: dict(disagreements.decided(unit, house.world.edition))) == {
        (a, TONE): 2,
        (b, TONE): 2,
    }
    await guest.taps("Cofnij tę decyzję")
    assert (await the_one(house)).state is DisagreementState.TO_DECIDE
    await guest.taps("Obie zostają")
    await guest.taps("Inny powód")
    await guest.says("")
    await guest.says("Dwa różne okienka")
    found = await the_one(house)
    assert (found.how, found.settled) == (How.BOTH, {"how": "both", "value": None, "why": "Dwa różne okienka"})
    assert "Dwa różne okienka" in guest.text
    noted = await house.noted(f"disagreement:{found.id}")
    assert [each.removeprefix("disagreement.") for each in noted if each.startswith("disagreement.")] == [
        *("asked", "to_decide", "settled", "opened", "settled"),
    ]
    assert await house.read(lambda unit: dict(disagreements.decided(unit, house.world.edition))) == {}


async def test_silence_leaves_it_to_the_office(house: House) -> None:
    """When the time is over the answers stand as they are, and somebody has to decide."""
    await compares(house)
    guest = await house.guest("coordinator")
    await two(house)
    await house.passes(timedelta(days=7))
    assert (await the_one(house)).state is DisagreementState.TO_DECIDE
    await guest.says("/rozbieznosci")
    assert "1 pytanie, w którym" in guest.text
    await guest.taps("1. T08")
    assert "do rozstrzygnięcia" in guest.text


async def test_a_third_juror_decides(house: House) -> None:
    """By the rules a third one is asked to make the contact; the median holds, the answers stay."""
    await compares(house, by=OnDisagreement.THIRD_JUROR)
    third, person = await another_juror(house, "trzecia")
    one, a, other, b = await two(house)
    await answers_again(one, a, None)
    await answers_again(other, b, None)
    found = await the_one(house)
    assert found.state is DisagreementState.THIRD
    slot = found.third_slot
    assert slot is not None
    chain = await house.read(lambda unit: assignments.of_slot(unit, slot))
    assert [task.person_id for task in chain] == [person]
    assert third.heard
    contact, now = await reported(house, person, {TONE: "4"}, task=chain[0].id), house.clock()
    found = await the_one(house)
    assert (found.how, found.third_contact_id) == (How.THIRD, contact)
    assert found.settled is not None
    assert found.settled["value"] == 4
    assert len(await every(house)) == 1
    await house.run(lambda unit: reviews.set_state(unit, contact, ReviewState.VOID, now=now))
    await house.run(lambda unit: compare_acts.compare(unit, house.desk, contact, now=now))
    assert (await the_one(house)).state is DisagreementState.THIRD
    guest = await house.guest("coordinator")
    await guest.taps_data(encode(DisagreementCard(found.id)))
    await guest.taps("B: 5")
    await guest.taps("Widać to w dowodach")
    assert (await the_one(house)).how is How.SECOND


async def test_a_third_juror_who_is_not_needed(house: House) -> None:
    """Decided meanwhile, the offer is taken back and the contact is not wanted any more."""
    await compares(house, by=OnDisagreement.THIRD_JUROR)
    third, _person = await another_juror(house, "trzecia")
    one, a, other, b = await two(house)
    await answers_again(one, a, None)
    await answers_again(other, b, None)
    found = await the_one(house)
    slot_id = found.third_slot
    assert slot_id is not None
    guest = await house.guest("organizer")
    await guest.taps_data(encode(DisagreementCard(found.id)))
    await guest.taps("Obie zostają")
    await guest.taps("Za każdym razem było inaczej")
    slot = await house.read(lambda unit: slots.slot(unit, slot_id))
    assert slot is not None
    assert slot.closed_at is not None
    chain = await house.read(lambda unit: assignments.of_slot(unit, slot_id))
    assert [task.state for task in chain] == [State.RETURNED]
    assert third.heard


async def test_neither_of_the_two_is_the_third(house: House) -> None:
    """Where the third one declines and nobody else can, the contact waits for somebody; the office may still decide."""
    await compares(house, by=OnDisagreement.THIRD_JUROR)
    await house.run(lambda unit: profiles.save(unit, profiles.Profile(house.world.juror, modes=(Mode.PHONE,))))
    third, _person = await another_juror(house, "trzecia")
    one, a, other, b = await two(house)
    await answers_again(one, a, None)
    await answers_again(other, b, None)
    found = await the_one(house)
    slot = found.third_slot
    assert slot is not None
    assert third.heard
    chain = await house.read(lambda unit: assignments.of_slot(unit, slot))

    def decline(unit: Unit) -> int | None:
        assignments.change(unit, chain[0].id, state=State.DECLINED, now=house.clock())
        task = assignments.assignment(unit, chain[0].id)
        assert task is not None
        return offering.pass_on(unit, house.desk, task, now=house.clock())

    assert await house.run(decline) is None
    assert (await the_one(house)).state is DisagreementState.THIRD


async def test_nobody_is_asked_at_night(house: House) -> None:
    """What came on Friday evening is asked again on Monday morning."""
    await compares(house)
    house.clock.at += timedelta(hours=10)
    one, _a, _other, _b = await two(house)
    assert (await the_one(house)).state is DisagreementState.FOUND
    heard = len(one.heard)
    await house.passes(timedelta(days=2))
    assert len(one.heard) == heard
    await house.passes(timedelta(hours=14))
    assert (await the_one(house)).state is DisagreementState.ASKED
    assert "Wraca 1 pytanie." in one.text


async def test_nobody_for_a_third_contact(house: House) -> None:
    """Then the office decides after all."""
    await compares(house, by=OnDisagreement.THIRD_JUROR)
    one, a, other, b = await two(house)
    await answers_again(one, a, None)
    await answers_again(other, b, None)
    assert (await the_one(house)).state is DisagreementState.TO_DECIDE


async def test_a_contact_that_does_not_count_is_compared_with_nothing(house: House) -> None:
    """Its disagreements are over; they come back if it counts after all."""
    await compares(house)
    guest = await house.guest("coordinator")
    _one, _a, _other, b = await two(house)
    await guest.taps_data(encode(ReviewCard(b)))
    await guest.taps("Cofnij tę decyzję")
    assert (await the_one(house)).state is DisagreementState.ASKED
    await guest.taps("Nie liczy się")
    await guest.taps("Wykonany dwa razy")
    found = await the_one(house)
    assert found.how is How.VOID
    await guest.taps_data(encode(DisagreementCard(found.id)))
    await guest.taps("Cofnij tę decyzję")
    assert "nie ma już dwóch odpowiedzi" in guest.text
    await guest.taps_data(encode(ReviewCard(b)))
    await guest.taps("Cofnij tę decyzję")
    assert (await the_one(house)).state is not DisagreementState.SETTLED


async def test_near_levels_and_one_juror_are_no_disagreement(house: House) -> None:
    """One level apart agrees; two calls of one juror are not compared; nor is a mode the rules leave out."""
    await compares(house)
    _one, _a, other, _b = await two(house, "3", "4")
    assert await every(house) == []
    guest = await house.guest("coordinator")
    await guest.says("/disagreements")
    assert "Teraz nic tu nie ma." in guest.text
    await guest.taps("Zgodność według pytań")
    assert "1 parę kontaktów" in guest.text
    assert "1 z 1 zgodnych (100%)" in guest.text
    assert other.heard
    await compares(house, Mode.VISIT)
    _third, person = await another_juror(house, "trzecia")
    await reported(house, person, {TONE: "1"})
    assert await every(house) == []


async def test_agreement_counts_what_was_said_first(house: House) -> None:
    """Though both agree after they were asked again; the tables name no juror."""
    await compares(house)
    one, a, other, b = await two(house)
    await answers_again(one, a, "4")
    await answers_again(other, b, None)
    guest = await house.guest("organizer")
    await guest.taps_data(encode(Disagreements(0)))
    await guest.taps("Zgodność według pytań")
    assert "T08. Jaki był ton rozmowy?\n0 z 1 zgodnych (0%)" in guest.text
    organizer = house.world.organizer

    def make(unit: Unit) -> str:
        person = people.person(unit, organizer)
        assert person is not None
        made = [
            SUBJECT.recipes[name](unit, house.desk, person, {"part": "settled"}, house.clock())
            for name in SUBJECT.recipes
        ]
        return repr(made)

    tables = await house.read(make)
    assert "Przykładowo" in tables
    assert "T08" in tables
    assert "Jagoda" not in tables
    await guest.taps("Jako tabela")


async def test_another_coordinators_disagreement_is_out_of_sight(house: House) -> None:
    """Neither in the list nor by a button; before both answered nobody decides."""
    await compares(house)
    guest = await house.guest("coordinator")
    await two(house)
    found = await the_one(house)
    await guest.taps_data(encode(DisagreementPick(found.id, 0)))
    assert "gdy odpowiedzą" in guest.text
    other = await house.run(
        lambda unit: people.add_person(
            unit, edition_id=house.world.edition, name="Inny", role=Role.COORDINATOR, now=house.clock()
        )
    )
    await house.run(lambda unit: editions.update_participant(unit, house.world.participant, coordinator_id=other))
    for tap in (DisagreementCard(found.id), DisagreementPick(found.id, 0), DisagreementBecause(found.id, 0, 0)):
        await guest.taps_data(encode(tap))
        assert refusal(RefusalCode.NOT_YOURS) in guest.text
