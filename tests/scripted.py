"""A channel that does as it is told, a clock that stands still, a worker driven from one due job to the next."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from bot.channels.base import (
    Address,
    Capabilities,
    Command,
    Delivered,
    FileRef,
    FileUnavailable,
    Outcome,
    Outgoing,
)
from bot.worker import Worker
from storage import editions, people, queue
from storage.ahead import FromChat
from storage.database import Database
from storage.unit import Unit

T = TypeVar("T")

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """The moment it shows."""
        return self.at


class ScriptedChannel:
    """Delivers into ``seen``; before that it gives the outcomes it was told to give, one a call."""

    name = "scripted"
    capabilities = Capabilities(can_edit=True, can_delete=True, max_download=20 * 1024 * 1024, max_upload=50_000_000)

    def __init__(self) -> None:
        self.outcomes: deque[Outcome | Exception] = deque()
        self.outcomes_of: defaultdict[str, deque[Outcome | Exception]] = defaultdict(deque)
        self.seen: list[tuple[str, str]] = []
        """(chat, body) of every message that arrived, repeated ones included."""
        self.sent: list[Outgoing] = []
        self.cleaned: list[tuple[str, tuple[str, ...]]] = []
        self.commands: list[tuple[str, str]] = []
        self.files: dict[str, bytes | Exception] = {}
        self.fetched: list[str] = []
        self.under_way = 0
        self.most_under_way = 0
        self.hold: asyncio.Event | None = None
        """While it is not set, nothing that was begun arrives."""
        self.began = asyncio.Event()
        """Set when the first message is under way."""
        self.arrived = asyncio.Event()
        """Set when the first message has arrived."""

    async def deliver(self, outgoing: Outgoing, to: Address, *, job_id: int) -> Outcome:
        """Do the next scripted thing; at the end of the script, deliver. ``Unclear`` delivers and does not say so."""
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            self.began.set()
            await asyncio.sleep(0)
            if self.hold is not None:
                await self.hold.wait()
            script = self.outcomes_of[to.chat] or self.outcomes
            outcome = script.popleft() if script else Delivered(f"m{job_id}")
            if isinstance(outcome, Exception):
                raise outcome
            if type(outcome).__name__ in {"Delivered", "Unclear"}:
                self.seen.append((to.chat, outgoing.body))
                self.sent.append(outgoing)
                self.arrived.set()
            return outcome
        finally:
            self.under_way -= 1

    async def fetch(self, file: FileRef) -> AsyncIterator[bytes]:
        """The scripted bytes in pieces, or the scripted failure."""
        self.fetched.append(file.ref)
        found = self.files.get(file.ref, FileUnavailable("no such file", forever=True))
        if isinstance(found, Exception):
            raise found
        for start in range(0, len(found), 65_536):
            await asyncio.sleep(0)
            yield found[start : start + 65_536]

    async def clean(self, to: Address, messages: Sequence[str]) -> Outcome:
        """Note what was to be deleted."""
        outcome = self.outcomes.popleft() if self.outcomes else Delivered()
        if isinstance(outcome, Exception):
            raise outcome
        if isinstance(outcome, Delivered):
            self.cleaned.append((to.chat, tuple(messages)))
        return outcome

    async def offer_commands(self, to: Address, commands: Sequence[Command], *, language: str) -> Outcome:  # noqa: ARG002
        """Note what was offered."""
        self.commands.extend((language, command.name) for command in commands)
        return Delivered()

    async def close(self) -> None:
        """Nothing to let go."""

    def bodies(self, chat: str) -> list[str]:
        """What arrived in a chat, in order."""
        return [body for where, body in self.seen if where == chat]


@dataclass(frozen=True, slots=True)
class Somebody:
    """A juror with a chat."""

    person_id: int
    address_id: int
    chat: str


def add_somebody(unit: Unit, chat: str, *, channel: str = "scripted") -> Somebody:
    """A juror of a fresh edition who has come by an invitation."""
    edition_id = editions.add_edition(
        unit, name="2026", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), time_zone="Europe/Warsaw"
    )
    person_id = people.add_person(unit, edition_id=edition_id, name="Ola", role=people.Role.JUROR, now=START)
    people.invite(unit, person_id, token_hash=f"hash-{chat}", now=START, expires_at=START + timedelta(days=1))
    found = people.redeem(unit, f"hash-{chat}", channel=channel, chat=chat, now=START)
    assert found is not None
    return Somebody(person_id=person_id, address_id=found[1].id, chat=chat)


async def work_off(database: Database, worker: Worker, clock: Clock, *, until: timedelta = timedelta(days=7)) -> None:
    """Run the worker until nothing is due within ``until``, moving the clock to each due job; then stop it."""
    end = clock.at + until
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(worker.run())
        try:
            while True:
                await asyncio.sleep(0.002)
                counts, due = await database.read(lambda unit: (queue.pending(unit), queue.next_due(unit)))
                if counts["claimed"] or (due is not None and due <= clock.at):
                    continue
                if due is None or due > end:
                    return
                clock.at = due
                worker.nudge()
        finally:
            worker.stop()


class Died(BaseException):
    """The process is no more."""


class CrashingDatabase(Database):
    """Dies at its n-th step: before work is accepted, or after it is committed and before that is known."""

    def __init__(self, url: str, die_at: int) -> None:
        super().__init__(url)
        self.die_at = die_at
        self.steps = 0

    async def run(self, work: Callable[[Unit], T], *, ahead: FromChat | None = None, urgent: bool = False) -> T:
        """As ever, unless this is where it dies."""
        self.step()
        result = await super().run(work, ahead=ahead, urgent=urgent)
        self.step()
        return result

    def step(self) -> None:
        """One more step; dead from the n-th on."""
        if self.steps >= self.die_at:
            raise Died
        self.steps += 1
