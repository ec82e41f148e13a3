"""How the marks below a node become its mark: what counts, with which weight, and what a missing one does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, compress
from operator import mul
from typing import Any, Final, NamedTuple, cast

from scoring.rubric import Absent, IfAbsent, Node, Take

FULL: Final = 1 - 1e-9
"""From here on a value is all that can be had."""

Failure = tuple[str, str]
"""A critical criterion that failed, and the record it failed in."""

_POINTS, _MEAN, _WEIGHTED_MEAN = Take.POINTS, Take.MEAN, Take.WEIGHTED_MEAN
"""A member of an enumeration takes a while to be found."""

_CHOOSING: Final = frozenset({Take.MIN, Take.MAX, Take.ANY, Take.FIRST})

_WEIGHTIEST: Final = (
    Absent.UNKNOWN,
    Absent.MUCH_NOT_CHECKED,
    Absent.NOT_CHECKED,
    Absent.TOO_FEW,
    Absent.UNANSWERED,
    Absent.NOT_APPLICABLE,
)
"""Of several reasons the first of these is told."""


class Mark(NamedTuple):
    """A value or why there is none, and the points behind it. A tuple, since adding up goes by columns."""

    value: float | None
    critical: tuple[Failure, ...]
    absent: Absent | None
    earned: float
    """Nothing where there is no value."""
    possible: float
    """Points of what counts."""
    not_checked: float = 0.0
    open: float = 0.0
    """Points of what does not count, for whatever reason."""
    capped: bool = False


Light = tuple[float | None, object, *tuple[Any, ...]]
"""How a mark begins: its value, and something true where a critical criterion failed."""

_NO_COLUMNS: Final[tuple[tuple[Any, ...], ...]] = tuple(() for _ in Mark._fields)


def mix(node: Node, marks: Sequence[Mark], weights: Sequence[float] = ()) -> Mark:
    """The mark of a node from the marks below it. ``weights`` are read by a weighted mean only."""
    void = None
    if node.if_absent:
        void = next((mark.absent for mark in marks if _treatment(node, mark) is IfAbsent.VOID), None)
        marks = [_as_zero(mark) if _treatment(node, mark) is IfAbsent.ZERO else mark for mark in marks]
    values, criticals, absents, earned, sizes, not_checked, opens, _ = (
        zip(*marks, strict=True) if marks else _NO_COLUMNS
    )
    critical = tuple(dict.fromkeys(chain.from_iterable(criticals)))
    counts = [absent is None for absent in absents]
    possible = sum(compress(sizes, counts))
    left = sum(opens) + sum(compress(sizes, absents))
    reason = void or _too_few(node, absents, sum(counts))
    if reason is not None:
        return Mark(None, critical, reason, 0.0, possible, sum(not_checked), left)
    if node.take is Take.POINTS:
        got = sum(earned)
        total = possible if node.renormalise else possible + left
        value = got / total if total > 0 else None
    else:
        value = taken(node, values, weights)
        if node.take in _CHOOSING:
            there = tuple(compress(values, counts))
            possible = tuple(compress(sizes, counts))[_chosen(node.take, there)]
        got = (value or 0.0) * possible
    if value is None:  # everything that counts weighs nothing
        return Mark(None, critical, Absent.TOO_FEW, 0.0, possible, sum(not_checked), left)
    cap = node.critical_cap
    if cap is None or not critical or value <= cap:
        return Mark(value, critical, None, got, possible, sum(not_checked), left)
    return Mark(cap, critical, None, cap * possible, possible, sum(not_checked), left, capped=True)


def light(node: Node, marks: Sequence[Light], weights: Sequence[float] = ()) -> Light:
    """Just how the mark of a node begins. Points are those of criteria; what is missing leaves the base."""
    if not marks:
        return None, False
    values, failures, *more = zip(*marks, strict=False)  # those of nodes have no more
    failed = any(failures)
    if node.take is not _POINTS:
        return capped(node, taken(node, values, weights), failed=failed)
    _, earned, possible, *_ = more
    return capped(node, added_up(earned, possible), failed=failed)


def added_up(earned: Iterable[float], possible: Iterable[float]) -> float | None:
    """The value of a node that adds up points of criteria, before any cap."""
    total = sum(possible)
    return sum(earned) / total if total > 0 else None


def capped(node: Node, value: float | None, *, failed: bool) -> Light:
    """What is left of a value where a critical criterion failed below."""
    if failed:
        cap = node.critical_cap
        if cap is not None and value is not None and value > cap:
            return cap, True
    return value, failed


def taken(node: Node, values: Sequence[float | None], weights: Sequence[float]) -> float | None:
    """The value of a node that does not add up points, before any cap; what is missing leaves the base."""
    there, weighed = cast("Sequence[float]", values), weights
    if None in values:
        there = [value for value in values if value is not None]
        weighed = [weight for value, weight in zip(values, weights, strict=False) if value is not None]
    if len(there) < node.needs or not there:
        return None
    take = node.take
    if take is _WEIGHTED_MEAN:
        total = sum(weighed if node.renormalise else weights)
        return sum(map(mul, weighed, there)) / total if total > 0 else None
    if take is _MEAN:
        return sum(there) / len(there if node.renormalise else values)
    if take is Take.SHARE:
        return sum([value >= FULL for value in there]) / len(there if node.renormalise else values)
    value = there[_chosen(take, there)]
    if take is Take.ANY:
        return 1.0 if value >= FULL else 0.0
    return value


def shares(node: Node, mixed: Mark, marks: Sequence[Mark], weights: Sequence[float] = ()) -> list[float | None]:
    """With which weight each mark entered the one they were mixed to, after sharing out; None: it did not."""
    found: list[float | None] = [None] * len(marks)
    if mixed.value is None:
        return found
    places = [place for place, mark in enumerate(marks) if _counts(node, mark)]
    if node.take in _CHOOSING:
        found[places[_chosen(node.take, [marks[place].value or 0.0 for place in places])]] = 1.0
        return found
    base = sum(_weight(node, place, marks[place], weights) for place in places)
    if not node.renormalise:
        lost = (_lost(node, place, mark, weights) for place, mark in enumerate(marks))
        base += sum(lost)
    for place in places:
        found[place] = _weight(node, place, marks[place], weights) / base
    return found


def weightiest(reasons: Iterable[Absent | None]) -> Absent:
    """Of several reasons why there is no value, the one to tell; without any, that nothing was answered."""
    found = frozenset(reasons)
    return next((reason for reason in _WEIGHTIEST if reason in found), Absent.UNANSWERED)


def _treatment(node: Node, mark: Mark) -> IfAbsent:
    if mark.absent is None or not node.if_absent:
        return IfAbsent.LEAVE
    return node.if_absent.get(mark.absent, IfAbsent.LEAVE)


def _counts(node: Node, mark: Mark) -> bool:
    return mark.value is not None or _treatment(node, mark) is IfAbsent.ZERO


def _as_zero(mark: Mark) -> Mark:
    """What is missing, counted as nothing earned."""
    return Mark(0.0, mark.critical, None, 0.0, mark.open + mark.possible, mark.not_checked)


def _too_few(node: Node, absents: Iterable[Absent | None], count: int) -> Absent | None:
    """Why there are too few values; None where there are enough."""
    if count and count >= node.needs:
        return None
    reason = weightiest(absents)
    if count or (node.needs > 1 and reason is not Absent.NOT_APPLICABLE):
        return Absent.TOO_FEW
    return reason


def _chosen(take: Take, values: Sequence[float]) -> int:
    """Which of the values a node that chooses takes."""
    if take is Take.FIRST:
        return 0
    return values.index(min(values) if take is Take.MIN else max(values))


def _weight(node: Node, place: int, mark: Mark, weights: Sequence[float]) -> float:
    """How much a mark that counts weighs, before sharing out."""
    if node.take is Take.WEIGHTED_MEAN:
        return weights[place]
    if node.take is Take.POINTS:
        return mark.possible if mark.value is not None else mark.open + mark.possible
    return 1.0


def _lost(node: Node, place: int, mark: Mark, weights: Sequence[float]) -> float:
    """How much weight a mark takes out of the base where weights are not shared out."""
    if _counts(node, mark):
        return mark.open if node.take is Take.POINTS and mark.value is not None else 0.0
    if node.take is Take.POINTS:
        return mark.open + mark.possible
    return _weight(node, place, mark, weights)
