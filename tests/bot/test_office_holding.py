"""What a restore held back, in chat: the organizer sees how much of what, and lets it go or drops it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channels.base import Outgoing
from bot.jobs import put_remind
from bot.office_taps.holding import GROUPS, AskHeld, Group, HeldHome, HeldOne, HeldYes
from bot.roles import restored
from bot.roles.office.holding import MEMBERS
from bot.talk import tell
from bot.taps import encode
from storage import editions, held, journal
from storage.unit import Unit
from tests.bot.house import Guest, House

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WAITING = "To czekało w kolejce."


def _waiting(_language: str) -> Outgoing:
    return Outgoing(WAITING)


async def restored_with_two(house: House) -> tuple[Guest, Guest]:
    """A reminder and a message to the juror are held back; the organizer and the juror who waits for it."""
    organizer, juror = await house.guest("organizer"), await house.guest()
    contact = await juror.begins("wizyta")
    made_at, later = house.clock.at - timedelta(hours=1), house.clock.at + timedelta(hours=1)

    def settle(unit: Unit) -> None:
        put_remind(unit, contact, run_at=later, now=house.clock.at)
        tell(unit, house.desk, house.world.juror, _waiting, now=house.clock.at, run_at=later)
        restored.settle(unit, house.desk, made_at=made_at, nothing_since=False, now=later)

    await house.run(settle)
    await house.settle()
    return organizer, juror


async def test_every_kind_that_is_held_is_in_one_group(house: House) -> None:
    """And in no second one: no job can be out of everybody's reach."""
    del house
    groups = [kinds for group, kinds in MEMBERS.items() if group is not Group.ALL]
    assert frozenset().union(*groups) == MEMBERS[Group.ALL] == restored.HOLDS
    assert sum(map(len, groups)) == len(restored.HOLDS)


async def test_with_several_editions_it_says_that_all_are_meant(house: House) -> None:
    """On the list, and before the last yes."""
    organizer, _juror = await restored_with_two(house)
    every = "Dotyczy wszystkich edycji w tym programie."
    await organizer.says("/wstrzymane")
    assert every not in organizer.text
    day = house.clock.at.date()
    await house.run(
        lambda unit: editions.add_edition(unit, name="Druga", starts_on=day, ends_on=day, time_zone="Europe/Warsaw")
    )
    await organizer.says("/wstrzymane")
    assert every in organizer.text
    await organizer.taps("Wiadomości do osób")
    await organizer.taps("Wyślij")
    assert every in organizer.text


async def test_the_notice_leads_to_what_is_held_and_it_is_sent(house: House) -> None:
    """Asked first; then the message goes out, the reminder stays, the journal says who did it."""
    organizer, juror = await restored_with_two(house)
    assert "wstrzyman" in organizer.text
    await organizer.taps("Zobacz, co czeka")
    assert "Wiadomości do osób: 1" in organizer.text
    await organizer.taps("Wiadomości do osób")
    await organizer.taps("Wyślij")
    assert not any(WAITING in line.text for line in juror.heard)
    await organizer.taps("Wyślij")
    assert sum(WAITING in line.text for line in juror.heard) == 1
    assert "Ruszyło: 1." in organizer.text
    assert "Nadal wstrzymane: " in organizer.text
    entries = await house.read(lambda unit: journal.of_subject(unit, "database"))
    [entry] = [entry for entry in entries if entry.what == "held.released"]
    assert (entry.who, entry.details) == (house.world.organizer, {"jobs": 1, "kinds": ["send"]})
    assert "send" not in await house.read(held.held)


async def test_all_of_it_is_dropped_once(house: House) -> None:
    """A second tap on the same button finds nothing left and says so; nobody was sent anything."""
    organizer, juror = await restored_with_two(house)
    every = GROUPS.index(Group.ALL)
    await organizer.says("/edycja")
    await organizer.taps("Wstrzymane")
    await organizer.taps("Wszystko, co wstrzymane")
    await organizer.taps("Odrzuć")
    await organizer.taps("Nie")
    house.trouble = sum((await house.read(held.held)).values())
    assert house.trouble >= 2
    await organizer.taps_data(encode(HeldYes(every, 0)))
    assert "Odrzucone: " in organizer.text
    assert await house.read(held.held) == {}
    for tap in (HeldYes(every, 0), AskHeld(every, 1), HeldOne(every), HeldHome(), HeldOne(99)):
        await organizer.taps_data(encode(tap))
        assert "Nic nie jest wstrzymane." in organizer.text
    await house.passes(timedelta(hours=2))
    assert not any(WAITING in line.text for line in juror.heard)
    assert (await house.noted("database")).count("held.dropped") == 1
    await organizer.says("/edycja")
    assert "Wstrzymane" not in organizer.last.buttons


async def test_a_coordinator_is_told_whose_affair_it_is(house: House) -> None:
    """The notice has no button for them, the command says who decides, a button come by is refused."""
    coordinator = await house.guest("coordinator")
    await restored_with_two(house)
    assert "zdecyduje organizator" in coordinator.text
    assert "Zobacz, co czeka" not in coordinator.last.buttons
    before = await house.read(held.held)
    await coordinator.says("/wstrzymane")
    assert "decydują organizatorzy" in coordinator.text
    await coordinator.taps_data(encode(HeldYes(GROUPS.index(Group.ALL), 1)))
    assert await house.read(held.held) == before
