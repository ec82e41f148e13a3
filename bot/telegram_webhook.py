"""Telegram's webhook: the secret is checked, the update committed, and only then answered with 200."""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Protocol

from aiohttp import web

from bot.channels.telegram import decode, update_number
from bot.channels.telegram_answers import Failure, parsed
from bot.poller import Take, TakeUndecodable, admit

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name

MAX_UPDATE_BYTES = 1024 * 1024
"""No update of Telegram's is near that size."""

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0

_SECRET = re.compile("[A-Za-z0-9_-]{1,256}", re.ASCII)

log = logging.getLogger(__name__)


class WebhookRefused(Exception):
    """Telegram will not send updates to this address."""


class WebhookSetter(Protocol):
    """Tells Telegram where updates go."""

    async def set_webhook(self, url: str, *, secret: str) -> Failure | None:
        """Have updates sent to ``url``."""


class TelegramWebhook:
    """The route Telegram posts updates to."""

    def __init__(self, *, secret: str, take: Take, take_undecodable: TakeUndecodable) -> None:
        """Raises ValueError where the secret is not one Telegram allows."""
        if not _SECRET.fullmatch(secret):
            raise ValueError("a webhook secret has 1 to 256 of the characters A-Z a-z 0-9 _ -")
        self._secret = secret
        self._take = take
        self._take_undecodable = take_undecodable

    def routes(self, path: str) -> list[web.RouteDef]:
        """The route, for the application."""
        return [web.post(path, self.receive)]

    async def receive(self, request: web.Request) -> web.Response:
        """200 once committed; 503 where it is not, and Telegram sends it again."""
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._secret.encode()):
            return web.Response(status=403)
        raw = await _body(request)
        if raw is None:
            return web.Response(status=413)
        update = parsed(raw)  # refusing what is no JSON would only make Telegram send it for ever
        try:
            await admit(decode(update), lambda: raw, self._take, self._take_undecodable)
        except Exception:
            about = {"channel": "telegram", "update": update_number(update)}
            log.exception("update not taken in, Telegram will send it again", extra=about)
            return web.Response(status=503)
        return web.Response()


async def register(
    setter: WebhookSetter, url: str, *, secret: str, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Have Telegram send updates to ``url``, trying until it is reached. Raises WebhookRefused where it says no."""
    pause = FIRST_PAUSE_SECONDS
    while (failure := await setter.set_webhook(url, secret=secret)) is not None:
        if failure.bad_request:
            raise WebhookRefused(failure.description)
        log.warning("webhook not set yet: %s", failure.description)
        await sleep(failure.retry_after or pause)
        pause = min(LONGEST_PAUSE_SECONDS, pause * 2)


async def _body(request: web.Request) -> bytes | None:
    """The request's body; None where it is longer than an update can be."""
    if (request.content_length or 0) > MAX_UPDATE_BYTES:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MAX_UPDATE_BYTES:
            return None
    return bytes(body)
