"""Erasing a person: name, contact data, chats, memos and notes go; what they did for the contest stays, as nobody's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, String, cast, delete, func, or_, select, type_coerce, update

from scenarios.contact import ERASED
from storage import erasing, schema
from storage.erasing import Erased
from storage.evidence import Status
from storage.people import Role
from storage.queue import CLAIMED, DONE, WAITING
from storage.unit import Unit

KIND = "person"
"""What ``erasures`` and the journal call it."""
NAME = "usunięta osoba {number}"
"""What an erased person is called, in every list, file and picture."""

LEAST_NAME = 5
"""Characters of a name that is looked for in what others wrote; a shorter one may be part of any word."""

people, addresses = schema.people, schema.addresses


def name_of(person_id: int) -> str:
    """What the person is called once erased."""
    return NAME.format(number=person_id)


def begin(unit: Unit, person_id: int, *, who: int | None, because: str, now: datetime) -> int:
    """Write down that a person is about to be erased; the erasure's number. ``because``: who wanted it, a word."""
    return erasing.begin(unit, KIND, f"person:{person_id}", who=who, now=now, details={"because": because})


def erase(unit: Unit, person_id: int, erased: Erased, *, now: datetime) -> None:
    """Take everything personal from the rows of a person. Again: what has come since, from jobs that were under way.

    Their reports stay with numbers and choices; texts and photos of those by the rules of their edition. Whether their
    tasks are to go to somebody else is the affair of whoever calls.
    """
    chats = unit.execute(
        select(addresses.c.id, addresses.c.channel, addresses.c.chat).where(addresses.c.person_id == person_id)
    ).all()
    _jobs(unit, person_id, [(row.channel, row.chat) for row in chats], erased, now=now)
    _chats(unit, person_id, [row.id for row in chats], erased, now=now)
    _memos(unit, person_id, erased, now=now)
    _profile(unit, person_id, erased)
    _mentions(unit, person_id, erased)
    blank = {"email": "", "phone": "", "language": None, "preferences": None, "dialog": None, "focus": None}
    gone = update(people).where(people.c.id == person_id, people.c.erased_at.is_(None))
    values = {"name": name_of(person_id), "left_at": now, "hidden_at": None, "erased_at": now, **blank}
    erased.add("people", unit.execute(gone.values(values)).rowcount)


def last_organizer(unit: Unit, person_id: int) -> bool:
    """Whether nobody but this person could look after their edition."""
    me = unit.execute(select(people.c.edition_id, people.c.role).where(people.c.id == person_id)).one_or_none()
    if me is None or me.role != Role.ORGANIZER.value:
        return False
    others = select(people.c.id).where(
        people.c.edition_id == me.edition_id,
        people.c.role == Role.ORGANIZER.value,
        people.c.id != person_id,
        people.c.left_at.is_(None),
    )
    return unit.execute(others.limit(1)).first() is None


def _jobs(unit: Unit, person_id: int, chats: Sequence[tuple[str, str]], erased: Erased, *, now: datetime) -> None:
    """What was to be sent to them, or made for them, is not; what is done or given up says nothing of them."""
    table = schema.jobs
    keys = [f"{channel}:{chat}{end}" for channel, chat in chats for end in ("", "#harmless")]
    payload = cast(table.c.payload, String)
    theirs: list[ColumnElement[bool]] = [table.c.lock_key.in_(keys)]
    theirs += [payload.contains(f'"person_id":{person_id}{end}', autoescape=True) for end in (",", "}")]
    theirs += [payload.contains(f'"channel":"{channel}","chat":"{chat}"', autoescape=True) for channel, chat in chats]
    dropped = delete(table).where(table.c.state == WAITING, or_(*theirs))
    erased.add("jobs", unit.execute(dropped).rowcount)
    settled = update(table).where(table.c.state.not_in([WAITING, CLAIMED]), or_(*theirs), table.c.payload != {})
    emptied = settled.values(payload={}, problem=None, state=DONE, lock_key=None, settled_at=now)
    erased.add("settled_jobs", unit.execute(emptied).rowcount)


def _chats(unit: Unit, person_id: int, ids: Sequence[int], erased: Erased, *, now: datetime) -> None:
    sessions, invitations, messages = schema.sessions, schema.invitations, schema.messages
    closed = delete(sessions).where(sessions.c.address_id.in_(ids))
    erased.add("sessions", unit.execute(closed).rowcount)
    revoked = update(invitations).where(invitations.c.person_id == person_id, invitations.c.revoked_at.is_(None))
    erased.add("invitations", unit.execute(revoked.values(revoked_at=now)).rowcount)
    erasing.bodies(unit, messages.c.address_id.in_(ids), erased, now=now)
    unit.execute(update(messages).where(messages.c.address_id.in_(ids)).values(ref=None, hidden_at=now))
    for address_id in ids:
        gone = update(addresses).where(addresses.c.id == address_id, addresses.c.chat != f"erased:{address_id}")
        values = {"chat": f"erased:{address_id}", "reachable": False}
        erased.add("addresses", unit.execute(gone.values(values)).rowcount)


def _memos(unit: Unit, person_id: int, erased: Erased, *, now: datetime) -> None:
    """Voice memos, notes, and what hangs on no report; of photos what they tell of the device."""
    table = schema.evidence
    mine = (table.c.person_id == person_id, table.c.erased_at.is_(None))
    goes = or_(table.c.kind.in_(["audio", "note"]), table.c.contact_id.is_(None))
    arrived = table.c.status.in_([Status.VERIFIED.value, Status.REFUSED.value])
    ids = list(unit.execute(select(table.c.id).where(*mine, goes, arrived)).scalars())
    if ids:
        erasing.files(unit, ids, erased, now=now)
    unit.execute(update(table).where(*mine).values(device=None))
    noted = update(table).where(*mine, table.c.note.is_not(None), table.c.note != ERASED)
    erased.add("notes", unit.execute(noted.values(note=ERASED)).rowcount)


def _mentions(unit: Unit, person_id: int, erased: Erased) -> None:
    """Where others were told or wrote the whole name, there is now what the person is called once erased."""
    name = unit.execute(select(people.c.name).where(people.c.id == person_id, people.c.erased_at.is_(None))).scalar()
    if name is None or len(name) < LEAST_NAME:
        return
    written = json.dumps(name, ensure_ascii=False)[1:-1]
    places: tuple[Column[Any], ...] = (
        *(schema.messages.c.body, schema.jobs.c.payload, schema.imports.c.found, schema.plans.c.inputs),
        *(schema.broadcasts.c.text, schema.reviews.c.comment, schema.queries.c.text, schema.queries.c.answer),
    )
    for column in places:
        words = cast(column, String)
        there = update(column.table).where(words.contains(written, autoescape=True))
        instead = type_coerce(func.replace(words, written, name_of(person_id)), column.type)
        erased.add("mentions", unit.execute(there.values({column.key: instead})).rowcount)


def _profile(unit: Unit, person_id: int, erased: Erased) -> None:
    profiles, conflicts = schema.juror_profiles, schema.conflicts
    erased.add("profiles", unit.execute(delete(profiles).where(profiles.c.person_id == person_id)).rowcount)
    erased.add("conflicts", unit.execute(delete(conflicts).where(conflicts.c.person_id == person_id)).rowcount)
    erasing.own_reasons(unit, schema.assignments.c.person_id == person_id, erased)
