"""Durable jobs: put, claim, renew, finish, retry, bury. Jobs of one ``lock_key`` run strictly one after another.

A job with a ``lock_key`` holds up those behind it from the moment it is put, even if it is meant for later: timers and
reminders carry no ``lock_key``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    text,
    update,
)

from storage import schema
from storage.columns import Moment
from storage.insert import insert_or_replace, insert_row
from storage.unit import Unit

WAITING = "waiting"
CLAIMED = "claimed"
DONE = "done"
BURIED = "buried"
OPEN = (WAITING, CLAIMED)

jobs = schema.jobs


@dataclass(frozen=True, slots=True)
class Job:
    """Work to be done outside a transaction. ``attempts`` counts the tries that failed, a lost worker included."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    lock_key: str | None
    dedup_key: str | None
    attempts: int
    run_at: datetime
    created_at: datetime


_JOB = tuple(
    jobs.c[name] for name in ("id", "kind", "payload", "lock_key", "dedup_key", "attempts", "run_at", "created_at")
)


def _due() -> Select[Any]:
    """Jobs that may be claimed at ``now``; PostgreSQL's limit counts only those that nobody else is claiming."""
    now: BindParameter[datetime] = bindparam("now", type_=Moment)
    other = jobs.alias("other")
    being_done = and_(other.c.id > jobs.c.id, other.c.state == CLAIMED, other.c.free_at > now)
    in_the_way = (
        select(other.c.id)
        .where(other.c.lock_key == jobs.c.lock_key, other.c.state.in_(OPEN))
        .where(or_(other.c.id < jobs.c.id, being_done))
    )
    return (
        select(jobs.c.id)
        .where(jobs.c.state.in_(OPEN), jobs.c.free_at <= now)
        .where(or_(jobs.c.lock_key.is_(None), ~in_the_way.exists()))
        .order_by(jobs.c.id)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True, of=jobs)
    )


_DUE = _due()
_TAKE = (
    update(jobs)
    .where(jobs.c.id.in_(bindparam("ids", expanding=True)))
    .values(state=CLAIMED, attempts=jobs.c.attempts + case((jobs.c.state == CLAIMED, 1), else_=0))
    .returning(*_JOB)
)
_SETTLE = update(jobs).where(jobs.c.id == bindparam("job_id"), jobs.c.state.in_(OPEN)).returning(jobs.c.lock_key)
_SETTLE_MINE = _SETTLE.where(jobs.c.state == CLAIMED, jobs.c.worker == bindparam("by"))


def put(
    unit: Unit,
    *,
    kind: str,
    payload: Mapping[str, Any],
    run_at: datetime,
    lock_key: str | None = None,
    dedup_key: str | None = None,
    now: datetime,
) -> int:
    """Put a job and return its id.

    A waiting job with the same ``dedup_key`` is kept with its id and its place, and gets this payload and time. One
    that is already being done is left alone, and a second is put.
    """
    if run_at <= now:
        unit.note_jobs()
    # ids are drawn in the order of commits, so that a later job of the key is never seen before an earlier one
    _one_at_a_time(unit, "lock", lock_key)
    _one_at_a_time(unit, "dedup", dedup_key)
    what = {"kind": kind, "payload": dict(payload), "lock_key": lock_key, "dedup_key": dedup_key}
    when = {"run_at": run_at, "free_at": run_at, "created_at": now}
    values = {**what, **when, "state": WAITING, "attempts": 0}
    if dedup_key is None:
        return insert_row(unit, jobs, values)
    replaces = ("kind", "payload", "run_at", "free_at")
    return int(insert_or_replace(unit, jobs, values, key="dedup_key", replaces=replaces, where="state = 'waiting'"))


def claim(unit: Unit, *, worker: str, now: datetime, lease: timedelta, limit: int) -> list[Job]:
    """Take up to ``limit`` due jobs for ``worker`` until ``now + lease``, oldest first.

    Never a job while an earlier one of its ``lock_key`` is unfinished or any other of it is being done. A job whose
    lease ran out is taken over and counts one failed attempt.
    """
    ids = list(unit.execute(_DUE, {"now": now, "most": limit}).scalars())
    if not ids:
        return []
    taken = unit.execute(_TAKE, {"ids": ids, "worker": worker, "free_at": now + lease})
    return sorted((_job(row) for row in taken), key=lambda job: job.id)


def renew(unit: Unit, ids: Collection[int], *, worker: str, now: datetime, lease: timedelta) -> set[int]:
    """Hold claimed jobs until ``now + lease``; returns those the worker still holds. The others were taken over."""
    held = and_(jobs.c.id.in_(ids), jobs.c.state == CLAIMED, jobs.c.worker == worker)
    return set(unit.execute(update(jobs).where(held).values(free_at=now + lease).returning(jobs.c.id)).scalars())


