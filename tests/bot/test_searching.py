"""Names found by a typed piece of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.roles.office.searching import MOST_FOUND, search

NAMES = {
    1: ("Płońsk", "Urząd Miejski w Płońsku"),
    2: ("Płock", "Urząd Miasta Płocka"),
    3: ("Łódź", "Urząd Miasta Łodzi"),
    4: ("ZGK Zabrze", "Zakład Gospodarki Komunalnej w Zabrzu"),
    5: ("Jagoda Kowalska-Nowak", "jagoda@example.pl"),
}


@pytest.mark.parametrize(
    ("words", "best"),
    [
        ("Płońsk", 1),
        ("plonsk", 1),
        ("w płońsku", 1),
        ("Płnośk", 1),
        ("lodz", 3),
        ("gospodarki zabrze", 4),
        ("zabrzu", 4),
        ("nowak jagoda", 5),
        ("JAGODA@EXAMPLE.PL", 5),
        ("kowalskiej", 5),
    ],
)
def test_finds(words: str, best: int) -> None:
    """A piece, without Polish letters, misspelt, inflected or in another order: the right one comes first."""
    assert search(words, NAMES.items())[0] == best


@pytest.mark.parametrize("words", ["", "   ", "xylofon", "%", "Warszawa Ursynów"])
def test_finds_nothing(words: str) -> None:
    """What is like nothing finds nothing."""
    assert search(words, NAMES.items()) == []


@given(st.text(max_size=30), st.lists(st.text(max_size=20), max_size=8))
def test_takes_anything(words: str, names: list[str]) -> None:
    """Whatever is typed: at most so many, each once."""
    found = search(words, [(index, (name, "")) for index, name in enumerate(names)])
    assert len(found) <= MOST_FOUND
    assert len(set(found)) == len(found)
