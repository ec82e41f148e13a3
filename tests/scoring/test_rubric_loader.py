"""From YAML to a Rubric: everything of the language is read, and what is wrong is told with its line and a remedy."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.model import Text
from scenarios.problems import ScenarioError, describe
from scoring import rubric_criteria
from scoring.rubric import (
    Absent,
    Across,
    Attribute,
    Counted,
    Filter,
    IfAbsent,
    Levels,
    Node,
    Number,
    Rating,
    RecordRule,
    Selection,
    StepTable,
    Take,
    Words,
)
from scoring.rubric_loader import load, read

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
LIBRARY = Path(__file__).parent.parent.parent / "scoring" / "library"
EXPECT = re.compile(r'# expect: line (\d+), code ([\w-]+), "(.+)"')

FULL = """\
spec_version: 1
name: a-rubric
title: {pl: Tytuł, en: Title}
languages: [pl, en]
scale: 10
words: {not_applicable: [nd], not_checked: [ns]}
scenarios: [wizyta]
tags:
  dimension: {K: {pl: Kultura, en: Courtesy}, I: Info}
  colour: {red: Red}
records:
  - {where: {kind: wizyta}, not_checked_at_most: 0.25}
criteria:
  - {name: plain}
  - {name: backwards, reverse: true, critical: yes, label: {pl: Źle, en: Badly}}
  - {name: half, yes: 0.5, no: leave}
  - {name: levels, levels: {a: 1, b: ~, c: null}, reads: q, points: 2.5, dimension: K}
  - {name: level, rating: [1, 4], observed_in: [why], evidence: [photo, paper]}
  - {name: key, count: key}
  - {name: three, count: 3}
  - {name: minutes, steps: {5: 1, 10: .8}, beyond: 0.1}
  - {name: minutes2, steps: {5: 1}}
  - {name: amount, number: plain}
  - {name: percent, number: [0, 100]}
  - where: {kind: wizyta, level: [a, b], answers: {open: [yes, no]}}
    points: 3
    dimension: I
    criteria:
      - {names: [I1, I2]}
      - points: 4
        criteria:
          - {name: I3, dimension: K}
definitions:
  twice: {node: inner, take: points, items: {dimension: [K, I]}, where: {kind: [wizyta, telefon]}}
tree:
  - node: all
    label: {pl: Wszystko, en: All}
    take: weighted_mean
    across: max
    of:
      - plain
      - {use: twice, weight: 0.4, node: other, label: Inne, where: {kind: wizyta, answers: {open: yes}}}
      - {take: first, weight: 1, across: mean, of: {take: any, of: half}}
  - take: mean
    each: record
    of: {take: share, items: [plain, half]}
    needs: 2
    if_absent: {not_checked: zero, unanswered: void}
    renormalise: false
    critical_cap: 0.5
  - {take: max, each: group, of: {use: twice}}
