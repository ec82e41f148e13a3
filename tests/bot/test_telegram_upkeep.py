"""The Telegram channel's pace, cleaning, menus and webhook, over a real socket; every call against the schema."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.channels.base import (
    Address,
    Button,
    Command,
    Delivered,
    FileKind,
    FileRef,
    InputHint,
    Outgoing,
    Tidy,
    TryLater,
)
from bot.channels.telegram_answers import Failure
from bot.channels.telegram_channel import TelegramChannel
from tests.bot.telegram_rig import LIBRARIES, TO, YES_NO, Library, channel, name_of, photo, read_blob
from tests.bot_api import BotApiServer, Fault, Limits, Person
from tests.bot_api.faults import Trouble
from tests.bot_api.schema import CACHED, Schema


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
    telegram = channel(server, library)
    yield telegram
    await telegram.close()


@pytest.fixture
def ola(server: BotApiServer) -> Person:
    """A person who has written to the bot before."""
    return server.person(7, met=True)


# Pace ---------------------------------------------------------------------------------------------------------------


async def test_429_holds_the_chat_back(library: Library) -> None:
    """After a 429 the chat is left alone for as long as asked; another chat is not."""
    async with BotApiServer() as server:
        server.person(7, met=True)
        server.person(8, met=True)
        telegram = library(server.token, api_url=server.url, read_blob=read_blob)
        server.faults.add(
            Fault("sendMessage", Trouble.ERROR, status=429, retry_after=40, description="Too Many Requests")
        )
        assert await telegram.deliver(Outgoing(body="x"), TO, job_id=1) == TryLater(40.0, "Too Many Requests")
        held = await telegram.deliver(Outgoing(body="x"), TO, job_id=1)
        assert isinstance(held, TryLater)
        assert 30 < held.seconds <= 40
        other = await telegram.deliver(Outgoing(body="x"), Address("telegram", "8"), job_id=2)
        assert isinstance(other, Delivered)
        await telegram.close()


async def test_our_own_pace_keeps_the_servers_limits(library: Library) -> None:
    """Forty messages to twenty people at once: none is refused by a server that refuses as the real one does."""
    async with BotApiServer() as server:
        telegram = library(server.token, api_url=server.url, read_blob=read_blob)
        for chat in range(1, 21):
            server.person(chat, met=True)
        async with asyncio.TaskGroup() as group:
            for job in range(40):
                to = Address("telegram", str(job % 20 + 1))
                group.create_task(telegram.deliver(Outgoing(body=f"wiadomość {job}"), to, job_id=job))
        assert server.flood.refused == 0
        assert [len(server.sent_to(chat)) for chat in range(1, 21)] == [2] * 20
        await telegram.close()


async def test_the_server_itself_refuses_haste(library: Library) -> None:
    """The limits are real: without pacing the same server says 429 with retry_after."""
    async with BotApiServer() as strict:
        strict.person(7, met=True)
        telegram = channel(strict, library)
        outcomes = [await telegram.deliver(Outgoing(body=str(job)), TO, job_id=job) for job in range(8)]
        assert [type(outcome) for outcome in outcomes] == [Delivered] * 5 + [TryLater] * 3
        await telegram.close()


# Cleaning, menus ----------------------------------------------------------------------------------------------------


async def test_cleaning_removes_both_sides(telegram: TelegramChannel, ola: Person) -> None:
    """Ours and theirs, hundreds of them, some gone already."""
    for number in range(130):
        ola.says(str(number))
    outcome = await telegram.deliver(Outgoing(body="Załączniki", attachments=(photo(), photo())), TO, job_id=1)
    assert isinstance(outcome, Delivered)
    assert outcome.message is not None
    ola.deletes(5)
    theirs = [str(one.id) for one in ola.sees() if not one.from_bot]
    assert await telegram.clean(TO, [*theirs, "5", "99999", outcome.message]) == Delivered()
    assert ola.sees() == []


async def test_cleaning_passes_over_what_is_too_old(
    server: BotApiServer, telegram: TelegramChannel, ola: Person
) -> None:
    """A message older than 48 hours stays; it does not keep the others."""
    await telegram.deliver(Outgoing(body="stara"), TO, job_id=1)
    server.clock.advance(49 * 3600)
    await telegram.deliver(Outgoing(body="nowa"), TO, job_id=2)
    assert await telegram.clean(TO, [str(one.id) for one in ola.sees()]) == Delivered()
    assert [one.text for one in ola.sees()] == ["stara"]


async def test_cleaning_is_tried_again_when_the_server_is_away(
    server: BotApiServer, telegram: TelegramChannel, ola: Person
) -> None:
    """Deleting twice is harmless, so a broken connection means later."""
    await telegram.deliver(Outgoing(body="x"), TO, job_id=1)
    server.faults.add(Fault("deleteMessages", Trouble.RESET_AFTER))
    assert isinstance(await telegram.clean(TO, ["1"]), TryLater)
    assert await telegram.clean(TO, ["1"]) == Delivered()
    assert ola.sees() == []


async def test_menus_are_of_those_invited(server: BotApiServer, telegram: TelegramChannel, ola: Person) -> None:
    """A stranger sees no menu even where there was one; the person sees theirs whatever the phone's language."""
    stranger = server.person(8, language="de", met=True)
    server.state.menus["default", None, ""] = [{"command": "old", "description": "x"}]
    server.state.menus["all_private_chats", None, "en"] = [{"command": "old", "description": "x"}]
    assert await telegram.hide_commands_from_strangers() == Delivered()
    await telegram.offer_commands(TO, [Command("zadania", "Moje zadania")], language="pl")
    assert (stranger.menu, ola.menu) == ([], ["zadania"])
    ola.chat.language = "en"
    assert ola.menu == ["zadania"]
    await telegram.offer_commands(TO, [], language="pl")
    assert ola.menu == []


