"""A text as words that know what stands around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scoring.masking.lexicon import Reading, reading
from scoring.masking.name_words import SHORT

SAMPLE, SAMPLE_LEAST = 300, 4
"""Words by which the language is told, and how many ordinary ones that takes."""
ORDINARY = 4
"""Letters from which a word says something of the language."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ENDS_SENTENCE = frozenset('.!?…:;\n\r„”"»«(*•–-')


@dataclass(frozen=True, slots=True)
class Word:
    """A word, its span, its number, what stands between it and the word before, and whether a sentence begins here."""

    text: str
    start: int
    end: int
    place: int
    gap: str
    opens: bool
    """It begins a sentence, a line or a quotation: its capital says nothing."""

    @property
    def capital(self) -> bool:
        """It begins with a capital letter."""
        return self.text[0].isupper()

    @property
    def shouted(self) -> bool:
        """It is all capitals."""
        return len(self.text) > 1 and self.text.isupper()

    @property
    def initial(self) -> bool:
        """It is one capital letter."""
        return len(self.text) == 1 and self.text.isupper()

    @property
    def lower(self) -> str:
        """In lower case."""
        return self.text.lower()

    @property
    def read(self) -> Reading:
        """What the dictionary says of it."""
        return reading(self.text)


def words_of(text: str) -> list[Word]:
    """All words, in order."""
    words: list[Word] = []
    end = 0
    for place, match in enumerate(_WORD.finditer(text)):
        gap = text[end : match.start()]
        opens = not words or _opens(words[-1], gap)
        words.append(Word(match.group(), match.start(), match.end(), place, gap, opens))
        end = match.end()
    return words


def _opens(before: Word, gap: str) -> bool:
    if gap == "-":
        return False
    if gap.startswith(".") and (before.lower in SHORT or before.initial):
        gap = gap[1:]
    return any(mark in _ENDS_SENTENCE for mark in gap)


def is_polish(words: Sequence[Word]) -> bool:
    """Whether most ordinary words are in the dictionary; too few to tell count as Polish."""
    ordinary = [word for word in words[:SAMPLE] if not word.capital and len(word.text) >= ORDINARY]
    return len(ordinary) < SAMPLE_LEAST or 2 * sum(word.read.common for word in ordinary) > len(ordinary)
