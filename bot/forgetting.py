"""Deleting stored bytes that were erased: only what no row needs any more, and proven in the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from bot.endings import Done, Ending
from bot.jobs import Forget, from_payload
from storage import erasing, erasure, journal
from storage.blobs import BlobCorrupt, BlobMissing, Blobs
from storage.database import Database, Unit
from storage.erasing import Erased
from storage.queue import Job

DELETED = "bytes.deleted"
"""The word of the journal for stored files that are gone."""


class Forgetter:
    """The doer of ``forget``. Doing it again is harmless."""

    def __init__(self, database: Database, *, blobs: Blobs, clock: Callable[[], datetime]) -> None:
        """``clock`` is what every doer that waits is given; the moment of the journal is that of the settling."""
        del clock
        self._database = database
        self._blobs = blobs

    async def __call__(self, job: Job) -> Ending:
        """Do the job."""
        work = from_payload(job.kind, job.payload)
        assert isinstance(work, Forget)  # noqa: S101 - the kind says so
        gone = [each for each in work.sha256 if await self._delete(each)]
        return Done(partial(_settle, work, gone))

    async def _delete(self, sha256: str) -> bool:
        """Delete bytes unless something needs them, even if it began to while they were being deleted."""
        if await self._is_needed(sha256):
            return False
        try:
            held = await self._blobs.get(sha256)
        except BlobMissing:
            return True
        except BlobCorrupt:
            held = None
        await self._blobs.delete(sha256)
        if held is not None and await self._is_needed(sha256):
            await self._blobs.put(held)
            return False
        return True

    async def _is_needed(self, sha256: str) -> bool:
        return bool(await self._database.read(lambda unit: erasing.needed(unit, [sha256])))


def _settle(work: Forget, gone: Sequence[str], unit: Unit, now: datetime) -> None:
    if work.person_id is not None:
        late = Erased()
        erasure.erase(unit, work.person_id, late, now=now)
        if not late.is_empty:
            number = erasure.begin(unit, work.person_id, who=None, because="came later", now=now)
            erasing.prove(unit, late, number, f"person:{work.person_id}", who=None, now=now, kind=erasure.KIND)
    if work.sha256:
        subject = "store" if work.erasure is None else f"erasure:{work.erasure}"
        kept = sorted(set(work.sha256) - set(gone))
        details = {"sha256": sorted(gone), "needed": kept}
        journal.write(unit, at=now, who=None, what=DELETED, subject=subject, details=details)
