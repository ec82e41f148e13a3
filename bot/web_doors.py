"""The doors of the web server: how many connections may be open, and how long each may take over what it wants.

aiohttp waits an hour for a request that never comes, and for ever for a body or a reader that is slow.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from aiohttp import web

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long connections are waited for, in seconds, and how many there may be."""

    connections: int = 4000
    """Open at once; further ones are closed at once. An open page of the chat holds one."""
    first: float = 15.0
    """From connecting to the end of the first request's head."""
    idle: float = 75.0
    """From one request to the end of the next one's head: longer than reverse proxies keep theirs."""
    request: float = 60.0
    """From a request's head to its answer, the body included."""
    upload: float = 600.0
    """The same for a file from a slow phone."""
    stalled: float = 60.0
    """During which the other side took nothing of what waits for it."""
    look: float = 1.0
    """Between two looks at all connections."""


class Quiet(web.RequestHandler):
    """aiohttp's side of a connection, which answers what is no HTTP without naming itself or repeating what it got."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,  # noqa: ARG002 - as aiohttp calls it
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - as aiohttp calls it
    ) -> web.StreamResponse:
        """A status and nothing else."""
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("a request failed", exc_info=exc)
        answer = web.Response(status=status, headers={"Server": "web"})
        answer.force_close()
        return answer


class Door(asyncio.Protocol):
    """One connection: everything goes through to aiohttp, and is watched."""

    def __init__(self, doors: Doors, inner: web.RequestHandler) -> None:
        self._doors = doors
        self.inner = inner
        self.transport: asyncio.Transport | None = None
        self.since = asyncio.get_running_loop().time()
        """When what it does now began."""
        self.limit = doors.patience.first
        """How long that may take; infinite for a WebSocket, which has heartbeats."""
        self.unsent = 0
        self.took_at = self.since
        """When the other side last took something of what waited for it."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in, if there is room."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's are no subclass
        self.inner.connection_made(transport)
        if not self._doors.admit(self):
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._doors.forget(self)
        self.inner.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Pass it on."""
        self.inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Pass it on."""
        self.inner.eof_received()
        return None

    def pause_writing(self) -> None:
        """Pass it on."""
        self.inner.pause_writing()

    def resume_writing(self) -> None:
        """Pass it on."""
        self.inner.resume_writing()

    def goes_on(self, limit: float) -> None:
        """Something else begins that may take so long."""
        self.since = asyncio.get_running_loop().time()
        self.limit = limit

    def is_too_slow(self, now: float) -> bool:
        """Whether we have waited long enough."""
        unsent = 0 if self.transport is None else self.transport.get_write_buffer_size()
        if unsent == 0 or unsent < self.unsent:
            self.took_at = now
        self.unsent = unsent
        if unsent:
            return now - self.took_at > self._doors.patience.stalled
        return now - self.since > self.limit


class Doors:
    """All connections of a server, looked at now and then."""

    def __init__(self, patience: Patience | None = None) -> None:
        self.patience = patience or Patience()
        self._open: dict[object, Door] = {}
        self._server: asyncio.Server | None = None
        self._looking: asyncio.TimerHandle | None = None
        self.turned_away = 0
        self.closed_as_slow = 0

    @property
    def count(self) -> int:
        """How many connections are open."""
        return len(self._open)

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None  # noqa: S101 - asked after ``open``
        return int(self._server.sockets[0].getsockname()[1])

    async def open(self, runner: web.BaseRunner, host: str, port: int) -> None:
        """Listen for a runner that is set up. Raises OSError where nobody can."""
        server = runner.server
        assert server is not None  # noqa: S101 - it is set up
        loop = asyncio.get_running_loop()

        def door() -> Door:
            return Door(self, Quiet(server, loop=loop, access_log=None))  # type: ignore[arg-type] # None keeps none

        self._server = await loop.create_server(door, host, port)
        self._look()

    async def close(self, _: web.Application | None = None) -> None:
        """Take nobody in any more; who is in may finish."""
        if self._looking is not None:
            self._looking.cancel()
        if self._server is not None:
            self._server.close()

    def admit(self, door: Door) -> bool:
        """Whether there is room for one more."""
        if len(self._open) >= self.patience.connections:
            self.turned_away += 1
            return False
        self._open[door.inner] = door
        return True

    def forget(self, door: Door) -> None:
        """A connection is gone."""
        self._open.pop(door.inner, None)

    @web.middleware
    async def attend(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A request has its own time, and the next one again."""
        door = self._open.get(request.protocol)
        if door is None:
            return await handler(request)
        door.goes_on(self._time_for(request))
        try:
            return await handler(request)
        finally:
            door.goes_on(self.patience.idle)

    def _time_for(self, request: web.Request) -> float:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return float("inf")
        return self.patience.upload if request.path.endswith("/files") else self.patience.request

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for door in [door for door in self._open.values() if door.is_too_slow(now)]:
            self.closed_as_slow += 1
            log.info("a connection was too slow, and is closed")
            if door.transport is not None:
                with suppress(RuntimeError):  # closing already
                    door.transport.abort()
        self._looking = loop.call_later(self.patience.look, self._look)


DOORS = web.AppKey("doors", Doors)
