"""Published methods and their numbers, computed by the engine from small rubrics: the engine is general enough."""

from __future__ import annotations

import pytest

from scoring.marks import explain
from scoring.results import Unscored
from scoring.rubric import Absent
from tests.scoring.tables import record, rubric_of, scores

VISIT = """
criteria:
  - {names: [k1, k2, k3, k4], group: K}
  - {name: k5, group: K, rating: [1, 5], points: 4}
  - {names: [i1, i2, i3, i4, i5], group: I}
  - {name: c1, group: C, steps: {5: 1, 10: 0.8, 15: 0.6, 30: 0.3}}
tags: {group: {K: K, I: I, C: C}}
tree:
  - node: total
    take: weighted_mean
    of:
      - {node: K, take: points, items: {group: K}, weight: 0.4}
      - {node: I, take: points, items: {group: I}, weight: 0.35}
      - {node: C, take: points, items: {group: C}, weight: 0.25}
"""


def test_the_worked_example_of_the_method_is_71_25() -> None:
    """Three of four and a 4: 6/8; three of four and a "nie dotyczy": 3/4; twelve minutes: 60."""
    answers = "k1=yes k2=yes k3=yes k4=no k5=4 i1=yes i2=yes i3=yes i4=no i5=nd c1=12"
    assert scores(rubric_of(VISIT), [record(answers)]) == {
        "total": pytest.approx(71.25, abs=1e-9),
        "K": pytest.approx(75.0),
        "I": pytest.approx(75.0),
        "C": pytest.approx(60.0),
    }


def test_a_dimension_without_data_shares_out_its_weight() -> None:
    """Without C: (0.4 * 75 + 0.35 * 75) / 0.75."""
    answers = "k1=yes k2=yes k3=yes k4=no k5=4 i1=yes i2=yes i3=yes i4=no i5=nd c1=nd"
    found = scores(rubric_of(VISIT), [record(answers)])
    assert (found["total"], found["C"]) == (pytest.approx(75.0), None)


GOVERNMENT = """
criteria:
  - number: [0, 100]
    criteria:
      - {name: appearance, points: 5}
      - {names: [accessibility, information], points: 15}
      - {names: [professionalism, speed, ease], points: 20}
      - {name: privacy, points: 5}
tree:
  - {node: by_weight, take: weighted_mean, items: [appearance, accessibility, professionalism, speed, ease, information,
     privacy]}
  - {node: by_points, take: points, items: [appearance, accessibility, professionalism, speed, ease, information,
     privacy]}
"""
PUBLISHED = "appearance=32 accessibility=15.8 professionalism=15.8 speed=30 ease=21.4 information=21.9"


def test_the_government_mystery_system_is_25_695() -> None:
    """1.6 + 2.37 + 3.16 + 6 + 4.28 + 3.285 + 5; weights as points come to the same."""
    found = scores(rubric_of(GOVERNMENT), [record(f"{PUBLISHED} privacy=100")])
    assert found == {"by_weight": pytest.approx(25.695, abs=1e-9), "by_points": pytest.approx(25.695, abs=1e-9)}


def test_what_does_not_apply_leaves_that_mean() -> None:
    """Without privacy: 20.695 of 95."""
    found = scores(rubric_of(GOVERNMENT), [record(f"{PUBLISHED} privacy=nd")])
    assert found["by_weight"] == found["by_points"] == pytest.approx(20.695 / 0.95)


SERVQUAL = """
scale: 1
criteria:
  - number: plain
    criteria:
      - {name: tangibles, points: 11}
      - {name: reliability, points: 32}
      - {name: responsiveness, points: 22}
      - {name: assurance, points: 19}
      - {name: empathy, points: 16}
tree:
  - {node: unweighted, take: mean, items: [tangibles, reliability, responsiveness, assurance, empathy]}
  - {node: weighted, take: weighted_mean, items: [tangibles, reliability, responsiveness, assurance, empathy]}
"""


def test_servqual_is_the_mean_of_five_gaps() -> None:
    """-0.858; with importance 11, 32, 22, 19 and 16 of 100: 0.0715 + 0.352 + 0.1826 + 0.133 + 0.1616."""
    gaps = "tangibles=-0.65 reliability=-1.10 responsiveness=-0.83 assurance=-0.70 empathy=-1.01"
    found = scores(rubric_of(SERVQUAL), [record(gaps)])
    assert found == {"unweighted": pytest.approx(-0.858), "weighted": pytest.approx(-0.9007)}


