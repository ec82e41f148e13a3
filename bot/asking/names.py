"""Names found in a sentence, in whatever case they stand: participants, jurors, waves, voivodships."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.asking.question import VOIVODSHIPS
from bot.asking.tokens import begins, nearly_same_name, same_name, words_of

_GENERIC = (
    "gmina gminy gminie gmine miasto miasta miescie urzad urzedu urzedzie miejski miejska wiejska powiat "
    "powiatu powiecie starostwo starostwa starostwie osrodek szpital szpitala biblioteka biblioteki sp "
    "szkola m st "
)
GENERIC = frozenset(_GENERIC.split())
"""Words of kinds of places: they help to tell two apart, and never name one alone."""


class Kind(StrEnum):
    """What is called by a name."""

    PARTICIPANT = "participant"
    JUROR = "juror"
    WAVE = "wave"


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name. ``also``: further words that tell it from others of the same name."""

    kind: Kind
    id: int
    name: str
    also: str = ""
    words: tuple[str, ...] = field(init=False)
    more: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        own = words_of(self.name)
        proper = own if self.kind is Kind.WAVE else tuple(word for word in own if word not in GENERIC)
        object.__setattr__(self, "words", proper or own)
        object.__setattr__(self, "more", frozenset(words_of(f"{self.name} {self.also}")))


@dataclass(frozen=True, slots=True)
class Match:
    """Things of one name, at which words of the sentence; ``is_exact``: written as it should be."""

    every: tuple[Named, ...]
    used: frozenset[int]
    is_exact: bool


def find_names(words: Sequence[str], free: frozenset[int], known: Sequence[Named]) -> Match | None:
    """The best match among the words that are ``free``: whole names before parts, long before short, exact before near.

    A person is found by the surname alone too; a place only by its whole name.
    """
    for fits, is_exact in ((same_name, True), (nearly_same_name, False)):
        found: dict[frozenset[int], list[Named]] = {}
        for one in known:
            used = _used(words, free, one, fits)
            if used:
                found.setdefault(used, []).append(one)
        if found:
            used = max(found, key=lambda each: (len(each), -min(each)))
            said = {words[at] for at in used}
            as_written = [one for one in found[used] if said <= set(one.words)]
            return Match(*_told_apart(words, free, as_written or found[used], used), is_exact)
    return None


def find_voivodship(words: Sequence[str], free: frozenset[int]) -> tuple[str, frozenset[int]] | None:
    """The voivodship a sentence names by its adjective ("w mazowieckim")."""
    for name in VOIVODSHIPS:
        stems = [word.removesuffix("e") for word in words_of(name)]
        for at in sorted(free):
            span = range(at, at + len(stems))
            if span.stop <= len(words) and all(
                index in free and begins(words[index], known) for index, known in zip(span, stems, strict=True)
            ):
                return name, frozenset(span)
    return None


def _used(
    words: Sequence[str], free: frozenset[int], one: Named, fits: Callable[[str, str], bool]
) -> frozenset[int] | None:
    """The words of the sentence that name it."""
    size = len(one.words)
    for at in sorted(free):
        span = range(at, at + size)
        if span.stop <= len(words) and all(
            index in free and fits(words[index], known) for index, known in zip(span, one.words, strict=True)
        ):
            return frozenset(span)
    if one.kind is not Kind.JUROR or size < 2:  # noqa: PLR2004 - a first name and a surname
        return None
    for at in sorted(free):  # the other way round, or by the surname alone
        if fits(words[at], one.words[-1]):
            beside = at + 1
            turned = beside in free and fits(words[beside], one.words[0])
            return frozenset({at, beside}) if turned else frozenset({at})
    return None


def _told_apart(
    words: Sequence[str], free: frozenset[int], every: Sequence[Named], used: frozenset[int]
) -> tuple[tuple[Named, ...], frozenset[int]]:
    """Of several with one name, those whose kind of place is named too ("gmina Płońsk"); that word is used then."""
    beside = [at for at in sorted(free - used) if words[at] in GENERIC]
    if not beside:
        return tuple(every), used
    kept = [one for one in every if all(any(same_name(words[at], more) for more in one.more) for at in beside)]
    return (tuple(kept), used | frozenset(beside)) if kept else (tuple(every), used)
