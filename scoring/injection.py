"""Instructions to the rater that hide in an observation, in Polish, English and other languages, in any disguise.

The rule is older than any model: what is flagged is withheld. Nothing of it is sent, a person scores it. A false alarm
costs a person a minute, a miss costs nothing but a wrong suggestion, as nothing counts that nobody confirmed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from scoring.disguises import disguise_of, folded, without_disguise
from scoring.injection_marks import MARKS, RAW_MARKS
from scoring.injection_orders import ORDERS
from scoring.injection_pattern import Pattern
from scoring.injection_words import ABOUT_RATING, ABOUT_SURVEYS, FIRST_PERSON, REPORTED
from scoring.speech import is_readable, spoken_to, told_words

MOST_EXCERPT = 80
"""Letters of what is shown of a suspicious text."""
WINDOW = 2_400
OVERLAP = 400
"""Long texts are looked through in pieces, so that time grows with length only; no form is longer than the overlap."""
REACH = 60
"""Letters before an English infinitive in which "told me to" makes it a report."""

_WORD = re.compile(r"\S+")


class Sign(StrEnum):
    """What makes a text suspicious."""

    OVERRIDE = "override"
    """Rules are to be left aside."""
    SCORE = "score"
    """A level is demanded."""
    ROLE = "role"
    """The reader is to be somebody else, or is spoken to as a machine."""
    ADDRESS = "address"
    """The rater is spoken to."""
    FORMAT = "format"
    """The rater's own form of answer, or marks that part messages."""
    BRIBE = "bribe"
    """Rewards and threats."""
    DISGUISE = "disguise"
    """Letters that hide what they say."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One sign, with the words that show it (without their disguise)."""

    sign: Sign
    excerpt: str


def suspicions(text: str) -> tuple[Suspicion, ...]:
    """Every sign of an instruction to the rater, each kind once; empty: none was found."""
    found: dict[Sign, str] = {}
    text = unicodedata.normalize("NFC", text)
    for start in range(0, max(len(text) - OVERLAP, 1), WINDOW - OVERLAP):
        for sign, words in _signs(text[start : start + WINDOW]):
            found.setdefault(sign, words)
    return tuple(Suspicion(sign, folded(words)[:MOST_EXCERPT]) for sign, words in found.items())


def _signs(text: str) -> Iterator[tuple[Sign, str]]:
    disguise = disguise_of(text)
    if disguise:
        yield Sign.DISGUISE, disguise
    told = told_words(text)
    speaks = spoken_to(told)
    if speaks:
        yield Sign.ADDRESS, speaks
    if not is_readable(text):
        yield Sign.DISGUISE, "neither Polish nor English"
    written = _WORD.sub(_without_address, text)
    for pattern in RAW_MARKS:
        match = pattern.regex.search(written)
        if match is not None:
            yield Sign(pattern.sign), match[0]
    plain_told = folded(told)
    for plain in without_disguise(written):
        for pattern in (*ORDERS, *MARKS):
            words = _shown(pattern, plain_told if pattern.only_told else plain)
            if words:
                yield Sign(pattern.sign), words


def _shown(pattern: Pattern, plain: str) -> str:
    """The words that show a pattern, where nothing makes them honest; empty: none."""
    for match in pattern.regex.finditer(plain):
        sentence = _sentence(plain, match)
        if pattern.but_surveys and ABOUT_SURVEYS.search(sentence) and not ABOUT_RATING.search(sentence):
            continue
        if pattern.but_reported and REPORTED.search(plain[max(0, match.start() - REACH) : match.start()]):
            continue
        if pattern.but_opinions and FIRST_PERSON.search(sentence):
            continue
        return match[0]
    return ""


def _without_address(match: re.Match[str]) -> str:
    """Addresses of pages look like codes and settings."""
    word = match[0]
    return " " if "://" in word or word.startswith("www.") or ("?" in word and "=" in word) else word


def _sentence(plain: str, match: re.Match[str]) -> str:
    start = max(plain.rfind(mark, 0, match.start()) for mark in ".!?") + 1
    ends = [end for mark in ".!?" if (end := plain.find(mark, match.end())) >= 0]
    return plain[start : min(ends, default=len(plain))]
