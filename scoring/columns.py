"""What answers are worth, judged once each; and of a whole record, looked up in one go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import getitem, itemgetter
from typing import Any, Final, NamedTuple

from scoring.mixing import Mark
from scoring.rubric import Absent, Criterion, Words
from scoring.table import Record
from scoring.worth import worth_of

MAX_REMEMBERED: Final = 10_000
"""Different answers to one criterion that are remembered; the others are judged anew each time."""


class Judged(dict[str | None, Mark]):
    """The mark of any answer to a criterion, whatever record it is in; None: there is no answer."""

    def __init__(self, criterion: Criterion, words: Words) -> None:
        """Nothing is judged before it is asked for."""
        super().__init__()
        self._criterion = criterion
        self._words = words

    def __missing__(self, answer: str | None) -> Mark:
        """Judge an answer."""
        points = self._criterion.points
        worth = worth_of(self._criterion, self._words, answer)
        failed = (("", ""),) if answer in self._criterion.critical else ()
        if isinstance(worth, Absent):
            lost = points if worth is Absent.NOT_CHECKED else 0.0
            mark = Mark(None, failed, worth, 0.0, 0.0, not_checked=lost, open=points)
        else:
            mark = Mark(worth, failed, None, worth * points, points)
        if len(self) < MAX_REMEMBERED:
            self[answer] = mark
        return mark


Pick = Callable[[Sequence[Any]], Sequence[Any]]
"""Takes some of the values of a column."""


class Columns(NamedTuple):
    """What the answers of a record are worth, to one criterion after the other."""

    values: Sequence[float | None]
    earned: Sequence[float]
    possible: Sequence[float]
    failed: frozenset[int]
    """Places of critical criteria that failed."""


class Sheet:
    """The criteria that belong to every record of a kind, in one order: answers are looked up all at once."""

    def __init__(self, criteria: Sequence[tuple[Criterion, Judged]]) -> None:
        """``criteria`` with what they remember."""
        self._judged = tuple(judged for _, judged in criteria)
        self._reads = tuple(criterion.reads for criterion, _ in criteria)
        self._critical = tuple(place for place, (criterion, _) in enumerate(criteria) if criterion.critical)
        self.places = {criterion.name: place for place, (criterion, _) in enumerate(criteria)}

    def columns(self, record: Record) -> Columns:
        """Look them up."""
        marks = map(getitem, self._judged, map(record.answers.get, self._reads))
        values, critical, _, earned, possible, *_ = zip(*marks, strict=True)
        failed = [place for place in self._critical if critical[place]]
        return Columns(values, earned, possible, frozenset(failed))


def picking(places: Sequence[int]) -> Pick:
    """What takes the values at some places."""
    first, *others = places
    return itemgetter(*places) if others else lambda column: (column[first],)
