"""Another date for a task: which days there are, the one a juror proposes, by button or in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.roles import notices, offering
from bot.roles.days import day_typed, days_to_choose
from bot.roles.task_facts import fact_of
from bot.talk import Talk
from bot.views import juror_tasks
from bot.views.rejections import rejection_text
from scenarios.contact import Rejection
from storage import assignments, people
from storage.assignments import Assignment

DIALOG_PROPOSE = "propose"
"""The dialog in which the next words are the day that would do."""


def can_propose(task: Assignment) -> bool:
    """Whether another date can still be asked for."""
    return task.state in assignments.UNFINISHED and task.contact_id is None


def ask(talk: Talk, task: Assignment, *, in_words: bool = False, problem: str = "") -> None:
    """Which other day: the next sensible ones as buttons, or typed."""
    fact = fact_of(talk.unit, talk.desk, task)
    last = offering.last_day_of(talk.unit, task)
    days = _days(talk, task)
    if not days:
        talk.say(juror_tasks.no_other_date(fact, language=talk.language))
        return
    if in_words:
        people.set_dialog(talk.unit, talk.person.id, {"kind": DIALOG_PROPOSE, "assignment": task.id})
    said = juror_tasks.which_date(
        fact, () if in_words else days, last, language=talk.language, in_words=in_words, problem=problem
    )
    talk.say(said)


def propose(talk: Talk, task: Assignment, day: date) -> None:
    """Ask the coordinator for that day; a day that does not do is asked again."""
    problem = _problem(talk, task, day)
    if problem is not None:
        ask(talk, task, problem=problem)
        return
    due = offering.day_ends(day, talk.zone)
    assignments.adjust(talk.unit, task.id, proposed_due=due)
    talk.note("offer.date_proposed", f"assignment:{task.id}", before=task.due_at.isoformat(), after=due.isoformat())
    notices.date_proposed(talk, task, due)
    talk.say(juror_tasks.date_proposed(fact_of(talk.unit, talk.desk, task), day, language=talk.language))


def take_words(talk: Talk, task: Assignment, text: str) -> None:
    """The typed day; what is no day is answered with an example and asked again."""
    day = day_typed(text, now=talk.now, zone=talk.zone)
    if isinstance(day, Rejection):
        ask(talk, task, in_words=True, problem=rejection_text(day, None, language=talk.language))
        return
    problem = _problem(talk, task, day)
    if problem is not None:
        ask(talk, task, in_words=True, problem=problem)
        return
    propose(talk, task, day)


def _days(talk: Talk, task: Assignment) -> Sequence[date]:
    last = offering.last_day_of(talk.unit, task)
    due = task.due_at.astimezone(talk.zone).date()
    return days_to_choose(talk.now.astimezone(talk.zone).date(), due, last)


def _problem(talk: Talk, task: Assignment, day: date) -> str | None:
    """Why a day does not do, in words."""
    today = talk.now.astimezone(talk.zone).date()
    last = offering.last_day_of(talk.unit, task)
    if day < today:
        return juror_tasks.day_is_over(day, language=talk.language)
    if last is not None and day > last:
        return juror_tasks.day_too_late(day, last, language=talk.language)
    if day == task.due_at.astimezone(talk.zone).date():
        return juror_tasks.day_is_the_same(day, language=talk.language)
    return None
