"""Buttons of participants' queries about results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class Queries(OfficeTap):
    """Queries of participants, a page of them."""

    page: int


CODES: Mapping[str, type[OfficeTap]] = {
    "qu.list": Queries,
}
