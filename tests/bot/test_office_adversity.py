"""The office when things come at the wrong moment or from the wrong hand: conflicts, leavers, lost plans."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError

from bot.channels.base import FileKind
from bot.jobs import Feed, Nudge, put_feed
from bot.office_taps.asking import Split
from bot.office_taps.chain import AddedSlot, AddSlot, OfferNow
from bot.office_taps.directory import ConflictWith, EndWorkYes
from bot.office_taps.importing import ImportWrite
from bot.office_taps.planning import MakePlan
from bot.office_taps.reviewing import ReviewCard
from bot.refusals import RefusalCode
from bot.roles import offering, reminding
from bot.roles.everyone import token_hash
from bot.roles.office import feeding
from bot.roles.office.planning import LONGEST
from bot.tap_kinds import DECLINE_REASONS, DeclineBecause
from bot.taps import decode, encode
from bot.views.organizer import DIMENSIONS
from scenarios.contact import Closed
from scenarios.model import Mode
from storage import assignments, audience, broadcasts, editions, people, plans, profiles, recipients, schema, slots
from storage.assignments import State
from storage.audience import Chosen
from storage.overview import Dimension
from storage.people import Role
from storage.plans import PlanState
from storage.profiles import Profile
from storage.rules import Reminder, ReminderRule
from storage.scope import Scope
from storage.unit import Unit
from tests.bot.house import Guest, House, is_at, refusal
from tests.bot.planned import add_slot, asked, chain, juror, slot, slot_of, task_of
from tests.storage.sheet_files import xlsx


async def second_coordinator(house: House) -> tuple[int, Guest]:
    """Another coordinator in their chat."""

    def add(unit: Unit) -> int:
        now = house.clock()
        added = people.add_person(
            unit, edition_id=house.world.edition, name="Beata Inna", role=Role.COORDINATOR, language="pl", now=now
        )
        people.invite(unit, added, token_hash=token_hash("other"), now=now, expires_at=now + timedelta(days=7))
        return added

    person = await house.run(add)
    guest = house.chat("other")
    await guest.says("/start other")
    await guest.taps("Zgadzam się")
    return person, guest


@pytest.mark.parametrize("how", ["by hand", "in a table"])
async def test_a_conflict_that_comes_late_takes_everything_there_away(house: House, how: str) -> None:
    """What was asked, chosen or kept in reserve for the juror at that institution goes to somebody else."""
    organizer = await house.guest("organizer")
    anna, anna_chat = await juror(house, "Anna Pierwsza")
    beata, _chat = await juror(house, "Beata Druga")
    await house.run(lambda unit: people.update_person(unit, anna, email="anna@example.pl"))
    await house.run(lambda unit: editions.update_participant(unit, house.world.participant, number="7"))
    planned, kept = await slot(house, person=anna), await slot(house, person=beata, reserve=anna, mode=Mode.EMAIL)
    offered = await slot(house, mode=Mode.PHONE)
    task = await asked(house, offered, anna)
    if how == "by hand":
        await organizer.taps_data(encode(ConflictWith(anna, house.world.participant)))
    else:
        table = [["Imię i nazwisko", "E-mail", "Konflikt interesów"], ["Anna Pierwsza", "anna@example.pl", "7"]]
        await organizer.sends(xlsx(table), kind=FileKind.DOCUMENT, name="jurorzy.xlsx")
        found = [data for data in organizer.last.data if isinstance(decode(data), ImportWrite)]
        await organizer.taps_data(found[0])
    assert [one.participant_id for one in await house.read(lambda unit: profiles.conflicts_of(unit, [anna]))]
    assert (await task_of(house, task)).state is State.RETURNED
    assert (await slot_of(house, planned)).person_id == beata
    assert (await slot_of(house, kept)).reserve_id is None
    assert await chain(house, offered) == [(anna, "returned"), (beata, "offered")]
    assert anna_chat.heard


async def test_nobody_is_asked_where_the_institution_has_withdrawn(house: House) -> None:
    """Neither a broadcast nor a tap offers its planned contacts any more."""
    organizer = await house.guest("organizer")
    anna, _chat = await juror(house, "Anna Pierwsza")
    planned, scope = await slot(house, person=anna), Scope(house.world.edition)
    before = await house.read(lambda unit: audience.ready_slots(unit, scope, anna, chosen=Chosen(), now=house.clock()))
    assert before == [planned]
    await house.run(lambda unit: editions.update_participant(unit, house.world.participant, withdrawn_at=house.clock()))
    after = await house.read(lambda unit: audience.ready_slots(unit, scope, anna, chosen=Chosen(), now=house.clock()))
    assert after == []
    await organizer.taps_data(encode(OfferNow(planned)))
    assert await chain(house, planned) == []
    assert organizer.last.buttons


async def test_a_coordinator_offers_only_contacts_they_may_see(house: House) -> None:
    """A juror who is nobody's gets no task of another coordinator's institution from a broadcast."""
    other, _guest = await second_coordinator(house)
    anna, _chat = await juror(house, "Anna Pierwsza")
    await house.run(lambda unit: editions.update_participant(unit, house.world.participant, coordinator_id=other))
    planned = await slot(house, person=anna)

    def ready(unit: Unit, coordinator: int) -> list[int]:
        scope = Scope(house.world.edition, coordinator)
        return audience.ready_slots(unit, scope, anna, chosen=Chosen(), now=house.clock())

    assert await house.read(lambda unit: ready(unit, house.world.coordinator)) == []
    assert await house.read(lambda unit: ready(unit, other)) == [planned]


async def test_a_coordinator_who_left_hears_no_more_and_leaves_no_report_behind(house: House) -> None:
    """News of tasks go to those who are here; reports that wait can be reviewed by them."""
    _other, guest = await second_coordinator(house)
    juror_chat = await house.guest()
    leaver = await house.guest("coordinator")
    contact = await juror_chat.begins("telefon")
    await juror_chat.walk(contact, is_at(Closed))
    organizer = await house.guest("organizer")
    await guest.taps_data(encode(ReviewCard(contact)))
    assert guest.text == refusal(RefusalCode.NOT_YOURS)
    await organizer.taps_data(encode(EndWorkYes(house.world.coordinator)))
    heard, others = len(leaver.heard), len(guest.heard)
    anna, anna_chat = await juror(house, "Anna Pierwsza")
    task = await asked(house, await slot(house), anna)
    await anna_chat.taps_data(encode(DeclineBecause(task, DECLINE_REASONS.index("too_far"))))
    assert len(leaver.heard) == heard
    assert len(guest.heard) > others
    await guest.taps_data(encode(ReviewCard(contact)))
    assert guest.text != refusal(RefusalCode.NOT_YOURS)


async def test_lists_name_no_juror_of_another_coordinator(house: House) -> None:
    """An institution that changes hands takes its contacts along, not the names of those who make them."""
    other, guest = await second_coordinator(house)
    await house.guest("coordinator")

    def divide(unit: Unit) -> None:
        people.update_person(unit, house.world.juror, coordinator_id=house.world.coordinator)
        editions.update_participant(unit, house.world.participant, coordinator_id=other)
        assignments.change(unit, house.world.tasks["email"], state=State.DECLINED, reason="too_far", now=house.clock())

    await house.run(divide)
    for words in ("terminy", "kto odmówił?", "pokaż Przykładowo", "/plan"):
        await guest.says(words)
        assert "Jagoda" not in guest.text + " ".join(guest.last.buttons), words
    await guest.taps_data(encode(Split(DIMENSIONS.index(Dimension.PERSON), 0)))
    assert "Jagoda" not in guest.text + " ".join(guest.last.buttons)
    assert str(house.world.juror) not in guest.last.buttons


async def test_a_stopped_broadcast_leaves_no_offer_untold(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever was offered tasks before it was stopped still hears of them; nobody else is asked."""
    monkeypatch.setattr(feeding, "AHEAD", 1)
    jurors = [await juror(house, name) for name in ("Anna Pierwsza", "Beata Druga")]
    planned = [await slot(house, person=person) for person, _chat in jurors]

    def begin(unit: Unit) -> int:
        now = house.clock()
        number = broadcasts.draft(
            unit,
            edition_id=house.world.edition,
            author_id=house.world.organizer,
            kind=broadcasts.Kind.ASSIGNMENTS,
            chosen=Chosen(),
            now=now,
        )
        sent = broadcasts.broadcast(unit, number)
        assert sent is not None
        broadcasts.start(unit, sent, Scope(house.world.edition), now=now)
        feeding.feed(unit, house.desk, Feed(number), now=now)
        recipients.cancel_rest(unit, number, now=now, but_queued=True)
        return number

    number = await house.run(begin)
    await house.settle()
    asked_now = [bool(await chain(house, one)) for one in planned]
    assert sorted(asked_now) == [False, True]
    [told] = [chat for (_person, chat), is_asked in zip(jurors, asked_now, strict=True) if is_asked]
    assert "Przykładowo" in told.text
    progress = await house.read(lambda unit: broadcasts.progress(unit, number))
    assert (progress.sent, progress.cancelled, progress.queued) == (1, 1, 0)


