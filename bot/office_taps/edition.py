"""Buttons of the edition: its days, waves and rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class EditionCard(OfficeTap):
    """The edition and its rules."""


CODES: Mapping[str, type[OfficeTap]] = {
    "ed.card": EditionCard,
}
