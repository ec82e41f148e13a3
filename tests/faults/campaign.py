"""``kill -9`` at random moments: ``python -m tests.faults.campaign --database sqlite --kills 300 --updates 100000``.

The program runs in a process of its own against a Bot API server that outlives it; hundreds of jurors walk their
contacts; now polling, now a webhook brings the updates. After each kill the database is looked at before the program
starts again: what was acknowledged must be there, and nothing may have been sent that was not committed.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

import uvloop
from sqlalchemy import func, select, text

from storage import contacts, engines, inbox, queue, schema
from storage.database import Database
from storage.migrate import migrate
from storage.unit import Unit
from tests.acceptance.running import Nursery, Program
from tests.conftest import PostgresServer
from tests.faults import tables
from tests.faults.jurors import QUESTIONS, Jurors, seed

AT_ONCE = 200
"""Jurors who walk at the same time."""
STARTING_SHARE = 0.15
"""Of the kills: those before the program is ready."""
STARTING_SECONDS = 0.6
STUCK_SECONDS = 90.0
"""Without a single update acknowledged, while some wait, the run is given up."""
AFTER_SECONDS = 0.01
"""A kill comes up to so long after the update it waited for."""
LEASE_SECONDS = "60"
"""As it is by default: what a killed program had in hand is freed by the next one, which finds it dead."""
MODES = ("polling", "webhook")
CHUNK = 500
LOG_TAIL = 3000
"""Characters of its log, where a program ended by itself."""


@dataclass(slots=True)
class Counts:
    """What a run came to."""

    database: str
    seed: int
    kills: int = 0
    kills_while_starting: int = 0
    updates: int = 0
    answers: int = 0
    messages: int = 0
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    never_committed: int = 0
    parked: int = 0
    repeats_not_explained: int = 0
    repeats_after_a_kill: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing went wrong."""
        wrong = (self.lost, self.doubled, self.out_of_order, self.never_committed, self.parked)
        return not any((*wrong, self.repeats_not_explained, self.problems))


