"""Buttons of results, standings and agreement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class Results(OfficeTap):
    """Participants and their scores, a page of them."""

    page: int


CODES: Mapping[str, type[OfficeTap]] = {
    "sc.list": Results,
}
