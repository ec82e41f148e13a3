"""An offer and what becomes of it: taken, declined, kept silent about, given back; and who is asked next."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.office_taps.chain import TakenBack
from bot.roles import offering
from bot.tap_kinds import DECLINE_REASONS, Accept, AcceptAll, DeclineBecause, OneTask
from bot.taps import encode
from scenarios.contact import Confirm
from scenarios.model import Mode, Stage
from storage import assignments, editions, people, profiles
from storage.assignments import State
from tests.acceptance.world import ZONE
from tests.bot.house import House, in_stage
from tests.bot.planned import asked, chain, juror, slot, slot_of, task_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def declines(task: int, reason: str = "too_far") -> str:
    """The button that declines a task."""
    return encode(DeclineBecause(task, DECLINE_REASONS.index(reason)))


async def test_an_offer_says_until_when_it_waits_and_is_the_slots(house: House) -> None:
    """The juror sees the date of the answer; the slot knows whom it was offered to; a second offer changes nothing."""
    anna, guest = await juror(house, "Anna Pierwsza")
    other, _guest = await juror(house, "Beata Druga")
    place = await slot(house)
    task = await asked(house, place, anna)
    assert "Odpowiedź do: 23 listopada" in guest.text
    assert (await slot_of(house, place)).person_id == anna
    assert await asked(house, place, other) == task
    answer_by = (await task_of(house, task)).answer_by
    assert answer_by is not None
    assert answer_by.astimezone(ZONE).weekday() < 5


async def test_a_decline_goes_to_the_reserve_then_to_the_best_then_leaves_a_hole(house: House) -> None:
    """Each is asked once; the coordinator hears once of each step who is asked now."""
    coordinator = await house.guest("coordinator")
    anna, anna_chat = await juror(house, "Anna Pierwsza")
    beata, beata_chat = await juror(house, "Beata Druga")
    celina, celina_chat = await juror(house, "Celina Trzecia")
    place = await slot(house, person=anna, reserve=celina)
    task = await asked(house, place, anna)
    heard = len(coordinator.heard)
    await anna_chat.taps_data(declines(task))
    assert len(coordinator.heard) == heard + 1
    assert "Odmowa: Anna Pierwsza" in coordinator.text
    assert "Za daleko" in coordinator.text
    assert "Teraz pytamy: Celina Trzecia" in coordinator.text
    assert await chain(house, place) == [(anna, "declined"), (celina, "offered")]
    assert "Nowe zadanie" in celina_chat.text
    await celina_chat.taps_data(declines((await house.read(lambda unit: assignments.of_slot(unit, place)))[-1].id))
    assert (await chain(house, place))[-1] == (beata, "offered")
    await beata_chat.taps_data(declines((await house.read(lambda unit: assignments.of_slot(unit, place)))[-1].id))
    assert [person for person, _state in await chain(house, place)] == [anna, celina, beata]
    found = await slot_of(house, place)
    assert (found.person_id, found.hole) == (None, {"because": "nobody_left"})
    assert "Nie ma kogo zapytać" in coordinator.text
    assert "slot.hole" in await house.noted(f"slot:{place}")


async def test_silence_passes_the_offer_on_at_its_time(house: House) -> None:
    """Nothing before the answer's date; then the next juror, not at night nor on a weekend."""
    anna, _anna_chat = await juror(house, "Anna Pierwsza")
    beata, beata_chat = await juror(house, "Beata Druga")
    place = await slot(house, days=30)
    task = await asked(house, place, anna)
    answer_by = (await task_of(house, task)).answer_by
    assert answer_by is not None
    await house.passes(answer_by - house.clock() - timedelta(minutes=1))
    assert await chain(house, place) == [(anna, "offered")]
    await house.passes(timedelta(minutes=2))
    assert await chain(house, place) == [(anna, "expired"), (beata, "offered")]
    assert "Nowe zadanie" in beata_chat.text


