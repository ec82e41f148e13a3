"""Plans of small worlds: no rule is broken, nothing is lost, nothing better exists, and every hole has its reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.planning import audit, eligibility, joint, programme
from bot.planning.costs import HOLE, Costs
from bot.planning.facts import (
    JurorFact,
    Limits,
    Need,
    PlaceFact,
    Taken,
    Week,
    World,
    digest,
    world_from_json,
    world_to_json,
)
from bot.planning.ledger import Ledger
from bot.planning.market import Market
from bot.planning.relaxing import relaxations, what_ifs
from bot.planning.result import Change, Engine, PlanResult, Reason, plan_from_json, plan_to_json
from bot.planning.solve import greedy, solve
from scenarios.model import Mode
from tests.benchmarks.planning import ISSUE, make_world

MONDAY = date(2026, 11, 23)
KINDS = (
    (Mode.VISIT, "wizyta", 2, 2),
    (Mode.PHONE, "telefon", 3, 1),
    (Mode.EMAIL, "email", 2, 1),
    (Mode.WEBSITE, "strona", 3, 2),
)


def week(number: int) -> Week:
    """A calendar week of wave 1."""
    monday = MONDAY + timedelta(days=7 * number)
    return Week(monday, monday + timedelta(days=6), monday, 1)


def small_world(seed: int, *, most_needs: int = 8) -> World:
    """A world of a few jurors, participants and weeks in which every rule bites now and then."""
    chance = Random(seed)  # noqa: S311 - an example, no secret
    cuts = [(chance.randint(0, 4), chance.randint(0, 2)) for _ in range(chance.randint(1, 3))]
    weeks = tuple(
        replace(
            week(number),
            starts_on=week(number).starts_on + timedelta(days=late),
            ends_on=week(number).ends_on - timedelta(days=early),
        )
        for number, (late, early) in enumerate(cuts)
    )
    places = tuple(
        PlaceFact(
            number,
            latitude=chance.choice((52.0, 52.1, 52.3, None)),
            longitude=21.0,
            is_small=chance.random() < 0.2,
            coordinator_id=chance.choice((None, None, 91, 92)),
            keys_from=chance.choice((None, None, MONDAY + timedelta(days=8))),
        )
        for number in range(1, chance.randint(2, 4))
    )
    jurors = tuple(
        JurorFact(
            number,
            modes=tuple(mode for mode in Mode if chance.random() < 0.9),
            latitude=chance.choice((52.0, 52.05, 52.2, None)),
            longitude=21.0,
            radius_km=chance.choice((None, 5, 15, 40)),
            weekly_limit=chance.choice((None, 1, 1, 2)),
            total_limit=chance.choice((None, 1, 2, 3)),
            days=chance.choice(((0, 1, 2, 3, 4, 5, 6), (0, 1), (5, 6), (2, 4))),
            certified=chance.choice(((), (), ("wizyta", "telefon"))),
            coordinator_id=chance.choice((None, None, 91)),
            conflicts=(1,) if chance.random() < 0.15 else (),
            was_at=(2,) if chance.random() < 0.15 else (),
            has_profile=chance.random() < 0.95,
        )
        for number in range(11, chance.randint(13, 15))
    )
    needs: list[Need] = []
    for place in places:
        for mode, scenario, least, by in chance.sample(KINDS, k=chance.randint(1, 3)):
            for number in range(1, least + 1):
                window = tuple(
                    index
                    for index, one in enumerate(weeks)
                    if place.keys_from is None or one.ends_on >= place.keys_from
                )
                was, asked = chance.choice((None, 11, 12)), chance.choice(((), (), (11,)))
                needs.append(
                    Need(
                        len(needs),
                        place.participant_id,
                        mode,
                        scenario,
                        number,
                        window,
                        least=least,
                        by=by,
                        different_hours=mode is Mode.PHONE,
                        was_id=was,
                        asked=asked,
                    )
                )
    kept = needs[:most_needs]
    taken = (Taken(1, Mode.VISIT, "wizyta", 11, MONDAY),) if chance.random() < 0.4 else ()
    limits = Limits(weekly_load=chance.choice((1, 2, 3)))
    return World(MONDAY, jurors, places, weeks, tuple(kept), taken, limits)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=120)
def test_no_rule_is_ever_broken(seed: int) -> None:
    """Chosen or a hole, each need once; every choice is sound; every hole names one reason for every juror."""
    world = small_world(seed, most_needs=16)
    plan = solve(world, seed=seed)
    assert sorted([one.slot for one in plan.choices] + [one.slot for one in plan.holes]) == [
        need.key for need in world.needs
    ]
    assert audit.broken_rules(world, plan) == ()
    assert plan.objective == pytest.approx(audit.recounted(world, plan, seed=seed))
    assert plan.bound <= plan.objective + 1e-6
    for hole in plan.holes:
        assert sum(hole.reasons.values()) == len(world.jurors)
    for choice in plan.choices:
        assert choice.reserve_id != choice.person_id
        assert choice.opens_on <= choice.due_on


@given(seed=st.integers(0, 10_000))
@settings(max_examples=40)
def test_nothing_better_exists(seed: int) -> None:
    """On worlds small enough to try everything, the plan costs what the best of all plans costs, and says so."""
    world = small_world(seed, most_needs=4)
    plan = solve(world, seed=seed)
    assert plan.objective == pytest.approx(best_of_all(world, seed), rel=1e-5)
    assert plan.gap <= 1e-3


def best_of_all(world: World, seed: int) -> float:
    """The least objective, by trying every juror and week for every need."""
    costs = Costs(world, seed)
    best = HOLE * len(world.needs)
    options: list[list[tuple[int, int] | None]] = []
    start = Ledger(world)
    for need in world.needs:
        found: list[tuple[int, int] | None] = [None]
        for juror in world.jurors:
            if eligibility.reason_against(juror, start.places[need.participant_id], need, world) is None:
                found += [(juror.person_id, index) for index in start.free_weeks(juror, need)]
        options.append(found)
    for chosen in product(*options):
        value = costs.of_plan({key: one[0] for key, one in enumerate(chosen) if one is not None})
        if value < best and holds(world, chosen):
            best = value
    return best


def holds(world: World, chosen: tuple[tuple[int, int] | None, ...]) -> bool:
    """Whether all of it can be done together."""
    ledger = Ledger(world)
    for need, one in zip(world.needs, chosen, strict=True):
        if one is None:
            continue
        juror = ledger.jurors[one[0]]
        if ledger.is_full(juror) or ledger.repeats_too_often(juror, need):
            return False
        if one[1] not in ledger.free_weeks(juror, need):
            return False
        ledger.take(juror, need, one[1])
    return True


@given(seed=st.integers(0, 10_000))
@settings(max_examples=30)
def test_what_is_relaxed_never_makes_more_holes(seed: int) -> None:
    """Every what-if leaves as many holes or fewer; what it says is exact can be had by solving that world."""
    world = small_world(seed)
    plan = solve(world, seed=seed)
    found = {one.change: one for one in what_ifs(world, plan, seed=seed)}
    assert (not plan.holes) == (not found)
    for change, relaxed in relaxations(world) if found else ():
        assert found[change].holes <= len(plan.holes)
        if found[change].is_exact:
            assert len(solve(relaxed, seed=seed).holes) >= found[change].holes


def test_the_same_seed_gives_the_same_plan() -> None:
    """Two runs are equal but for the seconds; another seed draws among equals differently."""
    world = make_world(20, 12, rules=ISSUE)
    one, other = solve(world, seed=5), solve(world, seed=5)
    assert replace(one, seconds=0) == replace(other, seconds=0)
    assert solve(world, seed=6).choices != one.choices


def test_pricing_finds_what_the_whole_programme_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beginning with a few pairs and adding those that are worth it proves the same bound."""
    world = make_world(30, 25, rules=ISSUE)
    whole = solve(world, seed=1)
    monkeypatch.setattr(programme, "WHOLE", 0)
    monkeypatch.setattr(programme, "FIRST_PAIRS", 3)
    priced = solve(world, seed=1)
    assert priced.bound == pytest.approx(whole.bound, rel=1e-5)
    assert priced.objective == pytest.approx(whole.objective, rel=1e-4)
    assert len(priced.holes) == len(whole.holes)


