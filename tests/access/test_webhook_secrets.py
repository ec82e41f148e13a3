"""Whoever posts updates without Telegram's secret: nothing is read, nothing is taken in, nothing is told."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web

from bot import telegram_webhook
from bot.channels.base import Incoming
from bot.telegram_webhook import SECRET_HEADER, TelegramWebhook

SECRET = "Secret_of-the_webhook"
BODY = b'{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":7,"type":"private"},"text":"x"}}'
FAR_TOO_LONG = 20


class Route:
    """The route, listening; what it took."""

    def __init__(self) -> None:
        self.taken: list[object] = []
        self.port = 0

    async def take(self, incoming: Incoming, raw: Callable[[], bytes]) -> None:
        """Take one in."""
        self.taken.append((incoming, raw()))

    async def take_undecodable(self, update_id: str, raw: bytes, problem: str) -> None:
        """Put one aside."""
        self.taken.append((update_id, raw, problem))


@pytest.fixture
async def route() -> AsyncIterator[Route]:
    """The webhook on a socket."""
    route = Route()
    app = web.Application()
    hook = TelegramWebhook(secret=SECRET, take=route.take, take_undecodable=route.take_undecodable)
    app.add_routes(hook.routes("/telegram"))
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    route.port = runner.addresses[0][1]
    yield route
    await runner.cleanup()


async def post(route: Route, secrets: list[bytes], *, path: bytes = b"/telegram", body: bytes = BODY) -> int:
    """Post with these secrets; the status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", route.port)
    head = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    head += b"".join(SECRET_HEADER.encode() + b": " + secret + b"\r\n" for secret in secrets)
    writer.write(head + b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body)
    async with asyncio.timeout(FAR_TOO_LONG):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert SECRET.encode() not in answer
    return int(answer.split(b" ", 2)[1])


RIGHT = SECRET.encode()


@pytest.mark.parametrize(
    "secrets",
    [
        *([], [b""], [b"wrong"], [RIGHT[:-1]], [RIGHT + b"x"], [RIGHT.upper()], [RIGHT + b"," + RIGHT], [b"*"]),
        *([b"wrong", RIGHT], ["Secret_of‐the_webhook".encode()], [b"\xff\xfe"], [b"\xc3"], [b"null"], [b"A" * 5000]),
        pytest.param([b"\xef\xbd\x93" + RIGHT[1:]], id="wide letters"),
    ],
)
async def test_a_forged_secret_is_refused(route: Route, secrets: list[bytes]) -> None:
    """Missing, wrong, nearly right, several, of other letters: 403 and not a byte of the update is looked at."""
    assert await post(route, secrets) == 403
    assert await post(route, secrets, body=b"not json") == 403
    assert route.taken == []


async def test_the_secret_is_taken(route: Route) -> None:
    """The right one, for comparison; it is no part of the address."""
    assert await post(route, [RIGHT]) == 200
    assert len(route.taken) == 1
    assert await post(route, [], path=b"/telegram?secret_token=" + RIGHT) == 403
    assert len(route.taken) == 1


def test_secrets_are_compared_in_constant_time() -> None:
    """By the function made for it, in the one place where they are compared."""
    source = inspect.getsource(telegram_webhook)
    assert source.count("self._secret") == 2
    assert 'hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._secret.encode())' in source
