"""Published scenarios: every version that was ever published stays, since contacts keep the one they began with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from storage import schema
from storage.insert import insert_or_ignore
from storage.unit import Unit

scripts = schema.scripts


def publish(unit: Unit, *, name: str, version: str, source: str, now: datetime) -> bool:
    """Make a version the newest of its name; ``False``, and nothing changed, if that version was published before."""
    values = {"name": name, "version": version, "source": source, "published_at": now}
    return insert_or_ignore(unit, scripts, values)


def newest(unit: Unit, name: str) -> tuple[str, str] | None:
    """Version and source of the scenario published last under a name."""
    query = select(scripts.c.version, scripts.c.source).where(scripts.c.name == name).order_by(scripts.c.id.desc())
    row = unit.execute(query.limit(1)).one_or_none()
    return None if row is None else (row.version, row.source)


def source(unit: Unit, version: str) -> str | None:
    """The source of a version."""
    found: str | None = unit.execute(select(scripts.c.source).where(scripts.c.version == version)).scalar()
    return found


def names(unit: Unit) -> list[str]:
    """Names of all published scenarios, in alphabetical order."""
    return list(unit.execute(select(scripts.c.name).distinct().order_by(scripts.c.name)).scalars())
