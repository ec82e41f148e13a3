"""The office: what coordinators and organizers say, type, tap or send, and which subject of theirs it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.channels.base import Commanded, Content, Said, SentFile, Tapped
from bot.refusals import Refusal, RefusalCode
from bot.roles import everyone, reading, where
from bot.roles.office import (
    asking,
    broadcasting,
    chain,
    comparing,
    directory,
    edition,
    holding,
    importing,
    inviting,
    keeping,
    licence,
    planning,
    queries,
    reviewing,
    standing,
    suggesting,
    why,
)
from bot.roles.office.rights import may_command, may_tap
from bot.roles.office.subject import Maker, Subject
from bot.talk import Talk
from bot.tap_kinds import OfficeMenu, OfficeTap, Tap
from bot.taps import decode
from bot.views import common, staff
from bot.views.office import persons
from storage import people

SUBJECTS: tuple[Subject, ...] = (
    asking.SUBJECT,
    broadcasting.SUBJECT,
    chain.SUBJECT,
    comparing.SUBJECT,
    directory.SUBJECT,
    edition.SUBJECT,
    holding.SUBJECT,
    importing.SUBJECT,
    inviting.SUBJECT,
    keeping.SUBJECT,
    licence.SUBJECT,
    planning.SUBJECT,
    queries.SUBJECT,
    reviewing.SUBJECT,
    standing.SUBJECT,
    suggesting.SUBJECT,
    why.SUBJECT,
)

TAPS: Mapping[type[OfficeTap], Callable[[Talk, Any], None]] = {
    kind: hears for subject in SUBJECTS for kind, hears in subject.taps.items()
}
COMMANDS: Mapping[str, Callable[[Talk, str], None]] = {
    name: hears for subject in SUBJECTS for name, hears in subject.commands.items()
}
DIALOGS: Mapping[str, Callable[[Talk, Mapping[str, Any], str], None]] = {
    kind: hears for subject in SUBJECTS for kind, hears in subject.dialogs.items()
}
RECIPES: Mapping[str, Maker] = {what: maker for subject in SUBJECTS for what, maker in subject.recipes.items()}
TAKES_FILE = next((subject.takes_file for subject in SUBJECTS if subject.takes_file is not None), None)
HEARS_WORDS = next((subject.hears_words for subject in SUBJECTS if subject.hears_words is not None), None)

OWN_COMMANDS = {"raporty": "sent", "reports": "sent"}


def hear(talk: Talk, content: Content) -> None:
    """Answer a coordinator or an organizer who has agreed. Whoever left is told so, and nothing else."""
    if talk.person.left_at is not None:
        talk.say(persons.has_left(language=talk.language))
        return
    dialog = talk.person.dialog
    if dialog is not None:
        people.set_dialog(talk.unit, talk.person.id, None)  # whatever comes now answers it or leaves it
        talk = talk.again()
    match content:
        case Tapped(data=data):
            _tap(talk, decode(data))
        case Commanded(name=name, argument=argument):
            _command(talk, name, argument)
        case Said(text=text):
            _words(talk, dialog, text)
        case SentFile() if TAKES_FILE is not None:
            TAKES_FILE(talk, content)
        case _:
            where.show(talk)


def _tap(talk: Talk, tap: Tap | None) -> None:
    match tap:
        case OfficeMenu():
            where.show(talk)
        case OfficeTap():
            _office(talk, tap)
        case _:
            if tap is None or not (everyone.tap_menu(talk, tap) or reading.tap_menu(talk, tap)):
                where.show(talk)


def _office(talk: Talk, tap: OfficeTap) -> None:
    hears = TAPS.get(type(tap))
    if hears is None or not may_tap(talk.person.role, tap):
        talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))
        return
    hears(talk, tap)


def _command(talk: Talk, name: str, argument: str) -> None:
    hears = COMMANDS.get(name)
    if hears is not None:
        if may_command(talk.person.role, name):
            hears(talk, argument)
        else:
            talk.say(staff.organizers_decide(language=talk.language))
        return
    match OWN_COMMANDS.get(name):
        case "sent":
            talk.say(reading.sent(talk, 0))
        case _:
            if not everyone.command(talk, name):
                where.show(talk)


def _words(talk: Talk, dialog: Mapping[str, Any] | None, text: str) -> None:
    hears = None if dialog is None else DIALOGS.get(str(dialog.get("kind")))
    if hears is not None and dialog is not None:
        hears(talk, dialog, text)
    elif HEARS_WORDS is not None:
        HEARS_WORDS(talk, text)
    else:
        where.show(talk)
