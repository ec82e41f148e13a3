"""A coordinator: reads how the edition stands and the reports that came; is told what happens (``notices``)."""

from __future__ import annotations

from bot.channels.base import Commanded, Content, Tapped
from bot.roles import everyone, reading, where
from bot.talk import Talk
from bot.taps import decode

COMMANDS = {"status": "status", "raporty": "sent", "reports": "sent"}
"""What a coordinator's own commands mean; an organizer has the same."""


def hear(talk: Talk, content: Content) -> None:
    """Answer a coordinator or an organizer who has agreed."""
    match content:
        case Tapped(data=data):
            tap = decode(data)
            if tap is None or not (everyone.tap_menu(talk, tap) or reading.tap_menu(talk, tap)):
                where.show(talk)
        case Commanded(name=name):
            _command(talk, name)
        case _:
            where.show(talk)


def _command(talk: Talk, name: str) -> None:
    match COMMANDS.get(name):
        case "status":
            talk.say(reading.how_it_stands(talk))
        case "sent":
            talk.say(reading.sent(talk, 0))
        case _:
            if not everyone.command(talk, name):
                where.show(talk)
