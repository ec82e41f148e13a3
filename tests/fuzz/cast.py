"""The house under fire: real database, intake and worker, a Telegram that renders every message and forgets it.

Editions with a juror in mid-contact, a coordinator and an organizer each; one more juror in the web chat.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.app import _buried
from bot.channels.base import Address, Channel
from bot.channels.telegram import CHANNEL
from bot.channels.telegram import decode as decode_update
from bot.channels.telegram_answers import parsed
from bot.channels.webchat import NAME as WEB
from bot.channels.webchat import WebChat
from bot.doers import unit_doers, waiting_doers
from bot.evidence import EvidenceFetcher
from bot.intake import Intake
from bot.jobs import Kind, Send, from_payload
from bot.poller import Poller, TakeUndecodable, admit
from bot.roles import notices
from bot.roles.juror import arriving
from bot.talk import Desk
from bot.tap_kinds import Begin, ConsentYes, ContactTap
from bot.taps import decode, encode, reply_of
from bot.worker import Worker
from scenarios import engine
from scenarios.autopilot import next_sensible
from scenarios.contact import AskStep, Files, Position, Reply, Turn, Words
from scenarios.model import Scenario
from storage import contacts, people, queue, schema
from storage.blobs import Blobs
from storage.database import Database, Unit
from storage.migrate import migrate
from tests import files
from tests.acceptance.world import SCENARIOS, ZONE, World, make_world
from tests.bot.house import READ, _as_tapped
from tests.fuzz.gate import Gate
from tests.fuzz.kinds import KNOWN_KINDS
from tests.fuzz.raw import chat_of, membership, message, tapped
from tests.fuzz.tally import Tally, WatchedIntake, watch_jobs
from tests.fuzz.wall import Findings, Wall
from tests.scripted import START, Clock

EDITIONS = 8
"""Each with a juror, a coordinator and an organizer: as many chats send at once."""
STRANGERS = range(9000, 9012)
WEB_CHAT = "c0ffee" * 4

REST_SECONDS = 0.004
"""Between two looks whether the worker is through."""

MOST_ANSWERED = 7
"""Questions that jurors have answered when it begins, less one."""

AT_ONCE = timedelta(seconds=2)
"""How long a juror waits for an answer: longer than an album is waited for."""

HEAVY = (Kind.PRODUCE, Kind.SOLVE)
HEAVY_DONE = 8
"""Of so many pictures, tables and plans one is made, in the houses that do not do every job at once."""

MOST_FETCHED = 16 * 1024 * 1024
"""Bytes of the updates of one answer of the server; a longer one than the program takes comes in parts."""

KEPT_GIVEN = 5000
"""Updates that are remembered, to tell what came before somebody got stuck."""
GIVEN_BYTES = 4000

SHOWN_JOBS = 200
"""Jobs told of where somebody is stuck."""

TRIES_TO_GO_ON = 4
"""Times a juror tries before their conversation counts as stuck."""


@dataclass(slots=True)
class Cast:
    """The people, their house, and what came of it."""

    database: Database
    wall: Wall
    clock: Clock
    desk: Desk
    intake: Intake
    poller: Poller
    gate: Gate
    tally: Tally
    undecodable: TakeUndecodable
    worlds: list[World]
    findings: Findings
    make_worker: Callable[[], Worker]
    worker: Worker | None = None
    _numbers: count[int] = field(default_factory=lambda: count(1))
    _turns: count[int] = field(default_factory=count)
    _given: deque[bytes] = field(default_factory=lambda: deque(maxlen=KEPT_GIVEN))

    @property
    def jurors(self) -> list[tuple[str, int]]:
        """(chat, person) of the jurors in Telegram."""
        return [(str(chat_of(place, "juror")), world.juror) for place, world in enumerate(self.worlds)]

    def next_juror(self) -> tuple[str, int]:
        """Each in turn."""
        return self.jurors[next(self._turns) % len(self.worlds)]

    def number(self) -> int:
        """An update id not used before."""
        return next(self._numbers)

    async def polls(self, updates: Sequence[object]) -> None:
        """The updates come in by polling, as one batch."""
        await self.gets([json.dumps(update).encode() for update in updates])

    async def gets(self, updates: Sequence[bytes]) -> None:
        """The bytes of updates come in by polling, as one answer of the server."""
        self._given.extend(updates)
        rest = deque(updates)
        while rest:
            some, size = [rest.popleft()], 0
            while rest and (size := size + len(some[-1])) + len(rest[0]) <= MOST_FETCHED:
                some.append(rest.popleft())
            self.gate.prepare(some)
            await self.poller.step()

    def last_given(self, chat: str) -> list[str]:
        """Of the last updates those that name a chat, in their order: what led to where it is now."""
        return [one[:GIVEN_BYTES].decode(errors="backslashreplace") for one in self._given if chat.encode() in one]

    async def posts(self, body: bytes) -> None:
        """A body comes in by webhook."""
        self._given.append(body)
        await admit(decode_update(parsed(body)), lambda: body, self.intake.take, self.undecodable)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """While the worker does every job that is due."""
        if self.worker is not None:
            yield
            return
        self.worker = self.make_worker()
        working = asyncio.get_running_loop().create_task(self.worker.run())
        try:
            yield
        finally:
            self.worker.stop()
            await working
            self.worker = None

    async def settle(self) -> None:
        """Until no job is due; without a worker, messages are shown, and of the heavy jobs most are dropped undone."""
        if self.worker is None:
            await self._show_messages()
            return
        self.worker.nudge()
        while True:
            await asyncio.sleep(REST_SECONDS)
            counts, due = await self.database.read(lambda unit: (queue.pending(unit), queue.next_due(unit)))
            if not counts["claimed"] and (due is None or due > self.clock.at):
                return
            self.worker.nudge()

    async def _show_messages(self) -> None:
        jobs = schema.jobs.c

        def work(unit: Unit) -> list[Any]:
            query = select(jobs.id, jobs.payload).where(jobs.kind == Kind.SEND, jobs.state == "waiting")
            rows = list(unit.execute(query.order_by(jobs.id)))
            unit.execute(schema.jobs.delete().where(jobs.id.in_([row.id for row in rows])))
            heavy = (jobs.kind.in_(HEAVY), jobs.state == "waiting", jobs.id % HEAVY_DONE != 0)
            unit.execute(schema.jobs.delete().where(*heavy))
            return rows

        for row in await self.database.run(work):
            send = from_payload(Kind.SEND, row.payload)
            if isinstance(send, Send) and send.to.channel == self.wall.name:
                self.wall.show(send.outgoing, send.to)

    async def passes(self, time_: timedelta) -> None:
        """Time goes on, with all that was due."""
        self.clock.at += time_
        await self.settle()

    async def trouble(self) -> tuple[list[Any], list[Any]]:
        """Updates that were parked, and jobs that were buried, since this was asked last."""

        def look(unit: Unit) -> tuple[list[Any], list[Any]]:
            parked = list(unit.execute(select(schema.parked).order_by(schema.parked.c.id)))
            buried = list(unit.execute(select(schema.jobs).where(schema.jobs.c.state == "buried")))
            unit.execute(schema.parked.delete())
            unit.execute(schema.jobs.delete().where(schema.jobs.c.state == "buried"))
            return parked, buried

        return await self.database.run(look)

    # A sane juror ------------------------------------------------------------------------------------------------

    async def goes_on(self, chat: str, person: int) -> str:
        """Whether a juror's conversation can still go on: what they got, or why it is stuck.

        "question": a fresh answer was taken and the next screen came. "answer": they are at no question, and got where
        they are. Anything else: stuck.
        """
        told = ""
        async with self.working():
            for _ in range(TRIES_TO_GO_ON):
                told = await self._goes_on(chat, person)
                if told in {"question", "answer", "gone"}:
                    break
        return told

    async def _goes_on(self, chat: str, person_id: int) -> str:
        await self.polls([membership(self.number(), int(chat), "member")])
        await self.polls([message(self.number(), int(chat), text="/start")])
        await self.passes(AT_ONCE)
        person = await self.database.read(partial(people.person, person_id=person_id))
        if person is None or person.consented_at is None or person.left_at is not None:
            return "gone"
        at = None if person.focus is None else await self._turn(person.focus)
        if at is None:
            return await self._is_answered(chat, message(self.number(), int(chat), text="/zadania"), "answer")
        scenario, turn = at
        found = next_sensible(scenario, turn, now=self.clock(), zone=ZONE)
        if found is None or not isinstance(turn.prompt, AskStep):
            return await self._is_answered(chat, message(self.number(), int(chat), text="/zadania"), "answer")
        reply = _as_tapped(found[0], turn)
        update = self._reply_update(int(chat), turn.contact.id, scenario, reply)
        if update is None:
            hidden = "" if person.hidden_at is None else ", the chat is hidden"
            return f"no button for {type(reply).__name__} at {turn.prompt.path}, dialog {person.dialog}{hidden}"
        told = await self._is_answered(chat, update, "question")
        after = await self._turn(turn.contact.id)
        if told == "question" and after is not None and after[1].contact == turn.contact:
            return f"{type(reply).__name__} at {turn.prompt.path} changed nothing"
        return told

    async def situation(self, chat: str, person_id: int) -> str:
        """What is known about a juror and the jobs that are left: for whoever wants to know why they are stuck."""
        addresses, jobs = schema.addresses.c, schema.jobs

        def look(unit: Unit) -> list[str]:
            own = unit.execute(select(schema.people).where(schema.people.c.id == person_id))
            theirs = unit.execute(select(schema.addresses).where(addresses.chat == chat))
            is_settled = jobs.c.state.not_in(("waiting", "claimed"))
            left = unit.execute(select(jobs).order_by(is_settled, jobs.c.id.desc()).limit(SHOWN_JOBS))
            return [repr(dict(row._mapping))[:2000] for found in (own, theirs, left) for row in found]

        known = await self.database.read(look)
        return "\n".join((f"clock {self.clock.at}, shown {self.wall.delivered[chat]}", *known))

    async def _is_answered(self, chat: str, update: object, well: str) -> str:
        before = self.wall.delivered[chat]
        await self.polls([update])
        await self.passes(AT_ONCE)
        return well if self.wall.delivered[chat] > before else "no answer"

    async def _turn(self, contact_id: int) -> tuple[Scenario, Turn] | None:
        def look(unit: Unit) -> tuple[Scenario, Turn] | None:
            row = contacts.load(unit, contact_id, lock=False)
            if row is None:
                return None
            scenario = self.desk.scripts.version(unit, row.scenario_version)
            return scenario, Turn(row.contact, (), engine.prompt_of(scenario, row.contact))

        return await self.database.read(look)

    def _reply_update(self, chat: int, contact: int, scenario: Scenario, reply: Reply) -> object | None:
        number = self.number()
        match reply:
            case Words(text):
                return message(number, chat, text=text)
            case Files(kind="audio"):
                return message(number, chat, voice={"file_id": "ogg", "duration": 3})
            case Files(as_file=True):
                return message(
                    number, chat, document={"file_id": "jpeg", "file_name": "a.jpg", "mime_type": "image/jpeg"}
                )
            case Files():
                return message(number, chat, photo=[{"file_id": "jpeg", "width": 640, "height": 480}])
            case Position(place):
                return message(number, chat, location={"latitude": place.latitude, "longitude": place.longitude})
        for shown, buttons in reversed(self.wall.buttons[str(chat)]):
            for data in buttons:
                tap = decode(data)
                if isinstance(tap, ContactTap) and tap.contact == contact and reply_of(scenario, tap) == reply:
                    return tapped(number, chat, data, int(shown))
        return None

    async def answers(self, chat: str, person: int, times: int) -> None:
        """The juror answers some questions sensibly."""
        for _ in range(times):
            if await self._goes_on(chat, person) != "question":
                return


def file_contents() -> dict[str, bytes]:
    """What the files that people send hold."""
    return {
        "jpeg": files.jpeg(width=320, height=240),
        "ogg": files.ogg(),
        "empty": b"",
        "text": b"nazwa;telefon\nGmina;1\n",
        "garbage": bytes(range(256)) * 8,
        "cut": files.jpeg(width=320, height=240)[:400],
    }


async def make_stage(folder: Path, *, editions: int = EDITIONS) -> Path:
    """A database with so many editions and one for the web chat, nobody arrived yet; to be copied for each house."""
    path = _fresh(folder) / "stage.db"
    migrate(f"sqlite:///{path}")
    database = Database(f"sqlite:///{path}")
    await database.start()
    try:
        made = [await make_world(database, *SCENARIOS, now=START) for _ in range(editions + 1)]
    finally:
        await database.stop()
    _write_worlds(folder / "worlds.json", made)
    return path


def _fresh(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write_worlds(path: Path, made: list[World]) -> None:
    path.write_text(json.dumps([{name: getattr(world, name) for name in World.__slots__} for world in made]))


def _read_worlds(path: Path) -> list[World]:
    return [World(**one) for one in json.loads(path.read_text())]


@asynccontextmanager
async def open_cast(
    stage: Path,
    folder: Path,
    findings: Findings,
    gate: Gate,
    *,
    working: bool,
    seed: int = 0,
    tally: Tally | None = None,
) -> AsyncIterator[Cast]:
    """A house of its own, everybody arrived, the jurors in mid-contact at places that ``seed`` decides."""
    path = _fresh(folder) / "cast.db"
    shutil.copy(stage, path)
    made = _read_worlds(stage.parent / "worlds.json")
    database = Database(f"sqlite:///{path}")
    await database.start()
    clock = Clock(START)
    blobs = Blobs(f"file://{folder / 'evidence'}")
    tokens = count(1)
    desk = Desk(
        zone=ZONE, language="pl", own_url="http://here.test", new_token=lambda: f"made-{next(tokens)}", scripts=READ
    )
    wall = Wall(file_contents())
    channels: dict[str, Channel] = {CHANNEL: wall, WEB: WebChat(database, blobs, now=clock)}
    fetcher = EvidenceFetcher(
        database,
        channels=channels,
        blobs=blobs,
        clock=clock,
        zone=ZONE,
        on_evidence=lambda unit, row, now: arriving.settled(unit, desk, row, now=now),
    )
    doers = {**waiting_doers(database, channels=channels, blobs=blobs, clock=clock, desk=desk), **unit_doers(desk)}
    make_worker = partial(
        Worker,
        database,
        channels=channels,
        doers={Kind.FETCH_EVIDENCE: fetcher, **doers},
        clock=clock,
        on_gone=lambda unit, address, _reason, now: notices.unreachable(unit, desk, address, now=now),
        on_buried=partial(_buried, desk),
        name="fuzz",
    )
    watch_jobs()
    tally = Tally()
    intake = WatchedIntake(database, desk, clock=clock, known=KNOWN_KINDS, tally=tally)
    undecodable = partial(intake.take_undecodable, channel=CHANNEL)
    cast = Cast(
        database=database,
        wall=wall,
        clock=clock,
        desk=desk,
        intake=intake,
        poller=Poller(gate, take=intake.take, take_undecodable=undecodable, sleep=_at_once),
        gate=gate,
        tally=tally,
        undecodable=undecodable,
        make_worker=make_worker,
        worlds=made[:-1],
        findings=findings,
    )
    try:
        async with cast.working():
            await _arrive(cast, made[-1], seed)
        if working:
            async with cast.working():
                yield cast
        else:
            yield cast
    finally:
        await database.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _arrive(cast: Cast, web_world: World, seed: int) -> None:
    """Everybody comes and agrees; each juror begins two contacts and answers some questions of the second."""
    comings, beginning = [], []
    names = list(SCENARIOS)
    for place, world in enumerate(cast.worlds):
        for role in ("juror", "coordinator", "organizer"):
            chat = chat_of(place, role)
            comings.append(message(cast.number(), chat, text=f"/start {world.tokens[role]}"))
            comings.append(tapped(cast.number(), chat, encode(ConsentYes()), 1))
        for step in (0, 1):
            task = world.tasks[names[(seed + 2 * place + step) % len(names)]]
            beginning.append(tapped(cast.number(), chat_of(place, "juror"), encode(Begin(task)), 1))
    for updates in (comings, beginning):
        await cast.polls(updates)
        await cast.settle()
    for place, world in enumerate(cast.worlds):
        await cast.answers(str(chat_of(place, "juror")), world.juror, (seed // 3 + 3 * place) % MOST_ANSWERED)
    await cast.intake.redeem(web_world.tokens["juror"], Address(WEB, WEB_CHAT), "pl")
    await cast.settle()


async def _at_once(_: float) -> None:
    """No rest."""
