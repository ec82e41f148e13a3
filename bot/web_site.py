"""What every page of the site shares: its parts, where it is reached, and who is asking."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from aiohttp import web

from bot.channels.base import Address, Command, Incoming
from bot.channels.webchat import NAME, WebChat
from bot.i18n import known_language
from bot.web_guests import Guests
from bot.web_pages import Pages
from storage import people
from storage.blobs import Blobs
from storage.database import Database, Unit
from storage.people import AddressRow, Person

Take = Callable[[Incoming], Awaitable[None]]
"""Takes an update in; resolves only once it is committed and raises where it is not."""

Redeem = Callable[[str, Address, str | None], Awaitable[bool]]
"""Binds an address to the person a token invites, in a language if one is told; False where it cannot be used."""

Menu = Callable[[Person, str], Sequence[Command]]
"""What stands in a person's menu, in a language."""

SESSION_COOKIE = "session"
SESSION_LASTS = timedelta(days=180)
CHAT_ID = re.compile(r"[0-9a-z-]{4,64}")
HOST = re.compile(r"[A-Za-z0-9.\-\[\]:]{1,255}")


@dataclass(frozen=True, slots=True)
class Site:
    """The parts the pages are made with."""

    database: Database
    blobs: Blobs
    chat: WebChat
    take: Take
    redeem: Redeem
    menu: Menu
    public_url: str
    """Where people reach the site, without a slash at the end."""
    language: str
    """The language of pages nobody has chosen one for."""
    hide_tap: str
    """The button data that hides the chat."""
    now: Callable[[], datetime]
    pages: Pages
    guests: Guests = field(default_factory=Guests)

    @property
    def is_secure(self) -> bool:
        """Whether people reach it by https."""
        return self.public_url.startswith("https://")

    def origins(self, request: web.Request) -> frozenset[str]:
        """Where a request of our own pages may come from."""
        public = urlsplit(self.public_url)
        scheme = "https" if self.is_secure else "http"
        return frozenset({f"{public.scheme}://{public.netloc}", f"{scheme}://{request.host}"})

    def is_ours(self, request: web.Request) -> bool:
        """Whether the browser says that one of our own pages asks."""
        return request.headers.get("Origin", "") in self.origins(request)


SITE = web.AppKey("site", Site)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser that holds a session: whose it is and of which chat."""

    person: Person
    address: AddressRow
    cookie_hash: str

    @property
    def chat(self) -> str:
        """The chat's public id."""
        return self.address.chat


async def visitor(request: web.Request) -> Visitor | None:
    """Who asks for this chat, or None: no session, or one of another chat.

    Raises HTTPTooManyRequests for a browser we do not know while too many are guessing.
    """
    site = request.app[SITE]
    chat = request.match_info["chat"]
    cookie = request.cookies.get(SESSION_COOKIE)
    if cookie is None or CHAT_ID.fullmatch(chat) is None:
        return None
    cookie_hash = hashed(cookie)
    if not site.guests.may_ask(site.now(), cookie_hash):
        raise web.HTTPTooManyRequests
    found = await visitor_with(site, chat, cookie_hash)
    if found is None:
        site.guests.was_nobody(site.now(), cookie_hash)
    else:
        site.guests.was_somebody(cookie_hash)
    return found


async def visitor_with(site: Site, chat: str, cookie_hash: str) -> Visitor | None:
    """Who holds that session of that chat."""
    found = await site.database.read(partial(people.session, cookie_hash=cookie_hash))
    if found is None:
        return None
    person, address = found
    return Visitor(person, address, cookie_hash) if (address.channel, address.chat) == (NAME, chat) else None


async def open_session(site: Site, chat: str, cookie: str) -> bool:
    """Let the holder of ``cookie`` into a chat that exists; once more is of no effect."""

    def work(unit: Unit) -> bool:
        found = people.find(unit, NAME, chat, lock=True)
        if found is None:
            return False
        if people.session(unit, hashed(cookie)) is None:
            people.open_session(unit, found[1].id, cookie_hash=hashed(cookie), now=site.now())
        return True

    if await site.database.read(partial(people.find, channel=NAME, chat=chat, lock=False)) is None:
        return False  # and nothing was locked or written for a guess
    return await site.database.run(work)


def give_cookie(site: Site, response: web.StreamResponse, chat: str, cookie: str) -> None:
    """The cookie is sent back for this one chat only, so several chats can be open in one browser."""
    crumbs = SimpleCookie({SESSION_COOKIE: cookie})
    crumb = crumbs[SESSION_COOKIE]
    crumb["path"] = f"/chat/{chat}/"
    crumb["max-age"] = str(int(SESSION_LASTS.total_seconds()))
    crumb["httponly"] = True
    crumb["secure"] = site.is_secure
    crumb["samesite"] = "Lax"
    # not response.set_cookie: it keeps one cookie of a name, whatever their paths
    response.headers.add("Set-Cookie", crumb.OutputString())


def new_cookie() -> str:
    """256 random bits."""
    return secrets.token_hex(32)


def hashed(cookie: str) -> str:
    """What is kept of a cookie."""
    return sha256(cookie.encode("utf-8", "surrogatepass")).hexdigest()


def language_of(request: web.Request, person: Person | None) -> str:
    """The person's language, or the first one their browser asks for that we speak, or the site's."""
    if person is not None and person.language is not None:
        return known_language(person.language)
    for part in request.headers.get("Accept-Language", "").split(","):
        wanted = part.partition(";")[0].strip()
        if wanted and known_language(wanted) == wanted.partition("-")[0].lower():
            return known_language(wanted)
    return known_language(request.app[SITE].language)
