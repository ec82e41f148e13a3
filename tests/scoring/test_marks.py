"""Marks by hand and by law: each way of combining, each missing answer, and the same numbers however they are asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import columns
from scoring import plan as plans
from scoring.marks import explain, prepare, score
from scoring.mixing import weightiest
from scoring.plan import plan_of
from scoring.results import Read, Result, Score
from scoring.rubric import Absent, Attribute, Filter, Rubric, Take
from scoring.rubric_loader import load
from scoring.table import Record
from scoring.worth import fits

HEAD = """\
spec_version: 1
name: x
title: T
languages: [pl]
words: {not_applicable: [nd], not_checked: [ns]}
"""

CRITERIA = """\
criteria:
  - {name: A}
  - {name: B, points: 2}
  - {name: C, points: 3, critical: [no]}
  - {name: V, where: {kind: visit}}
  - {name: P, where: {kind: phone, answers: {open: [yes]}}}
"""


def rubric(tree: str, *, criteria: str = CRITERIA, head: str = "") -> Rubric:
    """A small rubric."""
    return load(f"{HEAD}{head}{criteria}tree:\n{tree}", filename="x.yaml")


def record(name: str = "1", *, kind: str = "visit", group: str = "A", level: str = "", **answers: str) -> Record:
    """A record of the unit u."""
    return Record("u", name, kind, group, level, "gmina", answers)


def value(tree: str, *records: Record, head: str = "", criteria: str = CRITERIA) -> float | None:
    """What the first named node of the tree comes to, as a percentage."""
    return score(rubric(tree, head=head, criteria=criteria), "u", records)[0].value


def top(tree: str, *records: Record, head: str = "") -> Result:
    """The first root, explained."""
    return explain(rubric(tree, head=head), "u", records).roots[0]


# What one answer is worth -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("worth", "answers"),
    [
        ("yes: 1, no: 0", {"yes": 100, "no": 0, "YES": None, " yes": None, "": None}),
        ("reverse: true", {"yes": 0, "no": 100}),
        ("levels: {a: 1, b: 0.25, c: leave}", {"a": 100, "b": 25, "c": None, "d": None}),
        ("rating: [1, 5]", {"1": 0, "2": 25, "5": 100, "0": None, "6": None, "4.5": None, "-1": None, "٣": None}),
        ("count: 4", {"3": 75, "9": 100, "3/4": 75, "3/5": None, "x": None, "-1": None, "1.5": None}),
        ("count: key", {"3/6": 50, "7/6": 100, "3": None, "1/0": None, "3/6/1": None}),
        ("steps: {5: 1, 10: .8}, beyond: .1", {"0": 100, "5": 100, "5.01": 80, "10": 80, "11": 10, "fast": None}),
        ("number: [0, 50]", {"0": 0, "25": 50, "50.00000000001": 100, "51": None, "-1": None, "2,5": None}),
        ("number: plain", {"-0.5": -50, "1e1": 1000, "nan": None, "inf": None, "1_0": None, "٣": None, "": None}),
    ],
)
def test_an_answer_is_worth_what_is_written_or_nothing_is_known(
    worth: str, answers: Mapping[str, float | None]
) -> None:
    """Whatever is not exactly one of the answers expected has no value."""
    small = rubric("  - {node: n, take: mean, of: [A]}\n", criteria=f"criteria: [{{name: A, {worth}}}]\n")
    found = {answer: score(small, "u", [record(A=answer)])[0].value for answer in answers}
    assert found == pytest.approx(answers)


def test_what_a_criterion_cannot_read_is_unknown_and_the_words_for_nothing_are_not() -> None:
    """Four reasons, kept apart, in a criterion on its own."""
    tree = "  - {take: mean, of: [A]}\n"
    for answer, reason in (("maybe", "unknown"), ("nd", "not_applicable"), ("ns", "not_checked")):
        assert top(tree, record(A=answer)).children[0].absent == reason
    assert top(tree, record()).children[0].absent is Absent.UNANSWERED
    assert top(tree, record()).absent is Absent.UNANSWERED
    assert top(tree).children == ()


# How a node combines ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("take", "expected"),
    [
        ("points", 200 / 3),
        ("mean", 200 / 3),
        ("share", 200 / 3),
        ("min", 0),
        ("max", 100),
        ("any", 100),
        ("first", 100),
    ],
)
def test_each_way_of_combining(take: str, expected: float) -> None:
    """A yes, B no (2 points), C yes (3 points): 4 of 6 points; 2 of 3 answers."""
    tree = f"  - {{node: n, take: {take}, of: [A, B, C]}}\n"
    assert value(tree, record(A="yes", B="no", C="yes")) == pytest.approx(expected)


def test_any_of_what_is_not_full_is_nothing() -> None:
    """Half is not yes."""
    halves = "criteria: [{name: A, yes: 0.5, no: 0}, {name: B}]\n"
    assert value("  - {node: n, take: any, of: [A, B]}\n", record(A="yes", B="no"), criteria=halves) == 0


def test_a_weighted_mean_shares_out_the_weights_of_what_is_missing() -> None:
    """Criteria weigh their points, nodes what is written: 0.4 x 1 + 0.2 x 0 of 0.6, and then of 1."""
    tree = """\
  - node: n
    take: weighted_mean
    of: [{take: mean, of: [A], weight: 0.4}, {take: mean, of: [B], weight: 0.2}, {take: mean, of: [C], weight: 0.4}]
