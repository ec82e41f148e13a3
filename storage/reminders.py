"""What reminders look at before they are sent: reviews that wait, contacts nobody touched, who was reminded when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from storage import schema
from storage.reviews import ReviewState
from storage.rules import Rules
from storage.unit import Known, Unit

REMINDED = "reminded"
"""The word of the journal for a reminder that was sent; its details name the ``kind``."""

COMING: Known[int, tuple[datetime, Rules]] = Known()
"""The moment for which a contact's reminder waits in the queue, and the rules by which it was chosen.

No table's row: the reminder is there until that moment, whatever is written meanwhile.
"""

contacts, assignments, reviews, journal = schema.contacts, schema.assignments, schema.reviews, schema.journal


@dataclass(frozen=True, slots=True)
class Backlog:
    """Reports that wait to be reviewed: how many, and since when the first."""

    count: int
    since: datetime | None


def edition_of_contact(unit: Unit, contact_id: int) -> int | None:
    """The edition a contact belongs to."""
    query = select(assignments.c.edition_id).join(contacts, contacts.c.assignment_id == assignments.c.id)
    found: int | None = unit.execute(query.where(contacts.c.id == contact_id)).scalar()
    return found


def touched_at(unit: Unit, contact_id: int) -> datetime | None:
    """When something last changed in a contact."""
    found: datetime | None = unit.execute(select(contacts.c.changed_at).where(contacts.c.id == contact_id)).scalar()
    return found


def backlog(unit: Unit, *, edition_id: int, coordinator_id: int) -> Backlog:
    """What waits for a coordinator's review: theirs, and what belongs to nobody."""
    query = (
        select(func.count().label("n"), func.min(reviews.c.waiting_since).label("since"))
        .join_from(reviews, contacts, contacts.c.id == reviews.c.contact_id)
        .join(assignments, assignments.c.id == contacts.c.assignment_id)
        .where(reviews.c.state == ReviewState.WAITING.value, assignments.c.edition_id == edition_id)
        .where(or_(assignments.c.coordinator_id.is_(None), assignments.c.coordinator_id == coordinator_id))
    )
    found = unit.execute(query).one()
    return Backlog(int(found.n), found.since)


def times(unit: Unit, subject: str, kind: str, **details: object) -> tuple[datetime, ...]:
    """When a subject was reminded of that kind (with those details), oldest first."""
    query = (
        select(journal.c.at, journal.c.details)
        .where(journal.c.subject == subject, journal.c.what == REMINDED)
        .order_by(journal.c.id)
    )
    wanted: Mapping[str, Any] = {"kind": kind, **details}
    rows = unit.execute(query).all()
    return tuple(row.at for row in rows if all(row.details.get(name) == value for name, value in wanted.items()))
