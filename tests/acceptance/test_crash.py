"""Killed at every step of an answer's life: nothing acknowledged is lost, nothing counts twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from scenarios.contact import Answered, Files, Phase, Turn
from storage import contacts, evidence, inbox, queue, schema
from storage.database import Database
from tests.acceptance.entry import POINTS
from tests.acceptance.running import Program
from tests.acceptance.test_visit_telegram import begin, same_answers
from tests.acceptance.walking import Juror
from tests.acceptance.world import World
from tests.bot_api.server import BotApiServer

pytestmark = [pytest.mark.crash, pytest.mark.timeout(280)]

STEPS = [f"{point}{moment}" for point in POINTS for moment in ("/before", "")]
"""Right before and right after each point."""

OF_FILES = ("evidence-expected", "file-inspected", "blob-stored", "evidence-verified")
"""Points only a file passes."""

LEASE_SECONDS = "60"
"""As it is by default: on a slow machine a shorter one runs out while a message is under way, and it is sent again."""

HEARD_OUT_SECONDS = 0.05
"""In which the Bot API server takes what a killed program had written."""

REPLIES_A_POINT = 12


@pytest.mark.parametrize("mode", ["polling"])
async def test_killed_at_each_step_of_an_answers_life(
    mode: str, database: Database, server: BotApiServer, world: World, program: Callable[..., Program]
) -> None:
    """One juror walks on through a kill at each step; afterwards every answer is there, once and in order."""
    running = program(mode=mode)
    running.settings["LEASE_SECONDS"] = LEASE_SECONDS
    await running.start()
    juror = await begin(server, database, world)
    walked = _Walked(juror, running, database)
    for step in STEPS:
        await walked.die_at(step)
    assert walked.crashes >= len(STEPS)
    await walked.check()
    replayed = await walked.replay()
    repeats = await walked.repeats()
    print(
        f"\n{walked.crashes} kills, {walked.replies} replies, "
        f"{replayed} updates replayed, {repeats} messages shown twice"
    )


class _Walked:
    """A juror walking on while the program dies and comes back."""

    def __init__(self, juror: Juror, running: Program, database: Database) -> None:
        self.juror = juror
        self.running = running
        self.database = database
        self.crashes = 0
        self.replies = 0
        self.files = 0
        self.answered: list[tuple[str, str]] = []
        self.left_open: set[int] = set()
        """Messages that a kill cut off from the commit that would have noted them; each is sent again."""
        juror.meanwhile = self._until_asked_or_dead
        self._note(juror.turn)

    async def die_at(self, step: str) -> None:
        """Let the program die at a step, walking on as long as it takes."""
        before = self.crashes
        number = 2 if step.startswith(("unit-committed", "jobs-claimed", "message-sending", "job-finished")) else 1
        await self._stop()
        await self._start(f"{step}:{number}")
        for _ in range(REPLIES_A_POINT):
            if self.crashes > before:
                break
            await self._reply(with_file=step.startswith(OF_FILES))
            await self._settle(before)
        assert self.crashes > before, f"never died at {step}"

    async def _reply(self, *, with_file: bool) -> None:
        """The next answer; a file where one is wanted, or where all was answered already: it waits on the tray."""
        self.replies += 1
        assert self.juror.turn.contact.phase is Phase.OPEN, "the contact is too short for so many kills"
        if with_file or self._is_last():
            self.files += 1
            await self.juror.reply(Files((900_000 + self.files,), "image"))
            return
        before = self.juror.photos
        await self.juror.step()
        self.files += self.juror.photos - before
        self._note(self.juror.turn)

    def _is_last(self) -> bool:
        return type(self.juror.turn.prompt).__name__ == "Report"

    def _note(self, turn: Turn) -> None:
        self.answered += [
            (event.answer.path, event.answer.state.value) for event in turn.events if isinstance(event, Answered)
        ]

    async def _settle(self, crashes: int) -> None:
        """Give jobs that follow the answer a moment to reach the point."""
        for _ in range(20):
            if not self.running.is_running:
                await self._died()
                await self._start("")
            if self.crashes > crashes:
                return
            await asyncio.sleep(0.02)

    async def _until_asked_or_dead(self) -> None:
        while not self.juror.is_asked():
            if not self.running.is_running:
                await self._died()
                await self._start("")
                return
            await asyncio.sleep(0.01)

    async def _start(self, crash_at: str) -> None:
        while not await self.running.start(crash_at=crash_at):
            await self._died()
            crash_at = ""

    async def _stop(self) -> None:
        """Ended as it should be, it leaves nothing open."""
        await self.running.stop()
        assert await self._not_noted() == []

    async def _died(self) -> None:
        """What the chat shows and the store does not know of, the kill left open: one message at most, the last one,

        whose job is still to be done. A message of which a later one of the chat is noted had been settled itself.
        """
        self.crashes += 1
        await asyncio.sleep(HEARD_OUT_SECONDS)
        left = await self._not_noted()
        if not left:
            return
        assert len(left) == 1, "of one chat only one message is under way"
        assert left[0] == self.juror.person.last.id, "a message was sent after one that was not noted"
        assert await self._unsent() > 0, "no job is left that would send it again, and it is not noted"
        self.left_open.update(left)

    async def _not_noted(self) -> list[int]:
        """Messages the chat shows that the store does not know to be there, and that no kill before left open."""
        table = schema.messages.c
        query = select(table.ref).where(table.direction == "out", table.ref.is_not(None))
        noted = await self.database.read(lambda unit: {int(ref) for ref in unit.execute(query).scalars()})
        shown = [message.id for message in self.juror.person.hears()]
        return [message for message in shown if message not in noted | self.left_open]

    async def _unsent(self) -> int:
        jobs = schema.jobs.c
        query = select(func.count()).where(jobs.kind == "send", jobs.state.in_([queue.WAITING, queue.CLAIMED]))
        return await self.database.read(lambda unit: int(unit.execute(query).scalar_one()))

    async def repeats(self) -> int:
        """Messages that reached the chat more often than they were put into the queue."""
        query = select(func.count()).select_from(schema.messages).where(schema.messages.c.direction == "out")
        recorded = await self.database.read(lambda unit: int(unit.execute(query).scalar_one()))
        return len(self.juror.person.hears()) - recorded

    async def replay(self) -> int:
        """Have every update delivered once more; nothing may change by it. How many there were."""
        contact_id = self.juror.turn.contact.id
        before = await self.database.read(lambda unit: contacts.revisions(unit, contact_id))
        shown = len(self.juror.person.hears())
        await self._stop()
        updates = self.juror.server.updates
        updates.forget_acknowledgements()
        number = len(updates.waiting)
        await self._start("")
        await self.juror.server.until(lambda: not updates.waiting, seconds=60)
        assert await self._unsent() == 0
        assert await self.database.read(lambda unit: contacts.revisions(unit, contact_id)) == before
        assert len(self.juror.person.hears()) == shown
        return number

    async def check(self) -> None:
        """Everything that was answered is there, once, in order; every file is safe; every update was taken once."""
        contact_id = self.juror.turn.contact.id
        row = await self.database.read(lambda unit: contacts.load(unit, contact_id, lock=False))
        assert row is not None
        assert same_answers(row.contact, self.juror.turn.contact)
        kept = await self.database.read(lambda unit: contacts.revisions(unit, contact_id))
        assert [(answer.path, answer.state.value) for answer in kept] == self.answered
        assert [answer.revision for answer in kept] == list(range(1, len(kept) + 1))
        async with asyncio.timeout(30):
            while await self.database.read(lambda unit: evidence.waiting(unit, contact_id)):
                await asyncio.sleep(0.05)
        files = await self.database.read(lambda unit: evidence.of_contact(unit, contact_id))
        assert len(files) == self.files
        assert {file.status for file in files} == {evidence.Status.VERIFIED}
        assert await self.database.read(inbox.parked) == 0
        async with asyncio.timeout(30):
            while await self._unsent():
                await asyncio.sleep(0.05)
        assert await self._not_noted() == []
        assert 0 <= await self.repeats() <= len(self.left_open)
        taken = await self.database.read(
            lambda unit: unit.execute(select(func.count()).select_from(schema.inbox)).scalar_one()
        )
        assert taken == len({update.update_id for update in self.juror.server.updates.acknowledged})
