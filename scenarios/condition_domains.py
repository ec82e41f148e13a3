"""Whether a condition can come out either way, found by trying the few answers that matter.

Every name gets a handful of samples (yes and no, the choices, numbers on both sides of each number it is compared
with); what cannot be sampled becomes a free variable of its own. So the combinations tried are at least those that
can happen: "always" is then a proof, and ``None`` only means that none was found.
"""

from __future__ import annotations

import ast
import copy
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from scenarios.condition_code import ANSWER, TRUTHS, literal, members
from scenarios.condition_functions import FUNCTIONS, Takes
from scenarios.condition_values import UNKNOWN, is_number
from scenarios.conditions import Expression, truth

MAX_ASSIGNMENTS = 5000
MAX_NAMES = 12
"""Names whose own conditions are taken into account."""

MAX_WRITTEN_OUT = 50
"""Calculations put in the place of their names in one condition; each may use others twice."""

GIVEN: Final = "given"
UNANSWERED: Final = frozenset({None})
_NEVER_NEGATIVE: Final = ("length", "count", "count_selected")
_OTHER_TEXT: Final = "\0"
_FREE: Final = (True, False)


@dataclass(frozen=True, slots=True)
class Domain:
    """What may become of one name."""

    values: tuple[object, ...] | None = None
    """All values, where they are few."""
    minimum: int | None = None
    maximum: int | None = None
    is_whole: bool = False
    states: frozenset[str | None] = UNANSWERED
    """Besides ``given``: other states while it applies; ``None`` is "not answered"."""
    relevant: tuple[Expression, ...] = ()
    """Conditions that all hold where it applies."""
    constraint: Expression | None = None
    calculation: Expression | None = None


def always(
    expression: Expression, domains: Mapping[str, Domain], *, answer: Domain | None = None, deep: bool = True
) -> bool | None:
    """``False``: it is never true. ``True``: it is true whenever it is known. ``None``: either, or too many to try.

    ``deep``: take into account under which conditions the names used are asked themselves.
    """
    known = dict(domains) if answer is None else {**domains, ANSWER: answer}
    for follow in (True, False) if deep else (False,):
        world = _World(known)
        tree = world.take_in(expression.tree)
        if follow:
            world.take_in_guards()
        if world.size <= MAX_ASSIGNMENTS:
            return _verdict(world, Expression(expression.source, expression.names, tree))
    return None


def _verdict(world: _World, expression: Expression) -> bool | None:
    outcomes = {truth(expression, scope, answer=scope.value(ANSWER)) for scope in world.scopes()}
    if True not in outcomes:
        return False
    return None if False in outcomes else True


@dataclass(frozen=True, slots=True)
class _Assignment:
    """One combination of answers; a ``Scope``."""

    answers: Mapping[str, tuple[str | None, object]]

    def value(self, name: str) -> object:
        return self.answers[name][1] if name in self.answers else UNKNOWN

    def state(self, name: str) -> str | None:
        return self.answers[name][0]

    def answered_at(self, name: str) -> datetime | None:  # noqa: ARG002  # Scope's signature; moments are free variables
        return None


@dataclass(slots=True)
class _World:
    """All names of one condition, and of the conditions behind it, with what each may be."""

    domains: Mapping[str, Domain]
    size: int = 1
    _marks: dict[str, set[object]] = field(default_factory=dict)
    """The literals each sampled name is compared with."""
    _free: dict[str, Domain] = field(default_factory=dict)
    _used: dict[str, None] = field(default_factory=dict)
    _guards: dict[str, tuple[Expression, ...]] = field(default_factory=dict)
    _constraints: dict[str, Expression] = field(default_factory=dict)

    def take_in(self, tree: ast.expr) -> ast.expr:
        """The tree with calculations written out and what cannot be sampled set free."""
        written_out = _WriteOut(self.domains).visit(copy.deepcopy(tree))
        prepared: ast.expr = _SetFree(self).visit(written_out)
        for node in ast.walk(prepared):
            if isinstance(node, ast.Name) and node.id not in FUNCTIONS and node.id not in TRUTHS:
                self._used.setdefault(node.id)
        self.size = math.prod(len(samples) for samples in self._samples().values())
        return prepared

    def take_in_guards(self) -> None:
        """Follow the names to the conditions under which they are asked, and so on."""
        pending = list(self._used)
        while pending and len(self._guards) < MAX_NAMES:
            name = pending.pop(0)
            domain = self._domain(name)
            if name in self._guards or not (domain.relevant or domain.constraint):
                continue
            self._guards[name] = tuple(_unnamed(self.take_in(condition.tree)) for condition in domain.relevant)
            if domain.constraint is not None:
                renamed = _Rename(name).visit(copy.deepcopy(domain.constraint.tree))
                self._constraints[name] = _unnamed(self.take_in(renamed))
            pending = list(self._used)

    def set_free(self, node: ast.expr, domain: Domain, marks: Iterable[object] = ()) -> ast.expr:
        """A variable that stands for ``node``, whatever it may be."""
        name = f"({ast.unparse(node)})"
        self._free.setdefault(name, domain)
        self._marks.setdefault(name, set()).update(marks)
        return ast.Name(name, ast.Load())

    def mark(self, name: str, marks: Iterable[object]) -> None:
        """Remember what a name is compared with."""
        self._marks.setdefault(name, set()).update(marks)

    def is_few(self, name: str) -> bool:
        """Whether all values of a name can be tried."""
        return name in TRUTHS or self._domain(name).values is not None

    def scopes(self) -> Iterator[_Assignment]:
        """Every combination that can happen."""
        samples = self._samples()
        for combination in itertools.product(*samples.values()):
            scope = _Assignment(dict(zip(samples, combination, strict=True)))
            if all(self._can_be(name, scope) for name in self._used):
                yield scope

    def _can_be(self, name: str, scope: _Assignment) -> bool:
        state = scope.state(name)
        if name in self._guards:
            applies = all(truth(guard, scope) for guard in self._guards[name])
            if state is not None and not applies:
                return False
            if state is None and applies and None not in self._domain(name).states:
                return False
        if state == GIVEN and name in self._constraints:
            return truth(self._constraints[name], scope) is not False
        return True

    def _domain(self, name: str) -> Domain:
        return self._free.get(name) or self.domains.get(name, Domain())

    def _samples(self) -> dict[str, list[tuple[str | None, object]]]:
        return {name: self._answers(name) for name in self._used}

    def _answers(self, name: str) -> list[tuple[str | None, object]]:
        domain = self._domain(name)
        states = set(domain.states) | ({None} if domain.relevant else set())
        values = domain.values if domain.values is not None else sample(domain, self._marks.get(name, set()))
        return [*((GIVEN, value) for value in values), *((state, UNKNOWN) for state in states)]


