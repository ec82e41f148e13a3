"""Periods in words, Polish and English: today, yesterday, this week, since Monday, in October, the last 7 days."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, timedelta

from bot.asking.question import Period
from bot.asking.tokens import begins

_MONTHS = (
    "styczen stycznia styczniu styczniem january",
    "luty lutego lutym february",
    "marzec marca marcu marcem march",
    "kwiecien kwietnia kwietniu kwietniem april",
    "maj maja maju majem may",
    "czerwiec czerwca czerwcu czerwcem june",
    "lipiec lipca lipcu lipcem july",
    "sierpien sierpnia sierpniu sierpniem august",
    "wrzesien wrzesnia wrzesniu wrzesniem september",
    "pazdziernik pazdziernika pazdzierniku pazdziernikiem october",
    "listopad listopada listopadzie listopadem november",
    "grudzien grudnia grudniu grudniem december",
)
"""Whole words: Augustów, Grudziądz and Lipno are towns, and a juror may be called Marcin."""
_WEEKDAYS = (
    *("poniedzial monday", "wtor tuesday", "srod wednesday", "czwart thursday", "piat friday"),
    *("sobo saturday", "niedziel sunday"),
)
_THIS = ("tym", "ten", "biezac", "this", "biez", "current", "te")
_LAST = ("zeszl", "ubiegl", "poprzedn", "last", "previous", "minion", "przeszl")
_NEXT = ("przyszl", "nastepn", "next", "nadchodzac")
_RECENT = ("ostatni", "last", "past")
_SINCE = ("od", "since", "from")
_IN = ("w", "we", "in", "on", "during", "za", "z", "ze", "of", "na", "for", "przez", "the")
MOST_DAYS = 366


def find_period(words: Sequence[str], today: date) -> tuple[Period, frozenset[int]] | None:
    """The period a sentence names, and which of its words say it."""
    for at in range(len(words)):
        found = _at(words, at, today)
        if found is not None:
            period, used = found
            before = at - 1
            if before >= 0 and words[before] in _SINCE:
                period, used = Period(period.since, max(today, period.since)), used | {before}
            elif before >= 0 and words[before] in _IN:
                used |= {before}
            return period, frozenset(used)
    return None


def _at(words: Sequence[str], at: int, today: date) -> tuple[Period, set[int]] | None:
    word, after = words[at], words[at + 1] if at + 1 < len(words) else ""
    if word in {"dzis", "dzisiaj", "dzisiejsze", "dzisiejszy", "today"}:
        return Period(today, today), {at}
    if word in {"wczoraj", "wczorajsze", "wczorajszy", "yesterday"}:
        return _day(today - timedelta(days=1), at)
    if word == "przedwczoraj":
        return _day(today - timedelta(days=2), at)
    if word in {"jutro", "jutra", "tomorrow"}:
        return _day(today + timedelta(days=1), at)
    if _any(word, _RECENT):
        recent = _recent(words, at, today)
        if recent is not None:
            return recent
    for forms, shift in ((_THIS, 0), (_LAST, -1), (_NEXT, 1)):
        if _any(word, forms) and after:
            span = _span(after, today, shift)
            if span is not None:
                return span, {at, at + 1}
    if _is_month(word) is not None and (
        word != "maja" or (at > 0 and (words[at - 1].isdigit() or words[at - 1] in _SINCE))
    ):
        return _month(words, at, today)
    weekday = _index(word, _WEEKDAYS)
    if weekday is not None:
        back = (today.weekday() - weekday) % 7
        return _day(today - timedelta(days=back), at)
    return None


def _day(day: date, at: int) -> tuple[Period, set[int]]:
    return Period(day, day), {at}


def _recent(words: Sequence[str], at: int, today: date) -> tuple[Period, set[int]] | None:
    """The last 7 days, ostatnie dwa tygodnie."""
    if at + 2 < len(words) and words[at + 1].isdigit():
        number, unit = int(words[at + 1]), words[at + 2]
        days = number * _unit_days(unit)
        if 0 < days <= MOST_DAYS:
            return Period(today - timedelta(days=days - 1), today), {at, at + 1, at + 2}
    if at + 1 < len(words) and begins(words[at], "ostatni"):
        days = _unit_days(words[at + 1])
        if days > 1:
            return Period(today - timedelta(days=days - 1), today), {at, at + 1}
    return None


def _unit_days(word: str) -> int:
    if begins(word, "dni") or word in {"dzien", "day", "days"}:
        return 1
    if begins(word, "tygodni") or word in {"tydzien", "week", "weeks"}:
        return 7
    return 30 if begins(word, "miesi") or word in {"month", "months"} else 0


def _span(word: str, today: date, shift: int) -> Period | None:
    if _unit_days(word) == 7:  # noqa: PLR2004 - a week
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=shift)
        return Period(monday, monday + timedelta(days=6))
    if _unit_days(word) == 30:  # noqa: PLR2004 - a month
        index = today.year * 12 + today.month - 1 + shift
        return _whole_month(index // 12, index % 12 + 1)
    weekday = _index(word, _WEEKDAYS)
    if weekday is None or shift == 0:
        return None
    day = today + timedelta(days=weekday - today.weekday(), weeks=shift)
    return Period(day, day)


def _month(words: Sequence[str], at: int, today: date) -> tuple[Period, set[int]] | None:
    """A month, the nearest one past or present; a day before it or a year behind it may narrow it."""
    month = _is_month(words[at])
    if month is None:
        return None
    used = {at}
    year = today.year if month <= today.month else today.year - 1
    if at + 1 < len(words) and words[at + 1].isdigit() and 2000 <= int(words[at + 1]) <= 2100:  # noqa: PLR2004 - a year
        year, used = int(words[at + 1]), used | {at + 1}
    if at > 0 and words[at - 1].isdigit():
        number = int(words[at - 1])
        if not 1 <= number <= calendar.monthrange(year, month)[1]:
            return None
        day = date(year, month, number)
        return Period(day, day), used | {at - 1}
    return _whole_month(year, month), used


def _whole_month(year: int, month: int) -> Period:
    return Period(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _is_month(word: str) -> int | None:
    return next((number for number, forms in enumerate(_MONTHS, 1) if word in forms.split()), None)


def _index(word: str, table: Sequence[str]) -> int | None:
    return next((index for index, forms in enumerate(table) if any(begins(word, form) for form in forms.split())), None)


def _any(word: str, forms: Sequence[str]) -> bool:
    return any(begins(word, form) for form in forms)
