"""Our Bot API server refuses what the real one refuses: otherwise the tests that lean on it would prove little."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping

import aiohttp
import pytest

from tests.bot_api import BotApiServer, Limits
from tests.bot_api.state import Json


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """A server without rate limits; person 7 has written to the bot."""
    async with BotApiServer(limits=Limits.unpaced()) as server:
        server.person(7, met=True)
        yield server


async def call(
    server: BotApiServer, method: str, parameters: Json, *, token: str | None = None
) -> tuple[int, str, object]:
    """Status, description and result of one call with a JSON body."""
    url = f"{server.url}/bot{token or server.token}/{method}"
    async with aiohttp.ClientSession() as http, http.post(url, json=parameters) as response:
        answer = await response.json()
        assert answer["ok"] is (response.status == 200)
        return response.status, answer.get("description", ""), answer.get("result")


TAP = {"text": "a", "callback_data": "b"}


def keyboard(*buttons: Mapping[str, object]) -> Json:
    """An inline keyboard of one row."""
    return {"inline_keyboard": [[dict(button) for button in buttons]]}


@pytest.mark.parametrize(
    ("method", "parameters", "status", "words"),
    [
        ("sendHologram", {}, 404, "method not found"),
        ("sendMessage", {"text": "x"}, 400, "chat_id is empty"),
        ("sendMessage", {"chat_id": 7}, 400, "message text is empty"),
        ("sendMessage", {"chat_id": "seven", "text": "x"}, 400, "valid Integer"),
        ("sendMessage", {"chat_id": 7, "text": "x", "silent": True}, 400, "no parameter"),
        ("sendMessage", {"chat_id": 7, "text": "x", "protect_content": "maybe"}, 400, "Boolean"),
        ("sendMessage", {"chat_id": 7, "text": "x", "reply_markup": "nonsense"}, 400, "JSON"),
        ("sendMessage", {"chat_id": 8, "text": "x"}, 400, "chat not found"),
        ("sendMessage", {"chat_id": 7, "text": "🙂" * 2049}, 400, "too long"),
        (
            "sendMessage",
            {"chat_id": 7, "text": "x", "entities": [{"type": "bold", "offset": 0, "length": 2}]},
            400,
            "BOUNDS",
        ),
        (
            "sendMessage",
            {"chat_id": 7, "text": "🙂", "entities": [{"type": "bold", "offset": 1, "length": 1}]},
            400,
            "UTF-16",
        ),
        (
            "sendMessage",
            {"chat_id": 7, "text": "x", "entities": [{"type": "loud", "offset": 0, "length": 1}]},
            400,
            "type",
        ),
        (
            "sendMessage",
            {"chat_id": 7, "text": "x", "reply_markup": keyboard({"text": "a", "callback_data": "ż" * 33})},
            400,
            "BUTTON_DATA_INVALID",
        ),
        ("sendMessage", {"chat_id": 7, "text": "x", "reply_markup": keyboard({"text": "a"})}, 400, "exactly one"),
        (
            "sendMessage",
            {"chat_id": 7, "text": "x", "reply_markup": keyboard(*[TAP] * 101)},
            400,
            "too long",
        ),
        (
            "sendMessage",
            {"chat_id": 7, "text": "x", "reply_markup": keyboard({"text": "a", "url": "http://localhost:1"})},
            400,
            "Wrong HTTP URL",
        ),
        ("sendPhoto", {"chat_id": 7, "photo": "nonsense"}, 400, "wrong file identifier"),
        ("sendPhoto", {"chat_id": 7}, 400, "no photo"),
        ("sendMediaGroup", {"chat_id": 7, "media": [{"type": "photo", "media": "x"}]}, 400, "wrong number"),
        ("editMessageText", {"chat_id": 7, "message_id": 99, "text": "x"}, 400, "not found"),
        ("deleteMessage", {"chat_id": 7, "message_id": 99}, 400, "not found"),
        ("deleteMessages", {"chat_id": 7, "message_ids": list(range(1, 102))}, 400, "too many"),
        ("answerCallbackQuery", {"callback_query_id": "old"}, 400, "query is too old"),
        ("getFile", {"file_id": "nonsense"}, 400, "invalid file_id"),
        ("setMyCommands", {"commands": [{"command": "Zażółć", "description": "x"}]}, 400, "BOT_COMMAND_INVALID"),
        ("setWebhook", {"url": "http://example.org"}, 400, "HTTPS"),
    ],
)
async def test_refuses(server: BotApiServer, method: str, parameters: Json, status: int, words: str) -> None:
    """Each mistake with its status and in Telegram's words; nothing is done."""
    got, description, _ = await call(server, method, parameters)
    assert got == status
    assert words in description
    assert server.sent_to(7) == []


async def test_refuses_a_wrong_token(server: BotApiServer) -> None:
    """401, whatever is asked."""
    assert (await call(server, "getMe", {}, token="4242:other"))[0] == 401


