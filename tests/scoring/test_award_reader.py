"""The ``award:`` section: every key read, every mistake told with its line and a remedy."""

from __future__ import annotations

import pytest

from scenarios.node_reader import Reader
from scenarios.yaml_nodes import Entries, compose
from scoring.award_reader import read_award
from scoring.award_rules import AwardRules, Counts, Evidence, Jury, Tie

NODES = ("total", "kultura", "informacja")
CRITERIA = ("W01", "W23")

WHOLE = """\
total: total
thresholds: {total: 70, kultura: 60.5}
evidence:
  - {level: visit, least: 2, by: 2}
  - {level: phone, least: 3, different: "@hour"}
critical_block: 0
critical_counts: reports
blocking: [W23]
jury: blocked_only
quorum: 0.6
tie: again
best_of_type: [total]
best_of_all: [kultura, informacja]
distinction_at_least: 80
distinction_among: 3
"""


def read(source: str, *, scale: float = 100) -> tuple[AwardRules, list[tuple[int, str, str]]]:
    """The rules and the problems: line, message, remedy."""
    reader = Reader("rubric.yaml")
    rules = read_award(reader, compose(source).root, nodes=NODES, criteria=CRITERIA, scale=scale)
    return rules, [(problem.line, problem.message, problem.remedy) for problem in reader.problems]


def test_every_key_is_read() -> None:
    """All of them at once, without a complaint."""
    rules, problems = read(WHOLE)
    assert problems == []
    assert rules == AwardRules(
        total="total",
        thresholds={"total": 70, "kultura": 60.5},
        evidence=(Evidence("visit", 2, 2), Evidence("phone", 3, 1, "@hour")),
        critical_block=0,
        blocking=frozenset({"W23"}),
        best_of_type=("total",),
        best_of_all=("kultura", "informacja"),
        quorum=0.6,
        distinction_at_least=80,
        distinction_among=3,
        critical_counts=Counts.REPORTS,
        jury=Jury.BLOCKED_ONLY,
        tie=Tie.AGAIN,
    )


def test_all_but_the_total_may_be_left_out() -> None:
    """The others have their usual values."""
    assert read("total: total") == (AwardRules(total="total"), [])


@pytest.mark.parametrize(
    ("source", "line", "message", "remedy"),
    [
        ("thresholds: {}", 1, "award lacks `total`", "add `total:`"),
        ("- a", 1, "award is not a mapping", "write `key: value`"),
        ("total: totl", 1, "there is no node `totl`", "did you mean `total`?"),
        ("total: total\nthresholds: {zzzzzz: 5}", 2, "no node `zzzzzz`", "write the name of a node of this rubric"),
        ("total: total\nthresholds: [a]", 2, "thresholds is not a mapping", "write `key: value`"),
        ("total: total\nthresholds: {total: 101}", 2, "is 101, above 100", "from 0 to 100"),
        ("total: total\nthresholds:\n  total: '70,5'", 3, "is `70,5`", "with a point"),
        ("total: total\nthresholds:\n  total: ''", 3, "not a text", "write one value"),
        ("total: total\nblocking: [W99]", 2, "there is no criterion `W99`", "of this rubric"),
        ("total: total\nblocking: [W23, W23]", 2, "`W23` is already in line 2", "rename"),
        ("total: total\nblocking: [[]]", 2, "`blocking` is not a text", "write one value"),
        ("total: total\nbest_of_all: [kultur]", 2, "no node `kultur`", "did you mean `kultura`?"),
        ("total: total\nquorum: 0", 2, "nobody took part in", "above 0"),
        ("total: total\nquorum: 50", 2, "`quorum` is 50, above 1", "from 0 to 1"),
        ("total: total\nquorum: half", 2, "`quorum` is `half`", "from 0 to 1"),
        ("total: total\ncritical_block: -1", 2, "-1", "at least 0"),
        ("total: total\ncritical_block: 5000", 2, "`critical_block` is 5000", "at most 1000"),
        ("total: total\ndistinction_among: 0", 2, "0", "at least 1"),
        ("total: total\njury: alway", 2, "`jury` is `alway`", "did you mean `always`?"),
        ("total: total\ntie: ''", 2, "not a text", "write one value"),
        ("total: total\nthreshold: {}", 2, "no key `threshold`", "did you mean `thresholds`?"),
        ("total: total\nevidence: visit", 2, "evidence is not a list", "- "),
        ("total: total\nevidence:\n  - visit", 3, "a line of evidence is not a mapping", "key: value"),
        ("total: total\nevidence:\n  - {level: visit}", 3, "lacks `least`", "add `least:`"),
        ("total: total\nevidence:\n  - {least: 2}", 3, "lacks `level`", "add `level:`"),
        ("total: total\nevidence:\n  - {level: visit, least: two}", 3, "`least` is `two`", "whole number"),
        ("total: total\nevidence:\n  - {level: visit, least: 2, by: 0}", 3, "0", "at least 1"),
        ("total: total\nevidence:\n  - {level: visit, least: 1, by: 2}", 3, "by 2 different jurors", "at most 1"),
        (
            "total: total\nevidence:\n  - {level: visit, least: 1}\n  - {level: visit, least: 2}",
            4,
            "the evidence of the level `visit` is already in line 3",
            "rename",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(source: str, line: int, message: str, remedy: str) -> None:
    """Where it is, what is wrong, what to do."""
    rules, problems = read(source)
    assert isinstance(rules, AwardRules)
    at, said, do = next(problem for problem in problems if message in problem[1])
    assert at == line
    assert said.strip()
    assert remedy in do


def test_numbers_are_in_the_scale_of_the_rubric() -> None:
    """A rubric of plain numbers has thresholds up to 1."""
    assert read("total: total\nthresholds: {total: 0.7}", scale=1)[1] == []
    assert read("total: total\ndistinction_at_least: 70", scale=1)[1] != []


def test_a_mapping_that_comes_by_an_alias() -> None:
    """The line is still known."""
    root = compose("a: &t {total: 5}\nb: {total: total, thresholds: *t}").root
    assert isinstance(root, Entries)
    reader = Reader("rubric.yaml")
    assert read_award(reader, root.entries["b"], nodes=NODES, criteria=()).thresholds == {"total": 5}
    assert reader.problems == []
