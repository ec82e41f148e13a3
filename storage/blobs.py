"""Evidence bytes, named by their SHA-256 and never changed: in a local folder or in an S3-compatible store."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import from_url

from storage.failures import BadUrl

CHUNK = 1024 * 1024
"""Bytes read or written at once."""
_HASH = re.compile(r"[0-9a-f]{64}")
_REMOTE = frozenset({"s3", "s3a", "memory"})


class BlobMissing(Exception):
    """There are no bytes of that hash."""


class BlobCorrupt(Exception):
    """The bytes kept under that hash have another one."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Where bytes are kept (their SHA-256, lower-case hex) and how many they are."""

    sha256: str
    size: int


class _Store(Protocol):
    async def keep(self, file: IO[bytes], name: str) -> None: ...

    def pieces(self, name: str) -> AsyncIterator[bytes]: ...

    async def exists(self, name: str) -> bool: ...

    async def delete(self, name: str) -> None: ...

    async def sweep(self, before: datetime) -> int: ...

    def draft(self) -> IO[bytes]: ...


class Blobs:
    """The evidence store at an address: ``file:///folder``, a plain folder, or ``s3://bucket/prefix``.

    S3 keys and endpoint come from the usual ``AWS_…`` variables. ``memory://`` is for tests.
    """

    def __init__(self, url: str) -> None:
        """Raises ``BadUrl``. Nothing is made or asked yet."""
        address = urlsplit(url)
        if address.scheme in _REMOTE:
            self._store: _Store = _ObjectStore(url)
        elif address.scheme == "file" and address.netloc in {"", "localhost"} and address.path.strip("/"):
            self._store = _Folder(Path(unquote(address.path)))
        elif not address.scheme and url:
            self._store = _Folder(Path(url))
        else:
            raise BadUrl(f"{url!r}: an evidence address looks like file:///data/evidence or s3://bucket/prefix")

    async def require_room(self) -> None:
        """Return if bytes can be kept in the folder. Raises ``OSError``. A remote store is not asked."""
        await asyncio.to_thread(_discard, await asyncio.to_thread(self._store.draft))

    async def put(self, data: bytes | AsyncIterator[bytes]) -> Stored:
        """Keep bytes for ever; on disk, not only written, when this returns. The same bytes twice are kept once."""
        digest, size = hashlib.sha256(), 0
        draft = await asyncio.to_thread(self._store.draft)
        try:
            async for piece in _pieces_of(data):
                await asyncio.to_thread(draft.write, piece)
                digest.update(piece)
                size += len(piece)
            await self._store.keep(draft, digest.hexdigest())
        finally:
            await asyncio.to_thread(_discard, draft)
        return Stored(sha256=digest.hexdigest(), size=size)

    async def get(self, sha256: str) -> bytes:
        """All the bytes, their hash checked. Raises ``BlobMissing`` and ``BlobCorrupt``."""
        return b"".join([piece async for piece in self.stream(sha256)])

    async def stream(self, sha256: str) -> AsyncIterator[bytes]:
        """The bytes in pieces. Raises ``BlobMissing`` and, before the last piece, ``BlobCorrupt``."""
        digest = hashlib.sha256()
        last: bytes | None = None
        async for piece in self._store.pieces(_checked(sha256)):
            digest.update(piece)
            if last is not None:
                yield last
            last = piece
        if digest.hexdigest() != sha256:
            raise BlobCorrupt(sha256)
        if last is not None:
            yield last

    async def exists(self, sha256: str) -> bool:
        """Whether bytes are kept under that hash (not whether they are whole)."""
        return await self._store.exists(_checked(sha256))

    async def delete(self, sha256: str) -> None:
        """Forget the bytes of that hash, if there are any."""
        await self._store.delete(_checked(sha256))

    async def sweep(self, before: datetime) -> int:
        """Remove what puts that never ended left behind before a moment; returns how many files."""
        return await self._store.sweep(before)


