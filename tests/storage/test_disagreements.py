"""Disagreements and queries as they are kept: who sees them, what holds in the end, on both databases."""
# ruff: noqa: ANN401 - the small contest of conftest.py, which cannot be imported

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from scenarios.contact import Phase
from scenarios.model import Mode
from storage import assignments, contacts, disagreements, editions, people, queries, reviews
from storage.database import Database, Unit
from storage.disagreements import DisagreementState, How, Which
from storage.people import Role
from storage.queries import QueryState
from storage.reviews import ReviewState
from storage.scope import Scope


def sent(unit: Unit, world: Any, person: int, at: datetime, *, mode: Mode = Mode.VISIT) -> int:
    """A contact of somebody that was sent then."""
    task = assignments.assign(
        unit,
        edition_id=world.edition,
        participant_id=world.participant,
        person_id=person,
        mode=mode,
        scenario="wizyta",
        opens_at=at,
        due_at=at,
        now=at,
    )
    begun = replace(world, juror=person).begin(unit, assignment=task)
    contact = replace(begun, phase=Phase.SUBMITTED, submitted_at=at, submitted_revision=0)
    contacts.save(unit, contact, (), update_id=None, now=at)
    reviews.begin(unit, contact.id, now=at)
    contact_id: int = contact.id
    return contact_id


def another(unit: Unit, world: Any, now: datetime) -> int:
    """Another juror."""
    return people.add_person(unit, edition_id=world.edition, name="Ala Ma", role=Role.JUROR, now=now)


async def test_rivals_are_contacts_of_other_jurors_that_count(database: Database, world: Any, now: datetime) -> None:
    """Same participant, mode and script; not one's own, not another mode, not one that does not count."""

    def live(unit: Unit) -> None:
        other = another(unit, world, now)
        mine, again = sent(unit, world, world.juror, now), sent(unit, world, world.juror, now)
        theirs, call = sent(unit, world, other, now), sent(unit, world, other, now, mode=Mode.PHONE)
        assert disagreements.rivals(unit, mine) == [theirs]
        assert disagreements.rivals(unit, theirs) == [mine, again]
        assert disagreements.rivals(unit, call) == []
        reviews.set_state(unit, again, ReviewState.VOID, now=now)
        assert disagreements.rivals(unit, theirs) == [mine]
        assert not disagreements.counts_for(unit, again)
        assert disagreements.counts_for(unit, mine)

    await database.run(live)


async def test_a_disagreement_goes_through_its_states(database: Database, world: Any, now: datetime) -> None:
    """Found once, settled, opened again; what holds is read for both contacts; other coordinators do not see it."""
    later = now + timedelta(hours=3)

    def live(unit: Unit) -> None:
        other = another(unit, world, now)
        first, second = sent(unit, world, world.juror, now), sent(unit, world, other, now)
        whose = {"edition_id": world.edition, "participant_id": world.participant}
        found = {"item": "W14", "first": 1, "second": 5}
        assert disagreements.add(unit, first, second, "w14", found=found, now=now, **whose)
        assert not disagreements.add(unit, first, second, "w14", found=found, now=later, **whose)
        disagreements.note_pair(unit, first, second, items={"w14": False, "w11": True}, now=now, **whose)
        disagreements.note_pair(unit, first, second, items={"w14": True, "w12": True}, now=later, **whose)
        scope = Scope(world.edition)
        pair = disagreements.pairs(unit, scope)[0]
        assert (set(pair.agreed), pair.differed) == ({"w11", "w12"}, ("w14",))
        row = disagreements.of_pair(unit, first, second)[0]
        assert (row.state, row.found, row.found_at) == (DisagreementState.FOUND, found, now)
        assert disagreements.of_contact(unit, second) == [row]
        kept = {**row.found, "third_slot": 7}
        disagreements.reopen(unit, row.id, DisagreementState.THIRD, found=kept)
        assert disagreements.third_slots(unit, world.participant) == {7}
        assert [one.id for one in disagreements.of_third_slot(unit, world.participant, 7)] == [row.id]
        disagreements.settle(unit, row.id, How.SECOND, value=5, why="Żółć", by=world.coordinator, now=later)
        settled = disagreements.disagreement(unit, row.id, lock=True)
        assert settled is not None
        assert (settled.how, settled.settled_at, settled.third_slot) == (How.SECOND, later, 7)
        assert disagreements.decided(unit, world.edition) == {(first, "w14"): 5, (second, "w14"): 5}
        assert disagreements.counts(unit, scope) == {Which.TO_DECIDE: 0, Which.WAITING: 0, Which.SETTLED: 1}
        disagreements.reopen(unit, row.id, DisagreementState.TO_DECIDE)
        lines = disagreements.listed(unit, scope, Which.TO_DECIDE, limit=5)
        assert [(line.participant, line.item, line.how) for line in lines] == [("Płońsk", "W14", None)]
        assert disagreements.decided(unit, world.edition) == {}
        editions.update_participant(unit, world.participant, coordinator_id=world.coordinator)
        elsewhere = Scope(world.edition, world.coordinator + 1)
        assert disagreements.listed(unit, elsewhere, Which.TO_DECIDE, limit=5) == []
        assert disagreements.pairs(unit, elsewhere) == []
        reviews.set_state(unit, second, ReviewState.VOID, now=now)
        assert disagreements.pairs(unit, scope) == []

    await database.run(live)


async def test_queries_are_listed_and_decide(database: Database, world: Any, now: datetime) -> None:
    """Open ones by their day, overdue ones apart; the value that holds, until it is opened again."""
    week = timedelta(days=7)

    def live(unit: Unit) -> None:
        contact = sent(unit, world, world.juror, now)
        whose = {"edition_id": world.edition, "participant_id": world.participant, "asked_by": "Żaneta"}
        first = queries.add(
            unit, **whose, contact_id=contact, path="w14", text="Było inaczej", asked_at=now, answer_by=now + week
        )
        second = queries.add(unit, **whose, text="Wszystko źle", asked_at=now, answer_by=now + week / 2)
        scope = Scope(world.edition)
        lines = queries.listed(unit, scope, queries.Which.OPEN, now=now, limit=9)
        assert [(line.query.id, line.mode) for line in lines] == [(second, None), (first, Mode.VISIT)]
        later = now + timedelta(days=5)
        assert queries.counts(unit, scope, now=later)[queries.Which.OVERDUE] == 1
        effect = {"late": False, "done": {"kind": "value", "value": True}}
        queries.change(unit, first, state=QueryState.ANSWERED.value, effect=effect, answered_at=later)
        assert queries.decided(unit, world.edition) == {(contact, "w14"): True}
        closed = queries.listed(unit, scope, queries.Which.CLOSED, now=later, limit=9)
        assert [line.query.done for line in closed] == [effect["done"]]
        assert [line.query.id for line in queries.of_participant(unit, scope, world.participant)] == [second, first]
        assert [one.contact_id for one in queries.contacts_of(unit, world.participant)] == [contact]
        editions.update_participant(unit, world.participant, coordinator_id=world.coordinator)
        elsewhere = Scope(world.edition, world.coordinator + 1)
        assert queries.of_participant(unit, elsewhere, world.participant) == []
        assert set(queries.counts(unit, elsewhere, now=later).values()) == {0}

    await database.run(live)
