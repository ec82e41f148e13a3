"""A map from what a rater says to what people would say, that never turns the order round: isotonic regression."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from statistics import fmean
from typing import Any


@dataclass(frozen=True, slots=True)
class MonotoneMap:
    """Straight lines between points (``xs`` rising, ``ys`` not falling), level before the first and after the last."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.xs or len(self.xs) != len(self.ys):
            raise ValueError("as many xs as ys, and at least one")
        if not all(map(isfinite, self.xs + self.ys)):
            raise ValueError("a point is no number")
        if any(one >= other for one, other in pairwise(self.xs)) or any(
            one > other for one, other in pairwise(self.ys)
        ):
            raise ValueError("xs rise, ys do not fall")

    def __call__(self, value: float) -> float:
        """The mapped value."""
        at = bisect_right(self.xs, value)
        if at in (0, len(self.xs)):
            return self.ys[min(at, len(self.xs) - 1)]
        share = (value - self.xs[at - 1]) / (self.xs[at] - self.xs[at - 1])
        return self.ys[at - 1] + share * (self.ys[at] - self.ys[at - 1])

    def to_json(self) -> dict[str, list[float]]:
        """As JSON values."""
        return {"x": list(self.xs), "y": list(self.ys)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> MonotoneMap:
        """Read back. Raises ``ValueError`` for what is no such map."""
        xs, ys = value.get("x"), value.get("y")
        if not isinstance(xs, list) or not isinstance(ys, list):
            raise ValueError("x and y are lists of numbers")  # noqa: TRY004 - whoever reads a file catches one thing
        if any(isinstance(one, bool) or not isinstance(one, int | float) for one in xs + ys):
            raise ValueError("x and y are lists of numbers")
        return cls(tuple(map(float, xs)), tuple(map(float, ys)))


def fitted(points: Sequence[tuple[float, float]]) -> MonotoneMap:
    """The map nearest to some points (x, y) in squares: pool adjacent violators (Ayer and others 1955).

    A block of pooled points becomes two points of the map, its first x and its last, so that it is level between them.
    Raises ``ValueError`` where there is no point.
    """
    at: dict[float, list[float]] = {}
    for x, y in sorted(points):
        at.setdefault(x, []).append(y)
    blocks: list[tuple[float, float, float, int]] = []
    """First x, last x, mean y, number of points."""
    for x, ys in at.items():
        first, mean, count = x, fmean(ys), len(ys)
        while blocks and blocks[-1][2] >= mean:
            first, _, before, some = blocks.pop()
            mean, count = (mean * count + before * some) / (count + some), count + some
        blocks.append((first, x, mean, count))
    knots = [(x, mean) for first, last, mean, _ in blocks for x in dict.fromkeys((first, last))]
    return MonotoneMap(tuple(x for x, _ in knots), tuple(y for _, y in knots))
