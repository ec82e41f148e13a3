"""What a juror hears of the files they sent: nothing while all is well, a kind word where one could not be kept."""

from __future__ import annotations

from datetime import datetime

from bot.jobs import put_examine
from bot.roles import notices
from bot.talk import Desk, in_edition, tell
from bot.tap_kinds import ChangeHere, ContactTap
from bot.taps import where_of
from bot.views import common
from bot.views.placeholders import fill
from scenarios.contact import Phase
from scenarios.model import Scenario
from scenarios.route import route
from storage import assignments, contacts, editions, evidence, journal
from storage.database import Unit
from storage.evidence import EvidenceRow, Status


def settled(unit: Unit, desk: Desk, row: EvidenceRow, *, now: datetime) -> None:
    """A file was verified or refused: tell its sender of a refusal, seal the contact when its last file is safe."""
    if row.contact_id is None:
        return
    found = contacts.load(unit, row.contact_id, lock=True)
    if found is None:
        return
    if row.status is Status.REFUSED:
        _tell_refused(unit, desk, row, found, now=now)
    is_sent = found.phase in {Phase.SUBMITTED, Phase.LOCKED}
    task = assignments.assignment(unit, found.assignment_id) if row.status is Status.REFUSED and is_sent else None
    if task is not None:
        notices.evidence_lost(unit, desk, task, found.id, now=now)
    if is_sent and row.status is Status.VERIFIED:
        put_examine(unit, found.id, now=now)
    if is_sent and evidence.waiting(unit, found.id) == 0 and contacts.seal(unit, found.id, now):
        journal.write(unit, at=now, who=None, what="sealed", subject=f"contact:{found.id}", details={})


def _tell_refused(unit: Unit, desk: Desk, row: EvidenceRow, found: contacts.ContactRow, *, now: datetime) -> None:
    task = assignments.assignment(unit, found.assignment_id)
    participant = None if task is None else editions.participant(unit, task.participant_id)
    scenario = desk.scripts.version(unit, found.scenario_version)
    step = None if row.path is None else scenario.steps_by_name.get(row.path.rpartition(".")[2])

    def question(language: str) -> str:
        if step is None:
            return ""
        day = found.contact.begun_at.date()
        zone = desk.zone if task is None else in_edition(unit, desk, task.edition_id).zone
        return fill(step.label, found.contact, scenario, language=language, day=day, zone=zone)

    tell(
        unit,
        desk,
        found.person_id,
        lambda language: common.file_refused(
            row.problem or "",
            title="" if participant is None else participant.short_name,
            question=question(language),
            language=language,
            change=_change(row, found, scenario),
        ),
        now=now,
    )


def _change(row: EvidenceRow, found: contacts.ContactRow, scenario: Scenario) -> ContactTap | None:
    """Asks the file's question again, where the file is part of its answer and corrections are possible."""
    if row.path is None or found.phase not in {Phase.OPEN, Phase.SUBMITTED}:
        return None
    slot = route(scenario, found.contact).slot(row.path)
    given = None if slot is None or slot.answer is None else slot.answer.value
    if not isinstance(given, tuple) or row.id not in given:
        return None
    return ContactTap(found.id, found.turn, where_of(scenario, row.path), ChangeHere())
