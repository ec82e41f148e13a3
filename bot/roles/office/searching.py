"""Names found by a typed piece of them: tolerant of case, diacritics, typos and word order. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from scenarios.folding import fold

T = TypeVar("T")

MOST_FOUND = 6
GOOD_ENOUGH = 72.0
"""How alike (of 100) the words and a name are for it to be shown."""
NEARLY_BEST = 12.0
"""What is so much less alike than the best is left out."""


_WORD = re.compile(r"\w+")


def search(words: str, named: Iterable[tuple[T, Iterable[str]]]) -> list[T]:
    """What is called like the words, the best first, at most ``MOST_FOUND``. Each thing may have several names."""
    wanted = fold(words)
    if not wanted:
        return []
    scored = [
        (max((_alike(wanted, fold(name)) for name in names if name), default=0.0), thing) for thing, names in named
    ]
    good = sorted((pair for pair in scored if pair[0] >= GOOD_ENOUGH), key=lambda pair: -pair[0])
    return [thing for score, thing in good if score >= good[0][0] - NEARLY_BEST][:MOST_FOUND]


def _alike(wanted: str, name: str) -> float:
    """From 0 to 102: a piece of the name counts in full; the whole of it, or its beginning, a little more."""
    if wanted == name:
        return 102.0
    if name.startswith(wanted):
        return 101.0
    if wanted in name:
        return 100.0
    from rapidfuzz import fuzz  # with the first search

    return max(fuzz.token_set_ratio(wanted, name), _by_words(wanted, name))


def _by_words(wanted: str, name: str) -> float:
    """How alike each wanted word is to its nearest word of the name, on average."""
    words, others = _WORD.findall(wanted), _WORD.findall(name)
    if not words:
        return 0.0
    from rapidfuzz import fuzz

    return sum(max((fuzz.ratio(word, other) for other in others), default=0.0) for word in words) / len(words)
