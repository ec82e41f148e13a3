"""Two jurors' answers to the same items: which can be compared, which differ, and what a third answer decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scenarios.contact import AnswerState, Contact, Path
from scenarios.model import Step, StepType
from scenarios.route import Route

COMPARABLE = frozenset({StepType.YES_NO, StepType.RANGE})
"""Types of steps whose answers two jurors should share."""
NEAR = 1
"""Levels by which two ratings may differ and still agree."""
EXIT = "exit:"
"""How the reason of an answer begins that a way out gave by itself: nobody was asked it."""

Mark = bool | int
"""Yes or no, or a level."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What two jurors said to one item."""

    path: Path
    item: str
    first: Mark
    second: Mark

    @property
    def is_agreed(self) -> bool:
        """Whether the two agree."""
        return agree(self.first, self.second)


def marks_given(way: Route) -> Mapping[Path, Mark]:
    """The scored yes or no and ratings of a contact, given by the juror, outside repeats (whose rounds differ)."""
    return {path: mark for path, (_step, mark) in _given(way).items()}


def compared(first: Route, second: Route) -> tuple[Pair, ...]:
    """The items both jurors answered, in the order of the first one's script."""
    theirs = _given(second)
    return tuple(
        Pair(path, step.item or step.name, mark, theirs[path][1])
        for path, (step, mark) in _given(first).items()
        if path in theirs and theirs[path][0].type is step.type
    )


def are_alike(first: Contact, second: Contact) -> bool:
    """Whether two contacts of one scenario asked about the same case."""
    return first.case == second.case


def agree(first: Mark, second: Mark) -> bool:
    """The same yes or no; levels no more than ``NEAR`` apart."""
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    return abs(first - second) <= NEAR


def decided_by_third(first: Mark, second: Mark, third: Mark) -> Mark | None:
    """The majority, or the median of levels; None where no two of the three agree."""
    if isinstance(third, bool):
        return third if third in (first, second) else None
    low, middle, high = sorted((int(first), int(second), third))
    return middle if middle - low <= NEAR or high - middle <= NEAR else None


def _given(way: Route) -> Mapping[Path, tuple[Step, Mark]]:
    found: dict[Path, tuple[Step, Mark]] = {}
    for slot in way.slots:
        step, answer = slot.step, slot.answer
        if answer is None or answer.state is not AnswerState.GIVEN or not slot.certain or slot.round is not None:
            continue
        if step.type not in COMPARABLE or step.criterion is None or (answer.reason or "").startswith(EXIT):
            continue
        if isinstance(answer.value, bool | int):
            found[slot.path] = (step, answer.value)
    return found
