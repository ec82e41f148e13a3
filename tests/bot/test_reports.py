"""Tables, pictures and documents: real files drawn, opened again, safe and the same each time."""

from __future__ import annotations

import csv
import struct
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from bot.reports import drawing
from bot.reports.drawing import CSV, PDF, PICTURE_WIDTH, PNG, XLSX, CannotDraw, Drawn, draw
from bot.reports.pictures import (
    TILES,
    Card,
    Counted,
    Forecast,
    PlanFacts,
    StatusFacts,
    plan_picture,
    qr_picture,
    qr_sheet,
    status_picture,
)
from bot.reports.recipes import CsvTable, Document, FileRecipe, Picture, Sheet, Workbook
from bot.reports.tables import CUT_OFF, MAX_CELL
from storage import files
from storage.files import Inspected
from storage.postcodes import VOIVODSHIPS

ZONE = ZoneInfo("Europe/Warsaw")
MADE = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
HOSTILE = ("=1+1", "+48 22 123", "-5", "@SUM(A1)", "\t=1", "https://example.pl", '=HYPERLINK("http://x")')

FACTS = StatusFacts(
    "Lider Zaufania 2026",
    MADE,
    ZONE,
    Counted(180, 146, 90, 64, 3, 2),
    (("Fala 1", Counted(90, 88, 80, 60, 3, 2)), ("Fala pusta", Counted(0))),
    (("Wizyta", Counted(60, 42, 21, 12, 2, 1)),),
    Forecast(date(2026, 12, 4), date(2026, 11, 30)),
)
PLAN = PlanFacts("Lider 2026", {"mazowieckie": 30, "opolskie": 4, "?": 2}, {"mazowieckie": 3}, (0, 4, 5, 5, 40), 1234.4)


def made(recipe: FileRecipe) -> Drawn:
    """The file."""
    return draw(recipe, zone=ZONE, made_at=MADE)


def book(*rows: tuple[object, ...], header: tuple[str, ...] = ("Nazwa",)) -> Workbook:
    """A workbook of one sheet."""
    return Workbook("lista", (Sheet("Lista", header, rows),))  # type: ignore[arg-type]


def read_back(drawn: Drawn, sheet: int = 0) -> list[list[object]]:
    """The rows of a sheet, as another program reads them."""
    return CalamineWorkbook.from_filelike(BytesIO(drawn.data)).get_sheet_by_index(sheet).to_python()  # type: ignore[return-value]


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG, in pixels."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_workbook_comes_back() -> None:
    """Texts, numbers, days and moments in the reader's zone are read back as what they are."""
    row = ("Żółć", 7, 2.5, date(2026, 10, 1), datetime(2026, 10, 25, 22, 30, tzinfo=UTC), None)
    header = ("Nazwa", "Ile", "Ułamek", "Dzień", "Chwila", "Nic")
    drawn = made(book(row, header=header))
    assert (drawn.name, drawn.media_type) == ("lista.xlsx", XLSX)
    found = read_back(drawn)
    assert found[0] == list(header)
    assert found[1] == ["Żółć", 7.0, 2.5, date(2026, 10, 1), datetime(2026, 10, 25, 23, 30), ""]


def test_workbook_holds_no_formulas() -> None:
    """What looks like a formula or a link is kept as a text, to the letter."""
    drawn = made(book(*((text,) for text in HOSTILE)))
    assert [row[0] for row in read_back(drawn)[1:]] == list(HOSTILE)
    assert b"<f>" not in drawn.data


def test_workbook_titles_and_long_texts() -> None:
    """Titles of sheets become what Excel allows, none twice; a text no cell holds ends visibly."""
    title = "Podmioty [2026]: wszystkie / bardzo długa nazwa"
    sheets = tuple(Sheet(title, ("A",), (("x" * (MAX_CELL + 5),),)) for _ in range(2))
    found = CalamineWorkbook.from_filelike(BytesIO(made(Workbook("a/b", sheets)).data))
    assert len({name.lower() for name in found.sheet_names}) == 2
    assert all(len(name) <= 31 for name in found.sheet_names)
    assert str(found.get_sheet_by_index(1).to_python()[1][0]).endswith(CUT_OFF)


