"""Retention: nothing goes before its clock and its warning, then everything of its kind, with proof and no content."""
# ruff: noqa: ANN401 - the small contest of conftest.py, which cannot be imported

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from scenarios.contact import ERASED, Answer, Answered, AnswerState, Contact, Event, Submitted
from scenarios.contact import Phase as ContactPhase
from scenarios.loader import load
from scenarios.model import Scenario, StepType
from storage import (
    contacts,
    editions,
    erasing,
    evidence,
    imports,
    inbox,
    journal,
    messages,
    model_calls,
    people,
    queries,
    queue,
    retention,
    reviews,
    schema,
    suggestions,
)
from storage.database import Database, Unit
from storage.editions import Edition
from storage.erasing import Erased
from storage.imports import ImportState
from storage.reviews import ReviewState
from storage.rules import KEEPING, Keeping
from storage.suggestions import SuggestionState

LIBRARY = Path(__file__).parents[2] / "scenarios" / "library"
DAY = timedelta(days=1)
SMALL = load(
    (LIBRARY / "examples" / "example_calculate.yaml").read_text(encoding="utf-8"), filename="example_calculate.yaml"
)
SMALL_TEXT = next(name for name, step in SMALL.steps_by_name.items() if step.type is StepType.TEXT)
SECRET = "Pani Krystyna Wąs z okienka trzeciego"
"""What nobody may find anywhere afterwards."""
HASHES = {"photo": "a" * 64, "copy": "b" * 64, "memo": "c" * 64, "table": "d" * 64}


def scenario_of(_unit: Unit, _version: str) -> Scenario:
    """The one scenario of these tests."""
    return SMALL


@pytest.fixture
async def full(database: Database, world: Any, now: datetime) -> int:
    """A report with a text, a photo, a memo, a note and everything that can be written around it; its contact's id."""

    def fill(unit: Unit) -> int:
        contact: Contact = world.begin(unit)
        told = Answer(SMALL_TEXT, AnswerState.GIVEN, SECRET, now, 1)
        level = Answer("ocena", AnswerState.NOT_CHECKED, None, now, 2, reason=f"bo {SECRET}")
        sure = Answer("widac", AnswerState.GIVEN, True, now, 3)
        contact = dataclasses.replace(
            contact,
            answers={one.path: one for one in (told, level, sure)},
            revision=3,
            phase=ContactPhase.LOCKED,
            submitted_at=now,
            submitted_revision=3,
        )
        events: list[Event] = [
            *(Answered(one, None) for one in (told, level, sure)),
            Submitted("d" * 64, now, again=False),
        ]
        contacts.save(unit, contact, events, update_id="u1", now=now)
        photo = _file(unit, world, contact, "image", now)
        evidence.verified(
            unit, photo, sha256=HASHES["photo"], size=9, media_type="image/jpeg", copy_sha256=HASHES["copy"],
            latitude=52.1, longitude=21.0, device=SECRET, look=77, now=now,
        )  # fmt: skip
        memo = _file(unit, world, contact, "audio", now)
        evidence.verified(unit, memo, sha256=HASHES["memo"], size=9, media_type="audio/ogg", now=now)
        evidence.write_down(
            unit, contact_id=contact.id, person_id=world.juror, kind="note", channel="web", note=SECRET, now=now
        )
        reviews.begin(unit, contact.id, now=now)
        reviews.set_state(unit, contact.id, ReviewState.APPROVED, now=now + DAY, reviewer_id=None, comment=SECRET)
        _chats(unit, world, now)
        _rest(unit, world, contact, now)
        return contact.id

    return await database.run(fill)


def _file(unit: Unit, world: Any, contact: Contact, kind: str, now: datetime) -> int:
    return evidence.expect(
        unit, contact_id=contact.id, person_id=world.juror, path="zdjecie", kind=kind, channel="telegram",
        ref={"ref": SECRET}, note=SECRET, now=now,
    )  # fmt: skip


def _chats(unit: Unit, world: Any, now: datetime) -> None:
    people.invite(unit, world.juror, token_hash="t", now=now, expires_at=now + DAY)
    found = people.redeem(unit, "t", channel="web", chat="chat-1", now=now)
    assert found is not None
    messages.record_in(unit, address_id=found[1].id, ref="5", body={"text": SECRET}, now=now)