"""
    assert value(tree, record(A="yes", B="no", C="nd")) == pytest.approx(200 / 3)
    lost = tree + "    renormalise: false\n"
    assert value(lost, record(A="yes", B="no", C="nd")) == pytest.approx(40)
    assert value("  - {node: n, take: weighted_mean, of: [A, C]}\n", record(A="yes", C="no")) == 25


def test_weights_that_are_nothing_give_no_value() -> None:
    """Items of no points are told and do not weigh; alone they are too few."""
    none = "criteria: [{name: A, points: 0}, {name: B, points: 0}]\n"
    for take in ("points", "weighted_mean"):
        small = rubric(f"  - {{node: n, take: {take}, of: [A, B]}}\n", criteria=none)
        found = explain(small, "u", [record(A="yes", B="no")])
        assert found.roots[0].absent is Absent.TOO_FEW
        assert [child.share for child in found.roots[0].children] == [None, None]


@pytest.mark.parametrize(
    ("take", "treatment", "expected"),
    [
        ("mean", "leave", 100), ("mean", "zero", 50), ("mean", "void", None),
        ("points", "leave", 100), ("points", "zero", 100 / 3), ("points", "void", None),
        ("share", "zero", 50), ("weighted_mean", "zero", 100 / 3),
    ],
)  # fmt: skip
def test_what_a_missing_answer_does_is_said_by_its_reason(take: str, treatment: str, expected: float | None) -> None:
    """A yes (1 point), B not checked (2 points); the other reasons still leave."""
    tree = f"  - {{node: n, take: {take}, of: [A, B], if_absent: {{not_checked: {treatment}}}}}\n"
    assert value(tree, record(A="yes", B="ns")) == (None if expected is None else pytest.approx(expected))
    assert value(tree, record(A="yes", B="nd")) == 100
    assert value(tree, record(A="yes")) == 100


def test_weights_that_are_not_shared_out_are_lost() -> None:
    """Half of the answers, a third of the points."""
    for take, expected in (("mean", 50), ("share", 50), ("points", 100 / 3), ("weighted_mean", 100 / 3)):
        tree = f"  - {{node: n, take: {take}, of: [A, B], renormalise: false}}\n"
        found = explain(rubric(tree), "u", [record(A="yes", B="nd")])
        assert found.scores[0].value == pytest.approx(expected)
        assert found.roots[0].children[0].share == pytest.approx(expected / 100)
        assert found.roots[0].children[1].share is None


def test_points_lost_further_below_stay_in_the_base() -> None:
    """A node that shares out below one that does not."""
    tree = "  - {node: n, take: points, renormalise: false, of: [A, {take: points, of: [B, C]}]}\n"
    found = explain(rubric(tree), "u", [record(A="yes", B="yes", C="nd")])
    assert found.scores[0].value == pytest.approx(50)
    assert [child.share for child in found.roots[0].children] == pytest.approx([1 / 6, 2 / 6])


def test_points_of_a_node_that_chooses_are_those_of_what_it_chose() -> None:
    """The better of A (1 point) and B (2 points), beside C (3 points)."""
    tree = "  - {node: n, take: points, of: [{take: max, of: [A, B]}, C]}\n"
    assert value(tree, record(A="yes", B="no", C="no")) == 25
    assert value(tree, record(A="no", B="yes", C="no")) == 40


def test_too_few_is_a_reason_of_its_own() -> None:
    """Fewer records than needed, none at all, or all of them beside the point."""
    tree = "  - {node: n, take: mean, each: record, needs: 2, of: {take: mean, of: [A]}}\n"
    assert value(tree, record("1", A="yes"), record("2", A="no")) == 50
    assert top(tree, record(A="yes")).absent is Absent.TOO_FEW
    assert top(tree).absent is Absent.TOO_FEW
    assert top(tree, record(A="ns")).absent is Absent.TOO_FEW
    assert top(tree, record(A="nd")).absent is Absent.NOT_APPLICABLE


def test_the_weightiest_reason_is_told() -> None:
    """Something unknown before something not checked, before what was not asked."""
    tree = "  - {take: mean, of: [A, B, C]}\n"
    assert top(tree, record(A="ns", B="nd")).absent is Absent.NOT_CHECKED
    assert top(tree, record(A="ns", B="?")).absent is Absent.UNKNOWN
    assert top(tree, record(A="nd", B="nd", C="nd")).absent is Absent.NOT_APPLICABLE
    assert weightiest([]) is Absent.UNANSWERED


def test_a_void_tells_the_first_reason() -> None:
    """A node that is void because of what lies below."""
    tree = "  - {take: mean, of: [A, B, C], if_absent: {not_checked: void, unknown: void}}\n"
    assert top(tree, record(A="ns", B="?", C="yes")).absent is Absent.NOT_CHECKED


# Records ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("across", "expected"), [("max", 100), ("min", 0), ("mean", 50), ("one", None)])
def test_several_records_become_one_answer_as_it_is_said(across: str, expected: float | None) -> None:
    """One yes and one no, one beside the point, one empty."""
    records = [record("1", A="yes"), record("2", A="no"), record("3", A="nd"), record("4")]
    assert value(f"  - {{node: n, across: {across}, take: mean, of: [A]}}\n", *records) == expected


def test_one_record_must_be_the_only_one_that_answers() -> None:
    """Empty ones do not count, and the same record twice is one."""
    tree = "  - {node: n, take: mean, of: [A]}\n"
    one, empty = record("1", A="yes"), record("2")
    assert value(tree, one, empty) == 100
    assert value(tree, empty, record("3")) is None
    assert prepare(rubric(tree), "u", [one, empty]).resampled([0, 0, 1]) == {"n": 100}
    assert top(tree, one, record("2", A="yes")).children[0].absent is Absent.UNKNOWN


def test_several_records_without_a_value_tell_the_weightiest_reason() -> None:
    """Not checked before not applicable; an empty one tells nothing beside another."""
    tree = "  - {across: max, take: mean, of: [A]}\n"
    assert top(tree, record("1", A="nd"), record("2", A="ns")).children[0].not_checked == 1
    assert top(tree, record("1", A="nd"), record("2")).absent is Absent.NOT_APPLICABLE
    assert top(tree, record("1"), record("2")).absent is Absent.UNANSWERED


def test_a_criterion_belongs_to_records_its_filter_lets_through() -> None:
    """Of a single record, of several, by an answer; what belongs to none is not there at all."""
    tree = "  - {node: n, across: mean, take: mean, if_absent: {unanswered: zero}, of: [V, P]}\n"
    assert value(tree, record(V="yes", P="no")) == 100
    assert value(tree, record(V="yes"), record("2", kind="phone", P="no", open="yes")) == 50
    assert value(tree, record(V="yes"), record("2", kind="phone", P="no", open="no")) == 100
    assert value(tree, record(kind="phone", open="yes")) == 0
    assert value(tree, record(kind="phone", P="no")) is None
    assert top(tree, record(V="yes", P="no")).children[0].name == "V"
    assert len(top(tree, record(V="yes", P="no")).children) == 1


def test_a_node_looks_at_the_records_its_filter_lets_through() -> None:
    """By each attribute."""
    records = [record("1", kind="visit", A="yes"), record("2", kind="phone", group="B", level="l", A="no")]
    for where in ("kind: phone", "group: B", "level: l", "record: '2'", "type: gmina, answers: {A: [no, ns]}"):
        assert value(f"  - {{node: n, take: mean, where: {{{where}}}, of: [A]}}\n", *records) == 0
    assert value("  - {node: n, take: mean, where: {type: powiat}, of: [A]}\n", *records) is None


def test_each_gives_rows_of_its_own_for_named_nodes() -> None:
    """In the order of the tree; below a record there are none."""
    tree = """\
  - node: all
    take: mean
    each: group
    of: {node: juror, take: mean, each: kind, of: {node: kind, take: mean, each: record, of: {use: one}}}
