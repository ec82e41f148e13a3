"""A grid of cells as a table of a known kind: where its header is, what its columns mean, what its rows say. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.importing.cells import says_nothing, shown
from bot.importing.columns import COLUMNS, KEYS, KINDS, REMARKS, Column, Kind, column, field_of
from bot.importing.problems import Problem, Trouble, Wrong
from scenarios.folding import fold
from storage.sheets import Book, Cell, Row, Sheet

HEADER_WITHIN = 30
"""Rows among which the header is looked for."""
FEWEST_COLUMNS = 2
"""Known columns that make a row a header."""
VALUE_SHOWN = 80
"""Characters of a wrong value that are told."""

_HINTS: Mapping[Kind, tuple[str, ...]] = {
    Kind.PARTICIPANTS: ("podmiot", "uczestni", "instytuc", "gmin", "participant"),
    Kind.JURORS: ("juror", "wolontariusz"),
    Kind.COORDINATORS: ("koordynator", "coordinator"),
}
_FORMULA = re.compile(r"[=+@](?![\s\d()./-]*$)")
"""What begins like a formula and is no telephone number."""
_SAYS_NO = frozenset({"is_small", "radius_km", "weekly_limit", "total_limit"})
"""Where "brak" is an answer."""
_MAY_BEGIN_SO = frozenset({"social", "is_small"})


@dataclass(frozen=True, slots=True)
class Header:
    """Where a table begins. ``at`` is the header's row, counted from 0; ``fields`` our fields by column."""

    sheet: Sheet
    at: int
    fields: Mapping[int, str]
    unknown: tuple[str, ...]
    """Titles of columns nobody knows."""
    twice: tuple[str, ...] = ()
    """Titles that mean the same as an earlier column; that one is read."""

    def title(self, field: str) -> str:
        """What the file calls a field's column."""
        row = self.sheet.rows[self.at]
        return next((shown(row[at]) for at, name in self.fields.items() if name == field), "")


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row that says something. ``number`` is as the file counts, from 1."""

    number: int
    values: Mapping[str, Any]
    """What its cells say, by field; empty cells are left out."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a known kind."""

    kind: Kind
    header: Header
    rows: tuple[ReadRow, ...]
    missing: tuple[Column, ...] = ()
    """Columns that rows about somebody new need, and that are not there."""
    others: tuple[str, ...] = ()
    """Sheets that were not read."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Several kinds of tables look like this."""

    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class NoTable:
    """No header was found, or its key column is not there. ``kind`` is what it looks most like."""

    kind: Kind | None = None
    found: tuple[str, ...] = field(default=())
    """Titles that were understood."""


def read_table(book: Book, *, file_name: str, kind: Kind | None = None) -> Table | Unclear | NoTable:
    """The table of a file: the sheet that matches best. ``kind`` None: told from its columns and names."""
    wanted = KINDS if kind is None else (kind,)
    best: tuple[int, Kind, Header] | None = None
    tied: list[Kind] = []
    half: tuple[int, Kind, Header] | None = None
    for sheet in book.sheets:
        for one in wanted:
            header = _header(sheet, one)
            if header is None:
                continue
            score = 2 * len(header.fields) + _hinted(one, header, file_name)
            if not set(KEYS[one]) & set(header.fields.values()):
                half = max(half or (0, one, header), (score, one, header), key=lambda each: each[0])
                continue
            if best is None or score > best[0]:
                best, tied = (score, one, header), [one]
            elif score == best[0] and header.sheet is best[2].sheet:
                tied.append(one)
    if best is None:
        return NoTable() if half is None else NoTable(half[1], _titles(half[2]))
    if len(tied) > 1:
        return Unclear(tuple(tied))
    return _table(book, best[1], best[2])


def _header(sheet: Sheet, kind: Kind) -> Header | None:
    best: Header | None = None
    for at, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        fields: dict[int, str] = {}
        unknown: list[str] = []
        twice: list[str] = []
        for index, cell in enumerate(row):
            title = shown(cell)
            found = field_of(kind, title) if title else None
            if found is not None and found not in fields.values():
                fields[index] = found
            elif title and title != REMARKS:
                (unknown if found is None else twice).append(title)
        if len(fields) >= FEWEST_COLUMNS and (best is None or len(fields) > len(best.fields)):
            best = Header(sheet, at, fields, tuple(unknown), tuple(twice))
    return best


def _hinted(kind: Kind, header: Header, file_name: str) -> int:
    """One more for a kind that the file, the sheet, a line above the header or its columns name."""
    row = header.sheet.rows[header.at]
    names = [shown(row[at]) for at, field in header.fields.items() if field == "name"]
    above = [shown(cell) for each in header.sheet.rows[: header.at] for cell in each]
    said = fold(" ".join((file_name, header.sheet.name, *above, *names)))
    return sum(any(word in said for word in words) for one, words in _HINTS.items() if one is kind)


def _table(book: Book, kind: Kind, header: Header) -> Table:
    known = set(header.fields.values())
    needed = tuple(one for one in COLUMNS[kind] if one.needed and one.field not in known)
    rows = tuple(_rows(kind, header))
    others = tuple(sheet.name for sheet in book.sheets if sheet is not header.sheet and sheet.rows)
    return Table(kind, header, rows, needed, others)


def _rows(kind: Kind, header: Header) -> Iterable[ReadRow]:
    seen: dict[tuple[str, object], int] = {}
    for number, row in enumerate(header.sheet.rows[header.at + 1 :], header.at + 2):
        if any(shown(row[at]) for at in header.fields if at < len(row)):
            yield _read_row(kind, header, row, number, seen)


def _read_row(kind: Kind, header: Header, row: Row, number: int, seen: dict[tuple[str, object], int]) -> ReadRow:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for at, field_name in header.fields.items():
        cell: Cell = row[at] if at < len(row) else ""
        text = shown(cell)
        if not text or (says_nothing(text) and field_name not in _SAYS_NO):
            continue
        try:
            if isinstance(cell, str) and _FORMULA.match(text) and field_name not in _MAY_BEGIN_SO:
                raise Wrong(Trouble.FORMULA)  # noqa: TRY301 - the same way out as what a reader finds
            values[field_name] = column(kind, field_name).read(cell)
        except Wrong as wrong:
            title = header.title(field_name)
            problems.append(Problem(number, title, text[:VALUE_SHOWN], wrong.trouble, wrong.suggestion))
    for key in _keys(kind, values):
        before = seen.setdefault(key, number)
        if before != number:
            title, value = header.title(key[0]), str(values[key[0]])
            problems.append(Problem(number, title, value[:VALUE_SHOWN], Trouble.TWICE, str(before)))
            break
    return ReadRow(number, values, tuple(problems))


def _keys(kind: Kind, values: Mapping[str, Any]) -> list[tuple[str, object]]:
    """By what a row is recognised: a participant by its number, else NIP, else name and place; a person by e-mail."""
    if kind is not Kind.PARTICIPANTS:
        return [("email", values["email"].lower())] if "email" in values else []
    keys: list[tuple[str, object]] = [(name, values[name]) for name in ("number", "nip") if name in values]
    if not keys and "name" in values:
        keys.append(("name", (fold(values["name"]), fold(values.get("city", "")))))
    return keys[:1]


def _titles(header: Header) -> tuple[str, ...]:
    row = header.sheet.rows[header.at]
    return tuple(shown(row[at]) for at in header.fields)
