"""Buttons of what a restore holds back: what there is, and whether it is sent or dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.tap_kinds import OfficeTap, OrganizerTap


class Group(StrEnum):
    """What is held back, as a person would sort it."""

    ALL = "all"
    MESSAGES = "messages"
    BROADCASTS = "broadcasts"
    REMINDERS = "reminders"
    ENDS = "ends"
    REST = "rest"


GROUPS = tuple(Group)
"""Buttons carry the index: new ones are only added at the end."""


@dataclass(frozen=True, slots=True)
class HeldHome(OrganizerTap):
    """What is held back, of which kinds, how old."""


@dataclass(frozen=True, slots=True)
class HeldOne(OrganizerTap):
    """One group of it: index in ``GROUPS``."""

    group: int


@dataclass(frozen=True, slots=True)
class AskHeld(OrganizerTap):
    """Whether that group is really to be sent (1) or dropped (0)."""

    group: int
    sends: int


@dataclass(frozen=True, slots=True)
class HeldYes(OrganizerTap):
    """It is: sent (1) or dropped (0)."""

    group: int
    sends: int


CODES: Mapping[str, type[OfficeTap]] = {
    "held.all": HeldHome,
    "held.one": HeldOne,
    "held.ask": AskHeld,
    "held.yes": HeldYes,
}
