"""Parts the Telegram transport's tests share: stored files, the channel at a test server, one address."""

from __future__ import annotations

from bot.channels.base import (
    Address,
    Attachment,
    Button,
)
from bot.channels.pacing import Pacer
from bot.channels.telegram_aiogram import TelegramAiogram
from bot.channels.telegram_channel import TelegramChannel
from bot.channels.telegram_ptb import TelegramPtb
from tests.bot_api import BotApiServer

Library = type[TelegramAiogram | TelegramPtb]
LIBRARIES: tuple[Library, ...] = (TelegramAiogram, TelegramPtb)
"""Everything the channel promises holds over each."""

JPEG = b"\xff\xd8\xff\xe0 a photo"
BLOBS = {
    "photo": JPEG,
    "pdf": b"%PDF-1.7",
    "heavy": JPEG + bytes(10 * 1024 * 1024),
    "huge": JPEG + bytes(50 * 1024 * 1024),
    "fake": b"not a picture",
}
TO = Address("telegram", "7")
YES_NO = ((Button("Tak", "y"), Button("Nie", "n")),)


async def read_blob(sha256: str) -> bytes:
    """The evidence store of these tests."""
    return BLOBS[sha256]


def photo(sha256: str = "photo", media_type: str = "image/jpeg") -> Attachment:
    """A stored file."""
    return Attachment(sha256, media_type, 'zdjęcie "1".jpg')


def channel(
    server: BotApiServer, library: Library, *, token: str | None = None, url: str | None = None
) -> TelegramChannel:
    """The channel over a library, not slowed down."""
    pacer = Pacer(per_second=10_000, chat_burst=10_000, patience=0)
    return library(token or server.token, api_url=url or server.url, read_blob=read_blob, pacer=pacer)


def name_of(library: Library) -> str:
    """What a library is called in the names of tests."""
    return library.__name__.removeprefix("Telegram").lower()
