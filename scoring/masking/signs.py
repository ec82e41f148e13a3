"""What speaks for a word being a person's name, where it stands: titles, introductions, the dictionary, its capital."""

from __future__ import annotations

import re

from scoring.masking.lexicon import is_surname_by_ending
from scoring.masking.name_words import (
    CERTAIN,
    FOREIGN,
    FREQUENT,
    INTRODUCED,
    MOVED,
    NO_NAMES,
    OFFICES,
    PATRONS,
    PLACE_BEFORE,
    PLACED,
    PLACES,
    SHORT,
    TITLES,
)
from scoring.masking.words import Word, is_polish, words_of

REACH = 48
"""Characters before a word in which somebody may be introduced."""
MOST_WORDS = 5
"""Words of one name."""
SHOUTED_LEAST = 5
"""Capitals of a surname that stands alone: ZUS and MOPS are shorter."""

_ROMAN = re.compile(r"[IVX]{2,5}")


class Signs:
    """A text, its words, and what may be said of each. ``known``: words, in lower case, that are always names."""

    def __init__(self, text: str, known: frozenset[str]) -> None:
        self.text = text
        self.words = words_of(text)
        self._known = known
        self._is_polish = is_polish(self.words)

    def before(self, at: int) -> Word | None:
        """The word before."""
        return self.words[at - 1] if at > 0 else None

    def next(self, at: int) -> Word | None:
        """The word after."""
        return self.words[at + 1] if at + 1 < len(self.words) else None

    def is_known(self, word: Word) -> bool:
        """It is a form of a name that was given as one. In lower case an ordinary word is none."""
        if not self._known:
            return False
        read = word.read
        forms = {word.lower, *(lemma.lower() for lemma in read.first | read.surname | read.surnames)}
        return bool(forms & self._known) and (word.capital or not read.common)

    def is_patron(self, word: Word) -> bool:
        """Whether it stands in the name of a school, a street or a town."""
        for _ in range(MOST_WORDS):
            before = self.before(word.place)
            if before is None:
                return False
            short = before.lower in SHORT and word.gap in (". ", ".")
            if before.lower in PATRONS and (short or word.gap == " "):
                return True
            if before.lower in PLACES:
                return not word.read.first & CERTAIN and (word.read.place or not word.read.first)
            if word.gap not in (" ", "-") or not before.capital or not (before.read.first or before.read.surname):
                return False
            word = before
        return False

    def is_roman(self, at: int) -> bool:
        """Kings and popes: Jan Paweł II."""
        return any(word.gap == " " and _ROMAN.fullmatch(word.text) for word in self.words[at : at + 2])

    def is_titled(self, at: int) -> bool:
        """Pan, pani or an office stands before it, and it can be a name."""
        word, before = self.words[at], self.before(at)
        if before is None or word.gap not in (" ", ". ", ".", " „", ", "):
            return False
        if not self.can_be_name(word):
            return before.lower in TITLES - SHORT and word.gap == " " and _is_nickname(word)
        if word.gap.startswith(".") and before.lower not in SHORT:
            return False
        if word.gap == ", ":
            return bool(before.read.lemmas & OFFICES and word.read.first)
        if before.lower in TITLES:
            return not (word.shouted and not before.shouted and word.read.unknown)
        return (before.lower in OFFICES or bool(before.read.lemmas & OFFICES)) and self._holds(before, word)

    def _holds(self, office: Word, word: Word) -> bool:
        """Whether a word after an office is who holds it: „kierownik Wilk”, but not „burmistrz Konina”."""
        read, placed = word.read, bool(office.read.lemmas & PLACED)
        if not read.is_named:
            return (read.unknown or read.adjective) and not placed and not word.shouted
        agreed = read.name_cases & office.read.common_cases
        if read.place and placed:
            return "nom" in agreed
        return not read.common or bool(agreed) or (read.adjective and not placed and self._ends(word))

    def can_be_name(self, word: Word) -> bool:
        """Not an office, not a word that offices write with a capital letter."""
        read = word.read
        if read.lemmas & NO_NAMES or word.lower in SHORT or (read.lemmas & OFFICES and not read.first):
            return False
        return word.initial or read.is_named or read.unknown or read.adjective

    def is_introduced(self, word: Word) -> bool:
        """„Nazywa się…”, „obsługiwał mnie…”: what comes is a name, unless it is nothing but an ordinary word."""
        if not self.can_be_name(word) or (word.read.common and not word.read.nominal):
            return False
        before = self.text[max(0, word.start - REACH) : word.start].lower()
        return INTRODUCED.search(before) is not None and (not word.shouted or word.read.is_named)

    def is_first(self, word: Word) -> bool:
        """A first name that needs nothing beside it."""
        read = word.read
        if not word.capital or read.lemmas & NO_NAMES or word.lower in SHORT or (word.opens and read.small):
            return False
        if FOREIGN.fullmatch(word.lower) and not read.common:
            return True
        if not read.first or self._is_dated(word):
            return False
        if word.shouted or read.first & CERTAIN or not self._is_polish:
            return bool(read.first & CERTAIN)
        return not (read.common or read.place) or self._is_first_here(word)

    def _is_first_here(self, word: Word) -> bool:
        """A first name that means something else as well: „Róża podała”, but not „Róża w wazonie”."""
        before, after = self.before(word.place), self.next(word.place)
        if after is not None and after.gap == " " and after.capital and _is_plain_surname(after):
            return True
        if word.opens:
            return after is not None and after.read.verb and not word.read.place
        return not (word.read.place and before is not None and before.lower in PLACE_BEFORE | MOVED)

    def _is_dated(self, word: Word) -> bool:
        """1 Maja, 3 Maja."""
        return word.lower == "maja" and word.gap.strip(" .")[-1:].isdigit()

    def is_surname(self, word: Word) -> bool:
        """A surname that needs nothing beside it."""
        read = word.read
        if not word.capital or not read.surname | read.surnames or read.lemmas & NO_NAMES:
            return False
        if word.shouted and (len(word.text) < SHOUTED_LEAST or read.common):
            return False
        if not self._is_polish:
            return is_surname_by_ending(word.lower)
        if not (read.common or read.place):
            return bool(read.surname) or _is_plural(word.lower)
        if self._is_double(word):
            return True
        ends_like_one = read.adjective or (not read.common and is_surname_by_ending(word.lower))
        if word.opens:
            return bool(read.surname) and (ends_like_one or bool(read.surname & FREQUENT)) and self._acts(word)
        return bool(read.surname & FREQUENT) or (ends_like_one and self._is_alone(word))

    def _acts(self, word: Word) -> bool:
        """What follows is what a person does, or an initial: „Kowalska wyszła”, „Nowak J.”."""
        after = self.next(word.place)
        return after is not None and after.gap == " " and (after.read.verb or after.initial)

    def _is_alone(self, word: Word) -> bool:
        """No place, no adjective of what follows: „napisał Kowalski”, not „w Krakowskim”, not „Warszawski urząd”."""
        before = self.before(word.place)
        if before is not None and (before.lower in PLACE_BEFORE or (before.capital and not _only_opens(before))):
            return False
        return self._ends(word)

    def _ends(self, word: Word) -> bool:
        """Nothing follows that it would be the adjective of."""
        after = self.next(word.place)
        if after is None or after.gap not in (" ", "-"):
            return True
        return not (after.capital or (after.read.noun and after.read.common_cases & word.read.common_cases))

    def _is_double(self, word: Word) -> bool:
        """Kowalska-Nowak, but not Bielsko-Biała."""
        after = self.next(word.place)
        if after is None or after.gap != "-" or not after.capital or not word.read.surname:
            return False
        return bool(after.read.surname) and not (word.read.place and after.read.place)

    def leads_to_first(self, at: int) -> bool:
        """A surname before a first name: „Kowalski Jan”."""
        word, after = self.words[at], self.next(at)
        if after is None or after.gap != " " or not word.read.surname or not self.can_be_name(word):
            return False
        return after.capital and bool(after.read.first) and not after.read.common and self.is_first(after)


def _only_opens(word: Word) -> bool:
    """Its capital comes from the sentence it opens, and it names nothing: „Wtedy”, „Dziękuję”, not „Urząd”."""
    return word.opens and not word.read.nominal and not word.read.unknown


def _is_plain_surname(word: Word) -> bool:
    """A surname that is nothing else, or frequent, or an adjective that looks like one."""
    read = word.read
    return read.is_named and (not read.common or read.adjective or bool(read.surname & FREQUENT))


def _is_nickname(word: Word) -> bool:
    """An ordinary noun with a capital letter after pan or pani: „pani Kropelka”."""
    return word.read.noun and not word.shouted and not word.read.lemmas & (NO_NAMES | OFFICES)


def _is_plural(lowered: str) -> bool:
    """Families: Wiśniewskich, Nowakowie, Nowaków."""
    return lowered.endswith(("ich", "im", "imi", "owie", "ów", "om", "ami", "ach", "cy", "dzy"))
