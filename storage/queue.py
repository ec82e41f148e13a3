"""Durable jobs: put, claim, renew, finish, retry, bury. Jobs of one ``lock_key`` run strictly one after another.

A job with a ``lock_key`` holds up those behind it from the moment it is put, even if it is meant for later: timers and
reminders carry no ``lock_key``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal_column,
    or_,
    select,
    text,
    update,
)

from storage import schema
from storage.columns import Moment, milliseconds_of, moment_of
from storage.insert import insert_or_replace, insert_row
from storage.prepared import Prepared
from storage.sharing import Share, falls_to_us, parameters
from storage.together import Write
from storage.unit import Hand, Row, Unit

WAITING = "waiting"
CLAIMED = "claimed"
DONE = "done"
BURIED = "buried"
OPEN = (WAITING, CLAIMED)
_GIVEN_UP = re.compile(r"(given up after \d+ tries|refused)(: |$)")
_KIND_OF_PROBLEM = re.compile(r"[A-Za-z_][\w.]{0,80}(?=:)|Bad Request(?=:|$)|Forbidden(?=:|$)")
"""The class of an error, or Telegram's word for one."""


def is_open(table: FromClause) -> ColumnElement[bool]:
    """Whether a job is waiting or claimed, in words that both databases know their indexes of open jobs by."""
    return table.c.state.in_([literal_column(f"'{state}'") for state in OPEN])


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
    work: object = field(default=None, compare=False, repr=False)
    """What ``payload`` was made of, where it was put in this very process."""


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
        .where(other.c.lock_key == jobs.c.lock_key, is_open(other))
        .where(or_(other.c.id < jobs.c.id, being_done))
    )
    return (
        select(jobs.c.id)
        .where(is_open(jobs), jobs.c.free_at <= now)
        .where(or_(jobs.c.lock_key.is_(None), ~in_the_way.exists()))
        .order_by(jobs.c.free_at, jobs.c.id)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True, of=jobs)
    )


_DUE = _due()


def _next() -> Select[Any]:
    earlier = jobs.alias("earlier")
    before_it = select(earlier.c.id).where(
        earlier.c.lock_key == jobs.c.lock_key, is_open(earlier), earlier.c.id < jobs.c.id
    )
    free = or_(jobs.c.lock_key.is_(None), ~before_it.exists())
    return select(jobs.c.free_at).where(is_open(jobs), free).order_by(jobs.c.free_at).limit(1)


_NEXT = _next()
_DUE_TO_US = _DUE.where(falls_to_us(jobs.c.lock_key, jobs.c.free_at))
_TAKE = (
    update(jobs)
    .where(jobs.c.id.in_(bindparam("ids", expanding=True)))
    .values(state=CLAIMED, attempts=jobs.c.attempts + case((jobs.c.state == CLAIMED, 1), else_=0))
    .returning(*_JOB)
)
_SETTLE = update(jobs).where(jobs.c.id == bindparam("job_id"), is_open(jobs)).returning(jobs.c.lock_key)
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
    return int(insert_or_replace(unit, jobs, values, key="dedup_key", replaces=_AGAIN, where="state = 'waiting'"))


class _Add(Write):
    """Adds jobs; those the worker of this process can take at once are its own from the commit on."""

    def carry_out(self, unit: Unit, rows: Sequence[Row]) -> None:
        """Write the rows in their order."""
        handed = _hand_over(unit, rows)
        if not handed:
            super().carry_out(unit, rows)
        else:
            _ADD_NUMBERED.carry_out(unit, _numbered(unit, rows, handed))
        if any(row[_FREE_AT] <= row[_CREATED_AT] and place not in handed for place, row in enumerate(rows)):
            unit.note_jobs()


_PUT = ("kind", "payload", "lock_key", "dedup_key", "run_at", "free_at", "created_at", "state", "attempts")
_KIND, _PAYLOAD, _LOCK_KEY, _FREE_AT, _CREATED_AT = (
    _PUT.index(name) for name in ("kind", "payload", "lock_key", "free_at", "created_at")
)
_AGAIN = ("kind", "payload", "run_at", "free_at")
_ADD = _Add(jobs, *_PUT)
_ADD_NUMBERED = Write(jobs, "id", *_PUT, "worker")
_ADD_OR_REPLACE = Write(jobs, *_PUT, key="dedup_key", replaces=_AGAIN, where="state = 'waiting'")


