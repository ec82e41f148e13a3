"""When the last contact will be done, if things go on as in the last days: simple, so that it can be explained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from scenarios.calendar import add_working_days, working_days_between

LOOK_BACK_DAYS = 14
"""Days, today included, whose pace counts."""

LEAST_SENT = 5
"""Reports in those days below which nothing is said."""

FARTHEST_WORKING_DAYS = 750
"""Beyond this many working days (about three years) an end is no forecast."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """``sent`` reports in the last ``LOOK_BACK_DAYS`` days; ``done_on`` None: too few, or no end in sight."""

    ends_on: date
    sent: int
    remaining: int
    done_on: date | None

    @property
    def days_late(self) -> int:
        """Days after the edition's last one; negative: before it."""
        return 0 if self.done_on is None else (self.done_on - self.ends_on).days


def forecast(*, today: date, ends_on: date, sent: int, remaining: int) -> Forecast:
    """The day on which ``remaining`` contacts are done at the pace of ``sent`` reports in the last days."""
    if remaining <= 0:
        return Forecast(ends_on, sent, 0, today)
    if sent < LEAST_SENT:
        return Forecast(ends_on, sent, remaining, None)
    worked = max(1, working_days_between(today - timedelta(days=LOOK_BACK_DAYS), today))
    needed = ceil(remaining * worked / sent)
    done_on = add_working_days(today, needed) if needed <= FARTHEST_WORKING_DAYS else None
    return Forecast(ends_on, sent, remaining, done_on)
