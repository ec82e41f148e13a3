"""What planning knows of an edition, gathered in a unit; the next best juror for one slot; a plan made into slots."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from bot.jobs import put_solve
from bot.planning import audit
from bot.planning.costs import REPEAT, Costs
from bot.planning.eligibility import TRAVELLED, km_between
from bot.planning.facts import WORKDAYS, JurorFact, Limits, Need, PlaceFact, Taken, Week, World, world_from_json
from bot.planning.ledger import Ledger
from bot.planning.needs import SlotFact, Span, monday_of, needs_of, weeks_of
from bot.planning.result import Choice, PlanResult, Reason, hole_to_json, plan_from_json
from scenarios.calendar import public_holidays
from storage import editions, journal, people, plans, profiles, slots
from storage.assignments import State
from storage.database import Unit
from storage.editions import Edition, Participant
from storage.people import Person, Role
from storage.plans import BUSY, Load, PlanState
from storage.profiles import Profile
from storage.rules import OUTSIDER_KM
from storage.scope import Scope
from storage.slots import Slot

SATURDAY, SUNDAY = 5, 6
_SATURDAYS = re.compile(r"\b(sob|so\b|sat)", re.IGNORECASE)
_SUNDAYS = re.compile(r"\b(niedz|nd|sun)", re.IGNORECASE)
_EVERY_DAY = re.compile(r"codzien|daily|7 dni|24/7", re.IGNORECASE)
_CLOSED = re.compile(r"(sob|so|sat|niedz|nd|sun)[^,;]{0,20}(nieczynn|zamkn|closed)", re.IGNORECASE)
LAST_MOMENT = time(23, 59, 59)
A_WEEK = timedelta(days=6)
NEAR_DAYS = timedelta(days=14)
"""Contacts farther from a slot's window than this cannot lie in its week."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A juror for one slot, with the kilometres, their contacts so far, and what speaks against them, if anything."""

    person_id: int
    km: float | None
    load: int
    reason: Reason | None
    cost: float


class StaleKind(StrEnum):
    """How the world moved away from a plan."""

    TAKEN = "taken"
    """The contact is not open any more: taken, done, fixed by hand, or not wanted."""
    FORBIDDEN = "forbidden"
    """The juror cannot make it any more, or not then."""


@dataclass(frozen=True, slots=True)
class Stale:
    """A choice that does not hold any more."""

    kind: StaleKind
    choice: Choice
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying a plan brought. ``unplanned``: contacts that came to be needed since it was computed."""

    filled: int
    holes: int
    closed: int
    unplanned: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was written: the plan is not there, not ready, or the world has moved on."""

    stale: tuple[Stale, ...] = ()
    state: PlanState | None = None


def request(unit: Unit, *, edition_id: int, coordinator_id: int | None, made_by: int, now: datetime) -> int:
    """Have a plan computed, of all the edition or of one coordinator's part; returns its id.

    The seed is the moment it was asked for, so that nobody chooses it after seeing what it brings.
    """
    seed = int(now.timestamp()) % 2**31
    inputs = {"coordinator_id": coordinator_id}
    plan_id = plans.begin(unit, edition_id=edition_id, made_by=made_by, seed=seed, inputs=inputs, now=now)
    put_solve(unit, plan_id, now=now)
    details = {"plan": plan_id, "seed": seed, "coordinator": coordinator_id}
    journal.write(unit, at=now, who=made_by, what="plan.asked", subject=f"edition:{edition_id}", details=details)
    return plan_id


