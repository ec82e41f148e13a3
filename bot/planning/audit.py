"""Checking a plan from what was stored with it: the inputs' hash, every hard rule, and the objective counted anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.planning import eligibility
from bot.planning.costs import Costs
from bot.planning.facts import World, digest, world_from_json
from bot.planning.ledger import Ledger
from bot.planning.result import PlanResult, Reason, plan_from_json

NEAR = 1e-6
"""Relative difference below which two objectives are the same."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at a stored plan found."""

    inputs_are_whole: bool
    """The stored inputs have the stored hash."""
    objective: float
    """As counted anew from the inputs and the choices."""
    objective_agrees: bool
    broken: tuple[tuple[int, Reason], ...]
    """(need's key, rule) of choices that break a rule; empty in a sound plan."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found wrong."""
        return self.inputs_are_whole and self.objective_agrees and not self.broken


def verdict(*, inputs: Mapping[str, Any], inputs_sha256: str, seed: int, result: Mapping[str, Any]) -> Verdict:
    """Count a stored plan anew. Takes milliseconds; it does not solve again (``solve`` with the same seed does)."""
    world, plan = world_from_json(inputs), plan_from_json(result)
    objective = recounted(world, plan, seed=seed)
    agrees = abs(objective - plan.objective) <= NEAR * max(1.0, abs(objective))
    whole = digest(inputs) == inputs_sha256
    return Verdict(whole, objective, objective_agrees=agrees, broken=broken_rules(world, plan))


def recounted(world: World, plan: PlanResult, *, seed: int) -> float:
    """The objective of the plan's choices."""
    return Costs(world, seed).of_plan({choice.slot: choice.person_id for choice in plan.choices})


def broken_rules(world: World, plan: PlanResult) -> tuple[tuple[int, Reason], ...]:
    """Every choice that breaks a hard rule, with the rule; they are looked at one after another, as they stand."""
    ledger, needs = Ledger(world), {need.key: need for need in world.needs}
    at = {(week.wave_id, week.ends_on): index for index, week in enumerate(world.weeks)}
    found: list[tuple[int, Reason]] = []
    for choice in plan.choices:
        need, juror = needs[choice.slot], ledger.jurors[choice.person_id]
        place, index = ledger.places[need.participant_id], at.get((choice.wave_id, choice.due_on))
        reason = eligibility.reason_against(juror, place, need, world)
        if reason is None and ledger.repeats_too_often(juror, need):
            reason = Reason.ALREADY_THERE
        if reason is None and ledger.is_full(juror):
            reason = Reason.TOTAL_LIMIT
        if reason is None and (index is None or index not in need.weeks or not ledger.place_takes(need, index)):
            reason = Reason.NO_WEEK
        if reason is None and index is not None and not ledger.juror_takes(juror, index):
            reason = Reason.WEEK_LIMIT
        if (
            reason is None
            and index is not None
            and not ledger.can_in(juror.person_id, need.participant_id, need.mode, index)
        ):
            reason = Reason.NO_DAYS
        if reason is not None:
            found.append((choice.slot, reason))
        ledger.take(juror, need, index)
    return tuple(found)
