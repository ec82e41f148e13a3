"""Jobs held back after a restore: nothing that was due before is done blindly, since it may have been done already."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, select, update

from storage import people, queue, schema
from storage.people import Role
from storage.unit import Unit

HELD = "held"
"""The state of such a job: neither open nor settled; jobs behind it do not wait for it."""
_OPEN_PHASES = ("open", "submitted", "returned")

jobs = schema.jobs


def hold(unit: Unit, kinds: Collection[str], *, now: datetime) -> dict[str, int]:
    """Hold back the open jobs of these kinds that are due by now; returns how many of each kind."""
    due = and_(jobs.c.kind.in_(kinds), jobs.c.state.in_(queue.OPEN), jobs.c.run_at <= now)
    by_kind = select(jobs.c.kind, func.count().label("jobs")).where(due).group_by(jobs.c.kind)
    counts = {str(row.kind): int(row.jobs) for row in unit.execute(by_kind)}
    unit.execute(update(jobs).where(due).values(state=HELD, worker=None))
    return counts


def held(unit: Unit) -> dict[str, int]:
    """How many jobs of each kind are held back."""
    query = select(jobs.c.kind, func.count().label("jobs")).where(jobs.c.state == HELD).group_by(jobs.c.kind)
    return {str(row.kind): int(row.jobs) for row in unit.execute(query)}


@dataclass(frozen=True, slots=True)
class HeldKind:
    """What is held back of one kind: how many jobs, and when the first and the last of them were due."""

    kind: str
    count: int
    first: datetime
    last: datetime


def outlook(unit: Unit) -> list[HeldKind]:
    """What is held back, a line a kind, the oldest first."""
    table = (func.count().label("n"), func.min(jobs.c.run_at).label("first"), func.max(jobs.c.run_at).label("last"))
    query = select(jobs.c.kind, *table).where(jobs.c.state == HELD).group_by(jobs.c.kind)
    found = [HeldKind(str(row.kind), int(row.n), row.first, row.last) for row in unit.execute(query)]
    return sorted(found, key=lambda one: (one.first, one.kind))


def release(unit: Unit, kinds: Collection[str], *, now: datetime) -> int:
    """Let them be done now, in the order they were put; returns how many. One that was put anew since is dropped."""
    mine = and_(jobs.c.state == HELD, jobs.c.kind.in_(kinds))
    newer = jobs.alias("newer")
    again = exists().where(
        newer.c.dedup_key == jobs.c.dedup_key,
        newer.c.id != jobs.c.id,
        newer.c.state.in_((queue.WAITING, HELD)),
        (newer.c.state == queue.WAITING) | (newer.c.id > jobs.c.id),
    )
    unit.execute(
        update(jobs).where(mine, again).values(state=queue.DONE, settled_at=now, problem="put anew since the restore")
    )
    released = unit.execute(update(jobs).where(mine).values(state=queue.WAITING, run_at=now, free_at=now)).rowcount
    if released:
        unit.note_jobs()
    return released


def drop(unit: Unit, kinds: Collection[str], *, now: datetime) -> int:
    """Give them up: they are kept as buried, for people to see; returns how many."""
    mine = and_(jobs.c.state == HELD, jobs.c.kind.in_(kinds))
    gone: Mapping[str, object] = {"state": queue.BURIED, "settled_at": now, "problem": "given up after a restore"}
    return unit.execute(update(jobs).where(mine).values(gone)).rowcount


def jurors_at_work(unit: Unit) -> list[int]:
    """Jurors with a contact that is not closed: what they see may be further on than what was restored."""
    contacts, person = schema.contacts, schema.people
    theirs = exists().where(contacts.c.person_id == person.c.id, contacts.c.phase.in_(_OPEN_PHASES))
    query = select(person.c.id).where(person.c.role == Role.JUROR.value, person.c.left_at.is_(None), theirs)
    return list(unit.execute(query.order_by(person.c.id)).scalars())


def ask_again(unit: Unit, dialog: Mapping[str, object]) -> int:
    """Whatever these jurors send next is met with this dialog; returns how many they are."""
    jurors = jurors_at_work(unit)
    for juror in jurors:
        people.set_dialog(unit, juror, dict(dialog))
    return len(jurors)
