"""Who a broadcast goes to: the people of its author's part of the edition whom its filter lets through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from scenarios.model import Mode
from storage import schema
from storage.assignments import LIVE, State
from storage.people import Role
from storage.scope import Scope
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Chosen:
    """A broadcast's filter: what is empty or False lets everybody through, all the rest must hold together.

    ``waves``, ``modes`` and ``voivodships`` are those of one and the same task or planned contact of the person.
    """

    roles: tuple[Role, ...] = ()
    waves: tuple[int, ...] = ()
    modes: tuple[Mode, ...] = ()
    voivodships: tuple[str, ...] = ()
    late: bool = False
    """Has a task that is past its date."""
    unanswered: bool = False
    """Has an offer that was not answered."""
    people: tuple[int, ...] = ()

    def flipped(self, field: str, value: object) -> Chosen:
        """With one value taken in, or out if it was in; ``late`` and ``unanswered`` turn over."""
        now = getattr(self, field)
        changed: Any = not now
        if isinstance(now, tuple):
            changed = tuple(one for one in now if one != value) if value in now else (*now, value)
        return replace(self, **{field: changed})


def chosen_to_json(chosen: Chosen) -> dict[str, Any]:
    """JSON values that stand for the filter."""
    return {
        "roles": [role.value for role in chosen.roles],
        "waves": list(chosen.waves),
        "modes": [mode.value for mode in chosen.modes],
        "voivodships": list(chosen.voivodships),
        "late": chosen.late,
        "unanswered": chosen.unanswered,
        "people": list(chosen.people),
    }


def chosen_from_json(data: Mapping[str, Any]) -> Chosen:
    """What ``chosen_to_json`` was given."""
    return Chosen(
        roles=tuple(Role(role) for role in data["roles"]),
        waves=tuple(data["waves"]),
        modes=tuple(Mode(mode) for mode in data["modes"]),
        voivodships=tuple(data["voivodships"]),
        late=data["late"],
        unanswered=data["unanswered"],
        people=tuple(data["people"]),
    )


@dataclass(frozen=True, slots=True)
class Size:
    """How many a broadcast would go to: of ``people`` those ``without_chat`` will not get it; ``slots`` are offered."""

    people: int
    without_chat: int
    slots: int


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who can be chosen by name."""

    id: int
    name: str
    role: Role


_people = schema.people
_tasks = schema.assignments
_slots = schema.slots


def members(scope: Scope, *, author_id: int, chosen: Chosen, offers: bool, now: datetime) -> Select[Any]:
    """The ids of everybody it goes to. ``offers``: it offers planned contacts, and goes to those who have some."""
    conditions = [*_within(scope, author_id=author_id), *_roles(chosen)]
    if chosen.people:
        conditions.append(_people.c.id.in_(chosen.people))
    if offers:
        conditions.append(_ready(scope, chosen, now=now).where(_slots.c.person_id == _people.c.id).exists())
    else:
        conditions += _busy(chosen, now=now)
    return select(_people.c.id).where(*conditions)


def size(unit: Unit, scope: Scope, *, author_id: int, chosen: Chosen, offers: bool, now: datetime) -> Size:
    """How many it would go to now."""
    who = members(scope, author_id=author_id, chosen=chosen, offers=offers, now=now).subquery()
    reached = exists().where(schema.addresses.c.person_id == who.c.id, schema.addresses.c.reachable)
    total = unit.execute(select(func.count()).select_from(who)).scalar_one()
    silent = unit.execute(select(func.count()).select_from(who).where(~reached)).scalar_one()
    slots = 0
    if offers:
        found = _ready(scope, chosen, now=now).where(_slots.c.person_id.in_(select(who.c.id))).subquery()
        slots = unit.execute(select(func.count()).select_from(found)).scalar_one()
    return Size(int(total), int(silent), int(slots))


def first(unit: Unit, scope: Scope, *, author_id: int, chosen: Chosen, offers: bool, now: datetime) -> int | None:
    """Somebody it goes to, for showing what it will look like."""
    found = members(scope, author_id=author_id, chosen=chosen, offers=offers, now=now)
    person: int | None = unit.execute(found.order_by(_people.c.id).limit(1)).scalar()
    return person


def ready_slots(unit: Unit, scope: Scope, person_id: int, *, chosen: Chosen, now: datetime) -> list[int]:
    """The planned contacts in scope, meant for a person, that can be offered to them now; the soonest due first."""
    query = _ready(scope, chosen, now=now).where(_slots.c.person_id == person_id)
    return list(unit.execute(query.order_by(_slots.c.due_at, _slots.c.id)).scalars())


