"""A rubric made ready to run over many records: each answer is judged once, each record by what belongs to its kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, cast

from scoring.columns import Judged, Pick, Sheet, picking
from scoring.criterion_plan import CriterionPlan
from scoring.mixing import Light, Mark, added_up, capped, light, mix, taken
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
from scoring.run import Run, View
from scoring.table import Record
from scoring.worth import fits

MAX_REMEMBERED: Final = 1_000
"""Kinds of records that a node remembers its children for; for others they are chosen anew each time."""

ROUNDING: Final = 1e-9
"""By so much a share may pass its limit: 0.1 + 0.2 is more than 0.3."""

_POINTS: Final = Take.POINTS
_RECORD: Final = Attribute.RECORD
"""A member of an enumeration takes a while to be found."""

Part = tuple["CriterionPlan | NodePlan", View, str]
"""One thing to be marked, over which records; and the value of the attribute they have in common."""


@dataclass(slots=True, eq=False)
class NodePlan:
    """A node with the plans of what is below it."""

    node: Node
    children: tuple[CriterionPlan | NodePlan, ...]
    filter_number: int | None
    """Filters that are alike have the same; None: it lets everything through."""
    sheets: Sheets
    is_whole: bool
    """Whether its marks are: points and reasons are needed above. Otherwise value and failure do."""
    weight: float = field(init=False)
    """In a weighted mean."""
    weights: tuple[float, ...] = field(init=False)
    """Of the children."""
    by_kind: dict[str, Fitting] = field(default_factory=dict)
    """Which of the children can belong to a record of a kind."""

    def __post_init__(self) -> None:
        """A node weighs what is written, or 1."""
        self.weight = 1.0 if self.node.weight is None else self.node.weight
        self.weights = tuple(child.weight for child in self.children)

    def narrowed(self, view: View, run: Run) -> View:
        """The records this node looks at, of those the node above does."""
        return view if self.filter_number is None else run.narrowed(view, self.node.where, self.filter_number)

    def parts(self, view: View, run: Run) -> list[Part]:
        """What is to be marked below: each child over the records looked at, or the only child over each part."""
        if self.node.each is not None:
            (child,) = self.children
            return [(child, part, value) for value, part in run.split(view, self.node.each)]
        records = view.records
        children = self.fitting_one(records[0]).children if len(records) == 1 else self.children
        return [(child, view, "") for child in children]

    def of(self, view: View, run: Run) -> Light:
        """The mark over the records, whole where the node above needs that; rows go to the run."""
        if self.filter_number is not None:
            view = view.narrowed.get(self.filter_number) or self.narrowed(view, run)
        mark = view.marks.get(self)
        if view.unit is None:
            if mark is None:
                mark = view.marks[self] = self._whole(view, run) if self.is_whole else self._light(view, run)
            return mark
        if mark is None:
            at = run.begin(view.unit, self.node.name)
            mark = view.marks[self] = self._whole(view, run) if self.is_whole else self._light(view, run)
            view.rows[self] = run.end(at, view.unit, self.node.name, mark[0])
        else:
            run.rows += view.rows[self]
        return mark

    def _whole(self, view: View, run: Run) -> Mark:
        found = [(plan.of(part, run), plan.weight) for plan, part, _ in self.parts(view, run)]
        marks = [cast("Mark", mark) for mark, _ in found if mark is not None]  # what is below a whole one is whole
        return mix(self.node, marks, [weight for mark, weight in found if mark is not None])

    def _light(self, view: View, run: Run) -> Light:
        """Nearly all of the time of scoring is spent here and in what is called here."""
        node = self.node
        if node.each is not None:
            (child,) = self.children
            parts = view.singles if node.each is _RECORD else None
            found = [child.of(part, run) for _, part in parts or run.split(view, node.each)]
            weights: Sequence[float] = self.weights * len(found)
        elif len(view.records) == 1:
            fitting = self.fitting_one(view.records[0])
            if fitting.pick is not None:
                return self._of_answers(node, fitting, view, fitting.pick)
            found, weights = [child.of(view, run) for child in fitting.children], fitting.weights
        else:
            found, weights = [child.of(view, run) for child in self.children], self.weights
        if None in found:
            weights = [weight for mark, weight in zip(found, weights, strict=True) if mark is not None]
            found = [mark for mark in found if mark is not None]
        return light(node, cast("list[Light]", found), weights)

    @staticmethod
    def _of_answers(node: Node, fitting: Fitting, view: View, pick: Pick) -> Light:
        columns = view.columns
        if columns is None:
            columns = view.columns = fitting.sheet.columns(view.records[0])
        values, earned, possible, failures = columns
        failed = bool(failures) and not failures.isdisjoint(fitting.places)
        if node.take is _POINTS:
            value = added_up(pick(earned), pick(possible))
        else:
            value = taken(node, pick(values), fitting.weights)
        return capped(node, value, failed=failed)

    def fitting_one(self, record: Record) -> Fitting:
        """The children that can belong to a single record, by its kind."""
        found = self.by_kind.get(record.kind)
        if found is None:
            children = tuple(child for child in self.children if _can_be(child, record.kind))
            names = [child.criterion.name for child in children if isinstance(child, CriterionPlan)]
            sheet = self.sheets.of(record.kind)
            simple = len(names) == len(children) and all(name in sheet.places for name in names)
            places = tuple(sheet.places[name] for name in names) if simple else ()
            pick = picking(places) if places else None
            found = Fitting(children, tuple(child.weight for child in children), sheet, frozenset(places), pick)
            if len(self.by_kind) < MAX_REMEMBERED:
                self.by_kind[record.kind] = found
        return found


@dataclass(frozen=True, slots=True)
class Fitting:
    """Children that can belong to the records of a kind."""

    children: tuple[CriterionPlan | NodePlan, ...]
    weights: tuple[float, ...]
    sheet: Sheet
    places: frozenset[int]
    """Where all of them are criteria that belong to every such record: their places in its sheet."""
    pick: Pick | None
    """What stands in a column at those places, in the order of the children."""


class Sheets:
    """The sheets of a rubric, by the kinds of records."""

    def __init__(self, criteria: Sequence[CriterionPlan]) -> None:
        """``criteria``: all of them."""
        self._criteria = [plan for plan in criteria if plan.rest is None]
        self._known: dict[str, Sheet] = {}

    def of(self, kind: str) -> Sheet:
        """The sheet of a kind."""
        found = self._known.get(kind)
        if found is None:
            found = Sheet([(plan.criterion, plan.judged) for plan in self._criteria if _can_be(plan, kind)])
            if len(self._known) < MAX_REMEMBERED:
                self._known[kind] = found
        return found


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole rubric made ready."""

    roots: tuple[NodePlan, ...]
    rules: tuple[RecordRule, ...]
    criteria: tuple[CriterionPlan, ...]
    """All of them, for what is asked of a record as a whole."""
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
        marks = [plan.of_record(record) for plan in self.criteria if plan.fits(record)]
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