def test_csv_is_for_polish_excel() -> None:
    """BOM, semicolons, decimal commas; what would be a formula stands behind an apostrophe, numbers do not."""
    rows = tuple((text, -5, 1.5, MADE) for text in HOSTILE)
    drawn = made(CsvTable("dane", ("Tekst", "Ile", "Ułamek", "Kiedy"), rows))
    assert drawn.media_type == CSV
    assert drawn.data.startswith(b"\xef\xbb\xbf")
    found = list(csv.reader(StringIO(drawn.data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert found[1][1:] == ["-5", "1,5", "20.10.2026 11:00"]
    assert not [row[0] for row in found[1:] if row[0][0] in "=+-@\t\r"]
    assert [row[0].removeprefix("'") for row in found[1:]] == list(HOSTILE)


@given(st.lists(st.text(max_size=20), min_size=1, max_size=4))
@settings(max_examples=30)
def test_any_text_can_be_in_a_table(texts: list[str]) -> None:
    """Whatever people typed: both kinds of tables are made, and XLSX can be opened."""
    row = tuple(texts)
    header = tuple("k" for _ in row)
    made(CsvTable("t", header, (row,)))
    assert read_back(made(book(row, header=header)))[0] == list(header)


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("empty", [False, True])
def test_pictures(language: str, *, empty: bool) -> None:
    """Status and plan are drawn as wide as promised, also when there is nothing yet."""
    status = StatusFacts("Nic", MADE, ZONE, Counted(0)) if empty else FACTS
    plan = PlanFacts("Nic", {}, {}) if empty else PLAN
    for picture in (status_picture(status, language), plan_picture(plan, language)):
        drawn = made(picture)
        width, height = size_of(drawn.data)
        assert width == PICTURE_WIDTH
        assert 300 < height < 5000
        assert drawn.media_type == PNG


def test_plan_picture_counts_everything() -> None:
    """Contacts in no known voivodship are told in words; many numbers of contacts become ranges that lose nobody."""
    data = plan_picture(PLAN, "pl").data
    assert "2 bez województwa" in data["summary"]
    assert "3 braki" in data["summary"]
    assert sum(line["jurors"] for line in data["load"]) == len(PLAN.load)
    assert {name for row in TILES for name in row} == set(VOIVODSHIPS.values())


def test_sheet_of_invitations_is_a_clean_pdf() -> None:
    """Cards go on as many pages as needed; the file is an accessible PDF that our own check takes."""
    cards = [Card(f"Żaneta Łąka-Brzęczyszczykiewicz {n}", "rozmowa", f"https://example.pl/w/{n}") for n in range(11)]
    drawn = made(qr_sheet(cards, "pl"))
    assert (drawn.name, drawn.media_type) == ("zaproszenia.pdf", PDF)
    found = files.inspect(drawn.data, expected="file", declared_name=drawn.name, declared_type=PDF)
    assert isinstance(found, Inspected)
    assert b"pdfuaid" in drawn.data


def test_no_invitations_no_problem() -> None:
    """A sheet without cards is a page with its title."""
    assert made(qr_sheet([], "pl")).data.startswith(b"%PDF")


def test_code_is_square_enough() -> None:
    """A single code is a picture; with words it grows."""
    width, height = size_of(made(qr_picture("https://example.pl/w/abc")).data)
    assert width == 720
    assert size_of(made(qr_picture("https://example.pl/w/abc", "Jagoda")).data)[1] > height - 1


def test_same_recipe_same_bytes() -> None:
    """Drawn twice at the same moment, a file has the same bytes."""
    recipes = (status_picture(FACTS, "pl"), qr_sheet([Card("A", "b", "https://c.pl")], "pl"), book(("x",)))
    for recipe in recipes:
        assert made(recipe).data == made(recipe).data


@pytest.mark.parametrize(
    "recipe",
    [
        Picture("x", "../secrets", {}),
        Picture("x", "nothing", {}),
        Picture("x", "status", {"language": "pl"}),
        Document("x", "qr", {"language": "pl", "code": "no svg", "caption": ""}),
    ],
)
def test_what_cannot_be_drawn_says_so(recipe: FileRecipe) -> None:
    """An unknown template, or data it does not fit, is one kind of error."""
    with pytest.raises(CannotDraw):
        made(recipe)


def test_a_panic_costs_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiler that panics does not end the process."""

    class PanicException(BaseException):
        """What a panic looks like from Python."""

    class Panics:
        """A compiler that always does."""

        def compile(self, **_everything: object) -> bytes:
            raise PanicException("index out of bounds")

    monkeypatch.setattr(drawing, "_compiler", Panics)
    with pytest.raises(CannotDraw, match="gave up"):
        made(qr_picture("https://example.pl"))
    monkeypatch.setattr(drawing, "_PANIC", "Other")
    with pytest.raises(PanicException):
        made(qr_picture("https://example.pl"))


def test_data_is_no_source() -> None:
    """What people typed is drawn as it is: nothing of it is a command to the typesetter."""
    facts = StatusFacts('#panic("x") $ * _ `', MADE, ZONE, Counted(1))
    assert size_of(made(status_picture(facts, "pl")).data)[0] == PICTURE_WIDTH


def test_file_names() -> None:
    """Names of files hold nothing that a system forbids, and are never empty."""
    assert drawing._file_name('a/b:c"d', "xlsx") == "a-b-c-d.xlsx"
    assert drawing._file_name("...", "pdf") == "plik.pdf"
    assert len(drawing._file_name("ż" * 500, "png")) < 100
