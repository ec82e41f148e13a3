"""Fixtures of the storage tests: a small contest to put things into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from scenarios.contact import Contact
from scenarios.model import Mode
from storage import assignments, contacts, editions, people, scripts
from storage.database import Database, Unit

NOW = datetime(2026, 11, 23, 9, 30, 15, 123000, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class World:
    """Ids of a contest of one participant, one juror with one assignment, and their coordinator."""

    edition: int
    participant: int
    juror: int
    coordinator: int
    assignment: int
    version: str = "v1"

    def begin(self, unit: Unit, *, assignment: int | None = None) -> Contact:
        """Begin a contact of the juror."""
        return contacts.begin(
            unit,
            assignment_id=self.assignment if assignment is None else assignment,
            person_id=self.juror,
            make=lambda contact_id: Contact(contact_id, self.version, "meldunek", {"participant_name": "Płońsk"}, NOW),
        )


@pytest.fixture
def now() -> datetime:
    """The moment at which the tests happen."""
    return NOW


@pytest.fixture
async def world(database: Database) -> World:
    """A small contest in the database."""
    return await database.run(make_world)


def make_world(unit: Unit) -> World:
    """A small contest."""
    edition = editions.add_edition(
        unit, name="II edycja", starts_on=date(2026, 10, 1), ends_on=date(2026, 12, 31), time_zone="Europe/Warsaw"
    )
    participant = editions.add_participant(
        unit, edition_id=edition, name="Miasto Płońsk", short_name="Płońsk", type="gmina", phone="23 662 26 91"
    )
    juror = people.add_person(unit, edition_id=edition, name="Żaneta Łąka", role=people.Role.JUROR, now=NOW)
    coordinator = people.add_person(unit, edition_id=edition, name="Jan", role=people.Role.COORDINATOR, now=NOW)
    scripts.publish(unit, name="wizyta", version="v1", source="name: wizyta", now=NOW)
    assignment = assignments.assign(
        unit,
        edition_id=edition,
        participant_id=participant,
        person_id=juror,
        coordinator_id=coordinator,
        mode=Mode.VISIT,
        scenario="wizyta",
        opens_at=NOW,
        due_at=NOW + timedelta(days=7),
        now=NOW,
    )
    return World(edition, participant, juror, coordinator, assignment)
