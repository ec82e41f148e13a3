"""Long polling: hand every update over, wait until all are committed, only then acknowledge them."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Protocol

from bot.channels.base import Incoming
from bot.channels.telegram import Undecodable, decode, stand_in_id, update_number
from bot.channels.telegram_answers import Failure

LONG_POLL_SECONDS = 25
"""How long the server may hold a request for which it has no update."""

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0

CONFLICT = 409
CONFLICTS_IN_PASSING = 3
"""So many refusals in a row are no wonder while one of our processes takes over from another."""

log = logging.getLogger(__name__)

Take = Callable[[Incoming, Callable[[], bytes]], Awaitable[None]]
"""Takes an update in; returns once it is committed, raises where it is not."""

TakeUndecodable = Callable[[str, bytes, str], Awaitable[None]]
"""Puts an update aside that cannot be read: its id, its bytes, what is wrong with it."""


class UpdateSource(Protocol):
    """Where updates wait."""

    async def updates(self, offset: int | None, *, wait: int) -> list[object] | Failure:
        """The updates from ``offset`` on; all before it are forgotten by the server."""

    async def delete_webhook(self) -> Failure | None:
        """Have updates wait here rather than be sent somewhere."""


async def admit(
    decoded: Incoming | Undecodable | None, raw: Callable[[], bytes], take: Take, take_undecodable: TakeUndecodable
) -> None:
    """Take one update in, readable or not. Returns once it may be acknowledged; raises what ``take`` raises.

    ``raw`` is asked for what came only where it has to be put aside.
    """
    match decoded:
        case Incoming() as incoming:
            await take(incoming, raw)
        case Undecodable(update_id, problem):
            await take_undecodable(update_id or stand_in_id(raw()), raw(), problem)
        case None:
            log.debug("an update with nobody to answer")


class Poller:
    """Fetches updates until it is cancelled.

    The offset lives in memory only: the server keeps what was not acknowledged, and the inbox knows what was taken.
    """

    def __init__(
        self,
        source: UpdateSource,
        *,
        take: Take,
        take_undecodable: TakeUndecodable,
        on_heard: Callable[[], Awaitable[None]] | None = None,
        wait: int = LONG_POLL_SECONDS,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """``on_heard`` is told whenever updates could be fetched, after they were taken in."""
        self._source = source
        self._on_heard = on_heard
        self._take = take
        self._take_undecodable = take_undecodable
        self._wait = wait
        self._sleep = sleep
        self._offset: int | None = None
        self._failures = 0

    async def run(self) -> None:
        """Poll for ever. A failure is logged and slept on; only cancellation ends it."""
        while (failure := await self._source.delete_webhook()) is not None:
            await self._rest(failure)
        self._failures = 0
        while True:
            await self.step()

    async def step(self) -> None:
        """One request and what came of it."""
        batch = await self._source.updates(self._offset, wait=self._wait)
        if isinstance(batch, Failure):
            await self._rest(batch)
            return
        if await self._admit_all(sorted(batch, key=_place_of)):
            self._failures = 0
            if self._on_heard is not None:
                await self._on_heard()
        else:
            await self._rest(Failure(None, "an update was not taken in, it will come again"))

    async def _admit_all(self, batch: Sequence[object]) -> bool:
        """Take the batch in and move the offset past what was committed. Says whether that is all of it.

        Updates of one chat go one after another, those of different chats at once, so that their commits are shared.
        """
        refused: set[int] = set()
        chains: dict[str, list[int]] = {}
        decoded = [decode(update) for update in batch]
        for place, one in enumerate(decoded):
            chains.setdefault(one.address.chat if isinstance(one, Incoming) else "", []).append(place)

        async def follow(chain: list[int]) -> None:
            for place in chain:
                try:
                    await admit(decoded[place], partial(_raw, batch[place]), self._take, self._take_undecodable)
                except Exception:
                    log.exception(
                        "update not taken in", extra={"channel": "telegram", "update": update_number(batch[place])}
                    )
                    refused.add(place)
                    return

        async with asyncio.TaskGroup() as group:
            for chain in chains.values():
                group.create_task(follow(chain))
        committed = batch[: min(refused)] if refused else batch
        numbers = [number for update in committed if (number := update_number(update)) is not None]
        if numbers:
            self._offset = max(numbers) + 1
        return not refused and bool(numbers or not batch)

    async def _rest(self, failure: Failure) -> None:
        """Sleep as long as the server asks, or twice as long as the last time."""
        self._failures += 1
        pause = failure.retry_after or min(
            LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** min(self._failures - 1, 16)
        )
        if failure.wrong_token:
            log.error("Telegram refuses the bot's token; polling again in %.0f s", pause)
        elif failure.status == CONFLICT and self._failures <= CONFLICTS_IN_PASSING:
            log.info("another process polls with this token, again in %.1f s", pause)
        elif failure.status == CONFLICT:
            log.error("another process polls with this token, or a webhook is set: %s", failure.description)
        else:
            log.warning("polling failed, again in %.1f s: %s", pause, failure.description)
        await self._sleep(pause)


def _place_of(update: object) -> int:
    """Updates go by their numbers, however a server lists them; what has none goes first."""
    number = update_number(update)
    return -1 if number is None else number


def _raw(update: object) -> bytes:
    return json.dumps(update).encode()
