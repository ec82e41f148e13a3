"""Plans and planned contacts as entries of lists, with names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from bot.i18n import texts
from bot.planning.result import Hole, PlanResult, hole_from_json
from bot.roles.plan_facts import Stale, StaleKind
from bot.views.common import mode_name
from bot.views.office.planning import HoleFact, JurorEntry, ListedSlot, PlaceEntry
from bot.views.office.reasons import counted, hole_text, nearest_text, reason_text
from scenarios.model import Mode
from storage import editions, overview, people, slots
from storage.database import Unit
from storage.people import Role
from storage.planned import Stage, Wanted
from storage.scope import Scope
from storage.slots import Slot

NEAREST_TOLD = 2
"""So many of the nearest misses are named."""


def place_names(unit: Unit, edition_id: int) -> dict[int, str]:
    """The participants' short names."""
    return {one.id: one.short_name for one in editions.participants(unit, edition_id)}


def juror_names(unit: Unit, edition_id: int) -> dict[int, str]:
    """The jurors' names."""
    return {one.id: one.name for one in people.people(unit, edition_id=edition_id, role=Role.JUROR)}


def days_text(opens_on: date, due_on: date) -> str:
    """The days of a window."""
    return f"{opens_on:%d.%m}–{due_on:%d.%m}"


def place_entries(unit: Unit, result: PlanResult, *, edition_id: int) -> list[PlaceEntry]:
    """A plan by participants, in the order of their names."""
    places, jurors = place_names(unit, edition_id), juror_names(unit, edition_id)
    order, found = list(Mode), defaultdict(list)
    for one in result.choices:
        days = days_text(one.opens_on, one.due_on)
        found[one.participant_id].append((one.mode, one.number, jurors.get(one.person_id, "–"), one.km, days))
    for hole in result.holes:
        days = days_text(hole.opens_on, hole.due_on)
        found[hole.participant_id].append((hole.mode, hole.number, "", None, days))
    entries = [
        PlaceEntry(places.get(place, "–"), tuple(sorted(every, key=lambda one: (order.index(one[0]), one[1]))))
        for place, every in found.items()
    ]
    return sorted(entries, key=lambda entry: entry.place)


def juror_entries(unit: Unit, result: PlanResult, *, edition_id: int) -> list[JurorEntry]:
    """A plan by jurors, the busiest first; those with nothing included."""
    jurors = juror_names(unit, edition_id)
    modes: defaultdict[int, Counter[Mode]] = defaultdict(Counter)
    km: Counter[int] = Counter()
    for one in result.choices:
        modes[one.person_id][one.mode] += 1
        km[one.person_id] += one.km or 0  # type: ignore[assignment]
    entries = [
        JurorEntry(jurors.get(person, "–"), total, dict(modes[person]), float(km[person]))
        for person, total in result.load.items()
    ]
    return sorted(entries, key=lambda entry: (-entry.total, entry.name))


def hole_facts(unit: Unit, holes: Iterable[Hole], *, edition_id: int, language: str) -> list[HoleFact]:
    """The holes of a plan with their reasons."""
    places, jurors = place_names(unit, edition_id), juror_names(unit, edition_id)
    return [
        HoleFact(
            places.get(hole.participant_id, "–"),
            hole.mode,
            hole.number,
            why(hole, jurors, language=language),
            hole.slot_id,
        )
        for hole in holes
    ]


def slot_hole_facts(unit: Unit, scope: Scope, *, now: datetime, language: str) -> list[HoleFact]:
    """The planned contacts nobody makes now, with what the plan or the chain said of them."""
    jurors = juror_names(unit, scope.edition_id)
    wanted = Wanted(stages=frozenset({Stage.HOLE}))
    every = {one.id: one for one in slots.of_edition(unit, scope.edition_id)}
    found = []
    for one in overview.planned_contacts(unit, scope, now=now, wanted=wanted):
        slot = None if one.slot_id is None else every.get(one.slot_id)
        if slot is not None:
            found.append(
                HoleFact(one.participant, one.mode, slot.number, _why_now(slot, jurors, language=language), slot.id)
            )
    return found


def listed_slots(unit: Unit, scope: Scope, *, mode: Mode | None, now: datetime) -> list[ListedSlot]:
    """What is planned now, the soonest due first."""
    numbers = {one.id: one.number for one in slots.of_edition(unit, scope.edition_id)}
    return [
        ListedSlot(
            one.slot_id,
            one.participant,
            one.mode,
            0 if one.slot_id is None else numbers.get(one.slot_id, 0),
            one.person,
            one.stage,
            one.opens_at,
            one.due_at,
        )
        for one in overview.planned_contacts(unit, scope, now=now, wanted=Wanted(mode=mode))
    ]


def why(hole: Hole, jurors: dict[int, str], *, language: str) -> str:
    """Why nobody makes a contact: everybody counted by reason, and the nearest misses."""
    _ = texts(language)
    lines = [counted(_, hole.reasons) + "."]
    lines += [nearest_text(_, miss, jurors.get(miss.person_id, "–")) for miss in hole.nearest[:NEAREST_TOLD]]
    return "\n".join(lines)


def stale_lines(unit: Unit, found: Iterable[Stale], *, edition_id: int, language: str) -> list[str]:
    """What does not hold any more in a plan, a line each."""
    places, jurors = place_names(unit, edition_id), juror_names(unit, edition_id)
    _ = texts(language)
    lines = []
    for one in found:
        what = f"{places.get(one.choice.participant_id, '–')} – {mode_name(one.choice.mode, language=language)}"
        what = f"{what} {one.choice.number}"
        if one.kind is StaleKind.TAKEN:
            lines.append(_("{contact} is settled or not needed any more", contact=what))
        else:
            reason = "" if one.reason is None else reason_text(_, one.reason)
            lines.append(f"{what}: {jurors.get(one.choice.person_id, '–')} – {reason}")
    return lines


def _why_now(slot: Slot, jurors: dict[int, str], *, language: str) -> str:
    if slot.hole is None or "nearest" not in slot.hole:
        return hole_text(slot.hole, language=language)
    return why(hole_from_json(slot.hole), jurors, language=language)
