"""The choice of jurors as a linear programme: who makes which contact at the least cost, with a proven bound.

Weeks are left out but for what they let through together, so the programme's bound holds for every whole plan.
Only the pairs that are worth it are in the programme; the prices (duals) of the others prove that nothing is missed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt

from bot.planning.costs import HOLE, REPEAT
from bot.planning.ledger import Kind
from bot.planning.market import Market, Mask, Numbers

FIRST_PAIRS = 12
"""Cheapest jurors of a group that the programme begins with."""
MORE_PAIRS = 4
"""Jurors added to a group in one round, where their price says that they are worth it."""
ROUNDS = 12
WHOLE = 20_000
"""A market with no more pairs than this goes into the programme whole."""
SMALL = 1e-6
GAP = 1e-4
"""The relative gap at which the search for a better plan ends."""
WINDOWS = 16
"""Distinct windows whose weekly limits bound the programme."""

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who makes how many contacts of which group: (group, juror, contacts), and what any choice costs at least."""

    pairs: tuple[tuple[int, int, int], ...]
    bound: float
    is_whole: bool
    """Found within the time allowed."""


class Programme:
    """Rows and columns, gathered piece by piece."""

    def __init__(self) -> None:
        self.cost: list[Numbers] = []
        self.lower: list[Numbers] = []
        self.upper: list[Numbers] = []
        self.whole: list[Mask] = []
        self.row_lower: list[Numbers] = []
        self.row_upper: list[Numbers] = []
        self.entries: list[tuple[Integers, Integers, Numbers]] = []
        self.columns = 0
        self.rows = 0

    def add_columns(self, cost: Numbers, upper: Numbers, *, whole: bool) -> Integers:
        """New columns from 0 up to ``upper``; returns their numbers."""
        count = len(cost)
        self.cost.append(cost)
        self.lower.append(np.zeros(count))
        self.upper.append(upper)
        self.whole.append(np.full(count, whole))
        self.columns += count
        return np.arange(self.columns - count, self.columns)

    def add_rows(self, lower: Numbers, upper: Numbers) -> Integers:
        """New rows between bounds; returns their numbers."""
        count = len(lower)
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        self.rows += count
        return np.arange(self.rows - count, self.rows)

    def at_most(self, upper: Numbers) -> Integers:
        """New rows bounded above."""
        return self.add_rows(np.full(len(upper), -np.inf), upper)

    def put(self, rows: Integers, columns: Integers, value: float = 1.0) -> None:
        """So much of the columns in the rows, one by one."""
        self.entries.append((rows, columns, np.full(len(rows), value)))

    def solver(self, *, whole: bool, seconds: float, seed: int) -> highspy.Highs:
        """A solver that holds all this; ``whole``: with whole numbers where they are wanted."""
        rows, columns, values = (np.concatenate(parts) for parts in zip(*self.entries, strict=True))
        order = np.lexsort((rows, columns))
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.columns, self.rows
        lp.col_cost_, lp.col_lower_ = np.concatenate(self.cost), np.concatenate(self.lower)
        lp.col_upper_ = np.concatenate(self.upper)
        lp.row_lower_, lp.row_upper_ = np.concatenate(self.row_lower), np.concatenate(self.row_upper)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.concatenate(([0], np.cumsum(np.bincount(columns, minlength=self.columns))))
        lp.a_matrix_.index_, lp.a_matrix_.value_ = rows[order], values[order]
        if whole:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [kinds[int(one)] for one in np.concatenate(self.whole)]
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        options = {"output_flag": False, "threads": 1, "random_seed": seed % 2**31, "time_limit": max(seconds, 0.05)}
        for name, value in {**options, "mip_rel_gap": GAP}.items():
            solver.setOptionValue(name, value)
        solver.passModel(lp)
        return solver


def is_optimal(solver: highspy.Highs) -> bool:
    """Whether the solver came to an end."""
    return solver.getModelStatus() == highspy.HighsModelStatus.kOptimal


