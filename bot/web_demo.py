"""The demo's page: three chats side by side, each a real one. Only there when the demo asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from aiohttp import web

from bot.web_site import SITE, give_cookie, language_of, new_cookie, open_session

TAB = (
    '<button type="button" role="tab" id="tab-{n}" aria-controls="pane-{n}" aria-selected="{selected}">{label}</button>'
)
PANE = (
    '<section class="pane" id="pane-{n}" aria-labelledby="label-{n}"><h2 id="label-{n}">{label}</h2>'
    '<iframe src="/chat/{chat}/" title="{label}" allow="geolocation; microphone; camera"></iframe></section>'
)


@dataclass(frozen=True, slots=True)
class DemoChat:
    """One of the chats: what stands above it, and its id in the web channel."""

    label: str
    chat: str


def demo_routes(demo: Sequence[DemoChat]) -> list[web.RouteDef]:
    """``/demo``, and the front page leading there; none without chats to show."""
    if not demo:
        return []
    cookies = {one.chat: new_cookie() for one in demo}

    async def show(request: web.Request) -> web.Response:
        """Let whoever comes into all of them: a demo has no secrets."""
        site = request.app[SITE]
        tabs = "".join(
            TAB.format(n=n, label=escape(one.label), selected="true" if n == 0 else "false")
            for n, one in enumerate(demo)
        )
        panes = "".join(PANE.format(n=n, label=escape(one.label), chat=one.chat) for n, one in enumerate(demo))
        language = language_of(request, None)
        page = site.pages.render("demo.html", language, form=tabs).replace("<!--panes-->", panes)
        response = web.Response(text=page, content_type="text/html")
        for chat, cookie in cookies.items():
            if await open_session(site, chat, cookie):
                give_cookie(site, response, chat, cookie)
        return response

    async def front(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/demo"})

    return [web.get("/demo", show), web.get("/", front)]