async def test_what_a_leaver_scheduled_is_not_sent(house: House) -> None:
    """Its time comes after its author left: it is cancelled."""
    organizer = await house.guest("organizer")

    def schedule(unit: Unit) -> int:
        now = house.clock()
        number = broadcasts.draft(
            unit,
            edition_id=house.world.edition,
            author_id=house.world.coordinator,
            kind=broadcasts.Kind.MESSAGE,
            text="Spotkanie",
            chosen=Chosen(),
            now=now,
        )
        broadcasts.move(unit, number, broadcasts.State.SCHEDULED, run_at=now + timedelta(hours=1))
        put_feed(unit, number, run_at=now + timedelta(hours=1), now=now)
        return number

    number = await house.run(schedule)
    await organizer.taps_data(encode(EndWorkYes(house.world.coordinator)))
    await house.passes(timedelta(hours=2))
    sent = await house.read(lambda unit: broadcasts.broadcast(unit, number))
    assert sent is not None
    assert sent.state is broadcasts.State.CANCELLED


async def test_a_plan_that_was_lost_does_not_stop_the_next(house: House) -> None:
    """One being computed is waited for; one that should be there for long is given up."""
    coordinator = await house.guest("coordinator")
    anna, _chat = await juror(house, "Anna Pierwsza")
    await house.run(lambda unit: profiles.save(unit, Profile(anna)))
    lost = await house.run(
        lambda unit: plans.begin(
            unit,
            edition_id=house.world.edition,
            made_by=house.world.coordinator,
            seed=1,
            inputs={"coordinator_id": house.world.coordinator},
            now=house.clock(),
        )
    )
    await coordinator.taps_data(encode(MakePlan()))
    assert await states(house) == [(lost, PlanState.COMPUTING)]
    await house.passes(LONGEST)
    await coordinator.taps_data(encode(MakePlan()))
    await house.settle(within=timedelta(seconds=30))
    assert await states(house) == [(lost, PlanState.DROPPED), (lost + 1, PlanState.READY)]


