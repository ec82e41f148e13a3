"""What every channel promises, tried on each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest

from bot.channels.base import (
    MAX_BODY,
    MAX_TAP_BYTES,
    Address,
    Attachment,
    Button,
    ButtonStyle,
    Channel,
    Command,
    Delivered,
    FileKind,
    FileRef,
    FileUnavailable,
    Gone,
    InputHint,
    Outgoing,
    Tidy,
)
from bot.channels.pacing import Pacer
from bot.channels.wire import outgoing_from_json
from storage.messages import Direction
from tests.bot.telegram_rig import LIBRARIES, Library, name_of
from tests.bot_api import BotApiServer, Limits
from tests.web_house import CHAT, build_house

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
JPEG = b"\xff\xd8\xff\xe0 a photo"


@dataclass(frozen=True)
class Sight:
    """A message as the person sees it."""

    text: str
    labels: tuple[str, ...]
    taps: tuple[str, ...]
    files: int


class World(Protocol):
    """A channel, a person in it, and the person's eyes."""

    channel: Channel
    to: Address
    nobody: Address

    async def sees(self) -> list[Sight]:
        """The bot's messages, oldest first."""

    async def holds(self, data: bytes) -> FileRef:
        """A file the channel holds for us."""

    async def attachment(self) -> Attachment:
        """A stored photo."""

    async def tap_id(self) -> str | None:
        """The id of a tap on the last message's first button."""


class TelegramWorld:
    """Telegram, with our Bot API server at the other end."""

    def __init__(self, server: BotApiServer, library: Library) -> None:
        self._server = server
        self._ola = server.person(7, met=True)
        pacer = Pacer(per_second=10_000, chat_burst=10_000)
        self.channel: Channel = library(server.token, api_url=server.url, read_blob=self._read, pacer=pacer)
        self.to, self.nobody = Address("telegram", "7"), Address("telegram", "8")

    async def _read(self, sha256: str) -> bytes:
        del sha256
        return JPEG

    async def sees(self) -> list[Sight]:
        """From the server's own memory of the chat."""
        return [
            Sight(
                shown.text,
                tuple(shown.labels),
                tuple(key.data for row in shown.keys for key in row if key.data),
                0 if shown.file is None else 1,
            )
            for shown in self._ola.hears()
        ]

    async def holds(self, data: bytes) -> FileRef:
        """As if the person had sent it."""
        return FileRef(FileKind.DOCUMENT, self._server.keep_file(data))

    async def attachment(self) -> Attachment:
        """Any: the bytes are always the same."""
        return Attachment("ab" * 32, "image/jpeg", "zdjęcie.jpg")

    async def tap_id(self) -> str | None:
        """A real callback query."""
        return self._ola.taps(self._ola.last.labels[0]).id


@asynccontextmanager
async def telegram(folder: Path, library: Library) -> AsyncIterator[World]:
    """Telegram over a real socket, by one of the libraries."""
    del folder
    async with BotApiServer(limits=Limits.unpaced()) as server:
        world = TelegramWorld(server, library)
        yield world
        await world.channel.close()


@asynccontextmanager
async def web_chat(folder: Path) -> AsyncIterator[World]:
    """The built-in web chat over a real database and folder."""
    async with build_house(folder, lambda: NOW) as house:

        class WebWorld:
            """The web chat; the person's eyes are its stored history."""

            channel: Channel = house.chat
            to, nobody = Address("web", CHAT), Address("web", "nobody")

            async def sees(self) -> list[Sight]:
                """What the page would be given."""
                shown = [one for one in await house.history() if one.direction is Direction.OUT and not one.hidden_at]
                said = [outgoing_from_json(one.body) for one in shown if one.body]
                return [
                    Sight(
                        "\n".join(part for part in (one.head, one.body, one.note) if part),
                        tuple(button.label for row in one.buttons for button in row),
                        tuple(button.tap for row in one.buttons for button in row if button.tap),
                        len(one.attachments),
                    )
                    for one in said
                ]

            async def holds(self, data: bytes) -> FileRef:
                """As an upload: stored before it is told of."""
                return FileRef(FileKind.DOCUMENT, (await house.blobs.put(data)).sha256)

            async def attachment(self) -> Attachment:
                """A stored photo."""
                return Attachment((await house.blobs.put(JPEG)).sha256, "image/jpeg", "zdjęcie.jpg")

            async def tap_id(self) -> str | None:
                """The page acknowledges taps by itself."""
                return None

        yield WebWorld()


@pytest.fixture(
    params=[*(partial(telegram, library=library) for library in LIBRARIES), web_chat],
    ids=[*(f"telegram-{name_of(library)}" for library in LIBRARIES), "web"],
)
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """Each channel in turn."""
    make: Callable[[Path], AbstractAsyncContextManager[World]] = request.param
    async with make(tmp_path) as world:
        yield world


