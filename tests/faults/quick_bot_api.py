"""A Bot API server that only keeps count: quick enough for a hundred thousand updates, and it outlives every kill."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web

TOKEN = "4242:TEST-token_of-a_bot"
FIRST_UPDATE = 700_000_001
BATCH = 100
"""Updates of one getUpdates at most, as Telegram gives."""
PUSHERS = 40
"""Webhook requests under way at once, as Telegram makes by default."""
PUSH_AGAIN_SECONDS = 0.05
PUSH_SECONDS = 60.0
QUIET_SECONDS = 0.03
"""Without a call, what a dead program had written was read."""

Json = dict[str, Any]
Sent = Callable[[int, Json, int], None]
"""Told of every sendMessage that arrived: the chat, the call's parameters, the life of the program that made it."""


class QuickBotApi:
    """Holds updates until they are acknowledged, by an offset or by a 200; takes whatever the bot sends."""

    def __init__(self, sent: Sent) -> None:
        self.url = ""
        self.fresh: list[int] = []
        """Updates acknowledged since somebody took this list."""
        self.acknowledged = 0
        self.calls = 0
        self.life = 0
        """Which start of the program connects now."""
        self._lives: dict[object, int] = {}
        """Of each connection: what a killed program wrote may be read when the next one lives already."""
        self._sent = sent
        self._numbers, self._messages, self._taps = count(FIRST_UPDATE), count(1), count(1)
        self._pending: dict[int, tuple[int, bytes]] = {}
        """By number, in order: the chat and the update's JSON."""
        self._of_chat: dict[int, deque[int]] = {}
        self._news = asyncio.Event()
        self._hook: tuple[str, str] | None = None
        self._due: asyncio.Queue[int] = asyncio.Queue()
        self._pushed: set[int] = set()
        """Chats that wait for a pusher, or have one."""
        self._tasks: list[asyncio.Task[None]] = []
        self._runner: web.ServerRunner | None = None
        self._http: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Listen; ``url`` is where."""
        self._runner = web.ServerRunner(web.Server(self._serve), access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PUSH_SECONDS))
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._push()) for _ in range(PUSHERS)]

    async def stop(self) -> None:
        """Let everything go."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        assert self._http is not None
        assert self._runner is not None
        await self._http.close()
        await self._runner.cleanup()

    @property
    def waiting(self) -> int:
        """Updates nobody has acknowledged."""
        return len(self._pending)

    async def hear_out(self) -> None:
        """Return when everything a killed program had written was read."""
        heard = -1
        while heard != self.calls:
            heard = self.calls
            await asyncio.sleep(QUIET_SECONDS)

    # What people do -------------------------------------------------------------------------------------------------

    def says(self, chat: int, text: str) -> int:
        """A text; the update's number."""
        return self._put(chat, {"message": self._message(chat, text=text) | {"from": _person(chat)}})

    def taps(self, chat: int, data: str, message: int | None) -> int:
        """A tap on a button of that message."""
        body = {"id": f"tap{next(self._taps)}", "from": _person(chat), "chat_instance": "1", "data": data}
        if message is not None:
            body["message"] = {"chat": _chat(chat), "message_id": message, "date": 0}
        return self._put(chat, {"callback_query": body})

    def _put(self, chat: int, body: Json) -> int:
        number = next(self._numbers)
        self._pending[number] = chat, json.dumps({"update_id": number, **body}).encode()
        self._of_chat.setdefault(chat, deque()).append(number)
        self._news.set()
        if self._hook is not None:
            self._ask_pusher(chat)
        return number

    def _message(self, chat: int, **content: object) -> Json:
        return {"message_id": next(self._messages), "chat": _chat(chat), "date": 1_800_000_000, **content}

    # What the bot asks ----------------------------------------------------------------------------------------------

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        method = request.path.rsplit("/", 1)[-1]
        life = self._lives.setdefault(request.protocol, self.life)
        given = await _parameters(request)
        self.calls += 1
        match method:
            case "getUpdates":
                result = await self._get_updates(int(given.get("offset", 0)), float(given.get("timeout", 0)))
                return web.Response(body=result, content_type="application/json")
            case "setWebhook":
                self._hook = str(given["url"]), str(given.get("secret_token", ""))
                for chat in self._of_chat:
                    self._ask_pusher(chat)
                answer: object = True
            case "deleteWebhook":
                self._hook = None
                answer = True
            case "getMe":
                answer = {"id": 4242, "is_bot": True, "first_name": "Test", "username": "test_bot"}
            case "sendMessage":
                chat = int(given["chat_id"])
                message = self._message(chat, text=str(given["text"]))
                self._sent(chat, {**given, "message_id": message["message_id"]}, life)
                answer = message
            case "editMessageText" | "editMessageReplyMarkup":
                answer = self._message(int(given["chat_id"]), text="")
            case _:
                answer = True
        return web.json_response({"ok": True, "result": answer})

    async def _get_updates(self, offset: int, wait: float) -> bytes:
        if offset > 0:
            for number in [known for known in self._pending if known < offset]:
                self._acknowledge(number)
        if not self._pending and wait > 0:
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), wait)
        bodies = [body for _, (_, body) in zip(range(BATCH), self._pending.values(), strict=False)]
        return b'{"ok":true,"result":[' + b",".join(bodies) + b"]}"

    def _acknowledge(self, number: int) -> None:
        chat, _body = self._pending.pop(number)
        waiting = self._of_chat[chat]
        waiting.remove(number)
        if not waiting:
            del self._of_chat[chat]
        self.fresh.append(number)
        self.acknowledged += 1

    # Webhook --------------------------------------------------------------------------------------------------------

    def _ask_pusher(self, chat: int) -> None:
        if chat not in self._pushed:
            self._pushed.add(chat)
            self._due.put_nowait(chat)

    async def _push(self) -> None:
        while True:
            chat = await self._due.get()
            while self._hook is not None and chat in self._of_chat:
                number = self._of_chat[chat][0]
                if await self._post(self._hook, self._pending[number][1]):
                    if number in self._pending:  # else polling had it meanwhile
                        self._acknowledge(number)
                else:
                    await asyncio.sleep(PUSH_AGAIN_SECONDS)
            self._pushed.discard(chat)

    async def _post(self, hook: tuple[str, str], body: bytes) -> bool:
        assert self._http is not None
        headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": hook[1]}
        try:
            async with self._http.post(hook[0], data=body, headers=headers) as response:
                await response.read()
                return 200 <= response.status < 300
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False


async def _parameters(request: web.BaseRequest) -> Json:
    """From JSON, a form or parts of one: whichever way the bot writes."""
    if request.content_type.startswith("multipart/"):
        return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    body = await request.read()
    if request.content_type == "application/json":
        return dict(json.loads(body or b"{}"))
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def _person(chat: int) -> Json:
    return {"id": chat, "is_bot": False, "first_name": "Juror", "language_code": "pl"}


def _chat(chat: int) -> Json:
    return {"id": chat, "type": "private", "first_name": "Juror"}
