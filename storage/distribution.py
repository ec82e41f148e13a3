"""How often values fell into which range: whole numbers in memory, cheap enough for the path every answer takes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Bounds for how long something took."""
UNITS = (1, 2, 4, 8, 16, 32, 64)
"""Bounds for how many units shared a transaction."""


class Distribution:
    """Counts values by ranges. Added to by one thread; whoever reads sees each number a moment old at most."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float] = SECONDS) -> None:
        """``bounds``: the largest value of each range but the last, which has none; rising."""
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        self.total = 0.0
        """The sum of all values."""

    def add(self, value: float) -> None:
        """Count a value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def rising(self) -> list[int]:
        """For each bound, and at last for none, how many values were at most that large."""
        counted, so_far = [], 0
        for count in list(self.counts):
            so_far += count
            counted.append(so_far)
        return counted