async def states(house: House) -> list[tuple[int, PlanState]]:
    """All plans, in order."""

    def look(unit: Unit) -> list[tuple[int, PlanState]]:
        every = [plans.plan(unit, number) for number in range(1, 5)]
        return [(one.id, one.state) for one in every if one is not None]

    return await house.read(look)


async def test_a_silenced_reminder_is_not_looked_at_for_ever(house: House) -> None:
    """Long after the edition nothing is put again."""

    def silence(unit: Unit) -> None:
        edition = editions.edition(unit, house.world.edition)
        assert edition is not None
        rules = edition.rules.with_reminder(Reminder.CONTACT_DUE, ReminderRule(is_on=False, hours=24))
        editions.set_rules(unit, edition.id, rules)
        editions.update_edition(unit, edition.id, ends_on=date(2026, 11, 30))

    await house.run(silence)
    task = house.world.tasks["telefon"]
    late = house.clock() + timedelta(days=200)

    def look(unit: Unit) -> bool:
        reminding.nudge(unit, house.desk, Nudge(Reminder.CONTACT_DUE.value, task), now=late)
        return nudges(unit) > 0

    assert not await house.run(look)


def nudges(unit: Unit) -> int:
    """Reminders that wait."""
    waiting = select(func.count()).where(schema.jobs.c.kind == "nudge", schema.jobs.c.state == "waiting")
    return int(unit.execute(waiting).scalar_one())


async def test_a_task_begun_meanwhile_is_not_taken_back(house: House) -> None:
    """Who decided on what they saw a moment ago does not undo what was begun since."""
    guest = await house.guest()
    seen = await house.task("telefon")
    await guest.begins("telefon")
    await house.run(
        lambda unit: offering.take_back(unit, house.desk, seen, reason="withdrawn", now=house.clock(), by=None)
    )
    assert (await house.task("telefon")).state is State.ACCEPTED


async def test_one_more_contact_tapped_twice_is_one(house: House) -> None:
    """The second tap shows the contact the first one added; asked for anew, there is another."""
    coordinator = await house.guest("coordinator")
    for expected in (1, 2):
        await coordinator.taps_data(encode(AddSlot(house.world.participant)))
        [data, *_rest] = [data for data in coordinator.last.data if isinstance(decode(data), AddedSlot)]
        for _ in range(2):
            await coordinator.taps_data(data)
        found = await house.read(lambda unit: slots.of_participant(unit, house.world.participant))
        assert len(found) == expected


async def test_a_failing_statement_tells_nothing_of_what_people_wrote(house: House) -> None:
    """Errors of the database name no values: they are kept in the journal and in logs."""

    def fail(unit: Unit) -> None:
        people.add_person(unit, edition_id=10**6, name="Jagoda Test", role=Role.JUROR, now=house.clock())

    with pytest.raises(DatabaseError) as caught:
        await house.run(fail)
    assert "Jagoda" not in str(caught.value)


async def test_a_slot_of_a_conflict_is_never_ready(house: House) -> None:
    """Even where a slot still names somebody with a conflict, no broadcast offers it."""
    anna, _chat = await juror(house, "Anna Pierwsza")

    def plan(unit: Unit) -> list[int]:
        add_slot(unit, house, person=anna, mode=Mode.VISIT)
        profiles.declare(unit, anna, house.world.participant, reason="", now=house.clock())
        return audience.ready_slots(unit, Scope(house.world.edition), anna, chosen=Chosen(), now=house.clock())

    assert await house.run(plan) == []
