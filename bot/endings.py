"""How a try at a job ends: done, again later, or never; and how long to wait before the next try."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.jobs import Work, from_payload
from storage.queue import Job
from storage.unit import Unit

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 1800.0
"""Seconds between tries: doubled after each failed one, up to half an hour."""

Settle = Callable[[Unit, datetime], None]
"""What a job's end writes; in the same unit of work that settles the job. Called again if that unit is."""


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing is left to do."""

    settle: Settle | None = None
    address_id: int | None = None
    """The address whose row, and whose owner's, ``settle`` is known to read."""


@dataclass(frozen=True, slots=True)
class Later:
    """Try again after ``seconds`` (None: longer after each failed try); ``counts`` if this was a failed one."""

    problem: str
    seconds: float | None = None
    counts: bool = True
    is_over: Callable[[Unit], bool] | None = None
    """Asked in the unit that settles the job: whether what it waits for is over meanwhile, and it may go at once."""


@dataclass(frozen=True, slots=True)
class Never:
    """Trying again is of no use: the job is buried and people are told."""

    problem: str


Ending = Done | Later | Never
Doer = Callable[[Job], Awaitable[Ending]]
"""Does one job outside any transaction. Doing it twice is harmless. What it raises counts as ``Later``."""


def pause(attempts: int) -> float:
    """Seconds to wait after ``attempts`` failed tries (at least one)."""
    return min(FIRST_PAUSE * 2.0 ** min(attempts - 1, 30), LONGEST_PAUSE)


def within_unit(step: Callable[[Unit, Work, datetime], None]) -> Doer:
    """A doer for jobs that only look at the database and change it: all in the unit of work that settles the job."""

    async def do(job: Job) -> Ending:
        work = from_payload(job.kind, job.payload)
        return Done(lambda unit, now: step(unit, work, now))

    return do
