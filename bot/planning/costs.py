"""What a plan costs: holes first, then ways, changes, repeats and unfair load; the one definition of the objective.

The unit is a kilometre: a repeat weighs as much as ``REPEAT`` kilometres of travel.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from zlib import crc32

from bot.planning import eligibility
from bot.planning.facts import JurorFact, Need, PlaceFact, World
from bot.planning.ledger import Ledger

HOLE = 10_000.0
"""A contact nobody makes; more than any detour that would fill it."""
UNKNOWN_KM = 25.0
"""Stands for a way whose length is not known."""
REPEAT = 40.0
"""The same juror once more at the same participant, in whatever mode."""
CHANGED = 2.0
"""Another juror than the plan before had chosen."""
DRAW = 1.0
"""Less than this the draw adds to a pair: it decides between jurors who are equal otherwise."""
TIERS = ((1.0, 0.0), (1.25, 3.0), (1.5, 8.0), (2.0, 20.0), (math.inf, 60.0))
"""Up to so many times the fair share of contacts, each contact of a juror costs so much."""


def draw(seed: int, person_id: int, need: Need) -> float:
    """What chance adds to a pair: from 0 to below ``DRAW``, the same for the same seed, everywhere and always."""
    words = f"{seed}:{person_id}:{need.participant_id}:{need.mode.value}"
    return DRAW * crc32(words.encode()) / 2**32


class Costs:
    """The costs of one world and seed. ``before``: the world's ledger as it begins, where there is one already."""

    def __init__(self, world: World, seed: int, *, before: Ledger | None = None) -> None:
        self.world = world
        self.seed = seed
        before = before or Ledger(world)
        self.taken_of: Mapping[int, int] = before.total
        self.taken_at: Mapping[tuple[int, int], int] = before.at_place
        able = sum(1 for juror in world.jurors if juror.has_profile and not juror.has_left)
        contacts = len(world.needs) + len(world.taken)
        self.fair = max(1, math.ceil(contacts / able)) if able else 1
        """Contacts of a juror if all had the same."""

    def of_pair(self, juror: JurorFact, place: PlaceFact, need: Need) -> float:
        """What it costs that this juror makes this contact, whatever else they do."""
        cost = draw(self.seed, juror.person_id, need)
        if need.mode in eligibility.TRAVELLED:
            km = eligibility.km_between(juror, place)
            cost += UNKNOWN_KM if km is None else km
        if need.was_id is not None and need.was_id != juror.person_id:
            cost += CHANGED
        return cost

    def tiers(self, juror: JurorFact) -> list[tuple[float, float]]:
        """How many contacts more the juror may get at which cost each; together up to the juror's own limit."""
        taken = self.taken_of[juror.person_id]
        most = math.inf if juror.total_limit is None else juror.total_limit
        found, begins = [], float(taken)
        for times, cost in TIERS:
            ends = min(math.floor(times * self.fair) if times < math.inf else math.inf, most)
            if ends > begins:
                found.append((ends - begins, cost))
                begins = ends
        return found

    def of_load(self, juror: JurorFact, contacts: int) -> float:
        """What it costs that the juror gets so many contacts more than are taken."""
        cost, left = 0.0, float(contacts)
        for width, each in self.tiers(juror):
            some = min(width, left)
            cost += some * each
            left -= some
        return cost + left * TIERS[-1][1]

    def of_plan(self, chosen: Mapping[int, int]) -> float:
        """The objective: ``chosen`` is who makes which needed contact, by its key; all others are holes."""
        jurors = {juror.person_id: juror for juror in self.world.jurors}
        places = {place.participant_id: place for place in self.world.places}
        cost, there, load = 0.0, Counter[tuple[int, int]](), Counter[int]()
        for need in self.world.needs:
            person_id = chosen.get(need.key)
            if person_id is None:
                cost += HOLE
                continue
            cost += self.of_pair(jurors[person_id], places[need.participant_id], need)
            there[person_id, need.participant_id] += 1
            load[person_id] += 1
        cost += REPEAT * sum(count - (not self.taken_at[pair]) for pair, count in there.items())
        return cost + sum(self.of_load(jurors[person_id], count) for person_id, count in load.items())
