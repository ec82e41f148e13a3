"""Buttons of planning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class PlanHome(OfficeTap):
    """The plan: who contacts whom, and what is missing."""


CODES: Mapping[str, type[OfficeTap]] = {
    "pl.home": PlanHome,
}
