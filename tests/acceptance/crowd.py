"""Many people in Telegram, a message for all of them, and how it went."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot import clock
from bot.channels.telegram import CHANNEL
from bot.roles.office import feeding
from storage import audience, broadcasts, people
from storage.broadcasts import Kind, Progress, State
from storage.database import Database, Unit
from storage.people import Role
from tests.acceptance.world import World
from tests.bot_api.server import BotApiServer

FIRST_CHAT = 100_000
AT_ONCE = 100
"""People who come in one unit."""

LIFE = timedelta(hours=1)
"""How long an invitation holds."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """The chats of jurors who have come, and the message that goes to them."""

    chats: range
    broadcast: int
    text: str


def settle(unit: Unit, world: World, chats: Iterable[int]) -> None:
    """Let people come, each from a chat of their own."""
    now = clock.now()
    for chat in chats:
        person = people.add_person(
            unit, edition_id=world.edition, name=f"Juror {chat}", role=Role.JUROR, language="pl", now=now
        )
        people.set_consent(unit, person, now)
        people.invite(unit, person, token_hash=f"crowd-{chat}", now=now, expires_at=now + LIFE)
        people.redeem(unit, f"crowd-{chat}", channel=CHANNEL, chat=str(chat), now=now)


async def gather(database: Database, server: BotApiServer, world: World, number: int) -> Crowd:
    """So many people, who have met the bot, and a message for them that is not sent yet."""
    chats = range(FIRST_CHAT, FIRST_CHAT + number)
    for chat in chats:
        server.person(chat, name=f"Juror {chat}", met=True)
    for start in range(0, number, AT_ONCE):
        some = chats[start : start + AT_ONCE]
        await database.run(lambda unit, some=some: settle(unit, world, some))
    text = f"Wiadomość dla {number} osób"
    broadcast = await database.run(
        lambda unit: broadcasts.draft(
            unit,
            edition_id=world.edition,
            author_id=world.organizer,
            kind=Kind.MESSAGE,
            chosen=audience.Chosen(roles=(Role.JUROR,)),
            text=text,
            now=clock.now(),
        )
    )
    return Crowd(chats, broadcast, text)


async def begin(database: Database, crowd: Crowd) -> None:
    """Send it."""

    def work(unit: Unit) -> None:
        found = broadcasts.broadcast(unit, crowd.broadcast, lock=True)
        assert found is not None
        feeding.begin(unit, found, who=None, now=clock.now())

    await database.run(work)


async def move(database: Database, crowd: Crowd, state: State) -> None:
    """Pause it, or go on."""

    def work(unit: Unit) -> None:
        found = broadcasts.broadcast(unit, crowd.broadcast, lock=True)
        assert found is not None
        broadcasts.move(unit, crowd.broadcast, state)
        if state is State.RUNNING:
            feeding.run(unit, found, now=clock.now())

    await database.run(work)


def got(server: BotApiServer, crowd: Crowd) -> Mapping[int, int]:
    """How often each chat got it."""
    return Counter(
        message.chat
        for chat in crowd.chats
        for message in server.state.chats[chat].visible()
        if message.from_bot and message.text == crowd.text
    )


async def reached(server: BotApiServer, crowd: Crowd, number: int, *, seconds: float) -> None:
    """Wait until so many chats have got it."""
    async with asyncio.timeout(seconds):
        while len(got(server, crowd)) < number:
            await asyncio.sleep(0.05)


async def over(database: Database, crowd: Crowd, *, seconds: float) -> Progress:
    """Wait until it is done; how it went."""
    async with asyncio.timeout(seconds):
        while True:
            found = await database.read(lambda unit: broadcasts.broadcast(unit, crowd.broadcast))
            if found is not None and found.state is State.DONE:
                return await database.read(lambda unit: broadcasts.progress(unit, crowd.broadcast))
            await asyncio.sleep(0.2)
