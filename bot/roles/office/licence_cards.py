"""A participant's licence in hand: found within what the person may see, and what its card is told."""

from __future__ import annotations

from bot.roles import deciding
from bot.roles.office import licence_facts, seeing
from bot.talk import Talk
from bot.views.office import licence_card as views
from bot.views.office.licence_card import CardFact, DecisionFact, VotingFact
from scoring.award_rules import Jury
from storage import decisions, votings
from storage.decisions import Decision
from storage.editions import Participant
from storage.people import Role
from storage.votings import Voting, VotingState


def show(talk: Talk, place: Participant, *, lead: str = "") -> None:
    """The participant's card as it stands now."""
    fact = fact_of(talk, place)
    talk.say(views.card(fact, lead=lead, language=talk.language, zone=talk.zone, now=talk.now))


def fact_of(talk: Talk, place: Participant) -> CardFact:
    """What the card is told."""
    unit = talk.unit
    wanted = licence_facts.wanted(unit, talk.desk, place, language=talk.language)
    proposal = None if wanted is None else wanted.proposal
    voting = next(iter(votings.of_participant(unit, place.id)), None)
    decided = decisions.of_participant(unit, place.id)
    decision = decided[0] if decided else None
    return CardFact(
        participant=place.id,
        place=place.short_name,
        part=licence_facts.part_of(proposal, voting, decision),
        proposal=proposal,
        voting=None if voting is None else _voting(talk, voting),
        decision=None if decision is None else _decision(decision, earlier=len(decided) - 1),
        is_organizer=talk.person.role is Role.ORGANIZER,
        jury_needed=wanted is None or needs_jury(wanted),
        may_vote=voting is not None and _may_vote(talk, voting),
    )


def _may_vote(talk: Talk, voting: Voting) -> bool:
    vote = votings.vote_of(talk.unit, voting.id, talk.person.id)
    return vote is not None and vote.excluded is None and voting.closes_at > talk.now


def needs_jury(wanted: deciding.Wanted) -> bool:
    """Whether only a vote can decide: by the rules always, or where critical items block."""
    return wanted.rules.jury is Jury.ALWAYS or wanted.proposal.blocks


def voting_in_hand(talk: Talk, voting_id: int, *states: VotingState) -> tuple[Voting, Participant] | None:
    """A vote in one of the states, locked, with its participant; otherwise the person is told how it stands."""
    voting = votings.voting(talk.unit, voting_id, lock=True)
    place = None if voting is None else seeing.place(talk, voting.participant_id)
    if voting is None:
        seeing.refuse(talk)
        return None
    if place is None:
        return None
    if voting.state not in states:
        show(talk, place)
        return None
    return voting, place


def decision_in_hand(talk: Talk, decision_id: int) -> tuple[Decision, Participant] | None:
    """A decision that stands, with its participant; otherwise the person is told how it stands."""
    decision = decisions.decision(talk.unit, decision_id)
    if decision is None:
        seeing.refuse(talk)
        return None
    place = seeing.place(talk, decision.participant_id)
    if place is None:
        return None
    if not decision.stands:
        show(talk, place)
        return None
    return decision, place


def _voting(talk: Talk, voting: Voting) -> VotingFact:
    closed = voting.state is not VotingState.OPEN and voting.outcome is not None
    return VotingFact(
        id=voting.id,
        state=voting.state,
        closes_at=voting.closes_at,
        progress=votings.progress(talk.unit, [voting.id])[voting.id],
        quorum=voting.quorum,
        tally=deciding.outcome_from_json(voting.outcome or {}) if closed else None,
    )


def _decision(decision: Decision, *, earlier: int) -> DecisionFact:
    grounds = decision.grounds
    return DecisionFact(
        id=decision.id,
        verdict=decision.verdict,
        by_jury=grounds["by"] == "jury",
        decided_at=decision.decided_at,
        words=grounds["words"],
        overturns=grounds["overturns"],
        tally=None if grounds["votes"] is None else deciding.outcome_from_json(grounds["votes"]),
        revoked_at=decision.revoked_at,
        revoked_because=decision.revoked_because or "",
        earlier=earlier,
    )
