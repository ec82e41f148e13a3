"""What a participant gets to compute its own score: the same scores, and nothing that points at a person."""

from __future__ import annotations

from scoring.marks import score
from scoring.open_score import public_records, public_scores, questions_of
from scoring.results import Score
from scoring.rubric_loader import load
from scoring.table import Record

RUBRIC = load(
    """
spec_version: 1
name: trial
title: {pl: Próba, en: Trial}
languages: [pl, en]
scale: 100
words: {not_applicable: [nd], not_checked: [ns]}
records:
  - {where: {kind: visit, answers: {open: [yes]}}, not_checked_at_most: 0.5}
criteria:
  - {name: A, reads: a, points: 2, levels: {yes: 1, no: 0}}
  - {name: B, reads: b, where: {answers: {asked: [yes]}}, points: 1, rating: [1, 5]}
tree:
  - node: total
    take: first
    each: record
    of: {take: points, where: {answers: {real: [yes]}}, of: [A, B]}
  - node: each
    take: mean
    each: group
    of: {node: part, take: points, across: mean, items: [A]}
""",
    filename="trial",
)


def record(name: str, group: str = "A", **answers: str) -> Record:
    """A record of participant 12."""
    given = {"a": "yes", "real": "yes", "open": "yes", "asked": "yes", "b": "4", **answers}
    return Record("12", name, "visit", group, "visit", "gmina", {**given, "@hour": "9", "note": "Anna", "@day": "x"})


RECORDS = [record("9", a="no"), record("123"), record("123.2", "B", a="no"), record("20", "B", b="2")]


def test_only_what_the_rubric_looks_at_is_given_away() -> None:
    """What criteria read and filters ask, wherever they stand; no hours, no days, nothing that was written."""
    assert questions_of(RUBRIC) == {"a", "b", "open", "asked", "real"}
    for one in public_records(RUBRIC, RECORDS, unit="Płońsk"):
        assert set(one.answers) == {"a", "b", "open", "asked", "real"}
        assert one.unit == "Płońsk"


def test_records_are_numbered_anew_in_the_order_they_are_scored_in() -> None:
    """Names of contacts are gone; rounds stay with their contact; sorted by name they stand as before."""
    public = public_records(RUBRIC, RECORDS, unit="Płońsk")
    assert [one.name for one in public] == ["001", "001.2", "002", "003"]
    assert [one.group for one in public] == ["A", "B", "B", "A"]
    many = public_records(RUBRIC, [record(str(number)) for number in range(1200)], unit="x")
    assert [one.name for one in many] == sorted(one.name for one in many)
    assert len({one.name for one in many}) == 1200


def test_it_comes_to_the_same_scores() -> None:
    """Computed from what was given away, every score is the same, those of parts too."""
    before = score(RUBRIC, "12", RECORDS)
    after = score(RUBRIC, "Płońsk", public_records(RUBRIC, RECORDS, unit="Płońsk"))
    assert public_scores(before, before="12", unit="Płońsk") == after
    assert Score("Płońsk|B", "part", 50.0) in after
