"""Tables from bytes: every Polish dialect is read, everything hostile is refused with its reason."""

from __future__ import annotations

import io
import random
from datetime import date
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import sheets
from storage.postcodes import postal_place
from storage.sheets import Book, Form, RefusedSheet, read_book
from storage.unfit_sheets import SheetProblem
from tests.storage.sheet_files import OLE, ods, repacked, xlsx

HEADER = ("Numer", "Nazwa", "Województwo")
ROWS = (HEADER, ("101", "Gmina Żółwia Łąka", "świętokrzyskie"), ("102", "Miasto Ćmielów", "śląskie"))
SHEET_XML = "xl/worksheets/sheet1.xml"


def rows_of(data: bytes) -> tuple[tuple[sheets.Cell, ...], ...]:
    """The rows of the first sheet of a file that is taken."""
    book = read_book(data)
    assert isinstance(book, Book), book
    return book.sheets[0].rows


def problem_of(data: bytes) -> SheetProblem:
    """Why a file is not taken."""
    book = read_book(data)
    assert isinstance(book, RefusedSheet), book
    return book.problem


def csv_text(separator: str, *, before: str = "") -> str:
    """The rows as CSV."""
    return before + "\r\n".join(separator.join(row) for row in ROWS) + "\r\n"


# Dialects -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1250", "iso-8859-2", "cp852", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_every_dialect_of_csv_is_read(encoding: str, separator: str) -> None:
    """Whatever Polish program wrote it, the letters and columns come out right."""
    assert rows_of(csv_text(separator).encode(encoding)) == ROWS


def test_a_line_that_tells_the_separator_is_no_row() -> None:
    """Excel's sep= is obeyed, not shown, and does not count."""
    told = "sep=|\r\n" + csv_text("|").replace("101", "1,0;1")
    assert rows_of(told.encode())[1][0] == "1,0;1"
    assert rows_of(told.encode())[0] == HEADER


def test_quotes_line_breaks_and_guards_are_understood() -> None:
    """A cell may hold the separator and a line break; an apostrophe against formulas is left out."""
    data = b'Nazwa;Uwaga\r\n"A; ""B""";"dwie\nlinie"\r\n\'=1+1;\'nie\r\n'
    assert rows_of(data) == (("Nazwa", "Uwaga"), ('A; "B"', "dwie\nlinie"), ("=1+1", "'nie"))


def test_a_workbook_keeps_its_rows_where_they_are() -> None:
    """Numbers, days, truth, values of formulas; empty rows count; hidden letters stay text."""
    grid: list[list[object]] = [
        ["Lista"],
        [],
        ["Nr", "Od"],
        [101, date(2026, 10, 1)],
        [("=1+1", 2), True],
        ["=cmd", 0.5],
    ]
    assert rows_of(xlsx(grid)) == (
        ("Lista",),
        (),
        ("Nr", "Od"),
        (101, date(2026, 10, 1)),
        (2, True),
        ("=cmd", 0.5),
    )


def test_an_ods_is_read() -> None:
    """LibreOffice's own format."""
    book = read_book(ods([["Nr", "Nazwa"], [101, "Żółw"]]))
    assert isinstance(book, Book)
    assert (book.form, book.sheets[0].rows) == (Form.ODS, (("Nr", "Nazwa"), (101, "Żółw")))


def test_all_visible_sheets_are_given() -> None:
    """Which one matters is decided elsewhere."""
    book = read_book(xlsx([["a"]], ("Drugi", [["b"]])))
    assert isinstance(book, Book)
    assert [(sheet.name, sheet.rows) for sheet in book.sheets] == [("Arkusz1", (("a",),)), ("Drugi", (("b",),))]


# What is refused ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7 ...",
        b"MZ\x90\x00\x03" + bytes(200),
        b"<!DOCTYPE html><table><tr><td>Nazwa</td></tr></table>",
        b"  <html><table></table></html>",
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        b'<?xml version="1.0"?><Workbook/>',
        bytes(range(256)) * 20,
        OLE + bytes(600) + "WordDocument".encode("utf-16-le"),
    ],
)
def test_what_is_no_table_is_refused_whatever_its_name(data: bytes) -> None:
    """The content decides."""
    assert problem_of(data) is SheetProblem.WRONG_TYPE


@pytest.mark.parametrize("data", [b"", b" \r\n ", b"\x00\x00"])
def test_an_empty_file_is_told_so(data: bytes) -> None:
    """Nothing in it."""
    assert problem_of(data) is SheetProblem.EMPTY


def zipped(**entries: bytes) -> bytes:
    """A plain archive."""
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return target.getvalue()


