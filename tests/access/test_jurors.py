"""One juror against another: every button the one ever had, tapped by the other, and by people of another edition."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select

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
        from datetime import timedelta

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
    """Every button that a juror and their coordinator ever saw, from the first task to the report and its review."""
    juror = await house.guest()
    coordinator = await house.guest("coordinator")
    contact = await juror.begins("wizyta")
    await juror.walk(contact, is_at(Closed))
    await juror.says("/zadania")
    await juror.begins("telefon")
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
    return list(seen)


@pytest.mark.parametrize(
    ("role", "same_edition"), [(Role.JUROR, True), (Role.JUROR, False), (Role.COORDINATOR, False), (Role.ORGANIZER, False)]
)
async def test_nobody_taps_for_another(house: House, role: Role, same_edition: bool) -> None:  # noqa: FBT001 - a table
    """Whose contact it is not gets an answer that names nothing, and changes nothing."""
    data = await buttons_of_a_life(house)
    assert sum(isinstance(decode(one), ContactTap) for one in data) > 20  # noqa: PLR2004 - a whole contact has more
    edition = house.world.edition if same_edition else (await make_world(house.database, "wizyta", now=house.clock())).edition
    other = await another(house, role, edition, "other")
    before = await house.read(rows)
    for one in data:
        for line in await other.taps_data(one):
            assert not any(secret in line.text for secret in SECRETS), (one, line.text)
    assert await house.read(rows) == before


async def test_the_owner_of_a_button_is_the_chat_not_the_claim(house: House) -> None:
    """A button forwarded to a stranger's chat does nothing but greet them."""
    data = await buttons_of_a_life(house)
    stranger = house.chat("stranger")
    before = await house.read(rows)
    for one in data[:15]:
        await stranger.taps_data(one)
    assert await house.read(rows) == before
    assert not any(secret in line.text for line in stranger.heard for secret in SECRETS)