class Campaign:
    """One run."""

    def __init__(self, database: Database, program: Program, jurors: Jurors, counts: Counts) -> None:
        self._database = database
        self._program = program
        self._jurors = jurors
        self._counts = counts
        self._chance = random.Random(counts.seed + 1)  # noqa: S311 - moments to kill at, the same in every run
        self._engine = engines.reading(database.url)

    async def run(self, *, kills: int, updates: int) -> None:
        """Kill so often, spread over so many updates; then let everything come to rest, and count."""
        self._jurors.begin()
        server = self._jurors.server
        for kill in range(1, kills + 1):
            goal = updates * kill / kills
            await self._live_and_die(goal)
            if kill % 20 == 0 or kill == kills:
                sys.stdout.write(f"{kill} kills, {server.acknowledged} updates, {self._jurors.sends} messages\n")
                sys.stdout.flush()
            if self._counts.problems:
                return
        self._start()
        await self._until(lambda: self._jurors.are_through and not server.waiting)
        await self._until_sent()
        await self._program.stop()
        self._recount()

    def _start(self) -> None:
        self._jurors.server.life += 1
        self._program.settings["TELEGRAM_MODE"] = self._chance.choice(MODES)
        self._program.launch()

    async def _live_and_die(self, goal: float) -> None:
        self._start()
        server = self._jurors.server
        if self._chance.random() < STARTING_SHARE:
            await asyncio.sleep(self._chance.random() * STARTING_SECONDS)
            self._counts.kills_while_starting += 1
        else:
            spread = max(goal - server.acknowledged, 1)
            wanted = server.acknowledged + self._chance.uniform(0.5, 1.5) * spread
            await self._until(lambda: server.acknowledged >= wanted or self._jurors.are_through)
            await asyncio.sleep(self._chance.random() * AFTER_SECONDS)
        await self._program.kill()
        self._counts.kills += 1
        await server.hear_out()
        self._look()

    async def _until(self, holds: object) -> None:
        assert callable(holds)
        server, seen, since = self._jurors.server, -1, time.monotonic()
        while not holds():
            if server.acknowledged + self._jurors.sends != seen:
                seen, since = server.acknowledged + self._jurors.sends, time.monotonic()
            elif not self._program.is_running:
                said = self._program.said()[-LOG_TAIL:]
                self._counts.problems.append(f"the program ended by itself in life {server.life}:\n{said}")
                return
            elif time.monotonic() - since > STUCK_SECONDS:
                self._counts.problems.append(
                    f"nothing moves in life {self._jurors.server.life}: {server.waiting} updates wait, "
                    f"{len(self._jurors.walking)} jurors walk"
                )
                return
            await asyncio.sleep(0.005)

    async def _until_sent(self) -> None:
        """Wait until no message is left to be sent."""
        jobs = schema.jobs.c
        left = select(func.count()).where(jobs.kind == "send", jobs.state.in_(queue.OPEN))
        async with asyncio.timeout(STUCK_SECONDS):
            while await self._database.read(lambda unit: unit.execute(left).scalar_one()):
                await asyncio.sleep(0.05)

    # Looking, while the program is dead -----------------------------------------------------------------------------

    def _look(self) -> None:
        with self._engine.connect() as connection, connection.begin() as transaction:
            self._wait_for_backends()
            unit = Unit(connection)
            self._acknowledged_is_there(unit)
            self._sent_is_committed(unit)
            self._jurors.note_open(self._settled(unit, self._jurors.fresh))
            transaction.rollback()

    def _settled(self, unit: Unit, ids: set[int]) -> set[int]:
        """Those of the messages whose arrival is noted in the store."""
        kept, wanted = schema.messages.c.ref, [str(one) for one in sorted(ids)]
        found: set[int] = set()
        for start in range(0, len(wanted), CHUNK):
            query = select(kept).where(kept.in_(wanted[start : start + CHUNK]), schema.messages.c.direction == "out")
            found |= {int(ref) for ref in unit.execute(query).scalars()}
        return found

    def _wait_for_backends(self) -> None:
        """A killed program's session of PostgreSQL may still be at its last COMMIT."""
        if self._database.dialect != "postgresql":
            return
        others = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND state <> 'idle'"
        )
        until = time.monotonic() + STUCK_SECONDS
        with engines.reading(self._database.url).connect() as fresh:
            while fresh.execute(others).scalar_one() and time.monotonic() < until:
                fresh.rollback()
                time.sleep(0.01)

    def _acknowledged_is_there(self, unit: Unit) -> None:
        fresh, self._jurors.server.fresh = self._jurors.server.fresh, []
        taken = schema.inbox.c
        for start in range(0, len(fresh), CHUNK):
            some = [str(number) for number in fresh[start : start + CHUNK]]
            found = unit.execute(select(func.count()).where(taken.channel == "telegram", taken.update_id.in_(some)))
            self._counts.lost += len(some) - int(found.scalar_one())

    def _sent_is_committed(self, unit: Unit) -> None:
        """Question n is asked only after the answers before it were committed."""
        walking = {juror.assignment: juror for juror in self._jurors.walking.values() if juror.asked}
        ids = list(walking)
        tasks, revised = schema.assignments.c, schema.answer_revisions.c
        for start in range(0, len(ids), CHUNK):
            query = (
                select(tasks.id, func.count(revised.revision))
                .select_from(
                    schema.assignments.outerjoin(schema.answer_revisions, revised.contact_id == tasks.contact_id)
                )
                .where(tasks.id.in_(ids[start : start + CHUNK]))
                .group_by(tasks.id)
            )
            for task, answers in unit.execute(query):
                self._counts.never_committed += max(0, walking[task].highest - 1 - answers)

    # At the end -----------------------------------------------------------------------------------------------------

    def _recount(self) -> None:
        counts, jurors = self._counts, self._jurors
        repeats = jurors.repeats()
        counts.repeats_after_a_kill, counts.repeats_not_explained = repeats["after a kill"], repeats["not explained"]
        counts.updates, counts.messages = jurors.server.acknowledged, jurors.sends
        counts.out_of_order += jurors.out_of_order()
        with self._engine.connect() as connection, connection.begin() as transaction:
            unit = Unit(connection)
            self._acknowledged_is_there(unit)
            counts.parked = inbox.parked(unit)
            rows = unit.execute(select(schema.assignments.c.id, schema.assignments.c.contact_id))
            found = {row.id: row.contact_id for row in rows}
            for juror in jurors.everybody.values():
                contact = found[juror.assignment]
                kept = [] if contact is None else contacts.revisions(unit, contact)
                compare(counts, juror.answers, [_plain(answer.value) for answer in kept])
                counts.answers += len(kept)
                numbers = [answer.revision for answer in kept]
                if numbers != list(range(1, len(kept) + 1)):
                    counts.problems.append(f"revisions of chat {juror.chat}: {numbers}")
            transaction.rollback()


