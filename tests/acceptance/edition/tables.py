"""The files an office sends in, with rows that are wrong on purpose, and the files it gets back."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from python_calamine import CalamineWorkbook

from tests.storage.sheet_files import xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOWNS = (
    ("09-100", "Płońsk", "mazowieckie"),
    ("06-400", "Ciechanów", "mazowieckie"),
    ("09-200", "Sierpc", "mazowieckie"),
    ("09-400", "Płock", "mazowieckie"),
    ("07-200", "Wyszków", "mazowieckie"),
    ("90-001", "Łódź", "łódzkie"),
    ("15-001", "Białystok", "podlaskie"),
    ("40-001", "Katowice", "śląskie"),
)
KINDS = ("gmina", "biblioteka", "powiat", "pup", "dom kultury", "muzeum")
Row = list[object]

PLACE_TITLES: Row = [
    "Nr",
    "Nazwa podmiotu",
    "Rodzaj",
    "Kod poczt.",
    "Miasto",
    "Województwo",
    "Telefon",
    "E-mail",
    "WWW",
]
JUROR_TITLES: Row = ["Nazwisko i imię", "Adres e-mail", "Komórka", "Formy kontaktu", "Kod pocztowy domu", "Limit"]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows without their header, and what the wrong ones should have been, by place."""

    titles: Row
    rows: tuple[Row, ...]
    mended: Mapping[int, Row]

    @property
    def sent(self) -> bytes:
        """The file with its mistakes."""
        return xlsx([self.titles, *self.rows])

    def lines_wrong(self) -> set[int]:
        """The lines of the sheet with mistakes; the header is line 1."""
        return {place + 2 for place in self.mended}


def places(number: int) -> Table:
    """So many institutions; three rows are wrong where there are enough of them."""
    rows: list[Row] = []
    for at in range(number):
        code, town, region = TOWNS[at % len(TOWNS)]
        kind = KINDS[at % len(KINDS)]
        name = f"{kind.capitalize()} {town} {at + 1}"
        site = f"podmiot{at + 1}.example.org"
        phone = f"22 555 {at % 100:02} {at // 100 + 10:02}"
        rows.append([at + 101, name, kind, code, town, region, phone, f"biuro@{site}", site])
    wrong: dict[int, tuple[int, object]] = {1: (2, "bibloteka na rogu"), 3: (6, "123"), 5: (7, "biuro(at)example")}
    return _spoilt(PLACE_TITLES, rows, wrong)


def jurors(number: int, chance: Random) -> Table:
    """So many jurors, from all over; some with a limit."""
    rows: list[Row] = []
    for at in range(number):
        code = TOWNS[chance.randrange(len(TOWNS))][0]
        modes = "wizyta, telefon, e-mail, social media, www"
        limit: object = 12 if at % 4 == 0 else ""
        rows.append([juror_name(at), f"juror{at + 1}@example.org", f"601 200 {at:03}", modes, code, limit])
    return _spoilt(JUROR_TITLES, rows, {2: (1, "bez adresu"), 4: (3, "teleportacja"), 7: (1, "")})


def juror_name(at: int) -> str:
    """The name of the juror at that place."""
    return f"Jurorski{at + 1:03} Jan"


def _spoilt(titles: Row, rows: Sequence[Row], wrong: Mapping[int, tuple[int, object]]) -> Table:
    mended = {place: rows[place] for place in wrong if place < len(rows)}
    spoilt = [list(row) for row in rows]
    for place in mended:
        column, value = wrong[place]
        spoilt[place][column] = value
    return Table(titles, tuple(spoilt), mended)


def sheet(data: bytes) -> list[Row]:
    """The rows of the first sheet of a workbook the bot sent."""
    return [list(row) for row in CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()]