QUESTION = Outgoing(
    head="Płońsk · 7/26",
    body="Czy był dzwonek?",
    note="Obok drzwi.",
    buttons=((Button("Tak", "1:y"), Button("Nie", "1:n", ButtonStyle.DANGER)), (Button("Nie sprawdzono", "1:?"),)),
    contact_id=5,
    turn=1,
    progress=(7, 26),
)


async def asked(world: World) -> Delivered:
    """The question, delivered."""
    outcome = await world.channel.deliver(QUESTION, world.to, job_id=1)
    assert isinstance(outcome, Delivered)
    return outcome


async def test_its_name_stands_in_its_addresses(world: World) -> None:
    """An address leads back to its channel, and the limits are real ones."""
    assert world.channel.name == world.to.channel
    assert world.channel.capabilities.max_download >= 1024 * 1024
    assert world.channel.capabilities.max_upload >= 1024 * 1024


async def test_a_message_arrives_whole(world: World) -> None:
    """Head, body, note and every button, and a name to call it by."""
    assert (await asked(world)).message
    (sight,) = await world.sees()
    assert [part for part in sight.text.split("\n") if part] == ["Płońsk · 7/26", "Czy był dzwonek?", "Obok drzwi."]
    assert sight.labels == ("Tak", "Nie", "Nie sprawdzono")
    assert sight.taps == ("1:y", "1:n", "1:?")


