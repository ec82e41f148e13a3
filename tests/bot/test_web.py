"""The web server: invitations, sessions, headers, files; what strangers and forgers get."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient

from bot.channels.base import Attachment, FileKind, Outgoing, SentFile
from bot.channels.webchat import MAX_FILE_BYTES
from bot.web_demo import DemoChat
from bot.web_pages import FOLDER, read_pages
from storage import messages
from storage.database import StorageUnavailable
from tests.web_house import CHAT, COOKIE, OTHER_CHAT, OTHER_COOKIE, Clock, House, build_house, client_of

PAGE = f"/chat/{CHAT}/"
OURS = {"Origin": "http://notes.example"}


@pytest.fixture
async def clock() -> Clock:
    """A clock at nine in the morning."""
    return Clock()


@pytest.fixture
async def house(tmp_path: Path, clock: Clock) -> AsyncIterator[House]:
    """The house with two people."""
    async with build_house(tmp_path, clock) as house:
        yield house


@pytest.fixture
async def stranger(house: House) -> AsyncIterator[TestClient]:
    """A browser without any cookie."""
    async with client_of(house) as client:
        yield client


@pytest.fixture
async def ada(stranger: TestClient) -> TestClient:
    """Ada's browser, with her session."""
    stranger.session.headers["Cookie"] = f"session={COOKIE}"
    return stranger


# Invitations ---------------------------------------------------------------------------------------------------------


async def test_an_invitation_leads_into_the_chat(stranger: TestClient) -> None:
    """Looking, pressing the button and following the redirect opens the chat, with a cookie for it alone."""
    looked = await stranger.get("/w/good")
    assert looked.status == 200
    pressed = await stranger.post("/w/good", allow_redirects=False)
    assert pressed.status == 303
    cookie = pressed.cookies["session"]
    assert cookie["path"] == pressed.headers["Location"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    opened = await stranger.get(pressed.headers["Location"])
    assert opened.status == 200
    assert "Notatnik" in await opened.text()


async def test_only_the_hash_of_a_cookie_is_kept(house: House, stranger: TestClient, tmp_path: Path) -> None:
    """Whoever reads the database cannot open anybody's chat."""
    await stranger.get("/w/good")
    pressed = await stranger.post("/w/good", allow_redirects=False)
    cookie = pressed.cookies["session"].value
    await house.database.stop()
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("house.db*"))  # noqa: ASYNC240 - a test may wait
    assert sha256(cookie.encode()).hexdigest().encode() in kept
    assert cookie.encode() not in kept


async def test_a_cookie_is_secure_behind_https(house: House) -> None:
    """With an https address the cookie never travels in the open, and browsers are told to stay with https."""
    async with client_of(house, public_url="https://notes.example") as client:
        looked = await client.get("/w/good")
        assert looked.cookies["visit"]["secure"]
        assert "Strict-Transport-Security" in looked.headers


async def test_a_link_preview_uses_nothing(stranger: TestClient) -> None:
    """A messenger that fetches the link first leaves it as good as it was."""
    for _ in range(3):
        assert (await stranger.get("/w/good")).status == 200
        assert (await stranger.head("/w/good")).status == 200
    assert (await stranger.post("/w/good", allow_redirects=False)).status == 303


async def test_a_lost_answer_can_be_asked_for_again(stranger: TestClient) -> None:
    """The same browser pressing again gets into the same chat, though the token is used."""
    await stranger.get("/w/good")
    first = await stranger.post("/w/good", allow_redirects=False)
    again = await stranger.post("/w/good", allow_redirects=False)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.cookies["session"].value == first.cookies["session"].value


async def test_an_answer_lost_long_ago_opens_nothing(stranger: TestClient, clock: Clock) -> None:
    """After an hour the browser's secret is worth nothing, whether or not the browser kept it."""
    looked = await stranger.get("/w/good")
    secret = looked.cookies["visit"].value
    assert (await stranger.post("/w/good", allow_redirects=False)).status == 303
    clock.move(timedelta(hours=1, minutes=1))
    late = await stranger.post("/w/good", allow_redirects=False, headers={"Cookie": f"visit={secret}"})
    assert late.status == 200
    assert "session" not in late.cookies


