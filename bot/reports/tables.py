"""Tables as files: XLSX and CSV that Polish Excel opens without questions, and in which no text ever is a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bot.reports.recipes import Cell, CsvTable, Sheet, Workbook

MAX_ROWS = 1_048_575
"""Rows of a sheet below its header; Excel's limit."""
MAX_CELL = 32_767
"""Characters Excel keeps in a cell."""
MAX_TITLE = 31
NARROWEST, WIDEST = 8, 60
"""Widths of columns, in characters."""
MEASURED_ROWS = 1000
"""Rows that decide how wide a column is."""
CUT_OFF = " […]"
"""Ends a text that no cell can hold."""

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a text begins with that a spreadsheet would take for a formula."""
_HEADER_FILL = "#E3EAF0"


class TooManyRows(ValueError):
    """More rows than a sheet holds."""


def workbook_bytes(workbook: Workbook, *, zone: ZoneInfo, made_at: datetime) -> bytes:
    """The XLSX file; moments in ``zone``. The same workbook gives the same bytes. Raises TooManyRows."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, _OPTIONS)
    book.set_properties({"title": workbook.name, "created": made_at.astimezone(zone).replace(tzinfo=None)})
    formats = {
        "header": book.add_format({"bold": True, "bg_color": _HEADER_FILL, "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "number": book.add_format({"valign": "top"}),
        "day": book.add_format({"num_format": "dd.mm.yyyy", "valign": "top", "align": "left"}),
        "moment": book.add_format({"num_format": "dd.mm.yyyy hh:mm", "valign": "top", "align": "left"}),
    }
    taken: set[str] = set()
    for sheet in workbook.sheets:
        page = book.add_worksheet(_title(sheet.title, taken))
        _fill(page, sheet, formats, zone=zone)
    book.close()
    return target.getvalue()


def csv_bytes(table: CsvTable, *, zone: ZoneInfo) -> bytes:
    """The CSV file: UTF-8 with BOM, semicolons, decimal commas. Raises TooManyRows.

    A text that a spreadsheet would take for a formula stands behind an apostrophe that everybody sees; numbers do not.
    """
    _checked(table.rows)
    target = StringIO(newline="")
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow([_harmless(text) for text in table.header])
    writer.writerows([[_csv_text(cell, zone) for cell in row] for row in table.rows])
    return target.getvalue().encode("utf-8-sig", "replace")


def _fill(page: Worksheet, sheet: Sheet, formats: dict[str, Format], *, zone: ZoneInfo) -> None:
    _checked(sheet.rows)
    for column, text in enumerate(sheet.header):
        page.write_string(0, column, _fitting(text), formats["header"])
    for number, row in enumerate(sheet.rows, 1):
        for column, cell in enumerate(row):
            _write(page, number, column, cell, formats, zone=zone)
    for column, width in enumerate(_widths(sheet)):
        page.set_column(column, column, width)
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    if sheet.header:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.header) - 1)


def _write(page: Worksheet, row: int, column: int, cell: Cell, formats: dict[str, Format], *, zone: ZoneInfo) -> None:
    match cell:
        case None | "":
            return
        case bool():
            page.write_boolean(row, column, cell, formats["number"])
        case int() | float():
            page.write_number(row, column, cell, formats["number"])
        case datetime():
            page.write_datetime(row, column, cell.astimezone(zone).replace(tzinfo=None), formats["moment"])
        case date():
            page.write_datetime(row, column, cell, formats["day"])
        case str():
            page.write_string(row, column, _fitting(cell), formats["text"])


def _widths(sheet: Sheet) -> Iterable[int]:
    for column, title in enumerate(sheet.header):
        longest = max(len(word) for word in (*title.split(), ""))
        for row in sheet.rows[:MEASURED_ROWS]:
            longest = max(longest, _length(row[column]) if column < len(row) else 0)
        yield min(max(longest + 2, NARROWEST), WIDEST)


def _length(cell: Cell) -> int:
    match cell:
        case None:
            return 0
        case datetime():
            return len("31.12.2026 23:59")
        case date():
            return len("31.12.2026")
        case _:
            return max((len(line) for line in str(cell).split("\n")), default=0)


def _title(title: str, taken: set[str]) -> str:
    """A sheet's name as Excel allows it, none twice."""
    plain = _NOT_IN_A_TITLE.sub(" ", title).strip("' ")[:MAX_TITLE].strip("' ") or "1"
    name, number = plain, 2
    while name.lower() in taken:
        ending = f" {number}"
        name, number = plain[: MAX_TITLE - len(ending)] + ending, number + 1
    taken.add(name.lower())
    return name


def _fitting(text: str) -> str:
    clean = text.encode("utf-8", "replace").decode()
    return clean if len(clean) <= MAX_CELL else clean[: MAX_CELL - len(CUT_OFF)] + CUT_OFF


def _csv_text(cell: Cell, zone: ZoneInfo) -> str:
    match cell:
        case None:
            return ""
        case bool() | int():
            return str(int(cell))
        case float():
            return f"{cell:g}".replace(".", ",")
        case datetime():
            return f"{cell.astimezone(zone):%d.%m.%Y %H:%M}"
        case date():
            return f"{cell:%d.%m.%Y}"
        case str():
            return _harmless(cell)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _checked(rows: Sequence[tuple[Cell, ...]]) -> None:
    if len(rows) > MAX_ROWS:
        raise TooManyRows(f"{len(rows)} rows")
