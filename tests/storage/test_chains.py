"""Chains of planned contacts: who is asked at a participant, who is planned there, who cannot be reached."""
# ruff: noqa: ANN401 - the small contest of conftest.py, which cannot be imported

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from scenarios.model import Mode
from storage import assignments, people, plans, slots
from storage.assignments import State
from storage.database import Database, Unit
from storage.people import Role
from storage.plans import PlanState


def _slot(unit: Unit, world: Any, now: datetime, *, person_id: int | None) -> int:
    return slots.add(
        unit,
        edition_id=world.edition,
        participant_id=world.participant,
        mode=Mode.VISIT,
        scenario="wizyta",
        number=1,
        opens_at=now,
        due_at=now + timedelta(days=7),
        person_id=person_id,
        now=now,
    )


def _juror(unit: Unit, world: Any, now: datetime) -> int:
    return people.add_person(unit, edition_id=world.edition, name="Anna", role=Role.JUROR, now=now)


async def test_what_a_person_is_still_to_do_at_a_participant(database: Database, world: Any, now: datetime) -> None:
    """Offered and accepted count; what was declined does not; the slot and the broadcast come back."""

    def live(unit: Unit) -> tuple[list[int], list[int], int, int]:
        person = _juror(unit, world, now)
        slot = _slot(unit, world, now, person_id=person)
        what: dict[str, Any] = {"edition_id": world.edition, "participant_id": world.participant, "mode": Mode.VISIT}
        when: dict[str, Any] = {"opens_at": now, "due_at": now, "now": now, "scenario": "wizyta", "person_id": person}
        first = assignments.assign(unit, **what, **when, slot_id=slot, broadcast_id=7)
        second = assignments.assign(unit, **what, **when, state=State.ACCEPTED)
        third = assignments.assign(unit, **what, **when)
        assignments.change(unit, third, state=State.DECLINED, now=now)
        found = [one.id for one in assignments.unfinished_at(unit, person, world.participant)]
        told = [one.id for one in assignments.of_broadcast(unit, 7)]
        return found, told, first, second

    found, told, first, second = await database.run(live)
    assert found == [first, second]
    assert told == [first]


async def test_who_is_planned_at_a_participant(database: Database, world: Any, now: datetime) -> None:
    """Closed slots and other people's are not among them."""

    def live(unit: Unit) -> tuple[list[int], int]:
        person, other = _juror(unit, world, now), _juror(unit, world, now)
        mine = _slot(unit, world, now, person_id=person)
        closed = _slot(unit, world, now, person_id=person)
        slots.change(unit, closed, closed_at=now)
        _slot(unit, world, now, person_id=other)
        return [one.id for one in slots.planned_for(unit, person, world.participant)], mine

    found, mine = await database.run(live)
    assert found == [mine]


async def test_who_has_no_chat(database: Database, world: Any, now: datetime) -> None:
    """Jurors without an address, or whose every address is out of reach; nobody of the staff."""

    def live(unit: Unit) -> tuple[frozenset[int], frozenset[int], int]:
        person = _juror(unit, world, now)
        people.add_person(unit, edition_id=world.edition, name="Konrad", role=Role.COORDINATOR, now=now)
        before = people.without_chat(unit, world.edition)
        until = now + timedelta(days=1)
        people.invite(unit, person, token_hash="x", now=now, expires_at=until)
        met = people.redeem(unit, "x", channel="web", chat="anna", now=now)
        assert met is not None
        after = people.without_chat(unit, world.edition)
        people.set_reachable(unit, met[1].id, reachable=False)
        assert people.without_chat(unit, world.edition) == before
        return before, after, person

    before, after, person = await database.run(live)
    assert before - after == {person}


async def test_the_newest_plan_of_a_person(database: Database, world: Any, now: datetime) -> None:
    """Plans that were left do not count; without a person it is the edition's newest."""

    def live(unit: Unit) -> tuple[int | None, int | None, int, int]:
        mine, other = _juror(unit, world, now), _juror(unit, world, now)
        ids = [
            plans.begin(unit, edition_id=world.edition, made_by=who, seed=1, inputs={}, now=now)
            for who in (mine, mine, other)
        ]
        plans.drop(unit, ids[1], now)
        newest, own = (plans.newest_by(unit, world.edition, made_by=who) for who in (None, mine))
        assert own is not None
        assert own.state is PlanState.COMPUTING
        return None if newest is None else newest.id, own.id, ids[2], ids[0]

    newest, own, others, first = await database.run(live)
    assert (newest, own) == (others, first)
