"""Which processes share the database: each beats, and one that is found dead is forgotten and its jobs set free.

Nobody's clock is compared with another's: a process beats by counting, and whoever looks sees whether it counts on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, delete, func, select, text, update

from storage.insert import insert_or_replace
from storage.queue import CLAIMED, jobs
from storage.schema import processes
from storage.unit import Unit

LEADER = "mystery-client leader {name}"
"""The name under which PostgreSQL knows the connection by which a process leads (at most 63 bytes)."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process as it announced itself. ``alive`` tells those of the same machine how to find out whether it runs."""

    name: str
    host: str
    alive: str
    serves: bool
    works: bool
    started_at: datetime
    seen_at: datetime
    beats: int


@dataclass(frozen=True, slots=True)
class Roll:
    """All processes there are, what revision the tables have, and the database's own time where it has one."""

    processes: tuple[Process, ...]
    revision: str | None
    database_now: datetime | None


_COLUMNS = tuple(processes.c[name] for name in Process.__slots__)


def announce(unit: Unit, me: Process) -> Roll:
    """Be there from now on; once more is of no effect but on what is told."""
    values = {name: getattr(me, name) for name in Process.__slots__}
    insert_or_replace(unit, processes, values, key="name", replaces=tuple(Process.__slots__)[1:])
    return _roll(unit)


def beat(unit: Unit, name: str, now: datetime) -> Roll | None:
    """A sign of life, and who else is there. ``None``: this process was held dead, and its jobs went to others."""
    mine = update(processes).where(processes.c.name == name)
    if unit.execute(mine.values(beats=processes.c.beats + 1, seen_at=now)).rowcount == 0:
        return None
    return _roll(unit)


def forget(unit: Unit, dead: Process) -> int | None:
    """Forget a process that does not beat any more and set its jobs free; returns how many.

    ``None`` where it has beaten since, or another was quicker. What it led by is taken from it.
    """
    unmoved = delete(processes).where(processes.c.name == dead.name, processes.c.beats == dead.beats)
    if unit.execute(unmoved).rowcount == 0:
        return None
    if unit.is_postgres:
        unit.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = :leader"
            ),
            {"leader": LEADER.format(name=dead.name)},
        )
    return _free(unit, dead.name)


def leave(unit: Unit, name: str) -> int:
    """A process ends; returns how many jobs it had not given back, which are free now."""
    unit.execute(delete(processes).where(processes.c.name == name))
    return _free(unit, name)


def _free(unit: Unit, name: str) -> int:
    """The next claim counts them as a failed try: they stay claimed, by nobody."""
    held = update(jobs).where(jobs.c.state == CLAIMED, jobs.c.worker == name)
    freed = unit.execute(held.values(worker=None, free_at=jobs.c.run_at)).rowcount
    if freed:
        unit.note_jobs()
    return freed


def _roll(unit: Unit) -> Roll:
    found = unit.execute(select(*_COLUMNS).order_by(processes.c.started_at, processes.c.name))
    there = tuple(_process(row) for row in found)
    revision = unit.execute(text("SELECT version_num FROM alembic_version")).scalar()
    database_now = unit.execute(select(func.clock_timestamp())).scalar() if unit.is_postgres else None
    return Roll(there, revision, database_now)


def _process(row: Row[tuple[object, ...]]) -> Process:
    return Process(**row._asdict())