async def test_at_night_the_next_one_is_told_in_the_morning(house: House) -> None:
    """A decline late in the evening wakes nobody."""
    anna, anna_chat = await juror(house, "Anna Pierwsza")
    beata, beata_chat = await juror(house, "Beata Druga")
    place = await slot(house, days=30)
    task = await asked(house, place, anna)
    await house.passes(timedelta(hours=13))
    heard = len(beata_chat.heard)
    await anna_chat.taps_data(declines(task))
    assert (await chain(house, place))[-1] == (beata, "offered")
    assert len(beata_chat.heard) == heard
    await house.passes(timedelta(days=2, hours=11))
    assert len(beata_chat.heard) == heard + 1


async def test_nobody_without_a_chat_is_asked_next(house: House) -> None:
    """The chain does not stop at somebody whom no message reaches."""
    anna, anna_chat = await juror(house, "Anna Pierwsza")
    await juror(house, "Beata Cicha", arrives=False)
    place = await slot(house)
    task = await asked(house, place, anna)
    await anna_chat.taps_data(declines(task))
    assert [person for person, _state in await chain(house, place)] == [anna]


async def test_a_window_nearly_over_is_made_longer_for_the_next_one(house: House) -> None:
    """Who is asked later still gets some days, as far as the edition goes."""
    anna, anna_chat = await juror(house, "Anna Pierwsza")
    await juror(house, "Beata Druga")
    place = await slot(house, days=1)
    task = await asked(house, place, anna)
    await anna_chat.taps_data(declines(task))
    assert (await slot_of(house, place)).due_at - house.clock() >= offering.LEAST_LEFT
    assert "slot.moved" in await house.noted(f"slot:{place}")


async def test_a_conflict_declines_everything_there(house: House) -> None:
    """The conflict is kept, other tasks at that participant are passed on, and other plans for it too."""
    anna, anna_chat = await juror(house, "Anna Pierwsza")
    beata, _beata_chat = await juror(house, "Beata Druga")
    visit, call = await slot(house), await slot(house, mode=Mode.PHONE)
    planned = await slot(house, mode=Mode.EMAIL, person=anna)
    task, other = await asked(house, visit, anna), await asked(house, call, anna)
    await anna_chat.taps_data(encode(Accept(other)))
    await anna_chat.taps_data(declines(task, "conflict"))
    kept = await house.read(lambda unit: profiles.conflicts_of(unit, [anna]))
    assert [one.participant_id for one in kept] == [house.world.participant]
    assert await chain(house, visit) == [(anna, "declined"), (beata, "offered")]
    assert await chain(house, call) == [(anna, "returned"), (beata, "offered")]
    assert (await slot_of(house, planned)).person_id == beata


async def test_a_conflict_at_the_gate_is_kept_too(house: House) -> None:
    """The contact goes back, the conflict is known from then on, and the next juror is asked."""
    anna, anna_chat = await juror(house, "Anna Pierwsza")
    beata, _beata_chat = await juror(house, "Beata Druga")
    place = await slot(house)
    task = await asked(house, place, anna)
    await anna_chat.taps_data(encode(Accept(task)))
    await anna_chat.taps("Zaczynam")
    contact = (await task_of(house, task)).contact_id
    assert contact is not None
    await anna_chat.taps("c")
    await anna_chat.replies(contact, Confirm())
    assert (await chain(house, place)) == [(anna, "returned"), (beata, "offered")]
    assert await house.read(lambda unit: profiles.conflicts_of(unit, [anna]))


