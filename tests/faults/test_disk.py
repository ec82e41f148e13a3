"""A disk that is full, read-only, broken or slow: what was acknowledged is there, the rest is taken when it is well."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.acceptance.running import Nursery, Program
from tests.bot_api.server import BotApiServer
from tests.faults.conftest import Troubled
from tests.faults.walk import Walk

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HELD_SECONDS = 1.5
"""For so long nothing may be acknowledged while nothing can be written."""
FULL_BYTES = 48 * 1024 * 1024

READONLY, BROKEN = (pytest.param(trouble, marks=pytest.mark.faults) for trouble in ("readonly", "broken"))
"""What the default run has no time for."""


@SQLITE
@pytest.mark.parametrize("trouble", ["full", READONLY, BROKEN])
async def test_a_disk_that_takes_nothing(
    trouble: str, database: Database, server: BotApiServer, troubled: Callable[[Path], Troubled], tmp_path: Path
) -> None:
    """Nothing is acknowledged meanwhile, the program lives on, and afterwards the answer counts, once."""
    machine = troubled(tmp_path)
    walk = Walk("text", database, server, machine.program)
    await walk.begin(tmp_path)
    await walk.answer_on(1)
    machine.have(trouble)
    walk.answer()
    await asyncio.sleep(HELD_SECONDS)
    assert server.updates.waiting
    assert not walk.is_asked()
    assert machine.program.is_running, machine.program.said()[-3000:]
    machine.have("none")
    await walk.until_settled()
    await walk.answer_on(1)
    await walk.check(repeats_at_most=0)
    assert machine.program.is_running


@SQLITE
@pytest.mark.faults
@pytest.mark.parametrize("trouble", ["full", "readonly", "broken"])
async def test_a_disk_that_takes_nothing_for_longer_than_anybody_waits(
    trouble: str, database: Database, server: BotApiServer, troubled: Callable[[Path], Troubled], tmp_path: Path
) -> None:
    """As long as the writer's whole patience and more: the same."""
    machine = troubled(tmp_path)
    walk = Walk("text", database, server, machine.program)
    await walk.begin(tmp_path)
    machine.have(trouble)
    walk.answer()
    await asyncio.sleep(40)
    assert machine.program.is_running, machine.program.said()[-3000:]
    machine.have("none")
    await walk.until_settled(seconds=90)
    await walk.answer_on(1)
    await walk.check(repeats_at_most=1)


@SQLITE
@pytest.mark.parametrize("trouble", ["full", READONLY])
async def test_an_evidence_folder_that_takes_nothing(
    trouble: str, database: Database, server: BotApiServer, troubled: Callable[[Path], Troubled], tmp_path: Path
) -> None:
    """The answer is taken, its photo is fetched again until the folder takes it."""
    machine = troubled(tmp_path / "evidence")
    walk = Walk("photo", database, server, machine.program)
    await walk.begin(tmp_path)
    machine.have(trouble)
    walk.answer()
    async with asyncio.timeout(60):
        while not walk.is_asked():
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.5)
    assert not await walk.is_done()
    machine.have("none")
    await walk.until_settled()
    await walk.check(repeats_at_most=0)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 48 MB that can be filled."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("only root may mount a small file system to fill it; trouble.c plays it for everybody")
    command = [mount, "-t", "tmpfs", "-o", f"size={FULL_BYTES}", "tmpfs", str(folder)]
    done = subprocess.run(command, check=False)  # noqa: S603 - all its own
    if done.returncode:
        pytest.skip("this machine does not let a small file system be mounted")
    yield folder
    subprocess.run([shutil.which("umount") or "umount", "--lazy", folder], check=True)  # noqa: S603 - as above


@pytest.mark.faults
async def test_a_small_disk_that_is_really_full(
    small_disk: Path, migrated_sqlite: Path, server: BotApiServer, nursery: Nursery, tmp_path: Path
) -> None:
    """Database and evidence on one small disk: filled to the last byte while people answer, then room is made."""
    shutil.copy(migrated_sqlite, small_disk / "test.db")
    database = Database(f"sqlite:///{small_disk / 'test.db'}")
    await database.start()
    settings = {
        "DATABASE_URL": str(database.url),
        "EVIDENCE_URL": f"file://{small_disk / 'evidence'}",
        "TELEGRAM_TOKEN": server.token,
        "TELEGRAM_API_URL": server.url,
    }
    running = Program(nursery, tmp_path, settings)
    walk = Walk("photo", database, server, running)
    await walk.begin(tmp_path)
    await walk.answer_on(2)
    _fill(small_disk / "filler")
    walk.answer()
    await asyncio.sleep(HELD_SECONDS)
    assert not await walk.is_done() or server.updates.waiting
    assert running.is_running, running.said()[-3000:]
    (small_disk / "filler").unlink()
    await walk.until_settled()
    await walk.answer_on(2)
    await walk.check(repeats_at_most=0)
    await running.stop()
    await database.stop()


def _fill(file: Path) -> None:
    """Until not one more byte fits."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT)
    try:
        for size in (1024 * 1024, 4096, 1):
            try:
                while True:
                    os.write(handle, b"x" * size)
            except OSError:
                continue
    finally:
        os.close(handle)