definitions:
  one: {node: r, take: mean, of: [A]}
"""
    records = [
        record("1", group="B", A="no"),
        record("2", group="A", A="yes"),
        record("3", group="A", kind="phone", A="no"),
    ]
    assert score(rubric(tree), "u", records) == (
        Score("u", "all", 25),
        Score("u|A", "juror", 50),
        Score("u|A|phone", "kind", 0),
        Score("u|A|visit", "kind", 100),
        Score("u|B", "juror", 0),
        Score("u|B|visit", "kind", 0),
    )


def test_what_belongs_to_none_of_a_part_is_not_there() -> None:
    """A criterion as the only child of each record or group."""
    records = [record("1", V="yes"), record("2", kind="phone", group="B")]
    for each in ("record", "group"):
        tree = f"  - {{node: n, take: mean, each: {each}, if_absent: {{unanswered: zero}}, of: V}}\n"
        assert value(tree, *records) == 100
        assert len(top(tree, *records).children) == 1


def test_a_record_with_too_much_not_checked_is_left_out_and_told() -> None:
    """A quarter is still enough; more is not. Another kind has no rule."""
    head = "records:\n  - {where: {kind: visit}, not_checked_at_most: 0.5}\n"
    tree = "  - {node: n, take: mean, each: record, of: {take: points, of: [A, B, C]}}\n"
    half, more = record("1", A="yes", B="yes", C="ns"), record("2", A="no", B="ns", C="ns")
    other = record("3", kind="phone", A="no", B="ns", C="ns")
    assert value(tree, half, more, head=head) == 100
    assert value(tree, half, other, head=head) == 50
    assert value(tree, record(V="nd"), head=head) is None
    (left_out,) = explain(rubric(tree, head=head), "u", [half, more]).unscored
    assert (left_out.record, left_out.reason) == ("2", Absent.MUCH_NOT_CHECKED)
    assert left_out.share == pytest.approx(5 / 6)
    assert prepare(rubric(tree, head=head), "u", [more, half]).resampled([0, 1]) == {"n": 100}


# Critical items -----------------------------------------------------------------------------------------------------


def test_a_critical_item_caps_the_node_that_says_so() -> None:
    """Named once for each record it failed in; a value below the cap stays."""
    tree = "  - {node: n, take: mean, critical_cap: 0.5, each: record, of: {take: mean, of: [A, C]}}\n"
    records = [record("1", A="yes", C="yes"), record("2", A="yes", C="no"), record("3", A="yes", C="yes")]
    found = top(tree, *records)
    assert (found.value, found.capped, found.critical) == (0.5, True, ("C",))
    assert [child.critical for child in found.children] == [(), ("C",), ()]
    low = top(tree, record("1", A="no", C="no"), record("2", A="no", C="no"))
    assert (low.value, low.capped, low.critical) == (0.0, False, ("C", "C"))
    assert not top(tree, records[0]).capped


def test_a_capped_node_brings_the_points_that_are_left_to_it() -> None:
    """C failed: 1.5 of 3 points of the node, and none of B's."""
    capped = "{take: points, critical_cap: 0.25, of: [A, C]}"
    tree = f"  - {{node: n, take: points, of: [{capped}, B]}}\n"
    reverse = CRITERIA.replace("critical: [no]", "reverse: true, critical: [no]")
    assert value(tree, record(A="yes", B="no", C="no"), criteria=reverse) == pytest.approx(100 * 1 / 6)


