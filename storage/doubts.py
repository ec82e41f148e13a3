"""Marks of doubt on contacts, and what is needed to find them: the same files, looks and texts elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from storage import schema
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Doubt:
    """One mark: its kind, the answer it is about (None: the whole contact), and what fills its sentence."""

    kind: str
    path: str | None
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OtherPhoto:
    """A picture of another contact of the edition."""

    contact_id: int
    sha256: str | None
    look: int | None


@dataclass(frozen=True, slots=True)
class SharedPrints:
    """A text of another contact that has ``shared`` prints in common with the text at ``path``."""

    path: str
    contact_id: int
    other_path: str
    shared: int


table, prints = schema.doubts, schema.text_prints
_files, _contacts, _assignments = schema.evidence, schema.contacts, schema.assignments


def replace_all(unit: Unit, contact_id: int, found: Iterable[Doubt], *, now: datetime, but: str = "") -> None:
    """The marks of a contact are these now; those of the kind ``but`` stay, whoever found them."""
    unit.execute(delete(table).where(table.c.contact_id == contact_id, table.c.kind != but))
    _add(unit, contact_id, found, now)


def replace_kind(unit: Unit, contact_id: int, kind: str, found: Iterable[Doubt], *, now: datetime) -> None:
    """The marks of one kind that a contact has are these now."""
    unit.execute(delete(table).where(table.c.contact_id == contact_id, table.c.kind == kind))
    _add(unit, contact_id, found, now)


def _add(unit: Unit, contact_id: int, found: Iterable[Doubt], now: datetime) -> None:
    rows = [
        {"contact_id": contact_id, "path": one.path, "kind": one.kind, "details": dict(one.details), "found_at": now}
        for one in found
    ]
    if rows:
        unit.execute(insert(table), rows)


def of_contact(unit: Unit, contact_id: int) -> list[Doubt]:
    """The marks of a contact in the order they were found."""
    query = select(table.c.kind, table.c.path, table.c.details).where(table.c.contact_id == contact_id)
    return [Doubt(**row._asdict()) for row in unit.execute(query.order_by(table.c.id))]


def of_kind(unit: Unit, kind: str, contact_ids: Collection[int]) -> list[tuple[int, Doubt]]:
    """The marks of one kind that some contacts have, each with its contact."""
    query = select(table.c.contact_id, table.c.kind, table.c.path, table.c.details)
    query = query.where(table.c.kind == kind, table.c.contact_id.in_(list(contact_ids))).order_by(table.c.id)
    return [(row.contact_id, Doubt(row.kind, row.path, row.details)) for row in unit.execute(query)]


def replace_prints(unit: Unit, contact_id: int, found: Mapping[str, Collection[int]]) -> None:
    """The prints (signed 64-bit hashes) of a contact's texts are these now, by path."""
    unit.execute(delete(prints).where(prints.c.contact_id == contact_id))
    rows = [
        {"contact_id": contact_id, "path": path, "print": number}
        for path, numbers in found.items()
        for number in sorted(set(numbers))
    ]
    if rows:
        unit.execute(insert(prints), rows)


def sharing_prints(unit: Unit, contact_id: int, *, edition_id: int, least: int, limit: int) -> list[SharedPrints]:
    """Texts of other contacts of the edition with at least ``least`` prints in common, those with most first."""
    mine, theirs = prints.alias("mine"), prints.alias("theirs")
    shared = func.count().label("shared")
    query = (
        select(mine.c.path, theirs.c.contact_id, theirs.c.path.label("other_path"), shared)
        .join(theirs, theirs.c["print"] == mine.c["print"])
        .join(_contacts, _contacts.c.id == theirs.c.contact_id)
        .join(_assignments, _assignments.c.id == _contacts.c.assignment_id)
        .where(mine.c.contact_id == contact_id, theirs.c.contact_id != contact_id)
        .where(_assignments.c.edition_id == edition_id)
        .group_by(mine.c.path, theirs.c.contact_id, theirs.c.path)
        .having(func.count() >= least)
        .order_by(func.count().desc(), theirs.c.contact_id)
        .limit(limit)
    )
    return [SharedPrints(**row._asdict()) for row in unit.execute(query)]


def other_photos(unit: Unit, contact_id: int, *, edition_id: int, hashes: Sequence[str]) -> list[OtherPhoto]:
    """Pictures that answer questions of other contacts of the edition: those of the same bytes, and all with a look."""
    query = (
        select(_files.c.contact_id, _files.c.sha256, _files.c.look)
        .join(_contacts, _contacts.c.id == _files.c.contact_id)
        .join(_assignments, _assignments.c.id == _contacts.c.assignment_id)
        .where(_assignments.c.edition_id == edition_id, _files.c.contact_id != contact_id)
        .where(_files.c.path.is_not(None))
        .where(_files.c.look.is_not(None) | _files.c.sha256.in_(hashes))
        .order_by(_files.c.id)
    )
    return [OtherPhoto(**row._asdict()) for row in unit.execute(query)]
