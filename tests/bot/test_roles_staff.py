"""Coordinators and organizers: what they are told, what they read, and who may do what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.channels.base import Blocked, Unblocked
from bot.tap_kinds import (
    Accept,
    Begin,
    ConsentYes,
    ContactTap,
    ContinueContact,
    Decline,
    OneTask,
    PickYes,
    ReadContact,
    ReadEvidence,
    SentList,
    ShowReport,
    Status,
    Tap,
    Tasks,
    Where,
)
from bot.taps import encode
from bot.views.coordinator import News
from scenarios.contact import Closed
from storage import assignments, editions, people, schema
from storage.assignments import State
from storage.database import Unit
from tests.acceptance.world import make_world
from tests.bot.house import Guest, House, asks, is_at, news

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PLACE = "Przykładowo"
SECRET = "Tajemne Kąty"
"""What the institution is called in the edition that the matrix is about."""

ACTORS = ("stranger", "juror", "other juror", "coordinator", "organizer", "other coordinator")
JUROR, STAFF = {"juror"}, {"coordinator", "organizer"}
ALLOWED = {
    "tasks": JUROR,
    "task": JUROR,
    "accept": JUROR,
    "decline": JUROR,
    "begin": JUROR,
    "continue": JUROR,
    "report": JUROR,
    "answer": JUROR,
    "sent": STAFF,
    "read": STAFF,
    "evidence": STAFF,
}
"""Who sees anything of this edition's juror and institution by each action."""


def buttons(house: House, contact: int) -> dict[str, str]:
    """The data of each action's button."""
    tasks = house.world.tasks
    taps: dict[str, Tap] = {
        "tasks": Tasks(),
        "task": OneTask(tasks["telefon"]),
        "accept": Accept(tasks["telefon"]),
        "decline": Decline(tasks["wizyta"]),
        "begin": Begin(tasks["telefon"]),
        "continue": ContinueContact(contact),
        "report": ContactTap(contact, 0, None, ShowReport(0)),
        "answer": ContactTap(contact, 0, Where(0), PickYes()),
        "sent": SentList(0),
        "read": ReadContact(contact, 0),
        "evidence": ReadEvidence(contact, 0),
    }
    return {name: encode(tap) for name, tap in taps.items()}


async def actor(house: House, who: str) -> Guest:
    """Somebody of the matrix; the others come from an edition of their own."""
    if who in {"stranger", "juror"}:
        return house.chat(who)
    if not who.startswith("other"):
        return await house.guest(who)
    world = await make_world(house.database, "wizyta", now=house.clock())
    guest = house.chat(who)
    await guest.says(f"/start {world.tokens[who.removeprefix('other ')]}")
    await guest.taps_data(encode(ConsentYes()))
    return guest


async def sent(house: House) -> int:
    """The juror's phone contact, sent."""
    juror = await house.guest()
    contact = await juror.begins("telefon")
    await juror.walk(contact, is_at(Closed))
    return contact


@pytest.mark.parametrize("who", ACTORS)
async def test_who_may_do_what(house: House, who: str) -> None:
    """Every action tapped by everybody: only those who may see anything of it, and nobody else changes anything."""
    contact = await sent(house)
    mine = schema.participants.c.id == house.world.participant
    await house.run(
        lambda unit: unit.execute(update(schema.participants).where(mine).values(short_name=SECRET)).close()
    )
    before = await house.contact(contact)
    guest = await actor(house, who)
    for name, data in buttons(house, contact).items():
        heard = await guest.taps_data(data)
        assert heard, name
        shown = "\n".join(line.text for line in heard)
        if who in ALLOWED[name]:
            assert SECRET in shown + "".join(heard[-1].buttons), name
        elif who == "juror":
            await guest.taps_data("nonsense")
            assert shown == guest.text, name
        else:
            assert SECRET not in shown + "".join(heard[-1].buttons), name
            assert "Jagoda" not in shown, name
    assert (await house.contact(contact)).contact.answers == before.contact.answers
    assert (await house.task("wizyta")).state is State.ACCEPTED


async def test_what_is_read_is_the_same_answer_for_none_and_for_anothers(house: House) -> None:
    """A contact of another edition, one not sent yet and one that never was cannot be told apart."""
    contact = await sent(house)
    juror = house.chat("juror")
    unsent = await juror.begins("wizyta")
    await actor(house, "other juror")
    stranger = house.chat("other coordinator")
    world = await make_world(house.database, "wizyta", now=house.clock())
    await stranger.says(f"/start {world.tokens['coordinator']}")
    await stranger.taps_data("yes")
    coordinator = await house.guest("coordinator")
    heard = set()
    for guest, number in ((stranger, contact), (stranger, 987_654), (coordinator, unsent), (coordinator, 2**63 - 1)):
        for kind in (ReadContact, ReadEvidence):
            await guest.taps_data(encode(kind(number, 0)))
            heard.add(guest.text)
    assert len(heard) == 1


@pytest.mark.parametrize("page", [0, 1, 99, -1, 2**63 - 1])
async def test_any_page_of_a_report_is_one_that_there_is(house: House, page: int) -> None:
    """A forged page number shows the nearest page."""
    contact = await sent(house)
    coordinator = await house.guest("coordinator")
    for kind in (ReadContact, ReadEvidence):
        await coordinator.taps_data(encode(kind(contact, page)))
        assert PLACE in coordinator.text
    await coordinator.taps_data(encode(SentList(page)))
    assert encode(ReadContact(contact, 0)) in coordinator.last.data


