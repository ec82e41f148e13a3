"""What coordinators are told as it happens: taken, declined, sent, returned, void, out of reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.base import Outgoing
from bot.i18n import known_language
from bot.talk import Desk, Talk, coordinators_of, tell
from bot.views import coordinator, staff
from bot.views.coordinator import News, Then
from scenarios.contact import Submitted
from scenarios.model import Mode
from storage import assignments, contacts, editions, journal, people
from storage.assignments import Assignment, State
from storage.database import Unit
from storage.people import AddressRow, Role
from storage.rules import Quiet

_PASSED_ON = {
    State.DECLINED: News.DECLINED,
    State.EXPIRED: News.EXPIRED,
    State.RETURNED: News.RETURNED,
    State.VOID: News.VOID,
}


def accepted(talk: Talk, task: Assignment) -> None:
    """Somebody took a task."""
    _tell(talk.unit, talk.desk, News.ACCEPTED, task, now=talk.now)


def submitted(talk: Talk, task: Assignment, contact_id: int, event: Submitted) -> None:
    """A report came, or its corrections."""
    what = News.CORRECTED if event.again else News.SUBMITTED
    _tell(talk.unit, talk.desk, what, task, contact_id=contact_id, receipt=event.digest, now=talk.now)


def passed_on(
    unit: Unit, desk: Desk, task: Assignment, then: Then | None, *, now: datetime, but: int | None = None
) -> None:
    """Somebody cannot make a contact: why, and who is asked next (None: no plan says who). ``but``: knows already.

    A juror who was recognised, and a contact that nobody can make, cannot wait: organizers hear of those too.
    """
    what = _PASSED_ON[task.state]

    def told(language: str) -> Outgoing:
        reason = _reason(unit, desk, task, language)
        return _news(unit, what, task, language=language, reason=reason, then=then)

    is_urgent = task.state is State.VOID or (then is not None and then.asked_next is None)
    for person_id in _alerted(unit, task) if is_urgent else _who(unit, task):
        if person_id != but:
            tell(
                unit,
                desk,
                person_id,
                lambda language: _quietly(unit, desk, task.edition_id, told(language), now=now),
                now=now,
            )


def all_accepted(talk: Talk, tasks: Sequence[Assignment]) -> None:
    """Somebody took all they were offered: one message to each coordinator."""
    from bot.views.office import chain

    theirs: dict[int, list[tuple[str, Mode]]] = {}
    for task in tasks:
        for person_id in _who(talk.unit, task):
            theirs.setdefault(person_id, []).append((_place(talk.unit, task), task.mode))
    for person_id, taken in theirs.items():
        talk.tell(
            person_id,
            lambda language, taken=taken: chain.all_taken(  # type: ignore[misc]
                talk.person.name, taken, language=language
            ),
        )


def date_proposed(talk: Talk, task: Assignment, due_at: datetime) -> None:
    """Somebody would rather make a contact by another day."""
    from bot.views.office import chain

    for person_id in _who(talk.unit, task):
        talk.tell(
            person_id,
            lambda language: chain.date_proposed(
                task.id,
                place=_place(talk.unit, task),
                mode=task.mode,
                person=talk.person.name,
                due=(task.due_at, due_at),
                language=language,
                zone=talk.zone,
            ),
        )


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
    for coordinator_id in coordinators_of(unit, edition_id=person.edition_id, coordinator_id=person.coordinator_id):
        tell(
            unit,
            desk,
            coordinator_id,
            lambda language: staff.message_lost(person.name, person_id=person.id, language=known_language(language)),
            now=now,
        )


def evidence_lost(unit: Unit, desk: Desk, task: Assignment, contact_id: int, *, now: datetime) -> None:
    """A file of a report that was sent can never be had: whoever looks after it is told at once."""
    journal.write(unit, at=now, who=None, what="evidence.lost", subject=f"contact:{contact_id}", details={})
    for person_id in _alerted(unit, task):
        tell(
            unit,
            desk,
            person_id,
            lambda language: _quietly(
                unit,
                desk,
                task.edition_id,
                staff.evidence_lost(_place(unit, task), mode=Mode(task.mode), contact_id=contact_id, language=language),
                now=now,
            ),
            now=now,
        )


def buried(unit: Unit, desk: Desk, job_id: int, kind: str, *, now: datetime) -> None:
    """Something that goes on by itself was given up: organizers are told, with the number it is kept under."""
    for edition in editions.editions(unit):
        for person in people.people(unit, edition_id=edition.id, role=Role.ORGANIZER):
            if person.left_at is None:
                tell(
                    unit,
                    desk,
                    person.id,
                    lambda language, edition_id=edition.id: _quietly(  # type: ignore[misc]
                        unit, desk, edition_id, staff.job_buried(kind, job_id, language=language), now=now
                    ),
                    now=now,
                )


def _alerted(unit: Unit, task: Assignment) -> tuple[int, ...]:
    """Who hears of what cannot wait: those who look after the task, and the organizers."""
    organizers = (
        person.id
        for person in people.people(unit, edition_id=task.edition_id, role=Role.ORGANIZER)
        if person.left_at is None
    )
    return tuple(dict.fromkeys((*_who(unit, task), *organizers)))


def _quietly(unit: Unit, desk: Desk, edition_id: int, outgoing: Outgoing, *, now: datetime) -> Outgoing:
    """What cannot wait comes at once, at night without a sound."""
    edition = editions.edition(unit, edition_id)
    quiet = Quiet() if edition is None else edition.rules.quiet
    zone = desk.zone if edition is None else ZoneInfo(edition.time_zone)
    hour = now.astimezone(zone).hour
    is_over_midnight = quiet.from_hour > quiet.to_hour
    at_rest = (
        hour >= quiet.from_hour or hour < quiet.to_hour if is_over_midnight else quiet.from_hour <= hour < quiet.to_hour
    )
    return replace(outgoing, silent=True) if at_rest else outgoing


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
    then: Then | None = None,
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
        then=then,
    )


def _reason(unit: Unit, desk: Desk, task: Assignment, language: str) -> str | None:
    """Why it was given back: a code, a person's own words, or the label of the exit that was taken."""
    row = None if task.contact_id is None else contacts.load(unit, task.contact_id, lock=False)
    if task.reason is None or row is None:
        return task.reason
    taken = desk.scripts.version(unit, row.scenario_version).exit(task.reason)
    return task.reason if taken is None else taken.label.in_language(language)


def _place(unit: Unit, task: Assignment) -> str:
    participant = editions.participant(unit, task.participant_id)
    return "" if participant is None else participant.short_name
