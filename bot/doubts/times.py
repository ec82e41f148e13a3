"""Moments that contradict each other, the task's own time, or the institution's opening hours."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from bot.doubts.facts import Facts
from bot.doubts.hours import is_open, read_hours
from bot.doubts.marks import DoubtKind, Mark
from scenarios.calendar import SATURDAY, is_working_day
from scenarios.condition_values import is_number
from scenarios.engine.moment import key_size
from scenarios.engine.suggestions import suggestion_of
from scenarios.model import Mode, Stage, StepType

LEAST_DIFFERENCE = 5
"""By so much a stated number may differ from the measured one anyway (minutes, mostly)."""
LARGEST_SHARE = Decimal("0.5")
"""And by this share of the larger one."""

_AT_THE_PLACE = frozenset({Mode.VISIT, Mode.PHONE})
"""Modes in which somebody has to be there."""


def marks_of_times(facts: Facts) -> tuple[Mark, ...]:
    """Everything about the report's moments that does not fit."""
    return (*_reversed(facts), *_replies(facts), *_measured(facts), *_opening(facts), *_window(facts))


def _reversed(facts: Facts) -> list[Mark]:
    """Leaving before coming: on the spot the script goes with the clock."""
    moments = facts.moments()
    return [
        Mark(DoubtKind.TIMES_REVERSED, later.path, {"other": earlier.path})
        for (earlier, first), (later, second) in pairwise(moments)
        if second < first
    ]


def _replies(facts: Facts) -> list[Mark]:
    """A reply before what it replies to was sent."""
    moments = facts.moments()
    if facts.mode not in {Mode.EMAIL, Mode.SOCIAL} or not moments:
        return []
    sent, at = moments[0]
    marks = []
    for slot in facts.given(StepType.WAIT, StepType.DATETIME):
        answer = slot.answer
        if answer is None or slot.path == sent.path or (slot.step.type is StepType.WAIT and answer.value != "came"):
            continue
        came = answer.value if isinstance(answer.value, datetime) else answer.at
        is_after = slot.section.stage is Stage.AFTER or slot.step.type is StepType.WAIT
        if is_after and came < at:
            marks.append(Mark(DoubtKind.TIMES_REVERSED, slot.path, {"other": sent.path}))
    return marks


def _measured(facts: Facts) -> list[Mark]:
    """Numbers far from those the taps on the spot came to."""
    marks = []
    size = key_size(facts.scenario, facts.contact)
    for slot in facts.given(StepType.INTEGER, StepType.DECIMAL, StepType.TIMER):
        if slot.answer is None or slot.step.default is None or (slot.answer.reason or "").startswith("exit:"):
            continue
        said, measured = slot.answer.value, suggestion_of(slot, key_size=size)
        if not is_number(said) or not is_number(measured):
            continue
        first, second = Decimal(str(said)), Decimal(str(measured))
        most = max(Decimal(LEAST_DIFFERENCE), LARGEST_SHARE * max(first, second))
        if abs(first - second) > most:
            details = {"said": _plain(first), "measured": _plain(second)}
            marks.append(Mark(DoubtKind.TIME_DIFFERS, slot.path, details))
    return marks


def _opening(facts: Facts) -> list[Mark]:
    """On a free day, or outside the opening hours. A contact that ended by a way out may well have found it closed."""
    moments = facts.moments()
    if facts.mode not in _AT_THE_PLACE or not moments or facts.contact.exit is not None:
        return []
    slot, at = moments[0]
    local = at.astimezone(facts.zone)
    hours = read_hours(facts.hours)
    is_free = not is_working_day(local.date())
    is_opened_then = hours is not None and local.weekday() >= SATURDAY and local.weekday() in hours
    if is_free and not is_opened_then:
        return [Mark(DoubtKind.CLOSED_DAY, slot.path, {"day": local.date().isoformat()})]
    if hours is not None and not is_open(hours, local):
        return [Mark(DoubtKind.OUTSIDE_HOURS, slot.path, {"time": f"{local:%H:%M}", "hours": facts.hours})]
    return []


def _window(facts: Facts) -> list[Mark]:
    moments = facts.moments()
    if not moments or facts.opens_at <= moments[0][1] <= facts.due_at:
        return []
    slot, at = moments[0]
    return [Mark(DoubtKind.OUTSIDE_WINDOW, slot.path, {"day": at.astimezone(facts.zone).date().isoformat()})]


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
