"""What time does: waits end, reminders come, nothing where the world moved on; nobody is dragged elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot import jobs
from bot.tap_kinds import ContinueContact, DeclineBecause
from bot.taps import encode
from bot.views import juror_tasks
from scenarios.contact import AskStep, Closed, Mark, Phase, Sleeping
from storage import editions, people, schema
from storage.database import Unit
from storage.rules import DEFAULT_REMINDERS, Quiet, Reminder
from tests.bot.house import Guest, House, asks, is_at

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

REMIND_AFTER = timedelta(hours=DEFAULT_REMINDERS[Reminder.CONTACT_UNFINISHED].hours)
GENTLE = juror_tasks.gentle_reminder(language="pl")


@pytest.fixture(autouse=True)
async def never_quiet(house: House) -> None:
    """An edition without quiet times, so that hours can be counted; those are tried in ``test_reminding``."""

    def loud(unit: Unit) -> None:
        edition = editions.edition(unit, house.world.edition)
        assert edition is not None
        quiet = Quiet(0, 0, weekends=False, holidays=False)
        editions.set_rules(unit, edition.id, replace(edition.rules, quiet=quiet))

    await house.run(loud)


async def waiting(house: House) -> tuple[Guest, int]:
    """The juror, whose e-mail contact waits for a reply."""
    juror = await house.guest()
    contact = await juror.begins("email")
    await juror.walk(contact, is_at(Sleeping))
    return juror, contact


def reminders(guest: Guest) -> int:
    """How many gentle reminders have ever come to the chat."""
    return sum(GENTLE in outgoing.body for chat, outgoing in guest.house.room.delivered if chat == guest.chat)


async def test_a_wait_is_reminded_of_and_ends_by_itself(house: House) -> None:
    """After three and seven working days a word; after ten it is over and the questions go on."""
    juror, contact = await waiting(house)
    _scenario, turn = await house.turn(contact)
    assert isinstance(turn.prompt, Sleeping)
    deadline = turn.prompt.deadline
    await house.passes(timedelta(days=4))
    assert reminders(juror) == 0
    await house.passes(timedelta(days=3))
    assert reminders(juror) == 1
    await house.passes(deadline - house.clock.at - timedelta(minutes=1))
    assert reminders(juror) == 2
    await house.passes(timedelta(minutes=2))
    assert ("e_czeka", "no_reply") in await house.answers(contact)
    _scenario, turn = await house.turn(contact)
    assert isinstance(turn.prompt, AskStep)
    assert juror.last.outgoing is not None
    assert juror.last.outgoing.turn == turn.contact.turn


async def test_a_wait_that_ended_is_not_reminded_of(house: House) -> None:
    """The reply came: the moments that were put do nothing, and the answer stays."""
    juror, contact = await waiting(house)
    await juror.replies(contact, Mark())
    await juror.says("/pauza")
    heard = reminders(juror)
    await house.passes(timedelta(hours=20))
    assert reminders(juror) == heard
    await house.passes(timedelta(days=20))
    assert ("e_czeka", "came") in await house.answers(contact)
    assert ("e_czeka", "no_reply") not in await house.answers(contact)


async def test_a_wait_put_aside_is_still_reminded_of_and_ends(house: House) -> None:
    """Putting a waiting task aside stops neither; and the daily reminder of what rests does not come on top."""
    juror, contact = await waiting(house)
    await juror.says("/pauza")
    await house.passes(timedelta(days=8))
    assert reminders(juror) == 1
    await house.passes(timedelta(days=10))
    assert ("e_czeka", "no_reply") in await house.answers(contact)


async def test_an_open_contact_is_recalled_every_day_until_it_moves(house: House) -> None:
    """Once a day; a reply starts the day anew; the question is asked again with it."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    await juror.walk(contact, asks("w01"))
    await house.passes(REMIND_AFTER - timedelta(minutes=1))
    assert reminders(juror) == 0
    await house.passes(timedelta(minutes=2))
    assert reminders(juror) == 1
    await juror.replies(contact, Mark())
    await house.passes(REMIND_AFTER - timedelta(minutes=5))
    assert reminders(juror) == 1
    await house.passes(timedelta(days=2))
    assert reminders(juror) == 3


