"""Polish working days: counting them, adding them, and the moment a deadline in working days falls."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

SATURDAY = 5
END_OF_DAY = time(23, 59, 59)


@cache
def public_holidays(year: int) -> frozenset[date]:
    """The public holidays of a year in Poland; since 2025 Wigilia is one."""
    import holidays  # slow to load, and not every run asks

    return frozenset(holidays.country_holidays("PL", years=year))


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
