"""Votes in the organizers' hands: opened on one participant or on many, prolonged, reminded of, closed."""

from __future__ import annotations

from datetime import timedelta

from bot.i18n import moment_text, texts
from bot.office_taps.licence import (
    LASTS,
    LicenceAskBatch,
    LicenceAskClose,
    LicenceAskExtend,
    LicenceAskOpen,
    LicenceBatch,
    LicenceClose,
    LicenceExtend,
    LicenceOpen,
    LicenceRemind,
)
from bot.roles import deciding
from bot.roles.deciding import Hindrance
from bot.roles.office import licence_cards, licence_facts, seeing
from bot.talk import Talk
from bot.views.office import licence_card as views
from bot.views.office.licence import PARTS, TO_VOTE, Part
from bot.views.office.licence_card import OpeningFact
from scoring.voting import quorum_of
from storage import board, decisions, editions, journal, people, profiles, reviews, votings
from storage.editions import Participant
from storage.votings import VotingState

REST = timedelta(hours=6)
"""Between two reminders of one vote, at least."""
AT_ONCE = 60
"""Votes opened by one tap: more would be too much for a member of the board, and hold up everybody else's chat."""


def ask_open(talk: Talk, tap: LicenceAskOpen) -> None:
    """Until when a vote on a participant is open."""
    place = seeing.place(talk, tap.participant)
    if place is None:
        return
    wanted = licence_facts.wanted(talk.unit, talk.desk, place, language=talk.language)
    fact = _opening(talk, place, wanted)
    hindrance = (
        None if wanted is None else deciding.hindrance_of(talk.unit, place.id, wanted.proposal, entitled=fact.entitled)
    )
    if wanted is None or hindrance not in {None, Hindrance.NOBODY}:
        licence_cards.show(talk, place)
        return
    talk.say(views.ask_open(place.id, place.short_name, fact, language=talk.language))


def open_one(talk: Talk, tap: LicenceOpen) -> None:
    """Open a vote on a participant."""
    place, lasts = seeing.place(talk, tap.participant), _lasts(tap.lasts)
    if place is None:
        return
    wanted = licence_facts.wanted(talk.unit, talk.desk, place, language=talk.language)
    if wanted is None or lasts is None:
        licence_cards.show(talk, place)
        return
    opened = deciding.open_votings(talk, [wanted], lasts=lasts)
    _ = texts(talk.language)
    if opened.hindered.get(place.id) is Hindrance.NOBODY:
        talk.say(views.ask_open(place.id, place.short_name, OpeningFact(0, 0, ()), language=talk.language))
        return
    lead = _("The vote is open, the board is told.") + _later(talk)
    licence_cards.show(talk, place, lead=lead if opened.votings else "")


def ask_batch(talk: Talk, tap: LicenceAskBatch) -> None:
    """Until when votes on all of a sort are open."""
    part = _part(tap.part)
    if part is None:
        seeing.refuse(talk)
        return
    count = len(_of_part(talk, part))
    members = len(board.members(talk.unit, talk.person.edition_id))
    at_once = min(count, AT_ONCE)
    talk.say(views.ask_batch(part, at_once, members, left=count - at_once, language=talk.language))


def open_batch(talk: Talk, tap: LicenceBatch) -> None:
    """Open votes on all of a sort."""
    part, lasts = _part(tap.part), _lasts(tap.lasts)
    if part is None or lasts is None:
        seeing.refuse(talk)
        return
    every = _of_part(talk, part)
    places = every[:AT_ONCE]
    found = licence_facts.wanted_all(talk.unit, talk.desk, places, language=talk.language)
    opened = deciding.open_votings(talk, found, lasts=lasts)
    hindered = [place.short_name for place in places if place.id in opened.hindered]
    left, later = len(every) - len(places), _later(talk)
    talk.say(views.opened(len(opened.votings), hindered, part, left=left, later=later, language=talk.language))


def ask_extend(talk: Talk, tap: LicenceAskExtend) -> None:
    """How much longer a vote is open."""
    found = licence_cards.voting_in_hand(talk, tap.voting, VotingState.OPEN, VotingState.UNDECIDED)
    if found is None:
        return
    voting, place = found
    if deciding.can_go_on(talk.unit, voting):
        talk.say(views.ask_extend(voting.id, place.id, place.short_name, language=talk.language))
    else:
        licence_cards.show(talk, place)