class Choosing:
    """The programme of one market. ``soft``: with all costs, or, False, with nothing but the number of holes."""

    def __init__(self, market: Market, *, soft: bool, seed: int) -> None:
        self.market = market
        self.soft = soft
        self.seed = seed
        self.eligible: Mask = np.isfinite(market.cost)
        self.cost: Numbers = np.where(self.eligible, market.cost if soft else 0.0, 0.0)
        self.hole = HOLE if soft else 1.0
        self.windows = _windows(market)

    def choose(self, seconds: float, clock: Callable[[], float]) -> Chosen | None:
        """The choice with the least cost; None where the time allowed brought none. ``clock``: seconds that go by."""
        until = clock() + seconds
        active = self._first_pairs()
        bound = -math.inf
        for _ in range(ROUNDS):
            built = self._build(active)
            solver = built.programme.solver(whole=False, seconds=until - clock(), seed=self.seed)
            solver.run()
            if not is_optimal(solver):
                return self._whole(built, bound, until - clock(), everything=bool((active == self.eligible).all()))
            prices = self._prices(built, np.asarray(solver.getSolution().row_dual))
            prices[active | ~self.eligible] = np.inf
            cheapest = np.minimum(prices.min(axis=1, initial=np.inf), 0.0)
            value = solver.getInfo().objective_function_value
            bound = max(bound, value + float((self.market.size * cheapest).sum()))
            if value - bound <= SMALL * max(1.0, abs(value)):
                values = np.asarray(solver.getSolution().col_value)[: len(built.group)]
                if np.abs(values - np.round(values)).max(initial=0.0) <= SMALL:
                    return Chosen(_pairs(built, values), bound, is_whole=True)
                break
            active = self._with_more(active, prices)
        built = self._build(active)
        return self._whole(built, bound, until - clock(), everything=bool((active == self.eligible).all()))

    def _whole(self, built: _Built, bound: float, seconds: float, *, everything: bool) -> Chosen | None:
        solver = built.programme.solver(whole=True, seconds=seconds, seed=self.seed)
        solver.run()
        info = solver.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        if everything:
            bound = max(bound, info.mip_dual_bound)
        values = np.asarray(solver.getSolution().col_value)[: len(built.group)]
        return Chosen(_pairs(built, values), max(bound, 0.0), is_whole=is_optimal(solver))

    def _first_pairs(self) -> Mask:
        if self.eligible.sum() <= WHOLE:
            return self.eligible.copy()
        active = np.zeros_like(self.eligible)
        cheapest = np.argsort(self.market.cost, axis=1, kind="stable")[:, :FIRST_PAIRS]
        np.put_along_axis(active, cheapest, values=True, axis=1)
        return active & self.eligible

    def _with_more(self, active: Mask, prices: Numbers) -> Mask:
        best = np.argsort(prices, axis=1, kind="stable")[:, :MORE_PAIRS]
        added = np.zeros_like(active)
        np.put_along_axis(added, best, values=True, axis=1)
        return active | (added & (prices < -SMALL))

    def _build(self, active: Mask) -> _Built:
        market, programme = self.market, Programme()
        group, juror = (np.asarray(part, dtype=np.int64) for part in np.nonzero(active))
        x = programme.add_columns(self.cost[group, juror], market.most[group], whole=True)
        slack = programme.add_columns(np.full(len(market.groups), self.hole), market.size, whole=False)
        cover = programme.add_rows(market.size, market.size)
        programme.put(cover[group], x)
        programme.put(cover, slack)
        load = self._load(programme, x, juror)
        built = _Built(programme, group, juror, cover=cover, load=load)
        built.window = self._weekly(programme, x, group, juror)
        built.kind_pairs, built.kind_rows = self._different(programme, x, group, juror)
        built.place_pairs, built.place_rows = self._rotation(programme, x, group, juror)
        self._narrow_weeks(programme, slack)
        return built

    def _load(self, programme: Programme, x: Integers, juror: Integers) -> Integers:
        rows = programme.at_most(np.zeros(len(self.market.jurors)))
        programme.put(rows[juror], x)
        for column, one in enumerate(self.market.jurors):
            tiers = self.market.costs.tiers(one)
            if not tiers:
                continue
            cost = np.array([cost if self.soft else 0.0 for _, cost in tiers])
            columns = programme.add_columns(cost, np.array([width for width, _ in tiers]), whole=False)
            programme.put(np.full(len(tiers), rows[column]), columns, -1.0)
        return rows

    def _weekly(self, programme: Programme, x: Integers, group: Integers, juror: Integers) -> list[Integers]:
        """Rows that keep a juror's weekly limits, summed up over each window."""
        found = []
        limited = np.array([one.weekly_limit is not None for one in self.market.jurors], dtype=bool)
        for weeks, inside in self.windows:
            room = np.array([self._room(column, weeks) for column in range(len(self.market.jurors))], dtype=np.float64)
            rows = programme.at_most(room)
            here = inside[group] & limited[juror]
            programme.put(rows[juror[here]], x[here])
            found.append(rows)
        return found

    def _room(self, column: int, weeks: frozenset[int]) -> float:
        juror, ledger = self.market.jurors[column], self.market.ledger
        if juror.weekly_limit is None:
            return math.inf
        mondays = {self.market.world.weeks[week].monday for week in weeks}
        return float(sum(max(0, juror.weekly_limit - ledger.juror_week[juror.person_id, monday]) for monday in mondays))

    def _different(
        self, programme: Programme, x: Integers, group: Integers, juror: Integers
    ) -> tuple[Integers, Integers]:
        """Rows that keep jurors of one kind of contact as different as the rules ask; (kind, juror) by row."""
        market = self.market
        pairs = market.kind_of[group] * len(market.jurors) + juror
        found, where = np.unique(pairs, return_inverse=True)
        potential = np.bincount(where, weights=market.most[group], minlength=len(found))
        first = {kind: group.first for group in reversed(market.groups) for kind in [group.kind]}
        allowed = np.array([first[kind].least - first[kind].by for kind in market.kinds], dtype=np.float64)
        for index, kind in enumerate(market.kinds):
            allowed[index] -= sum(count - 1 for count in market.ledger.at_kind[kind].values() if count > 1)
        unbounded = np.array([first[kind].by == 1 for kind in market.kinds], dtype=bool)
        taken = np.array([self._taken_at_kind(int(pair)) for pair in found], dtype=np.float64)
        bound = (potential + taken > 1) & ~unbounded[found // len(market.jurors)]
        wanted = np.flatnonzero(bound)
        row_of = np.full(len(found), -1, dtype=np.int64)
        row_of[wanted] = programme.at_most(np.maximum(0.0, 1.0 - taken[wanted]))
        here = row_of[where] >= 0
        programme.put(row_of[where][here], x[here])
        loose = wanted[allowed[found[wanted] // len(market.jurors)] > 0]
        if len(loose):
            repeats = programme.add_columns(np.zeros(len(loose)), np.full(len(loose), np.inf), whole=False)
            programme.put(row_of[loose], repeats, -1.0)
            kinds = found[loose] // len(market.jurors)
            some, at = np.unique(kinds, return_inverse=True)
            programme.put(programme.at_most(allowed[some])[at], repeats)
        return found[wanted], row_of[wanted]

    def _taken_at_kind(self, pair: int) -> int:
        kind, column = divmod(pair, len(self.market.jurors))
        return self.market.ledger.at_kind[self.market.kinds[kind]][self.market.jurors[column].person_id]

    def _rotation(
        self, programme: Programme, x: Integers, group: Integers, juror: Integers
    ) -> tuple[Integers, Integers]:
        """Rows that make it cost something to come to one participant again; (place, juror) by row."""
        market = self.market
        if not self.soft:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        pairs = market.place_of[group] * len(market.jurors) + juror
        found, where = np.unique(pairs, return_inverse=True)
        potential = np.bincount(where, weights=market.most[group], minlength=len(found))
        new = np.array([not self._was_at_place(int(pair)) for pair in found], dtype=bool)
        wanted = np.flatnonzero((potential > 1) & new)
        row_of = np.full(len(found), -1, dtype=np.int64)
        row_of[wanted] = programme.at_most(np.ones(len(wanted)))
        here = row_of[where] >= 0
        programme.put(row_of[where][here], x[here])
        again = programme.add_columns(np.full(len(wanted), REPEAT), np.full(len(wanted), np.inf), whole=False)
        programme.put(row_of[wanted], again, -1.0)
        return found[wanted], row_of[wanted]

    def _was_at_place(self, pair: int) -> bool:
        place, column = divmod(pair, len(self.market.jurors))
        taken = self.market.costs.taken_at
        return bool(taken[self.market.jurors[column].person_id, self.market.places[place]])

    def _narrow_weeks(self, programme: Programme, slack: Integers) -> None:
        """Holes that no juror can fill: more contacts than the participant's weeks can take."""
        for place in range(len(self.market.places)):
            self._narrow(programme, slack, np.flatnonzero(self.market.place_of == place), one_a_week=False)
        for kind in range(len(self.market.kinds)):
            members = np.flatnonzero(self.market.kind_of == kind)
            if len(members) and self.market.groups[members[0]].first.different_hours:
                self._narrow(programme, slack, members, one_a_week=True)

    def _narrow(self, programme: Programme, slack: Integers, members: Integers, *, one_a_week: bool) -> None:
        groups = self.market.groups
        windows = {frozenset(groups[one].weeks) for one in members}
        for weeks in sorted({*windows, frozenset().union(*windows)}, key=sorted):
            inside = np.array([one for one in members if weeks.issuperset(groups[one].weeks)], dtype=np.int64)
            if not len(inside):
                continue
            room = self._place_room(groups[inside[0]].kind, weeks, one_a_week=one_a_week)
            missing = float(self.market.size[inside].sum()) - room
            if missing > 0:
                row = programme.add_rows(np.array([missing]), np.array([math.inf]))
                programme.put(np.full(len(inside), row[0]), slack[inside])

    def _place_room(self, kind: Kind, weeks: frozenset[int], *, one_a_week: bool) -> int:
        market = self.market
        mondays = {market.world.weeks[week].monday for week in weeks}
        if one_a_week:
            return sum(not market.ledger.kind_week[kind, monday] for monday in mondays)
        load = market.world.limits.weekly_load
        return sum(max(0, load - market.ledger.place_week[kind[0], monday]) for monday in mondays)

    def _prices(self, built: _Built, duals: Numbers) -> Numbers:
        """What every pair would bring besides those in the programme: below 0 it is worth having."""
        market = self.market
        jurors = len(market.jurors)
        prices = self.cost - duals[built.cover][:, None] - duals[built.load][None, :]
        limited = np.array([one.weekly_limit is not None for one in market.jurors], dtype=np.float64)
        for (_, inside), rows in zip(self.windows, built.window, strict=True):
            prices -= inside[:, None] * (duals[rows] * limited)[None, :]
        of_kind = np.zeros((len(market.kinds), jurors))
        of_kind[built.kind_pairs // jurors, built.kind_pairs % jurors] = duals[built.kind_rows]
        of_place = np.zeros((len(market.places), jurors))
        of_place[built.place_pairs // jurors, built.place_pairs % jurors] = duals[built.place_rows]
        result: Numbers = prices - of_kind[market.kind_of] - of_place[market.place_of]
        return result


class _Built:
    """A programme and where its pieces are."""

    def __init__(
        self, programme: Programme, group: Integers, juror: Integers, *, cover: Integers, load: Integers
    ) -> None:
        none = np.zeros(0, dtype=np.int64)
        self.programme = programme
        self.group = group
        self.juror = juror
        self.cover = cover
        self.load = load
        self.window: list[Integers] = []
        self.kind_pairs, self.kind_rows = none, none
        self.place_pairs, self.place_rows = none, none


def _pairs(built: _Built, values: Numbers) -> tuple[tuple[int, int, int], ...]:
    counts = np.round(values).astype(np.int64)
    return tuple((int(built.group[one]), int(built.juror[one]), int(counts[one])) for one in np.flatnonzero(counts > 0))


def _windows(market: Market) -> Sequence[tuple[frozenset[int], Mask]]:
    """The windows that occur most, and all weeks together; each with the groups that lie within."""
    counts = Counter(frozenset(group.weeks) for group in market.groups)
    common = [weeks for weeks, _ in sorted(counts.items(), key=lambda one: (-one[1], sorted(one[0])))[:WINDOWS]]
    every = frozenset().union(*counts) if counts else frozenset()
    return [
        (weeks, np.array([weeks.issuperset(group.weeks) for group in market.groups], dtype=bool))
        for weeks in dict.fromkeys([*common, every])
    ]
