"""What time does to a juror's contacts: waits end, reminders come, corrections close. Each looks at the world first."""

from __future__ import annotations

from datetime import datetime

from bot.channels.base import Outgoing
from bot.jobs import Expire, Lock, Remind, Wake, put_remind
from bot.roles import notices
from bot.roles.juror import walking
from bot.talk import Desk, Talk
from bot.views import juror_tasks
from scenarios import engine
from scenarios.contact import Phase, Sleeping, TimePassed
from storage import assignments, contacts, journal, people
from storage.assignments import State
from storage.database import Unit


def wake(unit: Unit, desk: Desk, work: Wake, *, now: datetime) -> None:
    """A wait's reminder or deadline: end the wait if its time is over, else remind of it."""
    talk, walk = _open(unit, desk, work.contact_id, now=now)
    if talk is None or walk is None or walk.contact.phase is not Phase.OPEN:
        return
    before = engine.prompt_of(walk.scenario, walk.contact)
    turn = engine.advance(walk.scenario, walk.contact, TimePassed(), now=now, zone=desk.zone)
    if turn.events:
        walking.keep(talk, walk, turn)
        walking.answer_turn(talk, walk, turn)
    elif isinstance(before, Sleeping):
        talk.say(_recalled(talk, walk))


def remind(unit: Unit, desk: Desk, work: Remind, *, now: datetime) -> None:
    """Recall a contact that rests; nothing where the person has moved on since, or waits for a reply anyway."""
    talk, walk = _open(unit, desk, work.contact_id, now=now)
    if talk is None or walk is None or walk.contact.phase is not Phase.OPEN or walk.contact.turn != work.turn:
        return
    if isinstance(engine.prompt_of(walk.scenario, walk.contact), Sleeping):
        return
    if now < walk.assignment.due_at:
        put_remind(unit, walk.row.id, turn=work.turn, run_at=now + walking.REMIND_AFTER, now=now)
    talk.say(_recalled(talk, walk))


def lock(unit: Unit, desk: Desk, work: Lock, *, now: datetime) -> None:
    """Close the corrections of a submitted contact."""
    talk, walk = _open(unit, desk, work.contact_id, now=now)
    if talk is None or walk is None or (walk.row.locks_at is not None and now < walk.row.locks_at):
        return
    turn = engine.lock(walk.scenario, walk.contact)
    if not turn.events:
        return
    contacts.save(unit, turn.contact, turn.events, update_id=None, now=now)
    journal.write(unit, at=now, who=None, what="locked", subject=f"contact:{walk.row.id}", details={})
    if talk.person.focus == walk.row.id:
        people.set_focus(unit, talk.person.id, None)
    talk.say(walking.shown(talk, walk, turn))


def expire(unit: Unit, desk: Desk, work: Expire, *, now: datetime) -> None:
    """Close an offer nobody took in time."""
    task = assignments.assignment(unit, work.assignment_id, lock=True)
    if task is None or task.state is not State.OFFERED or now < task.due_at:
        return
    assignments.change(unit, task.id, state=State.EXPIRED, now=now)
    notices.expired(unit, desk, task, now=now)
    journal.write(unit, at=now, who=None, what="expired", subject=f"assignment:{task.id}", details={})


def _recalled(talk: Talk, walk: walking.Walk) -> Outgoing:
    """Where the contact is, after a gentle word."""
    lead = juror_tasks.gentle_reminder(language=talk.language)
    return walking.shown(talk, walk, walking.current(walk), lead=lead)


def _open(unit: Unit, desk: Desk, contact_id: int, *, now: datetime) -> tuple[Talk | None, walking.Walk | None]:
    """The contact, and its person where they were last seen."""
    row = contacts.load(unit, contact_id, lock=False)
    person = None if row is None else people.person(unit, row.person_id, lock=True)
    if row is None or person is None:
        return None, None
    addresses = people.addresses(unit, person.id)
    if not addresses:
        return None, None
    talk = Talk(unit=unit, desk=desk, now=now, person=person, address=addresses[0])
    return talk, walking.take_up(talk, contact_id)
