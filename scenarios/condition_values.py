"""Values in conditions: the unknown one, numbers, what can be compared with what. Nothing here raises."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from decimal import Context, Decimal, DecimalException
from enum import Enum
from typing import Any, Final


class Unknown(Enum):
    """The type of ``UNKNOWN``."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN
"""The value of an answer that is missing, not checked or not applicable, and of everything that depends on it."""

ARITHMETIC: Final = Context(prec=28)
"""Own decimal context, so that results do not depend on the caller's."""

_PLAIN: Final = frozenset({bool, int, str, date, time, datetime})
"""Sorts whose values can be compared with each other as they are."""
_ORDERED: Final = frozenset({int, date, time, datetime})

COMPARISONS: Final[dict[str, tuple[Callable[[Any, Any], bool], bool]]] = {
    "==": (operator.eq, False),
    "!=": (operator.ne, False),
    "<": (operator.lt, True),
    "<=": (operator.le, True),
    ">": (operator.gt, True),
    ">=": (operator.ge, True),
}
"""Each comparison, and whether it needs values in an order."""


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


def comparable(left: object, right: object, *, in_order: bool) -> bool:
    """Whether two known values are of one sort; ``in_order``: a sort that has a first and a last."""
    sort = type(left)
    if sort is type(right) and sort in _PLAIN:
        return not in_order or sort in _ORDERED
    return is_number(left) and is_number(right)


def compare(sign: str, left: object, right: object) -> object:
    """One comparison of two values; values of different sorts cannot be compared and give ``UNKNOWN``."""
    operation, in_order = COMPARISONS[sign]
    if not comparable(left, right, in_order=in_order):
        return UNKNOWN
    try:
        return operation(left, right)
    except TypeError:  # an aware and a naive moment
        return UNKNOWN


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