def gather(unit: Unit, edition_id: int, scope: Scope, now: datetime) -> World:
    """Everything a plan is computed from, as it is now. Raises ``LookupError`` for an edition that is not there."""
    edition = _edition(unit, edition_id)
    zone = ZoneInfo(edition.time_zone)
    today = now.astimezone(zone).date()
    places = [one for one in editions.participants(unit, edition_id) if one.withdrawn_at is None]
    places = [one for one in places if scope.sees(edition_id=edition_id, coordinator_id=one.coordinator_id)]
    jurors = [
        one
        for one in _jurors(unit, edition, places)
        if scope.sees(edition_id=edition_id, coordinator_id=one.coordinator_id) and not one.has_left
    ]
    place_facts = tuple(_place(one) for one in places)
    standing = _standing(unit, edition_id, scope)
    spans = _spans(unit, edition)
    weeks = weeks_of(spans, today=today)
    needs, unwanted = needs_of(edition.rules, place_facts, spans=spans, weeks=weeks, slots=standing)
    there = {one.id for one in places}
    unwanted = (
        *unwanted,
        *(one.slot_id for one in standing if not one.is_held and one.participant_id not in there),
    )
    open_slots = {need.slot_id for need in needs if need.slot_id is not None} | set(unwanted)
    taken = [load for load in plans.loads(unit, edition_id) if load.slot_id not in open_slots]
    return World(
        today=today,
        jurors=tuple(jurors),
        places=place_facts,
        weeks=weeks,
        needs=needs,
        taken=tuple(_taken(load, zone) for load in taken),
        limits=Limits(edition.rules.weekly_load, edition.rules.small_gmina_outsiders, OUTSIDER_KM),
        free_days=_free_days(weeks),
        unwanted=tuple(sorted(unwanted)),
    )


def candidates(unit: Unit, slot: Slot, *, now: datetime) -> list[Candidate]:
    """All jurors of the edition for one slot: those who can first, the cheapest of them first."""
    world = _world_of(unit, slot, now)
    if world is None:
        return []
    ledger = Ledger(world)
    costs = Costs(world, 0, before=ledger)
    need, place = world.needs[0], world.places[0]
    found = []
    for juror in world.jurors:
        if juror.has_left:
            continue
        reasons = ledger.reasons_against(juror, need)
        again = REPEAT if ledger.at_place[juror.person_id, place.participant_id] else 0.0
        found.append(
            Candidate(
                person_id=juror.person_id,
                km=_rounded(km_between(juror, place)) if need.mode in TRAVELLED else None,
                load=ledger.total[juror.person_id],
                reason=reasons[0] if reasons else None,
                cost=costs.of_pair(juror, place, need) + again + costs.of_load(juror, 1),
            )
        )
    return sorted(found, key=lambda one: (one.reason is not None, one.cost, one.load, one.person_id))


def next_best(unit: Unit, slot: Slot, *, excluding: frozenset[int], now: datetime) -> int | None:
    """The best juror who can take the slot in its own window; None: nobody can."""
    for one in candidates(unit, slot, now=now):
        if one.reason is None and one.person_id not in excluding:
            return one.person_id
    return None


# A plan made into slots ---------------------------------------------------------------------------------------------


def apply(unit: Unit, plan_id: int, *, now: datetime, by: int) -> Applied | Refused:
    """Make a plan's choices the edition's slots; applying it again changes nothing.

    Refused, and nothing written, where a choice does not hold any more: somebody has to look, or plan anew.
    """
    row = plans.plan(unit, plan_id, lock=True)
    if row is None or row.result is None:
        return Refused(state=None if row is None else row.state)
    plan = plan_from_json(row.result)
    if row.state is PlanState.APPLIED:
        return Applied(len(plan.choices), len(plan.holes), 0)
    if row.state is not PlanState.READY:
        return Refused(state=row.state)
    then = world_from_json(row.inputs)
    today = gather(unit, row.edition_id, _scope(row.edition_id, plan_inputs_scope(row.inputs)), now)
    stale = _stale(plan, today)
    if stale:
        return Refused(stale, row.state)
    zone = ZoneInfo(_edition(unit, row.edition_id).time_zone)
    _write(unit, plan, today, edition_id=row.edition_id, plan_id=plan_id, zone=zone, now=now)
    closed = plans.close_slots(unit, sorted(set(then.unwanted) & set(today.unwanted)), now)
    plans.applied(unit, plan_id, now)
    known = {_name(one) for one in (*plan.choices, *plan.holes)}
    done = Applied(len(plan.choices), len(plan.holes), closed, sum(_name(need) not in known for need in today.needs))
    details = {"filled": done.filled, "holes": done.holes, "closed": closed, "unplanned": done.unplanned}
    journal.write(unit, at=now, who=by, what="plan.applied", subject=f"plan:{plan_id}", details=details)
    return done


