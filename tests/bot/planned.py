"""Jurors with profiles and planned contacts for the tests of the office, in a house."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.roles.everyone import token_hash
from bot.roles.offering import day_begins, day_ends, offer_slot
from bot.tap_kinds import ConsentYes
from bot.taps import encode
from scenarios.model import Mode
from storage import assignments, people, profiles, slots
from storage.assignments import Assignment
from storage.database import Unit
from storage.people import Role
from storage.profiles import Profile
from storage.slots import Slot
from tests.acceptance.world import ZONE
from tests.bot.house import Guest, House


async def juror(house: House, name: str, *, coordinator: int | None = None, arrives: bool = True) -> tuple[int, Guest]:
    """Another juror with a profile; with a chat, unless told otherwise."""
    token = f"token-{name}"

    def add(unit: Unit) -> int:
        now = house.clock()
        person = people.add_person(
            unit,
            edition_id=house.world.edition,
            name=name,
            role=Role.JUROR,
            language="pl",
            coordinator_id=coordinator,
            now=now,
        )
        profiles.save(unit, Profile(person))
        people.invite(unit, person, token_hash=token_hash(token), now=now, expires_at=now + timedelta(days=7))
        return person

    person = await house.run(add)
    guest = house.chat(name)
    if arrives:
        await guest.says(f"/start {token}")
        await guest.taps_data(encode(ConsentYes()))
    return person, guest


async def slot(
    house: House, *, days: int = 10, person: int | None = None, reserve: int | None = None, mode: Mode = Mode.VISIT
) -> int:
    """A planned contact at the world's participant, open since yesterday."""
    return await house.run(lambda unit: add_slot(unit, house, days=days, person=person, reserve=reserve, mode=mode))


def add_slot(
    unit: Unit, house: House, *, days: int = 10, person: int | None = None, reserve: int | None = None, mode: Mode
) -> int:
    """The same inside a unit."""
    now = house.clock()
    today = now.astimezone(ZONE).date()
    return slots.add(
        unit,
        edition_id=house.world.edition,
        participant_id=house.world.participant,
        mode=mode,
        scenario={Mode.VISIT: "wizyta", Mode.PHONE: "telefon", Mode.EMAIL: "email"}[mode],
        number=1,
        opens_at=day_begins(today - timedelta(days=1), ZONE),
        due_at=day_ends(today + timedelta(days=days), ZONE),
        person_id=person,
        reserve_id=reserve,
        now=now,
    )


async def asked(house: House, slot_id: int, person: int) -> int:
    """Offer a planned contact to somebody; the assignment."""

    def ask(unit: Unit) -> int:
        found = slots.slot(unit, slot_id)
        assert found is not None
        return offer_slot(unit, house.desk, found, person, now=house.clock())

    task = await house.run(ask)
    await house.settle()
    return task


async def chain(house: House, slot_id: int) -> list[tuple[int, str]]:
    """Who was asked for a slot and what became of it, in that order."""
    found = await house.read(lambda unit: assignments.of_slot(unit, slot_id))
    return [(one.person_id, one.state.value) for one in found]


async def task_of(house: House, task: int) -> Assignment:
    """An assignment as it is kept."""
    found = await house.read(lambda unit: assignments.assignment(unit, task))
    assert found is not None
    return found


async def slot_of(house: House, slot_id: int) -> Slot:
    """A slot as it is kept."""
    found = await house.read(lambda unit: slots.slot(unit, slot_id))
    assert found is not None
    return found


def local_day(moment: datetime, *, days: int = 0) -> str:
    """A day near a moment as people type it."""
    day = moment.astimezone(ZONE).date() + timedelta(days=days)
    return f"{day:%d.%m.%Y}"
