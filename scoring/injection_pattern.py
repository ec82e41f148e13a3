"""One form of an instruction to a rater, as a regular expression with what makes it honest after all."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pattern:
    """One form. ``but_surveys``: honest in a sentence about a survey. ``but_reported``: honest behind "told me to".

    ``but_opinions``: honest where a juror says "I give". ``only_told``: honest in what somebody else says.
    """

    sign: str
    regex: re.Pattern[str]
    but_surveys: bool = False
    but_reported: bool = False
    but_opinions: bool = False
    only_told: bool = False


def pattern(sign: str, *parts: str, but: str = "") -> Pattern:
    """A pattern from parts that follow each other; ``but`` names what makes it honest."""
    return Pattern(
        sign,
        re.compile("".join(parts)),
        but_surveys="surveys" in but,
        but_reported="reported" in but,
        but_opinions="opinions" in but,
        only_told="told" in but,
    )
