"""Typed amounts: a number with or without the unit the step asks in ("12 minut", "22,50 zł", "1 godz. 10 min")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from scenarios.contact import Rejection, RejectionCode
from scenarios.durations import MAX_SECONDS, read_duration, unit_of
from scenarios.folding import fold
from scenarios.model import Step, StepType
from scenarios.numbers import MAX_DIGITS, has_too_many_digits, number

MAX_CHARS = 80
"""A typed amount is never longer; what is, is not one."""

_WITH_WORDS = re.compile(r"(.*[0-9]|[a-z]+) ?([a-z%€$][a-z%€$ .]*)")
_WORD = re.compile(r"[a-z%€$]+")
_ZLOTY = frozenset({"zl", "zloty", "zlote", "zlotych", "pln"})
_HEDGES = frozenset(
    {"albo", "lub", "nie", "not", "about", "ponad", "prawie", "mniej", "wiecej", "less", "more", "over"}
)
_COUNTED = re.compile(r"element\w*|punkt\w*|items?|points?")
_STEM = 3


def read_amount(text: str, step: Step, *, comma_is_decimal: bool) -> Decimal | Rejection:
    """The number that was typed, in the unit of the step; an amount in another unit of time is converted exactly."""
    not_a_number = Rejection(RejectionCode.NOT_A_NUMBER, limits(step.minimum, step.maximum))
    if len(text) > MAX_CHARS:
        return not_a_number
    if has_too_many_digits(text):
        return too_large(step.minimum, 10**MAX_DIGITS - 1 if step.maximum is None else step.maximum)
    folded = fold(text)
    if (plain := number(folded, comma_is_decimal=comma_is_decimal)) is not None:
        return plain
    unit = time_unit(step)
    seconds = read_duration(text, unit=None) if unit and ":" not in text else None
    if unit and seconds is not None:
        return seconds / unit
    found = _WITH_WORDS.fullmatch(folded)
    if found is None or not all(_belongs(word, step) for word in _WORD.findall(found[2])):
        return not_a_number
    value = number(found[1], comma_is_decimal=comma_is_decimal)
    return not_a_number if value is None else value


def read_seconds(text: str, step: Step) -> int | Rejection:
    """The whole seconds a typed duration means; a bare number counts in the unit the step's words name, if they do."""
    seconds = read_duration(text, unit=time_unit(step)) if len(text) <= MAX_CHARS else None
    if seconds is None:
        return Rejection(RejectionCode.NOT_A_DURATION, {"example": "5 min"})
    if seconds > MAX_SECONDS:
        return too_large(0, MAX_SECONDS)
    if seconds != seconds.to_integral_value():
        return Rejection(RejectionCode.NOT_WHOLE, {"example": "90 s"})
    return int(seconds)


def time_unit(step: Step) -> int | None:
    """The unit of time a step asks in, in seconds: from its unit, else from the only one its label names."""
    for words in (_words_of_unit(step), _words_of_label(step)):
        units = {unit for word in words if (unit := unit_of(word)) is not None and (len(word) > 1 or step.unit)}
        if len(units) == 1:
            return units.pop()
    return None


def within(value: Decimal, minimum: int | None, maximum: int | None) -> Rejection | None:
    """Why a number is outside its limits, or None."""
    if minimum is not None and value < minimum:
        return Rejection(RejectionCode.TOO_SMALL, limits(minimum, maximum))
    if maximum is not None and value > maximum:
        return too_large(minimum, maximum)
    return None


def too_large(minimum: int | None, maximum: int) -> Rejection:
    """The refusal of a number above ``maximum``."""
    return Rejection(RejectionCode.TOO_LARGE, limits(minimum, maximum))


def limits(minimum: int | None, maximum: int | None) -> dict[str, str]:
    """The limits that there are, as details of a rejection."""
    both = {"minimum": minimum, "maximum": maximum}
    return {name: str(limit) for name, limit in both.items() if limit is not None}


def _belongs(word: str, step: Step) -> bool:
    """Whether a word behind the number is the step's unit or one of its label's words in another form."""
    if word in _HEDGES:
        return False
    units, labels = set(_words_of_unit(step)), set(_words_of_label(step))
    if word in units | labels or (word in _ZLOTY and (units | labels) & _ZLOTY):
        return True
    if step.type is StepType.COUNT and _COUNTED.fullmatch(word):
        return True
    return any(_same_word(word, other) for other in units | labels)


def _same_word(word: str, other: str) -> bool:
    """Whether two words look like two forms of one: they begin alike, for at least half of the longer."""
    alike = 0
    for left, right in zip(word, other, strict=False):
        if left != right:
            break
        alike += 1
    return alike >= _STEM and 2 * alike >= max(len(word), len(other))


def _words_of_unit(step: Step) -> Iterator[str]:
    for text in step.unit.by_language.values() if step.unit else ():
        yield from _WORD.findall(fold(text))


def _words_of_label(step: Step) -> Iterator[str]:
    for text in step.label.by_language.values():
        yield from _WORD.findall(fold(text))
