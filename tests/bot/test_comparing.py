"""Two jurors' answers compared: what agrees, what does not, and what a third one decides."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.doubts.comparing import agree, are_alike, compared, decided_by_third, marks_given
from bot.publishing import LIBRARY
from scenarios import engine
from scenarios.autopilot import next_sensible
from scenarios.contact import Closed, Contact
from scenarios.loader import load
from scenarios.model import Scenario
from scenarios.route import route
from tests.acceptance.world import ZONE
from tests.scripted import START

LEVELS = st.integers(min_value=1, max_value=5)


def made(scenario: Scenario, **chosen: str) -> Contact:
    """A contact with those answers, sent."""
    facts = {"participant_type": "gmina"}
    now = START
    turn = engine.begin(scenario, contact_id=1, facts=facts, now=now, zone=ZONE)
    while not isinstance(turn.prompt, Closed):
        now += timedelta(seconds=20)
        found = next_sensible(scenario, turn, now=now, zone=ZONE, chosen=chosen)
        assert found is not None
        turn = found[1]
    return turn.contact


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """The call that ships."""
    path: Path = LIBRARY / "telefon.yaml"
    return load(path.read_text(encoding="utf-8"), filename="telefon.yaml")


@given(LEVELS, LEVELS)
def test_levels_agree_when_near(first: int, second: int) -> None:
    """One level apart is no disagreement, whoever comes first."""
    assert agree(first, second) == agree(second, first) == (abs(first - second) <= 1)


def test_yes_is_not_a_level() -> None:
    """Yes and no are compared as such, never as one and nought."""
    assert agree(first=True, second=True)
    assert not agree(first=True, second=False)
    assert not agree(first=True, second=1)


@given(LEVELS, LEVELS, LEVELS)
def test_the_median_decides_where_two_agree(first: int, second: int, third: int) -> None:
    """It lies between the others and near one of them; three that all differ decide nothing."""
    value = decided_by_third(first, second, third)
    if value is None:
        low, middle, high = sorted((first, second, third))
        assert middle - low > 1
        assert high - middle > 1
    else:
        assert value == sorted((first, second, third))[1]


def test_the_majority_decides_yes_or_no() -> None:
    """Whichever of the two the third one says."""
    assert decided_by_third(True, False, True) is True
    assert decided_by_third(True, False, False) is False


def test_only_what_both_jurors_said_is_compared(scenario: Scenario) -> None:
    """Scored yes or no and ratings; times, counts, texts, and what only one of them answered, are not."""
    one, other = made(scenario, t08="2"), made(scenario, t08="5")
    first, second = route(scenario, one), route(scenario, other)
    pairs = compared(first, second)
    assert [(pair.path, pair.item) for pair in pairs if not pair.is_agreed] == [("t08", "T08")]
    assert {pair.path for pair in pairs} == set(marks_given(first)) & set(marks_given(second))
    assert len(pairs) > 5
    steps = scenario.steps_by_name
    assert all(steps[pair.path].criterion is not None for pair in pairs)
    assert are_alike(one, other)
