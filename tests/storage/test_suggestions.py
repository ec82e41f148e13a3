"""Suggestions and questions to a model as they are kept, on both databases."""
# ruff: noqa: ANN401 - the small contest of conftest.py, which cannot be imported

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from scenarios.contact import Phase
from storage import assignments, contacts, model_calls, suggestions
from storage.database import Database, Unit
from storage.model_calls import Totals
from storage.scope import Scope
from storage.suggestions import Decision, Rates, SuggestionState


def made(unit: Unit, world: Any, contact_id: int, key: str, now: datetime, **known: object) -> bool:
    """A suggestion about w14."""
    return suggestions.add(
        unit,
        edition_id=world.edition,
        contact_id=contact_id,
        path="w14",
        criterion="W14",
        state=SuggestionState.READY,
        content_key=key,
        now=now,
        known={"verdict": {"level": "4"}, **known},
    )


def begun(unit: Unit, world: Any, at: datetime) -> int:
    """A contact that was sent."""
    contact = replace(world.begin(unit), phase=Phase.SUBMITTED, submitted_at=at, submitted_revision=0)
    contacts.save(unit, contact, (), update_id=None, now=at)
    contact_id: int = contact.id
    return contact_id


async def test_one_row_for_the_same_texts(database: Database, world: Any, now: datetime) -> None:
    """The same texts have one row; other texts another, and those that are gone are past until they come back."""

    def live(unit: Unit) -> None:
        contact = begun(unit, world, now)
        assert made(unit, world, contact, "k1", now)
        assert not made(unit, world, contact, "k1", now, problem="x")
        assert made(unit, world, contact, "k2", now, masked="ż [osoba 1]", tokens_in=3, cost=0.5)
        assert suggestions.keys(unit, contact) == {("w14", "k1"), ("w14", "k2")}
        first, second = suggestions.of_contact(unit, contact)
        assert (second.masked, second.tokens_in, second.cost, second.level) == ("ż [osoba 1]", 3, 0.5, "4")
        suggestions.keep_current(unit, contact, [("w14", "k2")], now=now)
        assert [one.id for one in suggestions.of_contact(unit, contact)] == [second.id]
        suggestions.keep_current(unit, contact, [("w14", "k1")], now=now)
        assert [one.id for one in suggestions.of_contact(unit, contact)] == [first.id]
        assert suggestions.suggestion(unit, 10_000) is None

    await database.run(live)


async def test_what_people_decided(database: Database, world: Any, now: datetime) -> None:
    """Levels by contact and path, the last decision counts; a rejected one leaves the juror's own answer."""

    def live(unit: Unit) -> None:
        contact = begun(unit, world, now)
        made(unit, world, contact, "k1", now)
        made(unit, world, contact, "k2", now)
        first, second = suggestions.of_contact(unit, contact)
        by, later = world.coordinator, now + timedelta(hours=1)
        assert suggestions.decided(unit, world.edition) == {}
        suggestions.decide(unit, first.id, Decision.CHANGED, level="5", by=by, now=now)
        assert suggestions.decided(unit, world.edition) == {(contact, "w14"): 5}
        assert suggestions.decided(unit, world.edition, participant_id=world.participant) == {(contact, "w14"): 5}
        assert suggestions.decided(unit, world.edition, participant_id=world.participant + 1) == {}
        assert suggestions.decided(unit, world.edition + 1) == {}
        suggestions.decide(unit, second.id, Decision.REJECTED, level=None, by=by, now=later)
        assert suggestions.decided(unit, world.edition) == {}
        suggestions.decide(unit, second.id, Decision.CONFIRMED, level="some", by=by, now=later)
        assert suggestions.decided(unit, world.edition) == {(contact, "w14"): "some"}
        assert suggestions.rates(unit, world.edition) == {"W14": Rates(confirmed=1, changed=1)}
        assert suggestions.rates(unit, world.edition)["W14"].decided == 2
        suggestions.decide(unit, second.id, None, level=None, by=None, now=later)
        locked = suggestions.suggestion(unit, second.id, lock=True)
        assert locked is not None
        assert (locked.decision, locked.decided_at) == (None, None)
        assert suggestions.rates(unit, world.edition) == {"W14": Rates(changed=1, waiting=1)}
        assert suggestions.reopen_changed(unit, contact, since_revision=0) == []

    await database.run(live)


async def test_what_waits_within_a_scope(database: Database, world: Any, now: datetime) -> None:
    """One after the other, and from the end on again; a coordinator sees their own and nobody's."""

    def live(unit: Unit) -> None:
        contact = begun(unit, world, now)
        made(unit, world, contact, "k1", now)
        made(unit, world, contact, "k2", now)
        first, second = suggestions.of_contact(unit, contact)
        row = contacts.load(unit, contact, lock=False)
        assert row is not None
        task = assignments.assignment(unit, row.assignment_id)
        assert task is not None
        everything = Scope(world.edition)
        owner = Scope(world.edition, task.coordinator_id or 1)
        stranger = Scope(world.edition, 10_000)
        hidden = 0 if task.coordinator_id is not None else 2
        assert [suggestions.waiting(unit, one) for one in (everything, owner, stranger)] == [2, 2, hidden]
        assert suggestions.waiting(unit, everything, contact_id=contact + 1) == 0
        found = [suggestions.next_waiting(unit, everything, after=after) for after in (0, first.id, second.id)]
        assert [one.id for one in found if one is not None] == [first.id, second.id, first.id]
        assert suggestions.next_waiting(unit, everything, contact_id=contact + 1) is None
        assert suggestions.next_waiting(unit, Scope(world.edition + 1)) is None

    await database.run(live)


async def test_questions_to_a_model(database: Database, world: Any, now: datetime) -> None:
    """What was answered is found by its key; what failed is not; sums are those of the edition."""

    def live(unit: Unit) -> None:
        edition = world.edition
        assert model_calls.totals(unit, edition) == Totals(0, 0, 0, 0, 0.0)
        asked = {"edition_id": edition, "purpose": "rate", "model": "m", "prompt_version": "1-x"}
        model_calls.add(unit, **asked, content_key="k", problem="limit (HTTP 429)", now=now)
        assert model_calls.answered(unit, "k") is None
        failed = model_calls.totals(unit, edition)
        assert (failed.failed, failed.problem, failed.at) == (1, "limit (HTTP 429)", now)
        model_calls.add(
            unit, **asked, content_key="k", answer={"text": "ż"}, tokens_in=5, tokens_out=2, cost=0.25, now=now
        )
        model_calls.add(unit, **asked, content_key="k", answer={"text": "later"}, cost=0.5, now=now)
        assert model_calls.answered(unit, "k") == {"text": "ż"}
        assert model_calls.spent(unit, edition) == 0.75
        assert model_calls.spent(unit, edition + 1) == 0
        assert model_calls.totals(unit, edition) == Totals(3, 1, 5, 2, 0.75, None, now)

    await database.run(live)