SIMPLE = xlsx([["Nazwa"], ["A"]])


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (repacked(SIMPLE, {"xl/vbaProject.bin": b"x"}), SheetProblem.MACROS),
        (ods([["a"]], **{"Basic/Standard/Module1.xml": b"<x/>"}), SheetProblem.MACROS),
        (repacked(SIMPLE, {"[Content_Types].xml": b"<Types macroEnabled/>"}), SheetProblem.MACROS),
        (OLE + bytes(512) + "_VBA_PROJECT_CUR".encode("utf-16-le"), SheetProblem.MACROS),
        (OLE + bytes(512) + "EncryptedPackage".encode("utf-16-le"), SheetProblem.ENCRYPTED),
        (ods([["a"]], **{"META-INF/manifest.xml": b"<manifest:encryption-data/>"}), SheetProblem.ENCRYPTED),
        (repacked(SIMPLE, {"xl/embeddings/a.xlsx": SIMPLE}), SheetProblem.NESTED),
        (repacked(SIMPLE, {"xl/media/a.bin": bytes(3 << 20)}), SheetProblem.BOMB),
        (repacked(SIMPLE, {SHEET_XML: b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'}), SheetProblem.BOMB),
        (repacked(SIMPLE, {f"x{number}": b"" for number in range(2100)}), SheetProblem.BOMB),
        (zipped(**{"word/document.xml": b"<x/>"}), SheetProblem.WRONG_TYPE),
        (zipped(a=b"hello"), SheetProblem.WRONG_TYPE),
        (SIMPLE[: len(SIMPLE) // 2], SheetProblem.CORRUPT),
        (repacked(SIMPLE, {SHEET_XML: b"<worksheet><sheetData><row"}), SheetProblem.CORRUPT),
        (OLE + bytes(4000), SheetProblem.CORRUPT),
        (OLE + bytes(range(256)) * 16, SheetProblem.CORRUPT),
    ],
)
def test_hostile_workbooks_are_refused_with_their_reason(data: bytes, problem: SheetProblem) -> None:
    """Macros, passwords, bombs, files in files, other archives, damage."""
    assert problem_of(data) is problem


def test_a_cell_at_the_end_of_the_world_is_not_laid_out() -> None:
    """Two cells that claim the corners of the largest sheet would need the memory of all between them."""
    first = b'<row r="1"><c r="A1"><v>1</v></c></row>'
    last = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    xml = b"<worksheet><sheetData>" + first + last + b"</sheetData></worksheet>"
    assert problem_of(repacked(SIMPLE, {SHEET_XML: xml})) is SheetProblem.BOMB


def test_a_row_repeated_a_million_times_takes_nobody_down() -> None:
    """ODS can say a thousand columns in a million rows in one line."""
    cell = '<table:table-cell table:number-columns-repeated="1000" office:value-type="string"><text:p>a</text:p>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-cell></table:table-row>'
    content = ods([["a"]])
    with ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("content.xml").decode().replace("</table:table>", row + "</table:table>")
    found = read_book(repacked(content, {"content.xml": xml.encode()}))
    assert isinstance(found, RefusedSheet)


def test_limits_are_told_with_the_numbers() -> None:
    """Too many rows, columns: how many there are, how many fit."""
    rows = read_book(b"a;b\n" * (sheets.MAX_ROWS + 1))
    columns = read_book(xlsx([["x"] * (sheets.MAX_COLUMNS + 1)]))
    assert isinstance(rows, RefusedSheet)
    assert (rows.problem, rows.details["found"], rows.details["limit"]) == (SheetProblem.ROWS, "20001", "20000")
    assert isinstance(columns, RefusedSheet)
    assert (columns.problem, columns.details["found"]) == (SheetProblem.COLUMNS, "101")
    assert problem_of(bytes(sheets.MAX_BYTES) + b"a") is SheetProblem.TOO_LARGE


def test_a_quotation_mark_left_open_is_told_with_its_row() -> None:
    """The rest of the file would be one cell."""
    found = read_book(b'a;b\nc;"d\n' + b"e;f\n" * 30_000)
    assert isinstance(found, RefusedSheet)
    assert (found.problem, found.details["found"]) == (SheetProblem.QUOTES, "2")


@given(st.binary(max_size=400))
def test_no_bytes_raise(data: bytes) -> None:
    """Whatever comes is a book or a refusal."""
    assert isinstance(read_book(data), Book | RefusedSheet)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(), st.sampled_from(["xlsx", "ods"]))
def test_no_damaged_workbook_raises(seed: int, form: str) -> None:
    """A few bytes changed anywhere."""
    chance = random.Random(seed)  # noqa: S311 - a test
    data = bytearray(SIMPLE if form == "xlsx" else ods([["Nazwa"], ["A"]]))
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    assert isinstance(read_book(bytes(data)), Book | RefusedSheet)


def test_postal_codes_lie_on_the_map() -> None:
    """Płońsk lies in Mazowsze; a code of no place has none."""
    place = postal_place("09-100")
    assert place is not None
    assert (place.voivodship, place.locality, round(place.latitude), round(place.longitude)) == (
        *("mazowieckie", "Płońsk"),
        *(53, 20),
    )
    assert postal_place("99-999") is None
