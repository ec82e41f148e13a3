"""Whether this process can do its work: the database, somebody who works, the evidence store; and since when not.

It looks by itself every few seconds. Whoever asks is told what was seen last, so asking costs nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from bot.presence import Presence, steady
from storage.blobs import Blobs

log = logging.getLogger(__name__)

STORE_SECONDS = 15.0
"""Between two looks at the evidence store."""
STORE_PATIENCE = 5.0
"""How long it may take to answer."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the parts: whether it is well, and how many seconds ago it last showed so (None: never)."""

    name: str
    is_well: bool
    seconds: float | None


class Readiness:
    """Looks at what this process needs. The channels are no part of it: the rest works while one is away."""

    def __init__(
        self, presence: Presence, blobs: Blobs, *, look: float = STORE_SECONDS, ticks: Callable[[], float] = steady
    ) -> None:
        self._presence = presence
        self._blobs = blobs
        self._look = look
        self._ticks = ticks
        self._store_at: float | None = None
        self._is_store_well = False

    def parts(self) -> tuple[Part, ...]:
        """Every part as it was seen last."""
        now = self._ticks()
        database = self._presence.silence
        worker = self._presence.worker_silence
        return (
            Part("database", self._presence.is_sure, database),
            Part("worker", worker is not None and self._presence.is_sure, worker),
            Part(
                "evidence",
                self._is_store_well,
                None if self._store_at is None else now - self._store_at,
            ),
        )

    async def is_ready(self) -> bool:
        """Whether every part is well."""
        return all(part.is_well for part in self.parts())

    async def run(self) -> None:
        """Look at the evidence store until cancelled."""
        while True:
            await self.step()
            await asyncio.sleep(self._look)

    async def step(self) -> None:
        """One look."""
        try:
            async with asyncio.timeout(STORE_PATIENCE):
                await self._blobs.require_answer()
        except (OSError, TimeoutError) as error:
            if self._is_store_well or self._store_at is None:
                log.warning("the evidence store does not answer", extra={"problem": type(error).__name__})
            self._is_store_well = False
            return
        self._is_store_well, self._store_at = True, self._ticks()
