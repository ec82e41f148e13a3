"""Opening hours as people write them ("pn.-pt. 8:00–16:00, wt. 8-18"); what cannot be read says nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time

from scenarios.folding import fold

Hours = Mapping[int, tuple[tuple[time, time], ...]]
"""When it is open by weekday (0 is Monday); a day that is missing is a day on which it is closed."""

WORKING_WEEK = range(5)

_DAYS = (
    ("poniedzialek", "poniedzialku", "poniedzialki", "pon", "pn", "mon", "monday"),
    ("wtorek", "wtorku", "wtorki", "wt", "tue", "tuesday"),
    ("sroda", "srody", "srode", "sr", "wed", "wednesday"),
    ("czwartek", "czwartku", "czwartki", "czw", "cz", "thu", "thursday"),
    ("piatek", "piatku", "piatki", "pt", "pia", "fri", "friday"),
    ("sobota", "soboty", "sobote", "sob", "sb", "sat", "saturday"),
    ("niedziela", "niedziele", "niedz", "ndz", "nd", "nie", "sun", "sunday"),
)
_NUMBER = {word: day for day, words in enumerate(_DAYS) for word in words}
_TIME = r"(\d{1,2})(?:[:.](\d{2}))?"
_RANGE = re.compile(rf"(?<![\d:.]){_TIME}\s*(?:-|do|to)\s*{_TIME}(?![\d:.])")
_DAY = re.compile(r"([a-z]+)\.?\s*(?:(?:-|do|to)\s*([a-z]+)\.?)?")


def read_hours(text: str) -> Hours | None:
    """The opening hours; None where they are not understood without a doubt.

    Hours without a day are those of Monday to Friday.
    """
    flat = re.sub(r"[–—−]", "-", fold(text))
    found: dict[int, list[tuple[time, time]]] = {}
    days: tuple[int, ...] = ()
    at = 0
    ranges = list(_RANGE.finditer(flat))
    for match in ranges:
        named = _days_in(flat[at : match.start()])
        if named is None:
            return None
        days = named or days or tuple(WORKING_WEEK)
        opens, closes = _clock(match[1], match[2]), _clock(match[3], match[4])
        if opens is None or closes is None or opens >= closes:
            return None
        for day in days:
            found.setdefault(day, []).append((opens, closes))
        at = match.end()
    rest = _days_in(flat[at:])
    if not ranges or rest is None or rest:
        return None
    return {day: tuple(times) for day, times in found.items()}


def is_open(hours: Hours, local: datetime) -> bool:
    """Whether it is open at a local moment."""
    clock = local.time().replace(tzinfo=None)
    return any(opens <= clock <= closes for opens, closes in hours.get(local.weekday(), ()))


def _days_in(text: str) -> tuple[int, ...] | None:
    """The weekdays a piece of text names; none where it names none; None where it says anything else."""
    found: list[int] = []
    rest = text
    for match in _DAY.finditer(text):
        first, last = _NUMBER.get(match[1]), _NUMBER.get(match[2] or match[1])
        if match[1] in {"i", "oraz", "and", "w", "od", "godz", "godziny"} and match[2] is None:
            rest = rest.replace(match[0], " ", 1)
            continue
        if first is None or last is None or last < first:
            return None
        found += range(first, last + 1)
        rest = rest.replace(match[0], " ", 1)
    return tuple(found) if not re.sub(r"[\s,;:./|-]", "", rest) else None


def _clock(hour: str, minute: str | None) -> time | None:
    hours, minutes = int(hour), int(minute or 0)
    if (hours, minutes) == (24, 0):
        return time(23, 59, 59)
    return time(hours, minutes) if hours < 24 and minutes < 60 else None  # noqa: PLR2004 - of a day, of an hour
