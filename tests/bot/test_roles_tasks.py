"""Tasks: offered, taken, declined with a reason, begun in their time; and what comes of a conflict of interest."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channels.base import InputHint
from bot.refusals import RefusalCode
from bot.roles.juror.tasks import MAX_REASON_CHARS
from bot.roles.offering import offer
from bot.tap_kinds import (
    DECLINE_REASONS,
    Accept,
    Begin,
    ContinueContact,
    Decline,
    DeclineBecause,
    OneTask,
    SpeakEnglish,
    Tasks,
)
from bot.taps import decode, encode
from bot.views import common
from bot.views.coordinator import News
from bot.views.rejections import rejection_text
from scenarios.contact import Cancel, Confirm, Phase, Rejection, RejectionCode
from scenarios.model import Mode
from storage import assignments, people
from storage.assignments import State
from tests.bot.house import Guest, House, asks, news, refusal

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

OWN = encode(DeclineBecause(0, DECLINE_REASONS.index("other"))).replace("why:0", "why:{}")


async def offered(house: House, *, scenario: str = "wizyta", case: str | None = None, days: int = 5) -> int:
    """Another task for the juror, not taken yet."""
    now = house.clock()
    task = await house.run(
        lambda unit: offer(
            unit,
            house.desk,
            edition_id=house.world.edition,
            participant_id=house.world.participant,
            person_id=house.world.juror,
            coordinator_id=house.world.coordinator,
            mode=Mode.VISIT,
            scenario=scenario,
            case=case,
            opens_at=now - timedelta(days=1),
            due_at=now + timedelta(days=days),
            now=now,
        )
    )
    await house.settle()
    return task


async def state_of(house: House, task: int) -> State:
    """How a task stands."""
    found = await house.read(lambda unit: assignments.assignment(unit, task))
    assert found is not None
    return found.state


async def both(house: House) -> tuple[Guest, Guest]:
    """The juror and the coordinator."""
    return await house.guest(), await house.guest("coordinator")


async def test_the_list_shows_what_is_offered_taken_and_under_way(house: House) -> None:
    """Each under its heading, with a button; a stray word or photo outside a contact shows the way there."""
    juror = await house.guest()
    task = await offered(house)
    assert encode(Accept(task)) in juror.last.buttons.values()
    await juror.begins("telefon")
    await juror.says("/zadania")
    listed = [tap for tap in map(decode, juror.last.data) if isinstance(tap, OneTask)]
    assert len(set(listed)) == 4
    assert juror.text.count("Przykładowo") == 4


async def test_words_and_photos_outside_a_contact_lead_to_the_tasks(house: House) -> None:
    """Words show the list; a photo is not taken, and that is said."""
    juror = await house.guest()
    await juror.says("co teraz?")
    the_list = juror.text
    assert "Przykładowo" in the_list
    await juror.sends()
    assert juror.text == common.no_contact_for_file("pl").body
    for command in ("/cofnij", "/pauza", "/zmien", "/wyjscia"):
        await juror.says(command)
        assert juror.text == the_list


async def test_a_task_is_taken_once_and_the_coordinator_told(house: House) -> None:
    """The second tap says that it is settled."""
    juror, coordinator = await both(house)
    task = await offered(house)
    await juror.taps_data(encode(Accept(task)))
    assert await state_of(house, task) is State.ACCEPTED
    assert coordinator.text == news(News.ACCEPTED)
    told = len(coordinator.heard)
    await juror.taps_data(encode(Accept(task)))
    assert refusal(RefusalCode.ALREADY_TAKEN) in juror.text
    assert len(coordinator.heard) == told


async def test_a_task_is_declined_with_a_button_and_the_coordinator_told(house: House) -> None:
    """The reason is said in the coordinator's words; the task is off the list."""
    juror, coordinator = await both(house)
    task = await offered(house)
    await juror.taps_data(encode(OneTask(task)))
    await juror.taps_data(encode(Decline(task)))
    await juror.taps_data(encode(DeclineBecause(task, 1)))
    assert await state_of(house, task) is State.DECLINED
    assert coordinator.text == news(News.DECLINED, reason=DECLINE_REASONS[1])
    await juror.says("/zadania")
    assert encode(OneTask(task)) not in juror.last.buttons.values()


async def test_a_taken_task_can_still_be_declined_in_own_words(house: House) -> None:
    """Too long and empty words are refused with the reason why; the next ones count."""
    juror, coordinator = await both(house)
    task = house.world.tasks["telefon"]
    await juror.taps_data(encode(OneTask(task)))
    await juror.taps_data(encode(Decline(task)))
    await juror.taps_data(encode(DeclineBecause(task, DECLINE_REASONS.index("other"))))
    await juror.says("x" * (MAX_REASON_CHARS + 1))
    assert "501" in juror.text
    assert "500" in juror.text
    await juror.says("   ")
    assert rejection_text(Rejection(RejectionCode.EMPTY), None, language="pl") in juror.text
    assert await state_of(house, task) is State.ACCEPTED
    await juror.says("Przeprowadzka w tym tygodniu")
    assert await state_of(house, task) is State.DECLINED
    assert coordinator.text == news(News.DECLINED, "telefon", reason="Przeprowadzka w tym tygodniu")


