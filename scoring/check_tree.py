"""Checks of a rubric's tree: weights that add up, nodes that can have a value, criteria that count somewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from scenarios.problems import Code
from scoring.check_reading import check_answers
from scoring.findings import Findings, may_be
from scoring.plan import chosen
from scoring.rubric import Attribute, Criterion, Filter, Node, Take

SUMS: Final = (1.0, 100.0)
"""What the weights of a weighted mean may add up to: parts of one, or percents."""

CLOSE: Final = 1e-6
"""By so much they may miss it: a third is written 0.333333."""


def check_tree(findings: Findings) -> None:
    """Note nodes that cannot be meant, and criteria that no node counts."""
    looked = _Looked(findings)
    for root in findings.rubric.roots:
        looked.at(root, ())
    for criterion in findings.rubric.criteria.values():
        is_used = criterion.name in looked.counted or criterion.reads in looked.asked
        if not is_used and (criterion.points > 0 or criterion.critical):
            message = "no node of the tree counts it"
            remedy = "add it to a node, or write points: 0 where it is only to be shown"
            findings.warning(criterion.line, Code.UNUSED_CRITERION, message, remedy, of=criterion.name)


@dataclass
class _Looked:
    """A walk through the tree; a definition used in several places is judged in each, and told once."""

    findings: Findings
    counted: set[str] = field(default_factory=set)
    """Names of criteria that a node counts."""
    asked: set[str] = field(default_factory=set)
    """Questions by which a node chooses its records."""

    def at(self, node: Node, above: tuple[Filter, ...]) -> None:
        """Judge a node, below nodes that narrow the records by the filters ``above``."""
        within = (*above, node.where)
        name = node.name or node.take.value
        if self.findings.scenarios:
            check_answers(self.findings, node.where, node.line, name)
        _weights(self.findings, node, name)
        items = [self.findings.rubric.criteria[one] for one in _items(self.findings, node)]
        there = [criterion for criterion in items if _meet(self.findings, criterion, within)]
        self._told(node, name, items, there)
        self.asked.update(node.where.answers)
        self.counted.update(criterion.name for criterion in there)
        below = [child for child in node.children if isinstance(child, Node)]
        if node.each is None and node.needs > len(below) + len(there):
            message = f"needs {node.needs} values, but has {len(below) + len(there)} below it"
            remedy = f"write needs: {max(len(below) + len(there), 1)}, or leave it out"
            self.findings.error(node.line, Code.WRONG_VALUE, message, remedy, of=name)
        for child in below:
            self.at(child, within)

    def _told(self, node: Node, name: str, items: list[Criterion], there: list[Criterion]) -> None:
        """Criteria named, or all those chosen, whose records this node never sees."""
        named = {child for child in node.children if isinstance(child, str)}
        named.update(node.items.names if node.items is not None else ())
        lost = [one.name for one in items if one.name in named and one not in there]
        if lost or (items and not there):
            what = f"`{lost[0]}`" if lost else "any criterion it chooses"
            message = f"looks at no records that {what} belongs to"
            remedy = "compare `where` here and above with that of the criterion"
            self.findings.error(node.line, Code.UNUSED_CRITERION, message, remedy, of=name)


def _items(findings: Findings, node: Node) -> Iterator[str]:
    """The criteria directly below a node."""
    yield from (child for child in node.children if isinstance(child, str))
    if node.items is not None:
        yield from chosen(node.items, findings.rubric.criteria)


def _meet(findings: Findings, criterion: Criterion, within: tuple[Filter, ...]) -> bool:
    """Whether a record can be one of the criterion's and pass all the filters."""
    filters = (criterion.where, *within)
    for attribute in Attribute:
        words = [where.attributes[attribute] for where in filters if attribute in where.attributes]
        if words and not frozenset.intersection(*words):
            return False
    if not findings.scenarios:
        return True
    return any(all(may_be(scenario, where) for where in filters) for scenario in findings.scenarios.values())


def _weights(findings: Findings, node: Node, name: str) -> None:
    if node.take is not Take.WEIGHTED_MEAN:
        return
    weights = _weights_of(node, findings.rubric.criteria)
    total = sum(weights)
    if not any(abs(total - whole) <= CLOSE * whole for whole in SUMS):
        listed = " + ".join(f"{weight:g}" for weight in weights)
        message = f"the weights add up to {total:g}: {listed}"
        findings.error(node.line, Code.WRONG_VALUE, message, "mend them to add up to 1, or to 100", of=name)


def _weights_of(node: Node, criteria: Mapping[str, Criterion]) -> list[float]:
    """The weights of what is below; a criterion weighs its points."""
    names = chosen(node.items, criteria) if node.items is not None else ()
    children = (*node.children, *names)
    return [criteria[child].points if isinstance(child, str) else child.weight or 0.0 for child in children]
