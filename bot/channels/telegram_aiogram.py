"""Telegram's calls through aiogram: its HTTP session, form values and server addresses, below its models.

This is the only file that imports aiogram.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager

from aiohttp import FormData
from pydantic import BaseModel

from bot.channels.pacing import Pacer
from bot.channels.telegram_answers import Answer, Failure, read_answer
from bot.channels.telegram_calls import Params
from bot.channels.telegram_channel import ReadBlob, TelegramChannel
from bot.channels.telegram_exchange import BROKEN, CONNECTIONS, Uploads, failure_of, json_body, lines, post, stream


@contextmanager
def _models_unbuilt() -> Iterator[None]:
    """While it is imported, aiogram asks pydantic to build a parser for each of its 440 types: that would take eight
    times as long and seven times the memory of all the rest, for parsers nobody here asks anything of.
    """
    build = BaseModel.__dict__["model_rebuild"]

    def postponed(cls: type[BaseModel], /, **_: object) -> None:
        """Do nothing: pydantic builds what is not built yet when it is first used."""

    BaseModel.model_rebuild = classmethod(postponed)  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        BaseModel.model_rebuild = build  # type: ignore[method-assign]


with _models_unbuilt():
    from aiogram.client.bot import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import BufferedInputFile
    from aiogram.utils.token import TokenValidationError


class TelegramAiogram(TelegramChannel):
    """A Channel over aiogram."""

    def __init__(self, token: str, *, api_url: str, read_blob: ReadBlob, pacer: Pacer | None = None) -> None:
        """Raises ValueError where the token has not the shape of one."""
        super().__init__(AiogramCalls(token, api_url=api_url), read_blob=read_blob, pacer=pacer)


class AiogramCalls:
    """Library: calls without files as JSON over aiogram's connections, those with files as aiogram's forms."""

    def __init__(self, token: str, *, api_url: str) -> None:
        """Raises ValueError where the token has not the shape of one."""
        self._session = _Session(api=TelegramAPIServer.from_base(api_url), limit=CONNECTIONS)
        self._lines = lines()
        try:
            self._bot = Bot(token, session=self._session)
        except TokenValidationError:
            raise ValueError("not a Telegram bot token") from None

    async def call(self, method: str, params: Params, files: Uploads, *, seconds: float) -> Answer | Failure:
        """Make one call of the Bot API."""
        url = self._session.api.api_url(self._bot.token, method)
        try:
            if files:
                session = await self._session.create_session()
                status, content = await post(session, url, self._form(params, files), seconds=seconds)
            else:
                status, content = await self._lines.post(url, json_body(params), seconds=seconds)
        except BROKEN as error:
            return failure_of(error, token=self._bot.token)
        return read_answer(status, content)

    async def download(self, path: str, *, seconds: float) -> AsyncGenerator[bytes, None]:
        """A file's bytes by the path that getFile gave."""
        session = await self._session.create_session()
        async for chunk in stream(session, self._session.api.file_url(self._bot.token, path), seconds=seconds):
            yield chunk

    async def close(self) -> None:
        """Let connections go."""
        self._lines.close()
        await self._session.close()

    def _form(self, params: Params, files: Uploads) -> FormData:
        form = FormData(quote_fields=False)
        for key, value in params.items():
            form.add_field(key, self._session.prepare_value(value, bot=self._bot, files={}))
        for name, file in files.items():
            form.add_field(name, BufferedInputFile(file.data, file.name).read(self._bot), filename=file.name)
        return form


class _Session(AiohttpSession):
    """aiogram's session, closed without its quarter of a second of sleep: aiohttp awaits the end of TLS by now."""

    async def close(self) -> None:
        """Let connections go."""
        if self._session is not None and not self._session.closed:
            await self._session.close()
