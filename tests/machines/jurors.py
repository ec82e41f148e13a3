"""Jurors who answer question after question, note how long each answer took, and can tell afterwards what was lost."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import select

from storage import contacts, evidence, schema
from storage.database import Database, Unit
from tests import files
from tests.benchmarks.chats import FIRST_CHAT
from tests.benchmarks.ours import HEAD, STEP, seed
from tests.bot_api.person import Person
from tests.bot_api.server import BotApiServer

_PHOTO = """\
      - name: pytanie_{number}
        type: image
        label: {{pl: "Zdjęcie, punkt {number}", en: "A photo, point {number}"}}
"""
_POINT = re.compile(r"punkt (\d+)")
WAIT_SECONDS = 180.0


def scenario(questions: int, *, photo_every: int = 0) -> str:
    """So many questions; every so manieth asks for a photo."""
    steps = (
        (_PHOTO if photo_every and number % photo_every == 0 else STEP).format(number=number)
        for number in range(1, questions + 1)
    )
    return HEAD + "".join(steps)


@dataclass(slots=True)
class Walker:
    """One juror in Telegram. ``sent`` is what the answers must come to, by question; ``waits`` how long each took."""

    person: Person
    questions: int
    photo_every: int = 0
    pause: float = 0.0
    sent: dict[int, str | None] = field(default_factory=dict)
    waits: list[tuple[float, float]] = field(default_factory=list)
    """When each was sent (monotonic), and the seconds until the next question."""
    failed: str = ""

    async def walk(self, server: BotApiServer) -> None:
        """From the first question to the last."""
        self.person.says("/start")
        await server.until(lambda: self.asked() == 1, seconds=WAIT_SECONDS)
        for number in range(1, self.questions + 1):
            began = time.monotonic()
            self._answer(number)
            try:
                await server.until(lambda number=number: self._is_past(number), seconds=WAIT_SECONDS)
            except TimeoutError:
                self.failed = f"no answer to question {number}: {[one.text[:40] for one in self.person.hears()[-3:]]}"
                return
            self.waits.append((began, time.monotonic() - began))
            await asyncio.sleep(self.pause)

    def asked(self) -> int | None:
        """The number of the question that the last message that asks one asks."""
        numbers = self.points()
        return numbers[-1] if numbers else None

    def points(self) -> list[int]:
        """The questions in the order in which they were asked, as often as they were."""
        found = (_POINT.search(shown.text) for shown in self.person.hears())
        return [int(one[1]) for one in found if one is not None]

    def _is_past(self, number: int) -> bool:
        if number < self.questions:
            return self.asked() == number + 1
        last = self.person.hears()[-1]
        return _POINT.search(last.text) is None

    def _answer(self, number: int) -> None:
        if self.photo_every and number % self.photo_every == 0:
            self.sent[number] = None
            self.person.sends_photo(files.jpeg(width=320 + number, height=240 + self.person.chat.id % 97))
            return
        words = f"Odpowiedź {number} z rozmowy {self.person.chat.id}."
        self.sent[number] = words
        self.person.says(words)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of all answers: counts that must be 0, but for ``asked_twice``."""

    answers: int
    lost: int
    doubled: int
    out_of_order: int
    asked_twice: int
    unproven: int
    """Photos that are not kept and verified."""
    stuck: tuple[str, ...]


async def ready(
    database: Database, server: BotApiServer, number: int, *, questions: int, photo_every: int = 0, pause: float = 0.0
) -> list[Walker]:
    """So many jurors, each with a contact begun."""
    await seed(database, number, source=scenario(questions, photo_every=photo_every))
    return [Walker(server.person(FIRST_CHAT + one, met=True), questions, photo_every, pause) for one in range(number)]


async def outcome(database: Database, walkers: list[Walker]) -> Outcome:
    """Compare what was sent with what is kept, and with what the chats show."""
    kept = await database.read(_kept)
    proven = await database.read(_proven)
    lost = doubled = wrong = unproven = 0
    for walker in walkers:
        paths = kept[str(walker.person.chat.id)]
        counted = Counter(path for path, _ in paths)
        lost += sum(1 for number in walker.sent if not counted[f"pytanie_{number}"])
        doubled += sum(count - 1 for count in counted.values())
        numbers = [int(path.rpartition("_")[2]) for path, _ in paths]
        wrong += numbers != sorted(numbers)
        wrong += any(
            value != walker.sent[number]
            for (_, value), number in zip(paths, numbers, strict=True)
            if walker.sent.get(number) is not None
        )
        points = walker.points()
        wrong += points != sorted(points)
        photos = sum(1 for words in walker.sent.values() if words is None)
        unproven += photos - proven.get(str(walker.person.chat.id), 0)
    twice = sum(sum(count - 1 for count in Counter(walker.points()).values()) for walker in walkers)
    stuck = tuple(walker.failed for walker in walkers if walker.failed)
    return Outcome(sum(len(one.sent) for one in walkers), lost, doubled, wrong, twice, unproven, stuck)


async def proven_all(database: Database, walkers: list[Walker], *, seconds: float) -> bool:
    """Wait until every photo is kept and verified."""
    wanted = sum(1 for one in walkers for words in one.sent.values() if words is None)
    give_up_at = time.monotonic() + seconds
    while sum((await database.read(_proven)).values()) < wanted:
        if time.monotonic() > give_up_at:
            return False
        await asyncio.sleep(0.25)
    return True


def _kept(unit: Unit) -> dict[str, list[tuple[str, object]]]:
    found = unit.execute(
        select(schema.addresses.c.chat, schema.contacts.c.id).join(
            schema.contacts, schema.contacts.c.person_id == schema.addresses.c.person_id
        )
    )
    return {
        row.chat: [(answer.path, answer.value) for answer in contacts.revisions(unit, row.id)] for row in found.all()
    }


def _proven(unit: Unit) -> dict[str, int]:
    found = unit.execute(
        select(schema.addresses.c.chat)
        .join(schema.contacts, schema.contacts.c.person_id == schema.addresses.c.person_id)
        .join(schema.evidence, schema.evidence.c.contact_id == schema.contacts.c.id)
        .where(schema.evidence.c.status == evidence.Status.VERIFIED.value)
    )
    return dict(Counter(row.chat for row in found))
