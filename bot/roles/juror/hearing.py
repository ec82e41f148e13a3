"""What a juror says, types, taps or sends, and which use case it belongs to."""

from __future__ import annotations

from bot.channels.base import (
    Blocked,
    Commanded,
    Content,
    Said,
    SentFile,
    SharedPlace,
    Tapped,
    Unblocked,
    Unsupported,
)
from bot.roles import everyone
from bot.roles.juror import sending, tapping, tasks, walking
from bot.talk import Talk
from bot.tap_kinds import ContactTap, Look, ShowAnswers, ShowExits
from bot.taps import decode
from bot.views import common
from scenarios.contact import Pause, Phase, Place, Position, Undo, Words
from storage import contacts

COMMANDS = {
    "zadania": "tasks",
    "tasks": "tasks",
    "lista": "tasks",
    "list": "tasks",
    "cofnij": "undo",
    "undo": "undo",
    "zmien": "change",
    "change": "change",
    "pauza": "pause",
    "pause": "pause",
    "wyjscia": "exits",
    "exits": "exits",
}
"""What a juror's own commands mean; the ones everybody has are in ``everyone.COMMANDS``."""


def hear(talk: Talk, content: Content) -> None:
    """Answer a juror who has agreed."""
    match content:
        case Tapped(data=data):
            _tap(talk, data)
        case Commanded(name=name):
            _command(talk, name)
        case Said(text=text):
            _words(talk, text)
        case SentFile():
            sending.take_file(talk, content)
        case SharedPlace(latitude=latitude, longitude=longitude, accuracy=accuracy):
            _reply_or_tasks(talk, Position(Place(latitude, longitude, accuracy)))
        case Unsupported():
            talk.say(common.cannot_use(talk.language))
        case Blocked() | Unblocked():
            return


def _tap(talk: Talk, data: str) -> None:
    tap = decode(data)
    if isinstance(tap, ContactTap):
        tapping.tap_contact(talk, tap)
    elif tap is None or not (everyone.tap_menu(talk, tap) or tasks.tap_menu(talk, tap)):
        where_we_are(talk)


def _command(talk: Talk, name: str) -> None:
    match COMMANDS.get(name):
        case "tasks":
            tasks.show(talk)
        case "undo":
            _reply_or_tasks(talk, Undo())
        case "pause":
            _reply_or_tasks(talk, Pause())
        case "change":
            _look(talk, ShowAnswers(0))
        case "exits":
            _look(talk, ShowExits())
        case _:
            if not everyone.command(talk, name):
                talk.say(common.unknown_command(talk.language))


def _words(talk: Talk, text: str) -> None:
    if tasks.take_words(talk, text):
        return
    _reply_or_tasks(talk, Words(text))


def _reply_or_tasks(talk: Talk, said: Words | Position | Undo | Pause) -> None:
    walk = focused(talk)
    if walk is None:
        tasks.show(talk)
    elif isinstance(said, Words) and sending.is_aside(walk, said.text):
        sending.take_note(talk, walk, said.text)
    else:
        walking.reply(talk, walk, said)


def _look(talk: Talk, act: Look) -> None:
    walk = focused(talk)
    if walk is None:
        tasks.show(talk)
    else:
        talk.say(walking.looked(talk, walk, act))


def focused(talk: Talk) -> walking.Walk | None:
    """The contact the person is in the middle of, if any."""
    if talk.person.focus is None:
        return None
    row = contacts.load(talk.unit, talk.person.focus, lock=False)
    if row is None or row.contact.phase not in {Phase.OPEN, Phase.SUBMITTED}:
        return None
    return walking.take_up(talk, row.id)


def where_we_are(talk: Talk) -> None:
    """The current question, or the list of tasks."""
    walk = focused(talk)
    if walk is None:
        tasks.show(talk)
    else:
        talk.say(walking.shown(talk, walk, walking.current(walk)))
