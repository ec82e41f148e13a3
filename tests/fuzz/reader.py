"""Workbooks read by the program's code in a process beside: one in some thousands keeps its reader busy for minutes."""

from __future__ import annotations

from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from python_calamine import CalamineError, PasswordError

from storage import sheets
from storage.sheet_archives import archive_form
from storage.sheet_child import TooMuch, _sheets
from storage.sheets import Book, Form, RefusedSheet, Sheet, read_book
from storage.unfit_sheets import SheetProblem, UnfitSheet

PATIENCE_SECONDS = 5.0
"""After which a reader is ended, and the file read as in life: by a process of its own with limits of its own."""


class Reader:
    """Reads file after file without starting a process for each."""

    def __init__(self) -> None:
        self.replaced = 0
        self._begun: tuple[Any, Connection] | None = None

    def read(self, data: bytes) -> Book | RefusedSheet:
        """What ``sheets.read_book`` gives. Raises what no file may raise."""
        if not data.startswith(b"PK") or len(data) > sheets.MAX_BYTES:
            return read_book(data)
        try:
            form = archive_form(data)
        except UnfitSheet as error:
            return RefusedSheet(error.problem, error.details)
        _process, pipe = self._begun = self._begun or _begin()
        pipe.send_bytes(data)
        try:
            found = pipe.recv() if pipe.poll(PATIENCE_SECONDS) else None
        except EOFError:  # it needed too much memory, or worse: in life that is the child's end as well
            found = None
        if found is None:
            self.close()
            self.replaced += 1
            return read_book(data)
        if isinstance(found, BaseException):
            raise found
        return found if isinstance(found, RefusedSheet) else Book(Form(form), found)

    def close(self) -> None:
        """End the process; the next file begins another."""
        if self._begun is not None:
            process, pipe = self._begun
            process.kill()
            process.join()
            pipe.close()
        self._begun = None


def _begin() -> tuple[Any, Connection]:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def _serve(pipe: Connection) -> None:
    """What the reader's process does until nobody asks any more."""
    while True:
        try:
            data = pipe.recv_bytes()
        except EOFError:
            return
        pipe.send(_read(data))


def _read(data: bytes) -> tuple[Sheet, ...] | RefusedSheet | BaseException:
    try:
        found: Any = _sheets(data, rows=sheets.MAX_ROWS, columns=sheets.MAX_COLUMNS, cells=sheets.MAX_CELLS)
    except (PasswordError, TooMuch, CalamineError, MemoryError, OverflowError, ValueError):
        return RefusedSheet(SheetProblem.CORRUPT)
    except BaseException as error:  # noqa: BLE001 - told to the campaign
        is_panic = not isinstance(error, Exception) and type(error).__name__ == "PanicException"
        return RefusedSheet(SheetProblem.CORRUPT) if is_panic else error
    return tuple(Sheet(one["name"], tuple(map(sheets._row, one["rows"]))) for one in found)
