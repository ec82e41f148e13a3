"""Evidence: files kept for answers, from the moment they are expected until their bytes were stored and read back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from storage import schema
from storage.insert import insert_row
from storage.unit import UNREAD, Known, Unit


class Status(StrEnum):
    """How far a file is."""

    EXPECTED = "expected"
    RECEIVED = "received"
    """Its bytes have come and are being stored: their names are here before they are there, so nothing deletes them."""
    VERIFIED = "verified"
    """Its bytes were read back and looked at."""
    REFUSED = "refused"


WAITING = (Status.EXPECTED, Status.RECEIVED)


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One file. ``path`` is its answer's place (``None``: on the tray), ``ref`` what the channel calls it.

    ``size`` in bytes; ``copy_…`` is the copy others see, without metadata; position in degrees, as the picture told.
    """

    id: int
    contact_id: int | None
    person_id: int
    path: str | None
    kind: str
    channel: str
    ref: Mapping[str, Any]
    album: str | None
    status: Status
    sha256: str | None
    size: int | None
    media_type: str | None
    copy_sha256: str | None
    copy_media_type: str | None
    captured_at: datetime | None
    latitude: float | None
    longitude: float | None
    device: str | None
    problem: str | None
    note: str | None
    created_at: datetime
    verified_at: datetime | None
    look: int | None = None
    """What a picture looks like, in 64 bits."""
    erased_at: datetime | None = None
    """When its bytes, and what they told, were erased; that there was a file stays."""


table = schema.evidence
_EVIDENCE = tuple(table.c[field.name] for field in fields(EvidenceRow))
_OF_CONTACTS = select(*_EVIDENCE).where(table.c.contact_id.in_(bindparam("ids", expanding=True))).order_by(table.c.id)
FILES: Known[int, tuple[EvidenceRow, ...]] = Known(table)
"""Those of a contact."""


def expect(
    unit: Unit,
    *,
    contact_id: int | None,
    person_id: int,
    path: str | None,
    kind: str,
    channel: str,
    ref: Mapping[str, Any],
    album: str | None = None,
    note: str | None = None,
    now: datetime,
) -> int:
    """A file was announced and is to be fetched; returns its id."""
    whose = {"contact_id": contact_id, "person_id": person_id, "path": path, "album": album, "note": note}
    what = {"kind": kind, "channel": channel, "ref": dict(ref), "status": Status.EXPECTED.value, "created_at": now}
    return insert_row(unit, table, {**whose, **what})


def write_down(
    unit: Unit, *, contact_id: int, person_id: int, kind: str, channel: str, note: str, now: datetime
) -> int:
    """Keep words that stand for themselves: verified at once, since there is nothing to fetch; returns their id."""
    whose = {"contact_id": contact_id, "person_id": person_id, "path": None, "album": None, "note": note}
    what = {"kind": kind, "channel": channel, "ref": {}, "created_at": now}
    return insert_row(unit, table, {**whose, **what, "status": Status.VERIFIED.value, "verified_at": now})


def row(unit: Unit, evidence_id: int) -> EvidenceRow | None:
    """The file of that id."""
    found = unit.execute(select(*_EVIDENCE).where(table.c.id == evidence_id)).one_or_none()
    return None if found is None else _row(found)


def of_contact(unit: Unit, contact_id: int) -> list[EvidenceRow]:
    """A contact's files in the order they came, those on the tray included."""
    known = unit.recall(FILES, contact_id)
    if known is not UNREAD:
        return list(known)
    query = select(*_EVIDENCE).where(table.c.contact_id == contact_id).order_by(table.c.id)
    return [_row(found) for found in unit.execute(query)]


def look_ahead(unit: Unit, contact_ids: Collection[int]) -> None:
    """Read the files of these contacts together."""
    found: dict[int, list[EvidenceRow]] = {each: [] for each in contact_ids if unit.recall(FILES, each) is UNREAD}
    if not found:
        return
    for row in unit.execute(_OF_CONTACTS, {"ids": list(found)}).all():
        found[row.contact_id].append(_row(row))
    for contact_id, rows in found.items():
        unit.remember(FILES, contact_id, tuple(rows))


def attach(unit: Unit, evidence_id: int, path: str | None, *, contact_id: int | None = None) -> None:
    """The file belongs to that answer now (``None``: back to the tray), and to ``contact_id`` where it is given."""
    whose = {} if contact_id is None else {"contact_id": contact_id}
    unit.execute(update(table).where(table.c.id == evidence_id).values(path=path, **whose))


def received(unit: Unit, evidence_id: int, *, sha256: str, copy_sha256: str | None, size: int) -> None:
    """Its bytes are about to be stored under these names. Nothing happens to a file that is settled."""
    values = {"status": Status.RECEIVED.value, "sha256": sha256, "copy_sha256": copy_sha256, "size": size}
    waits = table.c.status.in_([status.value for status in WAITING])
    unit.execute(update(table).where(table.c.id == evidence_id, waits).values(**values, problem=None))


def verified(
    unit: Unit,
    evidence_id: int,
    *,
    sha256: str,
    size: int,
    media_type: str,
    copy_sha256: str | None = None,
    copy_media_type: str | None = None,
    captured_at: datetime | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    device: str | None = None,
    look: int | None = None,
    now: datetime,
) -> None:
    """Its bytes were read back, and what they told is kept beside them."""
    stored = {"sha256": sha256, "size": size, "media_type": media_type}
    copied = {"copy_sha256": copy_sha256, "copy_media_type": copy_media_type}
    told = {"captured_at": captured_at, "latitude": latitude, "longitude": longitude, "device": device, "look": look}
    settled = {"status": Status.VERIFIED.value, "verified_at": now, "problem": None}
    unit.execute(update(table).where(table.c.id == evidence_id).values(**stored, **copied, **told, **settled))


def refused(unit: Unit, evidence_id: int, *, problem: str, now: datetime) -> None:
    """The file cannot be kept; ``problem`` is the reason's code. ``verified_at`` is when that was found."""
    values = {"status": Status.REFUSED.value, "problem": problem, "verified_at": now}
    values |= {"sha256": None, "copy_sha256": None}
    unit.execute(update(table).where(table.c.id == evidence_id).values(**values))


def waiting(unit: Unit, contact_id: int) -> int:
    """How many of the contact's files are still on their way."""
    query = select(func.count()).select_from(table)
    mine = table.c.contact_id == contact_id
    return int(unit.execute(query.where(mine, table.c.status.in_([status.value for status in WAITING]))).scalar_one())


def _row(found: Row[Any]) -> EvidenceRow:
    return EvidenceRow(**{**found._asdict(), "status": Status(found.status)})
