"""What views are told about a task."""

from __future__ import annotations

from bot.talk import Desk
from bot.views.facts import TaskFact, TaskState
from scenarios import engine
from scenarios.contact import Phase, Sleeping
from scenarios.model import Mode
from storage import contacts, editions
from storage.assignments import Assignment, State
from storage.database import Unit


def fact_of(unit: Unit, desk: Desk, task: Assignment) -> TaskFact:
    """A task as the person who does it sees it."""
    participant = editions.participant(unit, task.participant_id)
    row = None if task.contact_id is None else contacts.load(unit, task.contact_id, lock=False)
    short = name = address = hours = phone = email = site = ""
    if participant is not None:
        short, name, hours = participant.short_name, participant.name, participant.hours
        phone, email, site = participant.phone, participant.email, participant.site
        town = f"{participant.postcode} {participant.city}".strip()
        address = ", ".join(part for part in (participant.address, town) if part)
    return TaskFact(
        assignment=task.id,
        place=short,
        name=name,
        mode=Mode(task.mode),
        state=_state(unit, desk, task, row),
        opens_at=task.opens_at,
        due_at=task.due_at,
        address=address,
        hours=hours,
        phone=phone,
        email=email,
        site=site,
        contact=task.contact_id,
        answer_by=task.answer_by,
        proposed_due=task.proposed_due,
    )


def _state(unit: Unit, desk: Desk, task: Assignment, row: contacts.ContactRow | None) -> TaskState:
    """How a task stands for the person who does it."""
    if row is None:
        match task.state:
            case State.OFFERED:
                return TaskState.OFFERED
            case State.ACCEPTED:
                return TaskState.ACCEPTED
            case _:
                return TaskState.CLOSED
    match row.contact.phase:
        case Phase.OPEN if row.contact.paused:
            return TaskState.RESTING
        case Phase.OPEN:
            scenario = desk.scripts.version(unit, row.scenario_version)
            waiting = isinstance(engine.prompt_of(scenario, row.contact), Sleeping)
            return TaskState.WAITING if waiting else TaskState.IN_PROGRESS
        case Phase.SUBMITTED if row.contact.returned:
            return TaskState.RESTING if row.contact.paused else TaskState.IN_PROGRESS
        case Phase.SUBMITTED:
            return TaskState.SENT
        case _:
            return TaskState.CLOSED
