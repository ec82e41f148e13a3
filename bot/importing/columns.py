"""The columns of the three kinds of tables: what each is called, how its cells are read, an example of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bot.importing import cells
from bot.importing.cells import shown
from bot.importing.problems import Trouble, Wrong
from scenarios.folding import fold
from storage.sheets import Cell

MAX_RADIUS_KM = 1000
MAX_LIMIT = 1000
MAX_CHARACTERS = 2000
"""Of a text in a cell."""


class Kind(StrEnum):
    """What a table lists."""

    PARTICIPANTS = "participants"
    JURORS = "jurors"
    COORDINATORS = "coordinators"


KINDS = tuple(Kind)
"""In the order buttons count them."""

Read = Callable[[Cell], object]


@dataclass(frozen=True, slots=True)
class Column:
    """A column we know. ``field`` is ours, ``title`` what the template calls it, ``names`` what else is understood."""

    field: str
    title: str
    read: Read
    example: str
    names: tuple[str, ...] = ()
    needed: bool = False
    """A row about somebody new must fill it."""


def _text(read: Callable[[str], object]) -> Read:
    return lambda cell: read(shown(cell))


def _plain(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        raise Wrong(Trouble.TOO_LONG, str(MAX_CHARACTERS))
    return text


def _radius(text: str) -> int | None:
    return cells.limit(text, most=MAX_RADIUS_KM)


def _limit(text: str) -> int | None:
    return cells.limit(text, most=MAX_LIMIT)


def _chosen_language(text: str) -> str:
    found = cells.languages(text)
    if len(found) != 1 or found[0] not in {"pl", "en"}:
        raise Wrong(Trouble.NOT_A_LANGUAGE, "polski")
    return found[0]


_PLAIN = _text(_plain)
_NAMED = ("imię i nazwisko", "nazwisko i imię", "osoba", "name", "full name", "imie nazwisko")
_MAIL = ("email", "mail", "adres e-mail", "adres email", "adres mailowy", "e-mail adres", "poczta elektroniczna")
_PHONES = ("tel", "telefony", "nr telefonu", "numer telefonu", "tel./fax", "telefon kontaktowy", "phone", "komórka")
_CODES = ("kod", "kod poczt", "postcode", "postal code", "zip", "kod pocztowy siedziby")
_COORDINATORS = ("opiekun", "koordynator/ka", "prowadzi", "coordinator", "koordynator (e-mail)", "e-mail koordynatora")

PARTICIPANT_COLUMNS = (
    Column("number", "Numer", _PLAIN, "101", ("nr", "lp", "id", "identyfikator", "number", "no", "nr podmiotu")),
    Column(
        "name",
        "Nazwa",
        _PLAIN,
        "Gmina Miejska Płońsk",
        (
            *("nazwa podmiotu", "pełna nazwa", "nazwa pełna", "nazwa instytucji", "instytucja", "podmiot", "uczestnik"),
            *("name", "institution", "nazwa uczestnika", "nazwa jednostki", "jednostka"),
        ),
        needed=True,
    ),
    Column("short_name", "Nazwa skrócona", _PLAIN, "Płońsk", ("skrót", "nazwa krótka", "krótka nazwa", "short name")),
    Column(
        "type",
        "Typ",
        _text(cells.participant_type),
        "gmina",
        ("rodzaj", "typ podmiotu", "rodzaj podmiotu", "kategoria", "typ uczestnika", "type", "typ instytucji"),
        needed=True,
    ),
    Column("nip", "NIP", _text(cells.nip), "", ("numer nip", "nr nip", "nip podmiotu", "tax id")),
    Column(
        "address",
        "Adres",
        _PLAIN,
        "ul. Płocka 39",
        ("ulica", "ulica i numer", "ulica i nr", "adres siedziby", "address"),
    ),
    Column("postcode", "Kod pocztowy", _text(cells.postcode), "09-100", _CODES),
    Column("city", "Miejscowość", _PLAIN, "Płońsk", ("miasto", "city", "poczta", "siedziba", "town")),
    Column("voivodship", "Województwo", _text(cells.voivodship), "mazowieckie", ("woj", "voivodeship", "voivodship")),
    Column(
        "hours", "Godziny", _PLAIN, "pn. 8–17, wt.–pt. 8–16", ("godziny otwarcia", "godziny pracy", "opening hours")
    ),
    Column("phone", "Telefon", _text(cells.phone), "+48 23 662 26 91", (*_PHONES, "telefon publiczny")),
    Column("email", "E-mail", _text(cells.email), "poczta@example.org", (*_MAIL, "e-mail publiczny")),
    Column(
        "site",
        "Strona WWW",
        _text(cells.site),
        "plonsk.example.org",
        ("www", "strona", "strona internetowa", "website"),
    ),
    Column(
        "social",
        "Media społecznościowe",
        _PLAIN,
        "facebook.com/plonsk",
        ("facebook", "fb", "social media", "social", "profil", "profile społecznościowe", "media"),
    ),
    Column(
        "is_small",
        "Mała gmina",
        _text(cells.yes_no),
        "nie",
        ("mala gmina (tak/nie)", "liczba mieszkańców", "mieszkańcy", "ludność", "small", "population"),
    ),
    Column(
        "keys_from",
        "Klucz od",
        cells.day,
        "01.10.2026",
        ("klucz ważny od", "klucze od", "odpowiedzi od", "ważne od", "valid from", "keys from"),
    ),
    Column(
        "contact_name",
        "Osoba kontaktowa",
        _PLAIN,
        "Anna Przykładowa",
        ("kontakt", "osoba do kontaktu", "contact person", "contact"),
    ),
    Column(
        "contact_email",
        "E-mail osoby kontaktowej",
        _text(cells.email),
        "anna@example.org",
        ("email osoby kontaktowej", "e-mail kontaktowy", "email kontaktowy", "contact email", "e-mail do kontaktu"),
    ),
    Column("coordinator", "Koordynator", _PLAIN, "", _COORDINATORS),
)

JUROR_COLUMNS = (
    Column("name", "Imię i nazwisko", _PLAIN, "Jan Przykładowy", (*_NAMED, "juror", "jurorka", "jurorzy"), needed=True),
    Column("email", "E-mail", _text(cells.email), "jan@example.org", _MAIL, needed=True),
    Column("phone", "Telefon", _text(cells.phone), "601 234 567", _PHONES),
    Column(
        "modes",
        "Sposoby kontaktu",
        _text(cells.modes),
        "wizyta, telefon, e-mail",
        ("sposoby", "formy kontaktu", "kanały", "modes", "co może robić", "rodzaje kontaktów", "formy"),
    ),
    Column(
        "postcode",
        "Kod pocztowy",
        _text(cells.postcode),
        "09-100",
        (*_CODES, "kod pocztowy domu", "kod zamieszkania", "home postcode", "kod pocztowy zamieszkania"),
    ),
    Column("radius_km", "Promień km", _text(_radius), "40", ("promień", "promień (km)", "zasięg", "radius", "dojazd")),
    Column("languages", "Języki", _text(cells.languages), "polski", ("język", "languages", "znajomość języków")),
    Column(
        "weekly_limit",
        "Limit tygodniowo",
        _text(_limit),
        "3",
        ("limit na tydzień", "ile tygodniowo", "tygodniowo", "weekly limit", "limit tygodniowy"),
    ),
    Column(
        "total_limit",
        "Limit łącznie",
        _text(_limit),
        "15",
        ("limit", "limit ogółem", "ile łącznie", "łącznie", "total limit", "limit łączny"),
    ),
    Column("days", "Dni", _text(cells.days), "pn-pt", ("dni tygodnia", "dostępne dni", "days", "kiedy może")),
    Column(
        "certified",
        "Certyfikaty",
        _text(cells.listed),
        "",
        ("scenariusze", "certyfikowane scenariusze", "certyfikat", "certified", "uprawnienia"),
    ),
    Column(
        "conflicts",
        "Konflikty",
        _text(cells.listed),
        "101",
        ("konflikt interesów", "konflikty interesów", "wykluczenia", "conflicts", "nie może oceniać", "wyłączenia"),
    ),
    Column("language", "Język rozmowy", _text(_chosen_language), "polski", ("język czatu", "chat language")),
    Column("coordinator", "Koordynator", _PLAIN, "", _COORDINATORS),
)

COORDINATOR_COLUMNS = (
    Column(
        "name", "Imię i nazwisko", _PLAIN, "Ewa Przykładowa", (*_NAMED, "koordynator", "koordynatorzy"), needed=True
    ),
    Column("email", "E-mail", _text(cells.email), "ewa@example.org", _MAIL, needed=True),
    Column("phone", "Telefon", _text(cells.phone), "602 345 678", _PHONES),
)

COLUMNS: Mapping[Kind, tuple[Column, ...]] = {
    Kind.PARTICIPANTS: PARTICIPANT_COLUMNS,
    Kind.JURORS: JUROR_COLUMNS,
    Kind.COORDINATORS: COORDINATOR_COLUMNS,
}

REMARKS = "Uwagi"
"""The column that the file with remarks has more than the one that was sent; passed over when it comes back."""

KEYS: Mapping[Kind, tuple[str, ...]] = {
    Kind.PARTICIPANTS: ("number", "nip", "name"),
    Kind.JURORS: ("email",),
    Kind.COORDINATORS: ("email",),
}
"""One of these columns must be there: by them a row is recognised the next time."""


REMEMBERED_TITLES = 2048
"""Cells that might be titles of which it is kept what they mean: every kind of table is tried on the first rows."""


def column(kind: Kind, field: str) -> Column:
    """The column of that field. Raises KeyError."""
    return _BY_FIELD[kind][field]


@lru_cache(REMEMBERED_TITLES)
def field_of(kind: Kind, title: str) -> str | None:
    """The field a column's title means."""
    bare = fold(title.partition("(")[0].replace("*", " ").replace("_", " "))
    names = _BY_NAME[kind]
    return names.get(fold(title)) or names.get(bare) or names.get(bare.replace("-", " "))


_BY_FIELD = {kind: {one.field: one for one in columns} for kind, columns in COLUMNS.items()}
_BY_NAME = {
    kind: {fold(name): one.field for one in columns for name in (one.field.replace("_", " "), one.title, *one.names)}
    for kind, columns in COLUMNS.items()
}
