"""What a plan is computed from: jurors, places, weeks, needed contacts and those already taken; to and from JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from scenarios.model import Mode
from storage.profiles import WEEK

WORKDAYS = (0, 1, 2, 3, 4)
"""Days of the week on which an institution is open where nothing else is known."""


@dataclass(frozen=True, slots=True)
class JurorFact:
    """A juror as the plan sees one: skills, home, limits, and where they must not go."""

    person_id: int
    modes: tuple[Mode, ...] = tuple(Mode)
    latitude: float | None = None
    longitude: float | None = None
    radius_km: int | None = None
    """None: any way is not too far."""
    weekly_limit: int | None = None
    total_limit: int | None = None
    days: tuple[int, ...] = WEEK
    certified: tuple[str, ...] = ()
    """Empty: certificates are not asked of this juror."""
    languages: tuple[str, ...] = ("pl",)
    coordinator_id: int | None = None
    conflicts: tuple[int, ...] = ()
    """Participants with whom the juror has a conflict of interest."""
    was_at: tuple[int, ...] = ()
    """Participants the juror contacted in the editions that the lock-out looks back on."""
    has_profile: bool = True
    has_left: bool = False


@dataclass(frozen=True, slots=True)
class PlaceFact:
    """A participant as the plan sees one."""

    participant_id: int
    type: str = ""
    latitude: float | None = None
    longitude: float | None = None
    voivodship: str = ""
    is_small: bool = False
    coordinator_id: int | None = None
    open_days: tuple[int, ...] = WORKDAYS
    keys_from: date | None = None
    """Nothing is asked of it before this day."""


@dataclass(frozen=True, slots=True)
class Week:
    """The days of one calendar week, from ``monday`` on, that lie in one wave: a window for contacts."""

    starts_on: date
    ends_on: date
    monday: date
    wave_id: int | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """One contact that somebody is to be found for; ``key`` is its place in the list."""

    key: int
    participant_id: int
    mode: Mode
    scenario: str
    number: int
    weeks: tuple[int, ...]
    """In which of the world's weeks it may be made."""
    least: int = 1
    by: int = 1
    """Of ``least`` contacts in this mode at this place, so many are made by different jurors."""
    different_hours: bool = False
    """No two of this mode and place in one week."""
    slot_id: int | None = None
    was_id: int | None = None
    """Whom the plan before had chosen."""
    asked: tuple[int, ...] = ()
    """Who was asked for it already, in vain."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A contact that stays as it is: done, accepted, offered or fixed by hand. It fills limits and weeks."""

    participant_id: int
    mode: Mode
    scenario: str
    person_id: int
    monday: date | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """The edition's rules that bound a plan."""

    weekly_load: int = 3
    """Contacts at one participant in a calendar week."""
    small_gmina_outsiders: bool = True
    outsider_km: float = 15.0


@dataclass(frozen=True, slots=True)
class World:
    """Everything a plan is computed from. Two equal worlds and one seed give one plan."""

    today: date
    jurors: tuple[JurorFact, ...]
    places: tuple[PlaceFact, ...]
    weeks: tuple[Week, ...]
    needs: tuple[Need, ...]
    taken: tuple[Taken, ...] = ()
    limits: Limits = field(default_factory=Limits)
    free_days: tuple[date, ...] = ()
    """Public holidays: no institution is open."""
    unwanted: tuple[int, ...] = ()
    """Slots that nothing asks for any more; applying the plan closes them."""


def world_to_json(world: World) -> dict[str, Any]:
    """JSON values that stand for the world."""
    return {name: _plain(value) for name, value in asdict(world).items()}


def world_from_json(data: Mapping[str, Any]) -> World:
    """What ``world_to_json`` was given."""
    return World(
        today=date.fromisoformat(data["today"]),
        jurors=tuple(
            JurorFact(**{**_tuples(one), "modes": tuple(Mode(mode) for mode in one["modes"])}) for one in data["jurors"]
        ),
        places=tuple(PlaceFact(**{**_tuples(one), "keys_from": _day(one["keys_from"])}) for one in data["places"]),
        weeks=tuple(
            Week(
                starts_on=date.fromisoformat(one["starts_on"]),
                ends_on=date.fromisoformat(one["ends_on"]),
                monday=date.fromisoformat(one["monday"]),
                wave_id=one["wave_id"],
            )
            for one in data["weeks"]
        ),
        needs=tuple(Need(**{**_tuples(one), "mode": Mode(one["mode"])}) for one in data["needs"]),
        taken=tuple(
            Taken(**{**one, "mode": Mode(one["mode"]), "monday": _day(one["monday"])}) for one in data["taken"]
        ),
        limits=Limits(**data["limits"]),
        free_days=tuple(date.fromisoformat(day) for day in data["free_days"]),
        unwanted=tuple(data["unwanted"]),
    )


def digest(inputs: Mapping[str, Any]) -> str:
    """The SHA-256 of JSON values, whatever the order of their keys."""
    text = json.dumps(inputs, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    match value:
        case date():
            return value.isoformat()
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case Mode():
            return value.value
        case _:
            return value


def _tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
