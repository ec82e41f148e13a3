"""Reminders of every kind: at their time, never at a quiet one, not where the world has moved on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot import jobs
from bot.roles import returning, upcoming
from bot.roles.reminding import MAX_TIMES
from bot.tap_kinds import Accept, ContinueContact, DeclineBecause, OneTask
from bot.taps import encode
from bot.views import juror_tasks
from scenarios.contact import Closed, Sleeping
from scenarios.model import Mode
from storage import assignments, editions, evidence, journal, people, reviews
from storage.assignments import Assignment, State
from storage.database import Unit
from storage.reviews import ReviewState
from storage.rules import Quiet, Reminder, ReminderRule, Rules
from tests.acceptance.world import ZONE
from tests.bot.house import Guest, House, is_at
from tests.scripted import START

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GENTLE = juror_tasks.gentle_reminder(language="pl")


def local(text: str) -> datetime:
    """A moment as a clock in Warsaw shows it. The house begins on Friday, 20 November 2026, at 10:00."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


async def until(house: House, text: str) -> None:
    """Let time pass up to a moment on the local clock."""
    await house.passes(local(text) - house.clock.at)


async def tune(house: House, change: Callable[[Rules], Rules]) -> None:
    """Change the rules of the edition."""

    def work(unit: Unit) -> None:
        edition = editions.edition(unit, house.world.edition)
        assert edition is not None
        editions.set_rules(unit, edition.id, change(edition.rules))

    await house.run(work)


async def silence(house: House, kind: Reminder) -> None:
    """Switch a reminder off."""
    await tune(house, lambda rules: rules.with_reminder(kind, ReminderRule(is_on=False, hours=24)))


async def add_task(house: House, *, state: State, opens: str, due: str, answer_by: str | None = None) -> int:
    """One more task of the juror, with the looks that follow an offer or its being taken."""

    def work(unit: Unit) -> int:
        now = house.clock()
        task_id = assignments.assign(
            unit,
            edition_id=house.world.edition,
            participant_id=house.world.participant,
            person_id=house.world.juror,
            coordinator_id=house.world.coordinator,
            mode=Mode.PHONE,
            scenario="telefon",
            opens_at=local(opens),
            due_at=local(due),
            answer_by=None if answer_by is None else local(answer_by),
            state=state,
            now=now,
        )
        task = assignments.assignment(unit, task_id)
        assert task is not None
        put = upcoming.after_offer if state is State.OFFERED else upcoming.after_accept
        put(unit, house.desk, task, now)
        return task_id

    return await house.run(work)


async def offered(house: House, *, answer_by: str = "2026-11-25T10:00") -> int:
    """A task on offer."""
    return await add_task(
        house, state=State.OFFERED, opens="2026-11-23T08:00", due="2026-12-10T20:00", answer_by=answer_by
    )


async def taken(house: House, *, opens: str = "2026-11-19T08:00", due: str = "2026-12-10T18:00") -> int:
    """A task that was taken."""
    return await add_task(house, state=State.ACCEPTED, opens=opens, due=due)


async def submitted(guest: Guest) -> int:
    """A telephone report that was sent."""
    contact = await guest.begins("telefon")
    await guest.walk(contact, is_at(Closed))
    return contact


def said(guest: Guest, words: str) -> list[str]:
    """Messages that ever came to the chat and say so."""
    return [out.body for chat, out in guest.house.room.delivered if chat == guest.chat and words in out.body]


async def reminded(house: House, subject: str, kind: Reminder) -> list[datetime]:
    """When somebody was reminded of something."""
    entries = await house.read(lambda unit: journal.of_subject(unit, subject))
    return [entry.at for entry in entries if entry.what == "reminded" and entry.details["kind"] == kind.value]


# Offers -------------------------------------------------------------------------------------------------------------


