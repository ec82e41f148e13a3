"""Long polling against our Bot API server: what is not committed is not acknowledged."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.channels.base import Incoming, Said
from bot.channels.telegram_aiogram import TelegramAiogram
from bot.poller import Poller
from tests.bot_api import BotApiServer, Fault, Limits
from tests.bot_api.faults import Trouble


class Inbox:
    """What was taken in, each update once; can be made to fail."""

    def __init__(self) -> None:
        self.taken: list[Incoming] = []
        self.parked: list[tuple[str, bytes, str]] = []
        self.calls = 0
        self.fails: Callable[[Incoming], bool] = lambda _: False
        self.before: Callable[[], Awaitable[None]] | None = None

    async def take(self, incoming: Incoming, raw: Callable[[], bytes]) -> None:
        """Take an update in."""
        self.calls += 1
        assert json.loads(raw())["update_id"] == int(incoming.update_id)
        if self.before is not None:
            await self.before()
        if self.fails(incoming):
            raise RuntimeError("the database is away")
        if all(one.update_id != incoming.update_id for one in self.taken):
            self.taken.append(incoming)

    async def take_undecodable(self, update_id: str, raw: bytes, problem: str) -> None:
        """Put one aside."""
        self.parked.append((update_id, raw, problem))

    def texts(self, chat: str = "7") -> list[str]:
        """The texts of a chat, as taken."""
        return [one.content.text for one in self.taken if one.address.chat == chat and isinstance(one.content, Said)]


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


@pytest.fixture
def inbox() -> Inbox:
    """An inbox."""
    return Inbox()


def poller_of(telegram: TelegramAiogram, inbox: Inbox, pauses: list[float] | None = None) -> Poller:
    """A poller that does not really sleep; its pauses are noted."""

    async def sleep(seconds: float) -> None:
        if pauses is not None:
            pauses.append(seconds)
        await asyncio.sleep(0.01)

    return Poller(telegram, take=inbox.take, take_undecodable=inbox.take_undecodable, wait=1, sleep=sleep)


@asynccontextmanager
async def running(poller: Poller) -> AsyncIterator[None]:
    """The poller at work, cancelled at the end."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(poller.run())
        yield
        task.cancel()


async def test_takes_everything_in_order_and_then_acknowledges(
    server: BotApiServer, telegram: TelegramAiogram, inbox: Inbox
) -> None:
    """Texts of one person come in the order written; the server forgets them once they are taken."""
    ola = server.person(7)
    async with running(poller_of(telegram, inbox)):
        for number in range(30):
            ola.says(str(number))
        await server.until(lambda: len(inbox.taken) == 30 and not server.updates.waiting)
    assert inbox.texts() == [str(number) for number in range(30)]


async def test_nothing_is_acknowledged_before_it_is_committed(
    server: BotApiServer, telegram: TelegramAiogram, inbox: Inbox
) -> None:
    """While a commit is awaited the server still has the update; a poller stopped then leaves it there."""
    held = asyncio.Event()
    inbox.before = held.wait  # type: ignore[assignment]
    server.person(7).says("odpowiedź")
    async with running(poller_of(telegram, inbox)):
        await server.until(lambda: inbox.calls == 1)
        assert len(server.updates.waiting) == 1
    assert inbox.taken == []
    held.set()
    async with running(poller_of(telegram, inbox)):
        await server.until(lambda: not server.updates.waiting)
    assert inbox.texts() == ["odpowiedź"]


async def test_a_failed_take_comes_again_and_holds_back_only_its_own_chat(
    server: BotApiServer, telegram: TelegramAiogram, inbox: Inbox
) -> None:
    """What was not committed is fetched again, later ones of that chat after it; other chats are not kept waiting."""
    refusals = iter([True, True, False])
    inbox.fails = lambda incoming: incoming.content == Said("b") and next(refusals, False)
    ola, jan = server.person(7), server.person(8)
    for text in "abcd":
        ola.says(text)
    jan.says("x")
    pauses: list[float] = []
    poller = poller_of(telegram, inbox, pauses)
    await poller.step()
    assert (inbox.texts(), inbox.texts("8")) == (["a"], ["x"])
    for _ in range(3):
        await poller.step()
    assert inbox.texts() == list("abcd")
    assert pauses == [0.5, 1.0]
    await poller.step()
    assert server.updates.waiting == []


