"""A few values kept at hand because finding them again costs more than the room they take."""

from __future__ import annotations

from collections.abc import Hashable
from contextlib import suppress
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """About ``limit`` values by key; the one put longest ago goes first. Any thread may ask and put.

    There is no lock: where two threads put at the same instant, one of them lets nothing go, and the next one does.
    """

    __slots__ = ("_limit", "_values")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """The value of a key, if it is still kept."""
        return self._values.get(key)

    def put(self, key: K, value: V) -> None:
        """Keep a value; the newest place is its own, whether or not the key was there."""
        self._values.pop(key, None)
        while len(self._values) >= self._limit:
            with suppress(KeyError, RuntimeError, StopIteration):  # another thread changed it between two steps
                del self._values[next(iter(self._values))]
        self._values[key] = value