def test_a_failure_in_one_record_is_forgiven_where_the_best_record_counts() -> None:
    """And only there."""
    records = [record("1", C="no"), record("2", C="yes")]
    for across, critical in (("max", ()), ("min", ("C",)), ("mean", ("C",)), ("one", ("C",))):
        assert top(f"  - {{across: {across}, take: mean, of: [C]}}\n", *records).critical == critical
    assert top("  - {across: max, take: mean, of: [C]}\n", record("1", C="no"), record("2", C="no")).critical == (
        "C",
        "C",
    )


def test_a_critical_answer_may_be_worth_nothing_known() -> None:
    """A word that is critical and leaves the base fails all the same."""
    source = "criteria: [{name: A, levels: {ok: 1, leak: leave}, critical: leak}]\n"
    small = rubric("  - {node: n, take: mean, critical_cap: 0, of: [A]}\n", criteria=source)
    assert explain(small, "u", [record(A="leak")]).roots[0].critical == ("A",)


# Why ----------------------------------------------------------------------------------------------------------------


def test_an_explanation_leads_down_to_the_answers() -> None:
    """Every record that was looked at, also an empty one, and which points came of it."""
    tree = "  - {node: n, label: Znak, across: mean, take: points, of: [A, {take: mean, each: group, of: V}, B]}\n"
    found = explain(rubric(tree), "u", [record("1", A="yes", B="ns", V="no"), record("2", group="B", V="yes")])
    root = found.roots[0]
    assert (root.label.in_language("pl"), root.take, root.earned, root.possible) == ("Znak", Take.POINTS, 2.0, 3.0)
    assert root.not_checked == 2
    a, v, b = root.children
    assert (a.reads, a.share) == ((Read("1", "A", "yes"), Read("2", "A", None)), pytest.approx(1 / 3))
    assert (v.take, v.share, [child.of for child in v.children]) == (Take.MEAN, pytest.approx(2 / 3), ["A", "B"])
    assert (b.take, b.absent, b.share) == (None, Absent.NOT_CHECKED, None)
    assert found.scores == (Score("u", "n", 2 / 3 * 100),)


