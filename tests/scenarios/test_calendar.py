"""Working days in Poland."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.calendar import add_working_days, deadline_after, is_working_day, public_holidays, working_days_between

WARSAW = ZoneInfo("Europe/Warsaw")
days = st.dates(date(2015, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (date(2026, 12, 9), date(2026, 12, 9), 0),
        (date(2026, 12, 9), date(2026, 12, 10), 1),
        (date(2026, 12, 11), date(2026, 12, 14), 1),
        (date(2026, 12, 11), date(2026, 12, 13), 0),
        (date(2026, 12, 12), date(2026, 12, 14), 1),
        (date(2026, 12, 23), date(2026, 12, 28), 1),
        (date(2024, 12, 23), date(2024, 12, 27), 2),
        (date(2026, 11, 10), date(2026, 11, 12), 1),
        (date(2026, 6, 3), date(2026, 6, 5), 1),
        (date(2026, 12, 14), date(2026, 12, 11), -1),
        (date(2025, 12, 31), date(2026, 1, 7), 3),
    ],
)
def test_working_days_between(a: date, b: date, expected: int) -> None:
    """Weekends, fixed and movable holidays and, since 2025, Wigilia are no working days."""
    assert working_days_between(a, b) == expected


@pytest.mark.parametrize("year", range(1990, 2101))
def test_public_holidays_are_those_of_the_library(year: int) -> None:
    """The days off are those that a library kept by others knows."""
    assert public_holidays(year) == frozenset(holidays.country_holidays("PL", years=year))


@given(a=days, length=st.integers(0, 400))
def test_counting_agrees_with_walking_day_by_day(a: date, length: int) -> None:
    """The count by formula is the count of working days one by one."""
    b = a + timedelta(days=length)
    one_by_one = sum(is_working_day(a + timedelta(days=n)) for n in range(1, length + 1))
    assert working_days_between(a, b) == one_by_one
    assert working_days_between(b, a) == -one_by_one


@given(day=days, n=st.integers(1, 60))
def test_adding_and_counting_are_inverse(day: date, n: int) -> None:
    """The n-th working day after a day is a working day, and n working days away."""
    later = add_working_days(day, n)
    assert is_working_day(later)
    assert working_days_between(day, later) == n


def test_adding_nothing_and_less() -> None:
    """No working days lead nowhere, even from a Sunday; fewer than none are refused."""
    assert add_working_days(date(2026, 12, 13), 0) == date(2026, 12, 13)
    with pytest.raises(ValueError, match="-1"):
        add_working_days(date(2026, 12, 13), -1)


@pytest.mark.parametrize(
    ("moment", "n", "expected"),
    [
        (datetime(2026, 12, 9, 12, tzinfo=UTC), 1, datetime(2026, 12, 10, 22, 59, 59, tzinfo=UTC)),
        (datetime(2026, 12, 9, 23, 30, tzinfo=UTC), 1, datetime(2026, 12, 11, 22, 59, 59, tzinfo=UTC)),
        (datetime(2026, 3, 27, 12, tzinfo=UTC), 1, datetime(2026, 3, 30, 21, 59, 59, tzinfo=UTC)),
        (datetime(2026, 10, 23, 12, tzinfo=UTC), 1, datetime(2026, 10, 26, 22, 59, 59, tzinfo=UTC)),
        (datetime(2026, 12, 22, 12, tzinfo=UTC), 2, datetime(2026, 12, 28, 22, 59, 59, tzinfo=UTC)),
    ],
)
def test_deadline_is_the_end_of_a_local_day(moment: datetime, n: int, expected: datetime) -> None:
    """The deadline counts from the local date and stays at midnight when the clocks change."""
    assert deadline_after(moment, n, WARSAW) == expected


def test_deadline_where_the_last_second_comes_twice() -> None:
    """Where clocks go back at midnight the day ends with the second 23:59:59."""
    paraguay = ZoneInfo("America/Asuncion")
    deadline = deadline_after(datetime(2024, 3, 22, 12, tzinfo=UTC), 0, paraguay)
    assert deadline == datetime(2024, 3, 23, 2, 59, 59, tzinfo=UTC)
    twice = deadline_after(datetime(2024, 3, 23, 12, tzinfo=UTC), 0, paraguay)
    assert twice == datetime(2024, 3, 24, 3, 59, 59, tzinfo=UTC)
