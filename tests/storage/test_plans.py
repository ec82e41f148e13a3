"""Plans are kept with what they were computed from, and move through their states once; slots are written in bulk."""
# ruff: noqa: ANN401 - the small contest of conftest.py, which cannot be imported

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from scenarios.model import Mode
from storage import assignments, editions, people, plans, slots
from storage.assignments import State
from storage.database import Database, Unit
from storage.plans import Load, PlanState, Visited


def begun(unit: Unit, world: Any, now: datetime) -> int:
    """A plan that was asked for."""
    return plans.begin(
        unit, edition_id=world.edition, made_by=world.coordinator, seed=7, inputs={"coordinator_id": None}, now=now
    )


def settled(unit: Unit, plan_id: int, now: datetime) -> bool:
    """It was computed."""
    return plans.ready(
        unit,
        plan_id,
        inputs={"jurors": ["Ż"]},
        inputs_sha256="ab",
        result={"choices": []},
        objective=1.5,
        bound=1.25,
        now=now,
    )


async def test_a_plan_is_settled_once(database: Database, world: Any, now: datetime) -> None:
    """Computing, ready, applied: each step is taken once, and nothing comes back from a dropped plan."""
    plan_id = await database.run(lambda unit: begun(unit, world, now))
    first = await database.read(lambda unit: plans.plan(unit, plan_id))
    assert first is not None
    assert (first.state, first.seed, first.result, first.inputs_sha256) == (PlanState.COMPUTING, 7, None, "")
    assert await database.run(lambda unit: settled(unit, plan_id, now))
    assert not await database.run(lambda unit: settled(unit, plan_id, now))
    found = await database.read(lambda unit: plans.plan(unit, plan_id, lock=False))
    assert found is not None
    assert (found.inputs, found.objective, found.bound) == ({"jurors": ["Ż"]}, 1.5, 1.25)
    assert (found.state, found.settled_at) == (PlanState.READY, now)
    assert await database.run(lambda unit: plans.applied(unit, plan_id, now))
    assert not await database.run(lambda unit: plans.drop(unit, plan_id, now))
    assert not await database.run(lambda unit: plans.failed(unit, plan_id, problem="late", now=now))


async def test_the_newest_plan_of_some_states_is_found(database: Database, world: Any, now: datetime) -> None:
    """A dropped plan is not the ready one; another edition's is neither."""

    def work(unit: Unit) -> tuple[int, int]:
        old, new = begun(unit, world, now), begun(unit, world, now)
        settled(unit, old, now)
        plans.drop(unit, new, now)
        return old, new

    old, new = await database.run(work)
    newest = await database.read(lambda unit: plans.newest(unit, world.edition))
    ready = await database.read(lambda unit: plans.newest(unit, world.edition, states=(PlanState.READY,)))
    assert (None if newest is None else newest.id, None if ready is None else ready.id) == (new, old)
    assert await database.read(lambda unit: plans.newest(unit, world.edition + 1)) is None


def row(world: Any, now: datetime, **values: object) -> dict[str, Any]:
    """A slot's columns."""
    whose = {"edition_id": world.edition, "participant_id": world.participant, "wave_id": None, "plan_id": None}
    what = {"mode": "email", "scenario": "email", "case": None, "number": 1, "is_fixed": False, "hole": None}
    when = {"opens_at": now, "due_at": now + timedelta(days=6), "created_at": now, "closed_at": None}
    return {**whose, **what, **when, "person_id": None, "reserve_id": None, **values}


async def test_slots_are_written_in_bulk(database: Database, world: Any, now: datetime) -> None:
    """Hundreds at once; what somebody is asked for, or fixed by hand, is neither changed nor closed."""

    def work(unit: Unit) -> list[int]:
        plans.add_slots(unit, [row(world, now, number=number) for number in range(1, 1203)])
        return [slot.id for slot in slots.of_edition(unit, world.edition)]

    ids = await database.run(work)
    assert len(ids) == 1202

    def change(unit: Unit) -> int:
        fixed, asked = ids[0], ids[1]
        slots.change(unit, fixed, is_fixed=True)
        task = assignments.assign(
            unit,
            edition_id=world.edition,
            participant_id=world.participant,
            person_id=world.juror,
            mode=Mode.EMAIL,
            scenario="email",
            opens_at=now,
            due_at=now,
            now=now,
            slot_id=asked,
        )
        assignments.change(unit, task, state=State.ACCEPTED, now=now)
        plans.change_slots(unit, [{"id": one, "person_id": world.juror, "hole": {"why": "ł"}} for one in ids[:600]])
        plans.change_slots(unit, [])
        return plans.close_slots(unit, ids[1:], now)

    assert await database.run(change) == 1200
    first, second = await database.read(lambda unit: slots.of_edition(unit, world.edition))
    assert (first.person_id, second.person_id, first.hole) == (None, None, None)
    third = await database.read(lambda unit: slots.slot(unit, ids[2]))
    assert third is not None
    assert (third.person_id, third.hole, third.closed_at) == (world.juror, {"why": "ł"}, now)


async def test_loads_are_what_is_asked_and_what_is_planned(database: Database, world: Any, now: datetime) -> None:
    """Asked, accepted and done count with their slot, an open slot with a juror once, a declined task not at all."""

    def work(unit: Unit) -> tuple[list[Load], dict[int, list[tuple[int, State]]]]:
        plans.add_slots(unit, [row(world, now, person_id=world.juror), row(world, now, number=2)])
        first, _ = slots.of_edition(unit, world.edition)
        task = assignments.assign(
            unit,
            edition_id=world.edition,
            participant_id=world.participant,
            person_id=world.juror,
            mode=Mode.EMAIL,
            scenario="email",
            opens_at=now,
            due_at=now,
            now=now,
            slot_id=first.id,
        )
        offered = plans.loads(unit, world.edition)
        assert [one.slot_id for one in offered] == [None, first.id]
        assignments.change(unit, task, state=State.DECLINED, now=now)
        return plans.loads(unit, world.edition), plans.chains(unit, world.edition, slot_id=first.id)

    found, chain = await database.run(work)
    assert [(one.mode, one.scenario, one.person_id) for one in found] == [
        (Mode.VISIT, "wizyta", world.juror),
        (Mode.EMAIL, "email", world.juror),
    ]
    assert list(chain.values()) == [[(world.juror, State.DECLINED)]]
    assert await database.read(lambda unit: plans.chains(unit, world.edition)) == chain


async def test_the_lock_out_looks_back_on_earlier_editions(database: Database, world: Any, now: datetime) -> None:
    """Who contacted whom in as many editions before as the rules say; no e-mail, no memory."""

    def work(unit: Unit) -> int:
        people.update_person(unit, world.juror, email="zaneta@example.pl")
        assignments.change(unit, world.assignment, state=State.DONE, now=now)
        return editions.add_edition(
            unit, name="III", starts_on=date(2027, 3, 1), ends_on=date(2027, 6, 1), time_zone="Europe/Warsaw"
        )

    new = await database.run(work)
    look: dict[str, Any] = {"starts_on": date(2027, 3, 1), "edition_id": new}
    assert await database.read(lambda unit: plans.visited_before(unit, **look, editions_back=1)) == [
        Visited("zaneta@example.pl", "", "", "Miasto Płońsk")
    ]
    assert await database.read(lambda unit: plans.visited_before(unit, **look, editions_back=0)) == []