def test_a_root_of_one_criterion_is_explained_like_any_other() -> None:
    """The choice of a node that chooses has the whole weight."""
    root = top("  - {take: min, of: [A, B]}\n", record(A="yes", B="no"))
    assert [child.share for child in root.children] == [None, 1.0]


def test_a_node_counted_as_nothing_has_its_weight() -> None:
    """Zeroes are shown with the weight they count with, in points and in means."""
    for take, expected in (("points", [1 / 3, 2 / 3]), ("mean", [0.5, 0.5])):
        tree = f"  - {{take: {take}, of: [A, B], if_absent: {{not_checked: zero}}}}\n"
        found = [child.share for child in top(tree, record(A="yes", B="ns")).children]
        assert found == pytest.approx(expected)


# Laws ---------------------------------------------------------------------------------------------------------------

ANSWERS = st.sampled_from(["yes", "no", "nd", "ns", "maybe"])
RECORDS = st.lists(
    st.builds(
        lambda kind, group, answers: record("", kind=kind, group=group, **answers),
        st.sampled_from(["visit", "phone"]),
        st.sampled_from(["A", "B"]),
        st.dictionaries(st.sampled_from(["A", "B", "C", "V", "P", "open"]), ANSWERS, max_size=6),
    ),
    max_size=5,
).map(lambda found: [replace(one, name=str(number)) for number, one in enumerate(found)])
TAKES = st.sampled_from([take.value for take in Take])
SETTINGS = st.lists(
    st.sampled_from(
        [
            "renormalise: false",
            "critical_cap: 0.5",
            "needs: 2",
            "if_absent: {not_checked: zero}",
            "if_absent: {unanswered: zero, unknown: void}",
            "where: {kind: visit}",
            "where: {answers: {A: [yes, nd]}}",
        ]
    ),
    max_size=3,
    unique_by=lambda setting: setting.split(":", maxsplit=1)[0],
).map(lambda found: "".join(f", {setting}" for setting in found))


