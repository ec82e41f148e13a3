"""The web chat as a channel and over its WebSocket: nothing lost, nothing twice, acknowledged after commit."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType
from aiohttp.test_utils import TestClient
from hypothesis import given
from hypothesis import strategies as st

from bot import web_socket
from bot.channels.base import (
    MAX_TAP_BYTES,
    Address,
    Button,
    Command,
    Commanded,
    Delivered,
    FileKind,
    FileRef,
    FileUnavailable,
    Gone,
    Incoming,
    Outgoing,
    Said,
    SharedPlace,
    Tapped,
    Tidy,
    TryLater,
)
from bot.channels.webchat import NAME, WebChat
from bot.web_frames import MAX_AGE, MAX_FRAME_BYTES, MAX_TEXT, BadFrame, Update, read_frame
from storage import messages, people
from storage.database import StorageUnavailable
from tests.web_house import CHAT, COOKIE, OTHER_CHAT, Clock, House, build_house, client_of

OURS = {"Origin": "http://notes.example", "Cookie": f"session={COOKIE}"}
Json = dict[str, Any]
Open = Callable[[], Awaitable[ClientWebSocketResponse]]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The house with two people."""
    async with build_house(tmp_path, Clock()) as house:
        yield house


@pytest.fixture
async def browser(house: House) -> AsyncIterator[TestClient]:
    """A browser."""
    async with client_of(house) as client:
        yield client


class Page:
    """What a page does: says what it has, and keeps what it is told."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.rows: dict[int, Json] = {}
        self.earlier = False
        self.menu: list[Json] = []
        self.language = ""
        self.answers: list[Json] = []

    async def say(self, frame: Json) -> None:
        """Send a frame."""
        await self.socket.send_json(frame)

    async def read(self) -> Json:
        """Take in one frame."""
        async with asyncio.timeout(10):
            frame: Json = await self.socket.receive_json()
        match frame["type"]:
            case "welcome":
                self.menu, self.language = frame["menu"], frame["language"]
            case "rows":
                for gone in frame["gone"]:
                    self.rows.pop(gone, None)
                self.rows |= {row["id"]: row for row in frame["rows"]}
                self.earlier = frame["earlier"]
            case _:
                self.answers.append(frame)
        return frame

    async def until(self, done: Callable[[Page], bool]) -> None:
        """Take in frames until something holds."""
        while not done(self):
            await self.read()

    def texts(self) -> list[str]:
        """What the page shows."""
        return [self.rows[row_id]["body"] for row_id in sorted(self.rows)]


@asynccontextmanager
async def open_page(browser: TestClient, chat: str = CHAT, have: Json | None = None) -> AsyncIterator[Page]:
    """A page that has said hello."""
    async with browser.ws_connect(f"/chat/{chat}/ws", headers=OURS) as socket:
        page = Page(socket)
        await page.say({"type": "hello", "have": have or {}})
        yield page


def say(number: int, text: str = "dzień dobry", **more: object) -> Json:
    """A frame with a text."""
    return {"type": "say", "id": f"message-{number:04}", "text": text, "age": 0, **more}


# In -----------------------------------------------------------------------------------------------------------------


async def test_what_a_person_does_reaches_intake(house: House, browser: TestClient) -> None:
    """Texts, commands, taps and places become the contract's values, with ids unique for the chat."""
    async with open_page(browser) as page:
        await page.say(say(1))
        await page.say(say(2, " /Zadania@bot  teraz "))
        await page.say({"type": "command", "id": "message-0003", "name": "pomoc"})
        await page.say({"type": "tap", "id": "message-0004", "data": "y", "message": "17"})
        await page.say({"type": "tap", "id": "message-0005", "data": "list", "message": ""})
        await page.say({"type": "place", "id": "message-0006", "latitude": 51.1, "longitude": 17.0, "accuracy": 8})
        await page.until(lambda page: len(page.answers) == 6)
        assert page.answers == [{"type": "ack", "id": f"message-{n:04}"} for n in range(1, 7)]
    assert [incoming.content for incoming in house.heard] == [
        Said("dzień dobry"),
        Commanded("zadania", "teraz"),
        Commanded("pomoc"),
        Tapped("y", tap_id="message-0004", message="17"),
        Tapped("list", tap_id="message-0005", message=None),
        SharedPlace(51.1, 17.0, 8.0),
    ]
    assert house.heard[0].update_id == f"{CHAT}:message-0001"
    assert house.heard[0].address == Address("web", CHAT)
    assert house.heard[0].message is None