def everybody(unit: Unit, scope: Scope, *, author_id: int) -> list[Named]:
    """All whom the author may write to, by name."""
    query = select(_people.c.id, _people.c.name, _people.c.role).where(*_within(scope, author_id=author_id))
    rows = unit.execute(query.order_by(_people.c.name, _people.c.id))
    return [Named(row.id, row.name, Role(row.role)) for row in rows]


def voivodships(unit: Unit, edition_id: int) -> list[str]:
    """The voivodships the edition's participants lie in."""
    places = schema.participants
    query = select(places.c.voivodship).distinct().where(places.c.edition_id == edition_id, places.c.voivodship != "")
    return sorted(unit.execute(query).scalars())


def _within(scope: Scope, *, author_id: int) -> list[ColumnElement[bool]]:
    """An organizer writes to everybody but themselves, a coordinator to the jurors that are theirs or nobody's."""
    found = [_people.c.edition_id == scope.edition_id, _people.c.left_at.is_(None), _people.c.id != author_id]
    if scope.coordinator_id is None:
        return found
    theirs = or_(_people.c.coordinator_id.is_(None), _people.c.coordinator_id == scope.coordinator_id)
    return [*found, _people.c.role == Role.JUROR.value, theirs]


def _roles(chosen: Chosen) -> list[ColumnElement[bool]]:
    return [_people.c.role.in_([role.value for role in chosen.roles])] if chosen.roles else []


def _busy(chosen: Chosen, *, now: datetime) -> list[ColumnElement[bool]]:
    """People with tasks, or planned contacts, of the kind that is asked for."""
    found: list[ColumnElement[bool]] = []
    if chosen.late:
        found.append(_task(chosen, (State.ACCEPTED,)).where(_tasks.c.due_at < now).exists())
    if chosen.unanswered:
        found.append(_task(chosen, (State.OFFERED,)).exists())
    if not found and (chosen.waves or chosen.modes or chosen.voivodships):
        planned = _slot(chosen).where(_slots.c.person_id == _people.c.id)
        found.append(or_(_task(chosen, LIVE).exists(), planned.exists()))
    return found


def _task(chosen: Chosen, states: Sequence[State]) -> Select[Any]:
    """The tasks of a person in some states."""
    query = select(_tasks.c.id).where(
        _tasks.c.person_id == _people.c.id, _tasks.c.state.in_([state.value for state in states])
    )
    if chosen.modes:
        query = query.where(_tasks.c.mode.in_(_values(chosen.modes)))
    if chosen.waves:
        own = _slots.alias("own")
        query = query.where(exists().where(own.c.id == _tasks.c.slot_id, own.c.wave_id.in_(chosen.waves)))
    if chosen.voivodships:
        query = query.where(_lies(_tasks.c.participant_id, chosen))
    return query.correlate(_people)


def _slot(chosen: Chosen) -> Select[Any]:
    """Planned contacts that are still wanted."""
    query = select(_slots.c.id).where(_slots.c.closed_at.is_(None))
    if chosen.modes:
        query = query.where(_slots.c.mode.in_(_values(chosen.modes)))
    if chosen.waves:
        query = query.where(_slots.c.wave_id.in_(chosen.waves))
    if chosen.voivodships:
        query = query.where(_lies(_slots.c.participant_id, chosen))
    return query


def _ready(scope: Scope, chosen: Chosen, *, now: datetime) -> Select[Any]:
    """Planned contacts that nobody has, and that their person was not asked for before and may make."""
    own, places, conflicts = _tasks.alias("own"), schema.participants, schema.conflicts
    there = [places.c.id == _slots.c.participant_id, places.c.withdrawn_at.is_(None)]
    if scope.coordinator_id is not None:
        there.append(or_(places.c.coordinator_id.is_(None), places.c.coordinator_id == scope.coordinator_id))
    in_conflict = exists().where(
        conflicts.c.person_id == _slots.c.person_id, conflicts.c.participant_id == _slots.c.participant_id
    )
    has_been = exists().where(
        own.c.slot_id == _slots.c.id,
        or_(own.c.state.in_([state.value for state in LIVE]), own.c.person_id == _slots.c.person_id),
    )
    return (
        _slot(chosen)
        .where(and_(_slots.c.person_id.is_not(None), _slots.c.due_at > now, ~has_been))
        .where(exists().where(*there), ~in_conflict)
    )


def _lies(participant: ColumnElement[Any], chosen: Chosen) -> ColumnElement[bool]:
    places = schema.participants
    return exists().where(places.c.id == participant, places.c.voivodship.in_(chosen.voivodships))


def _values(modes: Iterable[Mode]) -> list[str]:
    return [mode.value for mode in modes]
