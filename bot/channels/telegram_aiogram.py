"""Telegram's calls through aiogram: files by its HTTP session and form values, loaded with the first file.

Calls without files are JSON on lines of our own, to the address that aiogram would send them to.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bot.channels.pacing import Pacer
from bot.channels.telegram_answers import Answer, Failure, read_answer
from bot.channels.telegram_calls import Params
from bot.channels.telegram_channel import ReadBlob, TelegramChannel
from bot.channels.telegram_exchange import BROKEN, Uploads, failure_of, json_body, lines

if TYPE_CHECKING:
    from bot.channels.telegram_aiogram_files import AiogramFiles


class TelegramAiogram(TelegramChannel):
    """A Channel over aiogram."""

    def __init__(self, token: str, *, api_url: str, read_blob: ReadBlob, pacer: Pacer | None = None) -> None:
        """Raises ValueError where the token has not the shape of one."""
        super().__init__(AiogramCalls(token, api_url=api_url), read_blob=read_blob, pacer=pacer)


class AiogramCalls:
    """Library: calls without files as JSON over lines of our own, those with files as aiogram's forms."""

    def __init__(self, token: str, *, api_url: str) -> None:
        """Raises ValueError where the token has not the shape of one, ModuleNotFoundError where aiogram is missing."""
        if find_spec("aiogram") is None:
            raise ModuleNotFoundError("No module named 'aiogram'", name="aiogram")
        if not is_token(token):
            raise ValueError("not a Telegram bot token")
        self._token = token
        self._api_url = api_url.rstrip("/")
        self._lines = lines()
        self._files: AiogramFiles | None = None
        self._loading = asyncio.Lock()

    async def call(self, method: str, params: Params, files: Uploads, *, seconds: float) -> Answer | Failure:
        """Make one call of the Bot API."""
        try:
            if files:
                by_form = await self._aiogram()
                status, content = await by_form.post(method, params, files, seconds=seconds)
            else:
                url = f"{self._api_url}/bot{self._token}/{method}"
                status, content = await self._lines.post(url, json_body(params), seconds=seconds)
        except BROKEN as error:
            return failure_of(error, token=self._token)
        return read_answer(status, content)

    async def download(self, path: str, *, seconds: float) -> AsyncGenerator[bytes, None]:
        """A file's bytes by the path that getFile gave."""
        by_form = await self._aiogram()
        async for chunk in by_form.download(path, seconds=seconds):
            yield chunk

    async def close(self) -> None:
        """Let connections go."""
        self._lines.close()
        if self._files is not None:
            await self._files.close()

    async def _aiogram(self) -> AiogramFiles:
        """What sends and gets files. aiogram is as large as all the rest: a program that has just started has people
        waiting, and many a one never sees a file.
        """
        async with self._loading:
            if self._files is None:
                self._files = await asyncio.to_thread(_files, self._token, self._api_url)
        return self._files


def is_token(text: str) -> bool:
    """Whether it has the shape that aiogram asks of a token: digits, a colon, something without spaces."""
    number, colon, secret = text.partition(":")
    return number.isdigit() and bool(colon and secret) and not any(letter.isspace() for letter in text)


def _files(token: str, api_url: str) -> AiogramFiles:
    from bot.channels.telegram_aiogram_files import AiogramFiles

    return AiogramFiles(token, api_url=api_url)