def _rest(unit: Unit, world: Any, contact: Contact, now: datetime) -> None:
    query = queries.add(
        unit, edition_id=world.edition, participant_id=world.participant, contact_id=contact.id, path=None,
        text=SECRET, asked_by=SECRET, asked_at=now, answer_by=now + DAY,
    )  # fmt: skip
    queries.change(unit, query, state="answered", answer=SECRET)
    suggestions.add(
        unit, edition_id=world.edition, contact_id=contact.id, path="opis", criterion="X",
        state=SuggestionState.READY, content_key="k", now=now,
        known={"masked": SECRET, "verdict": {"level": "3", "quotes": [{"text": SECRET}], "summary": SECRET}},
    )  # fmt: skip
    model_calls.add(
        unit, edition_id=world.edition, purpose="rate", content_key="k", model="m", prompt_version="1",
        answer={"said": SECRET}, now=now,
    )  # fmt: skip
    table = imports.add(
        unit, edition_id=world.edition, person_id=world.coordinator, channel="web", ref={"ref": SECRET},
        file_name=SECRET, now=now,
    )  # fmt: skip
    found = {"rows": [SECRET], "written": {"new": 3}}
    imports.change(unit, table, state=ImportState.WRITTEN, sha256=HASHES["table"], found=found, settled_at=now)
    inbox.park(
        unit, channel="web", update_id="u9", raw=SECRET.encode(), problem=f"Trace\nValueError: {SECRET}", now=now
    )
    job = queue.put(unit, kind="send", payload={"body": SECRET}, run_at=now, now=now)
    queue.bury(unit, job, problem=f"ValueError: {SECRET}", now=now)
    people.update_person(unit, world.juror, name=SECRET, email="k@example.pl", phone="601")
    editions.update_participant(unit, world.participant, contact_name=SECRET, contact_email="s@example.pl")


def _edition(unit: Unit, world: Any) -> Edition:
    found = editions.edition(unit, world.edition)
    assert found is not None
    return found


def _erase(unit: Unit, world: Any, kind: Keeping, now: datetime) -> Erased:
    return retention.erase(unit, _edition(unit, world), kind, now=now, scenario_of=scenario_of)


async def test_nothing_is_due_before_its_day(database: Database, world: Any, full: int) -> None:
    """A moment before the clock runs out there is nothing to erase; at that moment there is."""
    assert full
    edition = await database.read(lambda unit: _edition(unit, world))
    for one in await database.read(lambda unit: retention.outlook(unit, edition)):
        assert one.count, one.kind
        assert one.due_at is not None
        assert one.days == KEEPING[one.kind].proposed
        before = one.due_at - timedelta(seconds=1)
        early = await database.run(lambda unit, kind=one.kind, at=before: _erase(unit, world, kind, at))
        assert early.is_empty, one.kind
        late = await database.run(lambda unit, kind=one.kind, at=one.due_at: _erase(unit, world, kind, at))
        assert not late.is_empty, one.kind
        again = await database.run(lambda unit, kind=one.kind, at=one.due_at: _erase(unit, world, kind, at))
        while not again.is_empty:  # contact persons come after the jurors
            again = await database.run(lambda unit, kind=one.kind, at=one.due_at: _erase(unit, world, kind, at))
    assert [one.count for one in await database.read(lambda unit: retention.outlook(unit, edition))] == [0] * 8


async def test_afterwards_no_word_is_left_in_any_table(
    database: Database, world: Any, full: int, now: datetime
) -> None:
    """Every table is searched; what counts for scores is there, and the journal proves what went."""
    late = now + 2000 * DAY

    def erase_all(unit: Unit) -> list[str]:
        blobs = []
        for kind in Keeping:
            while not (erased := _erase(unit, world, kind, late)).is_empty:
                blobs += erased.blobs
        assert not retention.erase_buried(unit, before=late, now=late).is_empty
        return blobs

    assert set(await database.run(erase_all)) == set(HASHES.values())

    def everything(unit: Unit) -> str:
        return "\n".join(str(unit.execute(select(table)).all()) for table in schema.metadata.sorted_tables)

    left = await database.read(everything)
    for part in (SECRET, "Krystyna", "k@example.pl", "s@example.pl", "chat-1", "52.1"):
        assert part not in left
    row = await database.read(lambda unit: contacts.load(unit, full, lock=False))
    assert row is not None
    assert row.erased_at == late
    assert row.receipt == "d" * 64
    assert row.contact.answers["widac"].value is True
    assert row.contact.answers[SMALL_TEXT].value == ERASED
    assert [one.value for one in await database.read(lambda unit: contacts.revisions(unit, full))] == [
        ERASED,
        None,
        True,
    ]
    proof = await database.read(lambda unit: journal.of_subject(unit, f"edition:{world.edition}"))
    proven = [entry.details for entry in proof if entry.what == erasing.ERASED_WORD]
    assert {each for entry in proven for each in entry["sha256"]} == set(HASHES.values())
    assert {entry["kind"] for entry in proven} == {kind.value for kind in Keeping}
    assert any(f"contact:{full}" in entry["were"] for entry in proven)
    juror = await database.read(lambda unit: people.person(unit, world.juror))
    assert juror is not None
    assert juror.name == f"usunięta osoba {world.juror}"