async def test_an_acknowledgement_waits_for_the_commit(house: House, browser: TestClient) -> None:
    """While intake is at work nothing is acknowledged; when it has committed, it is."""
    gate = asyncio.Event()

    async def wait(_: Incoming) -> None:
        await gate.wait()

    house.before_take.append(wait)
    async with open_page(browser) as page:
        await page.until(lambda page: bool(page.menu))
        await page.say(say(1))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(page.until(lambda page: bool(page.answers)), 0.3)
        gate.set()
        await page.until(lambda page: bool(page.answers))
        assert page.answers == [{"type": "ack", "id": "message-0001"}]


@pytest.mark.parametrize("error", [StorageUnavailable("away"), RuntimeError("a mistake")])
async def test_a_failure_is_told_and_not_acknowledged(house: House, browser: TestClient, error: Exception) -> None:
    """When intake fails the page hears "later", keeps the message, and gets through once intake works again."""

    def fail(_: Incoming) -> None:
        raise error

    house.before_take.append(fail)
    async with open_page(browser) as page:
        await page.say(say(1))
        await page.until(lambda page: bool(page.answers))
        assert page.answers == [{"type": "later", "id": "message-0001"}]
        house.before_take.clear()
        await page.say(say(1))
        await page.until(lambda page: len(page.answers) == 2)
        assert page.answers[1] == {"type": "ack", "id": "message-0001"}
    assert len(house.heard) == 1


async def test_sent_again_after_reconnecting_counts_once(house: House, browser: TestClient) -> None:
    """A page that lost its connection before the acknowledgement sends the same id: acknowledged, heard once."""
    async with open_page(browser) as page:
        await page.say(say(1))
    async with open_page(browser) as page:
        await page.say(say(1))
        await page.until(lambda page: bool(page.answers))
        await page.until(lambda page: len(page.rows) == 1)
    assert house.deliveries == 2
    assert len(house.heard) == 1


async def test_the_same_id_in_two_chats_is_two_messages(house: House, browser: TestClient) -> None:
    """Ids are made by pages: one person's cannot swallow another's."""
    async with open_page(browser) as page:
        await page.say(say(1))
        await page.until(lambda page: bool(page.answers))
    other = {"Origin": "http://notes.example", "Cookie": "session=" + "b" * 64}
    async with browser.ws_connect(f"/chat/{OTHER_CHAT}/ws", headers=other) as socket:
        await socket.send_json(say(1))
        assert (await socket.receive_json())["type"] == "ack"
    assert len(house.heard) == 2


async def test_many_at_once_are_taken_in_order(house: House, browser: TestClient) -> None:
    """Fifty messages sent without waiting arrive in the order they were written."""
    async with open_page(browser) as page:
        for number in range(50):
            await page.say(say(number, str(number)))
        await page.until(lambda page: len(page.answers) == 50)
        await page.until(lambda page: len(page.rows) == 50)
        assert page.texts() == [str(number) for number in range(50)]
    assert [incoming.content for incoming in house.heard] == [Said(str(number)) for number in range(50)]


async def test_a_message_written_offline_keeps_its_time(house: House, browser: TestClient) -> None:
    """How long ago it was written is counted back from our own clock, within reason."""
    now = house.clock()
    async with open_page(browser) as page:
        for number, age in enumerate([90_000, -5_000, 1e300, "soon", None, True]):
            await page.say(say(number, age=age))
        await page.until(lambda page: len(page.answers) == 6)
    assert [incoming.sent_at for incoming in house.heard] == [
        now - timedelta(seconds=90),
        now,
        now - MAX_AGE,
        now,
        now,
        now,
    ]


async def test_text_nobody_can_store_is_replaced(house: House, browser: TestClient) -> None:
    """Characters no database takes are replaced in sight, not dropped and not a crash."""
    async with open_page(browser) as page:
        await page.socket.send_str(json.dumps(say(1, "a\x00b\ud800c")))
        await page.until(lambda page: bool(page.answers))
    assert house.heard[0].content == Said("a\ufffdb\ufffdc")


