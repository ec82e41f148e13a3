"""Contacts as they are now, and every revision of every answer, which the database lets nobody change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, text, update

from scenarios.changing import changed
from scenarios.contact import Answer, Answered, Contact, Event, Phase, Submitted
from scenarios.contact_json import dump_answer, dump_contact, load_answer, load_contact
from scenarios.remembered import Remembered
from storage import schema
from storage.insert import insert_row
from storage.together import Write
from storage.unit import UNREAD, Known, Unit


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact with what the house knows about it. ``receipt`` is the digest of the last report that was sent.

    ``locks_at``: when it can be corrected no more. ``sealed_at``: when all its evidence was there, verified.
    """

    id: int
    assignment_id: int
    person_id: int
    scenario_version: str
    phase: Phase
    turn: int
    contact: Contact
    begun_at: datetime
    submitted_at: datetime | None
    locks_at: datetime | None
    sealed_at: datetime | None
    receipt: str | None
    erased_at: datetime | None = None
    """When its texts were erased; numbers and choices stay."""


contacts = schema.contacts
revised = schema.answer_revisions
_CONTACT = tuple(contacts.c[field.name] for field in fields(ContactRow))
_PHASE, _STATE = (tuple(field.name for field in fields(ContactRow)).index(name) for name in ("phase", "contact"))
_LOAD = select(*_CONTACT).where(contacts.c.id == bindparam("contact_id"))
_LOCK = _LOAD.with_for_update()
_SAVE = update(contacts).where(contacts.c.id == bindparam("contact_id"))
_AMONG = (
    select(*_CONTACT)
    .where(contacts.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(contacts.c.id)
    .with_for_update()
)
_SAVE_LATER = Write(
    contacts, "id", "phase", "turn", "contact", "changed_at", "submitted_at", "locks_at", "receipt", changes=True
)
_REVISE = Write(revised, "contact_id", "revision", "path", "answer", "update_id", "written_at")
CONTACTS: Known[int, ContactRow] = Known(contacts)
"""By id, their rows locked."""
IN_CONVERSATION = 1024
"""Contacts of which the last state is kept as it was read or written: the next reply begins with it."""
_states: Remembered[int, tuple[str, Contact]] = Remembered(IN_CONVERSATION)
"""By id: the text in the database and the contact it stands for. Only a row that has that very text is that contact."""


def begin(unit: Unit, *, assignment_id: int, person_id: int, make: Callable[[int], Contact]) -> Contact:
    """Reserve an id, store the contact that ``make`` gives for it, and return that."""
    contact = make(_next_id(unit))
    whose = {"id": contact.id, "assignment_id": assignment_id, "person_id": person_id}
    times = {"begun_at": contact.begun_at, "changed_at": contact.begun_at}
    values = {**whose, **times, "scenario_version": contact.scenario_version, **_state(contact)}
    insert_row(unit, contacts, values)
    return contact


def load(unit: Unit, contact_id: int, *, lock: bool) -> ContactRow | None:
    """The contact; ``lock`` keeps other processes' units from it until this one is committed."""
    known = unit.recall(CONTACTS, contact_id)
    if known is not UNREAD:
        return known
    row = unit.execute(_LOCK if lock else _LOAD, {"contact_id": contact_id}).one_or_none()
    return None if row is None else _in_conversation(row)


def save(unit: Unit, contact: Contact, events: Sequence[Event], *, update_id: str | None, now: datetime) -> None:
    """Keep what a turn made of the contact, and one revision for each answer taken in it.

    ``update_id`` is the update that caused it, if one did. Raises ``LookupError`` for a contact that was never begun,
    and the database's error if a revision of that number is there already.
    """
    receipt = next((event.digest for event in reversed(events) if isinstance(event, Submitted)), None)
    known = unit.recall(CONTACTS, contact.id)
    if known is UNREAD:
        _save_now(unit, contact, receipt, now)
    else:
        _save_later(unit, contact, known, receipt or known.receipt, now)
    common = {"contact_id": contact.id, "update_id": update_id, "written_at": now}
    for event in events:
        if isinstance(event, Answered):
            answer = event.answer
            which = {"revision": answer.revision, "path": answer.path, "answer": dump_answer(answer)}
            unit.later(_REVISE, {**common, **which})


def look_ahead(unit: Unit, contact_ids: Collection[int]) -> list[ContactRow]:
    """Read and lock these contacts together; returns them."""
    found = []
    unread = []
    for contact_id in contact_ids:
        known = unit.recall(CONTACTS, contact_id)
        if known is UNREAD:
            unread.append(contact_id)
        elif known is not None:
            found.append(known)
    if unread:
        for read in unit.execute(_AMONG, {"ids": unread}).all():
            row = _in_conversation(read)
            unit.remember(CONTACTS, row.id, row)
            found.append(row)
    return found


def set_locks_at(unit: Unit, contact_id: int, at: datetime | None) -> None:
    """When the contact can be corrected no more."""
    unit.execute(update(contacts).where(contacts.c.id == contact_id).values(locks_at=at))


def seal(unit: Unit, contact_id: int, now: datetime) -> bool:
    """All its evidence is verified; ``False`` if it was sealed before (it keeps that moment)."""
    changed = update(contacts).where(contacts.c.id == contact_id, contacts.c.sealed_at.is_(None))
    return unit.execute(changed.values(sealed_at=now)).rowcount == 1


def of_person(unit: Unit, person_id: int) -> list[ContactRow]:
    """A person's contacts, the last begun first."""
    query = select(*_CONTACT).where(contacts.c.person_id == person_id).order_by(contacts.c.id.desc())
    return [contact_row(row) for row in unit.execute(query)]


def of_edition(unit: Unit, edition_id: int, *, phases: Collection[Phase] | None = None) -> list[ContactRow]:
    """The contacts of an edition (in some phases), in the order they were begun."""
    query = (
        select(*_CONTACT)
        .join(schema.assignments, schema.assignments.c.id == contacts.c.assignment_id)
        .where(schema.assignments.c.edition_id == edition_id)
        .order_by(contacts.c.id)
    )
    if phases is not None:
        query = query.where(contacts.c.phase.in_([phase.value for phase in phases]))
    return [contact_row(row) for row in unit.execute(query)]


def revisions(unit: Unit, contact_id: int) -> list[Answer]:
    """Every answer that was ever taken in a contact, in that order."""
    query = select(revised.c.answer).where(revised.c.contact_id == contact_id).order_by(revised.c.revision)
    return [load_answer(answer) for answer in unit.execute(query).scalars()]


def contact_row(row: Row[Any]) -> ContactRow:
    """A row of the table as a value."""
    return _row(row, load_contact(row.contact))


def _in_conversation(row: Row[Any]) -> ContactRow:
    """The same for a contact of which more is asked soon."""
    kept = _states.get(row.id)
    if kept is not None and kept[0] == row.contact:
        return _row(row, kept[1])
    contact = load_contact(row.contact)
    _states.put(row.id, (row.contact, contact))
    return _row(row, contact)


def _row(row: Row[Any], contact: Contact) -> ContactRow:
    values = list(row)
    values[_PHASE], values[_STATE] = contact.phase, contact
    return ContactRow(*values)


def _save_now(unit: Unit, contact: Contact, receipt: str | None, now: datetime) -> None:
    values = _state(contact) | {"changed_at": now}
    if receipt is not None:
        values["receipt"] = receipt
    if contact.submitted_at is None:
        values["locks_at"] = None
    if unit.execute(_SAVE, {"contact_id": contact.id, **values}).rowcount != 1:
        raise LookupError(f"there is no contact {contact.id}")


def _save_later(unit: Unit, contact: Contact, known: ContactRow, receipt: str | None, now: datetime) -> None:
    """Save with others what was locked and read with others."""
    locks_at = None if contact.submitted_at is None else known.locks_at
    state = _state(contact)
    unit.later(_SAVE_LATER, {"id": contact.id, "changed_at": now, "locks_at": locks_at, "receipt": receipt, **state})
    unit.remember(
        CONTACTS,
        contact.id,
        changed(
            known,
            phase=contact.phase,
            turn=contact.turn,
            contact=contact,
            submitted_at=contact.submitted_at,
            locks_at=locks_at,
            receipt=receipt,
        ),
    )


def _state(contact: Contact) -> dict[str, object]:
    written = dump_contact(contact)
    _states.put(contact.id, (written, contact))
    return {
        "phase": contact.phase.value,
        "turn": contact.turn,
        "contact": written,
        "submitted_at": contact.submitted_at,
    }


def _next_id(unit: Unit) -> int:
    """An id no contact has or had."""
    if unit.is_postgres:
        return int(unit.execute(text("SELECT nextval(pg_get_serial_sequence('contacts', 'id'))")).scalar_one())
    # nobody else writes to SQLite now, so this stays the last one
    last = unit.execute(text("SELECT seq FROM sqlite_sequence WHERE name = 'contacts'")).scalar()
    return int(last or 0) + 1
