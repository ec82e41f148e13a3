"""Machines, a PostgreSQL and an S3 server they reach, a Bot API server; and the table of what came of each trouble."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.database import Database
from tests import s3_server
from tests.bot_api.limits import Limits
from tests.bot_api.server import BotApiServer
from tests.faults import tables
from tests.faults.tables import Table
from tests.machines.network import WORLD, Machine, machines, why_not
from tests.machines.postgres import NetworkPostgres
from tests.machines.running import Remote
from tests.s3_server import BUCKET, S3Server

MACHINES = 4


@pytest.fixture(scope="session")
def troubles(request: pytest.FixtureRequest) -> Iterator[Table]:
    """What came of each trouble."""
    table = Table(
        *("trouble", "answers", "lost", "doubled", "disorder", "asked twice", "photos missing"),
        *("lasted s", "another leads s", "worst wait s"),
    )
    yield table
    _tell(request, "machines", table, rows=6)


@pytest.fixture(scope="session")
def broadcasts(request: pytest.FixtureRequest) -> Iterator[Table]:
    """How fast a message reaches many."""
    table = Table("people", "processes", "seconds", "a second", "refused with 429")
    yield table
    _tell(request, "broadcast", table, rows=1)


@pytest.fixture(scope="session")
def speeds(request: pytest.FixtureRequest) -> Iterator[Table]:
    """How much so many processes do."""
    table = Table("processes", "answers", "seconds", "answers/s", "x one", "CPU ms an answer", "p50 ms", "p99 ms")
    yield table
    _tell(request, "processes", table, rows=3)


def _tell(request: pytest.FixtureRequest, section: str, table: Table, *, rows: int) -> None:
    """Print it; with ``--write`` into the page too, where it is whole and nothing failed."""
    if len(table):
        print(f"\n{table.told()}")
    if request.config.getoption("--write") and len(table) == rows and not request.session.testsfailed:
        tables.write(section, table.markdown())


@pytest.fixture(scope="session")
def network() -> Iterator[list[Machine]]:
    """The machines, where this system allows them."""
    reason = why_not()
    if reason is not None:
        print(f"\n{reason}")
        pytest.skip(reason)
    with machines(MACHINES) as made:
        yield made


@pytest.fixture(scope="session")
def network_postgres(network: list[Machine]) -> Iterator[NetworkPostgres]:
    """A PostgreSQL for all machines."""
    assert network
    server = NetworkPostgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def store(network: list[Machine], tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """An S3 server for all machines."""
    assert network
    server = s3_server.started(tmp_path_factory.mktemp("s3"), host=f"{WORLD}.1")
    yield server
    server.stop()


@dataclass(slots=True)
class Site:
    """What a test has: machines that can be started, the database seen from outside, the Bot API server."""

    database: Database
    server: BotApiServer
    postgres: NetworkPostgres
    store: S3Server
    remotes: list[Remote]

    async def start(self, number: int) -> list[Remote]:
        """Start the program on so many machines, one after another."""
        for remote in self.remotes[:number]:
            await remote.start()
        return self.remotes[:number]

    def leader(self) -> Remote | None:
        """Whose process fetches the updates."""
        address = self.postgres.leader()
        number = 0 if address is None else int(address.rpartition(".")[2]) - 1
        return next((remote for remote in self.remotes if remote.machine.number == number), None)


@pytest.fixture
async def open_site(
    network: list[Machine], network_postgres: NetworkPostgres, store: S3Server, tmp_path: Path
) -> AsyncIterator[Callable[..., Site]]:
    """Makes the site, paced as told; ``api_url``: beside its own, the Bot API server that the programs speak to."""
    made: list[Site] = []

    async def make(*, limits: Limits | None = None, api_url: str = "") -> Site:
        url = network_postgres.fresh()
        server = BotApiServer(limits=limits or Limits.unpaced())
        await server.start(host=f"{WORLD}.1")
        database = Database(url, patience=60.0)
        await database.start()
        settings = {
            "DATABASE_URL": url,
            "EVIDENCE_URL": f"s3://{BUCKET}/{tmp_path.name}",
            "TELEGRAM_TOKEN": server.token,
            "TELEGRAM_API_URL": api_url or server.url,
            **store.settings,
        }
        if limits is None:
            settings |= {"TELEGRAM_PER_SECOND": "1000", "TELEGRAM_CHAT_PER_SECOND": "1000"}
        remotes = [Remote(machine, tmp_path, settings) for machine in network]
        site = Site(database, server, network_postgres, store, remotes)
        made.append(site)
        return site

    yield make
    for site in made:
        for remote in site.remotes:
            remote.kill()
        await site.server.stop()
        await site.database.stop()
