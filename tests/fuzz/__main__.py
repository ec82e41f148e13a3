"""``make fuzz``: the whole campaign on as many processes as are asked for, and a table of what came of it.

Exits with 1 where anything raised, failed, was buried or got stuck, or took more than its bounds; every place gets a
file in ``--folder`` to make a case of.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import shutil
import sys
import tempfile
import time
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from functools import partial
from itertools import zip_longest
from multiprocessing import get_context
from pathlib import Path

from tests.fuzz.campaign import Total, some_files, some_updates
from tests.fuzz.cast import make_stage
from tests.fuzz.documents import FileCounts
from tests.fuzz.report import page
from tests.fuzz.updates import Counts
from tests.fuzz.wall import Findings

UPDATES = 1_000_000
FILES = 100_000
MINUTES = 18.5
SHARE = 46_000
"""Updates of one task; a process does several, one after another."""
FILE_SHARE = 10_000
"""Files of one task; each task begins a reader of workbooks, which is seconds of work."""
ARENAS = "1"
"""Of the C library's allocator, in each process. Every house brings threads of its own, and each thread's arena keeps
what it once had; without more of them, memory shows what the program holds."""
PAGE = Path(__file__).parent.parent.parent / "docs" / "fuzz.md"
TMPFS = Path("/dev/shm")  # noqa: S108 - where a database in memory lies


def main() -> int:
    """The whole campaign."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--updates", type=int, default=UPDATES)
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="after which nothing more is begun")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="the same seed sends the same")
    parser.add_argument("--folder", type=Path, help="where findings are written (a new folder)")
    parser.add_argument("--write", action="store_true", help=f"write the table to {PAGE.name} of the documents")
    chosen = parser.parse_args()
    sys.stdout.write(f"seed {chosen.seed}, {chosen.processes} processes\n")
    begun = time.monotonic()
    work = Path(tempfile.mkdtemp(prefix="fuzz-", dir=TMPFS if TMPFS.is_dir() else None))
    try:
        total = _carried_out(chosen, work, begun + 60 * chosen.minutes)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    found = page(total, seed=chosen.seed, processes=chosen.processes, seconds=time.monotonic() - begun)
    sys.stdout.write("\n" + found)
    if chosen.write:
        PAGE.write_text(found, encoding="utf-8")
    faults = total.faults()
    for fault in faults:
        sys.stdout.write(f"FAULT: {fault[:500]}\n")
    if faults:
        folder = chosen.folder or Path(tempfile.mkdtemp(prefix="fuzz-found-"))
        _write_down(total, folder)
        sys.stdout.write(f"written to {folder}\n")
    return 1 if faults else 0


def _carried_out(chosen: argparse.Namespace, work: Path, end: float) -> Total:
    """All tasks, updates and files in turn; those not begun by ``end`` are left, and counted."""
    total = Total()
    stage = asyncio.run(make_stage(work / "stage"))
    os.environ.setdefault("MALLOC_ARENA_MAX", ARENAS)  # noqa: TID251 - for the processes begun below
    with ProcessPoolExecutor(chosen.processes, mp_context=get_context("spawn")) as pool:
        updates = [
            partial(some_updates, stage, work, min(SHARE, chosen.updates - start), chosen.seed + start // SHARE)
            for start in range(0, chosen.updates, SHARE)
        ]
        files = [
            partial(some_files, min(FILE_SHARE, chosen.files - start), chosen.seed + start // FILE_SHARE)
            for start in range(0, chosen.files, FILE_SHARE)
        ]
        waiting = [task for pair in zip_longest(updates, files) for task in pair if task is not None]
        running: set[Future[tuple[Counts | FileCounts, Findings]]] = set()
        while waiting or running:
            while waiting and len(running) < chosen.processes and time.monotonic() < end:
                running.add(pool.submit(waiting.pop(0)))
            if not running:
                break
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for each in done:
                total.add(*each.result())
        total.left = len(waiting)
    return total


def _write_down(total: Total, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, (place, what) in enumerate(total.told.items()):
        name = re.sub(r"[^A-Za-z0-9]+", "-", place)[:80]
        (folder / f"{number:03}-{name}.txt").write_text(
            f"{place}\n\n{what}", encoding="utf-8", errors="backslashreplace"
        )


if __name__ == "__main__":
    sys.exit(main())