def test_a_plan_is_better_than_the_plain_rule() -> None:
    """Where limits bite, the programme leaves no more holes than the plain rule, and costs less."""
    world = make_world(40, 10, rules=ISSUE, total=18)
    proven, plain = solve(world, seed=1), greedy(world, seed=1)
    assert proven.objective <= plain.objective
    assert len(proven.holes) <= len(plain.holes)
    assert audit.broken_rules(world, plain) == ()
    assert plain.engine is Engine.GREEDY


def test_there_is_always_a_plan() -> None:
    """Nobody to ask, nothing to ask for, or no time to compute: a plan with its holes all the same."""
    world = make_world(5, 4, rules=ISSUE)
    nobody = solve(replace(world, jurors=()), seed=1)
    assert len(nobody.holes) == len(world.needs)
    assert nobody.gap == 0
    nothing = solve(replace(world, needs=()), seed=1)
    assert (nothing.choices, nothing.holes, nothing.objective) == ((), (), 0.0)
    over = replace(world, needs=tuple(replace(need, weeks=()) for need in world.needs))
    late = solve(over, seed=1)
    assert len(late.holes) == len(world.needs)
    assert any(Reason.NO_WEEK in hole.reasons for hole in late.holes)


def test_without_an_answer_in_time_the_plain_rule_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    """The programme gives up: the plan says what made it and that nothing is proven."""
    monkeypatch.setattr(programme.Choosing, "choose", lambda *_: None)
    plan = solve(make_world(5, 4, rules=ISSUE), seed=1)
    assert plan.engine is Engine.GREEDY
    assert plan.choices
    assert plan.bound == 0


