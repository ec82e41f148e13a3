"""Files to and from Telegram through aiogram: its HTTP session, form values and server addresses, below its models.

This is the only file that imports aiogram.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager

from aiohttp import FormData
from pydantic import BaseModel

from bot.channels.telegram_calls import Params
from bot.channels.telegram_exchange import CONNECTIONS, Uploads, post, stream


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


class AiogramFiles:
    """Calls with files, and downloads, over aiogram's connections. May be made in a thread without a loop."""

    def __init__(self, token: str, *, api_url: str) -> None:
        self._session = _Session(api=TelegramAPIServer.from_base(api_url), limit=CONNECTIONS)
        self._bot = Bot(token, session=self._session)

    async def post(self, method: str, params: Params, files: Uploads, *, seconds: float) -> tuple[int, bytes]:
        """Status and body of the answer to a call with files. Raises one of BROKEN."""
        session = await self._session.create_session()
        url = self._session.api.api_url(self._bot.token, method)
        return await post(session, url, self._form(params, files), seconds=seconds)

    async def download(self, path: str, *, seconds: float) -> AsyncGenerator[bytes, None]:
        """A file's bytes by the path that getFile gave. Raises one of BROKEN."""
        session = await self._session.create_session()
        async for chunk in stream(session, self._session.api.file_url(self._bot.token, path), seconds=seconds):
            yield chunk

    async def close(self) -> None:
        """Let connections go."""
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
