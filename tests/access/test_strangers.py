"""Whoever nobody invited: a constant amount of work a minute, whatever they send; and nobody else suffers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import func, select

from bot.channels.base import Blocked, Commanded, Content, Said, Tapped
from bot.intake import MAX_STRANGERS_PER_MINUTE
from bot.roles.everyone import token_hash
from bot.strangers import MAX_LOOKS_PER_MINUTE, MAX_UNITS_PER_MINUTE
from storage import people, schema
from storage.database import Database
from storage.unit import Unit
from tests.bot.house import House

T = TypeVar("T")

MANY = 150


class Counted:
    """The database, and how often it was asked to change something or to look something up."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.units = 0
        self.looks = 0

    async def run(self, work: Callable[[Unit], T], **more: Any) -> T:  # noqa: ANN401 - as the database takes them
        """One more unit."""
        self.units += 1
        return await self._database.run(work, **more)

    async def read(self, work: Callable[[Unit], T]) -> T:
        """One more look."""
        self.looks += 1
        return await self._database.read(work)


async def send(house: House, chat: str, content: Content) -> None:
    """One update, taken in; nothing is waited for."""
    await house.intake.take(house.incoming(chat, content), lambda: b"raw")


def rows(unit: Unit) -> tuple[int, int]:
    """How many updates were marked as taken, and how many jobs were put."""
    inbox = unit.execute(select(func.count()).select_from(schema.inbox)).scalar_one()
    jobs = unit.execute(select(func.count()).select_from(schema.jobs)).scalar_one()
    return int(inbox), int(jobs)


FLOODS: dict[str, Callable[[int], Content]] = {
    "words": lambda n: Said(f"hej {n}"),
    "guessed invitations": lambda n: Commanded("start", f"guess-{n}"),
    "taps": lambda n: Tapped(f"c:{n}:1:m", f"t{n}", "1"),
    "blocking and coming back": lambda _: Blocked(),
}


@pytest.mark.parametrize("kind", FLOODS)
@pytest.mark.parametrize("chats", [1, MANY])
async def test_a_flood_of_strangers_writes_a_constant(
    house: House, monkeypatch: pytest.MonkeyPatch, kind: str, chats: int
) -> None:
    """One stranger or many: so many updates a minute are written down and answered, the others leave no trace."""
    before = await house.read(rows)
    counted = Counted(house.database)
    monkeypatch.setattr(house.intake, "_database", counted)
    monkeypatch.setattr(house.intake._gate, "_database", counted)
    for number in range(MANY):
        await send(house, f"stranger-{number % chats}", FLOODS[kind](number))
    assert counted.units == MAX_UNITS_PER_MINUTE
    assert counted.looks <= (MAX_LOOKS_PER_MINUTE if chats == 1 else MANY - MAX_UNITS_PER_MINUTE)
    after = await house.read(rows)
    assert after[0] - before[0] == MAX_UNITS_PER_MINUTE
    assert after[1] - before[1] <= MAX_STRANGERS_PER_MINUTE


async def test_the_next_minute_is_a_new_one(house: House) -> None:
    """Strangers are answered again, once a minute has passed."""
    for number in range(MANY):
        await send(house, "flood", Said(str(number)))
    await house.settle()
    heard = len(house.chat("flood").heard)
    assert heard == MAX_STRANGERS_PER_MINUTE
    await house.passes(timedelta(minutes=1))
    await send(house, "polite", Said("dzień dobry"))
    await house.settle()
    assert len(house.chat("polite").heard) == 1


async def test_nobody_we_know_is_lost_in_a_flood(house: House) -> None:
    """Known people, and those with an invitation in their hands, are served while strangers flood."""
    coordinator = await house.guest("coordinator")
    for number in range(MANY):
        await send(house, "flood", Said(str(number)))
    assert await coordinator.says("/status")
    juror = await house.guest("juror")
    assert await juror.says("/zadania")


async def test_a_flooder_with_an_invitation_gets_in(house: House) -> None:
    """The very chat that was left unanswered can arrive, and is heard from then on."""
    juror = house.chat("flood")
    for number in range(MAX_UNITS_PER_MINUTE + MAX_LOOKS_PER_MINUTE - 2):
        await send(house, "flood", Said(str(number)))
    await juror.says(f"/start {house.world.tokens['juror']}")
    person = await house.read(lambda unit: people.find(unit, "room", "flood", lock=False))
    assert person is not None
    assert person[0].id == house.world.juror


@pytest.mark.parametrize("state", ["used", "expired", "revoked", "of nobody", "empty", "hostile"])
async def test_an_invitation_that_is_over_opens_nothing(house: House, state: str) -> None:
    """Used, expired, revoked, guessed: a stranger stays one, and hears the same."""
    token = house.world.tokens["juror"]
    if state == "used":
        await house.guest()
    elif state == "expired":
        house.clock.at += timedelta(days=8)
    elif state == "revoked":
        await house.run(
            lambda unit: unit.execute(
                schema.invitations.update()
                .where(schema.invitations.c.token_hash == token_hash(token))
                .values(revoked_at=house.clock())
            )
        )
    else:
        token = {"of nobody": "token-juror-999", "empty": "", "hostile": "x' OR 1=1 --\x00\ud800"}[state]
    mallory = house.chat("mallory")
    heard = await mallory.says(f"/start {token}")
    usual = await house.chat("somebody").says("hej")
    assert [line.text for line in heard] == [line.text for line in usual]
    assert await house.read(lambda unit: people.find(unit, "room", "mallory", lock=False)) is None


async def test_an_invitation_used_in_one_channel_is_used_in_all(house: House) -> None:
    """A token opens one chat of one channel, once."""
    token = house.world.tokens["juror"]
    from bot.channels.base import Address

    assert await house.intake.redeem(token, Address("web", "c0ffee" * 4), "pl")
    await house.chat("late").says(f"/start {token}")
    assert await house.read(lambda unit: people.find(unit, "room", "late", lock=False)) is None
    assert not await house.intake.redeem(token, Address("web", "decade" * 4), "pl")
