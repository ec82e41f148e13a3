"""The house in one process: real database, intake and worker, and a channel in memory that shows its chats."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import TypeVar

from bot.app import _buried
from bot.channels.base import (
    Address,
    Capabilities,
    Command,
    Commanded,
    Content,
    Delivered,
    FileKind,
    FileRef,
    FileUnavailable,
    Gone,
    Incoming,
    Outcome,
    Outgoing,
    Refused,
    Said,
    SentFile,
    SharedPlace,
    Tapped,
)
from bot.consulting import Model
from bot.doers import unit_doers, waiting_doers
from bot.evidence import EvidenceFetcher
from bot.intake import Intake
from bot.jobs import Kind
from bot.publishing import LIBRARY
from bot.refusals import Refusal, RefusalCode, refusal_text
from bot.roles import notices
from bot.roles.juror import arriving
from bot.talk import Desk, Scripts
from bot.tap_kinds import ConsentYes, ContactTap
from bot.taps import decode, encode, reply_of
from bot.views import coordinator
from bot.views.coordinator import News
from bot.views.keyboard import is_answer_button
from bot.worker import Worker
from scenarios import engine
from scenarios.autopilot import next_sensible
from scenarios.contact import AskStep, Files, Pick, Position, Reply, TakeDefault, Turn, Words
from scenarios.loader import load
from scenarios.model import Scenario, Stage
from storage import assignments, contacts, evidence, inbox, journal, queue, scripts
from storage.blobs import Blobs
from storage.database import Database
from storage.unit import Unit
from tests import files, planned_again
from tests.acceptance.world import SCENARIOS, ZONE, World, make_world
from tests.scripted import START, Clock

T = TypeVar("T")

ROOM = "room"
"""The name of the channel in memory."""

AT_ONCE = timedelta(seconds=2)
"""How far the clock may run while the house settles: longer than an album is waited for."""

REPLIES_AT_MOST = 200

READ = Scripts()
"""The scenarios read so far; a version is its content's hash, so all houses may share them."""


@dataclass(slots=True)
class Line:
    """A message that a chat shows; ``outgoing`` is ours as it stands now, None for the person's own."""

    id: str
    outgoing: Outgoing | None
    own: str = ""
    edits: int = 0

    @property
    def text(self) -> str:
        """All its words: head, body, small print."""
        if self.outgoing is None:
            return self.own
        return "\n".join(part for part in (self.outgoing.head, self.outgoing.body, self.outgoing.note) if part)

    @property
    def buttons(self) -> dict[str, str]:
        """Button data by label (the last of those that say the same)."""
        if self.outgoing is None:
            return {}
        return {button.label: button.tap for row in self.outgoing.buttons for button in row}

    @property
    def data(self) -> list[str]:
        """The data of every button."""
        return [] if self.outgoing is None else [button.tap for row in self.outgoing.buttons for button in row]


class Room:
    """The channel: what was delivered stands in ``chats`` until it is cleaned away."""

    name = ROOM
    capabilities = Capabilities(can_edit=True, can_delete=True, max_download=20 * 1024 * 1024, max_upload=50_000_000)

    def __init__(self) -> None:
        self.chats: defaultdict[str, list[Line]] = defaultdict(list)
        self.delivered: list[tuple[str, Outgoing]] = []
        """Everything that ever arrived, by chat."""
        self.files: dict[str, bytes] = {}
        self.acknowledged: list[str] = []
        self.commands: dict[str, tuple[str, ...]] = {}
        self.blocked: set[str] = set()
        self.refused: set[str] = set()
        self.slow: set[str] = set()
        """Files that cannot be had yet."""

    async def deliver(self, outgoing: Outgoing, to: Address, *, job_id: int) -> Outcome:
        """Tidy the old message, show the new one."""
        if to.chat in self.blocked:
            return Gone("blocked")
        if to.chat in self.refused:
            return Refused("not such a message")
        if outgoing.acknowledges is not None:
            self.acknowledged.append(outgoing.acknowledges)
        tidy = outgoing.tidies
        for line in self.chats[to.chat]:
            if tidy is not None and line.id == tidy.message and line.outgoing is not None:
                line.outgoing = replace(
                    line.outgoing, body=tidy.body, head=tidy.head, note=tidy.note, buttons=tidy.buttons
                )
                line.edits += 1
        if not (outgoing.body or outgoing.attachments):
            return Delivered()
        for line in self.chats[to.chat]:
            if outgoing.rewrites is not None and line.id == outgoing.rewrites:
                line.outgoing = outgoing
                line.edits += 1
                return Delivered(line.id)
        line = Line(f"out{job_id}", outgoing)
        self.chats[to.chat].append(line)
        self.delivered.append((to.chat, outgoing))
        return Delivered(line.id)

    async def fetch(self, file: FileRef) -> AsyncIterator[bytes]:
        """The bytes that were sent under that key."""
        if file.ref in self.slow:
            raise FileUnavailable("not yet", forever=False)
        if file.ref not in self.files:
            raise FileUnavailable("no such file", forever=True)
        yield self.files[file.ref]

    async def clean(self, to: Address, messages: Sequence[str]) -> Outcome:
        """Take messages away."""
        self.chats[to.chat] = [line for line in self.chats[to.chat] if line.id not in messages]
        return Delivered()

    async def offer_commands(self, to: Address, commands: Sequence[Command], *, language: str) -> Outcome:  # noqa: ARG002
        """Keep what the menu holds."""
        self.commands[to.chat] = tuple(command.name for command in commands)
        return Delivered()

    async def close(self) -> None:
        """Nothing to let go."""


