"""Typed numbers: Polish and English notation and number words."""

from __future__ import annotations

import re
from decimal import Decimal

MAX_DIGITS = 15
"""Digits a typed number may have in all."""

WORDS = {
    name: number
    for number, names in {
        0: "zero",
        1: "jeden jedna jedno one",
        2: "dwa dwie two",
        3: "trzy three",
        4: "cztery four",
        5: "piec five",
        6: "szesc six",
        7: "siedem seven",
        8: "osiem eight",
        9: "dziewiec nine",
        10: "dziesiec ten",
        11: "jedenascie eleven",
        12: "dwanascie twelve",
        13: "trzynascie thirteen",
        14: "czternascie fourteen",
        15: "pietnascie fifteen",
        16: "szesnascie sixteen",
        17: "siedemnascie seventeen",
        18: "osiemnascie eighteen",
        19: "dziewietnascie nineteen",
        20: "dwadziescia twenty",
        30: "trzydziesci thirty",
        40: "czterdziesci forty",
        50: "piecdziesiat fifty",
    }.items()
    for name in names.split()
}
"""Number words, folded."""

_TWENTY, _TEN, _THOUSAND_DIGITS = 20, 10, 3
_NUMBER = re.compile(r"([+-]?) ?([0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:([.,])([0-9]+))?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:(?:\.[0-9]{3})+,[0-9]+|(?:,[0-9]{3})+\.[0-9]+)")


def spelled(text: str) -> int | None:
    """A number from 0 to 59 in folded words: "dwadziescia piec"."""
    match [WORDS.get(word) for word in text.replace("-", " ").split()]:
        case [int(number)]:
            return number
        case [int(tens), int(ones)] if tens >= _TWENTY and 0 < ones < _TEN:
            return tens + ones
        case _:
            return None


def number(text: str, *, comma_is_decimal: bool) -> Decimal | None:
    """The number folded ``text`` is; None where it is none or may be two ("1.200" is 1200 to one, 1.2 to another)."""
    if (word := spelled(text)) is not None:
        return Decimal(word)
    if _GROUPED.fullmatch(text):
        point = max(text.rfind(","), text.rfind("."))
        return Decimal(re.sub("[.,]", "", text[:point]) + "." + text[point + 1 :])
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    sign, whole, mark, fraction = found[1], found[2].replace(" ", ""), found[3], found[4] or "0"
    may_group = mark == "." or (mark == "," and not comma_is_decimal)
    if may_group and len(fraction) == _THOUSAND_DIGITS >= len(whole) and not whole.startswith("0"):
        return None
    return Decimal(f"{sign}{whole}.{fraction}")


def has_too_many_digits(text: str) -> bool:
    """Whether a text holds more digits than any number asked for."""
    return sum(character.isdigit() for character in text) > MAX_DIGITS
