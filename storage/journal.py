"""The journal: who did what when. Rows are only ever added; the database refuses anything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from storage import schema
from storage.together import Write
from storage.unit import Unit

journal = schema.journal
_WRITE = Write(journal, "at", "who", "what", "subject", "details")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing done. ``who`` is a person's id (``None``: the program), ``subject`` e.g. ``contact:7``."""

    id: int
    at: datetime
    who: int | None
    what: str
    subject: str
    details: Mapping[str, Any]


def write(unit: Unit, *, at: datetime, who: int | None, what: str, subject: str, details: Mapping[str, Any]) -> None:
    """Add an entry."""
    values = {"at": at, "who": who, "what": what, "subject": subject, "details": dict(details)}
    unit.later(_WRITE, values)


def of_subject(unit: Unit, subject: str) -> list[Entry]:
    """Everything that was done to a subject, in that order."""
    query = select(journal).where(journal.c.subject == subject).order_by(journal.c.id)
    return [Entry(**row._asdict()) for row in unit.execute(query)]


def recent(unit: Unit, *, limit: int, before_id: int | None = None) -> list[Entry]:
    """The last entries (before ``before_id``), the newest first."""
    query = select(journal).order_by(journal.c.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(journal.c.id < before_id)
    return [Entry(**row._asdict()) for row in unit.execute(query)]
