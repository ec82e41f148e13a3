"""Small tables and rubrics for tests: records written in one line, scores by the names of their nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scoring.marks import explain, score
from scoring.rubric import Rubric
from scoring.rubric_loader import load
from scoring.table import Record

HEAD = """spec_version: 1
name: example
title: Example
languages: [en]
words: {not_applicable: [nd], not_checked: [ns]}
"""
"""What every small rubric begins with."""


def rubric_of(text: str) -> Rubric:
    """The rubric, its first lines added."""
    return load(HEAD + text, filename="example.yaml")


def record(answers: str, *, name: str = "1", kind: str = "", group: str = "A", level: str = "") -> Record:
    """A record of the unit "u": ``"w02=yes w03=nd"``."""
    pairs = (pair.partition("=") for pair in answers.split())
    return Record("u", name, kind, group, level, "", {question: answer for question, _, answer in pairs})


def scores(rubric: Rubric, records: Iterable[Record]) -> Mapping[str, float | None]:
    """Values by the names of nodes, the same whether computed fast or with the tree that explains them."""
    those = tuple(records)
    found = score(rubric, "u", those)
    assert explain(rubric, "u", those).scores == found
    return {row.node: row.value for row in found}
