"""Telegram's calls through python-telegram-bot: its bot's addresses, request data and interface of requests.

Below its types, as with aiogram; with aiohttp under that interface, since httpx takes several times the time of a call.
This is the only file that imports telegram.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from io import BytesIO

import aiohttp
from telegram import Bot, InputFile
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.channels.pacing import Pacer
from bot.channels.telegram_answers import Answer, Failure, read_answer
from bot.channels.telegram_calls import Params
from bot.channels.telegram_channel import REQUEST_SECONDS, ReadBlob, TelegramChannel
from bot.channels.telegram_exchange import BROKEN, CONNECTIONS, Uploads, failure_of, json_body, lines, post, stream

_TOKEN = re.compile(r"[0-9]+:\S+", re.ASCII)


class TelegramPtb(TelegramChannel):
    """A Channel over python-telegram-bot."""

    def __init__(self, token: str, *, api_url: str, read_blob: ReadBlob, pacer: Pacer | None = None) -> None:
        """Raises ValueError where the token has not the shape of one."""
        super().__init__(PtbCalls(token, api_url=api_url), read_blob=read_blob, pacer=pacer)


class PtbCalls:
    """Library: the library's own request data, sent and answered as they are."""

    def __init__(self, token: str, *, api_url: str) -> None:
        """Raises ValueError where the token has not the shape of one."""
        if not _TOKEN.fullmatch(token):
            raise ValueError("not a Telegram bot token")
        self._request = AiohttpRequest()
        base = api_url.rstrip("/")
        self._bot = Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._request,
            get_updates_request=self._request,
        )

    async def call(self, method: str, params: Params, files: Uploads, *, seconds: float) -> Answer | Failure:
        """Make one call of the Bot API."""
        parameters = [RequestParameter(name, value, None) for name, value in params.items()]
        parameters += [
            RequestParameter(name, None, [InputFile(file.data, filename=file.name)]) for name, file in files.items()
        ]
        url = f"{self._bot.base_url}/{method}"
        try:
            status, content = await self._request.do_request(url, "POST", RequestData(parameters), read_timeout=seconds)
        except TelegramError as error:
            return failure_of(error.__cause__ or error, token=self._bot.token)
        return read_answer(status, content)

    async def download(self, path: str, *, seconds: float) -> AsyncGenerator[bytes, None]:
        """A file's bytes by the path that getFile gave."""
        async for chunk in stream(self._request.session, f"{self._bot.base_file_url}/{path}", seconds=seconds):
            yield chunk

    async def close(self) -> None:
        """Let connections go."""
        await self._request.shutdown()


class AiohttpRequest(BaseRequest):
    """The library's interface of requests over aiohttp."""

    __slots__ = ("_lines", "_session")

    def __init__(self) -> None:
        self._lines = lines()
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds a request may take that says nothing else."""
        return REQUEST_SECONDS

    @property
    def session(self) -> aiohttp.ClientSession:
        """The connections; made when first needed, as they belong to the loop that runs then."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )
        return self._session

    async def initialize(self) -> None:
        """Nothing is needed before the first request."""

    async def shutdown(self) -> None:
        """Let connections go."""
        self._lines.close()
        if self._session is not None:
            await self._session.close()

    async def do_request(  # noqa: PLR0917 - the library's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body of the answer, all of it within ``read_timeout``. Raises TelegramError with its cause."""
        del method, write_timeout, connect_timeout, pool_timeout  # every call is a POST; one deadline is enough
        seconds = self.read_timeout if isinstance(read_timeout, DefaultValue) or not read_timeout else read_timeout
        try:
            body = _body(request_data or RequestData())
            if isinstance(body, bytes):
                return await self._lines.post(url, body, seconds=seconds)
            return await post(self.session, url, body, seconds=seconds)
        except TimeoutError as error:
            raise TimedOut from error
        except BROKEN as error:
            raise NetworkError(type(error).__name__) from error


def _body(data: RequestData) -> bytes | aiohttp.FormData:
    """Without files one JSON object; with files the library's own form."""
    if not data.contains_files:
        return json_body(data.parameters)
    form = aiohttp.FormData(quote_fields=False)
    for key, value in data.json_parameters.items():
        form.add_field(key, value)
    for key, (name, content, media_type) in data.multipart_data.items():
        assert isinstance(content, bytes)  # noqa: S101 - no open files are handed in
        form.add_field(key, BytesIO(content), filename=name, content_type=media_type)
    return form
