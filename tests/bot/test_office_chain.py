"""A planned contact by hand: its card, who could make it, taking back, dates that are proposed, and whose it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.office_taps.chain import (
    PURPOSES,
    AddedSlot,
    AgreeDate,
    Candidates,
    Chain,
    Choose,
    ChooseAnyway,
    Close,
    OfferNow,
    PlaceSlots,
    RefuseDate,
    SetDate,
    Shift,
    SlotCard,
    TakeBack,
    TakenBack,
)
from bot.refusals import RefusalCode
from bot.roles.offering import day_ends
from bot.tap_kinds import DECLINE_REASONS, Accept, DeclineBecause, ProposeDate, ProposeDay, ProposeInWords
from bot.taps import encode
from scenarios.model import Mode
from storage import assignments, editions, people, profiles, slots
from storage.assignments import State
from storage.database import Unit
from storage.people import Role
from storage.profiles import Profile
from tests.acceptance.world import ZONE
from tests.bot.house import House, refusal
from tests.bot.planned import asked, chain, juror, local_day, slot, slot_of, task_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PLAN, OFFER, RESERVE = (PURPOSES.index(name) for name in ("plan", "offer", "reserve"))


async def test_the_chain_shows_everybody_who_was_asked_and_why_not(house: House) -> None:
    """One line each, in order, with the reason in words."""
    coordinator = await house.guest("coordinator")
    anna, anna_chat = await juror(house, "Anna Pierwsza")
    await juror(house, "Beata Druga")
    place = await slot(house)
    task = await asked(house, place, anna)
    await anna_chat.taps_data(encode(DeclineBecause(task, DECLINE_REASONS.index("too_far"))))
    await coordinator.taps("Kogo pytano")
    assert "1. Anna Pierwsza – odmowa: Za daleko" in coordinator.text
    assert "2. Beata Druga – propozycja wysłana, odpowiedź do: 23 listopada" in coordinator.text
    await coordinator.taps("Karta kontaktu")
    assert "Juror: Beata Druga" in coordinator.text


async def test_somebody_is_planned_asked_and_named_as_reserve_by_hand(house: House) -> None:
    """The best stand first; a choice by hand is fixed; all of it is in the journal."""
    coordinator = await house.guest("coordinator")
    anna, anna_chat = await juror(house, "Anna Pierwsza")
    beata, _chat = await juror(house, "Beata Druga")
    place = await slot(house)
    await coordinator.taps_data(encode(SlotCard(place)))
    await coordinator.taps("Wybierz jurora")
    assert "Anna Pierwsza" in coordinator.text
    await coordinator.taps("Anna Pierwsza")
    found = await slot_of(house, place)
    assert (found.person_id, found.is_fixed) == (anna, True)
    await coordinator.taps_data(encode(Choose(place, beata, RESERVE)))
    await coordinator.taps_data(encode(Choose(place, anna, RESERVE)))
    assert "rezerwą musi być ktoś inny" in coordinator.text
    assert (await slot_of(house, place)).reserve_id == beata
    heard = len(anna_chat.heard)
    await coordinator.taps_data(encode(OfferNow(place)))
    assert await chain(house, place) == [(anna, "offered")]
    assert len(anna_chat.heard) == heard + 1
    await coordinator.taps_data(encode(Choose(place, beata, OFFER)))
    assert "Ktoś ma już to zadanie" in coordinator.text
    assert await chain(house, place) == [(anna, "offered")]
    assert await house.noted(f"slot:{place}") == ["slot.juror", "slot.reserve"]


async def test_a_task_is_taken_back_and_the_next_one_asked_or_nobody(house: House) -> None:
    """The juror is told; what was begun or settled is not taken back by an old button."""
    coordinator = await house.guest("coordinator")
    anna, anna_chat = await juror(house, "Anna Pierwsza")
    beata, _chat = await juror(house, "Beata Druga")
    place = await slot(house)
    task = await asked(house, place, anna)
    await coordinator.taps_data(encode(TakeBack(task)))
    await coordinator.taps("Odbierz i zapytaj")
    assert "zeszło już z listy" in anna_chat.text
    assert await chain(house, place) == [(anna, "returned"), (beata, "offered")]
    await coordinator.taps_data(encode(TakenBack(task, 1)))
    assert len(await chain(house, place)) == 2
    second = (await house.read(lambda unit: assignments.of_slot(unit, place)))[-1].id
    await coordinator.taps_data(encode(TakenBack(second, 0)))
    assert (await slot_of(house, place)).person_id is None
    assert len(await chain(house, place)) == 2


async def test_soft_reasons_can_be_overruled_hard_ones_never(house: House) -> None:
    """A full week may be overruled; a conflict may not, whatever button is sent."""
    coordinator = await house.guest("coordinator")
    anna, _chat = await juror(house, "Anna Pierwsza")
    beata, _chat2 = await juror(house, "Beata Druga")
    now = house.clock()
    await house.run(lambda unit: profiles.save(unit, Profile(anna, total_limit=0)))
    await house.run(lambda unit: profiles.declare(unit, beata, house.world.participant, reason="declared", now=now))
    place = await slot(house)
    await coordinator.taps_data(encode(Candidates(place, 0, PLAN)))
    assert "limit edycji" in coordinator.text
    assert "konflikt interesów" in coordinator.text
    assert not [label for label in coordinator.last.buttons if "Beata" in label]
    await coordinator.taps_data(encode(ChooseAnyway(place, beata, PLAN)))
    assert "konflikt interesów" in coordinator.text
    assert (await slot_of(house, place)).person_id is None
    await coordinator.taps_data(encode(Choose(place, anna, PLAN)))
    assert (await slot_of(house, place)).person_id is None
    await coordinator.taps_data(encode(Candidates(place, 0, PLAN)))
    await coordinator.taps("Mimo to: Anna")
    assert (await slot_of(house, place)).person_id == anna


async def test_a_window_moves_by_weeks_within_the_edition(house: House) -> None:
    """A button of an old card moves nothing; the last week cannot be left."""
    coordinator = await house.guest("coordinator")
    place = await slot(house)
    before = await slot_of(house, place)
    begins = before.opens_at.astimezone(ZONE).date().toordinal()
    await coordinator.taps_data(encode(Shift(place, 1, begins)))
    moved = await slot_of(house, place)
    assert moved.opens_at - before.opens_at == timedelta(weeks=1)
    await coordinator.taps_data(encode(Shift(place, 1, begins)))
    assert await slot_of(house, place) == moved
    for _ in range(12):
        await coordinator.taps("Tydzień później")
    assert "Dalej się nie da" in coordinator.text
    edition = await house.read(lambda unit: editions.edition(unit, house.world.edition))
    assert edition is not None
    assert (await slot_of(house, place)).due_at == day_ends(edition.ends_on, ZONE)


async def test_a_contact_is_added_closed_and_brought_back(house: House) -> None:
    """The new one has the next number and the mode's script."""
    coordinator = await house.guest("coordinator")
    await slot(house)
    await coordinator.taps_data(encode(PlaceSlots(house.world.participant, 0)))
    await coordinator.taps("Dodaj kontakt")
    await coordinator.taps("Wizyta")
    found = await house.read(lambda unit: slots.of_participant(unit, house.world.participant))
    assert [(one.mode, one.number, one.scenario) for one in found] == [
        (Mode.VISIT, 1, "wizyta"),
        (Mode.VISIT, 2, "wizyta"),
    ]
    await coordinator.taps("Niepotrzebny")
    await coordinator.taps("Tak, niepotrzebny")
    assert (await slot_of(house, found[1].id)).closed_at is not None
    await coordinator.taps("Jednak potrzebny")
    assert (await slot_of(house, found[1].id)).closed_at is None
    await coordinator.taps_data(encode(AddedSlot(house.world.participant, 99)))
    assert coordinator.text == refusal(RefusalCode.NOT_YOURS)


