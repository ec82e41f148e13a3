"""Use cases, one file or small folder for each kind of person; and who of them is spoken to."""

from __future__ import annotations

from bot.channels.base import Blocked, Commanded, Content, Said, Tapped, Unblocked
from bot.roles import everyone
from bot.roles.coordinator import hear as hear_coordinator
from bot.roles.coordinator import where_we_are as coordinator_where
from bot.roles.juror.hearing import hear as hear_juror
from bot.roles.juror.hearing import where_we_are as juror_where
from bot.talk import Talk
from bot.tap_kinds import ConsentNo, ConsentYes, HideChat, Languages, Refresh, SpeakEnglish, SpeakPolish
from bot.taps import decode
from storage import people
from storage.people import Role

BEFORE_CONSENT = (ConsentYes, ConsentNo, Languages, SpeakPolish, SpeakEnglish, HideChat, Refresh)
"""Taps that work before a person has agreed to anything."""


def hear(talk: Talk, content: Content) -> None:
    """Answer whatever a known person sent."""
    match content:
        case Blocked():
            people.set_reachable(talk.unit, talk.address.id, reachable=False)
            talk.note("blocked", f"person:{talk.person.id}", channel=talk.address.channel)
        case Unblocked():
            people.set_reachable(talk.unit, talk.address.id, reachable=True)
            talk.note("unblocked", f"person:{talk.person.id}", channel=talk.address.channel)
        case _ if talk.person.hidden_at is not None:
            _while_hidden(talk, content)
        case _ if talk.person.consented_at is None:
            _before_consent(talk, content)
        case _ if talk.person.role is Role.JUROR:
            hear_juror(talk, content)
        case _:
            hear_coordinator(talk, content)


def where_we_are(talk: Talk) -> None:
    """Show the person where they are."""
    if talk.person.consented_at is None:
        everyone.ask_consent(talk)
    elif talk.person.role is Role.JUROR:
        juror_where(talk)
    else:
        coordinator_where(talk)


def _while_hidden(talk: Talk, content: Content) -> None:
    """A hidden chat stays harmless until it is asked for again by its button or a command."""
    tap = decode(content.data) if isinstance(content, Tapped) else None
    if isinstance(tap, Refresh) or (isinstance(content, Commanded) and content.name not in {"schowaj", "hide"}):
        everyone.show_again(talk)
    else:
        everyone.hide(talk)


def _before_consent(talk: Talk, content: Content) -> None:
    tap = decode(content.data) if isinstance(content, Tapped) else None
    if isinstance(tap, BEFORE_CONSENT):
        everyone.tap_menu(talk, tap)
    elif isinstance(content, Commanded) and everyone.COMMANDS.get(content.name) in {"hide", "language"}:
        everyone.command(talk, content.name)
    elif isinstance(content, Said) or content is not None:
        everyone.ask_consent(talk)
