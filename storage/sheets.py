"""Tables that people send, from bytes to a grid of cells: XLSX, ODS, XLS and CSV in any Polish dialect.

What is hostile is refused before it is opened. What the cells mean is not decided here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from storage.sheet_archives import archive_form
from storage.sheet_texts import NotText, text_rows
from storage.unfit_sheets import SheetProblem, UnfitSheet

MAX_BYTES = 20 * 1024 * 1024
"""Bytes of a file that is taken; the channels fetch no more."""
MAX_ROWS = 20_000
MAX_COLUMNS = 100
MAX_CELLS = 400_000
READ_SECONDS = 30
"""After which the reading of a workbook is given up."""

Cell = str | int | float | bool | date | datetime
"""What stands in a cell; nothing is an empty text. Moments are without time zone."""
Row = tuple[Cell, ...]

CHILD = Path(__file__).with_name("sheet_child.py")


class Form(StrEnum):
    """What kind of file it is, by its content."""

    XLSX = "xlsx"
    ODS = "ods"
    XLS = "xls"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet, row 1 first, nothing left out between; rows end with their last cell that says something."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """What a file holds: its visible sheets."""

    form: Form
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True)
class RefusedSheet:
    """The file is nothing we read. ``details`` fill the sentence of the problem."""

    problem: SheetProblem
    details: Mapping[str, str] = field(default_factory=dict)


_FOREIGN = (
    (b"%PDF", "PDF"),
    (b"MZ\x90", "EXE"),
    (b"\x7fELF", "EXE"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "GZ"),
    (b"{\\rtf", "RTF"),
    (b"<?xml", "XML"),
    (b"<!doctype", "HTML"),
    (b"<html", "HTML"),
    (b"<table", "HTML"),
    (b"<meta", "HTML"),
)
"""How files begin that are sent for tables; letters in lower case are compared in lower case."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_MARKS = (
    ("EncryptedPackage", SheetProblem.ENCRYPTED),
    ("_VBA_PROJECT_CUR", SheetProblem.MACROS),
    ("_VBA_PROJECT", SheetProblem.MACROS),
    ("WordDocument", SheetProblem.WRONG_TYPE),
    ("PowerPoint Document", SheetProblem.WRONG_TYPE),
)


def read_book(data: bytes) -> Book | RefusedSheet:
    """The sheets of a file, or why it is not taken. Takes its time (another process is waited for); never raises for
    what the bytes may be.
    """
    try:
        return _read(data)
    except UnfitSheet as error:
        return RefusedSheet(error.problem, error.details)


def _read(data: bytes) -> Book:
    if not data.strip(b"\x00 \r\n\t"):
        raise UnfitSheet(SheetProblem.EMPTY)
    if len(data) > MAX_BYTES:
        raise UnfitSheet(SheetProblem.TOO_LARGE, found=str(len(data) >> 20), limit=str(MAX_BYTES >> 20))
    if data.startswith(b"PK"):
        form = archive_form(data)
        return Book(Form(form), _by_child(data))
    if data.startswith(_OLE):
        for mark, problem in _OLE_MARKS:
            if mark.encode("utf-16-le") in data:
                raise UnfitSheet(problem, found="Word" if problem is SheetProblem.WRONG_TYPE else "")
        return Book(Form.XLS, _by_child(data))
    start = data.lstrip(b"\xef\xbb\xbf \r\n\t")[:16]
    for beginning, name in _FOREIGN:
        if start.startswith(beginning) or (beginning.islower() and start.lower().startswith(beginning)):
            raise UnfitSheet(SheetProblem.WRONG_TYPE, found=name)
    try:
        rows = text_rows(data, rows=MAX_ROWS, columns=MAX_COLUMNS, cells=MAX_CELLS)
    except NotText as error:
        raise UnfitSheet(SheetProblem.WRONG_TYPE, found="") from error
    return Book(Form.CSV, (Sheet("", rows),))


def _by_child(data: bytes) -> tuple[Sheet, ...]:
    limits = (MAX_ROWS, MAX_COLUMNS, MAX_CELLS, READ_SECONDS)
    command = [sys.executable, "-I", str(CHILD), *map(str, limits)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=READ_SECONDS, check=False)  # noqa: S603 - our own file
    except subprocess.TimeoutExpired as error:
        raise UnfitSheet(SheetProblem.BOMB) from error
    try:
        found = json.loads(done.stdout)
    except ValueError as error:
        raise UnfitSheet(SheetProblem.CORRUPT) from error
    if "refused" in found:
        problem = SheetProblem(found["refused"])
        raise UnfitSheet(problem, found=str(found.get("found", "")), limit=_limit(problem))
    return tuple(Sheet(one["name"], tuple(_row(row) for row in one["rows"])) for one in found["sheets"])


def _limit(problem: SheetProblem) -> str:
    limits = {SheetProblem.ROWS: MAX_ROWS, SheetProblem.COLUMNS: MAX_COLUMNS, SheetProblem.CELLS: MAX_CELLS}
    return str(limits.get(problem, ""))


def _row(cells: list[Any]) -> Row:
    return tuple(_cell(cell) for cell in cells)


def _cell(value: Any) -> Cell:  # noqa: ANN401 - JSON
    if not isinstance(value, list):
        return value  # type: ignore[no-any-return]
    text = value[0]
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
