"""A whole edition over HTTP: imported files, a plan, a broadcast, jurors as people are, reviews, and its numbers."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.model import Mode
from storage.database import Database
from tests.acceptance.edition.checks import check
from tests.acceptance.edition.season import Season, Size, season, tables
from tests.acceptance.running import Nursery, Program
from tests.bot_api.server import BotApiServer

SMALL = Size(
    participants=4,
    jurors=18,
    coverage={Mode.VISIT: 1, Mode.PHONE: 0, Mode.EMAIL: 1, Mode.SOCIAL: 0, Mode.WEBSITE: 0},
    days=21,
    waves=("11.10.2026", "18.10.2026"),
)
FULL = Size(
    participants=30,
    jurors=100,
    coverage={Mode.VISIT: 1, Mode.PHONE: 2, Mode.EMAIL: 1, Mode.SOCIAL: 1, Mode.WEBSITE: 1},
    days=37,
    waves=("25.10.2026", "6.11.2026"),
    killed_on=1,
)


async def run(of: Season) -> None:
    """From the first invitation to the last review."""
    participants, jurors = tables(of.size)
    steps = {
        "begin": of.begin,
        "set up": of.set_up,
        "institutions": lambda: of.bring_in(participants, "podmioty.xlsx"),
        "jurors": lambda: of.bring_in(jurors, "jurorzy.xlsx"),
        "invitations": of.gather,
        "plan": of.plan,
        "days": of.days,
        "check": lambda: check(of),
    }
    for name, step in steps.items():
        began = time.monotonic()
        await step()
        of.seconds[name] = time.monotonic() - began


@pytest.mark.edition
@pytest.mark.timeout(400)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_small_edition(  # noqa: PLR0917 - fixtures
    database: Database,
    server: BotApiServer,
    program: Callable[..., Program],
    nursery: Nursery,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Four institutions, eighteen jurors; every number of /status is what the raw answers say."""
    async with season(
        SMALL, database=database, server=server, program=program(), nursery=nursery, folder=tmp_path
    ) as one:
        await run(one)
    with capsys.disabled():
        print(tell(one))


@pytest.mark.edition
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
async def test_a_whole_edition(  # noqa: PLR0917 - fixtures
    database: Database,
    server: BotApiServer,
    program: Callable[..., Program],
    nursery: Nursery,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Thirty institutions, a hundred jurors; every number of /status is what the raw answers say."""
    async with season(
        FULL, database=database, server=server, program=program(), nursery=nursery, folder=tmp_path
    ) as one:
        await run(one)
    with capsys.disabled():
        print(tell(one))


def tell(one: Season) -> str:
    """What happened, in numbers."""
    times = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in one.seconds.items())
    return "\n".join(["", *one.told, times])
