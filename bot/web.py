"""The web server: the chat, its invitations, health, and whatever routes other channels bring; strict with browsers."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime

from aiohttp import web

from bot import clock
from bot.channels.base import Command
from bot.channels.webchat import WebChat
from bot.web_chat import chat_routes
from bot.web_demo import DemoChat, demo_routes
from bot.web_doors import DOORS, Doors
from bot.web_entry import closed
from bot.web_pages import read_pages
from bot.web_site import HOST, SITE, Menu, Redeem, Site, Take
from bot.web_socket import OPEN_SOCKETS, close_sockets
from storage.blobs import Blobs
from storage.database import Database, StorageUnavailable
from storage.people import Person

log = logging.getLogger(__name__)

Ready = Callable[[], Awaitable[bool]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

MAX_BODY_BYTES = 1024 * 1024
"""Of a request that is read at once (a webhook's update); files are streamed and have their own limit."""

FOREVER = "public, max-age=31536000, immutable"

HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self)",
    "Cache-Control": "no-store",
    "Server": "web",
}


def no_menu(_: Person, __: str) -> Sequence[Command]:
    """The menu of a site without commands."""
    return ()


def make_app(
    *,
    database: Database,
    blobs: Blobs,
    chat: WebChat,
    take: Take,
    redeem: Redeem,
    public_url: str,
    language: str = "pl",
    hide_tap: str = "list",
    menu: Menu = no_menu,
    demo: Sequence[DemoChat] = (),
    ready: Ready | None = None,
    extra_routes: Iterable[web.AbstractRouteDef] = (),
    now: Callable[[], datetime] = clock.now,
) -> web.Application:
    """The application. ``public_url`` has no slash at its end; ``ready`` tells whether all parts are up."""
    pages = read_pages()
    doors = Doors()
    app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[doors.attend, protect])
    app[DOORS] = doors
    app[SITE] = Site(
        database=database,
        blobs=blobs,
        chat=chat,
        take=take,
        redeem=redeem,
        menu=menu,
        public_url=public_url.rstrip("/"),
        language=language,
        hide_tap=hide_tap,
        now=now,
        pages=pages,
    )
    app[OPEN_SOCKETS] = set()
    app.on_shutdown.extend((doors.close, close_sockets))
    app.add_routes([web.get("/healthz", is_alive), web.get("/readyz", _readiness(ready))])
    app.add_routes([web.get("/page/{version}/{name}", show_asset), web.get("/page/{name}", show_manifest)])
    app.add_routes(chat_routes())
    app.add_routes(demo_routes(demo))
    app.add_routes(extra_routes)
    return app


@web.middleware
async def protect(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every answer carries the headers that bind a browser; no failure tells anything about us."""
    response: web.StreamResponse
    try:
        response = await handler(request)
    except web.HTTPNotFound:
        response = closed(request)
    except web.HTTPException as refusal:
        response = web.Response(status=refusal.status, headers={"Allow": refusal.headers.get("Allow", "")})
    except StorageUnavailable:
        log.exception("a page could not be shown")
        response = web.Response(status=503, headers={"Retry-After": "5"})
    if response.prepared:
        return response
    for name, value in {**HEADERS, "Content-Security-Policy": _policy(request)}.items():
        response.headers.setdefault(name, value)
    if request.app[SITE].is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _policy(request: web.Request) -> str:
    """Only our own files; the WebSocket is named because old browsers do not count it as one of ours."""
    host = request.host if HOST.fullmatch(request.host) else ""
    socket = f" {'wss' if request.app[SITE].is_secure else 'ws'}://{host}" if host else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
        f"connect-src 'self'{socket}; manifest-src 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; "
        "form-action 'self'"
    )


async def is_alive(_: web.Request) -> web.Response:
    """The process answers."""
    return web.Response(text="ok")


def _readiness(ready: Ready | None) -> Handler:
    async def is_ready(request: web.Request) -> web.Response:
        """One word: what is not well is told only to those who watch. Asking as often as one likes costs nothing."""
        try:
            if ready is None:
                await request.app[SITE].database.read(lambda _: None)
            well = True if ready is None else await ready()
        except StorageUnavailable:
            well = False
        return web.Response(text="ok" if well else "not ready", status=200 if well else 503)

    return is_ready


async def show_asset(request: web.Request) -> web.Response:
    """A file of ours; under its own version it never changes."""
    pages = request.app[SITE].pages
    asset = pages.assets.get(request.match_info["name"])
    if asset is None:
        return closed(request)
    known = request.match_info["version"] == pages.version
    headers = {"Cache-Control": FOREVER if known else "no-cache"}
    return web.Response(body=asset.data, content_type=asset.media_type, charset="utf-8", headers=headers)


async def show_manifest(request: web.Request) -> web.Response:
    """``pl.webmanifest`` and the like."""
    pages = request.app[SITE].pages
    language, _, ending = request.match_info["name"].partition(".")
    if ending != "webmanifest" or language not in pages.texts:
        return closed(request)
    return web.json_response(pages.manifest(language), content_type="application/manifest+json")
