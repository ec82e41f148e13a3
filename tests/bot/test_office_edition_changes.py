"""Changes of an edition as values, and the days people type for it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.office_taps.edition import DIALS, Dial
from bot.roles.office import edition_changes as change
from bot.roles.office.edition_days import read_day
from scenarios.contact import Rejection
from scenarios.model import Mode
from storage.editions import Edition
from storage.rules import ANY_TYPE, Rules

EDITION = Edition(1, "Próbna", date(2026, 10, 1), date(2027, 1, 31), "Europe/Warsaw")


@pytest.mark.parametrize(
    ("text", "near", "expected"),
    [
        ("15.04", date(2027, 2, 28), date(2027, 4, 15)),
        ("15 kwietnia 2028", date(2027, 2, 28), date(2028, 4, 15)),
        ("1.10", date(2026, 10, 5), date(2026, 10, 1)),
        ("jutro", date(2027, 2, 28), date(2026, 11, 24)),
        ("w piątek", date(2027, 2, 28), date(2026, 11, 27)),
        ("2027-01-31", date(2026, 10, 5), date(2027, 1, 31)),
    ],
)
def test_a_day_without_a_year_is_the_nearest(text: str, near: date, expected: date) -> None:
    """Near the day it replaces; words for days count from today."""
    assert read_day(text, today=date(2026, 11, 23), near=near) == expected


@pytest.mark.parametrize("text", ["", "31.02", "zima", "9" * 500])
def test_what_is_no_day_is_refused(text: str) -> None:
    """With a reason."""
    assert isinstance(read_day(text, today=date(2026, 11, 23), near=date(2026, 12, 1)), Rejection)


@given(
    presses=st.lists(st.tuples(st.sampled_from(tuple(Mode)), st.sampled_from(["least", "by", "hours"]), st.booleans()))
)
def test_coverage_always_makes_sense(presses: list[tuple[Mode, str, bool]]) -> None:
    """However the buttons are pressed: never fewer than no contacts, never more jurors than contacts."""
    rules = Rules()
    for mode, what, up in presses:
        match what:
            case "least":
                rules = change.with_least(rules, ANY_TYPE, mode, up=up)
            case "by":
                rules = change.with_by(rules, ANY_TYPE, mode, up=up)
            case _:
                rules = change.with_hours(rules, ANY_TYPE, mode)
    for mode in Mode:
        one = change.coverage_in(rules, "gmina", mode)
        assert 0 <= one.least <= change.MOST_CONTACTS
        assert 1 <= one.by <= max(1, one.least)
        assert one.scenario
    assert len({one.mode for one in rules.coverage[ANY_TYPE]}) == len(rules.coverage[ANY_TYPE])


@given(dial=st.sampled_from(DIALS), ups=st.lists(st.booleans(), max_size=40))
def test_dials_stay_within_their_steps(dial: Dial, ups: list[bool]) -> None:
    """And up then down comes back, wherever there is a step."""
    edition = EDITION
    for up in ups:
        if change.can_turn(edition, dial, up=up):
            turned = change.turned(edition, dial, up=up)
            assert change.turned(turned, dial, up=not up) == edition
            edition = turned
        else:
            assert change.turned(edition, dial, up=up) == edition
        assert change.value_of(edition, dial) in change.STEPS[dial]
