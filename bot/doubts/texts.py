"""Texts that were copied from another report: prints to find candidates by, and a likeness to judge them by."""

from __future__ import annotations

import hashlib

from bot.doubts.facts import Facts
from bot.doubts.marks import DoubtKind, Mark
from scenarios.folding import fold
from scenarios.model import StepType

SHINGLE = 5
"""Words that are looked at together."""
WINDOW = 4
"""Of so many shingles in a row one is printed (winnowing): texts that share eight words in a row share a print."""
LEAST_WORDS = 10
"""Shorter texts are alike by nature."""
LEAST_CONTAINED = 0.5
"""Shared shingles among those of the shorter text; a word changed here and there takes five of them each."""


def shingles(text: str) -> frozenset[str]:
    """Every five words in a row, folded; none where the text is too short to tell."""
    return frozenset(_in_a_row(text))


def prints_of(text: str) -> frozenset[int]:
    """A few signed 64-bit numbers by which texts with a common passage are found."""
    numbers = [_number(each) for each in _in_a_row(text)]
    windows = max(1, len(numbers) - WINDOW + 1) if numbers else 0
    return frozenset(min(numbers[at : at + WINDOW]) for at in range(windows))


def likeness(first: str, second: str) -> float:
    """From 0 to 1: how much of the shorter text stands in the other; 0 where it is less than what is worth a look."""
    mine, theirs = shingles(first), shingles(second)
    if not mine or not theirs:
        return 0.0
    contained = len(mine & theirs) / min(len(mine), len(theirs))
    return contained if contained >= LEAST_CONTAINED else 0.0


def texts_of(facts: Facts) -> dict[str, str]:
    """The report's own texts by path."""
    return {
        slot.path: slot.answer.value
        for slot in facts.given(StepType.TEXT)
        if slot.answer is not None and isinstance(slot.answer.value, str)
    }


def marks_of_texts(facts: Facts) -> tuple[Mark, ...]:
    """One mark for each text that is like one elsewhere, by the one it is most like."""
    marks = []
    for path, text in texts_of(facts).items():
        alike = [
            (likeness(text, other.text), other.contact_id) for other in facts.texts_elsewhere if other.path == path
        ]
        share, contact_id = max(alike, default=(0.0, 0))
        if share:
            details = {"contact": contact_id, "percent": round(share * 100)}
            marks.append(Mark(DoubtKind.COPIED_TEXT, path, details))
    return tuple(marks)


def _in_a_row(text: str) -> list[str]:
    words = [word for word in ("".join(c if c.isalnum() else " " for c in fold(text))).split() if word]
    if len(words) < LEAST_WORDS:
        return []
    return [" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)]


def _number(words: str) -> int:
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest(), "big", signed=True)
