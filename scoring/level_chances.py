"""Probabilities of the levels, from the token that says the level: a finer number than the level itself.

The mean over the levels' probabilities agrees with people better than the one level a model names (G-Eval, Liu and
others 2023).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from scoring.rating import Levels, ModelAnswer, Token

LEAST_MASS = 0.5
"""With less probability on the levels than this, the alternatives tell nothing."""

_LEVEL = re.compile(r'"level"\s*:\s*("?)')
_AROUND = ' "\t\r\n'
_BEHIND = _AROUND + ",}"


def level_values(levels: Levels) -> Mapping[str, float]:
    """Each level as a number: what its name says where all names are numbers, else its place from 0 up."""
    try:
        numbers = {level: float(level) for level in levels}
    except ValueError:
        numbers = {}
    if numbers and all(math.isfinite(number) for number in numbers.values()):
        return numbers
    return {level: float(place) for place, level in enumerate(levels)}


def level_chances(answer: ModelAnswer, levels: Levels) -> Mapping[str, float] | None:
    """Probability of each level, summing to 1, whatever was said besides left out. None: not to be had."""
    token = _level_token(answer)
    if token is None:
        return None
    chances = dict.fromkeys(levels, 0.0)
    others = 0.0
    for text, logarithm in token.alternatives:
        chance = math.exp(min(0.0, logarithm)) if not math.isnan(logarithm) else 0.0
        level = _level_meant(text, levels)
        if level is None:
            others += chance
        else:
            chances[level] += chance
    mass = sum(chances.values())
    if mass < LEAST_MASS * (mass + others) or mass == 0:
        return None
    return {level: chance / mass for level, chance in chances.items()}


def _level_token(answer: ModelAnswer) -> Token | None:
    """The token in which the value of "level" begins, without what stands before it in that token."""
    whole = "".join(token.text for token in answer.tokens)
    matches = list(_LEVEL.finditer(whole))
    if not matches:
        return None
    value = matches[-1].end()
    at = 0
    for token in answer.tokens:
        if at <= value < at + len(token.text):
            before = token.text[: value - at]
            kept = tuple(
                (text[len(before) :], chance) for text, chance in token.alternatives if text.startswith(before)
            )
            return Token(token.text[len(before) :], kept)
        at += len(token.text)
    return None


def _level_meant(text: str, levels: Levels) -> str | None:
    """The level a token says or can only be the beginning of."""
    said = text.lstrip(_AROUND)
    whole = said.rstrip(_BEHIND)
    if not whole:
        return None
    if whole in levels and (whole != said or not _goes_on(whole, levels)):
        return whole
    begun = [level for level in levels if level.startswith(whole)]
    return begun[0] if len(begun) == 1 and whole == said else None


def _goes_on(level: str, levels: Levels) -> bool:
    """Whether another level begins with this one: "1" may become "10"."""
    return any(other != level and other.startswith(level) for other in levels)
