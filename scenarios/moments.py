"""Typed dates, times and moments, read strictly in Polish and English: nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from scenarios.contact import Rejection, RejectionCode
from scenarios.durations import MAX_SECONDS, read_duration
from scenarios.folding import fold
from scenarios.typed_dates import FIRST_YEAR, LAST_YEAR, read_days
from scenarios.typed_times import read_times

MAX_CHARS = 80
"""Typed dates and times are never longer; what is, is not one."""

NOW_WORDS = frozenset({"teraz", "now", "w tej chwili", "wlasnie teraz", "right now"})

_AGO = re.compile(r"(.+) (?:temu|ago)")


def read_date(text: str, *, now: datetime, zone: ZoneInfo, day_first: bool = True) -> date | Rejection:
    """The day that was typed, seen from ``now`` in ``zone``. ``day_first``: whether "3/12" surely is in December."""
    today = now.astimezone(zone).date()
    match read_days(_folded(text), today=today, day_first=day_first):
        case None:
            return Rejection(RejectionCode.NOT_A_DATE, {"example": _day(today - timedelta(days=1))})
        case ():
            return Rejection(RejectionCode.NO_SUCH_DAY, {"given": text.strip()})
        case (day,):
            return day
        case several:
            return _either(*(_day(day) for day in sorted(several)))


def read_time(text: str, *, now: datetime, zone: ZoneInfo) -> time | Rejection:
    """The time of day that was typed."""
    if (moment := _read_relative(text, now=now)) is not None:
        return moment.astimezone(zone).time().replace(second=0, microsecond=0)
    match read_times(_folded(text), compact=True):
        case None:
            return Rejection(RejectionCode.NOT_A_TIME, {"example": "14:05"})
        case ():
            return Rejection(RejectionCode.NO_SUCH_TIME, {"given": text.strip()})
        case (found,):
            return found
        case several:
            return _either(*(_time(each) for each in sorted(several)))


def read_datetime(text: str, *, now: datetime, zone: ZoneInfo, day_first: bool = True) -> datetime | Rejection:
    """The moment that was typed, in UTC. A time alone is today's, unless that is still to come."""
    if (moment := _read_relative(text, now=now) or _read_iso(text, zone=zone)) is not None:
        return moment if isinstance(moment, Rejection) else _in_years(moment, text=text, zone=zone)
    folded = _folded(text)
    local, problems = now.astimezone(zone).replace(tzinfo=None), list[Rejection]()
    found = set(_alone(folded, local=local))
    for left, right in _splits(folded):
        for day_text, time_text in ((left, right), (right, left)):
            days = read_days(day_text, today=local.date(), day_first=day_first)
            times = read_times(time_text, compact=False)
            if days is None or times is None:
                continue
            found |= {datetime.combine(day, each) for day, each in product(days, times)}
            if not days or not times:
                code = RejectionCode.NO_SUCH_TIME if days else RejectionCode.NO_SUCH_DAY
                problems.append(Rejection(code, {"given": text.strip()}))
    match sorted(found):
        case []:
            return problems[0] if problems else _not_a_moment(folded, local=local, day_first=day_first)
        case [moment]:
            return in_zone(moment, zone)
        case moments:
            return _either(*(f"{_day(each.date())} {_time(each.time())}" for each in moments))


def in_zone(local: datetime, zone: ZoneInfo) -> datetime | Rejection:
    """The moment in UTC when clocks in ``zone`` show ``local`` (naive), refused where they never do, or do twice."""
    first, second = (local.replace(tzinfo=zone, fold=fold_).astimezone(UTC) for fold_ in (0, 1))
    if first == second:
        return first
    if first.astimezone(zone).replace(tzinfo=None) != local:
        return Rejection(RejectionCode.NO_SUCH_TIME, {"given": f"{_day(local.date())} {_time(local.time())}"})
    return _either(*(each.astimezone(zone).isoformat(sep=" ") for each in (first, second)))


def _folded(text: str) -> str:
    """The text folded, or nothing where it is too long to be a date or time."""
    return fold(text) if len(text) <= MAX_CHARS else ""


def _in_years(moment: datetime, *, text: str, zone: ZoneInfo) -> datetime | Rejection:
    """The moment, unless its year can only be a mistyping."""
    if FIRST_YEAR <= moment.astimezone(zone).year <= LAST_YEAR:
        return moment.astimezone(UTC)
    return Rejection(RejectionCode.NO_SUCH_DAY, {"given": text.strip()})


def _read_relative(text: str, *, now: datetime) -> datetime | None:
    """The moment of "teraz" or "20 minut temu", to the second."""
    folded = _folded(text)
    if folded in NOW_WORDS:
        return now.replace(microsecond=0)
    found = _AGO.fullmatch(folded)
    seconds = read_duration(found[1], unit=None) if found else None
    if seconds is None or seconds > MAX_SECONDS:
        return None
    return now.replace(microsecond=0) - timedelta(seconds=int(seconds))


def _read_iso(text: str, *, zone: ZoneInfo) -> datetime | Rejection | None:
    """The moment of "2026-12-03T14:05" as pickers write it, with or without an offset from UTC."""
    if "T" not in text and "+" not in text:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return in_zone(moment, zone) if moment.tzinfo is None else moment


def _alone(folded: str, *, local: datetime) -> Iterator[datetime]:
    """Moments of a time without a date: today's; or, while that is still to come, yesterday's as well."""
    times = read_times(folded, compact=False) or ()
    for moment in (datetime.combine(local.date(), each) for each in times):
        yield moment
        if moment > local:
            yield moment - timedelta(days=1)


def _splits(folded: str) -> Iterator[tuple[str, str]]:
    """Every way to cut a text in two at a space, without a comma at the cut."""
    for position, character in enumerate(folded):
        if character == " ":
            yield folded[:position].rstrip(","), folded[position + 1 :]


def _not_a_moment(folded: str, *, local: datetime, day_first: bool) -> Rejection:
    """What is missing: the time where there is a date, otherwise everything."""
    example = {"example": f"{_day(local.date() - timedelta(days=1))} 14:05"}
    if read_days(folded, today=local.date(), day_first=day_first):
        return Rejection(RejectionCode.NOT_A_TIME, example)
    return Rejection(RejectionCode.NOT_A_DATE, example)


def _either(*meanings: str) -> Rejection:
    """It may mean several things; the first and the last are shown, written so that they can be typed."""
    return Rejection(RejectionCode.AMBIGUOUS_DATE, {"first": meanings[0], "second": meanings[-1]})


def _day(day: date) -> str:
    """A day as it can be typed in any language."""
    return f"{day.day}.{day.month:02}.{day.year}"


def _time(each: time) -> str:
    """A time of day as it can be typed."""
    return each.isoformat(timespec="seconds" if each.second else "minutes")
