"""Messages: what a chat shows, what it hid, and one record for each job however often it is done."""
# ruff: noqa: ANN401 - the small contest of conftest.py, which cannot be imported

from __future__ import annotations

from datetime import datetime
from typing import Any

from storage import messages, people
from storage.database import Database, Unit
from storage.messages import Direction


def address(unit: Unit, person_id: int, now: datetime) -> int:
    """A chat of the person; returns the address's id."""
    people.invite(unit, person_id, token_hash=f"t{person_id}", now=now, expires_at=now.replace(year=now.year + 1))
    redeemed = people.redeem(unit, f"t{person_id}", channel="web", chat=str(person_id), now=now)
    assert redeemed is not None
    return redeemed[1].id


def out(unit: Unit, address_id: int, now: datetime, job_id: int | None, **more: Any) -> int:
    """Record a message of ours."""
    rest = {"body": {"body": "?"}, "contact_id": None, "turn": None, **more}
    return messages.record_out(unit, address_id=address_id, job_id=job_id, now=now, **rest)


async def test_a_job_done_twice_is_one_message(database: Database, world: Any, now: datetime) -> None:
    """The second record gives the first one's id and leaves it as it was."""
    chat = await database.run(lambda unit: address(unit, world.juror, now))
    first = await database.run(lambda unit: out(unit, chat, now, 1, body={"body": "a"}))
    assert await database.run(lambda unit: out(unit, chat, now, 1, body={"body": "b"})) == first
    assert await database.run(lambda unit: out(unit, chat, now, 2)) != first
    assert await database.run(lambda unit: out(unit, chat, now, None)) > first
    kept = await database.read(lambda unit: messages.message(unit, first))
    assert kept is not None
    assert (kept.body, kept.direction, kept.at) == ({"body": "a"}, Direction.OUT, now)
    assert await database.read(lambda unit: messages.message(unit, 999)) is None


async def test_the_channels_name_of_a_question_is_found(database: Database, world: Any, now: datetime) -> None:
    """By contact and turn within one chat; the last one where it was shown twice."""
    chat = await database.run(lambda unit: address(unit, world.juror, now))
    other = await database.run(lambda unit: address(unit, world.coordinator, now))

    def show(unit: Unit) -> None:
        for job_id, ref in ((1, "m1"), (2, "m2"), (3, None)):
            message_id = out(unit, chat, now, job_id, contact_id=7, turn=3)
            if ref is not None:
                messages.set_ref(unit, message_id, ref)

    await database.run(show)
    assert await database.read(lambda unit: messages.ref_of(unit, chat, 7, 3)) == "m2"
    assert await database.read(lambda unit: messages.ref_of(unit, chat, 7, 4)) is None
    assert await database.read(lambda unit: messages.ref_of(unit, other, 7, 3)) is None


async def test_history_is_paged_both_ways(database: Database, world: Any, now: datetime) -> None:
    """The newest page first, earlier pages before it, and what came since a known message."""
    chat = await database.run(lambda unit: address(unit, world.juror, now))
    ids = [await database.run(lambda unit, n=n: out(unit, chat, now, n)) for n in range(6)]
    await database.run(lambda unit: messages.record_in(unit, address_id=chat, ref="x", body={"t": 1}, now=now))
    (heard,) = await database.read(lambda unit: messages.history(unit, chat, limit=1))
    ids.append(heard.id)

    async def page(**more: Any) -> list[int]:
        found = await database.read(lambda unit: messages.history(unit, chat, limit=3, **more))
        return [message.id for message in found]

    assert await page() == ids[-3:]
    assert await page(before_id=ids[-3]) == ids[-6:-3]
    assert await page(before_id=ids[-6]) == ids[:1]
    assert await page(after_id=ids[-3]) == ids[-2:]
    await database.run(lambda unit: messages.edit_body(unit, ids[-1], {"t": 2}))
    (last,) = await database.read(lambda unit: messages.history(unit, chat, limit=1))
    assert (last.body, last.direction) == ({"t": 2}, Direction.IN)


async def test_hiding_takes_everything_and_tells_what_to_delete(database: Database, world: Any, now: datetime) -> None:
    """Ours and theirs, once; what comes afterwards is visible again, other chats are left alone."""
    chat = await database.run(lambda unit: address(unit, world.juror, now))
    other = await database.run(lambda unit: address(unit, world.coordinator, now))

    def talk(unit: Unit) -> None:
        messages.set_ref(unit, out(unit, chat, now, 1), "m1")
        out(unit, chat, now, 2)
        messages.record_in(unit, address_id=chat, ref="p1", body=None, now=now)
        messages.set_ref(unit, out(unit, other, now, 3), "o1")

    await database.run(talk)
    assert await database.read(lambda unit: messages.visible_refs(unit, chat)) == ["m1", "p1"]
    assert await database.run(lambda unit: messages.hide_all(unit, chat, now)) == ["m1", "p1"]
    assert await database.run(lambda unit: messages.hide_all(unit, chat, now)) == []
    assert await database.read(lambda unit: messages.history(unit, chat, limit=9)) == []
    await database.run(lambda unit: messages.set_ref(unit, out(unit, chat, now, 4), "m4"))
    assert await database.read(lambda unit: messages.visible_refs(unit, chat)) == ["m4"]
    assert await database.read(lambda unit: messages.visible_refs(unit, other)) == ["o1"]
    assert await database.read(lambda unit: (messages.count(unit, chat), messages.count(unit, other))) == (4, 1)
