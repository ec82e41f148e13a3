"""From a proposal to a decision: votes of the jury board are opened, closed and counted, decisions written down.

The rules of a vote are those of the rubric at its opening. Its quorum is a share of those entitled, so it is counted
anew when somebody is left out. Nobody hears what was voted before the end, and then only how many voted what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.jobs import Tally as TallyJob
from bot.jobs import put_tally
from bot.roles import upcoming
from bot.talk import Desk, Talk, in_edition, tell
from bot.views import jury_vote
from bot.views.jury_vote import BallotFact, ResultFact
from scoring.award import Proposal, Verdict
from scoring.award_json import proposal_from_json, proposal_to_json
from scoring.award_rules import AwardRules, Tie
from scoring.voting import Ending, Tally, quorum_of, tally
from storage import board, decisions, editions, journal, people, profiles, votings
from storage.database import Unit
from storage.decisions import Granted
from storage.editions import Participant
from storage.people import Role
from storage.votings import Excluded, Voting, VotingState

GRACE = timedelta(minutes=10)
"""Once all have voted a vote is closed so much later: whoever voted last can change it, too."""

LIVE = frozenset({VotingState.OPEN, VotingState.GROUNDS})
"""A vote that stands in the way of another one on the same participant."""


class Hindrance(StrEnum):
    """Why no vote can be opened on a participant."""

    OPEN = "open"
    """One is open, or waits for grounds."""
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    """The participant takes part no more."""
    TOO_LITTLE = "too_little"
    NOBODY = "nobody"
    """Nobody of the board may vote here."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A participant a vote is wanted on, with what is proposed now."""

    place: Participant
    proposal: Proposal
    rubric_version: str
    rules: AwardRules


@dataclass(frozen=True, slots=True)
class Opened:
    """What came of opening votes."""

    votings: tuple[int, ...]
    hindered: Mapping[int, Hindrance]
    """By participant."""


# Opening ------------------------------------------------------------------------------------------------------------


def open_votings(talk: Talk, wanted: Sequence[Wanted], *, lasts: timedelta) -> Opened:
    """Open votes and tell the board, each member in one message; those left out are told so.

    The time begins when the board is told: at a quiet time that is later.
    """
    unit, now = talk.unit, talk.now
    closes_at = told_at(unit, talk.desk, talk.person.edition_id, now=now) + lasts
    on_board = [member.person_id for member in board.members(unit, talk.person.edition_id)]
    known = {(each.person_id, each.participant_id) for each in profiles.conflicts_of(unit, on_board)}
    opened, hindered = [], {}
    left_out: dict[int, list[str]] = {}
    for each in wanted:
        place = each.place
        votings.hold_participant(unit, place.id)
        excluded = {person: Excluded.DECLARED for person in on_board if (person, place.id) in known}
        entitled = [person for person in on_board if person not in excluded]
        hindrance = hindrance_of(unit, place.id, each.proposal, entitled=len(entitled))
        if hindrance is not None:
            hindered[place.id] = hindrance
            continue
        opened.append(_open(talk, each, entitled, excluded, closes_at=closes_at))
        for person in excluded:
            left_out.setdefault(person, []).append(place.short_name)
    _announce(unit, talk.desk, talk.person.edition_id, opened, now=now)
    for person, places in left_out.items():
        is_juror = _is_juror(unit, person)
        _tell(
            unit,
            talk.desk,
            person,
            lambda language, places=places, is_juror=is_juror: jury_vote.has_conflict(
                places, is_juror=is_juror, language=language
            ),
            now=now,
        )
    return Opened(tuple(opened), hindered)


def hindrance_of(unit: Unit, participant_id: int, proposal: Proposal, *, entitled: int) -> Hindrance | None:
    """Why no vote can be opened on a participant now."""
    earlier = votings.of_participant(unit, participant_id)
    if any(voting.state in LIVE for voting in earlier):
        return Hindrance.OPEN
    if any(decision.stands for decision in decisions.of_participant(unit, participant_id)):
        return Hindrance.DECIDED
    place = editions.participant(unit, participant_id)
    if place is None or place.withdrawn_at is not None:
        return Hindrance.WITHDRAWN
    if proposal.verdict is Verdict.TOO_LITTLE:
        return Hindrance.TOO_LITTLE
    return None if entitled else Hindrance.NOBODY


