"""``python -m bot score``: what it writes, what it says, and how it tells that a file cannot be used."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from bot import recomputing
from bot.__main__ import main
from bot.commands import NOT_WELL, WELL, WrongFile
from bot.recomputing import recompute, rubric_of

HEADER = "unit,record,kind,group,level,type,question,answer\n"

RUBRIC = """\
spec_version: 1
name: small
title: T
languages: [pl]
criteria: [{name: A}, {name: B, where: {kind: k}}]
tree:
  - {node: all, take: mean, each: group, of: {node: part, take: mean, across: mean, of: [A]}}
  - {take: mean, of: [{node: b, take: mean, across: max, of: [B]}, A]}
"""

ANSWERS = HEADER + "u,1,k,g,,,A,yes\nu,2,k,h,,,A,no\nv,1,k,g,,,A,maybe\nv,1,k,g,,,C,no\n"

SCORES = "unit,node,score\nu,all,50.0\nu|g,part,100.0\nu|h,part,0.0\nu,b,\nv,all,\nv|g,part,\nv,b,\n"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a rubric and a table, and we are in it."""
    (tmp_path / "small.yaml").write_text(RUBRIC, encoding="utf-8")
    (tmp_path / "answers.csv").write_text(ANSWERS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_scores_are_printed_and_the_rest_is_said_aside(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """So that the table can be piped on; rows that were left out are no failure."""
    assert files.is_dir()
    assert main(["score", "small.yaml", "answers.csv"]) == WELL
    said = capsys.readouterr()
    assert said.out == SCORES
    assert said.err.splitlines() == [
        "answers.csv:4: `maybe` is no value the criterion A knows; nothing is guessed, it does not count.",
        "answers.csv: problems found: 1 (unknown-value 1).",
        "1 answers to questions the rubric does not read: C 1.",
        "4 answers, 3 records, 2 units; 7 scores (4 empty)",
    ]


def test_scores_are_written_whole(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From a packed table with a byte order mark; numbers come back exactly."""
    (files / "answers.gz").write_bytes(gzip.compress(("\ufeff" + ANSWERS).encode()))
    assert recompute("small.yaml", files / "answers.gz", out=files / "scores.csv") == WELL
    assert (files / "scores.csv").read_text(encoding="utf-8") == SCORES
    assert "Written: " in capsys.readouterr().out
    assert sorted(path.name for path in files.iterdir()) == ["answers.csv", "answers.gz", "scores.csv", "small.yaml"]


def test_a_comparison_goes_node_by_node(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Equal, near, missing here and there; parts of units apart; nodes the rubric does not have are named."""
    published = "unit,node,score\nu,all,50.5\nu|g,part,100\nu,b,3\nw|g,part,1\nu,other,1\nu,other,x\nv,all,\n"
    (files / "published.csv").write_text(published, encoding="utf-8")
    assert recompute("small.yaml", Path("answers.csv"), against=Path("published.csv")) == WELL
    said = capsys.readouterr().out
    rows = {
        tuple(line.split()[:2]): line.split()[2:]
        for line in said.splitlines()
        if line[:5].strip() in {"all", "part", "b", "other"}
    }
    assert rows == {
        ("all", "unit"): ["1", "1", "0", "1", "0", "0"],
        ("b", "unit"): ["1", "0", "0", "0", "1", "0"],
        ("other", "unit"): ["1", "0", "0", "0", "1", "0", "(no", "such", "node", "in", "the", "rubric)"],
        ("part", "part"): ["1", "2", "1", "1", "0", "1"],
        ("part", "unit"): ["1", "0", "0", "0", "1", "0"],
    }
    assert "published.csv:7: the score `x` is not a number; it is left out." in said


def test_many_troubles_are_counted_not_all_shown(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first ones with their line."""
    (files / "many.csv").write_text(HEADER + "x\n" * 25, encoding="utf-8")
    assert recompute("small.yaml", files / "many.csv", out=files / "scores.csv") == WELL
    said = capsys.readouterr().out
    assert said.count("the row is left out") == recomputing.SHOWN
    assert "… and 5 more." in said
    assert "problems found: 25 (wrong-cells 25)." in said


def test_a_table_that_is_none_is_told(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Answers, or published scores, with other columns: status 1 and the columns that are missing."""
    assert recompute("small.yaml", files / "small.yaml") == NOT_WELL
    assert "the column `unit` is missing; nothing was read" in capsys.readouterr().err
    assert recompute("small.yaml", files / "answers.csv", against=files / "answers.csv") == NOT_WELL
    assert "the column `node` is missing; nothing was read" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (gzip.compress(b"x" * 10_000)[:-20], "damaged or cut off"),
        (b"\x1f\x8bnothing of the sort", "damaged or cut off"),
        (gzip.compress(HEADER.encode())[:10] + b"\xff" * 30, "damaged or cut off"),
        (b"x" * 200, "a line longer than 100 characters"),
        (gzip.compress(HEADER.encode() + b"\n" * 1000), "longer than 500 characters once unpacked"),
    ],
    ids=["utf-16", "cut off", "no gzip", "spoilt", "a long line", "unpacks to much"],
)
def test_a_file_that_cannot_be_read_is_told_in_a_sentence(
    content: bytes, words: str, files: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not UTF-8, damaged, a line without an end, a small file that unfolds into a huge one."""
    monkeypatch.setattr(recomputing, "MAX_LINE", 100)
    monkeypatch.setattr(recomputing, "MAX_CHARACTERS", 500)
    (files / "bad.csv").write_bytes(content)
    assert recompute("small.yaml", files / "bad.csv") == NOT_WELL
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""


def test_a_missing_file_or_a_broken_rubric_is_told(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With its name, or the line that is wrong."""
    assert recompute("small.yaml", files / "none.csv") == NOT_WELL
    assert "none.csv: No such file" in capsys.readouterr().err
    (files / "broken.yaml").write_text(RUBRIC.replace("take: mean", "take: maen"), encoding="utf-8")
    assert recompute("broken.yaml", files / "answers.csv") == NOT_WELL
    assert "broken.yaml:7: `take` is `maen`. Did you mean `mean`?" in capsys.readouterr().err
    assert recompute("none", files / "answers.csv") == NOT_WELL
    assert "no rubric of that name ships (eu-egovernment" in capsys.readouterr().err
    assert recompute("small.yaml", files / "answers.csv", out=files / "no" / "scores.csv") == NOT_WELL
    assert "No such file" in capsys.readouterr().err


def test_rubrics_that_ship_are_known_by_their_names() -> None:
    """From any folder."""
    assert rubric_of("eu-egovernment").name == "eu-egovernment"
    with pytest.raises(WrongFile):
        rubric_of("../eu-egovernment")


def test_the_scores_written_can_be_compared_with_themselves(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every score of a table is equal to itself; an empty one is on neither side."""
    recompute("small.yaml", files / "answers.csv", out=files / "scores.csv")
    assert recompute("small.yaml", files / "answers.csv", against=files / "scores.csv") == WELL
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith(("all", "part"))]
    assert [row[2:] for row in rows] == [["1", "1", "1", "1", "0", "0"], ["2", "2", "2", "2", "0", "0"]]
    with (files / "scores.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == 8
