"""What the database says of its own work, for those who watch: what waits and since when, what was given up.

Every count is bounded or has an index of its own, so that asking costs the same in a large edition.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, text

from storage import inbox, schema, unheard
from storage.columns import milliseconds_of, moment_of
from storage.unit import Unit

MOST = 10_000
"""Due jobs and parked updates are counted up to this many."""

_DUE = text(
    "SELECT kind, count(*) AS jobs, min(free_at) AS oldest FROM ("
    "SELECT kind, free_at FROM jobs WHERE jobs.state IN ('waiting', 'claimed') AND jobs.free_at <= :now"
    " AND (jobs.lock_key IS NULL OR NOT EXISTS (SELECT 1 FROM jobs AS earlier WHERE earlier.lock_key = jobs.lock_key"
    " AND earlier.state IN ('waiting', 'claimed') AND earlier.id < jobs.id))"
    " ORDER BY free_at LIMIT :most) AS due GROUP BY kind"
)
"""Jobs that could be claimed and are not; one behind another of its ``lock_key`` waits for that one."""
_OPEN = text("SELECT count(*) FROM jobs WHERE jobs.state IN ('waiting', 'claimed')")
_GIVEN_UP = text(
    "SELECT state, kind, count(*) AS jobs FROM jobs WHERE state IN ('buried', 'held') GROUP BY state, kind"
)
_WAITING_EVIDENCE = text(
    "SELECT count(*) AS files, min(created_at) AS oldest FROM evidence WHERE status IN ('expected', 'received')"
)
_PARKED = text("SELECT count(*) FROM (SELECT 1 FROM parked LIMIT :most) AS few")


@dataclass(frozen=True, slots=True)
class Due:
    """Jobs of a kind that could be done now, and when the first of them could."""

    jobs: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Gauges:
    """The database at one moment. Ages are what whoever asks makes of the moments."""

    due: Mapping[str, Due]
    """By kind; at most ``MOST`` in all."""
    open_jobs: int
    """All that are to be done some time, reminders for next week included."""
    buried: Mapping[str, int]
    held: Mapping[str, int]
    """Held back by a restore."""
    parked: int
    """Updates put aside, at most ``MOST``."""
    evidence_waiting: int
    evidence_since: datetime | None
    """When the oldest of the files that wait was sent."""
    last_update: Mapping[str, datetime]
    """By channel, when an update was last taken in."""
    heard: Mapping[str, datetime]
    """By channel, when it was last known to be heard."""
    serving: int
    working: int
    """Processes that are there."""
    size: int
    """Bytes of the database on disk."""


def gauges(unit: Unit, *, channels: Collection[str], now: datetime) -> Gauges:
    """What is to be known now."""
    due = unit.execute(_DUE, {"now": milliseconds_of(now), "most": MOST}).all()
    given_up = unit.execute(_GIVEN_UP).all()
    waiting = unit.execute(_WAITING_EVIDENCE).one()
    there = schema.processes
    roll = unit.execute(select(there.c.serves, there.c.works)).all()
    heard = {channel: unheard.heard_at(unit, channel) for channel in channels}
    last = {channel: inbox.last_taken_at(unit, channel) for channel in channels}
    return Gauges(
        due={row.kind: Due(row.jobs, moment_of(row.oldest)) for row in due},
        open_jobs=int(unit.execute(_OPEN).scalar_one()),
        buried={row.kind: row.jobs for row in given_up if row.state == "buried"},
        held={row.kind: row.jobs for row in given_up if row.state == "held"},
        parked=int(unit.execute(_PARKED, {"most": MOST}).scalar_one()),
        evidence_waiting=int(waiting.files),
        evidence_since=None if waiting.oldest is None else moment_of(waiting.oldest),
        last_update={channel: at for channel, at in last.items() if at is not None},
        heard={channel: at for channel, at in heard.items() if at is not None},
        serving=sum(row.serves for row in roll),
        working=sum(row.works for row in roll),
        size=_size(unit),
    )


def _size(unit: Unit) -> int:
    """Bytes on disk, what SQLite has not yet moved into its file included."""
    if unit.is_postgres:
        return int(unit.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    pages = int(unit.execute(text("PRAGMA page_count")).scalar_one())
    size = pages * int(unit.execute(text("PRAGMA page_size")).scalar_one())
    log = Path(f"{unit.connection.engine.url.database}-wal")
    return size + (log.stat().st_size if log.exists() else 0)
