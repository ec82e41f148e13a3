"""Editions of the contest and the institutions that take part."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Row, Table, bindparam, delete, func, select, update

from storage import schema
from storage.insert import insert_row
from storage.rules import Rules, rules_from_json, rules_to_json
from storage.unit import UNREAD, Known, Unit

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
    rules: Rules = field(default_factory=Rules)
    rubric_version: str | None = None
    """The rubric its contacts are scored by; None: none was chosen, the newest ``lider-zaufania`` that is published."""
    rater: Mapping[str, Any] | None = None
    """How the rater is set, as JSON values; None: as proposed."""


@dataclass(frozen=True, slots=True)
class Wave:
    """A part of an edition in which contacts are made, from one day to another, both inclusive."""

    id: int
    edition_id: int
    name: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Participant:
    """An institution being assessed; what is not known is an empty text. ``number`` is the organizer's own key."""

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
    number: str = ""
    nip: str = ""
    voivodship: str = ""
    contact_name: str = ""
    """The one person through whom the participant asks about results."""
    contact_email: str = ""
    latitude: float | None = None
    longitude: float | None = None
    is_small: bool = False
    """A gmina so small that a stranger is noticed."""
    keys_from: date | None = None
    """From which day its answer keys hold."""
    coordinator_id: int | None = None
    withdrawn_at: datetime | None = None


_EDITION = tuple(schema.editions.c[one.name] for one in fields(Edition))
_PARTICIPANT = tuple(schema.participants.c[one.name] for one in fields(Participant))
_WAVE = tuple(schema.waves.c[one.name] for one in fields(Wave))
_BY_ID = select(*_EDITION).where(schema.editions.c.id.in_(bindparam("ids", expanding=True)))
EDITIONS: Known[int, Edition] = Known(schema.editions)
PARTICIPANTS: Known[int, Participant] = Known(schema.participants)

_UNKNOWN: Mapping[str, object] = {
    **dict.fromkeys(("number", "nip", "voivodship", "contact_name", "contact_email"), ""),
    **dict.fromkeys(("latitude", "longitude", "keys_from", "coordinator_id", "withdrawn_at")),
    "is_small": False,
}


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


def edition(unit: Unit, edition_id: int, *, lock: bool = False) -> Edition | None:
    """The edition of that id; ``lock`` keeps other processes' units from it until this one is committed."""
    known = unit.recall(EDITIONS, edition_id)
    if not lock and known is not UNREAD:
        return known
    query = select(*_EDITION).where(schema.editions.c.id == edition_id)
    row = unit.execute(query.with_for_update() if lock else query).one_or_none()
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
    **known: object,
) -> int:
    """Add an institution to an edition and return its id. ``known``: further fields of ``Participant``."""
    values = {"edition_id": edition_id, "name": name, "short_name": short_name, "type": type, "address": address}
    values |= {"postcode": postcode, "city": city, "hours": hours, "phone": phone, "email": email}
    return insert_row(unit, schema.participants, {**_UNKNOWN, **values, "site": site, "social": social, **known})


def update_participant(unit: Unit, participant_id: int, **values: object) -> None:
    """Give fields of ``Participant`` new values. Raises ``LookupError``."""
    _update(unit, schema.participants, participant_id, values)


def update_edition(unit: Unit, edition_id: int, **values: object) -> None:
    """Give plain fields of ``Edition`` new values (its rules by ``set_rules``). Raises ``LookupError``."""
    _update(unit, schema.editions, edition_id, values)


def set_rules(unit: Unit, edition_id: int, rules: Rules) -> None:
    """Let the edition have other rules from now on. Raises ``LookupError``."""
    _update(unit, schema.editions, edition_id, {"rules": rules_to_json(rules)})


def add_wave(unit: Unit, *, edition_id: int, name: str, starts_on: date, ends_on: date) -> int:
    """Add a wave to an edition and return its id."""
    values = {"edition_id": edition_id, "name": name, "starts_on": starts_on, "ends_on": ends_on}
    return insert_row(unit, schema.waves, values)


def update_wave(unit: Unit, wave_id: int, **values: object) -> None:
    """Give fields of ``Wave`` new values. Raises ``LookupError``."""
    _update(unit, schema.waves, wave_id, values)