@st.composite
def trees(draw: st.DrawFn) -> str:
    """Trees of three floors with everything that can be written."""
    numbers = count(1)

    def node(depth: int, *, weighed: bool) -> str:
        take = draw(TAKES)
        each = draw(st.sampled_from(["", "record", "group", "kind"])) if take != "weighted_mean" else ""
        size = 1 if each else draw(st.integers(1, 3))
        leaf = st.sampled_from(["A", "B", "C", "V", "P"])
        parts = [
            draw(leaf) if depth == 0 or draw(st.booleans()) else node(depth - 1, weighed=take == "weighted_mean")
            for _ in range(size)
        ]
        above = ", weight: 0.3" if weighed else ""
        across = draw(st.sampled_from(["", ", across: max", ", across: mean", ", across: min", ", across: one"]))
        cut = f", each: {each}" if each else ""
        name = f"node: n{next(numbers)}, " if draw(st.booleans()) else ""
        return f"{{{name}take: {take}, of: [{', '.join(parts)}]{cut}{across}{above}{draw(SETTINGS)}}}"

    return f"  - {{node: n, take: mean, of: [{node(2, weighed=False)}]}}\n"


def _all(results: Iterable[Result]) -> Iterable[Result]:
    for result in results:
        yield result
        yield from _all(result.children)


@settings(max_examples=70, deadline=None)
@given(trees(), RECORDS, st.randoms(use_true_random=False))
def test_a_score_and_its_explanation_are_the_same_whatever_the_order(
    tree: str, records: list[Record], chance: object
) -> None:
    """Exactly, not nearly; also when it is drawn again from all of the records."""
    small = rubric(tree, head="records:\n  - {not_checked_at_most: 0.6}\n")
    found = score(small, "u", records)
    explained = explain(small, "u", records)
    assert explained.scores == found
    shuffled = list(records)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert score(small, "u", shuffled) == found
    again = prepare(small, "u", records)
    order = sorted(range(len(records)), key=lambda place: records[place].name)
    for _ in range(2):
        assert again.resampled(order) == {row.node: row.value for row in found if row.unit == "u"}


@settings(max_examples=50, deadline=None)
@given(trees(), RECORDS.filter(bool), st.data())
def test_what_is_kept_from_one_draw_to_the_next_changes_nothing(
    tree: str, records: list[Record], data: st.DataObject
) -> None:
    """Draw after draw from records made ready once, and each from records made ready anew."""
    small = rubric(tree)
    again = prepare(small, "u", records)
    for chosen in data.draw(st.lists(st.lists(st.integers(0, len(records) - 1), max_size=6), min_size=2, max_size=4)):
        assert again.resampled(chosen) == prepare(small, "u", records).resampled(chosen)


@settings(max_examples=70, deadline=None)
@given(trees(), RECORDS)
def test_weights_add_up_and_values_keep_their_bounds(tree: str, records: list[Record]) -> None:
    """Where weights are shared out they are 1 together; a value is between nothing and all."""
    for result in _all(explain(rubric(tree), "u", records).roots):
        assert (result.value is None) != (result.absent is None)
        if result.value is None:
            assert all(child.share is None for child in result.children)
            continue
        assert 0 <= result.value <= 1
        assert result.earned == pytest.approx(result.value * result.possible) or result.take is Take.POINTS
        together = sum(child.share or 0.0 for child in result.children)
        assert result.take is None or 0 < together < 1 + 1e-9
        if result.take in {Take.MIN, Take.MAX, Take.ANY, Take.FIRST}:
            assert together == 1


