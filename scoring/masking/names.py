"""Names of people: which words are one, how far it reaches, and what the rest of the text gave away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scoring.masking.found import Found, Kind
from scoring.masking.name_words import (
    FOREIGN,
    NO_NAMES,
    OFFICES,
    PARTICLES,
    PATRONS,
    PLACES,
    SHORT,
    SHORT_NAMES,
    TITLES,
)
from scoring.masking.signs import MOST_WORDS, Signs
from scoring.masking.words import Word

MOST_INITIALS = 3
LOWER_LEAST = 4
"""Letters of a first name that stands in lower case, but for ``SHORT_NAMES``."""


def names(text: str, known: frozenset[str]) -> list[Found]:
    """Every name of a person. ``known``: words, in lower case, of names that are one wherever they stand."""
    return _Search(Signs(text, known)).found()


class _Search:
    def __init__(self, signs: Signs) -> None:
        self.signs = signs
        self.text = signs.text
        self.words = signs.words
        self.taken: set[int] = set()
        """Numbers of words that are part of a name."""

    def found(self) -> list[Found]:
        runs = list(self._runs())
        sure = {lemma for run in runs for word in run for lemma in word.read.surname if word.read.common}
        runs += [[word] for word in self.words if word.place not in self.taken and self._is_given_away(word, sure)]
        return [
            Found(
                run[0].start,
                run[-1].end + self._stop(run[-1]),
                Kind.PERSON,
                tuple((word.start, word.end) for word in run),
            )
            for run in sorted(runs, key=lambda run: run[0].start)
        ]

    def _is_given_away(self, word: Word, sure: set[str]) -> bool:
        """A word that is the surname of somebody named elsewhere in the text: „Sowa wyszła” beside „pani Sowa”."""
        return word.capital and bool(word.read.surname & sure) and not self.signs.is_patron(word)

    def _stop(self, last: Word) -> int:
        """The stop of an initial belongs to it, unless it ends the sentence."""
        return int(last.initial and self.text[last.end : last.end + 1] == ".")

    def _runs(self) -> Iterator[list[Word]]:
        at = 0
        while at < len(self.words):
            run = self._name_at(at)
            if run:
                self.taken |= {word.place for word in run}
                yield run
                at = run[-1].place + 1
            else:
                at += 1

    def _name_at(self, at: int) -> list[Word]:
        """The name that begins with this word; empty where none does."""
        word = self.words[at]
        if self.signs.is_patron(word) or self.signs.is_roman(at + 1):
            return []
        if self.signs.is_known(word):
            return self._grown(at, sure=True)
        if not word.capital:
            return self._lower_case(at)
        if word.initial:
            return self._after_initials(at)
        if self.signs.is_titled(at) or self.signs.is_introduced(word):
            return self._grown(at, sure=True)
        if self.signs.is_first(word) or self.signs.is_surname(word):
            return self._grown(at, sure=False)
        if self.signs.leads_to_first(at):
            return [word, *self._grown(at + 1, sure=False)]
        return []

    # How far a name reaches

    def _grown(self, at: int, *, sure: bool) -> list[Word]:
        """The words of the name that begins here. ``sure``: something before it said that it is one."""
        run = [self.words[at]]
        while (
            len(run) < MOST_WORDS
            and (after := self.signs.next(run[-1].place)) is not None
            and self._continues(run, after, sure=sure)
        ):
            run.append(after)
        while len(run) > 1 and run[-1].lower in PARTICLES:
            run.pop()
        return run

    def _continues(self, run: Sequence[Word], word: Word, *, sure: bool) -> bool:
        last = run[-1]
        if word.gap not in (" ", "-") and not (last.initial and word.gap in (".", ". ")):
            return False
        if not word.capital:
            return self._continues_low(last, word)
        if word.gap == "-" and not word.initial:
            return not word.read.lemmas & NO_NAMES
        if word.lower in PARTICLES:
            return self._is_between(word)
        bears = word.lower in PATRONS | PLACES | TITLES and not word.read.surname
        if bears or not self.signs.can_be_name(word):
            return False
        if word.initial:
            return self.text[word.end : word.end + 1] == "."
        if word.shouted and not (last.shouted or last.initial):
            return False
        return (
            last.initial
            or word.read.is_named
            or (word.read.unknown and (sure or self.signs.is_first(last) or len(run) > 1))
        )

    def _is_between(self, particle: Word) -> bool:
        """The rest of the name comes after it: „de la Cruz”."""
        after = self.signs.next(particle.place)
        return after is not None and after.gap == " " and (after.capital or after.lower in PARTICLES)

    def _continues_low(self, last: Word, word: Word) -> bool:
        """Words in lower case inside a name: particles, and surnames where the first name is in lower case as well."""
        if word.lower in PARTICLES:
            return self._is_between(word)
        read = word.read
        if last.capital or not last.read.first or not read.surname | read.surnames or read.verb:
            return False
        return not read.common or ((read.noun or read.adjective) and bool(read.name_cases & last.read.name_cases))

    def _lower_case(self, at: int) -> list[Word]:
        """A name in lower case: a first name that is nothing else, or what follows pan and pani."""
        word, before = self.words[at], self.signs.before(at)
        titled = before is not None and before.lower in TITLES - SHORT and word.gap == " "
        if titled and word.lower in PARTICLES and self._is_between(word):
            return self._grown(at, sure=True)
        if word.lower in OFFICES | SHORT:
            return []
        if _is_first_in_lower_case(word):
            return self._grown(at, sure=True)
        if not titled or before is None or not _is_called(word, before):
            return []
        return self._grown(at, sure=True)

    def _after_initials(self, at: int) -> list[Word]:
        """„K. Nowak”, „J.M. Krawczyk”; and „pani K.”."""
        run = [self.words[at]]
        if self.text[run[0].end : run[0].end + 1] != ".":
            return []
        while (
            (after := self.signs.next(run[-1].place)) is not None
            and after.initial
            and after.gap in (".", ". ")
            and len(run) < MOST_INITIALS
        ):
            run.append(after)
        if after is not None and after.gap in (".", ". ") and self._is_signed(after):
            return [*run, *self._grown(after.place, sure=True)]
        before = self.signs.before(at)
        titled = before is not None and before.lower in TITLES and run[0].gap in (" ", ". ")
        return run if titled or self.signs.is_introduced(run[0]) else []

    def _is_signed(self, word: Word) -> bool:
        read = word.read
        if not word.capital or word.initial or not self.signs.can_be_name(word):
            return False
        return read.unknown or (bool(read.surname or read.surnames) and (read.nominal or not read.common))


def _is_first_in_lower_case(word: Word) -> bool:
    """A first name that is nothing else: kasia, but not marek."""
    if word.read.common or not (word.read.first or FOREIGN.fullmatch(word.lower)):
        return False
    return len(word.text) >= LOWER_LEAST or word.lower in SHORT_NAMES


def _is_called(word: Word, title: Word) -> bool:
    """A surname after pan or pani in lower case: nowak; mucha where the case fits; not „pani głos zabrała”."""
    read = word.read
    if not read.is_named or read.verb or read.lemmas & (OFFICES | NO_NAMES):
        return False
    if not read.common:
        return True
    return bool(read.surname and (read.noun or read.adjective) and read.name_cases & title.read.common_cases)
