"""Values in conditions: the unknown one, numbers, what can be compared with what. Nothing here raises."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from datetime import date, time
from decimal import Context, Decimal, DecimalException
from enum import Enum
from typing import Final


class Unknown(Enum):
    """The type of ``UNKNOWN``."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN
"""The value of an answer that is missing, not checked or not applicable, and of everything that depends on it."""

ARITHMETIC: Final = Context(prec=28)
"""Own decimal context, so that results do not depend on the caller's."""


def is_number(value: object) -> bool:
    """Whether a value counts as a number; ``bool``, infinity and NaN do not."""
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, int) and not isinstance(value, bool)


def calculate(operation: str, left: object, right: object) -> object:
    """``left operation right`` for ``+ - * /``; ``UNKNOWN`` for what cannot be calculated, e.g. a division by zero."""
    if not (is_number(left) and is_number(right)):
        return UNKNOWN
    if operation != "/" and isinstance(left, int) and isinstance(right, int):
        whole = {"+": int.__add__, "-": int.__sub__, "*": int.__mul__}[operation]
        return whole(left, right)
    exact = {"+": ARITHMETIC.add, "-": ARITHMETIC.subtract, "*": ARITHMETIC.multiply, "/": ARITHMETIC.divide}[operation]
    try:
        return exact(left, right)  # type: ignore[arg-type]  # both are numbers
    except DecimalException:
        return UNKNOWN


def same_sort(left: object, right: object) -> bool:
    """Whether two known values may be compared at all."""
    if is_number(left) and is_number(right):
        return True
    return type(left) is type(right) and isinstance(left, bool | str | date | time)


def ordered(values: tuple[object, ...]) -> bool:
    """Whether the known values can be put in an order: numbers, dates, times or moments, all of one sort."""
    first = values[0]
    return (is_number(first) or isinstance(first, date | time)) and all(same_sort(first, other) for other in values)


def number_of_files(value: object) -> object:
    """Ids of evidence count as their number; every other value is what it is."""
    if isinstance(value, tuple) and value and all(is_number(element) for element in value):
        return len(value)
    return value


def any_of(values: Iterable[object]) -> object:
    """Kleene's "or"."""
    found: object = False
    for value in values:
        if value is True:
            return True
        if value is not False:
            found = UNKNOWN
    return found


def negated(value: object) -> object:
    """Kleene's "not"."""
    return not value if isinstance(value, bool) else UNKNOWN


def compare(comparison: ast.cmpop, left: object, right: object) -> object:
    """One comparison of two values; values of different sorts cannot be compared and give ``UNKNOWN``."""
    if left is UNKNOWN or right is UNKNOWN or not same_sort(left, right):
        return UNKNOWN
    try:
        match comparison:
            case ast.Eq():
                return left == right
            case ast.NotEq():
                return left != right
            case _ if not ordered((left, right)):
                return UNKNOWN
            case ast.Lt():
                return left < right  # type: ignore[operator]
            case ast.LtE():
                return left <= right  # type: ignore[operator]
            case ast.Gt():
                return left > right  # type: ignore[operator]
            case _:
                return left >= right  # type: ignore[operator]
    except TypeError:  # an aware and a naive moment
        return UNKNOWN
