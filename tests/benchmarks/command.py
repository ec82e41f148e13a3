"""The command line of the benchmarks: which one, how long, and what becomes of the figures."""

from __future__ import annotations

import argparse
import asyncio
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

from bot import clock
from tests.benchmarks import page, suite
from tests.benchmarks.growing import SIZES
from tests.benchmarks.pipeline import Plan
from tests.benchmarks.subjects import ROOT, SUBJECTS, Surroundings
from tests.benchmarks.suite import LATE, PIPELINE, Results
from tests.benchmarks.tables import burst_table, growth_table, open_table, part_names, speed_table, start_table
from tests.benchmarks.targets import targets, targets_table

PAGE = ROOT / "docs" / "benchmarks.md"
OLDER = {
    "broadcast": "a message to 5,000 chats, the program killed on the way",
    "calibration": "how the rater's calibration does on tables of known agreement",
    "group_commit": "how much group commit gains over one transaction each",
    "planning": "plans of growing editions",
    "scoring": "scores of growing editions",
    "status": "the queries behind /status on 100,000 contacts",
    "stock_runners": "updates lost when a runner is killed",
}
"""Measurements with command lines of their own."""
PEOPLE = 6000
"""Jurors who have begun a contact and wait in the database of a run."""
GROWTH_PEOPLE = 3000
SYNCS = 50


def parser() -> argparse.ArgumentParser:
    """What can be asked for."""
    root = argparse.ArgumentParser(
        prog="python -m bot bench",
        description="Measures this program beside its peers. Without a name: everything, as `make bench`.",
        epilog="Further ones, with options of their own: "
        + "; ".join(f"{name} ({what})" for name, what in OLDER.items()),
    )
    on = root.add_subparsers(dest="name", metavar="NAME")
    everything = on.add_parser("all", help="everything, and docs/benchmarks.md")
    _measures(everything, rounds=3, open_seconds=3.0, burst=100)
    everything.add_argument(
        "--only", dest="subjects", nargs="+", metavar="SUBJECT", default=[], help="these and no other"
    )
    everything.add_argument("--page", type=Path, default=PAGE, help="where the page goes")
    everything.add_argument("--no-runners", action="store_true", help="leave out the runners that are killed")
    one = on.add_parser("pipeline", help="subjects side by side: " + ", ".join(SUBJECTS))
    one.add_argument("subjects", nargs="*", metavar="SUBJECT", default=[], help="without one: all")
    _measures(one, rounds=1, open_seconds=0.0, burst=0)
    late = on.add_parser("late", help="the Bot API server takes its time, 50 ms, for every message")
    late.add_argument("subjects", nargs="*", metavar="SUBJECT", default=[])
    _measures(late, rounds=1, open_seconds=0.0, burst=0)
    late.add_argument("--late", type=float, default=suite.LATE_SECONDS, help="seconds")
    growth = on.add_parser("growth", help="answers and /status beside 1,000 to 100,000 contacts")
    _measures(growth, rounds=1, open_seconds=3.0, burst=0)
    for each in (everything, growth):
        each.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="contacts in the database")
        each.add_argument("--stores", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    return root


def _measures(on: argparse.ArgumentParser, *, rounds: int, open_seconds: float, burst: int) -> None:
    on.add_argument("--rounds", type=int, default=rounds, help=f"default {rounds}")
    on.add_argument(
        "--chats", type=int, nargs="+", default=[100, 1000], help="chats at the same time, in a closed loop"
    )
    on.add_argument("--seconds", type=float, default=2.5, help="of each closed loop")
    on.add_argument("--open", type=float, default=open_seconds, help="seconds of the open loop; 0: none")
    on.add_argument("--rate", type=float, default=100.0, help="updates a second in the open loop")
    on.add_argument("--burst", type=int, default=burst, help="chats that send ten answers at once; 0: none")
    on.add_argument("--people", type=int, default=PEOPLE, help="jurors with a contact under way")
    on.add_argument("--folder", type=Path, help="where databases are made; on the disk that is to be measured")
    on.add_argument("--quick", action="store_true", help="as short as can be: shows that it works, measures nothing")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] in OLDER:
        sys.argv = [f"python -m tests.benchmarks.{given[0]}", *given[1:]]
        runpy.run_module(f"tests.benchmarks.{given[0]}", run_name="__main__")
        return 0
    asked = parser().parse_args(given or ["all"])
    unknown = [name for name in getattr(asked, "subjects", ()) if name not in SUBJECTS]
    if unknown:
        sys.stderr.write(f"There is no subject {', '.join(unknown)}; there are {', '.join(SUBJECTS)}.\n")
        return 2
    try:
        return asyncio.run(_run(asked))
    except asyncio.CancelledError:
        return 128 + signal.SIGTERM  # asked to end: servers and folders were removed on the way


