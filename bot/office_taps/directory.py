"""Buttons of the lists of participants and people, and of their cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class Participants(OfficeTap):
    """The participants, a page of them."""

    page: int


@dataclass(frozen=True, slots=True)
class People(OfficeTap):
    """Jurors, coordinators and organizers, a page of them."""

    page: int


CODES: Mapping[str, type[OfficeTap]] = {
    "di.places": Participants,
    "di.people": People,
}
