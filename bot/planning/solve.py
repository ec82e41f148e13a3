"""A plan from a world: jurors by the programme, weeks for them, repairs, reserves, and the holes with their reasons.

There is always a plan: what the programme does not find in time a plain rule does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from time import perf_counter

from bot.planning import eligibility, joint, weeks
from bot.planning.costs import HOLE, REPEAT
from bot.planning.facts import JurorFact, Need, World
from bot.planning.ledger import ORDER, Ledger
from bot.planning.market import Market
from bot.planning.programme import Choosing
from bot.planning.result import Choice, Engine, Hole, NearestMiss, PlanResult, Reason, WhatIf
from bot.planning.weeks import Pair

CHOOSE_SECONDS = 60.0
"""After which the best choice of jurors found so far is taken."""
WEEKS_SECONDS = 20.0
"""After which the best weeks found so far are taken."""
NEAREST = 3
"""Jurors named who miss a hole by a single reason."""


@dataclass(slots=True)
class Draft:
    """A plan in the making: who makes which need in which week, by the need's key; the ledger holds the same."""

    market: Market
    ledger: Ledger
    chosen: dict[int, tuple[int, int]]
    """(person, week) by need."""
    bound: float = 0.0
    is_proven: bool = True
    engine: Engine = Engine.HIGHS

    def holes(self, world: World) -> list[Need]:
        """The needs without a juror."""
        return [need for need in world.needs if need.key not in self.chosen]


def solve(
    world: World, *, seed: int, what_if: Sequence[WhatIf] = (), clock: Callable[[], float] = perf_counter
) -> PlanResult:
    """The plan. The same world and seed give the same plan, unless the time allowed runs out."""
    began = clock()
    made = draft(world, seed=seed, clock=clock)
    return written(world, made, what_if=tuple(what_if), seconds=clock() - began)


def draft(
    world: World,
    *,
    seed: int,
    soft: bool = True,
    seconds: float = CHOOSE_SECONDS,
    clock: Callable[[], float] = perf_counter,
) -> Draft:
    """Who makes what and when. Not ``soft``: only the number of holes matters."""
    market = Market(world, seed)
    choice = None
    if market.groups and market.jurors:
        choice = Choosing(market, soft=soft, seed=seed).choose(seconds, clock)
    if choice is None:
        made = Draft(market, Ledger(world), {}, is_proven=False, engine=Engine.GREEDY)
        if not market.groups or not market.jurors:
            made = Draft(market, Ledger(world), {}, bound=HOLE * len(world.needs) if soft else len(world.needs))
        _fill(world, made)
        return made
    pairs = _pairs(market, choice.pairs)
    made = Draft(market, Ledger(world), {}, bound=choice.bound, is_proven=choice.is_whole)
    placed = weeks.place(made.ledger, pairs, seconds=WEEKS_SECONDS, seed=seed)
    if len(placed) < len(pairs) and joint.fits(market):
        whole = joint.choose(market, soft=soft, seconds=seconds, seed=seed)
        if whole is not None:
            pairs, placed = whole.pairs, whole.weeks
            made = Draft(market, Ledger(world), {}, bound=max(choice.bound, whole.bound), is_proven=whole.is_whole)
            for pair in pairs:
                made.ledger.take(pair.juror, pair.need, placed[pair.need.key])
    made.chosen = {
        pair.need.key: (pair.juror.person_id, placed[pair.need.key]) for pair in pairs if pair.need.key in placed
    }
    _fill(world, made)
    return made


def greedy(world: World, *, seed: int, clock: Callable[[], float] = perf_counter) -> PlanResult:
    """What a plain rule gives: need by need the cheapest juror who is free. For comparison, and when all else fails."""
    began, market = clock(), Market(world, seed)
    made = Draft(market, Ledger(world), {}, is_proven=False, engine=Engine.GREEDY)
    _fill(world, made)
    return written(world, made, what_if=(), seconds=clock() - began)


def written(world: World, made: Draft, *, what_if: tuple[WhatIf, ...], seconds: float) -> PlanResult:
    """A draft as the plan that people get."""
    objective = made.market.costs.of_plan({key: person for key, (person, _) in made.chosen.items()})
    choices = _choices(world, made)
    bound = min(made.bound, objective)
    return PlanResult(
        choices=choices,
        holes=tuple(_hole(made.ledger, need) for need in made.holes(world)),
        what_if=what_if,
        objective=objective,
        bound=bound,
        gap=_gap(objective, bound, holes=len(world.needs) - len(choices)),
        seconds=seconds,
        km=sum(choice.km or 0.0 for choice in choices),
        load={juror.person_id: made.ledger.total[juror.person_id] for juror in world.jurors if not juror.has_left},
        engine=made.engine,
        solver=f"HiGHS {version('highspy')}",
    )


def _gap(objective: float, bound: float, *, holes: int) -> float:
    """Relative to what the plan costs beside its holes: their great cost would hide everything else. At most 1."""
    loss = objective - bound
    return 0.0 if loss <= 1e-6 * max(1.0, objective) else min(1.0, loss / max(objective - HOLE * holes, 1.0))


