"""What is understood of a table: kinds, columns, cells, problems with suggestions, and what a row would change."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.importing import cells
from bot.importing.columns import COLUMNS, Kind
from bot.importing.matching import Author, Known, Status, Verdict, judge
from bot.importing.problems import Problem, Trouble, Wrong
from bot.importing.summary import remarked_table, summary_from_json, summary_to_json, summed
from bot.importing.tables import NoTable, Table, Unclear, read_table
from bot.importing.types import TYPES, type_name
from bot.views.office import importing as views
from scenarios.model import Mode
from storage.editions import Participant
from storage.people import Person, Role
from storage.profiles import Profile
from storage.sheets import Book, Cell, Form, Sheet

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PLONSK = Participant(
    *(1, 7, "Gmina Miejska Płońsk", "Płońsk", "gmina", "ul. Płocka 39", "09-100", "Płońsk", "", "", "", "", ""),
    number="101",
)
EWA = Person(3, 7, "Ewa Zielna", Role.COORDINATOR, email="ewa@example.org")
ADAM = Person(4, 7, "Adam Nowak", Role.COORDINATOR, email="adam@example.org")
JAN = Person(5, 7, "Jan Test", Role.JUROR, email="jan@example.org", phone="+48 601 234 567")
KNOWN = Known([PLONSK], [EWA, ADAM, JAN], {5: Profile(5, radius_km=40)}, frozenset(), ["telefon", "wizyta"])

Grid = list[list[Cell]]


def book(*grids: Grid, names: tuple[str, ...] = ("Arkusz1", "Arkusz2", "Arkusz3")) -> Book:
    """A workbook of these grids."""
    sheets = tuple(Sheet(name, tuple(tuple(row) for row in grid)) for name, grid in zip(names, grids, strict=False))
    return Book(Form.XLSX, sheets)


def table_of(grid: Grid, *, file_name: str = "lista.xlsx", kind: Kind | None = None) -> Table:
    """The table that is understood."""
    found = read_table(book(grid), file_name=file_name, kind=kind)
    assert isinstance(found, Table), found
    return found


def known(**changed: object) -> Known:
    """What the edition knows, fresh."""
    facts = {name: getattr(KNOWN, name) for name in ("participants", "people", "profiles", "conflicts", "scenarios")}
    return Known(**{**facts, **changed})


def judged(grid: Grid, *, author: Author | None = None, facts: Known | None = None) -> list[Verdict]:
    """What the rows of a grid would do."""
    table = table_of(grid)
    against = facts or known()
    return [judge(table, row, against, author or Author()) for row in table.rows]


def told(verdict: Verdict) -> list[tuple[Trouble, str]]:
    """The problems of a row with their suggestions."""
    return [(problem.trouble, problem.suggestion) for problem in verdict.problems]


# Which table --------------------------------------------------------------------------------------------------------


def test_each_form_is_recognised_by_its_own_columns() -> None:
    """The forms we hand out are read as what they are."""
    for kind in (Kind.PARTICIPANTS, Kind.JURORS):
        assert table_of([[column.title for column in COLUMNS[kind]]]).kind is kind
    titles: Grid = [[column.title for column in COLUMNS[Kind.COORDINATORS]]]
    assert table_of(titles, file_name="Koordynatorzy.xlsx").kind is Kind.COORDINATORS


def test_a_title_above_and_another_sheet_do_not_disturb() -> None:
    """The header is found below a title, in the sheet that fits best; rows keep the file's numbers."""
    places: Grid = [["Lista podmiotów 2026"], [], ["Lp.", "NAZWA PODMIOTU *", "Rodzaj (typ)"], [1, "A", "gmina"]]
    found = read_table(book([["notatki"], ["x"]], places), file_name="x.xlsx")
    assert isinstance(found, Table)
    assert (found.header.at, found.rows[0].number, found.others) == (2, 4, ("Arkusz1",))
    assert found.rows[0].values == {"number": "1", "name": "A", "type": "gmina"}


def test_what_could_be_jurors_or_coordinators_is_asked() -> None:
    """Names and addresses alone do not say; a file's name does."""
    grid: Grid = [["Imię i nazwisko", "E-mail", "Telefon"], ["Jan", "jan@example.org", ""]]
    found = read_table(book(grid), file_name="lista.xlsx")
    assert isinstance(found, Unclear)
    assert set(found.kinds) == {Kind.JURORS, Kind.COORDINATORS}
    assert table_of(grid, file_name="jurorzy.xlsx").kind is Kind.JURORS
    assert table_of(grid, kind=Kind.COORDINATORS).kind is Kind.COORDINATORS


