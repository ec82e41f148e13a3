"""Quotes must be the juror's own words: found as exact substrings, with their place in the original text.

What is made equal before looking, as it changes no meaning: composed and decomposed letters (NFC, not NFKC, which makes
"10²" to "102"), any white space, the shapes of quotation marks, apostrophes, dashes and ellipses, soft hyphens, and
upper and lower case. At its ends a quote may have marks that the text lacks. No word may be added, left out or
changed, and none may be cut: "uprzejma" does not stand in "nieuprzejma", nor may a quote begin shortly behind a "nie".
What people see is always cut out of the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from scoring.injection import suspicions
from scoring.rating import Observation, Quote, Void

LEAST_LETTERS = 4
"""Shorter quotes prove nothing, unless the observation is as short."""
MOST_LETTERS = 1_000
"""Of a quote before it is looked for."""
_LOOK_BACK = 80

_ALIKE = {
    **dict.fromkeys("„”“‟«»″〞〝", '"'),
    **dict.fromkeys("’‘‚‛′`´", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
    "\u00ad": "",
}
_ENDS = " \"'.,;:!?-()"
_NEGATIONS = re.compile(
    r"nie|ani|bez|nigdy|żad(en|n[aąeyo]|nego|nej|nym|nych|nymi)|no|not|never|without|neither|nor|cannot|hardly|.*n't"
    r"|не|ні|ни|без|никогда|ніколи"
)
_CLUSTER = re.compile(r".[\u0300-\u036f]*", re.DOTALL)
_CLAUSE_BEFORE = re.compile(r"[^.,;:!?]*\Z")
_WORD = re.compile(r"[\w']+")
_REACH = 3
"""So many words before a quote, in the same clause, may hold a negation that belongs to it."""


@dataclass(frozen=True, slots=True)
class _Folded:
    """A text made comparable; ``starts[i]`` and ``ends[i]`` are where its letter ``i`` stands in the original."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def find(quote: str, observations: Sequence[Observation]) -> Quote | Void:
    """The place of a quote in the first observation that has it, or why it counts for nothing."""
    if len(quote) > MOST_LETTERS:
        return Void.INVENTED_QUOTE
    if suspicions(quote):
        return Void.INSTRUCTION
    wanted = _folded(quote).text.strip(_ENDS)
    if not wanted:
        return Void.SHORT_QUOTE
    problem = Void.INVENTED_QUOTE
    for observation in observations:
        folded = _folded(observation.text)
        for match in re.finditer(f"(?={re.escape(wanted)})", folded.text):
            start, end = match.start(), match.start() + len(wanted)
            if _is_cut(folded, start, end):
                problem = Void.CUT_QUOTE
            elif len(wanted) < LEAST_LETTERS and wanted != folded.text.strip(_ENDS):
                problem = Void.SHORT_QUOTE
            else:
                first, last = folded.starts[start], folded.ends[end - 1]
                return Quote(observation.path, first, last, observation.text[first:last])
    return problem


def _is_cut(folded: _Folded, start: int, end: int) -> bool:
    """Whether the edges go through a word or a letter, or leave out the negation just before."""
    if _is_inside_word(folded, start) or _is_inside_word(folded, end):
        return True
    text = folded.text
    clause = _CLAUSE_BEFORE.search(text, max(0, start - _LOOK_BACK), start)
    words = _WORD.findall(clause[0])[-_REACH:] if clause else []
    return any(_NEGATIONS.fullmatch(word) for word in words)


def _is_inside_word(folded: _Folded, at: int) -> bool:
    text = folded.text
    if not 0 < at < len(text):
        return False
    is_inside_letter = folded.starts[at - 1] == folded.starts[at]
    return is_inside_letter or (text[at - 1].isalnum() and text[at].isalnum())


def _folded(text: str) -> _Folded:
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for cluster in _CLUSTER.finditer(text):
        whole = unicodedata.normalize("NFC", cluster[0])
        for letter in whole:
            for one in " " if letter.isspace() else _ALIKE.get(letter, letter).lower():
                if one == " " and letters and letters[-1] == " ":
                    ends[-1] = cluster.end()
                    continue
                letters.append(one)
                starts.append(cluster.start())
                ends.append(cluster.end())
    return _Folded("".join(letters), tuple(starts), tuple(ends))
