"""The Telegram channel against our Bot API server, over a real socket."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator

import pytest

from bot.channels import telegram_aiogram
from bot.channels.base import (
    Address,
    Attachment,
    Button,
    Command,
    Delivered,
    FileKind,
    FileRef,
    FileUnavailable,
    Gone,
    InputHint,
    Outgoing,
    Refused,
    Tidy,
    TryLater,
    Unclear,
)
from bot.channels.pacing import Pacer
from bot.channels.telegram_aiogram import TelegramAiogram
from bot.channels.telegram_answers import Failure
from tests.bot_api import BotApiServer, Fault, Limits, Person
from tests.bot_api.faults import Trouble
from tests.bot_api.schema import CACHED, Schema

JPEG = b"\xff\xd8\xff\xe0 a photo"
BLOBS = {
    "photo": JPEG,
    "pdf": b"%PDF-1.7",
    "heavy": JPEG + bytes(10 * 1024 * 1024),
    "huge": JPEG + bytes(50 * 1024 * 1024),
    "fake": b"not a picture",
}
TO = Address("telegram", "7")
YES_NO = ((Button("Tak", "y"), Button("Nie", "n")),)


async def read_blob(sha256: str) -> bytes:
    """The evidence store of these tests."""
    return BLOBS[sha256]


def photo(sha256: str = "photo", media_type: str = "image/jpeg") -> Attachment:
    """A stored file."""
    return Attachment(sha256, media_type, 'zdjęcie "1".jpg')


def channel(server: BotApiServer, *, token: str | None = None, url: str | None = None) -> TelegramAiogram:
    """The channel, not slowed down."""
    pacer = Pacer(per_second=10_000, chat_burst=10_000, patience=0)
    return TelegramAiogram(token or server.token, api_url=url or server.url, read_blob=read_blob, pacer=pacer)


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """A Bot API server without rate limits."""
    async with BotApiServer(limits=Limits.unpaced()) as server:
        yield server


@pytest.fixture
async def telegram(server: BotApiServer) -> AsyncIterator[TelegramAiogram]:
    """The channel of that server."""
    telegram = channel(server)
    yield telegram
    await telegram.close()


@pytest.fixture
def ola(server: BotApiServer) -> Person:
    """A person who has written to the bot before."""
    return server.person(7, met=True)


# Sending ------------------------------------------------------------------------------------------------------------


async def test_a_message_as_the_person_sees_it(telegram: TelegramAiogram, ola: Person) -> None:
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
    server: BotApiServer, telegram: TelegramAiogram, ola: Person
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
    server: BotApiServer, telegram: TelegramAiogram, ola: Person
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


async def test_a_question_under_a_picture_is_rewritten_in_its_caption(telegram: TelegramAiogram, ola: Person) -> None:
    """A message with a picture has a caption, not a text; the same edit twice is fine."""
    first = await telegram.deliver(Outgoing(body="Czyje to?", attachments=(photo(),), buttons=YES_NO), TO, job_id=1)
    assert isinstance(first, Delivered)
    tidy = Tidy(1, 1, "Czyje to? – nasze", message=first.message)
    for job in (2, 3):
        assert isinstance(await telegram.deliver(Outgoing(body="", tidies=tidy), TO, job_id=job), Delivered)
    (shown,) = ola.hears()
    assert (shown.media, shown.text, shown.labels, shown.edits) == ("photo", "Czyje to? – nasze", [], 1)


async def test_albums_and_files_arrive_with_their_names(telegram: TelegramAiogram, ola: Person) -> None:
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
    telegram: TelegramAiogram, ola: Person, sha256: str, expected: str
) -> None:
    """Pictures over 10 MB, and those Telegram cannot read, are sent as files; alone and in albums."""
    await telegram.deliver(Outgoing(body="Zdjęcie", attachments=(photo(sha256),)), TO, job_id=1)
    await telegram.deliver(Outgoing(body="Zdjęcia", attachments=(photo(), photo(sha256))), TO, job_id=2)
    assert [one.media for one in ola.hears()] == [expected, expected, expected, None]


async def test_a_file_that_cannot_be_sent(telegram: TelegramAiogram, ola: Person) -> None:
    """Over 50 MB never; one that the store does not give now, later."""
    refused = await telegram.deliver(Outgoing(body="x", attachments=(photo("huge"),)), TO, job_id=1)
    later = await telegram.deliver(Outgoing(body="x", attachments=(photo("missing"),)), TO, job_id=2)
    assert isinstance(refused, Refused)
    assert isinstance(later, TryLater)
    assert ola.hears() == []


async def test_the_place_keyboard_comes_and_goes(telegram: TelegramAiogram, ola: Person) -> None:
    """It stands while a position is asked for and is taken away by what comes next."""
    await telegram.deliver(Outgoing(body="Gdzie?", expects=InputHint.PLACE, buttons=YES_NO), TO, job_id=1)
    assert len(ola.keyboard) == 1
    assert ola.last.labels == ["Tak", "Nie"]
    await telegram.deliver(Outgoing(body="Dalej", buttons=YES_NO), TO, job_id=2)
    assert ola.keyboard == []
    await telegram.deliver(Outgoing(body="I dalej", buttons=YES_NO), TO, job_id=3)
    assert [one.text for one in ola.hears()] == ["📍", "Gdzie?", "✓", "Dalej", "I dalej"]


async def test_breaking_a_rule_is_refused_before_it_is_sent(telegram: TelegramAiogram, server: BotApiServer) -> None:
    """A tap over 64 bytes and a chat that is none do not reach the server."""
    wide = Outgoing(body="x", buttons=((Button("Tak", "y" * 65),),))
    assert isinstance(await telegram.deliver(wide, TO, job_id=1), Refused)
    nowhere = Address("telegram", "nie liczba")
    assert isinstance(await telegram.deliver(Outgoing(body="x"), nowhere, job_id=2), Refused)
    assert isinstance(await telegram.clean(nowhere, ["1"]), Refused)
    assert isinstance(await telegram.offer_commands(nowhere, [], language="pl"), Refused)
    assert server.state.calls == []


async def test_an_edit_alone_is_tried_again_when_the_server_is_busy(
    server: BotApiServer, telegram: TelegramAiogram, ola: Person
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


async def test_people_who_are_gone(server: BotApiServer, telegram: TelegramAiogram) -> None:
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
    telegram: TelegramAiogram,
    ola: Person,
    *,
    fault: Fault,
    outcome: type,
    arrived: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each trouble is told from the others, and the next attempt succeeds."""
    monkeypatch.setattr(telegram_aiogram, "REQUEST_SECONDS", 0.5)
    server.faults.add(fault)
    assert type(await telegram.deliver(Outgoing(body="x"), TO, job_id=1)) is outcome
    assert len(ola.hears()) == arrived
    assert isinstance(await channel_again(telegram), Delivered)


