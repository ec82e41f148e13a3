"""Two processes of the program on one machine and one database: pages, jobs and updates move between them."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from storage import people, schema
from storage.database import Database
from storage.migrate import migrate
from tests import files
from tests.acceptance.running import Nursery, Program
from tests.acceptance.test_visit_telegram import offers
from tests.acceptance.world import World, make_world
from tests.bot_api.limits import Limits
from tests.bot_api.server import BotApiServer

ON_POSTGRES = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
WAIT_SECONDS = 60.0


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """Where programs are started from."""
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """A Bot API server without limits."""
    async with BotApiServer(limits=Limits.unpaced()) as server:
        yield server


@pytest.fixture
async def world(database: Database) -> World:
    """A small edition."""
    return await make_world(database)


@pytest.fixture
async def program(database: Database, tmp_path: Path, nursery: Nursery) -> AsyncIterator[Callable[..., Program]]:
    """Makes programs of this database; all are gone at the end."""
    made: list[Program] = []

    def make(command: str = "run", **settings: str) -> Program:
        url = database.url.render_as_string(hide_password=False)
        known = {"DATABASE_URL": url, "EVIDENCE_URL": f"file://{tmp_path / 'evidence'}", "TELEGRAM_TOKEN": ""}
        made.append(Program(nursery, tmp_path, {**known, **settings}, command=command))
        return made[-1]

    yield make
    for one in made:
        await one.kill()


class Page:
    """A browser's page of a chat, which whatever stands before the processes may bring to any of them."""

    def __init__(self, http: aiohttp.ClientSession, path: str, cookie: str) -> None:
        self._http = http
        self.path = path
        self._cookie = cookie
        self.rows: dict[int, str] = {}

    @asynccontextmanager
    async def open(self, program: Program) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """Its socket to a process, greeted."""
        headers = {"Origin": program.url, "Cookie": self._cookie}
        async with self._http.ws_connect(f"{program.url}{self.path}ws", headers=headers) as socket:
            await socket.send_json({"type": "hello", "have": {}})
            yield socket

    async def get(self, program: Program, name: str = "") -> int:
        """The status of a page of the chat, from that process."""
        async with self._http.get(f"{program.url}{self.path}{name}", headers={"Cookie": self._cookie}) as answer:
            return answer.status

    async def send_photo(self, program: Program, data: bytes) -> int:
        """The status of sending a file to that process."""
        headers = {"Cookie": self._cookie, "Origin": program.url, "Content-Type": "image/jpeg"}
        asked = {"id": "3" * 32, "kind": "photo", "name": "zdjecie.jpg"}
        target = f"{program.url}{self.path}files"
        async with self._http.post(target, data=data, headers=headers, params=asked) as answer:
            return answer.status

    async def until(self, socket: aiohttp.ClientWebSocketResponse, text: str) -> None:
        """Read what comes until the page shows that text."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not any(text in row for row in self.rows.values()):
                frame = json.loads((await socket.receive()).data)
                for row in frame.get("rows", ()):
                    self.rows[row["id"]] = json.dumps(row, ensure_ascii=False)


async def come_in(http: aiohttp.ClientSession, program: Program, token: str, *, then: Program) -> Page:
    """Look at an invitation at one process and use it at another, as a browser would."""
    async with http.get(f"{program.url}/w/{token}") as answer:
        visit = answer.cookies["visit"].value
    sent = {"Cookie": f"visit={visit}", "Origin": then.url}
    async with http.post(f"{then.url}/w/{token}", headers=sent, allow_redirects=False) as answer:
        assert answer.status == 303
        session = re.search(r"session=([0-9a-f]+)", answer.headers["Set-Cookie"])
        assert session is not None
        return Page(http, URL(answer.headers["Location"]).path, f"session={session[1]}")


@ON_POSTGRES
async def test_a_page_lives_on_at_any_process(
    database: Database, world: World, program: Callable[..., Program]
) -> None:
    """An invitation looked at here is used there; a page open here is told at once of what another process did, and
    goes on there when this one ends; the socket says that we go away.
    """
    one, two = program(), program()
    await one.start()
    await two.start()
    async with aiohttp.ClientSession() as http:
        page = await come_in(http, one, world.tokens["juror"], then=two)
        assert [await page.get(each) for each in (one, two)] == [200, 200]
        async with page.open(one) as here, page.open(two) as there:
            await page.until(here, "Zgadzam się")
            await there.send_json({"type": "say", "id": "1" * 32, "text": "Dzień dobry, to ja"})
            await page.until(here, "to ja")
            photo = files.jpeg(width=320, height=240)
            assert await page.send_photo(one, photo) == 200
            await page.until(there, sha256(photo).hexdigest())
            assert await page.get(two, f"files/{sha256(photo).hexdigest()}") == 200
            async with asyncio.timeout(WAIT_SECONDS), asyncio.TaskGroup() as tasks:
                tasks.create_task(one.stop())
                while not here.closed:
                    await here.receive()
            assert here.close_code == aiohttp.WSCloseCode.GOING_AWAY
            page.rows.clear()
            await there.send_json({"type": "say", "id": "2" * 32, "text": "A teraz tutaj"})
            await page.until(there, "A teraz tutaj")
        assert await page.get(two) == 200
    found = await database.read(lambda unit: people.find(unit, "web", page.path.split("/")[2], lock=False))
    assert found is not None


async def test_the_jobs_and_updates_of_a_killed_process_go_on_at_once(
    database: Database, server: BotApiServer, world: World, program: Callable[..., Program]
) -> None:
    """Two whole programs on either database; the one that fetches updates is killed, the other answers."""
    settings = {"TELEGRAM_TOKEN": server.token, "TELEGRAM_API_URL": server.url, "LEASE_SECONDS": "60"}
    one, two = program(**settings), program(**settings)
    await one.start()
    await two.start()
    juror = server.person(1001, name="Jagoda")
    juror.says(f"/start {world.tokens['juror']}")
    await server.until(offers(juror, "Zgadzam się"), seconds=WAIT_SECONDS)
    leads = {"leading" in one.said(): one, "leading" in two.said(): two}
    assert set(leads) == {True, False}
    juror.taps("Zgadzam się")
    await leads[True].kill()
    juror.says("/zadania")
    await server.until(offers(juror, "Przykładowo"), seconds=WAIT_SECONDS)
    async with asyncio.timeout(WAIT_SECONDS):
        while len(await database.read(lambda unit: unit.execute(schema.processes.select()).all())) > 1:
            await asyncio.sleep(0.1)
    await leads[False].stop()
    assert "ERROR" not in leads[False].said()
    assert not await database.read(lambda unit: unit.execute(schema.processes.select()).all())


def test_one_migrates_while_others_wait(empty_database_url: str) -> None:
    """Several that begin at once leave one migrated database, and none complains."""
    code = f"from storage.migrate import migrate; migrate({empty_database_url!r})"
    started = [
        subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-c", code], stderr=subprocess.PIPE, cwd=Path(__file__).parents[2]
        )
        for _ in range(3)
    ]
    assert [(one.communicate()[1], one.returncode) for one in started] == [(b"", 0)] * 3
    migrate(empty_database_url)
