"""A member of the jury board, whatever their role: the votes that are open for them, their vote, their conflict."""

from __future__ import annotations

from bot.i18n import texts
from bot.refusals import Refusal, RefusalCode
from bot.roles import deciding
from bot.talk import Talk
from bot.tap_kinds import VOTE_CHOICES, AskConflict, CastVote, OwnConflict, ShowVoting, ShowVotings, Tap
from bot.views import common, jury_vote
from bot.views.jury_vote import BallotFact
from scoring.voting import Choice
from storage import editions, profiles, votings
from storage.people import Role
from storage.votings import Excluded, Vote, Voting, VotingState


def tap_menu(talk: Talk, tap: Tap) -> bool:
    """Take a tap of a member of the board; False where it is none."""
    match tap:
        case ShowVotings(page=page):
            _list(talk, page)
        case ShowVoting(voting=voting_id):
            _show(talk, voting_id)
        case CastVote(voting=voting_id, choice=choice):
            _cast(talk, voting_id, choice)
        case AskConflict(voting=voting_id):
            _ask_conflict(talk, voting_id)
        case OwnConflict(voting=voting_id):
            _leave(talk, voting_id)
        case _:
            return False
    return True


def show_waiting(talk: Talk) -> None:
    """Votes that were opened before the member was here; nothing is said where none waits."""
    waiting = [fact for fact in _mine(talk) if fact.choice is None]
    if waiting:
        first, count = min(waiting, key=lambda fact: (fact.closes_at, fact.voting)), len(waiting)
        talk.say(
            jury_vote.invited(
                first, count=count, is_juror=_is_juror(talk), language=talk.language, zone=talk.zone, now=talk.now
            )
        )


def _list(talk: Talk, page: int) -> None:
    facts = _mine(talk)
    talk.say(
        jury_vote.listed(facts, page, is_juror=_is_juror(talk), language=talk.language, zone=talk.zone, now=talk.now)
    )


def _mine(talk: Talk) -> list[BallotFact]:
    mine = [pair for pair in votings.open_for(talk.unit, talk.person.id) if pair[0].closes_at > talk.now]
    return [deciding.ballot_of(talk.unit, voting, vote) for voting, vote in mine]


def _show(talk: Talk, voting_id: int) -> None:
    found = _in_hand(talk, voting_id)
    if found is not None:
        fact = deciding.ballot_of(talk.unit, *found)
        talk.say(jury_vote.ballot(fact, is_juror=_is_juror(talk), language=talk.language, zone=talk.zone, now=talk.now))


def _cast(talk: Talk, voting_id: int, index: int) -> None:
    found = _in_hand(talk, voting_id)
    if found is None:
        return
    if not 0 <= index < len(VOTE_CHOICES):
        _refuse(talk)
        return
    voting, vote = found
    choice = Choice(VOTE_CHOICES[index])
    if vote.choice is not choice:
        votings.cast(talk.unit, voting.id, talk.person.id, choice, now=talk.now)
        talk.note("vote.changed" if vote.choice else "vote.cast", f"voting:{voting.id}")
        deciding.look_soon(talk.unit, voting.id, now=talk.now)
    _say_voted(talk, voting)


def _say_voted(talk: Talk, voting: Voting) -> None:
    mine = votings.open_for(talk.unit, talk.person.id)
    waiting = [each.id for each, vote in mine if vote.choice is None and each.closes_at > talk.now]
    vote = votings.vote_of(talk.unit, voting.id, talk.person.id)
    if vote is not None:
        talk.say(
            jury_vote.voted(
                deciding.ballot_of(talk.unit, voting, vote),
                next_voting=next(iter(waiting), None),
                waiting=len(waiting),
                is_juror=_is_juror(talk),
                language=talk.language,
                zone=talk.zone,
                now=talk.now,
            )
        )


def _ask_conflict(talk: Talk, voting_id: int) -> None:
    found = _in_hand(talk, voting_id)
    if found is not None:
        fact = deciding.ballot_of(talk.unit, *found)
        talk.say(jury_vote.ask_conflict(fact, is_juror=_is_juror(talk), language=talk.language))


def _leave(talk: Talk, voting_id: int) -> None:
    """The conflict is noted for later votes, and for contacts, too."""
    found = _in_hand(talk, voting_id)
    if found is None:
        return
    voting, _vote = found
    _ = texts(talk.language)
    reason = _("said so at the vote")
    profiles.declare(talk.unit, talk.person.id, voting.participant_id, reason=reason, now=talk.now)
    deciding.leave_out(talk.unit, voting, talk.person.id, Excluded.OWN, now=talk.now)
    talk.say(jury_vote.left_out(_place(talk, voting), is_juror=_is_juror(talk), language=talk.language))


def _in_hand(talk: Talk, voting_id: int) -> tuple[Voting, Vote] | None:
    """The person's part in an open vote, locked; otherwise they are told how it stands."""
    voting = votings.voting(talk.unit, voting_id, lock=True)
    vote = votings.vote_of(talk.unit, voting_id, talk.person.id)
    if voting is None or vote is None or voting.edition_id != talk.person.edition_id:
        _refuse(talk)
        return None
    if vote.excluded is Excluded.LEFT:
        _refuse(talk)
        return None
    if vote.excluded is None and voting.state is VotingState.OPEN:
        deciding.leave_out_known(talk.unit, voting, now=talk.now)
        vote = votings.vote_of(talk.unit, voting_id, talk.person.id) or vote
    if vote.excluded is not None:
        talk.say(jury_vote.no_part(_place(talk, voting), is_juror=_is_juror(talk), language=talk.language))
        return None
    if voting.state is VotingState.CANCELLED:
        talk.say(jury_vote.cancelled(_place(talk, voting), is_juror=_is_juror(talk), language=talk.language))
        return None
    if voting.state is not VotingState.OPEN or voting.closes_at <= talk.now:
        talk.say(jury_vote.is_over(_place(talk, voting), is_juror=_is_juror(talk), language=talk.language))
        return None
    return voting, vote


def _place(talk: Talk, voting: Voting) -> str:
    place = editions.participant(talk.unit, voting.participant_id)
    return "" if place is None else place.short_name


def _refuse(talk: Talk) -> None:
    talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))


def _is_juror(talk: Talk) -> bool:
    return talk.person.role is Role.JUROR
