"""One open page: takes what it sends, acknowledges after commit, and mirrors to it what the chat shows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from bot.i18n import known_language
from bot.web_entry import closed
from bot.web_frames import (
    MAX_FRAME_BYTES,
    MAX_HAVE,
    BadFrame,
    Earlier,
    Hello,
    Ping,
    Unfit,
    Update,
    read_frame,
    row_frame,
)
from bot.web_site import SITE, Site, Visitor, language_of, visitor, visitor_with
from storage import messages
from storage.database import StorageUnavailable, Unit

log = logging.getLogger(__name__)

PAGE_ROWS = 60
"""Messages shown at first, and more with each "earlier"."""

MAX_ROWS = 2000
"""Messages one page can show; far more than anybody scrolls back."""

LOOK_EVERY_SECONDS = 1.0
"""How often a page looks for new messages that another process may have committed, where no database tells of them."""

LOOK_AGAIN_EVERY = 10
"""Every how many such looks it also compares what it shows already; so often a page looks that is told."""

HIDING_COMMANDS = frozenset({"schowaj", "hide"})
"""Commands of the menu that the page carries out by itself at once, as its hide button."""

HEARTBEAT_SECONDS = 30.0
MAX_PAGES_OF_A_CHAT = 12

OPEN_SOCKETS = web.AppKey("open_sockets", set[web.WebSocketResponse])


async def converse(request: web.Request) -> web.StreamResponse:
    """The WebSocket of a chat's page: for its own session, from our own pages."""
    site = request.app[SITE]
    if not site.is_ours(request):
        return web.Response(status=403)
    who = await visitor(request)
    if who is None:
        return closed(request)
    if site.chat.hub.listeners(who.chat) >= MAX_PAGES_OF_A_CHAT:
        return web.Response(status=429)
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=MAX_FRAME_BYTES, compress=False)
    await socket.prepare(request)
    request.app[OPEN_SOCKETS].add(socket)
    try:
        await OpenPage(site, who, socket, language=language_of(request, None)).run()
    finally:
        request.app[OPEN_SOCKETS].discard(socket)
    return socket


async def close_sockets(app: web.Application) -> None:
    """Let every open page know that we stop; it comes back by itself."""
    sockets = app[OPEN_SOCKETS]
    for socket in tuple(sockets):
        await socket.close(code=WSCloseCode.GOING_AWAY)


@dataclass(frozen=True, slots=True)
class Look:
    """What the chat shows from some message on."""

    rows: Sequence[Mapping[str, Any]]
    has_earlier: bool


