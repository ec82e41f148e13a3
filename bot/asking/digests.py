"""When the next digest of a person comes, and what they chose about it. Pure: the days and hours are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scenarios.calendar import SATURDAY, public_holidays
from storage.rules import Rules

PREFERENCE = "digest"
"""Where the choice stands in a person's preferences."""

HOURS = range(24)
DAYS_LOOKED_AT = 30


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose; ``hour`` None: the edition's."""

    daily: bool = True
    weekly: bool = True
    hour: int | None = None


def choice_of(preferences: Mapping[str, Any] | None) -> Choice:
    """The choice that stands in somebody's preferences."""
    kept = (preferences or {}).get(PREFERENCE)
    if not isinstance(kept, Mapping):
        return Choice()
    hour = kept.get("hour")
    valid = isinstance(hour, int) and hour in HOURS
    return Choice(bool(kept.get("daily", True)), bool(kept.get("weekly", True)), hour if valid else None)


def with_choice(preferences: Mapping[str, Any] | None, choice: Choice) -> dict[str, Any]:
    """Somebody's preferences with that choice."""
    kept = {"daily": choice.daily, "weekly": choice.weekly, "hour": choice.hour}
    return {**(preferences or {}), PREFERENCE: kept}


def next_digest(rules: Rules, choice: Choice, *, after: datetime, zone: ZoneInfo, weekly: bool) -> datetime:
    """The first moment after ``after`` at the chosen hour: the weekly on its day, the daily on days not free."""
    hour = rules.digest_hour if choice.hour is None else choice.hour
    day = after.astimezone(zone).date()
    for ahead in range(DAYS_LOOKED_AT):
        each = day + timedelta(days=ahead)
        moment = datetime.combine(each, time(hour), zone).astimezone(UTC)
        is_free = (rules.quiet.weekends and each.weekday() >= SATURDAY) or (
            rules.quiet.holidays and each in public_holidays(each.year)
        )
        is_day = each.weekday() == rules.digest_weekday if weekly else not is_free
        if moment > after and is_day:
            return moment
    return after + timedelta(days=DAYS_LOOKED_AT)  # rules under which every day is free