# The rest -----------------------------------------------------------------------------------------------------------


async def test_webhook_is_set_and_unset(server: BotApiServer, telegram: TelegramChannel) -> None:
    """With its secret and the kinds wanted; a refused address is told."""
    assert await telegram.set_webhook("https://example.org/tg", secret="s3cret") is None
    assert (server.updates.url, server.updates.secret) == ("https://example.org/tg", "s3cret")
    assert server.updates.allowed == frozenset({"message", "edited_message", "callback_query", "my_chat_member"})
    assert await telegram.delete_webhook() is None
    assert server.updates.url == ""
    refused = await telegram.set_webhook("http://example.org/tg", secret="s3cret")
    assert isinstance(refused, Failure)
    assert refused.bad_request


@pytest.mark.skipif(not CACHED.exists(), reason="python -m tests.bot_api.schema has not been run here")
async def test_every_call_fits_the_published_schema(library: Library) -> None:
    """All kinds of calls we make, checked against Telegram's own list of methods and types."""
    async with BotApiServer(limits=Limits.unpaced(), check=Schema().check) as server:
        ola = server.person(7, met=True)
        telegram = channel(server, library)
        ola.says("/start")
        assert isinstance(await telegram.updates(None, wait=0), list)
        first = await telegram.deliver(
            Outgoing(head="a", body="b", note="c", buttons=YES_NO, silent=True, expects=InputHint.PLACE), TO, job_id=1
        )
        assert isinstance(first, Delivered)
        tap = ola.taps("Tak")
        deliveries = [
            Outgoing(body="d", acknowledges=tap.id, tidies=Tidy(1, 1, "e", head="f", message=first.message)),
            Outgoing(body="g", attachments=(photo(),), buttons=((Button("h", url="https://example.org"),),)),
            Outgoing(body="i", attachments=(photo(), photo(), photo("pdf", "application/pdf"))),
        ]
        for job, outgoing in enumerate(deliveries, start=2):
            assert isinstance(await telegram.deliver(outgoing, TO, job_id=job), Delivered)
        assert ola.hears()[1].text == "f\ne"
        assert await telegram.offer_commands(TO, [Command("x", "y")], language="pl") == Delivered()
        assert await telegram.hide_commands_from_strangers() == Delivered()
        assert await telegram.set_webhook("https://example.org", secret="x") is None
        assert await telegram.delete_webhook() is None
        file = FileRef(FileKind.DOCUMENT, server.keep_file(b"x"))
        assert [chunk async for chunk in telegram.fetch(file)] == [b"x"]
        assert await telegram.clean(TO, ["1", "2"]) == Delivered()
        await telegram.close()


# Who the bot is -----------------------------------------------------------------------------------------------------


async def test_the_bots_name_is_asked_for(server: BotApiServer, telegram: TelegramChannel) -> None:
    """For links to it; a server that does not answer leaves it unknown."""
    assert await telegram.bot_name() == server.state.bot["username"]
    server.faults.add(Fault("getMe", Trouble.ERROR, status=502, description="Bad Gateway"))
    assert await telegram.bot_name() is None
