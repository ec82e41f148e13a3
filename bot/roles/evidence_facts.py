"""What views are told about the files of a contact."""

from __future__ import annotations

from bot.views.facts import EvidenceFact, EvidenceSummary, TrayItem
from scenarios.contact import Contact
from storage import evidence
from storage.database import Unit
from storage.evidence import EvidenceRow, Status


def summary_of(unit: Unit, contact: Contact) -> EvidenceSummary:
    """How the files of a contact stand, and what lies on its tray."""
    rows = evidence.of_contact(unit, contact.id)
    return EvidenceSummary(
        stored=sum(row.status is Status.VERIFIED for row in rows),
        on_its_way=sum(row.status in evidence.WAITING for row in rows),
        refused=sum(row.status is Status.REFUSED for row in rows),
        tray=tuple(
            TrayItem(row.id, row.kind, row.created_at, note=row.note or "") for row in rows if row.id in contact.tray
        ),
    )


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
            note=row.note,
        )
        for row in rows
    )
