"""Long texts as pages: nothing is ever cut off, only moved to the next page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.channels.base import MAX_BODY

PAGE_CHARS = MAX_BODY - 300
"""Characters of a page's body; the rest is room for its head and note."""

ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Page:
    """One page out of ``total``; ``number`` counts from 0."""

    number: int
    total: int
    entries: tuple[tuple[int, str], ...]
    """The entries on it with their ordinals in the whole list (from 0)."""

    @property
    def has_next(self) -> bool:
        """Whether another page follows."""
        return self.number + 1 < self.total


def split_text(text: str, *, limit: int = PAGE_CHARS) -> list[str]:
    """The text in parts of at most ``limit`` characters, broken at an empty line, a line or a word."""
    parts = []
    rest = text
    while len(rest) > limit:
        window = rest[: limit + 1]
        cut = next((at for mark in ("\n\n", "\n", " ") if (at := window.rfind(mark)) > 0), limit)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest]


def page_of(entries: Sequence[str], number: int, *, most: int, limit: int = PAGE_CHARS) -> Page:
    """The page of that number (or the nearest there is) of entries joined by empty lines, ``most`` on a page.

    An entry longer than a page goes on over several.
    """
    pages: list[list[tuple[int, str]]] = [[]]
    room = limit
    for ordinal, entry in enumerate(entries):
        for part in split_text(entry, limit=limit):
            if pages[-1] and (len(part) > room or len(pages[-1]) >= most):
                pages.append([])
                room = limit
            pages[-1].append((ordinal, part))
            room -= len(part) + 2
    number = max(0, min(number, len(pages) - 1))
    return Page(number, len(pages), tuple(pages[number]))


def brief(text: str, *, limit: int = 90) -> str:
    """A mention of a longer text: its beginning up to a word, visibly broken off."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    return flat[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + ELLIPSIS
