"""Buttons of broadcasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap

FILTERS = ("roles", "waves", "modes", "voivodships", "late", "unanswered", "people")
"""What a broadcast's filter asks for; buttons carry the index."""


@dataclass(frozen=True, slots=True)
class Broadcasts(OfficeTap):
    """The broadcasts, a page of them."""

    page: int


@dataclass(frozen=True, slots=True)
class NewMessage(OfficeTap):
    """A message of one's own: its words are asked for."""


@dataclass(frozen=True, slots=True)
class SendAssignments(OfficeTap):
    """Offer the planned contacts that nobody was asked for yet."""


@dataclass(frozen=True, slots=True)
class OneBroadcast(OfficeTap):
    """A broadcast: what is written and chosen, or how far it is."""

    broadcast: int


@dataclass(frozen=True, slots=True)
class Refreshed(OfficeTap):
    """The same, in its place."""

    broadcast: int


@dataclass(frozen=True, slots=True)
class Reword(OfficeTap):
    """Other words for a draft."""

    broadcast: int


@dataclass(frozen=True, slots=True)
class Options(OfficeTap):
    """What can be chosen of one kind: index in ``FILTERS``, a page of it."""

    broadcast: int
    what: int
    page: int


@dataclass(frozen=True, slots=True)
class Flip(OfficeTap):
    """Choose a value, or leave it out again. ``value``: an id, an index, or the check sum of a name."""

    broadcast: int
    what: int
    value: int
    page: int


@dataclass(frozen=True, slots=True)
class Everybody(OfficeTap):
    """Leave out all that was chosen."""

    broadcast: int


@dataclass(frozen=True, slots=True)
class FindPerson(OfficeTap):
    """Somebody by name, typed next."""

    broadcast: int


@dataclass(frozen=True, slots=True)
class Preview(OfficeTap):
    """As the recipients will see it, and how many they are."""

    broadcast: int


@dataclass(frozen=True, slots=True)
class SendNow(OfficeTap):
    """Send it to ``people``, as many as were told."""

    broadcast: int
    people: int


@dataclass(frozen=True, slots=True)
class Schedule(OfficeTap):
    """Send it later: when?"""

    broadcast: int


@dataclass(frozen=True, slots=True)
class SendAt(OfficeTap):
    """Send it at a moment, in minutes since 1970."""

    broadcast: int
    minute: int


@dataclass(frozen=True, slots=True)
class Unschedule(OfficeTap):
    """Back to a draft."""

    broadcast: int


@dataclass(frozen=True, slots=True)
class PauseSending(OfficeTap):
    """Stop for now."""

    broadcast: int


@dataclass(frozen=True, slots=True)
class ResumeSending(OfficeTap):
    """Go on."""

    broadcast: int


@dataclass(frozen=True, slots=True)
class CancelRest(OfficeTap):
    """Send it to nobody who has not got it; ``sure``: 0 asks first."""

    broadcast: int
    sure: int


@dataclass(frozen=True, slots=True)
class Resend(OfficeTap):
    """Try those again for whom it failed."""

    broadcast: int


@dataclass(frozen=True, slots=True)
class NotReached(OfficeTap):
    """Who has not got it, and why; a page of them."""

    broadcast: int
    page: int


@dataclass(frozen=True, slots=True)
class RecipientsTable(OfficeTap):
    """All recipients as a table."""

    broadcast: int


CODES: Mapping[str, type[OfficeTap]] = {
    "br.list": Broadcasts,
    "br.new": NewMessage,
    "br.tasks": SendAssignments,
    "br.one": OneBroadcast,
    "br.fresh": Refreshed,
    "br.text": Reword,
    "br.opt": Options,
    "br.flip": Flip,
    "br.all": Everybody,
    "br.find": FindPerson,
    "br.show": Preview,
    "br.send": SendNow,
    "br.when": Schedule,
    "br.at": SendAt,
    "br.back": Unschedule,
    "br.pause": PauseSending,
    "br.go": ResumeSending,
    "br.stop": CancelRest,
    "br.again": Resend,
    "br.miss": NotReached,
    "br.table": RecipientsTable,
}
