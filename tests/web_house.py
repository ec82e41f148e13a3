"""A web chat that stands on real storage, with a small scripted bot in place of intake and roles."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.base import Address, Command, Incoming, Outgoing
from bot.channels.webchat import NAME, WebChat
from bot.intake import own_words
from bot.web import make_app
from bot.web_demo import DemoChat
from storage import editions, inbox, messages, people
from storage.blobs import Blobs
from storage.database import Database, Unit
from storage.people import Role
from tests import economy

Script = Callable[[Incoming], Sequence[Outgoing]]

CHAT = "c0ffee" * 4
OTHER_CHAT = "decade" * 4
COOKIE = "a" * 64
OTHER_COOKIE = "b" * 64


class Clock:
    """A clock that tests move by hand."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The time it shows."""
        return self.time

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self.time += by


@dataclass
class House:
    """The parts, and what the scripted bot was told."""

    database: Database
    blobs: Blobs
    chat: WebChat
    clock: Callable[[], datetime]
    script: Script = lambda _: ()
    heard: list[Incoming] = field(default_factory=list)
    deliveries: int = 0
    before_take: list[Callable[[Incoming], object]] = field(default_factory=list)
    after_commit: list[Callable[[Incoming], object]] = field(default_factory=list)
    jobs: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def take(self, incoming: Incoming) -> None:
        """As intake does: one unit of work; then, as the worker does, the answers."""
        await self._call(self.before_take, incoming)
        self.deliveries += 1
        is_new = await self.database.run(partial(self._take, incoming))
        await self._call(self.after_commit, incoming)
        if not is_new:
            return
        self.heard.append(incoming)
        for outgoing in self.script(incoming):
            await self.say(outgoing, incoming.address.chat)

    @staticmethod
    async def _call(hooks: Sequence[Callable[[Incoming], object]], incoming: Incoming) -> None:
        for hook in hooks:
            result = hook(incoming)
            if isinstance(result, Awaitable):
                await result

    def _take(self, incoming: Incoming, unit: Unit) -> bool:
        now = self.clock()
        if not inbox.take(unit, NAME, incoming.update_id, now):
            return False
        found = people.find(unit, NAME, incoming.address.chat, lock=True)
        assert found is not None
        body = own_words(incoming.content)
        if body is not None:
            messages.record_in(unit, address_id=found[1].id, ref=incoming.update_id, body=body, now=now)
        return True

    async def say(self, outgoing: Outgoing, chat: str = CHAT) -> None:
        """Deliver a message as the worker does."""
        await self.chat.deliver(outgoing, Address(NAME, chat), job_id=next(self.jobs))

    async def redeem(self, token: str, address: Address, language: str | None) -> bool:
        """As intake does."""
        del language

        def work(unit: Unit) -> bool:
            token_hash = sha256(token.encode()).hexdigest()
            found = people.redeem(unit, token_hash, channel=NAME, chat=address.chat, now=self.clock())
            return found is not None

        return await self.database.run(work)

    @staticmethod
    def menu(_: people.Person, language: str) -> list[Command]:
        """Three entries, in both languages."""
        if language == "en":
            return [Command("help", "Help"), Command("language", "Language"), Command("hide", "Hide the chat")]
        return [Command("pomoc", "Pomoc"), Command("jezyk", "Język"), Command("schowaj", "Schowaj czat")]

    async def history(self, chat: str = CHAT) -> list[messages.Message]:
        """What a chat shows."""

        def look(unit: Unit) -> list[messages.Message]:
            found = people.find(unit, NAME, chat, lock=False)
            assert found is not None
            return messages.history(unit, found[1].id, limit=1000)

        return await self.database.read(look)

    def app(self, *, public_url: str = "http://notes.example", demo: Sequence[DemoChat] = ()) -> web.Application:
        """The application as the bot makes it."""
        return make_app(
            database=self.database,
            blobs=self.blobs,
            chat=self.chat,
            take=self.take,
            redeem=self.redeem,
            menu=self.menu,
            public_url=public_url,
            demo=demo,
            now=self.clock,
        )


@asynccontextmanager
async def build_house(folder: Path, clock: Callable[[], datetime]) -> AsyncIterator[House]:
    """Two people, each with a chat and a session; the first also has the invitations "good" and "stale"."""
    database = Database(economy.migrated_sqlite(folder / "house.db"))
    await database.start()
    blobs = Blobs(str(folder / "blobs"))
    try:
        await database.run(partial(_furnish, now=clock()))
        yield House(database, blobs, WebChat(database, blobs, now=clock), clock)
    finally:
        await database.stop()


def _furnish(unit: Unit, now: datetime) -> None:
    edition = editions.add_edition(
        unit, name="2026", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), time_zone="Europe/Warsaw"
    )
    for name, chat, cookie in (("Ada", CHAT, COOKIE), ("Ola", OTHER_CHAT, OTHER_COOKIE)):
        person = people.add_person(unit, edition_id=edition, name=name, role=Role.JUROR, language="pl", now=now)
        invite(unit, person, f"first-{name}", now=now)
        found = people.redeem(unit, sha256(f"first-{name}".encode()).hexdigest(), channel=NAME, chat=chat, now=now)
        assert found is not None
        people.open_session(unit, found[1].id, cookie_hash=sha256(cookie.encode()).hexdigest(), now=now)
        if name == "Ada":
            invite(unit, person, "good", now=now)
            invite(unit, person, "stale", now=now, lasts=timedelta(seconds=1))


def invite(unit: Unit, person: int, token: str, *, now: datetime, lasts: timedelta = timedelta(days=7)) -> None:
    """An invitation of a person."""
    people.invite(unit, person, token_hash=sha256(token.encode()).hexdigest(), now=now, expires_at=now + lasts)


def client_of(house: House, *, demo: Sequence[DemoChat] = (), public_url: str = "http://notes.example") -> TestClient:
    """A browser without cookies, on a real socket."""
    return TestClient(TestServer(house.app(demo=demo, public_url=public_url)))
