"""Buttons of personal data: how long each kind is kept, what goes when, and the erasing of a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap, OrganizerTap
from storage.rules import Keeping

KINDS = tuple(Keeping)
"""Buttons carry the index: new ones are only added at the end."""


@dataclass(frozen=True, slots=True)
class KeepingHome(OrganizerTap):
    """What is kept, for how long, and what is erased when."""


@dataclass(frozen=True, slots=True)
class OneKeeping(OrganizerTap):
    """One kind of data: index in ``KINDS``."""

    kind: int


@dataclass(frozen=True, slots=True)
class TurnKeeping(OrganizerTap):
    """Kept a step longer (1) or shorter (0)."""

    kind: int
    up: int


@dataclass(frozen=True, slots=True)
class AskErasePerson(OrganizerTap):
    """Whether somebody's data is really to be erased."""

    person: int


@dataclass(frozen=True, slots=True)
class ErasePersonYes(OrganizerTap):
    """Somebody's data is erased."""

    person: int


CODES: Mapping[str, type[OfficeTap]] = {
    "keep.all": KeepingHome,
    "keep.one": OneKeeping,
    "keep.turn": TurnKeeping,
    "keep.erase": AskErasePerson,
    "keep.gone": ErasePersonYes,
}
