"""The way in: an invitation link is looked at as often as one likes, and used once by the button on its page.

The page gives the browser a secret; chat and session are derived from it. So a browser whose answer was lost on the
way, or whose answer we could not finish, presses again and gets in; a link preview presses nothing and uses nothing.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from hashlib import sha256

from aiohttp import web

from bot.channels.base import Address
from bot.channels.webchat import NAME
from bot.web_site import SITE, give_cookie, language_of, new_cookie, open_session

VISIT_COOKIE = "visit"
VISIT_LASTS = timedelta(hours=1)
VISIT = re.compile(r"(\d{10})\.[0-9a-f]{64}")
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,128}")

FORM = '  <form method="post"><button class="button primary">{label}</button></form>\n  <p class="small">{small}</p>'


async def show_invitation(request: web.Request) -> web.Response:
    """The same page for every token, whether or not it is any good."""
    site = request.app[SITE]
    response = _invitation(request, "invite_once")
    visit = request.cookies.get(VISIT_COOKIE, "")
    if not _is_open(visit, site.now()):
        until = int((site.now() + VISIT_LASTS).timestamp())
        response.set_cookie(
            VISIT_COOKIE,
            f"{until}.{new_cookie()}",
            path=request.path,
            max_age=int(VISIT_LASTS.total_seconds()),
            httponly=True,
            secure=site.is_secure,
            samesite="Lax",
        )
    return response


async def use_invitation(request: web.Request) -> web.Response:
    """Into the chat; or the one sentence, the same for a token that is wrong, used, expired or taken back."""
    site = request.app[SITE]
    token = request.match_info["token"]
    visit = request.cookies.get(VISIT_COOKIE, "")
    if not _is_open(visit, site.now()):
        return _invitation(request, "invite_again")
    chat = sha256(f"chat:{token}:{visit}".encode()).hexdigest()[:24]
    cookie = sha256(f"session:{token}:{visit}".encode()).hexdigest()
    if not site.guests.may_ask(site.now()):
        later = _invitation(request, "invite_again")
        later.set_status(429)
        return later
    if TOKEN.fullmatch(token) is not None:
        await site.redeem(token, Address(NAME, chat), language_of(request, None))
    if not await open_session(site, chat, cookie):
        site.guests.was_nobody(site.now())
        return closed(request)
    response = web.Response(status=303, headers={"Location": f"/chat/{chat}/"})
    give_cookie(site, response, chat, cookie)
    return response


def closed(request: web.Request) -> web.Response:
    """The page for everybody who may not see another one."""
    site = request.app[SITE]
    language = language_of(request, None)
    text = site.pages.texts[language]["closed"]
    page = site.pages.render("plain.html", language, text=text, form="")
    return web.Response(status=404, text=page, content_type="text/html")


def _invitation(request: web.Request, small: str) -> web.Response:
    site = request.app[SITE]
    language = language_of(request, None)
    texts = site.pages.texts[language]
    form = FORM.format(label=texts["invite_open"], small=texts[small])
    page = site.pages.render("plain.html", language, text=texts["invite_text"], form=form)
    return web.Response(text=page, content_type="text/html")


def _is_open(visit: str, now: datetime) -> bool:
    """Whether the browser's secret is in our form and not too old; its age is bound into what is derived from it."""
    match = VISIT.fullmatch(visit)
    return match is not None and now.timestamp() < int(match[1]) <= (now + VISIT_LASTS).timestamp() + 1