def plan_inputs_scope(inputs: Mapping[str, Any]) -> int | None:
    """Whose part of the edition a plan is for; None: all of it."""
    found: int | None = inputs.get("coordinator_id")
    return found


def _stale(plan: PlanResult, today: World) -> tuple[Stale, ...]:
    """The choices that do not hold in the world as it is now."""
    now_needed = {_name(need): need for need in today.needs}
    gone = [choice for choice in plan.choices if _gone(choice, now_needed.get(_name(choice)))]
    missing = {juror.person_id for juror in today.jurors}
    left = [choice for choice in plan.choices if choice not in gone and choice.person_id not in missing]
    skipped = {choice.slot for choice in (*gone, *left)}
    rest = {now_needed[_name(choice)].key: choice for choice in plan.choices if choice.slot not in skipped}
    moved = replace(plan, choices=tuple(replace(choice, slot=key) for key, choice in rest.items()))
    broken = audit.broken_rules(today, moved)
    return (
        *(Stale(StaleKind.TAKEN, choice) for choice in gone),
        *(Stale(StaleKind.FORBIDDEN, choice, Reason.LEFT) for choice in left),
        *(Stale(StaleKind.FORBIDDEN, rest[key], reason) for key, reason in broken),
    )


def _gone(choice: Choice, need: Need | None) -> bool:
    return need is None or (choice.slot_id is not None and need.slot_id != choice.slot_id)


def _name(one: Need | Choice | Any) -> tuple[int, str, str, int]:  # noqa: ANN401 - a hole, too
    return one.participant_id, one.mode.value, one.scenario, one.number


def _write(
    unit: Unit, plan: PlanResult, today: World, *, edition_id: int, plan_id: int, zone: ZoneInfo, now: datetime
) -> None:
    """Slots that are there are changed, the others added; those added by hand stay marked as such."""
    by_hand = {slot.id for slot in slots.of_edition(unit, edition_id) if slot.plan_id is None}
    slot_of = {_name(need): need.slot_id for need in today.needs}
    planned: list[tuple[tuple[int, str, str, int], dict[str, Any]]] = []
    for choice in plan.choices:
        who: dict[str, Any] = {"person_id": choice.person_id, "reserve_id": choice.reserve_id, "hole": None}
        planned.append((_name(choice), {**who, **_dates(choice.opens_on, choice.due_on, choice.wave_id, zone)}))
    for hole in plan.holes:
        who = {"person_id": None, "reserve_id": None, "hole": hole_to_json(hole)}
        planned.append((_name(hole), {**who, **_dates(hole.opens_on, hole.due_on, hole.wave_id, zone)}))
    added, kept, changed = list[dict[str, Any]](), list[dict[str, Any]](), list[dict[str, Any]]()
    for name, values in planned:
        if name not in slot_of:
            continue  # a hole that nobody needs filled any more
        slot_id = slot_of[name]
        participant_id, mode, scenario, number = name
        if slot_id is None:
            whose = {"edition_id": edition_id, "participant_id": participant_id, "plan_id": plan_id}
            what = {"mode": mode, "scenario": scenario, "case": None, "number": number, "is_fixed": False}
            added.append({**whose, **what, **values, "created_at": now, "closed_at": None})
        elif slot_id in by_hand:
            kept.append({"id": slot_id, **values})
        else:
            changed.append({"id": slot_id, **values, "plan_id": plan_id})
    plans.add_slots(unit, added)
    plans.change_slots(unit, kept)
    plans.change_slots(unit, changed)


def _dates(opens_on: date, due_on: date, wave_id: int | None, zone: ZoneInfo) -> dict[str, Any]:
    """From the first moment of the one day to the last of the other, local time."""
    opens = datetime.combine(opens_on, time(), zone).astimezone(UTC)
    due = datetime.combine(due_on, LAST_MOMENT, zone).astimezone(UTC)
    return {"opens_at": opens, "due_at": due, "wave_id": wave_id}


# Facts --------------------------------------------------------------------------------------------------------------


