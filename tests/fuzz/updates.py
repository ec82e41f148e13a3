"""The campaign against decode and intake: updates of every kind, from everybody, through the real poller."""

from __future__ import annotations

import gc
import json
import os
import resource
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from bot.office_taps import SUBJECTS
from bot.web_frames import BadFrame, Unfit, Update, read_frame
from tests.fuzz.cast import (
    EDITIONS,
    STRANGERS,
    WEB_CHAT,
    Cast,
    open_cast,
)
from tests.fuzz.kinds import Kinds
from tests.fuzz.mutations import Anything, Mutator
from tests.fuzz.raw import chat_of, membership, message, tapped
from tests.fuzz.wall import Findings

RECORDED = Path(__file__).parent.parent / "bot" / "updates"
BATCH = 100
"""Updates of one polling answer, as Telegram gives them."""
PER_HOUSE = 15_000
"""Updates before everybody moves into a fresh house."""
PER_WORKING_HOUSE = 1000
"""The same where the worker does every job meanwhile, as it does in life."""
CHECK_EVERY = 3000
"""Updates after which the jurors try to go on."""
ALONE_EVERY = 25
"""Every so many batches one is taken update by update, and each is timed."""
WORKING_EVERY = 10
"""Every so many houses the worker does everything at once (plans, charts and tables as well); in the others it does
all but the messages when a juror tries to go on."""

WORDS = ("tak", "nie", "3", "0", "12 min", "9:15", "dzisiaj", "wczoraj", "Uprzejmie i na temat.", "nie wiem", "pomiń")

COMMANDS = (
    *("start", "zadania", "pomoc", "jezyk", "dane", "schowaj", "urzadzenie", "glosowania", "status", "plan", "osoby"),
    *("miejsca", "terminy", "pytanie", "wiadomosc", "wyniki", "zaproszenia", "help", "tasks", "people", "hide", "xyz"),
)

FILES = ("jpeg", "jpeg", "ogg", "empty", "text", "garbage", "cut", "missing")

Source = Callable[[Cast, str], object]
"""Makes one update that comes from a chat."""


@dataclass(slots=True)
class Counts:
    """What a campaign came to."""

    updates: int = 0
    by_source: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    parked: Counter[str] = field(default_factory=Counter)
    buried: Counter[str] = field(default_factory=Counter)
    cases: dict[str, str] = field(default_factory=dict)
    """An update for each place where one failed."""
    rendered: int = 0
    alone: list[float] = field(default_factory=list)
    """CPU seconds of updates taken one by one."""
    slowest: tuple[float, str] = (0.0, "")
    process: int = field(default_factory=os.getpid)
    memory: list[int] = field(default_factory=list)
    """Most memory the process had, in KiB, after each house."""
    problems: list[str] = field(default_factory=list)

    @property
    def slowest_ratio(self) -> float:
        """The slowest update in medians."""
        return self.slowest[0] / median(self.alone) if self.alone else 0.0