def _open(
    talk: Talk, each: Wanted, entitled: Sequence[int], excluded: Mapping[int, Excluded], *, closes_at: datetime
) -> int:
    quorum = quorum_of(each.rules.quorum, len(entitled))
    voting_id = votings.begin(
        talk.unit,
        edition_id=each.place.edition_id,
        participant_id=each.place.id,
        proposal={
            "proposal": proposal_to_json(each.proposal),
            "rubric": each.rubric_version,
            "quorum": each.rules.quorum,
            "tie": each.rules.tie.value,
        },
        quorum=quorum,
        opened_by=talk.person.id,
        closes_at=closes_at,
        entitled=entitled,
        excluded=excluded,
        now=talk.now,
    )
    put_tally(talk.unit, voting_id, run_at=closes_at, now=talk.now)
    details = {"participant": each.place.id, "proposal": each.proposal.verdict.value, "rubric": each.rubric_version}
    counts = {"entitled": len(entitled), "excluded": len(excluded), "quorum": quorum}
    talk.note("voting.opened", f"voting:{voting_id}", **details, **counts, closes_at=closes_at.isoformat())
    return voting_id


# Telling ------------------------------------------------------------------------------------------------------------


def ballot_of(unit: Unit, voting: Voting, vote: votings.Vote) -> BallotFact:
    """One vote as one member sees it."""
    place = editions.participant(unit, voting.participant_id)
    name = "" if place is None else place.short_name
    return BallotFact(voting.id, name, voting.closes_at, vote.choice, proposal_of(voting))


def proposal_of(voting: Voting) -> Proposal:
    """What a vote was opened with."""
    return proposal_from_json(voting.proposal["proposal"])


def remind(talk: Talk, voting: Voting) -> int:
    """Remind those who have not voted; returns how many they are."""
    waiting = [each for each in votings.votes_of(talk.unit, voting.id) if each.excluded is None and each.choice is None]
    for vote in waiting:
        _invite(talk.unit, talk.desk, vote.person_id, ballot_of(talk.unit, voting, vote), reminds=True, now=talk.now)
    talk.note("voting.reminded", f"voting:{voting.id}", people=len(waiting))
    return len(waiting)


def _announce(unit: Unit, desk: Desk, edition_id: int, opened: Sequence[int], *, now: datetime) -> None:
    just_now = frozenset(opened)
    for member in board.members(unit, edition_id):
        waits = [pair for pair in votings.open_for(unit, member.person_id) if pair[0].id in just_now]
        if waits:
            _invite(unit, desk, member.person_id, ballot_of(unit, *waits[0]), count=len(waits), now=now)


def _invite(
    unit: Unit, desk: Desk, person_id: int, first: BallotFact, *, count: int = 1, reminds: bool = False, now: datetime
) -> None:
    person = people.person(unit, person_id)
    if person is None:
        return
    zone = in_edition(unit, desk, person.edition_id).zone
    is_juror = person.role is Role.JUROR
    _tell(
        unit,
        desk,
        person_id,
        lambda language: jury_vote.invited(
            first, count=count, reminds=reminds, is_juror=is_juror, language=language, zone=zone, now=now
        ),
        now=now,
    )


def told_at(unit: Unit, desk: Desk, edition_id: int, *, now: datetime) -> datetime:
    """When the board hears of what is done now: at a quiet time, after it."""
    rules, zone = upcoming.clock_of(unit, desk, edition_id)
    return upcoming.allowed_at(rules, now, zone)


def _tell(unit: Unit, desk: Desk, person_id: int, build: Any, *, now: datetime) -> None:  # noqa: ANN401 - as talk.tell
    """Tell somebody, at the next moment that is not quiet; whoever has not agreed yet finds it when they do."""
    person = people.person(unit, person_id)
    if person is None or person.left_at is not None or person.consented_at is None:
        return
    at = told_at(unit, desk, person.edition_id, now=now)
    tell(unit, desk, person_id, build, now=now, run_at=at if at > now else None)


