"""How hard a Polish text is to read: words a sentence and the Polish FOG index."""

from __future__ import annotations

import re
from decimal import Decimal

LONG_WORD_SYLLABLES = 4
"""From this many syllables on a word counts as hard in Polish."""

_ABBREVIATION = re.compile(
    r"""al|art|cd|dr|doc|dz|dz\.u|gen|godz|gr|hab|im|in|inż|jw|kan|kk|kl|kpa|lek|m\.in|mgr|min|mjr|nast|nr|nt|np|oprac|os
    |par|pkt|pl|plac|płk|por|poz|pow|prof|przyp|pt|ppkt|ref|red|rej|rozdz|rys|sek|ser|śp|str|sygn|szt|św|tel|tj|tys|tzn
    |tzw|u|ul|ust|vs|wew|wg|woj|wł|wyd|zał|zam|zob|zw""",
    re.VERBOSE | re.IGNORECASE,
)
"""Words whose full stop ends no sentence even before a capital letter."""

_PARAGRAPH_END = re.compile(r"\n\s*\n|\n(?=\s*(?:[-–—•*▪]|\d{1,2}[.)])\s)")
_BULLET = re.compile(r"^\s*(?:[-–—•*▪]|\d{1,2}[.)])\s+")
_STOP = re.compile(r"([.!?…]+)[\"”’»)\]]*\s+(?=[\"„‘«–—-]?\s*(\w))")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_PLAIN = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SYLLABIC_I = re.compile(r"^[bcdfghjkmnpstwz]+[lr]i(?=[aąeęoóu])")
_SOFT_I = re.compile(r"i(?=[aąeęioóu])")
_SPLIT_U = re.compile(r"^(?:(?:nie)?(?:na|za|poza)|nie|prze)(?=u)")
_DIPHTHONG = re.compile(r"[ae]u")
_VOWEL = re.compile(r"[aąeęioóuyäöüéèáëïíúý]")


def syllables(word: str) -> int:
    """Syllables of a Polish word: its vowels, but a softening ``i`` makes none, and ``au`` and ``eu`` make one."""
    rest = _SPLIT_U.sub(lambda found: found.group() + "-", word.lower())
    rest = _SYLLABIC_I.sub(lambda found: found.group()[:-1] + "y", rest)
    rest = _SOFT_I.sub("", rest)
    rest = _DIPHTHONG.sub("a", rest)
    return len(_VOWEL.findall(rest))


def words(text: str) -> list[str]:
    """The words of a text without punctuation; a number, an address and a hyphenated word are one word each."""
    stripped = (_EDGES.sub("", token) for token in text.split())
    return [word for word in stripped if word]


def sentences(text: str) -> list[str]:
    """The sentences of a text: a blank line and a list item end one, a full stop after an abbreviation does not."""
    found: list[str] = []
    for paragraph in _PARAGRAPH_END.split(text):
        rest, start = _BULLET.sub("", paragraph), 0
        for stop in _STOP.finditer(rest):
            if _ends_sentence(rest[start : stop.start()], mark=stop[1], following=stop[2]):
                found.append(rest[start : stop.end()])
                start = stop.end()
        found.append(rest[start:])
    return [sentence.strip() for sentence in found if words(sentence)]


def words_per_sentence(text: str) -> Decimal | None:
    """Words divided by sentences, or None where there is no word."""
    found = sentences(text)
    if not found:
        return None
    return Decimal(sum(len(words(sentence)) for sentence in found)) / len(found)


def fog_index(text: str) -> Decimal | None:
    """The Polish FOG index, 0.4 * (words/sentences + 100 * words of four or more syllables/words); None without words.

    About the years of school a reader needs: 12 is the level of the matura. Addresses and numbers are words, but never
    hard ones.
    """
    average = words_per_sentence(text)
    if average is None:
        return None
    found = [word for sentence in sentences(text) for word in words(sentence)]
    hard = sum(1 for word in found if _PLAIN.fullmatch(word) and syllables(word) >= LONG_WORD_SYLLABLES)
    return Decimal("0.4") * (average + Decimal(100 * hard) / len(found))


def _ends_sentence(before: str, *, mark: str, following: str) -> bool:
    """Whether ``mark`` between the words ``before`` it and the character ``following`` ends a sentence."""
    if mark != ".":
        return True
    last = before.rsplit(maxsplit=1)[-1].lstrip("(„\"'«") if before.strip() else ""
    if following.islower() or _ABBREVIATION.fullmatch(last):
        return False
    return not (_INITIALS.fullmatch(last) and (last.isupper() or "." in last))
