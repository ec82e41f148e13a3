"""The numbers of an edition equal those counted by hand, within every scope, on both databases."""
# ruff: noqa: ANN401 - the small contest of conftest.py, which cannot be imported

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from scenarios.model import Mode
from storage import assignments, editions, matters, overview, schema, slots
from storage.assignments import State
from storage.database import Database, Unit
from storage.insert import insert_row
from storage.overview import Dimension, Figures
from storage.planned import DONE_STAGES, Stage, Wanted
from storage.scope import Scope
from tests.crowd import Crowd, make_crowd

CONTACTS = 2000


@pytest.fixture
async def crowd(database: Database, now: datetime) -> Crowd:
    """Thousands of contacts in every state."""
    return await database.run(
        lambda unit: make_crowd(unit, contacts=CONTACTS, participants=60, jurors=20, now=now, seed=3)
    )


async def test_numbers_equal_a_recount(database: Database, crowd: Crowd, now: datetime) -> None:
    """Split by wave and mode, in all, for a coordinator, narrowed: always what was put in."""
    scope = Scope(crowd.edition)

    def look(unit: Unit) -> tuple[dict[tuple[Any, ...], Figures], Figures, Figures, list[overview.PlannedContact]]:
        by = overview.figures(unit, scope, now=now, by=(Dimension.WAVE, Dimension.MODE))
        mine = overview.total(unit, Scope(crowd.edition, crowd.coordinators[0]), now=now)
        late = Wanted(mode=Mode.PHONE, late_only=True)
        return (
            by,
            overview.total(unit, scope, now=now),
            mine,
            overview.planned_contacts(unit, scope, now=now, wanted=late),
        )

    by, total, mine, late = await database.read(look)
    found: Counter[tuple[int | None, Mode, Stage]] = Counter()
    for (wave, mode), figures in by.items():
        for stage, number in figures.stages.items():
            found[wave, mode, stage] += number
    assert found == crowd.stages
    assert total.planned == CONTACTS
    assert total.late == sum(crowd.late.values())
    assert Counter(mine.stages) == crowd.mine
    assert total.accepted >= total.done >= total.approved > 0
    assert len(late) == crowd.late[Mode.PHONE]
    assert all(one.is_late and one.mode is Mode.PHONE and one.person is not None for one in late)
    assert [one.due_at for one in late] == sorted(one.due_at for one in late)


async def test_splits_add_up(database: Database, crowd: Crowd, now: datetime) -> None:
    """Whatever it is split by, the parts together are the whole."""
    scope = Scope(crowd.edition)
    for dimension in Dimension:
        parts = await database.read(lambda unit, by=dimension: overview.figures(unit, scope, now=now, by=(by,)))
        assert sum(each.planned for each in parts.values()) == CONTACTS
        assert sum(each.late for each in parts.values()) == sum(crowd.late.values())
    names = await database.read(lambda unit: overview.names_of(unit, scope, Dimension.WAVE))
    assert names == {crowd.waves[0]: "Tura 1", crowd.waves[1]: "Tura 2"}


async def test_lists_agree_with_numbers(database: Database, crowd: Crowd, now: datetime) -> None:
    """As many rows as were counted, by stage, wave, voivodship and the time they were sent."""
    scope = Scope(crowd.edition)
    every = (
        Wanted(stages=DONE_STAGES, sent_from=now - timedelta(days=5), sent_until=now - timedelta(days=2)),
        Wanted(wave_id=crowd.waves[0], stages=frozenset({Stage.HOLE})),
        Wanted(voivodships=("śląskie", "Śląskie")),
        Wanted(due_from=now, due_until=now + timedelta(days=3)),
    )
    for wanted in every:
        rows = await database.read(
            lambda unit, wanted=wanted: overview.planned_contacts(unit, scope, now=now, wanted=wanted)
        )
        total = await database.read(lambda unit, wanted=wanted: overview.total(unit, scope, now=now, wanted=wanted))
        number = await database.read(lambda unit, wanted=wanted: overview.how_many(unit, scope, now=now, wanted=wanted))
        assert len(rows) == total.planned == number > 0
    gone = await database.read(lambda unit: matters.dropped(unit, scope))
    moved = await database.read(lambda unit: matters.moved(unit, scope, since=now))
    by_state = Counter(one.state for one in gone)
    assert by_state == {state: n for state, n in moved.items() if state in by_state}


