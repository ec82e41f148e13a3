"""Buttons of broadcasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class Broadcasts(OfficeTap):
    """The broadcasts, a page of them."""

    page: int


CODES: Mapping[str, type[OfficeTap]] = {
    "br.list": Broadcasts,
}