async def test_a_proposed_date_is_agreed_to(house: House) -> None:
    """The coordinator is asked once; with the agreement the task is taken, for that day."""
    coordinator = await house.guest("coordinator")
    anna, anna_chat = await juror(house, "Anna Pierwsza")
    place = await slot(house, days=5)
    task = await asked(house, place, anna)
    await anna_chat.taps("Inny termin")
    days = [data for data in anna_chat.last.data if data.startswith("day:")]
    assert len(days) == 5
    await anna_chat.taps_data(days[0])
    assert "Pytanie poszło do koordynatora" in anna_chat.text
    due = (await task_of(house, task)).proposed_due
    assert due is not None
    assert "Anna Pierwsza prosi o inny termin" in coordinator.text
    await coordinator.taps("Zgoda")
    assert "Zgoda: do" in coordinator.text
    found = await task_of(house, task)
    assert (found.state, found.due_at, found.proposed_due) == (State.ACCEPTED, due, None)
    assert (await slot_of(house, place)).due_at == due
    assert "Nowy termin pasuje" in anna_chat.text
    assert "Zaczynamy" in anna_chat.last.buttons or "Zaczynam" in " ".join(anna_chat.last.buttons)
    old = encode(AgreeDate(task, due.astimezone(ZONE).date().toordinal()))
    await coordinator.taps_data(old)
    assert "już rozstrzygnięta" in coordinator.text
    assert "offer.date_agreed" in await house.noted(f"assignment:{task}")