async def test_too_long_a_text_is_refused_whole(house: House, browser: TestClient) -> None:
    """It is never cut: the person is told, in words."""
    async with open_page(browser) as page:
        await page.until(lambda page: bool(page.menu))
        await page.say(say(1, "x" * (MAX_TEXT + 1)))
        await page.say(say(2, "   "))
        await page.until(lambda page: len(page.answers) == 2)
        assert [answer["type"] for answer in page.answers] == ["refused", "refused"]
        assert page.answers[0]["problem"].startswith("Za długa wiadomość (znaków: 4001")
    assert house.heard == []


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        "[]",
        "{}",
        "null",
        '{"type": "dance"}',
        '{"type": "say", "text": "x"}',
        '{"type": "say", "id": "../../x", "text": "x"}',
        '{"type": "tap", "id": "message-0001", "data": "", "message": ""}',
        json.dumps({"type": "tap", "id": "message-0001", "data": "ż" * (MAX_TAP_BYTES // 2 + 1), "message": ""}),
        '{"type": "place", "id": "message-0001", "latitude": 91, "longitude": 0}',
        '{"type": "place", "id": "message-0001", "latitude": NaN, "longitude": 0}',
        '{"type": "hello", "have": [1]}',
        json.dumps({"type": "hello", "have": {str(row): "" for row in range(2000)}}),
        "[" * 20_000,
        "x" * (MAX_FRAME_BYTES + 1),
    ],
)
async def test_a_frame_no_page_sends_ends_the_connection(house: House, browser: TestClient, frame: str) -> None:
    """Nonsense and oversized frames are refused, reach nobody, and harm no other page."""
    async with open_page(browser) as good, open_page(browser) as bad:
        await bad.socket.send_str(frame)
        async with asyncio.timeout(10):
            while (await bad.socket.receive()).type is WSMsgType.TEXT:
                pass
        assert bad.socket.closed
        await good.say(say(1))
        await good.until(lambda page: bool(page.answers))
    assert len(house.heard) == 1


async def test_bytes_are_not_a_frame(browser: TestClient) -> None:
    """A binary frame ends the connection."""
    async with browser.ws_connect(f"/chat/{CHAT}/ws", headers=OURS) as socket:
        await socket.send_bytes(b"{}")
        assert (await socket.receive(timeout=10)).type in {WSMsgType.CLOSE, WSMsgType.CLOSED}


keys = st.sampled_from(["type", "id", "text", "data", "message", "have", "age", "latitude", "longitude"]) | st.text()
kinds = st.sampled_from(["hello", "earlier", "ping", "say", "tap", "place", "command", "message-0001"])
leaves = st.none() | st.booleans() | st.floats() | st.integers() | st.text() | kinds
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=25)


