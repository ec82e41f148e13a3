"""What reminders look at, and what an edition's screens count; on both databases."""
# ruff: noqa: ANN401 - the small contest of conftest.py, which cannot be imported

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from scenarios.model import Mode
from storage import assignments, editions, journal, people, reminders, reviews, slots
from storage.database import Database, Unit
from storage.reminders import Backlog
from storage.reviews import ReviewState

DAYS = {"starts_on": date(2026, 10, 1), "ends_on": date(2026, 10, 31)}


async def test_who_was_reminded_of_what_and_when(database: Database, world: Any, now: datetime) -> None:
    """By subject, kind and details, oldest first; other entries do not count."""
    subject, later = f"contact:{world.assignment}", now + timedelta(days=1)

    def work(unit: Unit) -> None:
        for at, kind, turn in ((now, "a", 1), (later, "a", 2), (later, "b", 2)):
            details = {"kind": kind, "turn": turn}
            journal.write(unit, at=at, who=None, what=reminders.REMINDED, subject=subject, details=details)
        journal.write(unit, at=now, who=None, what="begun", subject=subject, details={"kind": "a"})

    await database.run(work)
    assert await database.read(lambda unit: reminders.times(unit, subject, "a")) == (now, later)
    assert await database.read(lambda unit: reminders.times(unit, subject, "a", turn=2)) == (later,)
    assert await database.read(lambda unit: reminders.times(unit, "contact:99", "a")) == ()


async def test_a_contact_knows_its_edition_and_its_last_change(database: Database, world: Any, now: datetime) -> None:
    """And one that never was knows nothing."""
    contact = await database.run(world.begin)
    assert await database.read(lambda unit: reminders.edition_of_contact(unit, contact.id)) == world.edition
    assert await database.read(lambda unit: reminders.touched_at(unit, contact.id)) == now
    assert await database.read(lambda unit: reminders.edition_of_contact(unit, 999)) is None
    assert await database.read(lambda unit: reminders.touched_at(unit, 999)) is None


async def test_the_backlog_is_the_coordinators_own_and_nobodys(database: Database, world: Any, now: datetime) -> None:
    """What waits with another coordinator, or was settled, is not counted."""
    nothing = await database.read(
        lambda unit: reminders.backlog(unit, edition_id=world.edition, coordinator_id=world.coordinator)
    )
    assert nothing == Backlog(0, None)

    def work(unit: Unit) -> int:
        other = people.add_person(unit, edition_id=world.edition, name="Ewa", role=people.Role.COORDINATOR, now=now)
        for hours, coordinator in enumerate((world.coordinator, None, other, world.coordinator)):
            task = assignments.assign(
                unit,
                edition_id=world.edition,
                participant_id=world.participant,
                person_id=world.juror,
                coordinator_id=coordinator,
                mode=Mode.PHONE,
                scenario="telefon",
                opens_at=now,
                due_at=now,
                now=now,
            )
            contact = world.begin(unit, assignment=task)
            reviews.begin(unit, contact.id, now=now + timedelta(hours=hours))
        reviews.set_state(unit, contact.id, ReviewState.APPROVED, now=now)
        return other

    other = await database.run(work)
    mine = await database.read(
        lambda unit: reminders.backlog(unit, edition_id=world.edition, coordinator_id=world.coordinator)
    )
    theirs = await database.read(lambda unit: reminders.backlog(unit, edition_id=world.edition, coordinator_id=other))
    assert mine == Backlog(2, now)
    assert theirs == Backlog(2, now + timedelta(hours=1))


async def test_waves_with_planned_contacts_stay(database: Database, world: Any, now: datetime) -> None:
    """Slots are counted by wave, closed ones too; the database refuses to remove such a wave, an empty one goes."""

    def work(unit: Unit) -> tuple[int, int]:
        full = editions.add_wave(unit, edition_id=world.edition, name="I", **DAYS)
        empty = editions.add_wave(unit, edition_id=world.edition, name="II", **DAYS)
        for number, wave in enumerate((full, full, None), 1):
            slots.add(
                unit,
                edition_id=world.edition,
                participant_id=world.participant,
                mode=Mode.VISIT,
                scenario="wizyta",
                number=number,
                opens_at=now,
                due_at=now,
                now=now,
                wave_id=wave,
            )
        return full, empty

    full, empty = await database.run(work)
    assert await database.read(lambda unit: editions.slots_by_wave(unit, world.edition)) == {full: 2}
    with pytest.raises(IntegrityError):
        await database.run(lambda unit: editions.remove_wave(unit, full))
    await database.run(lambda unit: editions.remove_wave(unit, empty))
    assert [wave.id for wave in await database.read(lambda unit: editions.waves(unit, world.edition))] == [full]
    with pytest.raises(LookupError):
        await database.run(lambda unit: editions.remove_wave(unit, empty))


async def test_participants_are_counted_and_their_types_named(database: Database, world: Any, now: datetime) -> None:
    """Those that withdrew are not counted; types come once, by the alphabet."""

    def work(unit: Unit) -> None:
        for name, kind, gone in (("A", "powiat", None), ("B", "gmina", now), ("C", "", None)):
            editions.add_participant(
                unit, edition_id=world.edition, name=name, short_name=name, type=kind, withdrawn_at=gone
            )

    await database.run(work)
    assert await database.read(lambda unit: editions.count_participants(unit, world.edition)) == 3
    assert await database.read(lambda unit: editions.participant_types(unit, world.edition)) == ["gmina", "powiat"]
    locked = await database.run(lambda unit: editions.edition(unit, world.edition, lock=True))
    assert locked is not None
