"""Fetching evidence: a file from its channel, checked, kept with its clean copy, read back, and only then verified."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import cast

from bot.channels.base import Channel, FileRef, FileUnavailable
from bot.counts import Counts
from bot.endings import Done, Ending, Later
from bot.jobs import FetchEvidence, Kind, file_from_json, from_payload
from storage import erasing, evidence, files, journal
from storage.blobs import BlobCorrupt, BlobMissing, Blobs, BlobsAway, Stored
from storage.captured import Captured
from storage.database import Database
from storage.evidence import EvidenceRow
from storage.files import Expected, Inspected, Refusal
from storage.queue import Job
from storage.unfit import FileProblem
from storage.unit import Unit

FETCH_SECONDS = 180.0
"""After which one download is given up, to be tried again."""
STORE_AWAY_SECONDS = 15.0
"""Until the next try while nothing can be kept."""
DELETED_SECONDS = 1.0
"""Until the next try while somebody deletes these very bytes, which another report no longer needs."""
PATIENCE = timedelta(days=1)
"""For so long a file that cannot be had is asked for again."""

OnEvidence = Callable[[Unit, EvidenceRow, datetime], None]
"""Told, in the unit that settles it, of a file that was verified or refused."""


class EvidenceFetcher:
    """The doer of ``fetch_evidence``. One file is decoded at a time: a large photo takes a few hundred megabytes."""

    def __init__(
        self,
        database: Database,
        *,
        channels: Mapping[str, Channel],
        blobs: Blobs,
        clock: Callable[[], datetime],
        zone: tzinfo,
        on_evidence: OnEvidence,
        counts: Counts | None = None,
    ) -> None:
        """``zone``: where a photo was taken whose device told only wall-clock time."""
        self._counts = counts or Counts()
        self._database = database
        self._channels = channels
        self._blobs = blobs
        self._clock = clock
        self._zone = zone
        self._on_evidence = on_evidence
        self._decoding = asyncio.Semaphore(1)

    async def __call__(self, job: Job) -> Ending:
        """Do the job. Bytes that are refused are not kept."""
        work = from_payload(job.kind, job.payload)
        assert isinstance(work, FetchEvidence)  # noqa: S101 - the kind says so
        row = await self._database.read(lambda unit: evidence.row(unit, work.evidence_id))
        if row is None or row.status not in evidence.WAITING:
            return Done()
        channel = self._channels.get(row.channel)
        if channel is None:
            return self._again(work, row, f"no channel {row.channel!r} here")
        file = file_from_json(row.ref)
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                data = await _fetched(channel, file)
        except FileUnavailable as error:
            if error.forever:
                return self._refused(row, Refusal(FileProblem.UNAVAILABLE))
            return self._again(work, row, error.reason)
        except BlobsAway as error:
            return _store_away(error)
        except (TimeoutError, OSError) as error:
            return self._again(work, row, f"{type(error).__name__}: {error}")
        found = data if isinstance(data, Refusal) else await self._inspected(data, row, file)
        if isinstance(data, Refusal) or isinstance(found, Refusal):
            return self._refused(row, cast("Refusal", found))
        return await self._kept(row, data, found)

    async def _inspected(self, data: bytes, row: EvidenceRow, file: FileRef) -> Inspected | Refusal:
        expected = cast("Expected", row.kind)
        async with self._decoding:
            return await asyncio.to_thread(
                files.inspect, data, expected=expected, declared_name=file.name, declared_type=file.media_type
            )

    async def _kept(self, row: EvidenceRow, data: bytes, found: Inspected) -> Ending:
        """Names first, lest somebody delete these very bytes; then the bytes, then the row that counts."""
        first = await asyncio.to_thread(_named, data)
        copied = None if found.copy is None else await asyncio.to_thread(_named, found.copy)
        names = [each for each in (first, copied) if each is not None]
        await self._database.run(
            lambda unit: evidence.received(unit, row.id, sha256=first, copy_sha256=copied, size=len(data))
        )
        if await self._database.read(lambda unit: erasing.being_deleted(unit, Kind.FORGET, names)):
            return Later("the same bytes are being deleted", seconds=DELETED_SECONDS, counts=False)
        try:
            original = await self._stored(data)
            copy = None if found.copy is None else await self._stored(found.copy)
        except (BlobMissing, BlobCorrupt) as error:
            return Later(f"read back as {type(error).__name__}: {error}")
        except OSError as error:
            return _store_away(error)
        self._counts.files["verified"] += 1
        return Done(lambda unit, now: self._settle_verified(unit, row.id, found, original=original, copy=copy, now=now))

    async def _stored(self, data: bytes) -> Stored:
        stored = await self._blobs.put(data)
        if await self._blobs.get(stored.sha256) != data:
            raise BlobCorrupt(stored.sha256)
        return stored

    def _again(self, work: FetchEvidence, row: EvidenceRow, problem: str) -> Ending:
        if self._clock() - work.due > PATIENCE:
            return self._refused(row, Refusal(FileProblem.UNAVAILABLE))
        return Later(problem)

    def _refused(self, row: EvidenceRow, refusal: Refusal) -> Ending:
        self._counts.files["refused"] += 1
        return Done(lambda unit, now: self._settle_refused(unit, row.id, refusal, now))

    def _settle_verified(
        self,
        unit: Unit,
        evidence_id: int,
        found: Inspected,
        *,
        original: Stored,
        copy: Stored | None,
        now: datetime,
    ) -> None:
        if not _is_waiting(unit, evidence_id):
            return
        told = found.metadata
        evidence.verified(
            unit,
            evidence_id,
            sha256=original.sha256,
            size=original.size,
            media_type=found.media_type,
            copy_sha256=None if copy is None else copy.sha256,
            copy_media_type=found.copy_media_type,
            captured_at=self._moment(told.captured),
            latitude=told.latitude,
            longitude=told.longitude,
            device=told.device,
            look=found.look,
            now=now,
        )
        zone_told = None if told.captured is None else told.captured.is_aware
        details = {"sha256": original.sha256, "size": original.size, "capture_zone_told": zone_told}
        self._settled(unit, evidence_id, "evidence.verified", details, now)

    def _settle_refused(self, unit: Unit, evidence_id: int, refusal: Refusal, now: datetime) -> None:
        if not _is_waiting(unit, evidence_id):
            return
        evidence.refused(unit, evidence_id, problem=refusal.problem, now=now)
        self._settled(unit, evidence_id, "evidence.refused", {"problem": refusal.problem}, now)

    def _settled(self, unit: Unit, evidence_id: int, what: str, details: Mapping[str, object], now: datetime) -> None:
        row = evidence.row(unit, evidence_id)
        if row is None:
            return
        whose = {"contact": row.contact_id, "person": row.person_id}
        journal.write(unit, at=now, who=None, what=what, subject=f"evidence:{row.id}", details={**details, **whose})
        self._on_evidence(unit, row, now)

    def _moment(self, captured: Captured | None) -> datetime | None:
        if captured is None:
            return None
        at = captured.at if captured.is_aware else captured.at.replace(tzinfo=self._zone)
        return at.astimezone(UTC)


async def _fetched(channel: Channel, file: FileRef) -> bytes | Refusal:
    """All the bytes; a refusal as soon as there are too many. Raises FileUnavailable."""
    limit = min(files.MAX_BYTES, channel.capabilities.max_download)
    if file.size is not None and file.size > limit:
        return files.too_large(file.size)
    received = bytearray()
    pieces = channel.fetch(file)
    try:
        async for piece in pieces:
            received += piece
            if len(received) > limit:
                return files.too_large(len(received))
    finally:
        if isinstance(pieces, AsyncGenerator):
            await pieces.aclose()
    return bytes(received)


def _named(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _store_away(error: OSError) -> Later:
    """A full disk or a store that does not answer is no fault of the file: it is asked for until there is room."""
    return Later(f"the evidence store: {type(error).__name__}: {error}", seconds=STORE_AWAY_SECONDS, counts=False)


def _is_waiting(unit: Unit, evidence_id: int) -> bool:
    row = evidence.row(unit, evidence_id)
    return row is not None and row.status in evidence.WAITING