def _world_of(unit: Unit, slot: Slot, now: datetime) -> World | None:
    """A world of one slot in its own window: other contacts only fill the jurors' limits."""
    participant = editions.participant(unit, slot.participant_id)
    if participant is None:
        return None
    edition = _edition(unit, slot.edition_id)
    zone = ZoneInfo(edition.time_zone)
    today = now.astimezone(zone).date()
    opens = max(today, slot.opens_at.astimezone(zone).date())
    due = slot.due_at.astimezone(zone).date()
    due = due if due >= opens else opens + A_WEEK
    coverage = next(
        (
            one
            for one in edition.rules.coverage_of(participant.type)
            if (one.mode, one.scenario) == (slot.mode, slot.scenario)
        ),
        None,
    )
    chain = plans.chains(unit, slot.edition_id, slot_id=slot.id).get(slot.id, [])
    need = Need(
        key=0,
        participant_id=participant.id,
        mode=slot.mode,
        scenario=slot.scenario,
        number=slot.number,
        weeks=(0,),
        least=1 if coverage is None else max(coverage.least, 1),
        by=1 if coverage is None else min(coverage.by, coverage.least),
        slot_id=slot.id,
        asked=tuple(sorted({person for person, state in chain if state.value not in BUSY})),
    )
    loads = [load for load in plans.loads(unit, slot.edition_id) if load.slot_id != slot.id]
    near = (slot.opens_at - NEAR_DAYS, max(slot.due_at, now) + NEAR_DAYS)
    return World(
        today=today,
        jurors=tuple(_jurors(unit, edition, [participant])),
        places=(replace(_place(participant), keys_from=None),),
        weeks=(Week(opens, due, monday_of(opens, due)),),
        needs=(need,),
        taken=tuple(_taken(load, zone, within=near) for load in loads),
        limits=Limits(len(loads) + 1, edition.rules.small_gmina_outsiders, OUTSIDER_KM),
        free_days=_free_days((Week(opens, due, opens),)),
    )


def _edition(unit: Unit, edition_id: int) -> Edition:
    found = editions.edition(unit, edition_id)
    if found is None:
        raise LookupError(f"there is no edition {edition_id}")
    return found


def _scope(edition_id: int, coordinator_id: int | None) -> Scope:
    return Scope(edition_id, coordinator_id)


def _spans(unit: Unit, edition: Edition) -> list[Span]:
    waves = [Span(wave.id, wave.starts_on, wave.ends_on) for wave in editions.waves(unit, edition.id)]
    return waves or [Span(None, edition.starts_on, edition.ends_on)]


def _standing(unit: Unit, edition_id: int, scope: Scope) -> list[SlotFact]:
    """The open slots of the participants in scope, withdrawn ones included."""
    seen = {
        one.id
        for one in editions.participants(unit, edition_id)
        if scope.sees(edition_id=edition_id, coordinator_id=one.coordinator_id)
    }
    chains = plans.chains(unit, edition_id)
    return [
        _slot(slot, chains.get(slot.id, []))
        for slot in slots.of_edition(unit, edition_id)
        if slot.participant_id in seen
    ]


def _slot(slot: Slot, chain: Sequence[tuple[int, State]]) -> SlotFact:
    return SlotFact(
        slot_id=slot.id,
        participant_id=slot.participant_id,
        mode=slot.mode,
        scenario=slot.scenario,
        number=slot.number,
        wave_id=slot.wave_id,
        person_id=slot.person_id,
        is_held=slot.is_fixed or any(state.value in BUSY for _, state in chain),
        is_by_hand=slot.plan_id is None,
        asked=tuple(person for person, state in chain if state.value not in BUSY),
    )


def _jurors(unit: Unit, edition: Edition, places: Sequence[Participant]) -> list[JurorFact]:
    """All jurors of the edition, with conflicts and lock-outs as far as they touch these participants."""
    known = profiles.profiles(unit, edition.id)
    there = {one.id for one in places}
    conflicts: dict[int, set[int]] = {}
    for one in profiles.conflicts(unit, edition.id):
        if one.participant_id in there:
            conflicts.setdefault(one.person_id, set()).add(one.participant_id)
    visited = _visited(unit, edition, places)
    return [
        _juror(
            person,
            known.get(person.id),
            conflicts=conflicts.get(person.id, set()),
            was_at=visited.get(_folded(person.email), set()) if person.email else set(),
        )
        for person in people.people(unit, edition_id=edition.id, role=Role.JUROR)
    ]