@given(st.text() | values.map(json.dumps) | st.dictionaries(keys, values).map(json.dumps))
def test_any_text_is_a_frame_or_refused(text: str) -> None:
    """Reading a frame ends in a value or in BadFrame, whatever comes."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    try:
        frame = read_frame(text, chat=CHAT, now=now, language=None)
    except BadFrame:
        return
    assert not isinstance(frame, Update) or frame.incoming.update_id == f"{CHAT}:{frame.frame_id}"


# Out ----------------------------------------------------------------------------------------------------------------


async def test_a_page_shows_the_history_and_what_comes(house: House, browser: TestClient) -> None:
    """What was said before is there at once; what is said later arrives by itself, on every open page."""
    await house.say(Outgoing(body="pierwsza"))
    async with open_page(browser) as one, open_page(browser) as two:
        for page in (one, two):
            await page.until(lambda page: page.texts() == ["pierwsza"])
        await house.say(Outgoing(body="druga", buttons=((Button("Tak", "y"),),)))
        for page in (one, two):
            await page.until(lambda page: page.texts() == ["pierwsza", "druga"])
        await one.say(say(1, "trzecia"))
        for page in (one, two):
            await page.until(lambda page: page.texts() == ["pierwsza", "druga", "trzecia"])
        newest = max(two.rows)
        assert two.rows[newest]["mine"]
        assert two.rows[newest]["ref"] == f"{CHAT}:message-0001"


async def test_a_page_that_was_away_catches_up(house: House, browser: TestClient) -> None:
    """A page that reconnects is sent what is new, what was edited and what is gone, and nothing else."""
    await house.say(Outgoing(body="zostaje"))
    await house.say(Outgoing(body="pytanie", contact_id=1, turn=1))
    async with open_page(browser) as page:
        await page.until(lambda page: len(page.rows) == 2)
        have: Json = {str(row_id): row["mark"] for row_id, row in page.rows.items()}
    await house.say(Outgoing(body="nowe", tidies=Tidy(contact_id=1, turn=1, body="pytanie: tak")))
    async with open_page(browser, have=have | {"99": "long gone"}) as page:
        while (frame := await page.read())["type"] != "rows":
            pass
        assert [row["body"] for row in frame["rows"]] == ["pytanie: tak", "nowe"]
        assert frame["gone"] == [99]


async def test_a_job_done_twice_is_one_message(house: House, browser: TestClient) -> None:
    """The worker may deliver the same job again: the chat has the message once, under the same name."""
    to = Address(NAME, CHAT)
    first = await house.chat.deliver(Outgoing(body="raz"), to, job_id=7)
    again = await house.chat.deliver(Outgoing(body="raz"), to, job_id=7)
    assert first == again
    assert isinstance(first, Delivered)
    assert len(await house.history()) == 1
    async with open_page(browser) as page:
        await page.until(lambda page: page.texts() == ["raz"])


async def test_tidying_rewrites_only_our_own_message_of_that_chat(house: House) -> None:
    """By turn or by name; never a person's own message, another chat's, or none."""
    to = Address(NAME, CHAT)
    await house.say(Outgoing(body="Czy otwarte?", contact_id=3, turn=2))
    asked = (await house.history())[0]
    await house.say(Outgoing(body="obce", contact_id=3, turn=2), OTHER_CHAT)
    strange = (await house.history(OTHER_CHAT))[0]
    await house.database.run(
        lambda unit: messages.record_in(
            unit, address_id=asked.address_id, ref="1", body={"said": "moje"}, now=house.clock()
        )
    )
    own = (await house.history())[-1].id
    tidy = Tidy(contact_id=3, turn=2, body="Czy otwarte? Tak", buttons=((Button("zmień", "g"),),))
    assert await house.chat.deliver(Outgoing(body="", tidies=tidy), to, job_id=50) == Delivered(None)
    for number, name in enumerate((str(strange.id), str(own), "x", "999")):
        wrong = Tidy(contact_id=9, turn=9, body="nie", message=name)
        await house.chat.deliver(Outgoing(body="", tidies=wrong), to, job_id=60 + number)
    shown = {message.id: message.body for message in await house.history()}
    tidied = shown[asked.id]
    assert tidied is not None
    assert tidied["body"] == "Czy otwarte? Tak"
    assert shown[own] == {"said": "moje"}
    assert (await house.history(OTHER_CHAT))[0].body == strange.body
    named = Tidy(contact_id=9, turn=9, body="po nazwie", message=str(asked.id))
    await house.chat.deliver(Outgoing(body="", tidies=named), to, job_id=70)
    renamed = (await house.history())[0].body
    assert renamed is not None
    assert renamed["body"] == "po nazwie"


async def test_cleaning_takes_everything_off_every_page(house: House, browser: TestClient) -> None:
    """After cleaning, open pages are empty and a new one shows only what came later; again changes nothing."""
    await house.say(Outgoing(body="tajne"))
    refs = [message.ref or "" for message in await house.history()]
    async with open_page(browser) as page:
        await page.until(lambda page: len(page.rows) == 1)
        assert await house.chat.clean(Address(NAME, CHAT), refs) == Delivered()
        await page.until(lambda page: not page.rows)
        await house.say(Outgoing(body="lista zakupów", harmless=True))
        await page.until(lambda page: page.texts() == ["lista zakupów"])
        assert await house.chat.clean(Address(NAME, CHAT), refs) == Delivered()
    async with open_page(browser) as page:
        await page.until(lambda page: page.texts() == ["lista zakupów"])


async def test_messages_of_another_process_appear(
    house: House, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker in another process rings no bell here: new and edited messages still come."""
    monkeypatch.setattr(web_socket, "LOOK_EVERY_SECONDS", 0.02)
    elsewhere = WebChat(house.database, house.blobs, now=house.clock)
    to = Address(NAME, CHAT)
    async with open_page(browser) as page:
        await page.until(lambda page: bool(page.menu))
        await elsewhere.deliver(Outgoing(body="z daleka", contact_id=1, turn=1), to, job_id=1)
        await page.until(lambda page: page.texts() == ["z daleka"])
        tidy = Tidy(contact_id=1, turn=1, body="poprawione")
        await elsewhere.deliver(Outgoing(body="", tidies=tidy), to, job_id=2)
        await page.until(lambda page: page.texts() == ["poprawione"])


async def test_older_messages_come_when_asked_for(house: House, browser: TestClient) -> None:
    """A long chat opens with its newest messages; "earlier" brings the rest, page by page, without a gap."""
    count = web_socket.PAGE_ROWS * 2 + 5
    for number in range(count):
        await house.say(Outgoing(body=str(number)))
    async with open_page(browser) as page:
        await page.until(lambda page: len(page.rows) == web_socket.PAGE_ROWS)
        while page.earlier:
            await page.say({"type": "earlier"})
            while (await page.read())["type"] != "rows":
                pass
        assert page.texts() == [str(number) for number in range(count)]
        await house.say(Outgoing(body="ostatnia"))
        await page.until(lambda page: page.texts()[-1] == "ostatnia")
        assert len(page.rows) == count + 1


