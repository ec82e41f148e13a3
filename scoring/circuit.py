"""A circuit breaker: after some failures in a row a server is left alone for a while, then one request tries it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

FAILURES = 5
"""In a row open the circuit."""
FIRST_REST = timedelta(seconds=60)
LONGEST_REST = timedelta(minutes=30)
"""Each rest is twice as long as the one before, up to this."""


class State(StrEnum):
    """Whether requests pass."""

    CLOSED = "closed"
    OPEN = "open"
    """None passes until the rest is over."""
    HALF_OPEN = "half_open"
    """One is under way as a trial; no other passes."""


class Circuit:
    """What became of the last requests to one server. Not for threads: one event loop has it."""

    def __init__(self) -> None:
        self.state = State.CLOSED
        self._failures = 0
        self._rest = FIRST_REST
        self._until: datetime | None = None

    def wait(self, now: datetime) -> timedelta | None:
        """How long a request has to wait; None: it may pass. After a rest the first to ask is the trial."""
        if self._until is not None and now < self._until:
            return self._until - now
        if self.state is State.HALF_OPEN:
            return FIRST_REST
        if self.state is State.OPEN:
            self.state = State.HALF_OPEN
        return None

    def succeeded(self) -> None:
        """An answer came: everything is as at the beginning."""
        self.state = State.CLOSED
        self._failures = 0
        self._rest = FIRST_REST
        self._until = None

    def failed(self, now: datetime) -> None:
        """No answer came."""
        self._failures += 1
        if self.state is State.HALF_OPEN or self._failures >= FAILURES:
            self._open(now + self._rest)
            self._rest = min(2 * self._rest, LONGEST_REST)

    def told_to_wait(self, until: datetime) -> None:
        """The server itself says until when it wants to be left alone."""
        self._open(until if self._until is None else max(until, self._until))

    def broke_off(self) -> None:
        """Whoever asked left without waiting: nothing was learnt, a trial is open to the next."""
        if self.state is State.HALF_OPEN:
            self.state = State.OPEN

    def _open(self, until: datetime) -> None:
        self.state = State.OPEN
        self._until = until
