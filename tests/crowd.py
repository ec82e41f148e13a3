"""A crowd: an edition of any size in any state, generated in bulk from a seed, and its numbers counted by hand."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert, text

from scenarios.contact import Contact, Phase
from scenarios.contact_json import dump_contact
from scenarios.model import Mode
from storage import editions, people, schema, scripts
from storage.assignments import State
from storage.people import Role
from storage.planned import Stage
from storage.unit import Unit

VOIVODSHIPS = ("mazowieckie", "podlaskie", "śląskie", "")
CHUNK = 1000
"""Rows of one statement."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Ids, and what the numbers must be: by wave (None: none), mode and stage; ``late`` by mode."""

    edition: int
    coordinators: tuple[int, int]
    waves: tuple[int, int]
    stages: Counter[tuple[int | None, Mode, Stage]]
    late: Counter[Mode]
    mine: Counter[Stage]
    """What the first coordinator may see."""


def make_crowd(  # noqa: PLR0915 - one table after the other
    unit: Unit, *, contacts: int, participants: int, jurors: int, now: datetime, seed: int = 7
) -> Crowd:
    """Fill an empty database."""
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    edition = editions.add_edition(
        unit, name="Tłum", starts_on=date(2026, 9, 1), ends_on=date(2026, 12, 20), time_zone="Europe/Warsaw"
    )
    waves = tuple(
        editions.add_wave(
            unit, edition_id=edition, name=f"Tura {n}", starts_on=date(2026, 8 + n, 1), ends_on=date(2026, 8 + n, 28)
        )
        for n in (1, 2)
    )
    scripts.publish(unit, name="wizyta", version="v1", source="name: wizyta", now=now)
    person: dict[str, Any] = {"edition_id": edition, "now": now}
    staff = tuple(people.add_person(unit, name=f"Koordynator {n}", role=Role.COORDINATOR, **person) for n in (1, 2))
    crew = [people.add_person(unit, name=f"Juror {n}", role=Role.JUROR, **person) for n in range(jurors)]
    keepers = [chance.choice((*staff, None)) for _ in range(participants)]
    places = [
        editions.add_participant(
            unit,
            edition_id=edition,
            name=f"Gmina {n}",
            short_name=f"Miejsce {n}",
            type="gmina",
            voivodship=chance.choice(VOIVODSHIPS),
            coordinator_id=keeper,
        )
        for n, keeper in enumerate(keepers)
    ]
    rows: dict[str, list[dict[str, Any]]] = {"slots": [], "assignments": [], "contacts": [], "reviews": []}
    stages: Counter[tuple[int | None, Mode, Stage]] = Counter()
    late: Counter[Mode] = Counter()
    mine: Counter[Stage] = Counter()
    task = 0
    for number in range(contacts):
        place = chance.randrange(participants)
        mode, juror = chance.choice(list(Mode)), chance.choice(crew)
        stage = chance.choice(list(Stage))
        has_slot = stage in {Stage.HOLE, Stage.READY} or chance.random() < 0.8
        wave = chance.choice((*waves, None)) if has_slot else None
        due = now + timedelta(days=chance.randint(-20, 20), hours=1)
        about = {"edition_id": edition, "participant_id": places[place], "mode": mode.value, "scenario": "wizyta"}
        times = {"opens_at": due - timedelta(days=7), "due_at": due, "created_at": now}
        dropped_out = has_slot and chance.random() < 0.3
        slot = number + 1
        if has_slot:
            chosen = None if stage is Stage.HOLE and not dropped_out else juror
            kept = {"id": slot, "wave_id": wave, "number": 1, "person_id": chosen, "is_fixed": False, "closed_at": None}
            rows["slots"].append({**about, **times, **kept})
        asked = {**about, **times, "coordinator_id": None, "changed_at": now, "slot_id": slot if has_slot else None}
        if dropped_out:
            task += 1
            other = juror if stage is Stage.HOLE else next(each for each in crew if each != juror)
            state = chance.choice((State.DECLINED, State.EXPIRED, State.RETURNED, State.VOID))
            rows["assignments"].append(
                {**asked, "id": task, "person_id": other, "state": state.value, "contact_id": None}
            )
        if stage not in {Stage.HOLE, Stage.READY}:
            task += 1
            is_sent = stage in {Stage.SENT, Stage.RETURNED, Stage.APPROVED}
            has_contact = is_sent or stage is Stage.BEGUN
            state = State.DONE if is_sent else State.OFFERED if stage is Stage.OFFERED else State.ACCEPTED
            keys = {"id": task, "person_id": juror, "contact_id": task if has_contact else None}
            rows["assignments"].append({**asked, **keys, "state": state.value})
            if has_contact:
                phase = Phase.SUBMITTED if is_sent else Phase.OPEN
                contact = Contact(task, "v1", "wizyta", {}, now - timedelta(days=3))
                sent = now - timedelta(days=chance.randint(0, 20)) if is_sent else None
                rows["contacts"].append(
                    {
                        "id": task,
                        "assignment_id": task,
                        "person_id": juror,
                        "scenario_version": "v1",
                        "turn": 0,
                        "phase": phase.value,
                        "contact": dump_contact(contact),
                        "begun_at": contact.begun_at,
                        "changed_at": now,
                        "submitted_at": sent,
                    }
                )
            if stage in {Stage.RETURNED, Stage.APPROVED}:
                when = {"waiting_since": now, "changed_at": now}
                rows["reviews"].append({"contact_id": task, "state": stage.value, **when})
            late[mode] += due < now and not is_sent
        stages[wave, mode, stage] += 1
        if keepers[place] in {None, staff[0]}:
            mine[stage] += 1
    for name, every in rows.items():
        table: Table = schema.metadata.tables[name]
        for at in range(0, len(every), CHUNK):
            unit.execute(insert(table), every[at : at + CHUNK])
    if unit.is_postgres:
        unit.execute(text("ANALYZE"))  # as its own housekeeping does within a minute
    return Crowd(edition, (staff[0], staff[1]), (waves[0], waves[1]), stages, late, mine)
