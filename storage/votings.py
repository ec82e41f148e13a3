"""Votes of the jury board: on whom, how far, who may vote and who has. Whoever lists them is told no choices."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, case, func, select, update

from scoring.voting import Choice
from storage import schema
from storage.insert import insert_or_ignore_all, insert_row
from storage.unit import Unit


class VotingState(StrEnum):
    """How far a vote is."""

    OPEN = "open"
    DECIDED = "decided"
    """Closed, and a decision followed."""
    UNDECIDED = "undecided"
    """Closed without a decision: no quorum, or a tie that decides nothing."""
    GROUNDS = "grounds"
    """Closed against the proposal: the decision waits for grounds in an organizer's own words."""
    CANCELLED = "cancelled"
    """Closed since the participant withdrew: nothing was counted, no decision follows."""


class Excluded(StrEnum):
    """Why somebody of the board has no vote here."""

    DECLARED = "declared"
    """A conflict of interest that was known before."""
    OWN = "own"
    """They said so at the vote."""
    LEFT = "left"
    """They are no longer on the board."""


@dataclass(frozen=True, slots=True)
class Voting:
    """One vote on one participant. ``proposal`` holds what it was opened with: the proposal and the rules."""

    id: int
    edition_id: int
    participant_id: int
    state: VotingState
    proposal: Mapping[str, Any]
    quorum: int
    opened_by: int
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    outcome: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Vote:
    """Somebody's part in a vote. ``choice`` None: has not voted."""

    voting_id: int
    person_id: int
    choice: Choice | None
    excluded: Excluded | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How many have voted; never what."""

    entitled: int = 0
    voted: int = 0
    excluded: int = 0
    last_at: datetime | None = None
    """When somebody last voted, changed their vote or was excluded."""


table, votes = schema.votings, schema.votes
_ALL = tuple(table.c[field.name] for field in fields(Voting))
_VOTE = tuple(votes.c[field.name] for field in fields(Vote))


def begin(
    unit: Unit,
    *,
    edition_id: int,
    participant_id: int,
    proposal: Mapping[str, Any],
    quorum: int,
    opened_by: int,
    closes_at: datetime,
    entitled: Iterable[int],
    excluded: Mapping[int, Excluded],
    now: datetime,
) -> int:
    """Open a vote for those entitled; the others are kept with the reason. Returns its id."""
    values = {"edition_id": edition_id, "participant_id": participant_id, "state": VotingState.OPEN.value}
    values |= {"proposal": dict(proposal), "quorum": quorum, "opened_by": opened_by}
    voting_id = insert_row(unit, table, {**values, "opened_at": now, "closes_at": closes_at})
    why = dict.fromkeys(entitled) | {person: reason.value for person, reason in excluded.items()}
    parts = [
        {"voting_id": voting_id, "person_id": person_id, "choice": None, "excluded": reason, "changed_at": now}
        for person_id, reason in why.items()
    ]
    insert_or_ignore_all(unit, votes, parts)
    return voting_id


def hold_participant(unit: Unit, participant_id: int) -> None:
    """Keep other processes' units from opening a vote or deciding on a participant until this one is committed."""
    query = select(schema.participants.c.id).where(schema.participants.c.id == participant_id)
    unit.execute(query.with_for_update(key_share=True)).one_or_none()


def voting(unit: Unit, voting_id: int, *, lock: bool = False) -> Voting | None:
    """The vote of that id; ``lock`` keeps other processes' units from it until this one is committed."""
    query = select(*_ALL).where(table.c.id == voting_id)
    row = unit.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _voting(row)


def of_participant(unit: Unit, participant_id: int) -> list[Voting]:
    """Every vote on a participant, the last first."""
    query = select(*_ALL).where(table.c.participant_id == participant_id).order_by(table.c.id.desc())
    return [_voting(row) for row in unit.execute(query)]


def newest_by_participant(unit: Unit, edition_id: int) -> dict[int, Voting]:
    """The last vote on each participant of an edition on whom there was one."""
    last = select(func.max(table.c.id)).where(table.c.edition_id == edition_id).group_by(table.c.participant_id)
    return {row.participant_id: _voting(row) for row in unit.execute(select(*_ALL).where(table.c.id.in_(last)))}


def change(unit: Unit, voting_id: int, **values: object) -> None:
    """Give fields of ``Voting`` new values. Raises ``LookupError``."""
    if unit.execute(update(table).where(table.c.id == voting_id).values(values)).rowcount != 1:
        raise LookupError(f"there is no vote {voting_id}")