async def test_a_proposed_date_is_refused_and_the_offer_stands(house: House) -> None:
    """The juror is told kindly and has a day more to answer."""
    coordinator = await house.guest("coordinator")
    anna, anna_chat = await juror(house, "Anna Pierwsza")
    place = await slot(house, days=20)
    task = await asked(house, place, anna)
    day = (house.clock().astimezone(ZONE).date() + timedelta(days=30)).toordinal()
    await anna_chat.taps_data(encode(ProposeDay(task, day)))
    await house.passes(timedelta(days=3, hours=2))
    assert (await task_of(house, task)).state is State.OFFERED
    await coordinator.taps_data(encode(RefuseDate(task, day)))
    assert "Termin zostaje" in coordinator.text
    assert "nie da się zmienić terminu" in anna_chat.text
    found = await task_of(house, task)
    assert (found.state, found.proposed_due) == (State.OFFERED, None)
    assert found.answer_by is not None
    assert found.answer_by >= house.clock() + timedelta(hours=12)
    await anna_chat.taps("Biorę")
    assert (await task_of(house, task)).state is State.ACCEPTED


async def test_a_day_is_typed_as_people_write_it(house: House) -> None:
    """A weekday is the next one; what is no day, is over or too late is asked again, and nothing is lost."""
    coordinator = await house.guest("coordinator")
    anna, anna_chat = await juror(house, "Anna Pierwsza")
    place = await slot(house, days=5)
    task = await asked(house, place, anna)
    await anna_chat.taps_data(encode(ProposeDate(task)))
    await anna_chat.taps_data(encode(ProposeInWords(task)))
    await anna_chat.says("kiedyś")
    assert "3 grudnia" in anna_chat.text
    await anna_chat.says(local_day(house.clock(), days=-3))
    assert "już minął" in anna_chat.text
    await anna_chat.says(local_day(house.clock(), days=300))
    assert "Za późno" in anna_chat.text
    await anna_chat.says("piątek")
    due = (await task_of(house, task)).proposed_due
    assert due is not None
    assert due.astimezone(ZONE).date() == house.clock().astimezone(ZONE).date() + timedelta(days=7)
    await coordinator.taps("Inny termin")
    await coordinator.says("nie wiem")
    await coordinator.says("3 grudnia")
    assert "Nowy termin: do 3 grudnia" in coordinator.text
    found = await task_of(house, task)
    assert found.due_at.astimezone(ZONE).strftime("%d.%m") == "03.12"
    assert (found.state, found.proposed_due) == (State.OFFERED, None)
    assert "inny termin" in anna_chat.text


async def test_another_coordinator_gets_nothing(house: House) -> None:
    """Neither a card, nor a chain, nor a decision; an organizer gets all."""
    other = await house.guest("coordinator")
    organizer = await house.guest("organizer")
    anna, _chat = await juror(house, "Anna Pierwsza")

    place = await slot(house)
    task = await asked(house, place, anna)
    await house.run(lambda unit: hand_over(unit, house, task))
    day = (house.clock().astimezone(ZONE).date() + timedelta(days=9)).toordinal()
    taps = (
        *(SlotCard(place), Chain(place), Candidates(place, 0, PLAN), Choose(place, anna, PLAN), OfferNow(place)),
        *(Close(place), TakeBack(task), TakenBack(task, 1), AgreeDate(task, day), SetDate(task, day)),
        *(PlaceSlots(house.world.participant, 0), AddedSlot(house.world.participant, 0), SlotCard(10**6)),
    )
    before = (await slot_of(house, place), await task_of(house, task))
    for tap in taps:
        await other.taps_data(encode(tap))
        assert other.text == refusal(RefusalCode.NOT_YOURS), tap
    assert (await slot_of(house, place), await task_of(house, task)) == before
    await organizer.taps_data(encode(SlotCard(place)))
    assert "Anna Pierwsza" in organizer.text
    stranger = await house.guest("juror")
    await stranger.taps_data(encode(SlotCard(place)))
    assert "Anna" not in stranger.text


def hand_over(unit: Unit, house: House, task: int) -> None:
    """The participant and its task belong to somebody else now."""
    now = house.clock()
    owner = people.add_person(
        unit,
        edition_id=house.world.edition,
        name="Karol Inny",
        role=Role.COORDINATOR,
        language="pl",
        now=now,
    )
    editions.update_participant(unit, house.world.participant, coordinator_id=owner)
    assignments.adjust(unit, task, coordinator_id=owner)


async def test_a_button_of_an_accepted_task_asks_for_another_date_too(house: House) -> None:
    """Whoever took a task may still need more time; without an agreement it stays as it is."""
    coordinator = await house.guest("coordinator")
    anna, anna_chat = await juror(house, "Anna Pierwsza")
    place = await slot(house, days=5)
    task = await asked(house, place, anna)
    await anna_chat.taps_data(encode(Accept(task)))
    before = await task_of(house, task)
    day = (house.clock().astimezone(ZONE).date() + timedelta(days=12)).toordinal()
    await anna_chat.taps_data(encode(ProposeDay(task, day)))
    await coordinator.taps("Nie")
    found = await task_of(house, task)
    assert (found.state, found.due_at) == (State.ACCEPTED, before.due_at)
