"""The Telegram channel against our Bot API server, over a real socket."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.channels import telegram_channel, telegram_exchange
from bot.channels.base import (
    Address,
    Attachment,
    Button,
    Delivered,
    Gone,
    InputHint,
    Outgoing,
    Refused,
    Tidy,
    TryLater,
    Unclear,
)
from bot.channels.pacing import Pacer
from bot.channels.telegram_channel import TelegramChannel
from tests.bot.telegram_rig import JPEG, LIBRARIES, TO, YES_NO, Library, channel, name_of, photo, read_blob
from tests.bot_api import BotApiServer, Fault, Limits, Person
from tests.bot_api.faults import Trouble


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


# Sending ------------------------------------------------------------------------------------------------------------


async def test_a_message_as_the_person_sees_it(telegram: TelegramChannel, ola: Person) -> None:
    """Head bold, note italic, buttons, protected."""
    outgoing = Outgoing(head="🙂 Płońsk · 7/26", body="Czy był dzwonek?", note="Obok drzwi.", buttons=YES_NO)
    outcome = await telegram.deliver(outgoing, TO, job_id=1)
    shown = ola.last
    assert outcome == Delivered(str(shown.id))
    assert shown.text == "🙂 Płońsk · 7/26\nCzy był dzwonek?\n\nObok drzwi."
    assert (shown.styled("bold"), shown.styled("italic")) == (["🙂 Płońsk · 7/26"], ["Obok drzwi."])
    assert shown.labels == ["Tak", "Nie"]
    assert (shown.protected, shown.silent) == (True, False)


async def test_a_tap_is_acknowledged_and_the_question_rewritten(
    server: BotApiServer, telegram: TelegramChannel, ola: Person
) -> None:
    """The spinner stops, the old question shows its answer, the next one comes."""
    first = await telegram.deliver(Outgoing(body="Czy?", buttons=YES_NO), TO, job_id=1)
    assert isinstance(first, Delivered)
    tap = ola.taps("Tak")
    tidy = Tidy(1, 1, "Czy? – Tak", buttons=((Button("Zmień", "c"),),), message=first.message)
    await telegram.deliver(Outgoing(body="A dalej?", acknowledges=tap.id, tidies=tidy), TO, job_id=2)
    assert server.state.taps[tap.id].answered
    assert [(one.text, one.labels) for one in ola.hears()] == [("Czy? – Tak", ["Zmień"]), ("A dalej?", [])]


async def test_a_late_tap_and_a_vanished_question_do_not_matter(
    server: BotApiServer, telegram: TelegramChannel, ola: Person
) -> None:
    """What is best effort may fail; the message arrives."""
    await telegram.deliver(Outgoing(body="Czy?", buttons=YES_NO), TO, job_id=1)
    tap = ola.taps("Tak")
    server.clock.advance(200)
    ola.deletes(ola.last.id)
    tidy = Tidy(1, 1, "Czy? – Tak", message="1")
    outcome = await telegram.deliver(Outgoing(body="Dalej", acknowledges=tap.id, tidies=tidy), TO, job_id=2)
    assert isinstance(outcome, Delivered)
    assert [one.text for one in ola.hears()] == ["Dalej"]


async def test_a_question_under_a_picture_is_rewritten_in_its_caption(telegram: TelegramChannel, ola: Person) -> None:
    """A message with a picture has a caption, not a text; the same edit twice is fine."""
    first = await telegram.deliver(Outgoing(body="Czyje to?", attachments=(photo(),), buttons=YES_NO), TO, job_id=1)
    assert isinstance(first, Delivered)
    tidy = Tidy(1, 1, "Czyje to? – nasze", message=first.message)
    for job in (2, 3):
        assert isinstance(await telegram.deliver(Outgoing(body="", tidies=tidy), TO, job_id=job), Delivered)
    (shown,) = ola.hears()
    assert (shown.media, shown.text, shown.labels, shown.edits) == ("photo", "Czyje to? – nasze", [], 1)


async def test_albums_and_files_arrive_with_their_names(telegram: TelegramChannel, ola: Person) -> None:
    """Pictures as an album, another file after it, the text last; the reference names them all."""
    attachments = (photo(), photo(), Attachment("pdf", "application/pdf", "pismo żółte.pdf"))
    outcome = await telegram.deliver(Outgoing(body="Załączniki", attachments=attachments), TO, job_id=1)
    seen = ola.hears()
    assert [one.media for one in seen] == ["photo", "photo", "document", None]
    assert seen[0].album == seen[1].album is not None
    assert [one.file.name for one in seen if one.file] == ["zdjęcie _1_.jpg", "zdjęcie _1_.jpg", "pismo żółte.pdf"]
    assert [one.file.data for one in seen if one.file] == [JPEG, JPEG, b"%PDF-1.7"]
    assert outcome == Delivered(",".join(str(one.id) for one in seen))


@pytest.mark.parametrize(("sha256", "expected"), [("heavy", "document"), ("fake", "document"), ("photo", "photo")])
async def test_what_is_no_photo_for_telegram_goes_as_a_file(
    telegram: TelegramChannel, ola: Person, sha256: str, expected: str
) -> None:
    """Pictures over 10 MB, and those Telegram cannot read, are sent as files; alone and in albums."""
    await telegram.deliver(Outgoing(body="Zdjęcie", attachments=(photo(sha256),)), TO, job_id=1)
    await telegram.deliver(Outgoing(body="Zdjęcia", attachments=(photo(), photo(sha256))), TO, job_id=2)
    assert [one.media for one in ola.hears()] == [expected, expected, expected, None]


async def test_a_file_that_cannot_be_sent(telegram: TelegramChannel, ola: Person) -> None:
    """Over 50 MB never; one that the store does not give now, later."""
    refused = await telegram.deliver(Outgoing(body="x", attachments=(photo("huge"),)), TO, job_id=1)
    later = await telegram.deliver(Outgoing(body="x", attachments=(photo("missing"),)), TO, job_id=2)
    assert isinstance(refused, Refused)
    assert isinstance(later, TryLater)
    assert ola.hears() == []


async def test_the_place_keyboard_comes_and_goes(telegram: TelegramChannel, ola: Person) -> None:
    """It stands while a position is asked for and is taken away by what comes next."""
    await telegram.deliver(Outgoing(body="Gdzie?", expects=InputHint.PLACE, buttons=YES_NO), TO, job_id=1)
    assert len(ola.keyboard) == 1
    assert ola.last.labels == ["Tak", "Nie"]
    await telegram.deliver(Outgoing(body="Dalej", buttons=YES_NO), TO, job_id=2)
    assert ola.keyboard == []
    await telegram.deliver(Outgoing(body="I dalej", buttons=YES_NO), TO, job_id=3)
    assert [one.text for one in ola.hears()] == ["📍", "Gdzie?", "✓", "Dalej", "I dalej"]


async def test_breaking_a_rule_is_refused_before_it_is_sent(telegram: TelegramChannel, server: BotApiServer) -> None:
    """A tap over 64 bytes and a chat that is none do not reach the server."""
    wide = Outgoing(body="x", buttons=((Button("Tak", "y" * 65),),))
    assert isinstance(await telegram.deliver(wide, TO, job_id=1), Refused)
    nowhere = Address("telegram", "nie liczba")
    assert isinstance(await telegram.deliver(Outgoing(body="x"), nowhere, job_id=2), Refused)
    assert isinstance(await telegram.clean(nowhere, ["1"]), Refused)
    assert isinstance(await telegram.offer_commands(nowhere, [], language="pl"), Refused)
    assert server.state.calls == []


async def test_an_edit_alone_is_tried_again_when_the_server_is_busy(
    server: BotApiServer, telegram: TelegramChannel, ola: Person
) -> None:
    """Where rewriting is all there is to do, a busy server means later; a question that is gone is no matter."""
    first = await telegram.deliver(Outgoing(body="Co widać?", buttons=YES_NO), TO, job_id=1)
    assert isinstance(first, Delivered)
    toggled = Outgoing(
        body="", tidies=Tidy(1, 1, "Co widać?", buttons=((Button("✓ Tak", "y"),),), message=first.message)
    )
    server.faults.add(Fault("editMessageText", Trouble.ERROR, status=500))
    assert isinstance(await telegram.deliver(toggled, TO, job_id=2), TryLater)
    assert await telegram.deliver(toggled, TO, job_id=2) == Delivered()
    assert ola.last.labels == ["✓ Tak"]
    ola.deletes(ola.last.id)
    assert await telegram.deliver(toggled, TO, job_id=3) == Delivered()


# Failures -----------------------------------------------------------------------------------------------------------


async def test_people_who_are_gone(server: BotApiServer, telegram: TelegramChannel) -> None:
    """Blocked, deactivated, never met: Gone."""
    blocked, away = server.person(1, met=True), server.person(2, met=True)
    blocked.blocks()
    away.leaves_telegram()
    for chat in ("1", "2", "3"):
        outcome = await telegram.deliver(Outgoing(body="x"), Address("telegram", chat), job_id=int(chat))
        assert isinstance(outcome, Gone)


@pytest.mark.parametrize(
    ("fault", "outcome", "arrived"),
    [
        (Fault("sendMessage", Trouble.ERROR, status=500), TryLater, 0),
        (Fault("sendMessage", Trouble.ERROR, status=429, retry_after=3), TryLater, 0),
        (Fault("sendMessage", Trouble.ERROR, status=400, description="Bad Request: new rule"), Refused, 0),
        (Fault("sendMessage", Trouble.GARBAGE, status=403), TryLater, 0),
        (Fault("sendMessage", Trouble.GARBAGE, status=502), TryLater, 0),
        (Fault("sendMessage", Trouble.RESET_BEFORE), Unclear, 0),
        (Fault("sendMessage", Trouble.RESET_AFTER), Unclear, 1),
        (Fault("sendMessage", Trouble.HALF), Unclear, 1),
        (Fault("sendMessage", Trouble.GARBAGE_AFTER), Unclear, 1),
        (Fault("sendMessage", Trouble.HANG_AFTER, seconds=5), Unclear, 1),
    ],
    ids=lambda value: f"{value.trouble} {value.status}" if isinstance(value, Fault) else None,
)
async def test_trouble_on_the_way(
    server: BotApiServer,
    telegram: TelegramChannel,
    ola: Person,
    *,
    fault: Fault,
    outcome: type,
    arrived: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each trouble is told from the others, and the next attempt succeeds."""
    monkeypatch.setattr(telegram_channel, "REQUEST_SECONDS", 0.5)
    server.faults.add(replace(fault))
    assert type(await telegram.deliver(Outgoing(body="x"), TO, job_id=1)) is outcome
    assert len(ola.hears()) == arrived
    assert isinstance(await channel_again(telegram), Delivered)