class OpenPage:
    """The page of one visitor. What it shows is told by ``_shown``: message id → mark."""

    def __init__(self, site: Site, who: Visitor, socket: web.WebSocketResponse, *, language: str) -> None:
        self._site = site
        self._who = who
        self._socket = socket
        self._browser_language = language
        self._shown: dict[int, str] = {}
        self._oldest: int | None = None
        self._said_earlier: bool | None = None
        self._greeted_as: tuple[str, bool] | None = None
        self._greeted = asyncio.Event()
        self._drawing = asyncio.Lock()

    async def run(self) -> None:
        """Until the page closes, the session ends or we stop."""
        with self._site.chat.hub.listen(self._who.chat, address_id=self._who.address.id) as bell:
            try:
                async with asyncio.TaskGroup() as group:
                    mirror = group.create_task(self._mirror(bell))
                    await self._hear(bell)
                    mirror.cancel()
            except* ConnectionError:
                log.debug("a page went away", exc_info=True)

    # In: what the page says -----------------------------------------------------------------------------------------

    async def _hear(self, bell: asyncio.Event) -> None:
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                await self._socket.close(code=WSCloseCode.UNSUPPORTED_DATA)
                return
            try:
                await self._answer(message.data, bell)
            except BadFrame as problem:
                log.info("bad frame: %s", problem)
                await self._socket.close(code=WSCloseCode.POLICY_VIOLATION)
                return

    async def _answer(self, text: str, bell: asyncio.Event) -> None:
        match read_frame(text, chat=self._who.chat, now=self._site.now(), language=self._browser_language):
            case Hello(have=have):
                if len(have) > MAX_HAVE:
                    raise BadFrame("too many rows")
                self._shown = dict(have)
                self._oldest = min(have, default=None)
                self._greeted.set()
                bell.set()
            case Ping():
                await self._socket.send_json({"type": "pong"})
            case Earlier():
                with suppress(StorageUnavailable):  # the page may ask again
                    async with self._drawing:
                        await self._show_earlier()
            case Unfit(frame_id=frame_id) as unfit:
                await self._socket.send_json({"type": "refused", "id": frame_id, "problem": self._words(unfit)})
            case Update() as update:
                await self._take(update)

    async def _take(self, update: Update) -> None:
        try:
            await self._site.take(update.incoming)
        except Exception:  # whatever it was: it is not committed, so it is not acknowledged
            told = update.incoming
            log.exception("an update was not taken", extra={"channel": told.address.channel, "update": told.update_id})
            await self._socket.send_json({"type": "later", "id": update.frame_id})
            return
        self._site.chat.hub.ring(self._who.chat)
        await self._socket.send_json({"type": "ack", "id": update.frame_id})

    def _words(self, unfit: Unfit) -> str:
        language = self._browser_language if self._greeted_as is None else self._greeted_as[0]
        return self._site.pages.texts[language][unfit.problem].format(**unfit.values)

    # Out: what the chat shows ---------------------------------------------------------------------------------------

    async def _mirror(self, bell: asyncio.Event) -> None:
        await self._greeted.wait()
        every = LOOK_AGAIN_EVERY if self._site.database.tells_what_is_shown else 1
        looks = 0
        while True:
            if bell.is_set() or looks % LOOK_AGAIN_EVERY == 0 or await self._has_news():
                bell.clear()
                with suppress(StorageUnavailable):  # the next look may see it
                    async with self._drawing:
                        is_welcome = await self._compare()
                    if not is_welcome:
                        await self._socket.close(code=WSCloseCode.POLICY_VIOLATION)
                        return
            looks += every
            with suppress(TimeoutError):
                await asyncio.wait_for(bell.wait(), LOOK_EVERY_SECONDS * every)

    async def _has_news(self) -> bool:
        newest = max(self._shown, default=0)
        look = partial(messages.history, address_id=self._who.address.id, after_id=newest, limit=1)
        try:
            return bool(await self._site.database.read(look))
        except StorageUnavailable:
            return False

    async def _compare(self) -> bool:
        """Send what differs between the chat and the page. False when the session is no more."""
        who = await visitor_with(self._site, self._who.chat, self._who.cookie_hash)
        if who is None:
            return False
        await self._greet(who)
        look = await self._site.database.read(
            partial(_look, address_id=who.address.id, oldest=self._oldest, at_least=PAGE_ROWS)
        )
        rows = [row for row in look.rows if self._shown.get(row["id"]) != row["mark"]]
        still = {row["id"] for row in look.rows}
        gone = [row_id for row_id in self._shown if row_id not in still]
        await self._send_rows(rows, gone, has_earlier=look.has_earlier, older=False)
        self._shown = {row["id"]: row["mark"] for row in look.rows}
        self._oldest = min(self._shown, default=None)
        return True

    async def _greet(self, who: Visitor) -> None:
        """Tell the page's language and menu, and again when they change. A hidden chat has no menu: it would tell."""
        language = self._browser_language if who.person.language is None else known_language(who.person.language)
        is_hidden = who.person.hidden_at is not None
        if (language, is_hidden) == self._greeted_as:
            return
        commands = () if is_hidden else self._site.menu(who.person, language)
        menu = [
            {"name": command.name, "label": command.description, "hides": command.name in HIDING_COMMANDS}
            for command in commands
        ]
        texts = self._site.pages.texts[language]
        await self._socket.send_json({"type": "welcome", "language": language, "texts": texts, "menu": menu})
        self._greeted_as = (language, is_hidden)

    async def _show_earlier(self) -> None:
        oldest = self._oldest
        if oldest is None or len(self._shown) >= MAX_ROWS:
            return
        look = await self._site.database.read(
            partial(_look_before, address_id=self._who.address.id, before=oldest, limit=PAGE_ROWS)
        )
        self._shown |= {row["id"]: row["mark"] for row in look.rows}
        self._oldest = min(self._shown, default=None)
        await self._send_rows(look.rows, (), has_earlier=look.has_earlier, older=True)

    async def _send_rows(
        self, rows: Sequence[Mapping[str, Any]], gone: Sequence[int], *, has_earlier: bool, older: bool
    ) -> None:
        if not rows and not gone and self._said_earlier == has_earlier:
            return
        self._said_earlier = has_earlier
        frame = {"type": "rows", "rows": rows, "gone": gone, "earlier": has_earlier, "older": older}
        await self._socket.send_json(frame)


def _look(unit: Unit, *, address_id: int, oldest: int | None, at_least: int) -> Look:
    """Everything from ``oldest`` on, and ``at_least`` so many messages where there are."""
    found = messages.history(unit, address_id, limit=at_least)
    if oldest is not None and found and found[0].id > oldest:
        found = messages.history(unit, address_id, after_id=oldest - 1, limit=MAX_ROWS)
    earlier = bool(found) and bool(messages.history(unit, address_id, before_id=found[0].id, limit=1))
    return _drawn(found, has_earlier=earlier)


def _look_before(unit: Unit, *, address_id: int, before: int, limit: int) -> Look:
    found = messages.history(unit, address_id, before_id=before, limit=limit)
    earlier = bool(found) and bool(messages.history(unit, address_id, before_id=found[0].id, limit=1))
    return _drawn(found, has_earlier=earlier)


def _drawn(found: Sequence[messages.Message], *, has_earlier: bool) -> Look:
    return Look([row for row in map(row_frame, found) if row is not None], has_earlier)
