"""Days to come: the ones offered as buttons are sensible, the typed ones are read towards the future."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.roles.days import DAYS_OFFERED, day_of, day_typed, days_to_choose
from scenarios.calendar import is_working_day
from scenarios.contact import Rejection
from tests.acceptance.world import ZONE

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(DAYS, st.integers(-20, 40), st.none() | st.integers(-5, 80))
def test_days_offered_are_working_days_within_reach(today: date, due: int, last: int | None) -> None:
    """Never in the past, never after the last day, never the day it is due anyway, in order and few."""
    due_on = today + timedelta(days=due)
    last_on = None if last is None else today + timedelta(days=last)
    found = days_to_choose(today, due_on, last_on)
    assert len(found) <= DAYS_OFFERED
    assert list(found) == sorted(set(found))
    assert due_on not in found
    for day in found:
        assert is_working_day(day)
        assert day >= today
        assert last_on is None or day <= last_on


def test_holidays_are_passed_over() -> None:
    """Around Christmas the next working days are offered."""
    found = days_to_choose(date(2026, 12, 23), date(2026, 12, 23), None)
    assert found[:3] == (date(2026, 12, 28), date(2026, 12, 29), date(2026, 12, 30))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("jutro", date(2026, 11, 21)),
        ("pojutrze", date(2026, 11, 22)),
        ("w środę", date(2026, 11, 25)),
        ("piątek", date(2026, 11, 27)),
        ("3 grudnia", date(2026, 12, 3)),
        ("3.12", date(2026, 12, 3)),
        ("2026-12-03", date(2026, 12, 3)),
        ("11 stycznia", date(2027, 1, 11)),
        ("December 3", date(2026, 12, 3)),
        ("1.11.2026", date(2026, 11, 1)),
    ],
)
def test_a_typed_day_is_read_towards_the_future(text: str, day: date) -> None:
    """Weekdays and days without a year are the next ones; a full date is what it says, even if it is over."""
    assert day_typed(text, now=NOW, zone=ZONE) == day


@pytest.mark.parametrize("text", ["", "kiedyś", "32 grudnia", "x" * 500])
def test_what_is_no_day_is_refused(text: str) -> None:
    """With a rejection that has an example, or says that there is no such day."""
    assert isinstance(day_typed(text, now=NOW, zone=ZONE), Rejection)


def test_a_button_carries_only_days_there_are() -> None:
    """What no calendar has is no day."""
    assert day_of(NOW.date().toordinal()) == NOW.date()
    assert day_of(0) is None
    assert day_of(10**12) is None
