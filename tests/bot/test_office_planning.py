"""Planning in chat: having a plan made, looking at it, applying it, its holes, its audit, its tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.office_taps.planning import (
    Apply,
    Audit,
    ByJuror,
    Drop,
    PlanHoles,
    PlanHome,
    PlanSummary,
    PlanTable,
    SlotHoles,
    SlotList,
)
from bot.refusals import RefusalCode
from bot.roles.everyone import token_hash
from bot.taps import encode
from scenarios.model import Mode
from storage import assignments, editions, people, plans, profiles, slots
from storage.assignments import State
from storage.database import Unit
from storage.people import Role
from storage.plans import PlanState
from storage.profiles import Profile
from storage.rules import ANY_TYPE, Coverage
from tests.bot.house import Guest, House, refusal
from tests.bot.planned import asked, juror, slot_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

COVERAGE = (Coverage(Mode.VISIT, "wizyta", least=2, by=2), Coverage(Mode.PHONE, "telefon", least=1))


async def small_world(house: House, *, jurors: int = 2) -> list[int]:
    """One participant that needs two visits by two people and a call; so many jurors, each in their chat."""

    def rules(unit: Unit) -> None:
        edition = editions.edition(unit, house.world.edition)
        assert edition is not None
        editions.set_rules(unit, edition.id, replace(edition.rules, coverage={ANY_TYPE: COVERAGE}))
        editions.update_participant(unit, house.world.participant, voivodship="mazowieckie")

    await house.run(rules)
    await house.run(lambda unit: _without_tasks(unit, house))
    names = ("Anna Pierwsza", "Beata Druga", "Celina Trzecia")
    return [(await juror(house, name))[0] for name in names[:jurors]]


def _without_tasks(unit: Unit, house: House) -> None:

    for task in house.world.tasks.values():
        assignments.change(unit, task, state=State.RETURNED, now=house.clock())


async def plan(house: House, guest: Guest) -> int:
    """Have a plan made; its id."""
    await guest.says("/plan")
    await guest.taps("Ułóż plan")
    await house.settle(within=timedelta(seconds=30))
    row = await house.read(lambda unit: plans.newest(unit, house.world.edition))
    assert row is not None
    return row.id


async def test_a_plan_is_made_looked_at_and_applied(house: House) -> None:
    """From nothing to planned contacts, without anybody being told."""
    organizer = await house.guest("organizer")
    ids = await small_world(house)
    await organizer.says("/plan")
    assert "Nic jeszcze nie zaplanowano" in organizer.text
    number = await plan(house, organizer)
    assert "Z jurorem: 3 z 3 kontaktów" in organizer.text
    assert "Bez braków" in organizer.text
    assert "Udowodnione: lepszego planu nie ma." in organizer.text
    assert await house.read(lambda unit: slots.of_edition(unit, house.world.edition)) == []
    await organizer.taps("Według podmiotów")
    assert "wizyta 2 –" in organizer.text
    await organizer.taps_data(encode(ByJuror(number, 0)))
    assert "Anna Pierwsza – " in organizer.text
    await organizer.taps_data(encode(PlanSummary(number)))
    said = len(house.room.chats["Anna Pierwsza"])
    await organizer.taps("Zastosuj")
    assert "Zastosowane: 3 kontakty mają jurora." in organizer.text
    found = await house.read(lambda unit: slots.of_edition(unit, house.world.edition))
    assert {one.person_id for one in found if one.mode is Mode.VISIT} == set(ids)
    assert len(house.room.chats["Anna Pierwsza"]) == said
    assert [label for label in organizer.last.buttons if label.startswith("Roześlij zadania (3)")]
    await organizer.taps_data(encode(Apply(number)))
    assert "jest zastosowany" in organizer.text
    await organizer.taps_data(encode(SlotList(-1, 0)))
    assert organizer.text.count("nierozesłane") == 3
    await organizer.taps("Przykładowo")
    assert "Juror:" in organizer.text


async def test_holes_say_why_and_lead_to_the_contact(house: House) -> None:
    """One juror cannot make both visits: the hole counts who was rejected and for what."""
    coordinator = await house.guest("coordinator")
    await small_world(house, jurors=1)
    number = await plan(house, coordinator)
    assert "1 brak." in coordinator.text
    await coordinator.taps_data(encode(PlanHoles(number, 0)))
    assert "Przykładowo – wizyta" in coordinator.text
    assert "ma już tam kontakt (1)" in coordinator.text
    await coordinator.taps_data(encode(Apply(number)))
    await coordinator.taps_data(encode(SlotHoles(0)))
    assert "nie mogą" in coordinator.text
    await coordinator.taps("Przykładowo – wizyta")
    assert "Wybierz jurora" in coordinator.last.buttons


async def test_a_new_plan_keeps_what_is_asked_and_fixed(house: House) -> None:
    """Offered and fixed contacts stay with whom they are."""
    coordinator = await house.guest("coordinator")
    await small_world(house, jurors=3)
    await coordinator.taps_data(encode(Apply(await plan(house, coordinator))))
    found = await house.read(lambda unit: slots.of_edition(unit, house.world.edition))
    visit = next(one for one in found if one.mode is Mode.VISIT)
    assert visit.person_id is not None
    await asked(house, visit.id, visit.person_id)
    number = await plan(house, coordinator)
    await coordinator.taps_data(encode(Apply(number)))
    assert await slot_of(house, visit.id) == visit
    assert len(await house.read(lambda unit: slots.of_edition(unit, house.world.edition))) == 3


async def test_a_plan_the_world_left_behind_is_not_applied(house: House) -> None:
    """What changed is named; nothing is written."""
    coordinator = await house.guest("coordinator")
    anna, _beata = await small_world(house)
    number = await plan(house, coordinator)
    now = house.clock()
    await house.run(lambda unit: profiles.declare(unit, anna, house.world.participant, reason="declared", now=now))
    await coordinator.taps_data(encode(Apply(number)))
    assert "nieaktualny" in coordinator.text
    assert "Anna Pierwsza – konflikt interesów" in coordinator.text
    assert await house.read(lambda unit: slots.of_edition(unit, house.world.edition)) == []


async def test_a_plan_is_audited_and_left(house: House) -> None:
    """Seed, inputs and cost are shown and add up; a plan that was left can be applied no more."""
    coordinator = await house.guest("coordinator")
    await small_world(house)
    number = await plan(house, coordinator)
    await coordinator.taps_data(encode(Audit(number)))
    assert "Ziarno losowania" in coordinator.text
    await coordinator.taps("Sprawdź")
    assert "Sprawdzone: dane są niezmienione" in coordinator.text
    await coordinator.taps_data(encode(Drop(number)))
    await coordinator.taps_data(encode(Apply(number)))
    row = await house.read(lambda unit: plans.plan(unit, number))
    assert row is not None
    assert row.state is PlanState.DROPPED
    assert await house.read(lambda unit: slots.of_edition(unit, house.world.edition)) == []


async def test_a_plan_comes_as_a_table_and_a_picture(house: House) -> None:
    """Both arrive as files that may be kept."""
    coordinator = await house.guest("coordinator")
    await small_world(house, jurors=1)
    number = await plan(house, coordinator)
    await coordinator.taps_data(encode(PlanTable(number)))
    outgoing = coordinator.last.outgoing
    assert outgoing is not None
    assert outgoing.may_be_saved
    assert outgoing.attachments[0].name.endswith(".xlsx")
    await coordinator.taps_data(encode(PlanSummary(number)))
    await coordinator.taps("Obraz")
    outgoing = coordinator.last.outgoing
    assert outgoing is not None
    assert outgoing.attachments[0].media_type == "image/png"
    await coordinator.taps_data(encode(Apply(number)))
    await coordinator.taps("Jako tabela")
    assert "3 zaplanowane kontakty." in coordinator.text


async def test_nothing_to_plan_is_said_kindly(house: House) -> None:
    """Without jurors no plan is begun."""
    organizer = await house.guest("organizer")
    await organizer.says("/plan")
    await organizer.taps("Ułóż plan")
    assert "Nie ma jeszcze jurorów z profilem" in organizer.text
    assert await house.read(lambda unit: plans.newest(unit, house.world.edition)) is None


async def test_a_plan_is_its_coordinators(house: House) -> None:
    """Another coordinator and a juror get nothing; an organizer sees it."""
    coordinator, organizer = await house.guest("coordinator"), await house.guest("organizer")
    await small_world(house)
    await house.run(lambda unit: _other_coordinator(unit, house))
    other = house.chat("other")
    await other.says("/start token-other")
    await other.taps("Zgadzam się")
    number = await plan(house, coordinator)
    for tap in (PlanSummary(number), Apply(number), Audit(number), PlanTable(number), Drop(number)):
        await other.taps_data(encode(tap))
        assert other.text == refusal(RefusalCode.NOT_YOURS)
    await organizer.taps_data(encode(PlanSummary(number)))
    assert "Z jurorem: 3 z 3" in organizer.text
    anna = house.chat("Anna Pierwsza")
    await anna.taps_data(encode(PlanHome()))
    assert "Plan" not in anna.text


def _other_coordinator(unit: Unit, house: House) -> None:

    now = house.clock()
    person = people.add_person(
        unit, edition_id=house.world.edition, name="Ola Inna", role=Role.COORDINATOR, language="pl", now=now
    )
    until = now + timedelta(days=3)
    people.invite(unit, person, token_hash=token_hash("token-other"), now=now, expires_at=until)
    profiles.save(unit, Profile(house.world.juror, modes=()))