async def test_a_reminder_that_waits_is_not_put_off_by_each_answer(house: House) -> None:
    """It looks first when the contact was touched last, and comes a whole pause after that."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    await juror.walk(contact, asks("w01"))
    before = await waiting_reminders(house)
    await house.passes(timedelta(minutes=10))
    await juror.replies(contact, Mark())
    assert await waiting_reminders(house) == before
    assert len(before) == 1
    await house.passes(REMIND_AFTER - timedelta(minutes=1))
    assert reminders(juror) == 0
    await house.passes(timedelta(minutes=2))
    assert reminders(juror) == 1


async def waiting_reminders(house: House) -> list[tuple[int, datetime]]:
    """Ids and moments of the reminders that wait."""
    table = schema.jobs
    query = select(table.c.id, table.c.run_at).where(table.c.kind == "remind", table.c.state == "waiting")
    return await house.database.read(lambda unit: [(row.id, row.run_at) for row in unit.execute(query)])


async def test_reminders_end_with_the_task(house: House) -> None:
    """None after its date but the last one, none after sending, none after a way out."""
    juror = await house.guest()
    contact = await juror.begins("telefon")
    await juror.walk(contact, is_at(Closed))
    await house.passes(timedelta(days=3))
    assert reminders(juror) == 0
    other = await juror.begins("wizyta")
    due = (await house.task("wizyta")).due_at
    house.clock.at = due - timedelta(hours=1)
    await juror.walk(other, asks("w01"))
    await house.passes(timedelta(days=1))
    before = reminders(juror)
    await house.passes(timedelta(days=5))
    assert reminders(juror) == before


async def test_time_does_not_drag_a_person_out_of_another_contact(house: House) -> None:
    """Busy with the visit, they are only told that the wait is over; their words stay the visit's."""
    juror, waits = await waiting(house)
    visit = await juror.begins("wizyta")
    await juror.walk(visit, asks("w17"))
    _scenario, turn = await house.turn(waits)
    assert isinstance(turn.prompt, Sleeping)
    house.clock.at = turn.prompt.deadline - timedelta(minutes=1)
    await house.passes(timedelta(minutes=2))
    assert ("e_czeka", "no_reply") in await house.answers(waits)
    told = [line for line in juror.heard if encode(ContinueContact(waits)) in line.data]
    assert told
    await juror.says("tak")
    assert ("w17", True) in await house.answers(visit)
    await juror.taps_data(encode(ContinueContact(waits)))
    found = await house.read(lambda unit: people.person(unit, house.world.juror))
    assert found is not None
    assert found.focus == waits


async def test_a_reminder_of_another_contact_does_not_drag_either(house: House) -> None:
    """Nor does it while the words of a refusal are awaited."""
    juror = await house.guest()
    resting = await juror.begins("telefon")
    await juror.says("/pauza")
    await juror.taps_data(encode(DeclineBecause(house.world.tasks["wizyta"], 4)))
    await house.passes(REMIND_AFTER + timedelta(minutes=1))
    assert encode(ContinueContact(resting)) in juror.last.data
    await juror.says("Wyjazd")
    assert (await house.task("wizyta")).reason == "Wyjazd"


async def test_timed_jobs_of_nothing_do_nothing(house: House) -> None:
    """A contact that never was, one that moved on, a window that is still open."""
    juror = await house.guest()
    contact = await juror.begins("telefon")
    await juror.walk(contact, is_at(Closed))
    row = await house.contact(contact)

    def put(unit: Unit) -> None:
        now = house.clock()
        for number in (contact, 987_654):
            jobs.put_wake(unit, number, run_at=now, now=now)
            jobs.put_remind(unit, number, run_at=now, now=now)
        jobs.put_lock(unit, 987_654, run_at=now, now=now)
        jobs.put_lock(unit, contact, run_at=now, now=now)
        jobs.put_expire(unit, 987_654, run_at=now, now=now)

    heard = len(juror.heard)
    await house.run(put)
    await house.settle()
    assert len(juror.heard) == heard
    assert (await house.contact(contact)).contact == row.contact
    assert row.phase is Phase.SUBMITTED
