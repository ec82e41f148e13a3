"""Offering a task to a juror: the assignment, the word to them, and the look at it when its time is over."""

from __future__ import annotations

from datetime import datetime

from bot.jobs import Expire, put_expire
from bot.roles import notices
from bot.roles.task_facts import fact_of
from bot.talk import Desk, tell
from bot.views import juror_tasks
from scenarios.model import Mode
from storage import assignments, journal
from storage.assignments import State
from storage.database import Unit


def offer(
    unit: Unit,
    desk: Desk,
    *,
    edition_id: int,
    participant_id: int,
    person_id: int,
    mode: Mode,
    scenario: str,
    opens_at: datetime,
    due_at: datetime,
    now: datetime,
    coordinator_id: int | None = None,
    case: str | None = None,
) -> int:
    """Ask a person to make a contact, and tell them where they have a chat; returns the assignment's id."""
    task_id = assignments.assign(
        unit,
        edition_id=edition_id,
        participant_id=participant_id,
        person_id=person_id,
        coordinator_id=coordinator_id,
        mode=mode,
        scenario=scenario,
        case=case,
        opens_at=opens_at,
        due_at=due_at,
        now=now,
    )
    put_expire(unit, task_id, run_at=due_at, now=now)
    journal.write(unit, at=now, who=coordinator_id, what="offered", subject=f"assignment:{task_id}", details={})
    task = assignments.assignment(unit, task_id)
    if task is not None:
        fact = fact_of(unit, desk, task)
        tell(
            unit,
            desk,
            person_id,
            lambda language: juror_tasks.offer(fact, language=language, zone=desk.zone, now=now),
            now=now,
        )
    return task_id


def expire(unit: Unit, desk: Desk, work: Expire, *, now: datetime) -> None:
    """Close an offer nobody took in time."""
    task = assignments.assignment(unit, work.assignment_id, lock=True)
    if task is None or task.state is not State.OFFERED or now < task.due_at:
        return
    assignments.change(unit, task.id, state=State.EXPIRED, now=now)
    notices.expired(unit, desk, task, now=now)
    journal.write(unit, at=now, who=None, what="expired", subject=f"assignment:{task.id}", details={})
