"""The web site against whoever asks in a way that no page of ours does, over real HTTP and WebSockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError, web
from aiohttp.test_utils import TestClient
from sqlalchemy import func, select

from bot.web_doors import DOORS, Doors
from bot.web_frames import MAX_FRAME_BYTES
from bot.web_guests import MAX_GUESSES_PER_MINUTE, Guests
from bot.web_site import SITE
from storage import schema
from storage.unit import Unit
from tests.web_house import CHAT, COOKIE, OTHER_CHAT, OTHER_COOKIE, Clock, House, build_house, client_of

OURS = "http://notes.example"
FAR_TOO_LONG = 20
NAMES = ("Ada", "Ola")
NOT_FOUND = HTTPStatus.NOT_FOUND


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
async def house(tmp_path: Path, clock: Clock) -> AsyncIterator[House]:
    """Two people, each with a chat."""
    async with build_house(tmp_path, clock) as house:
        yield house


@pytest.fixture
async def client(house: House) -> AsyncIterator[TestClient]:
    """A browser."""
    async with client_of(house) as client:
        yield client


def as_(cookie: str, **more: str) -> dict[str, str]:
    """Headers with a session."""
    return {"Cookie": f"session={cookie}", **more}


@pytest.fixture
async def doors(house: House) -> AsyncIterator[Doors]:
    """The site as the program opens it."""
    app = house.app()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await app[DOORS].open(runner, "127.0.0.1", 0)
    yield app[DOORS]
    await runner.cleanup()


async def raw(doors: Doors, request: bytes) -> bytes:
    """What the server answers to these very bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", doors.port)
    writer.write(request)
    async with asyncio.timeout(FAR_TOO_LONG):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


def status(answer: bytes) -> int:
    """The status of a raw answer."""
    return int(answer.split(b" ", 2)[1])


def counts(unit: Unit) -> list[int]:
    """Rows of every table that somebody from outside could add to."""
    tables = (schema.addresses, schema.sessions, schema.inbox, schema.messages, schema.jobs, schema.parked)
    return [int(unit.execute(select(func.count()).select_from(table)).scalar_one()) for table in tables]


# Paths and URLs -------------------------------------------------------------------------------------------------------

PATHS = [
    *(
        "/../etc/passwd",
        "/page/../../bot/config.py",
        "/page/x/..%2f..%2fapp.py",
        "/page/x/%2e%2e/%2e%2e/.env",
        "/.env",
        "/.git/config",
    ),
    *(
        "/page/x/chat.js%00.css",
        "/page/x/..\\..\\config.py",
        "/page//etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/w/",
        "/w/../../x",
    ),
    *(
        f"/chat/{CHAT}/files/../../../etc/passwd",
        f"/chat/{CHAT}%2f..%2f{OTHER_CHAT}/",
        f"/chat/{CHAT}/../{OTHER_CHAT}/",
    ),
    *(
        f"/chat/{OTHER_CHAT}%00/",
        f"/chat/{OTHER_CHAT}/ ",
        f"/chat/{OTHER_CHAT.upper()}/",
        f"//evil.example/chat/{OTHER_CHAT}/",
    ),
    *(
        "/chat/' OR 1=1/",
        "/chat/*/",
        "/metrics/../chat",
        f"/chat/{OTHER_CHAT}/files/{'0' * 64}",
        f"/chat/{OTHER_CHAT}/files/*",
    ),
    *(f"/chat/{OTHER_CHAT};/", f"/chat/{OTHER_CHAT}?session={OTHER_COOKIE}", "/" + "a" * 8000),
]


@pytest.mark.parametrize("path", PATHS)
async def test_no_path_leads_elsewhere(house: House, doors: Doors, path: str) -> None:
    """With one's own session in hand: nobody else's chat, no file of ours, nothing written; and no trace of why."""
    before = await house.database.read(counts)
    request = f"GET {path} HTTP/1.1\r\nHost: notes.example\r\nCookie: session={COOKIE}\r\nConnection: close\r\n\r\n"
    answer = await raw(doors, request.encode())
    assert status(answer) in {HTTPStatus.BAD_REQUEST, NOT_FOUND, HTTPStatus.REQUEST_URI_TOO_LONG}
    assert OTHER_CHAT.encode() not in answer
    assert b"root:" not in answer
    assert b"Traceback" not in answer
    assert await house.database.read(counts) == before


