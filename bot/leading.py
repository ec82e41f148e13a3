"""What one process does for all (fetching updates, registering the webhook): it holds a lock meanwhile, and another
takes over where it ends, stops or is cut off.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from storage.leadership import Leadership

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
"""Between two tries to lead, and between two looks whether we still do."""


class Leader:
    """Does ``duty`` while this process holds the lock; ``duty`` may end, or be cancelled and begun again."""

    def __init__(
        self,
        lock: Leadership,
        duty: Callable[[], Awaitable[None]],
        *,
        look: float = LOOK_SECONDS,
    ) -> None:
        self._lock = lock
        self._duty = duty
        self._look = look
        self.leads = False
        """Whether this process does it now."""

    async def run(self) -> None:
        """Lead whenever nobody else does, until cancelled; then let another."""
        try:
            while True:
                if await asyncio.to_thread(self._lock.take):
                    await self._lead()
                await asyncio.sleep(self._look)
        finally:
            await asyncio.to_thread(self._lock.give_up)

    async def _lead(self) -> None:
        log.info("leading")
        self.leads = True
        try:
            async with asyncio.TaskGroup() as tasks:
                duty = tasks.create_task(self._do())
                while await asyncio.to_thread(self._lock.is_ours):  # noqa: ASYNC110 - nobody tells
                    await asyncio.sleep(self._look)
                duty.cancel()
        finally:
            self.leads = False
            await asyncio.to_thread(self._lock.give_up)
        log.warning("leading no more: this process was held dead, or cut off from the database")

    async def _do(self) -> None:
        await self._duty()
