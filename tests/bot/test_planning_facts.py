"""Planning from the database and back: facts gathered, a plan computed by a job, made into slots, refused if stale."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Event

import pytest

from bot.planning import audit
from bot.planning.facts import WORKDAYS, World
from bot.planning.result import Reason, plan_from_json, plan_to_json
from bot.roles import plan_facts
from bot.roles.plan_facts import Applied, Refused, StaleKind
from bot.solver import compute
from scenarios.model import Mode
from storage import assignments, editions, journal, people, plans, profiles, slots
from storage.assignments import State
from storage.database import Database, Unit
from storage.people import Role
from storage.plans import PlanState
from storage.profiles import Profile
from storage.rules import ANY_TYPE, Coverage, Rules
from storage.scope import Scope
from tests.bot.house import House

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TWO_VISITS = Rules(coverage={ANY_TYPE: (Coverage(Mode.VISIT, "wizyta", least=2, by=2),)})


class Contest:
    """An edition of two participants and three jurors in Mazowsze; two coordinators."""

    def __init__(self, unit: Unit) -> None:
        self.edition = editions.add_edition(
            unit, name="II", starts_on=date(2026, 11, 1), ends_on=date(2026, 12, 31), time_zone="Europe/Warsaw"
        )
        editions.set_rules(unit, self.edition, TWO_VISITS)
        names = ("Anna", "Beata")
        self.coordinators = [
            people.add_person(unit, edition_id=self.edition, name=name, role=Role.COORDINATOR, now=NOW)
            for name in names
        ]
        self.places = [
            editions.add_participant(
                unit,
                edition_id=self.edition,
                name=f"Urząd {number}",
                short_name=f"U{number}",
                type="gmina",
                nip=f"nip{number}",
                latitude=52.0 + number / 10,
                longitude=21.0,
                coordinator_id=self.coordinators[number],
            )
            for number in (0, 1)
        ]
        self.jurors = [self.juror(unit, number) for number in range(3)]
        self.wave = editions.add_wave(
            unit, edition_id=self.edition, name="1", starts_on=date(2026, 11, 23), ends_on=date(2026, 12, 6)
        )

    def juror(self, unit: Unit, number: int) -> int:
        """One more juror."""
        person = people.add_person(
            unit, edition_id=self.edition, name=f"Juror {number}", role=Role.JUROR, email=f"{number}@x.pl", now=NOW
        )
        profiles.save(unit, Profile(person, latitude=52.0, longitude=21.0 + number / 10, radius_km=60))
        return person

    def gather(self, unit: Unit, coordinator: int | None = None, *, now: datetime = NOW) -> World:
        """The world of everybody or of one coordinator."""
        return plan_facts.gather(unit, self.edition, Scope(self.edition, coordinator), now)


@pytest.fixture
async def contest(database: Database) -> Contest:
    """The contest in both databases."""
    return await database.run(Contest)


async def computed(database: Database, contest: Contest, coordinator: int | None = None) -> int:
    """A plan, computed without a worker; returns its id."""

    def ask(unit: Unit) -> int:
        made_by = coordinator or contest.coordinators[0]
        return plan_facts.request(
            unit, edition_id=contest.edition, coordinator_id=coordinator, made_by=made_by, now=NOW
        )

    plan_id = await database.run(ask)
    world = await database.read(lambda unit: contest.gather(unit, coordinator))
    done = compute(world, whose=coordinator, seed=1, stop=Event())
    await database.run(
        lambda unit: plans.ready(
            unit,
            plan_id,
            inputs=done.inputs,
            inputs_sha256=done.sha256,
            result=plan_to_json(done.plan),
            objective=done.plan.objective,
            bound=done.plan.bound,
            now=NOW,
        )
    )
    return plan_id


async def test_facts_are_gathered_for_everybody_or_for_one_coordinator(database: Database, contest: Contest) -> None:
    """An organizer's plan holds all; a coordinator's their participants and what belongs to nobody."""

    def work(unit: Unit) -> tuple[World, World]:
        people.update_person(unit, contest.jurors[2], coordinator_id=contest.coordinators[1])
        people.update_person(unit, contest.jurors[1], left_at=NOW)
        profiles.declare(unit, contest.jurors[0], contest.places[0], reason="rodzina", now=NOW)
        return contest.gather(unit), contest.gather(unit, contest.coordinators[0])

    everything, mine = await database.run(work)
    assert [place.participant_id for place in everything.places] == contest.places
    assert len(everything.needs) == 4
    assert [place.participant_id for place in mine.places] == contest.places[:1]
    assert [juror.person_id for juror in mine.jurors] == contest.jurors[:1]
    assert mine.jurors[0].conflicts == (contest.places[0],)
    assert [one.wave_id for one in everything.weeks] == [contest.wave] * 2


async def test_a_plan_becomes_slots_once(database: Database, contest: Contest) -> None:
    """Applied, four slots of different jurors at each participant; applied again, nothing more."""
    plan_id = await computed(database, contest)

    def work(unit: Unit) -> tuple[Applied | Refused, Applied | Refused]:
        by = contest.coordinators[0]
        return plan_facts.apply(unit, plan_id, now=NOW, by=by), plan_facts.apply(unit, plan_id, now=NOW, by=by)

    assert await database.run(work) == (Applied(4, 0, 0), Applied(4, 0, 0))
    found = await database.read(lambda unit: slots.of_edition(unit, contest.edition))
    assert len(found) == 4
    for place in contest.places:
        assert len({slot.person_id for slot in found if slot.participant_id == place}) == 2
    assert all(slot.plan_id == plan_id and slot.wave_id == contest.wave for slot in found)
    assert all(slot.opens_at < slot.due_at and slot.reserve_id is not None for slot in found)
    written = await database.read(lambda unit: journal.of_subject(unit, f"plan:{plan_id}"))
    assert [entry.what for entry in written] == ["plan.applied"]


async def test_planning_again_keeps_what_is_taken(database: Database, contest: Contest) -> None:
    """What is accepted or fixed is no need any more; the others keep their slot and, if they can, their juror."""
    first = await computed(database, contest)

    def work(unit: Unit) -> list[slots.Slot]:
        plan_facts.apply(unit, first, now=NOW, by=contest.coordinators[0])
        every = slots.of_edition(unit, contest.edition)
        slots.change(unit, every[0].id, is_fixed=True)
        asked = every[1]
        task = assignments.assign(
            unit,
            edition_id=contest.edition,
            participant_id=asked.participant_id,
            person_id=asked.person_id or 0,
            mode=asked.mode,
            scenario=asked.scenario,
            opens_at=asked.opens_at,
            due_at=asked.due_at,
            now=NOW,
            slot_id=asked.id,
        )
        assignments.change(unit, task, state=State.ACCEPTED, now=NOW)
        return every

    every = await database.run(work)
    world = await database.read(contest.gather)
    assert [need.slot_id for need in world.needs] == [every[2].id, every[3].id]
    assert len(world.taken) == 2
    second = await computed(database, contest)
    row = await database.read(lambda unit: plans.plan(unit, second))
    assert row is not None
    assert row.result is not None
    assert all(choice.is_kept for choice in plan_from_json(row.result).choices)
    assert audit.verdict(inputs=row.inputs, inputs_sha256=row.inputs_sha256, seed=1, result=row.result).is_sound
    await database.run(lambda unit: plan_facts.apply(unit, second, now=NOW, by=contest.coordinators[0]))
    after = await database.read(lambda unit: slots.of_edition(unit, contest.edition))
    assert [(slot.id, slot.person_id) for slot in after] == [(slot.id, slot.person_id) for slot in every]


async def test_slots_that_nothing_asks_for_are_closed(database: Database, contest: Contest) -> None:
    """Fewer contacts by the rules, or a participant withdrawn: their open slots close, those added by hand stay."""
    first = await computed(database, contest)

    def work(unit: Unit) -> None:
        plan_facts.apply(unit, first, now=NOW, by=contest.coordinators[0])
        coverage = {ANY_TYPE: (Coverage(Mode.VISIT, "wizyta", least=1),)}
        editions.set_rules(unit, contest.edition, replace(TWO_VISITS, coverage=coverage))
        editions.update_participant(unit, contest.places[1], withdrawn_at=NOW)
        slots.add(
            unit,
            edition_id=contest.edition,
            participant_id=contest.places[0],
            mode=Mode.PHONE,
            scenario="telefon",
            number=1,
            opens_at=NOW,
            due_at=NOW + timedelta(days=5),
            now=NOW,
        )

    await database.run(work)
    second = await computed(database, contest)
    done = await database.run(lambda unit: plan_facts.apply(unit, second, now=NOW, by=contest.coordinators[0]))
    assert done == Applied(2, 0, 3)
    left = await database.read(lambda unit: slots.of_edition(unit, contest.edition))
    assert [(slot.mode, slot.plan_id) for slot in left] == [(Mode.PHONE, None), (Mode.VISIT, second)]


async def test_a_stale_plan_is_refused(database: Database, contest: Contest) -> None:
    """Somebody left, a conflict was declared: what does not hold is listed, and nothing is written."""
    plan_id = await computed(database, contest)
    row = await database.read(lambda unit: plans.plan(unit, plan_id))
    assert row is not None
    assert row.result is not None
    chosen = plan_from_json(row.result).choices
    gone = chosen[0]
    other = next(one for one in chosen if one.person_id != gone.person_id)

    def work(unit: Unit) -> Applied | Refused:
        people.update_person(unit, gone.person_id, left_at=NOW)
        profiles.declare(unit, other.person_id, other.participant_id, reason="sąsiad", now=NOW)
        return plan_facts.apply(unit, plan_id, now=NOW, by=contest.coordinators[0])

    refused = await database.run(work)
    assert isinstance(refused, Refused)
    kinds = {(one.kind, one.choice.person_id, one.reason) for one in refused.stale}
    assert (StaleKind.FORBIDDEN, gone.person_id, Reason.LEFT) in kinds
    assert (StaleKind.FORBIDDEN, other.person_id, Reason.CONFLICT) in kinds
    assert await database.read(lambda unit: slots.of_edition(unit, contest.edition)) == []
    assert await database.run(lambda unit: plan_facts.apply(unit, 999, now=NOW, by=1)) == Refused()
    await database.run(lambda unit: plans.drop(unit, plan_id, NOW))
    dropped = await database.run(lambda unit: plan_facts.apply(unit, plan_id, now=NOW, by=1))
    assert dropped == Refused(state=PlanState.DROPPED)


async def test_a_contact_taken_meanwhile_makes_a_plan_stale(database: Database, contest: Contest) -> None:
    """A slot of the same number was filled by hand since the plan was computed."""
    plan_id = await computed(database, contest)

    def work(unit: Unit) -> Applied | Refused:
        slots.add(
            unit,
            edition_id=contest.edition,
            participant_id=contest.places[0],
            mode=Mode.VISIT,
            scenario="wizyta",
            number=1,
            opens_at=NOW,
            due_at=NOW + timedelta(days=5),
            person_id=contest.jurors[0],
            is_fixed=True,
            now=NOW,
        )
        return plan_facts.apply(unit, plan_id, now=NOW, by=contest.coordinators[0])

    refused = await database.run(work)
    assert isinstance(refused, Refused)
    assert {one.kind for one in refused.stale} >= {StaleKind.TAKEN}


async def test_the_next_best_is_near_free_and_not_asked_yet(database: Database, contest: Contest) -> None:
    """In the order of kilometres, without those asked, excluded, or at the same participant already."""

    def work(unit: Unit) -> tuple[list[int], int | None, int | None]:
        slot_id = slots.add(
            unit,
            edition_id=contest.edition,
            participant_id=contest.places[0],
            mode=Mode.VISIT,
            scenario="wizyta",
            number=1,
            opens_at=NOW,
            due_at=NOW + timedelta(days=6),
            now=NOW,
        )
        slot = slots.slot(unit, slot_id)
        assert slot is not None
        ranked = plan_facts.candidates(unit, slot, now=NOW)
        best = plan_facts.next_best(unit, slot, excluding=frozenset(), now=NOW)
        task = assignments.assign(
            unit,
            edition_id=contest.edition,
            participant_id=slot.participant_id,
            person_id=contest.jurors[0],
            mode=slot.mode,
            scenario=slot.scenario,
            opens_at=slot.opens_at,
            due_at=slot.due_at,
            now=NOW,
            slot_id=slot_id,
        )
        assignments.change(unit, task, state=State.DECLINED, now=NOW)
        next_one = plan_facts.next_best(unit, slot, excluding=frozenset({contest.jurors[1]}), now=NOW)
        nobody = plan_facts.next_best(unit, slot, excluding=frozenset(contest.jurors), now=NOW)
        assert nobody is None
        later = plan_facts.candidates(unit, slot, now=NOW + timedelta(days=30))
        assert later[0].reason is None
        return [one.person_id for one in ranked], best, next_one

    ranked, best, next_one = await database.run(work)
    assert ranked == contest.jurors
    assert best == contest.jurors[0]
    assert next_one == contest.jurors[2]


async def test_whoever_was_there_last_time_is_locked_out(database: Database, contest: Contest) -> None:
    """The same e-mail and the same NIP in the edition before; with no lock-out in the rules they may go."""

    def work(unit: Unit) -> tuple[World, World]:
        old = editions.add_edition(
            unit, name="I", starts_on=date(2025, 3, 1), ends_on=date(2025, 6, 1), time_zone="Europe/Warsaw"
        )
        place = editions.add_participant(
            unit, edition_id=old, name="Dawna nazwa", short_name="D", type="gmina", nip="nip1"
        )
        person = people.add_person(unit, edition_id=old, name="J", role=Role.JUROR, email=" 0@X.PL", now=NOW)
        task = assignments.assign(
            unit,
            edition_id=old,
            participant_id=place,
            person_id=person,
            mode=Mode.VISIT,
            scenario="wizyta",
            opens_at=NOW,
            due_at=NOW,
            now=NOW,
        )
        assignments.change(unit, task, state=State.DONE, now=NOW)
        locked = contest.gather(unit)
        editions.set_rules(unit, contest.edition, replace(TWO_VISITS, lockout_editions=0))
        return locked, contest.gather(unit)

    locked, free = await database.run(work)
    assert [juror.was_at for juror in locked.jurors] == [(contest.places[1],), (), ()]
    assert [juror.was_at for juror in free.jurors] == [(), (), ()]


@pytest.mark.parametrize(
    ("hours", "days"),
    [
        ("", WORKDAYS),
        ("pn–pt 8:00–16:00", WORKDAYS),
        ("pn–pt 8–16, sob. 9–13", (*WORKDAYS, 5)),
        ("pn-nd 10-18", (*WORKDAYS, 5, 6)),
        ("codziennie 8–20", (*WORKDAYS, 5, 6)),
        ("pn–pt 8–16; sobota nieczynne", WORKDAYS),
    ],
)
def test_open_days_are_read_from_the_hours(hours: str, days: tuple[int, ...]) -> None:
    """Monday to Friday unless the words say more."""
    assert plan_facts.open_days(hours) == days


async def test_a_plan_is_computed_by_the_worker(house: House) -> None:
    """Asked for, it is computed as a job, kept with its hash, and whoever asked is told."""
    coordinator = await house.guest("coordinator")
    world = house.world

    def ask(unit: Unit) -> int:
        profiles.save(unit, Profile(world.juror))
        return plan_facts.request(
            unit, edition_id=world.edition, coordinator_id=None, made_by=world.coordinator, now=house.clock()
        )

    plan_id = await house.run(ask)
    await house.settle()
    row = await house.read(lambda unit: plans.plan(unit, plan_id))
    assert row is not None
    assert (row.state, row.problem) == (PlanState.READY, None)
    assert row.result is not None
    found = audit.verdict(inputs=row.inputs, inputs_sha256=row.inputs_sha256, seed=row.seed, result=row.result)
    assert found.is_sound
    assert coordinator.text


async def test_a_plan_that_cannot_be_computed_says_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """After some tries the plan has failed with its problem; a dropped plan is left alone."""

    def broken(*_: object, **__: object) -> None:
        raise ValueError("no such thing")

    monkeypatch.setattr("bot.solver.compute", broken)
    world = house.world

    def ask(unit: Unit) -> int:
        return plan_facts.request(
            unit, edition_id=world.edition, coordinator_id=None, made_by=world.coordinator, now=house.clock()
        )

    plan_id = await house.run(ask)
    dropped = await house.run(ask)
    await house.run(lambda unit: plans.drop(unit, dropped, house.clock()))
    await house.passes(timedelta(minutes=5))
    row = await house.read(lambda unit: plans.plan(unit, plan_id))
    assert row is not None
    assert (row.state, row.problem) == (PlanState.FAILED, "ValueError: no such thing")
