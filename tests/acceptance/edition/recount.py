"""The numbers of an edition counted once more, row by row from the raw tables, without any query of the program's own.

What is done is not believed from a state: the answers of every report are replayed from their revisions, and only a
contact whose script then has no question left counts as sent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Table, select

from scenarios.contact import AnswerState, Contact, Phase, Report
from scenarios.contact_json import load_answer, load_contact
from scenarios.engine import prompt_of
from scenarios.loader import load
from scenarios.model import Mode
from storage import schema
from storage.database import Unit

LIVE = {"offered", "accepted", "done"}
DROPPED = {"declined", "expired", "returned", "void"}
FINISHED = {"submitted", "locked"}


@dataclass(slots=True)
class Numbers:
    """What /status tells of a part of the edition."""

    planned: int = 0
    accepted: int = 0
    done: int = 0
    approved: int = 0
    holes: int = 0
    late: int = 0
    sent: int = 0
    returned: int = 0

    def add(self, stage: str, *, late: bool) -> None:
        """Count one planned contact."""
        self.planned += 1
        self.accepted += stage in {"accepted", "begun", "sent", "returned", "approved"}
        self.done += stage in {"sent", "returned", "approved"}
        self.approved += stage == "approved"
        self.returned += stage == "returned"
        self.sent += stage == "sent"
        self.holes += stage == "hole"
        self.late += late


@dataclass(slots=True)
class Recount:
    """All numbers: together and split by wave, mode, voivodship, institution and juror."""

    total: Numbers = field(default_factory=Numbers)
    parts: Mapping[str, dict[Any, Numbers]] = field(default_factory=dict)
    replayed: dict[int, Contact] = field(default_factory=dict)
    """Contacts as their revisions tell, by id."""
    states: Mapping[str, int] = field(default_factory=dict)
    """What became of all that was ever offered."""


def recount(unit: Unit, edition: int, now: datetime) -> Recount:
    """Count everything."""
    tasks = _rows(unit, schema.assignments, edition_id=edition)
    contacts = {row["id"]: row for row in _rows(unit, schema.contacts)}
    reviews = {row["contact_id"]: row["state"] for row in _rows(unit, schema.reviews)}
    places = {row["id"]: row for row in _rows(unit, schema.participants, edition_id=edition)}
    found = Recount(parts={name: defaultdict(Numbers) for name in ("wave", "mode", "voivodship", "place", "person")})
    found.replayed = _replayed(unit, contacts)
    chains: dict[int, list[RowMapping]] = defaultdict(list)
    for task in tasks:
        chains[task["slot_id"]].append(task)
    for slot in _rows(unit, schema.slots, edition_id=edition):
        if slot["closed_at"] is not None:
            continue
        chain = sorted(chains.pop(slot["id"], []), key=lambda task: task["id"])
        present = next((task for task in reversed(chain) if task["state"] in LIVE), None)
        out = {task["person_id"] for task in chain if task["state"] in DROPPED}
        if present is None:
            is_hole = slot["person_id"] is None or slot["person_id"] in out
            stage, person = ("hole", None) if is_hole else ("ready", slot["person_id"])
        else:
            stage, person = _stage(present, reviews, found.replayed), present["person_id"]
        due = slot["due_at"] if present is None else present["due_at"]
        late = stage in {"offered", "accepted", "begun"} and due < now
        keys = {
            "wave": slot["wave_id"],
            "mode": Mode(slot["mode"]),
            "voivodship": places[slot["participant_id"]]["voivodship"],
            "place": slot["participant_id"],
            "person": person,
        }
        for numbers in (found.total, *(found.parts[name][key] for name, key in keys.items())):
            numbers.add(stage, late=late)
    assert not [task for chain in chains.values() for task in chain if task["state"] in LIVE], "tasks without a slot"
    found.states = _counted(task["state"] for task in tasks)
    return found


def _stage(task: RowMapping, reviews: Mapping[int, str], replayed: Mapping[int, Contact]) -> str:
    contact_id = task["contact_id"]
    if task["state"] == "offered":
        return "offered"
    if contact_id is None:
        assert task["state"] == "accepted"
        return "accepted"
    if replayed[contact_id].phase is Phase.OPEN:
        assert task["state"] == "accepted", f"assignment {task['id']} is done, but its answers are not all there"
        return "begun"
    assert task["state"] == "done", f"assignment {task['id']} has every answer, and is {task['state']}"
    review = reviews[contact_id]
    return review if review in {"returned", "approved"} else "sent"


def _replayed(unit: Unit, contacts: Mapping[int, RowMapping]) -> dict[int, Contact]:
    """Every contact from its revisions; its phase says whether the answers are complete and it was sent."""
    scripts = {row["version"]: row["source"] for row in _rows(unit, schema.scripts)}
    scenarios = {version: load(source, filename=version) for version, source in scripts.items()}
    answers: dict[int, dict[str, Any]] = defaultdict(dict)
    for row in sorted(_rows(unit, schema.answer_revisions), key=lambda row: (row["contact_id"], row["revision"])):
        answer = load_answer(row["answer"])
        assert (answer.path, answer.revision) == (row["path"], row["revision"])
        answers[row["contact_id"]][answer.path] = answer
    found = {}
    for contact_id, row in contacts.items():
        kept = load_contact(row["contact"])
        given = {path: one for path, one in answers[contact_id].items() if one.state is not AnswerState.WITHDRAWN}
        bare = replace(kept, answers=given, phase=Phase.OPEN, pending=None, revisiting=None, paused=False, returned=())
        is_sent = row["submitted_at"] is not None and row["phase"] in FINISHED
        if is_sent and kept.exit is None:
            assert isinstance(prompt_of(scenarios[row["scenario_version"]], bare), Report), f"contact {contact_id}"
        found[contact_id] = replace(bare, phase=Phase(row["phase"]))
    return found


def _rows(unit: Unit, table: Table, **where: object) -> Sequence[RowMapping]:
    query = select(table).where(*(table.c[name] == value for name, value in where.items()))
    return unit.execute(query).mappings().all()


def _counted(values: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for value in values:
        found[value] += 1
    return dict(sorted(found.items()))
