"""The functions conditions may call: how many arguments each takes and what it gives. None raises at run time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from enum import StrEnum
from typing import Final

from scenarios.calendar import working_days_between
from scenarios.condition_values import ARITHMETIC, UNKNOWN, Unknown, calculate, comparable, compare, is_number
from scenarios.readability import fog_index, words_per_sentence

MAX_DIGITS = 9
MAX_WORKING_SPAN_DAYS = 20 * 366
"""Two days further apart are a slip of the finger; the working days between them are unknown."""


class Takes(StrEnum):
    """What the first argument of a function is."""

    VALUES = "values"
    STATE = "state"
    """The name of a step; the function asks what kind of answer it has."""
    ROUNDS = "rounds"
    """The name of a step inside a repeat; the function sees the values of all rounds."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function: between ``least`` and ``most`` arguments (``None``: any number)."""

    takes: Takes
    least: int
    most: int | None
    run: Callable[..., object]


def _extreme(pick: Callable[..., object]) -> Callable[..., object]:
    def run(*values: object) -> object:
        if not all(comparable(values[0], value, in_order=True) for value in values):
            return UNKNOWN
        try:
            return pick(values)
        except TypeError:  # an aware and a naive moment
            return UNKNOWN

    return run


def _coalesce(*values: object) -> object:
    return next((value for value in values if value is not UNKNOWN), UNKNOWN)


def _round(value: object, digits: object = 0) -> object:
    if not (is_number(value) and isinstance(digits, int) and 0 <= digits <= MAX_DIGITS):
        return UNKNOWN
    if isinstance(value, int):
        return value
    assert isinstance(value, Decimal)  # noqa: S101  # what is_number leaves
    try:
        rounded = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, ARITHMETIC)
    except DecimalException:
        return UNKNOWN
    return rounded if digits else int(rounded)


def _abs(value: object) -> object:
    negative = compare("<", value, 0)
    if not isinstance(negative, bool):
        return UNKNOWN
    return calculate("*", value, -1 if negative else 1)


def _minutes_between(start: object, end: object) -> object:
    try:
        if isinstance(start, datetime) and isinstance(end, datetime):
            seconds = (end - start).total_seconds()
        elif isinstance(start, time) and isinstance(end, time):
            seconds = (datetime.combine(date.min, end) - datetime.combine(date.min, start)).total_seconds()
        else:
            return UNKNOWN
    except TypeError:  # an aware and a naive moment
        return UNKNOWN
    return ARITHMETIC.divide(Decimal(int(seconds)), 60)


def _working_days_between(start: object, end: object) -> object:
    if not (isinstance(start, date) and isinstance(end, date)):
        return UNKNOWN
    first = start.date() if isinstance(start, datetime) else start
    last = end.date() if isinstance(end, datetime) else end
    if abs((last - first).days) > MAX_WORKING_SPAN_DAYS:
        return UNKNOWN
    return working_days_between(first, last)


def _of_text(measure: Callable[[str], object]) -> Callable[[object], object]:
    def run(text: object) -> object:
        if not isinstance(text, str):
            return UNKNOWN
        found = measure(text)
        return UNKNOWN if found is None else found

    return run


def _selected(chosen: object, name: object) -> object:
    match chosen:
        case tuple():
            return name in chosen
        case str():
            return chosen == name
        case _:
            return UNKNOWN


def _count_selected(chosen: object) -> object:
    return len(chosen) if isinstance(chosen, tuple) else UNKNOWN


def _count(rounds: object) -> object:
    match rounds:
        case tuple():
            return sum(1 for value in rounds if value is not UNKNOWN)
        case Unknown.UNKNOWN:
            return 0
        case _:
            return UNKNOWN


def _total(rounds: object) -> object:
    if not isinstance(rounds, tuple):
        return UNKNOWN
    total: object = 0
    for value in rounds:
        total = calculate("+", total, value)
    return total


def _mean(rounds: object) -> object:
    return calculate("/", _total(rounds), len(rounds)) if isinstance(rounds, tuple) else UNKNOWN


def _extreme_round(pick: Callable[..., object]) -> Callable[[object], object]:
    run = _extreme(pick)
    return lambda rounds: run(*rounds) if isinstance(rounds, tuple) and rounds else UNKNOWN


FUNCTIONS: Final[Mapping[str, Function]] = {
    "answered": Function(Takes.STATE, 1, 1, lambda state: state == "given"),
    "not_checked": Function(Takes.STATE, 1, 1, lambda state: state == "not_checked"),
    "not_applicable": Function(Takes.STATE, 1, 1, lambda state: state == "not_applicable"),
    "answered_at": Function(Takes.STATE, 1, 1, lambda at: UNKNOWN if at is None else at),
    "selected": Function(Takes.VALUES, 2, 2, _selected),
    "count_selected": Function(Takes.VALUES, 1, 1, _count_selected),
    "minutes_between": Function(Takes.VALUES, 2, 2, _minutes_between),
    "working_days_between": Function(Takes.VALUES, 2, 2, _working_days_between),
    "words_per_sentence": Function(Takes.VALUES, 1, 1, _of_text(words_per_sentence)),
    "fog_index": Function(Takes.VALUES, 1, 1, _of_text(fog_index)),
    "length": Function(Takes.VALUES, 1, 1, _of_text(len)),
    "coalesce": Function(Takes.VALUES, 2, None, _coalesce),
    "round": Function(Takes.VALUES, 1, 2, _round),
    "min": Function(Takes.VALUES, 2, None, _extreme(min)),
    "max": Function(Takes.VALUES, 2, None, _extreme(max)),
    "abs": Function(Takes.VALUES, 1, 1, _abs),
    "count": Function(Takes.ROUNDS, 1, 1, _count),
    "total": Function(Takes.ROUNDS, 1, 1, _total),
    "mean": Function(Takes.ROUNDS, 1, 1, _mean),
    "lowest": Function(Takes.ROUNDS, 1, 1, _extreme_round(min)),
    "highest": Function(Takes.ROUNDS, 1, 1, _extreme_round(max)),
}
"""Every function by its name."""