async def test_edits_deletions_and_taps_have_their_rules(server: BotApiServer) -> None:
    """The same edit twice, another's message, 48 hours, 150 seconds, a vanished chat."""
    ola = server.person(7)
    ola.says("moje")
    await call(
        server,
        "sendMessage",
        {"chat_id": 7, "text": "x", "reply_markup": keyboard(TAP)},
    )
    mine, ours = (one.id for one in ola.sees())
    edit: Json = {"chat_id": 7, "message_id": ours, "text": "y"}
    assert (await call(server, "editMessageText", edit))[0] == 200
    assert "not modified" in (await call(server, "editMessageText", edit))[1]
    assert "can't be edited" in (await call(server, "editMessageText", {**edit, "message_id": mine}))[1]
    assert (
        "no caption"
        in (await call(server, "editMessageCaption", {"chat_id": 7, "message_id": ours, "caption": "z"}))[1]
    )
    tap = ola.taps_data("b", message=ours)
    server.clock.advance(151)
    assert "too old" in (await call(server, "answerCallbackQuery", {"callback_query_id": tap.id}))[1]
    server.clock.advance(48 * 3600)
    assert "can't be deleted" in (await call(server, "deleteMessage", {"chat_id": 7, "message_id": ours}))[1]
    assert "can't be deleted" in (await call(server, "deleteMessages", {"chat_id": 7, "message_ids": [ours]}))[1]
    ola.blocks()
    assert await call(server, "sendMessage", {"chat_id": 7, "text": "x"}) == (
        403,
        "Forbidden: bot was blocked by the user",
        None,
    )


async def updates(server: BotApiServer, **parameters: object) -> list[int]:
    """Numbers of the updates a poll gives."""
    status, description, result = await call(server, "getUpdates", dict(parameters))
    assert status == 200, description
    assert isinstance(result, list)
    return [update["update_id"] for update in result]


async def test_the_offset_acknowledges(server: BotApiServer) -> None:
    """What is below the offset is forgotten; what is not comes again, until it is too old."""
    ola = server.person(7)
    first, second, third = (ola.says(text) for text in "abc")
    assert await updates(server) == await updates(server) == [first, second, third]
    assert await updates(server, limit=1) == [first]
    assert await updates(server, offset=second) == [second, third]
    assert await updates(server, offset=-1) == [third]
    server.updates.repeat(first)
    assert await updates(server) == [first, third]
    tap = server.person(7).taps_data("b", message=None)
    assert len(await updates(server)) == 3
    server.clock.advance(151)
    assert await updates(server) == [first, third]
    assert not server.state.taps[tap.id].answered
    server.clock.advance(24 * 3600)
    assert await updates(server) == []


async def test_kinds_not_wanted_are_never_made(server: BotApiServer) -> None:
    """What is outside allowed_updates when it happens is lost for good."""
    await updates(server, allowed_updates=["message"])
    server.person(7).taps_data("b", message=None)
    number = server.person(7).says("x")
    assert await updates(server, allowed_updates=["message", "callback_query"]) == [number]


async def test_one_poller_and_no_webhook(server: BotApiServer) -> None:
    """The older of two long polls ends with 409; with a webhook set every poll does."""
    async with asyncio.TaskGroup() as group:
        older = group.create_task(call(server, "getUpdates", {"timeout": 20}))
        await asyncio.sleep(0.1)
        newer = group.create_task(call(server, "getUpdates", {"timeout": 20}))
        await asyncio.sleep(0.1)
        server.person(7).says("x")
    assert older.result()[0] == 409
    assert "other getUpdates" in older.result()[1]
    assert newer.result()[0] == 200
    await call(server, "setWebhook", {"url": "https://example.invalid/"})
    status, description, _ = await call(server, "getUpdates", {})
    assert (status, "webhook is active" in description) == (409, True)


async def test_rate_limits() -> None:
    """A burst to one chat, then 429 with retry_after; thirty a second in all."""
    async with BotApiServer() as server:
        for chat in range(1, 41):
            server.person(chat, met=True)
        one = [(await call(server, "sendMessage", {"chat_id": 1, "text": "x"}))[0] for _ in range(6)]
        assert one == [200] * 5 + [429]
        many = await asyncio.gather(*(call(server, "sendMessage", {"chat_id": c, "text": "x"}) for c in range(2, 41)))
        assert {status for status, _, _ in many} == {200, 429}
        assert "retry after 1" in next(words for status, words, _ in many if status == 429)


async def test_in_a_process_of_its_own() -> None:
    """Started as a program it serves, and people are moved by HTTP."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bot_api", "--unpaced", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        url = (await process.stdout.readline()).decode().strip()
        async with aiohttp.ClientSession() as http:
            order = {"chat": 7, "do": "says", "with": ["/start abc"]}
            async with http.post(f"{url}/control", data=json.dumps(order)) as response:
                assert response.status == 200
            async with http.post(
                f"{url}/bot4242:TEST-token_of-a_bot/sendMessage", json={"chat_id": 7, "text": "hej"}
            ) as sent:
                assert sent.status == 200
            async with http.get(f"{url}/control?chat=7") as look:
                assert [one["text"] for one in await look.json()] == ["/start abc", "hej"]
    finally:
        process.terminate()
        await process.wait()