async def test_what_is_argued_about_waits(database: Database, world: Any, full: int, now: datetime) -> None:
    """While a query about a report is open, its files and texts stay."""
    late = now + 2000 * DAY

    def with_query(unit: Unit, state: str) -> list[int]:
        unit.execute(update(schema.queries).values(state=state))
        kinds = (Keeping.MEDIA, Keeping.MEMOS, Keeping.NOTES)
        held = [one.held for one in retention.outlook(unit, _edition(unit, world)) if one.kind in kinds]
        assert held == ([1, 1, 1] if state == "open" else [0, 0, 0])
        return [sum(_erase(unit, world, kind, late).counts.values()) for kind in kinds]

    assert full
    assert await database.run(lambda unit: with_query(unit, "open")) == [0, 0, 0]
    assert all(await database.run(lambda unit: with_query(unit, "answered")))


async def test_a_warning_stands_a_week_before(database: Database, world: Any, full: int) -> None:
    """Organizers are warned once of each number of days; a shorter time needs a warning of its own."""

    def look(unit: Unit, at: datetime) -> tuple[list[Keeping], bool]:
        edition = _edition(unit, world)
        found = retention.to_warn(unit, edition, now=at)
        if found:
            retention.note_warning(unit, edition.id, found, told=1, now=at)
        return [one.kind for one in found], retention.may_erase(unit, edition, Keeping.MEDIA, now=at)

    assert full
    end = retention.end_of(await database.read(lambda unit: _edition(unit, world)))
    due = end + 90 * DAY
    assert (await database.run(lambda unit: look(unit, due - 8 * DAY)))[1] is False
    kinds, may = await database.run(lambda unit: look(unit, due - 7 * DAY))
    assert Keeping.MEDIA in kinds
    assert not may
    assert await database.run(lambda unit: look(unit, due)) == ([], True)

    def shorten(unit: Unit) -> None:
        rules = _edition(unit, world).rules.with_keeping(Keeping.MEDIA, 30)
        editions.set_rules(unit, world.edition, rules)

    await database.run(shorten)
    assert await database.run(lambda unit: look(unit, due)) == ([Keeping.MEDIA], False)
    assert await database.run(lambda unit: look(unit, due + 7 * DAY)) == ([], True)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE answer_revisions SET answer = replace(answer, 'true', 'false'), erasure_id = 1",
        "UPDATE answer_revisions SET answer = replace(answer, '\"given\"', '\"skipped\"'), erasure_id = 1",
        "UPDATE answer_revisions SET path = 'x', erasure_id = 1",
        "UPDATE answer_revisions SET erasure_id = 2",
        "UPDATE answer_revisions SET contact_id = 9, erasure_id = 1",
        "UPDATE erasures SET kind = 'x'",
        "DELETE FROM erasures",
    ],
)
async def test_the_exception_is_narrow(database: Database, world: Any, full: int, now: datetime, change: str) -> None:
    """With an erasure written down a revision may lose its words, and nothing else may change; proofs never do."""
    assert full
    await database.run(
        lambda unit: erasing.begin(unit, "notes", f"edition:{world.edition}", who=None, now=now, details={})
    )
    with pytest.raises(DatabaseError, match="append-only"):
        await database.run(lambda unit: unit.execute(text(change)))


async def test_words_go_once(database: Database, world: Any, full: int, now: datetime) -> None:
    """What was erased cannot be written over again, not even under another erasure."""
    late = now + 2000 * DAY
    assert full
    assert not (await database.run(lambda unit: _erase(unit, world, Keeping.NOTES, late))).is_empty
    table = schema.answer_revisions
    again = update(table).where(table.c.erasure_id.is_not(None)).values(erasure_id=1)
    with pytest.raises(DatabaseError, match="append-only"):
        await database.run(lambda unit: unit.execute(again))
