"""Editions, participants, assignments and published scenarios are given back as they were put."""
# ruff: noqa: ANN401 - the small contest of conftest.py, which cannot be imported

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from scenarios.model import Mode
from storage import assignments, editions, journal, scripts
from storage.assignments import Assignment, State
from storage.database import Database, Unit
from storage.editions import Edition, Participant


async def test_editions_come_newest_first(database: Database, world: Any) -> None:
    """Dates, time zone and the hours for corrections survive."""
    days = {"starts_on": date(2027, 3, 1), "ends_on": date(2027, 6, 30)}
    added = await database.run(
        lambda unit: editions.add_edition(unit, name="III", **days, time_zone="Europe/Warsaw", correction_hours=48)
    )
    found = await database.read(editions.editions)
    assert [edition.id for edition in found] == [added, world.edition]
    assert found[0] == Edition(added, "III", date(2027, 3, 1), date(2027, 6, 30), "Europe/Warsaw", 48)
    assert await database.read(lambda unit: editions.edition(unit, world.edition)) == found[1]
    assert found[1].correction_hours == 24
    assert await database.read(lambda unit: editions.edition(unit, 999)) is None


async def test_participants_belong_to_an_edition(database: Database, world: Any) -> None:
    """What is not known is an empty text; an edition that is not there is refused by the database."""
    (found,) = await database.read(lambda unit: editions.participants(unit, world.edition))
    blank: dict[str, Any] = dict.fromkeys(("address", "postcode", "city", "hours", "email", "site", "social"), "")
    names: dict[str, Any] = {"name": "Miasto Płońsk", "short_name": "Płońsk", "type": "gmina", "phone": "23 662 26 91"}
    assert found == Participant(id=world.participant, edition_id=world.edition, **names, **blank)
    assert await database.read(lambda unit: editions.participant(unit, world.participant)) == found
    assert await database.read(lambda unit: editions.participant(unit, 999)) is None
    with pytest.raises(IntegrityError):
        await database.run(
            lambda unit: editions.add_participant(unit, edition_id=999, name="X", short_name="X", type="gmina")
        )


async def test_an_assignment_lives(database: Database, world: Any, now: datetime) -> None:
    """Offered, accepted, bound to its contact, returned with a reason; every field comes back."""
    later = now + timedelta(hours=3)

    def live(unit: Unit) -> Assignment | None:
        assignments.change(unit, world.assignment, state=State.ACCEPTED, now=now)
        assignments.bind_contact(unit, world.assignment, world.begin(unit).id)
        assignments.change(unit, world.assignment, state=State.RETURNED, reason="konflikt", now=later)
        return assignments.assignment(unit, world.assignment, lock=True)

    assert await database.run(live) == Assignment(
        id=world.assignment,
        edition_id=world.edition,
        participant_id=world.participant,
        person_id=world.juror,
        coordinator_id=world.coordinator,
        mode=Mode.VISIT,
        scenario="wizyta",
        case=None,
        state=State.RETURNED,
        opens_at=now,
        due_at=now + timedelta(days=7),
        reason="konflikt",
        contact_id=1,
        changed_at=later,
        created_at=now,
    )
    assert await database.read(lambda unit: assignments.assignment(unit, 999)) is None
    with pytest.raises(LookupError):
        await database.run(lambda unit: assignments.change(unit, 999, state=State.DONE, now=now))


async def test_assignments_are_listed_by_date(database: Database, world: Any, now: datetime) -> None:
    """The soonest due first, of one person or of the whole edition."""

    def more(unit: Unit) -> list[int]:
        whom = {"edition_id": world.edition, "participant_id": world.participant}
        return [
            assignments.assign(
                unit,
                **whom,
                person_id=person,
                mode=Mode.PHONE,
                scenario="telefon",
                opens_at=now,
                due_at=now + timedelta(days=days),
                now=now,
            )
            for person, days in ((world.juror, 1), (world.coordinator, 2))
        ]

    soon, other = await database.run(more)
    mine = await database.read(lambda unit: assignments.of_person(unit, world.juror))
    assert [assignment.id for assignment in mine] == [soon, world.assignment]
    everyone = await database.read(lambda unit: assignments.of_edition(unit, world.edition))
    assert [assignment.id for assignment in everyone] == [soon, other, world.assignment]


async def test_every_published_version_stays(database: Database, world: Any, now: datetime) -> None:  # noqa: ARG001 - it must be there
    """The last published is the newest; the same version again changes nothing, also not which is the newest."""

    def publish(version: str, name: str = "wizyta") -> Any:
        return lambda unit: scripts.publish(unit, name=name, version=version, source=f"source of {version}", now=now)

    assert await database.run(publish("v2"))
    assert not await database.run(publish("v1"))
    assert await database.run(publish("t1", "telefon"))
    assert await database.read(lambda unit: scripts.newest(unit, "wizyta")) == ("v2", "source of v2")
    assert await database.read(lambda unit: scripts.newest(unit, "poczta")) is None
    assert await database.read(lambda unit: scripts.source(unit, "v1")) == "name: wizyta"
    assert await database.read(lambda unit: scripts.source(unit, "v9")) is None
    assert await database.read(scripts.names) == ["telefon", "wizyta"]


async def test_the_journal_is_read_by_subject_and_from_its_end(database: Database, world: Any, now: datetime) -> None:
    """Who, what, when and details come back; the newest first with pages."""

    def write(unit: Unit) -> None:
        for number in range(4):
            who = world.juror if number else None
            subject = f"contact:{number % 2}"
            journal.write(unit, at=now, who=who, what="answered", subject=subject, details={"n": number})

    await database.run(write)
    mine = await database.read(lambda unit: journal.of_subject(unit, "contact:0"))
    assert [(entry.who, entry.what, entry.at, entry.details) for entry in mine] == [
        (None, "answered", now, {"n": 0}),
        (world.juror, "answered", now, {"n": 2}),
    ]
    page = await database.read(lambda unit: journal.recent(unit, limit=3))
    assert [entry.details["n"] for entry in page] == [3, 2, 1]
    rest = await database.read(lambda unit: journal.recent(unit, limit=3, before_id=page[-1].id))
    assert [entry.details["n"] for entry in rest] == [0]


async def test_a_moment_without_a_time_zone_is_refused(database: Database, world: Any) -> None:
    """A naive datetime would be some other moment elsewhere."""
    naive = datetime(2026, 1, 1)
    with pytest.raises(Exception, match="time zone"):
        await database.run(
            lambda unit: journal.write(unit, at=naive, who=world.juror, what="x", subject="x", details={})
        )