award: {total: all}
"""


def node(source: str) -> Node:
    """The first root of the full rubric, with another tree."""
    return load(FULL.split("tree:", maxsplit=1)[0] + "tree:\n" + source, filename="x.yaml").roots[0]


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_gets_exactly_the_problems_it_announces(path: Path) -> None:
    """Line, code and words are as written in the file, and nothing else is told."""
    source = path.read_text(encoding="utf-8")
    announced = [EXPECT.fullmatch(line) for line in source.splitlines() if line.startswith("# expect:")]
    draft = read(source, filename=path.name)
    found = [
        (str(problem.line), problem.code.value, describe(problem).removeprefix(f"{path.name}:{problem.line}: "))
        for problem in draft.problems
    ]
    assert found
    assert found == [match.groups() for match in announced if match]
    assert draft.rubric is None


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_rubrics_that_ship_can_be_read(path: Path) -> None:
    """Nothing is wrong with them, and each is named as its file."""
    assert load(path.read_text(encoding="utf-8"), filename=path.name).name == path.stem


def test_what_is_said_of_a_whole_rubric_is_read() -> None:
    """Words, tags, rules of records, the scale, and the version of the content."""
    rubric = load(FULL, filename="x.yaml")
    assert (rubric.name, rubric.scale, rubric.languages, rubric.scenarios) == (
        "a-rubric",
        10,
        ("pl", "en"),
        ("wizyta",),
    )
    assert rubric.title == Text({"pl": "Tytuł", "en": "Title"})
    assert rubric.words == Words(frozenset({"nd"}), frozenset({"ns"}))
    assert rubric.tags["dimension"]["I"] == Text({"pl": "Info", "en": "Info"})
    assert rubric.records == (RecordRule(Filter({Attribute.KIND: frozenset({"wizyta"})}), 0.25),)
    assert rubric.version == sha256(FULL.encode()).hexdigest()
    assert load(FULL.replace("\n", "\r\n"), filename="x.yaml").version == rubric.version
    assert rubric.award is not None
    assert rubric.award.total == "all"


def test_what_an_answer_is_worth_is_read_in_every_way_it_can_be_written() -> None:
    """Yes and no, levels, ratings, counts, step tables and numbers."""
    criteria = load(FULL, filename="x.yaml").criteria
    assert {name: criteria[name].worth for name in list(criteria)[:11]} == {
        "plain": Levels({"yes": 1.0, "no": 0.0}),
        "backwards": Levels({"yes": 0.0, "no": 1.0}),
        "half": Levels({"yes": 0.5, "no": None}),
        "levels": Levels({"a": 1.0, "b": None, "c": None}),
        "level": Rating(1, 4),
        "key": Counted(),
        "three": Counted(3),
        "minutes": StepTable(((5.0, 1.0), (10.0, 0.8)), 0.1),
        "minutes2": StepTable(((5.0, 1.0),), 0.0),
        "amount": Number(),
        "percent": Number(0.0, 100.0),
    }


def test_the_rest_of_a_criterion_is_read() -> None:
    """What it reads, weighs, belongs to and is shown by; its label is its name where none is written."""
    criteria = load(FULL, filename="x.yaml").criteria
    levels, level, backwards = criteria["levels"], criteria["level"], criteria["backwards"]
    assert (levels.reads, levels.points, levels.tags) == ("q", 2.5, {"dimension": "K"})
    assert (level.observed_in, level.evidence, level.reads, level.points) == (("why",), ("photo", "paper"), "level", 1)
    assert (backwards.critical, backwards.label.in_language("en")) == (frozenset({"yes"}), "Badly")
    assert level.label == Text({"pl": "level", "en": "level"})


def test_a_group_says_what_its_members_do_not_say_themselves() -> None:
    """Groups may stand in groups."""
    criteria = load(FULL, filename="x.yaml").criteria
    where = Filter(
        {Attribute.KIND: frozenset({"wizyta"}), Attribute.LEVEL: frozenset({"a", "b"})},
        {"open": frozenset({"yes", "no"})},
    )
    assert {
        name: (one.points, one.tags["dimension"], one.where) for name, one in criteria.items() if name[0] == "I"
    } == {
        "I1": (3.0, "I", where),
        "I2": (3.0, "I", where),
        "I3": (4.0, "K", where),
    }


def test_a_tree_is_read_with_its_definitions_put_in() -> None:
    """A use may rename, relabel, weigh and narrow; ``across`` holds for everything below."""
    first, second, third = load(FULL, filename="x.yaml").roots
    plain, used, chosen = first.children
    assert (first.name, first.take, first.across, plain) == ("all", Take.WEIGHTED_MEAN, Across.MAX, "plain")
    assert isinstance(used, Node)
    assert isinstance(chosen, Node)
    assert (used.name, used.weight, used.across, used.label.in_language("pl")) == ("other", 0.4, Across.MAX, "Inne")
    assert used.where == Filter({Attribute.KIND: frozenset({"wizyta"})}, {"open": frozenset({"yes"})})
    assert used.items == Selection((), {"dimension": frozenset({"K", "I"})})
    assert isinstance(chosen.children[0], Node)
    assert (chosen.children[0].across, chosen.children[0].children) == (Across.MEAN, ("half",))
    assert (second.each, second.needs, second.renormalise, second.critical_cap) == (Attribute.RECORD, 2, False, 0.5)
    assert second.if_absent == {Absent.NOT_CHECKED: IfAbsent.ZERO, Absent.UNANSWERED: IfAbsent.VOID}
    assert isinstance(third.children[0], Node)
    assert (third.children[0].name, third.children[0].weight) == ("inner", None)


def test_filters_of_a_use_and_its_definition_must_both_hold() -> None:
    """Also about answers."""
    used = node("  - {use: twice, where: {kind: [telefon, email], answers: {a: [x, y]}}}\n")
    assert used.where == Filter({Attribute.KIND: frozenset({"telefon"})}, {"a": frozenset({"x", "y"})})


def test_nodes_of_one_name_may_stand_beside_each_other_where_no_record_is_in_both() -> None:
    """Told apart by an attribute, by an answer, or by what they are for each of."""
    for other in ("where: {kind: b}, ", "where: {kind: a, answers: {q: no}}, "):
        tree = (
            f"  - {{node: n, where: {{kind: a, answers: {{q: yes}}}}, take: mean, of: [plain]}}\n  - {{node: n, {other}"
        )
        assert node(tree + "take: mean, of: [half]}\n").name == "n"
    below_each = "  - {node: n, take: mean, each: group, of: {node: n, take: mean, of: [half]}}\n"
    assert node(below_each).name == "n"
    of_records = (
        "  - {take: mean, each: record, of: {take: mean, of: [{node: n, take: mean, of: [half]}, {use: twice}]}}\n"
    )
    assert node(of_records + of_records).take is Take.MEAN


def test_a_rubric_without_what_may_be_left_out() -> None:
    """Percents, no words, no rules, no award."""
    source = "spec_version: 1\nname: x\ntitle: T\nlanguages: [pl]\ncriteria: [{name: a}]\ntree: [{take: mean, of: a}]\n"
    rubric = load("\ufeff" + source, filename="x.yaml")
    assert (rubric.scale, rubric.words, rubric.records, rubric.award) == (100.0, Words(), (), None)
    assert rubric.roots[0].name == ""


def test_too_many_criteria_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the line where it became too much."""
    monkeypatch.setattr(rubric_criteria, "MAX_CRITERIA", 3)
    with pytest.raises(ScenarioError, match="more than 3 criteria"):
        load(FULL, filename="x.yaml")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_damage_makes_the_reader_fail(data: st.DataObject) -> None:
    """A line lost, or a word in the wrong place: problems, or a rubric, and nothing else."""
    lines = FULL.splitlines()
    place = data.draw(st.integers(0, len(lines) - 1))
    damage = data.draw(st.sampled_from(["", "  []", "{}", "- a", "x: {y: [z]}", "  - {name: plain}", "\t", "&a *a"]))
    source = "\n".join([*lines[:place], damage, *lines[place + 1 :]])
    draft = read(source, filename="x.yaml")
    assert (draft.rubric is None) == bool(draft.problems)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_no_text_makes_the_reader_fail(source: str) -> None:
    """Whatever it is, it is told."""
    assert read(source, filename="x.yaml").problems