def test_no_header_and_no_key_are_told_apart() -> None:
    """Nothing known at all, or a table of jurors without e-mail."""
    assert read_table(book([["a", "b"], ["c", "d"]]), file_name="x") == NoTable()
    found = read_table(book([["Imię i nazwisko", "Promień", "Dni"]]), file_name="x")
    assert isinstance(found, NoTable)
    assert found.kind is Kind.JURORS
    assert "Promień" in found.found


def test_unknown_doubled_and_missing_columns_are_named() -> None:
    """Nothing is passed over silently; the column of remarks of our own is."""
    table = table_of([["Numer", "Nazwa", "Nazwa podmiotu", "Ulubiony kolor", "Uwagi"], ["1", "A", "B", "c", "d"]])
    assert table.header.unknown == ("Ulubiony kolor",)
    assert table.header.twice == ("Nazwa podmiotu",)
    assert [column.title for column in table.missing] == ["Typ"]


# Cells --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (cells.participant_type, "Urząd Gminy", "gmina"),
        (cells.participant_type, "SPÓŁDZIELNIA mieszkaniowa", "spoldzielnia"),
        (cells.voivodship, "woj. Warmińsko-Mazurskie", "warmińsko-mazurskie"),
        (cells.voivodship, "kujawsko pomorskie", "kujawsko-pomorskie"),
        (cells.postcode, "09100", "09-100"),
        (cells.postcode, "9100", "09-100"),
        (cells.postcode, "09 – 100", None),
        (cells.nip, "567-000-33-49", None),
        (cells.nip, "NIP: 526-104-08-28", "5261040828"),
        (cells.phone, "(23) 662 26 91", "+48 23 662 26 91"),
        (cells.phone, "+48 601-234-567", "+48 601 234 567"),
        (cells.email, "mailto:Jan@Example.ORG", "Jan@example.org"),
        (cells.site, "www.plonsk.pl", "https://www.plonsk.pl"),
        (cells.yes_no, "x", True),
        (cells.yes_no, "4 999", True),
        (cells.yes_no, "12000", False),
        (cells.modes, "wizyta, tel. i www", (Mode.VISIT, Mode.PHONE, Mode.WEBSITE)),
        (cells.modes, "wszystkie", tuple(Mode)),
        (cells.days, "pn.-pt.", (0, 1, 2, 3, 4)),
        (cells.days, "pn, śr, sob-nd", (0, 2, 5, 6)),
        (cells.days, "pt–pn", (0, 4, 5, 6)),
        (cells.days, "wtorki i piątki", None),
        (cells.languages, "polski; angielski", ("pl", "en")),
        (cells.day, "31.12.2026 r.", date(2026, 12, 31)),
        (cells.day, "2026-12-31", date(2026, 12, 31)),
        (cells.day, date(2026, 12, 31), date(2026, 12, 31)),
    ],
)
def test_cells_are_understood(read: object, text: object, value: object) -> None:
    """As people write them; None: not understood."""
    assert callable(read)
    if value is None:
        with pytest.raises(Wrong):
            read(text)
    else:
        assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "trouble", "suggestion"),
    [
        (cells.voivodship, "Mazowickie", Trouble.NOT_A_VOIVODSHIP, "mazowieckie"),
        (cells.participant_type, "bibloteka", Trouble.NOT_A_TYPE, "biblioteka"),
        (cells.participant_type, "zoo", Trouble.NOT_A_TYPE, ""),
        (cells.email, "jan (at) example.org", Trouble.NOT_AN_EMAIL, "jan@example.org"),
        (cells.postcode, "kod 09-100 Płońsk", Trouble.NOT_A_POSTCODE, "09-100"),
        (cells.day, "31.02.2026", Trouble.NOT_A_DATE, ""),
        (cells.yes_no, "może", Trouble.NOT_YES_NO, ""),
        (cells.site, "mamy stronę", Trouble.NOT_A_SITE, ""),
        (cells.phone, "23", Trouble.NOT_A_PHONE, ""),
    ],
)
def test_a_wrong_cell_suggests_what_could_be_meant(read: object, text: str, trouble: Trouble, suggestion: str) -> None:
    """A code, and the nearest thing if there is one."""
    assert callable(read)
    with pytest.raises(Wrong) as wrong:
        read(text)
    assert (wrong.value.trouble, wrong.value.suggestion) == (trouble, suggestion)


def test_every_type_has_a_name() -> None:
    """Plain names mean their own type again."""
    assert {cells.participant_type(type_name(code)) for code in TYPES} == set(TYPES)
    assert type_name("zoo") == "zoo"


CELL = st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes())


