"""Planned contacts as views are told of them, within what the reader may see."""

from __future__ import annotations

from bot.i18n import texts
from bot.planning.result import SOFT
from bot.roles import plan_facts
from bot.talk import Desk, Talk
from bot.views.office.chain import CandidateFact, LinkFact, SlotFact
from bot.views.office.reasons import hole_text, reason_text
from scenarios.model import Mode
from storage import assignments, contacts, editions, people, slots
from storage.assignments import Assignment
from storage.database import Unit
from storage.people import Person, Role
from storage.scope import Scope
from storage.slots import Slot


def own_slot(talk: Talk, slot_id: int, *, lock: bool = False) -> Slot | None:
    """The slot, if it is within what the person may see; those withdrawn included."""
    found = slots.slot(talk.unit, slot_id, lock=lock)
    if found is None or not sees_place(talk, found.participant_id):
        return None
    return found


def sees_place(talk: Talk, participant_id: int) -> bool:
    """Whether a participant is within what the person may see."""
    place = editions.participant(talk.unit, participant_id)
    if place is None:
        return False
    return talk.scope.sees(edition_id=place.edition_id, coordinator_id=place.coordinator_id)


def own_task(talk: Talk, assignment_id: int) -> Assignment | None:
    """The assignment, locked, if it is within what the person may see."""
    found = assignments.assignment(talk.unit, assignment_id, lock=True)
    if found is None or not talk.scope.sees(edition_id=found.edition_id, coordinator_id=found.coordinator_id):
        return None
    return found


def own_juror(talk: Talk, person_id: int) -> Person | None:
    """The juror, if within what the person may see."""
    found = people.person(talk.unit, person_id)
    if found is None or found.role is not Role.JUROR:
        return None
    return found if talk.scope.sees(edition_id=found.edition_id, coordinator_id=found.coordinator_id) else None


def slot_fact(unit: Unit, desk: Desk, slot: Slot, *, scope: Scope, language: str) -> SlotFact:
    """A planned contact with its chain. Jurors beyond the scope have no name."""
    place = editions.participant(unit, slot.participant_id)
    wave = None if slot.wave_id is None else editions.wave(unit, slot.wave_id)
    links = [_link(unit, desk, one, scope, language=language) for one in assignments.of_slot(unit, slot.id)]
    return SlotFact(
        slot=slot.id,
        participant=slot.participant_id,
        place="" if place is None else place.short_name,
        mode=Mode(slot.mode),
        number=slot.number,
        opens_at=slot.opens_at,
        due_at=slot.due_at,
        wave="" if wave is None else wave.name,
        juror=name_of(unit, slot.person_id, scope, language=language),
        reserve=name_of(unit, slot.reserve_id, scope, language=language),
        is_fixed=slot.is_fixed,
        is_closed=slot.closed_at is not None,
        because=hole_text(slot.hole, language=language),
        chain=tuple(links),
    )


def candidate_facts(unit: Unit, slot: Slot, *, scope: Scope, language: str, talk: Talk) -> list[CandidateFact]:
    """Jurors within the scope, those who can first and the best of them first."""
    _ = texts(language)
    found = []
    everybody = {one.id: one for one in people.people(unit, edition_id=slot.edition_id, role=Role.JUROR)}
    for one in plan_facts.candidates(unit, slot, now=talk.now):
        person = everybody.get(one.person_id)
        if person is None or not scope.sees(edition_id=person.edition_id, coordinator_id=person.coordinator_id):
            continue
        reason = None if one.reason is None else reason_text(_, one.reason)
        found.append(CandidateFact(person.id, person.name, one.km, one.load, reason, one.reason in SOFT))
    return found


def name_of(unit: Unit, person_id: int | None, scope: Scope, *, language: str) -> str | None:
    """A juror's name for those who may know it."""
    person = None if person_id is None else people.person(unit, person_id)
    if person is None:
        return None
    if scope.sees(edition_id=person.edition_id, coordinator_id=person.coordinator_id):
        return person.name
    _ = texts(language)
    return _("another coordinator's juror")


def _link(unit: Unit, desk: Desk, task: Assignment, scope: Scope, *, language: str) -> LinkFact:
    reason = task.reason
    row = None if task.contact_id is None or reason is None else contacts.load(unit, task.contact_id, lock=False)
    if row is not None and reason is not None:
        taken = desk.scripts.version(unit, row.scenario_version).exit(reason)
        reason = reason if taken is None else taken.label.in_language(language)
    return LinkFact(
        assignment=task.id,
        person=name_of(unit, task.person_id, scope, language=language) or "–",
        state=task.state,
        at=task.changed_at,
        reason=reason,
        answer_by=task.answer_by,
        proposed_due=task.proposed_due,
        contact=task.contact_id,
    )
