"""Files of a chat: taken in (stored first, then told to intake) and shown again to the one person they belong to."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from functools import partial
from urllib.parse import quote

from aiohttp import web

from bot.channels.base import FileKind, FileRef, SentFile
from bot.channels.webchat import MAX_FILE_BYTES
from bot.web_entry import closed
from bot.web_frames import MAX_TEXT, BadFrame, attachments_of, incoming, read_id, read_sent_at, storable
from bot.web_site import SITE, language_of, visitor
from storage import messages
from storage.blobs import BlobCorrupt, BlobMissing
from storage.database import Unit

log = logging.getLogger(__name__)

CHUNK_BYTES = 256 * 1024
UPLOAD_TIMEOUT_SECONDS = 600
MAX_NAME = 200
"""Characters of a file's name; of a longer one the end is kept, which tells its kind."""

MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,100}")
SHA256 = re.compile(r"[0-9a-f]{64}")
HISTORY_PIECE = 500

SHOWN_INLINE = frozenset(
    {"image/jpeg", "image/png", "image/webp", "image/gif", "audio/ogg", "audio/webm", "audio/mp4", "audio/mpeg"}
)
"""What a browser may draw in place; everything else is handed over as a download of unknown kind."""


class TooLarge(Exception):
    """More bytes than ``MAX_FILE_BYTES``."""


async def take_file(request: web.Request) -> web.StreamResponse:
    """The body is the file; the query tells ``id kind name caption album age``. Answers 200 only after commit."""
    site = request.app[SITE]
    if not site.is_ours(request):
        return web.Response(status=403)
    who = await visitor(request)
    if who is None:
        return closed(request)
    texts = site.pages.texts[language_of(request, who.person)]
    if (request.content_length or 0) > MAX_FILE_BYTES:
        return _refused(413, texts["refused"])
    try:
        frame_id = read_id(request.query.get("id"))
        kind = FileKind(request.query.get("kind", ""))
        album = request.query.get("album")
        album = None if album is None else read_id(album)
        caption = storable(request.query.get("caption", ""))
        if len(caption) > MAX_TEXT:
            raise BadFrame("caption too long")
        age = float(request.query.get("age", "0"))
        stored = await site.blobs.put(_limited(request))
    except TooLarge:
        return _refused(413, texts["refused"])
    except ValueError:
        return _refused(400, texts["refused"])
    except OSError as error:  # a full disk, a store that is away: the page sends it again
        log.warning("a file could not be kept", extra={"update": frame_id, "problem": str(error)})
        return web.json_response({"problem": "later"}, status=503)
    if stored.size == 0:
        return _refused(400, texts["refused"])
    file = FileRef(
        kind,
        stored.sha256,
        name=storable(request.query.get("name", ""))[-MAX_NAME:] or None,
        media_type=_media_type(request),
        size=stored.size,
    )
    update = incoming(
        SentFile(file, caption=caption, album=album),
        frame_id,
        chat=who.chat,
        sent_at=read_sent_at(age, site.now()),
        language=language_of(request, None),
    )
    try:
        await site.take(update)
    except Exception:  # whatever it was: it is not committed, so it is not acknowledged
        log.exception("a file was not taken", extra={"channel": update.address.channel, "update": update.update_id})
        return web.json_response({"problem": "later"}, status=503)
    site.chat.hub.ring(who.chat)
    return web.json_response({"ack": frame_id})


async def show_file(request: web.Request) -> web.StreamResponse:
    """A file that stands in one of this chat's visible messages; for everything else the same "not found"."""
    site = request.app[SITE]
    who = await visitor(request)
    sha256 = request.match_info["sha256"]
    if who is None or SHA256.fullmatch(sha256) is None:
        return closed(request)
    found = await site.database.read(partial(_attachment, address_id=who.address.id, sha256=sha256))
    if found is None:
        return closed(request)
    headers = _headers(found["media_type"], found["name"]) | {"ETag": f'"{sha256}"'}
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return web.Response(status=304, headers=headers)
    try:
        data = await site.blobs.get(sha256)
    except (BlobMissing, BlobCorrupt):
        log.exception("a file that a message shows cannot be read")
        return closed(request)
    except OSError as error:
        log.warning("a file cannot be shown just now", extra={"problem": str(error)})
        return web.Response(status=503)
    return _part(request, data, headers)


def _part(request: web.Request, data: bytes, headers: dict[str, str]) -> web.Response:
    """The bytes a player asked for, or all."""
    headers["Accept-Ranges"] = "bytes"
    try:
        wanted = request.http_range
    except ValueError:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{len(data)}"})
    start, stop, _ = wanted.indices(len(data))
    if wanted.start is None and wanted.stop is None:
        return web.Response(body=data, headers=headers)
    if start >= stop:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{len(data)}"})
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(data)}"
    return web.Response(status=206, body=data[start:stop], headers=headers)


def _headers(media_type: str, name: str) -> dict[str, str]:
    inline = media_type in SHOWN_INLINE
    return {
        "Content-Type": media_type if inline else "application/octet-stream",
        "Content-Disposition": f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "private, no-cache",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }


def _attachment(unit: Unit, *, address_id: int, sha256: str) -> dict[str, str] | None:
    before: int | None = None
    while True:
        found = messages.history(unit, address_id, before_id=before, limit=HISTORY_PIECE)
        for message in reversed(found):
            for attachment in attachments_of(message.body or {}):
                if attachment["sha256"] == sha256:
                    return attachment
        if len(found) < HISTORY_PIECE:
            return None
        before = found[0].id


async def _limited(request: web.Request) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in request.content.iter_chunked(CHUNK_BYTES):
        size += len(chunk)
        if size > MAX_FILE_BYTES:
            raise TooLarge
        yield chunk


def _media_type(request: web.Request) -> str:
    told = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return told if MEDIA_TYPE.fullmatch(told) else "application/octet-stream"


def _refused(status: int, problem: str) -> web.Response:
    return web.json_response({"problem": problem}, status=status)
