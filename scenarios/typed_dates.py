"""Which days a typed date may mean, in Polish and English: "wczoraj", "w piątek", "15.12", "3 grudnia 2026 r."."""

from __future__ import annotations

import re
from datetime import date, timedelta

from scenarios.numbers import spelled

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Days outside these years are taken for mistypings."""

RECENT = timedelta(days=240)
"""A date without a year means its last occurrence if that was at most so long ago; otherwise the year is asked."""

Days = tuple[date, ...]
"""One day: that is what is meant. Two: it may be either. None: it looks like a date, but there is no such day."""

_RELATIVE = {
    "dzisiaj": 0, "dzis": 0, "today": 0, "wczoraj": -1, "yesterday": -1, "przedwczoraj": -2,
    "day before yesterday": -2, "the day before yesterday": -2, "jutro": 1, "tomorrow": 1, "pojutrze": 2,
    "tydzien temu": -7, "a week ago": -7,
}  # fmt: skip
_WEEKDAYS = (
    r"poniedzialek|poniedzialku|pon|monday|mon",
    r"wtorek|wtorku|wt|tuesday|tue|tues",
    r"sroda|srode|srody|sr|wednesday|wed",
    r"czwartek|czwartku|czw|thursday|thu|thur|thurs",
    r"piatek|piatku|pt|friday|fri",
    r"sobota|sobote|soboty|sob|saturday|sat",
    r"niedziela|niedziele|niedzieli|niedz|nd|sunday|sun",
)
_MONTHS = (
    r"stycznia|styczen|sty|january|jan|i",
    r"lutego|luty|lut|february|feb|ii",
    r"marca|marzec|mar|march|iii",
    r"kwietnia|kwiecien|kwi|april|apr|iv",
    r"maja|maj|may|v",
    r"czerwca|czerwiec|cze|june|jun|vi",
    r"lipca|lipiec|lip|july|jul|vii",
    r"sierpnia|sierpien|sie|august|aug|viii",
    r"wrzesnia|wrzesien|wrz|september|sept|sep|ix",
    r"pazdziernika|pazdziernik|paz|october|oct|x",
    r"listopada|listopad|lis|november|nov|xi",
    r"grudnia|grudzien|gru|december|dec|xii",
)
_WEEKDAY_NUMBER = {name: number for number, names in enumerate(_WEEKDAYS) for name in names.split("|")}
_MONTH_NUMBER = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split("|")}
_WEEKDAY_NAME = "|".join(sorted(_WEEKDAY_NUMBER, key=len, reverse=True))
_MONTH_NAME = "|".join(sorted(_MONTH_NUMBER, key=len, reverse=True))
_NUMBER_WORD = r"[0-9]{1,3}|[a-z]+"
_OF_YEAR = r"tego roku|w tym roku|br|b\.r|this year|zeszlego roku|ubieglego roku|ub\. ?r|last year"
_YEAR = rf"(?P<year>[0-9]{{4}})(?: ?r| roku)?|(?P<named>{_OF_YEAR})"
_LEAD = r"(?:(?:w )?dni[au] |on |the )*"

_AGO = re.compile(
    rf"(?P<days>{_NUMBER_WORD}) (?:dni temu|days ago)|(?P<weeks>{_NUMBER_WORD}) (?:tygodnie temu|weeks ago)"
)
_WEEKDAY = re.compile(rf"(?:(?:we?|on) )?(?:(?P<which>[a-z]+) )?(?P<weekday>{_WEEKDAY_NAME})")
_WITH_WEEKDAY = re.compile(rf"(?:(?:we?|on) )?(?P<weekday>{_WEEKDAY_NAME})\.?,? (?P<rest>.+)")
_ISO = re.compile(r"(?P<year>[0-9]{4})([-./])(?P<month>[0-9]{1,2})\2(?P<day>[0-9]{1,2})")
_NUMERIC = re.compile(
    rf"{_LEAD}(?P<day>[0-9]{{1,2}})(?P<mark>[./]) ?(?P<month>[0-9]{{1,2}})"
    rf"(?:(?P=mark) ?(?P<short>[0-9]{{2}})(?: ?r| roku)?|(?:(?P=mark) ?|,? )(?:{_YEAR}))?"
)
_WITHOUT_POINTS = re.compile(r"(?P<day>[0-9]{1,2})([- ])(?P<month>[0-9]{1,2})\2(?P<year>[0-9]{4})")
_NAMED = re.compile(
    rf"{_LEAD}(?P<day>[0-9]{{1,2}})(?:-?(?:go|ego|st|nd|rd|th))?(?:[. ]|of )*"
    rf"(?P<month>{_MONTH_NAME})\.?(?:,? ?(?:{_YEAR}))?"
)
_MONTH_FIRST = re.compile(rf"{_LEAD}(?P<month>[a-z]{{3,}})\.? (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:,? (?:{_YEAR}))?")
_LAST = frozenset({"ostatni", "ostatnia", "miniony", "miniona"})
_PREVIOUS = frozenset({"zeszly", "zeszla", "ubiegly", "ubiegla", "poprzedni", "poprzednia", "last"})
_THIS = frozenset({"ten", "ta", "te", "this"})
_COMING = frozenset({"najblizszy", "najblizsza"})
_NEXT = frozenset({"przyszly", "przyszla", "nastepny", "nastepna", "next"})
_WEEK = timedelta(days=7)


def read_days(text: str, *, today: date, day_first: bool) -> Days | None:
    """The days a folded text may mean, seen from ``today``; None where it is not written as a date.

    ``day_first`` tells whether "3/12" is surely the third of December.
    """
    if text in _RELATIVE:
        return (today + timedelta(days=_RELATIVE[text]),)
    if found := _AGO.fullmatch(text):
        return _ago(found, today=today)
    if found := _WEEKDAY.fullmatch(text):
        return _on_weekday(found["which"], _WEEKDAY_NUMBER[found["weekday"]], today=today)
    if found := _NUMERIC.fullmatch(text):
        return _numeric(found, today=today, day_first=day_first)
    for form in (_ISO, _WITHOUT_POINTS, _NAMED, _MONTH_FIRST):
        if (found := form.fullmatch(text)) and (month := _month(found["month"])):
            return _days(int(found["day"]), month, year=_year(found, today=today), today=today)
    if found := _WITH_WEEKDAY.fullmatch(text):
        days = read_days(found["rest"], today=today, day_first=day_first)
        weekday = _WEEKDAY_NUMBER[found["weekday"]]
        return None if days is None else tuple(day for day in days if day.weekday() == weekday)
    return None


def _days(day: int, month: int, *, year: int | None, today: date) -> Days:
    """The day of that year; without a year its last occurrence, or both neighbours where that was long ago."""
    if year is not None:
        return _existing(day, month, (year,))
    around = _existing(day, month, (today.year - 1, today.year, today.year + 1))
    past = [found for found in around if found <= today][-1:]
    if past and today - past[0] <= RECENT:
        return tuple(past)
    return (*past, *[found for found in around if found > today][:1])


def _existing(day: int, month: int, years: tuple[int, ...]) -> Days:
    """That day in those years where there is such a day."""
    found = []
    for year in years:
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return tuple(each for each in found if FIRST_YEAR <= each.year <= LAST_YEAR)


def _numeric(found: re.Match[str], *, today: date, day_first: bool) -> Days:
    """Days of "3.12", "3.12.26", "3/12/2026"; with a slash an English reader may mean the month first."""
    day, month = int(found["day"]), int(found["month"])
    year = 2000 + int(found["short"]) if found["short"] else _year(found, today=today)
    days = _days(day, month, year=year, today=today)
    if found["mark"] == "/" and not day_first:
        return tuple(dict.fromkeys((*days, *_days(month, day, year=year, today=today))))
    return days


def _year(found: re.Match[str], *, today: date) -> int | None:
    """The year written, or this or the last one by its name, or None."""
    if found["year"]:
        return int(found["year"])
    match found.groupdict().get("named"):
        case None:
            return None
        case "tego roku" | "w tym roku" | "br" | "b.r" | "this year":
            return today.year
        case _:
            return today.year - 1


def _month(name: str) -> int | None:
    """The number of a month by name or number; an impossible number is kept, for there is no such day."""
    return int(name) if name.isdigit() else _MONTH_NUMBER.get(name)


def _ago(found: re.Match[str], *, today: date) -> Days | None:
    """The day of "3 dni temu", "dwa tygodnie temu"."""
    amount = found["days"] or found["weeks"]
    count = int(amount) if amount.isdigit() else spelled(amount)
    return None if count is None else (today - count * (timedelta(days=1) if found["days"] else _WEEK),)


def _on_weekday(which: str | None, weekday: int, *, today: date) -> Days | None:
    """The last such day; on that very day "w piątek" may be today or a week ago, "zeszły" may skip one of this week."""
    back = timedelta(days=(today.weekday() - weekday) % 7)
    last = today - (back or _WEEK)
    coming = today + (_WEEK - back)
    if which is None:
        return (last,) if back else (last, today)
    if which in _LAST:
        return (last,)
    if which in _PREVIOUS:
        return (last - _WEEK, last) if last.isocalendar()[:2] == today.isocalendar()[:2] else (last,)
    if which in _THIS:
        return (last, coming) if back else (today,)
    if which in _COMING:
        return (coming,)
    if which in _NEXT:
        return (coming, coming + _WEEK) if coming.isocalendar()[:2] == today.isocalendar()[:2] else (coming,)
    return None