async def test_where_somebody_was_recognised_another_comes_on_another_day(house: House) -> None:
    """The contact does not count; the next juror's window begins days later."""
    anna, anna_chat = await juror(house, "Anna Pierwsza")
    beata, _beata_chat = await juror(house, "Beata Druga")
    place = await slot(house, days=5)
    task = await asked(house, place, anna)
    await anna_chat.taps_data(encode(Accept(task)))
    await anna_chat.taps("Zaczynam")
    contact = (await task_of(house, task)).contact_id
    assert contact is not None
    await anna_chat.walk(contact, in_stage(Stage.DURING))
    await anna_chat.says("/wyjscia")
    await anna_chat.taps("Ktoś mnie poznał")
    await anna_chat.replies(contact, Confirm())
    assert await chain(house, place) == [(anna, "void"), (beata, "offered")]
    opens = (await slot_of(house, place)).opens_at.astimezone(ZONE).date()
    assert opens - house.clock().astimezone(ZONE).date() == offering.REST_AFTER_VOID


async def test_all_on_offer_is_taken_with_one_tap(house: House) -> None:
    """What was shown is taken, what came later is not; the coordinator gets one message."""
    coordinator = await house.guest("coordinator")
    anna, anna_chat = await juror(house, "Anna Pierwsza")
    first = await asked(house, await slot(house), anna)
    second = await asked(house, await slot(house, mode=Mode.PHONE), anna)
    await anna_chat.says("/zadania")
    button = anna_chat.last.buttons["Przyjmij wszystkie (2)"]
    assert button == encode(AcceptAll(second))
    third = await asked(house, await slot(house, mode=Mode.EMAIL), anna)
    heard = len(coordinator.heard)
    await anna_chat.taps_data(button)
    states = [(await task_of(house, task)).state for task in (first, second, third)]
    assert states == [State.ACCEPTED, State.ACCEPTED, State.OFFERED]
    assert len(coordinator.heard) == heard + 1
    assert "2 zadania" in coordinator.text
    await anna_chat.taps_data(button)
    assert "Nic teraz nie czeka" in anna_chat.text
    await anna_chat.taps_data(encode(OneTask(third)))
    assert "Biorę" in "".join(anna_chat.last.buttons)


async def test_a_juror_who_left_is_not_asked(house: House) -> None:
    """Nor is one with a conflict, even as the named reserve."""
    anna, anna_chat = await juror(house, "Anna Pierwsza")
    beata, _beata_chat = await juror(house, "Beata Druga")
    celina, _celina_chat = await juror(house, "Celina Trzecia")
    now = house.clock()
    await house.run(lambda unit: people.update_person(unit, beata, left_at=now))
    await house.run(lambda unit: profiles.declare(unit, celina, house.world.participant, reason="declared", now=now))
    place = await slot(house, person=anna, reserve=beata)
    task = await asked(house, place, anna)
    await anna_chat.taps_data(declines(task))
    assert [person for person, _state in await chain(house, place)] == [anna]


async def test_a_participant_that_withdrew_is_offered_to_nobody(house: House) -> None:
    """The decline is told, and that is all."""
    coordinator = await house.guest("coordinator")
    anna, anna_chat = await juror(house, "Anna Pierwsza")
    await juror(house, "Beata Druga")
    place = await slot(house)
    task = await asked(house, place, anna)
    now = house.clock()
    await house.run(lambda unit: editions.update_participant(unit, house.world.participant, withdrawn_at=now))
    await anna_chat.taps_data(declines(task))
    assert await chain(house, place) == [(anna, "declined")]
    assert "Anna Pierwsza" in coordinator.text


async def test_a_coordinator_is_not_told_of_their_own_doing(house: House) -> None:
    """Whoever takes a task back reads it on the card; another coordinator gets a message."""
    coordinator, organizer = await house.guest("coordinator"), await house.guest("organizer")
    anna, _chat = await juror(house, "Anna Pierwsza")
    await juror(house, "Beata Druga")
    place = await slot(house)
    task = await asked(house, place, anna)
    heard = len(coordinator.heard)
    await coordinator.taps_data(encode(TakenBack(task, 1)))
    assert len(coordinator.heard) == heard + 1
    second = (await house.read(lambda unit: assignments.of_slot(unit, place)))[-1].id
    await organizer.taps_data(encode(TakenBack(second, 1)))
    assert "Zadanie wróciło: Beata Druga" in coordinator.text
