"""Backups by commands, made while processes run: whole on another machine, checked by hashes, old messages not sent."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, insert, make_url, text

from bot.endings import Done
from bot.jobs import Kind
from bot.roles import restored
from bot.worker import Worker
from storage import backing_up, engines, journal, people, postgres_tools, queue, restoring, schema
from storage.blobs import Blobs
from storage.copying import contents
from storage.database import Database, Unit
from tests.command_line import Ended, started
from tests.s3_server import BUCKET, S3Server
from tests.scripted import Clock, ScriptedChannel, work_off
from tests.storage.stocked import PHOTOS, Stock, command, stock

if TYPE_CHECKING:
    from tests.conftest import PostgresServer

CHANGED = {"commits", "jobs", "journal", "people", "messages"}
"""Tables that a restore itself writes to."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where a program's data is."""

    database: str
    evidence: str

    @property
    def settings(self) -> dict[str, str]:
        """As the environment says it."""
        return {"DATABASE_URL": self.database, "EVIDENCE_URL": self.evidence}

    async def run(self, *arguments: str | Path, **settings: str) -> Ended:
        """A command on this machine."""
        return await command(*arguments, **self.settings, **settings)

    def held(self) -> dict[str, object]:
        """What its tables hold, but for those a restore writes to."""
        engine = create_engine(engines.parse_url(self.database))
        try:
            with engine.connect() as connection:
                return {name: found for name, found in contents(connection).items() if name not in CHANGED}
        finally:
            engine.dispose()


@pytest.fixture
def here(database: Database, tmp_path: Path) -> Machine:
    """The machine whose database is open, as it is while processes run."""
    return Machine(database.url.render_as_string(hide_password=False), f"file://{tmp_path / 'evidence'}")


@pytest.fixture
async def stocked(database: Database, tmp_path: Path) -> Stock:
    """What is on it."""
    return await stock(database, Blobs(str(tmp_path / "evidence")))