@dataclass(slots=True)
class House:
    """Everything together, and the world it was seeded with."""

    database: Database
    room: Room
    clock: Clock
    desk: Desk
    intake: Intake
    worker: Worker
    blobs: Blobs
    world: World
    trouble: int = 0
    """Parked updates and buried jobs that a test means to cause."""
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def chat(self, name: str) -> Guest:
        """Somebody's chat, perhaps nobody's yet."""
        return Guest(self, name)

    async def guest(self, role: str = "juror", *, chat: str | None = None) -> Guest:
        """The world's juror, coordinator or organizer, arrived by invitation and agreed."""
        guest = self.chat(chat or role)
        await guest.says(f"/start {self.world.tokens[role]}")
        await guest.taps_data(encode(ConsentYes()))
        return guest

    async def read(self, work: Callable[[Unit], T]) -> T:
        """Look into the database."""
        return await self.database.read(work)

    async def run(self, work: Callable[[Unit], T]) -> T:
        """Change the database behind everybody's back."""
        return await self.database.run(work)

    async def settle(self, *, within: timedelta = AT_ONCE) -> None:
        """Until nothing is due any more within that time; the clock goes from one due job to the next."""
        end = self.clock.at + within
        self.worker.nudge()
        while True:
            await asyncio.sleep(0.001)
            due, is_busy = await self.read(self._next)
            if is_busy:
                continue
            if due is None or due > end:
                return
            self.clock.at = due
            self.worker.nudge()

    def _next(self, unit: Unit) -> tuple[datetime | None, bool]:
        """When the next job is due, and whether one is due already or being done."""
        due = queue.next_due(unit)
        if due is None:
            return None, False
        return due, due <= self.clock.at or queue.pending(unit)["claimed"] > 0

    async def passes(self, time: timedelta) -> None:
        """Let time pass, with all that it brings."""
        end = self.clock.at + time
        await self.settle(within=time)
        self.clock.at = end
        await self.settle(within=timedelta())

    def number(self) -> int:
        """A number not used before."""
        return next(self._numbers)

    def incoming(self, chat: str, content: Content, *, update_id: str | None = None) -> Incoming:
        """An update of a chat; what a person wrote stands in it from now on."""
        number = update_id or f"u{self.number()}"
        own = None if isinstance(content, Tapped) else f"in-{number}"
        if own is not None and not any(line.id == own for line in self.room.chats[chat]):
            self.room.chats[chat].append(Line(own, None, own=str(content)))
        return Incoming(number, Address(ROOM, chat), content, language="pl", message=own)

    async def task(self, name: str) -> assignments.Assignment:
        """The world's task of a scenario."""
        found = await self.read(lambda unit: assignments.assignment(unit, self.world.tasks[name]))
        assert found is not None
        return found

    async def contact(self, contact_id: int) -> contacts.ContactRow:
        """A contact as it is kept."""
        found = await self.read(lambda unit: contacts.load(unit, contact_id, lock=False))
        assert found is not None
        return found

    async def turn(self, contact_id: int) -> tuple[Scenario, Turn]:
        """Where a contact is, with its scenario."""

        def look(unit: Unit) -> tuple[Scenario, Turn]:
            row = contacts.load(unit, contact_id, lock=False)
            assert row is not None
            scenario = self.desk.scripts.version(unit, row.scenario_version)
            return scenario, Turn(row.contact, (), engine.prompt_of(scenario, row.contact))

        return await self.read(look)

    async def evidence(self, contact_id: int) -> list[evidence.EvidenceRow]:
        """The files and notes of a contact."""
        return await self.read(lambda unit: evidence.of_contact(unit, contact_id))

    async def answers(self, contact_id: int) -> list[tuple[str, object]]:
        """Every answer that was taken, in order."""
        kept = await self.read(lambda unit: contacts.revisions(unit, contact_id))
        return [(answer.path, answer.value) for answer in kept]

    async def noted(self, subject: str) -> list[str]:
        """What the journal says of a subject."""
        return [entry.what for entry in await self.read(lambda unit: journal.of_subject(unit, subject))]


