"""Tables as text: which letters the bytes mean, what separates the columns, and the rows. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from storage.unfit_sheets import SheetProblem, UnfitSheet

POLISH = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")
EIGHT_BITS = ("cp1250", "iso-8859-2", "cp852")
"""Code pages of Polish files, the likeliest first."""
SEPARATORS = (";", ",", "\t", "|")
LOOK_AT = 60
"""Rows that decide about the separator."""
STRANGE_SHARE = 0.02
"""More than this share of control characters is no text."""
MAX_FIELD = 100_000
"""Characters of a cell beyond which a quotation mark was surely left open."""

_STRANGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")
_TOLD = re.compile(r"\s*\"?sep=(.)\"?\s*\Z", re.IGNORECASE)
_GUARDED = re.compile(r"'[=+\-@]")


class NotText(Exception):
    """The bytes are no text."""


def text_rows(data: bytes, *, rows: int, columns: int, cells: int) -> tuple[tuple[str, ...], ...]:
    """The rows of a CSV file. Raises NotText, and UnfitSheet beyond the limits.

    Row 1 is the first that a spreadsheet shows: a line ``sep=;`` is none. An apostrophe that guards a cell against
    being taken for a formula is left out.
    """
    text = decoded(data)
    first, _break, rest = text.partition("\n")
    told = _TOLD.match(first.rstrip("\r"))
    separator = told[1] if told else _separator(text)
    found: list[tuple[str, ...]] = []
    left = cells
    try:
        for row in _read(rest if told else text, separator):
            kept = _trimmed(row)
            found.append(kept)
            left -= len(kept)
            _within("rows", len(found), rows)
            _within("columns", len(kept), columns)
            _within("cells", cells - left, cells)
    except csv.Error as error:
        raise UnfitSheet(SheetProblem.QUOTES, found=str(len(found) + 1)) from error
    while found and not found[-1]:
        found.pop()
    return tuple(found)


def decoded(data: bytes) -> str:
    """The text, by its byte order mark, as UTF-8, or by the code page that gives the most Polish letters."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    elif data.startswith(b"\xef\xbb\xbf"):
        text = data[3:].decode("utf-8", "replace")
    elif (byte_order := _byte_order(data)) is not None:
        text = data.decode(byte_order, "replace")
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = max((data.decode(page, "replace") for page in EIGHT_BITS), key=_likely)
    if len(_STRANGE.findall(text)) > STRANGE_SHARE * len(text):
        raise NotText
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _byte_order(data: bytes) -> str | None:
    """Which UTF-16 without a mark, if it is one: nearly every other byte is zero."""
    sample = data[:4000]
    even, odd = sample[::2], sample[1::2]
    if not odd:
        return None
    if odd.count(0) > len(odd) * 0.6:
        return "utf-16-le"
    return "utf-16-be" if even.count(0) > len(even) * 0.6 else None


def _likely(text: str) -> int:
    """Polish letters count for a reading, letters of other languages and odd signs against it."""
    counts = Counter(text)
    score = 0
    for character, n in counts.items():
        if character in POLISH:
            score += 3 * n
        elif ord(character) > 127 and character not in "–—„”’…§°€ ":  # noqa: PLR2004 - ASCII ends there
            score -= 2 * n
    return score


def _separator(text: str) -> str:
    """What divides most of the first rows into the same number of columns, more than one."""

    def evenness(separator: str) -> tuple[int, int]:
        try:
            widths = Counter(len(row) for row in islice(_read(text, separator), LOOK_AT) if any(row))
        except csv.Error:
            return (0, 0)
        wide = [(n, width) for width, n in widths.items() if width > 1]
        return max(wide, default=(0, 0))

    return max(SEPARATORS, key=evenness)


def _read(text: str, separator: str) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_FIELD)
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _trimmed(row: list[str]) -> tuple[str, ...]:
    cells = [cell[1:] if _GUARDED.match(cell) else cell for cell in row]
    while cells and not cells[-1].strip():
        cells.pop()
    return tuple(cells)


def _within(what: str, found: int, limit: int) -> None:
    if found > limit:
        raise UnfitSheet(SheetProblem(what), found=str(found), limit=str(limit))