def wave(unit: Unit, wave_id: int) -> Wave | None:
    """The wave of that id."""
    row = unit.execute(select(*_WAVE).where(schema.waves.c.id == wave_id)).one_or_none()
    return None if row is None else Wave(**row._asdict())


def waves(unit: Unit, edition_id: int) -> list[Wave]:
    """The waves of an edition, in the order of their days."""
    table = schema.waves
    query = select(*_WAVE).where(table.c.edition_id == edition_id).order_by(table.c.starts_on, table.c.id)
    return [Wave(**row._asdict()) for row in unit.execute(query)]


def slots_by_wave(unit: Unit, edition_id: int) -> dict[int, int]:
    """How many contacts, wanted still or not, were planned in each wave of an edition; only waves with any."""
    table = schema.slots
    query = (
        select(table.c.wave_id, func.count().label("n"))
        .where(table.c.edition_id == edition_id)
        .group_by(table.c.wave_id)
    )
    return {row.wave_id: int(row.n) for row in unit.execute(query).all() if row.wave_id is not None}


def remove_wave(unit: Unit, wave_id: int) -> None:
    """Take away a wave in which nothing was planned; the database refuses any other. Raises ``LookupError``."""
    if unit.execute(delete(schema.waves).where(schema.waves.c.id == wave_id)).rowcount != 1:
        raise LookupError(f"there is no wave {wave_id}")


def participant_types(unit: Unit, edition_id: int) -> list[str]:
    """The types of an edition's participants, those that withdrew included, by the alphabet."""
    table = schema.participants
    query = select(table.c.type).where(table.c.edition_id == edition_id).distinct().order_by(table.c.type)
    return [each for each in unit.execute(query).scalars() if each]


def count_participants(unit: Unit, edition_id: int) -> int:
    """How many institutions take part, those that withdrew not counted."""
    table = schema.participants
    query = select(func.count()).select_from(table)
    return int(unit.execute(query.where(table.c.edition_id == edition_id, table.c.withdrawn_at.is_(None))).scalar_one())


def participant(unit: Unit, participant_id: int) -> Participant | None:
    """The institution of that id."""
    known = unit.recall(PARTICIPANTS, participant_id)
    if known is not UNREAD:
        return known
    row = unit.execute(select(*_PARTICIPANT).where(schema.participants.c.id == participant_id)).one_or_none()
    return None if row is None else _participant(row)


def participants(unit: Unit, edition_id: int) -> list[Participant]:
    """The institutions of an edition, in the order they were added."""
    table = schema.participants
    query = select(*_PARTICIPANT).where(table.c.edition_id == edition_id).order_by(table.c.id)
    return [_participant(row) for row in unit.execute(query)]


def look_ahead(unit: Unit, edition_ids: Collection[int]) -> None:
    """Read these editions together."""
    unread = [edition_id for edition_id in edition_ids if unit.recall(EDITIONS, edition_id) is UNREAD]
    if not unread:
        return
    for row in unit.execute(_BY_ID, {"ids": unread}).all():
        unit.remember(EDITIONS, row.id, _edition(row))


def participant_columns() -> tuple[Column[Any], ...]:
    """What ``participant_of`` takes, for queries that join the table."""
    return _PARTICIPANT


def participant_of(values: Sequence[Any]) -> Participant:
    """An institution from its columns' values."""
    return Participant(*values)


def _update(unit: Unit, table: Table, key: int, values: Mapping[str, object]) -> None:
    if unit.execute(update(table).where(table.c.id == key).values(dict(values))).rowcount != 1:
        raise LookupError(f"there is no {table.name} {key}")


def _edition(row: Row[Any]) -> Edition:
    return Edition(**{**row._asdict(), "rules": rules_from_json(row.rules)})


def _participant(row: Row[Any]) -> Participant:
    return Participant(**row._asdict())


def participants_after(unit: Unit, edition_id: int, participant_id: int) -> list[Participant]:
    """The institutions of an edition that were added after that one."""
    table = schema.participants
    query = select(*_PARTICIPANT).where(table.c.edition_id == edition_id, table.c.id > participant_id)
    return [_participant(row) for row in unit.execute(query.order_by(table.c.id))]
