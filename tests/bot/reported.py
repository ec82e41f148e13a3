"""Reports that were sent without a chat: made by the engine at once, for tests of what comes after them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.jobs import put_examine, put_score
from bot.roles.juror.walking import facts_of
from scenarios import engine
from scenarios.autopilot import next_sensible
from scenarios.contact import Closed, Contact, Event, Turn
from scenarios.model import Mode
from storage import assignments, contacts, editions, reviews
from storage.assignments import State
from storage.unit import Unit
from tests.acceptance.world import ZONE
from tests.bot.house import House


async def reported(
    house: House,
    person: int,
    chosen: Mapping[str, str] | None = None,
    *,
    task: int | None = None,
    scenario: str = "telefon",
) -> int:
    """A report of a person that was sent, with those answers; of a task that is there, or a new one."""
    contact = await house.run(lambda unit: _send(unit, house, person, task, scenario, chosen or {}))
    await house.settle()
    return contact


def _send(  # noqa: PLR0917 - one caller
    unit: Unit, house: House, person: int, task: int | None, name: str, chosen: Mapping[str, str]
) -> int:
    now = house.clock()
    scenario = house.desk.scripts.newest(unit, name)
    given = task or assignments.assign(
        unit,
        edition_id=house.world.edition,
        participant_id=house.world.participant,
        person_id=person,
        coordinator_id=house.world.coordinator,
        mode=Mode.PHONE if name == "telefon" else Mode.EMAIL,
        scenario=name,
        opens_at=now - timedelta(days=1),
        due_at=now + timedelta(days=9),
        now=now,
    )
    place = editions.participant(unit, house.world.participant)
    assert place is not None
    facts = facts_of(place, window="")
    turns: list[Turn] = []

    def make(contact_id: int) -> Contact:
        turns.append(engine.begin(scenario, contact_id=contact_id, facts=facts, now=now, zone=ZONE))
        return turns[0].contact

    contact = contacts.begin(unit, assignment_id=given, person_id=person, make=make)
    assignments.bind_contact(unit, given, contact.id)
    turn, events = turns[0], list[Event](turns[0].events)
    while not isinstance(turn.prompt, Closed):
        found = next_sensible(scenario, turn, now=now, zone=ZONE, chosen=chosen)
        assert found is not None, turn.prompt
        turn = found[1]
        events += turn.events
    contacts.save(unit, turn.contact, events, update_id=None, now=now)
    contacts.set_locks_at(unit, contact.id, now + timedelta(hours=24))
    assignments.change(unit, given, state=State.DONE, now=now)
    reviews.begin(unit, contact.id, now=now)
    put_examine(unit, contact.id, now=now)
    put_score(unit, contact.id, now=now)
    return contact.id
