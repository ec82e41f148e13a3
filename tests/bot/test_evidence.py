"""Fetching evidence: stored, checked and read back before it counts; refused with a reason; never lost on the way."""

from __future__ import annotations

import asyncio
import hashlib
import io
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from bot import evidence as fetching
from bot import jobs
from bot.channels.base import Capabilities, FileKind, FileRef, FileUnavailable
from bot.evidence import EvidenceFetcher
from bot.worker import LEASE, Worker
from storage import evidence, journal, queue
from storage.blobs import BlobCorrupt, Blobs, BlobsAway, Stored
from storage.database import Database
from storage.evidence import EvidenceRow, Status
from storage.files import MAX_BYTES, refusal_of
from storage.unfit import FileProblem
from storage.unit import Unit
from tests import files
from tests.scripted import START, Clock, CrashingDatabase, Died, ScriptedChannel, Somebody, add_somebody, work_off

WARSAW = ZoneInfo("Europe/Warsaw")


@dataclass
class House:
    """Everything a file passes through."""

    database: Database
    blobs: Blobs
    channel: ScriptedChannel
    clock: Clock
    ola: Somebody
    folder: Path
    heard_by_failing: int = 0

    def heard(self, unit: Unit, row: EvidenceRow, now: datetime) -> None:
        """Others are told of a settled file; kept in the journal, as they would."""
        if self.heard_by_failing > 0:
            self.heard_by_failing -= 1
            raise RuntimeError("fault of the one who is told")
        journal.write(unit, at=now, who=None, what="told", subject="told", details={"id": row.id, "status": row.status})

    async def announce(self, kind: str, data: bytes | Exception | None, *, size: int | None = None) -> int:
        """A file is announced; the channel has these bytes for it."""
        ref = f"file{len(self.channel.files)}"
        if data is not None:
            self.channel.files[ref] = data
        file = FileRef(FileKind.DOCUMENT, ref, name="zdjęcie.jpg", media_type="image/jpeg", size=size)
        return await self.database.run(lambda unit: self._expect(unit, kind, file))

    def _expect(self, unit: Unit, kind: str, file: FileRef) -> int:
        evidence_id = evidence.expect(
            unit,
            contact_id=None,
            person_id=self.ola.person_id,
            path=None,
            kind=kind,
            channel="scripted",
            ref=jobs.file_to_json(file),
            now=START,
        )
        jobs.put_fetch_evidence(unit, evidence_id, now=START)
        return evidence_id

    def worker(self) -> Worker:
        """A worker that fetches."""
        fetcher = EvidenceFetcher(
            self.database,
            channels={"scripted": self.channel},
            blobs=self.blobs,
            clock=self.clock,
            zone=WARSAW,
            on_evidence=self.heard,
        )
        return Worker(
            self.database,
            channels={"scripted": self.channel},
            doers={jobs.Kind.FETCH_EVIDENCE: fetcher},
            clock=self.clock,
            on_gone=lambda *_: None,
            on_buried=lambda *_: None,
            name="w1",
        )

    async def work(self) -> None:
        """Fetch all that is due, and what becomes due meanwhile."""
        await work_off(self.database, self.worker(), self.clock)
        assert await self.database.read(queue.pending) == {"waiting": 0, "claimed": 0, "buried": 0}

    async def row(self, evidence_id: int) -> EvidenceRow:
        """The file's row."""
        row = await self.database.read(lambda unit: evidence.row(unit, evidence_id))
        assert row is not None
        return row

    async def told(self) -> list[tuple[int, str]]:
        """Whom and what others were told."""
        entries = await self.database.read(lambda unit: journal.of_subject(unit, "told"))
        return [(entry.details["id"], entry.details["status"]) for entry in entries]

    def kept(self) -> set[str]:
        """The names of all bytes in the store; drafts of a put that never ended do not count."""
        return {path.name for path in self.folder.glob("sha256/*/*/*") if path.is_file()}


