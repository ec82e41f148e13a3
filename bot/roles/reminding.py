"""Reminders: each looks at the world first, and none comes at night, on weekends or on holidays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.channels.base import Outgoing
from bot.jobs import Nudge
from bot.roles import prompting, upcoming
from bot.roles.evidence_facts import belonging
from bot.roles.task_facts import fact_of
from bot.talk import Desk, coordinators_of, tell
from bot.views import juror_reminders
from bot.views import reminders as office_reminders
from bot.views.facts import TaskState
from scenarios.contact import Phase
from scenarios.route import route
from storage import assignments, contacts, editions, evidence, journal, people, reminders, reviews
from storage.assignments import Assignment, State
from storage.contacts import ContactRow
from storage.database import Unit
from storage.evidence import Status
from storage.reviews import ReviewState
from storage.rules import Reminder, Rules

MAX_TIMES = 3
"""So often, at most, one thing is reminded of; a window opens once, and an offer ends by itself."""

AFTER_THE_END = timedelta(days=60)
"""For so long after an edition's last day somebody is still reminded."""

LOOK_AGAIN = timedelta(hours=12)
"""When the world is looked at again if a reminder is silenced, or the chat is hidden just now."""


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at the world: what for, at what, by which rules."""

    unit: Unit
    desk: Desk
    kind: Reminder
    subject: int
    edition_id: int
    rules: Rules
    zone: ZoneInfo
    now: datetime

    @property
    def hours(self) -> timedelta:
        """How long before a date, where there is one, the reminder comes."""
        return timedelta(hours=self.rules.reminder(self.kind).hours)

    @property
    def pause(self) -> timedelta:
        """How long after something, and between two of them, the reminder comes."""
        return upcoming.pause_of(self.rules, self.kind)

    def again(self, at: datetime) -> None:
        """Look at it again, at the first moment from ``at`` on that is not quiet."""
        upcoming.again(self.unit, self.desk, self.kind, self.subject, edition_id=self.edition_id, at=at, now=self.now)

    def waits(self, *, until: datetime, person_id: int) -> bool:
        """Whether the reminder is not to be sent now; it is looked at again then, if it may still be sent later."""
        person = people.person(self.unit, person_id)
        if person is None or person.left_at is not None:
            return True
        if self.now < until:
            self.again(until)
        elif upcoming.is_quiet(self.rules, self.now, self.zone):
            self.again(self.now)
        elif person.hidden_at is not None or not self.rules.reminder(self.kind).is_on:
            self.again(self.now + LOOK_AGAIN)
        else:
            return False
        return True

    def sent(self, subject: str) -> int:
        """How often it was sent before."""
        return len(reminders.times(self.unit, subject, self.kind.value))

    def send(self, person_id: int, subject: str, build: Callable[[str], Outgoing]) -> None:
        """Send it, and write that down."""
        tell(self.unit, self.desk, person_id, build, now=self.now)
        details = {"kind": self.kind.value}
        journal.write(self.unit, at=self.now, who=None, what=reminders.REMINDED, subject=subject, details=details)


def nudge(unit: Unit, desk: Desk, work: Nudge, *, now: datetime) -> None:
    """Remind somebody if the world is still as it was; at a quiet time, look again after it."""
    if work.reminder == prompting.ASKED_FOR:
        prompting.remind(unit, desk, work, now=now)
        return
    kind = Reminder(work.reminder)
    match kind:
        case Reminder.OFFER_UNANSWERED | Reminder.WINDOW_OPENS | Reminder.CONTACT_DUE:
            task = assignments.assignment(unit, work.subject)
            if task is not None and _goes_on(unit, task.edition_id, now):
                look = _look(unit, desk, work, edition_id=task.edition_id, now=now)
                _TASKS[kind](look, task)
        case Reminder.EVIDENCE_MISSING | Reminder.RETURN_WAITING | Reminder.REVIEW_WAITING:
            row = contacts.load(unit, work.subject, lock=False)
            task = None if row is None else assignments.assignment(unit, row.assignment_id)
            if row is not None and task is not None and _goes_on(unit, task.edition_id, now):
                look = _look(unit, desk, work, edition_id=task.edition_id, now=now)
                _CONTACTS[kind](look, task, row)
        case Reminder.CONTACT_UNFINISHED | Reminder.REPLY_CLOCK:
            pass  # contacts keep these two themselves: bot.roles.juror.timing


def _goes_on(unit: Unit, edition_id: int, now: datetime) -> bool:
    """Whether the edition is not long over: nothing is looked at for ever."""
    return not prompting.edition_is_over(unit, edition_id, now=now, grace=AFTER_THE_END)


def _look(unit: Unit, desk: Desk, work: Nudge, *, edition_id: int, now: datetime) -> _Look:
    rules, zone = upcoming.clock_of(unit, desk, edition_id)
    return _Look(unit, desk, Reminder(work.reminder), work.subject, edition_id, rules, zone, now)


def _offer(look: _Look, task: Assignment) -> None:
    """Nobody said yes or no."""
    until = task.answer_by or task.due_at
    if task.state is not State.OFFERED or look.now >= until or look.sent(f"assignment:{task.id}") >= MAX_TIMES:
        return
    if task.proposed_due is not None:  # the answer is another date, and somebody else decides on it
        look.again(look.now + LOOK_AGAIN)
        return
    if look.waits(until=_not_past(look, task.created_at + look.pause, until), person_id=task.person_id):
        return
    fact = fact_of(look.unit, look.desk, task)
    look.send(
        task.person_id,
        f"assignment:{task.id}",
        lambda language: juror_reminders.offer_unanswered(
            fact, until=until, language=language, zone=look.zone, now=look.now
        ),
    )
    look.again(look.now + look.pause)


def _opening(look: _Look, task: Assignment) -> None:
    """What was taken can begin."""
    is_over = task.contact_id is not None or look.now >= task.due_at or look.sent(f"assignment:{task.id}") > 0
    if task.state is not State.ACCEPTED or is_over:
        return
    if look.waits(until=_not_past(look, task.opens_at - look.hours, task.opens_at), person_id=task.person_id):
        return
    fact = fact_of(look.unit, look.desk, task)
    look.send(
        task.person_id,
        f"assignment:{task.id}",
        lambda language: juror_reminders.window_opens(fact, language=language, zone=look.zone, now=look.now),
    )


def _due(look: _Look, task: Assignment) -> None:
    """The last day comes near, or has passed: once before it, once after it."""
    subject = f"assignment:{task.id}"
    if task.state is not State.ACCEPTED:
        return
    fact = fact_of(look.unit, look.desk, task)
    before = reminders.times(look.unit, subject, look.kind.value)
    if fact.state in {TaskState.WAITING, TaskState.SENT, TaskState.CLOSED} or len(before) >= MAX_TIMES:
        return
    if look.now >= task.due_at:
        if any(at >= task.due_at for at in before) or look.waits(until=look.now, person_id=task.person_id):
            return
        look.send(task.person_id, subject, lambda language: juror_reminders.contact_late(fact, language=language))
        return
    comes = _not_past(look, task.due_at - look.hours, task.due_at)
    if any(at >= comes for at in before):
        look.again(task.due_at)
        return
    if look.waits(until=comes, person_id=task.person_id):
        return
    look.send(
        task.person_id,
        subject,
        lambda language: juror_reminders.contact_due(fact, language=language, zone=look.zone),
    )
    look.again(task.due_at)


def _missing(look: _Look, task: Assignment, row: ContactRow) -> None:
    """Files that were announced never came, or could not be kept, and the report can still be corrected."""
    if row.phase is not Phase.SUBMITTED or row.submitted_at is None or look.sent(f"contact:{row.id}") >= MAX_TIMES:
        return
    count = _lost(look, row)
    if count == 0:
        return
    end = row.locks_at or row.submitted_at + look.pause
    if look.waits(until=_not_past(look, row.submitted_at + look.hours, end), person_id=task.person_id):
        return
    place = _place(look, task)
    look.send(
        task.person_id,
        f"contact:{row.id}",
        lambda language: juror_reminders.evidence_missing(place, count, contact=row.id, language=language),
    )
    look.again(look.now + look.pause)


def _returned(look: _Look, task: Assignment, row: ContactRow) -> None:
    """Steps that were sent back wait for the juror."""
    review = reviews.review(look.unit, row.id)
    if review is None or review.state is not ReviewState.RETURNED:
        return
    if review.answer_by is not None and look.now >= review.answer_by:
        return
    subject, since = f"contact:{row.id}", review.changed_at
    times = [at for at in reminders.times(look.unit, subject, look.kind.value) if at >= since]
    if len(times) >= MAX_TIMES:
        return
    comes = since + look.pause
    if review.answer_by is not None:
        comes = _not_past(look, comes, review.answer_by)
    if look.waits(until=comes, person_id=task.person_id):
        return
    place, until = _place(look, task), review.answer_by
    look.send(
        task.person_id,
        subject,
        lambda language: juror_reminders.return_waiting(
            place, contact=row.id, until=until, language=language, zone=look.zone, now=look.now
        ),
    )
    look.again(look.now + look.pause)


def _to_review(look: _Look, task: Assignment, row: ContactRow) -> None:
    """Reports wait for a coordinator: each is told of all of them at once, and not again before the pause is over."""
    review = reviews.review(look.unit, row.id)
    if review is None or review.state is not ReviewState.WAITING or look.sent(f"contact:{row.id}") >= MAX_TIMES:
        return
    comes = review.waiting_since + look.pause
    if look.now < comes or upcoming.is_quiet(look.rules, look.now, look.zone):
        look.again(max(comes, look.now))
        return
    if look.rules.reminder(look.kind).is_on:
        for coordinator_id in coordinators_of(
            look.unit, edition_id=task.edition_id, coordinator_id=task.coordinator_id
        ):
            _tell_of_backlog(look, coordinator_id)
        details = {"kind": look.kind.value}
        subject = f"contact:{row.id}"
        journal.write(look.unit, at=look.now, who=None, what=reminders.REMINDED, subject=subject, details=details)
    look.again(look.now + look.pause)


def _tell_of_backlog(look: _Look, coordinator_id: int) -> None:
    subject = f"person:{coordinator_id}"
    before = reminders.times(look.unit, subject, look.kind.value)
    waiting = reminders.backlog(look.unit, edition_id=look.edition_id, coordinator_id=coordinator_id)
    since = waiting.since
    person = people.person(look.unit, coordinator_id)
    if since is None or person is None or person.left_at is not None:
        return
    if before and look.now - before[-1] < look.pause:
        return
    look.send(
        coordinator_id,
        subject,
        lambda language: office_reminders.review_waiting(waiting.count, since=since, language=language, zone=look.zone),
    )


_TASKS: dict[Reminder, Callable[[_Look, Assignment], None]] = {
    Reminder.OFFER_UNANSWERED: _offer,
    Reminder.WINDOW_OPENS: _opening,
    Reminder.CONTACT_DUE: _due,
}
_CONTACTS: dict[Reminder, Callable[[_Look, Assignment, ContactRow], None]] = {
    Reminder.EVIDENCE_MISSING: _missing,
    Reminder.RETURN_WAITING: _returned,
    Reminder.REVIEW_WAITING: _to_review,
}


def _not_past(look: _Look, at: datetime, end: datetime) -> datetime:
    """``at``, but now where waiting for it would mean to come too late: after ``end``, or only at a quiet time."""
    later = upcoming.allowed_at(look.rules, max(at, look.now), look.zone)
    return look.now if later >= end else at


def _lost(look: _Look, row: ContactRow) -> int:
    """How many files of answers that apply are not there."""
    scenario = look.desk.scripts.version(look.unit, row.scenario_version)
    rows = belonging(tuple(evidence.of_contact(look.unit, row.id)), route(scenario, row.contact))
    return sum(each.status is not Status.VERIFIED for each in rows)


def _place(look: _Look, task: Assignment) -> str:
    participant = editions.participant(look.unit, task.participant_id)
    return "" if participant is None else participant.short_name
