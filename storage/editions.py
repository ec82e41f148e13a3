"""Editions of the contest and the institutions that take part."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from storage import schema
from storage.insert import insert_row
from storage.unit import Unit

CORRECTION_HOURS = 24
"""How long a submitted report may be corrected unless the edition says otherwise."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One year's contest; its clocks run in ``time_zone`` (IANA name)."""

    id: int
    name: str
    starts_on: date
    ends_on: date
    time_zone: str
    correction_hours: int = CORRECTION_HOURS


@dataclass(frozen=True, slots=True)
class Participant:
    """An institution being assessed; what is not known is an empty text."""

    id: int
    edition_id: int
    name: str
    short_name: str
    type: str
    address: str
    postcode: str
    city: str
    hours: str
    phone: str
    email: str
    site: str
    social: str


_EDITION = tuple(schema.editions.c[field.name] for field in fields(Edition))
_PARTICIPANT = tuple(schema.participants.c[field.name] for field in fields(Participant))


def add_edition(
    unit: Unit,
    *,
    name: str,
    starts_on: date,
    ends_on: date,
    time_zone: str,
    correction_hours: int = CORRECTION_HOURS,
) -> int:
    """Add an edition and return its id."""
    values = {"name": name, "starts_on": starts_on, "ends_on": ends_on, "time_zone": time_zone}
    return insert_row(unit, schema.editions, {**values, "correction_hours": correction_hours})


def edition(unit: Unit, edition_id: int) -> Edition | None:
    """The edition of that id."""
    row = unit.execute(select(*_EDITION).where(schema.editions.c.id == edition_id)).one_or_none()
    return None if row is None else _edition(row)


def editions(unit: Unit) -> list[Edition]:
    """All editions, the one that began last first."""
    query = select(*_EDITION).order_by(schema.editions.c.starts_on.desc(), schema.editions.c.id.desc())
    return [_edition(row) for row in unit.execute(query)]


def add_participant(
    unit: Unit,
    *,
    edition_id: int,
    name: str,
    short_name: str,
    type: str,  # noqa: A002 - the participant's own word
    address: str = "",
    postcode: str = "",
    city: str = "",
    hours: str = "",
    phone: str = "",
    email: str = "",
    site: str = "",
    social: str = "",
) -> int:
    """Add an institution to an edition and return its id."""
    values = {"edition_id": edition_id, "name": name, "short_name": short_name, "type": type, "address": address}
    values |= {"postcode": postcode, "city": city, "hours": hours, "phone": phone, "email": email}
    return insert_row(unit, schema.participants, {**values, "site": site, "social": social})


def participant(unit: Unit, participant_id: int) -> Participant | None:
    """The institution of that id."""
    row = unit.execute(select(*_PARTICIPANT).where(schema.participants.c.id == participant_id)).one_or_none()
    return None if row is None else _participant(row)


def participants(unit: Unit, edition_id: int) -> list[Participant]:
    """The institutions of an edition, in the order they were added."""
    table = schema.participants
    query = select(*_PARTICIPANT).where(table.c.edition_id == edition_id).order_by(table.c.id)
    return [_participant(row) for row in unit.execute(query)]


def _edition(row: Row[Any]) -> Edition:
    return Edition(**row._asdict())


def _participant(row: Row[Any]) -> Participant:
    return Participant(**row._asdict())
