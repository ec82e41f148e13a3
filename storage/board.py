"""The jury board of an edition: the people who vote on its licences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from storage import schema
from storage.insert import insert_or_replace
from storage.people import Role
from storage.unit import Unit

table = schema.board_members
_people = schema.people


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on the board, whatever else they do."""

    person_id: int
    name: str
    role: Role
    since: datetime


_MEMBERS = select(table.c.person_id, _people.c.name, _people.c.role, table.c.since).join(
    _people, _people.c.id == table.c.person_id
)


def join(unit: Unit, person_id: int, *, edition_id: int, now: datetime) -> bool:
    """Put a person on the board; ``False`` if they are on it."""
    if is_member(unit, person_id):
        return False
    values = {"person_id": person_id, "edition_id": edition_id, "since": now, "left_at": None}
    insert_or_replace(unit, table, values, key="person_id", replaces=("edition_id", "since", "left_at"))
    return True


def leave(unit: Unit, person_id: int, *, now: datetime) -> bool:
    """Take a person off the board; ``False`` if they are not on it. What they voted stays."""
    query = update(table).where(table.c.person_id == person_id, table.c.left_at.is_(None)).values(left_at=now)
    return unit.execute(query).rowcount == 1


def is_member(unit: Unit, person_id: int) -> bool:
    """Whether a person is on the board now."""
    query = select(table.c.person_id).where(table.c.person_id == person_id, table.c.left_at.is_(None))
    return unit.execute(query).first() is not None


def members(unit: Unit, edition_id: int) -> list[Member]:
    """Who is on the board of an edition now and still takes part in it, in the order in which they joined."""
    query = _MEMBERS.where(table.c.edition_id == edition_id, table.c.left_at.is_(None), _people.c.left_at.is_(None))
    return [_member(row) for row in unit.execute(query.order_by(table.c.since, table.c.person_id))]


def _member(row: Row[Any]) -> Member:
    return Member(**{**row._asdict(), "role": Role(row.role)})