async def channel_again(telegram: TelegramChannel) -> object:
    """The same job once more, with the hold of a 429 forgotten."""
    telegram._pacer = Pacer()
    return await telegram.deliver(Outgoing(body="x"), TO, job_id=1)


async def test_a_server_that_is_not_there(server: BotApiServer, library: Library) -> None:
    """A connection refused was never written: try later, and no token in the reason."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    telegram = channel(server, library, url=f"http://127.0.0.1:{port}")
    outcome = await telegram.deliver(Outgoing(body="x"), TO, job_id=1)
    assert isinstance(outcome, TryLater)
    assert server.token not in outcome.reason
    await telegram.close()


async def test_a_server_that_lets_nobody_in(
    server: BotApiServer, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no connection comes about in time, nothing was written: later, not perhaps."""
    monkeypatch.setattr(telegram_exchange, "CONNECT_SECONDS", 0.2)
    telegram_exchange._within.cache_clear()
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for queued in (first, second):
            queued.setblocking(False)
            queued.connect_ex(full.getsockname())
        telegram = channel(server, library, url=f"http://127.0.0.1:{full.getsockname()[1]}")
        outcome = await telegram.deliver(Outgoing(body="x"), TO, job_id=1)
        await telegram.close()
    telegram_exchange._within.cache_clear()
    assert isinstance(outcome, TryLater)


