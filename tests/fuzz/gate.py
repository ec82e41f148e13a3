"""The way in: a Bot API server that gives out prepared bytes, and the channel of either library that asks it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import cycle
from typing import cast

from bot.channels.telegram_answers import Failure
from bot.channels.telegram_channel import TelegramChannel

TOKEN = "42:" + "A" * 35

_NOTHING = b'{"ok":true,"result":[]}'


class _Line(asyncio.Protocol):
    """One connection: whatever is asked, the answer is what was prepared."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._read = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody is there."""
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's are no subclass

    def data_received(self, data: bytes) -> None:
        """Answer each request once it is whole."""
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._read[:end]).lower()
            length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0] or b"0")
            whole = end + 4 + length
            if len(self._read) < whole:
                return
            del self._read[:whole]
            body = self._gate.take()
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
            )


class Gate:
    """The source of a poller: each answer of the server is fetched by the next of the channels."""

    def __init__(self) -> None:
        self._body = _NOTHING
        self._server: asyncio.Server | None = None
        self._channels: list[TelegramChannel] = []
        self.failures: list[Failure] = []
        """Fetches that gave no updates: their batch was not taken."""

    async def open(self) -> None:
        """Listen, and make a channel over each of the libraries."""
        from bot.channels.telegram_aiogram import TelegramAiogram
        from bot.channels.telegram_ptb import TelegramPtb

        self._server = await asyncio.get_running_loop().create_server(lambda: _Line(self), "127.0.0.1", 0)
        url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self._channels = [made(TOKEN, api_url=url, read_blob=_no_blob) for made in (TelegramAiogram, TelegramPtb)]
        self._turns = cycle(self._channels)

    async def close(self) -> None:
        """Let everything go."""
        for channel in self._channels:
            await channel.close()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def prepare(self, updates: Sequence[bytes]) -> None:
        """What the next fetch gets."""
        self._body = b'{"ok":true,"result":[%b]}' % b",".join(updates)

    def take(self) -> bytes:
        """What was prepared; once."""
        body, self._body = self._body, _NOTHING
        return body

    async def updates(self, offset: int | None, *, wait: int) -> list[object] | Failure:
        """Fetch what was prepared."""
        found = await next(self._turns).updates(offset, wait=wait)
        if isinstance(found, Failure):
            self.failures.append(found)
        return found

    async def delete_webhook(self) -> None:
        """There is none."""


@asynccontextmanager
async def open_gate() -> AsyncIterator[Gate]:
    """A gate, for as long as it is needed."""
    gate = Gate()
    await gate.open()
    try:
        yield gate
    finally:
        await gate.close()


async def _no_blob(_sha256: str) -> bytes:
    raise FileNotFoundError("nothing is sent through this gate")
