"""A person's own data as files: into a folder at the machine, or as a ZIP into their own chat."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from bot.channels.base import Attachment, Channel
from bot.endings import Done, Ending
from bot.i18n import known_language
from bot.jobs import Export, from_payload, put_forget, put_send
from bot.talk import Desk
from bot.views import own_data
from storage import journal, people, personal_data
from storage.blobs import BlobCorrupt, BlobMissing, Blobs
from storage.database import Database, Unit
from storage.people import Role
from storage.personal_data import PersonalData, StoredFile
from storage.queue import Job

TABLES = "data.json"
"""The file with everything that is not a file."""
ZIP_LASTS = timedelta(days=7)
"""How long the ZIP is kept for its person to fetch it."""
MAX_ZIP = 45 * 1024 * 1024
"""Bytes of files in a ZIP, where the channel would take more: it is put together in memory."""
ROOM = 2 * 1024 * 1024
"""Bytes of a channel's limit left for what is not a file."""
MISSING, DAMAGED, TOO_LARGE = "not in the store any more", "damaged in the store", "too large for this chat"


async def export_to_folder(database: Database, blobs: Blobs, person_id: int, folder: Path, *, now: datetime) -> int:
    """Write everything about a person into a new folder; returns how many files of theirs. Raises ``LookupError``.

    Raises ``OSError``; an existing folder that is not empty is refused.
    """
    found = await database.read(lambda unit: personal_data.of_person(unit, person_id))
    if found is None:
        raise LookupError(f"there is no person {person_id}")
    await asyncio.to_thread(_make_empty, folder)
    missing: dict[str, str] = {}
    for file in found.files:
        data = await _bytes(blobs, file, missing)
        if data is not None:
            await asyncio.to_thread(_write, folder / file.name, data)
    await asyncio.to_thread(_write, folder / TABLES, found.as_json(now=now, missing=missing).encode())
    await database.run(partial(_note, person_id, "machine", len(found.files), now=now))
    return len(found.files) - len(missing)


@dataclass(frozen=True, slots=True)
class _Made:
    """The ZIP as it is stored; how many files there are, and how many of them are not in it."""

    attachment: Attachment
    files: int
    missing: int


class Exporter:
    """The doer of ``export``: a person's own data as a ZIP into the chat they asked from."""

    def __init__(
        self,
        database: Database,
        *,
        channels: Mapping[str, Channel],
        blobs: Blobs,
        clock: Callable[[], datetime],
        desk: Desk,
    ) -> None:
        self._database = database
        self._channels = channels
        self._blobs = blobs
        self._clock = clock
        self._desk = desk

    async def __call__(self, job: Job) -> Ending:
        """Do the job. Nothing is sent where the chat is not theirs any more."""
        work = from_payload(job.kind, job.payload)
        assert isinstance(work, Export)  # noqa: S101 - the kind says so
        address = await self._database.read(lambda unit: people.address(unit, work.address_id))
        found = await self._database.read(lambda unit: personal_data.of_person(unit, work.person_id))
        if found is None or address is None or address.person_id != work.person_id:
            return Done()
        channel = self._channels.get(address.channel)
        most = None if channel is None else channel.capabilities.max_upload
        limit = MAX_ZIP if most is None else min(MAX_ZIP, most - ROOM)
        missing: dict[str, str] = {}
        data = await self._zipped(found, limit, missing)
        stored = await self._blobs.put(data)
        attachment = Attachment(stored.sha256, "application/zip", f"dane-{work.person_id}.zip")
        return Done(partial(self._send, work, _Made(attachment, len(found.files), len(missing))))

    async def _zipped(self, found: PersonalData, limit: int, missing: dict[str, str]) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in _smallest_first(found):
                if buffer.tell() + file.size > limit:
                    missing[file.name] = TOO_LARGE
                    continue
                data = await _bytes(self._blobs, file, missing)
                if data is not None:
                    await asyncio.to_thread(archive.writestr, file.name, data)
            text = found.as_json(now=self._clock(), missing=missing)
            await asyncio.to_thread(archive.writestr, TABLES, text)
        return buffer.getvalue()

    def _send(self, work: Export, made: _Made, unit: Unit, now: datetime) -> None:
        attachment = made.attachment
        person, address = people.person(unit, work.person_id), people.address(unit, work.address_id)
        if person is None or address is None or address.person_id != person.id:
            put_forget(unit, [attachment.sha256], now=now)
            return
        language = known_language(person.language or self._desk.language)
        message = own_data.sent(
            attachment,
            files=made.files,
            missing=made.missing,
            days=ZIP_LASTS.days,
            is_juror=person.role is Role.JUROR,
            language=language,
        )
        put_send(unit, message, address_id=address.id, channel=address.channel, chat=address.chat, now=now)
        put_forget(unit, [attachment.sha256], now=now, run_at=now + ZIP_LASTS)
        _note(person.id, address.channel, made.files, unit, now=now)


def _smallest_first(found: PersonalData) -> Iterator[StoredFile]:
    yield from sorted(found.files, key=lambda file: (file.size, file.name))


async def _bytes(blobs: Blobs, file: StoredFile, missing: dict[str, str]) -> bytes | None:
    try:
        return await blobs.get(file.sha256)
    except BlobMissing:
        missing[file.name] = MISSING
    except BlobCorrupt:
        missing[file.name] = DAMAGED
    return None


def _note(person_id: int, where: str, files: int, unit: Unit, *, now: datetime) -> None:
    details = {"where": where, "files": files}
    journal.write(unit, at=now, who=None, what="person.exported", subject=f"person:{person_id}", details=details)


def _make_empty(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(None, "the folder is not empty", str(folder))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(data)
