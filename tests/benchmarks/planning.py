"""How long a plan of the contest's size takes, how near to the best it is proven to be, and what a plain rule gives.

    python -m tests.benchmarks.planning [participants] [jurors] [--issue] [--tight] [--what-if]

``--issue``: 4 modes with 6 contacts at each participant (300 make 1,800); otherwise the proposed rules (10 contacts).
``--tight``: two contacts a week and hardly enough in all, so that limits bite rather than distances.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import replace
from datetime import date
from random import Random

from bot.planning.audit import recounted
from bot.planning.facts import JurorFact, PlaceFact, World
from bot.planning.needs import Span, needs_of, weeks_of
from bot.planning.relaxing import what_ifs
from bot.planning.result import PlanResult, Reason
from bot.planning.solve import greedy, solve
from scenarios.model import Mode
from storage.rules import ANY_TYPE, Coverage, Rules

ISSUE = Rules(
    coverage={
        ANY_TYPE: (
            Coverage(Mode.VISIT, "wizyta", least=2, by=2),
            Coverage(Mode.PHONE, "telefon", least=2, different_hours=True),
            Coverage(Mode.EMAIL, "email", least=1),
            Coverage(Mode.WEBSITE, "strona", least=1),
        )
    }
)
TODAY = date(2026, 9, 1)
SPANS = (Span(1, date(2026, 9, 14), date(2026, 10, 18)), Span(2, date(2026, 10, 26), date(2026, 11, 29)))


def make_world(participants: int, jurors: int, *, rules: Rules, seed: int = 7, total: int = 30) -> World:
    """Places and jurors spread over Mazowsze, some far from everybody; people with limits, conflicts and lock-outs."""
    chance = Random(seed)  # noqa: S311 - an example, no secret
    places = tuple(
        PlaceFact(
            number,
            "gmina",
            latitude=52.2 + chance.gauss(0, 0.6),
            longitude=21.0 + chance.gauss(0, 0.9),
            is_small=chance.random() < 0.1,
        )
        for number in range(1, participants + 1)
    )
    ids = range(1, participants + 1)
    people = tuple(
        JurorFact(
            number,
            modes=tuple(mode for mode in Mode if chance.random() < 0.85) or tuple(Mode),
            latitude=52.2 + chance.gauss(0, 0.5),
            longitude=21.0 + chance.gauss(0, 0.8),
            radius_km=chance.choice((20, 30, 40, 60)),
            weekly_limit=chance.choice((2, 3, 4, 5)),
            total_limit=chance.choice((total, total + 10, None)),
            days=chance.choice(((0, 1, 2, 3, 4, 5, 6), (0, 1, 2, 3, 4), (3, 4, 5, 6))),
            conflicts=tuple(sorted(chance.sample(ids, k=participants // 100))),
            was_at=tuple(sorted(chance.sample(ids, k=participants // 40))),
        )
        for number in range(1001, 1001 + jurors)
    )
    weeks = weeks_of(SPANS, today=TODAY)
    needs, _ = needs_of(rules, places, spans=SPANS, weeks=weeks, slots=())
    return World(TODAY, people, places, weeks, needs)


def tightened(world: World) -> World:
    """The world with limits that leave room for fewer contacts than are needed."""
    most = int(0.95 * len(world.needs) / len(world.jurors))
    jurors = (replace(one, total_limit=most, weekly_limit=2, radius_km=80) for one in world.jurors)
    return replace(world, jurors=tuple(jurors))


def told(name: str, plan: PlanResult) -> str:
    """A line about a plan."""
    counts = sorted(count for count in plan.load.values() if count)
    load = f"load {counts[0]}-{counts[-1]}" if counts else "no load"
    return (
        f"{name:8} {plan.seconds:6.2f} s  {len(plan.choices):5} of {plan.needed} contacts, {len(plan.holes)} holes, "
        f"{plan.km:8.0f} km, {load}, objective {plan.objective:.1f}, bound {plan.bound:.1f}, gap {plan.gap:.4%}"
    )


def main() -> None:
    """Plan, compare, explain."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("participants", type=int, nargs="?", default=300)
    options.add_argument("jurors", type=int, nargs="?", default=120)
    options.add_argument("--issue", action="store_true")
    options.add_argument("--tight", action="store_true")
    options.add_argument("--what-if", action="store_true")
    wanted = options.parse_args()
    world = make_world(wanted.participants, wanted.jurors, rules=ISSUE if wanted.issue else Rules())
    world = tightened(world) if wanted.tight else world
    print(f"{len(world.places)} participants, {len(world.jurors)} jurors, {len(world.needs)} contacts")
    plan = solve(world, seed=1)
    print(told("proven", plan))
    print(told("greedy", greedy(world, seed=1)))
    print(f"recounted from the choices: {recounted(world, plan, seed=1)}")
    reasons: Counter[Reason] = Counter()
    for hole in plan.holes:
        reasons.update(hole.reasons)
    print("rejected:", ", ".join(f"{reason.value} {count}" for reason, count in reasons.most_common()))
    for one in what_ifs(world, plan, seed=1) if wanted.what_if else ():
        print(f"{one.change.value}: holes {len(plan.holes)} -> {one.holes}{'' if one.is_exact else ' (or fewer)'}")


if __name__ == "__main__":
    main()
