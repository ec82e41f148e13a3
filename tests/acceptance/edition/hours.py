"""A clock that a test moves by hand and that programs started with ``CLOCK`` share: days of an edition in seconds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bot.clock
import bot.worker
import storage.listener
from tests.bot_api.state import Clock

WIDTH = 32
"""Bytes of the file: the seconds that this clock is ahead of the real one, written over in one go."""

REST_SECONDS = 0.1
"""How long a worker with nothing to do rests."""

LOOK_SECONDS = 0.01
"""How often an SQLite file is looked at for new jobs; days of people who wait for an answer would take minutes."""

_real = bot.clock.now


class Hours:
    """Time as the programs and the Bot API server know it."""

    def __init__(self, path: Path, server: Clock, begins: datetime) -> None:
        self.path = path
        self._server = server
        self._ahead = timedelta()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT)
        self.move_to(begins)

    def now(self) -> datetime:
        """The moment it is."""
        return _real() + self._ahead

    def move_to(self, moment: datetime) -> None:
        """Let it be that moment."""
        by = moment - self.now()
        self._ahead += by
        self._server.advance(by.total_seconds())
        os.pwrite(self._file, f"{self._ahead.total_seconds():<{WIDTH}f}".encode()[:WIDTH], 0)

    @contextmanager
    def kept_here(self) -> Iterator[None]:
        """The test's own process goes by it, too."""
        known = vars(bot.clock)
        known["now"] = self.now
        try:
            yield
        finally:
            known["now"] = _real
            os.close(self._file)


def follow(path: str) -> None:
    """Let this process go by the clock of that file from now on; its worker looks often, since time leaps."""
    vars(bot.worker)["POLL_SECONDS"] = REST_SECONDS
    vars(storage.listener)["LOOK_SECONDS"] = LOOK_SECONDS
    file, known = os.open(path, os.O_RDONLY), vars(bot.clock)

    def now() -> datetime:
        return datetime.now(tz=UTC) + timedelta(seconds=float(os.pread(file, WIDTH, 0)))  # noqa: TID251 - the clock

    known["now"] = now
