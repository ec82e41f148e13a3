"""Fetching files from Telegram, over a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.channels.base import (
    FileKind,
    FileRef,
    FileUnavailable,
)
from bot.channels.telegram_channel import TelegramChannel
from tests.bot.telegram_rig import LIBRARIES, Library, name_of
from tests.bot_api import BotApiServer, Fault, Limits
from tests.bot_api.faults import Trouble


async def no_blob(sha256: str) -> bytes:
    """Nothing is sent in these tests."""
    raise LookupError(sha256)


@pytest.fixture(params=LIBRARIES, ids=name_of)
def library(request: pytest.FixtureRequest) -> Library:
    """Each library in turn."""
    library: Library = request.param
    return library


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """A Bot API server without rate limits."""
    async with BotApiServer(limits=Limits.unpaced()) as server:
        yield server


@pytest.fixture
async def telegram(server: BotApiServer, library: Library) -> AsyncIterator[TelegramChannel]:
    """The channel of that server."""
    telegram = library(server.token, api_url=server.url, read_blob=no_blob)
    yield telegram
    await telegram.close()


async def fetched(telegram: TelegramChannel, ref: str, size: int | None = None) -> bytes:
    """The whole file."""
    return b"".join([chunk async for chunk in telegram.fetch(FileRef(FileKind.DOCUMENT, ref, size=size))])


async def test_fetches_a_file(server: BotApiServer, telegram: TelegramChannel) -> None:
    """The bytes come as they were sent."""
    data = bytes(range(256)) * 4000
    assert await fetched(telegram, server.keep_file(data)) == data


@pytest.mark.parametrize(
    ("size", "told", "forever"), [(21 * 1024 * 1024, None, True), (5, 21 * 1024 * 1024, True)], ids=["server", "update"]
)
async def test_files_over_20_mb(
    server: BotApiServer, telegram: TelegramChannel, size: int, told: int | None, *, forever: bool
) -> None:
    """Too large is for ever, whether the update tells or the server does."""
    ref = server.keep_file(b"12345", size=size)
    with pytest.raises(FileUnavailable) as caught:
        await fetched(telegram, ref, size=told)
    assert caught.value.forever is forever


async def test_a_file_that_grows_over_20_mb_is_cut_off(server: BotApiServer, telegram: TelegramChannel) -> None:
    """A server that tells less than it sends does not fill the memory."""
    ref = server.keep_file(bytes(21 * 1024 * 1024), size=1000)
    with pytest.raises(FileUnavailable, match="20 MB") as caught:
        await fetched(telegram, ref)
    assert caught.value.forever


@pytest.mark.parametrize(
    "fault",
    [
        Fault("file", Trouble.HALF),
        Fault("file", Trouble.RESET_BEFORE, times=2),  # one alone is made good by the HTTP client itself
        Fault("file", Trouble.ERROR, status=404),
        Fault("getFile", Trouble.ERROR, status=500),
        Fault("getFile", Trouble.RESET_BEFORE),
    ],
    ids=lambda fault: f"{fault.method} {fault.trouble}",
)
async def test_downloads_that_break_are_worth_another_try(
    server: BotApiServer, telegram: TelegramChannel, fault: Fault
) -> None:
    """A broken download is not for ever, does not tell the token, and the next one brings the whole file."""
    data = bytes(300_000)
    ref = server.keep_file(data)
    server.faults.add(replace(fault))
    with pytest.raises(FileUnavailable) as caught:
        await fetched(telegram, ref)
    assert not caught.value.forever
    assert server.token not in str(caught.value)
    assert await fetched(telegram, ref) == data


async def test_fewer_bytes_than_told_are_no_file(server: BotApiServer, telegram: TelegramChannel) -> None:
    """A file shorter than getFile said is not taken for whole."""
    with pytest.raises(FileUnavailable) as caught:
        await fetched(telegram, server.keep_file(b"1234", size=9))
    assert not caught.value.forever


async def test_an_unknown_file_is_gone_for_ever(telegram: TelegramChannel) -> None:
    """A file id of another bot, or a made-up one."""
    with pytest.raises(FileUnavailable) as caught:
        await fetched(telegram, "nonsense")
    assert caught.value.forever


@pytest.mark.parametrize("path", ["/etc/passwd", "../../secret", "photos/../../x", "a\\b", "photos//x", "a\nb"])
async def test_paths_that_are_no_paths_of_telegrams(server: BotApiServer, telegram: TelegramChannel, path: str) -> None:
    """A local-mode server's own disk paths, and tricks, are not followed."""
    ref = server.keep_file(b"secret", path=path)
    with pytest.raises(FileUnavailable):
        await fetched(telegram, ref)


async def test_odd_names_are_quoted(server: BotApiServer, telegram: TelegramChannel) -> None:
    """A path with signs of an address in it is still one path."""
    assert await fetched(telegram, server.keep_file(b"ok", path="documents/plik ż?#%41.pdf")) == b"ok"