async def channel_again(telegram: TelegramAiogram) -> object:
    """The same job once more, with the hold of a 429 forgotten."""
    telegram._pacer = Pacer()
    return await telegram.deliver(Outgoing(body="x"), TO, job_id=1)


async def test_a_server_that_is_not_there(server: BotApiServer) -> None:
    """A connection refused was never written: try later, and no token in the reason."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    telegram = channel(server, url=f"http://127.0.0.1:{port}")
    outcome = await telegram.deliver(Outgoing(body="x"), TO, job_id=1)
    assert isinstance(outcome, TryLater)
    assert server.token not in outcome.reason
    await telegram.close()


@pytest.mark.parametrize("token", ["4242:wrong", "1:x"])
async def test_a_wrong_token_buries_nothing_and_is_loud(
    server: BotApiServer, ola: Person, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The messages wait until somebody mends the token; the log says so, without telling the token."""
    telegram = channel(server, token=token)
    with caplog.at_level(logging.ERROR):
        outcome = await telegram.deliver(Outgoing(body="x"), TO, job_id=1)
    await telegram.close()
    assert isinstance(outcome, TryLater)
    assert outcome.seconds >= 60
    assert "TELEGRAM_TOKEN" in caplog.text
    assert token not in caplog.text + outcome.reason
    assert ola.hears() == []


