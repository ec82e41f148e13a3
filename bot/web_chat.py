"""The chat's own addresses: its page, its connection and its files."""

from __future__ import annotations

import json

from aiohttp import web

from bot.channels.webchat import MAX_FILE_BYTES
from bot.web_entry import closed, show_invitation, use_invitation
from bot.web_files import UPLOAD_TIMEOUT_SECONDS, show_file, take_file
from bot.web_frames import MAX_TEXT
from bot.web_site import SITE, language_of, visitor
from bot.web_socket import converse


def chat_routes() -> list[web.RouteDef]:
    """Invitations and chats."""
    return [
        web.get("/w/{token}", show_invitation),
        web.post("/w/{token}", use_invitation),
        web.get("/chat/{chat}/", show_chat),
        web.get("/chat/{chat}/ws", converse),
        web.post("/chat/{chat}/files", take_file),
        web.get("/chat/{chat}/files/{sha256}", show_file),
    ]


async def show_chat(request: web.Request) -> web.Response:
    """The page, in the person's language, for the holder of the chat's session."""
    site = request.app[SITE]
    who = await visitor(request)
    if who is None:
        return closed(request)
    language = language_of(request, who.person)
    told = {
        "chat": who.chat,
        "texts": site.pages.texts[language],
        "maxText": MAX_TEXT,
        "maxFile": MAX_FILE_BYTES,
        "uploadTimeout": UPLOAD_TIMEOUT_SECONDS * 1000,
        "hideTap": site.hide_tap,
    }
    page = site.pages.render("chat.html", language, page=json.dumps(told, ensure_ascii=False))
    return web.Response(text=page, content_type="text/html")
