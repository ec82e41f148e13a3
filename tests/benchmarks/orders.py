"""What the feeding server is asked to do, and what it tells afterwards: values that travel as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Feed:
    """A run. ``closed``: each chat answers when it was answered, for ``seconds``; ``open``: ``rate`` updates a second
    for ``seconds``, come what may; ``burst``: every chat sends its ten answers at once; ``ask``: one chat says
    ``text`` so often as ``people`` says, each time once the last was answered (or ``seconds`` have passed).
    """

    kind: str
    first: int
    """The first chat's id; the others follow it."""
    people: int
    """So many chats at most."""
    at_once: int = 100
    seconds: float = 3.0
    rate: float = 0.0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """Seconds from an update to the message that answered it."""

    p50: float = 0.0
    p90: float = 0.0
    p99: float = 0.0
    most: float = 0.0
    count: int = 0


@dataclass(frozen=True, slots=True)
class Fed:
    """What came of a run; ``answered`` are the updates answered within its time."""

    fed: int
    answered: int
    answered_in_all: int
    """With those that came after its time was over, which cost something as well."""
    seconds: float
    chats: int
    over: int
    """Conversations that sent all their answers."""
    told_right: int
    """Of those, whose summary held the answers that were sent, in order (only peers send one)."""
    heard_too_much: int
    unanswered: int
    progress: dict[int, int]
    """How many answers each chat has sent."""
    calls: dict[str, int]
    latency: Spread = field(default_factory=Spread)

    @property
    def a_second(self) -> float:
        """Updates answered a second."""
        return self.answered / self.seconds if self.seconds > 0 else 0.0


def spread(seconds: Sequence[float]) -> Spread:
    """How those times are spread."""
    if not seconds:
        return Spread()
    every = sorted(seconds)

    def at(part: float) -> float:
        return every[min(len(every) - 1, int(part * len(every)))]

    return Spread(at(0.5), at(0.9), at(0.99), every[-1], len(every))