def finish(unit: Unit, job_id: int, now: datetime, *, worker: str | None = None) -> bool:
    """The job is done. ``False`` if it was settled before or, where ``worker`` is given, taken over by another."""
    return _settle(unit, job_id, by=worker, state=DONE, settled_at=now)


def retry(unit: Unit, job_id: int, *, run_at: datetime, problem: str, counts: bool, worker: str | None = None) -> bool:
    """Try the job again at ``run_at``; ``counts`` tells whether this was a failed attempt. ``False`` as in ``finish``.

    If a newer job with its ``dedup_key`` waits meanwhile, that one replaces it and this one is done.
    """
    dedup_key = unit.execute(select(jobs.c.dedup_key).where(jobs.c.id == job_id)).scalar()
    _one_at_a_time(unit, "dedup", dedup_key)
    newer = select(jobs.c.id).where(jobs.c.dedup_key == dedup_key, jobs.c.state == WAITING, jobs.c.id != job_id)
    if dedup_key is not None and unit.execute(newer).first() is not None:
        return _settle(unit, job_id, by=worker, state=DONE, settled_at=run_at, problem=f"replaced after: {problem}")
    again = {"state": WAITING, "worker": None, "run_at": run_at, "free_at": run_at}
    settled = _settle(unit, job_id, by=worker, problem=problem, **again)
    if settled and counts:
        unit.execute(update(jobs).where(jobs.c.id == job_id).values(attempts=jobs.c.attempts + 1))
    return settled


def bury(unit: Unit, job_id: int, *, problem: str, now: datetime, worker: str | None = None) -> bool:
    """Give the job up and keep it with its problem for people to see. ``False`` as in ``finish``."""
    return _settle(unit, job_id, by=worker, state=BURIED, problem=problem, settled_at=now)


def release(unit: Unit, lock_key: str, now: datetime) -> int:
    """Let the waiting jobs of a key run now instead of at their next try; returns how many."""
    later = and_(jobs.c.lock_key == lock_key, jobs.c.state == WAITING, jobs.c.free_at > now)
    changed = unit.execute(update(jobs).where(later).values(run_at=now, free_at=now)).rowcount
    if changed:
        unit.note_jobs()
    return changed


def pending(unit: Unit) -> dict[str, int]:
    """How many jobs there are of each state: ``waiting``, ``claimed`` and ``buried``."""
    counts = {WAITING: 0, CLAIMED: 0, BURIED: 0}
    query = select(jobs.c.state, func.count().label("jobs")).where(jobs.c.state != DONE).group_by(jobs.c.state)
    return counts | {str(row.state): int(row.jobs) for row in unit.execute(query)}


def next_due(unit: Unit) -> datetime | None:
    """When the next job may be taken: its time, or the end of a lease. In the past if one is due already.

    A job behind another of its ``lock_key`` does not count: it waits for that one.
    """
    earlier = jobs.alias("earlier")
    first = ~(
        select(earlier.c.id)
        .where(earlier.c.lock_key == jobs.c.lock_key, earlier.c.state.in_(OPEN), earlier.c.id < jobs.c.id)
        .exists()
    )
    query = select(func.min(jobs.c.free_at)).where(jobs.c.state.in_(OPEN), or_(jobs.c.lock_key.is_(None), first))
    found: datetime | None = unit.execute(query).scalar()
    return found


def sweep(unit: Unit, *, before: datetime) -> int:
    """Forget jobs that were done before a moment; returns how many. Buried ones stay."""
    return unit.execute(delete(jobs).where(jobs.c.state == DONE, jobs.c.settled_at < before)).rowcount


def _one_at_a_time(unit: Unit, kind: str, key: str | None) -> None:
    """Keep other processes from putting jobs of this key until this unit is committed (SQLite has one writer)."""
    if key is not None and unit.is_postgres:
        unit.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"{kind} {key}"})


def _settle(unit: Unit, job_id: int, *, by: str | None, **values: object) -> bool:
    mine = {} if by is None else {"by": by}
    statement = _SETTLE if by is None else _SETTLE_MINE
    settled = unit.execute(statement, {"job_id": job_id, **mine, **values}).one_or_none()
    if settled is not None and settled.lock_key is not None:
        unit.note_jobs()  # the next of the key may go
    return settled is not None


def _job(row: Row[Any]) -> Job:
    return Job(**row._asdict())
