"""Evidence bytes, named by their SHA-256 and never changed: in a local folder or in an S3-compatible store.

Where there is a key, bytes are encrypted before they are written anywhere. Their name stays the hash of the plain
bytes, so that the same file is kept once and every reading is checked: whoever sees the store learns how many files
there are, how large, since when, and whether a file he has himself is among them; nothing else.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from storage.blob_folder import CHUNK, BlobFolder, discard
from storage.encryption import NO_KEYS, Decrypting, Encrypting, KeyMissing, Keys, Tampered
from storage.failures import BadUrl, BlobsAway
from storage.s3_access import S3Access

if TYPE_CHECKING:
    from storage.object_store import ObjectStore

__all__ = ["CHUNK", "BlobCorrupt", "BlobLocked", "BlobMissing", "Blobs", "BlobsAway", "Kept", "S3Access", "Stored"]

_HASH = re.compile(r"[0-9a-f]{64}")
_REMOTE = frozenset({"s3", "s3a", "memory"})


class BlobMissing(Exception):
    """There are no bytes of that hash."""


class BlobCorrupt(Exception):
    """The bytes kept under that hash have another one."""


class BlobLocked(BlobsAway):
    """The bytes are encrypted with a key that was not given."""


class Form(StrEnum):
    """How bytes are kept; the first part of their path."""

    PLAIN = "sha256"
    ENCRYPTED = "encrypted"


@dataclass(frozen=True, slots=True)
class Stored:
    """Where bytes are kept (their SHA-256, lower-case hex) and how many they are."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What lies in the store: a name, and in which forms."""

    sha256: str
    form: Form