async def _run(asked: argparse.Namespace) -> int:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    began, at = time.perf_counter(), clock.now()
    results = Results()
    with _folder(asked.folder) as folder:
        disk = _sync_milliseconds(folder)
        around = Surroundings(folder, people=60 if asked.quick else asked.people)
        try:
            await _measure(asked, around, results)
        finally:
            around.stop()
    if asked.name != "all":
        sys.stdout.write(_tables(results))
        return 0
    runners = "" if asked.no_runners or asked.quick else _runners()
    minutes = (time.perf_counter() - began) / 60
    page.write(asked.page, results, page.Circumstances(at, minutes, disk, "make bench", runners))
    sys.stdout.write(targets_table(targets(results)))
    suite.tell(f"written: {asked.page}")
    return 0


async def _measure(asked: argparse.Namespace, around: Surroundings, results: Results) -> None:
    plan, rounds = _plan(asked), 1 if asked.quick else asked.rounds
    names = tuple(getattr(asked, "subjects", ()))
    late_names = tuple(name for name in names if name in LATE) if asked.name == "all" and names else names or LATE
    if asked.name in {"all", "pipeline"}:
        await suite.pipeline(names or PIPELINE, plan, around, rounds=rounds, results=results)
    if asked.name in {"all", "late"}:
        late = plan if asked.name == "all" else _late(plan, asked.late)
        await suite.late(late_names, late, around, rounds=1 if asked.name == "all" else rounds, results=results)
    if asked.name in {"all", "growth"}:
        around.people = min(around.people, GROWTH_PEOPLE)
        sizes = tuple(asked.sizes)
        if asked.name == "all":  # as long as two rounds; what takes its time is making the databases
            plan, rounds = replace(plan, seconds=2 * plan.seconds), 1
        await suite.growth(asked.stores, sizes, plan, around, rounds=rounds, results=results)


def _plan(asked: argparse.Namespace) -> Plan:
    if asked.quick:
        return Plan(chats=(5,), seconds=0.5, open_seconds=0.5, rate=10, burst=2, warm_up=0)
    return Plan(tuple(asked.chats), asked.seconds, asked.rate, asked.open, asked.burst)


def _late(plan: Plan, seconds: float) -> Plan:
    return replace(plan, late=seconds)


def _tables(results: Results) -> str:
    told = []
    for measured in (results.measured, results.late):
        told += [f"\n{name}\n\n{speed_table(measured, name)}" for name in part_names(measured, "closed")]
    if part_names(results.measured, "open"):
        told.append(f"\nopen loop\n\n{open_table(results.measured)}")
    if part_names(results.measured, "burst"):
        told.append(f"\nburst\n\n{burst_table(results.measured)}")
    if results.measured:
        told.append(f"\n{start_table(results.measured)}")
    if results.grown:
        told.append(f"\n{growth_table(results.grown)}")
    told += [f"\n{name} was left out: {why}.\n" for name, why in results.absent.items()]
    told += [f"\na round failed: {what}\n" for what in results.failed]
    return "".join([*told, "\n", targets_table(targets(results))])


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=given) as name:
        yield Path(name)


def _sync_milliseconds(folder: Path) -> float:
    """What a synced write of 4 KiB takes on that disk: the median of a few."""
    times = []
    with (folder / "synced").open("wb") as file:
        for _ in range(SYNCS):
            began = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
            times.append(1000 * (time.perf_counter() - began))
    return median(times)


def _runners() -> str:
    """The table of ``stock_runners``."""
    words = [sys.executable, "-m", "tests.benchmarks.stock_runners", "--kill-only"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    return done.stdout or f"It failed: {done.stderr.splitlines()[-1] if done.stderr else done.returncode}\n"
