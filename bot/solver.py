"""Plans: computed in a thread of their own, kept with all that is needed to compute them again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Event
from time import perf_counter
from typing import Any

from bot.endings import Done, Ending, Later
from bot.jobs import Solve, from_payload
from bot.planning.facts import World, digest, world_to_json
from bot.planning.relaxing import what_ifs
from bot.planning.result import PlanResult, plan_to_json
from bot.planning.solve import solve
from bot.roles import plan_facts
from bot.roles.office import planning
from bot.talk import Desk
from storage import journal, plans
from storage.database import Database, Unit
from storage.plans import PlanRow, PlanState
from storage.queue import Job
from storage.scope import Scope

TRIES = 3
"""Failed tries after which a plan has failed, and whoever asked for it is told."""

log = logging.getLogger(__name__)


class Stopped(Exception):
    """Nobody waits for the result any more."""


@dataclass(frozen=True, slots=True)
class Computed:
    """A plan and the JSON it was computed from."""

    inputs: Mapping[str, Any]
    sha256: str
    plan: PlanResult


class Solver:
    """The doer of ``solve``. One plan is computed at a time: it takes a processor to itself."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime], desk: Desk) -> None:
        self._database = database
        self._clock = clock
        self._desk = desk
        self._alone = asyncio.Semaphore(1)

    async def __call__(self, job: Job) -> Ending:
        """Do the job. A plan that was dropped meanwhile is not computed."""
        work = from_payload(job.kind, job.payload)
        assert isinstance(work, Solve)  # noqa: S101 - the kind says so
        row = await self._database.read(lambda unit: plans.plan(unit, work.plan_id))
        if row is None or row.state is not PlanState.COMPUTING:
            return Done()
        async with self._alone:
            try:
                computed = await self._computed(row)
            except Exception as error:
                log.exception("plan %d could not be computed", row.id)
                problem = f"{type(error).__name__}: {error}"
                return Later(problem) if job.attempts + 1 < TRIES else self._failed(row, problem)
        return Done(lambda unit, now: keep(unit, self._desk, row, computed, now=now))

    async def _computed(self, row: PlanRow) -> Computed:
        whose = plan_facts.plan_inputs_scope(row.inputs)
        scope = Scope(row.edition_id, whose)
        now = self._clock()
        world = await self._database.read(lambda unit: plan_facts.gather(unit, row.edition_id, scope, now))
        stop = Event()
        try:
            return await asyncio.to_thread(compute, world, whose=whose, seed=row.seed, stop=stop)
        finally:
            stop.set()

    def _failed(self, row: PlanRow, problem: str) -> Ending:
        def settle(unit: Unit, now: datetime) -> None:
            if plans.failed(unit, row.id, problem=problem, now=now):
                details = {"problem": problem}
                journal.write(unit, at=now, who=None, what="plan.failed", subject=f"plan:{row.id}", details=details)
                planning.plan_is_ready(unit, self._desk, row.id, now)

        return Done(settle)


def compute(world: World, *, whose: int | None, seed: int, stop: Event) -> Computed:
    """The plan of a world with its what-ifs. Raises Stopped soon after ``stop`` is set."""

    def clock() -> float:
        if stop.is_set():
            raise Stopped
        return perf_counter()

    began = clock()
    plan = solve(world, seed=seed, clock=clock)
    changes = what_ifs(world, plan, seed=seed, clock=clock)
    inputs = {"coordinator_id": whose, **world_to_json(world)}
    return Computed(inputs, digest(inputs), replace(plan, what_if=changes, seconds=clock() - began))


def keep(unit: Unit, desk: Desk, row: PlanRow, computed: Computed, *, now: datetime) -> None:
    """Keep what was computed, and tell whoever asked for it; nothing happens where the plan was dropped meanwhile."""
    plan = computed.plan
    settled = plans.ready(
        unit,
        row.id,
        inputs=computed.inputs,
        inputs_sha256=computed.sha256,
        result=plan_to_json(plan),
        objective=plan.objective,
        bound=plan.bound,
        now=now,
    )
    if not settled:
        return
    details = {
        "edition": row.edition_id,
        "seed": row.seed,
        "inputs": computed.sha256,
        "solver": plan.solver,
        "objective": plan.objective,
        "bound": plan.bound,
        "holes": len(plan.holes),
    }
    journal.write(unit, at=now, who=None, what="plan.computed", subject=f"plan:{row.id}", details=details)
    planning.plan_is_ready(unit, desk, row.id, now)
