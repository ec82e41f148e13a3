"""Who is who: the same person gets the same number, in whatever case the name is, with or without the first name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

from scoring.masking.lexicon import reading

MOST_COMPARED = 40
"""People a name is compared with: the latest."""
MOST_LEMMAS = 3
"""Readings of each part of a double surname."""
STEM_LEAST = 4
"""Letters two words that no dictionary knows must share at their beginning to be the same name."""
ENDING_MOST = 3
"""Letters by which cases of such a word may differ."""


@dataclass(slots=True)
class _Person:
    number: int
    first: set[str] = field(default_factory=set)
    surname: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Mention:
    """What one occurrence says: possible lemmas; a single letter for an initial."""

    first: frozenset[str]
    surname: frozenset[str]


class Persons:
    """Everybody named so far, in the order they came."""

    def __init__(self) -> None:
        self._known: list[_Person] = []
        self._numbers: dict[tuple[str, ...], int] = {}

    def number_of(self, words: Sequence[str], *, fresh: int) -> int:
        """The number of the person these words name; ``fresh`` where nobody fits."""
        key = tuple(words)
        if key in self._numbers:
            return self._numbers[key]
        mention = _mentioned(words)
        for person in reversed(self._known[-MOST_COMPARED:]):
            if _fits(mention, person):
                break
        else:
            person = _Person(fresh)
            self._known.append(person)
        person.first = person.first & mention.first or person.first | mention.first
        person.surname = person.surname & mention.surname or person.surname | mention.surname
        self._numbers[key] = person.number
        return person.number


def _mentioned(words: Sequence[str]) -> _Mention:
    """First names first, unless a surname stands before one: Kowalski Jan."""
    first, surnames = frozenset[str](), list[frozenset[str]]()
    for at, word in enumerate(words):
        read = reading(word)
        last = at == len(words) - 1
        if len(word) == 1:
            first = first or frozenset((word,))
        elif read.first and (at == 0 or not last or (surnames and not first)):
            first = first or read.first
        elif read.unknown and at == 0 and not last:
            first = frozenset((word.capitalize(),))
        else:
            surnames.append(read.surname or read.surnames or frozenset((word.capitalize(),)))
    choices = product(*(sorted(lemmas)[:MOST_LEMMAS] for lemmas in surnames))
    return _Mention(first, frozenset(map("-".join, choices)) if surnames else frozenset())


def _fits(mention: _Mention, person: _Person) -> bool:
    """Nothing speaks against it, and something for it."""
    surnames = bool(mention.surname and person.surname)
    firsts = bool(mention.first and person.first)
    if not (surnames or firsts):
        return False
    return (not surnames or _same(mention.surname, person.surname)) and (
        not firsts or _same(mention.first, person.first)
    )


def _same(some: frozenset[str], others: set[str]) -> bool:
    return bool(some & others) or any(_alike(one, other) for one in some for other in others)


def _alike(one: str, other: str) -> bool:
    """An initial and its name, or two cases of a word the dictionary does not know."""
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    if not (reading(one).unknown or reading(other).unknown):
        return False
    shared = next(
        (at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right),
        min(len(one), len(other)),
    )
    return shared >= STEM_LEAST and max(len(one), len(other)) - shared <= ENDING_MOST
