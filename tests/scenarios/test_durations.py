"""Typed durations."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.durations import DAY, HOUR, MINUTE, SECOND, read_duration, unit_of


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5 min", 300),
        ("5 min.", 300),
        ("90 s", 90),
        ("90s", 90),
        ("1:30", 90),
        ("1:02:03", 3723),
        ("półtorej minuty", 90),
        ("pół godziny", 1800),
        ("2 godz. 10 min", 7800),
        ("2 godziny i 10 minut", 7800),
        ("5min30s", 330),
        ("5'30\"", 330),
        ("5'", 300),
        ("30″", 30),
        ("dwie minuty", 120),
        ("dwadzieścia pięć minut", 1500),
        ("minuta", 60),
        ("godzinę", 3600),
        ("kwadrans", 900),
        ("trzy kwadranse", 2700),
        ("2,5 min", 150),
        ("1.5 h", 5400),
        ("3 dni", 259200),
        ("half an hour", 1800),
        ("an hour", 3600),
        ("1 hour and 5 minutes", 3900),
        ("0 s", 0),
    ],
)
def test_durations_are_read_in_seconds(text: str, seconds: int) -> None:
    """Amounts with units, clock notation and spoken forms give their seconds, whatever the unit asked for."""
    assert read_duration(text, unit=None) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "min",
        "minut",
        "min 5",
        "5 min i",
        "10 min 2 godz",
        "5 min 30",
        "5 min 5 min",
        "kilka minut",
        "około 5 min",
        "5-10 min",
        "1:75",
        "1:75:00",
        "-5",
        "długo",
        "5 zł",
    ],
)
def test_what_is_no_duration_for_sure_is_refused(text: str) -> None:
    """Bare numbers without a unit, ranges, approximations and impossible clocks mean no duration."""
    assert read_duration(text, unit=None) is None


def test_bare_numbers_and_clocks_follow_the_unit_asked_for() -> None:
    """A bare number counts in the unit; "1:30" is an hour and a half only where hours are asked."""
    assert read_duration("7", unit=MINUTE) == 420
    assert read_duration("2,5", unit=SECOND) == Decimal("2.5")
    assert read_duration("-7", unit=MINUTE) is None
    assert read_duration("1:30", unit=HOUR) == 5400
    assert read_duration("1:30", unit=MINUTE) == 90


def test_units_of_time_by_their_words() -> None:
    """Units are known in every form; other words are none."""
    assert [unit_of(word) for word in ("sekund", "minuty", "godz", "dni", "osoby")] == [SECOND, MINUTE, HOUR, DAY, None]


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
def test_every_way_of_writing_one_duration_agrees(hours: int, minutes: int, seconds: int) -> None:
    """Clock notation, Polish and English words give the same seconds."""
    total = hours * HOUR + minutes * MINUTE + seconds
    for text in (
        f"{hours}:{minutes:02}:{seconds:02}",
        f"{hours} godz. {minutes} min {seconds} s",
        f"{hours} hours, {minutes} minutes and {seconds} seconds",
        f"{hours}h{minutes}m{seconds}s",
    ):
        assert read_duration(text, unit=None) == total
