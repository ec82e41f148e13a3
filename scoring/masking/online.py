"""Where people are found online: e-mail addresses, written or told, and profiles that carry a name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scoring.masking.found import Found, Kind
from scoring.masking.lexicon import reading

_EMAIL = re.compile(r"(?<![\w.+\-])[\w.+\-]{1,64}@[\w\-]{1,63}(?:[.,][\w\-]{1,63}){1,6}")
_AT = re.compile(r" ?(?:@|[(\[{<] ?(?:at|małpa|malpa|@) ?[)\]}>]|(?<= )(?:małpa|malpa|małpka|at|AT)(?= )) ?")
_PART = r"[\w+\-]{1,40}"
_DOT = r"(?: ?\. ?| ?[(\[] ?(?:dot|kropka) ?[)\]] ?| (?:kropka|dot) )"
_JOIN = r"(?: (?:kropka|dot|myślnik|minus|podkreślnik|podkreślenie|podłoga) | ?\. ?)"
_LEFT = re.compile(rf"{_PART}(?:{_JOIN}{_PART}){{0,4}}$")
_RIGHT = re.compile(rf"{_PART}(?:{_DOT}{_PART}){{1,4}}")
_REACH = 120

_PROFILE = re.compile(
    r"(?:(?:facebook|fb|instagram|linkedin|tiktok|twitter|x|vk|t)\.(?:com|me)/(?:in/)?|(?<![\w@.])@)([\w.\-]{3,50})",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{3,}")


def online(text: str) -> Iterator[Found]:
    """Every e-mail address and every personal profile."""
    for match in _EMAIL.finditer(text):
        end = match.end() - (text[match.end() - 1] == "-")
        yield Found(match.start(), end, Kind.EMAIL)
    for at in _AT.finditer(text):
        left = _LEFT.search(text[max(0, at.start() - _REACH) : at.start()])
        right = _RIGHT.match(text, at.end(), at.end() + _REACH)
        if left is not None and right is not None:
            yield Found(at.start() - len(left.group()), right.end(), Kind.EMAIL)
    for match in _PROFILE.finditer(text):
        if any(_is_a_name(word) for word in _WORD.findall(match.group(1))):
            yield Found(match.start(), match.end(), Kind.PROFILE)


def _is_a_name(word: str) -> bool:
    read = reading(word)
    return bool(read.first) or (bool(read.surname) and not read.common)
