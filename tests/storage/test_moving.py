"""A database moved into the other kind and evidence into another store, by commands: whole, resumable, compared."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from storage import engines, queue
from storage.blob_folder import discard
from storage.blobs import Blobs
from storage.copying import contents, next_ids
from storage.database import Database
from tests.command_line import started
from tests.s3_server import BUCKET, S3Server
from tests.storage.stocked import ENTRIES, LONG_AGO, PHOTOS, UPLOAD, Stock, command, stock

if TYPE_CHECKING:
    from tests.conftest import PostgresServer


def other(database: Database, tmp_path: Path, postgres: PostgresServer) -> str:
    """The address of an empty database of the other kind."""
    return postgres.url(postgres.create()) if database.dialect == "sqlite" else f"sqlite:///{tmp_path / 'other.db'}"


def address(database: Database) -> str:
    """Its address."""
    return database.url.render_as_string(hide_password=False)


def held(url: str) -> tuple[object, object]:
    """What a database holds, and which ids it gave."""
    engine = create_engine(engines.parse_url(url))
    try:
        with engine.connect() as connection:
            ids = next_ids(connection)
            return contents(connection), {table: last for table, last in ids.items() if last}
    finally:
        engine.dispose()


def contents_of(folder: Path) -> list[bytes]:
    """The bytes of every file."""
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
async def stocked(database: Database, tmp_path: Path) -> Stock:
    """A database with a bit of everything."""
    return await stock(database, Blobs(str(tmp_path / "evidence")))


@pytest.mark.postgres
async def test_everything_arrives_in_the_other_database(
    database: Database, stocked: Stock, tmp_path: Path, postgres: PostgresServer
) -> None:
    """Rows, hashes and the next ids are the same; what is put there later gets a new id; a second time is refused."""
    here, there = address(database), other(database, tmp_path, postgres)
    await database.stop()
    before = held(here)
    moved = await command("move-database", "--to", there, DATABASE_URL=here)
    assert (moved.status, moved.err) == (0, "")
    assert f"journal: {ENTRIES + 1} of {ENTRIES + 1} rows" in moved.out
    assert held(there) == held(here) == before
    target = Database(there)
    await target.start()
    fresh = await target.run(lambda unit: queue.put(unit, kind="wake", payload={}, run_at=LONG_AGO, now=LONG_AGO))
    await target.stop()
    assert fresh == stocked.next_job
    again = await command("move-database", "--to", there, DATABASE_URL=here)
    assert again.status == 1
    assert "not empty" in again.err


@pytest.mark.crash
@pytest.mark.postgres
async def test_a_move_that_was_killed_goes_on(
    database: Database, stocked: Stock, tmp_path: Path, postgres: PostgresServer
) -> None:
    """Wherever it is killed, no process starts on the half, and the same command brings it to its end."""
    here, there = address(database), other(database, tmp_path, postgres)
    await database.stop()
    for words in ("journal: 1000", "evidence:"):
        with started("move-database", "--to", there, folder=tmp_path, DATABASE_URL=here) as moving:
            moving.wait_for(words)
            moving.process.kill()
        half = await command("held", DATABASE_URL=there)
        assert half.status == 1
        assert "not complete" in half.err
    moved = await command("move-database", "--to", there, DATABASE_URL=here)
    assert (moved.status, moved.err) == (0, "")
    assert "journal: 1000 of" not in moved.out, "what was there was not copied again"
    assert held(there) == held(here)
    assert stocked.next_job > 0


@pytest.mark.postgres
async def test_nothing_is_moved_under_a_running_process(
    database: Database, stocked: Stock, tmp_path: Path, postgres: PostgresServer
) -> None:
    """The database that is moved is open here, as in a process: the command says what to stop."""
    there = other(database, tmp_path, postgres)
    refused = await command("move-database", "--to", there, DATABASE_URL=address(database))
    assert refused.status == 1
    assert "stop `run`, `serve` and `work`" in refused.err
    assert stocked.next_job > 0


@pytest.mark.crash
async def test_a_source_that_changed_meanwhile_is_noticed(migrated_sqlite: Path, tmp_path: Path) -> None:
    """Between a kill and the next try somebody worked on it: the hashes tell, and no process starts on the mixture."""
    here, there = f"sqlite:///{tmp_path / 'here.db'}", f"sqlite:///{tmp_path / 'there.db'}"
    shutil.copy(migrated_sqlite, tmp_path / "here.db")
    database = Database(here)
    await database.start()
    await stock(database, Blobs(str(tmp_path / "evidence")))
    await database.stop()
    with started("move-database", "--to", there, folder=tmp_path, DATABASE_URL=here) as moving:
        moving.wait_for("journal:")
        moving.process.kill()
    engine = create_engine(here)
    with engine.begin() as connection:
        connection.execute(text("UPDATE editions SET name = 'another'"))
    engine.dispose()
    refused = await command("move-database", "--to", there, DATABASE_URL=here)
    assert refused.status == 1
    assert "editions" in refused.err
    assert "not complete" in (await command("held", DATABASE_URL=there)).err


@pytest.mark.parametrize("to", ["mysql://x/y", "nonsense", "sqlite://"])
async def test_an_address_that_is_none_is_refused(to: str) -> None:
    """With the option's name."""
    refused = await command("move-database", "--to", to)
    assert refused.status == 2
    assert refused.err.startswith("--to: ")