@pytest.fixture
def elsewhere(database: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Machine:
    """Another machine, with nothing on it."""
    evidence = f"file://{tmp_path / 'elsewhere'}"
    if database.dialect == "sqlite":
        return Machine(f"sqlite:///{tmp_path / 'elsewhere.db'}", evidence)
    server: PostgresServer = request.getfixturevalue("postgres")
    return Machine(server.url(server.create()), evidence)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where backups go."""
    return tmp_path / "backups"


async def test_a_backup_comes_back_on_another_machine(
    database: Database, stocked: Stock, here: Machine, elsewhere: Machine, folder: Path
) -> None:
    """Every table and every file, by hashes; made while others write, at one moment; what came later is not in it."""
    async with asyncio.TaskGroup() as tasks:
        writing = tasks.create_task(_keep_writing(database))
        made = await here.run("backup", folder)
        writing.cancel()
    assert (made.status, made.err) == (0, "")
    count = len(stocked.files)
    assert f"{count} files of evidence: {count} copied" in made.out
    before = here.held()
    await database.run(_something_later)
    back = await elsewhere.run("restore", folder)
    assert (back.status, back.err) == (0, "")
    assert "their hashes are those of the backup" in back.out
    assert f"{count} files of evidence: {count} copied" in back.out
    assert elsewhere.held() == before != here.held()
    store = Blobs(elsewhere.evidence)
    assert [await store.get(photo) for photo in stocked.photos] == list(PHOTOS)
    assert await store.exists(stocked.upload), "a file that was not fetched yet is kept too"


async def _keep_writing(database: Database) -> None:
    while True:
        await database.run(lambda unit: journal.write(unit, at=_now(), who=None, what="x", subject="x", details={}))


def _something_later(unit: Unit) -> None:
    unit.execute(insert(schema.offsets), {"channel": "later", "value": 1})


def _now() -> datetime:
    return datetime(2026, 11, 24, tzinfo=UTC)


async def test_evidence_in_a_bucket_is_backed_up_and_restored_into_another(
    database: Database, here: Machine, elsewhere: Machine, folder: Path, s3_server: S3Server
) -> None:
    """The object store is on both machines what a folder is on one; what is gone from a bucket comes back."""
    ours, theirs = (f"s3://{BUCKET}/{folder.parent.name}-{database.dialect}-{which}" for which in ("ours", "theirs"))
    kept = await stock(database, Blobs(ours, access=s3_server.access))
    made = await replace(here, evidence=ours).run("backup", folder, **s3_server.settings)
    assert (made.status, made.err) == (0, "")
    back = await replace(elsewhere, evidence=theirs).run("restore", folder, **s3_server.settings)
    assert (back.status, back.err) == (0, "")
    assert "their hashes are those of the backup" in back.out
    assert f"{len(kept.files)} files of evidence: {len(kept.files)} copied" in back.out
    assert elsewhere.held() == here.held()
    store = Blobs(theirs, access=s3_server.access)
    assert {each.sha256 async for each in store.all()} == kept.files
    assert [await store.get(photo) for photo in kept.photos] == list(PHOTOS)


async def test_what_was_due_before_is_not_sent_again(
    database: Database, stocked: Stock, here: Machine, elsewhere: Machine, folder: Path
) -> None:
    """Open messages and reminders are held back, timers stay; the office is told; released, they go out in order."""
    await here.run("backup", folder)
    back = await elsewhere.run("restore", folder)
    assert "1 remind, 2 send" in back.out
    target = Database(elsewhere.database)
    await target.start()
    channel = ScriptedChannel()
    done: list[str] = []
    await _work(target, channel, done)
    assert channel.bodies("juror") == []
    assert done == [], "the file's job was put by nobody here"
    (notice,) = channel.bodies("office")
    assert "3 " in notice
    juror = await target.read(lambda unit: people.person(unit, stocked.world.juror))
    assert juror is not None
    assert juror.dialog is not None
    assert juror.dialog["kind"] == restored.DIALOG
    assert (await target.read(queue.pending))["waiting"] == 1, "what is due in the future stays"
    assert "Held back: 1 remind, 2 send." in (await elsewhere.run("held")).out
    dropped = await elsewhere.run("held", "--drop", "--kind", "remind")
    assert dropped.out == "1 jobs were given up.\n"
    released = await elsewhere.run("held", "--release")
    assert released.out == "2 jobs go on now.\n"
    await _work(target, channel, done)
    assert channel.bodies("juror") == ["first", "second"]
    assert (await elsewhere.run("held")).out == "Nothing is held back.\n"
    await target.stop()
    assert database.dialect in {"sqlite", "postgresql"}


async def _work(database: Database, channel: ScriptedChannel, done: list[str]) -> None:
    async def fetch(job: queue.Job) -> Done:
        done.append(job.kind)
        return Done()

    clock = Clock(datetime.now(UTC) + timedelta(minutes=5))  # noqa: TID251 - the command used the real clock
    worker = Worker(
        database,
        channels={"webchat": channel},
        doers={Kind.FETCH_EVIDENCE: fetch},
        clock=clock,
        on_gone=lambda *_: None,
        on_buried=lambda *_: None,
        name="w1",
    )
    await work_off(database, worker, clock, until=timedelta(minutes=1))


async def test_where_nothing_happened_since_messages_go_on(
    database: Database, stocked: Stock, here: Machine, elsewhere: Machine, folder: Path
) -> None:
    """A program that was stopped, moved by a backup and started elsewhere sends what was waiting, once."""
    await here.run("backup", folder)
    back = await elsewhere.run("restore", folder, "--nothing-happened-since")
    assert back.status == 0
    assert "Held back" not in back.out
    target = Database(elsewhere.database)
    await target.start()
    assert (await target.read(queue.pending))["waiting"] == 4
    await target.stop()
    assert stocked.next_job > 0
    assert database is not None


async def test_evidence_is_copied_once_and_forgotten_with_its_last_backup(
    database: Database, stocked: Stock, here: Machine, folder: Path
) -> None:
    """A second backup copies what is new; --keep removes old backups and what no other needs."""
    await here.run("backup", folder)
    (first,) = backing_up.backups(folder)
    first.rename(first.with_name("2026-01-01T00-00-00Z"))
    await database.run(lambda unit: _erase(unit, stocked.photos[0]))
    second = await here.run("backup", folder, "--check-all")
    assert f"0 copied (0 bytes), {len(stocked.files) - 1} there already" in second.out
    kept = Blobs(str(folder / "evidence"))
    assert await kept.exists(stocked.photos[0])
    third = await here.run("backup", folder, "--keep", "1", "--quiet")
    if third.status == 1:  # within the same second as the second
        await asyncio.sleep(1.1)
        third = await here.run("backup", folder, "--keep", "1", "--quiet")
    assert (third.status, third.out, third.err) == (0, "", "")
    assert len(backing_up.backups(folder)) == 1
    assert {blob.sha256 async for blob in kept.all()} == stocked.files - {stocked.photos[0]}


def _erase(unit: Unit, sha256: str) -> None:
    table = schema.evidence
    unit.execute(table.update().where(table.c.sha256 == sha256).values(sha256=None, erased_at=_now()))


def _harm_database(folder: Path) -> None:
    (backup,) = backing_up.backups(folder)
    file = backing_up.read(backup).database
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def _lose_manifest(folder: Path) -> None:
    (backup,) = backing_up.backups(folder)
    (backup / backing_up.MANIFEST).unlink()


def _harm_manifest(folder: Path) -> None:
    (backup,) = backing_up.backups(folder)
    (backup / backing_up.MANIFEST).write_text('{"format": 1}')


def _harm_names(folder: Path) -> None:
    (backup,) = backing_up.backups(folder)
    (backup / backing_up.NAMES).write_text("")


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_harm_database, "is damaged"),
        (_lose_manifest, "there is no backup"),
        (_harm_manifest, "no backup that can be read"),
        (_harm_names, "is damaged"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_damaged_backup_is_refused(
    stocked: Stock, here: Machine, elsewhere: Machine, folder: Path, *, harm: Callable[[Path], None], words: str
) -> None:
    """Before anything is touched."""
    await here.run("backup", folder)
    await asyncio.to_thread(harm, folder)
    back = await elsewhere.run("restore", folder)
    assert back.status == 1
    assert words in back.err
    assert not await Blobs(elsewhere.evidence).exists(stocked.photos[0])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_damaged_and_missing_evidence_is_named_and_the_rest_restored(
    stocked: Stock, here: Machine, elsewhere: Machine, folder: Path, tmp_path: Path
) -> None:
    """Both when it is kept and when it comes back."""
    await Blobs(here.evidence).delete(stocked.photos[0])
    made = await here.run("backup", folder)
    assert made.status == 1
    assert f"{stocked.photos[0]}: named in the database" in made.err
    name = stocked.photos[1]
    (folder / "evidence" / "sha256" / name[:2] / name[2:4] / name).write_bytes(b"harmed")
    back = await elsewhere.run("restore", folder)
    assert back.status == 1
    assert {line.partition(":")[0] for line in back.err.splitlines()} >= set(stocked.photos[:2])
    assert await Blobs(elsewhere.evidence).get(stocked.photos[2]) == PHOTOS[2]
    assert (tmp_path / "elsewhere.db").exists()


async def test_what_is_there_is_replaced_only_when_told(
    database: Database, stocked: Stock, here: Machine, folder: Path, tmp_path: Path
) -> None:
    """Not while a process runs on it, not without --replace; an SQLite file is put aside."""
    await here.run("backup", folder)
    await database.run(_something_later)
    running = await here.run("restore", folder, "--replace")
    assert (running.status, "stop `run`, `serve` and `work`" in running.err) == (1, True)
    await database.stop()
    later = here.held()
    refused = await here.run("restore", folder)
    assert (refused.status, "not empty" in refused.err) == (1, True)
    assert here.held() == later
    done = await here.run("restore", folder, "--replace")
    assert (done.status, done.err) == (0, "")
    assert here.held() != later
    if database.dialect == "sqlite":
        (aside,) = await asyncio.to_thread(_put_aside, tmp_path)
        assert Machine(f"sqlite:///{aside}", "").held() == later
    assert stocked.next_job > 0


def _put_aside(folder: Path) -> list[Path]:
    return list(folder.glob("test.db.before-restore-*"))


@pytest.mark.crash
async def test_killed_at_any_moment_a_backup_is_whole_or_not_there(
    database: Database, stocked: Stock, here: Machine, elsewhere: Machine, folder: Path
) -> None:
    """And a restore is ended by the same command, no process starting on a half."""
    with started("backup", folder, folder=folder.parent, **here.settings) as running:
        while not _under_way(folder):
            await asyncio.sleep(0.001)
        running.process.kill()
    assert len(backing_up.backups(folder)) <= 1
    await asyncio.sleep(1.1)
    assert (await here.run("backup", folder)).status == 0
    assert _under_way(folder) == []
    with started("restore", folder, folder=folder.parent, **elsewhere.settings) as running:
        running.wait_for("files of evidence")
        await asyncio.sleep(0.2)
        running.process.kill()
    back = await elsewhere.run("restore", folder, "--replace")
    assert (back.status, back.err) == (0, "")
    assert elsewhere.held() == here.held()
    assert (await elsewhere.run("held")).status == 0
    assert database.dialect in {"sqlite", "postgresql"}
    assert stocked.next_job > 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_restore_ends_what_a_killed_one_left_at_work(
    database: Database, stocked: Stock, here: Machine, elsewhere: Machine, folder: Path
) -> None:
    """Its ``pg_restore`` outlives it: held up in the middle here, it would lock the next one out, or write into it."""
    assert (await here.run("backup", folder)).status == 0
    with started("restore", folder, folder=folder.parent, **elsewhere.settings) as running:
        left = await asyncio.to_thread(_held_up_in_the_middle, elsewhere, running.process.pid)
        running.process.kill()
    try:
        back = await elsewhere.run("restore", folder, "--replace")
    finally:
        os.kill(left, signal.SIGKILL)
    assert (back.status, back.err) == (0, "")
    assert elsewhere.held() == here.held()
    assert database.dialect == "postgresql"
    assert stocked.next_job > 0


def _held_up_in_the_middle(machine: Machine, parent: int) -> int:
    """Stop the ``pg_restore`` of that process as soon as it has changed something; its process id."""
    engine = create_engine(engines.parse_url(machine.database), isolation_level="AUTOCOMMIT")
    changing = text("SELECT count(backend_xid) FROM pg_stat_activity WHERE application_name = :name")
    try:
        with engine.connect() as connection:
            until = time.monotonic() + 60
            while not connection.execute(changing, {"name": restoring.RESTORER}).scalar_one():
                assert time.monotonic() < until, "no restore began"
        child = int(Path(f"/proc/{parent}/task/{parent}/children").read_text().split()[0])
        os.kill(child, signal.SIGSTOP)
    finally:
        engine.dispose()
    return child


def _under_way(folder: Path) -> list[Path]:
    return list(folder.glob(f"*{backing_up.PARTIAL}"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_evidence_stays_encrypted_in_backups(
    stocked: Stock, here: Machine, elsewhere: Machine, folder: Path
) -> None:
    """Its key is needed to bring it back, and which one is told before anything is touched."""
    key = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
    assert (await here.run("backup", folder, EVIDENCE_KEY=key)).status == 0
    assert not await asyncio.to_thread(_is_to_be_seen, folder / "evidence")
    refused = await elsewhere.run("restore", folder)
    assert (refused.status, "EVIDENCE_KEY" in refused.err) == (2, True)
    assert (await elsewhere.run("restore", folder, EVIDENCE_KEY=key)).status == 0
    assert await Blobs(here.evidence).get(stocked.photos[0]) == PHOTOS[0]


def _is_to_be_seen(folder: Path) -> bool:
    return any(b" photo " in path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.postgres
async def test_without_tools_of_the_servers_version_that_is_said(
    postgres: PostgresServer, tmp_path: Path, folder: Path
) -> None:
    """With the version that is needed, and nothing is left behind."""
    empty = tmp_path / "empty"
    await asyncio.to_thread(empty.mkdir)
    name = postgres.take_migrated()
    machine = Machine(postgres.url(name), f"file://{tmp_path / 'evidence'}")
    refused = await machine.run("backup", folder, "--postgres-tools", empty)
    postgres.give_back(name)
    assert refused.status == 1
    assert "pg_dump of PostgreSQL 18 is needed" in refused.err
    assert backing_up.backups(folder) == []


async def test_a_backup_of_the_other_kind_is_refused(migrated_sqlite: Path, tmp_path: Path, folder: Path) -> None:
    """With the way that leads there."""
    shutil.copy(migrated_sqlite, tmp_path / "test.db")
    machine = Machine(f"sqlite:///{tmp_path / 'test.db'}", f"file://{tmp_path / 'evidence'}")
    assert (await machine.run("backup", folder)).status == 0
    refused = await Machine("postgresql://nobody@127.0.0.1:1/none", machine.evidence).run("restore", folder)
    assert (refused.status, "move-database" in refused.err) == (1, True)


def test_a_password_stands_in_no_command_line() -> None:
    """PostgreSQL's tools find it in a file that only we can read, and that is gone afterwards."""
    url = engines.parse_url("postgresql://ola:ta%3Ajne%5Cx@db.example/name?sslmode=require")
    with postgres_tools.address_without_password(url) as address:
        assert "jne" not in address
        assert "sslmode=require" in address
        file = Path(str(make_url(address).query["passfile"]))
        assert file.read_text() == "*:*:*:*:ta\\:jne\\\\x\n"
        assert file.stat().st_mode & 0o077 == 0
    assert not file.exists()
