"""What sort of value each part of a condition has, and the mistakes that shows before anybody walks the scenario."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from scenarios.condition_code import ANSWER, RESERVED, TRUTHS, literal, members
from scenarios.condition_functions import FUNCTIONS, Takes
from scenarios.condition_values import UNKNOWN
from scenarios.conditions import Expression, did_you_mean
from scenarios.problems import Code


class Kind(StrEnum):
    """The sorts of values conditions know."""

    YES_NO = "yes or no"
    CHOICE = "a choice"
    CHOICES = "a set of choices"
    NUMBER = "a number"
    TEXT = "a text"
    DATE = "a date"
    TIME = "a time of day"
    MOMENT = "a moment"
    PLACE = "a place"
    NOTHING = "nothing"
    ANYTHING = "anything"


ORDERED: Final = frozenset({Kind.NUMBER, Kind.DATE, Kind.TIME, Kind.MOMENT})


@dataclass(frozen=True, slots=True)
class StepKind:
    """What the value of a name is."""

    kind: Kind
    choices: tuple[str, ...] = ()
    """The only values it can have, where they are few: choices, or the levels of a range."""
    asked: bool = False
    """Whether somebody answers it; facts and calculations are not asked."""
    repeat: str | None = None
    """The repeated section it belongs to."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake inside a condition."""

    code: Code
    message: str
    remedy: str


YES_NO: Final = StepKind(Kind.YES_NO)
NUMBER: Final = StepKind(Kind.NUMBER)
TEXT: Final = StepKind(Kind.TEXT)
MOMENT: Final = StepKind(Kind.MOMENT)

_ARGUMENTS: Final[Mapping[str, tuple[frozenset[Kind], StepKind]]] = {
    "count_selected": (frozenset({Kind.CHOICES}), NUMBER),
    "working_days_between": (frozenset({Kind.DATE, Kind.MOMENT}), NUMBER),
    "words_per_sentence": (frozenset({Kind.TEXT}), NUMBER),
    "fog_index": (frozenset({Kind.TEXT}), NUMBER),
    "length": (frozenset({Kind.TEXT}), NUMBER),
    "round": (frozenset({Kind.NUMBER}), NUMBER),
    "abs": (frozenset({Kind.NUMBER}), NUMBER),
}
"""What each argument of a simple function may be, and what the function gives."""


def problems(
    expression: Expression,
    kinds: Mapping[str, StepKind],
    *,
    answer_kind: StepKind | None = None,
    repeat: str | None = None,
    expected: StepKind | None = None,
) -> list[Finding]:
    """Unknown names, type errors and literals outside the choices.

    ``repeat`` is the repeated section the expression stands in, ``expected`` what it has to give.
    """
    inference = _Inference(kinds, answer_kind, repeat)
    found = inference.kind(expression.tree)
    if expected is not None and found is not None:
        inference.fits(found, expected, expression.tree)
    return inference.findings


def kind_of(expression: Expression, kinds: Mapping[str, StepKind], *, repeat: str | None = None) -> StepKind | None:
    """What the expression gives; ``None`` where that cannot be said."""
    found = _Inference(kinds, None, repeat).kind(expression.tree)
    return replace(found, asked=False, repeat=repeat) if found else None


