"""Tidy tables: what is right is read, what is not is told with its line and left out, and nothing is guessed."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import table_reader
from scoring.rubric_loader import load
from scoring.table import COLUMNS, Record
from scoring.table_reader import MAX_CELL, MAX_SHOWN, Table, TroubleKind, Troubles, read_scores, read_table, rows_of

HEADER = ",".join(COLUMNS)

RUBRIC = load(
    """\
spec_version: 1
name: x
title: T
languages: [pl]
words: {not_applicable: [nr]}
records: [{where: {answers: {in_rule: yes}}, not_checked_at_most: 1}]
criteria:
  - {name: A, where: {kind: service}}
  - {name: B, where: {kind: portal, level: central, answers: {in_criterion: yes}}}
  - {name: B_other, reads: B, where: {kind: portal, answers: {in_criterion: no}}, number: plain}
tree:
  - {take: mean, of: [A, {take: mean, where: {answers: {in_node: yes}}, of: [B]}]}
""",
    filename="x.yaml",
)


def read(*lines: str, rubric: bool = True) -> Table:
    """A table with the usual header."""
    text = "".join(f"{line}\n" for line in (HEADER, *lines))
    return read_table(StringIO(text, newline=""), RUBRIC if rubric else None)


def told(troubles: Troubles) -> list[tuple[int, str]]:
    """Lines and sorts of what is wrong."""
    return [(trouble.line, trouble.kind.value) for trouble in troubles.first]


def test_rows_become_the_records_of_units() -> None:
    """Wherever they stand; the unit, the record and the question say where an answer belongs."""
    table = read(
        "u,1,service,g,l,t,A,yes",
        "v,1,portal,,,,B,no",
        "u,2,service,g,l,t,A,no",
        "u,1,service,g,l,t,C,12",
        rubric=False,
    )
    assert table.units == {
        "u": [
            Record("u", "1", "service", "g", "l", "t", {"A": "yes", "C": "12"}),
            Record("u", "2", "service", "g", "l", "t", {"A": "no"}),
        ],
        "v": [Record("v", "1", "portal", "", "", "", {"B": "no"})],
    }
    assert (table.rows, told(table.troubles), table.readable) == (4, [], True)


def test_columns_may_stand_in_any_order_and_others_are_told() -> None:
    """With a byte order mark, spaces around names, and empty lines between rows."""
    lines = "\ufeffanswer, unit,record,kind,group,level,type,question,comment,qestion\n\nyes,u,1,service,,,,A,x,y\n"
    table = read_table(StringIO(lines))
    assert table.units["u"][0].answers == {"A": "yes"}
    assert told(table.troubles) == [(1, "unknown-column"), (1, "unknown-column")]
    assert "did you mean `question`?" in table.troubles.first[1].message


@pytest.mark.parametrize(
    ("lines", "kinds"),
    [
        ("", ["no-header"]),
        ("\n\n", ["no-header"]),
        ("unit,record\n", ["missing-column"] * 6),
        (f"{HEADER},unit\n", ["missing-column"]),
        (f"{HEADER.replace('level', 'levle')}\n", ["unknown-column", "missing-column"]),
    ],
)
def test_without_its_columns_nothing_is_read(lines: str, kinds: list[str]) -> None:
    """Missing ones, double ones, none at all."""
    table = read_table(StringIO(lines))
    assert not table.readable
    assert [trouble.kind.value for trouble in table.troubles.first] == kinds


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("u,2,service,g,l,t,A", "wrong-cells"),
        ("u,2,service,g,l,t,A,yes,no", "wrong-cells"),
        (",2,service,g,l,t,A,yes", "empty-name"),
        ("u,,service,g,l,t,A,yes", "empty-name"),
        ("u,2,service,g,l,t,,yes", "empty-name"),
        ('u,2,service,g,l,t,"A"x,yes', "not-csv"),
        ("=1+1,2,service,g,l,t,A,yes", "unsafe-cell"),
        ("u,2,service,g,l,t,A,a\x07", "unsafe-cell"),
        ("u\u202e,2,service,g,l,t,A,yes", "unsafe-cell"),
        (f"u,2,service,g,l,t,A,{'x' * (MAX_CELL + 1)}", "unsafe-cell"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_right_is_left_out_and_told(row: str, kind: str) -> None:
    """The rows around it are read."""
    table = read("u,1,service,g,l,t,A,yes", row, "u,3,service,g,l,t,A,no")
    assert [record.name for record in table.units["u"]] == ["1", "3"]
    assert (list(table.units), told(table.troubles)) == (["u"], [(3, kind)])
    assert len(table.troubles.first[0].message) < 3 * MAX_SHOWN + 100


def test_names_may_hold_what_people_write() -> None:
    """Commas, quotation marks, unbreakable spaces, other alphabets."""
    table = read('"a, ""b""\u00a0ł 東",1,service,g,l,t,A,yes')
    assert list(table.units) == ['a, "b"\u00a0ł 東']
    assert told(table.troubles) == []


def test_a_quotation_mark_never_closed_is_told_where_it_opens() -> None:
    """The rest of the table is inside it."""
    table = read("u,1,service,g,l,t,A,yes", 'u,2,service,g,l,t,A,"yes', "u,3,service,g,l,t,A,no")
    assert told(table.troubles) == [(3, "not-csv")]
    assert [record.name for record in table.units["u"]] == ["1"]


def test_a_line_break_in_a_cell_does_not_shift_the_lines_told() -> None:
    """It is told itself, and what follows has its own line."""
    table = read('u,1,service,g,l,t,A,"y\nes"', "u,1,service,g,l,t,A")
    assert told(table.troubles) == [(2, "unsafe-cell"), (4, "wrong-cells")]


def test_a_record_of_two_sorts_is_told_and_the_answer_left_out() -> None:
    """With what differs, and from which line."""
    table = read("u,1,service,g,l,t,A,yes", "u,1,service,g,other,x,C,no")
    assert table.units["u"][0].answers == {"A": "yes"}
    assert told(table.troubles) == [(3, "contradiction")]
    assert "another level, type than in line 2" in table.troubles.first[0].message


def test_a_question_answered_twice_counts_once_or_not_at_all() -> None:
    """Once where the answers are the same; not at all where they differ, however often."""
    same = read("u,1,service,g,l,t,A,yes", "u,1,service,g,l,t,A,yes")
    assert (same.units["u"][0].answers, told(same.troubles)) == ({"A": "yes"}, [(3, "duplicate")])
    other = read(*(f"u,1,service,g,l,t,A,{answer}" for answer in ("yes", "no", "yes")))
    assert (other.units["u"][0].answers, told(other.troubles)) == ({}, [(3, "duplicate"), (4, "duplicate")])


def test_a_value_the_rubric_does_not_know_is_told() -> None:
    """Where every criterion that may read it does not know it; it stays unknown to scoring."""
    table = read(
        "u,1,service,g,l,t,A,maybe",
        "u,2,service,g,l,t,A,nr",
        "u,3,portal,g,central,t,B,12",
        "u,4,portal,g,local,t,B,yes",
        "u,5,portal,g,central,t,B,many",
    )
    assert told(table.troubles) == [(2, "unknown-value"), (5, "unknown-value"), (6, "unknown-value")]
    assert "`many` is no value the criterion B, B_other knows" in table.troubles.first[2].message
    assert table.units["u"][0].answers == {"A": "maybe"}


def test_questions_nobody_reads_are_counted() -> None:
    """Not those that filters ask for, of criteria, records and nodes."""
    rows = [f"u,1,portal,g,l,t,{question},x" for question in ("in_rule", "in_criterion", "in_node", "A", "other")]
    assert read(*rows).unread == {"A": 1, "other": 1}


def test_all_troubles_are_counted_and_the_first_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of nothing but mistakes fills no memory."""
    monkeypatch.setattr(table_reader, "MAX_TROUBLES", 2)
    troubles = read(*(["x"] * 5)).troubles
    assert (len(troubles.first), troubles.counts) == (2, {TroubleKind.WRONG_CELLS: 5})


