"""Published rubrics: every version that was ever published stays, since editions keep the one they are scored by."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select

from storage import schema
from storage.insert import insert_or_ignore
from storage.unit import Unit

table = schema.rubrics

USUAL = "lider-zaufania"
"""The rubric of an edition for which none was chosen: the version of it that was published last."""


@dataclass(frozen=True, slots=True)
class PublishedRubric:
    """A version of a rubric, without its source."""

    id: int
    name: str
    version: str
    published_at: datetime


_SHOWN = tuple(table.c[field.name] for field in fields(PublishedRubric))


def publish(unit: Unit, *, name: str, version: str, source: str, now: datetime) -> bool:
    """Make a version the newest of its name; ``False``, and nothing changed, if that version was published before."""
    return insert_or_ignore(unit, table, {"name": name, "version": version, "source": source, "published_at": now})


def newest(unit: Unit, name: str) -> str | None:
    """Version of the rubric published last under a name."""
    query = select(table.c.version).where(table.c.name == name).order_by(table.c.id.desc())
    found: str | None = unit.execute(query.limit(1)).scalar()
    return found


def source(unit: Unit, version: str) -> str | None:
    """The source of a version."""
    found: str | None = unit.execute(select(table.c.source).where(table.c.version == version)).scalar()
    return found


def published(unit: Unit) -> list[PublishedRubric]:
    """Every version there is, the last published first."""
    return [PublishedRubric(**row._asdict()) for row in unit.execute(select(*_SHOWN).order_by(table.c.id.desc()))]


def one_published(unit: Unit, rubric_id: int) -> PublishedRubric | None:
    """The version of that id."""
    row = unit.execute(select(*_SHOWN).where(table.c.id == rubric_id)).one_or_none()
    return None if row is None else PublishedRubric(**row._asdict())
