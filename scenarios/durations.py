"""Typed durations ("5 min", "1:30", "półtorej minuty", "2 godz. 10 min") and the words for units of time."""

from __future__ import annotations

import re
from decimal import Decimal

from scenarios.folding import fold
from scenarios.numbers import number

SECOND, MINUTE, HOUR, DAY = 1, 60, 3600, 86400
MAX_SECONDS = 30 * DAY
"""The longest duration that can be typed."""

_UNITS = {
    SECOND: r"s|sek|sekund\w*|sec|secs|seconds?|\"",
    MINUTE: r"m|min|minut\w*|mins?|minutes?|'",
    HOUR: r"h|g|godz|godzin\w*|hrs?|hours?",
    DAY: r"d|dni|dzien|dnia|dob|doba|dobe|doby|days?",
}
_UNIT_WORDS = {unit: re.compile(words) for unit, words in _UNITS.items()}
_ANY_UNIT = "|".join(f"(?:{words})" for words in _UNITS.values())
_AMOUNT = r"[0-9]+(?:[.,][0-9]+)?|[a-z]+(?: [a-z]+)?"
_PART = re.compile(rf"(?:({_AMOUNT}) ?)??({_ANY_UNIT})(?![a-z])\.?(?: ?,? ?(?:i|and|oraz) (?=.)| ?, ?(?=.)| )?")
_CLOCK = re.compile(r"(?:([0-9]{1,3}):)?([0-9]{1,3}):([0-9]{2})")
_FRACTIONS = {
    "pol": Decimal("0.5"),
    "half a": Decimal("0.5"),
    "half an": Decimal("0.5"),
    "poltorej": Decimal("1.5"),
    "poltora": Decimal("1.5"),
    "a": Decimal(1),
    "an": Decimal(1),
}
_ALONE = frozenset({"sekunda", "sekunde", "minuta", "minute", "godzina", "godzine", "hour", "doba", "dobe", "dzien"})
_QUARTERS = {"kwadrans": 1, "a quarter of an hour": 1, "quarter of an hour": 1, "trzy kwadranse": 3, "dwa kwadranse": 2}


def unit_of(word: str) -> int | None:
    """The unit of time a folded word means, in seconds, or None."""
    return next((unit for unit, words in _UNIT_WORDS.items() if words.fullmatch(word)), None)


def read_duration(text: str, *, unit: int | None) -> Decimal | None:
    """The seconds a typed duration means, or None where it means none for sure.

    A bare number counts in ``unit`` (seconds of it) and is refused without one; "1:30" is a minute and a half, or an
    hour and a half where the unit is the hour.
    """
    folded = fold(text) + ('"' if text.rstrip().endswith(('"', "″", "”")) else "")
    if folded in _QUARTERS:
        return Decimal(_QUARTERS[folded] * 15 * MINUTE)
    if clock := _CLOCK.fullmatch(folded):
        return _on_clock(clock, unit=unit)
    if (bare := number(folded, comma_is_decimal=True)) is not None:
        return bare * unit if unit and bare >= 0 else None
    return _in_parts(folded)


def _on_clock(clock: re.Match[str], *, unit: int | None) -> Decimal | None:
    """Seconds of "m:ss", "h:mm" or "h:mm:ss"."""
    first, middle, last = (int(part or 0) for part in clock.groups())
    limit = 60
    if last >= limit or (clock[1] and middle >= limit):
        return None
    if clock[1] is None and unit == HOUR:
        return Decimal(middle * HOUR + last * MINUTE)
    return Decimal(first * HOUR + middle * MINUTE + last)


def _in_parts(folded: str) -> Decimal | None:
    """Seconds of amounts with units, the larger unit first, each once."""
    total, position, smallest = Decimal(0), 0, DAY + 1
    while position < len(folded):
        part = _PART.match(folded, position)
        if part is None:
            return None
        amount, unit = _amount(part[1], part[2]), unit_of(part[2]) or smallest
        if amount is None or unit >= smallest:
            return None
        total, smallest = total + amount * unit, unit
        position = part.end()
    return total if folded else None


def _amount(text: str | None, unit: str) -> Decimal | None:
    """The number before a unit; a whole word alone ("minuta") is one of it."""
    if text is None:
        return Decimal(1) if unit in _ALONE else None
    return _FRACTIONS[text] if text in _FRACTIONS else number(text, comma_is_decimal=True)
