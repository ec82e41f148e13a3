"""Scores of one unit from its records: as rows, as a tree that says why, and again with other choices of records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scenarios.model import Text
from scoring.criterion_plan import CriterionPlan
from scoring.mixing import Mark, mix, shares
from scoring.plan import NodePlan, Part, Plan, plan_of
from scoring.results import Explained, Read, Result, Score, Unscored
from scoring.rubric import Absent, Rubric, Take
from scoring.run import Row, Run, View
from scoring.table import Record


def score(rubric: Rubric, unit: str, records: Sequence[Record]) -> tuple[Score, ...]:
    """The rows of one unit, in the order of the tree."""
    plan = plan_of(rubric)
    kept, _ = plan.sorted_out(records)
    return _scores(_rows(plan, Run(kept), unit, kept), rubric.scale)


def explain(rubric: Rubric, unit: str, records: Sequence[Record]) -> Explained:
    """The same scores with the whole tree they come from, down to the answers."""
    plan = plan_of(rubric)
    kept, left_out = plan.sorted_out(records)
    run, view = Run(kept), View(kept, unit)
    roots = tuple(_of_node(root, view, "", run)[1] for root in plan.roots)
    unscored = tuple(Unscored(record.name, Absent.MUCH_NOT_CHECKED, share) for record, share in left_out)
    return Explained(unit, roots, _scores(run.rows, rubric.scale), unscored)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The records of a unit, ready to be scored again and again with some of them left out or counted twice."""

    unit: str
    records: tuple[Record, ...]
    """As they were given; ``resampled`` takes their places."""
    scored: frozenset[int]
    """Places of those that are scored at all."""
    _plan: Plan
    _scale: float
    _run: Run

    def resampled(self, chosen: Sequence[int]) -> Mapping[str, float | None]:
        """Scores of the unit's own nodes as if its records were those at the places chosen; repeats count again."""
        kept = [self.records[place] for place in chosen if place in self.scored]
        rows = _rows(self._plan, self._run, self.unit, kept)
        return {node: _scaled(value, self._scale) for unit, node, value in rows if unit == self.unit}


def prepare(rubric: Rubric, unit: str, records: Sequence[Record]) -> Prepared:
    """Make ready for ``resampled``: what depends on the same records of some is computed once."""
    plan = plan_of(rubric)
    kept = {id(record) for record in plan.sorted_out(records)[0]}
    scored = frozenset(place for place, record in enumerate(records) if id(record) in kept)
    return Prepared(unit, tuple(records), scored, plan, rubric.scale, Run(records))


def _rows(plan: Plan, run: Run, unit: str, records: Sequence[Record]) -> list[Row]:
    run.rows = []
    view = View(records, unit)
    for root in plan.roots:
        root.of(view, run)
    return run.rows


def _scores(rows: Sequence[Row], scale: float) -> tuple[Score, ...]:
    return tuple(Score(unit, node, _scaled(value, scale)) for unit, node, value in rows)


def _scaled(value: float | None, scale: float) -> float | None:
    return None if value is None else value * scale


def _explained(part: Part, run: Run) -> tuple[Mark, Result] | None:
    """The mark of a part with its tree; None where it belongs to none of the records."""
    plan, view, of = part
    if isinstance(plan, NodePlan):
        return _of_node(plan, view, of, run)
    mark = plan.of(view, run)
    return None if mark is None else (mark, _of_criterion(plan, view, of, mark))


def _of_criterion(plan: CriterionPlan, view: View, of: str, mark: Mark) -> Result:
    criterion = plan.criterion
    reads = tuple(
        Read(record.name, criterion.reads, record.answers.get(criterion.reads))
        for record in view.records
        if plan.fits(record)
    )
    return replace(_result(of, mark, criterion.name, criterion.label, None), reads=reads)


def _of_node(plan: NodePlan, view: View, of: str, run: Run) -> tuple[Mark, Result]:
    node, view = plan.node, plan.narrowed(view, run)
    at = 0 if view.unit is None else run.begin(view.unit, node.name)
    found = [(part[0].weight, _explained(part, run)) for part in plan.parts(view, run)]
    kept = [(weight, *marked) for weight, marked in found if marked is not None]
    weights, marks = [weight for weight, _, _ in kept], [mark for _, mark, _ in kept]
    mark = mix(node, marks, weights)
    if view.unit is not None:
        run.end(at, view.unit, node.name, mark.value)
    given = shares(node, mark, marks, weights)
    children = tuple(replace(result, share=share) for (_, _, result), share in zip(kept, given, strict=True))
    return mark, replace(_result(of, mark, node.name, node.label, node.take), children=children, needs=node.needs)


def _result(of: str, mark: Mark, name: str, label: Text, take: Take | None) -> Result:
    """A mark as a result; children, reads and the share are its maker's."""
    return Result(
        name=name,
        label=label,
        take=take,
        value=mark.value,
        absent=mark.absent,
        earned=mark.earned,
        possible=mark.possible,
        not_checked=mark.not_checked,
        of=of,
        capped=mark.capped,
        critical=tuple(criterion for criterion, _ in mark.critical),
    )
