"""Polish working days: counting them, adding them, and the moment a deadline in working days falls."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SATURDAY = 5
END_OF_DAY = time(23, 59, 59)
KNOWN_YEARS = 400
"""So many are kept."""
ONCE = frozenset({date(2018, 11, 12)})
"""Days off that the Sejm gave once."""
FIXED = ((1, 1), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11), (12, 25), (12, 26))
SINCE = ((2011, 1, 6), (2025, 12, 24))
"""From which year on a day is one: Epiphany, Wigilia."""
AFTER_EASTER = (0, 1, 49, 60)
"""Days from Easter Sunday to itself, Easter Monday, Pentecost and Corpus Christi."""


@lru_cache(KNOWN_YEARS)
def public_holidays(year: int) -> frozenset[date]:
    """The public holidays of a year in Poland (Act of 18 January 1951 on days off work, as amended).

    Right since 1990; a test holds it to a library of holidays that others keep.
    """
    fixed = {date(year, month, day) for month, day in FIXED}
    fixed |= {date(year, month, day) for since, month, day in SINCE if year >= since}
    easter = easter_sunday(year)
    moving = {easter + timedelta(days=days) for days in AFTER_EASTER}
    return frozenset(fixed | moving | {day for day in ONCE if day.year == year})


def easter_sunday(year: int) -> date:
    """Easter of the western churches in a year of the Gregorian calendar.

    The algorithm without exceptions, published anonymously in Nature of 20 April 1876; J. Meeus, Astronomical
    Algorithms, ch. 8, has it with these letters (``n`` is his ``l``).
    """
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    n = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * n) // 451
    month, day = divmod(h + n - 7 * m + 114, 31)
    return date(year, month, day + 1)


def is_working_day(day: date) -> bool:
    """Whether offices work: neither a weekend nor a public holiday."""
    return day.weekday() < SATURDAY and day not in public_holidays(day.year)


def working_days_between(a: date, b: date) -> int:
    """Working days after ``a`` up to and including ``b``; negative where ``b`` comes before ``a``."""
    if b < a:
        return -working_days_between(b, a)
    weekdays = _weekdays_up_to(b) - _weekdays_up_to(a)
    days_off = sum(
        1
        for year in range(a.year, b.year + 1)
        for day in public_holidays(year)
        if a < day <= b and day.weekday() < SATURDAY
    )
    return weekdays - days_off


def add_working_days(day: date, n: int) -> date:
    """The ``n``-th working day after ``day``; ``day`` itself for 0. Raises ``ValueError`` where ``n`` is negative."""
    if n < 0:
        raise ValueError(f"working days are added, not taken away: {n}")
    while n > 0:
        day += timedelta(days=1)
        n -= is_working_day(day)
    return day


def deadline_after(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The end (23:59:59 in ``zone``) of the ``days``-th working day after the local date of ``moment``, in UTC."""
    last = add_working_days(moment.astimezone(zone).date(), days)
    # fold=1: where clocks go back at midnight the last second of the day comes twice, and the day ends with the second
    return datetime.combine(last, END_OF_DAY.replace(fold=1), zone).astimezone(UTC)


def _weekdays_up_to(day: date) -> int:
    """Mondays to Fridays from the first of January of year 1 (a Monday) up to ``day``."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * 5 + min(rest, 5)
