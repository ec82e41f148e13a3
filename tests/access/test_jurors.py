"""One juror against another: every button the one ever had, tapped by the other, and by people of another edition."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from bot.channels.base import Tapped
from bot.roles.everyone import token_hash
from bot.tap_kinds import ContactTap
from bot.taps import decode
from scenarios.contact import Closed
from storage import people, schema
from storage.people import Role
from storage.unit import Unit
from tests.acceptance.world import make_world
from tests.bot.house import Guest, House, is_at

SECRETS = ("Przykładowo", "Jagoda Test", "ul. Lipowa")
"""What only the first juror, their coordinator and the organizer may read."""

WATCHED = (
    *(schema.contacts, schema.answer_revisions, schema.assignments, schema.evidence, schema.reviews, schema.slots),
    *(schema.disagreements, schema.suggestions, schema.votes, schema.broadcasts, schema.recipients, schema.queries),
)
"""Tables of which nobody else changes a row."""


def rows(unit: Unit) -> list[list[tuple[object, ...]]]:
    """Everything in the watched tables."""
    return [sorted((tuple(map(repr, row)) for row in unit.execute(select(table))), key=str) for table in WATCHED]


async def another(house: House, role: Role, edition: int, chat: str) -> Guest:
    """Somebody of an edition, arrived and agreed."""

    def add(unit: Unit) -> None:
        person = people.add_person(
            unit, edition_id=edition, name="Inna Osoba", role=role, language="pl", now=house.clock()
        )
        people.set_consent(unit, person, house.clock())
        people.invite(
            unit,
            person,
            token_hash=token_hash(f"t-{chat}"),
            now=house.clock(),
            expires_at=house.clock() + timedelta(days=1),
        )

    await house.run(add)
    guest = house.chat(chat)
    await guest.says(f"/start t-{chat}")
    return guest


async def buttons_of_a_life(house: House) -> Sequence[str]:
    """Of every kind of button that a juror and their coordinator saw in a contact's life, the first and the last."""
    juror = await house.guest()
    coordinator = await house.guest("coordinator")
    contact = await juror.begins("wizyta")
    await juror.walk(contact, is_at(Closed))
    await juror.says("/zadania")
    await juror.says("/dane")
    await coordinator.says("/status")
    for label in list(coordinator.last.buttons)[:6]:
        await coordinator.taps(label)
    seen = {
        button.tap: None
        for chat, outgoing in house.room.delivered
        if chat in {"juror", "coordinator"}
        for row in outgoing.buttons
        for button in row
        if button.tap
    }
    kinds: dict[str, str] = {}
    for data in seen:
        tap = decode(data)
        what = type(tap.act if isinstance(tap, ContactTap) else tap).__name__
        kinds[f"{what}, {'old' if what in kinds else 'new'}"] = data
        kinds.setdefault(what, data)
    return list(dict.fromkeys(kinds.values()))


OTHERS = {
    "a juror": (Role.JUROR, True),
    "a juror of another edition": (Role.JUROR, False),
    "a coordinator of another edition": (Role.COORDINATOR, False),
    "an organizer of another edition": (Role.ORGANIZER, False),
}


async def test_nobody_taps_for_another(house: House) -> None:
    """Whose contact it is not gets an answer that names nothing, and changes nothing; nor does a stranger."""
    data = await buttons_of_a_life(house)
    assert sum(isinstance(decode(one), ContactTap) for one in data) > 10
    elsewhere = (await make_world(house.database, "wizyta", now=house.clock())).edition
    chats = ["nobody"]
    for name, (role, same) in OTHERS.items():
        await another(house, role, house.world.edition if same else elsewhere, name)
        chats.append(name)
    await house.settle()
    before = await house.read(rows)
    for chat in chats:
        for one in data:
            await house.intake.take(house.incoming(chat, Tapped(one, f"t{house.number()}", "1")))
        await house.settle()
        told = [line.text for line in house.chat(chat).heard]
        assert told
        assert [text for text in told if any(secret in text for secret in SECRETS)] == []
        assert await house.read(rows) == before, chat
