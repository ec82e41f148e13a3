"""The language of ``relevant``, ``constraint`` and ``calculation``: parsed once, three-valued, never Python's own eval.

What an author can get wrong beyond the grammar is found by ``condition_kinds`` and ``condition_domains``.
"""

from __future__ import annotations

import ast
import difflib
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from scenarios.condition_code import RESERVED, Run, Scope, compiled, literal, members
from scenarios.condition_functions import FUNCTIONS, Function, Takes
from scenarios.condition_values import UNKNOWN, Unknown
from scenarios.problems import Code

__all__ = [
    "UNKNOWN",
    "ConditionError",
    "Expression",
    "Scope",
    "Unknown",
    "did_you_mean",
    "evaluate",
    "literal",
    "parse",
    "truth",
]

MAX_LENGTH = 2000
MAX_DEPTH = 60

_COMPARISONS: Final = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn)
_SLIPS: Final = (
    (re.compile(r"\$\{\s*(\w+)\s*\}?"), r"\1"),
    (re.compile(r"&&"), "and"),
    (re.compile(r"\|\|"), "or"),
    (re.compile(r"<>"), "!="),
    (re.compile(r"(?<![=<>!])=(?!=)"), "=="),
)
"""What authors bring along from XLSForm and other languages, and how it is written here."""


