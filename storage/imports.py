"""Imports: files that were sent, what was understood of them, and how far each is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, func, select, update

from storage import schema
from storage.insert import insert_row
from storage.unit import Unit

table = schema.imports


class ImportState(StrEnum):
    """How far an import is."""

    SENT = "sent"
    """To be fetched and read."""
    UNCLEAR = "unclear"
    """It waits to be told what the table lists."""
    READ = "read"
    """It waits for a yes or no."""
    WRITING = "writing"
    WRITTEN = "written"
    REFUSED = "refused"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A file somebody sent. ``ref`` tells where the channel keeps it and which chat hears of it."""

    id: int
    edition_id: int
    person_id: int
    state: ImportState
    kind: str | None
    channel: str
    ref: Mapping[str, Any]
    file_name: str
    sha256: str | None
    found: Mapping[str, Any] | None
    """What was understood, as JSON values."""
    problem: str | None
    created_at: datetime
    settled_at: datetime | None


_ROW = tuple(table.c[field.name] for field in fields(ImportRow))


def add(
    unit: Unit,
    *,
    edition_id: int,
    person_id: int,
    channel: str,
    ref: Mapping[str, Any],
    file_name: str,
    now: datetime,
) -> int:
    """Keep a file that is to be read; returns the import's id."""
    values = {"edition_id": edition_id, "person_id": person_id, "channel": channel, "ref": dict(ref)}
    return insert_row(
        unit, table, {**values, "state": ImportState.SENT.value, "file_name": file_name, "created_at": now}
    )


def load(unit: Unit, import_id: int, *, lock: bool = False) -> ImportRow | None:
    """The import of that id; ``lock`` keeps other units from it until this one is committed."""
    query = select(*_ROW).where(table.c.id == import_id)
    row = unit.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _import(row)


def change(unit: Unit, import_id: int, *, state: ImportState, **values: object) -> None:
    """Take an import to a state; ``values``: kind, sha256, found, problem, settled_at. Raises ``LookupError``."""
    given = {**values, "state": state.value}
    if unit.execute(update(table).where(table.c.id == import_id).values(given)).rowcount != 1:
        raise LookupError(f"there is no import {import_id}")


def recent(unit: Unit, *, person_id: int, limit: int) -> list[ImportRow]:
    """The last files of a person, the newest first."""
    query = select(*_ROW).where(table.c.person_id == person_id).order_by(table.c.id.desc()).limit(limit)
    return [_import(row) for row in unit.execute(query)]


def newest_ids(unit: Unit, edition_id: int) -> tuple[int, int]:
    """Ids of the participant and the person added last to an edition (0: none); other imports into it wait until this
    unit is committed, since two might add the same institution.
    """
    unit.execute(select(schema.editions.c.id).where(schema.editions.c.id == edition_id).with_for_update())
    found = [
        unit.execute(select(func.max(one.c.id)).where(one.c.edition_id == edition_id)).scalar()
        for one in (schema.participants, schema.people)
    ]
    return found[0] or 0, found[1] or 0


def _import(row: Row[Any]) -> ImportRow:
    return ImportRow(**{**row._asdict(), "state": ImportState(row.state)})
