"""A few values kept at hand because finding them again costs more than the room they take."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """At most ``limit`` values by key; the one put longest ago goes first. Any thread may ask and put."""

    __slots__ = ("_door", "_limit", "_values")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: dict[K, V] = {}
        self._door = threading.Lock()

    def get(self, key: K) -> V | None:
        """The value of a key, if it is still kept."""
        return self._values.get(key)

    def put(self, key: K, value: V) -> None:
        """Keep a value; the newest place is its own, whether or not the key was there."""
        with self._door:
            self._values.pop(key, None)
            while len(self._values) >= self._limit:
                del self._values[next(iter(self._values))]
            self._values[key] = value