ARTA = """
criteria:
  - {names: [survey, inspection, compliance], number: [0, 100]}
tree:
  - node: first
    take: weighted_mean
    of: [{take: mean, items: [survey], weight: 80}, {take: mean, items: [inspection], weight: 20}]
  - node: second
    take: weighted_mean
    of: [{take: mean, items: [compliance], weight: 0.3}, {take: mean, items: [survey], weight: 0.7}]
"""


def test_arta_weighs_survey_and_inspection() -> None:
    """80/20 and, later, 30/70. Only the total 82.62 of San José was published; these inputs are ours and come to it."""
    found = scores(rubric_of(ARTA), [record("survey=84.4 inspection=75.5 compliance=90")])
    assert found == {"first": pytest.approx(82.62), "second": pytest.approx(0.3 * 90 + 0.7 * 84.4)}


TAIWAN = """
criteria:
  - {names: [switchboard_speed, unit_courtesy], number: [0, 25], points: 25}
  - {name: switchboard_courtesy, number: [0, 20], points: 20}
  - {names: [unit_speed, unit_content], number: [0, 15], points: 15}
tree:
  - {node: call, take: points,
     items: [switchboard_speed, switchboard_courtesy, unit_speed, unit_courtesy, unit_content]}
"""


@pytest.mark.parametrize(
    ("answers", "factor", "points"),
    [
        ("switchboard_speed=20 switchboard_courtesy=16 unit_speed=nd unit_courtesy=nd unit_content=nd", 2.22, 36),
        ("switchboard_speed=nd switchboard_courtesy=nd unit_speed=12 unit_courtesy=20 unit_content=9", 1.82, 41),
        ("switchboard_speed=20 switchboard_courtesy=16 unit_speed=12 unit_courtesy=20 unit_content=9", 1, 77),
    ],
    ids=["only the switchboard", "only the unit", "both"],
)
def test_taiwans_factors_are_what_leaves_the_base(answers: str, factor: float, points: float) -> None:
    """The published 2.22 and 1.82 are 100/45 and 100/55, rounded."""
    assert scores(rubric_of(TAIWAN), [record(answers)])["call"] == pytest.approx(points * factor, rel=2e-3)


SKR = """
criteria:
  - {name: treatment, rating: [1, 5]}
tree:
  - {node: index, take: mean, each: record, of: [treatment]}
"""


@pytest.mark.parametrize(("level", "worth"), [(5, 100), (4, 75), (3, 50), (2, 25), (1, 0)])
def test_skr_turns_levels_into_a_hundred(level: int, worth: float) -> None:
    """5 → 100, 4 → 75, 3 → 50, 2 → 25, 1 → 0."""
    assert scores(rubric_of(SKR), [record(f"treatment={level}")]) == {"index": pytest.approx(worth)}


def test_skrs_index_is_the_mean() -> None:
    """(100 + 75 + 75 + 25 + 0) / 5."""
    records = [record(f"treatment={level}", name=str(place)) for place, level in enumerate((5, 4, 4, 2, 1))]
    assert scores(rubric_of(SKR), records) == {"index": pytest.approx(55.0)}


NORWAY = """
criteria:
  - number: [0, 100]
    criteria:
      - {name: technical, points: 27.5}
      - {name: care, points: 17.5}
      - {name: health, points: 15}
      - {names: [school, culture], points: 12.5}
      - {name: social, points: 10}
      - {name: info, points: 5}
tree:
  - {node: total, take: weighted_mean, renormalise: RENORMALISE,
     items: [technical, care, health, school, culture, social, info]}
"""
FROYA = "info=100 care=96 social=70 technical=55 school=10 culture=20"


def test_froya_in_2016() -> None:
    """The six sectors published give 47.675 of the total 55.5: health must have been 52.17."""
    lost, shared = (rubric_of(NORWAY.replace("RENORMALISE", word)) for word in ("false", "true"))
    assert scores(lost, [record(FROYA)]) == {"total": pytest.approx(47.675)}
    assert scores(shared, [record(FROYA)]) == {"total": pytest.approx(47.675 / 0.85)}
    for rubric in (lost, shared):
        assert scores(rubric, [record(f"{FROYA} health=52.17")]) == {"total": pytest.approx(55.5, abs=1e-3)}


