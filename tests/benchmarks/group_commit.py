"""How much group commit gains over one transaction each, as a ratio within one run; nothing is asserted.

``python tests/benchmarks/group_commit.py [postgresql://…]`` (a migrated SQLite file is made where no address is given).
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from storage import inbox, journal, queue, writer
from storage.database import Database, Unit
from storage.migrate import migrate

NOW = datetime(2026, 11, 23, tzinfo=UTC)
UNITS = 1000
ROUNDS = 3


def update(channel: str, number: int) -> Callable[[Unit], None]:
    """A unit like one of intake's: inbox mark, journal, two jobs."""

    def work(unit: Unit) -> None:
        inbox.take(unit, channel, str(number), NOW)
        journal.write(unit, at=NOW, who=None, what="answered", subject=f"contact:{number % 50}", details={"n": number})
        for kind in ("send", "remind"):
            queue.put(unit, kind=kind, payload={"n": number}, run_at=NOW, lock_key=str(number % 50), now=NOW)

    return work


async def units_a_second(url: str, *, channel: str, at_once: int) -> float:
    """Put ``UNITS`` units from ``at_once`` callers that each wait for their commit."""
    database = Database(url)
    await database.start()
    numbers = iter(range(UNITS))

    async def caller() -> None:
        for number in numbers:
            await database.run(update(channel, number))

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(at_once)))
    took = time.perf_counter() - began
    await database.stop()
    return UNITS / took


def main() -> None:
    """Alternate both ways, and print units a second and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/benchmark.db"
        migrate(url)
        for number in range(ROUNDS):
            alone, together = (
                asyncio.run(units_a_second(url, channel=f"{time.time_ns()}", at_once=at_once))
                for at_once in (1, writer.GROUP)
            )
            print(f"round {number + 1}: one each {alone:.0f}/s, grouped {together:.0f}/s, {together / alone:.1f} times")


if __name__ == "__main__":
    main()
