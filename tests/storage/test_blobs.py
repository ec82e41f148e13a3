"""Evidence bytes: durable before they are named, whole or an error, the same bytes once."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import blobs
from storage.blobs import BlobCorrupt, BlobMissing, Blobs, Stored
from storage.failures import BadUrl

PHOTO = b"\xff\xd8" + bytes(range(256)) * 10
LARGE = os.urandom(3 * blobs.CHUNK + 17)


def digest(data: bytes) -> str:
    """The name bytes are kept under."""
    return hashlib.sha256(data).hexdigest()


def path_of(root: Path, data: bytes) -> Path:
    """The file bytes are kept in."""
    name = digest(data)
    return root / "sha256" / name[:2] / name[2:4] / name


def files(root: Path) -> set[Path]:
    """Every file of a folder store."""
    return {path for path in root.rglob("*") if path.is_file()}


async def pieces(data: bytes, *, size: int = 1000) -> AsyncIterator[bytes]:
    """Bytes as they come over a network."""
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def gather(stream: AsyncIterator[bytes], into: list[bytes]) -> None:
    """Collect pieces until they end or fail."""
    async for piece in stream:
        into.append(piece)  # noqa: PERF401 - what came before the failure is wanted


@pytest.fixture(params=["folder", "object store"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    """A store in a folder, and one reached as S3 is."""
    return Blobs(f"file://{tmp_path / 'evidence'}" if request.param == "folder" else "memory:///")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of a folder store."""
    return tmp_path / "evidence"


@pytest.mark.parametrize("data", [b"", b"x", PHOTO, LARGE], ids=["empty", "one", "photo", "large"])
async def test_bytes_come_back(store: Blobs, data: bytes) -> None:
    """Given at once or in pieces, read at once or in pieces."""
    assert await store.put(data) == Stored(digest(data), len(data))
    assert await store.put(pieces(data, size=100_000)) == Stored(digest(data), len(data))
    assert await store.exists(digest(data))
    assert await store.get(digest(data)) == data
    assert b"".join([piece async for piece in store.stream(digest(data))]) == data


async def test_missing_bytes_are_an_error_of_their_own(store: Blobs) -> None:
    """Never put, or deleted; deleting what is not there is nothing."""
    assert not await store.exists(digest(PHOTO))
    with pytest.raises(BlobMissing):
        await store.get(digest(PHOTO))
    await store.put(PHOTO)
    for _ in range(2):
        await store.delete(digest(PHOTO))
    assert not await store.exists(digest(PHOTO))
    with pytest.raises(BlobMissing):
        await store.get(digest(PHOTO))


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
async def test_a_name_that_is_no_hash_is_refused(store: Blobs, name: str) -> None:
    """No path leads out of the store."""
    for call in (store.get, store.exists, store.delete):
        with pytest.raises(ValueError, match="SHA-256"):
            await call(name)


async def test_the_same_bytes_at_once_are_kept_once(root: Path) -> None:
    """Twenty concurrent puts leave one file and no drafts."""
    store = Blobs(str(root))
    stored = await asyncio.gather(*(store.put(pieces(PHOTO, size=7)) for _ in range(20)))
    assert set(stored) == {Stored(digest(PHOTO), len(PHOTO))}
    assert files(root) == {path_of(root, PHOTO)}


@pytest.mark.parametrize("harm", ["changed", "cut", "grown"])
async def test_corrupt_bytes_are_never_given_out_as_whole(root: Path, harm: str) -> None:
    """A changed, cut or grown file is found; putting the bytes again heals it."""
    store = Blobs(str(root))
    await store.put(LARGE)
    path = path_of(root, LARGE)
    path.write_bytes({"changed": b"\x00" + LARGE[1:], "cut": LARGE[:-1], "grown": LARGE + b"\x00"}[harm])
    with pytest.raises(BlobCorrupt):
        await store.get(digest(LARGE))
    given: list[bytes] = []
    with pytest.raises(BlobCorrupt):
        await gather(store.stream(digest(LARGE)), given)
    assert sum(map(len, given)) < len(LARGE)
    await store.put(LARGE)
    assert await store.get(digest(LARGE)) == LARGE


async def test_a_crash_before_the_rename_leaves_no_blob(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written but not renamed is not there under its hash; a new put succeeds, and a sweep takes the rest."""
    store = Blobs(str(root))

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", crash)
        broken.setattr(blobs, "_discard", lambda draft: draft.close())  # a killed process tidies nothing
        with pytest.raises(KeyboardInterrupt):
            await store.put(PHOTO)
    assert not await store.exists(digest(PHOTO))
    (draft,) = files(root)
    await store.put(PHOTO)
    assert await store.get(digest(PHOTO)) == PHOTO
    soon = datetime.fromtimestamp(draft.stat().st_mtime, tz=UTC)
    assert await store.sweep(soon - timedelta(seconds=1)) == 0
    assert await store.sweep(soon + timedelta(seconds=1)) == 1
    assert files(root) == {path_of(root, PHOTO)}


async def test_a_download_that_breaks_off_leaves_nothing(store: Blobs, tmp_path: Path) -> None:
    """The source's own error comes through, and no half of a file stays."""

    async def breaks() -> AsyncIterator[bytes]:
        yield PHOTO[:10]
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        await store.put(breaks())
    assert files(tmp_path) == set()
    assert await store.sweep(datetime(2100, 1, 1, tzinfo=UTC)) == 0


async def test_bytes_are_synced_before_they_get_their_name(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file first, then the rename, then every folder from the new name up to the store."""
    seen: list[str] = []
    real_sync, real_replace = os.fsync, Path.replace

    def sync(handle: int) -> None:
        path = Path(f"/proc/self/fd/{handle}").readlink()
        seen.append("file" if path.is_file() else str(path.relative_to(root.parent)))
        real_sync(handle)

    def replace(path: Path, target: Path) -> Path:
        seen.append("rename")
        return real_replace(path, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    await Blobs(str(root)).put(PHOTO)
    name = digest(PHOTO)
    assert seen[-6:] == [
        "file",
        "rename",
        f"evidence/sha256/{name[:2]}/{name[2:4]}",
        f"evidence/sha256/{name[:2]}",
        "evidence/sha256",
        "evidence",
    ]
    assert "." in seen[:-6], "the folder that holds the store is synced when the store is made"
    assert path_of(root, PHOTO).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("url", ["", "ftp://x/y", "file://host/x", "file:///", "http://x"])
def test_other_addresses_are_refused(url: str) -> None:
    """With what is allowed in the message."""
    with pytest.raises(BadUrl, match="evidence address"):
        Blobs(url)


def test_an_s3_address_is_understood() -> None:
    """Nothing is asked of the store yet."""
    Blobs("s3://bucket/prefix")
