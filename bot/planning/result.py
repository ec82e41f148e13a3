"""What planning gives: who is chosen for which contact, the holes with their reasons, what-ifs; to and from JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from scenarios.model import Mode


class Reason(StrEnum):
    """Why a juror cannot make a contact; a rejected one has exactly one, the first in this order."""

    LEFT = "left"
    NO_PROFILE = "no_profile"
    OTHER_COORDINATOR = "other_coordinator"
    CONFLICT = "conflict"
    LOCKED_OUT = "locked_out"
    MODE_NOT_OFFERED = "mode_not_offered"
    NOT_CERTIFIED = "not_certified"
    ALREADY_ASKED = "already_asked"
    NO_PLACE = "no_place"
    """The juror's or the participant's place is not known, and a distance matters."""
    NEEDS_OUTSIDER = "needs_outsider"
    TOO_FAR = "too_far"
    ALREADY_THERE = "already_there"
    """Makes another contact of this mode there, and different jurors are needed."""
    TOTAL_LIMIT = "total_limit"
    NO_DAYS = "no_days"
    """None of the juror's days lies in the window."""
    WEEK_LIMIT = "week_limit"
    NO_WEEK = "no_week"
    """The participant has no week left that could take the contact."""


SOFT = frozenset(
    {Reason.NO_PROFILE, Reason.TOO_FAR, Reason.TOTAL_LIMIT, Reason.WEEK_LIMIT, Reason.NO_DAYS, Reason.NO_WEEK}
)
"""Reasons a coordinator may overrule by hand; the others protect the contest."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A juror for a needed contact, and the week it is made in. ``slot`` is the key of its ``Need``."""

    slot: int
    participant_id: int
    mode: Mode
    scenario: str
    number: int
    person_id: int
    reserve_id: int | None
    km: float | None
    """From the juror's home to the place, as the crow flies; None where it does not matter or is not known."""
    opens_on: date
    due_on: date
    wave_id: int | None = None
    slot_id: int | None = None
    """The slot in the database, where there was one before the plan."""
    is_kept: bool = False
    """The same juror as in the plan before."""


@dataclass(frozen=True, slots=True)
class NearestMiss:
    """A juror with a single reason against: what would have to give way."""

    person_id: int
    reason: Reason
    km_over: float | None = None
    """How far beyond the juror's radius the place lies."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A needed contact without a juror. ``slot`` is the key of its ``Need``."""

    slot: int
    participant_id: int
    mode: Mode
    scenario: str
    number: int
    opens_on: date
    due_on: date
    reasons: Mapping[Reason, int]
    """How many jurors were rejected for which reason; together they are all of them."""
    nearest: tuple[NearestMiss, ...] = ()
    wave_id: int | None = None
    slot_id: int | None = None


class Change(StrEnum):
    """One rule relaxed, to see what it would bring."""

    RADIUS_HALF_MORE = "radius_half_more"
    WEEKLY_LIMIT_ONE_MORE = "weekly_limit_one_more"
    TOTAL_LIMIT_FIFTH_MORE = "total_limit_fifth_more"
    NO_LOCKOUT = "no_lockout"
    ONE_WEEK_MORE = "one_week_more"
    NO_OUTSIDERS = "no_outsiders"
    """Small gminas are visited by neighbours, too."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """So many holes would be left. ``is_exact``: no fewer are possible; otherwise fewer may be."""

    change: Change
    holes: int
    is_exact: bool = True


class Engine(StrEnum):
    """What made the plan: the programme proven to the gap, or the plain rule where that gave nothing in time."""

    HIGHS = "highs"
    GREEDY = "greedy"


@dataclass(frozen=True, slots=True)
class PlanResult:
    """A whole plan. ``objective`` is what its choices and holes cost, ``bound`` what every plan costs at least."""

    choices: tuple[Choice, ...]
    holes: tuple[Hole, ...]
    what_if: tuple[WhatIf, ...]
    objective: float
    bound: float
    gap: float
    """(objective - bound) / (objective without the cost of holes), at most 1; 0: proven to be the best."""
    seconds: float
    km: float
    """One way, of all contacts to which somebody travels."""
    load: Mapping[int, int]
    """Contacts by person: those of the plan and those that stay as they are; jurors with none included."""
    engine: Engine = Engine.HIGHS
    solver: str = ""
    """Name and version of what solved it."""

    @property
    def needed(self) -> int:
        """How many contacts had to be planned."""
        return len(self.choices) + len(self.holes)


def plan_to_json(plan: PlanResult) -> dict[str, Any]:
    """JSON values that stand for the plan."""
    return {
        **{name: getattr(plan, name) for name in _PLAIN},
        "engine": plan.engine.value,
        "load": {str(person): count for person, count in plan.load.items()},
        "choices": [_dated(asdict(one)) for one in plan.choices],
        "holes": [hole_to_json(one) for one in plan.holes],
        "what_if": [{**asdict(one), "change": one.change.value} for one in plan.what_if],
    }


def plan_from_json(data: Mapping[str, Any]) -> PlanResult:
    """What ``plan_to_json`` was given."""
    return PlanResult(
        **{name: data[name] for name in _PLAIN},
        engine=Engine(data["engine"]),
        load={int(person): count for person, count in data["load"].items()},
        choices=tuple(Choice(**_undated(one)) for one in data["choices"]),
        holes=tuple(hole_from_json(one) for one in data["holes"]),
        what_if=tuple(WhatIf(**{**one, "change": Change(one["change"])}) for one in data["what_if"]),
    )


def hole_to_json(hole: Hole) -> dict[str, Any]:
    """JSON values that stand for a hole; they are kept with its slot, too."""
    return {
        **_dated({name: getattr(hole, name) for name in _HOLE}),
        "reasons": {reason.value: count for reason, count in hole.reasons.items()},
        "nearest": [{**asdict(one), "reason": one.reason.value} for one in hole.nearest],
    }


def hole_from_json(data: Mapping[str, Any]) -> Hole:
    """What ``hole_to_json`` was given."""
    return Hole(
        **_undated({name: data[name] for name in _HOLE}),
        reasons={Reason(reason): count for reason, count in data["reasons"].items()},
        nearest=tuple(NearestMiss(**{**one, "reason": Reason(one["reason"])}) for one in data["nearest"]),
    )


_PLAIN = ("objective", "bound", "gap", "seconds", "km", "solver")
_HOLE = (
    *("slot", "participant_id", "mode", "scenario", "number"),
    *("opens_on", "due_on", "wave_id", "slot_id"),
)


def _dated(values: dict[str, Any]) -> dict[str, Any]:
    days = {name: values[name].isoformat() for name in ("opens_on", "due_on")}
    return {**values, **days, "mode": values["mode"].value}


def _undated(values: Mapping[str, Any]) -> dict[str, Any]:
    days = {name: date.fromisoformat(values[name]) for name in ("opens_on", "due_on")}
    return {**values, **days, "mode": Mode(values["mode"])}