def votes_of(unit: Unit, voting_id: int) -> list[Vote]:
    """Everybody's part in a vote: for the counting, and for nobody's eyes."""
    query = select(*_VOTE).where(votes.c.voting_id == voting_id).order_by(votes.c.id)
    return [_vote(row) for row in unit.execute(query)]


def vote_of(unit: Unit, voting_id: int, person_id: int) -> Vote | None:
    """One person's part in a vote; None: it is not theirs."""
    query = select(*_VOTE).where(votes.c.voting_id == voting_id, votes.c.person_id == person_id)
    row = unit.execute(query).one_or_none()
    return None if row is None else _vote(row)


def cast(unit: Unit, voting_id: int, person_id: int, choice: Choice, *, now: datetime) -> None:
    """Somebody votes, or votes anew."""
    _change_vote(unit, voting_id, person_id, choice=choice.value, changed_at=now)


def exclude(unit: Unit, voting_id: int, person_id: int, reason: Excluded, *, now: datetime) -> None:
    """Somebody has no vote any more; what they voted is forgotten."""
    _change_vote(unit, voting_id, person_id, choice=None, excluded=reason.value, changed_at=now)


def progress(unit: Unit, voting_ids: Collection[int]) -> dict[int, Progress]:
    """How far votes are."""
    is_in = votes.c.excluded.is_(None)
    query = (
        select(
            votes.c.voting_id,
            func.count(case((is_in, 1))).label("entitled"),
            func.count(case((is_in, votes.c.choice))).label("voted"),
            func.count(votes.c.excluded).label("excluded"),
            func.max(votes.c.changed_at).label("last_at"),
        )
        .where(votes.c.voting_id.in_(list(voting_ids)))
        .group_by(votes.c.voting_id)
    )
    return {row.voting_id: Progress(row.entitled, row.voted, row.excluded, row.last_at) for row in unit.execute(query)}


def open_for(unit: Unit, person_id: int) -> list[tuple[Voting, Vote]]:
    """The open votes in which a person has a vote, those that close first first."""
    query = (
        select(*_ALL, *(column.label(f"vote_{column.name}") for column in _VOTE))
        .join(votes, votes.c.voting_id == table.c.id)
        .where(votes.c.person_id == person_id, votes.c.excluded.is_(None), table.c.state == VotingState.OPEN.value)
        .order_by(table.c.closes_at, table.c.id)
    )
    found = []
    for row in unit.execute(query).mappings():
        one = _voting_of({field.name: row[field.name] for field in fields(Voting)})
        found.append((one, _vote_of({field.name: row[f"vote_{field.name}"] for field in fields(Vote)})))
    return found


def closed_since(unit: Unit, edition_id: int, since: datetime) -> list[Voting]:
    """The votes of an edition that were closed with a count from then on, and are not open again, the last first."""
    query = select(*_ALL).where(table.c.edition_id == edition_id, table.c.closed_at >= since)
    query = query.where(table.c.state.not_in([VotingState.OPEN.value, VotingState.CANCELLED.value]))
    return [_voting(row) for row in unit.execute(query.order_by(table.c.closed_at.desc(), table.c.id.desc()))]


def entitled_in(unit: Unit, person_id: int, voting_ids: Collection[int]) -> frozenset[int]:
    """Those of the votes in which a person has a vote."""
    query = select(votes.c.voting_id).where(votes.c.person_id == person_id, votes.c.excluded.is_(None))
    return frozenset(row.voting_id for row in unit.execute(query.where(votes.c.voting_id.in_(list(voting_ids)))))


def _change_vote(unit: Unit, voting_id: int, person_id: int, **values: object) -> None:
    query = update(votes).where(votes.c.voting_id == voting_id, votes.c.person_id == person_id).values(values)
    if unit.execute(query).rowcount != 1:
        raise LookupError(f"the person {person_id} has no part in the vote {voting_id}")


def _voting(row: Row[Any]) -> Voting:
    return _voting_of(row._asdict())


def _voting_of(values: Mapping[str, Any]) -> Voting:
    return Voting(**{**values, "state": VotingState(values["state"])})


def _vote(row: Row[Any]) -> Vote:
    return _vote_of(row._asdict())


def _vote_of(values: Mapping[str, Any]) -> Vote:
    choice = None if values["choice"] is None else Choice(values["choice"])
    excluded = None if values["excluded"] is None else Excluded(values["excluded"])
    return Vote(**{**values, "choice": choice, "excluded": excluded})
