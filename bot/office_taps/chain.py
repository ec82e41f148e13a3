"""Buttons of a planned contact: who was and is asked, by hand; and of dates that jurors propose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class Chain(OfficeTap):
    """Everybody who was asked to make a planned contact."""

    slot: int


@dataclass(frozen=True, slots=True)
class ChainPage(OfficeTap):
    """A page of a long chain."""

    slot: int
    page: int


@dataclass(frozen=True, slots=True)
class SlotCard(OfficeTap):
    """A planned contact and what can be done with it."""

    slot: int


@dataclass(frozen=True, slots=True)
class Candidates(OfficeTap):
    """Jurors who could make a planned contact, the best first, a page of them.

    ``purpose`` is an index in ``PURPOSES``: what the chosen one becomes.
    """

    slot: int
    page: int
    purpose: int


@dataclass(frozen=True, slots=True)
class Choose(OfficeTap):
    """That juror for a planned contact, for a purpose of ``PURPOSES``."""

    slot: int
    person: int
    purpose: int


@dataclass(frozen=True, slots=True)
class ChooseAnyway(OfficeTap):
    """The same, although a soft reason stands against it."""

    slot: int
    person: int
    purpose: int


@dataclass(frozen=True, slots=True)
class NoReserve(OfficeTap):
    """No reserve for a planned contact."""

    slot: int


@dataclass(frozen=True, slots=True)
class Fix(OfficeTap):
    """Whether a new plan leaves the juror of a planned contact alone: 1 or 0."""

    slot: int
    fixed: int


@dataclass(frozen=True, slots=True)
class OfferNow(OfficeTap):
    """Ask the planned juror now."""

    slot: int


@dataclass(frozen=True, slots=True)
class TakeBack(OfficeTap):
    """Take a task back from whoever has it: asks whether to, and whether somebody else is asked."""

    assignment: int


@dataclass(frozen=True, slots=True)
class TakenBack(OfficeTap):
    """Take a task back; ``passed_on`` 1: the next juror is asked, 0: nobody is."""

    assignment: int
    passed_on: int


@dataclass(frozen=True, slots=True)
class Shift(OfficeTap):
    """Move the window of a planned contact by so many weeks (negative: earlier), if it still begins on that day."""

    slot: int
    weeks: int
    begins: int


@dataclass(frozen=True, slots=True)
class AskClose(OfficeTap):
    """Whether a planned contact is not wanted any more."""

    slot: int


@dataclass(frozen=True, slots=True)
class Close(OfficeTap):
    """A planned contact is not wanted any more."""

    slot: int


@dataclass(frozen=True, slots=True)
class Reopen(OfficeTap):
    """A planned contact is wanted after all."""

    slot: int


@dataclass(frozen=True, slots=True)
class PlaceSlots(OfficeTap):
    """The planned contacts of a participant, a page of them."""

    participant: int
    page: int


@dataclass(frozen=True, slots=True)
class AddSlot(OfficeTap):
    """Another contact at a participant: which mode."""

    participant: int


@dataclass(frozen=True, slots=True)
class AddedSlot(OfficeTap):
    """Another contact at a participant, in the mode at that index of ``scenarios.model.Mode``.

    ``number`` is the one it gets: tapped again, the button shows the contact it added.
    """

    participant: int
    mode: int
    number: int = 0


@dataclass(frozen=True, slots=True)
class AgreeDate(OfficeTap):
    """Agree to a date a juror proposed (``date.toordinal``); of no effect where another one is proposed since."""

    assignment: int
    day: int


@dataclass(frozen=True, slots=True)
class RefuseDate(OfficeTap):
    """Keep the date as it was."""

    assignment: int
    day: int


@dataclass(frozen=True, slots=True)
class OtherDate(OfficeTap):
    """Neither: which day instead."""

    assignment: int


@dataclass(frozen=True, slots=True)
class SetDate(OfficeTap):
    """The day a task is due instead (``date.toordinal``)."""

    assignment: int
    day: int


PURPOSES = ("plan", "offer", "reserve")
"""What somebody is chosen for: planned, asked at once, or named as the reserve."""


CODES: Mapping[str, type[OfficeTap]] = {
    "ch.chain": Chain,
    "ch.page": ChainPage,
    "ch.slot": SlotCard,
    "ch.who": Candidates,
    "ch.take": Choose,
    "ch.force": ChooseAnyway,
    "ch.nores": NoReserve,
    "ch.fix": Fix,
    "ch.offer": OfferNow,
    "ch.back": TakeBack,
    "ch.taken": TakenBack,
    "ch.shift": Shift,
    "ch.close": AskClose,
    "ch.closed": Close,
    "ch.open": Reopen,
    "ch.place": PlaceSlots,
    "ch.add": AddSlot,
    "ch.added": AddedSlot,
    "ch.agree": AgreeDate,
    "ch.keep": RefuseDate,
    "ch.other": OtherDate,
    "ch.set": SetDate,
}
