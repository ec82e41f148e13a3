"""A whole edition from its first invitation to the last review, in chats of a real program over real HTTP."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import func, or_, select

from bot.office_taps.importing import ImportWrite
from scenarios.contact import Phase
from scenarios.model import Mode
from storage import assignments, contacts, people, reviews, schema
from storage.assignments import State
from storage.database import Database, Unit
from storage.people import Role
from storage.rules import DEFAULT_COVERAGE
from tests.acceptance.edition.chat import Chat, taps_of
from tests.acceptance.edition.clerks import Clerk
from tests.acceptance.edition.contestants import Contestant, Temper, tempers
from tests.acceptance.edition.hours import Hours
from tests.acceptance.edition.tables import Table, jurors, places
from tests.acceptance.running import ROOT, Nursery, Program
from tests.acceptance.world import ZONE
from tests.bot_api.server import BotApiServer

FIRST_DAY = date(2026, 10, 5)
"""A Monday; the answer keys of the library's scenarios are valid then."""

COORDINATOR, ORGANIZER, FIRST_CHAT = 50, 51, 1000
AT_ONCE = 12
"""Jurors in their chats at the same time."""

SATURDAY = 5
EARLIER = timedelta(minutes=10)
SETTLE_SECONDS = 120.0
DIES_AFTER_SECONDS = 2.0
LEASE_SECONDS = "10"
"""How soon the jobs of a killed program are taken over."""
VOIDED, RETURNED = 0.06, 0.18
"""Up to which chance a report does not count, or goes back once; the first goes back and the next does not count."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large an edition is."""

    participants: int
    jurors: int
    coverage: Mapping[Mode, int]
    days: int
    """Days that are lived through; the waves end before."""
    waves: tuple[str, ...]
    killed_on: int | None = None
    """The day, counted from 0, in the middle of which the program is killed and started again."""
    seed: int = 11


