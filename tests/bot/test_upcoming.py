"""Quiet times: what is moved out of them, how far, and across changes of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.roles.upcoming import allowed_at, allowed_before, is_quiet, timely
from storage.rules import Quiet, Rules

WARSAW = ZoneInfo("Europe/Warsaw")
ZONES = tuple(ZoneInfo(name) for name in ("Europe/Warsaw", "UTC", "Atlantic/Azores", "America/Havana"))
MOMENTS = st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2029, 12, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC, microsecond=0)
)
HOURS = st.integers(min_value=0, max_value=23)
RULES = st.builds(Quiet, from_hour=HOURS, to_hour=HOURS, weekends=st.booleans(), holidays=st.booleans()).map(
    lambda quiet: Rules(quiet=quiet)
)
STEP = timedelta(minutes=15)


def local(text: str) -> datetime:
    """A moment as a clock in Warsaw shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW)


@given(rules=RULES, at=MOMENTS, zone=st.sampled_from(ZONES))
def test_what_is_moved_is_never_quiet_and_never_early(rules: Rules, at: datetime, zone: ZoneInfo) -> None:
    """The result is not quiet, not before what was asked for, and moving it once more changes nothing."""
    moved = allowed_at(rules, at, zone)
    assert not is_quiet(rules, moved, zone)
    assert moved >= at
    assert allowed_at(rules, moved, zone) == moved


@given(rules=RULES, at=MOMENTS, zone=st.sampled_from(ZONES))
def test_nothing_is_moved_further_than_needed(rules: Rules, at: datetime, zone: ZoneInfo) -> None:
    """Every moment on the way was quiet, up to the last second."""
    moved = allowed_at(rules, at, zone)
    moment = at
    while moment < moved:
        assert is_quiet(rules, moment, zone)
        moment += STEP
    if moved > at:
        assert is_quiet(rules, moved - timedelta(seconds=1), zone)


@given(rules=RULES, at=MOMENTS, zone=st.sampled_from(ZONES))
def test_looking_back_finds_the_last_moment(rules: Rules, at: datetime, zone: ZoneInfo) -> None:
    """Before a date too: not quiet, not late, and all between was quiet."""
    moved = allowed_before(rules, at, zone)
    assert not is_quiet(rules, moved, zone)
    assert moved <= at
    if moved < at:
        assert is_quiet(rules, moved + timedelta(seconds=1), zone)
    moment = at
    while moment > moved:
        assert is_quiet(rules, moment, zone)
        moment -= STEP


@given(rules=RULES, now=MOMENTS, ahead=st.integers(0, 200), end=st.integers(1, 300))
def test_what_is_timely_comes_in_time(rules: Rules, now: datetime, ahead: int, end: int) -> None:
    """A timely moment is not quiet, not past, and before the end; without one every moment up to it is quiet."""
    before = now + timedelta(hours=end)
    found = timely(rules, now + timedelta(hours=ahead), WARSAW, now=now, before=before)
    if found is not None:
        assert now <= found < before
        assert not is_quiet(rules, found, WARSAW)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-20T12:00", "2026-11-20T12:00"),
        ("2026-11-19T20:00", "2026-11-20T08:00"),
        ("2026-11-20T07:59:59", "2026-11-20T08:00"),
        ("2026-11-20T19:59:59", "2026-11-20T19:59:59"),
        ("2026-11-20T20:00", "2026-11-23T08:00"),
        ("2026-11-10T21:00", "2026-11-12T08:00"),
        ("2026-12-23T20:30", "2026-12-28T08:00"),
        ("2026-10-25T02:30", "2026-10-26T08:00"),
        ("2026-03-29T02:30", "2026-03-30T08:00"),
    ],
)
def test_nights_weekends_and_holidays(at: str, expected: str) -> None:
    """By the proposed rules: nights, weekends, 11 November, Wigilia with Christmas and the weekend after it."""
    assert allowed_at(Rules(), local(at), WARSAW) == local(expected)


@pytest.mark.parametrize(
    ("quiet", "at", "expected"),
    [
        (Quiet(2, 3, weekends=False, holidays=False), "2026-10-25T02:30", "2026-10-25T03:00"),
        (Quiet(1, 2, weekends=False, holidays=False), "2026-03-29T01:30", "2026-03-29T03:00"),
        (Quiet(8, 8, weekends=False, holidays=False), "2026-11-22T03:00", "2026-11-22T03:00"),
        (Quiet(0, 0, weekends=True, holidays=False), "2026-11-21T03:00", "2026-11-23T00:00"),
        (Quiet(20, 8, weekends=False, holidays=True), "2026-11-11T12:00", "2026-11-12T08:00"),
        (Quiet(13, 15, weekends=False, holidays=False), "2026-11-11T14:00", "2026-11-11T15:00"),
    ],
)
def test_other_rules(quiet: Quiet, at: str, expected: str) -> None:
    """Hours in the middle of the day, no quiet hours at all, and the nights in which clocks change."""
    assert allowed_at(Rules(quiet=quiet), local(at), WARSAW) == local(expected)


def test_a_reminder_before_a_free_day_comes_before_it() -> None:
    """What is due on a Sunday is not reminded of on Monday; what cannot come in time does not come at all."""
    saturday, sunday = local("2026-11-21T12:00"), local("2026-11-22T23:00")
    found = timely(Rules(), saturday, WARSAW, now=local("2026-11-20T12:00"), before=sunday)
    assert found == local("2026-11-20T19:59:59")
    assert timely(Rules(), saturday, WARSAW, now=saturday, before=sunday) is None
