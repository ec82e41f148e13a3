"""What views are told about the files of a contact."""

from __future__ import annotations

from bot.views.facts import EvidenceFact, EvidenceSummary, TrayItem
from scenarios.contact import ERASED, Contact
from scenarios.engine.files import NOTE, evidence_of
from scenarios.route import Route
from storage import evidence
from storage.database import Unit
from storage.evidence import EvidenceRow, Status


def summary_of(unit: Unit, contact: Contact) -> EvidenceSummary:
    """How the files of a contact stand, and what lies on its tray."""
    rows = evidence.of_contact(unit, contact.id)
    return EvidenceSummary(
        stored=sum(row.status is Status.VERIFIED and row.kind != NOTE for row in rows),
        on_its_way=sum(row.status in evidence.WAITING for row in rows),
        refused=sum(row.status is Status.REFUSED for row in rows),
        tray=tuple(
            TrayItem(row.id, row.kind, row.created_at, note=row.note or "")
            for row in rows
            if row.id in contact.tray and row.status is not Status.REFUSED
        ),
    )


def belonging(rows: tuple[EvidenceRow, ...], way: Route) -> tuple[EvidenceRow, ...]:
    """What is part of an answer that applies: nobody is shown what was replaced, or put aside and never used."""
    answers = [way.slot(path) for path in way.answered]
    files = {item for slot in answers if slot is not None for item in evidence_of(slot.answer)}
    return tuple(row for row in rows if row.id in files or (row.kind == NOTE and row.path in way.answered))


def facts_of(rows: tuple[EvidenceRow, ...]) -> tuple[EvidenceFact, ...]:
    """Files as the coordinator sees them."""
    return tuple(
        EvidenceFact(
            path=row.path,
            kind=row.kind,
            sent_at=row.created_at,
            verified=row.status is Status.VERIFIED,
            problem=row.problem,
            copy_sha256=row.copy_sha256 or row.sha256,
            media_type=row.copy_media_type or row.media_type,
            captured_at=row.captured_at,
            latitude=row.latitude,
            longitude=row.longitude,
            note=None if row.note == ERASED else row.note,
            is_erased=row.erased_at is not None,
            erased_at=row.erased_at,
        )
        for row in rows
    )
