"""Workbooks that are ZIP archives (XLSX, ODS), judged by their table of contents before anything opens them."""

from __future__ import annotations

import io
import re
import zlib
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from storage.unfit_sheets import SheetProblem, UnfitSheet

MAX_ENTRIES = 2_000
MAX_UNPACKED = 200 * 1024 * 1024
"""Declared bytes of all entries together."""
MAX_RATIO = 200
"""How many times an entry may grow; sheets of real workbooks grow tenfold, of repeated rows a hundredfold."""
SMALL = 1024 * 1024
"""Unpacked bytes below which nobody asks for the ratio."""
MAX_REACH = (1_048_576, 1_000)
"""The farthest row and column a cell may claim: a parser that lays out everything up to there needs the room."""
MAX_LAID_OUT = 4_000_000
"""Cells of the rectangle from the first cell to the farthest."""

_ARCHIVES = (".zip", ".xlsx", ".xlsm", ".xls", ".ods", ".docx", ".odt", ".7z", ".rar", ".gz", ".jar", ".exe", ".dll")
_MACROS = ("vbaproject.bin", "basic/standard/", "scripts/")
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})([0-9]{1,8})["']""")
_CHUNK = 1 << 20


def archive_form(data: bytes) -> str:
    """``xlsx`` or ``ods``. Raises UnfitSheet for anything else, and for what is not to be opened."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            return _judged(archive)
    except (BadZipFile, LargeZipFile, zlib.error, EOFError, OSError) as error:
        raise UnfitSheet(SheetProblem.CORRUPT) from error
    except (NotImplementedError, RuntimeError, ValueError, LookupError) as error:  # methods and flags nobody writes
        raise UnfitSheet(SheetProblem.CORRUPT) from error


def _judged(archive: ZipFile) -> str:
    entries = archive.infolist()
    names = {entry.filename.lower() for entry in entries}
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise UnfitSheet(SheetProblem.BOMB)
    if any(_swells(entry) for entry in entries):
        raise UnfitSheet(SheetProblem.BOMB)
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnfitSheet(SheetProblem.ENCRYPTED)
    if any(mark in name for name in names for mark in _MACROS):
        raise UnfitSheet(SheetProblem.MACROS)
    if "xl/workbook.xml" in names:
        form = "xlsx"
    elif "content.xml" in names and b"spreadsheet" in _start(archive, "mimetype"):
        form = "ods"
    else:
        raise UnfitSheet(SheetProblem.WRONG_TYPE, found=_what(names))
    if any(name.endswith(_ARCHIVES) for name in names):
        raise UnfitSheet(SheetProblem.NESTED)
    _look_inside(archive, entries, form)
    return form


def _swells(entry: ZipInfo) -> bool:
    return entry.file_size > SMALL and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)


def _what(names: set[str]) -> str:
    if "word/document.xml" in names:
        return "Word"
    if "xl/workbook.bin" in names:
        return "XLSB"
    return "PowerPoint" if "ppt/presentation.xml" in names else "ZIP"


def _look_inside(archive: ZipFile, entries: list[ZipInfo], form: str) -> None:
    left = MAX_UNPACKED
    for entry in entries:
        name = entry.filename.lower()
        if not name.endswith((".xml", ".rels")):
            continue
        is_sheet = form == "xlsx" and name.startswith("xl/worksheets/")
        reach = _Reach()
        tail = b""
        with archive.open(entry) as file:
            while piece := file.read(_CHUNK):
                left -= len(piece)
                if left < 0:
                    raise UnfitSheet(SheetProblem.BOMB)
                window = tail + piece
                if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                    raise UnfitSheet(SheetProblem.BOMB)
                if name.endswith("content_types].xml") and b"macroEnabled" in window:
                    raise UnfitSheet(SheetProblem.MACROS)
                if name == "meta-inf/manifest.xml" and b"encryption-data" in window:
                    raise UnfitSheet(SheetProblem.ENCRYPTED)
                if is_sheet:
                    reach.see(window)
                tail = window[-64:]
        if reach.is_too_far:
            raise UnfitSheet(SheetProblem.BOMB)


class _Reach:
    """The farthest cell a sheet claims."""

    def __init__(self) -> None:
        self.row = 0
        self.column = 0

    def see(self, xml: bytes) -> None:
        for letters, digits in _REFERENCE.findall(xml):
            self.row = max(self.row, int(digits))
            column = 0
            for letter in letters.upper():
                column = column * 26 + letter - ord("A") + 1
            self.column = max(self.column, column)

    @property
    def is_too_far(self) -> bool:
        rows, columns = MAX_REACH
        return self.row > rows or self.column > columns * 20 or self.row * self.column > MAX_LAID_OUT


def _start(archive: ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as file:
            return file.read(200)
    except KeyError:
        return b""
