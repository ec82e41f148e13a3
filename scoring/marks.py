"""Scores of one unit from its records: as rows, as a tree that says why, and again with other choices of records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from scenarios.model import Text
from scoring.criterion_plan import CriterionPlan
from scoring.mixing import Mark, mix, shares
from scoring.plan import NodePlan, Part, Plan, Run, plan_of, weight_of
from scoring.results import Explained, Read, Result, Score, Unscored
from scoring.rubric import Absent, Rubric, Take
from scoring.table import Record


def score(rubric: Rubric, unit: str, records: Sequence[Record]) -> tuple[Score, ...]:
    """The rows of one unit, in the order of the tree."""
    plan = plan_of(rubric)
    kept, _ = plan.sorted_out(records)
    return _rows(plan, Run(), unit, kept, rubric.scale)


def explain(rubric: Rubric, unit: str, records: Sequence[Record]) -> Explained:
    """The same scores with the whole tree they come from, down to the answers."""
    plan = plan_of(rubric)
    kept, left_out = plan.sorted_out(records)
    run = Run()
    roots = []
    for root in plan.roots:
        found = _explained(Part(root, kept, unit), run)
        roots.extend([] if found is None else [found[1]])
    scores = tuple(_scaled(row, rubric.scale) for row in run.rows)
    unscored = tuple(Unscored(record.name, Absent.MUCH_NOT_CHECKED, share) for record, share in left_out)
    return Explained(unit, tuple(roots), scores, unscored)


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
    _run: Run = field(default_factory=Run)

    def resampled(self, chosen: Sequence[int]) -> Mapping[str, float | None]:
        """Scores of the unit's own nodes as if its records were those at the places chosen; repeats count again."""
        kept = [self.records[place] for place in chosen if place in self.scored]
        self._run.rows.clear()
        rows = _rows(self._plan, self._run, self.unit, kept, self._scale)
        return {row.node: row.value for row in rows if row.unit == self.unit}


def prepare(rubric: Rubric, unit: str, records: Sequence[Record]) -> Prepared:
    """Make ready for ``resampled``: what depends on one record alone is computed once."""
    plan = plan_of(rubric)
    kept = {id(record) for record in plan.sorted_out(records)[0]}
    scored = frozenset(place for place, record in enumerate(records) if id(record) in kept)
    return Prepared(unit, tuple(records), scored, plan, rubric.scale)


def _rows(plan: Plan, run: Run, unit: str, records: Sequence[Record], scale: float) -> tuple[Score, ...]:
    for root in plan.roots:
        root.of(records, run, unit)
    return tuple(_scaled(row, scale) for row in run.rows)


def _scaled(row: tuple[str, str, float | None], scale: float) -> Score:
    unit, node, value = row
    return Score(unit, node, None if value is None else value * scale)


def _explained(part: Part, run: Run) -> tuple[Mark, Result] | None:
    """The mark of a part with its tree; None where it belongs to none of the records."""
    if isinstance(part.plan, CriterionPlan):
        mark = part.plan.of(part.view, run, part.unit)
        return None if mark is None else (mark, _of_criterion(part.plan, part, mark))
    return _of_node(part.plan, part, run)


def _of_criterion(plan: CriterionPlan, part: Part, mark: Mark) -> Result:
    question = plan.criterion.reads
    reads = tuple(
        Read(record.name, question, record.answers.get(question)) for record in part.view if plan.fits(record)
    )
    criterion = plan.criterion
    return replace(_result(part, mark, criterion.name, criterion.label, None), reads=reads)


def _of_node(plan: NodePlan, part: Part, run: Run) -> tuple[Mark, Result]:
    node, view = plan.node, plan.narrowed(part.view)
    row = run.begin(part.unit, node.name) if part.unit is not None and node.name else None
    below = plan.parts(view, part.unit)
    found = [(one, _explained(one, run)) for one in below]
    kept = [(one, *marked) for one, marked in found if marked is not None]
    marks = [mark for _, mark, _ in kept]
    weights = [weight_of(one.plan) for one, _, _ in kept]
    mark = mix(node, marks, weights)
    if row is not None:
        run.end(row, mark.value)
    given = shares(node, mark, marks, weights)
    children = tuple(replace(result, share=share) for (_, _, result), share in zip(kept, given, strict=True))
    return mark, replace(_result(part, mark, node.name, node.label, node.take), children=children, needs=node.needs)


def _result(part: Part, mark: Mark, name: str, label: Text, take: Take | None) -> Result:
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
        of=part.of,
        capped=mark.capped,
        critical=tuple(criterion for criterion, _ in mark.critical),
    )
