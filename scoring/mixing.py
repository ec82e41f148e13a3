"""How the marks below a node become its mark: what counts, with which weight, and what a missing one does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from scoring.rubric import Absent, IfAbsent, Node, Take

FULL: Final = 1 - 1e-9
"""From here on a value is all that can be had."""

Failure = tuple[str, str]
"""A critical criterion that failed, and the record it failed in."""

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


@dataclass(slots=True, eq=False)
class Mark:
    """A value or why there is none, and the points behind it."""

    value: float | None
    absent: Absent | None
    earned: float
    possible: float
    """Points of what counts."""
    not_checked: float = 0.0
    open: float = 0.0
    """Points of what does not count, for whatever reason."""
    critical: tuple[Failure, ...] = ()
    capped: bool = False


def mix(node: Node, marks: Sequence[Mark], weights: Sequence[float] = ()) -> Mark:
    """The mark of a node from the marks below it. ``weights`` are read by a weighted mean only."""
    base = _base_of(node, marks)
    not_checked = sum([mark.not_checked for mark in marks])
    failures = [failure for mark in marks if mark.critical for failure in mark.critical]
    critical = tuple(dict.fromkeys(failures)) if failures else ()
    possible = sum(base.sizes)
    absent = base.void or _too_few(node, marks, len(base.values))
    if absent is None:
        value, earned, possible = _taken(node, base, marks, weights)
        if value is not None:
            cap = node.critical_cap
            if cap is None or not critical or value <= cap:
                return Mark(value, None, earned, possible, not_checked, base.open, critical)
            return Mark(cap, None, cap * possible, possible, not_checked, base.open, critical, capped=True)
    return Mark(None, absent or Absent.TOO_FEW, 0.0, possible, not_checked, base.open, critical)


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


@dataclass(slots=True)
class _Base:
    """What counts: where it stands, its values and points."""

    places: Sequence[int]
    values: list[float]
    sizes: list[float]
    earned: float
    open: float
    void: Absent | None = None
    """Why nothing counts, where the node says so."""


def _base_of(node: Node, marks: Sequence[Mark]) -> _Base:
    values = [mark.value for mark in marks if mark.value is not None]
    if len(values) == len(marks):  # as nearly always
        sizes = [mark.possible for mark in marks]
        earned = sum([mark.earned for mark in marks])
        return _Base(range(len(marks)), values, sizes, earned, sum([mark.open for mark in marks]))
    places: list[int] = []
    base = _Base(places, [], [], 0.0, 0.0)
    for place, mark in enumerate(marks):
        if mark.value is not None:
            base.values.append(mark.value)
            base.sizes.append(mark.possible)
            base.earned += mark.earned
            base.open += mark.open
            places.append(place)
            continue
        treatment = _treatment(node, mark)
        if treatment is IfAbsent.ZERO:
            base.values.append(0.0)
            base.sizes.append(mark.open + mark.possible)
            places.append(place)
            continue
        base.open += mark.open + mark.possible
        if treatment is IfAbsent.VOID:
            base.void = base.void or mark.absent
    return base


def _treatment(node: Node, mark: Mark) -> IfAbsent:
    if mark.absent is None or not node.if_absent:
        return IfAbsent.LEAVE
    return node.if_absent.get(mark.absent, IfAbsent.LEAVE)


def _counts(node: Node, mark: Mark) -> bool:
    return mark.value is not None or _treatment(node, mark) is IfAbsent.ZERO


def _too_few(node: Node, marks: Sequence[Mark], count: int) -> Absent | None:
    """Why there are too few values; None where there are enough."""
    if count and count >= node.needs:
        return None
    reason = weightiest(mark.absent for mark in marks)
    if count or (node.needs > 1 and reason is not Absent.NOT_APPLICABLE):
        return Absent.TOO_FEW
    return reason


def _taken(
    node: Node, base: _Base, marks: Sequence[Mark], weights: Sequence[float]
) -> tuple[float | None, float, float]:
    """Value, points earned and points possible, before any cap. Value None: everything that counts weighs nothing."""
    take, values, possible = node.take, base.values, sum(base.sizes)
    if take in _CHOOSING:
        place = _chosen(take, values)
        value = values[place]
        if take is Take.ANY:
            value = 1.0 if value >= FULL else 0.0
        return value, value * base.sizes[place], base.sizes[place]
    if take is Take.POINTS:
        total = possible if node.renormalise else possible + base.open
        return (base.earned / total if total > 0 else None), base.earned, possible
    if take is Take.WEIGHTED_MEAN:
        weighed = [weights[place] for place in base.places]
        total = sum(weighed if node.renormalise else weights)
        found = sum(weight * value for weight, value in zip(weighed, values, strict=True))
    else:
        total = float(len(values) if node.renormalise else len(marks))
        found = sum(values) if take is Take.MEAN else float(sum(1 for value in values if value >= FULL))
    return (found / total, found / total * possible, possible) if total > 0 else (None, 0.0, possible)


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
