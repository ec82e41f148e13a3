"""Connections to a Bot API server: whole answers however they come, and the truth about those that do not."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from bot.channels.telegram_exchange import BROKEN, NEVER_WRITTEN, failure_of
from bot.channels.telegram_lines import BrokenOff, Lines, NotReached

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
ANSWER = b'{"ok":true}'
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n" + ANSWER


class Server:
    """Speaks as its script says; counts connections."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.connections = 0
        self.requests: list[bytes] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        try:
            await self.script(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def request(self, reader: asyncio.StreamReader) -> bytes:
        """Read one request; its body."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        self.requests.append(head + body)
        return body


@asynccontextmanager
async def serving(*pieces: bytes, closes: bool = False) -> AsyncIterator[tuple[Server, str]]:
    """A server that answers every request with these pieces, one after another."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await server.request(reader)
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)
            if closes:
                return

    server = Server(script)
    async with await asyncio.start_server(server, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        yield server, f"http://127.0.0.1:{port}/bot1:x/getMe"


@pytest.fixture
async def lines() -> AsyncIterator[Lines]:
    """Two connections at most."""
    made = Lines(limit=2, connect_seconds=2)
    yield made
    made.close()
    await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("pieces", "closes"),
    [
        pytest.param((WHOLE,), False, id="whole"),
        pytest.param(tuple(WHOLE[at : at + 1] for at in range(len(WHOLE))), False, id="byte by byte"),
        pytest.param((b"HTTP/1.1 100 Continue\r\n\r\n" + WHOLE,), False, id="continue first"),
        pytest.param(
            (b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"ok\r\n', b'7;x=y\r\n":true}\r\n0\r\n\r\n'),
            False,
            id="chunked",
        ),
        pytest.param((b"HTTP/1.1 200 OK\r\nconnection: Close\r\n\r\n", ANSWER), True, id="until it closes"),
        pytest.param((b"HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\n" + ANSWER,), True, id="old"),
    ],
)
async def test_an_answer_is_read_whole(lines: Lines, pieces: tuple[bytes, ...], closes: bool) -> None:  # noqa: FBT001
    """In whatever pieces, and by whatever length; twice, on one connection where it may stay."""
    async with serving(*pieces, closes=closes) as (server, url):
        for _ in range(2):
            assert await lines.post(url, b'{"a":1}', seconds=5) == (200, ANSWER)
        assert server.connections == (2 if closes else 1)
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
        assert head.startswith(b"POST /bot1:x/getMe HTTP/1.1\r\nHost: 127.0.0.1:")
        assert body == b'{"a":1}'
        lines.close()


async def test_no_more_connections_than_allowed(lines: Lines) -> None:
    """The others wait for one."""
    async with serving(WHOLE) as (server, url):
        answers = await asyncio.gather(*(lines.post(url, b"{}", seconds=5) for _ in range(20)))
        assert set(answers) == {(200, ANSWER)}
        assert server.connections == 2
        lines.close()


@pytest.mark.parametrize(
    "pieces",
    [
        (),
        (b"HTTP/1.1 200 OK\r\nContent-Le",),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{",),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{",),
        (b"SSH-2.0-OpenSSH\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nContent-Length: lots\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",),
        (b"x" * 100_000,),
    ],
)
async def test_half_an_answer_is_none(lines: Lines, pieces: tuple[bytes, ...]) -> None:
    """The request may have arrived, and nobody waits for what does not come."""
    async with serving(*pieces, closes=True) as (_, url):
        with pytest.raises(BrokenOff) as broken:
            await lines.post(url, b"{}", seconds=5)
        assert failure_of(broken.value, token="1:x").written
        lines.close()


async def test_what_was_never_written_is_told_apart(lines: Lines) -> None:
    """A port nobody listens on, a name nobody knows."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/x", "http://no-such-host.invalid/x", "https://127.0.0.1:1/x"):
        with pytest.raises(NotReached) as missed:
            await lines.post(url, b"{}", seconds=5)
        assert isinstance(missed.value, BROKEN)
        assert isinstance(missed.value, NEVER_WRITTEN)


async def test_a_connection_that_was_closed_at_rest_is_not_used(lines: Lines) -> None:
    """The next call makes a new one."""
    async with serving(WHOLE, closes=True) as (server, url):
        for _ in range(3):
            assert await lines.post(url, b"{}", seconds=5) == (200, ANSWER)
            await asyncio.sleep(0.05)
        assert server.connections == 3
        lines.close()


async def test_silence_ends_in_time_and_a_cancelled_call_disturbs_no_other(lines: Lines) -> None:
    """Its connection goes with it, so that its late answer is nobody else's."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            body = await server.request(reader)
            if body == b"slow":
                await asyncio.sleep(0.2)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n" + body[:4])

    server = Server(script)
    async with await asyncio.start_server(server, "127.0.0.1", 0) as listening:
        url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/x"
        with pytest.raises(TimeoutError):
            await lines.post(url, b"slow", seconds=0.05)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await lines.post(url, b"slow", seconds=5)
        assert await lines.post(url, b"next", seconds=5) == (200, b"next")
        assert await lines.post(url, b"last", seconds=5) == (200, b"last")
        lines.close()