@pytest.fixture
async def house(migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[House]:
    """An empty one."""
    shutil.copy(migrated_sqlite, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    await database.start()
    folder = tmp_path / "evidence"
    ola = await database.run(lambda unit: add_somebody(unit, "ola"))
    yield House(database, Blobs(str(folder)), ScriptedChannel(), Clock(), ola, folder)
    await database.stop()


async def test_a_photo_is_kept_with_a_clean_copy(house: House) -> None:
    """The original byte for byte, the copy without a word of it; time, place and device in the row; others are told."""
    data = files.jpeg()
    evidence_id = await house.announce("image", data)
    await house.work()
    row = await house.row(evidence_id)
    assert row.status is Status.VERIFIED
    assert (row.sha256, row.size, row.media_type) == (hashlib.sha256(data).hexdigest(), len(data), "image/jpeg")
    assert row.captured_at == datetime(2026, 11, 20, 9, 15, 30, tzinfo=UTC)
    assert (row.latitude, row.longitude) == pytest.approx(files.PLACE, abs=1e-6)
    assert row.device == files.MODEL
    assert await house.blobs.get(cast("str", row.sha256)) == data
    copy = await house.blobs.get(cast("str", row.copy_sha256))
    assert not [secret for secret in files.SECRETS if secret in copy]
    assert Image.open(io.BytesIO(copy)).size == (640, 480)
    assert await house.told() == [(evidence_id, "verified")]
    (entry,) = await house.database.read(lambda unit: journal.of_subject(unit, f"evidence:{evidence_id}"))
    assert (entry.what, entry.details["capture_zone_told"]) == ("evidence.verified", True)


async def test_wall_clock_time_is_read_in_the_edition_s_zone(house: House) -> None:
    """A camera that knows no offset took the photo in Poland; the journal says that this was assumed."""
    evidence_id = await house.announce("image", files.jpeg(block=files.exif(offset=None)))
    await house.work()
    assert (await house.row(evidence_id)).captured_at == datetime(2026, 11, 20, 9, 15, 30, tzinfo=UTC)
    (entry,) = await house.database.read(lambda unit: journal.of_subject(unit, f"evidence:{evidence_id}"))
    assert entry.details["capture_zone_told"] is False


async def test_a_recording_is_kept_as_it_is(house: House) -> None:
    """It has no copy: others hear the original."""
    evidence_id = await house.announce("audio", files.ogg())
    await house.work()
    row = await house.row(evidence_id)
    assert (row.status, row.media_type, row.copy_sha256) == (Status.VERIFIED, "audio/ogg", None)


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("image", b"", FileProblem.EMPTY),
        ("image", files.HTML, FileProblem.NOT_A_PICTURE),
        ("image", files.jpeg()[:2000], FileProblem.CORRUPT),
        ("image", files.png_bomb(30_000), FileProblem.BOMB),
        ("file", files.pdf(password="sezam"), FileProblem.ENCRYPTED),
        ("audio", files.jpeg(), FileProblem.NOT_AUDIO),
        ("image", b"x" * (MAX_BYTES + 1), FileProblem.TOO_LARGE),
        ("image", FileUnavailable("file is expired", forever=True), FileProblem.UNAVAILABLE),
    ],
    ids=lambda value: str(value) if isinstance(value, FileProblem) else None,
)
async def test_what_cannot_be_kept_is_refused_with_its_reason(
    house: House, kind: str, data: bytes | Exception, code: FileProblem
) -> None:
    """The row says why, others are told once, and none of the bytes are kept."""
    evidence_id = await house.announce(kind, data)
    await house.work()
    row = await house.row(evidence_id)
    assert row.status is Status.REFUSED
    assert refusal_of(cast("str", row.problem)).code is code
    assert await house.told() == [(evidence_id, "refused")]
    assert house.kept() == set()