@pytest.mark.parametrize("left_by", ["tasks", "command", "language", "photo", "card"])
async def test_a_reason_that_was_asked_for_is_forgotten_after_anything_else(house: House, left_by: str) -> None:
    """Words said after turning to something else decline nothing."""
    juror = await house.guest()
    task = await offered(house)
    await juror.taps_data(OWN.format(encode(OneTask(task)).partition(":")[2]))
    assert juror.last.outgoing is not None
    assert juror.last.outgoing.expects is InputHint.TEXT
    match left_by:
        case "tasks":
            await juror.taps_data(encode(Tasks()))
        case "command":
            await juror.says("/pomoc")
        case "language":
            await juror.taps_data(encode(SpeakEnglish()))
        case "photo":
            await juror.sends()
        case _:
            await juror.taps_data(encode(OneTask(task)))
    await juror.says("Dzień dobry")
    assert await state_of(house, task) is State.OFFERED


async def test_a_reason_asked_for_never_swallows_an_answer_of_a_contact(house: House) -> None:
    """A tap in a contact after "another reason" makes the next words the contact's answer."""
    juror = await house.guest()
    task = await offered(house)
    contact = await juror.begins("telefon")
    await juror.taps_data(OWN.format(encode(OneTask(task)).partition(":")[2]))
    await juror.taps_data(encode(ContinueContact(contact)))
    await juror.says("nic z tego")
    assert await state_of(house, task) is State.OFFERED
    assert await house.answers(contact) == [("konflikt", "none")]


async def test_a_reason_for_a_task_that_was_settled_meanwhile_is_no_reason(house: House) -> None:
    """The words go where they would have gone without it."""
    juror = await house.guest()
    task = await offered(house)
    await juror.taps_data(OWN.format(encode(OneTask(task)).partition(":")[2]))
    await house.run(lambda unit: assignments.change(unit, task, state=State.EXPIRED, now=house.clock()))
    await juror.says("Brak czasu")
    assert await state_of(house, task) is State.EXPIRED
    assert encode(OneTask(house.world.tasks["wizyta"])) in juror.last.buttons.values()


async def test_a_task_begins_in_its_window_only(house: House) -> None:
    """Too early and too late are said; nothing has begun."""
    juror = await house.guest()
    task = house.world.tasks["wizyta"]
    opens = (await house.task("wizyta")).opens_at
    due = (await house.task("wizyta")).due_at
    now = house.clock.at
    house.clock.at = opens - timedelta(minutes=1)
    await juror.taps_data(encode(Begin(task)))
    assert juror.text == refusal(RefusalCode.NOT_OPEN_YET)
    house.clock.at = due + timedelta(minutes=1)
    await juror.taps_data(encode(Begin(task)))
    assert juror.text == refusal(RefusalCode.TOO_LATE)
    assert (await house.task("wizyta")).contact_id is None
    house.clock.at = now
    await juror.taps_data(encode(Begin(task)))
    assert (await house.task("wizyta")).contact_id is not None


async def test_a_contact_begun_in_time_may_be_finished_later(house: House) -> None:
    """The window is for beginning; what was begun goes on."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    house.clock.at = (await house.task("wizyta")).due_at + timedelta(days=2)
    await juror.taps("nic z tego")
    assert await house.answers(contact) == [("konflikt", "none")]


async def test_taking_a_task_after_its_date_is_too_late(house: House) -> None:
    """It stays as it was."""
    juror = await house.guest()
    task = await offered(house, days=1)
    house.clock.at += timedelta(days=1, seconds=1)
    await juror.taps_data(encode(Accept(task)))
    assert juror.text == refusal(RefusalCode.TOO_LATE)
    assert await state_of(house, task) is not State.ACCEPTED


@pytest.mark.parametrize(("scenario", "case"), [("niema", None), ("wizyta", "niema")])
async def test_a_task_without_a_fitting_scenario_is_told_to_the_coordinator(
    house: House, scenario: str, case: str | None
) -> None:
    """The juror hears that it is not ready, the coordinator which scenario is missing."""
    juror, coordinator = await both(house)
    task = await offered(house, scenario=scenario, case=case)
    await juror.taps_data(encode(Accept(task)))
    await juror.taps_data(encode(Begin(task)))
    assert juror.text == refusal(RefusalCode.NO_SCENARIO)
    assert f"„{scenario}”" in coordinator.text
    await juror.taps_data(encode(Begin(task)))
    assert juror.text == refusal(RefusalCode.NO_SCENARIO)


async def test_the_same_task_begins_once(house: House) -> None:
    """The second tap goes on with the contact that is there."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    await juror.taps("nic z tego")
    await juror.taps_data(encode(Begin(house.world.tasks["wizyta"])))
    assert (await house.task("wizyta")).contact_id == contact
    assert "zwykłą osobą, która pyta" in juror.last.buttons