class _Inference:
    def __init__(self, kinds: Mapping[str, StepKind], answer_kind: StepKind | None, repeat: str | None) -> None:
        self.findings: list[Finding] = []
        self._kinds = kinds
        self._answer = answer_kind
        self._repeat = repeat

    def kind(self, node: ast.expr) -> StepKind | None:
        match node:
            case ast.Name(id=name) if name not in TRUTHS:
                return self._named(name)
            case ast.BoolOp(values=values):
                for value in values:
                    self._need(value, YES_NO)
                return YES_NO
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                self._need(operand, YES_NO)
                return YES_NO
            case ast.UnaryOp(operand=operand):
                self._need(operand, NUMBER)
                return NUMBER
            case ast.BinOp(left=left, right=right):
                self._need(left, NUMBER)
                self._need(right, NUMBER)
                return NUMBER
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self._need(test, YES_NO)
                return self._alike([body, orelse])
            case ast.Compare():
                self._comparison(node)
                return YES_NO
            case ast.Call(func=ast.Name(id=name), args=args):
                return self._call(name, args)
            case _:
                return _of_literal(literal(node))

    def fits(self, found: StepKind, wanted: StepKind, node: ast.expr) -> None:
        """Note where ``node`` does not give what is wanted."""
        if not _alike(found, wanted):
            message = f"`{ast.unparse(node)}` is {found.kind.value}, not {wanted.kind.value}"
            self._type_error(message, "compare it, e.g. with ==" if wanted.kind is Kind.YES_NO else "use another value")
            return
        self._among(node, wanted)

    def _named(self, name: str) -> StepKind | None:
        if name == ANSWER:
            if self._answer is None:
                remedy = "name the step; `answer` is for constraint, critical and leads_to"
                self.findings.append(Finding(Code.UNKNOWN_NAME, "there is no `answer` here", remedy))
            return self._answer
        found = self._known(name)
        if found is None:
            return None
        if found.repeat is not None and found.repeat != self._repeat:
            remedy = f"use count({name}), total({name}), mean({name}), lowest({name}) or highest({name})"
            message = f"`{name}` is asked many times, in the repeat {found.repeat}"
            self.findings.append(Finding(Code.NEEDS_AGGREGATION, message, remedy))
            return None
        if found.kind is Kind.NOTHING:
            self._type_error(f"`{name}` is a note and has no answer", "name a question")
            return None
        return None if found.kind is Kind.ANYTHING else found

    def _known(self, name: str) -> StepKind | None:
        found = self._kinds.get(name)
        if found is None:
            near = did_you_mean(name, [*self._kinds, *RESERVED])
            remedy = f"did you mean `{near}`?" if near else "name a step that is asked before, or put a text in quotes"
            self.findings.append(Finding(Code.UNKNOWN_NAME, f"nothing is called `{name}`", remedy))
        return found

    def _need(self, node: ast.expr, wanted: StepKind) -> None:
        found = self.kind(node)
        if found is not None:
            self.fits(found, wanted, node)

    def _alike(self, nodes: list[ast.expr]) -> StepKind | None:
        found = [kind for node in nodes if (kind := self.kind(node)) is not None]
        if not found:
            return None
        for other in found[1:]:
            if not _alike(other, found[0]):
                text = f"{found[0].kind.value} and {other.kind.value} do not go together"
                self._type_error(text, "give values of one sort")
        choices = {choice for kind in found for choice in kind.choices}
        all_closed = all(kind.choices for kind in found)
        return replace(found[0], choices=tuple(sorted(choices)) if all_closed else ())

    def _comparison(self, node: ast.Compare) -> None:
        left_node, left = node.left, self.kind(node.left)
        for comparison, right_node in zip(node.ops, node.comparators, strict=True):
            if isinstance(comparison, ast.In | ast.NotIn):
                for member in members(right_node):
                    self._compared(comparison, (left_node, left), (member, self.kind(member)))
                right = None
            else:
                right = self.kind(right_node)
                self._compared(comparison, (left_node, left), (right_node, right))
            left_node, left = right_node, right

    def _compared(
        self, comparison: ast.cmpop, one: tuple[ast.expr, StepKind | None], other: tuple[ast.expr, StepKind | None]
    ) -> None:
        left, right = one[1], other[1]
        if left is None or right is None:
            return
        if left.kind is Kind.CHOICES or right.kind is Kind.CHOICES:
            self._type_error("a set of choices cannot be compared", "use selected(x, 'name') or count_selected(x)")
        elif not _alike(left, right):
            message = f"{left.kind.value} is compared with {right.kind.value}"
            self._type_error(message, "compare values of one sort" + _quoted(one[0], other[0]))
        elif isinstance(comparison, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
            if left.kind not in ORDERED:
                self._type_error(f"{left.kind.value} has no order", "use == or !=")
        else:
            self._among(other[0], left)
            self._among(one[0], right)

    def _among(self, node: ast.expr, wanted: StepKind) -> None:
        """Note a literal that is none of the choices."""
        value = literal(node)
        if value is UNKNOWN or not wanted.choices or str(value) in wanted.choices:
            return
        near = did_you_mean(str(value), wanted.choices)
        remedy = f"did you mean '{near}'?" if near else f"one of: {', '.join(wanted.choices)}"
        self.findings.append(Finding(Code.LITERAL_OUTSIDE_CHOICES, f"{ast.unparse(node)} is never the answer", remedy))

    def _call(self, name: str, args: list[ast.expr]) -> StepKind | None:
        match FUNCTIONS[name].takes, args[0]:
            case Takes.STATE, ast.Name(id=step):
                return self._state(name, step)
            case Takes.ROUNDS, ast.Name(id=step):
                return self._rounds(name, step)
        if name == "selected":
            self._selected(args[0], args[1])
            return YES_NO
        if name == "coalesce":
            return self._alike(args)
        if name in ("min", "max", "minutes_between"):
            return self._ordered(name, args)
        wanted, gives = _ARGUMENTS[name]
        for arg in args:
            found = self.kind(arg)
            if found is not None and found.kind not in wanted:
                message = f"{name}() is given {found.kind.value}"
                self._type_error(message, f"give it {' or '.join(sorted(wanted))}")
        return gives

    def _state(self, function: str, step: str) -> StepKind:
        found = self._known(step)
        if found is not None and found.repeat is not None and found.repeat != self._repeat:
            self._named(step)
        elif found is not None and not found.asked:
            self._type_error(f"{function}({step}): nobody answers `{step}`", "name a question")
        return MOMENT if function == "answered_at" else YES_NO

    def _rounds(self, function: str, step: str) -> StepKind | None:
        found = self._known(step)
        if found is None:
            return NUMBER
        if found.repeat is None or found.repeat == self._repeat:
            self._type_error(f"{function}({step}): `{step}` has one answer here", f"write {step} itself")
            return NUMBER
        if function == "count":
            return NUMBER
        if found.kind not in (ORDERED if function in ("lowest", "highest") else {Kind.NUMBER}):
            self._type_error(f"{function}() is given {found.kind.value}", "use count() or a step with a number")
            return None
        return replace(found, repeat=None, choices=())

    def _selected(self, chosen: ast.expr, name: ast.expr) -> None:
        found = self.kind(chosen)
        if found is None:
            return
        if found.kind not in (Kind.CHOICES, Kind.CHOICE):
            self._type_error(f"selected() is given {found.kind.value}", "give it a select_multiple")
            return
        self._among(name, found)

    def _ordered(self, name: str, args: list[ast.expr]) -> StepKind | None:
        found = self._alike(args)
        wanted = {Kind.MOMENT, Kind.TIME} if name == "minutes_between" else ORDERED
        if found is not None and found.kind not in wanted:
            self._type_error(f"{name}() is given {found.kind.value}", f"give it {' or '.join(sorted(wanted))}")
        return NUMBER if name == "minutes_between" else found

    def _type_error(self, message: str, remedy: str) -> None:
        self.findings.append(Finding(Code.TYPE_ERROR, message, remedy))


def _alike(one: StepKind, other: StepKind) -> bool:
    """Whether values of both kinds can be compared; a choice is a text."""
    return one.kind is other.kind or {one.kind, other.kind} == {Kind.CHOICE, Kind.TEXT}


def _of_literal(value: object) -> StepKind:
    if isinstance(value, bool):
        return YES_NO
    return TEXT if isinstance(value, str) else NUMBER


def _quoted(*nodes: ast.expr) -> str:
    words = [value for node in nodes if (value := literal(node)) in TRUTHS]
    return f"; {words[0]} without quotes is the answer of a yes_no" if words else ""