async def test_a_file_that_is_said_to_be_too_large_is_not_fetched(house: House) -> None:
    """What the channel tells of its size is enough; a channel's own limit counts too."""
    house.channel.capabilities = replace(house.channel.capabilities, max_download=1000)
    assert isinstance(house.channel.capabilities, Capabilities)
    evidence_id = await house.announce("image", files.jpeg(), size=1001)
    await house.work()
    assert (await house.row(evidence_id)).status is Status.REFUSED
    assert house.channel.fetched == []


async def test_a_file_that_cannot_be_had_is_asked_for_for_a_day(house: House) -> None:
    """Many tries, ever further apart; then the person is asked to send it again."""
    evidence_id = await house.announce("image", FileUnavailable("502", forever=False))
    await house.work()
    row = await house.row(evidence_id)
    assert (row.status, row.problem) == (Status.REFUSED, "unavailable")
    assert timedelta(days=1) < house.clock.at - START < timedelta(days=1, hours=1)
    assert 20 < len(house.channel.fetched) < 80


@pytest.mark.parametrize("trouble", [FileUnavailable("502", forever=False), ConnectionResetError(), TimeoutError()])
async def test_a_file_arrives_after_trouble(house: House, trouble: Exception) -> None:
    """The connection broke a few times: nothing is lost, and it is told once."""
    evidence_id = await house.announce("image", trouble)
    real, tries = house.channel.fetch, 0

    async def fetch(file: FileRef) -> AsyncIterator[bytes]:
        nonlocal tries
        tries += 1
        if tries > 3:
            house.channel.files[file.ref] = files.jpeg()
        async for piece in real(file):
            yield piece

    house.channel.fetch = fetch  # type: ignore[method-assign]
    await house.work()
    assert (await house.row(evidence_id)).status is Status.VERIFIED
    assert await house.told() == [(evidence_id, "verified")]


async def test_a_download_that_hangs_is_given_up_and_tried_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent connection costs one try."""
    monkeypatch.setattr(fetching, "FETCH_SECONDS", 0.05)
    evidence_id = await house.announce("image", files.gif())
    real, tries = house.channel.fetch, 0

    async def fetch(file: FileRef) -> AsyncIterator[bytes]:
        nonlocal tries
        tries += 1
        if tries == 1:
            await asyncio.sleep(60)
        async for piece in real(file):
            yield piece

    house.channel.fetch = fetch  # type: ignore[method-assign]
    await house.work()
    assert (await house.row(evidence_id)).status is Status.VERIFIED


async def test_bytes_that_do_not_read_back_are_stored_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that gives something else back is not believed; the file counts only when it reads back whole."""
    evidence_id = await house.announce("image", files.jpeg())
    real, reads = house.blobs.get, 0

    async def get(sha256: str) -> bytes:
        nonlocal reads
        reads += 1
        if reads == 1:
            raise BlobCorrupt(sha256)
        if reads == 2:
            return b"something else"
        return await real(sha256)

    monkeypatch.setattr(house.blobs, "get", get)
    await house.work()
    assert (await house.row(evidence_id)).status is Status.VERIFIED
    assert reads == 4
    assert house.clock.at - START == timedelta(seconds=2 + 4)


async def test_a_file_done_twice_counts_once(house: House) -> None:
    """A job that is done again after all was settled changes nothing and tells nobody."""
    evidence_id = await house.announce("image", files.jpeg())
    await house.work()
    before = await house.row(evidence_id)
    await house.database.run(lambda unit: jobs.put_fetch_evidence(unit, evidence_id, now=START))
    await house.work()
    assert await house.row(evidence_id) == before
    assert await house.told() == [(evidence_id, "verified")]
    assert len(house.channel.fetched) == 1


async def test_those_who_are_told_may_fail(house: House) -> None:
    """If telling fails, nothing of the settling is kept, and it is done again."""
    house.heard_by_failing = 2
    evidence_id = await house.announce("image", files.jpeg())
    await house.work()
    assert (await house.row(evidence_id)).status is Status.VERIFIED
    assert await house.told() == [(evidence_id, "verified")]
    entries = await house.database.read(lambda unit: journal.of_subject(unit, f"evidence:{evidence_id}"))
    assert len(entries) == 1


