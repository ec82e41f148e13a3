"""A juror in Telegram with one long contact: answers, waits until all is settled, and checks that all is there."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import func, select

from bot.tap_kinds import Begin
from bot.taps import encode
from storage import assignments, contacts, evidence, inbox, queue, schema
from storage.database import Database
from tests import files
from tests.acceptance.running import Program
from tests.bot_api.server import BotApiServer
from tests.faults.long_contact import script, seed

CHAT = 1001
SETTLED_SECONDS = 60.0


class Walk:
    """One juror, one contact, one program. ``kind``: what is asked (``text``, ``tap``, ``photo``)."""

    def __init__(self, kind: str, database: Database, server: BotApiServer, running: Program) -> None:
        self.kind = kind
        self.given = 0
        self.running = running
        running.settings.setdefault("LEASE_SECONDS", "60")  # as it is by default, not the tests' short one
        self.person = server.person(CHAT, met=True)
        self._database, self._server = database, server
        self._task = self._contact = 0

    async def begin(self, folder: Path) -> None:
        """Publish the scenario, start the program, begin the contact."""
        file = folder / "long.yaml"
        file.write_text(script(self.kind, "long"), encoding="utf-8")
        _person, self._task = await self._database.run(lambda unit: seed(unit, file, chat=CHAT))
        await self.running.start()
        self.person.taps_data(encode(Begin(self._task)), message=None)
        await self.until_settled()
        task = await self._database.read(lambda unit: assignments.assignment(unit, self._task))
        assert task is not None
        assert task.contact_id is not None
        self._contact = task.contact_id

    def answer(self) -> None:
        """Answer the question that stands in the chat."""
        self.given += 1
        match self.kind:
            case "text":
                self.person.says(f"odpowiedź {self.given}")
            case "tap":
                self.person.taps("Tak")
            case "photo":
                self.person.sends_photo(files.jpeg(width=64 + self.given, height=48))

    async def answer_on(self, number: int) -> None:
        """Answer so many questions, each when it was asked."""
        for _ in range(number):
            self.answer()
            await self.until_settled()

    async def until_settled(self, *, seconds: float = SETTLED_SECONDS) -> None:
        """Until the next question stands in the chat and nothing is left to do, or the program is dead."""
        async with asyncio.timeout(seconds):
            while self.running.is_running:
                if self.is_asked() and not self._server.updates.waiting and await self.is_done():
                    return
                await asyncio.sleep(0.01)

    def is_asked(self) -> bool:
        """Whether the next question stands in the chat."""
        return any(f"Pytanie {self.given + 1:03d}?" in shown.text for shown in self.person.hears())

    async def is_done(self) -> bool:
        """Whether no message waits to be sent, and no file to be fetched."""
        jobs = schema.jobs.c
        kinds = jobs.kind.in_(["send", "fetch_evidence", "clean"])
        open_jobs = select(func.count()).where(kinds, jobs.state.in_(queue.OPEN))
        return not await self._database.read(lambda unit: unit.execute(open_jobs).scalar_one())

    async def kept(self) -> list[object]:
        """The values of the answers that are stored, in order."""
        found = await self._database.read(lambda unit: contacts.revisions(unit, self._contact))
        return [answer.value for answer in found]

    async def check(self, *, repeats_at_most: int) -> int:
        """Every answer once and in order, every file safe, nothing parked; how many questions came more than once."""
        kept = await self._database.read(lambda unit: contacts.revisions(unit, self._contact))
        assert [str(answer.path) for answer in kept] == [f"q{number:03d}" for number in range(1, self.given + 1)]
        assert [answer.revision for answer in kept] == list(range(1, self.given + 1))
        if self.kind == "text":
            assert [answer.value for answer in kept] == [f"odpowiedź {number}" for number in range(1, self.given + 1)]
        rows = await self._database.read(lambda unit: evidence.of_contact(unit, self._contact))
        assert len(rows) == (self.given if self.kind == "photo" else 0)
        assert {row.status for row in rows} <= {evidence.Status.VERIFIED}
        assert await self._database.read(inbox.parked) == 0
        buried = select(func.count()).where(schema.jobs.c.state == queue.BURIED)
        assert await self._database.read(lambda unit: unit.execute(buried).scalar_one()) == 0
        texts = [shown.text for shown in self.person.hears()]
        asked = [sum(f"Pytanie {number:03d}?" in text for text in texts) for number in range(1, self.given + 2)]
        assert min(asked) >= 1
        repeats = sum(asked) - len(asked)
        assert repeats <= repeats_at_most
        return repeats