class _Folder:
    """``sha256/ab/cd/<hash>`` under a folder; drafts are made in ``drafts/`` beside it, on the same file system."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._drafts = root / "drafts"

    def draft(self) -> IO[bytes]:
        _make_folder(self._drafts)
        return tempfile.NamedTemporaryFile(dir=self._drafts, delete=False)

    async def keep(self, file: IO[bytes], name: str) -> None:
        await asyncio.to_thread(self._keep, file, name)

    async def pieces(self, name: str) -> AsyncIterator[bytes]:
        try:
            file = await asyncio.to_thread(self._path(name).open, "rb")
        except FileNotFoundError as error:
            raise BlobMissing(name) from error
        try:
            while piece := await asyncio.to_thread(file.read, CHUNK):
                yield piece
        finally:
            await asyncio.to_thread(file.close)

    async def exists(self, name: str) -> bool:
        return await asyncio.to_thread(self._path(name).is_file)

    async def delete(self, name: str) -> None:
        await asyncio.to_thread(self._delete, name)

    async def sweep(self, before: datetime) -> int:
        return await asyncio.to_thread(self._sweep, before)

    def _keep(self, file: IO[bytes], name: str) -> None:
        path = self._path(name)
        file.flush()
        os.fsync(file.fileno())
        path.parent.mkdir(parents=True, exist_ok=True)
        Path(file.name).replace(path)
        # the new name, and each folder that may be new, are durable only once their folders are synced too
        for folder in (path.parent, path.parent.parent, path.parent.parent.parent, self._root):
            _sync_folder(folder)

    def _delete(self, name: str) -> None:
        path = self._path(name)
        with suppress(FileNotFoundError):
            path.unlink()
            _sync_folder(path.parent)

    def _sweep(self, before: datetime) -> int:
        if not self._drafts.is_dir():
            return 0
        old = [
            draft for draft in self._drafts.iterdir() if datetime.fromtimestamp(draft.stat().st_mtime, tz=UTC) < before
        ]
        for draft in old:
            draft.unlink(missing_ok=True)
        return len(old)

    def _path(self, name: str) -> Path:
        return self._root / _key(name)


class _ObjectStore:
    """The same keys in an object store, whose own put is durable and all or nothing."""

    def __init__(self, url: str) -> None:
        self._store = from_url(url)

    def draft(self) -> IO[bytes]:
        return tempfile.TemporaryFile()

    async def keep(self, file: IO[bytes], name: str) -> None:
        file.flush()
        file.seek(0)
        with suppress(AlreadyExistsError):
            await obstore.put_async(self._store, _key(name), file, mode="create")

    async def pieces(self, name: str) -> AsyncIterator[bytes]:
        try:
            found = await obstore.get_async(self._store, _key(name))
        except FileNotFoundError as error:
            raise BlobMissing(name) from error
        async for piece in found.stream(CHUNK):
            yield bytes(piece)

    async def exists(self, name: str) -> bool:
        try:
            await obstore.head_async(self._store, _key(name))
        except FileNotFoundError:
            return False
        return True

    async def delete(self, name: str) -> None:
        with suppress(FileNotFoundError):
            await obstore.delete_async(self._store, _key(name))

    async def sweep(self, before: datetime) -> int:  # noqa: ARG002 - drafts have no name there
        return 0


async def _pieces_of(data: bytes | AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if isinstance(data, bytes):
        yield data
        return
    async for piece in data:
        yield piece


def _checked(sha256: str) -> str:
    if not _HASH.fullmatch(sha256):
        raise ValueError(f"not a SHA-256 in lower-case hex: {sha256!r}")
    return sha256


def _key(name: str) -> str:
    return f"sha256/{name[:2]}/{name[2:4]}/{name}"


def _discard(draft: IO[bytes]) -> None:
    """Close a draft and remove its file if it still has its own name."""
    draft.close()
    if isinstance(draft.name, str):
        Path(draft.name).unlink(missing_ok=True)


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, durably."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
