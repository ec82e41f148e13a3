"""Use cases, one file or small folder for each kind of person; and who of them is spoken to."""

from __future__ import annotations

from bot.channels.base import Blocked, Commanded, Content, Tapped, Unblocked
from bot.roles import everyone, juror_hearing, notices, where
from bot.talk import Talk
from bot.tap_kinds import (
    ConsentNo,
    ConsentYes,
    ExportMyData,
    HideChat,
    Languages,
    MyData,
    Refresh,
    ShowHelp,
    SpeakEnglish,
    SpeakPolish,
)
from bot.taps import decode
from storage import people

BEFORE_CONSENT = (
    *(ConsentYes, ConsentNo, Languages, SpeakPolish, SpeakEnglish, ShowHelp, MyData, ExportMyData, HideChat),
    Refresh,
)
"""Taps that work before a person has agreed to anything."""

COMMANDS_BEFORE_CONSENT = frozenset({"hide", "language", "help", "data"})
"""Commands, by their meaning in ``everyone.COMMANDS``, that do."""


def hear(talk: Talk, content: Content) -> None:
    """Answer whatever a known person sent."""
    match content:
        case Blocked():
            _left(talk)
        case Unblocked():
            talk.note("unblocked", f"person:{talk.person.id}", channel=talk.address.channel)
            if not talk.address.reachable:
                notices.back(talk)
        case _ if talk.person.hidden_at is not None:
            _while_hidden(talk, content)
        case _ if talk.person.consented_at is None:
            _before_consent(talk, content)
        case _ if where.is_juror(talk):
            juror_hearing.hear(talk, content)
        case _:
            from bot.roles import office_hearing  # a third of the program, loaded with the first one of the office

            office_hearing.hear(talk, content)


def _left(talk: Talk) -> None:
    """The person blocked us here: their coordinators are told, once, if no other chat of theirs is left."""
    people.set_reachable(talk.unit, talk.address.id, reachable=False)
    talk.note("blocked", f"person:{talk.person.id}", channel=talk.address.channel)
    if talk.address.reachable:
        notices.unreachable(talk.unit, talk.desk, talk.address, now=talk.now)


def _while_hidden(talk: Talk, content: Content) -> None:
    """A hidden chat stays harmless until it is asked for again by its button or a command.

    What a juror types or sends meanwhile is answered with the same harmless thing, and kept for later without a word.
    """
    tap = decode(content.data) if isinstance(content, Tapped) else None
    if isinstance(tap, Refresh) or (isinstance(content, Commanded) and content.name not in {"schowaj", "hide"}):
        everyone.show_again(talk)
        return
    if where.is_juror(talk) and talk.person.consented_at is not None:
        juror_hearing.keep_quietly(talk, content)
    everyone.hide(talk)


def _before_consent(talk: Talk, content: Content) -> None:
    tap = decode(content.data) if isinstance(content, Tapped) else None
    if isinstance(tap, BEFORE_CONSENT):
        everyone.tap_menu(talk, tap)
    elif isinstance(content, Commanded) and everyone.COMMANDS.get(content.name) in COMMANDS_BEFORE_CONSENT:
        everyone.command(talk, content.name)
    else:
        where.ask_consent(talk)