def test_finished_work_stays_and_fills_limits() -> None:
    """What is taken is not planned again, and its juror, week and participant have less room."""
    place = PlaceFact(1, latitude=52.0, longitude=21.0)
    jurors = (JurorFact(11, total_limit=1), JurorFact(12))
    need = Need(0, 1, Mode.EMAIL, "email", 2, (0,), least=2, slot_id=7)
    world = World(MONDAY, jurors, (place,), (week(0),), (need,), (Taken(1, Mode.EMAIL, "email", 11, MONDAY),))
    plan = solve(world, seed=1)
    assert [(one.slot_id, one.person_id) for one in plan.choices] == [(7, 12)]
    assert plan.load == {11: 1, 12: 1}
    (hole,) = solve(replace(world, limits=Limits(weekly_load=1)), seed=1).holes
    assert hole.reasons == {Reason.TOTAL_LIMIT: 1, Reason.NO_WEEK: 1}


def test_a_new_plan_keeps_whom_it_can() -> None:
    """The juror of the plan before is chosen again, though the draw favours another."""
    world = make_world(12, 8, rules=ISSUE)
    first = solve(world, seed=1)
    chosen = {one.slot: one.person_id for one in first.choices}
    again = replace(world, needs=tuple(replace(need, was_id=chosen.get(need.key)) for need in world.needs))
    second = solve(again, seed=99)
    kept = sum(choice.is_kept for choice in second.choices)
    assert kept >= 0.9 * len(first.choices)


def test_a_hole_tells_its_reasons_and_who_came_nearest() -> None:
    """One reason for each juror; a limit comes nearer than a few kilometres, and these nearer than the rest."""
    place = PlaceFact(1, latitude=52.0, longitude=21.0)
    jurors = (
        JurorFact(11, latitude=52.0, longitude=21.0, conflicts=(1,)),
        JurorFact(12, latitude=52.3, longitude=21.0, radius_km=20),
        JurorFact(13, latitude=53.0, longitude=21.0, radius_km=20, modes=(Mode.EMAIL,)),
        JurorFact(14, latitude=52.0, longitude=21.0, total_limit=0),
        JurorFact(15, has_profile=False),
    )
    need = Need(0, 1, Mode.VISIT, "wizyta", 1, (0,))
    (hole,) = solve(World(MONDAY, jurors, (place,), (week(0),), (need,)), seed=1).holes
    assert hole.reasons == {
        Reason.NO_PROFILE: 1,
        Reason.CONFLICT: 1,
        Reason.MODE_NOT_OFFERED: 1,
        Reason.TOO_FAR: 1,
        Reason.TOTAL_LIMIT: 1,
    }
    assert [(miss.person_id, miss.reason) for miss in hole.nearest[:2]] == [
        (14, Reason.TOTAL_LIMIT),
        (12, Reason.TOO_FAR),
    ]
    assert hole.nearest[1].km_over == pytest.approx(13.4, abs=0.2)


