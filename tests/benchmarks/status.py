"""How long the numbers of an edition take at a size far beyond the real one: ``python -m tests.benchmarks.status``.

Prints milliseconds of the best of five runs, on a fresh SQLite file and on PostgreSQL where its address is given.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from storage import matters, overview
from storage.database import Database
from storage.migrate import migrate
from storage.overview import Dimension
from storage.planned import Stage, Wanted
from storage.scope import Scope
from storage.unit import Unit
from tests.crowd import make_crowd

NOW = datetime(2026, 10, 21, 10, tzinfo=UTC)
RUNS = 5


async def measure(url: str, contacts: int) -> None:
    """Fill a database and time what ``/status`` and the usual questions read."""
    migrate(url)
    database = Database(url)
    await database.start()
    crowd = await database.run(lambda unit: make_crowd(unit, contacts=contacts, participants=3000, jurors=800, now=NOW))
    scope, mine = Scope(crowd.edition), Scope(crowd.edition, crowd.coordinators[0])
    late = Wanted(late_only=True)
    reads: dict[str, Callable[[Unit], object]] = {
        "total": lambda unit: overview.total(unit, scope, now=NOW),
        "total of a coordinator": lambda unit: overview.total(unit, mine, now=NOW),
        "by wave and mode": lambda unit: overview.figures(unit, scope, now=NOW, by=(Dimension.WAVE, Dimension.MODE)),
        "by participant": lambda unit: overview.figures(unit, scope, now=NOW, by=(Dimension.PARTICIPANT,)),
        "list of the late": lambda unit: overview.planned_contacts(unit, scope, now=NOW, wanted=late),
        "list of holes": lambda unit: overview.planned_contacts(
            unit, scope, now=NOW, wanted=Wanted(stages=frozenset({Stage.HOLE}))
        ),
        "who lacks two": lambda unit: overview.lacking(unit, scope, least=2, now=NOW),
        "dropped": lambda unit: matters.dropped(unit, scope),
    }
    print(f"{database.url.get_backend_name()}, {contacts} contacts")
    for name, read in reads.items():
        best = float("inf")
        for _ in range(RUNS):
            began = time.perf_counter()
            await database.read(read)
            best = min(best, time.perf_counter() - began)
        print(f"  {name:24} {best * 1000:8.0f} ms")
    await database.stop()


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--postgres", help="address of an empty database")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(f"sqlite:///{Path(folder) / 'status.db'}", chosen.contacts))
    if chosen.postgres:
        asyncio.run(measure(chosen.postgres, chosen.contacts))


if __name__ == "__main__":
    main()
