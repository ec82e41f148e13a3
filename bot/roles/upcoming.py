"""When people are reminded: moments moved out of quiet times, and the jobs that look at the world then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.jobs import put_nudge, put_remind, put_wake
from bot.talk import Desk
from scenarios.calendar import SATURDAY, public_holidays
from storage import contacts, editions, reminders, reviews
from storage.assignments import Assignment
from storage.database import Unit
from storage.rules import Quiet, Reminder, ReminderRule, Rules
from storage.unit import UNREAD

LEAST_PAUSE = timedelta(hours=1)
"""What is repeated comes at least so far apart, however it is tuned."""

_MOMENT = timedelta(seconds=1)


# Quiet times --------------------------------------------------------------------------------------------------------


def is_quiet(rules: Rules, at: datetime, zone: ZoneInfo) -> bool:
    """Whether nothing is sent of the bot's own accord at that moment."""
    local = at.astimezone(zone)
    return _is_free(rules.quiet, local.date()) or _is_at_rest(rules.quiet, local.hour)


def allowed_at(rules: Rules, at: datetime, zone: ZoneInfo) -> datetime:
    """The first moment from ``at`` on that is not quiet, in UTC; ``at`` itself where it is not."""
    moment = at.astimezone(UTC)
    while is_quiet(rules, moment, zone):
        moment = max(_quiet_ends(rules.quiet, moment.astimezone(zone)), moment + _MOMENT)
    return moment


def allowed_before(rules: Rules, at: datetime, zone: ZoneInfo) -> datetime:
    """The last moment up to ``at`` that is not quiet, in UTC; ``at`` itself where it is not."""
    moment = at.astimezone(UTC)
    while is_quiet(rules, moment, zone):
        moment = min(_quiet_began(rules.quiet, moment.astimezone(zone)), moment) - _MOMENT
    return moment


def timely(rules: Rules, at: datetime, zone: ZoneInfo, *, now: datetime, before: datetime) -> datetime | None:
    """The moment that is not quiet, nearest after ``at``, else before it, but before ``before`` and not past.

    None where there is no such moment.
    """
    later = allowed_at(rules, max(at, now), zone)
    if later < before:
        return later
    earlier = allowed_before(rules, min(at, before), zone)
    return earlier if now <= earlier < before else None


# Reminders put ------------------------------------------------------------------------------------------------------


def after_offer(unit: Unit, desk: Desk, task: Assignment, now: datetime) -> None:
    """A task was offered: look at it again if nobody answers, before the offer ends."""
    rules, _zone = clock_of(unit, desk, task.edition_id)
    at = now + pause_of(rules, Reminder.OFFER_UNANSWERED)
    _put_before(unit, desk, Reminder.OFFER_UNANSWERED, task, at=at, end=task.answer_by or task.due_at, now=now)


def after_accept(unit: Unit, desk: Desk, task: Assignment, now: datetime) -> None:
    """A task was taken, or its dates changed: look at it when its window opens, and before it is due."""
    rules, _zone = clock_of(unit, desk, task.edition_id)
    if now < task.opens_at:
        at = max(task.opens_at - _hours(rules.reminder(Reminder.WINDOW_OPENS)), now)
        _put_before(unit, desk, Reminder.WINDOW_OPENS, task, at=at, end=task.due_at, now=now)
    at = task.due_at - _hours(rules.reminder(Reminder.CONTACT_DUE))
    if at <= now:
        at = now + (task.due_at - now) / 2
    if now < task.due_at:
        _put_before(unit, desk, Reminder.CONTACT_DUE, task, at=at, end=task.due_at, now=now, or_after=True)


def after_answer(unit: Unit, desk: Desk, contact_id: int, *, edition_id: int, now: datetime) -> None:
    """Something was answered in a contact that goes on: look at it again if nothing more comes.

    A reminder that waits already looks first when the contact was touched last, so it need not be put off each time.
    """
    rules, zone = clock_of(unit, desk, edition_id)
    coming = unit.recall(reminders.COMING, contact_id)
    if coming is not UNREAD and now < coming[0] and rules is coming[1]:
        return
    moment = allowed_at(rules, now + pause_of(rules, Reminder.CONTACT_UNFINISHED), zone)
    put_remind(unit, contact_id, run_at=moment, now=now)
    unit.remember(reminders.COMING, contact_id, (moment, rules))


def after_wait(
    unit: Unit,
    desk: Desk,
    contact_id: int,
    *,
    edition_id: int,
    named: Sequence[datetime],
    deadline: datetime,
    now: datetime,
) -> None:
    """A contact waits for a reply: look at it at the moments its script ``named``, and at the deadline.

    Rules may add a moment before the deadline. What would come at a quiet time comes after it, the end of the wait
    excepted, which is no reminder.
    """
    rules, zone = clock_of(unit, desk, edition_id)
    ahead = _hours(rules.reminder(Reminder.REPLY_CLOCK))
    more = (deadline - ahead,) if ahead and deadline - ahead > now else ()
    moments = {timely(rules, at, zone, now=now, before=deadline) for at in (*named, *more)}
    for moment in sorted({moment for moment in moments if moment is not None} | {deadline}):
        put_wake(unit, contact_id, run_at=moment, now=now)


