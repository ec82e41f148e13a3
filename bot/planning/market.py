"""Needs that are alike, as groups, and what each juror would cost for each group: the programme's numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.planning import eligibility
from bot.planning.costs import REPEAT, Costs
from bot.planning.facts import JurorFact, Need, World
from bot.planning.ledger import Kind, Ledger, kind_of

Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Group:
    """Needs of one kind, window and history: whoever can make one can make any. ``most``: of one juror."""

    needs: tuple[Need, ...]
    kind: Kind
    weeks: tuple[int, ...]
    most: int

    @property
    def first(self) -> Need:
        """One of them; the others differ by their number only."""
        return self.needs[0]


class Market:
    """Groups by jurors: ``cost`` of a contact, infinite where a rule forbids it."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.ledger = Ledger(world)
        self.costs = Costs(world, seed, before=self.ledger)
        self.jurors: Sequence[JurorFact] = world.jurors
        self.groups = _groups(world)
        self.places = sorted({group.kind[0] for group in self.groups})
        self.kinds = sorted({group.kind for group in self.groups})
        place_at = {place: index for index, place in enumerate(self.places)}
        kind_at = {kind: index for index, kind in enumerate(self.kinds)}
        self.place_of = np.array([place_at[group.kind[0]] for group in self.groups], dtype=np.int64)
        self.kind_of = np.array([kind_at[group.kind] for group in self.groups], dtype=np.int64)
        self.size = np.array([len(group.needs) for group in self.groups], dtype=np.float64)
        self.most = np.array([group.most for group in self.groups], dtype=np.float64)
        self.cost = self._cost()
        self._row_of = {need.key: row for row, group in enumerate(self.groups) for need in group.needs}
        self._able = [np.flatnonzero(np.isfinite(row)).tolist() for row in self.cost]

    def able(self, need: Need) -> list[int]:
        """The columns of the jurors whom no rule forbids the contact."""
        return self._able[self._row_of[need.key]]

    def pair_cost(self, need: Need, column: int) -> float:
        """What it costs that this juror makes the contact; infinite where a rule forbids it."""
        return float(self.cost[self._row_of[need.key], column])

    def _cost(self) -> Numbers:
        cost = np.full((len(self.groups), len(self.jurors)), np.inf)
        by_id = {place.participant_id: place for place in self.world.places}
        stops: dict[int, list[bool]] = {}
        ways: dict[int, list[bool]] = {}
        skills: dict[tuple[str, str], list[bool]] = {}
        for row, group in enumerate(self.groups):
            need, place = group.first, by_id[group.kind[0]]
            if place.participant_id not in stops:
                stops[place.participant_id] = [eligibility.at_place(juror, place) is not None for juror in self.jurors]
            if need.mode in eligibility.TRAVELLED and place.participant_id not in ways:
                ways[place.participant_id] = [
                    eligibility.of_way(juror, place, need.mode, self.world.limits) is not None for juror in self.jurors
                ]
            skill = (need.mode.value, need.scenario)
            if skill not in skills:
                skills[skill] = [
                    eligibility.of_skill(juror, need.mode, need.scenario) is not None for juror in self.jurors
                ]
            far = ways[place.participant_id] if need.mode in eligibility.TRAVELLED else None
            there = self.ledger.at_kind[group.kind]
            for column, juror in enumerate(self.jurors):
                if stops[place.participant_id][column] or skills[skill][column] or (far is not None and far[column]):
                    continue
                if juror.person_id in need.asked or not self._has_days(juror, need):
                    continue
                if there[juror.person_id] and self.ledger.repeats_too_often(juror, need):
                    continue
                again = REPEAT if self.costs.taken_at[juror.person_id, place.participant_id] else 0.0
                cost[row, column] = self.costs.of_pair(juror, place, need) + again
        return cost

    def _has_days(self, juror: JurorFact, need: Need) -> bool:
        can_in = self.ledger.can_in
        return any(can_in(juror.person_id, need.participant_id, need.mode, week) for week in need.weeks)


def _groups(world: World) -> list[Group]:
    found: dict[tuple[object, ...], list[Need]] = {}
    for need in world.needs:
        key = (kind_of(need), need.weeks, need.asked, need.was_id, need.least, need.by)
        found.setdefault(key, []).append(need)
    return [
        Group(tuple(some), kind_of(some[0]), some[0].weeks, _most_of_one(some))
        for some in sorted(found.values(), key=lambda some: some[0].key)
    ]


def _most_of_one(needs: Sequence[Need]) -> int:
    """How many of these contacts one juror may make."""
    one = needs[0]
    return min(len(needs), one.least - one.by + 1)