async def test_a_file_of_a_channel_that_is_elsewhere_waits(house: House) -> None:
    """Another process may have it; after a day the person is asked again."""
    evidence_id = await house.announce("image", files.jpeg())
    house.channel.name = "other"
    fetcher = EvidenceFetcher(
        house.database,
        channels={},
        blobs=house.blobs,
        clock=house.clock,
        zone=WARSAW,
        on_evidence=house.heard,
    )
    (job,) = await house.database.run(
        lambda unit: queue.claim(unit, worker="x", now=START, lease=timedelta(minutes=1), limit=1)
    )
    ending = await fetcher(job)
    assert "no channel" in getattr(ending, "problem", "")
    assert (await house.row(evidence_id)).status is Status.EXPECTED


class CrashingBlobs(Blobs):
    """Dies with its database: before bytes are stored or read, or after it."""

    def __init__(self, url: str, database: CrashingDatabase) -> None:
        super().__init__(url)
        self.database = database

    async def put(self, data: bytes | AsyncIterator[bytes]) -> Stored:
        """As ever, unless this is where it dies."""
        self.database.step()
        stored = await super().put(data)
        self.database.step()
        return stored

    async def get(self, sha256: str) -> bytes:
        """As ever, unless this is where it dies."""
        self.database.step()
        return await super().get(sha256)


@pytest.mark.crash
async def test_no_file_is_lost_wherever_the_worker_dies(migrated_sqlite: Path, tmp_path: Path) -> None:
    """Cut off before and after every commit and every byte stored, a new worker keeps the file and tells of it once."""
    die_at = 0
    while await _dies_and_recovers(migrated_sqlite, tmp_path / str(die_at), die_at):
        die_at += 1
    assert die_at > 8


async def _dies_and_recovers(template: Path, folder: Path, die_at: int) -> bool:
    """Whether the worker died at that step (else it had fewer)."""
    url = _copied(template, folder)
    steady, mortal = Database(url), CrashingDatabase(url, die_at)
    await steady.start()
    await mortal.start()
    ola = await steady.run(lambda unit: add_somebody(unit, "ola"))
    store = folder / "evidence"
    after = House(steady, Blobs(str(store)), ScriptedChannel(), Clock(), ola, store)
    before = replace(after, database=mortal, blobs=CrashingBlobs(str(store), mortal))
    evidence_id = await after.announce("image", files.png())
    died = False
    try:
        await work_off(mortal, before.worker(), before.clock)
    except* Died:
        died = True
    finally:
        await mortal.stop()
    after.clock.at += 2 * LEASE
    await after.work()
    row = await after.row(evidence_id)
    assert row.status is Status.VERIFIED, die_at
    assert await after.blobs.get(cast("str", row.sha256)) == files.png()
    assert after.kept() == {row.sha256, row.copy_sha256}, die_at
    assert await after.told() == [(evidence_id, "verified")], die_at
    await steady.stop()
    return died


def _copied(template: Path, folder: Path) -> str:
    folder.mkdir()
    shutil.copy(template, folder / "test.db")
    return f"sqlite:///{folder / 'test.db'}"


async def test_a_store_that_is_away_uses_up_no_patience(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no fault of the file: more failed tries than a file has, and it is fetched once the store is back."""
    evidence_id = await house.announce("image", files.jpeg())
    really_put, left = house.blobs.put, [100]

    async def put(data: bytes | AsyncIterator[bytes]) -> Stored:
        if left[0] > 0:
            left[0] -= 1
            raise BlobsAway("no answer")
        return await really_put(data)

    monkeypatch.setattr(house.blobs, "put", put)
    await house.work()
    assert left == [0]
    assert (await house.row(evidence_id)).status is Status.VERIFIED
