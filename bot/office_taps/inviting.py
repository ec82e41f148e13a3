"""Buttons of invitations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class Invitations(OfficeTap):
    """Who was invited and who came."""

    page: int


CODES: Mapping[str, type[OfficeTap]] = {
    "in.list": Invitations,
}
