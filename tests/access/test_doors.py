"""Slow and greedy clients on real sockets: each is waited for only so long, and holds only so much."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest
from aiohttp import web

from bot.web_doors import DOORS, Doors, Patience

SHORT = Patience(connections=5, first=0.3, idle=0.3, request=0.3, upload=0.6, stalled=0.4, look=0.05)
WELL = b"GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
OPENED: list[asyncio.StreamWriter] = []
FAR_TOO_LONG = 20
"""Seconds after which a test gives up; nothing depends on how long it took."""


@asynccontextmanager
async def doors_with(patience: Patience) -> AsyncIterator[Doors]:
    """A server behind doors: one page, one that reads its body, one that answers with far too much, a WebSocket."""
    doors = Doors(patience)
    app = web.Application(middlewares=[doors.attend], client_max_size=1 << 20)
    app[DOORS] = doors
    app.on_shutdown.append(doors.close)

    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    async def body(request: web.Request) -> web.Response:
        return web.Response(text=str(len(await request.read())))

    async def much(_: web.Request) -> web.Response:
        return web.Response(body=bytes(64 << 20))

    async def socket(request: web.Request) -> web.WebSocketResponse:
        answer = web.WebSocketResponse()
        await answer.prepare(request)
        async for message in answer:
            await answer.send_str(str(message.data))
        return answer

    app.add_routes(
        [web.get("/hello", hello), web.post("/body", body), web.post("/a/files", body), web.get("/much", much)]
    )
    app.add_routes([web.get("/ws", socket)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await doors.open(runner, "127.0.0.1", 0)
    yield doors
    await runner.cleanup()


@pytest.fixture
async def doors() -> AsyncIterator[Doors]:
    """Doors with little patience."""
    async with doors_with(SHORT) as doors:
        yield doors
        while OPENED:
            writer = OPENED.pop()
            writer.transport.abort()
            with suppress(ConnectionError):
                await writer.wait_closed()


async def connect(doors: Doors) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection; closed at the end of the test."""
    made = await asyncio.open_connection("127.0.0.1", doors.port)
    OPENED.append(made[1])
    return made


async def is_ended(reader: asyncio.StreamReader) -> bytes:
    """What still came until the connection ended."""
    async with asyncio.timeout(FAR_TOO_LONG):
        try:
            return await reader.read()
        except ConnectionError:
            return b""


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GET /hel", id="half a line"),
        pytest.param(b"GET /hello HTTP/1.1\r\nHost: x\r\nX-A: b", id="half a head"),
        pytest.param(b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc", id="half a body"),
        pytest.param(b"POST /a/files HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc", id="half a file"),
        pytest.param(b"POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", id="half a chunk"),
        pytest.param(WELL, id="a request, and then nothing"),
        pytest.param(WELL + b"GET /he", id="a request, and then half of one"),
    ],
)
async def test_who_does_not_go_on_is_let_go(doors: Doors, said: bytes) -> None:
    """A connection that stops anywhere is closed, and counted."""
    reader, writer = await connect(doors)
    writer.write(said)
    await is_ended(reader)
    assert doors.closed_as_slow == 1
    assert doors.count == 0


async def test_who_drips_is_let_go(doors: Doors) -> None:
    """A byte now and then buys no time: what counts is a whole head."""
    reader, writer = await connect(doors)
    dripped = 0
    async with asyncio.timeout(FAR_TOO_LONG):
        while not reader.at_eof():
            try:
                writer.write(b"GET /hello HTTP/1.1\r\n" if dripped == 0 else b"X-A: b\r\n")
                await writer.drain()
                dripped += 1
                async with asyncio.timeout(0.05):
                    await reader.read(1)
            except TimeoutError:
                continue
            except ConnectionError:
                break
    assert dripped > 1
    assert doors.closed_as_slow == 1


