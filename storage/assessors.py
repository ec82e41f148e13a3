"""Who made the contacts of an edition: for what is computed about jurors, never for what participants see."""

from __future__ import annotations

from sqlalchemy import select

from storage import schema
from storage.unit import Unit

_contacts, _tasks = schema.contacts, schema.assignments


def jurors_of(unit: Unit, edition_id: int) -> dict[str, int]:
    """The juror of every contact of an edition; contacts as the records of scoring name them."""
    query = (
        select(_contacts.c.id, _contacts.c.person_id)
        .join(_tasks, _tasks.c.id == _contacts.c.assignment_id)
        .where(_tasks.c.edition_id == edition_id)
    )
    return {str(row.id): int(row.person_id) for row in unit.execute(query)}
