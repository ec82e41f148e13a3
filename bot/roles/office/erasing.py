"""Erasing a person, whoever asks for it: their work goes to others first, then everything personal goes."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from bot.jobs import put_forget
from bot.roles import deciding, offering, plan_facts
from bot.talk import Desk
from storage import assignments, directory, erasing, erasure, journal, people, slots
from storage.erasing import Erased
from storage.people import Person, Role
from storage.unit import Unit

LATER = timedelta(minutes=5)
"""So long after an erasure its rows are looked at once more: a message under way may have been written down."""
REASON = "unforeseen"
"""Why tasks of an erased person are taken back: a code of ``DECLINE_REASONS``."""


class NotErased(StrEnum):
    """Why a person is not erased."""

    UNKNOWN = "unknown"
    LAST_ORGANIZER = "last_organizer"
    """Nobody else could look after the edition."""


def erase_person(
    unit: Unit, desk: Desk, person_id: int, *, by: int | None, because: str, now: datetime
) -> Erased | NotErased:
    """Erase a person in this unit; stored files follow in a job. Again: nothing, or what has come since.

    What they sent stays as nobody's report; texts and photos of it go by the rules of the edition.
    """
    person = people.person(unit, person_id, lock=True)
    if person is None:
        return NotErased.UNKNOWN
    if person.left_at is None and erasure.last_organizer(unit, person_id):
        return NotErased.LAST_ORGANIZER
    erased = Erased()
    number = erasure.begin(unit, person_id, who=by, because=because, now=now)
    erasure.erase(unit, person_id, erased, now=now)
    if person.left_at is None:
        _hand_over(unit, desk, person, by=by, now=now)
    erasing.prove(unit, erased, number, f"person:{person_id}", who=by, now=now, kind=erasure.KIND)
    put_forget(unit, erased.blobs, now=now, run_at=now + LATER, erasure=number, person_id=person_id)
    return erased


def _hand_over(unit: Unit, desk: Desk, person: Person, *, by: int | None, now: datetime) -> None:
    """What an erased person had still to do is somebody else's now; what was begun is left where it is."""
    deciding.leaves_board(unit, person.id, now=now)
    if person.role is not Role.JUROR:
        directory.release(unit, person.id)
        return
    for task in assignments.of_person(unit, person.id):
        if task.state in assignments.UNFINISHED and task.contact_id is None:
            offering.take_back(unit, desk, task, reason=REASON, now=now, by=by)
    for slot in slots.of_edition(unit, person.edition_id):
        if slot.reserve_id == person.id:
            slots.change(unit, slot.id, reserve_id=None)
        chain = assignments.of_slot(unit, slot.id)
        if slot.person_id != person.id or any(task.state in assignments.LIVE for task in chain):
            continue
        asked = frozenset({person.id, *(task.person_id for task in chain)})
        instead = plan_facts.next_best(unit, slot, excluding=asked, now=now)
        hole = {"because": "nobody_left"} if instead is None else None
        slots.change(unit, slot.id, person_id=instead, hole=hole)
        details = {"before": person.id, "after": instead}
        journal.write(unit, at=now, who=by, what="slot.juror", subject=f"slot:{slot.id}", details=details)