async def test_an_unanswered_offer_is_asked_about_on_the_next_working_day(house: House) -> None:
    """Offered on Friday at 10, a day later is Saturday: the word comes on Monday at eight, with both answers."""
    juror = await house.guest()
    task = await offered(house)
    await until(house, "2026-11-23T07:59")
    assert not said(juror, "tak czy nie")
    await until(house, "2026-11-23T08:00")
    assert len(said(juror, "Przykładowo: tak czy nie")) == 1
    assert encode(Accept(task)) in juror.last.data
    assert await reminded(house, f"assignment:{task}", Reminder.OFFER_UNANSWERED) == [local("2026-11-23T08:00")]
    await until(house, "2026-11-24T09:00")
    assert len(said(juror, "tak czy nie")) == 2
    await until(house, "2026-11-28T09:00")
    assert len(said(juror, "tak czy nie")) <= MAX_TIMES


@pytest.mark.parametrize("answer", [Accept, lambda task: DeclineBecause(task, 0)])
async def test_an_answered_offer_is_not_asked_about(house: House, answer: Callable[[int], Accept]) -> None:
    """Taken or declined: the world has moved on."""
    juror = await house.guest()
    task = await offered(house)
    await juror.taps_data(encode(answer(task)))
    await until(house, "2026-11-25T12:00")
    assert not said(juror, "tak czy nie")


async def test_an_offer_that_ends_before_monday_is_asked_about_on_friday(house: House) -> None:
    """What would come too late comes earlier, still not at a quiet time."""
    juror = await house.guest()
    await offered(house, answer_by="2026-11-21T12:00")
    await until(house, "2026-11-21T12:00")
    assert len(said(juror, "tak czy nie")) == 1
    assert "21 listopada, 12:00" in juror.text or said(juror, "21 listopada, 12:00")


async def test_who_proposed_another_date_is_not_asked_again(house: House) -> None:
    """While somebody decides on it."""
    juror = await house.guest()
    task = await offered(house)
    await house.run(lambda unit: assignments.adjust(unit, task, proposed_due=local("2026-12-12T12:00")))
    await until(house, "2026-11-25T09:59")
    assert not said(juror, "tak czy nie")


# Windows and dates --------------------------------------------------------------------------------------------------


async def test_a_window_that_opens_is_told_of(house: House) -> None:
    """On Sunday it opens, on Monday at eight the word comes, once."""
    juror = await house.guest()
    task = await taken(house, opens="2026-11-22T00:00")
    await until(house, "2026-11-23T07:59")
    assert not said(juror, "można już zacząć")
    await until(house, "2026-11-27T12:00")
    assert said(juror, "można już zacząć") == ["Przykładowo: można już zacząć, termin do 10 grudnia (czwartek)."]
    assert encode(OneTask(task)) in juror.last.data


async def test_a_window_can_be_told_of_before_it_opens(house: House) -> None:
    """With hours the word comes before."""
    juror = await house.guest()
    await tune(house, lambda rules: rules.with_reminder(Reminder.WINDOW_OPENS, ReminderRule(is_on=True, hours=24)))
    await taken(house, opens="2026-11-25T12:00")
    await until(house, "2026-11-24T12:00")
    assert said(juror, "można zacząć od 25 listopada (środa)")


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ("2026-12-10T18:00", "2026-12-08T18:00"),
        ("2026-11-13T12:00", "2026-11-12T08:00"),
        ("2026-12-28T06:00", "2026-12-23T19:59:59"),
        ("2026-11-29T18:00", "2026-11-27T18:00"),
        ("2026-11-30T12:00", "2026-11-30T08:00"),
    ],
)
async def test_the_last_day_is_told_of_two_days_before(house: House, due: str, expected: str) -> None:
    """Never on 11 November, at Christmas or on a weekend: then after it, or before, but always in time."""
    house.clock.at = local("2026-11-05T10:00")
    juror = await house.guest()
    task = await taken(house, opens="2026-11-01T08:00", due=due)
    await house.passes(local(due) - house.clock.at - timedelta(minutes=1))
    (at,) = await reminded(house, f"assignment:{task}", Reminder.CONTACT_DUE)
    assert at == local(expected)
    assert len(said(juror, "termin do")) == 1


def _put_again(house: House, unit: Unit, task_id: int) -> None:
    task = assignments.assignment(unit, task_id)
    assert task is not None
    upcoming.after_accept(unit, house.desk, task, house.clock())