async def test_useless_tokens_all_look_the_same(house: House) -> None:
    """Used, expired, unknown and impossible tokens get one page, which names nothing."""
    async with client_of(house) as first:
        await first.get("/w/good")
        await first.post("/w/good", allow_redirects=False)
    house.clock.move(timedelta(minutes=5))  # type: ignore[attr-defined]
    pages = set()
    for token in ("good", "stale", "unknown", "a" * 129, "%2e%2e%2f", "żółw"):
        async with client_of(house) as client:
            looked = await client.get(f"/w/{token}")
            assert looked.status == 200
            pressed = await client.post(f"/w/{token}", allow_redirects=False)
            assert "session" not in pressed.cookies
            pages.add((pressed.status, await pressed.text()))
    assert len(pages) == 1
    assert pages.pop()[0] == 404


async def test_without_cookies_the_page_says_so(stranger: TestClient) -> None:
    """A browser that refuses cookies is told what to do, and the token stays good."""
    pressed = await stranger.post("/w/good")
    assert pressed.status == 200
    assert "cookie" in await pressed.text()
    await stranger.get("/w/good")
    assert (await stranger.post("/w/good", allow_redirects=False)).status == 303


# Who may see what ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cookie", ["", f"session={OTHER_COOKIE}", "session=" + "0" * 64, "session="])
@pytest.mark.parametrize("path", ["", "ws", "files/" + "0" * 64])
async def test_only_its_own_session_opens_a_chat(stranger: TestClient, cookie: str, path: str) -> None:
    """No cookie, another person's, an invented one: the same "not available" as for a chat that does not exist."""
    headers = {**OURS, "Cookie": cookie}
    answer = await stranger.get(PAGE + path, headers=headers)
    nowhere = await stranger.get("/chat/" + "f" * 24 + "/" + path, headers=headers)
    assert answer.status == nowhere.status == 404
    assert await answer.text() == await nowhere.text()


@pytest.mark.parametrize("origin", [None, "https://evil.example", "http://notes.example.evil.example", "null"])
async def test_other_pages_cannot_speak_for_a_person(ada: TestClient, origin: str | None) -> None:
    """A connection or an upload that a page of another site begins is refused, cookie or not."""
    headers = {} if origin is None else {"Origin": origin}
    assert (await ada.get(PAGE + "ws", headers=headers)).status == 403
    assert (await ada.post(PAGE + "files?id=12345678&kind=document", data=b"x", headers=headers)).status == 403


@pytest.mark.parametrize(
    "path",
    [
        "/page/x/..%2f..%2fweb.py",
        "/page/x/%2e%2e%2fweb.py",
        "/page/x/chat.html",
        "/page/x/texts",
        "/page/pl.json",
        f"/chat/{CHAT}/files/..%2f..%2fhouse.db",
        f"/chat/{CHAT}/files/" + "A" * 64,
        "/chat/..%2f..%2f/",
        "/demo",
        "/",
        "/nothing",
    ],
)
async def test_paths_lead_nowhere_else(ada: TestClient, path: str) -> None:
    """Only what is listed is served; everything else is the one neutral page."""
    answer = await ada.get(path)
    assert answer.status == 404
    assert "Ta strona jest niedostępna" in await answer.text()


async def test_browsers_are_bound(ada: TestClient) -> None:
    """Every kind of answer forbids foreign scripts, framing by others, sniffing, referrers and caching."""
    for path in (PAGE, "/w/good", "/nothing", "/healthz"):
        headers = (await ada.get(path)).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'self'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"


async def test_a_strange_host_does_not_get_into_the_policy(ada: TestClient) -> None:
    """What a client writes as its Host cannot add to the policy."""
    answer = await ada.get(PAGE, headers={"Host": "x; script-src *"})
    assert "script-src *" not in answer.headers["Content-Security-Policy"]


def test_nothing_on_the_page_gives_the_bearer_away() -> None:
    """Scripts, styles, texts and the page itself speak of a notebook and of nothing else."""
    telling = re.compile(
        r"juror|jury|contest|konkurs|myster|tajemnic|klient|oceni|assess|audit|questionnaire", re.IGNORECASE
    )
    for path in [*FOLDER.iterdir(), *(FOLDER / "texts").iterdir()]:
        if path.is_file():
            assert not telling.search(path.read_text("utf-8")), path.name


async def test_files_of_the_page_are_kept_for_ever_by_version(ada: TestClient) -> None:
    """The page names its files by version; under that name they may be cached, under another not."""
    page = await (await ada.get(PAGE)).text()
    address = re.search(r'src="(/page/\w+/chat\.js)"', page)
    assert address is not None
    assert "immutable" in (await ada.get(address[1])).headers["Cache-Control"]
    assert (await ada.get("/page/old/chat.js")).headers["Cache-Control"] == "no-cache"


