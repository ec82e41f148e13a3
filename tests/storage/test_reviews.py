"""Reviews and doubts as they are kept: the queue within what somebody sees, returns, marks, prints, files elsewhere."""
# ruff: noqa: ANN401 - the small contest of conftest.py, which cannot be imported

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from scenarios.contact import Phase
from scenarios.model import Mode
from storage import assignments, contacts, doubts, evidence, people, reviews
from storage.database import Database, Unit
from storage.doubts import Doubt, SharedPrints
from storage.people import Role
from storage.reviews import ReviewState, Which
from storage.scope import Scope


def sent(unit: Unit, world: Any, at: datetime, *, coordinator: int | None = None) -> int:
    """A contact that was sent then; another coordinator's where one is given."""
    task: int = world.assignment
    if coordinator is not None:
        task = assignments.assign(
            unit,
            edition_id=world.edition,
            participant_id=world.participant,
            person_id=world.juror,
            coordinator_id=coordinator,
            mode=Mode.PHONE,
            scenario="telefon",
            opens_at=at,
            due_at=at,
            now=at,
        )
    begun = world.begin(unit, assignment=task)
    contact = replace(begun, phase=Phase.SUBMITTED, submitted_at=at, submitted_revision=0)
    contacts.save(unit, contact, (), update_id=None, now=at)
    assert reviews.begin(unit, contact.id, now=at)
    assert not reviews.begin(unit, contact.id, now=at)
    contact_id: int = contact.id
    return contact_id


async def test_a_review_goes_through_its_states(database: Database, world: Any, now: datetime) -> None:
    """Every field comes back; what joins the queue again waits since then."""
    later = now + timedelta(hours=3)

    def live(unit: Unit) -> tuple[reviews.Review | None, reviews.Review | None]:
        contact = sent(unit, world, now)
        values = {"reviewer_id": world.coordinator, "comment": "Żółć", "paths": ("a", "b"), "answer_by": later}
        reviews.set_state(unit, contact, ReviewState.RETURNED, now=now, **values)
        returned = reviews.review(unit, contact, lock=True)
        reviews.set_state(unit, contact, ReviewState.WAITING, now=later)
        return returned, reviews.review(unit, contact)

    returned, waiting = await database.run(live)
    assert returned is not None
    assert (returned.state, returned.paths, returned.comment) == (ReviewState.RETURNED, ("a", "b"), "Żółć")
    assert (returned.answer_by, returned.reviewer_id) == (later, world.coordinator)
    assert not returned.is_unanswered
    assert waiting is not None
    assert (waiting.waiting_since, waiting.paths, waiting.is_unanswered) == (later, ("a", "b"), True)
    with pytest.raises(LookupError):
        await database.run(lambda unit: reviews.set_state(unit, 999, ReviewState.VOID, now=now))
    assert await database.read(lambda unit: reviews.review(unit, 999)) is None


async def test_a_return_is_put_together(database: Database, world: Any, now: datetime) -> None:
    """Beside what was returned before; deciding lets it go."""

    def put(unit: Unit) -> tuple[reviews.Review | None, reviews.Review | None]:
        contact = sent(unit, world, now)
        reviews.set_state(unit, contact, ReviewState.WAITING, now=now, paths=("old",))
        found = reviews.review(unit, contact)
        assert found is not None
        reviews.put_together(unit, found, chosen=("a",), draft="Proszę")
        between = reviews.review(unit, contact)
        reviews.put_together(unit, found, chosen=None, draft=None)
        return between, reviews.review(unit, contact)

    between, after = await database.run(put)
    assert between is not None
    assert (between.paths, between.chosen, between.draft) == (("old",), ("a",), "Proszę")
    assert after is not None
    assert (after.paths, after.chosen, after.draft) == (("old",), None, None)


