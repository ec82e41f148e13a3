"""From answers in the database to standings, at a size far beyond the real one: ``python -m tests.benchmarks.scoring``.

Every participant has ten contacts of the modes the licence asks for, some 23 answers each, scored by the rubric that
ships. Each measurement runs in a process of its own, so that its peak of memory is its own: reading alone and a plain
loop that adds up points are what the rest is held against; then a whole edition, and one contact that changed. Two
sizes show whether time grows with the number of participants, and memory not at all.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, insert, text

from bot import scorer
from bot.jobs import Rescore
from bot.publishing import publish_library
from bot.roles import scores
from bot.talk import Desk
from scenarios import engine
from scenarios.autopilot import next_sensible
from scenarios.contact import Closed, Contact, Turn
from scenarios.contact_json import dump_contact
from scenarios.model import Scenario
from scenarios.route import route
from scoring.rubric import Levels, Rubric
from scoring.sheets import Sheet, sheet_of, sheet_to_json
from storage import editions, people, schema, score_sheets, standings
from storage.database import Database
from storage.migrate import migrate
from storage.people import Role
from storage.scope import Scope
from storage.unit import Unit

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Warsaw")
SIZES = (1_000, 10_000)
CONTACTS = ("wizyta", "wizyta", "telefon", "telefon", "telefon", "email", "email", "social", "strona", "strona")
KINDS = 20
"""Different reports of each scenario that were walked; the crowd's are these."""
CHUNK = 2_000
CHANGES = 20
"""Contacts that change, one after the other."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one measurement gave."""

    seconds: float
    processor: float
    """Seconds of all its threads: what is left when nobody else uses the machine."""
    megabytes: float
    """The process's peak; that of its imports included."""
    says: str = ""


# The crowd ----------------------------------------------------------------------------------------------------------


def fill(url: str, participants: int) -> int:
    """Make the database; returns the edition's id."""
    migrate(url)

    async def live() -> int:
        database = Database(url)
        await database.start()
        edition = await database.run(partial(_crowd, participants=participants))
        await database.stop()
        return edition

    return asyncio.run(live())


def _crowd(unit: Unit, *, participants: int) -> int:
    publish_library(unit, now=NOW)
    desk = _desk()
    whole: dict[str, Any] = {"starts_on": date(2026, 9, 1), "ends_on": date(2026, 12, 20), "time_zone": ZONE.key}
    edition = editions.add_edition(unit, name="Tłum", **whole)
    jurors = [
        people.add_person(unit, edition_id=edition, name=f"Juror {n}", role=Role.JUROR, now=NOW) for n in range(2)
    ]
    scripts = {name: desk.scripts.newest(unit, name) for name in sorted({*CONTACTS})}
    chance = random.Random(7)  # noqa: S311 - repeatable on purpose
    reports = {name: [_walked(script, chance) for _ in range(KINDS)] for name, script in scripts.items()}
    rows: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("assignments", "contacts", "reviews", "score_sheets")
    }
    number = 0
    for place in range(participants):
        about = {"name": f"Gmina {place}", "short_name": f"Gmina {place}", "type": "gmina"}
        participant = editions.add_participant(unit, edition_id=edition, **about)
        for at, name in enumerate(CONTACTS):
            number += 1
            contact, sheet = chance.choice(reports[name])
            whose = {"edition_id": edition, "participant_id": participant}
            script, juror = scripts[name], jurors[at % len(jurors)]
            when = {"opens_at": NOW, "due_at": NOW, "created_at": NOW, "changed_at": NOW}
            task = {"id": number, "person_id": juror, "mode": script.mode.value, "scenario": name, "state": "done"}
            rows["assignments"].append({**whose, **task, **when, "contact_id": number})
            kept = (
                replace(contact, id=number)
                if place < CHANGES
                else Contact(number, script.version, contact.case, {}, NOW)
            )
            rows["contacts"].append(
                {
                    "id": number,
                    "assignment_id": number,
                    "person_id": juror,
                    "scenario_version": script.version,
                    "phase": "locked",
                    "turn": 0,
                    "contact": dump_contact(kept),
                    "begun_at": NOW,
                    "changed_at": NOW,
                    "submitted_at": NOW,
                }
            )
            rows["reviews"].append({"contact_id": number, "state": "approved", "waiting_since": NOW, "changed_at": NOW})
            rows["score_sheets"].append(
                {**whose, "contact_id": number, "counts": True, "records": sheet_to_json(sheet), "made_at": NOW}
            )
        if len(rows["contacts"]) >= CHUNK:
            _write(unit, rows)
    _write(unit, rows)
    if unit.is_postgres:
        unit.execute(text("ANALYZE"))
    return edition


def _write(unit: Unit, rows: Mapping[str, list[dict[str, Any]]]) -> None:
    for name, every in rows.items():
        table: Table = schema.metadata.tables[name]
        if every:
            unit.execute(insert(table), every)
        every.clear()


def _walked(scenario: Scenario, chance: random.Random) -> tuple[Contact, Sheet]:
    """A report walked to its end, with answers that are not all the best, and its sheet."""
    facts = {"participant_type": "gmina", "participant_name": "Gmina"}
    turn: Turn = engine.begin(scenario, contact_id=1, facts=facts, now=NOW, zone=ZONE)
    steps = scenario.steps_by_name.values()
    chosen = {step.name: chance.choice(step.choices).name for step in steps if step.item and len(step.choices) > 1}
    at = NOW
    while not isinstance(turn.prompt, Closed):
        at += timedelta(seconds=20)
        found = next_sensible(scenario, turn, now=at, zone=ZONE, chosen=chosen)
        if found is None:
            raise LookupError(scenario.name)
        turn = found[1]
    way = route(scenario, turn.contact)
    return turn.contact, sheet_of(scenario, turn.contact, way, letter="A", zone=ZONE, decided={})