class Blobs:
    """The evidence store at an address: ``file:///folder``, a plain folder, or ``s3://bucket/prefix``.

    What ``access`` leaves out comes from the usual ``AWS_…`` variables. ``memory://`` is for tests.
    Everything but the constructor raises ``BlobsAway`` (an ``OSError``) where the store does not answer in time.
    """

    def __init__(self, url: str, *, access: S3Access | None = None, keys: Keys = NO_KEYS) -> None:
        """Raises ``BadUrl``. Nothing is made or asked yet."""
        address = urlsplit(url)
        self._store: BlobFolder | ObjectStore
        if address.scheme in _REMOTE:
            from storage.object_store import ObjectStore  # with its library, which a folder has no need of

            self._store = ObjectStore(url, access or S3Access())
        elif address.scheme == "file" and address.netloc in {"", "localhost"} and address.path.strip("/"):
            self._store = BlobFolder(Path(unquote(address.path)))
        elif not address.scheme and url:
            self._store = BlobFolder(Path(url))
        else:
            raise BadUrl(f"{url!r}: an evidence address looks like file:///data/evidence or s3://bucket/prefix")
        self._keys = keys

    async def require_room(self) -> None:
        """Return if bytes can be kept, or if a remote store does not answer just now (that is logged).

        Raises ``OSError``: no folder can be made or written, no such bucket, wrong keys.
        """
        await self._store.require_room()

    async def require_answer(self) -> None:
        """Return if the store answers now; nothing is left in it. Raises ``OSError`` where it does not."""
        await self._store.require_answer()

    async def put(self, data: bytes | AsyncIterator[bytes]) -> Stored:
        """Keep bytes for ever; on disk, not only written, when this returns. The same bytes twice are kept once."""
        return await self._put(data, anew=False)

    async def get(self, sha256: str) -> bytes:
        """All the bytes, their hash checked. Raises ``BlobMissing``, ``BlobCorrupt`` and ``BlobLocked``."""
        return b"".join([piece async for piece in self.stream(sha256)])

    async def stream(self, sha256: str) -> AsyncGenerator[bytes, None]:
        """The bytes in pieces. Raises ``BlobMissing``, ``BlobLocked`` and, before the last piece, ``BlobCorrupt``."""
        digest = hashlib.sha256()
        last: bytes | None = None
        async with aclosing(self._pieces(_checked(sha256))) as pieces:
            async for piece in pieces:
                digest.update(piece)
                if last is not None:
                    yield last
                last = piece
        if digest.hexdigest() != sha256:
            raise BlobCorrupt(sha256)
        if last is not None:
            yield last

    async def size(self, sha256: str) -> int:
        """How many bytes, after all were read and found whole. Raises as ``stream`` does."""
        return sum([len(piece) async for piece in self.stream(sha256)])

    async def exists(self, sha256: str) -> bool:
        """Whether bytes are kept under that hash (not whether they are whole)."""
        name = _checked(sha256)
        for form in self._forms():
            if await self._store.exists(_key(form, name)):
                return True
        return False

    async def delete(self, sha256: str) -> None:
        """Forget the bytes of that hash, if there are any."""
        name = _checked(sha256)
        for form in Form:
            await self._store.delete(_key(form, name))

    async def sweep(self, before: datetime) -> int:
        """Remove what puts that never ended left behind before a moment; returns how many files."""
        return await self._store.sweep(before)

    async def all(self) -> AsyncIterator[Kept]:
        """Everything that lies in the store; a name twice where it is kept in two forms."""
        for form in Form:
            async for key in self._store.keys(form.value):
                name = key.rpartition("/")[2]
                if _HASH.fullmatch(name):
                    yield Kept(name, form)

    async def renew(self, sha256: str) -> bool:
        """Keep the bytes in today's form, with today's key, and in no other; ``False`` if they were so already.

        Killed at any moment, it leaves them readable. Raises as ``stream`` does.
        """
        name = _checked(sha256)
        wanted = self._forms()[0]
        others = [form for form in Form if form is not wanted and await self._store.exists(_key(form, name))]
        is_current = not others and await self._is_of_today(name)
        if is_current:
            await self.size(name)
            return False
        await self._put(self.stream(name), anew=True)
        await self.size(name)  # read back from the new form before the old one goes
        for form in others:
            await self._store.delete(_key(form, name))
        return True

    async def _put(self, data: bytes | AsyncIterator[bytes], *, anew: bool) -> Stored:
        digest, size = hashlib.sha256(), 0
        sealing = None if self._keys.current is None else Encrypting(self._keys.current)
        draft = await self._draft()
        try:
            async for piece in _pieces_of(data):
                digest.update(piece)
                size += len(piece)
                await asyncio.to_thread(draft.write, piece if sealing is None else sealing.add(piece))
            if sealing is not None:
                await asyncio.to_thread(draft.write, sealing.end())
            name = digest.hexdigest()
            key = _key(self._forms()[0], name)
            if not await self._store.keep(draft, key, anew=anew) and not await self._is_whole(name):
                await self._store.keep(draft, key, anew=True)  # what lay there was not what its name says
        finally:
            await asyncio.to_thread(discard, draft)
        return Stored(sha256=name, size=size)

    async def _draft(self) -> IO[bytes]:
        """A file to write to. Whoever is cancelled while it is made leaves none behind."""
        making = asyncio.get_running_loop().run_in_executor(None, self._store.draft)
        try:
            return await asyncio.shield(making)
        except asyncio.CancelledError:
            making.add_done_callback(_discard_made)
            raise

    async def _pieces(self, name: str) -> AsyncGenerator[bytes, None]:
        for form in self._forms():
            reading = self._store.pieces(_key(form, name))
            try:
                first = await anext(reading, b"")
            except FileNotFoundError:
                continue
            async with aclosing(reading):
                async for piece in _opened(first, reading, name, keys=None if form is Form.PLAIN else self._keys):
                    yield piece
            return
        raise BlobMissing(name)

    async def _is_whole(self, name: str) -> bool:
        try:
            await self.size(name)
        except (BlobMissing, BlobCorrupt, BlobLocked):
            return False
        return True

    async def _is_of_today(self, name: str) -> bool:
        """Whether what is kept in today's form was written with today's key."""
        if self._keys.current is None:
            return True
        only = Keys(
            self._keys.current, {key: value for key, value in self._keys.known.items() if value == self._keys.current}
        )
        reading = self._store.pieces(_key(Form.ENCRYPTED, name))
        async with aclosing(reading):
            try:
                Decrypting(only).add(await anext(reading, b""))
            except (KeyMissing, FileNotFoundError):
                return False
            except Tampered:
                return True  # reading it says so
        return True

    def _forms(self) -> tuple[Form, ...]:
        """Today's form first."""
        return (Form.PLAIN, Form.ENCRYPTED) if self._keys.current is None else (Form.ENCRYPTED, Form.PLAIN)


async def _opened(first: bytes, rest: AsyncIterator[bytes], name: str, *, keys: Keys | None) -> AsyncIterator[bytes]:
    """The plain bytes; ``keys``: what they are encrypted with."""
    if keys is None:
        yield first
        async for piece in rest:
            yield piece
        return
    opening = Decrypting(keys)
    try:
        yield opening.add(first)
        async for piece in rest:
            yield opening.add(piece)
        yield opening.end()
    except Tampered as error:
        raise BlobCorrupt(name) from error
    except KeyMissing as error:
        raise BlobLocked(
            f"{name} is encrypted with the key {error}, which is not among EVIDENCE_KEY and EVIDENCE_KEYS_OLD"
        ) from error


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


def _key(form: Form, name: str) -> str:
    return f"{form.value}/{name[:2]}/{name[2:4]}/{name}"


def _discard_made(making: asyncio.Future[IO[bytes]]) -> None:
    if not making.cancelled() and making.exception() is None:
        discard(making.result())