async def test_a_task_not_taken_yet_does_not_begin(house: House) -> None:
    """Its card is shown, with the button that takes it; a declined one is settled."""
    juror = await house.guest()
    task = await offered(house)
    await juror.taps_data(encode(Begin(task)))
    assert encode(Accept(task)) in juror.last.buttons.values()
    await juror.taps_data(encode(DeclineBecause(task, 0)))
    await juror.taps_data(encode(Begin(task)))
    assert refusal(RefusalCode.ALREADY_TAKEN) in juror.text


async def test_a_begun_task_is_not_declined_any_more(house: House) -> None:
    """There are ways out for that."""
    juror = await house.guest()
    await juror.begins("wizyta")
    for tap in (Decline(house.world.tasks["wizyta"]), DeclineBecause(house.world.tasks["wizyta"], 0)):
        await juror.taps_data(encode(tap))
        assert refusal(RefusalCode.ALREADY_TAKEN) in juror.text
    assert (await house.task("wizyta")).state is State.ACCEPTED


async def test_a_conflict_of_interest_returns_the_task_without_blame(house: House) -> None:
    """The juror is thanked; the coordinator is told with the reason; nothing is left to answer."""
    juror, coordinator = await both(house)
    contact = await juror.begins("wizyta")
    await juror.taps("c")
    await juror.replies(contact, Confirm())
    assert "Dziękujemy za szczerość" in juror.text
    assert (await house.task("wizyta")).state is State.RETURNED
    assert (await house.contact(contact)).phase is Phase.RETURNED
    assert coordinator.text == news(News.RETURNED, reason="Konflikt interesów")
    await juror.says("nic z tego")
    left = [(await house.task(name)).state for name in ("telefon", "email")]
    assert left == [State.RETURNED, State.RETURNED], "whoever has a conflict makes no other contact there either"
    await juror.taps_data(encode(ContinueContact(contact)))
    assert "Dziękujemy za szczerość" in juror.text


async def test_a_conflict_tapped_by_mistake_is_taken_back(house: House) -> None:
    """The way back asks again, and so does typing it."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    await juror.taps("c")
    await juror.replies(contact, Cancel())
    await juror.taps("d")
    await juror.says("nie")
    assert "nic z tego" in juror.last.buttons
    assert (await house.contact(contact)).phase is Phase.OPEN
    assert await house.answers(contact) == []


async def test_an_offer_nobody_takes_expires_and_the_coordinator_is_told(house: House) -> None:
    """At its date, by itself; it is off the list and cannot be taken any more."""
    juror, coordinator = await both(house)
    task = await offered(house, days=2)
    await house.passes(timedelta(days=2, minutes=1))
    assert await state_of(house, task) is State.EXPIRED
    assert coordinator.text == news(News.EXPIRED)
    await juror.taps_data(encode(Accept(task)))
    assert refusal(RefusalCode.ALREADY_TAKEN) in juror.text


async def test_an_offer_that_was_taken_does_not_expire(house: House) -> None:
    """The look at its date changes nothing."""
    juror, coordinator = await both(house)
    task = await offered(house, days=2)
    await juror.taps_data(encode(Accept(task)))
    await house.passes(timedelta(days=3))
    assert await state_of(house, task) is State.ACCEPTED
    assert news(News.EXPIRED) not in [line.text for line in coordinator.heard]


async def test_an_edition_without_a_coordinator_for_the_task_tells_them_all(house: House) -> None:
    """Who coordinates nothing in particular is told of what belongs to nobody."""
    juror, coordinator = await both(house)
    now = house.clock()
    task = await house.run(
        lambda unit: offer(
            unit,
            house.desk,
            edition_id=house.world.edition,
            participant_id=house.world.participant,
            person_id=house.world.juror,
            mode=Mode.VISIT,
            scenario="wizyta",
            opens_at=now,
            due_at=now + timedelta(days=1),
            now=now,
        )
    )
    await juror.taps_data(encode(Accept(task)))
    assert coordinator.text == news(News.ACCEPTED)


async def test_the_cover_and_the_quiz_come_before_the_first_tap_on_the_spot(house: House) -> None:
    """A wrong answer in the quiz is refused kindly, and asked again."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    await juror.walk(contact, asks("quiz_pytanie"))
    await juror.taps("o własną sprawę")
    assert "Wybierz jeszcze raz" in juror.text
    await juror.walk(contact, asks("w01"))
    assert juror.last.outgoing is not None
    assert juror.last.outgoing.head.startswith("Przykładowo")
    found = await house.read(lambda unit: people.person(unit, house.world.juror))
    assert found is not None
    assert found.focus == contact
