"""Rubrics, score sheets and standings as they are kept, on both databases."""
# ruff: noqa: ANN401 - the small contest of conftest.py, which cannot be imported

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from scenarios.contact import Phase
from scoring.sheets import Sheet
from storage import contacts, doubts, editions, reviews, rubrics, score_sheets, standings
from storage.database import Database, Unit
from storage.doubts import Doubt
from storage.reviews import ReviewState
from storage.scope import Scope
from storage.score_sheets import SheetRow
from storage.standings import StandingRow

SHEET = Sheet("wizyta", "visit", "A", {"w02": "yes", "w06": "4"})


def sent(unit: Unit, world: Any, at: datetime) -> int:
    """A contact that was sent."""
    begun = world.begin(unit)
    contact = replace(begun, phase=Phase.SUBMITTED, submitted_at=at, submitted_revision=0)
    contacts.save(unit, contact, (), update_id=None, now=at)
    contact_id: int = contact.id
    return contact_id


def row(world: Any, contact_id: int, at: datetime, sheet: Sheet = SHEET, *, counts: bool = True) -> SheetRow:
    """A sheet of the world's participant."""
    return SheetRow(contact_id, world.edition, world.participant, counts, sheet, at)


async def test_rubrics_keep_every_version(database: Database, now: datetime) -> None:
    """The one published last is the newest of its name; the same version is published once."""

    def live(unit: Unit) -> None:
        assert rubrics.newest(unit, "r") is None
        assert rubrics.publish(unit, name="r", version="v1", source="ż: 1", now=now)
        assert rubrics.publish(unit, name="r", version="v2", source="ż: 2", now=now)
        assert not rubrics.publish(unit, name="r", version="v1", source="ż: 1", now=now)
        assert rubrics.publish(unit, name="s", version="v3", source="ż: 3", now=now + timedelta(days=1))
        assert rubrics.newest(unit, "r") == "v2"
        assert (rubrics.source(unit, "v1"), rubrics.source(unit, "v9")) == ("ż: 1", None)
        assert [rubrics.one_published(unit, one.id) for one in rubrics.published(unit)] == rubrics.published(unit)
        assert rubrics.one_published(unit, 999) is None
        assert [(one.name, one.version) for one in rubrics.published(unit)] == [("s", "v3"), ("r", "v2"), ("r", "v1")]

    await database.run(live)


async def test_sheets_become_records(database: Database, world: Any, now: datetime) -> None:
    """Those that count, with the participant's type as it is now; one that is there stays, or is replaced."""

    def live(unit: Unit) -> None:
        first, second = sent(unit, world, now), sent(unit, world, now)
        assert score_sheets.without_sheet(unit, [world.participant]) == [first, second]
        assert score_sheets.editions_behind(unit) == [world.edition]
        score_sheets.add(unit, [row(world, first, now), row(world, second, now, counts=False)])
        score_sheets.add(unit, [row(world, first, now, replace(SHEET, group="Z"))])
        score_sheets.add(unit, [])
        assert score_sheets.without_sheet(unit, [world.participant]) == []
        assert score_sheets.editions_behind(unit) == []
        records = score_sheets.records_of(unit, world.participant)
        assert [(one.name, one.group, one.type, dict(one.answers)) for one in records] == [
            (str(first), "A", "gmina", {"w02": "yes", "w06": "4"})
        ]
        editions.update_participant(unit, world.participant, type="szkoła")
        rounds = replace(SHEET, group="B", rounds=({"x": "no"},))
        score_sheets.save(unit, row(world, second, now + timedelta(hours=1), rounds))
        records = score_sheets.records_of(unit, world.participant)
        assert [(one.name, one.type) for one in records] == [
            (str(first), "szkoła"),
            (str(second), "szkoła"),
            (f"{second}.1", "szkoła"),
        ]
        reviews.begin(unit, second, now=now)
        reviews.set_state(unit, second, ReviewState.APPROVED, now=now)
        found = score_sheets.of_participant(unit, world.participant)
        assert found is not None
        assert [(one.contact_id, one.is_approved) for one in found.counted] == [(first, False), (second, True)]
        kept = score_sheets.of_contact(unit, second)
        assert kept is not None
        assert kept.data["r"] == [{"x": "no"}]
        assert score_sheets.of_contact(unit, 999) is None
        assert score_sheets.of_participant(unit, 999) is None
        assert score_sheets.records_of(unit, 999) == []
        score_sheets.hold(unit, [world.participant])

    await database.run(live)