@dataclass(slots=True)
class Season:
    """The edition under way."""

    size: Size
    database: Database
    server: BotApiServer
    hours: Hours
    program: Program
    nursery: Nursery
    folder: Path
    chance: Random
    coordinator: Clerk
    organizer: Clerk
    contestants: list[Contestant] = field(default_factory=list)
    returned: set[int] = field(default_factory=set)
    told: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    # Beginning ------------------------------------------------------------------------------------------------------

    async def begin(self) -> None:
        """Publish the scripts, invite the office from the command line, start the program."""
        files = [
            str(ROOT / f"scenarios/library/{name}.yaml") for name in ("wizyta", "telefon", "email", "social", "strona")
        ]
        await self._command("publish", *files)
        tokens = {}
        for role in ("coordinator", "organizer"):
            log = await self._command("invite", f"{role.capitalize()} Testowy", "--role", role, "--edition", "Próbna")
            tokens[role] = log.partition("start=")[2].split()[0]
        await self.program.start()
        await self.coordinator.arrive(tokens["coordinator"])
        await self.organizer.arrive(tokens["organizer"])

    async def set_up(self) -> None:
        """Dates, waves and coverage by the organizer."""
        await self.organizer.name_edition("Lider 2026", "5.10.2026", "11.12.2026")
        await self.organizer.add_waves(*self.size.waves)
        proposed = {one.mode: one.least for one in DEFAULT_COVERAGE}
        await self.organizer.need(self.size.coverage, proposed)

    async def bring_in(self, table: Table, name: str) -> None:
        """Send a table with mistakes, read the remarks, send it mended, and once more: nothing doubles."""
        clerk, wrong = self.coordinator, table.lines_wrong()
        await clerk.sends(table.sent, name)
        shown = await clerk.problems()
        for line in sorted(wrong):
            assert f"{line}," in shown.text or f" {line} " in shown.text, shown.text
        rows = await clerk.remarks()
        assert len(rows) == len(table.rows) + 1
        remarked = {at + 1 for at, row in enumerate(rows[1:], 1) if row[-1]}
        assert wrong <= remarked, (wrong, remarked)
        await clerk.writes(name)
        before = await self._count_of_edition()
        mended = [row[: len(table.titles)] for row in rows[1:]]
        for place, right in table.mended.items():
            mended[place] = list(right)
        fixed = Table(table.titles, tuple(mended), {})
        await clerk.sends(fixed.sent, f"poprawione {name}")
        await clerk.writes(f"poprawione {name}")
        after = await self._count_of_edition()
        assert after == before + len(wrong)
        shown = await clerk.sends(fixed.sent, f"znowu {name}")
        assert await self._count_of_edition() == after
        assert not any(isinstance(tap, ImportWrite) for tap, _data in taps_of(shown))
        self.told.append(f"{name}: {len(table.rows)} rows, {len(wrong)} wrong at first, {after} there")

    async def gather(self) -> None:
        """Invite all jurors by the table of links, and let them come."""
        rows = await self.coordinator.invites()
        known = {person.name: person.id for person in await self._jurors()}
        found = [row for row in rows[1:] if str(row[0]) in known]
        assert len(found) == self.size.jurors, (len(found), len(rows))
        every = tempers(self.size.jurors, self.chance)
        arriving = []
        for at, (row, temper) in enumerate(zip(found, every, strict=True)):
            token = str(row[4]).partition("start=")[2]
            assert token, row
            person = self.server.person(FIRST_CHAT + at, name=str(row[0]))
            one = Contestant(
                self.database,
                Chat(self.server, person),
                known[str(row[0])],
                temper,
                Random(self.size.seed * 1000 + at),  # noqa: S311 - repeatable on purpose
            )
            self.contestants.append(one)
            if temper is not Temper.ABSENT:
                arriving.append(partial(one.arrive, token))
        await together(arriving)
        self.told.append("jurors: " + ", ".join(f"{n} {temper}" for temper, n in sorted(Counter(every).items())))

    async def plan(self) -> None:
        """Plan, apply, and send the tasks out."""
        await self.organizer.plans()
        done = await self.organizer.broadcasts_tasks()
        self.told.append("broadcast: " + done.text.replace("\n", " · "))

    # Days -----------------------------------------------------------------------------------------------------------

    async def days(self) -> None:
        """Live through the edition, a working day at a time."""
        for ahead in range(self.size.days):
            day = FIRST_DAY + timedelta(days=ahead)
            if ahead:
                await self._to(tick(ahead))
            if day.weekday() < SATURDAY:
                await self.day(killed=ahead == self.size.killed_on)
        await self._to(tick(self.size.days))

    async def day(self, *, killed: bool) -> None:
        """Jurors do what they do; then the coordinator decides on dates and reports."""
        living = together([one.live for one in self.contestants])
        await asyncio.gather(living, *([self._die()] if killed else []))
        await self.settle()
        await self._decide()
        await self.settle()

    async def _die(self) -> None:
        """Have the program killed while everybody talks to it, and started again."""
        await asyncio.sleep(DIES_AFTER_SECONDS)
        await self.program.kill()
        await self.program.start()
        self.told.append(f"killed and started again on day {self.size.killed_on}")

    async def _decide(self) -> None:
        tasks = await self.database.read(lambda unit: assignments.of_edition(unit, 1))
        proposed = [task.id for task in tasks if task.proposed_due is not None and task.state is State.OFFERED]
        await self.coordinator.decide_dates(proposed, self.chance)
        for contact_id in await self.coordinator.queue():
            roll, is_first = self.chance.random(), not self.returned
            is_voided = roll < VOIDED or not (is_first or self.coordinator.decided.get("void"))
            if contact_id not in self.returned and (is_first or (roll < RETURNED and not is_voided)):
                await self._return(contact_id)
            elif is_voided:
                await self.coordinator.voids(contact_id)
            else:
                await self.coordinator.approves(contact_id)

    async def _return(self, contact_id: int) -> None:
        self.returned.add(contact_id)
        row = await self.database.read(lambda unit: contacts.load(unit, contact_id, lock=False))
        assert row is not None
        await self.coordinator.returns(contact_id)
        review = await self.database.read(lambda unit: reviews.review(unit, contact_id))
        assert review is not None
        assert review.paths
        [walker] = [one.walkers[contact_id] for one in self.contestants if contact_id in one.walkers]
        walker.sent_back(tuple(review.paths), is_locked=row.phase is Phase.LOCKED)

    async def _to(self, local: datetime) -> None:
        """Let it be that moment, and let everything that is due happen."""
        await self.settle()
        self.hours.move_to(local.astimezone(UTC))
        await self.settle()

    async def settle(self) -> None:
        """Wait until every update was taken in and nothing is due."""
        quiet = 0
        async with asyncio.timeout(SETTLE_SECONDS):
            while quiet < 3:
                is_quiet = not self.server.updates.waiting and not await self.database.read(self._due)
                quiet = quiet + 1 if is_quiet else 0
                await asyncio.sleep(0.03)

    def _due(self, unit: Unit) -> int:
        jobs = schema.jobs
        due = or_(jobs.c.state == "claimed", jobs.c.free_at <= self.hours.now())
        found = unit.execute(select(func.count()).where(jobs.c.state.in_(["waiting", "claimed"]), due)).scalar_one()
        return int(found)

    # Inside ---------------------------------------------------------------------------------------------------------

    async def _command(self, *arguments: str) -> str:
        """Run a command of the program; what it said."""
        log = self.folder / f"{arguments[0]}-{len(self.seconds)}-{self.chance.random()}.log"
        self.nursery.start(list(arguments), self.program.settings, log)
        async with asyncio.timeout(SETTLE_SECONDS):
            while not log.exists() or not _is_said(log.read_text(), arguments[0]):
                await asyncio.sleep(0.05)
        return log.read_text()

    async def _jurors(self) -> list[people.Person]:
        return await self.database.read(lambda unit: people.people(unit, edition_id=1, role=Role.JUROR))

    async def _count_of_edition(self) -> int:
        """Participants and jurors together."""

        def count(unit: Unit) -> int:
            tables = (schema.participants, schema.people)
            return sum(unit.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)

        return await self.database.read(count)


