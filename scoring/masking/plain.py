"""A text as the searches read it: one sort of space, dash and digit, nothing invisible; positions lead back."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_SIMPLE = re.compile(r"[\x00-\x7fĄąĆćĘęŁłŃńÓóŚśŹźŻż„”’«»…]*")
"""What needs no second look."""


@dataclass(frozen=True, slots=True)
class Plain:
    """``text`` to be searched; its character i began at ``starts[i]`` of the original, whose length is last."""

    text: str
    starts: list[int] | None
    """None: nothing was changed."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The same place in the original."""
        return (start, end) if self.starts is None else (self.starts[start], self.starts[end])


def plain(text: str) -> Plain:
    """Read a text: every plain character stands for one or more of the original, and is one in lower case too."""
    if _SIMPLE.fullmatch(text):
        return Plain(text, None)
    out: list[str] = []
    starts: list[int] = []
    for at, character in enumerate(text):
        category = unicodedata.category(character)
        if category == "Cf":
            continue
        if category == "Mn" and out:
            whole = unicodedata.normalize("NFC", out[-1] + character)
            out[-1] = whole if len(whole) == 1 else out[-1]
            continue
        out.append(_simple(character, category))
        starts.append(at)
    starts.append(len(text))
    return Plain("".join(out), starts)


def _simple(character: str, category: str) -> str:
    match category:
        case "Nd":
            return str(unicodedata.decimal(character))
        case "Zs":
            return " "
        case "Pd":
            return "-"
        case "Lu" | "Ll":
            folded = unicodedata.normalize("NFKC", character)
            return folded if len(folded.lower()) == 1 else character if len(character.lower()) == 1 else "I"
        case _:
            return "-" if character == "−" else character
