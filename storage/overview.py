"""An edition in numbers and lists: every planned contact with where it stands, counted and listed within a scope.

What is counted is a *planned contact*: an open slot, or an assignment made without a slot that is still wanted or
done. Its present assignment is the last one that is offered, accepted or done. Everything here follows from that:

- planned: all of them; asked: with a present assignment; accepted: its present assignment is accepted or done;
- done: the report was sent (the assignment is done); approved: its review says so;
- hole: nobody is asked and nobody is chosen, or the one chosen has dropped out;
- late: offered or accepted, past its date, and no report sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, select

from scenarios.model import Mode
from storage import schema
from storage.planned import (
    ACCEPTED_STAGES,
    ALL,
    ASKED_STAGES,
    COLUMNS,
    DONE_STAGES,
    Stage,
    Wanted,
    is_late,
    name_in_scope,
    narrowed,
    person_in_scope,
    place_in_scope,
)
from storage.scope import Scope
from storage.unit import Unit


class Dimension(StrEnum):
    """What the numbers can be split by."""

    WAVE = "wave"
    MODE = "mode"
    VOIVODSHIP = "voivodship"
    PARTICIPANT = "participant"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Figures:
    """Planned contacts counted by stage, and how many of them are late."""

    stages: Mapping[Stage, int]
    late: int = 0

    @property
    def planned(self) -> int:
        """All of them."""
        return sum(self.stages.values())

    @property
    def asked(self) -> int:
        """Somebody was asked, whatever came of it."""
        return self.within(ASKED_STAGES)

    @property
    def accepted(self) -> int:
        """Taken, done ones included."""
        return self.within(ACCEPTED_STAGES)

    @property
    def done(self) -> int:
        """The report was sent, approved ones included."""
        return self.within(DONE_STAGES)

    @property
    def approved(self) -> int:
        """Reviewed and approved."""
        return self.stages.get(Stage.APPROVED, 0)

    @property
    def holes(self) -> int:
        """Nobody to make them."""
        return self.stages.get(Stage.HOLE, 0)

    def within(self, stages: Iterable[Stage]) -> int:
        """How many are in one of those stages."""
        return sum(self.stages.get(stage, 0) for stage in stages)

    def plus(self, other: Figures) -> Figures:
        """Both together."""
        stages = {stage: self.stages.get(stage, 0) + other.stages.get(stage, 0) for stage in Stage}
        return Figures({stage: n for stage, n in stages.items() if n}, self.late + other.late)


NOTHING = Figures({})


@dataclass(frozen=True, slots=True)
class PlannedContact:
    """One planned contact, with the names that lists need.

    ``person``: who has it, or is chosen for it; no name where that is a juror of another coordinator.
    """

    slot_id: int | None
    assignment_id: int | None
    contact_id: int | None
    participant_id: int
    participant: str
    wave_id: int | None
    mode: Mode
    person_id: int | None
    person: str | None
    stage: Stage
    opens_at: datetime
    due_at: datetime
    answer_by: datetime | None
    submitted_at: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many contacts a participant has: planned and done."""

    participant_id: int
    participant: str
    planned: int
    done: int


_p, _q = schema.participants, schema.people


def figures(
    unit: Unit, scope: Scope, *, now: datetime, by: Sequence[Dimension] = (), wanted: Wanted = ALL
) -> dict[tuple[Any, ...], Figures]:
    """The numbers, split by what was asked (a key of ids, modes or names each); without ``by`` under ``()``.

    A key of a person is None where nobody is chosen; that of a wave, where there is none.
    """
    keys = [_KEYS[each].label(f"key{index}") for index, each in enumerate(by)]
    late = func.count(case((is_late(now), 1)))
    counted = select(*keys, COLUMNS.stage, func.count().label("number"), late.label("late"))
    with_places = Dimension.VOIVODSHIP in by
    grouped = narrowed(counted, scope, wanted, now=now, with_places=with_places).group_by(*keys, COLUMNS.stage)
    found: dict[tuple[Any, ...], Figures] = {} if by else {(): NOTHING}
    for row in unit.execute(grouped):
        key = tuple(_key(each, getattr(row, f"key{index}")) for index, each in enumerate(by))
        one = Figures({Stage(row.stage): int(row.number)}, int(row.late))
        found[key] = found.get(key, NOTHING).plus(one)
    return found


