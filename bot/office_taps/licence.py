"""Buttons of the licence: proposals, the vote of the jury, decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class Licences(OfficeTap):
    """Proposals and decisions, a page of them."""

    page: int


CODES: Mapping[str, type[OfficeTap]] = {
    "li.list": Licences,
}