async def test_who_never_reads_is_let_go(doors: Doors) -> None:
    """A page that takes nothing of its answer is closed, and what waited for it is dropped."""
    reader, writer = await connect(doors)
    writer.write(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n")
    async with asyncio.timeout(FAR_TOO_LONG):
        while doors.closed_as_slow == 0:
            await asyncio.sleep(0.02)
    assert len(await is_ended(reader)) < 64 << 20
    assert doors.count == 0


async def test_who_reads_gets_all() -> None:
    """However long it takes, an answer that is being taken is not cut off."""
    patience = replace(SHORT, idle=0.1, stalled=FAR_TOO_LONG)
    async with doors_with(patience) as doors, asyncio.timeout(FAR_TOO_LONG):
        reader, writer = await asyncio.open_connection("127.0.0.1", doors.port, limit=1 << 20)
        writer.write(b"GET /much HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        got = 0
        while piece := await reader.read(1 << 20):
            got += len(piece)
            await asyncio.sleep(0.005)
        assert got > 64 << 20
        assert doors.closed_as_slow == 0
        writer.close()
        await writer.wait_closed()


async def test_an_open_page_is_not_slow(doors: Doors) -> None:
    """A WebSocket may be silent: it has heartbeats of its own."""
    reader, writer = await connect(doors)
    writer.write(
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    assert b" 101 " in await reader.readline()
    silent, _ = await connect(doors)
    await is_ended(silent)  # one that is slow, for comparison
    assert (doors.count, doors.closed_as_slow) == (1, 1)


async def test_there_is_only_so_much_room(doors: Doors) -> None:
    """More connections than there is room for are closed at once; those inside are served, and room is made again."""
    inside = [await connect(doors) for _ in range(SHORT.connections)]
    for _, writer in inside:
        writer.write(WELL)
    for reader, _ in inside:
        assert b"200" in await reader.readline()
    outside, _ = await connect(doors)
    assert await is_ended(outside) == b""
    assert doors.turned_away == 1
    for _, writer in inside:
        writer.close()
    async with asyncio.timeout(FAR_TOO_LONG):
        while doors.count:
            await asyncio.sleep(0.01)
    reader, writer = await connect(doors)
    writer.write(WELL)
    assert b"200" in await reader.readline()


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", id="length and chunked"),
        pytest.param(b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", id="chunked and length"),
        pytest.param(b"Content-Length: 4\r\nContent-Length: 40\r\n\r\nabcd", id="two lengths"),
        pytest.param(b"Content-Length: +4\r\n\r\nabcd", id="a length with a sign"),
        pytest.param(b"Content-Length: 4, 4\r\n\r\nabcd", id="a list of lengths"),
        pytest.param(b"Content-Length: 0x4\r\n\r\nabcd", id="a length in hex"),
        pytest.param(b"Content-Length : 4\r\n\r\nabcd", id="a space before the colon"),
        pytest.param(b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", id="an encoding nobody knows"),
        pytest.param(b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", id="chunked, and then more"),
        pytest.param(b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabcde\r\n0\r\n\r\n", id="a negative chunk"),
        pytest.param(
            b"Transfer-Encoding: chunked\r\n\r\n5;a\nb\r\nabcde\r\n0\r\n\r\n", id="a line break in a chunk's size"
        ),
        pytest.param(b" folded: x\r\nContent-Length: 4\r\n\r\nabcd", id="a folded line"),
        pytest.param(b"X: a\x00b\r\nContent-Length: 4\r\n\r\nabcd", id="NUL in a header"),
    ],
)
async def test_nothing_is_smuggled(doors: Doors, said: bytes) -> None:
    """A request whose end two servers could see at different places is refused, and ends its connection."""
    reader, writer = await connect(doors)
    writer.write(b"POST /body HTTP/1.1\r\nHost: x\r\n" + said + b"GET /hello HTTP/1.1\r\nHost: smuggled\r\n\r\n")
    answers = await is_ended(reader)
    assert b"hello" not in answers
    assert answers.count(b"HTTP/1.1") <= 1
    assert b" 200 " not in answers
