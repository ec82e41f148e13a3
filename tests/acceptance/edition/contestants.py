"""Jurors of an edition as people are: some at once, some with mistakes, some never, some who block the bot."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import partial
from random import Random

from bot import clock
from bot.tap_kinds import (
    DECLINE_REASONS,
    Accept,
    AcceptAll,
    Begin,
    ConsentYes,
    ContinueContact,
    Decline,
    DeclineBecause,
    LeaveBy,
    OneTask,
    ProposeDate,
    ProposeDay,
    Tasks,
)
from scenarios import engine
from scenarios.contact import AskExit, Confirm, Leave, Phase
from scenarios.loader import load
from scenarios.model import Scenario
from storage import assignments, contacts, scripts
from storage.assignments import Assignment, State
from storage.database import Database
from tests.acceptance.edition.chat import Chat
from tests.acceptance.edition.walker import Walker, is_over
from tests.acceptance.world import ZONE

STEPS_AT_MOST = 250
DECLINES = 2
"""So many offers somebody declines before they take one."""


class Temper(StrEnum):
    """How a juror is."""

    PROMPT = "prompt"
    CLUMSY = "clumsy"
    DECLINING = "declining"
    PROPOSING = "proposing"
    SILENT = "silent"
    BLOCKING = "blocking"
    STOPPING = "stopping"
    """Begins, and is never heard of again."""
    LEAVING = "leaving"
    """Takes a way out in the middle."""
    ABSENT = "absent"
    """Never opens the invitation."""


OFTEN = {
    Temper.PROMPT: 34,
    Temper.CLUMSY: 26,
    Temper.DECLINING: 10,
    Temper.PROPOSING: 10,
    Temper.SILENT: 6,
    Temper.BLOCKING: 4,
    Temper.STOPPING: 4,
    Temper.LEAVING: 3,
    Temper.ABSENT: 3,
}
"""Of a hundred."""


def tempers(number: int, chance: Random) -> list[Temper]:
    """Tempers for so many people, about as often as told; every temper there is, where they are enough."""
    every = [temper for temper, often in OFTEN.items() for _ in range(max(1, round(often * number / 100)))]
    every = every[:number] if len(every) >= number else every + [Temper.PROMPT] * (number - len(every))
    chance.shuffle(every)
    return every


@dataclass(slots=True)
class Contestant:
    """A juror of the edition and what they have made."""

    database: Database
    chat: Chat
    person_id: int
    temper: Temper
    chance: Random
    walkers: dict[int, Walker] = field(default_factory=dict)
    """Contacts by id."""
    declined: int = 0
    proposed: set[int] = field(default_factory=set)
    stopped: set[int] = field(default_factory=set)
    """Contacts nobody goes on with."""

    async def arrive(self, token: str) -> None:
        """Use the invitation and agree; some block the bot right then."""
        await self.chat.says(f"/start {token}", shows=ConsentYes)
        await self.chat.taps(ConsentYes, shows=Tasks)
        if self.temper is Temper.BLOCKING:
            self.chat.person.blocks()

    async def live(self) -> None:
        """Do what is to be done now, as far as this is somebody who does."""
        if self.temper in {Temper.SILENT, Temper.BLOCKING, Temper.ABSENT}:
            return
        for task in await self._tasks():
            if task.state is State.OFFERED and task.proposed_due is None:
                await self._answer(task)
        for task in await self._tasks():
            if task.state is State.ACCEPTED and task.contact_id is None and self._is_open(task):
                await self._begin(task)
        for contact_id in list(self.walkers):
            await self._go_on(contact_id)

    @property
    def mistakes(self) -> list[str]:
        """What went wrong on the way."""
        return [each for walker in self.walkers.values() for each in walker.made]

    @property
    def sent(self) -> list[Walker]:
        """The contacts this juror has sent."""
        return [walker for walker in self.walkers.values() if walker.turn.contact.submitted_at is not None]

    async def _tasks(self) -> list[Assignment]:
        return await self.database.read(lambda unit: assignments.of_person(unit, self.person_id))

    @staticmethod
    def _is_open(task: Assignment) -> bool:
        return task.opens_at <= clock.now() <= task.due_at - timedelta(minutes=1)

    # Answering offers -----------------------------------------------------------------------------------------------

    async def _answer(self, task: Assignment) -> None:
        if not await self._is_offered(task):
            return  # taken together with another one
        mine = {"assignment": task.id}
        if self.temper is Temper.PROMPT and self.chat.has(AcceptAll):
            newest = self.chat.buttons(AcceptAll)[0][1].newest
            if newest >= task.id:
                await self.chat.taps(AcceptAll, shows=Tasks)
                return
        await self._open(task.id, Accept, assignment=task.id)
        if self.temper is Temper.DECLINING and self.declined < DECLINES:
            self.declined += 1
            reason = self.chance.randrange(len(DECLINE_REASONS))
            await self.chat.taps(Decline, assignment=task.id, shows=DeclineBecause, having=mine)
            if DECLINE_REASONS[reason] == "other":
                await self.chat.taps(DeclineBecause, assignment=task.id, reason=reason, shows=OneTask, having=mine)
                await self.chat.says("Wyjeżdżam na dwa tygodnie.", shows=Tasks)
            else:
                await self.chat.taps(DeclineBecause, assignment=task.id, reason=reason, shows=Tasks)
        elif self.temper is Temper.PROPOSING and not self.proposed and self.chat.has(ProposeDate, assignment=task.id):
            self.proposed.add(task.id)
            await self.chat.taps(ProposeDate, assignment=task.id, shows=OneTask, having=mine)
            days = self.chat.buttons(ProposeDay, assignment=task.id)
            if days:
                await self.chat.taps(ProposeDay, assignment=task.id, day=days[-1][1].day, shows=Tasks)
        else:
            await self.chat.taps(Accept, assignment=task.id, shows=Begin, having=mine)

    async def _is_offered(self, task: Assignment) -> bool:
        now = await self.database.read(lambda unit: assignments.assignment(unit, task.id))
        return now is not None and now.state is State.OFFERED

    async def _open(self, task_id: int, shows: type, **having: int) -> None:
        """The task's card, by way of the list."""
        await self.chat.says("/zadania", shows=OneTask, assignment=task_id)
        await self.chat.taps(OneTask, assignment=task_id, shows=shows, having=having)

    # Making contacts ------------------------------------------------------------------------------------------------

    async def _begin(self, task: Assignment) -> None:
        await self._open(task.id, Begin, assignment=task.id)
        before = self.chat.seen()
        found = self.chat.buttons(Begin, assignment=task.id)[0]
        self.chat.person.taps_data(found[2], message=found[0].id)
        async with asyncio.timeout(60):
            while (now := await self._begun(task.id)) is None:
                await asyncio.sleep(0.02)
        contact_id = now
        row = await self.database.read(partial(contacts.load, contact_id=contact_id, lock=False))
        assert row is not None
        scenario = await self._scenario(task.scenario)
        case = task.case
        turn = engine.begin(
            scenario, contact_id=contact_id, facts=row.contact.facts, now=row.begun_at, zone=ZONE, case=case
        )
        walker = Walker(
            self.chat.server,
            self.chat.person,
            scenario,
            turn,
            photos=self.person_id % 150,
            mistakes=self.chance if self.temper is Temper.CLUMSY else None,
            waits=self.chance.random() < 0.4,
        )
        walker._seen = (max(before), 0)
        self.walkers[contact_id] = walker
        await self.chat.server.until(walker.is_asked, seconds=60)
        await self._walk(walker)

    async def _begun(self, task_id: int) -> int | None:
        found = await self.database.read(lambda unit: assignments.assignment(unit, task_id))
        return None if found is None else found.contact_id

    async def _scenario(self, name: str) -> Scenario:
        found = await self.database.read(lambda unit: scripts.newest(unit, name))
        assert found is not None
        return load(found[1], filename=name)

    async def _go_on(self, contact_id: int) -> None:
        """Take up what was sent back, or what a reply was waited for."""
        walker = self.walkers[contact_id]
        if is_over(walker.turn) or contact_id in self.stopped:
            return
        if walker.sleeps():
            turn = walker.turn
            walker.overslept()
            if not walker.turn.events:
                walker.turn = turn
                return
        row = await self.database.read(partial(contacts.load, contact_id=contact_id, lock=False))
        assert row is not None
        if row.phase not in {Phase.OPEN, Phase.SUBMITTED}:
            self.stopped.add(contact_id)
            return
        await self._open(row.assignment_id, ContinueContact, contact=contact_id)
        await walker.resume(self.chat)
        await self._walk(walker)

    async def _walk(self, walker: Walker) -> None:
        """Answer until it is sent, or waits, or this juror has had enough."""
        for number in range(STEPS_AT_MOST):
            if is_over(walker.turn) or walker.sleeps():
                return
            if number >= 4 and self.temper is Temper.STOPPING:
                self.stopped.add(walker.contact_id)
                return
            if number >= 4 and self.temper is Temper.LEAVING and await self._leaves(walker):
                return
            await walker.step()
        raise AssertionError(f"not over after {STEPS_AT_MOST} replies: {walker.turn.prompt}")

    async def _leaves(self, walker: Walker) -> bool:
        """Take the last way out; False where there is none here."""
        names = [each.name for each in walker.scenario.exits]
        turn = engine.advance(walker.scenario, walker.turn.contact, Leave(names[-1]), now=clock.now(), zone=ZONE)
        if not isinstance(turn.prompt, AskExit):
            return False
        await self.chat.says("/wyjscia", shows=None, heard="")
        async with asyncio.timeout(60):
            while not (walker.question() and self._offers_exit(walker)):
                await asyncio.sleep(0.02)
        await walker.reply(Leave(names[-1]))
        await walker.reply(Confirm())
        while not is_over(walker.turn):
            await walker.step()
        return True

    def _offers_exit(self, walker: Walker) -> bool:
        found = self.chat.buttons_act(LeaveBy)
        question = walker.question()
        return bool(found) and question is not None and found[0].id == question.id
