"""Plans: computed in a thread of their own, kept with all that is needed to compute them again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.channels.base import Channel
from bot.endings import Ending
from bot.talk import Desk
from storage.blobs import Blobs
from storage.database import Database
from storage.queue import Job


class Solver:
    """The doer of ``solve``. To be written."""

    def __init__(
        self,
        database: Database,
        *,
        channels: Mapping[str, Channel],
        blobs: Blobs,
        clock: Callable[[], datetime],
        desk: Desk,
    ) -> None:
        self._database = database
        self._channels = channels
        self._blobs = blobs
        self._clock = clock
        self._desk = desk

    async def __call__(self, job: Job) -> Ending:
        """Do the job."""
        raise NotImplementedError(job)
