"""How the demo edition came to scores and licences: the first reports, a vote that is over, a vote that is open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.demo_cast import BOARD, SEATED, VOTED
from bot.demo_reports import LEGNICA, PLONSK, first_reports
from bot.demo_stage import Stage, done, offered
from bot.demo_story import Actor
from bot.jobs import Rescore, Tally
from bot.office_taps.licence import USUAL_LAST, LicenceOpen
from bot.office_taps.reviewing import ReviewApprove
from bot.roles import deciding, upcoming
from bot.roles.office import examining
from bot.scorer import gather_some, keep_some, standings_of
from bot.tap_kinds import VOTE_CHOICES, CastVote
from scoring.voting import Choice
from storage import board, votings

VOTED_BEFORE = timedelta(days=6)
"""How long ago the vote that is over was opened."""


def report_first(stage: Stage, actors: Mapping[int, Actor]) -> None:
    """The first reports come, are read and approved."""
    for task in sorted(first_reports(), key=lambda one: (-one.done, one.hour)):
        at = stage.now - timedelta(days=task.offered)
        task_id = offered(stage, task, at=at)
        actors[stage.jurors[task.juror]].at(at).accept(task_id)
        contact_id, begun = done(stage, actors, task, task_id)
        examining.examine(stage.unit, stage.desk, contact_id, now=begun)
        reader = actors[stage.predecessor].at(begun + task.manner.reply_after + timedelta(hours=2))
        reader.tap(ReviewApprove(contact_id))


def score(stage: Stage) -> None:
    """Compute what the reports come to, as the worker does."""
    work = Rescore(stage.edition)
    found = gather_some(stage.unit, stage.desk, work)
    keep_some(stage.unit, work, found, standings_of(found, with_spread=False), now=stage.now)


def vote_before(stage: Stage, actors: Mapping[int, Actor]) -> None:
    """A board is made, and grants one licence."""
    at = _awake(stage, stage.now - VOTED_BEFORE)
    for person_id in (*(stage.jurors[one] for one in BOARD), stage.coordinator, stage.organizer):
        board.join(stage.unit, person_id, edition_id=stage.edition, now=at)
    voting_id = _opened(stage, actors, LEGNICA, at=at)
    choices = (Choice.GRANT, Choice.GRANT, Choice.ABSTAIN, Choice.GRANT)
    members = (*(stage.jurors[one] for one in BOARD), stage.coordinator, stage.organizer)
    for number, (person_id, choice) in enumerate(zip(members, choices, strict=True), 1):
        _cast(actors[person_id].at(at + timedelta(hours=number)), voting_id, choice)
    later = at + timedelta(hours=len(members)) + 2 * deciding.GRACE
    deciding.tally_due(stage.unit, stage.desk, Tally(voting_id), now=later)


def open_vote(stage: Stage, actors: Mapping[int, Actor], *, ago: timedelta) -> None:
    """A vote that waits for the three who sit in the demo's chats; one member has voted."""
    at = _awake(stage, stage.now - ago)
    board.join(stage.unit, stage.jurors[SEATED], edition_id=stage.edition, now=at)
    voting_id = _opened(stage, actors, PLONSK, at=at)
    _cast(actors[stage.jurors[VOTED]].at(at + timedelta(minutes=20)), voting_id, Choice.GRANT)


def _opened(stage: Stage, actors: Mapping[int, Actor], place: int, *, at: datetime) -> int:
    participant_id = stage.places[place]
    actors[stage.organizer].at(at).tap(LicenceOpen(participant_id, USUAL_LAST))
    return votings.of_participant(stage.unit, participant_id)[0].id


def _cast(member: Actor, voting_id: int, choice: Choice) -> None:
    member.tap(CastVote(voting_id, VOTE_CHOICES.index(choice.value)))


def _awake(stage: Stage, at: datetime) -> datetime:
    """The last moment up to then at which the board is told at once."""
    rules, zone = upcoming.clock_of(stage.unit, stage.desk, stage.edition)
    return upcoming.allowed_before(rules, at, zone)
