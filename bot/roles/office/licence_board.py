"""The jury board in the organizers' hands: who is on it, who joins, who leaves."""

from __future__ import annotations

from bot.i18n import texts
from bot.office_taps.licence import LicenceAskLeave, LicenceBoard, LicenceBoardPick, LicenceJoin, LicenceLeave
from bot.roles import deciding
from bot.roles.office import seeing
from bot.talk import Talk
from bot.views.office import licence_board as views
from storage import board, people, votings
from storage.people import Person


def show(talk: Talk, tap: LicenceBoard) -> None:
    """Who is on the board."""
    _say(talk, tap.page)


def pick(talk: Talk, tap: LicenceBoardPick) -> None:
    """Who could be."""
    _say_candidates(talk, tap.page)


def join(talk: Talk, tap: LicenceJoin) -> None:
    """Put a person on the board."""
    person = seeing.person(talk, tap.person)
    if person is None:
        return
    if person.left_at is not None:
        seeing.refuse(talk)
        return
    _ = texts(talk.language)
    lead = _("{name} is on the board already.", name=person.name)
    if board.join(talk.unit, person.id, edition_id=talk.person.edition_id, now=talk.now):
        talk.note("board.joined", f"person:{person.id}")
        lead = _("On the board now: {name}.", name=person.name)
    _say_candidates(talk, tap.page, lead=lead)


def ask_leave(talk: Talk, tap: LicenceAskLeave) -> None:
    """Whether somebody is to be taken off."""
    person = _member(talk, tap.person)
    if person is not None:
        waiting = len(votings.open_for(talk.unit, person.id))
        talk.say(views.ask_leave(person, open_votes=waiting, language=talk.language))


def leave(talk: Talk, tap: LicenceLeave) -> None:
    """Take a person off the board."""
    person = _member(talk, tap.person)
    if person is None:
        return
    deciding.leaves_board(talk.unit, person.id, now=talk.now)
    talk.note("board.left", f"person:{person.id}")
    _ = texts(talk.language)
    _say(talk, 0, lead=_("No longer on the board: {name}.", name=person.name))


def _member(talk: Talk, person_id: int) -> Person | None:
    """The member; of anybody else the list as it stands is shown."""
    person = seeing.person(talk, person_id)
    if person is None:
        return None
    if not board.is_member(talk.unit, person.id):
        _ = texts(talk.language)
        _say(talk, 0, lead=_("No longer on the board: {name}.", name=person.name))
        return None
    return person


def _say(talk: Talk, page: int, *, lead: str = "") -> None:
    members = board.members(talk.unit, talk.person.edition_id)
    talk.say(views.listed(members, page, lead=lead, language=talk.language))


def _say_candidates(talk: Talk, page: int, *, lead: str = "") -> None:
    members = {each.person_id for each in board.members(talk.unit, talk.person.edition_id)}
    every = people.people(talk.unit, edition_id=talk.person.edition_id)
    free = [each for each in every if each.id not in members and each.left_at is None]
    talk.say(views.candidates(free, page, lead=lead, language=talk.language))
