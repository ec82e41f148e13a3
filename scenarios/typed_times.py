"""Which times of day a typed time may mean, in Polish and English: "9:15", "o 9.15", "wpół do dziesiątej"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from scenarios.numbers import spelled

Times = tuple[time, ...]
"""One time: that is what is meant. Two: it may be either. None: it looks like a time, but there is no such time."""

HALF_DAY, MIDNIGHT = 12, 24
MAYBE_AFTERNOON = range(1, 7)
"""Hours that may as well be meant in the afternoon when no minutes are written."""

_ORDINALS = (
    "pierwsz", "drug", "trzeci", "czwart", "piat", "szost", "siodm", "osm", "dziewiat", "dziesiat", "jedenast",
    "dwunast", "trzynast", "czternast", "pietnast", "szesnast", "siedemnast", "osiemnast", "dziewietnast", "dwudziest",
)  # fmt: skip
_HOUR_WORDS = {stem + ending: hour for hour, stem in enumerate(_ORDINALS, 1) for ending in ("a", "ej", "iej")} | {
    f"dwudziest{first} {_ORDINALS[ones - 1]}{ending}": 20 + ones
    for first in ("a", "ej")
    for ones in (1, 2, 3)
    for ending in ("a", "ej", "iej")
}
_NAMED = {"poludnie": time(12), "w poludnie": time(12), "noon": time(12), "at noon": time(12)}

_PART = (
    r"(?P<am{0}>a\.?m)|(?P<pm{0}>p\.?m)|(?P<morning{0}>rano|z rana|przed poludniem|in the morning)|"
    r"(?P<afternoon{0}>po poludniu|in the afternoon)|(?P<evening{0}>wieczorem|in the evening)"
)
_WITH_PART = re.compile(rf"(?:(?:{_PART.format(1)}),? )?(?P<clock>.+?)(?:,? ?(?:{_PART.format(2)}))?")
_LEAD = re.compile(r"^(?:o godz(?:\. ?|inie ) ?|o godz |godz(?:\. ?|ina |inie )|godz |o |at )")
_DIGITS = re.compile(r"([0-9]{1,2})(?:[:. ]| ?h ?)([0-9]{2})(?::([0-9]{2}))?")
_COMPACT = re.compile(r"([0-9]{1,2})([0-9]{2})")
_BARE = re.compile(r"([0-9]{1,2})(?: ?h| o'clock)?")
_MINUTES = r"([a-z0-9 ]+?)(?: minut\w*| min| minutes)?"
_HALF_TO = re.compile(r"w?pol do (.+)")
_PAST = re.compile(rf"{_MINUTES} (?:po|past) (.+)")
_TO = re.compile(rf"za {_MINUTES} ([a-z]+|dwudziesta [a-z]+|[0-9]+)|{_MINUTES} to (.+)")
_SPOKEN_MINUTES = {"kwadrans": 15, "quarter": 15, "a quarter": 15, "half": 30}
_HOUR_SPLITS = (1, 2)


@dataclass(frozen=True, slots=True)
class _Clock:
    """What was read off: hours may be past the end of the day; ``exact`` means written on the 24-hour clock."""

    hour: int
    minute: int = 0
    second: int = 0
    exact: bool = False


def read_times(text: str, *, compact: bool) -> Times | None:
    """The times a folded text may mean; None where it is not written as a time. ``compact`` also takes "1405"."""
    if text in _NAMED:
        return (_NAMED[text],)
    found = _WITH_PART.fullmatch(text)
    if found is None:
        return None
    parts = [name.rstrip("12") for name, part in found.groupdict().items() if part is not None and name != "clock"]
    clock = _clock(_LEAD.sub("", found["clock"], count=1), compact=compact)
    if clock is None or len(parts) > 1:
        return None
    return _times(clock, _hours(clock, parts[0] if parts else None))


def _hours(clock: _Clock, part: str | None) -> tuple[int, ...]:
    """The hours meant, given the part of the day that was named."""
    hour = clock.hour
    match part:
        case None:
            return (hour, hour + HALF_DAY) if hour in MAYBE_AFTERNOON and not clock.exact else (hour,)
        case "am" | "morning":
            return (hour % HALF_DAY,) if hour < HALF_DAY or (hour == HALF_DAY and part == "am") else ()
        case _:
            earliest = {"pm": 0, "afternoon": 0, "evening": 5}[part]
            latest = {"pm": 11, "afternoon": 7, "evening": 11}[part]
            since_noon = hour % HALF_DAY
            return (since_noon + HALF_DAY,) if hour > 0 and earliest <= since_noon <= latest else ()


def _times(clock: _Clock, hours: tuple[int, ...]) -> Times:
    """The times of day at those hours that exist."""
    limit = 60
    if clock.minute >= limit or clock.second >= limit:
        return ()
    return tuple(time(hour, clock.minute, clock.second) for hour in hours if hour < MIDNIGHT)


def _clock(text: str, *, compact: bool) -> _Clock | None:
    """The clock reading a text is, whichever half of the day it is."""
    if found := _DIGITS.fullmatch(text):
        return _Clock(int(found[1]), int(found[2]), int(found[3] or 0), exact=True)
    if compact and (found := _COMPACT.fullmatch(text)) and len(text) > len("59"):
        return _Clock(int(found[1]), int(found[2]), exact=True)
    if (hour := _hour(text)) is not None:
        return _Clock(hour)
    if (found := _HALF_TO.fullmatch(text)) and (hour := _hour(found[1])) is not None:
        return _before(hour, minutes=30)
    if found := _PAST.fullmatch(text):
        hour, minutes = _hour(found[2]), _minutes(found[1])
        return None if hour is None or minutes is None else _Clock(hour, minutes)
    if found := _TO.fullmatch(text):
        hour, minutes = _hour(found[2] or found[4]), _minutes(found[1] or found[3])
        return None if hour is None or minutes is None else _before(hour, minutes=minutes)
    return _hour_and_minutes(text)


def _hour_and_minutes(text: str) -> _Clock | None:
    """The clock reading of "dziewiata trzydziesci" or "nine thirty"."""
    words = text.split()
    for length in _HOUR_SPLITS:
        hour, minutes = _hour(" ".join(words[:length])), spelled(" ".join(words[length:]))
        if hour is not None and minutes is not None:
            return _Clock(hour, minutes)
    return None


def _before(hour: int, *, minutes: int) -> _Clock | None:
    """So many minutes before the hour; "wpół do pierwszej" is half past twelve."""
    return _Clock((hour - 1) or HALF_DAY, 60 - minutes) if hour > 0 and 0 < minutes < 60 else None  # noqa: PLR2004


def _hour(text: str) -> int | None:
    """An hour in digits or words."""
    if found := _BARE.fullmatch(text):
        return int(found[1])
    return _HOUR_WORDS.get(text, spelled(text.removesuffix(" o'clock")))


def _minutes(text: str) -> int | None:
    """Minutes in digits or words."""
    if text.isdigit():
        return int(text)
    return _SPOKEN_MINUTES.get(text, spelled(text))
