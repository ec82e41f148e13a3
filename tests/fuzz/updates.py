"""The campaign against decode and intake: updates of every kind, from everybody, by polling, webhook and web chat."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median

from bot.channels.telegram import decode
from bot.channels.telegram_answers import parsed
from bot.web_frames import BadFrame, Unfit, Update, read_frame
from storage import together
from tests.fuzz.cast import EDITIONS, WEB_CHAT, Cast, open_cast
from tests.fuzz.gate import open_gate
from tests.fuzz.kinds import KNOWN_KINDS
from tests.fuzz.sender import Sender
from tests.fuzz.tally import FRAME, Tally, kind_of
from tests.fuzz.wall import Findings

BATCH = 100
"""Updates of one polling answer, as Telegram gives them."""
FRAMES = 6
"""Frames of a web page beside each batch."""
PER_HOUSE = 30_000
"""Updates before everybody moves into a fresh house."""
PER_WORKING_HOUSE = 1000
"""The same where the worker does every job meanwhile, as it does in life."""
CHECK_EVERY = 2500
"""Updates after which some jurors try to go on; at the end of a house all of them do."""
CHECKED = 2
ALONE_EVERY = 50
"""Every so many batches one is taken update by update, and each is timed."""
WEBHOOK_EVERY = 10
"""Every so many batches one comes as requests to the webhook, some of them broken."""
LARGE = 64 * 1024
"""Bytes of an update that are read in about the time of an ordinary one: a larger one may take as often as long."""
MOST_BYTES = 1024 * 1024
"""Of one update, hundreds of times what Telegram sends: mutations of mutations would come to hundreds of megabytes."""
AT_ONCE = 20
"""Requests to the webhook that are open at the same time."""
COUNTED_EVERY = 10
"""Every so many batches each update that nobody was to be answered for is looked at again: was it one?"""
WORKING_EVERY = 10
"""Every so many houses the worker does everything at once (plans, charts and tables as well); in the others it does
all but the messages when a juror tries to go on."""
BOMB = b'{"update_id":1,"message":' + b'{"a":[' * 50_000
"""So deep that no parser takes it."""
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(slots=True)
class Counts:
    """What a campaign came to."""

    seed: int = 0
    updates: int = 0
    by_source: Counter[str] = field(default_factory=Counter)
    tally: Tally = field(default_factory=Counter)
    bytes: int = 0
    cpu: float = 0.0
    checks: Counter[str] = field(default_factory=Counter)
    parked: Counter[str] = field(default_factory=Counter)
    buried: Counter[str] = field(default_factory=Counter)
    cases: dict[str, str] = field(default_factory=dict)
    """An update for each place where one failed."""
    rendered: int = 0
    alone: list[float] = field(default_factory=list)
    """CPU seconds of updates taken one by one; of large ones, for each ``LARGE`` bytes."""
    slowest: tuple[float, str] = (0.0, "")
    process: int = field(default_factory=os.getpid)
    memory: list[int] = field(default_factory=list)
    """Memory of the process, in KiB, after each house."""
    problems: list[str] = field(default_factory=list)

    @property
    def slowest_ratio(self) -> float:
        """The slowest update in medians."""
        return self.slowest[0] / median(self.alone) if self.alone else 0.0


async def attack(
    stage: Path,
    folder: Path,
    *,
    updates: int,
    seed: int,
    findings: Findings,
    per_house: int = PER_HOUSE,
    editions: int = EDITIONS,
) -> Counts:
    """Send so many updates; what came of them."""
    counts = Counts(seed=seed)
    sender = Sender(seed, editions=editions)
    house = 0
    async with open_gate() as gate:
        while counts.updates < updates:
            working = house % WORKING_EVERY == 0
            size = min(PER_WORKING_HOUSE if working else per_house, per_house, updates - counts.updates)
            begins = sender.random.randrange(1000)
            home = folder / f"house-{house}"
            async with open_cast(stage, home, findings, gate, working=working, seed=begins) as cast:
                await _attack_house(cast, sender, counts, size)
                counts.rendered += cast.wall.rendered
            for known in (together._processors, together._statement):
                known.cache_clear()  # by dialect: a program has one, and here each house would leave its own
            gc.collect()
            counts.memory.append(_memory())
            house += 1
    unreadable = sum(number for what, number in counts.parked.items() if what.startswith("unreadable"))
    parked = sum(number for (_, became), number in counts.tally.items() if became == "parked")
    if parked != unreadable:
        counts.problems.append(f"{parked} updates were parked, {unreadable} of them have a row")
    counts.problems += [f"updates could not be fetched: {failure.description}" for failure in gate.failures]
    return counts


async def _attack_house(cast: Cast, sender: Sender, counts: Counts, size: int) -> None:
    end = counts.updates + size
    batches = 0
    checked = counts.updates
    while counts.updates < end:
        batches += 1
        await _attack_once(cast, sender, counts, min(BATCH, end - counts.updates), batches)
        far = sender.random.random() < 0.04
        await cast.passes(
            timedelta(hours=sender.random.choice((3, 12, 26)))
            if far
            else timedelta(seconds=sender.random.randrange(1, 90))
        )
        if counts.updates - checked >= CHECK_EVERY or counts.updates == end:
            checked = counts.updates
            await _check(cast, counts, everybody=counts.updates == end)
            await _look_at_trouble(cast, counts)


async def _attack_once(cast: Cast, sender: Sender, counts: Counts, size: int, number: int) -> None:
    """One batch of updates, by one of the ways in, and frames of a web page beside it."""
    cast.tally.clear()
    batch: list[bytes] = []
    kinds: Counter[str] = Counter()
    for _ in range(size):
        name, update, raw = _some_update(sender, cast)
        counts.by_source[name] += 1
        kinds[kind_of(update, KNOWN_KINDS)] += 1
        batch.append(raw)
    counts.updates += size
    counts.bytes += sum(map(len, batch))
    frames = [sender.frame(cast) for _ in range(FRAMES)]
    by_webhook = number % WEBHOOK_EVERY == 1
    if by_webhook:
        batch = [_as_posted(sender, raw) for raw in batch]
        kinds = Counter(kind_of(parsed(raw), KNOWN_KINDS) for raw in batch)
    try:
        async with asyncio.TaskGroup() as group:
            coming = group.create_task(_frames(cast, frames, counts))
            if number % ALONE_EVERY == 0:
                await coming
                await _one_by_one(cast, batch, counts)
            elif by_webhook:
                await _by_webhook(cast, batch)
            else:
                await cast.gets(batch)
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        cast.findings.note("a batch was not taken", error)
    _count(cast, counts, batch, kinds, looked_at=number % COUNTED_EVERY in {0, 1, 2})


def _some_update(sender: Sender, cast: Cast) -> tuple[str, object, bytes]:
    """Where the next update comes from, the update, and its bytes: at most ``MOST_BYTES``."""
    while True:
        name, update = sender.update(cast)
        raw = json.dumps(update).encode()
        if len(raw) <= MOST_BYTES:
            return name, update, raw


def _count(cast: Cast, counts: Counts, batch: list[bytes], kinds: Counter[str], *, looked_at: bool) -> None:
    """What became of a batch. Of what the intake was not given, nobody was to be answered."""
    given: Counter[str] = Counter()
    for (kind, became), number in cast.tally.items():
        counts.tally[kind, became] += number
        if kind != FRAME:
            given[kind] += number
    for kind, number in kinds.items():
        counts.tally[kind, "sent"] += number
        counts.tally[kind, "ignored"] += number - given[kind]
        if number < given[kind]:
            counts.problems.append(f"{given[kind]} of kind {kind} were taken, {number} were sent")
    if looked_at:
        expected = sum(decode(parsed(raw)) is None for raw in batch)
        left = kinds.total() - given.total()
        if left != expected:
            counts.problems.append(f"{left} updates of a batch came to nothing, expected were {expected}")


async def _one_by_one(cast: Cast, batch: list[bytes], counts: Counts) -> None:
    """Each alone and timed; the collector waits meanwhile, since what it finds is nobody's in particular."""
    gc.disable()
    try:
        for update in batch:
            begun = time.process_time()
            await cast.gets([update])
            took = (time.process_time() - begun) / (1 + len(update) / LARGE)
            counts.alone.append(took)
            if took > counts.slowest[0]:
                counts.slowest = (took, f"{len(update)} bytes: {update[:2000].decode()}")
    finally:
        gc.enable()


