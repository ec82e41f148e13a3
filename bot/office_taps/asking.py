"""Buttons of what is asked about an edition: drilling down, lists as tables, acting on what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class Picture(OfficeTap):
    """How the edition stands, as a picture."""


CODES: Mapping[str, type[OfficeTap]] = {
    "as.picture": Picture,
}