async def test_reading_is_in_the_journal_and_names_nobody(house: House) -> None:
    """Who read what is kept; who made the contact is not on the page."""
    contact = await sent(house)
    coordinator = await house.guest("coordinator")
    await coordinator.taps_data(encode(ReadContact(contact, 0)))
    assert "Jagoda" not in coordinator.text
    await coordinator.taps_data(encode(ReadEvidence(contact, 0)))
    assert {"read", "read_evidence"} <= set(await house.noted(f"contact:{contact}"))


async def test_status_counts_what_is_there(house: House) -> None:
    """What is planned, what was taken, and what is past its date, as it changes."""
    organizer = await house.guest("organizer")
    await organizer.says("/status")
    assert "Zaplanowane 3 · przyjęte 3 · wykonane 0" in organizer.text

    def add(unit: Unit) -> None:
        for number in range(4):
            place = editions.add_participant(
                unit,
                edition_id=house.world.edition,
                name=f"Miejsce {number}",
                short_name=f"Miejsce {number}",
                type="gmina",
                address="",
                postcode="",
                city="",
                hours="",
                phone="",
                email="",
                site="",
                social="",
            )
            if number < 2:
                assignments.assign(
                    unit,
                    edition_id=house.world.edition,
                    participant_id=place,
                    person_id=house.world.juror,
                    mode="visit",  # type: ignore[arg-type]
                    scenario="wizyta",
                    opens_at=house.clock(),
                    due_at=house.clock() + timedelta(days=1),
                    now=house.clock(),
                )

    await house.run(add)
    await organizer.says("/status")
    assert "Zaplanowane 5 · przyjęte 3 · wykonane 0" in organizer.text
    house.clock.at += timedelta(days=2)
    await organizer.says("/status")
    assert "Po terminie 2" in organizer.text


async def test_staff_find_their_way_whatever_they_send(house: House) -> None:
    """Words, photos, a juror's commands: what can be looked at is shown."""
    coordinator = await house.guest("coordinator")
    for doing in (coordinator.says("co słychać"), coordinator.sends(), coordinator.says("/zadania")):
        await doing
        assert encode(Status()) in coordinator.last.data
    await coordinator.says("/raporty")
    assert encode(Status()) in coordinator.last.data
    await coordinator.says("/pomoc")
    assert encode(Tasks()) not in coordinator.last.data
    await coordinator.says("/dane")
    assert "Konrad Test" in coordinator.text
    assert encode(Tasks()) not in coordinator.last.data
    await coordinator.taps_data("en")
    assert encode(Tasks()) not in coordinator.last.data


async def test_a_juror_who_blocks_is_told_to_the_coordinator_once(house: House) -> None:
    """And so is their coming back; a second chat that is still there says nothing."""
    juror, coordinator = await house.guest(), await house.guest("coordinator")
    await juror.does(Blocked())
    wanted = [news(News.UNREACHABLE, name) for name in ("wizyta", "telefon", "email")]
    assert sorted(line.text for line in coordinator.heard[-3:]) == sorted(wanted)
    heard = len(coordinator.heard)
    await juror.does(Blocked())
    assert len(coordinator.heard) == heard
    await juror.does(Unblocked())
    back = [news(News.REACHABLE, name) for name in ("wizyta", "telefon", "email")]
    assert sorted(line.text for line in coordinator.heard[heard:]) == sorted(back)
    assert {"blocked", "unblocked"} <= set(await house.noted(f"person:{house.world.juror}"))


async def test_a_juror_with_another_chat_is_still_to_be_reached(house: House) -> None:
    """Blocking one of two tells nobody; messages go to the other."""
    juror, coordinator = await house.guest(), await house.guest("coordinator")
    await juror.says("/urzadzenie")
    tablet = house.chat("tablet")
    await tablet.says("/start made-1")
    heard = len(coordinator.heard)
    await tablet.does(Blocked())
    assert len(coordinator.heard) == heard
    contact = await juror.begins("wizyta")
    await juror.walk(contact, asks("w01"))
    quiet = len(tablet.heard)
    await house.passes(timedelta(days=1, hours=1))
    assert len(tablet.heard) == quiet


async def test_a_send_that_finds_the_chat_gone_tells_the_coordinator_once(house: House) -> None:
    """The messenger says so before the person's own update does."""
    juror, coordinator = await house.guest(), await house.guest("coordinator")
    house.room.blocked.add("juror")
    heard = len(coordinator.heard)
    await juror.says("/zadania")
    assert len(coordinator.heard) == heard + 3
    addresses = await house.read(lambda unit: people.addresses(unit, house.world.juror))
    assert [address.reachable for address in addresses] == [False]
    await juror.does(Blocked())
    assert len(coordinator.heard) == heard + 3
    house.room.blocked.clear()
    await juror.says("/zadania")
    assert PLACE in juror.text


async def test_a_message_the_channel_will_never_take_is_told_to_the_coordinators(house: House) -> None:
    """It is in the journal, too; one that was for a coordinator is only there."""
    house.trouble = 2
    juror, coordinator = await house.guest(), await house.guest("coordinator")
    house.room.refused.add("juror")
    await juror.says("/zadania")
    assert "Jagoda Test" in coordinator.text
    assert "message.lost" in await house.noted(f"person:{house.world.juror}")
    house.room.refused.add("coordinator")
    heard = len(coordinator.heard)
    await coordinator.says("/status")
    assert len(coordinator.heard) == heard
    assert "message.lost" in await house.noted(f"person:{house.world.coordinator}")