async def test_an_edition_is_streamed_by_participants(
    database: Database, world: Any, now: datetime, monkeypatch: Any
) -> None:
    """Each once, with all of its sheets, however few rows are fetched together."""
    monkeypatch.setattr(score_sheets, "AT_ONCE", 2)

    def live(unit: Unit) -> list[int]:
        others = [
            editions.add_participant(unit, edition_id=world.edition, name=name, short_name=name, type="gmina")
            for name in ("Ala", "Ola")
        ]
        for participant in (others[1], world.participant, others[1], others[1]):
            theirs = replace(world, participant=participant)
            score_sheets.save(unit, row(theirs, sent(unit, world, now), now))
        return others

    others = await database.run(live)

    def look(unit: Unit) -> None:
        found = list(score_sheets.stream(unit, world.edition))
        assert [(one.participant_id, len(one.kept)) for one in found] == [(world.participant, 1), (others[1], 3)]
        assert [one.type for one in found] == ["gmina", "gmina"]
        assert score_sheets.next_participants(unit, world.edition, after=0, limit=2) == [world.participant, others[0]]
        assert score_sheets.next_participants(unit, world.edition, after=others[0], limit=2) == [others[1]]
        every = score_sheets.of_participants(unit, [others[1], others[0]])
        assert [(one.participant_id, len(one.kept)) for one in every] == [(others[0], 0), (others[1], 3)]

    await database.read(look)


async def test_standings_within_a_scope(database: Database, world: Any, now: datetime) -> None:
    """Saved and replaced; a coordinator sees those of theirs or nobody's; with what a list says of a participant."""
    whose = {"participant_id": world.participant, "edition_id": world.edition, "rubric_version": "v1"}
    spread = {"total": {"n": 3, "min": 40.0, "max": 80.5, "low": 45.25, "high": None}}
    first = StandingRow(**whose, total=71.25, scores={"total": 71.25, "D": None}, spread=spread, contacts=3,
                        not_approved=1, computed_at=now)  # fmt: skip

    def live(unit: Unit) -> None:
        standings.save(unit, [first])
        standings.save(unit, [])
        assert standings.of_participant(unit, world.participant) == first
        second = replace(first, total=None, scores={"total": None}, spread={}, computed_at=now + timedelta(hours=1))
        standings.save(unit, [second])
        assert standings.of_participants(unit, [world.participant, 999]) == {world.participant: second}
        scope = Scope(world.edition)
        ((placed, found),) = standings.of_edition(unit, scope)
        assert found == second
        assert (placed.name, placed.type, placed.voivodship, placed.is_withdrawn) == ("Płońsk", "gmina", "", False)
        assert standings.totals(unit, scope) == [(placed, None)]
        editions.update_participant(unit, world.participant, coordinator_id=world.coordinator, withdrawn_at=now)
        ((placed, found),) = standings.of_edition(unit, Scope(world.edition, world.coordinator))
        assert placed.is_withdrawn
        assert standings.of_edition(unit, Scope(world.edition, world.coordinator + 1)) == []
        assert standings.of_edition(unit, Scope(world.edition + 1)) == []
        standings.remove(unit, [])
        standings.remove(unit, [world.participant])
        assert standings.of_participant(unit, world.participant) is None

    await database.run(live)


async def test_marks_of_one_kind_stand_by_themselves(database: Database, world: Any, now: datetime) -> None:
    """Replaced without touching the others, and left alone when those are."""

    def live(unit: Unit) -> None:
        contact = sent(unit, world, now)
        doubts.replace_kind(unit, contact, "much", [Doubt("much", None, {"percent": 30})], now=now)
        doubts.replace_all(unit, contact, [Doubt("fast", "w02", {})], now=now, but="much")
        assert [one.kind for one in doubts.of_contact(unit, contact)] == ["much", "fast"]
        assert doubts.of_kind(unit, "much", [contact]) == [(contact, Doubt("much", None, {"percent": 30}))]
        doubts.replace_kind(unit, contact, "much", [], now=now)
        doubts.replace_all(unit, contact, [], now=now)
        assert doubts.of_contact(unit, contact) == []

    await database.run(live)
