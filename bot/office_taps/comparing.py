"""Buttons of two jurors' disagreements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class Disagreements(OfficeTap):
    """Items on which two jurors disagree, a page of them."""

    page: int


CODES: Mapping[str, type[OfficeTap]] = {
    "cm.list": Disagreements,
}
