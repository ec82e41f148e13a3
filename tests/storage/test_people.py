"""People, their addresses, invitations that work once, and web sessions."""
# ruff: noqa: ANN401 - the small contest of conftest.py, which cannot be imported

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from storage import people
from storage.database import Database, Unit
from storage.people import AddressRow, Person, Role

DAY = timedelta(days=1)
Redeemed = tuple[Person, AddressRow] | None


def invite(person_id: int, now: datetime, *, code: str = "t") -> Callable[[Unit], int]:
    """A unit that invites a person for a day."""
    return lambda unit: people.invite(unit, person_id, token_hash=code, now=now, expires_at=now + DAY)


def redeem(now: datetime, *, code: str = "t", chat: str = "100") -> Callable[[Unit], Redeemed]:
    """A unit that uses an invitation from a Telegram chat."""
    return lambda unit: people.redeem(unit, code, channel="telegram", chat=chat, now=now)


def redeem_for(person_id: int, now: datetime) -> Callable[[Unit], Redeemed]:
    """A unit in which a person is invited and arrives."""

    def arrive(unit: Unit) -> Redeemed:
        invite(person_id, now)(unit)
        return redeem(now)(unit)

    return arrive


async def test_who_asks_while_a_chat_is_being_shown_gets_to_know(
    database: Database, database_url: str, world: Any, now: datetime
) -> None:
    """Another process does not put a message off while this one brings its chat back."""
    await database.run(redeem_for(world.juror, now))
    await database.run(lambda unit: people.set_hidden(unit, world.juror, now))
    begun, may_end = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def show(unit: Unit) -> None:
        people.set_hidden(unit, world.juror, None)
        loop.call_soon_threadsafe(begun.set)
        may_end.wait(20)

    other = Database(database_url)
    await other.start()
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(database.run(show))
            await begun.wait()
            asking = tasks.create_task(other.run(lambda unit: people.is_shown(unit, channel="telegram", chat="100")))
            await asyncio.wait([asking], timeout=0.5)
            was_answered = asking.done()
            may_end.set()
        assert asking.result()
        assert not was_answered
    finally:
        may_end.set()
        await other.stop()


async def test_a_person_is_given_back_as_added_and_changed(database: Database, world: Any, now: datetime) -> None:
    """Every field has its setter, and an unset one is None."""
    added = Person(world.juror, world.edition, "Żaneta Łąka", Role.JUROR, time_zone="Europe/Warsaw")
    assert await database.read(lambda unit: people.person(unit, world.juror)) == added

    def change(unit: Unit) -> Person | None:
        people.set_language(unit, world.juror, "pl")
        people.set_consent(unit, world.juror, now)
        people.set_hidden(unit, world.juror, now)
        people.set_focus(unit, world.juror, 5)
        people.set_dialog(unit, world.juror, {"awaits": "reason", "assignment": 3})
        return people.person(unit, world.juror, lock=True)

    assert await database.run(change) == replace(
        added,
        language="pl",
        consented_at=now,
        hidden_at=now,
        focus=5,
        dialog={"awaits": "reason", "assignment": 3},
    )
    await database.run(lambda unit: people.set_dialog(unit, world.juror, None))
    await database.run(lambda unit: people.set_hidden(unit, world.juror, None))
    after = await database.read(lambda unit: people.person(unit, world.juror))
    assert after is not None
    assert (after.dialog, after.hidden_at) == (None, None)
    assert await database.read(lambda unit: people.person(unit, 999)) is None


async def test_people_are_listed_by_role(database: Database, world: Any) -> None:
    """All of the edition, or those of one role; nobody of another edition."""
    ids = await database.read(lambda unit: [person.id for person in people.people(unit, edition_id=world.edition)])
    assert ids == [world.juror, world.coordinator]
    found = await database.read(lambda unit: people.people(unit, edition_id=world.edition, role=Role.COORDINATOR))
    assert [person.id for person in found] == [world.coordinator]
    assert await database.read(lambda unit: people.people(unit, edition_id=world.edition + 1)) == []


async def test_an_invitation_binds_a_chat_once(database: Database, world: Any, now: datetime) -> None:
    """The first use finds the person afterwards; the second, from anywhere, is nobody's."""
    await database.run(invite(world.juror, now))
    redeemed = await database.run(redeem(now))
    assert redeemed is not None
    assert redeemed[0].id == world.juror
    assert await database.read(lambda unit: people.find(unit, "telegram", "100", lock=False)) == redeemed
    assert await database.run(redeem(now)) is None
    assert await database.run(redeem(now, chat="200")) is None
    assert await database.read(lambda unit: people.find(unit, "telegram", "200", lock=False)) is None


