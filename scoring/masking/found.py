"""A place in a text that holds personal data, and how places that overlap are settled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What was found; the value is the word in its placeholder."""

    PERSON = "osoba"
    PHONE = "telefon"
    EMAIL = "e-mail"
    PESEL = "PESEL"
    NIP = "NIP"
    REGON = "REGON"
    ADDRESS = "adres"
    PLATE = "tablica"
    DOCUMENT = "dokument"
    ACCOUNT = "konto"
    BIRTH = "data"
    PROFILE = "profil"


@dataclass(frozen=True, slots=True)
class Found:
    """From ``start`` to before ``end``. ``words`` are the spans of a name's words; nothing else has them."""

    start: int
    end: int
    kind: Kind
    words: tuple[tuple[int, int], ...] = ()


def settled(found: Iterable[Found]) -> list[Found]:
    """In order of the text, none over another: what comes first in ``found`` stays, what overlaps it is left out."""
    kept: list[Found] = []
    taken = bytearray()
    for one in found:
        if len(taken) < one.end:
            taken.extend(bytes(one.end - len(taken)))
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def blanked(text: str, found: Sequence[Found]) -> str:
    """The text with a line end in place of every character found: whoever reads on sees a border there."""
    parts, at = [], 0
    for one in found:
        parts += [text[at : one.start], "\n" * (one.end - one.start)]
        at = one.end
    return "".join((*parts, text[at:]))