class Sender:
    """Makes updates."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - chance that can be repeated
        self.mutator = Mutator(self.random)
        self.cast_chats = [
            chat_of(place, role) for place in range(EDITIONS) for role in ("juror", "coordinator", "organizer")
        ]
        self.kinds = Kinds(self.mutator, [*self.cast_chats, *STRANGERS, 42])
        self.recorded = [json.loads(path.read_text())["update"] for path in sorted(RECORDED.glob("*.json"))]
        self.codes = [f"{code}{':1' * len(kind.__slots__)}" for codes in SUBJECTS for code, kind in codes.items()]
        self.sources: dict[str, tuple[int, Callable[[Cast, int, int], object]]] = {
            "real buttons": (6, self._button),
            "buttons mutated": (5, self._mutated_button),
            "buttons of the office, any id": (2, self._office_button),
            "sane words": (2, self._words),
            "hostile words": (3, self._hostile_words),
            "commands": (1, self._command),
            "files and places": (1, self._file),
            "recorded, mutated": (24, self._recorded),
            "every kind, by the schema": (34, self._kind),
            "every kind, mutated": (20, self._mutated_kind),
            "repeated": (1, self._repeated),
            "blocked and back": (1, self._membership),
        }
        self._last: object = None

    def update(self, cast: Cast) -> tuple[str, object]:
        """The name of a source, and an update of it."""
        names = list(self.sources)
        name = self.random.choices(names, [weight for weight, _ in self.sources.values()])[0]
        made = self.sources[name][1](cast, cast.number(), self._chat())
        self._last = made
        return name, made

    def _chat(self) -> int:
        if self.random.random() < 0.06:
            return self.random.choice(STRANGERS)
        return self.random.choice(self.cast_chats)

    def _shown(self, cast: Cast, chat: int) -> tuple[str, str]:
        """A message with buttons in that chat, or now and then in any, and the data of one."""
        everywhere = list(cast.wall.buttons.values()) or [deque([("1", ("m",))])]
        there = cast.wall.buttons.get(str(chat))
        if not there or self.random.random() < 0.03:  # some
            there = self.random.choice(everywhere)
        shown, data = there[-1] if self.random.random() < 0.6 else self.random.choice(there)
        return shown, self.random.choice(data)

    def _button(self, cast: Cast, number: int, chat: int) -> object:
        shown, data = self._shown(cast, chat)
        return tapped(number, chat, data, int(shown))

    def _mutated_button(self, cast: Cast, number: int, chat: int) -> object:
        shown, data = self._shown(cast, chat)
        return tapped(number, chat, self.mutator.tap(data), int(shown))

    def _office_button(self, _: Cast, number: int, chat: int) -> object:
        parts = self.random.choice(self.codes).split(":")
        data = ":".join([parts[0], *(self.random.choice("0123456789ab") for _ in parts[1:])])
        return tapped(number, chat, data, 1)

    def _words(self, _: Cast, number: int, chat: int) -> object:
        return message(number, chat, text=self.random.choice(WORDS))

    def _hostile_words(self, _: Cast, number: int, chat: int) -> object:
        text = self.mutator.text()
        return message(number, chat, text=self.mutator.bent(text) if self.random.random() < 0.3 else text)

    def _command(self, _: Cast, number: int, chat: int) -> object:
        argument = f" {self.mutator.text()}" if self.random.random() < 0.2 else ""
        return message(number, chat, text=f"/{self.random.choice(COMMANDS)}{argument}")

    def _file(self, _: Cast, number: int, chat: int) -> object:
        random = self.random
        ref = random.choice(FILES)
        match random.randrange(5):
            case 0:
                album = {"media_group_id": str(random.randrange(5))} if random.random() < 0.5 else {}
                return message(number, chat, photo=[{"file_id": ref, "width": 9, "height": 9}], **album)
            case 1:
                name = random.choice(("a.jpg", "tabela.csv", "x.pdf", "..\\x", "", "\x00", "a" * 400))
                size = random.choice((None, 0, 5, 2**40))
                return message(number, chat, document={"file_id": ref, "file_name": name, "file_size": size})
            case 2:
                return message(number, chat, voice={"file_id": ref, "duration": 3}, caption=self.mutator.text())
            case 3:
                return message(number, chat, video={"file_id": ref})
            case _:
                place = {"latitude": random.uniform(-91, 91), "longitude": random.uniform(-181, 181)}
                return message(
                    number, chat, location=place | {"horizontal_accuracy": random.choice((0, 10.5, 1500, -1))}
                )

    def _recorded(self, _: Cast, number: int, chat: int) -> object:
        update = self.mutator.tree(_moved(self.random.choice(self.recorded), chat))
        if isinstance(update, dict) and "update_id" in update and self.random.random() < 0.95:
            update["update_id"] = number
        return update

    def _kind(self, _: Cast, number: int, __: int) -> object:
        heard = self.random.random() < 0.4
        return self.kinds.update(number, self.random.choice(HEARD) if heard else None)

    def _mutated_kind(self, cast: Cast, number: int, chat: int) -> object:
        return self.mutator.tree(self._kind(cast, number, chat))

    def _repeated(self, cast: Cast, number: int, chat: int) -> object:
        return self._last or self._words(cast, number, chat)

    def _membership(self, _: Cast, number: int, chat: int) -> object:
        return membership(number, chat, self.random.choice(("kicked", "member", "left", "restricted")))

    def frame(self, cast: Cast) -> str:
        """What a page, or something like one, may send over its WebSocket."""
        random = self.random
        frame_id = f"{random.getrandbits(64):016x}"
        data: Any = {"id": frame_id, "age": random.choice((0, 5, 1e4, -5, 1e300, -1e300, 10**400, None, "x"))}
        match random.randrange(8):
            case 0 | 1:
                data |= {"type": "say", "text": self.mutator.text()}
            case 2:
                data |= {"type": "command", "name": random.choice(COMMANDS)}
            case 3 | 4:
                shown, tap = self._shown(cast, random.choice(self.cast_chats))
                data |= {
                    "type": "tap",
                    "data": tap if random.random() < 0.5 else self.mutator.tap(tap),
                    "message": shown,
                }
            case 5:
                number = random.choice((52.2, -90, 10**400, "1e5", None))
                data |= {"type": "place", "latitude": number, "longitude": 21.0, "accuracy": self.mutator.scalar()}
            case 6:
                data |= {"type": "hello", "have": {str(self.mutator.scalar()): "m", "3": "x"}}
            case _:
                data |= {"type": random.choice(("earlier", "ping", "", "hello"))}
        if random.random() < 0.5:
            data = self.mutator.tree(data)
        text = json.dumps(data)
        return text if random.random() < 0.9 else self.mutator.bent(text)


HEARD = ("message", "edited_message", "callback_query", "my_chat_member")
"""Kinds that the bot asks for."""


def _moved(value: Anything, chat: int) -> Anything:
    """A recorded update as if of another chat."""
    if isinstance(value, dict):
        return {key: _moved(item, chat) for key, item in value.items()}
    if isinstance(value, list):
        return [_moved(item, chat) for item in value]
    return chat if value == 100_200_300 else value


def as_received(update: object) -> object | None:
    """The update as it comes out of Telegram's JSON; None for what is none (NaN aside, which Python takes)."""
    try:
        return json.loads(json.dumps(update))  # type: ignore[no-any-return]
    except (ValueError, RecursionError):
        return None


