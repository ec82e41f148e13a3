"""Broadcasts in the database: who they go to, and what became of each, on both databases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from scenarios.model import Mode
from storage import assignments, audience, broadcasts, editions, people, queue, recipients, slots
from storage.assignments import State
from storage.audience import Chosen
from storage.broadcasts import Kind
from storage.database import Database, Unit
from storage.people import Role
from storage.recipients import Fate
from storage.scope import Scope
from tests.scripted import START

NOW = START
SOON = NOW + timedelta(days=20)


@dataclass(frozen=True)
class Cast:
    """People and places of two coordinators."""

    edition: int
    waves: tuple[int, int]
    organizer: int
    coordinators: tuple[int, int]
    jurors: dict[str, int]
    places: dict[str, int]


def cast(unit: Unit) -> Cast:
    """Five jurors: of the first coordinator, of the second, of nobody; one who left, one without a chat."""
    edition = editions.add_edition(
        unit, name="Próbna", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), time_zone="Europe/Warsaw"
    )
    first, second = (
        editions.add_wave(unit, edition_id=edition, name=name, starts_on=date(2026, 9, 1), ends_on=date(2026, 12, 1))
        for name in ("I", "II")
    )

    def person(name: str, role: Role, coordinator: int | None = None) -> int:
        return people.add_person(unit, edition_id=edition, name=name, role=role, coordinator_id=coordinator, now=NOW)

    organizer = person("Olga", Role.ORGANIZER)
    mine, other = person("Ala", Role.COORDINATOR), person("Ewa", Role.COORDINATOR)
    jurors = {
        "mine": person("Adam", Role.JUROR, mine),
        "other": person("Bogna", Role.JUROR, other),
        "free": person("Celina", Role.JUROR),
        "silent": person("Daniel", Role.JUROR, mine),
        "left": person("Eryk", Role.JUROR, mine),
    }
    people.update_person(unit, jurors["left"], left_at=NOW)
    for name, person_id in {**jurors, "organizer": organizer, "coordinator": mine}.items():
        if name != "silent":
            chat(unit, person_id, name)
    places = {
        name: editions.add_participant(
            unit, edition_id=edition, name=name, short_name=name, type="gmina", voivodship=voivodship
        )
        for name, voivodship in (("Płońsk", "mazowieckie"), ("Żory", "śląskie"))
    }
    return Cast(edition, (first, second), organizer, (mine, other), jurors, places)


def chat(unit: Unit, person_id: int, name: str) -> int:
    """Give somebody a chat; its address."""
    people.invite(unit, person_id, token_hash=name, now=NOW, expires_at=SOON)
    found = people.redeem(unit, name, channel="room", chat=name, now=NOW)
    assert found is not None
    return found[1].id


def task(unit: Unit, world: Cast, juror: str, place: str, *kind: Mode | State, late: bool = False) -> int:
    """A task of somebody; ``kind`` is its mode and its state."""
    mode, state = kind
    assert isinstance(mode, Mode)
    assert isinstance(state, State)
    found = assignments.assign(
        unit,
        edition_id=world.edition,
        participant_id=world.places[place],
        person_id=world.jurors[juror],
        mode=mode,
        scenario="wizyta",
        opens_at=NOW - timedelta(days=9),
        due_at=NOW - timedelta(days=1) if late else SOON,
        now=NOW,
    )
    assignments.change(unit, found, state=state, now=NOW)
    return found


def slot(unit: Unit, world: Cast, juror: str | None, place: str, mode: Mode, *, wave: int = 0, number: int = 1) -> int:
    """A planned contact, for somebody or a hole."""
    return slots.add(
        unit,
        edition_id=world.edition,
        participant_id=world.places[place],
        mode=mode,
        scenario="wizyta",
        number=number,
        opens_at=NOW,
        due_at=SOON,
        wave_id=world.waves[wave],
        person_id=None if juror is None else world.jurors[juror],
        now=NOW,
    )


def names(unit: Unit, world: Cast, chosen: Chosen, *, offers: bool = False, coordinator: int | None = None) -> set[str]:
    """Who a filter lets through, of an organizer or of the coordinator of that number."""
    who = None if coordinator is None else world.coordinators[coordinator]
    found = audience.members(
        Scope(world.edition, who), author_id=who or world.organizer, chosen=chosen, offers=offers, now=NOW
    )
    ids = set(unit.execute(found).scalars())
    return {one.name for one in people.people(unit, edition_id=world.edition) if one.id in ids}


async def test_whom_one_may_write_to(database: Database) -> None:
    """An organizer to all but themselves, a coordinator to the jurors that are theirs or nobody's; nobody who left."""

    def look(unit: Unit) -> None:
        world = cast(unit)
        assert names(unit, world, Chosen()) == {"Ala", "Ewa", "Adam", "Bogna", "Celina", "Daniel"}
        assert names(unit, world, Chosen(roles=(Role.COORDINATOR,))) == {"Ala", "Ewa"}
        assert names(unit, world, Chosen(), coordinator=0) == {"Adam", "Celina", "Daniel"}
        assert names(unit, world, Chosen(), coordinator=1) == {"Bogna", "Celina"}
        assert names(unit, world, Chosen(roles=(Role.ORGANIZER,)), coordinator=1) == set()
        hers = audience.everybody(unit, Scope(world.edition, world.coordinators[1]), author_id=world.coordinators[1])
        assert [one.name for one in hers] == ["Bogna", "Celina"]

    await database.run(look)


