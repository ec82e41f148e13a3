"""Who of an edition was invited, who came, and whose link is still open; links are known only by their hashes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import case, func, select, update

from storage import people, schema
from storage.people import Person
from storage.unit import Unit


class Invited(StrEnum):
    """How far a person is on the way into the chat."""

    NOT_YET = "not_yet"
    WAITING = "waiting"
    """There is a link that can be used."""
    EXPIRED = "expired"
    """All links are over or revoked, and none was used."""
    CAME = "came"
    LEFT = "left"
    """Takes no part any more."""


@dataclass(frozen=True, slots=True)
class Invitee:
    """A person and their way in. ``until`` is when the open link ends."""

    person: Person
    state: Invited
    until: datetime | None = None


table = schema.invitations


def invitees(unit: Unit, edition_id: int, *, now: datetime) -> list[Invitee]:
    """Everybody of an edition, in the order they were added."""
    is_open = table.c.used_at.is_(None) & table.c.revoked_at.is_(None) & (table.c.expires_at > now)
    links = (
        select(table.c.person_id, func.max(case((is_open, table.c.expires_at))).label("until"))
        .join(schema.people, schema.people.c.id == table.c.person_id)
        .where(schema.people.c.edition_id == edition_id)
        .group_by(table.c.person_id)
    )
    until = {row.person_id: row.until for row in unit.execute(links)}
    came = (
        select(schema.addresses.c.person_id)
        .join(schema.people, schema.people.c.id == schema.addresses.c.person_id)
        .where(schema.people.c.edition_id == edition_id)
    )
    arrived = set(unit.execute(came).scalars())
    return [_invitee(one, until, arrived) for one in people.people(unit, edition_id=edition_id)]


def invitee(unit: Unit, person_id: int, *, now: datetime) -> Invitee | None:
    """The person of that id and their way in."""
    person = people.person(unit, person_id)
    if person is None:
        return None
    is_open = table.c.used_at.is_(None) & table.c.revoked_at.is_(None) & (table.c.expires_at > now)
    query = select(func.count().label("n"), func.max(case((is_open, table.c.expires_at))).label("until"))
    row = unit.execute(query.where(table.c.person_id == person_id)).one()
    arrived = {person_id} if people.addresses(unit, person_id) else set()
    return _invitee(person, {person_id: row.until} if row.n else {}, arrived)


def is_open(unit: Unit, token_hash: str, now: datetime) -> bool:
    """Whether a link can be used. Nothing is locked or changed."""
    query = select(table.c.id).where(
        table.c.token_hash == token_hash,
        table.c.used_at.is_(None),
        table.c.revoked_at.is_(None),
        table.c.expires_at > now,
    )
    return unit.execute(query).first() is not None


def revoke_open(unit: Unit, person_id: int, now: datetime) -> int:
    """Make all links of a person useless that were not used yet; returns how many."""
    changed = unit.execute(
        update(table)
        .where(table.c.person_id == person_id, table.c.used_at.is_(None), table.c.revoked_at.is_(None))
        .where(table.c.expires_at > now)
        .values(revoked_at=now)
    )
    return changed.rowcount


def _invitee(person: Person, until: dict[int, datetime | None], arrived: set[int]) -> Invitee:
    if person.left_at is not None:
        return Invitee(person, Invited.LEFT)
    if person.id in arrived:
        return Invitee(person, Invited.CAME, until.get(person.id))
    if until.get(person.id) is not None:
        return Invitee(person, Invited.WAITING, until[person.id])
    return Invitee(person, Invited.EXPIRED if person.id in until else Invited.NOT_YET)
