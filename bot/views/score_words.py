"""Scores as numbers, one way everywhere: to the decimal by which places are compared; a miss is never rounded away."""

from __future__ import annotations

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from bot.i18n import number_text
from scoring.standing import SHOWN_DECIMALS, shown

_NOISE = 9
"""Decimals beyond which a number is what arithmetic left behind."""


def score_text(score: float, *, language: str) -> str:
    """A score as it is shown and compared, halves up: "54,2", "60"."""
    return number_text(_plain(shown(score)), language=language)


def exact_text(number: float, *, language: str, places: int = _NOISE) -> str:
    """A number with at most so many decimals, halves up: what rules ask for, amounts of money."""
    return number_text(_plain(_rounded(number, places)), language=language)


def lost_text(points: float, *, language: str) -> str:
    """Points that something cost: as a score, but never "0" where it cost something."""
    least = Decimal(1).scaleb(-SHOWN_DECIMALS)
    rounded = shown(points)
    if points > 0 and rounded < least:
        return f"<{number_text(least, language=language)}"
    return number_text(_plain(rounded), language=language)


def short_of(value: float, required: float, *, language: str) -> tuple[str, str]:
    """A value that misses what is required, and what is missing to it; the two come to what is required.

    With as many decimals as are needed to tell: 59.96 of 60 is "59,96" and "0,04", not "60" and "0".
    """
    goal = _plain(_rounded(required, _NOISE))
    places = max(SHOWN_DECIMALS, _places(goal))
    got = _rounded(value, places)
    if got >= goal:
        places += 1
        got = _rounded(value, _NOISE).quantize(Decimal(1).scaleb(-places), rounding=ROUND_FLOOR)
    return number_text(_plain(got), language=language), number_text(_plain(goal - got), language=language)


def _rounded(number: float, places: int) -> Decimal:
    exact = Decimal(repr(number)).quantize(Decimal(1).scaleb(-_NOISE), rounding=ROUND_HALF_UP)
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _plain(number: Decimal) -> Decimal:
    """Without zeros at the end, and without an exponent."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()
