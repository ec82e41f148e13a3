"""Who may make which contact, and the first reason why not. Nothing here knows how full anybody's weeks are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from math import asin, cos, radians, sin, sqrt

from bot.planning.facts import JurorFact, Limits, Need, PlaceFact, Week, World
from bot.planning.result import Reason
from scenarios.model import Mode

EARTH_KM = 6371.0
TRAVELLED = (Mode.VISIT,)
"""Modes for which somebody goes there."""
OPEN_ONLY = (Mode.VISIT, Mode.PHONE)
"""Modes that need the institution to be open."""


def reason_against(juror: JurorFact, place: PlaceFact, need: Need, world: World) -> Reason | None:
    """Why the juror cannot make the contact, whatever else is planned; None: nothing speaks against it."""
    return next(reasons_against(juror, place, need, world), None)


def reasons_against(juror: JurorFact, place: PlaceFact, need: Need, world: World) -> Iterator[Reason]:
    """All reasons why not, in their order; of several in one layer (place, skill, way, days) the first."""
    found = (
        at_place(juror, place),
        of_skill(juror, need.mode, need.scenario),
        Reason.ALREADY_ASKED if juror.person_id in need.asked else None,
        of_way(juror, place, need.mode, world.limits),
        None if any(can_in(juror, place, need.mode, world.weeks[week], world) for week in need.weeks) else _idle(need),
    )
    return (reason for reason in found if reason is not None)


def at_place(juror: JurorFact, place: PlaceFact) -> Reason | None:
    """Why the juror has nothing to do with the participant."""
    if juror.has_left:
        return Reason.LEFT
    if not juror.has_profile:
        return Reason.NO_PROFILE
    if None not in {juror.coordinator_id, place.coordinator_id} and juror.coordinator_id != place.coordinator_id:
        return Reason.OTHER_COORDINATOR
    if place.participant_id in juror.conflicts:
        return Reason.CONFLICT
    if place.participant_id in juror.was_at:
        return Reason.LOCKED_OUT
    return None


def of_skill(juror: JurorFact, mode: Mode, scenario: str) -> Reason | None:
    """Why the juror does not make such contacts at all."""
    if mode not in juror.modes:
        return Reason.MODE_NOT_OFFERED
    if juror.certified and scenario not in juror.certified:
        return Reason.NOT_CERTIFIED
    return None


def of_way(juror: JurorFact, place: PlaceFact, mode: Mode, limits: Limits) -> Reason | None:
    """Why the juror does not go there: too far, or too near in a place where strangers are noticed."""
    if mode not in TRAVELLED:
        return None
    outsider_wanted = limits.small_gmina_outsiders and place.is_small
    km = km_between(juror, place)
    if km is None:
        return Reason.NO_PLACE if outsider_wanted or juror.radius_km is not None else None
    if outsider_wanted and km < limits.outsider_km:
        return Reason.NEEDS_OUTSIDER
    if juror.radius_km is not None and km > juror.radius_km:
        return Reason.TOO_FAR
    return None


def can_in(juror: JurorFact, place: PlaceFact, mode: Mode, week: Week, world: World) -> bool:
    """Whether one of the juror's days lies in the week, with the institution open where that matters."""
    first = week.starts_on if place.keys_from is None else max(week.starts_on, place.keys_from)
    for offset in range((week.ends_on - first).days + 1):
        day = first + timedelta(days=offset)
        if day.weekday() not in juror.days:
            continue
        if mode not in OPEN_ONLY or (day.weekday() in place.open_days and day not in world.free_days):
            return True
    return False


def km_between(juror: JurorFact, place: PlaceFact) -> float | None:
    """Kilometres from the juror's home to the participant, as the crow flies (haversine); None if one is not known."""
    if juror.latitude is None or juror.longitude is None or place.latitude is None or place.longitude is None:
        return None
    one, other = radians(juror.latitude), radians(place.latitude)
    across, along = other - one, radians(place.longitude - juror.longitude)
    root = sqrt(sin(across / 2) ** 2 + cos(one) * cos(other) * sin(along / 2) ** 2)
    return 2 * EARTH_KM * asin(min(1.0, root))


def _idle(need: Need) -> Reason:
    return Reason.NO_DAYS if need.weeks else Reason.NO_WEEK