def extend(talk: Talk, tap: LicenceExtend) -> None:
    """Let a vote go on, if nothing newer has taken its place."""
    found = licence_cards.voting_in_hand(talk, tap.voting, VotingState.OPEN, VotingState.UNDECIDED)
    if found is None:
        return
    voting, place = found
    lasts = _lasts(tap.lasts)
    votings.hold_participant(talk.unit, place.id)
    is_last = votings.of_participant(talk.unit, place.id)[0].id == voting.id
    is_decided = any(decision.stands for decision in decisions.of_participant(talk.unit, place.id))
    if lasts is None or not is_last or is_decided or not deciding.can_go_on(talk.unit, voting):
        licence_cards.show(talk, place)
        return
    deciding.extend(talk, voting, lasts=lasts)
    _ = texts(talk.language)
    lead = _("The vote goes on. Those who have not voted are told.") + _later(talk)
    licence_cards.show(talk, place, lead=lead)


def remind(talk: Talk, tap: LicenceRemind) -> None:
    """Remind those who have not voted, unless they were a short while ago."""
    found = licence_cards.voting_in_hand(talk, tap.voting, VotingState.OPEN)
    if found is None:
        return
    voting, place = found
    _ = texts(talk.language)
    noted = journal.of_subject(talk.unit, f"voting:{voting.id}")
    if any(entry.what == "voting.reminded" and talk.now - entry.at < REST for entry in noted):
        licence_cards.show(talk, place, lead=_("They were reminded a short while ago."))
        return
    count = deciding.remind(talk, voting)
    lead = _.many("{n} person is reminded.", "{n} people are reminded.", count) + _later(talk)
    licence_cards.show(talk, place, lead=lead if count else _("Everybody has voted."))


def ask_close(talk: Talk, tap: LicenceAskClose) -> None:
    """Whether to close a vote before its time."""
    found = licence_cards.voting_in_hand(talk, tap.voting, VotingState.OPEN)
    if found is not None:
        voting, place = found
        progress = votings.progress(talk.unit, [voting.id])[voting.id]
        talk.say(
            views.ask_close(voting.id, place.id, place.short_name, progress, voting.quorum, language=talk.language)
        )


def close(talk: Talk, tap: LicenceClose) -> None:
    """Close a vote before its time, and count."""
    found = licence_cards.voting_in_hand(talk, tap.voting, VotingState.OPEN)
    if found is not None:
        voting, place = found
        deciding.close(talk.unit, talk.desk, voting, by=talk.person.id, now=talk.now)
        licence_cards.show(talk, place)


def _later(talk: Talk) -> str:
    """When the board is told, where it is quiet now."""
    at = deciding.told_at(talk.unit, talk.desk, talk.person.edition_id, now=talk.now)
    if at <= talk.now:
        return ""
    _ = texts(talk.language)
    time = moment_text(at, language=talk.language, zone=talk.zone, now=talk.now)
    return " " + _("It is quiet time now: the message goes out {time}, and the time counts from then.", time=time)


def _opening(talk: Talk, place: Participant, wanted: deciding.Wanted | None) -> OpeningFact:
    members = [each.person_id for each in board.members(talk.unit, talk.person.edition_id)]
    known = profiles.conflicts_of(talk.unit, members)
    left_out = {each.person_id for each in known if each.participant_id == place.id}
    names = [found.name for each in members if each in left_out and (found := people.person(talk.unit, each))]
    near = {*reviews.jurors_at(talk.unit, place.id), place.coordinator_id} - left_out
    close_to = [found.name for each in members if each in near and (found := people.person(talk.unit, each))]
    entitled = len(members) - len(left_out)
    share = 1.0 if wanted is None else wanted.rules.quorum
    waiting = 0 if wanted is None else wanted.proposal.not_approved
    return OpeningFact(entitled, quorum_of(share, entitled), tuple(names), waiting, tuple(close_to))


def _of_part(talk: Talk, part: Part) -> list[Participant]:
    """By name."""
    places = {place.id: place for place in editions.participants(talk.unit, talk.person.edition_id)}
    return [places[line.participant] for line in licence_facts.all_lines(talk) if line.part is part]


def _part(at: int) -> Part | None:
    part = PARTS[at] if 0 <= at < len(PARTS) else None
    return part if part in TO_VOTE else None


def _lasts(at: int) -> timedelta | None:
    return LASTS[at] if 0 <= at < len(LASTS) else None