def total(unit: Unit, scope: Scope, *, now: datetime, wanted: Wanted = ALL) -> Figures:
    """The numbers of all that is wanted, together."""
    return figures(unit, scope, now=now, wanted=wanted)[()]


def how_many(unit: Unit, scope: Scope, *, now: datetime, wanted: Wanted = ALL) -> int:
    """All that is wanted, however it stands: quicker than ``total``."""
    return int(unit.execute(narrowed(select(func.count()), scope, wanted, now=now)).scalar_one())


def planned_contacts(
    unit: Unit, scope: Scope, *, now: datetime, wanted: Wanted = ALL, newest_first: bool = False
) -> list[PlannedContact]:
    """The planned contacts themselves, the soonest due first, or those sent last first."""
    order = (
        (COLUMNS.submitted_at.desc(), COLUMNS.contact_id.desc())
        if newest_first
        else (COLUMNS.due_at, COLUMNS.participant_id, COLUMNS.slot_id, COLUMNS.assignment_id)
    )
    kept = [COLUMNS[field.name] for field in fields(PlannedContact) if field.name in COLUMNS]
    late = case((is_late(now), 1), else_=0).label("is_late")
    listed = select(*kept, _p.c.short_name.label("participant"), late, name_in_scope(scope))
    query = narrowed(listed, scope, wanted, now=now, with_places=True)
    query = query.join(_q, _q.c.id == COLUMNS.person_id, isouter=True).order_by(*order)
    return [_contact(row) for row in unit.execute(query)]


def lacking(unit: Unit, scope: Scope, *, least: int, now: datetime, wanted: Wanted = ALL) -> list[Coverage]:
    """Participants still in the contest with fewer than ``least`` contacts done, the emptiest first."""
    counted = figures(unit, scope, now=now, by=(Dimension.PARTICIPANT,), wanted=wanted)
    query = (
        select(_p.c.id, _p.c.short_name)
        .where(_p.c.edition_id == scope.edition_id, _p.c.withdrawn_at.is_(None))
        .where(*place_in_scope(scope))
        .order_by(_p.c.id)
    )
    if wanted.voivodships:
        query = query.where(_p.c.voivodship.in_(wanted.voivodships))
    if wanted.participant_id is not None:
        query = query.where(_p.c.id == wanted.participant_id)
    every = [(row.id, row.short_name, counted.get((row.id,), NOTHING)) for row in unit.execute(query)]
    found = [Coverage(key, name, mine.planned, mine.done) for key, name, mine in every if mine.done < least]
    return sorted(found, key=lambda each: (each.done, each.planned, each.participant))


def names_of(unit: Unit, scope: Scope, dimension: Dimension) -> dict[Any, str]:
    """What the keys of waves, participants and people are called; jurors of another coordinator have no name."""
    query: Select[Any]
    match dimension:
        case Dimension.WAVE:
            query = select(schema.waves.c.id.label("key"), schema.waves.c.name.label("name")).where(
                schema.waves.c.edition_id == scope.edition_id
            )
        case Dimension.PARTICIPANT:
            query = select(_p.c.id.label("key"), _p.c.short_name.label("name")).where(
                _p.c.edition_id == scope.edition_id
            )
        case Dimension.PERSON:
            query = select(_q.c.id.label("key"), _q.c.name.label("name")).where(
                _q.c.edition_id == scope.edition_id, *person_in_scope(scope)
            )
        case Dimension.MODE | Dimension.VOIVODSHIP:
            return {}
    return {row.key: row.name for row in unit.execute(query)}


_KEYS: Mapping[Dimension, ColumnElement[Any]] = {
    Dimension.WAVE: COLUMNS.wave_id,
    Dimension.MODE: COLUMNS.mode,
    Dimension.VOIVODSHIP: _p.c.voivodship,
    Dimension.PARTICIPANT: COLUMNS.participant_id,
    Dimension.PERSON: COLUMNS.person_id,
}


def _key(dimension: Dimension, value: Any) -> Any:  # noqa: ANN401 - an id, a name or a mode
    return Mode(value) if dimension is Dimension.MODE else value


def _contact(row: Row[Any]) -> PlannedContact:
    values = {name: value for name, value in row._asdict().items() if name != "name"}
    values |= {"person": row.name, "mode": Mode(row.mode), "stage": Stage(row.stage), "is_late": bool(row.is_late)}
    return PlannedContact(**values)