def test_a_token_of_the_wrong_shape_is_refused_at_start() -> None:
    """What cannot be a token is told before anything is sent."""
    with pytest.raises(ValueError, match="token"):
        TelegramAiogram("nonsense", api_url="http://127.0.0.1", read_blob=read_blob)


async def test_a_message_of_parts_goes_on_where_it_stopped(
    server: BotApiServer, telegram: TelegramAiogram, ola: Person
) -> None:
    """When the second part fails, trying again does not send the first one twice nor acknowledge the tap again."""
    outgoing = Outgoing(body="Raport", attachments=(photo(), photo()), acknowledges="tap1")
    server.faults.add(Fault("sendMessage", Trouble.ERROR))
    assert isinstance(await telegram.deliver(outgoing, TO, job_id=1), TryLater)
    outcome = await telegram.deliver(outgoing, TO, job_id=1)
    assert [one.media for one in ola.hears()] == ["photo", "photo", None]
    assert outcome == Delivered(",".join(str(one.id) for one in ola.hears()))


async def test_cancelling_a_delivery_leaves_the_channel_usable(
    server: BotApiServer, telegram: TelegramAiogram, ola: Person
) -> None:
    """A worker that stops in the middle of a call takes nothing with it."""
    server.faults.add(Fault("sendMessage", Trouble.DELAY, seconds=30))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await telegram.deliver(Outgoing(body="x"), TO, job_id=1)
    assert isinstance(await telegram.deliver(Outgoing(body="y"), TO, job_id=2), Delivered)
    assert ola.last.text == "y"


# Pace ---------------------------------------------------------------------------------------------------------------


async def test_429_holds_the_chat_back() -> None:
    """After a 429 the chat is left alone for as long as asked; another chat is not."""
    async with BotApiServer() as server:
        server.person(7, met=True)
        server.person(8, met=True)
        telegram = TelegramAiogram(server.token, api_url=server.url, read_blob=read_blob)
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


async def test_our_own_pace_keeps_the_servers_limits() -> None:
    """Forty messages to twenty people at once: none is refused by a server that refuses as the real one does."""
    async with BotApiServer() as server:
        telegram = TelegramAiogram(server.token, api_url=server.url, read_blob=read_blob)
        for chat in range(1, 21):
            server.person(chat, met=True)
        async with asyncio.TaskGroup() as group:
            for job in range(40):
                to = Address("telegram", str(job % 20 + 1))
                group.create_task(telegram.deliver(Outgoing(body=f"wiadomość {job}"), to, job_id=job))
        assert server.flood.refused == 0
        assert [len(server.sent_to(chat)) for chat in range(1, 21)] == [2] * 20
        await telegram.close()


async def test_the_server_itself_refuses_haste() -> None:
    """The limits are real: without pacing the same server says 429 with retry_after."""
    async with BotApiServer() as strict:
        strict.person(7, met=True)
        telegram = channel(strict)
        outcomes = [await telegram.deliver(Outgoing(body=str(job)), TO, job_id=job) for job in range(8)]
        assert [type(outcome) for outcome in outcomes] == [Delivered] * 5 + [TryLater] * 3
        await telegram.close()


# Cleaning, menus ----------------------------------------------------------------------------------------------------


async def test_cleaning_removes_both_sides(telegram: TelegramAiogram, ola: Person) -> None:
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
    server: BotApiServer, telegram: TelegramAiogram, ola: Person
) -> None:
    """A message older than 48 hours stays; it does not keep the others."""
    await telegram.deliver(Outgoing(body="stara"), TO, job_id=1)
    server.clock.advance(49 * 3600)
    await telegram.deliver(Outgoing(body="nowa"), TO, job_id=2)
    assert await telegram.clean(TO, [str(one.id) for one in ola.sees()]) == Delivered()
    assert [one.text for one in ola.sees()] == ["stara"]


async def test_cleaning_is_tried_again_when_the_server_is_away(
    server: BotApiServer, telegram: TelegramAiogram, ola: Person
) -> None:
    """Deleting twice is harmless, so a broken connection means later."""
    await telegram.deliver(Outgoing(body="x"), TO, job_id=1)
    server.faults.add(Fault("deleteMessages", Trouble.RESET_AFTER))
    assert isinstance(await telegram.clean(TO, ["1"]), TryLater)
    assert await telegram.clean(TO, ["1"]) == Delivered()
    assert ola.sees() == []