@pytest.mark.xdist_group("s3")
async def test_evidence_moves_to_s3_and_back(migrated_sqlite: Path, tmp_path: Path, s3_server: S3Server) -> None:
    """Every file is read back there; a second time copies nothing; a copy that was harmed is made again."""
    shutil.copy(migrated_sqlite, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    await database.start()
    folder = Blobs(str(tmp_path / "evidence"))
    stocked = await stock(database, folder)
    await database.stop()
    bucket = f"s3://{BUCKET}/{tmp_path.name}"
    settings = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'test.db'}",
        "EVIDENCE_URL": f"file://{tmp_path / 'evidence'}",
        **s3_server.settings,
    }
    moved = await command("move-evidence", "--to", bucket, **settings)
    assert (moved.status, moved.err) == (0, "")
    count = len(stocked.files)
    assert f"{count} files of evidence: {count} copied" in moved.out
    there = Blobs(bucket, access=s3_server.access)
    assert {kept.sha256 async for kept in there.all()} == stocked.files
    harmed = there._store.draft()
    harmed.write(b"harmed")
    await there._store.keep(harmed, f"sha256/{stocked.upload[:2]}/{stocked.upload[2:4]}/{stocked.upload}", anew=True)
    discard(harmed)
    again = await command("move-evidence", "--to", bucket, **settings)
    assert f"{count} files of evidence: 1 copied ({len(UPLOAD)} bytes), {count - 1} there already" in again.out
    back = await command("move-evidence", "--to", f"file://{tmp_path / 'back'}", **{**settings, "EVIDENCE_URL": bucket})
    assert (back.status, back.err) == (0, "")
    returned = Blobs(str(tmp_path / "back"))
    assert [await returned.get(photo) for photo in stocked.photos] == list(PHOTOS)


async def test_what_cannot_be_moved_is_named(migrated_sqlite: Path, tmp_path: Path) -> None:
    """A damaged file and one that the database names but nobody has: told by name, and not called a success."""
    shutil.copy(migrated_sqlite, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    await database.start()
    folder = Blobs(str(tmp_path / "evidence"))
    stocked = await stock(database, folder)
    await database.stop()
    await folder.delete(stocked.photos[0])
    name = stocked.photos[1]
    (tmp_path / "evidence" / "sha256" / name[:2] / name[2:4] / name).write_bytes(b"harmed")
    moved = await command(
        *("move-evidence", "--to", f"file://{tmp_path / 'there'}"),
        DATABASE_URL=f"sqlite:///{tmp_path / 'test.db'}",
        EVIDENCE_URL=f"file://{tmp_path / 'evidence'}",
    )
    assert moved.status == 1
    assert f"{stocked.photos[0]}: named in the database" in moved.err
    assert "1 damaged" in moved.out
    assert "EVIDENCE_URL" not in moved.out


async def test_evidence_is_encrypted_by_a_command_and_read_with_its_key_only(tmp_path: Path) -> None:
    """Afterwards no plain byte is left in the folder; --undo needs the key among the old ones."""
    key = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
    folder = Blobs(str(tmp_path / "evidence"))
    for photo in PHOTOS:
        await folder.put(photo)
    evidence = {"EVIDENCE_URL": f"file://{tmp_path / 'evidence'}"}
    none = await command("encrypt-evidence", **evidence)
    assert (none.status, "EVIDENCE_KEY is empty" in none.err) == (2, True)
    done = await command("encrypt-evidence", EVIDENCE_KEY=key, **evidence)
    assert (done.status, done.err) == (0, "")
    assert f"{len(PHOTOS)} files written anew" in done.out
    written = contents_of(tmp_path / "evidence")
    assert len(written) == len(PHOTOS)
    assert not any(b" photo " in data for data in written)
    undone = await command("encrypt-evidence", "--undo", EVIDENCE_KEYS_OLD=key, **evidence)
    assert undone.status == 0
    assert {kept.sha256 async for kept in folder.all()} == {(await folder.put(photo)).sha256 for photo in PHOTOS}