def _as_posted(sender: Sender, raw: bytes) -> bytes:
    """The body of a request, now and then a broken one."""
    if sender.random.random() < 0.3:
        raw = sender.mutator.data(raw)
    return BOMB if sender.random.random() < 0.02 else raw


async def _by_webhook(cast: Cast, batch: list[bytes]) -> None:
    """As requests to the webhook, some at the same time."""
    for start in range(0, len(batch), AT_ONCE):
        async with asyncio.TaskGroup() as group:
            for raw in batch[start : start + AT_ONCE]:
                group.create_task(cast.posts(raw))


async def _frames(cast: Cast, frames: list[str], counts: Counts) -> None:
    """Frames of a web page, through reading and intake."""
    async with asyncio.TaskGroup() as group:
        for text in frames:
            counts.tally[FRAME, "sent"] += 1
            group.create_task(_frame(cast, text, counts))


async def _frame(cast: Cast, text: str, counts: Counts) -> None:
    try:
        match read_frame(text, chat=WEB_CHAT, now=cast.clock(), language="pl"):
            case Update(incoming=incoming):
                await cast.intake.take(incoming)
                counts.by_source["frames taken in"] += 1
            case Unfit():
                counts.by_source["frames refused in words"] += 1
                counts.tally[FRAME, "answered"] += 1
            case _:
                counts.by_source["frames that ask for nothing"] += 1
                counts.tally[FRAME, "handled"] += 1
    except BadFrame:
        counts.by_source["frames refused"] += 1
        counts.tally[FRAME, "refused"] += 1
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        cast.findings.note(f"frame {text[:500]}", error)


async def _check(cast: Cast, counts: Counts, *, everybody: bool) -> None:
    """Whether jurors can go on: some in turn, or everybody."""
    for _ in range(len(cast.jurors) if everybody else CHECKED):
        chat, person = cast.next_juror()
        told = await cast.goes_on(chat, person)
        counts.checks[told if told in {"question", "answer", "gone"} else "stuck"] += 1
        if told not in {"question", "answer", "gone"}:
            place = f"stuck after {counts.updates} updates of seed {counts.seed}, {chat}: {told}"
            counts.problems.append(place)
            counts.cases[place] = "\n".join((await cast.situation(chat, person), "", *cast.last_given(chat)))


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
    """KiB of the process now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * PAGE // 1024
