"""A program for the kill tests: forks writers that put units of two rows each and note what was acknowledged.

``python killed_writer.py DATABASE_URL FILE``: for each number read from standard input a child is forked and its
process id printed; the child puts units numbered from there on until it is killed, and appends each number to FILE
once the database has acknowledged it.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count

from storage import inbox, journal
from storage.database import Database, Unit

NOW = datetime(2026, 11, 23, tzinfo=UTC)
AT_ONCE = 8


async def write_until_killed(url: str, file: str, start: int) -> None:
    """Put units from several tasks, so that they share transactions, until the process is killed."""
    acknowledged = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    database = Database(url)
    await database.start()
    numbers = count(start)

    def unit_of(number: int) -> Callable[[Unit], None]:
        def work(unit: Unit) -> None:
            assert inbox.take(unit, "kill", str(number), NOW)
            journal.write(unit, at=NOW, who=None, what="taken", subject=str(number), details={})

        return work

    async def one_after_another() -> None:
        while True:
            number = next(numbers)
            await database.run(unit_of(number))
            os.write(acknowledged, f"{number}\n".encode())

    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))


def main() -> None:
    """Fork a child for each number, one at a time."""
    url, file = sys.argv[1:]
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(write_until_killed(url, file, int(line)))
        print(child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)


if __name__ == "__main__":
    main()