def put_later(
    unit: Unit,
    *,
    kind: str,
    payload: Mapping[str, Any],
    run_at: datetime,
    lock_key: str | None = None,
    dedup_key: str | None = None,
    now: datetime,
    work: object = None,
) -> None:
    """Put a job as ``put`` does, together with others of the units that share this transaction.

    ``work`` comes with the job to a worker that takes it in this transaction: what the payload stands for.
    """
    if lock_key is not None and dedup_key is not None:  # its place among those of the key counts, and it may have one
        put(unit, kind=kind, payload=payload, run_at=run_at, lock_key=lock_key, dedup_key=dedup_key, now=now)
        return
    if run_at <= now and dedup_key is not None:
        unit.note_jobs()
    what = {"kind": kind, "payload": dict(payload), "lock_key": lock_key, "dedup_key": dedup_key}
    when = {"run_at": run_at, "free_at": run_at, "created_at": now}
    apart = [_apart(of, key) for of, key in (("lock", lock_key), ("dedup", dedup_key)) if key is not None]
    write = _ADD if dedup_key is None else _ADD_OR_REPLACE
    row = unit.later(write, {**what, **when, "state": WAITING, "attempts": 0}, apart=apart)
    if unit.hand is not None and write is _ADD:
        unit.made[row[_PAYLOAD]] = (payload, work)


def claim(
    unit: Unit, *, worker: str, now: datetime, lease: timedelta, limit: int, share: Share | None = None
) -> list[Job]:
    """Take up to ``limit`` due jobs for ``worker`` until ``now + lease``, those due longest first.

    Where there are several workers, those of its ``share``, and whatever is late.

    Never a job while an earlier one of its ``lock_key`` is unfinished or any other of it is being done. A job whose
    lease ran out is taken over and counts one failed attempt.
    """
    due, ours = (_DUE, {}) if share is None else (_DUE_TO_US, parameters(share, now))
    ids = list(unit.execute(due, {"now": now, "most": limit, **ours}).scalars())
    if not ids:
        return []
    taken = unit.execute(_TAKE, {"ids": ids, "worker": worker, "free_at": now + lease})
    return sorted((_job(row) for row in taken), key=lambda job: job.id)


class Taker(Protocol):
    """A worker that takes jobs in the transaction that puts them."""

    @property
    def hand(self) -> Hand | None:
        """What it takes now; None: nothing. Asked in the writer's thread."""

    def glance(self, unit: Unit, taken: Sequence[Job]) -> Mapping[int, Any]:
        """What it wants to know of jobs it takes, by their ids; in that transaction."""

    def take(self, taken: Sequence[Job], glances: Mapping[int, Any]) -> None:
        """The transaction was committed: they are its own. Called in its loop."""


def _hand_over(unit: Unit, rows: Sequence[Row]) -> frozenset[int]:
    """The places of those that may be done at once: due, and none of their ``lock_key`` before them."""
    hand = unit.hand
    room = 0 if hand is None else hand.room()
    if hand is None or room <= 0:
        return frozenset()
    first: dict[str, int] = {}
    for place, row in enumerate(rows):
        if row[_LOCK_KEY] is not None:
            first.setdefault(row[_LOCK_KEY], place)
    wanted = {
        key: place
        for key, place in first.items()
        if rows[place][_FREE_AT] <= rows[place][_CREATED_AT] and hand.takes(rows[place][_KIND], key)
    }
    if not wanted:
        return frozenset()
    open_keys = set(_OPEN_AMONG.run(unit.connection, list(wanted)).scalars())
    return frozenset([place for key, place in wanted.items() if key not in open_keys][:room])


def _numbered(unit: Unit, rows: Sequence[Row], handed: frozenset[int]) -> list[Row]:
    """The rows with ids that no job has or had, in their order, and those ``handed`` over as claimed."""
    hand = unit.hand
    assert hand is not None  # noqa: S101 - somebody took them
    ids = _next_ids(unit, len(rows))
    numbered: list[Row] = []
    for place, (number, row) in enumerate(zip(ids, rows, strict=True)):
        if place not in handed:
            numbered.append((number, *row, None))
            continue
        values = dict(zip(_PUT, row, strict=True))
        put_at = moment_of(values["created_at"])
        payload, work = unit.made[values["payload"]]
        unit.handed.append(Job(number, values["kind"], payload, values["lock_key"], None, 0, put_at, put_at, work))
        values |= {"state": CLAIMED, "free_at": milliseconds_of(put_at + hand.lease)}
        numbered.append((number, *values.values(), hand.name))
    return numbered


def _next_ids(unit: Unit, count: int) -> Sequence[int]:
    if unit.is_postgres:
        return unit.connection.execute(_DRAW, {"count": count}).scalars().all()
    # nobody else writes to SQLite now, so this stays the last one
    last = int(unit.connection.exec_driver_sql(_LAST).scalar() or 0)
    return range(last + 1, last + count + 1)


