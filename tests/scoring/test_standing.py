"""Places, ties, percentiles and last edition's participant, by the written rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.standing import Entry, Identity, Unranked, earlier, percentiles, ranking, rankings, shown


def entry(participant: int, score: float | None, *, name: str = "", type_: str = "gmina", contacts: int = 10) -> Entry:
    """A participant with that score."""
    return Entry(participant, type_, name or f"p{participant:03}", score, contacts)


def test_equal_as_shown_share_a_place() -> None:
    """1, 2, 2, 4: what looks equal is equal, what breaks a tie is nothing; within a place the name orders the list."""
    found = ranking([entry(1, 80.0), entry(2, 90.0), entry(3, 85.04, name="b"), entry(4, 84.96, name="a")])
    assert [(one.entry.participant, one.place, one.shared) for one in found.placed] == [
        (2, 1, False),
        (4, 2, True),
        (3, 2, True),
        (1, 4, False),
    ]
    assert {one.of for one in found.placed} == {4}


def test_noise_of_arithmetic_decides_nothing() -> None:
    """71.25 is shown as 71.3 also where it came out as 71.24999999999999."""
    assert str(shown(71.25)) == str(shown(71.24999999999999)) == "71.3"
    assert str(shown(71.2499)) == "71.2"


def test_without_data_nobody_has_a_place() -> None:
    """Withdrawn, no contact, too few: listed apart with the reason, and counted in nobody's place."""
    gone = Entry(4, "gmina", "d", 99.0, 10, withdrawn=True)
    found = ranking([entry(1, 80.0), entry(2, None), entry(3, None, contacts=0), gone])
    assert [one.place for one in found.placed] == [1]
    assert [(one.participant, why) for one, why in found.unranked] == [
        (4, Unranked.WITHDRAWN),
        (2, Unranked.TOO_FEW),
        (3, Unranked.NO_CONTACTS),
    ]


def test_places_within_a_type() -> None:
    """Each type has a first place."""
    found = rankings([entry(1, 80.0), entry(2, 90.0), entry(3, 70.0, type_="powiat")])
    assert [one.entry.participant for one in found["gmina"].placed] == [2, 1]
    assert [one.entry.participant for one in found["powiat"].placed] == [3]


def test_percentiles_by_hand() -> None:
    """Five of a type: the best 100, the worst 0, equal ones the middle of what they share; four say nothing."""
    five = [entry(1, 50.0), entry(2, 60.0), entry(3, 60.0), entry(4, 70.0), entry(5, 90.0), entry(6, None)]
    assert percentiles(five) == {1: 0.0, 2: 37.5, 3: 37.5, 4: 75.0, 5: 100.0}
    assert percentiles(five[:4]) == {1: None, 2: None, 3: None, 4: None}


@given(st.lists(st.floats(0, 100), min_size=5, max_size=40))
def test_percentiles_average_fifty_and_follow_places(scores: list[float]) -> None:
    """Whatever the ties, the mean percentile is 50, and nobody with a better place has a lower percentile."""
    entries = [entry(number, score) for number, score in enumerate(scores)]
    found = percentiles(entries)
    values = [found[one.entry.participant] or 0.0 for one in ranking(entries).placed]
    assert sum(values) / len(values) == pytest.approx(50)
    assert values == sorted(values, reverse=True)


def test_last_edition_s_participant() -> None:
    """By NIP; by number and name where a NIP is missing; never where it stands for two or the NIPs differ."""
    now = [
        Identity(1, "Gmina A", "7", "111"),
        Identity(2, "Gmina B", "8", None),
        Identity(3, "Gmina C", "9", "333"),
        Identity(4, "Gmina D", None, "444"),
        Identity(5, "Gmina D bis", None, "444"),
        Identity(6, "Gmina E", "10", None),
        Identity(7, "Gmina A dawna", "7", None),
    ]
    before = [
        Identity(11, "Gmina A dawna", "7", "111"),
        Identity(12, "gmina b", "8", "222"),
        Identity(13, "Gmina C", "9", "999"),
        Identity(14, "Gmina D", None, "444"),
        Identity(16, "Gmina Inna", "10", None),
    ]
    assert earlier(now, before) == {1: 11, 2: 12}
