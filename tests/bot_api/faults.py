"""What can go wrong on the way, on order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Trouble(StrEnum):
    """Kinds of trouble; "after" means the call was done and only its answer is lost."""

    ERROR = "error"
    """Answered with ``status`` and nothing done."""
    RESET_BEFORE = "reset before"
    RESET_AFTER = "reset after"
    HALF = "half"
    """Half of the answer, then the connection breaks."""
    GARBAGE = "garbage"
    """A proxy's page with ``status`` in place of the answer; nothing done."""
    GARBAGE_AFTER = "garbage after"
    """A page with status 200 in place of the answer; done."""
    DELAY = "delay"
    """``seconds`` before anything is done."""
    HANG_AFTER = "hang after"
    """``seconds`` after it was done, before the answer."""


class Mischief(StrEnum):
    """What a server may do to the updates of one getUpdates that the real one does not promise never to do."""

    REPEATS = "repeats"
    """Each update stands in it twice."""
    REORDERS = "reorders"
    """The newest comes first."""
    DROPS = "drops"
    """Those told of are never given."""


@dataclass(slots=True)
class Fault:
    """Trouble for the next ``times`` calls of ``method`` ("*": any; "file": downloads)."""

    method: str
    trouble: Trouble
    times: int = 1
    status: int = 500
    seconds: float = 0.0
    retry_after: int | None = None
    description: str = "Internal Server Error"


class Faults:
    """The faults ordered."""

    def __init__(self) -> None:
        self._ordered: list[Fault] = []
        self.met = 0

    def add(self, fault: Fault) -> None:
        """Order a fault."""
        self._ordered.append(fault)

    def clear(self) -> None:
        """Everything works again."""
        self._ordered.clear()

    def next(self, method: str) -> Fault | None:
        """The fault this call meets."""
        for fault in self._ordered:
            if fault.method.lower() in ("*", method.lower()) and fault.times > 0:
                fault.times -= 1
                self.met += 1
                return fault
        return None
