"""Ratings at the ends of the scale that no behaviour stands behind, where the script asks for one."""

from __future__ import annotations

from bot.doubts.facts import Facts
from bot.doubts.marks import DoubtKind, Mark
from scenarios.contact import AnswerState
from scenarios.model import StepType
from scenarios.route import Slot

LOW = 2
"""Levels up to this one want a reason, and so does the highest."""
LEAST_CHARS = 12
"""Characters of the shortest text that can tell what somebody did."""


def marks_of_ratings(facts: Facts) -> tuple[Mark, ...]:
    """One mark for each rating of 1, 2 or the highest level without a word of what happened."""
    marks = []
    for slot in facts.given(StepType.RANGE):
        level = None if slot.answer is None else slot.answer.value
        highest = max((int(choice.name) for choice in slot.step.choices), default=0)
        if not isinstance(level, int) or LOW < level < highest:
            continue
        if _asks_why(slot) and not _says_why(facts, slot):
            marks.append(Mark(DoubtKind.RATING_WITHOUT_REASON, slot.path, {"level": level}))
    return tuple(marks)


def _asks_why(slot: Slot) -> bool:
    """Whether the next step of the script asks for words."""
    steps = slot.section.steps
    at = steps.index(slot.step)
    return at + 1 < len(steps) and steps[at + 1].type is StepType.TEXT


def _says_why(facts: Facts, slot: Slot) -> bool:
    steps = slot.section.steps
    name = steps[steps.index(slot.step) + 1].name
    head, dot, _own = slot.path.rpartition(".")
    told = facts.way.slot(f"{head}{dot}{name}")
    if told is None:
        return True  # the script did not want it after this rating
    if told.answer is None or told.answer.state is not AnswerState.GIVEN:
        return False
    return len(str(told.answer.value).strip()) >= LEAST_CHARS
