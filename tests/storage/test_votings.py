"""The jury board, its votes and the decisions as they are kept, on both databases."""
# ruff: noqa: ANN401 - the small contest of conftest.py, which cannot be imported

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from scoring.voting import Choice
from storage import board, decisions, people, votings
from storage.database import Database, Unit
from storage.decisions import Granted
from storage.people import Role
from storage.votings import Excluded, Progress, VotingState


async def test_people_join_and_leave_the_board(database: Database, world: Any, now: datetime) -> None:
    """Once each; who left may come back, who left the edition is not on it."""
    later = now + timedelta(hours=1)

    def live(unit: Unit) -> list[Any]:
        told: list[Any] = [
            board.join(unit, world.juror, edition_id=world.edition, now=now),
            board.join(unit, world.juror, edition_id=world.edition, now=later),
            board.join(unit, world.coordinator, edition_id=world.edition, now=later),
            board.members(unit, world.edition),
            board.leave(unit, world.juror, now=later),
            board.leave(unit, world.juror, now=later),
            board.is_member(unit, world.juror),
            board.join(unit, world.juror, edition_id=world.edition, now=later),
        ]
        people.update_person(unit, world.coordinator, left_at=later)
        return [*told, board.members(unit, world.edition), board.members(unit, 999)]

    joined, again, other, both, left, gone, member, back, one, none = await database.run(live)
    assert (joined, again, other, left, gone, member, back) == (True, False, True, True, False, False, True)
    assert [(each.name, each.role, each.since) for each in both] == [
        ("Żaneta Łąka", Role.JUROR, now),
        ("Jan", Role.COORDINATOR, later),
    ]
    assert [(each.person_id, each.since) for each in one] == [(world.juror, later)]
    assert none == []


def begin(unit: Unit, world: Any, now: datetime, *, excluded: dict[int, Excluded] | None = None) -> int:
    """A vote of the juror and the coordinator."""
    return votings.begin(
        unit,
        edition_id=world.edition,
        participant_id=world.participant,
        proposal={"proposal": {"verdict": "grant"}, "quorum": 0.5},
        quorum=1,
        opened_by=world.coordinator,
        closes_at=now + timedelta(hours=72),
        entitled=[each for each in (world.juror, world.coordinator) if each not in (excluded or {})],
        excluded=excluded or {},
        now=now,
    )


async def test_votes_are_cast_and_counted_without_choices(database: Database, world: Any, now: datetime) -> None:
    """Changed, excluded, closed; who asks how far it is hears no choices."""
    later = now + timedelta(hours=1)

    def live(unit: Unit) -> list[Any]:
        votings.hold_participant(unit, world.participant)
        first = begin(unit, world, now)
        told: list[Any] = [votings.open_for(unit, world.juror), votings.progress(unit, [first])]
        votings.cast(unit, first, world.juror, Choice.REFUSE, now=now)
        votings.cast(unit, first, world.juror, Choice.GRANT, now=later)
        told.append(votings.vote_of(unit, first, world.juror))
        told.append(votings.progress(unit, [first])[first])
        votings.exclude(unit, first, world.juror, Excluded.OWN, now=later)
        told += [votings.votes_of(unit, first), votings.progress(unit, [first])[first]]
        told += [votings.open_for(unit, world.juror), votings.entitled_in(unit, world.coordinator, [first, 999])]
        told += [votings.voting(unit, first, lock=True), votings.voting(unit, 999), votings.vote_of(unit, 999, 1)]
        return told

    told = await database.run(live)
    waiting, how_far, vote, then, votes, after, none, entitled, voting, unknown, nothing = told
    ((open_one, own),) = waiting
    assert (open_one.participant_id, own.choice, own.person_id) == (world.participant, None, world.juror)
    assert how_far == {open_one.id: Progress(2, 0, 0, now)}
    assert (vote.choice, vote.changed_at) == (Choice.GRANT, later)
    assert then == Progress(2, 1, 0, later)
    assert [(each.person_id, each.choice, each.excluded) for each in votes] == [
        (world.juror, None, Excluded.OWN),
        (world.coordinator, None, None),
    ]
    assert after == Progress(1, 0, 1, later)
    assert none == []
    assert entitled == {open_one.id}
    assert (voting.state, voting.quorum, voting.proposal["quorum"]) == (VotingState.OPEN, 1, 0.5)
    assert (unknown, nothing) == (None, None)


async def test_votes_of_an_edition(database: Database, world: Any, now: datetime) -> None:
    """The last of each participant; what was closed since a moment; what is not there cannot be changed."""

    def live(unit: Unit) -> list[Any]:
        first = begin(unit, world, now)
        votings.change(unit, first, state=VotingState.UNDECIDED.value, closed_at=now, outcome={"ending": "tie"})
        second = begin(unit, world, now, excluded={world.juror: Excluded.DECLARED})
        return [
            first,
            second,
            votings.newest_by_participant(unit, world.edition),
            votings.of_participant(unit, world.participant),
            votings.closed_since(unit, world.edition, now),
            votings.closed_since(unit, world.edition, now + timedelta(seconds=1)),
            votings.progress(unit, []),
        ]

    first, second, newest, every, closed, none, no_progress = await database.run(live)
    assert {place: voting.id for place, voting in newest.items()} == {world.participant: second}
    assert [voting.id for voting in every] == [second, first]
    assert [(voting.id, voting.outcome) for voting in closed] == [(first, {"ending": "tie"})]
    assert (none, no_progress) == ([], {})
    for wrong in (
        lambda unit: votings.change(unit, 999, quorum=1),
        lambda unit: votings.cast(unit, second, 999, Choice.GRANT, now=now),
        lambda unit: votings.exclude(unit, 999, world.juror, Excluded.LEFT, now=now),
    ):
        with pytest.raises(LookupError):
            await database.run(wrong)


async def test_decisions_stand_until_they_are_revoked(database: Database, world: Any, now: datetime) -> None:
    """Revoked once, with the reason; the newest of each participant is found."""

    def decide(unit: Unit, verdict: Granted) -> int:
        return decisions.decide(
            unit,
            edition_id=world.edition,
            participant_id=world.participant,
            voting_id=None,
            verdict=verdict,
            grounds={"words": "Żółć"},
            rubric_version="v",
            decided_by=world.coordinator,
            now=now,
        )

    def live(unit: Unit) -> list[Any]:
        first = decide(unit, Granted.REFUSE)
        told: list[Any] = [
            decisions.revoke(unit, first, by=world.coordinator, because="mistake", now=now),
            decisions.revoke(unit, first, by=world.coordinator, because="again", now=now),
        ]
        second = decide(unit, Granted.GRANT)
        told += [first, second, decisions.of_participant(unit, world.participant), decisions.decision(unit, 999)]
        return [*told, decisions.newest_by_participant(unit, world.edition), decisions.decision(unit, first)]

    revoked, again, first, second, every, unknown, newest, old = await database.run(live)
    assert (revoked, again, unknown) == (True, False, None)
    assert [(each.id, each.stands, each.verdict) for each in every] == [
        (second, True, Granted.GRANT),
        (first, False, Granted.REFUSE),
    ]
    assert newest[world.participant].id == second
    assert (old.revoked_because, old.revoked_by, old.grounds) == ("mistake", world.coordinator, {"words": "Żółć"})