NAMES = st.text(st.characters(categories=("L", "N", "P", "Zs"), exclude_characters="="), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.tuples(NAMES, NAMES), st.tuples(NAMES, NAMES, NAMES, NAMES, st.dictionaries(NAMES, NAMES, min_size=1))
    )
)
def test_what_was_written_is_read_again(
    found: dict[tuple[str, str], tuple[str, str, str, str, dict[str, str]]],
) -> None:
    """Records to rows to records."""
    records = [Record(unit, name, *about) for (unit, name), about in found.items()]
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerows(rows_of(records))
    table = read_table(StringIO(file.getvalue(), newline=""))
    assert sorted((one for unit in table.units.values() for one in unit), key=str) == sorted(records, key=str)
    assert not table.troubles.first


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from('u1,"\n\r=A\x00é '), max_size=60))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    """Whatever stands below the header."""
    table = read_table(StringIO(f"{HEADER}\n{text}", newline=""), RUBRIC)
    assert table.readable


def test_scores_are_read_and_what_is_no_score_is_told() -> None:
    """Empty: not enough data. Twice: the first one."""
    lines = "unit,node,score\nu,1,0.5\nu,2,\nu,3,many\nu,1,0.7\nu|a,1,1e2\n"
    table = read_scores(StringIO(lines))
    assert table.scores == {("u", "1"): 0.5, ("u", "2"): None, ("u|a", "1"): 100.0}
    assert told(table.troubles) == [(4, "not-a-number"), (5, "duplicate")]
    assert not read_scores(StringIO("unit,node\n")).readable


def test_a_quotation_mark_that_is_never_closed_says_how_much_it_takes_along() -> None:
    """Everything below it is one cell to CSV: that must not look like a single row."""
    header = "unit,record,kind,group,level,type,question,answer\n"
    rows = [f"PL,r{number},k,g,l,t,a,yes\n" for number in range(50)]
    table = read_table([header, rows[0], f'"{rows[1]}', *rows[2:]])
    (trouble,) = table.troubles.first
    assert trouble.line == 3
    assert "this line and 48 below it are left out" in trouble.message