@dataclass(frozen=True, slots=True)
class Guest:
    """One chat, and the person in front of it. Everything they do is answered before it returns."""

    house: House
    chat: str

    @property
    def lines(self) -> list[Line]:
        """What the chat shows, oldest first."""
        return self.house.room.chats[self.chat]

    @property
    def heard(self) -> list[Line]:
        """Our messages in it."""
        return [line for line in self.lines if line.outgoing is not None]

    @property
    def last(self) -> Line:
        """Our newest message."""
        return self.heard[-1]

    @property
    def text(self) -> str:
        """The words of our newest message."""
        return self.last.text

    async def does(self, content: Content, *, update_id: str | None = None) -> list[Line]:
        """Send something; what is new in the chat afterwards."""
        before = {line.id for line in self.heard}
        await self.house.intake.take(self.house.incoming(self.chat, content, update_id=update_id), lambda: b"raw")
        await self.house.settle()
        return [line for line in self.heard if line.id not in before]

    async def says(self, text: str) -> list[Line]:
        """Type something; what begins with a slash is a command."""
        return await self.does(typed(text))

    async def taps(self, label: str) -> list[Line]:
        """Tap the newest button that says so (or begins so)."""
        for line in reversed(self.heard):
            for shown, data in line.buttons.items():
                if shown == label or shown.startswith(label):
                    return await self.taps_data(data, message=line.id)
        raise AssertionError(f"no button {label!r}: {[(line.text, list(line.buttons)) for line in self.heard[-3:]]}")

    async def taps_data(self, data: str, *, message: str | None = None) -> list[Line]:
        """Tap a button with that data, of whatever message."""
        return await self.does(Tapped(data=data, tap_id=f"tap{self.house.number()}", message=message))

    async def sends(
        self,
        data: bytes | None = None,
        *,
        kind: FileKind = FileKind.PHOTO,
        name: str | None = None,
        media_type: str | None = None,
        size: int | None = None,
        album: str | None = None,
        caption: str = "",
    ) -> list[Line]:
        """Send a file; a photo unless told otherwise."""
        return await self.does(
            self.file(data, kind=kind, name=name, media_type=media_type, size=size, album=album, caption=caption)
        )

    def file(
        self,
        data: bytes | None = None,
        *,
        kind: FileKind = FileKind.PHOTO,
        name: str | None = None,
        media_type: str | None = None,
        size: int | None = None,
        album: str | None = None,
        caption: str = "",
    ) -> SentFile:
        """A file that the channel holds."""
        number = self.house.number()
        content = files.jpeg(width=320 + number, height=240) if data is None else data
        self.house.room.files[f"f{number}"] = content
        ref = FileRef(kind, f"f{number}", name=name, media_type=media_type, size=size or len(content))
        return SentFile(ref, caption=caption, album=album)

    async def begins(self, scenario: str) -> int:
        """Begin a task; the id of its contact."""
        await self.says("/zadania")
        task = self.house.world.tasks[scenario]
        await self.taps_data(f"begin:{_base36(task)}")
        found = (await self.house.task(scenario)).contact_id
        assert found is not None, self.text
        return found

    async def walk(self, contact_id: int, until: Callable[[Turn], bool], **chosen: str) -> Turn:
        """Answer sensibly, by the buttons shown, until the contact is where it should be."""
        for _ in range(REPLIES_AT_MOST):
            scenario, turn = await self.house.turn(contact_id)
            if until(turn):
                return turn
            found = next_sensible(scenario, turn, now=self.house.clock(), zone=ZONE, chosen=chosen)
            assert found is not None, turn.prompt
            await self.replies(contact_id, _as_tapped(found[0], turn))
        raise AssertionError("the walk does not get there")

    async def replies(self, contact_id: int, reply: Reply) -> list[Line]:
        """Do one thing in the chat."""
        match reply:
            case Words(text):
                return await self.says(text)
            case Files(kind="audio"):
                return await self.sends(files.ogg(), kind=FileKind.VOICE)
            case Files(as_file=True):
                return await self.sends(kind=FileKind.DOCUMENT, name="zdjecie.jpg", media_type="image/jpeg")
            case Files():
                return await self.sends()
            case Position(place):
                return await self.does(SharedPlace(place.latitude, place.longitude))
            case _:
                return await self.taps_data(await self.button(contact_id, reply))

    async def button(self, contact_id: int, reply: Reply) -> str:
        """The data of the newest button of a contact that means this reply."""
        scenario, _turn = await self.house.turn(contact_id)
        for line in reversed(self.heard):
            for data in line.buttons.values():
                tap = decode(data)
                if isinstance(tap, ContactTap) and tap.contact == contact_id and reply_of(scenario, tap) == reply:
                    return data
        raise AssertionError(f"no button for {reply}: {self.text} {list(self.last.buttons)}")