def _is_juror(unit: Unit, person_id: int) -> bool:
    person = people.person(unit, person_id)
    return person is not None and person.role is Role.JUROR


# While it is open ---------------------------------------------------------------------------------------------------


def leave_out(unit: Unit, voting: Voting, person_id: int, reason: Excluded, *, now: datetime) -> None:
    """Somebody has no vote here any more: the quorum is counted anew among the others."""
    votings.exclude(unit, voting.id, person_id, reason, now=now)
    entitled = votings.progress(unit, [voting.id])[voting.id].entitled
    quorum = quorum_of(voting.proposal["quorum"], entitled)
    votings.change(unit, voting.id, quorum=quorum)
    details = {"person": person_id, "reason": reason.value, "entitled": entitled, "quorum": quorum}
    who = person_id if reason is Excluded.OWN else None
    journal.write(unit, at=now, who=who, what="voting.left_out", subject=f"voting:{voting.id}", details=details)
    look_soon(unit, voting.id, now=now)


def leave_out_known(unit: Unit, voting: Voting, *, now: datetime) -> None:
    """Leave out those whose conflict of interest was noted since the vote was opened."""
    entitled = [each.person_id for each in votings.votes_of(unit, voting.id) if each.excluded is None]
    for conflict in profiles.conflicts_of(unit, entitled):
        if conflict.participant_id == voting.participant_id:
            leave_out(unit, voting, conflict.person_id, Excluded.DECLARED, now=now)


def leaves_board(unit: Unit, person_id: int, *, now: datetime) -> None:
    """Somebody is on the board no more, if they were: open votes go on without them."""
    board.leave(unit, person_id, now=now)
    for voting, _vote in votings.open_for(unit, person_id):
        locked = votings.voting(unit, voting.id, lock=True)
        if locked is not None and locked.state is VotingState.OPEN:
            leave_out(unit, locked, person_id, Excluded.LEFT, now=now)


def look_soon(unit: Unit, voting_id: int, *, now: datetime) -> None:
    """Where all have voted, the vote is closed a little later."""
    progress = votings.progress(unit, [voting_id])[voting_id]
    if progress.voted == progress.entitled:
        put_tally(unit, voting_id, run_at=now + GRACE, now=now)


def can_go_on(unit: Unit, voting: Voting) -> bool:
    """Whether a vote can be prolonged: of a tie the counts are known, so that the next vote would be no secret."""
    place = editions.participant(unit, voting.participant_id)
    if place is None or place.withdrawn_at is not None:
        return False
    if voting.state is VotingState.UNDECIDED:
        return outcome_from_json(voting.outcome or {}).ending is Ending.NO_QUORUM
    return voting.state is VotingState.OPEN


def extend(talk: Talk, voting: Voting, *, lasts: timedelta) -> None:
    """An open vote, or one that had no quorum, goes on; votes stay, those who have not voted are told."""
    closes_at = told_at(talk.unit, talk.desk, voting.edition_id, now=talk.now) + lasts
    votings.change(
        talk.unit, voting.id, state=VotingState.OPEN.value, closes_at=closes_at, closed_at=None, outcome=None
    )
    put_tally(talk.unit, voting.id, run_at=closes_at, now=talk.now)
    talk.note("voting.extended", f"voting:{voting.id}", before=voting.state.value, closes_at=closes_at.isoformat())
    again = votings.voting(talk.unit, voting.id)
    if again is not None:
        remind(talk, again)


# Closing ------------------------------------------------------------------------------------------------------------


def tally_due(unit: Unit, desk: Desk, work: TallyJob, *, now: datetime) -> None:
    """Close a vote whose time is over, or in which all have voted and had a moment to think again."""
    voting = votings.voting(unit, work.voting_id, lock=True)
    if voting is None or voting.state is not VotingState.OPEN:
        return
    progress = votings.progress(unit, [voting.id])[voting.id]
    rests = progress.last_at is not None and progress.last_at + GRACE <= now
    if voting.closes_at <= now or (progress.voted == progress.entitled and rests):
        close(unit, desk, voting, by=None, now=now)


