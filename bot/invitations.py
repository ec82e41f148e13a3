"""Inviting people from the command line: a person, an edition if need be, and a token that works once."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.roles.everyone import token_hash
from bot.talk import Desk
from storage import editions, journal, people
from storage.database import Unit
from storage.people import Role

CORRECTION_HOURS = 24


class NoSuchEdition(LookupError):
    """It is not clear which edition the person belongs to."""


def invite_person(
    unit: Unit,
    desk: Desk,
    name: str,
    *,
    role: str,
    edition: str,
    lasts: timedelta,
    edition_lasts: timedelta,
    may_begin: bool,
    now: datetime,
) -> str:
    """A token for the person of that name and role, who is added where there is none.

    An edition that is named and does not exist begins today if it is the first or ``may_begin``: otherwise a slip of
    the pen would begin one. Raises NoSuchEdition where it is not clear which is meant.
    """
    edition_id = _edition(unit, desk, edition, lasts=edition_lasts, may_begin=may_begin, now=now)
    wanted = Role(role)
    known = [person for person in people.people(unit, edition_id=edition_id, role=wanted) if person.name == name]
    person_id = (
        known[0].id if known else people.add_person(unit, edition_id=edition_id, name=name, role=wanted, now=now)
    )
    token = desk.new_token()
    people.invite(unit, person_id, token_hash=token_hash(token), now=now, expires_at=now + lasts)
    journal.write(unit, at=now, who=None, what="invited", subject=f"person:{person_id}", details={"role": role})
    return token


def _edition(unit: Unit, desk: Desk, name: str, *, lasts: timedelta, may_begin: bool, now: datetime) -> int:
    known = editions.editions(unit)
    names = ", ".join(one.name for one in known) or "none yet"
    if not name:
        if len(known) == 1:
            return known[0].id
        raise NoSuchEdition(f"Say which edition with --edition NAME (there are: {names}).")
    for one in known:
        if one.name == name:
            return one.id
    if known and not may_begin:
        raise NoSuchEdition(f"There is no edition {name!r} (there are: {names}). Add --new-edition to begin it.")
    day = now.astimezone(desk.zone).date()
    return editions.add_edition(
        unit,
        name=name,
        starts_on=day,
        ends_on=day + lasts,
        time_zone=desk.zone.key,
        correction_hours=CORRECTION_HOURS,
    )