def after_submit(unit: Unit, desk: Desk, task: Assignment, contact_id: int, now: datetime) -> None:
    """A report was sent: look whether its files came, while it can be corrected, and whether it was reviewed."""
    rules, zone = clock_of(unit, desk, task.edition_id)
    row = contacts.load(unit, contact_id, lock=False)
    at = now + _hours(rules.reminder(Reminder.EVIDENCE_MISSING))
    locks_at = None if row is None else row.locks_at
    moment: datetime | None = allowed_at(rules, at, zone)
    if locks_at is not None and now < locks_at:
        if at >= locks_at:
            at = now + (locks_at - now) / 2
        moment = timely(rules, at, zone, now=now, before=locks_at)
    if moment is not None:
        put_nudge(unit, Reminder.EVIDENCE_MISSING.value, contact_id, run_at=moment, now=now)
    at = now + pause_of(rules, Reminder.REVIEW_WAITING)
    put_nudge(unit, Reminder.REVIEW_WAITING.value, contact_id, run_at=allowed_at(rules, at, zone), now=now)


def after_return(unit: Unit, desk: Desk, contact_id: int, now: datetime) -> None:
    """Steps of a report were sent back: look whether they were answered, before the time for it is over."""
    edition_id, review = reminders.edition_of_contact(unit, contact_id), reviews.review(unit, contact_id)
    if edition_id is None:
        return
    rules, zone = clock_of(unit, desk, edition_id)
    at = now + pause_of(rules, Reminder.RETURN_WAITING)
    if review is None or review.answer_by is None or review.answer_by <= now:
        moment: datetime | None = allowed_at(rules, at, zone)
    else:
        if at >= review.answer_by:
            at = now + (review.answer_by - now) / 2
        moment = timely(rules, at, zone, now=now, before=review.answer_by)
    if moment is not None:
        put_nudge(unit, Reminder.RETURN_WAITING.value, contact_id, run_at=moment, now=now)


def again(
    unit: Unit, desk: Desk, kind: Reminder, subject: int, *, edition_id: int, at: datetime, now: datetime
) -> None:
    """Look at the same thing again later, at the first moment from ``at`` on that is not quiet."""
    rules, zone = clock_of(unit, desk, edition_id)
    moment = allowed_at(rules, at, zone)
    put_nudge(unit, kind.value, subject, run_at=moment, now=now)


def pause_of(rules: Rules, kind: Reminder) -> timedelta:
    """How long after something, and after the reminder before, a reminder of that kind comes."""
    return max(_hours(rules.reminder(kind)), LEAST_PAUSE)


def clock_of(unit: Unit, desk: Desk, edition_id: int) -> tuple[Rules, ZoneInfo]:
    """The rules of an edition and the zone of its clocks; those proposed, and ours, where there is no such edition."""
    found = editions.edition(unit, edition_id)
    return (Rules(), desk.zone) if found is None else (found.rules, ZoneInfo(found.time_zone))


def _put_before(
    unit: Unit,
    desk: Desk,
    kind: Reminder,
    task: Assignment,
    *,
    at: datetime,
    end: datetime,
    now: datetime,
    or_after: bool = False,
) -> None:
    """Put a look at a task for a moment before ``end``; ``or_after``: where there is none, for the first one after."""
    rules, zone = clock_of(unit, desk, task.edition_id)
    moment = timely(rules, at, zone, now=now, before=end)
    if moment is None and or_after:
        moment = allowed_at(rules, end, zone)
    if moment is not None:
        put_nudge(unit, kind.value, task.id, run_at=moment, now=now)


def _hours(rule: ReminderRule) -> timedelta:
    return timedelta(hours=rule.hours)


def _is_free(quiet: Quiet, day: date) -> bool:
    return (quiet.weekends and day.weekday() >= SATURDAY) or (quiet.holidays and day in public_holidays(day.year))


def _is_at_rest(quiet: Quiet, hour: int) -> bool:
    """Whether the hour lies between the two of the rules, perhaps across midnight; the same twice: none does."""
    if quiet.from_hour <= quiet.to_hour:
        return quiet.from_hour <= hour < quiet.to_hour
    return hour >= quiet.from_hour or hour < quiet.to_hour


def _quiet_ends(quiet: Quiet, local: datetime) -> datetime:
    """When a reason for quiet that holds at a local moment is over: the free day, or the hours of rest."""
    day = local.date()
    if _is_free(quiet, day):
        return _moment(day + timedelta(days=1), 0, local)
    return _moment(day if local.hour < quiet.to_hour else day + timedelta(days=1), quiet.to_hour, local)


def _quiet_began(quiet: Quiet, local: datetime) -> datetime:
    """When a reason for quiet that holds at a local moment began."""
    day = local.date()
    if _is_free(quiet, day):
        return _moment(day, 0, local)
    return _moment(day if local.hour >= quiet.from_hour else day - timedelta(days=1), quiet.from_hour, local)


def _moment(day: date, hour: int, local: datetime) -> datetime:
    return datetime.combine(day, time(hour), local.tzinfo).astimezone(UTC)