async def test_the_home_screen_gets_a_neutral_name(stranger: TestClient) -> None:
    """The manifest is called a notebook in both languages."""
    for language, name in (("pl", "Notatnik"), ("en", "Notebook")):
        answer = await stranger.get(f"/page/{language}.webmanifest")
        assert answer.content_type == "application/manifest+json"
        assert (await answer.json(content_type=None))["name"] == name


def test_both_languages_have_all_texts() -> None:
    """Each text of the page exists in each language, with the same gaps to fill."""
    texts = read_pages().texts
    gaps = {
        language: {name: sorted(re.findall(r"\{\w+\}", text)) for name, text in own.items()}
        for language, own in texts.items()
    }
    assert gaps["pl"] == gaps["en"]


async def test_health(house: House, stranger: TestClient) -> None:
    """Alive as long as the process answers; ready as long as the database does too."""
    assert (await stranger.get("/healthz")).status == 200
    assert (await stranger.get("/readyz")).status == 200
    await house.database.stop()
    assert (await stranger.get("/healthz")).status == 200
    assert (await stranger.get("/readyz")).status == 503


async def test_a_database_that_is_away_is_no_closed_door(house: House, ada: TestClient) -> None:
    """Nobody is told that their chat is gone when only the database is."""
    await house.database.stop()
    answer = await ada.get(PAGE)
    assert answer.status == 503
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


# The demo ------------------------------------------------------------------------------------------------------------


async def test_the_demo_opens_all_its_chats(house: House) -> None:
    """One page signs the browser into every chat, each under its own path."""
    demo = [DemoChat("Juror", CHAT), DemoChat("Koordynator", OTHER_CHAT)]
    async with client_of(house, demo=demo) as client:
        page = await (await client.get("/")).text()
        assert page.count("<iframe") == 2
        for chat in (CHAT, OTHER_CHAT):
            assert (await client.get(f"/chat/{chat}/")).status == 200


# Files ---------------------------------------------------------------------------------------------------------------

UPLOAD = PAGE + "files?id=upload-0001&kind=document&name=a.jpg"


async def test_a_file_is_stored_before_it_is_taken(house: House, ada: TestClient) -> None:
    """When intake hears of a file its bytes can be read back; the answer comes after the commit."""
    there: list[bool] = []

    async def look(incoming: object) -> None:
        there.append(await house.blobs.exists(sha256(b"picture").hexdigest()))
        del incoming

    house.before_take.append(look)
    answer = await ada.post(UPLOAD, data=b"picture", headers={**OURS, "Content-Type": "image/jpeg"})
    assert (answer.status, await answer.json()) == (200, {"ack": "upload-0001"})
    assert there == [True]
    content = house.heard[0].content
    assert isinstance(content, SentFile)
    assert content.file.kind is FileKind.DOCUMENT
    assert content.file.media_type == "image/jpeg"
    assert content.file.size == 7
    assert [piece async for piece in house.chat.fetch(content.file)] == [b"picture"]


async def test_an_upload_tried_again_counts_once(house: House, ada: TestClient) -> None:
    """The same id twice is one file in the chat."""
    for _ in range(2):
        assert (await ada.post(UPLOAD, data=b"picture", headers=OURS)).status == 200
    assert len(house.heard) == 1
    assert len(await house.history()) == 1


async def test_an_upload_that_was_not_taken_is_not_acknowledged(house: House, ada: TestClient) -> None:
    """Where intake fails the answer says "later", and the same upload succeeds once intake does."""

    def fail(_: object) -> None:
        raise StorageUnavailable("away")

    house.before_take.append(fail)
    assert (await ada.post(UPLOAD, data=b"picture", headers=OURS)).status == 503
    house.before_take.clear()
    assert (await ada.post(UPLOAD, data=b"picture", headers=OURS)).status == 200
    assert len(house.heard) == 1


