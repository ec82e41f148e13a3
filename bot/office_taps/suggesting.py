"""Buttons of the rater: its suggestions, and how it is set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class Suggestions(OfficeTap):
    """Suggestions that wait for a decision, a page of them."""

    page: int


CODES: Mapping[str, type[OfficeTap]] = {
    "su.list": Suggestions,
}
