"""What was to be reached, what was measured, and whether that is enough: one plain line each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.growing import Grown
from tests.benchmarks.pipeline import Measured, Part
from tests.benchmarks.subjects import SUBJECTS, Subject
from tests.benchmarks.suite import Results
from tests.benchmarks.tables import MEGA, Rounds, milliseconds, part_names, parts, rate, table

TIMES_MEMORY, TIMES_REDIS, TIMES_FLOOR = 2.0, 4.0, 0.4
TIMES_FLOOR_P99 = 2.0
PART_OF_MEMORY = 0.5
FIRST_ANSWER_SECONDS = 2.0
GROWTH = 0.20
STATUS_MILLISECONDS = 200.0
FLOOR, MEMORY, REDIS = "bare", "aiogram-memory", "aiogram-redis"


@dataclass(frozen=True, slots=True)
class Target:
    """``measured`` and ``wanted`` in words; ``is_reached``: None where the comparison was not measured."""

    what: str
    wanted: str
    measured: str
    is_reached: bool | None


def targets(results: Results) -> list[Target]:
    """Every target, for each of our variants that was measured."""
    return [*_speed(results.measured), *_of_each(results.measured), *_growth(results.grown)]


def targets_table(found: Sequence[Target]) -> str:
    """The targets as a table."""
    words = {True: "yes", False: "**no**", None: "not measured"}
    head = ["target", "wanted", "measured", "reached"]
    return table(head, ([each.what, each.wanted, each.measured, words[each.is_reached]] for each in found))


def ratio(measured: Rounds, name: str, ours: str, other: str, of: Callable[[Part], float]) -> float | None:
    """Median of ours over the median of the other's, in the runs of one name; None where one is missing."""
    mine = [of(part) for part in parts(measured.get(ours, ()), name)]
    theirs = [of(part) for part in parts(measured.get(other, ()), name)]
    if not mine or not theirs or not median(theirs):
        return None
    return median(mine) / median(theirs)


def _ours(measured: Rounds) -> list[Subject]:
    return [SUBJECTS[name] for name in measured if SUBJECTS[name].is_ours]


def _speed(measured: Rounds) -> Iterator[Target]:
    compared = (
        (MEMORY, "aiogram with MemoryStorage", TIMES_MEMORY),
        (REDIS, "aiogram with RedisStorage", TIMES_REDIS),
        (FLOOR, "the bare floor", TIMES_FLOOR),
    )
    for name in part_names(measured, "closed"):
        chats = name.removeprefix("closed ")
        for subject in _ours(measured):
            for other, words, times in compared:
                mode = subject.mode if f"{other}-{subject.mode}" in measured else "polling"
                found = ratio(measured, name, subject.name, f"{other}-{mode}", rate)
                cpu = ratio(measured, name, subject.name, f"{other}-{mode}", lambda part: part.cpu_each)
                by = "" if mode == subject.mode else f" by {mode}"
                told = "—" if found is None or cpu is None else f"{found:.2f} x (CPU each {cpu:.2f} x)"
                reached = None if found is None else found >= times
                what = f"updates/s against {words}{by}: {subject.name}, {chats} chats"
                yield Target(what, f"≥ {times:g} x", told, reached)


def _of_each(measured: Rounds) -> Iterator[Target]:
    for subject in _ours(measured):
        rounds = measured[subject.name]
        late = ratio(measured, "open", subject.name, f"{FLOOR}-{subject.mode}", milliseconds("p99"))
        if part_names(measured, "open"):
            told, reached = ("—", None) if late is None else (f"{late:.2f} x", late <= TIMES_FLOOR_P99)
            what = f"p99 at a fixed rate against the bare floor: {subject.name}"
            yield Target(what, f"≤ {TIMES_FLOOR_P99:g} x", told, reached)
        burst = parts(rounds, "burst")
        if burst:
            chats, wrong = sum(part.fed.chats for part in burst), sum(part.wrong or 0 for part in burst)
            what = f"conversations right in the burst: {subject.name}"
            yield Target(what, "all", f"{chats - wrong} of {chats}", wrong == 0)
        yield _memory(measured, subject)
        first = median([each.first_answer for each in rounds])
        what = f"start to first answer: {subject.name}"
        told = f"{first:.2f} s (CPU {median([each.start_cpu for each in rounds]):.2f} s)"
        yield Target(what, f"< {FIRST_ANSWER_SECONDS:g} s", told, first < FIRST_ANSWER_SECONDS)


def _memory(measured: Rounds, subject: Subject) -> Target:
    what = f"memory with open contacts against aiogram with MemoryStorage: {subject.name}"
    wanted = f"< {PART_OF_MEMORY:g} x"
    theirs: Sequence[Measured] = measured.get(f"{MEMORY}-{subject.mode}", ())
    if not theirs:
        return Target(what, wanted, "—", None)
    mine = median([each.memory for each in measured[subject.name]])
    other = median([each.memory for each in theirs])
    told = f"{mine / other:.2f} x ({mine / MEGA:.0f} of {other / MEGA:.0f} MB)"
    return Target(what, wanted, told, mine < PART_OF_MEMORY * other)


def _growth(grown: Sequence[Grown]) -> Iterator[Target]:
    for store in dict.fromkeys(each.store for each in grown):
        sizes = sorted({each.contacts for each in grown if each.store == store})
        by_size = {size: [each for each in grown if (each.store, each.contacts) == (store, size)] for size in sizes}
        for size in sizes[1:]:
            for words, of, sign in _GROWS:
                small, large = (median([of(each) for each in by_size[one]]) for one in (sizes[0], size))
                if not small:
                    continue
                change = large / small - 1
                wanted = f"within {GROWTH:.0%} of {sizes[0]:,}"
                what = f"{words} with {size:,} contacts: {store}"
                yield Target(what, wanted, f"{change:+.0%}", sign * change <= GROWTH)
        status = median([milliseconds("p50")(each.status) for each in by_size[sizes[-1]]])
        what = f"`/status` with {sizes[-1]:,} contacts, median: {store}"
        yield Target(what, f"< {STATUS_MILLISECONDS:g} ms", f"{status:.0f} ms", status < STATUS_MILLISECONDS)


def _closed(grown: Grown) -> Part:
    return next(part for part in grown.measured.parts if part.name.startswith("closed"))


def _steady(grown: Grown) -> Part:
    return grown.measured.part("open") or _closed(grown)


_GROWS: tuple[tuple[str, Callable[[Grown], float], int], ...] = (
    ("updates/s", lambda grown: _closed(grown).fed.a_second, -1),
    ("CPU of an update", lambda grown: _closed(grown).cpu_each, 1),
    ("median time to the answer", lambda grown: _steady(grown).fed.latency.p50, 1),
    ("bytes a contact", lambda grown: grown.bytes_each, 1),
)
"""What may not get worse; the sign says which way worse is."""
