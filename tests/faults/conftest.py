"""Fixtures of the fault tests: the acceptance tests' server and programs, and programs that can be given trouble."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.database import Database
from tests.acceptance.conftest import SECRET, nursery, program, server
from tests.acceptance.running import Nursery, Program
from tests.bot_api.server import BotApiServer

__all__ = ["nursery", "program", "server"]

SOURCE = Path(__file__).with_name("trouble.c")


@dataclass(frozen=True, slots=True)
class Troubled:
    """A program, and what is wrong with the machine it runs on."""

    program: Program
    file: Path

    def have(self, trouble: str) -> None:
        """From now on: ``none``, ``full``, ``readonly``, ``broken``, ``slow 20000`` (microseconds), ``nodns``."""
        fresh = self.file.with_suffix(".new")
        fresh.write_text(trouble)
        fresh.replace(self.file)


@pytest.fixture(scope="session")
def troubled_nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Where programs are started from that have ``trouble.c`` between them and the machine."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler on this machine: a disk cannot be made full, slow or read-only here")
    library = tmp_path_factory.mktemp("trouble") / "trouble.so"
    command = [compiler, "-O1", "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(command, check=True)  # noqa: S603 - our own source
    nursery = Nursery({"LD_PRELOAD": str(library)})
    yield nursery
    nursery.close()


@pytest.fixture
async def troubled(
    database: Database, server: BotApiServer, tmp_path: Path, troubled_nursery: Nursery
) -> AsyncIterator[Callable[[Path], Troubled]]:
    """Makes a program of this database and Bot API server; the trouble concerns files under a folder."""
    made: list[Program] = []

    def make(under: Path) -> Troubled:
        file = tmp_path / "trouble"
        file.write_text("none")
        one = Program(
            troubled_nursery,
            tmp_path,
            {
                "DATABASE_URL": database.url.render_as_string(hide_password=False),
                "EVIDENCE_URL": f"file://{tmp_path / 'evidence'}",
                "TELEGRAM_TOKEN": server.token,
                "TELEGRAM_API_URL": server.url.replace("127.0.0.1", "telegram.test"),
                "TELEGRAM_WEBHOOK_SECRET": SECRET,
                "TROUBLE_FILE": str(file),
                "TROUBLE_UNDER": str(under),
            },
        )
        made.append(one)
        return Troubled(one, file)

    yield make
    for one in made:
        await one.kill()
