"""One exchange with a Bot API server: what a library of Telegram's does for the channel, and the HTTP below each."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol
from urllib.parse import quote

import aiohttp
import orjson

from bot.channels.telegram_answers import Answer, Failure
from bot.channels.telegram_calls import Params
from bot.channels.telegram_lines import Lines, NotReached

CONNECT_SECONDS = 10.0
"""How long reaching the server may take: past that nothing was written, and the message may safely go again."""

CONNECTIONS = 100
"""Connections to the server at the same time; more calls than that wait for one."""

NEVER_WRITTEN = (
    NotReached,
    aiohttp.ClientConnectorError,
    aiohttp.ClientConnectorCertificateError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)
"""Errors that say nothing of the request has left this machine."""

BROKEN = (aiohttp.ClientError, TimeoutError, OSError, ValueError)
"""Whatever an exchange may end in, other than an answer."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way to the server; the parameters name it ``attach://…``. ``name`` is fit to stand in a header."""

    data: bytes
    name: str


Uploads = Mapping[str, Upload]
NO_FILES: Uploads = {}


class Library(Protocol):
    """A library of Telegram's, below its dispatcher and its models: calls and answers are plain JSON.

    No model reads an answer, so that a field the library does not know yet cannot turn a sent message into an error,
    and one message into two.
    """

    async def call(self, method: str, params: Params, files: Uploads, *, seconds: float) -> Answer | Failure:
        """Make one call of the Bot API. Raises nothing but for mistakes of our own; tells no token."""

    def download(self, path: str, *, seconds: float) -> AsyncGenerator[bytes, None]:
        """A file's bytes by the path that getFile gave. Raises one of BROKEN."""

    async def close(self) -> None:
        """Let connections go; twice is fine."""


def json_body(params: Mapping[str, object]) -> bytes:
    """The parameters of a call without files."""
    try:
        return orjson.dumps(params)
    except TypeError:  # half an emoji, a number beyond 64 bits: it is the server that shall refuse them
        return json.dumps(params).encode()


def lines() -> Lines:
    """Connections for calls without files."""
    return Lines(limit=CONNECTIONS, connect_seconds=CONNECT_SECONDS)


async def post(
    session: aiohttp.ClientSession, url: str, data: aiohttp.FormData, *, seconds: float
) -> tuple[int, bytes]:
    """Status and body of the answer to a form with files. Raises one of BROKEN."""
    async with session.post(url, data=data, timeout=_within(seconds), allow_redirects=False) as response:
        return response.status, await response.read()


async def stream(session: aiohttp.ClientSession, url: str, *, seconds: float) -> AsyncGenerator[bytes, None]:
    """What is to be had at the address, in pieces. Raises one of BROKEN, also where the answer is no success."""
    async with session.get(url, timeout=_within(seconds), raise_for_status=True) as response:
        async for chunk in response.content.iter_chunked(65536):
            yield chunk


def failure_of(error: BaseException, *, token: str) -> Failure:
    """What became of a call that ended in one of BROKEN; the token is taken out of the description."""
    told = f"{type(error).__name__}: {error}".replace(token, "<token>").replace(quote(token), "<token>")
    return Failure(None, told, written=not isinstance(error, NEVER_WRITTEN))


@lru_cache(maxsize=32)
def _within(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds, sock_connect=min(seconds, CONNECT_SECONDS))
