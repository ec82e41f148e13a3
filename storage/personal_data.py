"""Everything that is kept about one person, as JSON values and a list of files: what they may ask for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, or_, select

from storage import schema
from storage.unit import Unit

ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "application/pdf": ".pdf",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/webm": ".webm",
    "audio/wav": ".wav",
}
SECRET = frozenset({"token_hash", "cookie_hash"})
"""Columns nobody is given: keys, even as hashes."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of theirs: its name in the export, and where its bytes are."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What is kept of a person: ``tables`` by name, each a list of rows as JSON values, and their files."""

    person_id: int
    tables: Mapping[str, list[dict[str, Any]]]
    files: tuple[StoredFile, ...]

    def as_json(self, *, now: datetime, missing: Mapping[str, str]) -> str:
        """The tables as a readable JSON document; ``missing``: files that are not with it, and why."""
        head = {"person": self.person_id, "made_at": now.isoformat(), "files": [file.name for file in self.files]}
        return json.dumps({**head, "missing": dict(missing), **self.tables}, ensure_ascii=False, indent=2)


def of_person(unit: Unit, person_id: int) -> PersonalData | None:
    """Everything about a person; None where there is nobody of that id."""
    tables = {name: _rows(unit, query) for name, query in _queries(person_id)}
    if not tables["people"]:
        return None
    for contact in tables["contacts"]:
        contact["contact"] = json.loads(contact["contact"])
    for revision in tables["answer_revisions"]:
        revision["answer"] = json.loads(revision["answer"])
    tables["journal"] = _rows(unit, _journal(unit, person_id, [row["id"] for row in tables["contacts"]]))
    return PersonalData(person_id, tables, tuple(_files(tables["evidence"])))


def _queries(person_id: int) -> Iterator[tuple[str, Select[Any]]]:
    people, addresses, contacts, tasks = schema.people, schema.addresses, schema.contacts, schema.assignments
    yield "people", select(people).where(people.c.id == person_id)
    for table in (
        *(schema.juror_profiles, schema.conflicts, addresses, schema.invitations, tasks, contacts, schema.evidence),
        *(schema.recipients, schema.votes, schema.board_members),
    ):
        yield table.name, _ordered(table, table.c.person_id == person_id)
    chats = select(addresses.c.id).where(addresses.c.person_id == person_id)
    theirs = select(contacts.c.id).where(contacts.c.person_id == person_id)
    yield "sessions", _ordered(schema.sessions, schema.sessions.c.address_id.in_(chats))
    yield "messages", _ordered(schema.messages, schema.messages.c.address_id.in_(chats))
    for table in (schema.answer_revisions, schema.reviews, schema.suggestions, schema.score_sheets):
        yield table.name, _ordered(table, table.c.contact_id.in_(theirs))
    places = schema.participants
    there = select(tasks.c.participant_id).where(tasks.c.person_id == person_id)
    yield "participants", select(places.c.id, places.c.name).where(places.c.id.in_(there)).order_by(places.c.id)
    yield "imports", _ordered(schema.imports, schema.imports.c.person_id == person_id)


def _ordered(table: Table, which: ColumnElement[bool]) -> Select[Any]:
    return select(table).where(which).order_by(*table.primary_key.columns)


def _journal(unit: Unit, person_id: int, contact_ids: list[int]) -> Select[Any]:
    del unit
    table = schema.journal
    subjects = [f"person:{person_id}", *(f"contact:{each}" for each in contact_ids)]
    return select(table).where(or_(table.c.who == person_id, table.c.subject.in_(subjects))).order_by(table.c.id)


def _rows(unit: Unit, query: Select[Any]) -> list[dict[str, Any]]:
    return [
        {key: _plain(value) for key, value in row.items() if key not in SECRET}
        for row in unit.execute(query).mappings().all()
    ]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _files(rows: list[dict[str, Any]]) -> Iterator[StoredFile]:
    for row in rows:
        if row["sha256"] is not None:
            ending = ENDINGS.get(row["media_type"] or "", ".bin")
            name = str(PurePosixPath("files") / f"{row['id']}-{row['kind']}{ending}")
            yield StoredFile(name, row["sha256"], int(row["size"] or 0))