@pytest.mark.parametrize(
    "line",
    [
        f"GET http://evil.example/chat/{CHAT}/ HTTP/1.1",
        f"GET https://evil.example:99999/chat/{CHAT}/ HTTP/1.1",
        "GET file:///etc/passwd HTTP/1.1",
        "CONNECT evil.example:443 HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "TRACE / HTTP/1.1",
        "PRI * HTTP/2.0",
        f"GET /chat/{CHAT}/ HTTP/9.9",
        f"GET /chat/{CHAT}/\x00 HTTP/1.1",
        "\x16\x03\x01\x02\x00\x01\x00",
        "G" * 9000 + " / HTTP/1.1",
    ],
)
async def test_a_strange_request_line_gets_nothing(doors: Doors, line: str) -> None:
    """Other servers' addresses, other protocols: refused without a word about us, and no open proxy."""
    request = f"{line}\r\nHost: notes.example\r\nConnection: close\r\n\r\n"
    answer = await raw(doors, request.encode("latin-1"))
    assert not answer or status(answer) >= HTTPStatus.BAD_REQUEST
    for secret in (b"root:", b"Traceback", b"aiohttp", b"Python", *(name.encode() for name in NAMES)):
        assert secret not in answer


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": 'notes.example"; script-src *'},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
        {"Forwarded": "host=evil.example;proto=https"},
        {"X-Original-URL": f"/chat/{OTHER_CHAT}/", "X-Rewrite-URL": f"/chat/{OTHER_CHAT}/"},
        {"X-HTTP-Method-Override": "DELETE"},
        {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1", "Client-IP": "127.0.0.1"},
    ],
)
async def test_a_header_changes_nothing(client: TestClient, headers: dict[str, str]) -> None:
    """Who claims to come through a proxy, or for another host, gets the same page and no word of the claim."""
    answer = await client.get("/w/good", headers=headers)
    page = await answer.text()
    assert answer.status == HTTPStatus.OK
    assert "evil" not in page
    assert "evil" not in str(answer.headers.get("Location"))
    assert "Strict-Transport-Security" not in answer.headers
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "script-src *" not in answer.headers["Content-Security-Policy"]
    moved = await client.post("/w/good", headers=headers, allow_redirects=False)
    assert moved.headers["Location"].startswith("/chat/")
    assert "evil" not in moved.headers["Location"] + moved.headers["Set-Cookie"]


# Sessions -------------------------------------------------------------------------------------------------------------


async def test_a_session_is_never_chosen_by_the_visitor(client: TestClient) -> None:
    """A cookie that was there before the invitation is used is not the session afterwards."""
    planted = "f" * 64
    page = await client.get("/w/good", headers={"Cookie": f"session={planted}; visit=9999999999.{planted}"})
    crumbs = SimpleCookie(page.headers["Set-Cookie"])
    assert planted not in crumbs["visit"].value  # one that claims to last for ever is replaced
    moved = await client.post("/w/good", headers=as_(planted), allow_redirects=False)
    given = SimpleCookie(moved.headers["Set-Cookie"])["session"].value
    assert given != planted
    client.session.cookie_jar.clear()
    assert (await client.get(moved.headers["Location"], headers=as_(planted))).status == NOT_FOUND
    assert (await client.get(moved.headers["Location"], headers=as_(given))).status == HTTPStatus.OK


@pytest.mark.parametrize("public_url", ["https://notes.example", "http://notes.example"])
async def test_cookies_are_kept_from_scripts_and_other_sites(house: House, public_url: str) -> None:
    """HttpOnly, SameSite, one path, and Secure wherever there is https."""
    async with client_of(house, public_url=public_url) as client:
        page = await client.get("/w/good")
        visit = SimpleCookie(page.headers["Set-Cookie"])["visit"]
        cookie = f"visit={visit.value}"
        moved = await client.post("/w/good", headers={"Cookie": cookie}, allow_redirects=False)
    session = SimpleCookie(moved.headers["Set-Cookie"])["session"]
    for crumb, path in ((visit, "/w/good"), (session, moved.headers["Location"])):
        assert crumb["httponly"] is True
        assert crumb["samesite"] == "Lax"
        assert crumb["path"] == path
        assert bool(crumb["secure"]) == public_url.startswith("https")
        assert not crumb["domain"]


