"""A Bot API server that is only fast: it feeds updates to a bot, answers its calls at once, and measures.

It runs in a process of its own, ``python -m tests.benchmarks.feeder [--late SECONDS] [--host ADDRESS]``, prints its
address as a line of JSON, takes orders as lines of JSON, and answers each with one. It checks nothing that
``tests/bot_api`` checks.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from urllib.parse import urlsplit

import orjson
import uvloop

from tests.benchmarks.chats import SUMMARY, Chat, update
from tests.benchmarks.orders import Fed, Feed, spread
from tests.benchmarks.requests import Request, Unfinished, answer, take_request

LIMIT = 100
"""Updates of one getUpdates."""
CONNECTIONS = 40
"""Requests to a webhook at the same time, as Telegram makes unless told otherwise."""
QUIET_SECONDS = 3.0
"""A run whose answers have stopped for so long is over."""
MESSAGES = ("sendMessage", "sendPhoto", "sendDocument")
"""Calls that answer a person."""
ME = b'{"id":4242,"is_bot":true,"first_name":"Bench","username":"bench_bot","can_join_groups":true}'


class Feeder:
    """What waits for the bot, and what the bot says."""

    def __init__(self, *, late: float) -> None:
        self.late = late
        self.chats: dict[int, Chat] = {}
        self.calls: dict[str, int] = {}
        self.polled = asyncio.Event()
        self._number = 0
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._poll: Callable[[bytes], None] | None = None
        self._poll_ends: asyncio.TimerHandle | None = None
        self._is_waking = False
        self._hook: Hook | None = None
        self.on_answer: Callable[[Chat, float], None] = lambda _chat, _seconds: None

    # In -------------------------------------------------------------------------------------------------------------

    def feed(self, chat: Chat) -> None:
        """The chat says the next thing it has to say."""
        self.say(chat, chat.next_text())

    def say(self, chat: Chat, text: str) -> None:
        """The chat says that."""
        self._number += 1
        raw = update(self._number, chat.id, text, at=int(time.time()))
        chat.under_way.append(time.perf_counter())
        if self._hook is not None:
            self._hook.post(chat.id, raw)
            return
        self._waiting.append((self._number, raw))
        if self._poll is not None and not self._is_waking:
            self._is_waking = True  # what else is said in this turn of the loop goes with it
            asyncio.get_running_loop().call_soon(self._answer_poll)

    # Out ------------------------------------------------------------------------------------------------------------

    def call(self, request: Request, reply: Callable[[bytes], None]) -> None:
        """A call of the bot; ``reply`` is given the bytes of the answer."""
        self.calls[request.method] = self.calls.get(request.method, 0) + 1
        if request.method in MESSAGES:
            self._sent(request, reply)
        elif request.method.startswith("editMessage"):
            message = int(request.params().get("message_id", "1"))
            self._reply(reply, _message(int(request.params().get("chat_id", "0")), message))
        elif request.method == "getUpdates":
            self._updates(request, reply)
        elif request.method == "getMe":
            reply(answer(ME))
        elif request.method == "setWebhook":
            params = request.params()
            if params.get("url"):
                self._hook = Hook(params["url"], params.get("secret_token", ""))
                for _number, raw in self._waiting:
                    self._hook.post(int(orjson.loads(raw)["message"]["chat"]["id"]), raw)
                self._waiting.clear()
            reply(answer(b"true"))
        elif request.method == "getWebhookInfo":
            reply(answer(b'{"url":"","has_custom_certificate":false,"pending_update_count":0}'))
        else:
            reply(answer(b"true"))

    def _sent(self, request: Request, reply: Callable[[bytes], None]) -> None:
        now = time.perf_counter()
        params = request.params()
        number = int(params["chat_id"])
        chat = self.chats.get(number)
        self._number += 1
        self._reply(reply, _message(number, self._number))
        if chat is None:
            return
        chat.heard += 1
        if params.get("text", "").startswith(SUMMARY):
            chat.last = params["text"]
        if chat.under_way:
            self.on_answer(chat, now - chat.under_way.popleft())

    def _reply(self, reply: Callable[[bytes], None], result: bytes) -> None:
        if self.late:
            asyncio.get_running_loop().call_later(self.late, reply, answer(result))
        else:
            reply(answer(result))

    def _updates(self, request: Request, reply: Callable[[bytes], None]) -> None:
        params = request.params()
        offset = int(params.get("offset") or 0)
        while self._waiting and self._waiting[0][0] < offset:
            self._waiting.popleft()
        if self._poll is not None:
            self._end_poll()
        self._poll = reply
        self._limit = min(LIMIT, int(params.get("limit") or LIMIT))
        if self._waiting:
            self._answer_poll()
        else:
            seconds = float(params.get("timeout") or 0)
            self._poll_ends = asyncio.get_running_loop().call_later(seconds, self._end_poll)

    def _answer_poll(self) -> None:
        self._is_waking = False
        if self._poll is not None and self._waiting:
            self._end_poll()

    def _end_poll(self) -> None:
        assert self._poll is not None
        if self._poll_ends is not None:
            self._poll_ends.cancel()
            self._poll_ends = None
        some = [raw for _number, (_id, raw) in zip(range(self._limit), self._waiting, strict=False)]
        reply, self._poll = self._poll, None
        reply(answer(b"[" + b",".join(some) + b"]"))

    def is_listened_to(self) -> bool:
        """Whether a bot waits for updates."""
        return self._hook is not None or self._poll is not None


def _message(chat: int, number: int) -> bytes:
    return orjson.dumps(
        {
            "message_id": number,
            "from": {"id": 4242, "is_bot": True, "first_name": "Bench", "username": "bench_bot"},
            "chat": {"id": chat, "type": "private", "first_name": "Żaneta", "last_name": "Łąka"},
            "date": 1_790_000_000,
            "text": "…",
        }
    )


class Connection(asyncio.Protocol):
    """A connection of the bot to the server: one call after the other."""

    def __init__(self, feeder: Feeder) -> None:
        self._feeder = feeder
        self._data = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody called."""
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, _error: Exception | None) -> None:
        """Whoever called has gone."""
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Bytes of a call, or of several."""
        self._data += data
        while self._data:
            try:
                request = take_request(self._data)
            except Unfinished:
                return
            self._feeder.call(request, self._write)

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)


class Hook:
    """Posts updates to a webhook: those of one chat one after another, at most ``CONNECTIONS`` at once."""

    def __init__(self, url: str, secret: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = str(parts.hostname), int(parts.port or 80)
        lines = (
            f"POST {parts.path or '/'} HTTP/1.1",
            f"Host: {parts.netloc}",
            "Content-Type: application/json",
            f"X-Telegram-Bot-Api-Secret-Token: {secret}",
            "Content-Length: ",
        )
        self._head = "\r\n".join(lines).encode()
        self._chats: dict[int, deque[bytes]] = {}
        self._ready: asyncio.Queue[int] = asyncio.Queue()
        self._posting = [asyncio.get_running_loop().create_task(self._post_all()) for _ in range(CONNECTIONS)]

    def post(self, chat: int, raw: bytes) -> None:
        """Deliver it as soon as the chat's earlier ones were acknowledged."""
        queue = self._chats.get(chat)
        if queue is None:
            self._chats[chat] = deque([raw])
            self._ready.put_nowait(chat)
        else:
            queue.append(raw)

    async def _post_all(self) -> None:
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        while True:
            chat = await self._ready.get()
            queue = self._chats[chat]
            raw = queue[0]
            try:
                if streams is None:
                    streams = await asyncio.open_connection(self._host, self._port)
                streams[1].write(self._head + b"%d\r\n\r\n" % len(raw) + raw)
                taken = await self._is_acknowledged(streams[0])
            except (OSError, asyncio.IncompleteReadError):
                taken, streams = False, None
                await asyncio.sleep(0.02)  # the bot may not listen yet; Telegram tries again as well
            if taken:
                queue.popleft()
            if queue:
                self._ready.put_nowait(chat)
            else:
                del self._chats[chat]

    async def _is_acknowledged(self, reader: asyncio.StreamReader) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = head.find(b"content-length:")
        if length >= 0:
            await reader.readexactly(int(head[length + 15 : head.index(b"\r\n", length)]))
        elif b"transfer-encoding: chunked" in head:
            while (size := int((await reader.readuntil(b"\r\n")).strip(), 16)) > 0:
                await reader.readexactly(size + 2)
            await reader.readexactly(2)
        return head.startswith(b"http/1.1 200")


