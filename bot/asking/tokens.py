"""Words of a typed sentence made comparable: folded, without punctuation, by their stems, with room for a typo."""

from __future__ import annotations

import re
from functools import lru_cache

from scenarios.folding import fold

_JOINED = (
    (re.compile(r"\be[ -]?mail"), "email"),
    (re.compile(r"\bpo terminie\b"), "poterminie"),
    (re.compile(r"\b(past|over) due\b"), "overdue"),
    (re.compile(r"\bdo sprawdzenia\b"), "dosprawdzenia"),
    (re.compile(r"\bto review\b"), "toreview"),
    (re.compile(r"\bw toku\b"), "wtoku"),
    (re.compile(r"\bnie ?obsadzon"), "nieobsadzon"),
    (re.compile(r"\bnie ?przydzielon"), "nieprzydzielon"),
    (re.compile(r"\bjak (to )?(idzie|stoimy|stoi|leci)\b"), "jakstoi"),
    (re.compile(r"\bhow (is it|are we|does it) (going|doing|stand)\b"), "jakstoi"),
    (re.compile(r"\bco (umiesz|potrafisz)\b"), "pomoc"),
    (re.compile(r"\bwhat can (you|i) (do|ask)\b"), "help"),
    (re.compile(r"\bo co moge (za)?pytac\b"), "pomoc"),
    (re.compile(r"\b(don't|didn't|hasn't|haven't|doesn't|isn't)(?= |$)"), "not"),
)
_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)*")

REMEMBERED_WORDS = 4096
"""Words of which what was found out is kept: those of an edition's names and of questions; there is no end of words."""

ONE_TYPO, TWO_TYPOS = 5, 9
"""Letters of a stem from which one, and two, typing mistakes are forgiven."""

LONGEST_ENDING = 7
"""Letters that may follow the stem of a known word."""

LONGEST_ENDING_NEARLY = 4
"""The same where the stem has a typing mistake."""

_ENDINGS = tuple(
    sorted(
        (
            *("skiego", "skiemu", "skich", "skimi", "skiej", "skim", "ska", "ski", "skie"),
            *("ckiego", "ckiemu", "ckiej", "ckim", "cka", "cki"),
            *("owego", "owej", "owym", "owie", "owi", "ami", "ach", "iach", "iami", "iem", "iego", "iemu", "iej"),
            *("owo", "owa", "owy", "owu", "owem", "ewo", "ewa", "ewie"),
            *("ego", "emu", "ej", "ym", "im", "ych", "ich", "em", "om", "ow", "iu", "ie", "ia", "io"),
            *("a", "e", "i", "o", "u", "y"),
        ),
        key=len,
        reverse=True,
    )
)
_SHORTEST_STEM = 3


def words_of(text: str) -> tuple[str, ...]:
    """The words of a sentence, folded; what belongs together is one word."""
    folded = fold(text)
    for pattern, joined in _JOINED:
        folded = pattern.sub(joined, folded)
    return tuple(_WORD.findall(folded))


@lru_cache(REMEMBERED_WORDS)
def stem(word: str) -> str:
    """What remains of a name's word without its ending: "plonsku" → "plonsk", "kowalskiego" → "kowal"."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def typos_allowed(stem_length: int) -> int:
    """How many typing mistakes a word of that length may have."""
    return 0 if stem_length < ONE_TYPO else 1 if stem_length < TWO_TYPOS else 2


def begins(word: str, known: str) -> bool:
    """Whether the word is an inflected form of a known stem."""
    return word.startswith(known) and len(word) - len(known) <= LONGEST_ENDING


def nearly_begins(word: str, known: str) -> bool:
    """The same with a typing mistake or two."""
    most = typos_allowed(len(known))
    if not most or len(word) - len(known) > LONGEST_ENDING_NEARLY:
        return False
    from rapidfuzz.distance import OSA  # with the first question

    beginnings = {word[: len(known) + extra] for extra in range(-most, most + 1)}
    return any(OSA.distance(beginning, known, score_cutoff=most) <= most for beginning in beginnings)


def same_name(word: str, name: str) -> bool:
    """Whether the word is the name in some case."""
    return word == name or stem(word) == stem(name) or stem(word) == name or word == stem(name)


def nearly_same_name(word: str, name: str) -> bool:
    """The same with a typing mistake, or a letter that changes with the case ("Ostrołęce", "Mielcu")."""
    if word[:1] != name[:1]:
        return False
    mine, known = stem(word), stem(name)
    most = typos_allowed(max(len(mine), len(known)))
    from rapidfuzz.distance import OSA

    return bool(most) and OSA.distance(mine, known, score_cutoff=most) <= most
