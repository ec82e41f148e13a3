"""What a reader is shown of a result: the total, its headings and their dimensions, and what stands beside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scenarios.model import Text
from scoring.rubric import Node, Rubric


@dataclass(frozen=True, slots=True)
class Named:
    """A node of the output, and what it is called."""

    name: str
    label: Text


@dataclass(frozen=True, slots=True)
class Heading:
    """A part of the total, with the dimensions it is made of."""

    named: Named
    parts: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The nodes a reader is shown. ``beside`` does not enter the total: whole modes, context."""

    total: Named | None
    headings: tuple[Heading, ...]
    beside: tuple[Named, ...]


def outline(rubric: Rubric) -> Outline:
    """The node the award names is the total (without an award the first one with a name); its named parts follow."""
    nodes = {node.name: node for node in _walk(rubric.roots) if node.name}
    wanted = rubric.award.total if rubric.award is not None else next(iter(nodes), "")
    total = nodes.get(wanted)
    headings = () if total is None else tuple(Heading(_named(one), _parts(one)) for one in _below(total))
    beside = tuple(_named(root) for root in rubric.roots if root.name and root is not total)
    return Outline(None if total is None else _named(total), headings, beside)


def all_named(rubric: Rubric) -> tuple[Named, ...]:
    """Every node of the output of a whole unit, in the order of the tree."""
    return tuple(_named(node) for node in _walk(rubric.roots) if node.name)


def _walk(nodes: Iterable[Node | str]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, Node):
            yield node
            if node.each is None:
                yield from _walk(node.children)


def _below(node: Node) -> list[Node]:
    return [child for child in node.children if isinstance(child, Node) and child.name]


def _parts(node: Node) -> tuple[Named, ...]:
    return tuple(_named(child) for child in _below(node))


def _named(node: Node) -> Named:
    return Named(node.name, node.label)
