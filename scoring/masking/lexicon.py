"""What a word can be: a first name, a surname, a place, an ordinary word. By Morfeusz, and by endings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

import morfeusz2

REMEMBERED = 20_000
"""Words whose reading is kept."""
LONGEST = 40
"""Letters of the longest word looked up; longer ones are no names."""

_FIRST = "imię"
_SURNAME = "nazwisko"
_RARE = frozenset(("daw.", "przest.", "rzad.", "sport."))
"""Notes of readings nobody means."""
_NO_WORDS = frozenset(("ign", "frag", "brev:npun", "brev:pun"))
"""Tags of what is no word by itself: unknown, part of a phrase, abbreviation."""
_CASES = frozenset(("nom", "gen", "dat", "acc", "inst", "loc", "voc"))
_SUFFIX = re.compile(
    r"[^\W\d_]{2,}(?:[sc]k(?:i|iego|iemu|im|a|iej|ą|ich|imi)|dzk(?:i|iego|iemu|im|a|iej|ą|ich|imi)|[sc]cy|dzcy|(?:wicz|icz|czyk|czuk|iuk|ciak|szak)"
    r"(?:a|owi|em|iem|u|ów|owie|owa|owej|ową)?|enk(?:o|i|ą|ę|owi)|ow(?:icz|iczowa))"
)
_NO_SURNAME = re.compile(
    r"(?:polsk|niemieck|ludzk|bl?isk|nisk|śląsk|miejsk|wiejsk|powiatow|gminn|brzydk|gładk|rzadk|krótk)"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the dictionary says of a word; a capital at its beginning is thought of where it stands in lower case."""

    first: frozenset[str]
    """Lemmas of first names, in the singular."""
    surname: frozenset[str]
    """Lemmas of surnames, in the singular."""
    surnames: frozenset[str]
    """Lemmas of surnames, in the plural."""
    place: bool
    common: bool
    """It is an ordinary word as well."""
    adjective: bool
    """As an ordinary word it is nothing but an adjective."""
    noun: bool
    """As an ordinary word it is nothing but a noun, and not a person's (a kucharz is one, a wilk is not)."""
    nominal: bool
    """As an ordinary word it is nothing but nouns and adjectives."""
    small: bool
    """As an ordinary word it is nothing but a small one: ani, nic, lub."""
    verb: bool
    """Past or present of somebody: what may follow a name."""
    name_cases: frozenset[str]
    common_cases: frozenset[str]
    lemmas: frozenset[str]
    """Of the ordinary word."""

    @property
    def unknown(self) -> bool:
        """Not in the dictionary at all."""
        return not (self.first or self.surname or self.surnames or self.place or self.common)

    @property
    def is_named(self) -> bool:
        """It can be the name of a person."""
        return bool(self.first or self.surname or self.surnames)


_BIG = frozenset(("subst", "depr", "ger", "adj", "adja", "adjp", "ppas", "pact", "praet", "fin", "impt", "inf"))
"""Parts of speech of words that carry a meaning of their own."""

_NO = frozenset[str]()
NO_READING = Reading(
    first=_NO,
    surname=_NO,
    surnames=_NO,
    place=False,
    common=False,
    adjective=False,
    noun=False,
    nominal=False,
    small=False,
    verb=False,
    name_cases=_NO,
    common_cases=_NO,
    lemmas=_NO,
)


@lru_cache(maxsize=REMEMBERED)
def reading(word: str) -> Reading:
    """Look a word up, however its letters are written."""
    if len(word) > LONGEST:
        return NO_READING
    first, surname, surnames, name_cases = set[str](), set[str](), set[str](), set[str]()
    place = False
    for lemma, tag, labels in _analysed(word.capitalize()):
        singular = ":sg" in tag
        if _FIRST in labels and singular:
            first.add(lemma)
            name_cases |= _cases(tag)
        if any(label.startswith(_SURNAME) for label in labels):
            (surname if singular else surnames).add(lemma)
            name_cases |= _cases(tag)
        place = place or any("geograficzn" in label for label in labels)
    common = [
        (lemma, tag)
        for lemma, tag, labels in _analysed(word.lower())
        if not labels or any(label == "nazwa_pospolita" for label in labels)
    ]
    lowered = word.lower()
    if not (first or surname or surnames or common or place) and is_surname_by_ending(lowered):
        surname.add(word.capitalize())  # not in the dictionary, and yet
    parts = {tag.split(":")[0] for _, tag in common}
    return Reading(
        first=frozenset(first),
        surname=frozenset(surname),
        surnames=frozenset(surnames),
        place=place,
        common=bool(common),
        adjective=bool(common) and parts <= {"adj", "adja", "adjp"} and is_surname_by_ending(lowered),
        noun=bool(common) and parts <= {"subst", "ger", "depr"} and not any(":m1" in tag for _, tag in common),
        nominal=bool(common) and parts <= {"subst", "ger", "depr", "adj", "adja", "adjp"},
        small=bool(common) and not parts & _BIG,
        verb=any(tag.startswith(("praet", "fin:sg:ter")) for _, tag in common),
        name_cases=frozenset(name_cases),
        common_cases=frozenset().union(*(_cases(tag) for _, tag in common)),
        lemmas=frozenset(lemma for lemma, _ in common),
    )


def is_surname_by_ending(lowered: str) -> bool:
    """Whether it ends as surnames do: -ski, -wicz, -czyk, -enko, in any case."""
    return _SUFFIX.fullmatch(lowered) is not None and _NO_SURNAME.match(lowered) is None


def _analysed(word: str) -> Iterable[tuple[str, str, tuple[str, ...]]]:
    """Lemma, tag and labels of every reading of the whole word; of its parts, where it is written together, as one."""
    found = _dictionary().analyse(word)
    whole = max(end for _, end, _ in found)
    for start, end, (_, lemma, tag, labels, notes) in found:
        part = start != 0 or (end != whole and labels)
        rare = set(labels) <= {"nazwa_pospolita"} and not _RARE.isdisjoint(",".join(notes).split(","))
        if part or rare or tag in _NO_WORDS:
            continue
        yield lemma.split(":")[0], tag, tuple(labels)


def _cases(tag: str) -> set[str]:
    return {case for part in tag.split(":") for case in part.split(".")} & _CASES


@cache
def _dictionary() -> morfeusz2.Morfeusz:
    """The dictionary, read when the first word is looked up."""
    return morfeusz2.Morfeusz(generate=False)
