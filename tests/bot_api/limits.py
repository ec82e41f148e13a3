"""The server's rate limits: so many messages a second in all, one a second to each chat after a short burst."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from tests.bot_api.errors import ApiError


@dataclass(frozen=True, slots=True)
class Limits:
    """Telegram tells no exact numbers; these are what it is known to bear. None: no limit."""

    per_second: float | None = 30.0
    per_chat_second: float | None = 1.0
    chat_burst: int = 5
    download: int = 20 * 1024 * 1024
    upload: int = 50 * 1024 * 1024
    photo: int = 10 * 1024 * 1024
    text: int = 4096
    caption: int = 1024
    buttons: int = 100
    tap_bytes: int = 64
    deletion_seconds: float = 48 * 3600
    tap_seconds: float = 150
    update_seconds: float = 24 * 3600

    @staticmethod
    def unpaced() -> Limits:
        """No rate limits: for tests about something else."""
        return Limits(per_second=None, per_chat_second=None)


class _Bucket:
    """Tokens that come back with time."""

    def __init__(self, rate: float, size: float, now: float) -> None:
        self.rate, self.size = rate, size
        self.tokens, self.at = size, now

    def take(self, now: float) -> float:
        """0.0 and a token is gone; or the seconds until there is one."""
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.rate


class Flood:
    """Counts what the bot sends."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._all = None if limits.per_second is None else _Bucket(limits.per_second, limits.per_second, clock())
        self._chats: dict[int, _Bucket] = {}
        self.refused = 0

    def count(self, chat: int) -> None:
        """Count one message to ``chat``. Raises ApiError 429."""
        now = self._clock()
        wait = 0.0
        if self._limits.per_chat_second is not None:
            rate, burst = self._limits.per_chat_second, self._limits.chat_burst
            wait = self._chats.setdefault(chat, _Bucket(rate, burst, now)).take(now)
        if wait == 0 and self._all is not None:
            wait = self._all.take(now)
        if wait > 0:
            self.refused += 1
            seconds = max(1, math.ceil(wait))
            raise ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