@pytest.mark.parametrize("reason", ["unknown", "expired", "revoked"])
async def test_an_invitation_that_does_not_hold_changes_nothing(
    database: Database,
    world: Any,
    now: datetime,
    reason: str,
) -> None:
    """Unknown, expired at that very moment, revoked: None, and no address is made."""
    number = await database.run(invite(world.juror, now))
    if reason == "revoked":
        assert await database.run(lambda unit: people.revoke(unit, number, now))
        assert not await database.run(lambda unit: people.revoke(unit, number, now))
    moment = now + DAY if reason == "expired" else now
    assert await database.run(redeem(moment, code="x" if reason == "unknown" else "t")) is None
    assert await database.read(lambda unit: people.addresses(unit, world.juror)) == []


async def test_an_invitation_is_used_once_however_many_try(
    database: Database,
    other_database: Database,
    world: Any,
    now: datetime,
) -> None:
    """Twenty chats at once through two processes: one of them gets in."""
    await database.run(invite(world.juror, now))
    tries = [
        through.run(redeem(now, chat=str(number))) for number in range(20) for through in (database, other_database)
    ]
    redeemed = [result for result in await asyncio.gather(*tries) if result is not None]
    assert len(redeemed) == 1
    assert await database.read(lambda unit: people.addresses(unit, world.juror)) == [redeemed[0][1]]


async def test_a_chat_of_somebody_else_is_refused_and_the_invitation_kept(
    database: Database,
    world: Any,
    now: datetime,
) -> None:
    """A token used in another person's chat neither moves the chat nor is spent."""
    await database.run(invite(world.juror, now, code="juror"))
    await database.run(invite(world.coordinator, now, code="coordinator"))
    await database.run(redeem(now, code="coordinator"))
    assert await database.run(redeem(now, code="juror")) is None
    owner = await database.read(lambda unit: people.find(unit, "telegram", "100", lock=False))
    assert owner is not None
    assert owner[0].id == world.coordinator
    assert await database.run(redeem(now, code="juror", chat="200")) is not None


async def test_a_person_who_left_is_bound_again_to_the_same_chat(
    database: Database,
    world: Any,
    now: datetime,
) -> None:
    """A second invitation in the same chat of the same person makes it reachable again, as the same address."""
    await database.run(invite(world.juror, now, code="1"))
    first = await database.run(redeem(now, code="1"))
    assert first is not None
    await database.run(lambda unit: people.set_reachable(unit, first[1].id, reachable=False))
    await database.run(invite(world.juror, now, code="2"))
    assert await database.run(redeem(now, code="2")) == first


async def test_addresses_come_reachable_and_last_used_first(
    database: Database,
    world: Any,
    now: datetime,
) -> None:
    """Where to write first: not to a chat that blocked us, and rather where the person was last."""
    for number in range(3):
        await database.run(invite(world.juror, now, code=str(number)))
        await database.run(redeem(now + timedelta(minutes=number), code=str(number), chat=str(number)))

    async def chats() -> list[str]:
        return await database.read(lambda unit: [row.chat for row in people.addresses(unit, world.juror)])

    assert await chats() == ["2", "1", "0"]
    zero, one, _ = [row.id for row in await database.read(lambda unit: people.addresses(unit, world.juror)[::-1])]
    await database.run(lambda unit: people.touch(unit, zero, now + DAY))
    await database.run(lambda unit: people.set_reachable(unit, one, reachable=False))
    assert await chats() == ["0", "2", "1"]
    await database.run(lambda unit: people.touch(unit, one, now + 2 * DAY))
    assert await chats() == ["1", "0", "2"]
    found = await database.read(lambda unit: people.address(unit, one))
    assert found is not None
    assert found.chat == "1"
    assert await database.read(lambda unit: people.address(unit, 999)) is None


async def test_a_web_session_lasts_until_it_is_closed(
    database: Database,
    world: Any,
    now: datetime,
) -> None:
    """The cookie's hash finds the person; closed or unknown it finds nobody; one hash is one session."""
    await database.run(invite(world.juror, now))
    redeemed = await database.run(redeem(now))
    assert redeemed is not None

    def open_session(unit: Unit) -> None:
        people.open_session(unit, redeemed[1].id, cookie_hash="c", now=now)

    await database.run(open_session)
    with pytest.raises(IntegrityError):
        await database.run(open_session)
    assert await database.read(lambda unit: people.session(unit, "c")) == redeemed
    await database.run(lambda unit: people.close_session(unit, "c"))
    assert await database.read(lambda unit: people.session(unit, "c")) is None