async def test_the_filter(database: Database) -> None:
    """Mode, voivodship and wave are those of one task or planned contact; late and not answered go by the tasks."""

    def look(unit: Unit) -> None:
        world = cast(unit)
        task(unit, world, "mine", "Płońsk", Mode.VISIT, State.ACCEPTED, late=True)
        task(unit, world, "mine", "Żory", Mode.PHONE, State.OFFERED)
        task(unit, world, "other", "Żory", Mode.PHONE, State.ACCEPTED)
        task(unit, world, "free", "Żory", Mode.VISIT, State.DECLINED)
        slot(unit, world, "silent", "Płońsk", Mode.EMAIL, wave=1)
        assert names(unit, world, Chosen(modes=(Mode.PHONE,))) == {"Adam", "Bogna"}
        assert names(unit, world, Chosen(modes=(Mode.VISIT, Mode.EMAIL))) == {"Adam", "Daniel"}
        assert names(unit, world, Chosen(voivodships=("mazowieckie",))) == {"Adam", "Daniel"}
        assert names(unit, world, Chosen(modes=(Mode.VISIT,), voivodships=("śląskie",))) == set()
        assert names(unit, world, Chosen(waves=(world.waves[1],))) == {"Daniel"}
        assert names(unit, world, Chosen(late=True)) == {"Adam"}
        assert names(unit, world, Chosen(unanswered=True)) == {"Adam"}
        assert names(unit, world, Chosen(late=True, unanswered=True)) == {"Adam"}
        assert names(unit, world, Chosen(late=True, modes=(Mode.PHONE,))) == set()
        assert names(unit, world, Chosen(people=(world.jurors["other"], world.jurors["free"]))) == {"Bogna", "Celina"}
        assert audience.voivodships(unit, world.edition) == ["mazowieckie", "śląskie"]
        found = audience.size(
            unit,
            Scope(world.edition),
            author_id=world.organizer,
            chosen=Chosen(roles=(Role.JUROR,)),
            offers=False,
            now=NOW,
        )
        assert (found.people, found.without_chat) == (4, 1)

    await database.run(look)


