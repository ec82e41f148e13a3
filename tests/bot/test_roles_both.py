"""The use cases where the database matters: a whole contact, a wait, files and hiding, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.channels.base import Said
from bot.tap_kinds import ContactTap, ContinueContact, HideChat, OneTask, ReadContact, Refresh, ShowQuestion
from bot.taps import encode
from scenarios.contact import Closed, Phase, Sleeping
from storage.evidence import Status
from tests.bot.house import House, asks, is_at


async def test_a_visit_with_photos_and_a_note_from_the_first_tap_to_the_lock(house: House) -> None:
    """Two devices, an album, a hidden minute, the receipt, the reading, the seal, the lock."""
    juror, coordinator = await house.guest(), await house.guest("coordinator")
    contact = await juror.begins("wizyta")
    await juror.walk(contact, asks("w_okienko"))
    await juror.says("notatka „ż” 🙂")
    await juror.taps_data(encode(HideChat()))
    await juror.sends()
    await juror.taps_data(encode(Refresh()))
    await juror.walk(contact, asks("w02_foto"))
    pieces = [house.incoming("juror", juror.file(album="a")) for _ in range(2)]
    await asyncio.gather(*(house.intake.take(piece) for piece in pieces))
    await house.settle()
    await juror.walk(contact, is_at(Closed))
    rows = await house.evidence(contact)
    assert {row.status for row in rows} == {Status.VERIFIED}
    row = await house.contact(contact)
    assert row.sealed_at is not None
    await coordinator.taps_data(encode(ReadContact(contact, 0)))
    assert "Przykładowo" in coordinator.text
    await house.passes(timedelta(hours=25))
    assert (await house.contact(contact)).phase is Phase.LOCKED


async def test_a_wait_ends_while_the_person_is_elsewhere(house: House) -> None:
    """Time and the person work on two contacts at once, and neither is lost."""
    juror = await house.guest()
    waits = await juror.begins("email")
    await juror.walk(waits, is_at(Sleeping))
    visit = await juror.begins("wizyta")
    await juror.walk(visit, asks("w11"))
    await house.passes(timedelta(days=20))
    assert ("e_czeka", "no_reply") in await house.answers(waits)
    words = [house.incoming("juror", Said(word)) for word in ("tak", "tak")]
    await asyncio.gather(*(house.intake.take(one) for one in words))
    await house.settle()
    assert {("w11", True), ("w12", True)} <= set(await house.answers(visit))


async def test_forged_numbers_are_no_poison(house: House) -> None:
    """The largest id that a button can carry is asked for like any other."""
    juror = await house.guest()
    heard = set()
    for number in (2**31, 2**63 - 1, -(2**63) + 1):
        for tap in (OneTask(number), ContinueContact(number)):
            await juror.taps_data(encode(tap))
            heard.add(juror.text)
    assert len(heard) == 1
    await juror.taps_data(encode(ContactTap(2**63 - 1, 2**63 - 1, None, ShowQuestion())))
    assert juror.last.data