def _as_tapped(reply: Reply, turn: Turn) -> Reply:
    """A suggestion that has no button of its own is taken by the answer's button."""
    ask = turn.prompt
    if not isinstance(reply, TakeDefault) or not isinstance(ask, AskStep) or not is_answer_button(ask.step):
        return reply
    value = ask.suggestion
    return Pick(("yes" if value else "no") if isinstance(value, bool) else str(value))


def refusal(code: RefusalCode) -> str:
    """What a "no" says in Polish."""
    return refusal_text(Refusal(code), language="pl")


def news(what: News, scenario: str = "wizyta", *, reason: str | None = None) -> str:
    """What the coordinator reads of a task of the world, in Polish."""
    mode = SCENARIOS[scenario]
    told = coordinator.news(what, place="Przykładowo", mode=mode, person="Jagoda Test", language="pl", reason=reason)
    return f"{told.head}\n{told.body}"


@cache
def _library() -> tuple[tuple[str, str, str], ...]:
    """Name, version and source of every scenario that ships; checked by tests of their own."""
    sources = [path.read_text(encoding="utf-8") for path in sorted(LIBRARY.glob("*.yaml"))]
    loaded = [(load(source, filename="library"), source) for source in sources]
    return tuple((scenario.name, scenario.version, source) for scenario, source in loaded)


def publish_at_once(unit: Unit, *, now: datetime) -> int:
    """Publish the library without checking it again in every test."""
    return sum(
        scripts.publish(unit, name=name, version=version, source=source, now=now)
        for name, version, source in _library()
    )


def typed(text: str) -> Content:
    """What a channel makes of typed text."""
    if not text.startswith("/"):
        return Said(text)
    name, _space, argument = text[1:].partition(" ")
    return Commanded(name, argument)


def asks(path: str) -> Callable[[Turn], bool]:
    """Whether a turn asks that question."""
    return lambda turn: isinstance(turn.prompt, AskStep) and turn.prompt.path == path


def in_stage(stage: Stage) -> Callable[[Turn], bool]:
    """Whether a turn asks a question of that stage."""
    return lambda turn: isinstance(turn.prompt, AskStep) and turn.prompt.section.stage is stage


def is_at(kind: type) -> Callable[[Turn], bool]:
    """Whether a turn's prompt is of that kind."""
    return lambda turn: isinstance(turn.prompt, kind)


@asynccontextmanager
async def open_house(
    database: Database, folder: Path, *scenarios: str, at: datetime = START, model: Model | None = None
) -> AsyncIterator[House]:
    """Seed the world, start the worker; at the end nothing may be parked or buried that the test did not mean.

    And whatever was done, what the database keeps of planned contacts follows from the rest.
    """
    clock = Clock(at)
    room = Room()
    blobs = Blobs(f"file://{folder / 'evidence'}")
    tokens = count(1)
    desk = Desk(
        zone=ZONE,
        language="pl",
        own_url="http://here.test",
        new_token=lambda: f"made-{next(tokens)}",
        scripts=READ,
        model=None if model is None else model.name,
        is_model_free=model is None or not model.input_price,
    )
    fetcher = EvidenceFetcher(
        database,
        channels={ROOM: room},
        blobs=blobs,
        clock=clock,
        zone=ZONE,
        on_evidence=lambda unit, row, now: arriving.settled(unit, desk, row, now=now),
    )
    waiting = waiting_doers(database, channels={ROOM: room}, blobs=blobs, clock=clock, desk=desk, model=model)
    worker = Worker(
        database,
        channels={ROOM: room},
        doers={Kind.FETCH_EVIDENCE: fetcher, **waiting, **unit_doers(desk)},
        clock=clock,
        on_gone=lambda unit, address, _reason, now: notices.unreachable(unit, desk, address, now=now),
        on_buried=partial(_buried, desk),
        name="house",
    )
    world = await make_world(database, *scenarios, now=at)
    intake = Intake(database, desk, clock=clock)
    house = House(database, room, clock, desk, intake, worker, blobs, world)
    working = asyncio.get_running_loop().create_task(worker.run())
    try:
        yield house
    finally:
        worker.stop()
        await working
    counts, parked = await database.read(lambda unit: (queue.pending(unit), inbox.parked(unit)))
    assert counts["buried"] + parked == house.trouble
    assert await database.read(planned_again.differences) == []


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return digits[number] if number < len(digits) else _base36(number // 36) + digits[number % 36]