@given(st.sampled_from([*COLUMNS[Kind.PARTICIPANTS], *COLUMNS[Kind.JURORS]]), CELL)
def test_no_cell_raises_anything_else(column: object, cell: Cell) -> None:
    """Every reader understands or says what is wrong."""
    read = getattr(column, "read")  # noqa: B009 - a column of either kind
    if cells.shown(cell):
        with suppress(Wrong):
            read(cell)


TITLE = st.sampled_from(["Numer", "Nazwa", "E-mail", "Typ", "Konflikty", "Kod pocztowy", "Dni", "x", ""])


@given(st.lists(TITLE, max_size=8), st.lists(st.lists(CELL, max_size=8), max_size=6), st.sampled_from([None, *Kind]))
def test_no_grid_raises(header: list[str], rows: list[list[Cell]], kind: Kind | None) -> None:
    """Whatever stands in a grid is understood, asked about or refused, and can be told."""
    table = read_table(book([list(header), *rows]), file_name="x", kind=kind)
    if isinstance(table, Table):
        facts = known()
        verdicts = [judge(table, row, facts, Author(3)) for row in table.rows]
        summary = summed(table, verdicts, becomes_own=True)
        assert summary_from_json(summary_to_json(summary)) == summary
        assert views.preview(1, summary, file_name="x", has_remarks=True, language="pl").body
        titles, grid = remarked_table(table, {})
        assert all(len(row) == len(titles) for row in grid)


# What a row would do ------------------------------------------------------------------------------------------------


def test_problems_name_row_column_value_and_suggestion() -> None:
    """The example everybody quotes; errors keep the row out."""
    [verdict] = judged([["Numer", "Nazwa", "Typ", "Województwo"], ["7", "A", "gmina", "Mazowickie"]])
    assert verdict.status is Status.WRONG
    assert verdict.problems == (Problem(2, "Województwo", "Mazowickie", Trouble.NOT_A_VOIVODSHIP, "mazowieckie"),)


def test_new_changed_and_the_same_are_told_apart() -> None:
    """By number, else by NIP, else by name and place; empty cells change nothing."""
    grid: Grid = [
        ["Numer", "Nazwa", "Typ", "Miejscowość", "Adres"],
        ["101", "Gmina Miejska Płońsk", "gmina", "Płońsk", ""],
        ["", "GMINA MIEJSKA  PŁOŃSK", "gmina", "Płońsk", "ul. Nowa 1"],
        ["102", "Gmina Miejska Płońsk", "gmina", "Płońsk", ""],
    ]
    verdicts = judged(grid)
    assert [(verdict.status, verdict.target) for verdict in verdicts] == [
        (Status.SAME, 1),
        (Status.CHANGED, 1),
        (Status.NEW, None),
    ]
    assert verdicts[1].values == {"name": "GMINA MIEJSKA PŁOŃSK", "address": "ul. Nowa 1"}


def test_a_postal_code_gives_place_and_voivodship() -> None:
    """And says so where the table's own voivodship does not fit."""
    [verdict, other, unknown] = judged(
        [
            ["Numer", "Nazwa", "Typ", "Kod pocztowy", "Województwo"],
            ["7", "A", "gmina", "09100", ""],
            ["8", "B", "gmina", "09-100", "śląskie"],
            ["9", "C", "gmina", "99-999", ""],
        ]
    )
    assert verdict.values["voivodship"] == "mazowieckie"
    assert round(verdict.values["latitude"]) == 53
    assert (other.status, told(other)) == (Status.NEW, [(Trouble.OTHER_VOIVODSHIP, "mazowieckie")])
    assert (unknown.status, told(unknown)) == (Status.NEW, [(Trouble.UNKNOWN_POSTCODE, "")])


def test_doubles_formulas_and_gaps_are_errors() -> None:
    """The same number twice; a formula's text; a new row without a name; but telephones begin with a plus."""
    verdicts = judged(
        [
            ["Numer", "Nazwa", "Typ", "Telefon"],
            ["7", "A", "gmina", "+48 23 662 26 91"],
            ["7", "B", "gmina", ""],
            ["8", "=HYPERLINK(1)", "gmina", ""],
            ["9", "", "gmina", ""],
        ]
    )
    assert [told(verdict) for verdict in verdicts] == [
        [],
        [(Trouble.TWICE, "2")],
        [(Trouble.FORMULA, "")],
        [(Trouble.MISSING, "Gmina Miejska Płońsk")],
    ]