async def test_what_can_be_offered(database: Database) -> None:
    """Planned contacts that have a juror, whom nobody asked before, and that are in nobody's hands."""

    def look(unit: Unit) -> None:
        world = cast(unit)
        first = slot(unit, world, "mine", "Płońsk", Mode.VISIT)
        second = slot(unit, world, "mine", "Żory", Mode.PHONE, wave=1)
        slot(unit, world, None, "Żory", Mode.EMAIL)
        closed = slot(unit, world, "free", "Żory", Mode.VISIT)
        slots.change(unit, closed, closed_at=NOW)
        asked = slot(unit, world, "other", "Żory", Mode.VISIT, number=2)
        gone = task(unit, world, "other", "Żory", Mode.VISIT, State.DECLINED)
        unit.execute(assignments.table.update().where(assignments.table.c.id == gone).values(slot_id=asked))
        assert names(unit, world, Chosen(), offers=True) == {"Adam"}
        assert names(unit, world, Chosen(), offers=True, coordinator=1) == set()
        assert names(unit, world, Chosen(modes=(Mode.SOCIAL,)), offers=True) == set()
        mine = world.jurors["mine"]
        assert audience.ready_slots(unit, Scope(world.edition), mine, chosen=Chosen(), now=NOW) == [first, second]
        assert audience.ready_slots(
            unit, Scope(world.edition), mine, chosen=Chosen(waves=(world.waves[1],)), now=NOW
        ) == [second]
        assert audience.ready_slots(
            unit, Scope(world.edition), mine, chosen=Chosen(voivodships=("śląskie",)), now=NOW
        ) == [second]
        assert audience.ready_slots(unit, Scope(world.edition), mine, chosen=Chosen(), now=SOON) == []
        live = task(unit, world, "mine", "Płońsk", Mode.VISIT, State.OFFERED)
        unit.execute(assignments.table.update().where(assignments.table.c.id == live).values(slot_id=first))
        assert audience.ready_slots(unit, Scope(world.edition), mine, chosen=Chosen(), now=NOW) == [second]
        found = audience.size(
            unit, Scope(world.edition), author_id=world.organizer, chosen=Chosen(), offers=True, now=NOW
        )
        assert (found.people, found.without_chat, found.slots) == (1, 0, 1)

    await database.run(look)


def running(unit: Unit, world: Cast) -> broadcasts.Broadcast:
    """A message to all jurors, on its way."""
    chosen = Chosen(roles=(Role.JUROR,))
    found = broadcasts.draft(
        unit, edition_id=world.edition, author_id=world.organizer, kind=Kind.MESSAGE, chosen=chosen, text="a", now=NOW
    )
    sent = broadcasts.broadcast(unit, found)
    assert sent is not None
    assert sent.chosen == chosen
    assert broadcasts.start(unit, sent, Scope(world.edition), now=NOW) == 4
    again = broadcasts.broadcast(unit, found)
    assert again is not None
    return again


def queued(unit: Unit, recipient: recipients.Recipient) -> int:
    """Put a job for a recipient's message."""
    job = queue.put(unit, kind="send", payload={}, run_at=NOW, now=NOW)
    recipients.note_queued(unit, recipient.id, job_id=job, address_id=1, now=NOW)
    return job


async def test_what_becomes_of_each(database: Database) -> None:
    """Sent, blocked, failed with its reason, without a chat: every outcome is counted once, the latest holds."""

    def look(unit: Unit) -> None:
        world = cast(unit)
        sent = running(unit, world)
        first, second, third, fourth = recipients.waiting(unit, sent.id, limit=10)
        assert [one.person_id for one in (first, second, third, fourth)] == [
            world.jurors[name] for name in ("mine", "other", "free", "silent")
        ]
        jobs = [queued(unit, one) for one in (first, second, third)]
        recipients.note_passed_over(unit, fourth.id, Fate.NO_CHAT, now=NOW)
        assert recipients.under_way(unit, sent.id, now=NOW) == 3
        queue.retry(unit, jobs[2], run_at=NOW + timedelta(minutes=5), problem="later", counts=False)
        assert recipients.under_way(unit, sent.id, now=NOW) == 2
        recipients.note_sent(unit, first.id, job_id=jobs[0], now=NOW)
        recipients.note_gone(unit, second.id, job_id=jobs[1], problem="blocked", now=NOW)
        people.set_hidden(unit, third.person_id, NOW)
        counts = broadcasts.progress(unit, sent.id)
        assert (counts.total, counts.sent, counts.blocked, counts.no_chat) == (4, 1, 1, 1)
        assert (counts.queued, counts.held, counts.seen) == (1, 1, 0)
        assert recipients.unsettled(unit, sent.id) == 0
        people.set_hidden(unit, third.person_id, None)
        assert recipients.unsettled(unit, sent.id) == 1
        queue.bury(unit, jobs[2], problem="refused: no", now=NOW)
        recipients.note_lost(unit, sent.id, now=NOW)
        assert broadcasts.progress(unit, sent.id).problems == (("refused: no", 1),)
        people.touch(unit, people.addresses(unit, first.person_id)[0].id, NOW + timedelta(minutes=1))
        assert broadcasts.progress(unit, sent.id).seen == 1
        assert [(one.name, one.state, one.has_seen) for one in recipients.outlooks(unit, sent.id)] == [
            ("Adam", Fate.SENT, True),
            ("Bogna", Fate.BLOCKED, False),
            ("Celina", Fate.FAILED, False),
            ("Daniel", Fate.NO_CHAT, False),
        ]

    await database.run(look)