async def attack(
    stage: Path, folder: Path, *, updates: int, seed: int, findings: Findings, per_house: int = PER_HOUSE
) -> Counts:
    """Send so many updates; what came of them."""
    counts = Counts()
    sender = Sender(seed)
    house = 0
    while counts.updates < updates:
        working = house % WORKING_EVERY == 0
        size = min(PER_WORKING_HOUSE if working else per_house, per_house, updates - counts.updates)
        begins = sender.random.randrange(1000)
        async with open_cast(stage, folder / f"house-{house}", findings, working=working, seed=begins) as cast:
            await _attack_house(cast, sender, counts, size)
            counts.rendered += cast.wall.rendered
        gc.collect()
        counts.memory.append(_memory())
        house += 1
    return counts


async def _attack_house(cast: Cast, sender: Sender, counts: Counts, size: int) -> None:
    end = counts.updates + size
    batches = 0
    checked = counts.updates
    while counts.updates < end:
        made = [sender.update(cast) for _ in range(min(BATCH, end - counts.updates))]
        batch = []
        for name, update in made:
            counts.by_source[name] += 1
            received = as_received(update)
            batch.append(received)
        counts.updates += len(made)
        batches += 1
        try:
            if batches % ALONE_EVERY == 0:
                await _one_by_one(cast, batch, counts)
            elif batches % ALONE_EVERY == 1:
                await _by_webhook(cast, sender, batch)
            else:
                await cast.polls(batch)
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            cast.findings.note("a batch was not taken", error)
        await _frames(cast, sender, counts)
        far = sender.random.random() < 0.04
        await cast.passes(
            timedelta(hours=sender.random.choice((3, 12, 26)))
            if far
            else timedelta(seconds=sender.random.randrange(1, 90))
        )
        if counts.updates - checked >= CHECK_EVERY or counts.updates == end:
            checked = counts.updates
            await _check(cast, counts)
            await _look_at_trouble(cast, counts)
    await _look_at_trouble(cast, counts)


async def _one_by_one(cast: Cast, batch: list[object], counts: Counts) -> None:
    for update in batch:
        begun = time.process_time()
        await cast.polls([update])
        took = time.process_time() - begun
        counts.alone.append(took)
        if took > counts.slowest[0]:
            counts.slowest = (took, json.dumps(update)[:2000])


async def _by_webhook(cast: Cast, sender: Sender, batch: list[object]) -> None:
    """As bodies of the webhook, some of them broken."""
    for update in batch:
        raw = json.dumps(update).encode()
        if sender.random.random() < 0.3:
            raw = sender.mutator.data(raw)
        if sender.random.random() < 0.02:
            raw = b'{"update_id":1,"message":' + b'{"a":[' * 50_000
        await cast.posts(raw)


async def _frames(cast: Cast, sender: Sender, counts: Counts) -> None:
    """A tenth as many frames of a web page, through reading and intake."""
    for _ in range(BATCH // 10):
        text = sender.frame(cast)
        counts.by_source["frames of a web page"] += 1
        try:
            match read_frame(text, chat=WEB_CHAT, now=cast.clock(), language="pl"):
                case Update(incoming=incoming):
                    await cast.intake.take(incoming)
                    counts.by_source["frames taken in"] += 1
                case Unfit():
                    counts.by_source["frames refused in words"] += 1
                case _:
                    pass
        except BadFrame:
            counts.by_source["frames refused"] += 1
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            cast.findings.note(f"frame {text[:500]}", error)


async def _check(cast: Cast, counts: Counts) -> None:
    for chat, person in cast.jurors:
        told = await cast.goes_on(chat, person)
        counts.checks[told if told in {"question", "answer", "gone"} else "stuck"] += 1
        if told not in {"question", "answer", "gone"}:
            counts.problems.append(f"stuck after {counts.updates} updates, {chat}: {told}")


async def _look_at_trouble(cast: Cast, counts: Counts) -> None:
    parked, buried = await cast.trouble()
    for row in parked:
        if "Traceback" not in row.problem:
            counts.parked["unreadable: " + row.problem.split(":")[0].split(".")[0][:40]] += 1
            continue
        place = row.problem.strip().splitlines()[-1][:150]
        counts.parked["failed: " + place] += 1
        counts.cases.setdefault(place, row.raw.decode("utf-8", "replace")[:5000] + "\n" + row.problem[-3000:])
    for row in buried:
        key = f"{row.kind}: {str(row.problem)[:150]}"
        counts.buried[key] += 1


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