async def test_an_invitation_seen_by_another_browser_opens_nothing_twice(client: TestClient) -> None:
    """The link used once is of no use to whoever finds it, with or without the first browser's address."""
    page = await client.get("/w/good")
    visit = SimpleCookie(page.headers["Set-Cookie"])["visit"].value
    moved = await client.post("/w/good", headers={"Cookie": f"visit={visit}"}, allow_redirects=False)
    assert moved.status == HTTPStatus.SEE_OTHER
    client.session.cookie_jar.clear()
    found = await client.get("/w/good")
    other = SimpleCookie(found.headers["Set-Cookie"])["visit"].value
    again = await client.post("/w/good", headers={"Cookie": f"visit={other}"}, allow_redirects=False)
    assert again.status == NOT_FOUND
    assert "Set-Cookie" not in again.headers
    client.session.cookie_jar.clear()
    assert (await client.get(moved.headers["Location"])).status == NOT_FOUND


COOKIES = [
    *(
        "",
        "session",
        f"session={OTHER_COOKIE}x",
        f'session="{OTHER_COOKIE}',
        f"Session={COOKIE}",
        "session=" + "a" * 7000,
    ),
    *(f"session={COOKIE}%00", "session=\xff\xfe", f"session={'0' * 64}", "session=' OR '1'='1"),
]


@pytest.mark.parametrize("cookie", COOKIES)
async def test_no_other_cookie_opens_a_chat(doors: Doors, cookie: str) -> None:
    """Only the very cookie does."""
    answer = await raw(
        doors,
        f"GET /chat/{CHAT}/ HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n".encode("latin-1"),
    )
    assert status(answer) in {NOT_FOUND, HTTPStatus.BAD_REQUEST}
    assert CHAT.encode() not in answer.split(b"\r\n\r\n", 1)[1]


# Files ----------------------------------------------------------------------------------------------------------------


async def test_a_file_is_its_own_chats(client: TestClient) -> None:
    """Whoever knows a file's hash, and has a session, still gets only what stands in their own chat."""
    sent = await client.post(
        f"/chat/{CHAT}/files?id=aaaaaaaa&kind=photo", data=b"\xff\xd8\xff secret", headers=as_(COOKIE, Origin=OURS)
    )
    assert sent.status == HTTPStatus.OK
    name = sha256(b"\xff\xd8\xff secret").hexdigest()
    assert (await client.get(f"/chat/{CHAT}/files/{name}", headers=as_(COOKIE))).status == HTTPStatus.OK
    for chat, cookie in ((OTHER_CHAT, OTHER_COOKIE), (OTHER_CHAT, COOKIE), (CHAT, OTHER_COOKIE)):
        for wrong in (name, name.upper(), name[:-1], name + "0", f"{name}?x", f"..%2f{CHAT}%2ffiles%2f{name}"):
            answer = await client.get(f"/chat/{chat}/files/{wrong}", headers=as_(cookie))
            assert answer.status == NOT_FOUND, (chat, wrong)
            assert b"secret" not in await answer.read()


ORIGINS = [
    *(None, "null", "http://evil.example", "http://notes.example.evil.example", "http://notes.example:81", "file://"),
    *("https://notes.example", "http://NOTES.example@evil.example", "http://notes.example/"),
]


@pytest.mark.parametrize("origin", ORIGINS)
async def test_no_other_site_speaks_for_a_person(house: House, client: TestClient, origin: str | None) -> None:
    """With the person's cookie, but from another page: no connection, no upload."""
    headers = as_(COOKIE, Host="notes.example") | ({} if origin is None else {"Origin": origin})
    with pytest.raises(WSServerHandshakeError) as refused:
        await client.ws_connect(f"/chat/{CHAT}/ws", headers=headers)
    assert refused.value.status == HTTPStatus.FORBIDDEN
    sent = await client.post(f"/chat/{CHAT}/files?id=aaaaaaaa&kind=photo", data=b"x", headers=headers)
    assert sent.status == HTTPStatus.FORBIDDEN
    assert house.heard == []


# Frames ---------------------------------------------------------------------------------------------------------------

FRAMES = {
    "too long": "x" * (MAX_FRAME_BYTES + 1),
    "a row beyond 64 bits": json.dumps({"type": "hello", "have": {"9" * 30: "m"}}),
    "a row that is no number": json.dumps({"type": "hello", "have": {"-1": "m"}}),
    "a row in other digits": json.dumps({"type": "hello", "have": {"٣": "m"}}),
    "a huge number": '{"type":"place","id":"aaaaaaaa","latitude":1' + "0" * 400 + ',"longitude":1}',
    "too many rows": json.dumps({"type": "hello", "have": {str(number): "m" for number in range(1, 1500)}}),
    "deep": "[" * 20_000,
    "another chat's id": json.dumps({"type": "say", "id": f"{OTHER_CHAT}:aaaaaaaa", "text": "x"}),
}