def _pairs(market: Market, counts: Sequence[tuple[int, int, int]]) -> list[Pair]:
    """Which need of a group goes to whom: by number, to jurors in their order."""
    left = {index: list(group.needs) for index, group in enumerate(market.groups)}
    return [
        Pair(left[group].pop(0), market.jurors[juror])
        for group, juror, count in sorted(counts)
        for _ in range(min(count, len(left[group])))
    ]


def _fill(world: World, made: Draft) -> None:
    """Give every need that has none yet the cheapest juror who is free; those with the fewest jurors first."""
    market, ledger, costs = made.market, made.ledger, made.market.costs
    able = {need.key: [market.jurors[at] for at in market.able(need)] for need in made.holes(world)}
    for need in sorted(made.holes(world), key=lambda one: (len(able[one.key]), one.key)):
        place, best = ledger.places[need.participant_id], None
        for juror in able[need.key]:
            if ledger.is_full(juror) or ledger.repeats_too_often(juror, need):
                continue
            load = ledger.total[juror.person_id] - costs.taken_of[juror.person_id]
            again = ledger.at_place[juror.person_id, need.participant_id] > 0
            cost = costs.of_pair(juror, place, need) + costs.of_load(juror, load + 1) - costs.of_load(juror, load)
            cost += REPEAT if again else 0.0
            if (best is None or cost < best[0]) and ledger.free_weeks(juror, need):
                best = (cost, juror)
        week = None if best is None else weeks.best_week(ledger, best[1], need)
        if best is not None and week is not None:
            ledger.take(best[1], need, week)
            made.chosen[need.key] = (best[1].person_id, week)


def _choices(world: World, made: Draft) -> tuple[Choice, ...]:
    reserves: Counter[int] = Counter()
    found = []
    for need in world.needs:
        if need.key not in made.chosen:
            continue
        person_id, index = made.chosen[need.key]
        juror, place, week = made.ledger.jurors[person_id], made.ledger.places[need.participant_id], world.weeks[index]
        reserve = _reserve(made, need, index, chosen=juror, reserves=reserves)
        if reserve is not None:
            reserves[reserve] += 1
        km = eligibility.km_between(juror, place) if need.mode in eligibility.TRAVELLED else None
        found.append(
            Choice(
                slot=need.key,
                participant_id=need.participant_id,
                mode=need.mode,
                scenario=need.scenario,
                number=need.number,
                person_id=person_id,
                reserve_id=reserve,
                km=None if km is None else round(km, 1),
                opens_on=week.starts_on if place.keys_from is None else max(week.starts_on, place.keys_from),
                due_on=week.ends_on,
                wave_id=week.wave_id,
                slot_id=need.slot_id,
                is_kept=need.was_id == person_id,
            )
        )
    return tuple(found)


def _reserve(made: Draft, need: Need, week: int, *, chosen: JurorFact, reserves: Mapping[int, int]) -> int | None:
    """The cheapest other juror who could make it in that week; whoever is a reserve already comes later."""
    ledger, market = made.ledger, made.market
    best = None
    ledger.give_back(chosen, need, week)
    for column in market.able(need):
        juror = market.jurors[column]
        cost = market.pair_cost(need, column) + 2.0 * reserves[juror.person_id] + ledger.total[juror.person_id]
        if juror.person_id == chosen.person_id or (best is not None and cost >= best[0]):
            continue
        if ledger.is_full(juror) or not ledger.juror_takes(juror, week) or ledger.repeats_too_often(juror, need):
            continue
        if ledger.can_in(juror.person_id, need.participant_id, need.mode, week):
            best = (cost, juror.person_id)
    ledger.take(chosen, need, week)
    return None if best is None else best[1]


def _hole(ledger: Ledger, need: Need) -> Hole:
    """Why nobody was found: the first reason of every juror, and those with a single one."""
    world, place = ledger.world, ledger.places[need.participant_id]
    first: Counter[Reason] = Counter()
    misses: list[NearestMiss] = []
    for juror in world.jurors:
        reasons = ledger.reasons_against(juror, need) or [Reason.NO_WEEK]
        first[reasons[0]] += 1
        if len(reasons) == 1:
            over = None
            if reasons[0] is Reason.TOO_FAR and juror.radius_km is not None:
                over = round((eligibility.km_between(juror, place) or 0.0) - juror.radius_km, 1)
            misses.append(NearestMiss(juror.person_id, reasons[0], over))
    opens, due = world.today, world.today
    if need.weeks:
        opens, due = world.weeks[need.weeks[0]].starts_on, world.weeks[need.weeks[-1]].ends_on
    return Hole(
        slot=need.key,
        participant_id=need.participant_id,
        mode=need.mode,
        scenario=need.scenario,
        number=need.number,
        opens_on=opens,
        due_on=due,
        reasons={reason: first[reason] for reason in Reason if first[reason]},
        nearest=tuple(sorted(misses, key=_nearness)[:NEAREST]),
        wave_id=world.weeks[need.weeks[0]].wave_id if need.weeks else None,
        slot_id=need.slot_id,
    )


def _nearness(miss: NearestMiss) -> tuple[int, float, int]:
    """What gives way most easily comes first: limits, then a few kilometres, then the rest."""
    return -ORDER[miss.reason], miss.km_over or 0.0, miss.person_id