def compare(counts: Counts, given: list[str], kept: list[str]) -> None:
    """Count what differs between the answers somebody gave and those that are kept."""
    if given == kept:
        return
    before, after = Counter(given), Counter(kept)
    lost, doubled = (before - after).total(), (after - before).total()
    counts.lost += lost
    counts.doubled += doubled
    counts.out_of_order += not (lost or doubled)


def _plain(value: object) -> str:
    match value:
        case True:
            return "yes"
        case False:
            return "no"
    return str(value)


async def campaign(url: str, folder: Path, counts: Counts, *, kills: int, updates: int, nursery: Nursery) -> None:
    """Seed the database, run, and fill in the counts."""
    began = time.monotonic()
    database = Database(url)
    await database.start()
    seeded = await seed(database, max(1, round(updates / (QUESTIONS + 1))))
    jurors = Jurors(seeded, at_once=min(AT_ONCE, len(seeded)), chance=random.Random(counts.seed))  # noqa: S311
    await jurors.server.start()
    program = Program(
        nursery,
        folder,
        {
            "DATABASE_URL": url,
            "EVIDENCE_URL": f"file://{folder / 'evidence'}",
            "TELEGRAM_TOKEN": "4242:TEST-token_of-a_bot",
            "TELEGRAM_API_URL": jurors.server.url,
            "TELEGRAM_WEBHOOK_SECRET": "a-webhook-secret_1",
            "LEASE_SECONDS": LEASE_SECONDS,
        },
    )
    program.settings["TELEGRAM_WEBHOOK_URL"] = f"{program.url}/telegram"
    try:
        await Campaign(database, program, jurors, counts).run(kills=kills, updates=updates)
    finally:
        await program.kill()
        await jurors.server.stop()
        await database.stop()
        counts.seconds = round(time.monotonic() - began, 1)


def main() -> int:
    """Run one campaign, print its table, and write it into the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.campaign", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--updates", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--write", action="store_true", help="write the table into docs/faults.md")
    asked = parser.parse_args()
    counts = Counts(asked.database, asked.seed)
    with ExitStack() as ending:
        nursery = Nursery()
        ending.callback(nursery.close)
        folder = Path(tempfile.mkdtemp(prefix="mystery-faults-"))
        ending.callback(shutil.rmtree, folder, ignore_errors=True)
        if asked.database == "postgresql":
            server = PostgresServer(folder)
            ending.callback(server.stop)
            url = server.url(server.take_migrated())
        else:
            url = f"sqlite:///{folder / 'faults.db'}"
            migrate(url)
        uvloop.run(campaign(url, folder, counts, kills=asked.kills, updates=asked.updates, nursery=nursery))
        for problem in counts.problems:
            sys.stdout.write(f"{problem}\n")
        sys.stdout.write(f"{tables.kills(asdict(counts))}\n")
        sys.stdout.flush()
    if asked.write and counts.is_clean:
        tables.write(f"kills {asked.database}", tables.kills(asdict(counts)))
    return 0 if counts.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
