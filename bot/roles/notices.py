"""What coordinators are told as it happens: taken, declined, sent, returned, void, out of reach."""

from __future__ import annotations

from datetime import datetime

from bot.channels.base import Outgoing
from bot.i18n import known_language
from bot.talk import Desk, Talk, coordinators_of, tell
from bot.views import coordinator, staff
from bot.views.coordinator import News
from scenarios.contact import ExitTaken, Submitted
from scenarios.model import Mode, Outcome, Scenario
from storage import assignments, editions, journal, people
from storage.assignments import Assignment
from storage.database import Unit
from storage.people import AddressRow, Role


def accepted(talk: Talk, task: Assignment) -> None:
    """Somebody took a task."""
    _tell(talk.unit, talk.desk, News.ACCEPTED, task, now=talk.now)


def declined(talk: Talk, task: Assignment, reason: str) -> None:
    """Somebody declined a task."""
    _tell(talk.unit, talk.desk, News.DECLINED, task, reason=reason, now=talk.now)


def submitted(talk: Talk, task: Assignment, contact_id: int, event: Submitted) -> None:
    """A report came, or its corrections."""
    what = News.CORRECTED if event.again else News.SUBMITTED
    _tell(talk.unit, talk.desk, what, task, contact_id=contact_id, receipt=event.digest, now=talk.now)


def left(talk: Talk, task: Assignment, scenario: Scenario, event: ExitTaken) -> None:
    """A contact became void or went back."""
    what = News.VOID if event.outcome is Outcome.VOID else News.RETURNED
    taken = scenario.exit(event.exit)

    def reason(language: str) -> str:
        return event.exit if taken is None else taken.label.in_language(language)

    for person_id in _who(talk.unit, task):
        tell(
            talk.unit,
            talk.desk,
            person_id,
            lambda language: _news(talk.unit, what, task, language=language, reason=reason(language)),
            now=talk.now,
        )


def expired(unit: Unit, desk: Desk, task: Assignment, *, now: datetime) -> None:
    """An offer ran out without an answer."""
    _tell(unit, desk, News.EXPIRED, task, now=now)


def not_ready(talk: Talk, task: Assignment) -> None:
    """A task cannot begin, since no published scenario fits it."""
    talk.note("no_scenario", f"assignment:{task.id}", scenario=task.scenario, case=task.case)
    for person_id in _who(talk.unit, task):
        tell(
            talk.unit,
            talk.desk,
            person_id,
            lambda language: staff.no_scenario(
                _place(talk.unit, task), mode=Mode(task.mode), scenario=task.scenario, language=language
            ),
            now=talk.now,
        )


def unreachable(unit: Unit, desk: Desk, address: AddressRow, *, now: datetime) -> None:
    """A person cannot be reached any more: tell the coordinators of their unfinished tasks."""
    person = people.person(unit, address.person_id)
    if person is None or person.role is not Role.JUROR:
        return
    if any(other.reachable for other in people.addresses(unit, person.id)):
        return
    for task in assignments.of_person(unit, person.id):
        if task.state in assignments.UNFINISHED:
            _tell(unit, desk, News.UNREACHABLE, task, now=now)


def back(talk: Talk) -> None:
    """A person who could not be reached is back: tell the coordinators of their unfinished tasks."""
    if talk.person.role is not Role.JUROR:
        return
    for task in assignments.of_person(talk.unit, talk.person.id):
        if task.state in assignments.UNFINISHED:
            _tell(talk.unit, talk.desk, News.REACHABLE, task, now=talk.now)


def lost_message(unit: Unit, desk: Desk, address_id: int | None, problem: str, *, now: datetime) -> None:
    """A message could never be delivered: it is in the journal; the person's coordinators are told that it was lost."""
    address = None if address_id is None else people.address(unit, address_id)
    person = None if address is None else people.person(unit, address.person_id)
    if person is None:
        return
    journal.write(
        unit, at=now, who=None, what="message.lost", subject=f"person:{person.id}", details={"problem": problem}
    )
    if person.role is not Role.JUROR:
        return
    for coordinator_id in coordinators_of(unit, edition_id=person.edition_id, coordinator_id=None):
        tell(
            unit,
            desk,
            coordinator_id,
            lambda language: staff.message_lost(person.name, language=known_language(language)),
            now=now,
        )


def _tell(
    unit: Unit,
    desk: Desk,
    what: News,
    task: Assignment,
    *,
    now: datetime,
    reason: str | None = None,
    contact_id: int | None = None,
    receipt: str | None = None,
) -> None:
    for person_id in _who(unit, task):
        tell(
            unit,
            desk,
            person_id,
            lambda language: _news(
                unit, what, task, language=language, reason=reason, contact_id=contact_id, receipt=receipt
            ),
            now=now,
        )


def _who(unit: Unit, task: Assignment) -> tuple[int, ...]:
    return coordinators_of(unit, edition_id=task.edition_id, coordinator_id=task.coordinator_id)


def _news(
    unit: Unit,
    what: News,
    task: Assignment,
    *,
    language: str,
    reason: str | None = None,
    contact_id: int | None = None,
    receipt: str | None = None,
) -> Outgoing:
    person = people.person(unit, task.person_id)
    return coordinator.news(
        what,
        place=_place(unit, task),
        mode=Mode(task.mode),
        person="" if person is None else person.name,
        language=language,
        reason=reason,
        contact_id=contact_id,
        receipt=receipt,
    )


def _place(unit: Unit, task: Assignment) -> str:
    participant = editions.participant(unit, task.participant_id)
    return "" if participant is None else participant.short_name