async def test_a_late_task_is_told_of_once(house: House) -> None:
    """After the last day one more word, at the next moment that is not quiet, and then no more."""
    juror = await house.guest()
    task = await taken(house, due="2026-11-27T23:59")
    await until(house, "2026-11-30T07:59")
    assert not said(juror, "termin minął")
    await until(house, "2026-12-20T12:00")
    assert len(said(juror, "termin minął")) == 1
    assert len(await reminded(house, f"assignment:{task}", Reminder.CONTACT_DUE)) == 2


async def test_a_task_that_is_done_or_waits_is_not_told_of(house: House) -> None:
    """Neither what was sent, nor what waits for a reply from outside."""
    juror = await house.guest()
    await submitted(juror)
    waits = await juror.begins("email")
    await juror.walk(waits, is_at(Sleeping))
    for name in ("telefon", "email"):
        task = house.world.tasks[name]
        await house.run(lambda unit, task=task: _due_soon(house, unit, task))
    await until(house, "2026-11-25T09:59")
    assert not said(juror, "termin do")
    assert not said(juror, "termin minął")


def _due_soon(house: House, unit: Unit, task_id: int) -> None:
    assignments.adjust(unit, task_id, due_at=local("2026-11-25T10:00"))
    _put_again(house, unit, task_id)


async def test_a_silenced_reminder_comes_when_it_is_switched_on_again(house: House) -> None:
    """Silenced at the time of sending: nothing; on again, with time left: the word comes."""
    juror = await house.guest()
    await taken(house)
    await silence(house, Reminder.CONTACT_DUE)
    await until(house, "2026-12-09T07:00")
    assert not said(juror, "termin do")
    await tune(house, lambda rules: rules.with_reminder(Reminder.CONTACT_DUE, ReminderRule(is_on=True, hours=48)))
    await until(house, "2026-12-09T19:59")
    assert len(said(juror, "termin do")) == 1


async def test_rules_hold_as_they_are_at_the_time_of_sending(house: House) -> None:
    """Made quiet meanwhile, or tuned to less ahead: it is put off to the new moment."""
    juror = await house.guest()
    await taken(house)
    await tune(house, lambda rules: replace(rules, quiet=Quiet(12, 8)))
    await until(house, "2026-12-09T07:59")
    assert not said(juror, "termin do")
    await until(house, "2026-12-09T08:00")
    assert len(said(juror, "termin do")) == 1
    await taken(house, due="2026-12-17T11:00")
    await tune(house, lambda rules: rules.with_reminder(Reminder.CONTACT_DUE, ReminderRule(is_on=True, hours=2)))
    await until(house, "2026-12-17T08:59")
    assert len(said(juror, "termin do")) == 1
    await until(house, "2026-12-17T09:00")
    assert len(said(juror, "termin do")) == 2


async def test_who_left_or_hides_the_chat_is_not_reminded(house: House) -> None:
    """A hidden chat gets it after it is shown again; a person who left never."""
    juror = await house.guest()
    await taken(house)
    await house.run(lambda unit: people.set_hidden(unit, house.world.juror, house.clock()))
    await until(house, "2026-12-09T07:00")
    assert not await reminded(house, f"person:{house.world.juror}", Reminder.CONTACT_DUE)
    await house.run(lambda unit: people.set_hidden(unit, house.world.juror, None))
    await until(house, "2026-12-09T19:59")
    assert len(said(juror, "termin do")) == 1
    await house.run(lambda unit: people.update_person(unit, house.world.juror, left_at=house.clock()))
    await until(house, "2026-12-15T12:00")
    assert not said(juror, "termin minął")


# Contacts under way -------------------------------------------------------------------------------------------------