KOMMUNETEST = """
criteria:
  - {name: days, points: 5, steps: {1: 1, 3: 0.6, 5: 0.2}}
  - {names: [web, phone, quality], number: [0, 100]}
  - {name: in_ten_days}
tree:
  - {node: speed, take: points, items: [days]}
  - node: total
    take: weighted_mean
    of:
      - {take: mean, items: [web], weight: 40}
      - {take: mean, items: [phone], weight: 30}
      - {take: min, of: [{take: mean, items: [quality]}, in_ten_days], weight: 30}
"""


@pytest.mark.parametrize(("days", "points"), [(0, 5), (1, 5), (2, 3), (3, 3), (4, 1), (5, 1), (6, 0), (11, 0)])
def test_kommunetests_points_for_speed(days: int, points: float) -> None:
    """5 points within a working day, 3 within three, 1 within five, otherwise none."""
    tree = explain(rubric_of(KOMMUNETEST), "u", [record(f"days={days}")])
    assert tree.roots[0].earned == pytest.approx(points)


@pytest.mark.parametrize(("in_time", "total"), [("yes", 62.0), ("no", 44.0)])
def test_kommunetest_weighs_forty_thirty_thirty(in_time: str, total: float) -> None:
    """And an e-mail later than ten days is worth nothing at all."""
    answers = f"web=50 phone=80 quality=60 in_ten_days={in_time}"
    assert scores(rubric_of(KOMMUNETEST), [record(answers)])["total"] == pytest.approx(total)


ORDER = """
criteria:
  - {names: [a, b]}
tree:
  - {node: mean of composites, take: mean, each: record, of: {take: min, items: [a, b]}}
  - {node: composite of means, take: min, of: [
      {take: mean, each: record, of: [a]},
      {take: mean, each: record, of: [b]}]}
"""


def test_the_order_of_aggregation_matters() -> None:
    """As in the European benchmark: the mean of composites is not the composite of means."""
    records = [record("a=yes b=no"), record("a=no b=yes", name="2")]
    expected = {"mean of composites": pytest.approx(0.0), "composite of means": pytest.approx(50.0)}
    assert scores(rubric_of(ORDER), records) == expected


CHANNEL = """
records: [{not_checked_at_most: 0.25}]
criteria:
  - {names: [a, b, c]}
  - {name: open, points: 1, critical: [no]}
tree:
  - {node: channel, take: mean, needs: 2, critical_cap: 0.5, each: record, of: {take: points, items: [a, b, c, open]}}
"""
GOOD = "a=yes b=yes c=yes open=yes"


def test_a_failed_critical_item_caps_the_channel() -> None:
    """Three quarters and everything: 87.5, but shown as 50; without the failure it stays."""
    rubric = rubric_of(CHANNEL)
    failed = [record(GOOD), record("a=yes b=yes c=yes open=no", name="2")]
    passed = [record(GOOD), record("a=yes b=yes c=no open=yes", name="2")]
    assert (scores(rubric, failed), scores(rubric, passed)) == ({"channel": 50.0}, {"channel": 87.5})
    assert explain(rubric, "u", failed).roots[0].capped
    low = [record("a=no b=no c=no open=no"), record("a=no b=yes c=no open=no", name="2")]
    assert scores(rubric, low) == {"channel": 12.5}


def test_a_report_hardly_checked_goes_back() -> None:
    """A quarter not checked is let pass; half is not scored, and then there are too few."""
    rubric = rubric_of(CHANNEL)
    quarter = [record(GOOD), record("a=yes b=no c=ns open=yes", name="2")]
    half = [record(GOOD), record("a=yes b=ns c=ns open=yes", name="2")]
    assert scores(rubric, quarter)["channel"] == pytest.approx((1 + 2 / 3) / 2 * 100)
    assert scores(rubric, half) == {"channel": None}
    assert explain(rubric, "u", half).unscored == (Unscored("2", Absent.MUCH_NOT_CHECKED, 0.5),)


def test_too_few_reports_have_no_score() -> None:
    """One of the two needed: "za mało danych", which is not nought."""
    found = explain(rubric_of(CHANNEL), "u", [record(GOOD)])
    assert (found.roots[0].value, found.roots[0].absent) == (None, Absent.TOO_FEW)
