"""What jurors can do and where they live, and with which participants they have a conflict of interest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select

from scenarios.model import Mode
from storage import schema
from storage.insert import insert_or_ignore, insert_or_replace
from storage.unit import Unit

WEEK = (0, 1, 2, 3, 4, 5, 6)
"""Days of the week, 0 is Monday."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A juror's skills and limits; ``None`` means no limit, an empty ``certified`` that no scenario is certified yet.

    Whoever has no profile can be asked for everything, by hand; the plan asks only those who have one.
    """

    person_id: int
    modes: tuple[Mode, ...] = tuple(Mode)
    postcode: str = ""
    latitude: float | None = None
    longitude: float | None = None
    radius_km: int | None = None
    languages: tuple[str, ...] = ("pl",)
    weekly_limit: int | None = None
    total_limit: int | None = None
    days: tuple[int, ...] = WEEK
    certified: tuple[str, ...] = ()
    """Names of scenarios the juror is certified for; empty: certificates are not asked of this juror."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A juror who must not contact a participant, and why."""

    person_id: int
    participant_id: int
    reason: str
    declared_at: datetime


table = schema.juror_profiles
_PROFILE = tuple(table.c[field.name] for field in fields(Profile))
_CONFLICT = tuple(schema.conflicts.c[field.name] for field in fields(Conflict))


def save(unit: Unit, profile: Profile) -> None:
    """Keep a juror's profile in the place of the one before."""
    values = asdict(profile) | {"modes": [mode.value for mode in profile.modes]}
    values |= {name: list(values[name]) for name in ("languages", "days", "certified")}
    replaces = tuple(name for name in values if name != "person_id")
    insert_or_replace(unit, table, values, key="person_id", replaces=replaces)


def change(unit: Unit, person_id: int, **values: object) -> None:
    """Give fields of a juror's profile new values; whoever has none gets one, its other fields at their defaults."""
    save(unit, replace(profile(unit, person_id) or Profile(person_id), **values))  # type: ignore[arg-type]


def profile(unit: Unit, person_id: int) -> Profile | None:
    """The juror's profile."""
    row = unit.execute(select(*_PROFILE).where(table.c.person_id == person_id)).one_or_none()
    return None if row is None else _profile(row)


def profiles(unit: Unit, edition_id: int) -> dict[int, Profile]:
    """The profiles of an edition's jurors, by person."""
    query = (
        select(*_PROFILE)
        .join(schema.people, schema.people.c.id == table.c.person_id)
        .where(schema.people.c.edition_id == edition_id)
    )
    return {row.person_id: _profile(row) for row in unit.execute(query)}


def declare(unit: Unit, person_id: int, participant_id: int, *, reason: str, now: datetime) -> bool:
    """Note a conflict of interest; ``False`` if it was known."""
    values = {"person_id": person_id, "participant_id": participant_id, "reason": reason, "declared_at": now}
    return insert_or_ignore(unit, schema.conflicts, values)


def withdraw(unit: Unit, person_id: int, participant_id: int) -> bool:
    """Forget a conflict of interest; ``False`` if there was none."""
    both = schema.conflicts.c
    found = unit.execute(
        delete(schema.conflicts).where(both.person_id == person_id, both.participant_id == participant_id)
    )
    return found.rowcount == 1


def conflicts(unit: Unit, edition_id: int) -> list[Conflict]:
    """All conflicts of an edition's jurors."""
    query = (
        select(*_CONFLICT)
        .join(schema.people, schema.people.c.id == schema.conflicts.c.person_id)
        .where(schema.people.c.edition_id == edition_id)
        .order_by(schema.conflicts.c.id)
    )
    return [Conflict(**row._asdict()) for row in unit.execute(query)]


def conflicts_of(unit: Unit, person_ids: Iterable[int]) -> list[Conflict]:
    """The conflicts of some people."""
    query = select(*_CONFLICT).where(schema.conflicts.c.person_id.in_(list(person_ids))).order_by(schema.conflicts.c.id)
    return [Conflict(**row._asdict()) for row in unit.execute(query)]


def _profile(row: Row[Any]) -> Profile:
    values = row._asdict()
    lists = {name: tuple(values[name]) for name in ("languages", "days", "certified")}
    return Profile(**{**values, **lists, "modes": tuple(Mode(mode) for mode in values["modes"])})
