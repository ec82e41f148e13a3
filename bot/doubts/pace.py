"""Answers given faster than anybody reads, or long after the contact itself."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from bot.doubts.facts import Facts
from bot.doubts.marks import DoubtKind, Mark
from scenarios.contact import Answer
from scenarios.model import Stage, StepType

RUN = 6
"""Answers in a row that are looked at together."""
RUN_SECONDS = 6.0
"""Seconds in which nobody reads and answers so many questions."""
LEAST_ANSWERS = 12
"""From so many answers on the whole report has a pace."""
SECONDS_EACH = 3.0
"""Seconds a question takes at the very least, taken over the whole report."""
LONGEST_GAP = 300.0
"""Seconds; a longer break between two answers is counted as no more than this."""
LATE = timedelta(hours=48)
"""After this long people begin to remember wrongly."""

_TAPPED = frozenset({StepType.STAMP, StepType.ACKNOWLEDGE, StepType.WAIT, StepType.TIMER})
"""Answered by the course of things, not by reading."""


def marks_of_pace(facts: Facts) -> tuple[Mark, ...]:
    """Whether the report was written too fast, or too late."""
    return (*_fast(facts), *_late(facts))


def _fast(facts: Facts) -> tuple[Mark, ...]:
    answers = sorted(_read_and_answered(facts), key=lambda answer: answer.revision)
    gaps = [(later.at - earlier.at).total_seconds() for earlier, later in pairwise(answers)]
    total = sum(max(0.0, min(gap, LONGEST_GAP)) for gap in gaps)
    if len(answers) >= LEAST_ANSWERS and total < SECONDS_EACH * len(answers):
        return (Mark(DoubtKind.TOO_FAST, None, {"answers": len(answers), "seconds": round(total)}),)
    for at in range(len(gaps) - RUN + 2):
        run = sum(gaps[at : at + RUN - 1])
        if 0 <= run < RUN_SECONDS:
            return (Mark(DoubtKind.TOO_FAST, answers[at].path, {"answers": RUN, "seconds": round(run)}),)
    return ()


def _read_and_answered(facts: Facts) -> list[Answer]:
    """Answers that took reading. One that an exit route gave by itself is nobody's pace."""
    return [
        slot.answer
        for slot in facts.way.slots
        if slot.answer is not None
        and slot.section.stage is not Stage.GATE
        and slot.step.type not in _TAPPED
        and not (slot.answer.reason or "").startswith("exit:")
    ]


def _late(facts: Facts) -> tuple[Mark, ...]:
    """What was answered anew after the report was sent is no sign of anything."""
    sent = facts.contact.submitted_at
    on_the_spot = [slot.answer.at for slot in facts.given(stage=Stage.DURING) if slot.answer is not None]
    after = [
        slot.answer
        for slot in facts.given(stage=Stage.AFTER)
        if slot.answer is not None and (sent is None or slot.answer.at <= sent)
    ]
    if not on_the_spot or not after:
        return ()
    first = min(after, key=lambda answer: answer.at)
    waited = first.at - max(on_the_spot)
    if waited <= LATE:
        return ()
    return (Mark(DoubtKind.ANSWERED_LATE, first.path, {"hours": int(waited.total_seconds() // 3600)}),)
