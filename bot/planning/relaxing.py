"""What-if: one rule relaxed, and how many holes would be left then."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from time import perf_counter

from bot.planning.facts import JurorFact, World
from bot.planning.result import Change, PlanResult, WhatIf
from bot.planning.solve import draft

RADIUS = 1.5
TOTAL = 1.2
EACH_SECONDS = 15.0
"""After which the best found so far is told."""
ALL_SECONDS = 60.0
"""After which no further change is tried."""


def what_ifs(
    world: World, plan: PlanResult, *, seed: int, clock: Callable[[], float] = perf_counter
) -> tuple[WhatIf, ...]:
    """What every change would bring; nothing where there are no holes. A relaxed rule never makes more holes."""
    if not plan.holes:
        return ()
    found, until = [], clock() + ALL_SECONDS
    for change, relaxed in relaxations(world):
        if clock() >= until:
            break
        made = draft(relaxed, seed=seed, soft=False, seconds=EACH_SECONDS, clock=clock)
        holes = len(made.holes(relaxed))
        fewest = math.ceil(made.bound - 1e-4)
        found.append(WhatIf(change, min(holes, len(plan.holes)), is_exact=min(holes, len(plan.holes)) <= fewest))
    return tuple(found)


def relaxations(world: World) -> Iterator[tuple[Change, World]]:
    """The worlds in which one rule is relaxed, as far as the rule bounds anybody."""
    for change, of_juror in _OF_JUROR.items():
        jurors = tuple(of_juror(juror) for juror in world.jurors)
        if jurors != world.jurors:
            yield change, replace(world, jurors=jurors)
    if world.weeks:
        yield Change.ONE_WEEK_MORE, _longer(world)
    if world.limits.small_gmina_outsiders and any(place.is_small for place in world.places):
        yield Change.NO_OUTSIDERS, replace(world, limits=replace(world.limits, small_gmina_outsiders=False))


def _wider(juror: JurorFact) -> JurorFact:
    return juror if juror.radius_km is None else replace(juror, radius_km=math.floor(juror.radius_km * RADIUS))


def _busier_week(juror: JurorFact) -> JurorFact:
    return juror if juror.weekly_limit is None else replace(juror, weekly_limit=juror.weekly_limit + 1)


def _busier(juror: JurorFact) -> JurorFact:
    return juror if juror.total_limit is None else replace(juror, total_limit=math.ceil(juror.total_limit * TOTAL))


def _unlocked(juror: JurorFact) -> JurorFact:
    return replace(juror, was_at=())


_OF_JUROR: dict[Change, Callable[[JurorFact], JurorFact]] = {
    Change.RADIUS_HALF_MORE: _wider,
    Change.WEEKLY_LIMIT_ONE_MORE: _busier_week,
    Change.TOTAL_LIMIT_FIFTH_MORE: _busier,
    Change.NO_LOCKOUT: _unlocked,
}


def _longer(world: World) -> World:
    """One week more after the last, for every contact that may be made in the last."""
    last = max(range(len(world.weeks)), key=lambda index: world.weeks[index].ends_on)
    end = world.weeks[last].ends_on
    monday = world.weeks[last].monday + timedelta(days=7)
    week = replace(world.weeks[last], starts_on=end + timedelta(days=1), ends_on=end + timedelta(days=7), monday=monday)
    needs = tuple(
        replace(need, weeks=(*need.weeks, len(world.weeks))) if last in need.weeks else need for need in world.needs
    )
    return replace(world, weeks=(*world.weeks, week), needs=needs)
