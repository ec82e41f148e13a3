"""Typed text made comparable: case, diacritics, kinds of spaces and dashes, and stray punctuation no longer matter."""

from __future__ import annotations

import re
import unicodedata

_SPELLING = str.maketrans({"ł": "l", "–": "-", "—": "-", "−": "-", "‑": "-", "’": "'", "′": "'", "″": '"', "”": '"'})
_SPACE = re.compile(r"\s+")
_EDGES = ' .,;!…"„()[]'


def fold(text: str) -> str:
    """``text`` in lower case without diacritics, with single spaces and no punctuation at its ends."""
    plain = unicodedata.normalize("NFD", text.casefold().translate(_SPELLING))
    bare = "".join(character for character in plain if not unicodedata.combining(character))
    return _SPACE.sub(" ", bare).strip(_EDGES)