async def test_too_large_a_file_is_refused(house: House, ada: TestClient, tmp_path: Path) -> None:
    """Told or untold, more than the limit is refused and nothing of it is kept."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(MAX_FILE_BYTES // (1024 * 1024) + 1):
            yield b"x" * 1024 * 1024

    answer = await ada.post(UPLOAD, data=endless(), headers=OURS)
    assert answer.status == 413
    assert house.heard == []
    assert not [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "query",
    [
        "id=upload-0001&kind=sticker",
        "kind=document",
        "id=x&kind=document",
        "id=upload-0001&kind=document&age=soon",
        "id=upload-0001&kind=document&album=../..",
        "id=upload-0001&kind=document&caption=" + "x" * 4001,
    ],
)
async def test_a_wrong_upload_is_refused(house: House, ada: TestClient, query: str) -> None:
    """A request no page of ours makes is refused for good, with words for the person."""
    answer = await ada.post(f"{PAGE}files?{query}", data=b"x", headers=OURS)
    assert answer.status == 400
    assert (await answer.json())["problem"]
    assert house.heard == []


async def test_an_empty_file_is_refused(house: House, ada: TestClient) -> None:
    """No bytes are no file."""
    assert (await ada.post(UPLOAD, data=b"", headers=OURS)).status == 400
    assert house.heard == []


async def test_an_upload_that_breaks_off_leaves_nothing(house: House, ada: TestClient, tmp_path: Path) -> None:
    """A connection that dies in the middle is no file, neither in the chat nor in the store."""
    host, port = ada.host, ada.port
    reader, writer = await asyncio.open_connection(host, port)
    head = f"POST {UPLOAD} HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: http://{host}:{port}\r\n"
    writer.write((head + f"Cookie: session={COOKIE}\r\nContent-Length: 1000\r\n\r\nhalf").encode())
    await writer.drain()
    await asyncio.sleep(0.2)
    writer.close()
    await writer.wait_closed()
    del reader
    async with asyncio.timeout(10):
        while [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]:
            await asyncio.sleep(0.05)
    assert house.heard == []


async def test_a_person_sees_the_files_of_their_own_messages(house: House, ada: TestClient) -> None:
    """Both sides' attachments are shown; a picture in place, an unknown thing as a download."""
    picture = await house.blobs.put(b"picture")
    page = await house.blobs.put(b"<script>alert(1)</script>")
    attachments = (
        Attachment(picture.sha256, "image/jpeg", "wejście.jpg"),
        Attachment(page.sha256, "text/html", 'a"b\r\n.html'),
    )
    await house.say(Outgoing(body="", attachments=attachments))
    shown = await ada.get(f"{PAGE}files/{picture.sha256}")
    assert (shown.status, shown.content_type, await shown.read()) == (200, "image/jpeg", b"picture")
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert shown.headers["Cache-Control"] == "private, no-cache"
    handed = await ada.get(f"{PAGE}files/{page.sha256}")
    assert handed.content_type == "application/octet-stream"
    assert handed.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in handed.headers["Content-Security-Policy"]


async def test_a_guessed_file_is_not_shown(house: House, ada: TestClient) -> None:
    """A stored file that stands in nobody's, another's, or only hidden messages is not there."""
    stored = await house.blobs.put(b"secret")
    path = f"{PAGE}files/{stored.sha256}"
    assert (await ada.get(path)).status == 404
    await house.say(Outgoing(body="", attachments=(Attachment(stored.sha256, "image/jpeg", "x"),)), OTHER_CHAT)
    assert (await ada.get(path)).status == 404
    await house.say(Outgoing(body="", attachments=(Attachment(stored.sha256, "image/jpeg", "x"),)))
    assert (await ada.get(path)).status == 200
    address_id = (await house.history())[0].address_id
    await house.database.run(lambda unit: messages.hide_all(unit, address_id, house.clock()))
    assert (await ada.get(path)).status == 404


async def test_a_player_can_ask_for_a_part(house: House, ada: TestClient) -> None:
    """Phones play sounds by parts; a part outside is refused, an unchanged file is not sent twice."""
    stored = await house.blobs.put(b"0123456789")
    await house.say(Outgoing(body="", attachments=(Attachment(stored.sha256, "audio/ogg", "x.ogg"),)))
    path = f"{PAGE}files/{stored.sha256}"
    part = await ada.get(path, headers={"Range": "bytes=2-4"})
    assert (part.status, await part.read(), part.headers["Content-Range"]) == (206, b"234", "bytes 2-4/10")
    assert (await ada.get(path, headers={"Range": "bytes=20-30"})).status == 416
    assert (await ada.get(path, headers={"Range": "apples"})).status == 416
    again = await ada.get(path, headers={"If-None-Match": part.headers["ETag"]})
    assert again.status == 304


async def test_a_lost_file_is_not_a_crash(house: House, ada: TestClient) -> None:
    """Bytes that are gone from the store are "not available"."""
    stored = await house.blobs.put(b"picture")
    await house.say(Outgoing(body="", attachments=(Attachment(stored.sha256, "image/jpeg", "x"),)))
    await house.blobs.delete(stored.sha256)
    assert (await ada.get(f"{PAGE}files/{stored.sha256}")).status == 404
