"""Kappa and alpha: the published examples, what follows from the definitions, and what has no value."""

from __future__ import annotations

import math

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.agreement import Agreement, Level, Undefined, Weighting, alpha, disagreement, kappa_of, weighted_kappa

_GAP = None
FOUR_CODERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, _GAP, _GAP, _GAP),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _GAP, 3),
    (_GAP, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _GAP),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _GAP),
)
"""Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): four observers, twelve units, gaps."""


@pytest.mark.parametrize(
    ("level", "published"),
    [(Level.NOMINAL, 0.743), (Level.ORDINAL, 0.815), (Level.INTERVAL, 0.849), (Level.RATIO, 0.797)],
)
def test_alpha_of_the_published_example(level: Level, published: float) -> None:
    """Krippendorff 2011, all four levels of measurement; the unit with one value says nothing."""
    found = alpha(list(zip(*FOUR_CODERS, strict=True)), level=level)
    assert found.value == pytest.approx(published, abs=0.0005)
    assert found.over == 11


@given(
    st.lists(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=2, max_size=4), min_size=2, max_size=30).filter(
        lambda units: len({value for unit in units for value in unit}) > 1
    )
)
def test_interval_alpha_is_the_package_s(units: list[list[float]]) -> None:
    """The sums of squares are the package's sum over all pairs."""
    widest = max(len(unit) for unit in units)
    data = np.full((widest, len(units)), np.nan)
    for at, unit in enumerate(units):
        data[: len(unit), at] = unit
    expected = float(krippendorff.alpha(reliability_data=data, level_of_measurement="interval"))
    assert alpha(units, level=Level.INTERVAL).value == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("level", list(Level))
def test_alpha_without_a_value_says_why(level: Level) -> None:
    """Nothing seen by two, or nothing but one value: no number, and never NaN."""
    assert alpha([], level=level) == Agreement(None, 0, Undefined.NO_PAIRS)
    assert alpha([(1.0, None), (None, 2.0), ()], level=level) == Agreement(None, 0, Undefined.NO_PAIRS)
    assert alpha([(3.0, 3.0), (3.0, 3.0, None)], level=level) == Agreement(None, 2, Undefined.NO_VARIATION)


COHEN_1968 = np.array([[0.44, 0.05, 0.01], [0.07, 0.20, 0.03], [0.09, 0.05, 0.06]])
"""Cohen 1968, table 1: two diagnoses of 200 patients, as shares."""


def test_kappa_of_cohen_1968() -> None:
    """Unweighted .492; with the weights of the paper (0, 1, 3; 1, 0, 6; 3, 6, 0) .348."""
    counts = COHEN_1968 * 200
    unweighted = kappa_of(counts, disagreement(3, Weighting.NONE))
    weighted = kappa_of(counts, np.array([[0.0, 1, 3], [1, 0, 6], [3, 6, 0]]))
    assert unweighted.value == pytest.approx(0.492, abs=0.0005)
    assert weighted.value == pytest.approx(0.348, abs=0.0005)
    assert weighted.over == 200


def test_kappa_of_fleiss() -> None:
    """Fleiss, Statistical Methods for Rates and Proportions, table of 100 subjects: .68."""
    table = {("p", "p"): 75, ("p", "n"): 1, ("p", "o"): 4, ("n", "p"): 5, ("n", "n"): 4, ("n", "o"): 1, ("o", "o"): 10}
    pairs = [pair for pair, count in table.items() for _ in range(count)]
    found = weighted_kappa(pairs, ["p", "n", "o"], weighting=Weighting.NONE)
    assert found.value == pytest.approx(0.68, abs=0.005)