async def test_the_menu_follows_the_language(house: House, browser: TestClient) -> None:
    """When the person's language changes, texts and menu of the open page change with it."""
    async with open_page(browser) as page:
        await page.until(lambda page: page.language == "pl")
        assert "Pomoc" in [entry["label"] for entry in page.menu]
        address_id = (await house.database.read(lambda unit: people.find(unit, NAME, CHAT, lock=False)))[0].id  # type: ignore[index]
        await house.database.run(lambda unit: people.set_language(unit, address_id, "en"))
        offered = await house.chat.offer_commands(Address(NAME, CHAT), [Command("help", "Help")], language="en")
        assert offered == Delivered()
        await page.until(lambda page: page.language == "en")
        assert "Help" in [entry["label"] for entry in page.menu]


async def test_a_hidden_chat_has_no_menu(house: House, browser: TestClient) -> None:
    """While a person's chat is hidden its menu would tell; it comes back with the chat."""
    async with open_page(browser) as page:
        await page.until(lambda page: bool(page.menu))
        await house.database.run(lambda unit: people.set_hidden(unit, 1, house.clock()))
        house.chat.hub.ring(CHAT)
        await page.until(lambda page: not page.menu)
        await house.database.run(lambda unit: people.set_hidden(unit, 1, None))
        house.chat.hub.ring(CHAT)
        await page.until(lambda page: bool(page.menu))


async def test_a_closed_session_closes_its_page(house: House, browser: TestClient) -> None:
    """When a session is taken back, its open page is cut off and does not get in again."""
    async with open_page(browser) as page:
        await page.until(lambda page: bool(page.menu))
        await house.database.run(lambda unit: people.close_session(unit, sha256(COOKIE.encode()).hexdigest()))
        await house.say(Outgoing(body="już nie dla ciebie"))
        async with asyncio.timeout(10):
            while (message := await page.socket.receive()).type is WSMsgType.TEXT:
                assert "już nie" not in message.data
        assert message.type is WSMsgType.CLOSE
    assert (await browser.get(f"/chat/{CHAT}/", headers=OURS)).status == 404


async def test_too_many_pages_of_one_chat_are_refused(browser: TestClient) -> None:
    """One session cannot use up the server."""
    sockets = [
        await browser.ws_connect(f"/chat/{CHAT}/ws", headers=OURS) for _ in range(web_socket.MAX_PAGES_OF_A_CHAT)
    ]
    assert (await browser.get(f"/chat/{CHAT}/ws", headers=OURS)).status == 429
    await sockets[0].close()
    async with open_page(browser) as page:
        await page.until(lambda page: bool(page.menu))


async def test_the_server_says_goodbye_when_it_stops(house: House) -> None:
    """Open pages are told that we go away, so that they come back at once."""
    client = client_of(house)
    await client.start_server()
    socket = await client.ws_connect(f"/chat/{CHAT}/ws", headers=OURS)
    closing = asyncio.gather(client.server.close())
    message = await socket.receive(timeout=10)
    assert message.type is WSMsgType.CLOSE
    assert message.data == 1001
    await closing
    await client.close()


async def test_alive_is_answered(browser: TestClient) -> None:
    """A page can ask whether anybody is there."""
    async with open_page(browser) as page:
        await page.say({"type": "ping"})
        await page.until(lambda page: bool(page.answers))
        assert page.answers == [{"type": "pong"}]


# The channel's other answers -----------------------------------------------------------------------------------------


async def test_a_chat_that_is_not_there_is_gone(house: House) -> None:
    """Delivering to and cleaning a chat nobody has is "gone", not an error."""
    nowhere = Address(NAME, "f" * 24)
    assert isinstance(await house.chat.deliver(Outgoing(body="x"), nowhere, job_id=1), Gone)
    assert isinstance(await house.chat.clean(nowhere, ["1"]), Gone)


async def test_a_database_that_is_away_means_later(house: House) -> None:
    """The outcome is a value the worker can wait on."""
    await house.database.stop()
    to = Address(NAME, CHAT)
    assert isinstance(await house.chat.deliver(Outgoing(body="x"), to, job_id=1), TryLater)
    assert isinstance(await house.chat.clean(to, ["1"]), TryLater)


async def test_a_file_that_is_not_stored_is_unavailable_for_ever(house: House) -> None:
    """Files are stored before they are told of, so one that is missing will not come."""
    with pytest.raises(FileUnavailable) as caught:
        _ = [piece async for piece in house.chat.fetch(FileRef(FileKind.DOCUMENT, "0" * 64))]
    assert caught.value.forever
