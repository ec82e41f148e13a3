"""From the tree of a condition to a function that evaluates it, three-valued and without raising."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Final, Protocol

from scenarios.condition_functions import FUNCTIONS, Takes
from scenarios.condition_values import UNKNOWN, any_of, calculate, compare, negated, number_of_files

ANSWER: Final = "answer"
"""The name of the value being given, in ``constraint``, ``critical`` and ``leads_to``."""
TRUTHS: Final = {"yes": True, "no": False}
RESERVED: Final = frozenset({ANSWER, *TRUTHS})

_SIGNS: Final[dict[type[ast.cmpop], str]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_OPERATIONS: Final[dict[type[ast.operator], str]] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


class Scope(Protocol):
    """Where a condition finds the answers."""

    def value(self, name: str) -> object:
        """The known value, or ``UNKNOWN``; for a step of a repeat seen from outside, a tuple with a value per round."""

    def state(self, name: str) -> str | None:
        """``given``, ``not_checked``, ``not_applicable``, ``skipped``; ``None`` when not answered or inactive."""

    def answered_at(self, name: str) -> datetime | None:
        """The moment of the answer, if there is one."""


Run = Callable[[Scope, object], object]
"""Gives the value of a part of a condition, from a scope and the value of ``answer``."""


def literal(node: ast.expr) -> object:
    """The value of a literal (``yes``, ``'a'``, ``3``, ``-0.5``), or ``UNKNOWN`` when the node is none."""
    match node:
        case ast.Constant(value=float(value)):
            return Decimal(repr(value))
        case ast.Constant(value=int() | str() as value):
            return value
        case ast.Name(id=name) if name in TRUTHS:
            return TRUTHS[name]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant() as operand):
            return calculate("*", literal(operand), -1)
        case _:
            return UNKNOWN


def members(node: ast.expr) -> tuple[ast.expr, ...]:
    """What stands after ``in``: the elements, or the one literal of ``x in ('a')``."""
    return tuple(node.elts) if isinstance(node, ast.Tuple) else (node,)


def compiled(node: ast.expr) -> Run:
    """A function for a tree that ``parse`` let pass."""
    match node:
        case ast.Name(id=name) if name not in TRUTHS:
            return _named(name)
        case ast.BoolOp(op=ast.And(), values=values):
            return _all([compiled(value) for value in values])
        case ast.BoolOp(values=values):
            return _any([compiled(value) for value in values])
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _not(compiled(operand))
        case ast.BinOp(left=left, op=operation, right=right):
            return _calculation(_OPERATIONS[type(operation)], compiled(left), compiled(right))
        case ast.UnaryOp(op=sign, operand=operand):
            return _calculation("*", compiled(operand), _constant(-1 if isinstance(sign, ast.USub) else 1))
        case ast.Compare():
            return _comparison(node)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _choice(compiled(test), compiled(body), compiled(orelse))
        case ast.Call(func=ast.Name(id=name), args=args):
            return _call(name, args)
        case _:
            return _constant(literal(node))


def _constant(value: object) -> Run:
    return lambda _scope, _answer: value


def _named(name: str) -> Run:
    if name == ANSWER:
        return lambda _scope, answer: number_of_files(answer)
    return lambda scope, _answer: number_of_files(scope.value(name))


def _all(parts: list[Run]) -> Run:
    def run(scope: Scope, answer: object) -> object:
        held: object = True
        for part in parts:
            value = part(scope, answer)
            if value is False:
                return False
            if value is not True:
                held = UNKNOWN
        return held

    return run


def _any(parts: list[Run]) -> Run:
    return lambda scope, answer: any_of(part(scope, answer) for part in parts)


def _not(part: Run) -> Run:
    return lambda scope, answer: negated(part(scope, answer))


def _calculation(operation: str, left: Run, right: Run) -> Run:
    return lambda scope, answer: calculate(operation, left(scope, answer), right(scope, answer))


def _comparison(node: ast.Compare) -> Run:
    """A chain ``a < b < c`` is "a < b and b < c"."""
    links: list[Run] = []
    left = compiled(node.left)
    for sign, right_node in zip(node.ops, node.comparators, strict=True):
        if isinstance(sign, ast.In | ast.NotIn):
            among = _among(left, [literal(member) for member in members(right_node)])
            links.append(_not(among) if isinstance(sign, ast.NotIn) else among)
            left = _constant(UNKNOWN)
        else:
            right = compiled(right_node)
            links.append(_link(_SIGNS[type(sign)], left, right))
            left = right
    return links[0] if len(links) == 1 else _all(links)


def _among(part: Run, values: list[object]) -> Run:
    def run(scope: Scope, answer: object) -> object:
        found = part(scope, answer)
        return any_of(compare("==", found, value) for value in values)

    return run


def _link(sign: str, left: Run, right: Run) -> Run:
    return lambda scope, answer: compare(sign, left(scope, answer), right(scope, answer))


def _choice(test: Run, body: Run, orelse: Run) -> Run:
    def run(scope: Scope, answer: object) -> object:
        chosen = test(scope, answer)
        if chosen is True:
            return body(scope, answer)
        one = orelse(scope, answer)
        if chosen is False:
            return one
        return one if compare("==", one, body(scope, answer)) is True else UNKNOWN

    return run


def _call(name: str, args: list[ast.expr]) -> Run:
    function = FUNCTIONS[name]
    match function.takes, args[0]:
        case Takes.STATE, ast.Name(id=step) if name == "answered_at":
            return lambda scope, _answer: function.run(scope.answered_at(step))
        case Takes.STATE, ast.Name(id=step):
            return lambda scope, _answer: function.run(scope.state(step))
        case Takes.ROUNDS, ast.Name(id=step):
            return lambda scope, _answer: function.run(_rounds(scope.value(step)))
    parts = [compiled(arg) for arg in args]
    return lambda scope, answer: function.run(*(part(scope, answer) for part in parts))


def _rounds(values: object) -> object:
    return tuple(map(number_of_files, values)) if isinstance(values, tuple) else values
