"""Reminders somebody of the office asked for, and the start of everybody's digests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.jobs import Nudge, put_digest, put_nudge
from bot.roles import upcoming
from bot.talk import Desk, tell
from bot.views import juror_asked
from bot.views.juror_asked import WaitingTask
from storage import editions, journal, overview, people
from storage.people import Person, Role
from storage.planned import OPEN_STAGES, Stage, Wanted
from storage.scope import Scope
from storage.unit import Unit

ASKED_FOR = "asked_for"
"""The nudge of a reminder somebody asked for; its subject is the juror."""

REST = timedelta(hours=12)
"""Between two such reminders of one juror, at least."""

AHEAD = timedelta(days=7)
"""Tasks due within this time are named too."""


def ask_for(unit: Unit, desk: Desk, jurors: Iterable[int], *, edition_id: int, now: datetime) -> datetime:
    """Remind each juror once, at the next moment that is not quiet; returns that moment."""
    rules, zone = upcoming.clock_of(unit, desk, edition_id)
    at = upcoming.allowed_at(rules, now, zone)
    for person_id in sorted(set(jurors)):
        put_nudge(unit, ASKED_FOR, person_id, run_at=at, now=now)
    return at


def remind(unit: Unit, desk: Desk, work: Nudge, *, now: datetime) -> None:
    """Tell a juror what waits for them, unless nothing does any more, or they were told a short while ago."""
    person = people.person(unit, work.subject, lock=True)
    if person is None or person.role is not Role.JUROR or person.left_at is not None:
        return
    rules, zone = upcoming.clock_of(unit, desk, person.edition_id)
    allowed = upcoming.allowed_at(rules, now, zone)
    if allowed > now:
        put_nudge(unit, ASKED_FOR, person.id, run_at=allowed, now=now)
        return
    if any(
        entry.what == "reminded" and now - entry.at < REST for entry in journal.of_subject(unit, f"person:{person.id}")
    ):
        return
    tasks = _waiting(unit, person, now=now)
    if not tasks:
        return
    journal.write(unit, at=now, who=None, what="reminded", subject=f"person:{person.id}", details={"tasks": len(tasks)})
    tell(
        unit,
        desk,
        person.id,
        lambda language: juror_asked.reminder(tasks, language=language, zone=zone, now=now),
        now=now,
    )


def start_digests(unit: Unit, desk: Desk, person: Person, *, now: datetime) -> None:
    """Put the person's next digests into the queue; again is harmless. Jurors and those who left get none."""
    if person.role is Role.JUROR or person.left_at is not None or person.consented_at is None:
        return
    rules, zone = upcoming.clock_of(unit, desk, person.edition_id)
    from bot.asking.digests import choice_of, next_digest  # with the first digest of the office

    choice = choice_of(person.preferences)
    for weekly, is_on in ((False, choice.daily), (True, choice.weekly)):
        if is_on:
            at = next_digest(rules, choice, after=now, zone=zone, weekly=weekly)
            put_digest(unit, person.id, weekly=weekly, run_at=at, now=now)


def edition_is_over(unit: Unit, edition_id: int, *, now: datetime, grace: timedelta) -> bool:
    """Whether an edition ended longer ago than ``grace``."""
    edition = editions.edition(unit, edition_id)
    return edition is None or now.date() - edition.ends_on > grace


def _waiting(unit: Unit, person: Person, *, now: datetime) -> list[WaitingTask]:
    wanted = Wanted(person_id=person.id, stages=OPEN_STAGES, due_until=now + AHEAD)
    offers = Wanted(person_id=person.id, stages=frozenset({Stage.OFFERED}))
    scope = Scope(person.edition_id)
    found = {
        one.assignment_id: one
        for each in (wanted, offers)
        for one in overview.planned_contacts(unit, scope, now=now, wanted=each)
    }
    tasks = [
        WaitingTask(one.assignment_id, one.participant, one.due_at, one.stage is Stage.OFFERED)
        for one in found.values()
        if one.assignment_id is not None
    ]
    return sorted(tasks, key=lambda task: (task.due_at, task.task_id))
