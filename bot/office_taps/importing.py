"""Buttons of importing a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class ImportHelp(OfficeTap):
    """How to bring in participants and people."""


CODES: Mapping[str, type[OfficeTap]] = {
    "im.help": ImportHelp,
}
