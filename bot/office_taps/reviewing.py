"""Buttons of the review of reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class ReviewQueue(OfficeTap):
    """Reports that wait for a review, a page of them."""

    page: int


CODES: Mapping[str, type[OfficeTap]] = {
    "re.queue": ReviewQueue,
}
