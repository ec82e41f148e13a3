"""Bytes in a local folder, durable before they have their name: drafts in ``drafts/``, then a rename."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

CHUNK = 1024 * 1024
"""Bytes read or written at once."""


class BlobFolder:
    """Paths such as ``sha256/ab/cd/<hash>`` under a folder; drafts are made on the same file system."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._drafts = root / "drafts"

    async def require_room(self) -> None:
        """Return if bytes can be kept. Raises ``OSError``."""
        # in one go: whoever stops waiting leaves no draft behind
        await asyncio.to_thread(lambda: discard(self.draft()))

    async def require_answer(self) -> None:
        """Return if bytes can be kept. Raises ``OSError``."""
        await self.require_room()

    def draft(self) -> IO[bytes]:
        """A file to write to before it has a name."""
        make_folder(self._drafts)
        return tempfile.NamedTemporaryFile(dir=self._drafts, delete=False)

    async def keep(self, file: IO[bytes], key: str, *, anew: bool) -> bool:  # noqa: ARG002 - a rename always replaces
        """Give a draft its place, durably; always ``True``."""
        await asyncio.to_thread(self._keep, file, self._root / key)
        return True

    async def pieces(self, key: str) -> AsyncGenerator[bytes, None]:
        """The bytes. Raises ``FileNotFoundError``."""
        file = await asyncio.to_thread((self._root / key).open, "rb")
        try:
            while piece := await asyncio.to_thread(file.read, CHUNK):
                yield piece
        finally:
            await asyncio.to_thread(file.close)

    async def exists(self, key: str) -> bool:
        """Whether there is such a file."""
        return await asyncio.to_thread((self._root / key).is_file)

    async def delete(self, key: str) -> None:
        """Remove a file, durably, if it is there."""
        await asyncio.to_thread(_delete, self._root / key)

    async def keys(self, under: str) -> AsyncIterator[str]:
        """The paths below one of the folders, in order."""
        for first in await asyncio.to_thread(_entries, self._root / under):
            for second in await asyncio.to_thread(_entries, first):
                for file in await asyncio.to_thread(_entries, second):
                    yield file.relative_to(self._root).as_posix()

    async def sweep(self, before: datetime) -> int:
        """Remove drafts older than a moment; returns how many."""
        return await asyncio.to_thread(self._sweep, before)

    def _keep(self, file: IO[bytes], path: Path) -> None:
        file.flush()
        os.fsync(file.fileno())
        for folder in (path.parent.parent.parent, path.parent.parent, path.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
        Path(file.name).replace(path)
        # the new name, and each folder that may be new, are durable only once their folders are synced too
        for folder in (path.parent, path.parent.parent, path.parent.parent.parent, self._root):
            sync_folder(folder)

    def _sweep(self, before: datetime) -> int:
        if not self._drafts.is_dir():
            return 0
        old = [
            draft for draft in self._drafts.iterdir() if datetime.fromtimestamp(draft.stat().st_mtime, tz=UTC) < before
        ]
        for draft in old:
            draft.unlink(missing_ok=True)
        return len(old)


def discard(draft: IO[bytes]) -> None:
    """Close a draft and remove its file if it still has its own name."""
    draft.close()
    if isinstance(draft.name, str):
        Path(draft.name).unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, durably."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _delete(path: Path) -> None:
    with suppress(FileNotFoundError):
        path.unlink()
        sync_folder(path.parent)


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
