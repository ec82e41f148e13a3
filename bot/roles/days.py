"""Days to come: which ones to offer as buttons, and the one that was typed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scenarios.calendar import is_working_day
from scenarios.contact import Rejection
from scenarios.folding import fold
from scenarios.moments import MAX_CHARS, read_date
from scenarios.typed_dates import read_days

DAYS_OFFERED = 5
"""So many days stand on buttons; any other can be typed."""

SOON = 3
"""So many of them follow each other; the others lie a week apart."""


def days_to_choose(today: date, due: date, last: date | None) -> tuple[date, ...]:
    """Working days after ``due`` up to ``last``, the next ones and then one a week; earlier ones where none is left."""
    end = due + timedelta(days=28) if last is None else last
    first = max(today, due) + timedelta(days=1)
    later = [day for day in _days(first, end) if is_working_day(day)]
    if later:
        weekly = [day for day in later[SOON:] if (day - later[0]).days % 7 == 0]
        return tuple([*later[:SOON], *weekly][:DAYS_OFFERED])
    earlier = [day for day in _days(today, min(end, due - timedelta(days=1))) if is_working_day(day)]
    return tuple(earlier[-DAYS_OFFERED:])


def day_typed(text: str, *, now: datetime, zone: ZoneInfo) -> date | Rejection:
    """The day that was typed, read towards the future: "piątek" is the next one, "3 grudnia" that of this year."""
    today = now.astimezone(zone).date()
    folded = fold(text) if len(text) <= MAX_CHARS else ""
    for seen_from in (today, today + timedelta(days=7)):
        found = read_days(folded, today=seen_from, day_first=True) or ()
        coming = [day for day in found if day > today]
        if len(coming) == 1 and (seen_from == today or coming[0] <= today + timedelta(days=7)):
            return coming[0]
    return read_date(text, now=now, zone=zone)


def day_of(ordinal: int) -> date | None:
    """The day that a button carries; None for what no button of ours does."""
    return date.fromordinal(ordinal) if date.min.toordinal() <= ordinal <= date.max.toordinal() else None


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