def test_a_wider_radius_is_told_in_holes() -> None:
    """„Promień +50 %: braki 1 → 0”: what-ifs name the change that helps, and those that do not."""
    place = PlaceFact(1, latitude=52.0, longitude=21.0)
    juror = JurorFact(11, latitude=52.25, longitude=21.0, radius_km=20, weekly_limit=5)
    world = World(MONDAY, (juror,), (place,), (week(0),), (Need(0, 1, Mode.VISIT, "wizyta", 1, (0,)),))
    found = {one.change: one.holes for one in what_ifs(world, solve(world, seed=1), seed=1)}
    assert found == {Change.RADIUS_HALF_MORE: 0, Change.WEEKLY_LIMIT_ONE_MORE: 1, Change.ONE_WEEK_MORE: 1}


def test_weeks_that_only_fit_together_are_found() -> None:
    """Where choosing jurors first and weeks later would lose a contact, both are chosen together."""
    places = (PlaceFact(1), PlaceFact(2))
    jurors = (
        JurorFact(11, weekly_limit=1, days=(0,), total_limit=2),
        JurorFact(12, weekly_limit=1, total_limit=2),
    )
    weeks = (week(0), replace(week(1), starts_on=week(1).starts_on + timedelta(days=1)))
    needs = tuple(Need(key, 1 + key % 2, Mode.EMAIL, "email", 1 + key // 2, (0, 1), least=2) for key in range(3))
    world = World(MONDAY, jurors, places, weeks, needs, limits=Limits(weekly_load=2))
    plan = solve(world, seed=3)
    assert not plan.holes
    assert joint.fits(Market(world, 3))


def test_worlds_and_plans_survive_json_and_an_audit() -> None:
    """What is stored gives back the same values, the same hash and the same objective; a changed choice is noticed."""
    world = make_world(10, 6, rules=ISSUE)
    plan = solve(world, seed=4)
    inputs, result = world_to_json(world), plan_to_json(plan)
    assert world_from_json(inputs) == world
    assert plan_from_json(result) == plan
    found = audit.verdict(inputs=inputs, inputs_sha256=digest(inputs), seed=4, result=result)
    assert found.is_sound
    assert found.objective == pytest.approx(plan.objective)
    forged = forge(plan)
    forged_found = audit.verdict(inputs=inputs, inputs_sha256="0" * 64, seed=4, result=plan_to_json(forged))
    assert not forged_found.inputs_are_whole
    assert not forged_found.objective_agrees
    assert not forged_found.is_sound


def test_a_search_in_whole_numbers_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the programme without whole numbers gives no answer, the search with them does, and proves its bound."""
    world = make_world(12, 8, rules=ISSUE)
    usual = solve(world, seed=1)
    monkeypatch.setattr(programme, "is_optimal", lambda _: False)
    searched = solve(world, seed=1)
    assert searched.engine is Engine.HIGHS
    assert searched.objective == pytest.approx(usual.objective, rel=1e-4)
    assert searched.bound == pytest.approx(usual.bound, rel=1e-3)


def test_an_audit_names_every_broken_rule() -> None:
    """Choices put into a plan by hand: too many for a juror, for a week, for a participant, outside the days."""
    place = PlaceFact(1)
    needs = tuple(Need(key, 1, Mode.EMAIL, "email", key + 1, (0,), least=5, by=1) for key in range(3))
    full = solve(World(MONDAY, (JurorFact(11),), (place,), (week(0),), needs), seed=1)
    assert len(full.choices) == 3

    def broken(juror: JurorFact, *, load: int = 3, by: int = 1, days: int = 0) -> set[Reason]:
        asked = tuple(replace(need, by=by) for need in needs)
        window = replace(week(0), starts_on=MONDAY + timedelta(days=days))
        world = World(MONDAY, (juror,), (place,), (window,), asked, limits=Limits(weekly_load=load))
        return {reason for _, reason in audit.broken_rules(world, full)}

    assert broken(JurorFact(11)) == set()
    assert broken(JurorFact(11, total_limit=2)) == {Reason.TOTAL_LIMIT}
    assert broken(JurorFact(11, weekly_limit=1)) == {Reason.WEEK_LIMIT}
    assert broken(JurorFact(11), load=2) == {Reason.NO_WEEK}
    assert broken(JurorFact(11), by=5) == {Reason.ALREADY_THERE}
    assert broken(JurorFact(11, days=(0,)), days=2) == {Reason.NO_DAYS}
    assert broken(JurorFact(11, conflicts=(1,))) == {Reason.CONFLICT}


def forge(plan: PlanResult) -> PlanResult:
    """The plan with one choice given to somebody else."""
    first = plan.choices[0]
    other = next(person for person in plan.load if person != first.person_id)
    return replace(plan, choices=(replace(first, person_id=other), *plan.choices[1:]))