async def test_an_unfinished_contact_rests_at_the_weekend(house: House) -> None:
    """Begun on Friday at 10: recalled on Monday at eight, then daily, five times at one question at most."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    await until(house, "2026-11-23T07:59")
    assert not said(juror, GENTLE)
    await until(house, "2026-11-23T08:00")
    assert len(said(juror, GENTLE)) == 1
    await until(house, "2026-12-11T12:00")
    assert len(said(juror, GENTLE)) == 5
    assert len(await reminded(house, f"contact:{contact}", Reminder.CONTACT_UNFINISHED)) == 5


async def test_an_unfinished_contact_is_recalled_as_tuned(house: House) -> None:
    """Silenced: not at all; on again, it is; after as many hours as it says then."""
    juror = await house.guest()
    await juror.begins("wizyta")
    await silence(house, Reminder.CONTACT_UNFINISHED)
    await until(house, "2026-11-25T12:00")
    assert not said(juror, GENTLE)
    await tune(
        house, lambda rules: rules.with_reminder(Reminder.CONTACT_UNFINISHED, ReminderRule(is_on=True, hours=240))
    )
    await until(house, "2026-11-30T09:59")
    assert not said(juror, GENTLE)
    await until(house, "2026-11-30T10:00")
    assert len(said(juror, GENTLE)) == 1


async def test_a_wait_ends_at_night_without_a_sound(house: House) -> None:
    """Its reminders keep to working hours; the end comes by itself when its time is over, silently at night."""
    juror = await house.guest()
    contact = await juror.begins("email")
    await juror.walk(contact, is_at(Sleeping))
    _scenario, turn = await house.turn(contact)
    assert isinstance(turn.prompt, Sleeping)
    deadline = turn.prompt.deadline
    await house.passes(deadline - house.clock.at - timedelta(minutes=1))
    times = await reminded(house, f"contact:{contact}", Reminder.REPLY_CLOCK)
    assert len(times) == 2
    assert not any(upcoming.is_quiet(Rules(), at, ZONE) for at in times)
    await house.passes(timedelta(minutes=2))
    assert ("e_czeka", "no_reply") in await house.answers(contact)
    assert juror.last.outgoing is not None
    assert juror.last.outgoing.silent


async def test_the_reply_clock_can_be_silenced_and_the_wait_still_ends(house: House) -> None:
    """No word in between; a moment added before the deadline comes where the rules ask for it."""
    juror = await house.guest()
    await tune(house, lambda rules: rules.with_reminder(Reminder.REPLY_CLOCK, ReminderRule(is_on=True, hours=12)))
    contact = await juror.begins("email")
    await juror.walk(contact, is_at(Sleeping))
    _scenario, turn = await house.turn(contact)
    assert isinstance(turn.prompt, Sleeping)
    deadline = turn.prompt.deadline
    await house.passes(deadline - house.clock.at - 14 * HOUR)
    assert len(said(juror, GENTLE)) == 2
    await house.passes(13 * HOUR)
    assert len(said(juror, GENTLE)) == 3
    await silence(house, Reminder.REPLY_CLOCK)
    await house.passes(HOUR + timedelta(minutes=1))
    assert ("e_czeka", "no_reply") in await house.answers(contact)


# Reports that were sent ---------------------------------------------------------------------------------------------


async def lose_a_file(house: House, contact: int) -> None:
    """One of the report's photos turns out to be unusable."""
    rows = [row for row in await house.evidence(contact) if row.path is not None and row.kind != "note"]
    assert rows
    await house.run(lambda unit: evidence.refused(unit, rows[0].id, problem="corrupt", now=house.clock()))


def _task(unit: Unit, house: House, name: str) -> Assignment:
    found = assignments.assignment(unit, house.world.tasks[name])
    assert found is not None
    return found


async def another_report(house: House, guest: Guest) -> int:
    """One more report that waits for its review; what is in it does not matter here."""
    contact = await guest.begins("wizyta")

    def send(unit: Unit) -> None:
        reviews.begin(unit, contact, now=house.clock())
        upcoming.after_submit(unit, house.desk, _task(unit, house, "wizyta"), contact, house.clock())

    await house.run(send)
    return contact


