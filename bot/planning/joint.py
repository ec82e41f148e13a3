"""Jurors and weeks chosen together, where the two in turn would lose something and the world is small enough."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import highspy
import numpy as np

from bot.planning.costs import HOLE, REPEAT
from bot.planning.ledger import Kind, kind_of
from bot.planning.market import Market
from bot.planning.programme import Integers, Programme, is_optimal
from bot.planning.weeks import Pair

MOST = 40_000
"""Choices of (need, juror, week) beyond which this would take too long."""


@dataclass(frozen=True, slots=True)
class Whole:
    """Pairs with their weeks, and what any plan costs at least."""

    pairs: list[Pair]
    weeks: dict[int, int]
    bound: float
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Option:
    """One of a group's needs, made by a juror (a column of the market) in a week."""

    group: int
    pair: Pair
    column: int
    week: int


@dataclass(frozen=True, slots=True)
class _Sums:
    """Which options count together, by what bounds them."""

    need: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    place: defaultdict[tuple[int, date], list[int]] = field(default_factory=lambda: defaultdict(list))
    week: defaultdict[tuple[int, date], list[int]] = field(default_factory=lambda: defaultdict(list))
    hours: defaultdict[tuple[Kind, date], list[int]] = field(default_factory=lambda: defaultdict(list))
    load: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    kind: defaultdict[tuple[Kind, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    there: defaultdict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(list))


def fits(market: Market) -> bool:
    """Whether the world is small enough."""
    able = np.isfinite(market.cost).sum(axis=1)
    sizes = (len(group.needs) * len(group.weeks) for group in market.groups)
    return sum(int(count) * size for count, size in zip(able, sizes, strict=True)) <= MOST


def choose(market: Market, *, soft: bool, seconds: float, seed: int) -> Whole | None:
    """The best plan there is; None where the time allowed brought none."""
    options = _options(market)
    hole = HOLE if soft else 1.0
    if not options:
        return Whole([], {}, hole * float(market.size.sum()), is_whole=True)
    programme = Programme()
    cost = np.array([market.cost[one.group, one.column] if soft else 0.0 for one in options])
    columns = programme.add_columns(cost, np.ones(len(options)), whole=True)
    sums = _summed(market, options)
    _cover(market, programme, columns, sums, hole=hole)
    _limit(market, programme, columns, sums)
    _weigh(market, programme, columns, sums, soft=soft)
    _keep_different(market, programme, columns, sums)
    solver = programme.solver(whole=True, seconds=seconds, seed=seed)
    solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    values = np.asarray(solver.getSolution().col_value)[: len(options)]
    taken = [options[one] for one in np.flatnonzero(np.round(values) > 0)]
    return Whole(
        [one.pair for one in taken],
        {one.pair.need.key: one.week for one in taken},
        max(0.0, info.mip_dual_bound),
        is_whole=is_optimal(solver),
    )


def _options(market: Market) -> list[_Option]:
    return [
        _Option(row, Pair(need, juror), column, week)
        for row, group in enumerate(market.groups)
        for column, juror in enumerate(market.jurors)
        if np.isfinite(market.cost[row, column])
        for week in market.ledger.free_weeks(juror, group.first)
        for need in group.needs
    ]


def _summed(market: Market, options: Iterable[_Option]) -> _Sums:
    sums = _Sums()
    for index, one in enumerate(options):
        need, monday = one.pair.need, market.world.weeks[one.week].monday
        sums.need[need.key].append(index)
        sums.place[need.participant_id, monday].append(index)
        sums.week[one.column, monday].append(index)
        sums.load[one.column].append(index)
        sums.kind[kind_of(need), one.column].append(index)
        sums.there[need.participant_id, one.column].append(index)
        if need.different_hours:
            sums.hours[kind_of(need), monday].append(index)
    return sums


def _cover(market: Market, programme: Programme, columns: Integers, sums: _Sums, *, hole: float) -> None:
    """Every need is made once, or is a hole."""
    needs = [need for group in market.groups for need in group.needs]
    holes = programme.add_columns(np.full(len(needs), hole), np.ones(len(needs)), whole=False)
    rows = programme.add_rows(np.ones(len(needs)), np.ones(len(needs)))
    programme.put(rows, holes)
    for row, need in zip(rows, needs, strict=True):
        _put(programme, int(row), columns, sums.need.get(need.key, []))


def _limit(market: Market, programme: Programme, columns: Integers, sums: _Sums) -> None:
    """What fits into participants' and jurors' weeks."""
    ledger = market.ledger
    for (place, monday), members in sums.place.items():
        room = market.world.limits.weekly_load - ledger.place_week[place, monday]
        _put(programme, _at_most(programme, room), columns, members)
    for (kind, monday), members in sums.hours.items():
        _put(programme, _at_most(programme, 1 - ledger.kind_week[kind, monday]), columns, members)
    for (column, monday), members in sums.week.items():
        juror = market.jurors[column]
        if juror.weekly_limit is not None:
            room = juror.weekly_limit - ledger.juror_week[juror.person_id, monday]
            _put(programme, _at_most(programme, room), columns, members)


def _weigh(market: Market, programme: Programme, columns: Integers, sums: _Sums, *, soft: bool) -> None:
    """Loads up to their limits, in tiers that cost more and more; repeats at one participant."""
    for column, members in sums.load.items():
        tiers = market.costs.tiers(market.jurors[column])
        row = _at_most(programme, 0.0)
        cost = np.array([cost if soft else 0.0 for _, cost in tiers])
        extra = programme.add_columns(cost, np.array([width for width, _ in tiers]), whole=False)
        programme.put(np.full(len(tiers), row), extra, -1.0)
        _put(programme, row, columns, members)
    for (place, column), members in sums.there.items():
        if soft and not market.costs.taken_at[market.jurors[column].person_id, place]:
            row = _at_most(programme, 1.0)
            extra = programme.add_columns(np.full(1, REPEAT), np.full(1, np.inf), whole=False)
            programme.put(np.full(1, row), extra, -1.0)
            _put(programme, row, columns, members)


def _keep_different(market: Market, programme: Programme, columns: Integers, sums: _Sums) -> None:
    """Of one kind of contact no more repeats than the rules allow."""
    ledger = market.ledger
    first = {group.kind: group.first for group in reversed(market.groups)}
    repeats: defaultdict[Kind, list[int]] = defaultdict(list)
    for (kind, column), members in sums.kind.items():
        if first[kind].by > 1:
            there = ledger.at_kind[kind][market.jurors[column].person_id]
            row = _at_most(programme, max(0, 1 - there))
            extra = programme.add_columns(np.zeros(1), np.full(1, np.inf), whole=False)
            programme.put(np.full(1, row), extra, -1.0)
            _put(programme, row, columns, members)
            repeats[kind].append(int(extra[0]))
    for kind, extras in repeats.items():
        used = _repeats(ledger.at_kind[kind])
        row = _at_most(programme, max(0, first[kind].least - first[kind].by - used))
        programme.put(np.full(len(extras), row), np.array(extras, dtype=np.int64))


def _repeats(there: Mapping[int, int]) -> int:
    return sum(count - 1 for count in there.values() if count > 1)


def _at_most(programme: Programme, room: float) -> int:
    return int(programme.at_most(np.array([float(room)]))[0])


def _put(programme: Programme, row: int, columns: Integers, members: list[int]) -> None:
    programme.put(np.full(len(members), row), columns[np.array(members, dtype=np.int64)])
