"""The queue of updates: kept until acknowledged, fetched by long polling or pushed to a webhook."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.bot_api.errors import ApiError
from tests.bot_api.faults import Mischief
from tests.bot_api.limits import Limits
from tests.bot_api.state import Clock, Json

FIRST_UPDATE = 700_000_001
_WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_TERMINATED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(slots=True)
class Waiting:
    """An update not yet acknowledged; ``queue`` orders it in a webhook (texts and taps of one chat are two queues)."""

    update_id: int
    body: Json
    queue: str
    expires_at: float


class Updates:
    """One bot's updates."""

    def __init__(self, clock: Clock, limits: Limits, *, backoff: float, throttle: bool) -> None:
        self._clock = clock
        self._limits = limits
        self._backoff = backoff
        self._throttle = throttle
        self._next = FIRST_UPDATE
        self.waiting: list[Waiting] = []
        self.acknowledged: list[Waiting] = []
        self.allowed: frozenset[str] | None = None
        self.url = ""
        self.secret: str | None = None
        self.pushes = 0
        self._polling: asyncio.Future[None] | None = None
        self._news = asyncio.Event()
        self._last_poll: tuple[int, float] = (-1, 0.0)
        self._pushers: dict[str, asyncio.Task[None]] = {}
        self._http: aiohttp.ClientSession | None = None
        self.mischief: Mischief | None = None
        """What is done to every getUpdates from now on."""
        self._drops = 0

    def put(self, kind: str, content: Json, *, queue: str) -> int:
        """A new update; its number. One of a kind the bot does not want is never made."""
        number = self._next
        self._next += 1
        if self.allowed is not None and kind not in self.allowed:
            return number
        if self._drops:
            self._drops -= 1
            return number
        seconds = self._limits.tap_seconds if kind == "callback_query" else self._limits.update_seconds
        self._enqueue(Waiting(number, {"update_id": number, kind: content}, queue, self._clock() + seconds))
        return number

    def put_raw(self, body: Json, *, queue: str = "raw") -> None:
        """An update exactly as given."""
        number = body.get("update_id")
        self._next = max(self._next, number + 1) if isinstance(number, int) else self._next
        place = number if isinstance(number, int) else self._next
        self._enqueue(Waiting(place, body, queue, self._clock() + self._limits.update_seconds))

    def repeat(self, update_id: int) -> None:
        """Send an update once more, as happens when its acknowledgement was lost."""
        for update in [*self.acknowledged, *self.waiting]:
            if update.update_id == update_id:
                self._enqueue(update)
                return
        raise LookupError(f"no update {update_id}")

    def forget_acknowledgements(self) -> None:
        """All updates ever acknowledged come again."""
        again = [update for update in self.acknowledged if update not in self.waiting]
        self.acknowledged.clear()
        for update in again:
            self._enqueue(update)

    def _enqueue(self, update: Waiting) -> None:
        self.waiting.append(update)
        self.waiting.sort(key=lambda waiting: waiting.update_id)
        self._news.set()
        if self.url:
            self._push(update.queue)

    async def get(self, *, offset: int, limit: int, wait: int, allowed: Iterable[str] | None) -> list[Json]:
        """What getUpdates gives. Raises ApiError 409."""
        if self.url:
            raise ApiError(409, _WEBHOOK_ACTIVE)
        self.set_allowed(allowed)
        if self._throttle:
            limit = self._throttled(offset, limit)
        if self._polling is not None and not self._polling.done():
            self._polling.set_exception(ApiError(409, _TERMINATED))
        mine = self._polling = asyncio.get_running_loop().create_future()
        self._acknowledge(offset)
        found = self._unexpired()[:limit]
        if not found and wait:
            try:
                await self._long_poll(mine, wait)
            finally:
                mine.cancel()
            found = self._unexpired()[:limit]
        mine.cancel()
        return self._given([update.body for update in found])

    def _given(self, bodies: list[Json]) -> list[Json]:
        match self.mischief:
            case Mischief.REPEATS:
                return [body for body in bodies for _ in range(2)]
            case Mischief.REORDERS:
                return bodies[::-1]
        return bodies

    def drop_next(self) -> None:
        """The next update that is made will never be given."""
        self._drops += 1

    async def _long_poll(self, mine: asyncio.Future[None], wait: int) -> None:
        until = self._clock() + wait
        while not self._unexpired() and (left := until - self._clock()) > 0:
            self._news.clear()
            news = asyncio.ensure_future(self._news.wait())  # noqa: TID251 - tests have no app
            waits: set[asyncio.Future[Any]] = {news, mine}
            try:
                await asyncio.wait(waits, timeout=min(left, 0.2), return_when=asyncio.FIRST_COMPLETED)
            finally:
                news.cancel()
            if mine.done():
                mine.result()

    def _throttled(self, offset: int, limit: int) -> int:
        """Asking again for the same within half a second gets one update only."""
        last, at = self._last_poll
        now = self._clock()
        self._last_poll = (offset, now)
        return 1 if offset == last and now < at + 0.5 else limit

    def _acknowledge(self, offset: int) -> None:
        if offset > 0:
            self.acknowledged += [update for update in self.waiting if update.update_id < offset]
            self.waiting = [update for update in self.waiting if update.update_id >= offset]
        elif offset < 0:
            self.acknowledged += self.waiting[:offset]
            self.waiting = self.waiting[offset:]

    def _unexpired(self) -> list[Waiting]:
        now = self._clock()
        self.waiting = [update for update in self.waiting if update.expires_at > now]
        return self.waiting

    def set_allowed(self, allowed: Iterable[str] | None) -> None:
        """The kinds wanted; None leaves them as they were, none at all stands for the usual ones."""
        if allowed is not None:
            self.allowed = frozenset(allowed) or None

    # Webhook --------------------------------------------------------------------------------------------------------

    async def set_webhook(self, url: str, secret: str | None, *, drop: bool) -> None:
        """Push updates to ``url``; an empty one: keep them."""
        await self.stop()
        self.url, self.secret = url, secret
        if drop:
            self.waiting.clear()
        if url:
            if self._polling is not None and not self._polling.done():
                self._polling.set_exception(ApiError(409, "Conflict: terminated by setWebhook request"))
            for queue in {update.queue for update in self.waiting}:
                self._push(queue)

    def _push(self, queue: str) -> None:
        running = self._pushers.get(queue)
        if running is None or running.done():
            self._pushers[queue] = asyncio.get_running_loop().create_task(self._push_all(queue))

    async def _push_all(self, queue: str) -> None:
        """Push one queue in order; an update is acknowledged by a 2xx and tried again otherwise."""
        delay = self._backoff
        while due := [update for update in self._unexpired() if update.queue == queue]:
            if await self._post(due[0]):
                if due[0] in self.waiting:
                    self.waiting.remove(due[0])
                self.acknowledged.append(due[0])
                delay = self._backoff
            else:
                await asyncio.sleep(delay)
                delay = min(delay * 2, 60.0)

    async def _post(self, update: Waiting) -> bool:
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        headers = {"Content-Type": "application/json"}
        if self.secret is not None:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.secret
        self.pushes += 1
        try:
            async with self._http.post(self.url, data=json.dumps(update.body), headers=headers) as response:
                await response.read()
                return 200 <= response.status < 300
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def stop(self) -> None:
        """Stop pushing."""
        pushers = list(self._pushers.values())
        self._pushers.clear()
        for task in pushers:
            task.cancel()
        await asyncio.gather(*pushers, return_exceptions=True)

    async def close(self) -> None:
        """Let everything go."""
        await self.stop()
        if self._polling is not None and not self._polling.done():
            self._polling.set_exception(ApiError(502, "Bad Gateway"))
        if self._http is not None:
            await self._http.close()
