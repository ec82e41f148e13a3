"""How hard Polish texts are to read."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.readability import fog_index, sentences, syllables, words, words_per_sentence


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("nie", 1),
        ("dom", 1),
        ("w", 0),
        ("Maria", 2),
        ("ziemia", 2),
        ("klient", 2),
        ("klientami", 4),
        ("priorytet", 4),
        ("biblioteka", 4),
        ("historii", 3),
        ("auto", 2),
        ("Europa", 3),
        ("nauka", 3),
        ("nauczyciel", 4),
        ("zaufanie", 4),
        ("nieuczciwy", 4),
        ("zameldowanie", 5),
        ("biało-czerwony", 5),
        ("urzędnik", 3),
        ("ŁÓDŹ", 1),
    ],
)
def test_syllables(word: str, expected: int) -> None:
    """Vowels make syllables; a softening i and the u of au and eu do not, unless a prefix ends between them."""
    assert syllables(word) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        (" … !!! ", 0),
        ("Bez kropki", 1),
        ("Dzień dobry. Zapraszamy!", 2),
        ("Czy to jasne? tak. Nie!", 3),
        ("Wniosek z dnia 5 maja 2026 r. jest u nas.", 1),
        ("Termin minął w 2026 r. Proszę przyjść.", 2),
        ("Zgodnie z art. 5 ust. 2 (Dz. U. z 2022 r. poz. 902) można.", 1),
        ("Ul. Długa, m.in. Rynek. Koniec.", 2),
        ("Pisze J. Kowalska. Pozdrawiam.", 2),
        ("Strona: https://www.gov.pl. Zapraszamy.", 2),
        ("Do zabrania:\n- dowód\n- wniosek\n1. Zdjęcie", 4),
        ("Pierwszy akapit\n\nDrugi akapit", 2),
        ("Wiersz złamany\nw pół zdania.", 1),
        ("Powiedział „tak.” Potem wyszedł.", 2),
    ],
)
def test_number_of_sentences(text: str, expected: int) -> None:
    """Abbreviations, initials and addresses end no sentence; blank lines and list items do."""
    assert len(sentences(text)) == expected


def test_words_are_counted_without_punctuation() -> None:
    """Numbers, addresses and hyphenated words are one word each; punctuation is none."""
    assert words("Opłata – 22,50 zł (biało-czerwony druk): urzad@gmina.pl!") == [
        "Opłata",
        "22,50",
        "zł",
        "biało-czerwony",
        "druk",
        "urzad@gmina.pl",
    ]


def test_words_per_sentence() -> None:
    """Six words in two sentences are three a sentence; no words, no number."""
    assert words_per_sentence("Proszę przyjść jutro. Zabierz dowód osobisty.") == 3
    assert words_per_sentence("?!") is None


def test_fog_index_of_a_text_counted_by_hand() -> None:
    """Eight words, two sentences, two words of four or more syllables: 0.4 * (4 + 25) = 11.6."""
    text = "Zameldowanie jest bezpłatne. Proszę przyjść i zabrać dokumenty."
    assert [word for word in words(text) if syllables(word) >= 4] == ["Zameldowanie", "dokumenty"]
    assert fog_index(text) == Decimal("11.6")


def test_fog_index_leaves_addresses_out_of_the_hard_words() -> None:
    """A long address is a word, not a hard one; a text without words has no index."""
    assert fog_index("Zobacz: www.obywatelskie-informacje.gov.pl") == Decimal("0.8")
    assert fog_index("") is None


@given(st.text())
def test_any_text_has_an_average_or_no_word(text: str) -> None:
    """Whatever is pasted in gives a positive average, or nothing where there is no word."""
    average, index = words_per_sentence(text), fog_index(text)
    assert (average is None) == (index is None) == (not sentences(text))
    assert average is None or average >= 1
