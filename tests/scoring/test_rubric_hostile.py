"""Rubric files that mean harm, or went wrong: an answer within seconds, never a crash, never a guess."""

from __future__ import annotations

import time

import pytest

from scenarios.problems import Code
from scoring import rubric_checks
from scoring.marks import explain, score
from scoring.plan import plan_of
from scoring.rubric_loader import read
from scoring.table import Record

HEAD = """spec_version: 1
name: evil
title: {en: E}
languages: [en]
criteria:
  - {name: A, reads: a}
"""
TREE = "tree:\n  - {node: x, take: mean, of: [A]}\n"
MANY = HEAD + "  - names: [" + ", ".join(f"C{number}" for number in range(1900)) + "]\n"


def chain(length: int) -> str:
    """Definitions, each of which uses the next."""
    using = "".join(f"  d{at}: {{take: mean, of: [{{use: d{at + 1}}}]}}\n" for at in range(length))
    end = f"  d{length}: {{take: mean, of: [A]}}\n"
    return f"{HEAD}definitions:\n{using}{end}tree:\n  - {{node: x, take: mean, of: [{{use: d0}}]}}\n"


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(chain(3000), id="a chain of definitions"),
        pytest.param(chain(20), id="a shorter one"),
        pytest.param(
            HEAD
            + "tree:\n"
            + "".join(f"  - {{node: x, take: mean, of: [A], where: {{kind: {n}}}}}\n" for n in range(4000)),
            id="one name for all nodes",
        ),
        pytest.param(
            MANY + "tree:\n" + "".join(f"  - {{node: x{n}, take: mean, items: {{}}}}\n" for n in range(3000)),
            id="every node reads everything",
        ),
        pytest.param(HEAD.replace("reads: a}", "reads: a, rating: [0, " + "9" * 5000 + "]}") + TREE, id="a huge level"),
        pytest.param(f"{HEAD}tree:\n  - {{node: x, needs: {'9' * 5000}, take: mean, of: [A]}}\n", id="a huge count"),
        pytest.param(HEAD + 'tree:\n  - {node: "x\\x1b[31m", take: mean, of: [A]}\n', id="a name that is a signal"),
        pytest.param(HEAD + "tree: " + "[" * 5000 + "]" * 5000, id="brackets"),
        pytest.param(HEAD + "tree: &a\n  - *a\n", id="a list in itself"),
    ],
)
def test_a_limit_is_told(source: str) -> None:
    """Too deep, too much, too big: a problem with its line, in seconds."""
    began = time.monotonic()
    draft = read(source, filename="evil.yaml")
    assert draft.rubric is None
    assert draft.problems
    assert time.monotonic() - began < 8


def test_what_is_deep_but_allowed_is_scored() -> None:
    """Just below the limit everything that walks down the tree comes back up."""
    source = chain(10)
    draft = read(source, filename="deep.yaml")
    assert draft.rubric is not None
    records = [Record("u", "1", "k", "g", "l", "t", {"a": "yes"})]
    plan_of(draft.rubric)
    assert [row.value for row in score(draft.rubric, "u", records)] == [100.0]
    assert explain(draft.rubric, "u", records).scores[0].value == 100.0
    rubric_checks.check(source, filename="deep.yaml", scenarios={})


def test_thousands_of_slips_are_all_told() -> None:
    """For the first ones there is a guess; all of them are there."""
    unknown = ", ".join(f"B{number}" for number in range(10_000))
    began = time.monotonic()
    problems = read(f"{MANY}tree:\n  - {{node: x, take: mean, of: [{unknown}]}}\n", filename="slips.yaml").problems
    assert len(problems) == 10_000
    assert {problem.code for problem in problems} == {Code.UNKNOWN_NAME}
    assert time.monotonic() - began < 8


@pytest.mark.parametrize("worth", ["points: nan", "points: inf", "points: -1", "points: 1e9", "levels: {yes: 2}"])
def test_points_are_plain_numbers(worth: str) -> None:
    """Neither below nothing, nor beyond all."""
    assert read(HEAD.replace("reads: a}", f"reads: a, {worth}}}") + TREE, filename="evil.yaml").rubric is None


@pytest.mark.parametrize(("scale", "threshold", "is_fine"), [(1, "0.7", True), (1, "70", False), (1000, "700", True)])
def test_thresholds_are_in_the_scale_of_the_rubric(scale: int, threshold: str, *, is_fine: bool) -> None:
    """A threshold nothing can reach is a slip, one below the whole is none."""
    source = f"{HEAD}scale: {scale}\n{TREE}award: {{total: x, thresholds: {{x: {threshold}}}}}\n"
    assert (read(source, filename="award.yaml").rubric is not None) is is_fine