class ConditionError(Exception):
    """A condition that cannot be read. ``column`` counts characters of the source from 0."""

    def __init__(self, message: str, *, column: int, code: Code, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.code = code
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition that was read. Equal when the source is equal."""

    source: str
    names: frozenset[str] = field(compare=False)
    """Names of the steps and facts it uses, without ``answer``."""
    tree: ast.expr = field(compare=False, repr=False)
    run: Run = field(init=False, compare=False, repr=False)
    """The same, ready to be evaluated."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "run", compiled(self.tree))


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to a misspelt one, if one is near."""
    return next(iter(difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)), None)


# Reading ------------------------------------------------------------------------------------------------------------


def parse(source: str) -> Expression:
    """Read a condition. Raises ``ConditionError``, with a suggestion where one is near."""
    if len(source) > MAX_LENGTH:
        raise ConditionError(f"longer than {MAX_LENGTH} characters", column=MAX_LENGTH, code=Code.CONDITION_SYNTAX)
    lead = len(source) - len(source.lstrip())
    text = re.sub(r"\s", " ", source).strip()
    if not text:
        raise ConditionError("empty condition", column=0, code=Code.CONDITION_SYNTAX)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", (SyntaxWarning, DeprecationWarning))
            tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        # Python says 0, or nothing, where the text ended too soon.
        column = lead + min(error.offset or len(text), len(text)) - 1
        raise ConditionError(
            f"not a condition: {error.msg}", column=column, code=Code.CONDITION_SYNTAX, suggestion=_without_slips(text)
        ) from None
    except (ValueError, RecursionError, MemoryError):
        raise ConditionError("not a condition", column=lead, code=Code.CONDITION_SYNTAX) from None
    reader = _Reader(text, lead)
    reader.read(tree, depth=0)
    return Expression(source, frozenset(reader.names), tree)


def _without_slips(text: str) -> str | None:
    mended = text
    for pattern, better in _SLIPS:
        mended = pattern.sub(better, mended)
    return mended if mended != text else None


class _Reader:
    """Walks a fresh tree, refuses what the language does not have, and collects the names."""

    def __init__(self, text: str, lead: int) -> None:
        self.names: set[str] = set()
        self._bytes = text.encode("utf-8", "replace")
        self._lead = lead

    def read(self, node: ast.expr, *, depth: int) -> None:
        if depth == 0 and b"#" in self._bytes[node.end_col_offset or 0 :]:
            raise self._error(node, "a comment inside a condition", suggestion="put it on a YAML line of its own")
        if depth > MAX_DEPTH:
            raise self._error(node, f"nested deeper than {MAX_DEPTH} levels")
        for child in self._children(node):
            self.read(child, depth=depth + 1)

    def _children(self, node: ast.expr) -> Iterable[ast.expr]:
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name(id=name):
                if name not in RESERVED:
                    self.names.add(name)
                return ()
            case ast.BoolOp(values=values):
                return values
            case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.UAdd(), operand=operand):
                return (operand,)
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
                return (left, right)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return (test, body, orelse)
            case ast.Compare():
                return self._comparison(node)
            case ast.Call():
                return self._call(node)
            case _:
                raise self._error(node, f"conditions have no {_spoken(node)}")

    def _constant(self, node: ast.Constant) -> tuple[ast.expr, ...]:
        match node.value:
            case bool() as value:
                raise self._error(node, f"{value} is not a word here", suggestion="yes" if value else "no")
            case str() | int():
                return ()
            case float() as value if Decimal(repr(value)).is_finite():
                return ()
            case _:
                raise self._error(node, "only yes, no, numbers and 'texts' can be written out")

    def _comparison(self, node: ast.Compare) -> Iterable[ast.expr]:
        operands = [node.left]
        for comparison, right in zip(node.ops, node.comparators, strict=True):
            if not isinstance(comparison, _COMPARISONS):
                raise self._error(right, "no such comparison", suggestion="== or !=")
            if not isinstance(comparison, ast.In | ast.NotIn):
                operands.append(right)
                continue
            for member in members(right):
                if literal(member) is UNKNOWN:
                    raise self._error(member, "after `in` stands a list of literals", suggestion="x in ('a', 'b')")
        return operands

    def _call(self, node: ast.Call) -> Iterable[ast.expr]:
        if not isinstance(node.func, ast.Name) or node.keywords:
            raise self._error(node, "only the functions of conditions can be called, without keywords")
        name, count = node.func.id, len(node.args)
        function = FUNCTIONS.get(name)
        if function is None:
            raise self._error(
                node, f"no function {name}()", code=Code.UNKNOWN_FUNCTION, suggestion=did_you_mean(name, FUNCTIONS)
            )
        if count < function.least or (function.most is not None and count > function.most):
            raise self._error(node, f"{name}() takes {_how_many(function)}, not {count}", code=Code.WRONG_ARGUMENTS)
        first = node.args[0]
        if function.takes is not Takes.VALUES and not (isinstance(first, ast.Name) and first.id not in RESERVED):
            raise self._error(first, f"{name}() takes the name of a step", code=Code.WRONG_ARGUMENTS)
        if name == "selected" and not isinstance(literal(node.args[1]), str):
            raise self._error(node.args[1], "selected() takes a choice in quotes", code=Code.WRONG_ARGUMENTS)
        return node.args

    def _error(
        self, node: ast.expr, message: str, *, code: Code = Code.CONDITION_SYNTAX, suggestion: str | None = None
    ) -> ConditionError:
        before = self._bytes[: node.col_offset].decode("utf-8", "replace")
        return ConditionError(message, column=self._lead + len(before), code=code, suggestion=suggestion)


def _spoken(node: ast.expr) -> str:
    return {"BinOp": "such operator", "UnaryOp": "such operator"}.get(type(node).__name__, type(node).__name__.lower())


def _how_many(function: Function) -> str:
    if function.most is None:
        return f"at least {function.least} arguments"
    if function.most != function.least:
        return f"{function.least} to {function.most} arguments"
    return f"{function.least} argument{'s' if function.least > 1 else ''}"


# Evaluating ---------------------------------------------------------------------------------------------------------


def truth(expression: Expression, scope: Scope, *, answer: object = UNKNOWN) -> bool | None:
    """Whether the condition holds; ``None`` when that is unknown."""
    value = expression.run(scope, answer)
    return value if isinstance(value, bool) else None


def evaluate(expression: Expression, scope: Scope, *, answer: object = UNKNOWN) -> object:
    """The value of the expression. Never raises: what does not fit together is ``UNKNOWN``."""
    return expression.run(scope, answer)
