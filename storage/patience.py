"""Trying again, for a bounded time, while the database is locked or away."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from storage.failures import Passing, StorageUnavailable, how_it_passes

log = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE_SECONDS = 15.0
"""How long work is tried again unless a Database is told otherwise."""
FIRST_PAUSE_SECONDS = 0.02
LONGEST_PAUSE_SECONDS = 1.0


def patiently(action: Callable[[], T], *, seconds: float, sharing: bool = False) -> T:
    """Do it, again and again with longer pauses while the database is locked or away. Blocks.

    ``sharing``: other units are in the same transaction, so two transactions in each other's way are not waited for.
    Raises ``StorageUnavailable`` after ``seconds``, and at once whatever does not pass by waiting.
    """
    give_up_at = time.monotonic() + seconds
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            return action()
        except BaseException as error:
            passing = how_it_passes(error)
            if passing is Passing.NEVER or (passing is Passing.ALONE and sharing):
                raise
            cause = error.__cause__ or error
            if time.monotonic() + pause > give_up_at:
                raise StorageUnavailable(f"no answer from the database for {seconds:g} s: {cause}") from cause
            log.warning("the database is busy or away, trying again in %.2f s: %s", pause, cause)
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