_OPEN_AMONG = Prepared(lambda keys: select(jobs.c.lock_key).where(jobs.c.lock_key.in_(keys), is_open(jobs)).distinct())
_WAITING_AMONG = Prepared(
    lambda keys: select(jobs.c.id).where(jobs.c.lock_key.in_(keys), is_open(jobs), jobs.c.state == WAITING).limit(1)
)
_FINISH_ALL = Prepared(
    lambda ids: (
        update(jobs)
        .where(jobs.c.id.in_(ids), jobs.c.state == CLAIMED, jobs.c.worker == bindparam("by"))
        .values(state=DONE, settled_at=bindparam("at"))
    )
)
_FINISHED = select(jobs.c.id).where(
    jobs.c.id.in_(bindparam("ids", expanding=True)),
    *(jobs.c.state == DONE, jobs.c.worker == bindparam("by"), jobs.c.settled_at == bindparam("at", type_=Moment)),
)
_DRAW = text("SELECT nextval(pg_get_serial_sequence('jobs', 'id')) FROM generate_series(1, :count)")
_LAST = "SELECT seq FROM sqlite_sequence WHERE name = 'jobs'"


def renew(unit: Unit, ids: Collection[int], *, worker: str, now: datetime, lease: timedelta) -> set[int]:
    """Hold claimed jobs until ``now + lease``; returns those the worker still holds. The others were taken over."""
    held = and_(jobs.c.id.in_(ids), jobs.c.state == CLAIMED, jobs.c.worker == worker)
    return set(unit.execute(update(jobs).where(held).values(free_at=now + lease).returning(jobs.c.id)).scalars())


def finish(unit: Unit, job_id: int, now: datetime, *, worker: str | None = None) -> bool:
    """The job is done. ``False`` if it was settled before or, where ``worker`` is given, taken over by another."""
    return _settle(unit, job_id, by=worker, state=DONE, settled_at=now)


def finish_all(unit: Unit, taken: Collection[Job], now: datetime, *, worker: str) -> set[int]:
    """These jobs are done; returns the ids of those that ``worker`` still held.

    The others were taken over, or settled before.
    """
    ids = [job.id for job in taken]
    if not ids:
        return set()
    unit.flush()
    count = _FINISH_ALL.run(unit.connection, ids, by=worker, at=milliseconds_of(now)).rowcount
    held = set(ids)
    if count != len(held):
        held = set(unit.execute(_FINISHED, {"ids": ids, "by": worker, "at": now}).scalars())
    keys = [job.lock_key for job in taken if job.lock_key is not None]
    if keys and _WAITING_AMONG.run(unit.connection, keys).first() is not None:
        unit.note_jobs()  # the next of the key may go
    return held


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


def kind_of_problem(problem: str) -> str:
    """What kind of problem it was, for what is kept for ever: an error's own message may quote what somebody wrote.

    The whole of it stands in the job, under its number, until buried jobs are emptied.
    """
    given_up = _GIVEN_UP.match(problem)
    head, rest = ("", problem) if given_up is None else (given_up[1], problem[given_up.end() :])
    kind = _KIND_OF_PROBLEM.match(rest)
    return ": ".join(part for part in (head, "" if kind is None else kind[0]) if part)


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
    found: datetime | None = unit.execute(_NEXT).scalar()
    return found


def sweep(unit: Unit, *, before: datetime) -> int:
    """Forget jobs that were done before a moment; returns how many. Buried ones stay."""
    return unit.execute(delete(jobs).where(jobs.c.state == DONE, jobs.c.settled_at < before)).rowcount


def _one_at_a_time(unit: Unit, kind: str, key: str | None) -> None:
    """Keep other processes from putting jobs of this key until this unit is committed (SQLite has one writer)."""
    if key is not None and unit.is_postgres:
        unit.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": _apart(kind, key)})


def _apart(kind: str, key: str) -> str:
    return f"{kind} {key}"


def _settle(unit: Unit, job_id: int, *, by: str | None, **values: object) -> bool:
    mine = {} if by is None else {"by": by}
    statement = _SETTLE if by is None else _SETTLE_MINE
    settled = unit.execute(statement, {"job_id": job_id, **mine, **values}).one_or_none()
    if settled is not None and settled.lock_key is not None:
        unit.note_jobs()  # the next of the key may go
    return settled is not None


def _job(row: Sequence[Any]) -> Job:
    return Job(*row)
