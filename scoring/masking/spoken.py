"""Numbers that are told in words, as on the telephone: „sześćset jeden, sto dwadzieścia trzy”."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ONES = "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć"
_TEENS = (
    "dziesięć jedenaście dwanaście trzynaście czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście"
)
_TENS = "dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt dziewięćdziesiąt"
_HUNDREDS = "sto dwieście trzysta czterysta pięćset sześćset siedemset osiemset dziewięćset"

_FOLD = str.maketrans("ąćęłńóśźż", "acelnoszz")

_PLACES = {
    word.translate(_FOLD): places
    for places, words in ((1, _ONES), (2, f"{_TEENS} {_TENS}"), (3, _HUNDREDS))
    for word in words.split()
}
"""How many digits a word writes where nothing follows that fits into it."""

_ENDING = frozenset(word.translate(_FOLD) for word in (*_ONES.split(), *_TEENS.split()))
_NUMBER = "|".join(sorted(_PLACES, key=len, reverse=True))
_RUN = re.compile(rf"(?<![^\W_])(?:{_NUMBER})(?:[ ,.\-]{{1,3}}(?:i )?(?:{_NUMBER}))*(?![^\W_])")
_WORD = re.compile(r"[a-z]{2,}")


def spoken(lowered: str) -> Iterator[tuple[int, int, int]]:
    """Start, end and number of digits of every run of number words. Takes the text in lower case."""
    folded = lowered.translate(_FOLD)
    for run in _RUN.finditer(folded):
        yield run.start(), run.end(), _digits(run.group())


def _digits(run: str) -> int:
    """„sto dwadzieścia trzy” are three digits, „jeden dwa” two: a word fills the places left open by the one before."""
    total, free = 0, 0
    for word in _WORD.findall(run):
        places = _PLACES[word]
        if word == "zero" or places > free:
            total += places
            free = places
        free = 0 if word in _ENDING else places - 1
    return total