async def test_who_lacks_contacts(database: Database, world: Any, now: datetime) -> None:
    """A participant without contacts lacks them too; one that withdrew does not; a coordinator sees their own."""

    def seed(unit: Unit) -> int:
        other = editions.add_participant(
            unit, edition_id=world.edition, name="B", short_name="Bełżec", type="gmina", coordinator_id=world.juror
        )
        gone = editions.add_participant(unit, edition_id=world.edition, name="C", short_name="C", type="gmina")
        editions.update_participant(unit, gone, withdrawn_at=now)
        return other

    other = await database.run(seed)
    wanted = Wanted(mode=Mode.VISIT)
    found = await database.read(
        lambda unit: overview.lacking(unit, Scope(world.edition), least=1, now=now, wanted=wanted)
    )
    assert [(each.participant_id, each.planned, each.done) for each in found] == [
        (other, 0, 0),
        (world.participant, 1, 0),
    ]
    mine = await database.read(
        lambda unit: overview.lacking(unit, Scope(world.edition, world.coordinator), least=1, now=now)
    )
    assert [each.participant_id for each in mine] == [world.participant]


async def test_a_slot_whose_juror_dropped_out_is_a_hole(database: Database, world: Any, now: datetime) -> None:
    """Until somebody else is chosen; then it is ready, and offered once they are asked."""
    scope = Scope(world.edition)

    def seed(unit: Unit) -> int:
        slot = slots.add(
            unit,
            edition_id=world.edition,
            participant_id=world.participant,
            mode=Mode.PHONE,
            scenario="telefon",
            number=1,
            opens_at=now,
            due_at=now + timedelta(days=7),
            person_id=world.juror,
            now=now,
        )
        ask(unit, slot, world.juror, State.DECLINED)
        return slot

    def ask(unit: Unit, slot: int, person: int, state: State) -> None:
        assignments.assign(
            unit,
            edition_id=world.edition,
            participant_id=world.participant,
            person_id=person,
            mode=Mode.PHONE,
            scenario="telefon",
            opens_at=now,
            due_at=now + timedelta(days=7),
            now=now,
            state=state,
            slot_id=slot,
        )

    slot = await database.run(seed)
    wanted = Wanted(mode=Mode.PHONE)

    async def stages() -> list[tuple[Stage, int | None]]:
        rows = await database.read(lambda unit: overview.planned_contacts(unit, scope, now=now, wanted=wanted))
        return [(row.stage, row.person_id) for row in rows]

    assert await stages() == [(Stage.HOLE, None)]
    await database.run(lambda unit: slots.change(unit, slot, person_id=world.coordinator))
    assert await stages() == [(Stage.READY, world.coordinator)]
    await database.run(lambda unit: ask(unit, slot, world.coordinator, State.OFFERED))
    assert await stages() == [(Stage.OFFERED, world.coordinator)]
    await database.run(lambda unit: slots.change(unit, slot, closed_at=now))
    assert await stages() == []


async def test_what_waits_for_somebody(database: Database, world: Any, now: datetime) -> None:
    """Open queries are counted with those past their day, doubts and missing files with their contacts."""

    def seed(unit: Unit) -> int:
        contact = world.begin(unit)
        assignments.bind_contact(unit, world.assignment, contact.id)
        assignments.change(unit, world.assignment, state=State.DONE, now=now)
        unit.execute(schema.contacts.update().values(phase="submitted", submitted_at=now))
        for kind in ("too_fast", "names"):
            values = {"contact_id": contact.id, "path": None, "kind": kind, "details": {}, "found_at": now}
            insert_row(unit, schema.doubts, values)
        whose = {"contact_id": contact.id, "person_id": world.juror, "path": "w07", "kind": "image"}
        where = {"channel": "room", "ref": {}, "status": "refused", "created_at": now}
        insert_row(unit, schema.evidence, {**whose, **where})
        query = {"edition_id": world.edition, "participant_id": world.participant, "asked_by": "x", "text": "?"}
        insert_row(
            unit, schema.queries, {**query, "asked_at": now, "answer_by": now - timedelta(days=1), "state": "open"}
        )
        return int(contact.id)

    contact = await database.run(seed)
    scope = Scope(world.edition, world.coordinator)
    (doubted,) = await database.read(lambda unit: matters.doubted(unit, scope))
    (missing,) = await database.read(lambda unit: matters.without_evidence(unit, scope))
    assert (doubted.contact_id, doubted.number, missing.contact_id, missing.number) == (contact, 2, contact, 1)
    waiting = await database.read(lambda unit: matters.waiting(unit, scope, now=now))
    assert waiting == matters.Waiting(disagreements=0, queries=1, queries_late=1)
    silent = await database.read(lambda unit: matters.unreachable(unit, scope))
    assert [(one.person_id, one.has_arrived) for one in silent] == [(world.juror, False)]
    nobody = await database.read(lambda unit: matters.doubted(unit, Scope(world.edition, 999)))
    assert nobody == []