def _unnamed(tree: ast.expr) -> Expression:
    return Expression("", frozenset(), tree)


def sample(domain: Domain, marks: Iterable[object]) -> tuple[object, ...]:
    """A few values on every side of the marks; one opaque value where there is nothing to tell apart."""
    texts = [mark for mark in marks if isinstance(mark, str)]
    if texts:
        return (*texts, _OTHER_TEXT)
    edges = [edge for edge in (domain.minimum, domain.maximum) if edge is not None]
    numbers = sorted({Decimal(str(mark)) for mark in [*marks, *edges] if is_number(mark)})
    if not numbers:
        return (UNKNOWN,)
    between = [(low + high) / 2 for low, high in itertools.pairwise(numbers)]
    tried = [numbers[0] - 1, *numbers, *between, numbers[-1] + 1]
    if domain.is_whole:
        tried = [Decimal(whole) for number in tried for whole in (math.floor(number), math.ceil(number))]
    low = -math.inf if domain.minimum is None else domain.minimum
    high = math.inf if domain.maximum is None else domain.maximum
    return tuple(sorted({number for number in tried if low <= number <= high}))


class _WriteOut(ast.NodeTransformer):
    """Puts calculations in the place of their names."""

    def __init__(self, domains: Mapping[str, Domain]) -> None:
        self._domains = domains
        self._open: list[str] = []
        self._left = MAX_WRITTEN_OUT

    def visit_Name(self, node: ast.Name) -> ast.expr:
        domain = self._domains.get(node.id)
        if domain is None or domain.calculation is None or node.id in self._open or self._left == 0:
            return node
        self._left -= 1
        self._open.append(node.id)
        written: ast.expr = self.visit(copy.deepcopy(domain.calculation.tree))
        self._open.pop()
        return written

    def visit_Call(self, node: ast.Call) -> ast.expr:
        assert isinstance(node.func, ast.Name)  # noqa: S101  # parse() saw to it
        if FUNCTIONS[node.func.id].takes is Takes.VALUES:
            node.args = [self.visit(arg) for arg in node.args]
        return node


class _Rename(ast.NodeTransformer):
    """Calls ``answer`` by the name of its step."""

    def __init__(self, name: str) -> None:
        self._name = name

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._name, ast.Load()) if node.id == ANSWER else node


class _SetFree(ast.NodeTransformer):
    """Turns what cannot be sampled into variables of their own; equal parts become the same variable."""

    def __init__(self, world: _World) -> None:
        self._world = world

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        world = self._world
        if self._is_few(node):
            return node
        operands = [node.left]
        for comparison, right in zip(node.ops, node.comparators, strict=True):
            operands += members(right) if isinstance(comparison, ast.In | ast.NotIn) else [right]
        marks = [value for operand in operands if (value := literal(operand)) is not UNKNOWN]
        open_parts = {ast.unparse(part): part for part in operands if literal(part) is UNKNOWN}
        if len(open_parts) != 1 or not marks or any(isinstance(mark, bool) for mark in marks):
            return world.set_free(node, Domain(values=_FREE))
        part = next(iter(open_parts.values()))
        if isinstance(part, ast.Name):
            world.mark(part.id, marks)
            return node
        variable = world.set_free(part, _free_number(part), marks)
        node.left = variable if literal(node.left) is UNKNOWN else node.left
        node.comparators = [
            variable if literal(right) is UNKNOWN and not isinstance(right, ast.Tuple) else right
            for right in node.comparators
        ]
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        assert isinstance(node.func, ast.Name)  # noqa: S101  # parse() saw to it
        if FUNCTIONS[node.func.id].takes is Takes.STATE or self._is_few(node):
            return node
        return self._world.set_free(node, Domain(values=_FREE))

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if self._world.is_few(node.id):
            return node
        return self._world.set_free(node, Domain(values=_FREE))

    def _is_few(self, node: ast.AST) -> bool:
        """Whether everything inside can be tried as it is."""
        match node:
            case ast.Name(id=name):
                return self._world.is_few(name)
            case ast.Call(func=ast.Name(id=function), args=args):
                by_state = FUNCTIONS[function].takes is Takes.STATE and function != "answered_at"
                return by_state or (
                    FUNCTIONS[function].takes is Takes.VALUES and all(self._is_few(arg) for arg in args)
                )
            case _:
                return all(self._is_few(child) for child in ast.iter_child_nodes(node))


def _free_number(node: ast.expr) -> Domain:
    least = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _NEVER_NEGATIVE
    return Domain(minimum=0 if least else None, is_whole=least)
