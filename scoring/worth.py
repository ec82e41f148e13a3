"""What one answer is worth to one criterion: a fraction, nothing that counts, or unknown. Nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, assert_never

from scoring.rubric import (
    Absent,
    Attribute,
    Counted,
    Criterion,
    Filter,
    Levels,
    Number,
    Rating,
    StepTable,
    Words,
    Worth,
)
from scoring.table import Record

ROUNDING: Final = 1e-9
"""By so much a number may pass the ends of its range: programs write 100.00000000000001."""

_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,20})?(?:[eE][+-]?[0-9]{1,2})?")
_WHOLE = re.compile(r"[0-9]{1,9}")
_PART = re.compile(r"([0-9]{1,9})/([0-9]{1,9})")


def worth_of(criterion: Criterion, words: Words, answer: str | None) -> float | Absent:
    """The fraction (or plain number) an answer is worth, or why it is worth none."""
    if answer is None:
        return Absent.UNANSWERED
    if answer in words.not_applicable:
        return Absent.NOT_APPLICABLE
    if answer in words.not_checked:
        return Absent.NOT_CHECKED
    return _fraction(criterion.worth, answer)


def fits(filter_: Filter, record: Record) -> bool:
    """Whether a record is one of those a filter lets through; no answer is none of the words of a filter."""
    for attribute, words in filter_.attributes.items():  # loops, not all(): this is asked of every record many times
        if attribute_of(record, attribute) not in words:
            return False
    for question, words in filter_.answers.items():  # noqa: SIM110
        if record.answers.get(question) not in words:
            return False
    return True


def attribute_of(record: Record, attribute: Attribute) -> str:
    """What a record says about itself."""
    match attribute:
        case Attribute.RECORD:
            return record.name
        case Attribute.KIND:
            return record.kind
        case Attribute.GROUP:
            return record.group
        case Attribute.LEVEL:
            return record.level
        case Attribute.TYPE:
            return record.type
        case _:
            assert_never(attribute)


def number_in(text: str) -> float | None:
    """The number a text is, with a decimal point; None where it is none."""
    return float(text) if _NUMBER.fullmatch(text) else None


def _fraction(worth: Worth, answer: str) -> float | Absent:
    match worth:
        case Levels(by_word):
            return _level(by_word, answer)
        case Rating(lowest, highest):
            return _rated(lowest, highest, answer)
        case Counted(of):
            return _counted(of, answer)
        case StepTable(edges, beyond):
            number = number_in(answer)
            if number is None:
                return Absent.UNKNOWN
            return next((fraction for edge, fraction in edges if number <= edge), beyond)
        case Number(lowest, highest):
            return _stretched(lowest, highest, number_in(answer))
        case _:
            assert_never(worth)


def _level(by_word: Mapping[str, float | None], answer: str) -> float | Absent:
    if answer not in by_word:
        return Absent.UNKNOWN
    fraction = by_word[answer]
    return Absent.NOT_APPLICABLE if fraction is None else fraction


def _rated(lowest: int, highest: int, answer: str) -> float | Absent:
    if not _WHOLE.fullmatch(answer) or not lowest <= int(answer) <= highest:
        return Absent.UNKNOWN
    return (int(answer) - lowest) / (highest - lowest)


def _counted(of: int | None, answer: str) -> float | Absent:
    part = _PART.fullmatch(answer)
    if part:
        found, all_of_them = int(part[1]), int(part[2])
        if of is not None and of != all_of_them:
            return Absent.UNKNOWN
    elif of is not None and _WHOLE.fullmatch(answer):
        found, all_of_them = int(answer), of
    else:
        return Absent.UNKNOWN
    return min(found, all_of_them) / all_of_them if all_of_them else Absent.UNKNOWN


def _stretched(lowest: float | None, highest: float | None, number: float | None) -> float | Absent:
    if number is None:
        return Absent.UNKNOWN
    if lowest is None or highest is None:
        return number
    fraction = (number - lowest) / (highest - lowest)
    if -ROUNDING <= fraction <= 1 + ROUNDING:
        return min(max(fraction, 0.0), 1.0)
    return Absent.UNKNOWN
