"""The parts of masking, one by one: what they take, and what they leave."""

from __future__ import annotations

from collections.abc import Iterator

import morfeusz2
import pytest
from stdnum.pl import pesel

from scoring.masking.found import Found, Kind, blanked, settled
from scoring.masking.lexicon import LONGEST, NO_READING, reading
from scoring.masking.plain import plain
from scoring.masking.spoken import spoken
from scoring.redaction import mask


def masked(text: str) -> list[tuple[str, str]]:
    """What was masked: kind and words."""
    return [(one.kind.value, text[one.start : one.end]) for one in mask(text).replacements]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Konto DE89 3704 0044 0532 0130 00 podano.", [("konto", "DE89 3704 0044 0532 0130 00")]),
        ("Kod AB12 3456 7890 1234 5678 na kartce.", []),
        ("Telefon ośmiocyfrowy: 12345678.", [("telefon", "12345678")]),
        ("Zadzwonić: +99 601 555 123.", [("telefon", "+99 601 555 123")]),
        ("Zadzwonić: 00 380 67 555 12 34.", [("telefon", "00 380 67 555 12 34")]),
        ("Zadzwonić: +7.", []),
        ("Numer (22) 555 01 23.", [("telefon", "(22) 555 01 23")]),
        ("Sala 12 (22) 555 01 23.", [("telefon", "(22) 555 01 23")]),
        ("Kod 5550123.", []),
        ("Numer 555-01-23.", [("telefon", "555-01-23")]),
        ("Sprawa AB.123.601555123.", []),
        ("Strony 601 555 123 osób.", []),
        ("Prawo jazdy 00999/26/1465.", [("dokument", "00999/26/1465")]),
        ("Wniosek 00999/26/1465.", []),
        ("Symbol ABC 123 4567.", []),
        ("Dowód z serii abc 123456.", [("dokument", "abc 123456")]),
        ("Symbol ABC 123456.", []),
        ("Wersja BZ 12345.", [("tablica", "BZ 12345")]),
        ("Wersja BZ ABCDE.", []),
        ("Auto W0 ABCDE.", [("tablica", "W0 ABCDE")]),
        ("Auto WX ABCDE.", []),
        ("Wersja AZ 12345.", []),
        ("Wersja b1 12345.", []),
        ("Dnia 12.03.1985 było ładnie.", []),
        ("pięć sześć siedem osiem dziewięć zero jeden", []),
        (
            "tel. pięć sześć siedem osiem dziewięć zero jeden",
            [("telefon", "pięć sześć siedem osiem dziewięć zero jeden")],
        ),
        ("Napisz do jan@example.org-", [("e-mail", "jan@example.org")]),
        ("Ta małpa kropka i tyle.", []),
        ("Profil @urzad_gminy jest miły.", []),
        ("Profil instagram.com/zielinska_g jest miły.", [("profil", "instagram.com/zielinska_g")]),
    ],
)
def test_numbers_and_papers(text: str, found: list[tuple[str, str]]) -> None:
    """Numbers are told apart by their digits and by the words around them."""
    assert masked(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Byłem przy Lipowej 7 w sobotę.", [("adres", "Lipowej 7")]),
        ("Byłem przy Lipowej 7 dni.", []),
        ("Byłem przy Lipowej 7.", [("adres", "Lipowej 7")]),
        ("Byłem przy Lipowej 7/2.", [("adres", "Lipowej 7/2")]),
        ("Lipowa 7 to adres.", []),
        ("Mieszka na Lipowej, jak mówił.", [("adres", "Lipowej")]),
        ("Byłem na Lipowej, jak mówił.", []),
        ("Kod 00-950 wpisałem.", [("adres", "00-950")]),
        ("Było 10-200 sztuk.", []),
        ("Napisał 00-950, taki kod.", [("adres", "00-950")]),
        ("ul. Lipowa 7 w Urzędzie wpisali.", [("adres", "ul. Lipowa 7")]),
        ("ul. Lipowa 7 w Zmyślonce.", [("adres", "ul. Lipowa 7 w Zmyślonce")]),
        ("Mieszka: Okienko 5.", []),
    ],
)
def test_addresses(text: str, found: list[tuple[str, str]]) -> None:
    """A street is an address where somebody lives or a house number says so."""
    assert masked(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Obsługiwał mnie Jan Paweł II na obrazie.", []),
        ("Byłem w parku Adama Mickiewicza.", []),
        ("Wyszłam z centrum. Kowalska została.", ["Kowalska"]),
        ("Wtedy Bielsko-Biała była daleko.", []),
        ("Wtedy Kowalska-Nowak wyszła.", ["Kowalska-Nowak"]),
        ("Burmistrz Zając milczał.", ["Zając"]),
        ("Burmistrza Konina nie było.", []),
        ("Burmistrz Xyźwk milczał.", []),
        ("Kierownik Xyźwk milczał.", ["Xyźwk"]),
        ("Kierownik XYZ milczał.", []),
        ("Kierownik, Anna Nowak, milczała.", ["Anna Nowak"]),
        ("Kierownik, Xyźwk, milczał.", []),
        ("Pan XYZ milczał.", []),
        ("Pani Kropelka milczała.", ["Kropelka"]),
        ("Pani Urzędniczka milczała.", []),
        ("Minęło lato. Wilk zawył.", []),
        ("Przyszła Malina Kowalczyk.", ["Malina Kowalczyk"]),
        ("Malina Kowalska przyszła.", ["Malina Kowalska"]),
        ("Jagoda poszła dalej.", ["Jagoda"]),
        ("Jagoda na cieście.", []),
        ("Byłam w Wiktorii pod sklepem.", []),
        ("Spotkałam Malinę pod sklepem.", ["Malinę"]),
        ("Był to KOWALSKI.", []),
        ("Był to WIŚNIEWICZ.", ["WIŚNIEWICZ"]),
        ("Był to Jan URZĄD.", ["Jan"]),
        ("Był to ADAM NOWAK.", ["ADAM NOWAK"]),
        ("To ULA i LEN.", []),
        ("Przyszli Wiśniewscy razem.", ["Wiśniewscy"]),
        ("Było u Pawlaków miło.", ["Pawlaków"]),
        ("Była Anna Ewa Maria Zofia Irena Helena Kowalska.", ["Anna Ewa Maria Zofia Irena", "Helena Kowalska"]),
        ("W mailu Kowalski Urząd zapraszał.", []),
        ("W Krakowskim jest ciepło.", []),
        ("Napisał Kowalski do mnie.", ["Kowalski"]),
        ("Napisał Kowalski.", ["Kowalski"]),
        ("Wtedy Warszawski urząd odpisał.", []),
        ("Nowak J. podpisał.", ["Nowak J."]),
        ("Nowak J podpisał.", ["Nowak"]),
        ("Nowak podpisał.", ["Nowak"]),
        ("Wilk podpisał.", []),
        ("Pani A. wyszła.", ["A."]),
        ("Punkt A. Potem B.", []),
        ("Podpisał A. Wilk.", ["A. Wilk"]),
        ("Punkt A był zamknięty.", []),
        ("Podpisał A.B.C. Nowak tutaj.", ["A.B.C. Nowak"]),
        ("Podpisał J. Urząd tutaj.", ["J."]),
        ("Pan van der Berg wyszedł.", ["van der Berg"]),
        ("Pan de tutaj.", []),
        ("Była Anna de Urząd tam.", ["Anna"]),
        ("Był pan Nguyen Van Minh.", ["Nguyen Van Minh"]),
        ("Był jan kowalski i kasia poszła.", ["jan kowalski", "kasia"]),
        ("pan głosem cichym mówił", []),
        ("pani była miła", []),
        ("pani kowalska była miła", ["kowalska"]),
        ("pan kierownik był miły", []),
        ("pani krysia była miła", ["krysia"]),
        ("Anna Pani Ewa", ["Anna", "Ewa"]),
        ("Anna XYZ i Anna Xyźwk", ["Anna", "Anna Xyźwk"]),
        ("Anna - Ewa i Anna-Urząd", ["Anna", "Ewa", "Anna"]),
        ("Kowalska Anna przyszła, Wilk Anna też.", ["Kowalska Anna", "Wilk Anna"]),
        ("Urząd Anna, Wilk anna", ["Anna", "anna"]),
        ("W gminie Janów i w gminie Anna Nowak.", ["Anna Nowak"]),
        ("Sekretarz gminy Jan Nowak wyszedł.", ["Jan Nowak"]),
    ],
)
def test_names(text: str, found: list[str]) -> None:
    """A capital letter alone makes no name; the words around it do."""
    assert [words for _, words in masked(text)] == found


