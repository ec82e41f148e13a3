"""Lists and cards of participants and people, within what somebody may see. Counts come from ``storage.overview``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from storage import people as people_rows
from storage import schema
from storage.assignments import LIVE, State
from storage.editions import Participant
from storage.overview import NOTHING, Dimension, Figures, figures
from storage.people import Person, Role
from storage.scope import Scope
from storage.unit import Unit

_places, _people = schema.participants, schema.people
_addresses, _invitations, _assignments = schema.addresses, schema.invitations, schema.assignments


class Chat(StrEnum):
    """How somebody can be written to."""

    REACHED = "reached"
    OUT_OF_REACH = "out_of_reach"
    """Was in the chat, and blocked it."""
    INVITED = "invited"
    """Has a link that still works."""
    INVITATION_OVER = "invitation_over"
    """Had a link; it ended or was revoked."""
    NOT_INVITED = "not_invited"


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A participant in a list, with its contacts in numbers."""

    participant: Participant
    figures: Figures


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in a list, with their contacts in numbers."""

    person: Person
    figures: Figures
    chat: Chat


@dataclass(frozen=True, slots=True)
class Before:
    """The same participant in an earlier edition: how many contacts were done."""

    edition: str
    done: int


def places(unit: Unit, scope: Scope, *, now: datetime) -> list[PlaceLine]:
    """All participants within the scope, by name, withdrawn ones included."""
    counted = figures(unit, scope, now=now, by=(Dimension.PARTICIPANT,))
    return [PlaceLine(one, counted.get((one.id,), NOTHING)) for one in participants(unit, scope)]


def participants(unit: Unit, scope: Scope) -> list[Participant]:
    """The participants within the scope, by name."""
    columns = tuple(_places.c[field.name] for field in fields(Participant))
    query = select(*columns).where(_places.c.edition_id == scope.edition_id, *_of(scope, _places.c.coordinator_id))
    found = [Participant(**row._asdict()) for row in unit.execute(query)]
    return sorted(found, key=lambda one: (one.short_name.casefold(), one.id))


def people(unit: Unit, scope: Scope, *, now: datetime) -> list[PersonLine]:
    """The people within the scope, by role and name; a coordinator sees jurors, their own or nobody's."""
    found = persons(unit, scope)
    counted = figures(unit, Scope(scope.edition_id), now=now, by=(Dimension.PERSON,))
    chats = chats_of(unit, [person.id for person in found], now=now)
    return [PersonLine(person, counted.get((person.id,), NOTHING), chats[person.id]) for person in found]


def persons(unit: Unit, scope: Scope) -> list[Person]:
    """The people within the scope, jurors first, by name."""
    found = [one for one in people_rows.people(unit, edition_id=scope.edition_id) if sees_person(scope, one)]
    order = list(Role)
    return sorted(found, key=lambda person: (order.index(person.role), person.name.casefold(), person.id))


def sees_person(scope: Scope, person: Person) -> bool:
    """Whether somebody with that scope may see the person's card."""
    if scope.coordinator_id is not None and person.role is not Role.JUROR:
        return False
    return scope.sees(edition_id=person.edition_id, coordinator_id=person.coordinator_id)


def chats_of(unit: Unit, person_ids: Iterable[int], *, now: datetime) -> dict[int, Chat]:
    """How people can be written to."""
    wanted = list(person_ids)
    reached = _reachable(unit, wanted)
    invited = _open_invitations(unit, wanted, now)
    had = _ever_invited(unit, wanted)
    return {key: _chat(reached.get(key), is_open=key in invited, was_invited=key in had) for key in wanted}


def types(unit: Unit, scope: Scope) -> list[str]:
    """The types of participants there are within the scope, in order of their codes."""
    query = select(_places.c.type).where(_places.c.edition_id == scope.edition_id).distinct()
    return sorted(row.type for row in unit.execute(query))