async def test_a_missing_file_is_asked_for_while_the_report_can_be_corrected(house: House) -> None:
    """Half-way to the end of the corrections, since a day later it is too late; no word while all files are there."""
    juror = await house.guest()
    house.clock.at = local("2026-11-23T09:00")
    contact = await juror.begins("wizyta")
    await juror.walk(contact, is_at(Closed))
    now = house.clock()
    kind = Reminder.EVIDENCE_MISSING.value
    await house.run(lambda unit: jobs.put_nudge(unit, kind, contact, run_at=now, now=now))
    await house.settle()
    assert not said(juror, "nie dotarł")
    await house.run(lambda unit: upcoming.after_submit(unit, house.desk, _task(unit, house, "wizyta"), contact, now))
    await lose_a_file(house, contact)
    await until(house, "2026-11-24T08:00")
    assert len(said(juror, "1 plik nie dotarł")) == 1
    assert encode(ContinueContact(contact)) in juror.last.data
    await until(house, "2026-11-27T12:00")
    assert len(said(juror, "plik nie dotarł")) == 1


async def test_returned_questions_are_recalled_until_they_are_answered(house: House) -> None:
    """A day later a word, and no more once the report is back in the queue."""
    juror = await house.guest()
    house.clock.at = local("2026-11-23T09:00")
    contact = await submitted(juror)
    path = (await house.answers(contact))[-1][0]
    back = await house.run(
        lambda unit: returning.send_back(
            unit,
            house.desk,
            contact,
            [path],
            comment="Która to była godzina?",
            answer_by=local("2026-11-27T10:00"),
            now=house.clock(),
            by=house.world.coordinator,
        )
    )
    assert back
    await until(house, "2026-11-24T12:00")
    assert len(said(juror, "Przykładowo: jest jeszcze coś do uzupełnienia. Termin: 27 listopada, 10:00")) == 1
    await house.run(lambda unit: reviews.set_state(unit, contact, ReviewState.WAITING, now=house.clock()))
    await until(house, "2026-11-27T12:00")
    assert len(said(juror, "jest jeszcze coś do uzupełnienia")) == 1


async def test_reviews_that_wait_are_told_of_in_one_message(house: House) -> None:
    """Two reports, one word to the coordinator after two days, on a working day; the next two days later."""
    coordinator, juror = await house.guest("coordinator"), await house.guest()
    await submitted(juror)
    await another_report(house, juror)
    await until(house, "2026-11-23T07:59")
    assert not said(coordinator, "na sprawdzenie")
    await until(house, "2026-11-23T12:00")
    assert len(said(coordinator, "2 raporty czekają na sprawdzenie, pierwszy od 20 listopada (piątek)")) == 1
    await until(house, "2026-11-25T12:00")
    assert len(said(coordinator, "na sprawdzenie")) == 2
    await until(house, "2026-12-01T12:00")
    assert len(said(coordinator, "na sprawdzenie")) <= MAX_TIMES + 1
    assert not said(juror, "na sprawdzenie")


async def test_reviews_that_are_done_or_silenced_are_not_told_of(house: House) -> None:
    """Approved: nothing waits; silenced: no word."""
    coordinator, juror = await house.guest("coordinator"), await house.guest()
    done = await submitted(juror)
    await house.run(lambda unit: reviews.set_state(unit, done, ReviewState.APPROVED, now=house.clock()))
    await another_report(house, juror)
    await silence(house, Reminder.REVIEW_WAITING)
    await until(house, "2026-11-23T12:00")
    assert not said(coordinator, "na sprawdzenie")


async def test_reminders_of_nothing_do_nothing(house: House) -> None:
    """Of tasks and contacts that never were, and of kinds that contacts keep themselves."""
    juror = await house.guest()
    contact = await juror.begins("telefon")
    heard = len(juror.heard)

    def put(unit: Unit) -> None:
        for kind in Reminder:
            jobs.put_nudge(unit, kind.value, 987_654, run_at=START, now=START)
        for kind in set(Reminder) - {Reminder.OFFER_UNANSWERED, Reminder.WINDOW_OPENS, Reminder.CONTACT_DUE}:
            jobs.put_nudge(unit, kind.value, contact, run_at=START, now=START)

    await house.run(put)
    await house.settle()
    assert len(juror.heard) == heard
