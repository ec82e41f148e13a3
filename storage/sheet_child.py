"""Reads one workbook in a process of its own: bytes on stdin, JSON on stdout. Imports nothing of ours.

A parser that crashes, runs away or eats all memory takes only this process with it.
"""

from __future__ import annotations

import io
import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

MEMORY_BYTES = 1_500_000_000
"""Address space of the process: enough for the largest workbook that is taken, not for a bomb."""


class TooMuch(Exception):
    """A sheet with more rows, columns or cells than are taken; says which, and how many."""


def main() -> None:
    """Read the workbook with the limits given on the command line."""
    rows, columns, cells, seconds = (int(argument) for argument in sys.argv[1:5])
    _confine(seconds)
    try:
        found: dict[str, Any] = {"sheets": _sheets(sys.stdin.buffer.read(), rows=rows, columns=columns, cells=cells)}
    except PasswordError:
        found = {"refused": "encrypted"}
    except TooMuch as error:
        found = {"refused": error.args[0], "found": error.args[1]}
    except (CalamineError, MemoryError, OverflowError, ValueError):
        found = {"refused": "corrupt"}
    except BaseException as error:  # noqa: BLE001 - a panic of the parser derives from nothing narrower
        found = {"refused": "corrupt", "found": type(error).__name__}
    sys.stdout.buffer.write(json.dumps(found).encode("ascii"))


def _confine(seconds: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent still ends this process in time
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _sheets(data: bytes, *, rows: int, columns: int, cells: int) -> list[dict[str, Any]]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    found = []
    left = cells
    for index, about in enumerate(workbook.sheets_metadata):
        if about.typ is not SheetTypeEnum.WorkSheet or about.visible is not SheetVisibleEnum.Visible:
            continue
        sheet = workbook.get_sheet_by_index(index)
        grid = _trimmed(sheet.to_python(skip_empty_area=False))
        widest = max((len(row) for row in grid), default=0)
        if len(grid) > rows:
            raise TooMuch("rows", len(grid))
        if widest > columns:
            raise TooMuch("columns", widest)
        left -= sum(len(row) for row in grid)
        if left < 0:
            raise TooMuch("cells", cells - left)
        found.append({"name": about.name, "rows": [[_cell(value) for value in row] for row in grid]})
    return found


def _trimmed(grid: list[list[Any]]) -> list[list[Any]]:
    """Without what is empty at the end of rows and sheet."""
    for row in grid:
        while row and row[-1] == "":
            row.pop()
    while grid and not grid[-1]:
        grid.pop()
    return grid


def _cell(value: object) -> object:
    """A JSON value; a day or a moment is a list of one text."""
    match value:
        case bool() | str() | int():
            return value
        case float():
            return int(value) if value.is_integer() else value
        case datetime():
            return [value.date().isoformat()] if value.time() == time() else [value.isoformat()]
        case date():
            return [value.isoformat()]
        case time():
            return value.strftime("%H:%M")
        case timedelta():
            hours, rest = divmod(int(value.total_seconds()), 3600)
            return f"{hours}:{rest // 60:02}"
        case _:
            return str(value)


if __name__ == "__main__":
    main()