@settings(max_examples=50, deadline=None)
@given(RECORDS, TAKES)
def test_what_does_not_apply_never_changes_a_mean(records: list[Record], take: str) -> None:
    """One more record, or one more item, that says only "nie dotyczy"."""
    small = (
        rubric(f"  - {{node: n, take: {take}, each: record, of: {{take: mean, of: [A, B]}}}}\n")
        if (take != "weighted_mean")
        else rubric("  - {node: n, take: weighted_mean, of: [{take: mean, across: mean, of: [A, B], weight: 1}]}\n")
    )
    more = [*records, record("more", A="nd", B="nd")]
    assert score(small, "u", more)[0].value == score(small, "u", records)[0].value


@settings(max_examples=60, deadline=None)
@given(RECORDS.filter(bool), st.data())
def test_drawing_a_record_twice_is_as_if_there_were_two(records: list[Record], data: st.DataObject) -> None:
    """For whatever is taken over records."""
    tree = "  - {node: n, take: mean, each: record, of: {take: points, of: [A, B, {take: any, each: kind, of: C}]}}\n"
    small = rubric(tree)
    chosen = data.draw(st.lists(st.integers(0, len(records) - 1), max_size=6))
    named = [replace(records[place], name=f"{place}.{turn}") for turn, place in enumerate(chosen)]
    drawn = prepare(small, "u", records).resampled(chosen)
    assert drawn["n"] == pytest.approx(score(small, "u", named)[0].value)


# Ground -------------------------------------------------------------------------------------------------------------


def test_a_rubric_is_made_ready_once_and_what_stands_twice_is_one_plan() -> None:
    """Two definitions that are alike are computed once for each record."""
    tree = "  - {node: a, take: mean, each: record, of: {take: mean, of: [A]}}\n"
    small = rubric(tree + tree.replace("node: a", "node: b"))
    first, second = plan_of(small).roots
    assert plan_of(small).roots[0] is first
    assert first.children == second.children
    assert replace(small) == small


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers and kinds beyond the bound are judged anew each time, to the same marks."""
    monkeypatch.setattr(plans, "MAX_REMEMBERED", 0)
    monkeypatch.setattr(columns, "MAX_REMEMBERED", 0)
    assert value("  - {node: n, take: mean, of: [A, B]}\n", record(A="yes", B="no")) == 50


def test_a_filter_asks_for_every_attribute() -> None:
    """Type too, which no column of ours splits by."""
    assert fits(Filter({Attribute.TYPE: frozenset({"gmina"})}), record())
    assert not fits(Filter({}, {"A": frozenset({"yes"})}), record())


def test_the_worked_example_of_the_method() -> None:
    """71.25: 0.4 x 75 + 0.35 x 75 + 0.25 x 60."""
    source = """\
criteria:
  - {names: [k1, k2, k3, k4], dimension: K}
  - {name: k5, points: 4, rating: [1, 5], dimension: K}
  - {names: [i1, i2, i3, i4, i5], dimension: I}
  - {name: c1, steps: {5: 1, 10: 0.8, 15: 0.6, 30: 0.3}, points: 4, dimension: C}
"""
    tree = """\
  - node: total
    take: weighted_mean
    of:
      - {weight: 0.40, take: points, items: {dimension: K}}
      - {weight: 0.35, take: points, items: {dimension: I}}
      - {weight: 0.25, take: points, items: {dimension: C}}
"""
    answers = {"k1": "yes", "k2": "yes", "k3": "yes", "k4": "no", "k5": "4", "c1": "12"}
    facts = {"i1": "yes", "i2": "yes", "i3": "yes", "i4": "no", "i5": "nd"}
    head = "tags: {dimension: {K: K, I: I, C: C}}\n"
    assert value(tree, record(**answers, **facts), criteria=source, head=head) == pytest.approx(71.25)
