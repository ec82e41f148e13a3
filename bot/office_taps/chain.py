"""Buttons of an assignment that changes hands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class Chain(OfficeTap):
    """Everybody who was asked to make a planned contact."""

    slot: int


CODES: Mapping[str, type[OfficeTap]] = {
    "ch.chain": Chain,
}