SENTENCES = {
    "nom": "Wtedy {name} zapytała o to.",
    "gen": "Nie było {name} w pokoju.",
    "dat": "Dziękuję {name} za pomoc.",
    "inst": "Rozmowa z {name} trwała krótko.",
    "loc": "Mówili o {name} w kolejce.",
}
SURNAMES = (
    *("Kowalski", "Kowalska", "Wiśniewski", "Kamiński", "Kamińska", "Lewandowska", "Zieliński", "Dąbrowski"),
    *("Kozłowski", "Kwiatkowska", "Piotrowski", "Grabowski", "Pawłowski", "Michalski", "Jabłoński"),
    *("Nowakowski", "Majewska", "Olszewski", "Malinowski", "Jaworska", "Nowicki", "Górski", "Witkowski"),
    *("Rutkowska", "Ostrowski", "Tomaszewski", "Zalewski", "Jasiński", "Nowak", "Wójcik", "Kowalczyk", "Mazur"),
    *("Krawczyk", "Kaczmarek", "Stępień", "Adamczyk", "Dudek", "Walczak", "Pietrzak", "Marciniak", "Kubiak"),
    *("Sobczak", "Woźniak"),
)
TITLED = (
    *("Wilk", "Lis", "Baran", "Kowal", "Wrona", "Król", "Sikora", "Mucha", "Kot", "Sowa", "Kruk", "Zając"),
    *("Mróz", "Gołąb", "Kania", "Kos", "Maj", "Góra", "Żak"),
)
FIRST_OF_CASE = {"nom": "Piotr", "gen": "Piotra", "dat": "Piotrowi", "inst": "Piotrem", "loc": "Piotrze"}
TITLE_OF_CASE = {"nom": "pan", "gen": "pana", "dat": "panu", "inst": "panem", "loc": "panu"}