async def test_menus_are_of_those_invited(server: BotApiServer, telegram: TelegramAiogram, ola: Person) -> None:
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


# Files --------------------------------------------------------------------------------------------------------------


async def fetched(telegram: TelegramAiogram, ref: str, size: int | None = None) -> bytes:
    """The whole file."""
    return b"".join([chunk async for chunk in telegram.fetch(FileRef(FileKind.DOCUMENT, ref, size=size))])


async def test_fetches_a_file(server: BotApiServer, telegram: TelegramAiogram) -> None:
    """The bytes come as they were sent."""
    data = bytes(range(256)) * 4000
    assert await fetched(telegram, server.keep_file(data)) == data


@pytest.mark.parametrize(
    ("size", "told", "forever"), [(21 * 1024 * 1024, None, True), (5, 21 * 1024 * 1024, True)], ids=["server", "update"]
)
async def test_files_over_20_mb(
    server: BotApiServer, telegram: TelegramAiogram, size: int, told: int | None, *, forever: bool
) -> None:
    """Too large is for ever, whether the update tells or the server does."""
    ref = server.keep_file(b"12345", size=size)
    with pytest.raises(FileUnavailable) as caught:
        await fetched(telegram, ref, size=told)
    assert caught.value.forever is forever


async def test_a_file_that_grows_over_20_mb_is_cut_off(server: BotApiServer, telegram: TelegramAiogram) -> None:
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
    server: BotApiServer, telegram: TelegramAiogram, fault: Fault
) -> None:
    """A broken download is not for ever, does not tell the token, and the next one brings the whole file."""
    data = bytes(300_000)
    ref = server.keep_file(data)
    server.faults.add(fault)
    with pytest.raises(FileUnavailable) as caught:
        await fetched(telegram, ref)
    assert not caught.value.forever
    assert server.token not in str(caught.value)
    assert await fetched(telegram, ref) == data


async def test_fewer_bytes_than_told_are_no_file(server: BotApiServer, telegram: TelegramAiogram) -> None:
    """A file shorter than getFile said is not taken for whole."""
    with pytest.raises(FileUnavailable) as caught:
        await fetched(telegram, server.keep_file(b"1234", size=9))
    assert not caught.value.forever


async def test_an_unknown_file_is_gone_for_ever(telegram: TelegramAiogram) -> None:
    """A file id of another bot, or a made-up one."""
    with pytest.raises(FileUnavailable) as caught:
        await fetched(telegram, "nonsense")
    assert caught.value.forever


@pytest.mark.parametrize("path", ["/etc/passwd", "../../secret", "photos/../../x", "a\\b", "photos//x", "a\nb"])
async def test_paths_that_are_no_paths_of_telegrams(server: BotApiServer, telegram: TelegramAiogram, path: str) -> None:
    """A local-mode server's own disk paths, and tricks, are not followed."""
    ref = server.keep_file(b"secret", path=path)
    with pytest.raises(FileUnavailable):
        await fetched(telegram, ref)


async def test_odd_names_are_quoted(server: BotApiServer, telegram: TelegramAiogram) -> None:
    """A path with signs of an address in it is still one path."""
    assert await fetched(telegram, server.keep_file(b"ok", path="documents/plik ż?#%41.pdf")) == b"ok"


# The rest -----------------------------------------------------------------------------------------------------------


async def test_webhook_is_set_and_unset(server: BotApiServer, telegram: TelegramAiogram) -> None:
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
async def test_every_call_fits_the_published_schema() -> None:
    """All kinds of calls we make, checked against Telegram's own list of methods and types."""
    async with BotApiServer(limits=Limits.unpaced(), check=Schema().check) as server:
        ola = server.person(7, met=True)
        telegram = channel(server)
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
        assert await fetched(telegram, server.keep_file(b"x")) == b"x"
        assert await telegram.clean(TO, ["1", "2"]) == Delivered()
        await telegram.close()