async def test_what_only_some_parsers_read_reaches_the_server(telegram: TelegramChannel, ola: Person) -> None:
    """Half an emoji in a text is no reason to stop: the message arrives or is refused, and the next one arrives."""
    outcome = await telegram.deliver(Outgoing(body="pół \ud83d znaku"), TO, job_id=1)
    assert isinstance(outcome, Delivered | Refused)
    assert isinstance(await telegram.deliver(Outgoing(body="dalej"), TO, job_id=2), Delivered)
    assert ola.last.text == "dalej"


@pytest.mark.parametrize("token", ["4242:wrong", "1:x"])
async def test_a_wrong_token_buries_nothing_and_is_loud(
    server: BotApiServer, library: Library, ola: Person, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The messages wait until somebody mends the token; the log says so, without telling the token."""
    telegram = channel(server, library, token=token)
    with caplog.at_level(logging.ERROR):
        outcome = await telegram.deliver(Outgoing(body="x"), TO, job_id=1)
    await telegram.close()
    assert isinstance(outcome, TryLater)
    assert outcome.seconds >= 60
    assert "TELEGRAM_TOKEN" in caplog.text
    assert token not in caplog.text + outcome.reason
    assert ola.hears() == []


def test_a_token_of_the_wrong_shape_is_refused_at_start(library: Library) -> None:
    """What cannot be a token is told before anything is sent."""
    with pytest.raises(ValueError, match="token"):
        library("nonsense", api_url="http://127.0.0.1", read_blob=read_blob)


async def test_a_message_of_parts_goes_on_where_it_stopped(
    server: BotApiServer, telegram: TelegramChannel, ola: Person
) -> None:
    """When the second part fails, trying again does not send the first one twice nor acknowledge the tap again."""
    outgoing = Outgoing(body="Raport", attachments=(photo(), photo()), acknowledges="tap1")
    server.faults.add(Fault("sendMessage", Trouble.ERROR))
    assert isinstance(await telegram.deliver(outgoing, TO, job_id=1), TryLater)
    outcome = await telegram.deliver(outgoing, TO, job_id=1)
    assert [one.media for one in ola.hears()] == ["photo", "photo", None]
    assert outcome == Delivered(",".join(str(one.id) for one in ola.hears()))


async def test_cancelling_a_delivery_leaves_the_channel_usable(
    server: BotApiServer, telegram: TelegramChannel, ola: Person
) -> None:
    """A worker that stops in the middle of a call takes nothing with it."""
    server.faults.add(Fault("sendMessage", Trouble.DELAY, seconds=30))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await telegram.deliver(Outgoing(body="x"), TO, job_id=1)
    assert isinstance(await telegram.deliver(Outgoing(body="y"), TO, job_id=2), Delivered)
    assert ola.last.text == "y"
