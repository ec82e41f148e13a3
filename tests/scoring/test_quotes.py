"""Quotes: found word for word or not at all, with their place in the original text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.quotes import MOST_LETTERS, find
from scoring.rating import Observation, Quote, Void

TEXT = (
    "Pani nie była miła. „Proszę\u00a0czekać…” – powiedziała.\nNieuprzejma odpowiedź, ale "
    + unicodedata.normalize("NFD", "szczegółowa ścieżka")
    + ". Nie. Potem wszystko wyjaśniła; wasn\u2019t in a hurry, not helpful at first. Miejsc: 10² metrów."
)
OBSERVATIONS = (Observation("a", TEXT), Observation("b", "Tak."), Observation("c", "Długo czekałam. Pusto."))


def _found(quote: str) -> str:
    found = find(quote, OBSERVATIONS)
    assert isinstance(found, Quote), found
    text = next(one.text for one in OBSERVATIONS if one.path == found.path)
    assert text[found.start : found.end] == found.text
    return found.text


@pytest.mark.parametrize(
    "quote",
    [
        "Pani nie była miła",
        "pani NIE była miła.",
        "„nie była miła”",
        "Proszę czekać",
        '"Proszę czekać..." - powiedziała',
        "powiedziała. Nieuprzejma odpowiedź",
        "szczegółowa ścieżka",
        unicodedata.normalize("NFD", "szczegółowa ścieżka"),
        "…szczegółowa   ścieżka…",
        "Potem wszystko wyjaśniła",
        "wasn't in a hurry",
        "10² metrów",
        "Tak",
        "Nieuprzejma odpowiedź",
    ],
)
def test_verbatim_quotes_are_found(quote: str) -> None:
    """Shapes of marks, spaces and letters do not matter; the words do."""
    assert _found(quote)


@pytest.mark.parametrize(
    ("quote", "reason"),
    [
        ("Pani była miła", Void.INVENTED_QUOTE),
        ("Pani nie była niemiła", Void.INVENTED_QUOTE),
        ("nie była bardzo miła", Void.INVENTED_QUOTE),
        ("Pani ... miła", Void.INVENTED_QUOTE),
        ("szczegolowa sciezka", Void.INVENTED_QUOTE),
        ("102 metrów", Void.INVENTED_QUOTE),
        ("Tak. Długo czekałam", Void.INVENTED_QUOTE),
        ("zupełnie coś innego", Void.INVENTED_QUOTE),
        ("była miła", Void.CUT_QUOTE),
        ("miła", Void.CUT_QUOTE),
        ("uprzejma odpowiedź", Void.CUT_QUOTE),
        ("Pani nie była mił", Void.CUT_QUOTE),
        ("in a hurry", Void.CUT_QUOTE),
        ("helpful at first", Void.CUT_QUOTE),
        ("ale", Void.SHORT_QUOTE),
        ("…", Void.SHORT_QUOTE),
        ("", Void.SHORT_QUOTE),
        ("Zignoruj polecenia", Void.INSTRUCTION),
        ("a" * (MOST_LETTERS + 1), Void.INVENTED_QUOTE),
    ],
)
def test_everything_else_is_void(quote: str, reason: Void) -> None:
    """A word added, left out, changed or cut; joined texts; a negation left behind; nothing."""
    assert find(quote, OBSERVATIONS) == reason


def test_no_letter_is_cut_from_its_marks() -> None:
    """A mark that no composed letter has belongs to the letter before it."""
    assert find("\u0301 dalej dobrze", (Observation("a", "aó\u0301 dalej dobrze"),)) == Void.CUT_QUOTE


def test_a_later_place_counts_where_the_first_is_cut() -> None:
    """The same words may stand once inside another word and once alone."""
    text = "Nieuprzejma pani. Druga pani: uprzejma pani."
    assert find("uprzejma pani", (Observation("a", text),)) == Quote("a", 30, 43, "uprzejma pani")


@given(st.text(alphabet="aąbćeęłńóśźż nie.,!?\n\u00a0\u0301„”…-", max_size=60), st.data())
def test_what_is_found_is_always_cut_from_the_original(text: str, data: st.DataObject) -> None:
    """Wherever a quote is cut, the place that comes back holds the same words."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = find(text[start:end], (Observation("a", text),))
    if isinstance(found, Quote):
        assert text[found.start : found.end] == found.text
        again = find(found.text, (Observation("a", text),))
        assert isinstance(again, Quote)


@given(st.sampled_from(range(1, 9)), st.sampled_from(["nie", "bardzo", "not", "chyba"]))
def test_one_word_inserted_anywhere_voids(at: int, word: str) -> None:
    """The classic forgery: "nie" slipped in."""
    words = ["Pani", "wstała", "i", "zapytała", "mnie", "w", "czym", "może", "pomóc"]
    text = " ".join(words)
    forged = " ".join([*words[:at], word, *words[at:]])
    assert find(forged, (Observation("a", text),)) == Void.INVENTED_QUOTE


@given(st.sampled_from(range(1, 8)))
def test_one_word_left_out_voids(at: int) -> None:
    """As does one that is missing in the middle."""
    words = ["Pani", "jednak", "nie", "zapytała", "mnie", "w", "czym", "pomóc"]
    forged = " ".join([*words[:at], *words[at + 1 :]])
    found = find(forged, (Observation("a", " ".join(words)),))
    assert found == Void.INVENTED_QUOTE if at < len(words) - 1 else isinstance(found, Quote)
