"""Buttons of what is asked about an edition: drilling down, lists as tables, acting on what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class Picture(OfficeTap):
    """How the edition stands, as a picture."""


@dataclass(frozen=True, slots=True)
class Split(OfficeTap):
    """The numbers by one dimension (an index into ``DIMENSIONS``), a page of them."""

    dimension: int
    page: int


@dataclass(frozen=True, slots=True)
class Asked(OfficeTap):
    """A question in integers, as ``bot.asking.question`` writes it; 0 stands for what was not said."""

    intent: int
    mode: int
    place: int
    person: int
    wave: int
    voivodship: int
    number: int
    measure: int
    since: int
    days: int

    @property
    def numbers(self) -> tuple[int, ...]:
        """The question's integers."""
        return (
            *(self.intent, self.mode, self.place, self.person, self.wave, self.voivodship),
            *(self.number, self.measure, self.since, self.days),
        )


@dataclass(frozen=True, slots=True)
class Found(Asked):
    """The answer to a question, a page of it."""

    page: int


@dataclass(frozen=True, slots=True)
class FoundTable(Asked):
    """The answer as a table."""


@dataclass(frozen=True, slots=True)
class AskRemind(Asked):
    """Whether to remind the jurors of the answer."""


@dataclass(frozen=True, slots=True)
class RemindThem(Asked):
    """Yes, remind them."""


@dataclass(frozen=True, slots=True)
class Examples(OfficeTap):
    """What can be asked, a page of it."""

    page: int


@dataclass(frozen=True, slots=True)
class Digests(OfficeTap):
    """When the digests come."""


@dataclass(frozen=True, slots=True)
class SwitchDigest(OfficeTap):
    """The daily (0) or the weekly (1) digest, off (0) or on (1)."""

    which: int
    on: int


@dataclass(frozen=True, slots=True)
class DigestHour(OfficeTap):
    """The local hour of both digests."""

    hour: int


CODES: Mapping[str, type[OfficeTap]] = {
    "as.picture": Picture,
    "as.by": Split,
    "as.f": Found,
    "as.t": FoundTable,
    "as.r": AskRemind,
    "as.y": RemindThem,
    "as.help": Examples,
    "as.digest": Digests,
    "as.switch": SwitchDigest,
    "as.hour": DigestHour,
}
