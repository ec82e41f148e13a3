"""A rubric made ready to run over many records: each answer is judged once, each record by what belongs to its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from scenarios.model import Text
from scoring.criterion_plan import CriterionPlan
from scoring.mixing import Mark, mix
from scoring.rubric import (
    Across,
    Attribute,
    Criterion,
    Filter,
    Node,
    RecordRule,
    Rubric,
    Selection,
    Take,
)
from scoring.table import Record
from scoring.worth import attribute_of, fits

MAX_REMEMBERED: Final = 1_000
"""Kinds of records that a node remembers its children for; for others they are chosen anew each time."""

ROUNDING: Final = 1e-9
"""By so much a share may pass its limit: 0.1 + 0.2 is more than 0.3."""

View = Sequence[Record]
"""The records a node looks at, ordered by name."""


@dataclass(slots=True, eq=False)
class NodePlan:
    """A node with the plans of what is below it."""

    node: Node
    children: tuple[CriterionPlan | NodePlan, ...]
    by_kind: dict[str, Fitting] = field(default_factory=dict)
    """Which of the children can belong to a record of a kind."""

    def narrowed(self, view: View) -> View:
        """The records this node looks at, of those the node above does."""
        where = self.node.where
        return [record for record in view if fits(where, record)] if where.attributes or where.answers else view

    def parts(self, view: View, unit: str | None) -> list[Part]:
        """What is to be marked below: each child over the records looked at, or the only child over each part."""
        attribute = self.node.each
        if attribute is None:
            children = self.fitting_one(view[0]).children if len(view) == 1 else self.children
            return [Part(child, view, unit) for child in children]
        (child,) = self.children
        if attribute is Attribute.RECORD:
            return [Part(child, (record,), None, record.name) for record in view]
        return [
            Part(child, part, None if unit is None else f"{unit}|{value}", value)
            for value, part in _split(view, attribute)
        ]

    def of(self, view: View, run: Run, unit: str | None) -> Mark:
        """The mark over the records. Rows of named nodes are put out under ``unit``; None: they are not."""
        node, view = self.node, self.narrowed(view)
        row = run.begin(unit, node.name) if unit is not None and node.name else None
        fitting = self.fitting_one(view[0]) if len(view) == 1 and node.each is None else None
        if fitting is not None and fitting.simple:
            marks, weights = fitting.marks_of(view[0]), fitting.weights
        else:
            found = [(run.mark(part), part.plan) for part in self.parts(view, unit)]
            marks = [mark for mark, _ in found if mark is not None]
            weights = tuple(weight_of(plan) for mark, plan in found if mark is not None)
        mark = mix(node, marks, weights)
        if row is not None:
            run.end(row, mark.value)
        return mark

    def fitting_one(self, record: Record) -> Fitting:
        """The children that can belong to a single record, by its kind."""
        found = self.by_kind.get(record.kind)
        if found is None:
            found = Fitting.of([child for child in self.children if _can_be(child, record.kind)])
            if len(self.by_kind) < MAX_REMEMBERED:
                self.by_kind[record.kind] = found
        return found


@dataclass(frozen=True, slots=True)
class Fitting:
    """Children that can belong to the records of a kind."""

    children: tuple[CriterionPlan | NodePlan, ...]
    weights: tuple[float, ...]
    simple: tuple[tuple[str, Callable[[str | None], Mark | None], CriterionPlan], ...]
    """Where all of them are criteria that belong to every such record: what each reads and remembers."""

    @classmethod
    def of(cls, children: Sequence[CriterionPlan | NodePlan]) -> Fitting:
        """As made from the children."""
        criteria = [child for child in children if isinstance(child, CriterionPlan) and child.rest is None]
        simple = [(plan.criterion.reads, plan.remembered.get, plan) for plan in criteria]
        weights = tuple(weight_of(child) for child in children)
        return cls(tuple(children), weights, tuple(simple) if len(criteria) == len(children) else ())

    def marks_of(self, record: Record) -> list[Mark]:
        """The marks of a record; of simple ones only. Nearly all of the time of scoring is spent here."""
        answers = record.answers.get
        marks = [recall(answers(question)) for question, recall, _ in self.simple]
        return [
            self.simple[place][2].of_record(record) if mark is None or mark.critical else mark
            for place, mark in enumerate(marks)
        ]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to be marked: a criterion or node over some records."""

    plan: CriterionPlan | NodePlan
    view: View
    unit: str | None
    """Under which unit its rows are put out; None: they are not."""
    of: str = ""
    """The value of the attribute the records have in common."""


