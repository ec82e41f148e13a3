"""Calibration: simulated raters whose bias is known, the written gate, and the map."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.loader import load as load_scenario
from scoring.anchors import anchors_of
from scoring.calibration import (
    LEAST_DOUBLE,
    LEAST_KAPPA,
    Calibration,
    Estimate,
    Measured,
    Reason,
    Scored,
    calibrate,
    decided,
    nearest,
)
from scoring.calibration_table import COLUMNS, gate_of, read_table, row_of
from scoring.monotone import MonotoneMap, fitted
from scoring.rubric import Attribute, Criterion, Filter, Rating
from tests.benchmarks.calibration import LEVELS, RATERS, measured, true_bias

HEADER = "criterion,observation,rater,human_a,human_b\n"


@pytest.mark.parametrize("name", RATERS)
def test_the_bias_of_a_simulated_rater_is_recovered(name: str) -> None:
    """Over four tables the mean is within two and a half standard errors of what it is."""
    rater = RATERS[name]
    found = [measured(rater, 240, seed).bias for seed in range(1, 5)]
    mean = sum(one.value or 0 for one in found) / len(found)
    error = sum((one.error or 0) ** 2 for one in found) ** 0.5 / len(found)
    assert abs(mean - true_bias(rater)) < 2.5 * error


@pytest.mark.parametrize("name", RATERS)
def test_the_gate_lets_in_who_should_be(name: str) -> None:
    """A rater is on or off as it is known to deserve."""
    one = measured(RATERS[name], 600)
    assert one.is_on is RATERS[name].is_on


def test_the_map_mends_what_is_only_shifted() -> None:
    """One level too severe is off by its level and on by its map; probabilities make up for a narrow scale."""
    severe = measured(RATERS["severe -1"], 600)
    assert severe.reason is Reason.PASSED_MAPPED
    assert (severe.mapped.error or 9) < (severe.rater.error or 0)
    assert measured(RATERS["compressed"], 600).reason is Reason.TOO_LOW
    assert measured(RATERS["same, tells p"], 600).reason is Reason.PASSED_MAPPED


def test_abstaining_is_coverage_not_error() -> None:
    """What it abstains from is told apart, and people are compared on the rest."""
    one = measured(RATERS["abstains 40 %"], 240)
    assert one.coverage == one.used / one.scored
    assert 0.5 < (one.coverage or 0) < 0.7


def test_baselines() -> None:
    """Always the same level agrees no better than chance; severity alone hardly."""
    one = measured(RATERS["like people"], 240)
    assert one.constant.kappa.value == 0
    assert abs(one.severity.kappa.value or 0) < 0.2
    assert (one.constant.error or 0) > (one.rater.error or 9)


def test_severity_alone_is_found_out() -> None:
    """Where people differ and observations do not, what a juror usually gives says it all: no rater is let in."""
    scored = [
        Scored(
            f"o{at}",
            "1" if at % 2 else "5",
            "1" if at % 2 else "5",
            "1" if at % 2 else "5",
            None,
            f"a{at % 2}",
            f"b{at % 2}",
        )
        for at in range(200)
    ]
    one = calibrate("W14", scored, LEVELS)
    assert one.severity.kappa.value == pytest.approx(1)
    assert one.reason is Reason.BASELINE


def test_nothing_to_measure() -> None:
    """No row, one row, and rows nobody but one person scored."""
    none = calibrate("W14", [], LEVELS)
    assert (none.reason, none.coverage, none.map, none.bias) == (Reason.TOO_FEW, None, None, Estimate(None))
    single = calibrate("W14", [Scored("o", "3", "3", None)], LEVELS)
    assert (single.double, single.used, single.coverage) == (0, 0, 1)
    one = calibrate("W14", [Scored("o", "4", "3", "4")], LEVELS)
    assert one.bias == Estimate(0.5)
    assert one.map is not None
    two = calibrate("W14", [Scored("o", "4", "3", "4"), Scored("p", "1", "1", "2")], LEVELS)
    assert two.rater.kappa.error is not None


def test_everybody_gives_the_same() -> None:
    """Agreement that cannot be told from chance lets nobody in."""
    one = calibrate("W14", [Scored(f"o{at}", "3", "3", "3") for at in range(150)], LEVELS)
    assert one.reason is Reason.NO_VARIATION
    assert one.threshold is None


def test_kappa_whose_variation_is_one_observation() -> None:
    """Leaving that one out leaves no coefficient, and no error."""
    one = calibrate("W14", [Scored("o", "3", "3", "3"), Scored("p", "3", "3", "4")], LEVELS)
    assert one.humans.kappa.value is not None
    assert one.humans.kappa.error is None


def _measured(kappa: float | None) -> Measured:
    return Measured(Estimate(kappa), None, None)


@pytest.mark.parametrize(
    ("used", "people", "rater", "mapped", "baseline", "reason"),
    [
        (LEAST_DOUBLE - 1, 0.8, 0.9, 0.9, 0.0, Reason.TOO_FEW),
        (LEAST_DOUBLE, None, 0.9, 0.9, 0.0, Reason.NO_VARIATION),
        (LEAST_DOUBLE, 0.8, None, 0.9, 0.0, Reason.NO_VARIATION),
        (LEAST_DOUBLE, 0.8, LEAST_KAPPA, 0.1, 0.0, Reason.PASSED),
        (LEAST_DOUBLE, 0.8, 0.69, 0.69, 0.0, Reason.TOO_LOW),
        (LEAST_DOUBLE, 0.8, 0.69, None, 0.0, Reason.TOO_LOW),
        (LEAST_DOUBLE, 0.8, 0.69, 0.71, 0.0, Reason.PASSED_MAPPED),
        (LEAST_DOUBLE, 0.9, 0.79, 0.1, 0.0, Reason.BELOW_HUMANS),
        (LEAST_DOUBLE, 0.9, 0.80, 0.1, 0.0, Reason.PASSED),
        (LEAST_DOUBLE, 0.8, 0.75, 0.1, 0.75, Reason.BASELINE),
        (LEAST_DOUBLE, 0.8, 0.75, 0.1, None, Reason.PASSED),
    ],
)
def test_the_written_gate(
    *,
    used: int,
    people: float | None,
    rater: float | None,
    mapped: float | None,
    baseline: float | None,
    reason: Reason,
) -> None:
    """At least .70, at most .10 below people, above what reads no text, on a hundred observations."""
    assert decided(used, people, _measured(rater), _measured(mapped), [_measured(baseline)]) is reason


# The map ------------------------------------------------------------------------------------------------------------

POINTS = st.lists(st.tuples(st.floats(1, 5), st.floats(1, 5)), min_size=1, max_size=40)


@given(POINTS, st.lists(st.floats(0, 6), min_size=2, max_size=10))
def test_a_map_never_turns_the_order_round(points: list[tuple[float, float]], values: list[float]) -> None:
    """A higher value never maps lower, and no value leaves what people gave."""
    found = fitted(points)
    mapped = [found(value) for value in sorted(values)]
    assert all(one <= other + 1e-9 for one, other in pairwise(mapped))
    assert all(min(y for _, y in points) - 1e-9 <= one <= max(y for _, y in points) + 1e-9 for one in mapped)
    assert MonotoneMap.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_a_map_of_known_points() -> None:
    """Neighbours out of order are pooled: the example of three means 1, (3 + 2) / 2, 4."""
    found = fitted([(1, 1), (2, 3), (3, 2), (4, 4), (4, 4)])
    assert found == MonotoneMap((1, 2, 3, 4), (1, 2.5, 2.5, 4))
    assert [found(value) for value in (0, 1.5, 2.7, 9)] == [1, 1.75, 2.5, 4]


@pytest.mark.parametrize(
    "value",
    [
        *({}, {"x": [1], "y": 2}, {"x": [True], "y": [1]}, {"x": ["1"], "y": [1]}, {"x": [], "y": []}),
        *(
            {"x": [1], "y": [1, 2]},
            {"x": [1, 1], "y": [1, 2]},
            {"x": [1, 2], "y": [2, 1]},
            {"x": [1], "y": [float("nan")]},
        ),
    ],
)
def test_what_is_no_map(value: dict[str, object]) -> None:
    """A file that somebody changed is refused."""
    with pytest.raises(ValueError, match=r"xs|lists|number"):
        MonotoneMap.from_json(value)


def test_nearest_level() -> None:
    """Of two that are as near the lower one: no mark is given for nothing."""
    values = {"1": 1.0, "2": 2.0}
    assert [nearest(value, values) for value in (0.2, 1.5, 1.6)] == ["1", "1", "2"]


# The table ----------------------------------------------------------------------------------------------------------


def test_a_table_is_read() -> None:
    """Rows by criterion; empty cells abstain; jurors and probabilities where they are given."""
    text = (
        "criterion;observation;rater;human_a;human_b;juror_a;juror_b;p_1;p_2\r\n"
        "W14;o1;2;1;2;x;y;0.2;0.81\r\nW14;o2;;1;;;;;\r\n\r\nW21;o1;1;1;1;x;y;;\r\n"
    )
    table = read_table(text.splitlines(keepends=True), ("1", "2"))
    assert table.troubles == ()
    assert [one.observation for one in table.criteria["W14"]] == ["o1", "o2"]
    first, second = table.criteria["W14"]
    assert first.chances == pytest.approx((0.2 / 1.01, 0.81 / 1.01))
    assert second == Scored("o2", None, "1", None)
    assert table.criteria["W21"] == [Scored("o1", "1", "1", "1", None, "x", "y")]
    again = read_table(
        [",".join((*COLUMNS, "p_1", "p_2")), *(",".join(row_of("W14", one, ("1", "2"))) for one in (first, second))],
        ("1", "2"),
    )
    assert [replace(one, chances=None) for one in again.criteria["W14"]] == [replace(first, chances=None), second]


@pytest.mark.parametrize(
    ("header", "row", "what"),
    [
        ("", "", "no column criterion"),
        ("criterion,observation\n", "", "no column rater, human_a, human_b"),
        (HEADER[:-1] + ",mood\n", "", "unknown column mood"),
        (HEADER[:-1] + ",rater\n", "", "stands twice"),
        (HEADER[:-1] + ",p_1\n", "", "of all levels: p_1, p_2, p_3"),
        (HEADER, "W14,o1,1,1\n", "4 cells, the header has 5"),
        (HEADER, ",o1,1,1,1\n", "criterion is empty"),
        (HEADER, "W14,o1,1,,1\n", "human_a is empty"),
        (HEADER, "W14,o1,7,1,1\n", "rater is '7', not one of 1, 2, 3"),
        (HEADER, "W14,o2,1,1,1\nW14,o2,1,1,1\n", "W14, observation o2: twice"),
        (HEADER, 'W14,"o1"x,1,1,1\n', "expected after"),
        (HEADER[:-1] + ",p_1,p_2,p_3\n", "W14,o1,1,1,1,a,b,c\n", "are numbers, not 'a b c'"),
        (HEADER[:-1] + ",p_1,p_2,p_3\n", "W14,o1,1,1,1,.5,.5,.5\n", "not 1.5"),
        (HEADER[:-1] + ",p_1,p_2,p_3\n", "W14,o1,1,1,1,nan,.5,.5\n", "not nan"),
        (HEADER[:-1] + ",p_1,p_2,p_3\n", "W14,o1,1,1,1,-.5,1,.5\n", "not 1"),
    ],
)
def test_troubles_of_a_table(header: str, row: str, what: str) -> None:
    """What is wrong is told with its line, and the other rows count."""
    table = read_table((header + row).splitlines(keepends=True), ("1", "2", "3"))
    assert len(table.troubles) == 1
    assert what in table.troubles[0].what
    assert table.troubles[0].line == (header + row).count("\n") or not row


def test_the_gate_file() -> None:
    """It says what is on, why, and the numbers behind it; the map can be read back."""
    calibrations = [measured(RATERS["perfect"], 240), calibrate("empty", [], LEVELS)]
    gate = json.loads(json.dumps(gate_of(calibrations, model="m", prompt_version="p", seed=1)))
    on, off = gate["criteria"]["simulated"], gate["criteria"]["empty"]
    assert (on["on"], on["reason"], on["levels"]) == (True, "passed", list(LEVELS))
    assert on["measured"]["rater"]["kappa"]["value"] > LEAST_KAPPA
    assert MonotoneMap.from_json(on["map"])(3) == pytest.approx(3, abs=0.5)
    assert (off["on"], off["reason"], off["map"]) == (False, "too_few", None)
    assert isinstance(calibrations[1], Calibration)


# What is asked ------------------------------------------------------------------------------------------------------

SCENARIO = """
spec_version: 1
name: rozmowa
mode: phone
title: {pl: R}
languages: [pl]
participant_types: [gmina]
sections:
  - name: po
    stage: after
    label: {pl: Po}
    steps:
      - name: ton
        type: range
        label: {pl: "Jaki był ton?"}
        anchors: {1: {pl: "zły"}, 2: {pl: "dobry"}}
      - name: czas
        type: yes_no
        label: {pl: "Szybko?"}
"""


def test_anchors_come_from_the_step() -> None:
    """Question and anchored levels of the step a criterion reads, and None where there are none."""
    scenarios = {"rozmowa": load_scenario(SCENARIO, filename="rozmowa.yaml")}
    ton = Criterion("T", load_scenario(SCENARIO, filename="r").title, "ton", Rating(1, 2), line=1)
    assert anchors_of(ton, scenarios, "pl") == ("Jaki był ton?", {"1": "zły", "2": "dobry"})
    elsewhere = replace(ton, where=Filter({Attribute.KIND: frozenset({"wizyta"})}))
    assert anchors_of(elsewhere, scenarios, "pl") is None
    assert anchors_of(replace(ton, reads="czas"), scenarios, "pl") is None
    assert anchors_of(replace(ton, reads="inne"), scenarios, "pl") is None
