"""Bytes are deleted while the very same bytes come from somebody else: whoever comes second keeps theirs."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import jobs
from bot.channels.base import FileKind, FileRef
from bot.endings import Done, Later
from bot.evidence import EvidenceFetcher
from bot.forgetting import Forgetter
from bot.worker import LEASE
from storage import evidence, queue
from storage.blobs import BlobMissing, Blobs
from storage.database import Database
from storage.evidence import Status
from storage.queue import Job
from storage.unit import Unit
from tests import files
from tests.scripted import START, Clock, ScriptedChannel, add_somebody

DATA = files.jpeg()
NAME = hashlib.sha256(DATA).hexdigest()

Meanwhile = Callable[[], Awaitable[None]]


class Interrupted(Blobs):
    """A store in which something else happens right before a deletion, or right after bytes were read back."""

    before_delete: Meanwhile | None = None
    after_get: Meanwhile | None = None

    async def delete(self, sha256: str) -> None:
        """Forget the bytes, later."""
        todo, self.before_delete = self.before_delete, None
        if todo is not None:
            await todo()
        await super().delete(sha256)

    async def get(self, sha256: str) -> bytes:
        """The bytes; what happens then comes after."""
        data = await super().get(sha256)
        todo, self.after_get = self.after_get, None
        if todo is not None:
            await todo()
        return data


class Race:
    """Nobody needs the bytes any more, and a job deletes them; then somebody else sends the same."""

    def __init__(self, database: Database, blobs: Interrupted) -> None:
        self.database, self.blobs, self.clock = database, blobs, Clock()
        self.channel = ScriptedChannel()
        self.channel.files["file"] = DATA
        self.forgetter = Forgetter(database, blobs=blobs, clock=self.clock)
        self.fetcher = EvidenceFetcher(
            database,
            channels={"scripted": self.channel},
            blobs=blobs,
            clock=self.clock,
            zone=ZoneInfo("Europe/Warsaw"),
            on_evidence=lambda *_: None,
        )
        self.evidence_id = 0

    async def begin(self) -> tuple[Job, Job]:
        """The job that deletes and the job that stores, both taken by their workers."""
        await self.blobs.put(DATA)

        def put(unit: Unit) -> int:
            ola = add_somebody(unit, "ola")
            file = FileRef(FileKind.DOCUMENT, "file", name="a.jpg", media_type="image/jpeg")
            number = evidence.expect(
                unit,
                contact_id=None,
                person_id=ola.person_id,
                path=None,
                kind="image",
                channel="scripted",
                ref=jobs.file_to_json(file),
                now=START,
            )
            jobs.put_forget(unit, [NAME], now=START)
            jobs.put_fetch_evidence(unit, number, now=START)
            return number

        self.evidence_id = await self.database.run(put)
        taken = await self.database.run(lambda unit: queue.claim(unit, worker="w", now=START, lease=LEASE, limit=9))
        found = {job.kind: job for job in taken}
        return found[jobs.Kind.FORGET], found[jobs.Kind.FETCH_EVIDENCE]

    async def settle(self, job: Job, ending: object) -> None:
        """As the worker does."""
        assert isinstance(ending, Done)

        def write(unit: Unit) -> None:
            queue.finish(unit, job.id, START, worker="w")
            assert isinstance(ending, Done)
            if ending.settle is not None:
                ending.settle(unit, START)

        await self.database.run(write)

    async def is_whole(self) -> bool:
        """Whether the evidence counts, and its bytes are there."""
        row = await self.database.read(lambda unit: evidence.row(unit, self.evidence_id))
        assert row is not None
        assert (row.status, row.sha256) == (Status.VERIFIED, NAME)
        try:
            return await self.blobs.get(NAME) == DATA
        except BlobMissing:
            return False


@pytest.fixture(params=["folder", "memory"])
def race(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> Race:
    """In a folder, and in a store that behaves as S3 does."""
    return Race(database, Interrupted(str(tmp_path / "blobs") if request.param == "folder" else "memory://"))


async def test_deleted_while_the_same_bytes_are_stored(race: Race) -> None:
    """The whole deletion happens after they were read back and before their row counts: it finds them needed."""
    forget, fetch = await race.begin()

    async def forgetting() -> None:
        await race.settle(forget, await race.forgetter(forget))

    race.blobs.after_get = forgetting
    ending = await race.fetcher(fetch)
    if isinstance(ending, Later):  # the job that deletes was taken before: this one waits for its end
        await forgetting()
        ending = await race.fetcher(fetch)
    await race.settle(fetch, ending)
    assert await race.is_whole()


async def test_stored_while_the_same_bytes_are_deleted(race: Race) -> None:
    """They arrive after nobody was found to need them and before they are gone: they wait, and are stored anew."""
    forget, fetch = await race.begin()
    endings: list[object] = []

    async def fetching() -> None:
        endings.append(await race.fetcher(fetch))

    race.blobs.before_delete = fetching
    await race.settle(forget, await race.forgetter(forget))
    [ending] = endings
    if isinstance(ending, Later):
        ending = await race.fetcher(fetch)
    await race.settle(fetch, ending)
    assert await race.is_whole()


async def test_the_deletion_is_taken_between_the_name_and_the_bytes(race: Race) -> None:
    """Named before it was taken: it leaves them alone, and whoever stores them need not wait."""
    forget, fetch = await race.begin()
    await race.database.run(lambda unit: queue.retry(unit, forget.id, run_at=START, problem="", counts=False))

    async def forgetting() -> None:
        taken = await race.database.run(lambda unit: queue.claim(unit, worker="w", now=START, lease=LEASE, limit=9))
        [again] = [job for job in taken if job.kind == jobs.Kind.FORGET]
        await race.settle(again, await race.forgetter(again))

    race.blobs.after_get = forgetting
    ending = await race.fetcher(fetch)
    assert isinstance(ending, Done)
    await race.settle(fetch, ending)
    assert await race.is_whole()


async def test_what_the_web_chat_holds_is_kept_until_it_was_fetched(race: Race) -> None:
    """A file sent there lies in our own store, under the name of its bytes, before it is evidence."""
    forget, _fetch = await race.begin()

    def expect(unit: Unit) -> None:
        file = FileRef(FileKind.DOCUMENT, NAME, name="a.jpg", media_type="image/jpeg")
        row = evidence.row(unit, race.evidence_id)
        assert row is not None
        evidence.expect(
            unit,
            contact_id=None,
            person_id=row.person_id,
            path=None,
            kind="image",
            channel="web",
            ref=jobs.file_to_json(file),
            now=START,
        )

    await race.database.run(expect)
    await race.settle(forget, await race.forgetter(forget))
    assert await race.blobs.get(NAME) == DATA


async def test_what_nobody_needs_goes(race: Race) -> None:
    """Else no deletion would ever come through."""
    forget, _fetch = await race.begin()
    await race.settle(forget, await race.forgetter(forget))
    assert not await race.blobs.exists(NAME)
