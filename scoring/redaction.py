"""Personal data out of a text before it leaves the house, and back in where an answer quotes it.

It lowers a risk and promises nothing: what a stranger could still recognise somebody by is not all found.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from scoring.masking.addresses import addresses
from scoring.masking.found import Found, Kind, blanked, settled
from scoring.masking.names import names
from scoring.masking.numbers import numbers
from scoring.masking.online import online
from scoring.masking.papers import papers
from scoring.masking.persons import Persons
from scoring.masking.plain import Plain, plain

__all__ = ["Kind", "Masked", "Replacement", "mask", "mask_together"]

_KINDS = "|".join(re.escape(kind.value) for kind in Kind)
_PLACEHOLDER = re.compile(rf"\[(?P<kind>{_KINDS}) (?P<number>\d{{1,6}})\]")
"""What we write; what somebody typed like that is left as it is, and its number is nobody's."""

_NAME_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Replacement:
    """A place of the original, ``start`` to before ``end``, and what stands for it at ``at`` of the masked text."""

    kind: Kind
    placeholder: str
    start: int
    end: int
    at: int


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without the personal data that was found. ``original`` does not show in a log."""

    text: str
    replacements: tuple[Replacement, ...]
    original: str = field(repr=False)

    def restore(self, text: str) -> str:
        """Put the originals back, in the whole or a part of the masked text, or in words about it.

        The whole and its parts come back letter by letter. In other words a placeholder gets the form that stood first.
        """
        at = self.text.find(text) if text else -1
        if at >= 0 and _is_whole(self, at, at + len(text)):
            start, end = self.original_span(at, at + len(text))
            return self.original[start:end]
        forms: dict[str, str] = {}
        for one in self.replacements:
            forms.setdefault(one.placeholder, self.original[one.start : one.end])
        return _PLACEHOLDER.sub(lambda match: forms.get(match.group(), match.group()), text)

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where a piece of the masked text stands in the original; a placeholder it touches counts as a whole."""
        return self._original(start, before=False), self._original(end, before=True)

    def _original(self, position: int, *, before: bool) -> int:
        index = bisect_right(self.replacements, position, key=lambda one: one.at) - 1
        if index >= 0 and before and self.replacements[index].at == position:
            index -= 1
        if index < 0:
            return position
        one = self.replacements[index]
        past = position - one.at - len(one.placeholder)
        if past >= 0:
            return one.end + past
        return one.end if before else one.start


def _is_whole(masked: Masked, start: int, end: int) -> bool:
    """Whether a piece of the masked text cuts no placeholder in two."""
    return all(
        one.at + len(one.placeholder) <= start
        or one.at >= end
        or (start <= one.at and one.at + len(one.placeholder) <= end)
        for one in masked.replacements
    )


def mask(text: str, *, known: Collection[str] = ()) -> Masked:
    """Take personal data out of a text. ``known``: names of people that are always taken out, e.g. the edition's."""
    return mask_together((text,), known=known)[0]


def mask_together(texts: Sequence[str], *, known: Collection[str] = ()) -> tuple[Masked, ...]:
    """Mask texts that are read together: what is the same in several has the same placeholder in all."""
    ledger = _Ledger(texts)
    words = frozenset(word.lower() for name in known for word in _NAME_WORD.findall(plain(name).text))
    return tuple(_masked(text, words, ledger) for text in texts)


class _Ledger:
    """Which number stands for what."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._persons = Persons()
        self._numbers: dict[tuple[Kind, str], int] = {}
        self._last = dict.fromkeys(Kind, 0)
        for text in texts:
            for typed in _PLACEHOLDER.finditer(text):
                kind = Kind(typed["kind"])
                self._last[kind] = max(self._last[kind], int(typed["number"]))

    def placeholder(self, read: Plain, found: Found) -> str:
        """The placeholder of what was found; the same for the same."""
        fresh = self._last[found.kind] + 1
        if found.kind is Kind.PERSON:
            number = self._persons.number_of([read.text[start:end] for start, end in found.words], fresh=fresh)
        else:
            same = "".join(filter(str.isalnum, read.text[found.start : found.end])).lower()
            number = self._numbers.setdefault((found.kind, same), fresh)
        self._last[found.kind] = max(self._last[found.kind], number)
        return f"[{found.kind.value} {number}]"


def _masked(text: str, known: frozenset[str], ledger: _Ledger) -> Masked:
    read = plain(text)
    parts: list[str] = []
    replacements: list[Replacement] = []
    at, length = 0, 0
    for found in _search(read.text, known):
        placeholder = ledger.placeholder(read, found)
        start, end = read.span(found.start, found.end)
        parts += [text[at:start], placeholder]
        length += start - at
        replacements.append(Replacement(found.kind, placeholder, start, end, length))
        length += len(placeholder)
        at = end
    return Masked("".join((*parts, text[at:])), tuple(replacements), text)


def _search(text: str, known: frozenset[str]) -> list[Found]:
    """What is found: the surest first, names last; each looks only at what is left."""
    typed = [Found(match.start(), match.end(), Kind.PERSON) for match in _PLACEHOLDER.finditer(text)]
    found: list[Found] = []
    left = blanked(text, typed)
    for search in (online, papers, numbers, addresses):
        fresh = settled(search(left))
        found += fresh
        left = blanked(left, fresh)
    return sorted([*found, *names(left, known)], key=lambda one: one.start)