async def test_the_queue_within_a_scope(database: Database, world: Any, now: datetime) -> None:
    """What waits longest first; another coordinator's reports are not there, an organizer sees all."""

    def queue(unit: Unit) -> None:
        other = people.add_person(unit, edition_id=world.edition, name="Inny", role=Role.COORDINATOR, now=now)
        first = sent(unit, world, now)
        second = sent(unit, world, now + timedelta(minutes=1))
        theirs = sent(unit, world, now + timedelta(minutes=2), coordinator=other)
        doubts.replace_all(unit, second, [Doubt("too_fast", None, {"answers": 9})], now=now)
        reviews.take_on(unit, second, world.coordinator, now=now)
        mine, every = Scope(world.edition, world.coordinator), Scope(world.edition)
        counts = reviews.counts(unit, mine, person_id=world.coordinator)
        expected = {Which.WAITING: 2, Which.DOUBTFUL: 1, Which.RETURNED: 0, Which.MINE: 1, Which.SETTLED: 0}
        assert counts == expected
        lines = reviews.queue(unit, mine, Which.WAITING, person_id=world.coordinator, limit=9)
        assert [(line.contact_id, line.doubts) for line in lines] == [(first, 0), (second, 1)]
        assert (lines[0].participant, lines[0].mode, lines[0].is_unanswered) == ("Płońsk", Mode.VISIT, False)
        paged = reviews.queue(unit, every, Which.WAITING, person_id=0, limit=1, offset=2)
        assert [line.contact_id for line in paged] == [theirs]
        found = reviews.review(unit, second)
        assert found is not None
        assert reviews.beside(unit, mine, found, forward=False) == first
        assert reviews.beside(unit, mine, found, forward=True) is None
        assert reviews.beside(unit, every, found, forward=True) == theirs
        reviews.set_state(unit, first, ReviewState.APPROVED, now=now)
        reviews.set_state(unit, second, ReviewState.VOID, now=now + timedelta(hours=1))
        settled = reviews.queue(unit, mine, Which.SETTLED, person_id=0, limit=9)
        assert [line.contact_id for line in settled] == [second, first]
        assert reviews.jurors_at(unit, world.participant) == [world.juror]

    await database.run(queue)


async def test_doubts_are_found_anew(database: Database, world: Any, now: datetime) -> None:
    """The marks of before are gone, those of other contacts stay."""

    def mark(unit: Unit) -> tuple[list[Doubt], list[Doubt]]:
        first, second = sent(unit, world, now), sent(unit, world, now)
        mine = [Doubt("same_photo", "front", {"contact": second}), Doubt("too_fast", None, {})]
        doubts.replace_all(unit, first, [Doubt("too_fast", None, {})], now=now)
        doubts.replace_all(unit, first, mine, now=now)
        doubts.replace_all(unit, second, [], now=now)
        return doubts.of_contact(unit, first), doubts.of_contact(unit, second)

    first, second = await database.run(mark)
    assert [one.kind for one in first] == ["same_photo", "too_fast"]
    assert first[0].path == "front"
    assert second == []


async def test_texts_with_prints_in_common(database: Database, world: Any, now: datetime) -> None:
    """Those with most first, and only with enough; numbers of 64 bits with their sign."""

    def share(unit: Unit) -> tuple[int, list[SharedPrints]]:
        first, second, third = (sent(unit, world, now) for _number in range(3))
        doubts.replace_prints(unit, first, {"story": {1, 2, -(2**63), 2**63 - 1}})
        doubts.replace_prints(unit, second, {"story": {9}})
        doubts.replace_prints(unit, second, {"why": {1, 2, -(2**63)}})
        doubts.replace_prints(unit, third, {"story": {2}})
        return second, doubts.sharing_prints(unit, first, edition_id=world.edition, least=2, limit=5)

    second, found = await database.run(share)
    assert found == [SharedPrints("story", second, "why", 3)]


async def test_pictures_of_other_contacts(database: Database, world: Any, now: datetime) -> None:
    """Those that answer something: of the same bytes, or with a look, which keeps its sign."""

    def keep(unit: Unit) -> tuple[int, list[doubts.OtherPhoto]]:
        first, second = sent(unit, world, now), sent(unit, world, now)
        for contact, path, sha256, look in (
            (first, "front", "a", 1),
            (second, "front", "b", -(2**63)),
            (second, "front", "a", None),
            (second, "front", "c", None),
            (second, None, "d", 4),
        ):
            row = evidence.expect(
                unit,
                contact_id=contact,
                person_id=world.juror,
                path=path,
                kind="image",
                channel="web",
                ref={},
                now=now,
            )
            evidence.verified(unit, row, sha256=sha256, size=1, media_type="image/jpeg", look=look, now=now)
            kept = evidence.row(unit, row)
            assert kept is not None
            assert kept.look == look
        return second, doubts.other_photos(unit, first, edition_id=world.edition, hashes=["a"])

    second, found = await database.run(keep)
    assert [(one.contact_id, one.sha256, one.look) for one in found] == [(second, "b", -(2**63)), (second, "a", None)]