def forms(lemma: str) -> set[tuple[str, str, bool]]:
    """Forms of a surname in the singular: word, case, whether it is a man's."""
    found = set()
    for word, _, tag, labels, _ in morfeusz2.Morfeusz().generate(lemma):
        parts = tag.split(":")
        if "nazwisko" in labels and parts[1] != "pl":
            found |= {(word, case, "m1" in parts[3]) for case in parts[2].split(".") if case in SENTENCES}
    return found


def missed(names: Iterator[tuple[str, str]]) -> list[str]:
    """Sentences with a name, by case, in which it is not masked whole."""
    found = []
    for name, case in names:
        sentence = SENTENCES[case].format(name=name)
        if name.split()[-1] in mask(sentence).text:
            found.append(sentence)
    return found


def test_surnames_alone_in_every_case() -> None:
    """Frequent surnames are masked in every case with nothing beside them."""
    assert missed((word, case) for lemma in SURNAMES for word, case, _ in forms(lemma)) == []


def test_ordinary_words_that_are_surnames_in_every_case() -> None:
    """After pan and after a first name they are masked, without them they are left."""
    men = [(word, case) for lemma in TITLED for word, case, is_man in forms(lemma) if is_man]
    assert missed((f"{TITLE_OF_CASE[case]} {word}", case) for word, case in men) == []
    assert missed((f"{FIRST_OF_CASE[case]} {word}", case) for word, case in men) == []
    assert mask("Wtedy Wilk zawył, a barana nikt nie widział.").replacements == ()


@pytest.mark.parametrize(
    ("words", "digits"),
    [("zero jeden", 2), ("sto dwadzieścia trzy", 3), ("dwadzieścia jeden pięć", 3), ("sto sto", 6), ("sto pięć", 3)],
)
def test_digits_told_in_words(words: str, digits: int) -> None:
    """A word fills the places the one before left open."""
    assert [one[2] for one in spoken(words)] == [digits]


def test_plain_text() -> None:
    """Every plain character leads back to where it stood."""
    read = plain("A\u200bz\u0301 \u2013 \u2212 ５ İ ½ \u0301")
    assert read.text == "Aź - - 5 I ½ "
    assert read.span(1, 2) == (2, 4)
    assert plain("zwykły").span(1, 2) == (1, 2)
    assert plain("\u0301a").text == "\u0301a"
    assert plain("a\u0305b").text == "ab"


def test_long_words_are_not_looked_up() -> None:
    """The dictionary is asked about words that can be names."""
    assert reading("a" * (LONGEST + 1)) is NO_READING
    assert NO_READING.unknown
    assert not NO_READING.is_named


def test_what_overlaps_is_settled() -> None:
    """What comes first stays, the rest is left out; what is found makes borders."""
    one, other, third = Found(2, 5, Kind.PHONE), Found(4, 6, Kind.NIP), Found(0, 1, Kind.PESEL)
    assert settled([one, other, third]) == [third, one]
    assert blanked("abcdefg", [third, one]) == "\nb\n\n\nfg"


def test_numbers_of_the_set_belong_to_nobody() -> None:
    """Whoever they would belong to was born before 1900 or is born after 2100."""
    for number in ("30850464891", "02871847412", "97410885251", "24831047452"):
        assert not 1900 <= pesel.get_birth_date(number).year <= 2099
