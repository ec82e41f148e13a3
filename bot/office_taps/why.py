"""Buttons that open a score down to the answers that made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class Why(OfficeTap):
    """Why a participant has a score: the node at that place of the tree (0: the whole), a page of what is below."""

    participant: int
    node: int
    page: int


CODES: Mapping[str, type[OfficeTap]] = {
    "wy.node": Why,
}