async def test_the_longest_message_arrives_whole(world: World) -> None:
    """Up to the limit of all channels nothing is cut, whatever the letters; a tap of 64 bytes comes back as it was."""
    tap = "ż" * (MAX_TAP_BYTES // 2)
    body = "Zażółć 🙂 gęślą jaźń.\n" * (MAX_BODY // 22)
    await world.channel.deliver(Outgoing(body=body, buttons=((Button("Dalej", tap),),)), world.to, job_id=1)
    sights = await world.sees()
    assert "".join("".join(sight.text for sight in sights).split()) == "".join(body.split())
    assert sights[-1].taps == (tap,)


@pytest.mark.parametrize("hint", InputHint)
async def test_every_kind_of_answer_can_be_asked_for(world: World, hint: InputHint) -> None:
    """A channel without a picker for it asks all the same, with buttons and without."""
    for job, question in enumerate(
        (Outgoing(body="?", expects=hint), Outgoing(body="?", expects=hint, buttons=QUESTION.buttons))
    ):
        assert isinstance(await world.channel.deliver(question, world.to, job_id=job), Delivered)
    assert (await world.sees())[-1].labels == ("Tak", "Nie", "Nie sprawdzono")


async def test_an_answered_question_is_rewritten(world: World) -> None:
    """Where a channel can edit: the old message shows the answer and other buttons; the new one follows."""
    first = await asked(world)
    tidy = Tidy(5, 1, "Czy był dzwonek? Tak", head="7/26", buttons=((Button("Zmień", "c"),),), message=first.message)
    following = Outgoing(body="A dalej?", acknowledges=await world.tap_id(), tidies=tidy)
    assert isinstance(await world.channel.deliver(following, world.to, job_id=2), Delivered)
    old, new = await world.sees()
    assert world.channel.capabilities.can_edit
    assert ("Tak" in old.text, old.labels) == (True, ("Zmień",))
    assert new.text == "A dalej?"


async def test_an_edit_twice_or_of_nothing_is_no_trouble(world: World) -> None:
    """Rewriting to what it is, a message long gone, one never known: the new message arrives."""
    first = await asked(world)
    same = Tidy(5, 1, "Czy był dzwonek? Tak", message=first.message)
    for job, tidy in enumerate((same, same, Tidy(5, 9, "x", message="424242"), Tidy(5, 9, "x", message="?")), start=2):
        outcome = await world.channel.deliver(Outgoing(body=f"{job}", tidies=tidy), world.to, job_id=job)
        assert isinstance(outcome, Delivered)
    assert [sight.text for sight in await world.sees()][1:] == ["2", "3", "4", "5"]


BOARD = Outgoing(body="Wysłano: 1 z 3", buttons=((Button("Wstrzymaj", "p"),),), board="progress", silent=True)


async def put_up(world: World) -> str:
    """The board, delivered for the first time; what the channel calls it."""
    outcome = await world.channel.deliver(BOARD, world.to, job_id=1)
    assert isinstance(outcome, Delivered)
    assert outcome.message is not None
    return outcome.message


async def test_a_board_is_rewritten_in_its_place(world: World) -> None:
    """Text and buttons change where they stand, whatever was said since, and it keeps its name."""
    board = await put_up(world)
    await world.channel.deliver(Outgoing(body="Coś innego"), world.to, job_id=2)
    moved = replace(BOARD, body="Wysłano: 2 z 3", buttons=((Button("Dalej", "g"),),), rewrites=board)
    assert await world.channel.deliver(moved, world.to, job_id=3) == Delivered(board)
    bare = replace(BOARD, body="Wysłano: 3 z 3", buttons=(), rewrites=board)
    assert [(sight.text, sight.labels) for sight in await world.sees()] == [
        ("Wysłano: 2 z 3", ("Dalej",)),
        ("Coś innego", ()),
    ]
    assert await world.channel.deliver(bare, world.to, job_id=4) == Delivered(board)
    assert next((sight.text, sight.labels) for sight in await world.sees()) == ("Wysłano: 3 z 3", ())


async def test_a_board_that_says_the_same_is_delivered(world: World) -> None:
    """Nothing to change is no trouble."""
    board = await put_up(world)
    assert await world.channel.deliver(replace(BOARD, rewrites=board), world.to, job_id=2) == Delivered(board)
    assert len(await world.sees()) == 1


@pytest.mark.parametrize("gone", ["cleaned", "never there", "no name of a message"])
async def test_a_board_that_is_gone_is_put_up_again(world: World, gone: str) -> None:
    """What cannot be rewritten is sent."""
    board = await put_up(world)
    if gone == "cleaned":
        await world.channel.clean(world.to, [board])
    known = {"cleaned": board, "never there": "424242", "no name of a message": "?"}[gone]
    outcome = await world.channel.deliver(replace(BOARD, body="Od nowa", rewrites=known), world.to, job_id=2)
    assert isinstance(outcome, Delivered)
    assert outcome.message not in {known, None}
    assert (await world.sees())[-1].text == "Od nowa"


async def test_nobody_sees_a_board(world: World) -> None:
    """A chat that is no more is told by a value, rewriting or not."""
    assert isinstance(await world.channel.deliver(replace(BOARD, rewrites="1"), world.nobody, job_id=1), Gone)


async def test_a_tap_alone_can_be_acknowledged(world: World) -> None:
    """Without words nothing new is shown, and there is no message to name."""
    await asked(world)
    quiet = Outgoing(body="", acknowledges=await world.tap_id() or "a tap of yesterday")
    assert await world.channel.deliver(quiet, world.to, job_id=2) == Delivered(None)
    assert len(await world.sees()) == 1


async def test_files_are_shown(world: World) -> None:
    """One photo with its text, several with theirs."""
    photo = await world.attachment()
    for job, count in enumerate((1, 3)):
        shown = Outgoing(body="Zdjęcia", attachments=(photo,) * count, buttons=QUESTION.buttons)
        assert isinstance(await world.channel.deliver(shown, world.to, job_id=job), Delivered)
    sights = await world.sees()
    assert sum(sight.files for sight in sights) == 4
    assert sights[-1].labels == ("Tak", "Nie", "Nie sprawdzono")


async def test_a_job_done_again_asks_the_same(world: World) -> None:
    """After an unclear end the same job may send again: the same question, at most twice, never another."""
    await asked(world)
    await asked(world)
    sights = await world.sees()
    assert len(sights) in (1, 2)
    assert len(set(sights)) == 1


async def test_nobody_there(world: World) -> None:
    """A chat that is no more is told by a value."""
    assert isinstance(await world.channel.deliver(QUESTION, world.nobody, job_id=1), Gone)


async def test_the_chat_is_cleaned(world: World) -> None:
    """Everything named is gone, whatever part a message has; unknown names are passed over."""
    photo = await world.attachment()
    outcomes = [
        await asked(world),
        await world.channel.deliver(Outgoing(body="x", attachments=(photo, photo)), world.to, job_id=2),
    ]
    references = [outcome.message for outcome in outcomes if isinstance(outcome, Delivered) and outcome.message]
    assert world.channel.capabilities.can_delete
    assert await world.channel.clean(world.to, [*references, "424242", "?"]) == Delivered()
    assert await world.sees() == []
    assert await world.channel.clean(world.to, references) == Delivered()
    assert await world.channel.clean(world.to, []) == Delivered()


async def test_a_file_comes_as_it_is(world: World) -> None:
    """Every byte, for as often as it is asked for."""
    data = bytes(range(256)) * 3000
    file = await world.holds(data)
    for _ in range(2):
        assert b"".join([piece async for piece in world.channel.fetch(file)]) == data


async def test_a_file_that_is_not_there(world: World) -> None:
    """It is told, and that trying again is of no use."""
    with pytest.raises(FileUnavailable) as caught:
        _ = [piece async for piece in world.channel.fetch(FileRef(FileKind.DOCUMENT, "0" * 64))]
    assert caught.value.forever
    assert caught.value.reason


async def test_commands_are_offered(world: World) -> None:
    """A menu can be given, changed and taken away."""
    for commands in ([Command("zadania", "Moje zadania")], [Command("help", "Help")], []):
        assert await world.channel.offer_commands(world.to, commands, language="pl") == Delivered()


async def test_closing_twice_is_fine(world: World) -> None:
    """Whoever stops things need not know what was stopped."""
    await asked(world)
    await world.channel.close()
    await world.channel.close()