class Run:
    """One run: people who talk to the bot in one of the ways of ``orders.Feed``."""

    def __init__(self, feeder: Feeder, asked: Feed) -> None:
        self._feeder = feeder
        self._asked = asked
        self._next = asked.first
        self._seconds: list[float] = []
        self._chats: list[Chat] = []
        self._over = asyncio.Event()
        self._last_answer = time.perf_counter()
        self._under_way = 0
        self._answered_in_all = 0

    async def carry_out(self) -> Fed:
        """Do it; what came of it."""
        self._feeder.on_answer = self._answered
        self._feeder.calls = {}
        began = time.perf_counter()
        await {"closed": self._closed, "open": self._open, "burst": self._burst, "ask": self._ask}[self._asked.kind]()
        took = (self._last_answer if self._asked.kind == "burst" else min(self._ended, time.perf_counter())) - began
        self._feeder.on_answer = lambda _chat, _seconds: None
        over = [chat for chat in self._chats if chat.is_over]
        return Fed(
            fed=sum(chat.sent for chat in self._chats),
            answered=len(self._seconds),
            answered_in_all=self._answered_in_all,
            seconds=took,
            chats=len(self._chats),
            over=len(over),
            told_right=sum(chat.is_told_right() for chat in over),
            heard_too_much=sum(max(0, chat.heard - chat.sent) for chat in self._chats),
            unanswered=sum(len(chat.under_way) for chat in self._chats),
            progress={chat.id: chat.sent - 1 for chat in self._chats},
            calls=dict(self._feeder.calls),
            latency=spread(self._seconds),
        )

    # Ways -----------------------------------------------------------------------------------------------------------

    async def _closed(self) -> None:
        for _ in range(min(self._asked.at_once, self._asked.people)):
            self._begin()
        self._ended = time.perf_counter() + self._asked.seconds
        await self._rest(self._asked.seconds)
        self._ended = min(self._ended, self._last_answer if self._is_dry() else self._ended)
        self._over.set()  # nothing more is said; what was said before is answered yet, outside the measurement
        counted = list(self._seconds)
        await self._until_quiet()
        self._seconds = counted

    async def _open(self) -> None:
        turn = [self._new_chat() for _ in range(min(self._asked.at_once, self._asked.people))]
        start = time.perf_counter()
        self._ended = start + self._asked.seconds
        fed = 0
        while (now := time.perf_counter()) < self._ended:
            while fed < (now - start) * self._asked.rate:
                place = fed % len(turn)
                if turn[place].is_over:
                    turn[place] = self._new_chat()
                self._feed(turn[place])
                fed += 1
            await asyncio.sleep(start + fed / self._asked.rate - now)
        self._over.set()
        await self._until_quiet()

    async def _burst(self) -> None:
        people = [self._new_chat() for _ in range(self._asked.people)]
        self._over.set()  # the command is answered before the ten answers come, all at once
        for chat in people:
            self._feed(chat)
        self._ended = time.perf_counter()
        await self._until_quiet()
        self._seconds.clear()
        for chat in people:
            while not chat.is_over:
                self._feed(chat)
        await self._until_quiet()

    async def _ask(self) -> None:
        chat = self._new_chat()
        for _ in range(self._asked.people):
            before = chat.heard
            chat.sent += 1
            self._under_way += 1
            self._feeder.say(chat, self._asked.text)
            asked_at = time.perf_counter()
            while chat.heard == before:
                if time.perf_counter() > asked_at + self._asked.seconds:
                    self._ended = time.perf_counter()
                    return  # it does not answer, and would not answer the next one either
                await asyncio.sleep(0.002)
        self._ended = time.perf_counter()

    # Parts ----------------------------------------------------------------------------------------------------------

    def _is_dry(self) -> bool:
        return len(self._chats) >= self._asked.people and self._under_way == 0

    def _begin(self) -> None:
        if len(self._chats) < self._asked.people:
            self._feed(self._new_chat())

    def _new_chat(self) -> Chat:
        chat = Chat(self._next)
        self._next += 1
        self._feeder.chats[chat.id] = chat
        self._chats.append(chat)
        return chat

    def _feed(self, chat: Chat) -> None:
        self._under_way += 1
        self._feeder.feed(chat)

    def _answered(self, chat: Chat, seconds: float) -> None:
        self._seconds.append(seconds)
        self._answered_in_all += 1
        self._under_way -= 1
        self._last_answer = time.perf_counter()
        if self._asked.kind != "closed" or self._over.is_set():
            return
        if chat.is_over:
            self._begin()
        elif not chat.under_way:
            self._feed(chat)

    async def _rest(self, seconds: float) -> None:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end and not self._is_dry():
            await asyncio.sleep(min(0.05, max(0.0, end - time.perf_counter())))

    async def _until_quiet(self) -> None:
        since = time.perf_counter()
        while self._under_way > 0 and time.perf_counter() - max(since, self._last_answer) < QUIET_SECONDS:
            await asyncio.sleep(0.005)


async def serve(late: float, host: str) -> None:
    """Serve until the orders end."""
    loop = asyncio.get_running_loop()
    feeder = Feeder(late=late)
    server = await loop.create_server(lambda: Connection(feeder), host, 0)
    _tell({"url": f"http://{host}:{server.sockets[0].getsockname()[1]}"})
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        order = json.loads(line)
        if order == "listened":
            while not feeder.is_listened_to():
                await asyncio.sleep(0.005)
            _tell(None)
        else:
            _tell(asdict(await Run(feeder, Feed(**order)).carry_out()))


def _tell(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--late", type=float, default=0.0, help="seconds before a call that sends is answered")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    chosen = parser.parse_args()
    uvloop.run(serve(chosen.late, chosen.host))