def before(unit: Unit, participant: Participant) -> list[Before]:
    """The participant in earlier editions, told by NIP, number or name; the latest first."""
    editions = schema.editions
    mine = select(editions.c.starts_on).where(editions.c.id == participant.edition_id).scalar_subquery()
    same: list[ColumnElement[bool]] = [_places.c.name == participant.name]
    if participant.nip:
        same.append(_places.c.nip == participant.nip)
    if participant.number:
        same.append(and_(_places.c.number == participant.number, _places.c.city == participant.city))
    done = (
        select(func.count())
        .select_from(_assignments)
        .where(_assignments.c.participant_id == _places.c.id, _assignments.c.state == State.DONE.value)
        .correlate(_places)
        .scalar_subquery()
    )
    query = (
        select(editions.c.name, done.label("done"))
        .join(editions, editions.c.id == _places.c.edition_id)
        .where(editions.c.starts_on < mine, or_(*same))
        .order_by(editions.c.starts_on.desc(), _places.c.id)
    )
    return [Before(row.name, int(row.done)) for row in unit.execute(query)]


def queries_of(unit: Unit, participant_id: int) -> int:
    """How many queries about its results a participant has."""
    query = select(func.count()).select_from(schema.queries).where(schema.queries.c.participant_id == participant_id)
    return int(unit.execute(query).scalar_one())


def release(unit: Unit, coordinator_id: int) -> dict[str, int]:
    """What a coordinator looked after belongs to all of them from now on; how many of each there were."""
    counts: dict[str, int] = {}
    for table in (_places, _people, _assignments):
        mine = update(table).where(table.c.coordinator_id == coordinator_id)
        if table is _assignments:
            mine = mine.where(table.c.state.in_([state.value for state in LIVE]))
        counts[table.name] = unit.execute(mine.values(coordinator_id=None)).rowcount
    return counts


def same_place(unit: Unit, edition_id: int, *, field: str, value: str, but: int | None = None) -> int | None:
    """Another participant of the edition with that value of ``nip`` or ``number``; empty values are nobody's."""
    if not value:
        return None
    query = select(_places.c.id).where(_places.c.edition_id == edition_id, _places.c[field] == value)
    return _first(unit.execute(query).scalars(), but)


def same_email(unit: Unit, edition_id: int, email: str, *, but: int | None = None) -> int | None:
    """Another person of the edition with that e-mail, whatever its case; an empty one is nobody's."""
    if not email:
        return None
    query = select(_people.c.id).where(_people.c.edition_id == edition_id, func.lower(_people.c.email) == email.lower())
    return _first(unit.execute(query).scalars(), but)


def _first(ids: Iterable[int], but: int | None) -> int | None:
    return next((key for key in ids if key != but), None)


def _of(scope: Scope, coordinator: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    if scope.coordinator_id is None:
        return []
    return [or_(coordinator == scope.coordinator_id, coordinator.is_(None))]


def _reachable(unit: Unit, person_ids: list[int]) -> Mapping[int, bool]:
    """Whether any of somebody's chats can be reached; people without a chat are left out."""
    query = select(_addresses.c.person_id, _addresses.c.reachable).where(_addresses.c.person_id.in_(person_ids))
    found: dict[int, bool] = {}
    for row in unit.execute(query):
        found[row.person_id] = found.get(row.person_id, False) or row.reachable
    return found


def _open_invitations(unit: Unit, person_ids: list[int], now: datetime) -> frozenset[int]:
    table = _invitations.c
    query = select(table.person_id).where(
        table.person_id.in_(person_ids), table.used_at.is_(None), table.revoked_at.is_(None), table.expires_at > now
    )
    return frozenset(unit.execute(query).scalars())


def _ever_invited(unit: Unit, person_ids: list[int]) -> frozenset[int]:
    query = select(_invitations.c.person_id).where(_invitations.c.person_id.in_(person_ids)).distinct()
    return frozenset(unit.execute(query).scalars())


def _chat(is_reached: bool | None, *, is_open: bool, was_invited: bool) -> Chat:  # noqa: FBT001 - three states
    if is_reached is not None:
        return Chat.REACHED if is_reached else Chat.OUT_OF_REACH
    if is_open:
        return Chat.INVITED
    return Chat.INVITATION_OVER if was_invited else Chat.NOT_INVITED
