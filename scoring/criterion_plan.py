"""A criterion made ready to run over many records: each answer is judged once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from scoring.columns import Judged
from scoring.mixing import Mark, weightiest
from scoring.rubric import Absent, Across, Criterion, Filter
from scoring.run import Run, View
from scoring.table import Record
from scoring.worth import fits


@dataclass(slots=True, eq=False)
class CriterionPlan:
    """A criterion that remembers what each answer is worth."""

    criterion: Criterion
    across: Across
    kinds: frozenset[str] | None
    """Kinds of records it belongs to; None: all."""
    rest: Filter | None
    """What else its records must be."""
    judged: Judged
    weight: float = field(init=False)
    """In a weighted mean."""

    def __post_init__(self) -> None:
        """A criterion weighs its points."""
        self.weight = self.criterion.points

    def fits(self, record: Record) -> bool:
        """Whether the criterion belongs to a record."""
        if self.kinds is not None and record.kind not in self.kinds:
            return False
        return self.rest is None or fits(self.rest, record)

    def may_fit(self, record: Record) -> bool:
        """Whether the criterion can belong to a record, by what is known of it before its answers."""
        if self.kinds is not None and record.kind not in self.kinds:
            return False
        return self.rest is None or fits(Filter(self.rest.attributes), record)

    def of_record(self, record: Record) -> Mark:
        """The mark of one record."""
        mark = self.judged[record.answers.get(self.criterion.reads)]
        return mark._replace(critical=((self.criterion.name, record.name),)) if mark.critical else mark

    def of(self, view: View, run: Run) -> Mark | None:
        """The mark across the records; None where it belongs to none of them."""
        del run
        fitting = [record for record in view.records if self.fits(record)]
        if len(fitting) == 1:
            return self.of_record(fitting[0])
        return self._across(fitting) if fitting else None

    def _across(self, records: Sequence[Record]) -> Mark:
        points = self.criterion.points
        marks = [self.of_record(record) for record in records]
        failures = tuple(failure for mark in marks for failure in mark.critical)
        if self.across is Across.ONE:
            answered = {id(record): mark for record, mark in zip(records, marks, strict=True) if not _is_empty(mark)}
            if len(answered) > 1:
                return Mark(None, failures, Absent.UNKNOWN, 0.0, 0.0, open=points)
            return next(iter(answered.values()), marks[0])
        values = [mark.value for mark in marks if mark.value is not None]
        if not values:
            found = [mark for mark in marks if not _is_empty(mark)]
            reason = weightiest(mark.absent for mark in found)
            lost = points if reason is Absent.NOT_CHECKED else 0.0
            return Mark(None, failures, reason, 0.0, 0.0, not_checked=lost, open=points)
        match self.across:
            case Across.MAX:
                value = max(values)
                enough = any(mark.value is not None and not mark.critical for mark in marks)
                failures = () if enough else failures
            case Across.MIN:
                value = min(values)
            case _:
                value = sum(values) / len(values)
        return Mark(value, failures, None, value * points, points)


def _is_empty(mark: Mark) -> bool:
    return mark.absent is Absent.UNANSWERED