def test_weights_by_hand() -> None:
    """Four pairs on three levels, worked out on paper.

    Pairs 1-1, 2-2, 3-3, 1-3. Rows: 2, 1, 1 of 4; columns: 1, 1, 2 of 4. One pair is two levels apart: linear weight 1,
    quadratic 1. Expected linear: (2*1 + 1*1 + 1*1 + 1*2) / 16 * .5 for neighbours and (2*2 + 1*1) / 16 for the far
    ones = 6/16 * .5 + 5/16 = .5; quadratic: 6/16 * .25 + 5/16 = .40625; unweighted: 11/16. Observed: .25.
    """
    pairs = [("1", "1"), ("2", "2"), ("3", "3"), ("1", "3")]
    kappas = {weighting: weighted_kappa(pairs, "123", weighting=weighting).value for weighting in Weighting}
    assert kappas[Weighting.LINEAR] == pytest.approx(1 - 0.25 / 0.5)
    assert kappas[Weighting.QUADRATIC] == pytest.approx(1 - 0.25 / 0.40625)
    assert kappas[Weighting.NONE] == pytest.approx(1 - 0.25 / (11 / 16))


def test_unused_labels_keep_their_place() -> None:
    """A level nobody used still lies between the others: leaving it out brings them nearer and changes kappa."""
    pairs = [("1", "1"), ("1", "4"), ("4", "4"), ("2", "1")]
    with_all = weighted_kappa(pairs, "1234", weighting=Weighting.LINEAR).value
    without = weighted_kappa(pairs, "124", weighting=Weighting.LINEAR).value
    observed, expected = (3 + 1) / 4, (2 * 2 * 3 + (1 * 2 * 1 + 1 * 2 * 2) + 1 * 2 * 3) / 16
    assert with_all == pytest.approx(1 - observed / expected)
    assert with_all != pytest.approx(without)


@given(st.lists(st.tuples(st.sampled_from("12345"), st.sampled_from("12345")), min_size=2, max_size=60))
def test_quadratic_kappa_is_the_one_of_moments(pairs: list[tuple[str, str]]) -> None:
    """Quadratic weights make kappa ``1 - E(x-y)^2 / (var x + var y + (mean x - mean y)^2)``, whatever the labels."""
    found = weighted_kappa(pairs, "12345", weighting=Weighting.QUADRATIC)
    firsts = np.array([float(first) for first, _ in pairs])
    seconds = np.array([float(second) for _, second in pairs])
    chance = firsts.var() + seconds.var() + (firsts.mean() - seconds.mean()) ** 2
    if chance == 0:
        assert found == Agreement(None, len(pairs), Undefined.NO_VARIATION)
    else:
        assert found.value is not None
        assert math.isclose(found.value, 1 - ((firsts - seconds) ** 2).mean() / chance, abs_tol=1e-9)


@given(st.lists(st.tuples(st.sampled_from("yn"), st.sampled_from("yn")), min_size=1, max_size=30), st.data())
def test_order_within_pairs_decides_nothing_where_jurors_are_exchangeable(
    pairs: list[tuple[str, str]], data: st.DataObject
) -> None:
    """Turning some pairs round leaves the coefficient alone; with two labels all weightings are one."""
    turned = [pair[::-1] if data.draw(st.booleans()) else pair for pair in pairs]
    one = weighted_kappa(pairs, "yn", exchangeable=True)
    for weighting in Weighting:
        other = weighted_kappa(turned, "yn", weighting=weighting, exchangeable=True)
        assert other.value == (None if one.value is None else pytest.approx(one.value))


def test_kappa_without_a_value_says_why() -> None:
    """No pairs; all the same; a single label."""
    assert weighted_kappa([], "ab") == Agreement(None, 0, Undefined.NO_PAIRS)
    assert weighted_kappa([("a", "a")] * 3, "ab") == Agreement(None, 3, Undefined.NO_VARIATION)
    assert weighted_kappa([("a", "a")] * 3, "a") == Agreement(None, 3, Undefined.NO_VARIATION)


def test_labels_that_are_wrong() -> None:
    """A label that is none, on either side, and one that stands twice."""
    with pytest.raises(ValueError, match="'c' is none"):
        weighted_kappa([("c", "a")], "ab")
    with pytest.raises(ValueError, match="'c' is none"):
        weighted_kappa([("a", "c")], "ab")
    with pytest.raises(ValueError, match="twice"):
        weighted_kappa([], "aa")