def _visited(unit: Unit, edition: Edition, places: Sequence[Participant]) -> dict[str, set[int]]:
    """By e-mail: the participants of this edition that a person contacted in those the lock-out looks back on.

    A participant is found again by its NIP; where one of the two is not known, by its number or name.
    """
    back = edition.rules.lockout_editions
    before = plans.visited_before(unit, starts_on=edition.starts_on, edition_id=edition.id, editions_back=back)
    by_nip, by_number, by_name = _index(places, "nip"), _index(places, "number"), _index(places, "name")
    nips = {place.id: place.nip for place in places}
    found: dict[str, set[int]] = {}
    for one in before:
        same = by_nip.get(_folded(one.nip), set()) if one.nip else set()
        alike = (by_number.get(_folded(one.number), set()) if one.number else set()) | by_name.get(
            _folded(one.name), set()
        )
        same = same | {place for place in alike if not (one.nip and nips[place] and one.nip != nips[place])}
        found.setdefault(_folded(one.person_email), set()).update(same)
    return found


def _index(places: Sequence[Participant], name: str) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for place in places:
        found.setdefault(_folded(getattr(place, name)), set()).add(place.id)
    return found


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _juror(person: Person, profile: Profile | None, *, conflicts: set[int], was_at: set[int]) -> JurorFact:
    given = profile or Profile(person.id)
    return JurorFact(
        person_id=person.id,
        modes=given.modes,
        latitude=given.latitude,
        longitude=given.longitude,
        radius_km=given.radius_km,
        weekly_limit=given.weekly_limit,
        total_limit=given.total_limit,
        days=given.days,
        certified=given.certified,
        languages=given.languages,
        coordinator_id=person.coordinator_id,
        conflicts=tuple(sorted(conflicts)),
        was_at=tuple(sorted(was_at)),
        has_profile=profile is not None,
        has_left=person.left_at is not None,
    )


def _place(one: Participant) -> PlaceFact:
    return PlaceFact(
        participant_id=one.id,
        type=one.type,
        latitude=one.latitude,
        longitude=one.longitude,
        voivodship=one.voivodship,
        is_small=one.is_small,
        coordinator_id=one.coordinator_id,
        open_days=open_days(one.hours),
        keys_from=one.keys_from,
    )


def open_days(hours: str) -> tuple[int, ...]:
    """The days of the week an institution is open, as far as its hours tell; Monday to Friday otherwise."""
    if _EVERY_DAY.search(hours):
        return (*WORKDAYS, SATURDAY, SUNDAY)
    told = _CLOSED.sub("", hours)
    sunday = _SUNDAYS.search(told) is not None
    saturday = sunday or _SATURDAYS.search(told) is not None
    return (*WORKDAYS, *((SATURDAY,) if saturday else ()), *((SUNDAY,) if sunday else ()))


def _taken(load: Load, zone: ZoneInfo, *, within: tuple[datetime, datetime] | None = None) -> Taken:
    """A contact that stays. ``within``: when it matters in which week it lies; None: always."""
    monday = None
    if within is None or (load.due_at >= within[0] and load.opens_at <= within[1]):
        monday = monday_of(load.opens_at.astimezone(zone).date(), load.due_at.astimezone(zone).date())
    return Taken(load.participant_id, load.mode, load.scenario, load.person_id, monday)


def _free_days(weeks: Sequence[Week]) -> tuple[date, ...]:
    if not weeks:
        return ()
    first, last = min(week.starts_on for week in weeks), max(week.ends_on for week in weeks)
    years = range(first.year, last.year + 1)
    return tuple(sorted(day for year in years for day in public_holidays(year) if first <= day <= last))


def _rounded(km: float | None) -> float | None:
    return None if km is None else round(km, 1)
