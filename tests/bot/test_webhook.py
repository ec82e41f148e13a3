"""The webhook route on a real socket, alone and behind our Bot API server."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
from aiohttp import web

from bot.channels.base import Incoming, Said
from bot.channels.telegram_aiogram import TelegramAiogram
from bot.telegram_webhook import MAX_UPDATE_BYTES, SECRET_HEADER, TelegramWebhook, WebhookRefused, register
from tests.bot_api import BotApiServer, Fault, Limits
from tests.bot_api.faults import Trouble

SECRET = "s3cret-of_the_webhook"
UPDATE = {"update_id": 5, "message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "tak"}}


class Site:
    """The route, served; what it took in."""

    def __init__(self) -> None:
        self.taken: list[Incoming] = []
        self.raw: list[bytes] = []
        self.parked: list[tuple[str, bytes, str]] = []
        self.failures = 0
        self.held: asyncio.Event | None = None
        self.url = ""

    async def take(self, incoming: Incoming, raw: Callable[[], bytes]) -> None:
        """Take an update in; fails as often as told."""
        if self.held is not None:
            await self.held.wait()
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the database is away")
        self.taken.append(incoming)
        self.raw.append(raw())

    async def take_undecodable(self, update_id: str, raw: bytes, problem: str) -> None:
        """Put one aside."""
        self.parked.append((update_id, raw, problem))

    def texts(self) -> list[str]:
        """The texts taken."""
        return [one.content.text for one in self.taken if isinstance(one.content, Said)]


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """The webhook, listening."""
    site = Site()
    app = web.Application()
    webhook = TelegramWebhook(secret=SECRET, take=site.take, take_undecodable=site.take_undecodable)
    app.add_routes(webhook.routes("/telegram"))
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    yield site
    await runner.cleanup()


async def post(site: Site, body: bytes, secret: str | None = SECRET) -> int:
    """Post as Telegram does; the status."""
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with aiohttp.ClientSession() as http, http.post(site.url, data=io.BytesIO(body), headers=headers) as response:
        assert await response.read() == b""
        return response.status


async def test_an_update_is_taken_as_it_came(site: Site) -> None:
    """200, the update, and the very bytes."""
    body = json.dumps(UPDATE, indent=1).encode()
    assert await post(site, body) == 200
    assert site.texts() == ["tak"]
    assert site.raw == [body]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], "ż"])
async def test_without_the_secret_nothing_is_taken(site: Site, secret: str | None) -> None:
    """Whoever does not know the secret gets nothing done and learns nothing."""
    assert await post(site, json.dumps(UPDATE).encode(), secret) == 403
    assert (site.taken, site.parked) == ([], [])


async def test_not_committed_is_not_acknowledged(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """503 while the update could not be stored, with its number in the log; 200 when it was."""
    site.failures = 1
    assert await post(site, json.dumps(UPDATE).encode()) == 503
    assert [vars(record).get("update") for record in caplog.records if record.exc_info] == [UPDATE["update_id"]]
    assert await post(site, json.dumps(UPDATE).encode()) == 200
    assert len(site.taken) == 1


@pytest.mark.parametrize("body", [b"", b"not json", b"\xff\xfe", b"[" * 100_000, b"{}", b"[1]"])
async def test_what_is_no_update_is_put_aside(site: Site, body: bytes) -> None:
    """Acknowledged, or Telegram would send it for ever; kept under a name made of its bytes."""
    assert await post(site, body) == 200
    ((update_id, raw, _),) = site.parked
    assert (update_id[0], raw) == ("?", body)


async def test_what_only_a_strict_reader_refuses_is_taken_in(site: Site) -> None:
    """A broken byte or half an emoji costs a sign, not the answer: as with polling."""
    body = json.dumps(UPDATE).encode()
    assert await post(site, body.replace(b"tak", b"ta\xff")) == 200
    assert await post(site, body.replace(b"tak", b"ta\\ud83d")) == 200
    assert site.texts() == ["ta\ufffd", "ta\ufffd"]
    assert site.parked == []


async def test_a_body_too_large_is_not_read(site: Site) -> None:
    """Declared or streamed, more than a megabyte is refused."""
    assert await post(site, b" " * (MAX_UPDATE_BYTES + 1)) == 413

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 65536

    headers = {SECRET_HEADER: SECRET}
    async with aiohttp.ClientSession() as http, http.post(site.url, data=endless(), headers=headers) as response:
        assert response.status == 413
    assert (site.taken, site.parked) == ([], [])


@pytest.mark.parametrize("secret", ["", "a b", "ż", "x" * 257])
def test_a_secret_telegram_does_not_allow_is_refused_at_start(secret: str) -> None:
    """Better at start than at the first update."""
    with pytest.raises(ValueError, match="secret"):
        TelegramWebhook(secret=secret, take=Site().take, take_undecodable=Site().take_undecodable)


# With the Bot API server --------------------------------------------------------------------------------------------


async def no_blob(sha256: str) -> bytes:
    """Nothing is sent in these tests."""
    raise LookupError(sha256)


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """A Bot API server."""
    async with BotApiServer(limits=Limits.unpaced()) as server:
        yield server


@pytest.fixture
async def telegram(server: BotApiServer) -> AsyncIterator[TelegramAiogram]:
    """The channel of that server."""
    telegram = TelegramAiogram(server.token, api_url=server.url, read_blob=no_blob)
    yield telegram
    await telegram.close()


async def test_updates_flow_in_order_through_failures(
    server: BotApiServer, telegram: TelegramAiogram, site: Site
) -> None:
    """Registered, the webhook gets what waited and what comes, again after each 503, each chat in its order."""
    ola = server.person(7)
    ola.says("przed")
    site.failures = 3
    await register(telegram, site.url, secret=SECRET)
    for number in range(10):
        ola.says(str(number))
    await server.until(lambda: not server.updates.waiting)
    assert site.texts() == ["przed", *(str(number) for number in range(10))]
    assert server.updates.pushes == 14


async def test_nothing_is_acknowledged_before_it_is_committed(
    server: BotApiServer, telegram: TelegramAiogram, site: Site
) -> None:
    """The server keeps the update while the commit is awaited."""
    site.held = asyncio.Event()
    await register(telegram, site.url, secret=SECRET)
    server.person(7).says("tak")
    await server.until(lambda: server.updates.pushes == 1)
    assert len(server.updates.waiting) == 1
    site.held.set()
    await server.until(lambda: not server.updates.waiting)
    assert site.texts() == ["tak"]


async def test_registering_waits_for_the_server(server: BotApiServer, telegram: TelegramAiogram, site: Site) -> None:
    """A server that is away or busy is asked again, after longer and longer pauses."""
    server.faults.add(Fault("setWebhook", Trouble.ERROR, status=500, times=2))
    server.faults.add(Fault("setWebhook", Trouble.ERROR, status=429, retry_after=9))
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    await register(telegram, site.url, secret=SECRET, sleep=sleep)
    assert pauses == [1.0, 2.0, 9.0]
    assert server.updates.url == site.url


async def test_an_address_telegram_will_not_use_is_told(telegram: TelegramAiogram) -> None:
    """A plain http address of the open internet is refused, and that is an error of the configuration."""
    with pytest.raises(WebhookRefused, match="HTTPS"):
        await register(telegram, "http://example.org/telegram", secret=SECRET)