def close(unit: Unit, desk: Desk, voting: Voting, *, by: int | None, now: datetime) -> Ending:
    """Count the votes of an open vote, which the caller has locked, and write down what follows."""
    leave_out_known(unit, voting, now=now)
    parts = votings.votes_of(unit, voting.id)
    quorum = quorum_of(voting.proposal["quorum"], sum(each.excluded is None for each in parts))
    counted = tally(
        [each.choice for each in parts if each.excluded is None], quorum=quorum, tie=Tie(voting.proposal["tie"])
    )
    state = VotingState.UNDECIDED
    if counted.ending.decides:
        state = VotingState.GROUNDS if overturns(proposal_of(voting).verdict, counted.ending) else VotingState.DECIDED
    excluded = sum(each.excluded is not None for each in parts)
    outcome = outcome_to_json(counted) | {"excluded": excluded}
    votings.change(unit, voting.id, state=state.value, closed_at=now, outcome=outcome)
    shown = outcome if counted.ending is not Ending.NO_QUORUM else _without_choices(outcome)
    journal.write(unit, at=now, who=by, what="voting.closed", subject=f"voting:{voting.id}", details=shown)
    closed = votings.voting(unit, voting.id)
    if closed is not None and state is VotingState.DECIDED:
        decide_by_vote(unit, closed, words="", by=by, now=now)
    _tell_results(unit, desk, voting.edition_id, but=by, now=now)
    return counted.ending


def cancel_withdrawn(unit: Unit, desk: Desk, place: Participant, *, by: int | None, now: datetime) -> None:
    """A participant withdrew: open votes on it are closed without counting; voters and organizers are told."""
    for each in votings.of_participant(unit, place.id):
        voting = votings.voting(unit, each.id, lock=True)
        if voting is None or voting.state is not VotingState.OPEN:
            continue
        votings.change(unit, voting.id, state=VotingState.CANCELLED.value, closed_at=now)
        details = {"participant": place.id, "reason": "withdrawn"}
        journal.write(unit, at=now, who=by, what="voting.cancelled", subject=f"voting:{voting.id}", details=details)
        those = {vote.person_id for vote in votings.votes_of(unit, voting.id) if vote.excluded is None}
        those |= {one.id for one in people.people(unit, edition_id=voting.edition_id, role=Role.ORGANIZER)}
        for person_id in sorted(those - {by}):
            _tell_cancelled(unit, desk, person_id, place.short_name, now=now)


def _tell_cancelled(unit: Unit, desk: Desk, person_id: int, place: str, *, now: datetime) -> None:
    is_juror = _is_juror(unit, person_id)
    _tell(
        unit,
        desk,
        person_id,
        lambda language: jury_vote.cancelled(place, is_juror=is_juror, language=language),
        now=now,
    )


def overturns(verdict: Verdict, ending: Ending) -> bool:
    """Whether a vote ends against the proposal; where critical items block, the jury is free."""
    granted = ending is Ending.GRANTED
    return (verdict is Verdict.GRANT and not granted) or (verdict is Verdict.REFUSE and granted)


def decide_by_vote(unit: Unit, voting: Voting, *, words: str, by: int | None, now: datetime) -> int:
    """Write down the decision a vote led to; ``words``: an organizer's grounds where it is against the proposal."""
    outcome = dict(voting.outcome or {})
    ending = Ending(outcome["ending"])
    verdict = Granted.GRANT if ending is Ending.GRANTED else Granted.REFUSE
    proposal = voting.proposal["proposal"]
    grounds = {"by": "jury", "proposal": proposal, "votes": outcome, "words": words}
    grounds["overturns"] = overturns(Verdict(proposal["verdict"]), ending)
    return _decide(
        unit,
        voting.edition_id,
        voting.participant_id,
        verdict,
        grounds,
        voting_id=voting.id,
        rubric_version=voting.proposal["rubric"],
        decided_by=voting.opened_by if by is None else by,
        now=now,
    )


