"""How an observation speaks: to whom, and in which language. Jurors tell; whoever says "you" speaks to a reader.

From the dictionary of Morfeusz: Polish officials say "proszę" and "niech pani", so an imperative or a "you" outside
quotation marks is hardly ever a juror's note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

import morfeusz2

from scoring.disguises import folded

LEAST_WORDS = 5
"""Fewer words in a sentence do not show a language, unless they are all there is; fewer than three never do."""
LEAST_OF_ALL = 3
LEAST_KNOWN = 0.5
LEAST_COMMON = 0.15
"""A text with a smaller share of dictionary words and of the commonest words is neither Polish nor English."""
LONGEST = 40
"""Letters of a word that is looked up."""

_QUOTED = re.compile(r"[„“”\"«‟][^„“”\"»«]{0,400}[”“\"»]|(?<!\w)'[^']{3,200}'(?!\w)")
_TOLD = re.compile(
    r"\b(powiedzia\w+|mówi\w*|rzuci\w+|napis\w*|napisa\w*|kartk\w+|kartce|sms\w*|instrukcj\w+|ankie\w+|brzmi\w*|automat\w*|głos\w*|konsultant\w*|zapyta\w+"
    r"|odpowiedzia\w+|usłysza\w+|plakat\w*|tablic\w+|komunikat\w*|poradzi\w+|ekran\w*|szepn\w+|krzykn\w+|stwierdzi\w+"
    r"|poda\w+|słuchawc\w+|doda\w+|terminal\w*|said|says|sign|answered|told)\b[^:.!?]{0,40}:[^.!?\n]*",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"[.!?;\n]+")
_FIRST_WORD = re.compile(r"(?:^|[.!?\n]\s*)([^\W\d_]{2,40})\b")
_WORD = re.compile(r"[^\W\d_]{2,}(?:'[a-z]+)?")
_NOTED = frozenset(("patrz", "zobacz", "bądź", "daj", "niech"))
"""Imperatives of honest notes ("patrz zdjęcie"), and those that patterns know better."""
_OF_READERS = re.compile(
    "analizować|czytać|generować|klasyfikować|oceniać|odczytywać|przetwarzać|punktować|rozumieć|streszczać|weryfikować"
    "|wnioskować|wystawiać|przyznawać|cytować|ignorować"
)
"""What "you" do when you rate; other verbs say "you" for anybody ("czekasz i czekasz")."""
_YOURS = re.compile(r"\b(twoj\w{0,3}|twa|twego|twym|tobie|ciebie|toba)\b")
_COMMON = re.compile(
    r"a|aby|ale|bez|bo|byl|byla|bylo|byly|co|czy|dla|do|gdy|gdzie|go|i|ich|ja|jak|jako|je|jej|jest|juz|kto"
    r"|ktos|lub|ma|mam|mi|mial|miala|mnie|moze|na|nam|nas|nie|nic|nikt|niz|o|od|ona|one|oni|ono|oraz|pan"
    r"|pana|pani|panu|po|pod|przed|przez|przy|sa|sam|sie|tak|tam|te|tego|tej|ten|teraz|to|tu|tylko|tym|u|w"
    r"|we|wiec|wszystko|z|za|ze|zeby|about|all|am|an|and|any|are|as|at|be|been|but|by|can|could|did|do|for"
    r"|from|had|has|have|he|her|him|his|how|if|in|is|it|its|me|my|no|nobody|not|of|on|one|or|our|out|said"
    r"|she|so|than|that|the|their|them|then|there|they|this|to|up|us|was|we|were|what|when|which|who|will"
    r"|with|would|you|your"
)
"""The commonest words of Polish, without marks, and of English."""


def told_words(text: str) -> str:
    """A text without what somebody else says in it, in quotation marks or behind a colon."""
    return _TOLD.sub(" ", _QUOTED.sub(" ", text))


def spoken_to(told: str) -> str:
    """The first word of a text that speaks to its reader; empty: none."""
    match = _YOURS.search(folded(told))
    if match is not None:
        return match[0]
    found = next((word for word in _words(told) if word not in _NOTED and _speaks(word)), "")
    return found or next((match[1] for match in _FIRST_WORD.finditer(told.lower()) if _may_order(match[1])), "")


def is_readable(text: str) -> bool:
    """Whether every sentence is Polish (with or without its marks) or English, as far as it is long enough to tell."""
    return _is_read(text, LEAST_OF_ALL) and all(_is_read(one, LEAST_WORDS) for one in _SENTENCES.split(text))


def _is_read(sentence: str, least: int) -> bool:
    words = list(_words(sentence))
    if len(words) < least:
        return True
    known = sum(_is_known(word) for word in words)
    common = sum(_COMMON.fullmatch(folded(word)) is not None for word in words)
    return known >= LEAST_KNOWN * len(words) or common >= LEAST_COMMON * len(words)


def _words(text: str) -> Iterator[str]:
    for match in _WORD.finditer(text.lower()):
        if len(match[0]) <= LONGEST:
            yield match[0]


@lru_cache(maxsize=20_000)
def _speaks(word: str) -> bool:
    """Whether a word can be nothing else but an imperative or the second person of a verb."""
    readings = _dictionary().analyse(word)
    if any(tag.startswith("aglt:") and ":sec" in tag for _, _, (_, _, tag, _, _) in readings):
        return all(tag.startswith(("aglt", "praet", "part", "comp", "conj")) for _, _, (_, _, tag, _, _) in readings)
    return all(
        tag.startswith("impt:sg:sec")
        or (tag.startswith("fin:sg:sec") and _OF_READERS.fullmatch(lemma.split(":")[0]) is not None)
        for _, _, (_, lemma, tag, _, _) in readings
    )


@lru_cache(maxsize=20_000)
def _may_order(word: str) -> bool:
    """Whether a word that begins a sentence is an imperative, or else only a genitive ("wystaw", "przedstaw")."""
    tags = [tag for _, _, (_, _, tag, _, _) in _dictionary().analyse(word)]
    orders = any(tag.startswith("impt:sg:sec") for tag in tags)
    return orders and word not in _NOTED and all(tag.startswith(("impt:sg:sec", "subst:pl:gen")) for tag in tags)


@lru_cache(maxsize=20_000)
def _is_known(word: str) -> bool:
    return not any(tag == "ign" for _, _, (_, _, tag, _, _) in _dictionary().analyse(word))


@cache
def _dictionary() -> morfeusz2.Morfeusz:
    """The dictionary, read when the first word is looked up."""
    return morfeusz2.Morfeusz(generate=False)