@dataclass(slots=True)
class Run:
    """One pass over the records of one unit: the rows it puts out, and what is known of single records."""

    rows: list[tuple[str, str, float | None]] = field(default_factory=list)
    known: dict[tuple[int, int], Mark | None] = field(default_factory=dict)
    """By the plan and the record, for whatever stands below "each record"."""

    def begin(self, unit: str, name: str) -> int:
        """Keep the place of a row; rows stand in the order of the tree."""
        self.rows.append((unit, name, None))
        return len(self.rows) - 1

    def end(self, place: int, value: float | None) -> None:
        """Fill in a row."""
        unit, name, _ = self.rows[place]
        self.rows[place] = (unit, name, value)

    def mark(self, part: Part) -> Mark | None:
        """The mark of a part; None where it belongs to none of the records."""
        if part.unit is not None or len(part.view) != 1:
            return part.plan.of(part.view, self, part.unit)
        key = id(part.plan), id(part.view[0])
        if key not in self.known:
            self.known[key] = part.plan.of(part.view, self, None)
        return self.known[key]


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole rubric made ready."""

    roots: tuple[NodePlan, ...]
    rules: tuple[RecordRule, ...]
    criteria: NodePlan
    """All criteria, for what is asked of a record as a whole."""
    not_checked: frozenset[str]
    """How a table writes "not checked"."""

    def sorted_out(self, records: Sequence[Record]) -> tuple[list[Record], list[tuple[Record, float]]]:
        """The records that are scored, in order of their names; and those left out, with the share not checked."""
        kept: list[Record] = []
        left_out: list[tuple[Record, float]] = []
        for record in sorted(records, key=lambda record: record.name):
            share = self._too_much_not_checked(record)
            if share is None:
                kept.append(record)
            else:
                left_out.append((record, share))
        return kept, left_out

    def _too_much_not_checked(self, record: Record) -> float | None:
        limits = [rule.not_checked_at_most for rule in self.rules if fits(rule.where, record)]
        if not limits:
            return None
        if not self.not_checked.intersection(record.answers.values()):
            return None
        found = [plan.of((record,), Run(), None) for plan in self.criteria.fitting_one(record).children]
        marks = [mark for mark in found if mark is not None]
        not_checked = sum(mark.not_checked for mark in marks)
        asked = not_checked + sum(mark.possible for mark in marks)
        share = not_checked / asked if asked else 0.0
        return share if share > min(limits) + ROUNDING else None


def plan_of(rubric: Rubric) -> Plan:
    """The rubric made ready; done once for each rubric, and kept with it."""
    kept = vars(rubric)
    if _KEPT not in kept:
        kept[_KEPT] = _Maker(rubric).plan()
    plan: Plan = kept[_KEPT]
    return plan


def weight_of(plan: CriterionPlan | NodePlan) -> float:
    """The weight in a weighted mean: of a criterion its points, of a node what is written, or 1."""
    if isinstance(plan, CriterionPlan):
        return plan.criterion.points
    return 1.0 if plan.node.weight is None else plan.node.weight


_KEPT: Final = "_plan"


class _Maker:
    """Turns nodes into plans; the same node in two places becomes one plan."""

    def __init__(self, rubric: Rubric) -> None:
        self._rubric = rubric
        self._criteria: dict[tuple[str, Across], CriterionPlan] = {}
        self._nodes: dict[str, NodePlan] = {}

    def plan(self) -> Plan:
        rubric = self._rubric
        everything = Node("", Text({}), Take.POINTS, 0, children=tuple(rubric.criteria))
        roots = tuple(self._node(root) for root in rubric.roots)
        return Plan(roots, rubric.records, self._node(everything), rubric.words.not_checked)

    def _node(self, node: Node) -> NodePlan:
        key = repr(replace(node, line=0))
        if key not in self._nodes:
            self._nodes[key] = NodePlan(node, tuple(self._children(node)))
        return self._nodes[key]

    def _children(self, node: Node) -> Iterable[CriterionPlan | NodePlan]:
        for child in node.children:
            yield self._criterion(child, node.across) if isinstance(child, str) else self._node(child)
        if node.items is not None:
            for name in chosen(node.items, self._rubric.criteria):
                yield self._criterion(name, node.across)

    def _criterion(self, name: str, across: Across) -> CriterionPlan:
        key = name, across
        if key not in self._criteria:
            criterion = self._rubric.criteria[name]
            attributes = dict(criterion.where.attributes)
            kinds = attributes.pop(Attribute.KIND, None)
            rest = Filter(attributes, criterion.where.answers)
            self._criteria[key] = CriterionPlan(
                criterion, self._rubric.words, across, kinds, rest if attributes or rest.answers else None
            )
        return self._criteria[key]


def chosen(selection: Selection, criteria: Mapping[str, Criterion]) -> tuple[str, ...]:
    """The criteria of a selection, in the order of the names given, or of the rubric."""
    return tuple(
        name
        for name in (selection.names or criteria)
        if all(criteria[name].tags.get(tag) in values for tag, values in selection.tags.items())
    )


def _can_be(plan: CriterionPlan | NodePlan, kind: str) -> bool:
    return isinstance(plan, NodePlan) or plan.kinds is None or kind in plan.kinds


def _split(view: View, attribute: Attribute) -> list[tuple[str, list[Record]]]:
    parts: dict[str, list[Record]] = {}
    for record in view:
        parts.setdefault(attribute_of(record, attribute), []).append(record)
    return sorted(parts.items())