async def test_trying_again(database: Database) -> None:
    """Those it failed for wait again, and those who can be reached by now; a job of before changes nothing more."""

    def look(unit: Unit) -> None:
        world = cast(unit)
        sent = running(unit, world)
        first, second, _third, fourth = recipients.waiting(unit, sent.id, limit=10)
        jobs = [queued(unit, one) for one in (first, second)]
        recipients.note_failed(unit, first.id, job_id=jobs[0], problem="refused: no", now=NOW)
        recipients.note_gone(unit, second.id, job_id=jobs[1], problem="blocked", now=NOW)
        people.set_reachable(unit, people.addresses(unit, second.person_id)[0].id, reachable=False)
        recipients.note_passed_over(unit, fourth.id, Fate.NO_CHAT, now=NOW)
        assert recipients.worth_another_try(unit, sent.id) == 1
        chat(unit, fourth.person_id, "late")
        assert recipients.retry_failed(unit, sent.id, now=NOW) == 2
        assert {one.person_id for one in recipients.waiting(unit, sent.id, limit=10)} == {
            world.jurors[name] for name in ("mine", "free", "silent")
        }
        recipients.note_sent(unit, first.id, job_id=jobs[0], now=NOW)
        assert broadcasts.progress(unit, sent.id).sent == 0

    await database.run(look)


@pytest.mark.parametrize("moment", ["before", "during"])
async def test_cancelling(database: Database, moment: str) -> None:
    """Nobody gets it any more; what was being sent at that moment is counted as sent after all."""

    def look(unit: Unit) -> None:
        world = cast(unit)
        sent = running(unit, world)
        first, *_others = recipients.waiting(unit, sent.id, limit=10)
        job = queued(unit, first)
        assert recipients.is_wanted(unit, first.id)
        assert recipients.cancel_rest(unit, sent.id, now=NOW) == 4
        assert not recipients.is_wanted(unit, first.id)
        if moment == "during":
            recipients.note_sent(unit, first.id, job_id=job, now=NOW)
        counts = broadcasts.progress(unit, sent.id)
        assert (counts.cancelled, counts.sent) == ((4, 0) if moment == "before" else (3, 1))

    await database.run(look)


async def test_who_may_open_which(database: Database) -> None:
    """An organizer every one of the edition, a coordinator their own; a draft can be thrown away, nothing else can."""

    def look(unit: Unit) -> None:
        world = cast(unit)
        sent = running(unit, world)
        mine = broadcasts.draft(
            unit,
            edition_id=world.edition,
            author_id=world.coordinators[0],
            kind=Kind.ASSIGNMENTS,
            chosen=Chosen(),
            now=NOW,
        )
        scopes = [Scope(world.edition), *(Scope(world.edition, each) for each in world.coordinators)]
        assert [[one.id for one in broadcasts.listed(unit, scope, limit=9)] for scope in scopes] == [
            [mine, sent.id],
            [mine],
            [],
        ]
        assert [broadcasts.count(unit, scope) for scope in scopes] == [2, 1, 0]
        found = broadcasts.unsent(unit, world.coordinators[0], Kind.ASSIGNMENTS)
        assert found is not None
        assert found.id == mine
        assert broadcasts.throw_away(unit, mine)
        assert not broadcasts.throw_away(unit, sent.id)

    await database.run(look)


def test_choosing() -> None:
    """A value in, the same value out; a yes turns over; JSON keeps it all."""
    chosen = Chosen().flipped("modes", Mode.VISIT).flipped("late", 0).flipped("people", 7).flipped("people", 8)
    assert chosen == Chosen(modes=(Mode.VISIT,), late=True, people=(7, 8))
    assert audience.chosen_from_json(audience.chosen_to_json(chosen)) == chosen
    assert chosen.flipped("modes", Mode.VISIT).flipped("late", 0).flipped("people", 7) == Chosen(people=(8,))
