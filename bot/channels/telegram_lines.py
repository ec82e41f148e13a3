"""Kept-alive connections to a Bot API server for the calls of every answer: a little JSON out, a little JSON in.

HTTP/1.1 and no more of it than that takes: no redirects, cookies, compression or uploads. A general client spends
several times the work of the whole call on them.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from typing import cast
from urllib.parse import urlsplit

MAX_ANSWER = 64 * 1024 * 1024
"""Bytes of the largest answer that is read: a hundred updates are far smaller."""
MAX_HEAD = 64 * 1024

_CONTINUE = 100
_OK = 200
_WITHOUT_BODY = frozenset({204, 304})
_HEAD_END = b"\r\n\r\n"


class NotReached(OSError):
    """No connection came about: nothing of the request has left this machine."""


class BrokenOff(OSError):
    """The connection broke, or spoke no HTTP, before the answer was whole: the request may have arrived."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A URL as a connection needs it."""

    host: str
    port: int
    is_encrypted: bool
    head: bytes
    """The request's head as far as the length of its body."""


class Lines:
    """Connections to one server, each with one exchange at a time; ``limit`` of them at most."""

    def __init__(self, *, limit: int, connect_seconds: float) -> None:
        self._room = asyncio.Semaphore(limit)
        self._connect_seconds = connect_seconds
        self._resting: deque[tuple[tuple[str, int, bool], _Line]] = deque()
        self._encryption: ssl.SSLContext | None = None
        self._lines: set[_Line] = set()
        self._is_closed = False

    async def post(self, url: str, body: bytes, *, seconds: float) -> tuple[int, bytes]:
        """Status and body of the answer to JSON. Raises ``NotReached``, ``BrokenOff`` or ``TimeoutError``."""
        place = _place(url)
        loop = asyncio.get_running_loop()
        if self._room.locked():
            async with asyncio.timeout(seconds):  # nothing is written yet
                await self._wait_for_room()
        else:
            await self._room.acquire()
        try:
            line = self._rested(place) or await self._connected(place, min(seconds, self._connect_seconds))
            answer = line.ask(place.head + b"%d\r\n\r\n" % len(body) + body)
            timer = loop.call_later(seconds, line.give_up)
            try:
                found = await answer
            except BaseException:
                line.close()
                raise
            finally:
                timer.cancel()
            if line.is_open and not self._is_closed:
                self._resting.append(((place.host, place.port, place.is_encrypted), line))
            return found
        finally:
            self._room.release()

    def close(self) -> None:
        """Let the connections go."""
        self._is_closed = True
        self._resting.clear()
        for line in list(self._lines):
            line.close()

    async def _wait_for_room(self) -> None:
        await self._room.acquire()

    def _rested(self, place: _Place) -> _Line | None:
        """A connection that is open, the one used last: those used least grow old and are closed by the server."""
        key = (place.host, place.port, place.is_encrypted)
        while self._resting:
            of, line = self._resting.pop()
            if line.is_open and of == key:
                return line
            line.close()
        return None

    async def _connected(self, place: _Place, seconds: float) -> _Line:
        loop = asyncio.get_running_loop()
        encryption: ssl.SSLContext | None = None
        if place.is_encrypted:
            encryption = self._encryption = self._encryption or ssl.create_default_context()
        name = place.host if encryption is not None else None
        try:
            async with asyncio.timeout(seconds):
                _transport, line = await loop.create_connection(
                    lambda: _Line(self._lines), place.host, place.port, ssl=encryption, server_hostname=name
                )
        except (OSError, UnicodeError, ValueError) as error:  # TimeoutError is an OSError
            raise NotReached(f"{type(error).__name__}: {error}") from error
        return line