def decide_directly(talk: Talk, wanted: Wanted, verdict: Granted, *, words: str) -> int:
    """Write down an organizer's own decision, where the rules do not ask for a vote."""
    proposed = wanted.proposal.verdict
    overturned = (proposed is Verdict.GRANT) != (verdict is Granted.GRANT)
    grounds = {"by": "organizer", "proposal": proposal_to_json(wanted.proposal), "votes": None, "words": words}
    return _decide(
        talk.unit,
        wanted.place.edition_id,
        wanted.place.id,
        verdict,
        grounds | {"overturns": overturned},
        voting_id=None,
        rubric_version=wanted.rubric_version,
        decided_by=talk.person.id,
        now=talk.now,
    )


def _decide(
    unit: Unit,
    edition_id: int,
    participant_id: int,
    verdict: Granted,
    grounds: Mapping[str, Any],
    *,
    voting_id: int | None,
    rubric_version: str,
    decided_by: int,
    now: datetime,
) -> int:
    decision_id = decisions.decide(
        unit,
        edition_id=edition_id,
        participant_id=participant_id,
        voting_id=voting_id,
        verdict=verdict,
        grounds=grounds,
        rubric_version=rubric_version,
        decided_by=decided_by,
        now=now,
    )
    details = {"decision": decision_id, "verdict": verdict.value, "voting": voting_id, "rubric": rubric_version}
    journal.write(
        unit,
        at=now,
        who=decided_by,
        what="licence.decided",
        subject=f"participant:{participant_id}",
        details=details | {"grounds": dict(grounds)},
    )
    return decision_id


def outcome_to_json(counted: Tally) -> dict[str, Any]:
    """The count as it is kept."""
    return asdict(counted) | {"ending": counted.ending.value}


def outcome_from_json(kept: Mapping[str, Any]) -> Tally:
    """The count that was kept."""
    counts = {name: kept[name] for name in ("grant", "refuse", "abstain", "entitled", "quorum")}
    return Tally(Ending(kept["ending"]), **counts)


def _without_choices(outcome: Mapping[str, Any]) -> dict[str, Any]:
    """A vote without a quorum may go on, so its choices stay secret."""
    voted = outcome["grant"] + outcome["refuse"] + outcome["abstain"]
    return {"voted": voted, **{name: outcome[name] for name in ("ending", "entitled", "quorum", "excluded")}}


def _tell_results(unit: Unit, desk: Desk, edition_id: int, *, but: int | None, now: datetime) -> None:
    """Tell the board and the organizers what was closed today: one message, kept up to date."""
    local = now.astimezone(in_edition(unit, desk, edition_id).zone)
    closed = votings.closed_since(unit, edition_id, local.replace(hour=0, minute=0, second=0, microsecond=0))
    names = {place.id: place.short_name for place in editions.participants(unit, edition_id)}
    facts = {
        each.id: ResultFact(
            names.get(each.participant_id, ""),
            outcome_from_json(each.outcome or {}),
            needs_grounds=each.state is VotingState.GROUNDS,
        )
        for each in closed
    }
    organizers = {each.id for each in people.people(unit, edition_id=edition_id, role=Role.ORGANIZER)}
    members = {each.person_id for each in board.members(unit, edition_id)}
    for person_id in sorted(organizers | members):
        own = organizers if person_id in organizers else votings.entitled_in(unit, person_id, list(facts))
        shown = [fact for voting_id, fact in facts.items() if person_id in organizers or voting_id in own]
        if not shown or person_id == but:
            continue
        is_juror, is_organizer = _is_juror(unit, person_id), person_id in organizers
        _tell(
            unit,
            desk,
            person_id,
            lambda language, shown=shown, is_juror=is_juror, is_organizer=is_organizer: jury_vote.results(
                shown,
                f"votes:{local.date().isoformat()}",
                is_juror=is_juror,
                is_organizer=is_organizer,
                language=language,
            ),
            now=now,
        )
