"""Where the story of the demo takes place: its edition with institutions and people, a contact planned by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta

from bot import demo_cast as cast
from bot.channels.base import FileRef
from bot.demo_story import Actor
from bot.roles import offering
from bot.talk import Desk
from scenarios.calendar import is_working_day
from scenarios.model import Mode
from storage import slots
from storage.database import Unit

HERE = timedelta(days=20)
"""How long ago the demo's people came, all but those who came later."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the story takes place, and with whom."""

    unit: Unit
    desk: Desk
    now: datetime
    edition: int
    waves: tuple[int, ...]
    places: tuple[int, ...]
    jurors: tuple[int, ...]
    coordinator: int
    organizer: int
    predecessor: int
    """Who looked after the first reports."""
    photos: Sequence[FileRef]
    numbers: Counter[tuple[int, Mode]] = field(default_factory=Counter)
    """Contacts planned so far."""


def offered(stage: Stage, task: cast.Task, *, at: datetime) -> int:
    """A contact planned by hand, and its juror asked."""
    stage.numbers[task.place, task.mode] += 1
    slot_id = slots.add(
        stage.unit,
        edition_id=stage.edition,
        participant_id=stage.places[task.place],
        wave_id=stage.waves[0],
        mode=task.mode,
        scenario=task.scenario,
        number=stage.numbers[task.place, task.mode],
        opens_at=stage.now - HERE,
        due_at=stage.now + timedelta(days=task.due),
        person_id=stage.jurors[task.juror],
        is_fixed=True,
        now=at,
    )
    slot = slots.slot(stage.unit, slot_id)
    if slot is None:
        raise LookupError(slot_id)
    return offering.offer_slot(stage.unit, stage.desk, slot, stage.jurors[task.juror], now=at, by=stage.coordinator)


def done(stage: Stage, actors: Mapping[int, Actor], task: cast.Task, task_id: int) -> tuple[int, datetime]:
    """A task that was taken is done, with its photos, and sent; returns the contact's id, and when it was begun."""
    begun = _on_a_working_day(stage, task)
    photos = [stage.photos[one] for one in task.photos] if stage.photos else []
    actor = replace(actors[stage.jurors[task.juror]].at(begun), photos=photos)
    return actor.report(task_id, task.manner), begun


def _on_a_working_day(stage: Stage, task: cast.Task) -> datetime:
    day = stage.now.astimezone(stage.desk.zone).date() - timedelta(days=task.done)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return datetime.combine(day, time(task.hour), stage.desk.zone).astimezone(UTC)
