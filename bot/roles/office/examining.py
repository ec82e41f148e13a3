"""Looking through a sent report for marks of doubt: what it is held against, gathered; the marks and prints, kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.doubts.examining import marks_of
from bot.doubts.facts import Facts, Photo, PhotoElsewhere, TextElsewhere
from bot.doubts.marks import DoubtKind
from bot.doubts.texts import prints_of, texts_of
from bot.roles import upcoming
from bot.roles.evidence_facts import belonging
from bot.talk import Desk
from scenarios.contact import Path, Phase
from scenarios.model import Mode
from scenarios.route import route
from storage import assignments, contacts, doubts, editions, evidence, people
from storage.assignments import Assignment
from storage.contacts import ContactRow
from storage.database import Unit
from storage.doubts import Doubt
from storage.evidence import Status

SENT = frozenset({Phase.SUBMITTED, Phase.LOCKED})
LEAST_SHARED = 1
"""Prints two texts must have in common to be compared."""
MOST_COMPARED = 40
"""Texts of other reports that are compared, those with most in common first."""

_INSTITUTIONS_OWN = frozenset({Mode.EMAIL, Mode.SOCIAL})
"""Modes in which reports on the same institution hold its own words, which are alike."""


def examine(unit: Unit, desk: Desk, contact_id: int, *, now: datetime) -> bool:
    """Find the marks of a report anew; False where there is nothing to look through."""
    row = contacts.load(unit, contact_id, lock=False)
    task = None if row is None else assignments.assignment(unit, row.assignment_id)
    if row is None or task is None or row.phase not in SENT:
        return False
    facts = _facts(unit, desk, row, task)
    own = texts_of(facts)
    doubts.replace_prints(unit, contact_id, {path: prints_of(text) for path, text in own.items()})
    facts = _with_texts(unit, facts, task)
    found = [Doubt(mark.kind.value, mark.path, mark.details) for mark in marks_of(facts)]
    doubts.replace_all(unit, contact_id, found, now=now, but=DoubtKind.MUCH_NOT_CHECKED.value)
    return True


def _facts(unit: Unit, desk: Desk, row: ContactRow, task: Assignment) -> Facts:
    scenario = desk.scripts.version(unit, row.scenario_version)
    way = route(scenario, row.contact)
    participant = editions.participant(unit, task.participant_id)
    files = belonging(tuple(evidence.of_contact(unit, row.id)), way)
    photos = tuple(
        Photo(
            path=file.path,
            sha256=file.sha256,
            look=file.look,
            captured_at=file.captured_at,
            latitude=file.latitude,
            longitude=file.longitude,
        )
        for file in files
        if file.kind == "image" and file.status is Status.VERIFIED and file.path is not None
    )
    _rules, zone = upcoming.clock_of(unit, desk, task.edition_id)
    facts = Facts(
        contact=row.contact,
        scenario=scenario,
        way=way,
        mode=Mode(task.mode),
        zone=zone,
        opens_at=task.opens_at,
        due_at=task.due_at,
        photos=photos,
        names=tuple(person.name for person in people.people(unit, edition_id=task.edition_id)),
    )
    if photos:
        hashes = [photo.sha256 for photo in photos if photo.sha256 is not None]
        others = doubts.other_photos(unit, row.id, edition_id=task.edition_id, hashes=hashes)
        elsewhere = tuple(PhotoElsewhere(one.contact_id, one.sha256, one.look) for one in others)
        facts = replace(facts, photos_elsewhere=elsewhere)
    if participant is None:
        return facts
    public = (participant.phone, participant.email, participant.site, participant.social, participant.name)
    return replace(
        facts,
        hours=participant.hours,
        latitude=participant.latitude,
        longitude=participant.longitude,
        public=tuple(each for each in public if each),
    )


def _with_texts(unit: Unit, facts: Facts, task: Assignment) -> Facts:
    """The same, with the texts of other reports that have something in common with its own."""
    shared = doubts.sharing_prints(
        unit, facts.contact.id, edition_id=task.edition_id, least=LEAST_SHARED, limit=MOST_COMPARED
    )
    found = []
    for one in shared:
        text = _text_at(unit, one.contact_id, one.other_path, task)
        if text is not None:
            found.append(TextElsewhere(one.path, one.contact_id, text))
    return replace(facts, texts_elsewhere=tuple(found))


def _text_at(unit: Unit, contact_id: int, path: Path, task: Assignment) -> str | None:
    row = contacts.load(unit, contact_id, lock=False)
    other = None if row is None else assignments.assignment(unit, row.assignment_id)
    if row is None or other is None:
        return None
    if other.participant_id == task.participant_id and Mode(other.mode) in _INSTITUTIONS_OWN:
        return None
    answer = row.contact.answers.get(path)
    return answer.value if answer is not None and isinstance(answer.value, str) else None