_KEPT: Final = "_plan"


class _Maker:
    """Turns nodes into plans; the same node in two places becomes one plan."""

    def __init__(self, rubric: Rubric) -> None:
        self._rubric = rubric
        self._criteria: dict[tuple[str, Across], CriterionPlan] = {}
        self._judged = {name: Judged(each, rubric.words) for name, each in rubric.criteria.items()}
        self._every = tuple(self._criterion(name, Across.ONE) for name in rubric.criteria)
        self._sheets = Sheets(self._every)
        self._nodes: dict[tuple[str, bool], NodePlan] = {}
        self._filters: dict[object, int] = {}

    def plan(self) -> Plan:
        rubric = self._rubric
        roots = tuple(self._node(root) for root in rubric.roots)
        return Plan(roots, rubric.records, self._every, rubric.words.not_checked)

    def _node(self, node: Node, *, is_whole: bool = False) -> NodePlan:
        is_whole = is_whole or not self._is_light(node)
        key = repr(replace(node, line=0)), is_whole
        if key not in self._nodes:
            children = tuple(self._children(node, is_whole=is_whole))
            self._nodes[key] = NodePlan(node, children, self._number(node.where), self._sheets, is_whole)
        return self._nodes[key]

    @staticmethod
    def _is_light(node: Node) -> bool:
        """Whether the values of what is below are enough to know its own."""
        if node.take is Take.POINTS:
            plain = node.renormalise and node.needs == 1
            return plain and not node.if_absent and all(isinstance(child, str) for child in node.children)
        return not node.if_absent

    def _number(self, where: Filter) -> int | None:
        if not where.attributes and not where.answers:
            return None
        key = frozenset(where.attributes.items()), frozenset(where.answers.items())
        return self._filters.setdefault(key, len(self._filters))

    def _children(self, node: Node, *, is_whole: bool) -> Iterable[CriterionPlan | NodePlan]:
        for child in node.children:
            if isinstance(child, str):
                yield self._criterion(child, node.across)
            else:
                yield self._node(child, is_whole=is_whole)
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
                criterion, across, kinds, rest if attributes or rest.answers else None, self._judged[name]
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
