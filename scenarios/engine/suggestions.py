"""The answer a step suggests by its ``default``, where it is a possible one."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

from scenarios.amounts import within
from scenarios.condition_values import is_number
from scenarios.conditions import UNKNOWN, evaluate
from scenarios.contact import Place, Value
from scenarios.model import Step, StepType
from scenarios.route import Slot


def suggestion_of(slot: Slot, *, key_size: int) -> Value | None:
    """The value of the step's ``default``, numbers fitted to its type; None where it is unknown or no possible answer.

    ``key_size`` is the number of elements of the case's answer key.
    """
    step = slot.step
    value = UNKNOWN if step.default is None else evaluate(step.default, slot.scope)
    match step.type, value:
        case StepType.YES_NO, bool(said_yes):
            return said_yes
        case StepType.SELECT_ONE, str(name) if step.choice(name) is not None:
            return name
        case StepType.SELECT_MULTIPLE, tuple(names) if all(step.choice(name) is not None for name in names):
            return names
        case StepType.TEXT, str(text):
            return text
        case StepType.DATE, date() as day if not isinstance(day, datetime):
            return day
        case StepType.TIME, time() as hour:
            return hour
        case ((StepType.DATETIME | StepType.STAMP), datetime() as moment):
            return moment
        case StepType.GEOPOINT, Place() as place:
            return place
        case _, int() | Decimal() as number if is_number(number):
            return _number(step, Decimal(number), key_size)
        case _:
            return None


def _number(step: Step, number: Decimal, key_size: int) -> int | Decimal | None:
    whole = number.to_integral_value(ROUND_HALF_UP)
    match step.type:
        case StepType.DECIMAL:
            return number if within(number, step.minimum, step.maximum) is None else None
        case StepType.INTEGER:
            fits = within(whole, step.minimum, step.maximum) is None
        case StepType.COUNT:
            fits = within(whole, 0, key_size if step.counts_key else step.maximum) is None
        case StepType.RANGE:
            fits = step.choice(str(whole)) is not None
        case _:
            fits = step.type is StepType.TIMER and whole >= 0
    return int(whole) if fits else None
