"""Servers of models for tests: they answer what a test says, one act after the other, over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from scoring.openai_rater import OpenaiRater
from scoring.rating import Observation, RatingTask

KEY = "a-key-nobody-may-see"
NOW = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
WORDS = "Pani wstała, przywitała się i zapytała, w czym może pomóc."
TASK = RatingTask(
    criterion="W14",
    question="Uprzejmość pracownika",
    anchors={"1": "niegrzecznie", "2": "sucho", "3": "poprawnie", "4": "uprzejmie", "5": "uprzejmie i z chęcią pomocy"},
    observations=(Observation("okienko.w14_co", WORDS),),
)

Act = Callable[[web.Request], Awaitable[web.StreamResponse]]


def verdict(**changes: object) -> str:
    """A good answer of the model, or one that is changed."""
    said: dict[str, object] = {
        "facts": ["Pracownica wstała i zapytała, w czym pomóc."],
        "quotes": ["Pani wstała, przywitała się"],
        "level": "5",
        "confidence": 0.9,
        "summary": "Pracownica sama zaproponowała pomoc. To odpowiada najwyższemu opisowi.",
    }
    return json.dumps(said | changes, ensure_ascii=False)


def completion(content: object = None, **changes: object) -> dict[str, Any]:
    """The JSON of a whole completion."""
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": verdict() if content is None else content},
        "finish_reason": "stop",
    }
    whole: dict[str, Any] = {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "small-1",
        "choices": [choice],
        "usage": {"prompt_tokens": 700, "completion_tokens": 90, "total_tokens": 790},
    }
    return whole | changes


def choice(**changes: object) -> dict[str, Any]:
    """A completion whose one choice is changed."""
    return completion(choices=[completion()["choices"][0] | changes])


def says(body: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Act:
    """Answer with JSON, or with text as it is."""
    text = body if isinstance(body, str) else json.dumps(body)

    async def act(_: web.Request) -> web.StreamResponse:
        return web.Response(text=text, status=status, headers=headers, content_type="application/json")

    return act


def fails(status: int, *, headers: Mapping[str, str] | None = None, message: str = "no", **error: object) -> Act:
    """Answer with an error as servers do."""
    return says({"error": {"message": message, "type": "x", **error}}, status=status, headers=headers)


def breaks_off(data: bytes = b'{"choices": [{"message"', *, promised: int = 5_000) -> Act:
    """Promise more bytes than are sent, then hang up."""

    async def act(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(promised), "Content-Type": "application/json"})
        await response.prepare(request)
        await response.write(data)
        assert request.transport is not None
        request.transport.close()
        return response

    return act


def hangs_up() -> Act:
    """Close the connection without a word."""

    async def act(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    return act


def drips(data: bytes, *, pause: float = 0.05, kind: str = "application/json") -> Act:
    """Send byte after byte, slowly."""

    async def act(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": kind})
        await response.prepare(request)
        for at in range(len(data)):
            await asyncio.sleep(pause)
            await response.write(data[at : at + 1])
        return response

    return act


def pours(size: int, *, sent: list[int]) -> Act:
    """Send so many bytes of a completion, and note how many could be sent before the client left."""

    async def act(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        await response.write(b'{"choices": [{"message": {"content": "')
        piece = b"a" * 16_384
        while sent[0] < size:
            await response.write(piece)
            sent[0] += len(piece)
            await asyncio.sleep(0)
        return response

    return act


@dataclass
class ModelServer:
    """A server that does one act after the other, the last one again and again, and keeps what it was asked."""

    acts: Sequence[Act]
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.StreamResponse:
        """Do the next act."""
        self.asked.append(await request.json() if request.can_read_body else {})
        self.headers.append(dict(request.headers))
        return await self.acts[min(len(self.asked), len(self.acts)) - 1](request)


@asynccontextmanager
async def serving(*acts: Act) -> AsyncIterator[ModelServer]:
    """A server on a free port."""
    server = ModelServer(acts or (says(completion()),))
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", server.hear)
    running = TestServer(app)
    await running.start_server(shutdown_timeout=0.1)
    server.url = str(running.make_url("/v1"))
    try:
        yield server
    finally:
        await running.close()


@dataclass
class Clock:
    """A clock that a test turns."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        """The time."""
        return self.now

    def passes(self, time: timedelta) -> None:
        """Turn it on."""
        self.now += time


@asynccontextmanager
async def rater_at(
    url: str, *, deadline: float = 5.0, clock: Clock | None = None, key: str | None = KEY, streamed: bool = False
) -> AsyncIterator[OpenaiRater]:
    """A rater of the server at ``url``; its pauses are short."""
    rater = OpenaiRater(
        url,
        key,
        "small-1",
        clock=clock or Clock(),
        chance=lambda: 0.5,
        first_pause=0.01,
        deadline=timedelta(seconds=deadline),
        streamed=streamed,
    )
    try:
        yield rater
    finally:
        await rater.close()
