"""Reads and writes tidy tables, one answer a row. What cannot be right is told with its line and left out."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from sys import intern
from typing import Final
from unicodedata import category

from scenarios.conditions import did_you_mean
from scoring.criterion_plan import CriterionPlan
from scoring.plan import plan_of
from scoring.rubric import Absent, Node, Rubric
from scoring.table import COLUMNS, Record
from scoring.worth import number_in

MAX_CELL: Final = 1_000
"""Characters of one cell."""

MAX_SHOWN: Final = 60
"""Characters of a cell that are shown in a sentence about it."""

MAX_TROUBLES: Final = 10_000
"""Troubles kept with their line; all are counted."""

SCORE_COLUMNS: Final = ("unit", "node", "score")
"""Columns of a table of scores."""

_CONTROL: Final = frozenset({"Cc", "Cs"})
_DIRECTIONS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that make a text look like another one."""

_OF_RECORD: Final = COLUMNS[2:6]


class TroubleKind(StrEnum):
    """Every sort of thing that can be wrong with a table."""

    NO_HEADER = "no-header"
    UNKNOWN_COLUMN = "unknown-column"
    MISSING_COLUMN = "missing-column"
    NOT_CSV = "not-csv"
    WRONG_CELLS = "wrong-cells"
    UNSAFE_CELL = "unsafe-cell"
    EMPTY_NAME = "empty-name"
    CONTRADICTION = "contradiction"
    DUPLICATE = "duplicate"
    UNKNOWN_VALUE = "unknown-value"
    NOT_A_NUMBER = "not-a-number"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong, where, and what became of it."""

    line: int
    """1-based; of the header where it is about a column."""
    kind: TroubleKind
    message: str


@dataclass(slots=True)
class Troubles:
    """What is wrong with a table: the first ones with their line, all of them counted."""

    first: list[Trouble] = field(default_factory=list)
    counts: Counter[TroubleKind] = field(default_factory=Counter)

    def note(self, line: int, kind: TroubleKind, message: str) -> None:
        """Note one more."""
        self.counts[kind] += 1
        if len(self.first) < MAX_TROUBLES:
            self.first.append(Trouble(line, kind, message))


@dataclass(slots=True)
class Table:
    """A table that was read: the records of each unit, in the order they came."""

    units: dict[str, list[Record]] = field(default_factory=dict)
    troubles: Troubles = field(default_factory=Troubles)
    rows: int = 0
    """Answers in the table, whatever became of them."""
    readable: bool = True
    """Whether the columns are those of a tidy table; otherwise nothing was read."""
    unread: Counter[str] = field(default_factory=Counter)
    """Answers to questions that no criterion and no filter of the rubric reads."""


def read_table(lines: Iterable[str], rubric: Rubric | None = None) -> Table:
    """The records of a table. With a rubric, values it does not know are told (and stay: scoring never guesses)."""
    table = Table()
    rows = _rows(lines, COLUMNS, table.troubles)
    if rows is None:
        table.readable = False
        return table
    known = _Known(rubric) if rubric is not None else None
    begun: dict[tuple[str, str], _Begun] = {}
    for line, row in rows:
        table.rows += 1
        found = _taken_in(table, begun, line, row)
        if found is not None and known is not None:
            known.judge(table, line, found, row[-2], row[-1])
    return table


def rows_of(records: Iterable[Record]) -> Iterator[tuple[str, ...]]:
    """The rows of a tidy table, without its header."""
    for record in records:
        about = (record.unit, record.name, record.kind, record.group, record.level, record.type)
        for question, answer in record.answers.items():
            yield (*about, question, answer)


@dataclass(slots=True)
class ScoreTable:
    """A table of scores that was read: ``(unit, node)`` and its score; None: not enough data."""

    scores: dict[tuple[str, str], float | None] = field(default_factory=dict)
    troubles: Troubles = field(default_factory=Troubles)
    readable: bool = True


def read_scores(lines: Iterable[str]) -> ScoreTable:
    """The scores of a table with the columns ``unit,node,score``."""
    table = ScoreTable()
    rows = _rows(lines, SCORE_COLUMNS, table.troubles)
    if rows is None:
        table.readable = False
        return table
    for line, (unit, node, score) in rows:
        number = number_in(score) if score else None
        if score and number is None:
            message = f"the score {_shown(score)} is not a number; it is left out"
            table.troubles.note(line, TroubleKind.NOT_A_NUMBER, message)
        elif (unit, node) in table.scores:
            message = f"{_shown(node)} of {_shown(unit)} stands twice; the first one is kept"
            table.troubles.note(line, TroubleKind.DUPLICATE, message)
        else:
            table.scores[unit, node] = number
    return table


# Rows ---------------------------------------------------------------------------------------------------------------


def _rows(
    lines: Iterable[str], columns: Sequence[str], troubles: Troubles
) -> Iterator[tuple[int, tuple[str, ...]]] | None:
    """The cells of each row in the order of ``columns``, with its line; None where the columns are not those."""
    raw = _raw(lines, troubles)
    line, header = next(raw, (1, []))
    header = [name.strip().removeprefix("\ufeff") for name in header]
    if not header:
        message = f"the table is empty; its first line must be: {','.join(columns)}"
        troubles.note(line, TroubleKind.NO_HEADER, message)
        return None
    for name in header:
        if name not in columns:
            near = did_you_mean(name, columns)
            hint = f"did you mean `{near}`?" if near else f"known are: {', '.join(columns)}"
            message = f"the column {_shown(name)} is not known and is not read; {hint}"
            troubles.note(line, TroubleKind.UNKNOWN_COLUMN, message)
    wrong = [name for name in columns if header.count(name) != 1]
    for name in wrong:
        there = "stands twice" if name in header else "is missing"
        message = f"the column `{name}` {there}; nothing was read"
        troubles.note(line, TroubleKind.MISSING_COLUMN, message)
    if wrong:
        return None
    places = [header.index(name) for name in columns]
    return _safe(raw, places, len(header), troubles)


def _raw(lines: Iterable[str], troubles: Troubles) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line they begin in; empty lines are passed over."""
    reader = csv.reader(lines, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            more = reader.line_num - line
            lost = f"this line and {more} below it are left out" if more else "it is left out"
            message = f"not a row of CSV ({error}); {lost}. Is a quotation mark missing?"
            troubles.note(line, TroubleKind.NOT_CSV, message)
            continue
        if row:
            yield line, row


def _safe(
    raw: Iterable[tuple[int, list[str]]], places: Sequence[int], width: int, troubles: Troubles
) -> Iterator[tuple[int, tuple[str, ...]]]:
    for line, row in raw:
        if len(row) != width:
            message = f"{len(row)} cells where the header has {width}; the row is left out"
            troubles.note(line, TroubleKind.WRONG_CELLS, message)
            continue
        cells = tuple([row[place] for place in places])
        bad = next((cell for cell in cells if _is_unsafe(cell)), None)
        if bad is not None:
            message = f"{_shown(bad)} is too long, has control characters or begins as a formula; the row is left out"
            troubles.note(line, TroubleKind.UNSAFE_CELL, message)
            continue
        yield line, cells


def _is_unsafe(cell: str) -> bool:
    if len(cell) > MAX_CELL or cell.startswith("="):
        return True
    return not cell.isprintable() and any(sign in _DIRECTIONS or category(sign) in _CONTROL for sign in cell)


def _shown(cell: str) -> str:
    """A cell as it can be shown in one line."""
    plain = "".join(sign if sign.isprintable() else "?" for sign in cell[:MAX_SHOWN])
    return f"`{plain}…`" if len(cell) > MAX_SHOWN else f"`{plain}`"


# Answers ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Begun:
    """A record whose rows are still coming."""

    record: Record
    answers: dict[str, str]
    line: int
    void: set[str] = field(default_factory=set)
    """Questions with two different answers."""


def _taken_in(table: Table, begun: dict[tuple[str, str], _Begun], line: int, row: Sequence[str]) -> Record | None:
    """The record an answer was put into; None where it was left out."""
    unit, name, kind, group, level, type_, question, answer = row
    if not unit or not name or not question:
        message = "no unit, no record or no question; the row is left out"
        table.troubles.note(line, TroubleKind.EMPTY_NAME, message)
        return None
    found = begun.get((unit, name))
    if found is None:
        answers: dict[str, str] = {}
        found = _Begun(
            Record(unit, name, intern(kind), intern(group), intern(level), intern(type_), answers), answers, line
        )
        begun[unit, name] = found
        table.units.setdefault(unit, []).append(found.record)
    record = found.record
    if (record.kind, record.group, record.level, record.type) != (kind, group, level, type_):
        message = (
            f"the record {_shown(name)} of {_shown(unit)} is said to be of another {_differing(record, row)} "
            f"than in line {found.line}; the answer is left out"
        )
        table.troubles.note(line, TroubleKind.CONTRADICTION, message)
        return None
    if question in found.answers or question in found.void:
        same = found.answers.get(question) == answer
        if not same:
            found.void.add(question)
            found.answers.pop(question, None)
        end = "with the same answer; it counts once" if same else "with different answers; none of them counts"
        message = f"the question {_shown(question)} of the record {_shown(name)} of {_shown(unit)} stands twice, {end}"
        table.troubles.note(line, TroubleKind.DUPLICATE, message)
        return None
    found.answers[intern(question)] = intern(answer)
    return record


def _differing(record: Record, row: Sequence[str]) -> str:
    said = (record.kind, record.group, record.level, record.type)
    return ", ".join(name for name, before, now in zip(_OF_RECORD, said, row[2:6], strict=True) if before != now)


class _Known:
    """What a rubric reads, and which values it knows."""

    def __init__(self, rubric: Rubric) -> None:
        self._by_question: dict[str, list[CriterionPlan]] = {}
        for plan in plan_of(rubric).criteria:
            self._by_question.setdefault(plan.criterion.reads, []).append(plan)
        self._in_filters = {
            question
            for where in (
                *(criterion.where for criterion in rubric.criteria.values()),
                *(rule.where for rule in rubric.records),
                *(node.where for root in rubric.roots for node in _with_all_below(root)),
            )
            for question in where.answers
        }

    def judge(self, table: Table, line: int, record: Record, question: str, answer: str) -> None:
        """Tell of a question nobody reads, and of an answer no criterion that reads it knows."""
        plans = [plan for plan in self._by_question.get(question, ()) if plan.may_fit(record)]
        if not plans:
            if question not in self._in_filters:
                table.unread[question] += 1
            return
        if all(plan.judged[answer].absent is Absent.UNKNOWN for plan in plans):
            names = ", ".join(plan.criterion.name for plan in plans)
            message = f"{_shown(answer)} is no value the criterion {names} knows; nothing is guessed, it does not count"
            table.troubles.note(line, TroubleKind.UNKNOWN_VALUE, message)


def _with_all_below(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        if isinstance(child, Node):
            yield from _with_all_below(child)