def tick(ahead: int) -> datetime:
    """When people come to their chats on the day that many days after the first.

    A little earlier each day: what was to be done within so many days is not over in the very second they come.
    """
    return datetime.combine(FIRST_DAY + timedelta(days=ahead), time(17), ZONE) - EARLIER * ahead


def _is_said(text: str, command: str) -> bool:
    done = {"publish": 5, "invite": 3}[command]
    return len(text.splitlines()) >= done


async def together(doing: Iterable[Callable[[], Awaitable[Any]]]) -> None:
    """Do all of it, a few at a time."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(each: Callable[[], Awaitable[Any]]) -> None:
        async with room:
            await each()

    async with asyncio.TaskGroup() as group:
        for each in doing:
            group.create_task(one(each))


@asynccontextmanager
async def season(
    size: Size, *, database: Database, server: BotApiServer, program: Program, nursery: Nursery, folder: Path
) -> AsyncIterator[Season]:
    """An edition that has not begun; its days pass as fast as they are lived."""
    hours = Hours(folder / "clock", server.clock, datetime.combine(FIRST_DAY, time(9), ZONE).astimezone(UTC))
    program.settings |= {"CLOCK": str(hours.path), "LEASE_SECONDS": LEASE_SECONDS}
    chance = Random(size.seed)  # noqa: S311 - repeatable on purpose
    coordinator, organizer = (
        Clerk(Chat(server, server.person(number, name="Biuro"))) for number in (COORDINATOR, ORGANIZER)
    )
    with hours.kept_here():
        yield Season(size, database, server, hours, program, nursery, folder, chance, coordinator, organizer)


def tables(size: Size) -> tuple[Table, Table]:
    """The files of institutions and jurors."""
    return places(size.participants), jurors(size.jurors, Random(size.seed))  # noqa: S311 - repeatable on purpose