async def test_an_update_that_cannot_be_read_is_put_aside_and_acknowledged(
    server: BotApiServer, telegram: TelegramAiogram, inbox: Inbox
) -> None:
    """Poison does not stop the queue, and groups and foreign kinds pass by."""
    broken = {"update_id": 700000050, "message": {"chat": {"id": "seven"}}}
    server.updates.put_raw(broken)
    server.updates.put_raw({"update_id": 700000051, "channel_post": {"chat": {"id": -5, "type": "channel"}}})
    server.person(7).says("dalej")
    async with running(poller_of(telegram, inbox)):
        await server.until(lambda: not server.updates.waiting)
    ((update_id, raw, problem),) = inbox.parked
    assert (update_id, json.loads(raw)) == ("700000050", broken)
    assert "chat.id" in problem
    assert inbox.texts() == ["dalej"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("getUpdates", Trouble.ERROR, status=500, times=3),
        Fault("getUpdates", Trouble.ERROR, status=409, times=3, description="Conflict: terminated"),
        Fault("getUpdates", Trouble.ERROR, status=429, times=3, retry_after=2, description="Too Many Requests"),
        Fault("getUpdates", Trouble.GARBAGE, status=502, times=3),
        Fault("getUpdates", Trouble.GARBAGE_AFTER, times=3),
        Fault("getUpdates", Trouble.RESET_BEFORE, times=3),
        Fault("getUpdates", Trouble.RESET_AFTER, times=3),
        Fault("getUpdates", Trouble.HALF, times=3),
        Fault("deleteWebhook", Trouble.ERROR, status=500, times=3),
        Fault("*", Trouble.ERROR, status=401, times=3, description="Unauthorized"),
    ],
    ids=lambda fault: f"{fault.method} {fault.trouble} {fault.status}",
)
async def test_survives(server: BotApiServer, telegram: TelegramAiogram, inbox: Inbox, fault: Fault) -> None:
    """Whatever the server does, the poller rests longer each time and goes on; nothing is lost."""
    server.faults.add(fault)
    pauses: list[float] = []
    async with running(poller_of(telegram, inbox, pauses)):
        server.person(7).says("odpowiedź")
        await server.until(lambda: inbox.taken and not server.updates.waiting)
    assert inbox.texts() == ["odpowiedź"]
    assert pauses == ([2.0] * 3 if fault.retry_after else [0.5, 1.0, 2.0])


async def test_the_pause_grows_to_half_a_minute(server: BotApiServer, telegram: TelegramAiogram, inbox: Inbox) -> None:
    """A long outage is not hammered at; the first success makes the pauses short again."""
    server.faults.add(Fault("getUpdates", Trouble.ERROR, times=10))
    pauses: list[float] = []
    poller = poller_of(telegram, inbox, pauses)
    for _ in range(10):
        await poller.step()
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30]
    await poller.step()
    server.faults.add(Fault("getUpdates", Trouble.ERROR))
    await poller.step()
    assert pauses[-1] == 0.5


async def test_a_webhook_left_behind_is_removed_and_keeps_its_updates(
    server: BotApiServer, telegram: TelegramAiogram, inbox: Inbox
) -> None:
    """Going from webhook to polling loses nothing."""
    await telegram.set_webhook("https://example.invalid/tg", secret="s")
    server.person(7).says("odpowiedź")
    async with running(poller_of(telegram, inbox)):
        await server.until(lambda: not server.updates.waiting)
    assert inbox.texts() == ["odpowiedź"]


async def test_two_pollers_lose_nothing(server: BotApiServer, telegram: TelegramAiogram, inbox: Inbox) -> None:
    """The second one ends the first one's request with 409; both go on, and the inbox counts each update once."""
    other = TelegramAiogram(server.token, api_url=server.url, read_blob=no_blob)
    ola = server.person(7)
    async with running(poller_of(telegram, inbox)), running(poller_of(other, inbox)):
        for number in range(20):
            ola.says(str(number))
            await asyncio.sleep(0.01)
        await server.until(lambda: len(inbox.taken) == 20)
    await other.close()
    assert sorted(inbox.texts(), key=int) == [str(number) for number in range(20)]


async def test_the_real_servers_throttle_is_no_trouble(inbox: Inbox) -> None:
    """A server that gives one update at a time to whoever asks again too soon is followed all the same."""
    async with BotApiServer(limits=Limits.unpaced(), throttle=True) as server:
        telegram = TelegramAiogram(server.token, api_url=server.url, read_blob=no_blob)
        for number in range(10):
            server.person(7).says(str(number))
        async with running(poller_of(telegram, inbox)):
            await server.until(lambda: not server.updates.waiting)
        await telegram.close()
    assert inbox.texts() == [str(number) for number in range(10)]


CHILD = """
import asyncio, sqlite3, sys
from bot.channels.telegram_aiogram import TelegramAiogram
from bot.poller import Poller

url, token, path = sys.argv[1:]
db = sqlite3.connect(path)
db.execute("PRAGMA synchronous = FULL")

async def take(incoming, raw):
    await asyncio.sleep(0.03)
    with db:
        db.execute("INSERT OR IGNORE INTO inbox VALUES (?)", (incoming.content.text,))

async def no(*_): raise LookupError

asyncio.run(Poller(TelegramAiogram(token, api_url=url, read_blob=no), take=take, take_undecodable=no, wait=1).run())
"""


@pytest.mark.crash
async def test_kill_9_loses_nothing(server: BotApiServer, tmp_path: Path) -> None:
    """A poller killed twice in the middle of its batches: every update is in the inbox, none twice."""
    path = tmp_path / "inbox.db"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE inbox (text TEXT PRIMARY KEY)")
    for number in range(60):
        server.person(7 + number % 3).says(str(number))

    def taken() -> int:
        return int(database.execute("SELECT count(*) FROM inbox").fetchone()[0])

    for kills in range(3):
        child = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, server.url, server.token, str(path))
        wanted = 60 if kills == 2 else 15 * (kills + 1)
        await server.until(lambda wanted=wanted: taken() >= wanted, seconds=60)
        child.kill()
        await child.wait()
    assert {text for (text,) in database.execute("SELECT text FROM inbox")} == {str(number) for number in range(60)}
    database.close()
