"""How fast a channel may be spoken to: so many messages a second in all, and one a second to each chat.

What is allowed in all is the bot's: several processes that speak for it each take an equal share.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

PER_SECOND = 28.0
"""Telegram allows about 30 messages a second; the margin is for clocks and for what is already on its way."""

PER_CHAT_SECONDS = 1.0
"""One message a second to one chat in the long run."""

CHAT_BURST = 4
"""Messages one chat may get at once after a rest (an album, its text, the next question)."""

PATIENCE_SECONDS = 5.0
"""The longest a sender waits here; past that it is told when to come back, so that it can serve others."""

CHATS_HELD_MEAN_ALL = 3
"""So many chats asked to wait at the same time mean that the limit reached is everybody's."""

SILENT_SECONDS = 1.0
"""After which to ask again where this process may not speak at all."""

_SWEEP_AT = 4096


@dataclass(slots=True)
class _Chat:
    """One chat's allowance. ``drained_at``: the moment when the bucket would be full again (GCRA's arrival time)."""

    drained_at: float = 0.0
    held_until: float = 0.0
    waiting: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Pacer:
    """Turns to speak, in order of asking. A cancelled wait uses nothing up."""

    def __init__(
        self,
        *,
        per_second: float = PER_SECOND,
        per_chat_seconds: float = PER_CHAT_SECONDS,
        chat_burst: int = CHAT_BURST,
        patience: float = PATIENCE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.may_speak: Callable[[], bool] = lambda: True
        """Asked last, right before each turn is given: whether this process may speak at all now."""
        self._alone_spacing = self._spacing = 1.0 / per_second
        self._per_chat = per_chat_seconds
        self._slack = per_chat_seconds * (chat_burst - 1)
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._chats: dict[str, _Chat] = {}
        self._all_turn = asyncio.Lock()
        self._next_at = 0.0
        self._held_until = 0.0
        self._waiting = 0
        """Who asked and was neither given a turn nor sent away yet."""

    async def turn(self, chat: str) -> float:
        """Wait for a turn to send to ``chat``; 0.0 when it has come, or the seconds after which to ask again."""
        place = self._chats.setdefault(chat, _Chat())
        if self._waiting == 0 and self._is_free(place):
            return self._given(place) if self.may_speak() else SILENT_SECONDS
        place.waiting += 1
        self._waiting += 1
        try:
            async with place.turn:
                late = await self._wait(lambda: max(place.drained_at - self._slack, place.held_until))
                if late > 0:
                    return late
                return await self._common_turn(place)
        finally:
            place.waiting -= 1
            self._waiting -= 1

    def share(self, among: int) -> None:
        """So many processes speak from now on, this one included; each has an equal part of what is allowed in all."""
        self._spacing = self._alone_spacing * among

    def hold(self, chat: str, seconds: float) -> None:
        """The channel asked to leave ``chat`` alone for ``seconds`` (429 with retry_after)."""
        now = self._clock()
        place = self._chats.setdefault(chat, _Chat())
        place.held_until = max(place.held_until, now + seconds)
        held = [other.held_until for other in self._chats.values() if other.held_until > now]
        if len(held) >= CHATS_HELD_MEAN_ALL:
            self._held_until = max(self._held_until, min(held))

    async def _common_turn(self, place: _Chat) -> float:
        async with self._all_turn:
            late = await self._wait(lambda: max(self._next_at, self._held_until))
            if late > 0:
                return late
            return self._given(place) if self.may_speak() else SILENT_SECONDS

    def _is_free(self, place: _Chat) -> bool:
        """Whether a turn can be given at once, if nobody waits for one."""
        now = self._clock()
        return now >= max(place.drained_at - self._slack, place.held_until, self._next_at, self._held_until)

    def _given(self, place: _Chat) -> float:
        now = self._clock()
        # a turn that came late, as sleeping always does, is made up for, but no more than one turn at a time
        self._next_at = max(self._next_at, now - self._spacing) + self._spacing
        place.drained_at = max(place.drained_at, now) + self._per_chat
        if len(self._chats) > _SWEEP_AT:
            self._sweep()
        return 0.0

    async def _wait(self, free_at: Callable[[], float]) -> float:
        """Sleep until ``free_at()``, which may move meanwhile; the seconds left where that is too long."""
        while (left := free_at() - self._clock()) > 0:
            if left > self._patience:
                return left
            await self._sleep(left)
        return 0.0

    def _sweep(self) -> None:
        now = self._clock()
        self._chats = {
            name: place
            for name, place in self._chats.items()
            if place.waiting or place.drained_at > now or place.held_until > now
        }
