"""Dies at the n-th step: each time a task goes on after an await, and right before and after every call of a database
and every change of a folder.

Nothing is named, so nothing can be forgotten: where the program waits is found by running it. A program started with
``CRASH_FILE`` counts from the moment it gets SIGUSR1, up to the number that file holds; it removes the file to say so.
"""

from __future__ import annotations

import asyncio
import os
import posix
import signal
import sqlite3
import threading
from collections.abc import Coroutine, Generator
from itertools import count
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import psycopg

_SQLITE_CALLS = frozenset({"execute", "executemany", "executescript", "commit", "rollback"})
_FOLDER_CALLS = frozenset({"fsync", "replace", "rename", "mkdir", "unlink", "link"})
_POSTGRES_CALLS: frozenset[CodeType] = frozenset(
    getattr(owner, name).__code__
    for owner, names in (
        (psycopg.Cursor, ("execute", "executemany", "copy")),
        (psycopg.Connection, ("execute", "commit", "rollback")),
    )
    for name in names
    if hasattr(getattr(owner, name), "__code__")
)


class _Steps:
    """Counts, once it is armed."""

    def __init__(self) -> None:
        self._goal = 0
        self._numbers = count(1)

    def arm(self, goal: int) -> None:
        """Begin to count; die at ``goal``."""
        self._numbers = count(1)
        self._goal = goal

    def step(self) -> None:
        """One more."""
        if self._goal and next(self._numbers) == self._goal:
            os.kill(os.getpid(), signal.SIGKILL)


_steps = _Steps()


class _Stepped(Coroutine[Any, Any, Any]):
    """A task's coroutine that counts each time it is gone on with."""

    def __init__(self, inner: Coroutine[Any, Any, Any]) -> None:
        self._inner = inner
        self.__name__ = getattr(inner, "__name__", "stepped")
        self.__qualname__ = getattr(inner, "__qualname__", "stepped")

    def send(self, value: Any) -> Any:  # noqa: ANN401 - whatever the coroutine takes
        _steps.step()
        return self._inner.send(value)

    def throw(self, *what: Any) -> Any:  # noqa: ANN401 - as above
        _steps.step()
        return self._inner.throw(*what)

    def close(self) -> None:
        self._inner.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._inner.__await__()


def _make_task(loop: asyncio.AbstractEventLoop, coroutine: Any, **more: Any) -> asyncio.Task[Any]:  # noqa: ANN401
    return asyncio.Task(_Stepped(coroutine), loop=loop, **more)


def _watch(frame: FrameType, event: str, what: Any) -> None:  # noqa: ANN401 - whatever was called
    """Of every other thread: count before and after each call of a database or a folder."""
    match event:
        case "c_call" | "c_return":
            owner = getattr(what, "__self__", None)
            is_sqlite = isinstance(owner, sqlite3.Cursor | sqlite3.Connection) and what.__name__ in _SQLITE_CALLS
            if is_sqlite or (owner is posix and what.__name__ in _FOLDER_CALLS):
                _steps.step()
        case "call" | "return":
            if frame.f_code in _POSTGRES_CALLS:
                _steps.step()


def install(path: str) -> None:
    """Count the steps of the program that is started in this process, when it is told to."""
    known = asyncio.Runner.run

    def run(self: asyncio.Runner, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - as the original
        self.get_loop().set_task_factory(_make_task)
        return known(self, *given, **named)

    asyncio.Runner.run = run  # type: ignore[method-assign]
    threading.setprofile(_watch)
    file = Path(path)

    def arm(*_: object) -> None:
        goal = int(file.read_text())
        file.unlink()
        _steps.arm(goal)

    signal.signal(signal.SIGUSR1, arm)
