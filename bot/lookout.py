"""A small listener for those who watch, apart from everybody's: whether it lives, whether each part is well, metrics.

It is bound to this machine, or asks for a token. The web server's own ``/readyz`` tells strangers one word only.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from datetime import datetime

from aiohttp import hdrs, web

from bot.depths import Depths
from bot.metrics import Metrics
from bot.readiness import Readiness

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Lookout:
    """Serves ``/healthz``, ``/readyz`` and ``/metrics``. ``token``: what is to be shown for the last two."""

    def __init__(
        self,
        *,
        metrics: Metrics,
        depths: Depths,
        readiness: Readiness,
        clock: Callable[[], datetime],
        token: str | None = None,
    ) -> None:
        self._metrics = metrics
        self._depths = depths
        self._readiness = readiness
        self._clock = clock
        self._token = token

    async def open(self, host: str, port: int) -> web.AppRunner:
        """Listen; whoever gets the runner cleans it up. Raises OSError where nobody can."""
        app = web.Application(middlewares=[self._only_who_may])
        app.add_routes(
            [
                web.get("/healthz", self._lives),
                web.get("/readyz", self._parts),
                web.get("/metrics", self._page),
            ]
        )
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError:
            await runner.cleanup()
            raise
        return runner

    @web.middleware
    async def _only_who_may(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self._token is not None and request.path != "/healthz":
            given = request.headers.get(hdrs.AUTHORIZATION, "")
            if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), f"Bearer {self._token}".encode()):
                return web.Response(status=401, headers={hdrs.WWW_AUTHENTICATE: "Bearer"})
        return await handler(request)

    async def _lives(self, _: web.Request) -> web.Response:
        """The process answers."""
        return web.Response(text="ok")

    async def _parts(self, _: web.Request) -> web.Response:
        """Every part, and beside them what tells how far updates come: 200 where every part is well, else 503."""
        parts = self._readiness.parts()
        is_ready = all(part.is_well for part in parts)
        told: dict[str, object] = {
            part.name: {"well": part.is_well, "seconds": None if part.seconds is None else round(part.seconds, 1)}
            for part in parts
        }
        is_away = any(part.name == "database" and not part.is_well for part in parts)
        seen = None if is_away else (await self._depths.look()).gauges
        now = self._clock()
        if seen is not None:
            told["last_update"] = {channel: _seconds(at, now) for channel, at in seen.last_update.items()}
            told["heard"] = {channel: _seconds(at, now) for channel, at in seen.heard.items()}
        return web.json_response({"ready": is_ready, **told}, status=200 if is_ready else 503)

    async def _page(self, _: web.Request) -> web.Response:
        """What Prometheus reads."""
        seen = await self._depths.look()
        page = self._metrics.page(seen, self._clock())
        return web.Response(body=page, headers={hdrs.CONTENT_TYPE: CONTENT_TYPE})


def _seconds(since: datetime, now: datetime) -> float:
    return round(max((now - since).total_seconds(), 0.0), 1)