class _Line(asyncio.Protocol):
    """One connection."""

    def __init__(self, among: set[_Line]) -> None:
        self._among = among
        self._transport: asyncio.Transport | None = None
        self._read = bytearray()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._status = 0
        self._length: int | None = None
        self._is_chunked = False
        self._is_last = False
        self._has_head = False

    @property
    def is_open(self) -> bool:
        """Whether another request can be made on it."""
        return self._transport is not None and not self._transport.is_closing()

    def ask(self, request: bytes) -> asyncio.Future[tuple[int, bytes]]:
        """Write a request; its answer's status and body."""
        assert self._transport is not None  # noqa: S101 - it was connected
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answer

    def give_up(self) -> None:
        """Wait no longer."""
        self._fail(TimeoutError())

    def close(self) -> None:
        """Let it go."""
        self._among.discard(self)
        if self._transport is not None:
            self._transport.abort()

    # What the loop tells --------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It stands."""
        self._transport = cast("asyncio.Transport", transport)  # as TCP's are
        self._among.add(self)

    def data_received(self, data: bytes) -> None:
        """A part of an answer."""
        if self._answer is None or self._answer.done():
            self.close()  # nobody asked: whatever it is, the next answer would be mistaken for it
            return
        self._read += data
        try:
            self._take()
        except (ValueError, OverflowError) as error:
            self._fail(BrokenOff(f"not HTTP: {error}"))

    def eof_received(self) -> None:
        """The server says nothing more; an answer without a length ends here."""
        if self._has_head and self._length is None and not self._is_chunked:
            self._is_last = True
            self._settle(bytes(self._read))

    def connection_lost(self, error: Exception | None) -> None:
        """It is gone."""
        self._among.discard(self)
        self._transport = None
        self._fail(
            BrokenOff("the server closed the connection" if error is None else f"{type(error).__name__}: {error}")
        )

    # Reading --------------------------------------------------------------------------------------------------------

    def _take(self) -> None:
        while not self._has_head:
            end = self._read.find(_HEAD_END)
            if end < 0:
                _within(len(self._read), MAX_HEAD)
                return
            self._take_head(bytes(self._read[:end]))
            del self._read[: end + len(_HEAD_END)]
        if self._is_chunked:
            body = _dechunked(self._read)
            if body is not None:
                self._settle(body)
        elif self._length is None:
            _within(len(self._read), MAX_ANSWER)
        elif len(self._read) >= self._length:
            self._is_last |= len(self._read) > self._length
            self._settle(bytes(self._read[: self._length]))

    def _take_head(self, head: bytes) -> None:
        first, *lines = head.split(b"\r\n")
        protocol, status = first.split(None, 2)[:2]
        if not protocol.startswith(b"HTTP/1."):
            raise ValueError("another protocol")
        self._status = int(status)
        if _CONTINUE <= self._status < _OK:
            return  # not the answer yet
        headers = {
            name.strip().lower(): value.strip().lower() for name, _, value in (line.partition(b":") for line in lines)
        }
        self._has_head = True
        self._is_chunked = b"chunked" in headers.get(b"transfer-encoding", b"")
        length = headers.get(b"content-length")
        self._length = 0 if self._status in _WITHOUT_BODY else None if length is None else int(length)
        self._is_last = protocol == b"HTTP/1.0" or b"close" in headers.get(b"connection", b"")
        if self._length is not None:
            _within(self._length, MAX_ANSWER)

    def _settle(self, body: bytes) -> None:
        answer, status = self._answer, self._status
        self._read.clear()
        self._has_head = False
        if self._is_last:
            self.close()
        if answer is not None and not answer.done():
            answer.set_result((status, body))

    def _fail(self, error: Exception) -> None:
        answer, self._answer = self._answer, None
        self.close()
        if answer is not None and not answer.done():
            answer.set_exception(error)


def _dechunked(read: bytearray) -> bytes | None:
    """The body that came in chunks; None while some are missing. Raises ValueError where they are none."""
    parts: list[bytes] = []
    at, total = 0, 0
    while True:
        end = read.find(b"\r\n", at)
        if end < 0:
            return None
        size = int(bytes(read[at:end]).partition(b";")[0], 16)
        total += size
        _within(total, MAX_ANSWER)
        start = end + 2
        if size == 0:
            ended = read.find(b"\r\n", start) == start or _HEAD_END in read[start:]
            return b"".join(parts) if ended else None
        if len(read) < start + size + 2:
            return None
        parts.append(bytes(read[start : start + size]))
        at = start + size + 2


def _within(size: int, limit: int) -> None:
    if not 0 <= size <= limit:
        raise ValueError(f"{size} bytes")


@lru_cache(maxsize=64)
def _place(url: str) -> _Place:
    parts = urlsplit(url)
    is_encrypted = parts.scheme == "https"
    port = parts.port or (443 if is_encrypted else 80)
    host = parts.hostname or ""
    named = parts.netloc.rpartition("@")[2]
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {named}\r\nAccept: application/json\r\nContent-Type: application/json\r\n"
    )
    return _Place(host, port, is_encrypted, f"{head}Content-Length: ".encode())