def _desk() -> Desk:
    return Desk(zone=ZONE, language="pl", own_url="", new_token=str)


# Measurements -------------------------------------------------------------------------------------------------------


def read_alone(unit: Unit, edition: int) -> str:
    """Read every sheet and make its records."""
    answers = sum(len(record.answers) for one in score_sheets.stream(unit, edition) for record in one.records())
    return f"{answers} answers"


def plain_sum(unit: Unit, edition: int, rubric: Rubric) -> str:
    """Read every sheet, and add up the points of yes or no and of levels: no tree, no weights, no rules."""
    worth = {
        (criterion.reads, word): (criterion.points * (value or 0.0), criterion.points)
        for criterion in rubric.criteria.values()
        if isinstance(criterion.worth, Levels)
        for word, value in criterion.worth.worth.items()
    }
    shares = []
    for one in score_sheets.stream(unit, edition):
        earned = possible = 0.0
        for record in one.records():
            for pair in record.answers.items():
                points = worth.get(pair)
                if points is not None:
                    earned += points[0]
                    possible += points[1]
        shares.append(earned / possible)
    return f"{len(shares)} participants"


async def whole_edition(database: Database, edition: int) -> str:
    """What the job ``rescore`` does, part by part, scores only."""
    desk, after = _desk(), 0
    while True:
        work = Rescore(edition, after)
        found = await database.read(lambda unit, work=work: scorer.gather_some(unit, desk, work))
        if not found.ids:
            break
        computed = await asyncio.to_thread(scorer.standings_of, found, with_spread=False)
        await database.run(
            lambda unit, work=work, found=found, computed=computed: scorer.keep_some(
                unit, work, found, computed, now=NOW
            )
        )
        after = found.ids[-1]
    totals = await database.read(lambda unit: standings.totals(unit, Scope(edition)))
    return f"{len(totals)} standings, {sum(total is not None for _placed, total in totals)} with a total"


async def one_contact(database: Database, edition: int) -> str:
    """What the job ``score`` does, for one contact after the other; the intervals are in it."""
    desk = _desk()
    ids = await database.read(lambda unit: score_sheets.next_participants(unit, edition, after=0, limit=CHANGES))
    for participant in ids:
        contact = await database.read(lambda unit, key=participant: _last_contact(unit, key))
        found = await database.read(lambda unit, key=contact: scorer.gather(unit, desk, key))
        if found is None:
            raise LookupError(contact)
        standing = await asyncio.to_thread(scorer.standing_of, found.sheets, found.rubric, with_spread=True)
        await database.run(
            lambda unit, found=found, standing=standing: scorer.keep(unit, desk, found, standing, now=NOW)
        )
    return f"{len(ids)} contacts"


def _last_contact(unit: Unit, participant: int) -> int:
    found = score_sheets.of_participant(unit, participant)
    if found is None:
        raise LookupError(participant)
    return found.kept[-1].contact_id


def measure(url: str, edition: int, what: str) -> Measured:
    """Run one measurement in this process."""

    async def live() -> Measured:
        database = Database(url)
        await database.start()
        desk = _desk()
        rubric = await database.read(lambda unit: scores.rubric_of(unit, desk, edition))
        if rubric is None:
            raise LookupError("rubric")
        began, used = time.perf_counter(), time.process_time()
        match what:
            case "reading alone":
                says = await database.read(lambda unit: read_alone(unit, edition))
            case "plain sum":
                says = await database.read(lambda unit: plain_sum(unit, edition, rubric))
            case "whole edition":
                says = await whole_edition(database, edition)
            case _:
                says = await one_contact(database, edition)
        seconds, processor = time.perf_counter() - began, time.process_time() - used
        await database.stop()
        return Measured(seconds, processor, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, says)

    return asyncio.run(live())


def apart(work: Callable[[], Any]) -> Any:  # noqa: ANN401 - what the work gives
    """Do something in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work).result()


def addresses(folder: Path, postgres: str | None) -> Iterator[Callable[[int], str]]:
    """Where the databases are: fresh SQLite files, and an empty PostgreSQL database where its address is given."""
    yield lambda size: f"sqlite:///{folder / f'{size}.db'}"
    if postgres is not None:
        yield lambda _size: postgres


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--postgres", help="address of an empty database; give one size with it")
    chosen = parser.parse_args()
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for address in addresses(Path(folder), chosen.postgres):
            for size in chosen.sizes:
                url = address(size)
                edition = apart(partial(fill, url, size))
                print(f"{url.partition(':')[0]}, {size} participants, {size * len(CONTACTS)} contacts")
                for what in ("reading alone", "plain sum", "whole edition", "one contact"):
                    found = apart(partial(measure, url, edition, what))
                    each = f", {found.processor / CHANGES * 1000:.0f} ms each" if what == "one contact" else ""
                    took = f"{found.seconds:7.2f} s, processor {found.processor:7.2f} s, {found.megabytes:4.0f} MB"
                    print(f"  {what:14} {took}  {found.says}{each}", flush=True)
                    name = f"{url.partition(':')[0]} {size} {what}"
                    results[name] = (found.seconds, found.processor, found.megabytes)
    print(json.dumps(results))


if __name__ == "__main__":
    main()
