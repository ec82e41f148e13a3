"""docs/benchmarks.md, written from what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.benchmarks import machine
from tests.benchmarks.suite import Results
from tests.benchmarks.tables import (
    burst_table,
    growth_table,
    open_table,
    part_names,
    speed_table,
    start_table,
)
from tests.benchmarks.targets import targets, targets_table

INTRODUCTION = """\
# Benchmarks

Written by `make bench`; do not edit. Ratios of one run on one machine: subjects take turns, round after round, and a
figure is the median of the rounds with the smallest and the largest in brackets. The machine matters, the ratios less.

"""
HOW = """\
## What was done

A Bot API server of our own, in a process of its own, feeds updates and answers every call at once. A conversation is a
command and ten answers in words, one message out for each. *Closed loop*: a chat sends its next answer as soon as it
got our message; so many chats do that at the same time. *Open loop*: updates come at a fixed rate, whatever becomes of
them. *Burst*: a chat sends its ten answers at once. Times run from the moment an update is there to be had until the
message for that chat arrives. CPU is user and system time of all processes of a subject, as the kernel counts it; the
Bot API server's is not in it.

- `ours`: this program, `python -m bot run`. Every update is committed and synced to disk before it is acknowledged, on
  SQLite (`synchronous = FULL`) and PostgreSQL (`fsync = on`). `TELEGRAM_PER_SECOND` and `TELEGRAM_CHAT_PER_SECOND` are
  set out of the way, since the peers have no limiter; against Telegram itself they stay as they are. Right are
  conversations whose answers stand in the database, each once, in order.
- `aiogram`: states in MemoryStorage or in RedisStorage (a real Redis, `appendonly yes`), as its documentation shows
  a form. Right are conversations whose summary holds the answers that were sent, in order.
- `ptb`: python-telegram-bot's ConversationHandler, as its documentation shows it; `pickle` with PicklePersistence.
- `bare`: an aiohttp client that parses updates and answers; it remembers nothing. `bare-uvloop`: the same on uvloop.

None of the peers has stored an update when it is acknowledged.
"""
REPEAT = """\
## To repeat it

    make bench                                     # everything; writes this page
    python -m bot bench pipeline ours-sqlite-polling aiogram-memory-polling --rounds 3 --chats 100
    python -m bot bench growth --sizes 1000 100000
    python -m bot bench late
    python -m bot bench all --help
"""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """When and where it was measured, and how."""

    at: datetime
    took_minutes: float
    disk: float
    """Milliseconds of a write that is synced, the median."""
    command: str
    runners: str = ""
    """The table of ``stock_runners``, if it was made."""


def write(path: Path, results: Results, circumstances: Circumstances) -> None:
    """Write the page."""
    path.write_text(page(results, circumstances), encoding="utf-8")


def page(results: Results, circumstances: Circumstances) -> str:
    """The whole page."""
    sections = [INTRODUCTION, "## Targets\n\n", targets_table(targets(results)), "\n"]
    for name in part_names(results.measured, "closed"):
        sections += [
            f"## Closed loop, {name.removeprefix('closed ')} chats\n\n",
            speed_table(results.measured, name),
            "\n",
        ]
    if part_names(results.measured, "open"):
        sections += ["## Open loop\n\n", open_table(results.measured), "\n"]
    if part_names(results.measured, "burst"):
        sections += ["## Burst\n\n", burst_table(results.measured), "\n"]
    if results.measured:
        sections += ["## Start and memory\n\n", "Memory: with as many chats open as the largest closed loop has.\n\n"]
        sections += [start_table(results.measured), "\n"]
    for name in part_names(results.late, "closed"):
        words = f"## Every message answered 50 ms late, {name.removeprefix('closed ')} chats\n\n"
        sections += [words, speed_table(results.late, name), "\n"]
    if results.grown:
        sections += ["## As work grows\n\n", growth_table(results.grown), "\n"]
    if circumstances.runners:
        sections += ["## Killed while they handled 40 updates\n\n", circumstances.runners, "\n"]
    sections += [_notes(results), HOW, "\n", _where(circumstances, results), "\n", REPEAT]
    return "".join(sections)


def _notes(results: Results) -> str:
    lines = [f"- {name} was left out: {why}.\n" for name, why in results.absent.items()]
    lines += [f"- A round failed: {what}\n" for what in results.failed]
    return "".join(["## Not measured\n\n", *lines, "\n"]) if lines else ""


def _where(circumstances: Circumstances, results: Results) -> str:
    postgres = f" PostgreSQL {results.postgres}." if results.postgres else ""
    return (
        f"## Where and when\n\n{circumstances.at:%Y-%m-%d %H:%M} UTC, {circumstances.took_minutes:.0f} minutes, "
        f"`{circumstances.command}`. {machine.described()}{postgres} A write of 4 KiB synced to the disk takes "
        f"{circumstances.disk:.2f} ms (median).\n"
    )