def test_a_coordinator_brings_in_their_own_only() -> None:
    """New rows become theirs; what another looks after, or is given to another, is refused."""
    grid: Grid = [
        ["Numer", "Nazwa", "Typ", "Koordynator"],
        ["101", "Inna", "gmina", ""],
        ["7", "A", "gmina", ""],
        ["8", "B", "gmina", "Adam Nowak"],
        ["9", "C", "gmina", "ewa@example.org"],
        ["10", "D", "gmina", "Ewa Zielona"],
    ]
    verdicts = judged(grid, author=Author(3), facts=known(participants=[replace(PLONSK, coordinator_id=4)]))
    assert [told(verdict) for verdict in verdicts] == [
        [(Trouble.ANOTHERS, "")],
        [],
        [(Trouble.ANOTHERS, "")],
        [],
        [(Trouble.UNKNOWN_COORDINATOR, "Ewa Zielna")],
    ]
    assert [verdict.values.get("coordinator_id") for verdict in verdicts] == [None, 3, None, 3, None]
    assert "coordinator_id" not in judged(grid)[1].values


def test_jurors_bring_profile_and_conflicts() -> None:
    """Modes, radius, limits, certificates; conflicts by number or short name, with a suggestion."""
    grid: Grid = [
        ["Imię i nazwisko", "E-mail", "Telefon", "Sposoby", "Promień", "Limit tygodniowo", "Certyfikaty", "Konflikty"],
        ["Jan Test", "JAN@example.org", "601234567", "", "40 km", "", "", ""],
        ["Jan Test", "jan2@example.org", "", "wizyta", "brak", "2", "Wizyta", "101; Płońsk"],
        ["Ola Test", "ola@example.org", "", "lot balonem", "40", "", "wizita", "Płońks"],
        ["Ewa", "ewa@example.org", "", "", "", "", "", ""],
    ]
    verdicts = judged(grid)
    assert [verdict.status for verdict in verdicts] == [Status.SAME, Status.NEW, Status.WRONG, Status.WRONG]
    profile = {"modes": (Mode.VISIT,), "radius_km": None, "weekly_limit": 2, "certified": ("wizyta",)}
    assert verdicts[1].profile == profile
    assert verdicts[1].conflicts == (1,)
    assert told(verdicts[2]) == [
        (Trouble.NOT_A_MODE, ""),
        (Trouble.NOT_A_SCENARIO, "wizyta"),
        (Trouble.UNKNOWN_PARTICIPANT, "Płońsk"),
    ]
    assert told(verdicts[3]) == [(Trouble.OTHER_ROLE, "")]


def test_somebody_without_an_email_is_found_by_name_once() -> None:
    """Invited from the command line before; the second of that name is somebody new."""
    facts = known(people=[replace(JAN, email="", left_at=NOW)])
    grid: Grid = [
        ["Juror", "E-mail", "Dni"],
        ["Jan Test", "jan@example.org", "pn"],
        ["Jan Test", "jan2@example.org", "pn"],
    ]
    first, second = judged(grid, facts=facts)
    assert (first.status, first.target, first.values) == (Status.CHANGED, 5, {"email": "jan@example.org"})
    assert told(first) == [(Trouble.SAME_NAME, ""), (Trouble.HAS_LEFT, "")]
    assert (second.status, second.target) == (Status.NEW, None)


# Words --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_problem_has_a_sentence(trouble: Trouble, language: str) -> None:
    """With row, column and suggestion."""
    said = views.problem_text(Problem(5, "Kolumna", "wartość", trouble, "podpowiedź"), language=language)
    assert "5" in said
    assert "Kolumna" in said
    assert "{" not in said


def test_many_problems_are_paged_and_none_is_hidden() -> None:
    """Each page holds a few; the last one tells how many stand only in the file."""
    rows: Grid = [[str(n), "A", "zoo"] for n in range(450)]
    grid: Grid = [["Numer", "Nazwa", "Typ"], *rows]
    table = table_of(grid)
    facts = known()
    summary = summed(table, [judge(table, row, facts, Author()) for row in table.rows], becomes_own=False)
    assert (summary.all_problems, len(summary.problems)) == (450, 400)
    assert "450" in " ".join(
        button.label
        for row in views.preview(1, summary, file_name="x", has_remarks=True, language="pl").buttons
        for button in row
    )
    last = views.problems_page(1, summary, 999, file_name="x", language="en")
    assert "50 more remarks stand in the file" in last.body
    assert last.head.endswith("40/40")


def test_remarks_stand_beside_their_rows() -> None:
    """The same rows, once more a column; an older column of remarks makes room."""
    table = table_of([["tytuł"], ["Numer", "Nazwa", "Typ", "Uwagi"], ["1", "A", "gmina", "stara"], [], ["2"]])
    header, rows = remarked_table(table, {5: "źle"})
    assert header == ("Numer", "Nazwa", "Typ", "Uwagi")
    assert rows == (("1", "A", "gmina", ""), ("2", "", "", "źle"))
