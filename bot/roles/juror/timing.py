"""What time does to a juror's contacts: waits end, reminders come, corrections close. Each looks at the world first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.jobs import Lock, Remind, Wake, put_remind, put_wake
from bot.roles import returning, upcoming
from bot.roles.juror import walking
from bot.talk import Desk, Talk
from bot.views import juror_tasks
from scenarios import engine
from scenarios.contact import Closed, Contact, Keep, Phase, Resting, Sleeping, Submit, Submitted, TimePassed, Turn
from storage import contacts, journal, people, reminders
from storage.database import Unit
from storage.rules import Reminder

MAX_RECALLS = 5
"""So often a contact is recalled at one question."""


def wake(unit: Unit, desk: Desk, work: Wake, *, now: datetime) -> None:
    """A wait's reminder or deadline: end the wait if its time is over, else remind of it.

    The wait ends when its time is over, whatever the hour; at a quiet time that is said without a sound.
    """
    talk, walk = _open(unit, desk, work.contact_id, now=now)
    if talk is None or walk is None or walk.contact.phase is not Phase.OPEN:
        return
    rules, zone = upcoming.clock_of(unit, desk, walk.assignment.edition_id)
    is_quiet = upcoming.is_quiet(rules, now, zone)
    turn = engine.advance(walk.scenario, walk.contact, TimePassed(), now=now, zone=talk.zone)
    if turn.events:
        walking.keep(talk, walk, turn)
        if talk.person.left_at is None:
            _speak(talk, walk, turn, silent=is_quiet)
    elif not _waits(walk) or not rules.reminder(Reminder.REPLY_CLOCK).is_on or not _listens(talk):
        return
    elif is_quiet:
        put_wake(unit, walk.row.id, run_at=upcoming.allowed_at(rules, now, zone), now=now)
    else:
        _note(talk, walk, Reminder.REPLY_CLOCK)
        _recall(talk, walk)


def remind(unit: Unit, desk: Desk, work: Remind, *, now: datetime) -> None:
    """Recall a contact that rests; later where something was answered since, not at all where it waits for a reply.

    A hidden chat is not piled with reminders: the next one comes when it is shown again.
    """
    talk, walk = _open(unit, desk, work.contact_id, now=now)
    if talk is None or walk is None or walk.contact.phase is not Phase.OPEN:
        return
    if _waits(walk) or talk.person.left_at is not None:
        return
    rules, zone = upcoming.clock_of(unit, desk, walk.assignment.edition_id)
    pause = upcoming.pause_of(rules, Reminder.CONTACT_UNFINISHED)
    touched = reminders.touched_at(unit, walk.row.id) or now
    comes = upcoming.allowed_at(rules, max(now, touched + pause), zone)
    if now < comes:
        put_remind(unit, walk.row.id, run_at=comes, now=now)
        return
    subject, kind = f"contact:{walk.row.id}", Reminder.CONTACT_UNFINISHED
    if len(reminders.times(unit, subject, kind.value, turn=walk.contact.turn)) >= MAX_RECALLS:
        return
    if now < walk.assignment.due_at:
        later = upcoming.allowed_at(rules, now + pause, zone)
        put_remind(unit, walk.row.id, run_at=later, now=now)
    if _listens(talk) and rules.reminder(kind).is_on:
        _note(talk, walk, kind)
        _recall(talk, walk)


def ask_again(unit: Unit, desk: Desk, contact_id: int, *, now: datetime) -> bool:
    """Ask a contact's question once more, without a sound, since its answer may have been lost on the way to us.

    False, and nothing is said, where no answer is expected or the chat is hidden.
    """
    talk, walk = _open(unit, desk, contact_id, now=now)
    if talk is None or walk is None or not _listens(talk) or _is_busy_elsewhere(talk, walk):
        return False
    turn = walking.current(walk)
    if isinstance(turn.prompt, Closed | Resting | Sleeping):
        return False
    journal.write(unit, at=now, who=None, what="asked.again", subject=f"contact:{contact_id}", details={})
    talk.say(replace(walking.shown(talk, walk, turn, lead=juror_tasks.was_out(language=talk.language)), silent=True))
    return True


def lock(unit: Unit, desk: Desk, work: Lock, *, now: datetime) -> None:
    """Close the corrections of a submitted contact; those made and not sent yet are sent first."""
    talk, walk = _open(unit, desk, work.contact_id, now=now)
    if talk is None or walk is None or (walk.row.locks_at is not None and now < walk.row.locks_at):
        return
    was_returned = bool(walk.contact.returned)
    contact = _send_corrections(talk, walk)
    turn = engine.lock(walk.scenario, contact)
    if not turn.events:
        return
    contacts.save(unit, turn.contact, turn.events, update_id=None, now=now)
    journal.write(unit, at=now, who=None, what="locked", subject=f"contact:{walk.row.id}", details={})
    if was_returned:
        returning.unanswered(unit, desk, walk.row.id, now=now)
    if talk.person.focus == walk.row.id:
        people.set_focus(unit, talk.person.id, None)
    rules, zone = upcoming.clock_of(unit, desk, walk.assignment.edition_id)
    talk.say(replace(walking.shown(talk, walk, turn), silent=upcoming.is_quiet(rules, now, zone)))


def _send_corrections(talk: Talk, walk: walking.Walk) -> Contact:
    """Send corrections not sent yet, so that the receipt is that of what is read; nothing half-done is sent."""
    still = engine.stop_asking(walk.scenario, walk.contact, now=talk.now, zone=talk.zone)
    settled = engine.advance(walk.scenario, still.contact, Keep(), now=talk.now, zone=talk.zone)
    turn = engine.advance(walk.scenario, settled.contact, Submit(), now=talk.now, zone=talk.zone)
    if walk.contact.phase is not Phase.SUBMITTED or not any(isinstance(event, Submitted) for event in turn.events):
        return walk.contact
    walking.keep(talk, walk, replace(turn, events=(*still.events, *settled.events, *turn.events)))
    return turn.contact


def _waits(walk: walking.Walk) -> bool:
    """Whether the contact waits for a reply from outside, put aside or not."""
    awake = replace(walk.contact, paused=False)
    return isinstance(engine.prompt_of(walk.scenario, awake), Sleeping)


def _listens(talk: Talk) -> bool:
    """Whether the person is to be reminded at all: takes part still, and does not hide the chat just now."""
    return talk.person.left_at is None and talk.person.hidden_at is None


def _note(talk: Talk, walk: walking.Walk, kind: Reminder) -> None:
    """Write down that the person was reminded, at which question."""
    details = {"kind": kind.value, "turn": walk.contact.turn}
    subject = f"contact:{walk.row.id}"
    journal.write(talk.unit, at=talk.now, who=None, what=reminders.REMINDED, subject=subject, details=details)


def _recall(talk: Talk, walk: walking.Walk) -> None:
    """Where the contact is, after a gentle word."""
    _speak(talk, walk, walking.current(walk), lead=juror_tasks.gentle_reminder(language=talk.language))


def _speak(talk: Talk, walk: walking.Walk, turn: Turn, *, lead: str = "", silent: bool = False) -> None:
    """Ask a contact's question because time has come for it; whoever is busy with something else is only told of it.

    Otherwise words meant for the one question would answer the other.
    """
    if _is_busy_elsewhere(talk, walk):
        ended = bool(turn.events)
        told = juror_tasks.recalled(walk.title, contact=walk.row.id, has_ended=ended, language=talk.language)
        talk.say(replace(told, silent=silent))
        return
    walking.be_at(talk, turn.contact)
    if turn.events:
        walking.answer_turn(talk, walk, turn, silent=silent)
    else:
        talk.say(walking.shown(talk, walk, turn, lead=lead))


def _is_busy_elsewhere(talk: Talk, walk: walking.Walk) -> bool:
    """Whether the next words of the person are expected by something else."""
    if talk.person.dialog is not None:
        return True
    if talk.person.focus is None or talk.person.focus == walk.row.id:
        return False
    other = walking.take_up(talk, talk.person.focus)
    if other.contact.phase is not Phase.OPEN:
        return False
    return not isinstance(engine.prompt_of(other.scenario, other.contact), Resting | Sleeping)


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