@pytest.mark.parametrize("kind", FRAMES)
async def test_a_hostile_frame_ends_only_its_own_page(house: House, client: TestClient, kind: str) -> None:
    """The connection is closed with a reason, nothing is taken in, and the person's other page goes on."""
    async with client.ws_connect(f"/chat/{CHAT}/ws", headers=as_(COOKIE, Origin=OURS)) as other:
        async with client.ws_connect(f"/chat/{CHAT}/ws", headers=as_(COOKIE, Origin=OURS)) as page:
            await page.send_str(FRAMES[kind])
            async with asyncio.timeout(FAR_TOO_LONG):
                last = await page.receive()
            assert last.type in {WSMsgType.CLOSE, WSMsgType.CLOSED}
            assert last.data in {1008, 1009}
        await other.send_json({"type": "ping"})
        async with asyncio.timeout(FAR_TOO_LONG):
            while (await other.receive_json())["type"] != "pong":
                pass
    assert house.heard == []


async def test_numbers_of_an_upload_are_read_with_care(house: House, client: TestClient) -> None:
    """An age that no clock holds is no reason to lose a photo."""
    for number, age in enumerate(("-1e300", "1e400", "nan", "-inf", "1" + "0" * 4000)):
        sent = await client.post(
            f"/chat/{CHAT}/files?id=aaaaaaaa{number}&kind=photo&age={age}", data=b"x", headers=as_(COOKIE, Origin=OURS)
        )
        assert sent.status == HTTPStatus.OK, age
    assert len(house.heard) == 5


# Guesses --------------------------------------------------------------------------------------------------------------


def only(most: int, client: TestClient) -> None:
    """Let only so many guesses a minute."""
    object.__setattr__(client.app[SITE], "guests", Guests(most))


async def test_guessing_is_bounded(house: House, client: TestClient, clock: Clock) -> None:
    """After so many wrong guesses in a minute nobody unknown is looked up; known browsers go on; then all as before."""
    only(10, client)
    assert (await client.get(f"/chat/{CHAT}/", headers=as_(COOKIE))).status == HTTPStatus.OK
    before = await house.database.read(counts)
    page = await client.get("/w/guess")
    visit = SimpleCookie(page.headers["Set-Cookie"])["visit"].value
    seen = [
        (await client.post(f"/w/guess-{number}", headers={"Cookie": f"visit={visit}"}, allow_redirects=False)).status
        for number in range(5)
    ]
    seen += [(await client.get(f"/chat/{CHAT}/", headers=as_(f"{number:064}"))).status for number in range(8)]
    assert seen == [NOT_FOUND] * 10 + [HTTPStatus.TOO_MANY_REQUESTS] * 3
    later = await client.post("/w/good", headers={"Cookie": f"visit={visit}"}, allow_redirects=False)
    assert later.status == HTTPStatus.TOO_MANY_REQUESTS
    assert (await client.get(f"/chat/{OTHER_CHAT}/", headers=as_(OTHER_COOKIE))).status == HTTPStatus.TOO_MANY_REQUESTS
    assert (await client.get(f"/chat/{CHAT}/", headers=as_(COOKIE))).status == HTTPStatus.OK
    assert await house.database.read(counts) == before
    clock.move(timedelta(minutes=1))
    assert (await client.get(f"/chat/{OTHER_CHAT}/", headers=as_(OTHER_COOKIE))).status == HTTPStatus.OK
    moved = await client.post("/w/good", headers={"Cookie": f"visit={visit}"}, allow_redirects=False)
    assert moved.status == HTTPStatus.SEE_OTHER


def test_the_limit_is_per_minute() -> None:
    """Wrong guesses of more than a minute ago do not count."""
    guests = Guests(2)
    now = datetime(2026, 11, 23, tzinfo=UTC)
    for second in (0, 30):
        guests.was_nobody(now + timedelta(seconds=second))
    assert not guests.may_ask(now + timedelta(seconds=59))
    assert guests.may_ask(now + timedelta(seconds=60))
    assert MAX_GUESSES_PER_MINUTE > 2


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/nothing"])
async def test_health_tells_nothing(client: TestClient, path: str) -> None:
    """Whoever asks from outside learns that it runs, and nothing of whom or what it holds."""
    answer = await client.get(path)
    said = await answer.text()
    for secret in (*NAMES, CHAT, OTHER_CHAT, "sqlite", "postgres", "password", str(Path.cwd()), "Traceback"):
        assert secret not in said
    assert answer.headers["Server"] == "web"
