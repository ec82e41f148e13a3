"""Evidence bytes: durable before they are named, whole or an error, the same bytes once."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import threading
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import pytest

from storage import blobs
from storage.blob_folder import discard
from storage.blobs import BlobCorrupt, BlobLocked, BlobMissing, Blobs, BlobsAway, Form, Kept, S3Access, Stored
from storage.encryption import HEADER_BYTES, NO_KEYS, PIECE, Keys, keys_of
from storage.failures import BadKey, BadUrl
from storage.object_store import ObjectStore
from tests.s3_server import BUCKET, S3Server

PHOTO = b"\xff\xd8" + bytes(range(256)) * 10
LARGE = os.urandom(3 * blobs.CHUNK + 17)
EDGES = tuple(os.urandom(size) for size in (PIECE - 1, PIECE, PIECE + 1, 2 * PIECE))


KEY = base64.b64encode(b"k" * 32).decode()
OTHER_KEY = base64.b64encode(b"o" * 32).decode()


@dataclass(frozen=True)
class Place:
    """Where a store is."""

    url: str
    access: S3Access | None = None
    memory: ObjectStore | None = None

    def open(self, keys: Keys = NO_KEYS) -> Blobs:
        """The store there, as somebody with these keys sees it."""
        store = Blobs(self.url, access=self.access, keys=keys)
        if self.memory is not None:
            store._store = self.memory  # one that is opened anew would be empty
        return store


class Line:
    """The line to a server, which can be cut and mended."""

    def __init__(self, server: S3Server) -> None:
        self._to = server.endpoint.rpartition(":")[2]
        self._port = 0
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()

    @property
    def endpoint(self) -> str:
        """The server, at this end of the line."""
        return f"http://127.0.0.1:{self._port}"

    async def open(self) -> None:
        """Whatever is sent arrives."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Nobody answers any more, and what was open is reset."""
        assert self._server is not None
        self._server.close()
        for end in self._ends:
            end.transport.abort()
        await asyncio.sleep(0)
        self._ends.clear()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", int(self._to))
        self._ends |= {writer, back}
        await asyncio.gather(self._copy(reader, back), self._copy(there, writer))

    @staticmethod
    async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65_536):
                target.write(data)
                await target.drain()
        target.close()


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


@pytest.fixture(params=["as it is", "encrypted"])
def keys(request: pytest.FixtureRequest) -> Keys:
    """Without a key, and with one."""
    return NO_KEYS if request.param == "as it is" else keys_of(KEY)


@pytest.fixture(params=["folder", "memory", pytest.param("s3", marks=pytest.mark.xdist_group("s3"))])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A folder, an object store in memory, and a real S3 server."""
    match request.param:
        case "folder":
            return Place(f"file://{tmp_path / 'evidence'}")
        case "memory":
            return Place("memory:///", memory=ObjectStore("memory:///", S3Access()))
    server: S3Server = request.getfixturevalue("s3_server")
    return Place(f"s3://{BUCKET}/{tmp_path.name}/{uuid.uuid4()}", server.access)


@pytest.fixture
def store(place: Place, keys: Keys) -> Blobs:
    """A store of each kind, with and without a key."""
    return place.open(keys)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of a folder store."""
    return tmp_path / "evidence"


@pytest.mark.parametrize(
    "data", [b"", b"x", PHOTO, LARGE, *EDGES], ids=["empty", "one", "photo", "large", "before", "at", "past", "twice"]
)
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
        broken.setattr(blobs, "discard", lambda draft: draft.close())  # a killed process tidies nothing
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


async def test_whoever_is_cancelled_while_a_draft_is_made_leaves_none(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a slow disk the file is there only after nobody wants it any more."""
    store = Blobs(f"file://{root}")
    make, begun, made = store._store.draft, threading.Event(), threading.Event()

    def slowly() -> IO[bytes]:
        begun.set()
        made.wait(20)
        return make()

    monkeypatch.setattr(store._store, "draft", slowly)
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        putting = tasks.create_task(store.put(PHOTO))
        await asyncio.to_thread(begun.wait)
        putting.cancel()
        await asyncio.wait([putting])
        made.set()
        while not (drafts := root / "drafts").exists() or list(drafts.iterdir()):
            await asyncio.sleep(0.01)
    assert putting.cancelled()


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


async def test_what_lies_in_the_store_can_be_listed(store: Blobs, keys: Keys) -> None:
    """Each name once, in its form."""
    for data in (b"", PHOTO):
        await store.put(data)
    form = Form.PLAIN if keys.current is None else Form.ENCRYPTED
    assert {kept async for kept in store.all()} == {Kept(digest(data), form) for data in (b"", PHOTO)}


async def test_the_store_says_at_start_that_it_can_be_used(store: Blobs) -> None:
    """Twice, since every start asks."""
    for _ in range(2):
        await store.require_room()
    assert [kept async for kept in store.all()] == []


@pytest.mark.xdist_group("s3")
async def test_a_wrong_bucket_or_key_is_told_at_start(s3_server: S3Server) -> None:
    """With words that say which."""
    with pytest.raises(OSError, match="no such bucket"):
        await Blobs("s3://elsewhere/x", access=s3_server.access).require_room()
    for wrong in (S3Access(s3_server.endpoint, "us-east-1", "nobody", "secret-x"), _with_secret(s3_server, "wrong-x")):
        with pytest.raises(OSError, match="refuses these keys") as refused:
            await Blobs(f"s3://{BUCKET}/x", access=wrong).require_room()
        assert not any(secret in str(refused.value) for secret in ("secret-x", "wrong-x"))


def _with_secret(server: S3Server, secret: str) -> S3Access:
    return S3Access(server.endpoint, "us-east-1", server.access.key_id, secret)


@pytest.mark.xdist_group("s3")
async def test_a_store_that_is_away_stops_no_start_and_loses_nothing(
    s3_server: S3Server, caplog: pytest.LogCaptureFixture
) -> None:
    """Every call says that it may be made again; afterwards it can be, and what was there still is."""
    line = Line(s3_server)
    await line.open()
    access = replace(s3_server.access, endpoint=line.endpoint)
    store = Blobs(f"s3://{BUCKET}/{uuid.uuid4()}", access=access)
    await store.put(PHOTO)
    await line.cut()
    await store.require_room()
    assert "does not answer" in caplog.text
    for call in (store.put(LARGE), store.get(digest(PHOTO)), store.exists(digest(PHOTO)), store.delete(digest(PHOTO))):
        with pytest.raises(BlobsAway):
            await call
    await line.open()
    assert await store.get(digest(PHOTO)) == PHOTO
    assert await store.put(LARGE) == Stored(digest(LARGE), len(LARGE))
    await line.cut()


async def test_corrupt_bytes_in_any_store_are_found_and_healed(place: Place, keys: Keys) -> None:
    """A put of the whole bytes replaces what only has their name."""
    store = place.open(keys)
    key = (
        f"{'sha256' if keys.current is None else 'encrypted'}/{digest(PHOTO)[:2]}/{digest(PHOTO)[2:4]}/{digest(PHOTO)}"
    )
    draft = store._store.draft()
    draft.write(b"something else")
    await store._store.keep(draft, key, anew=True)
    discard(draft)
    with pytest.raises(BlobCorrupt):
        await store.get(digest(PHOTO))
    await store.put(PHOTO)
    assert await store.get(digest(PHOTO)) == PHOTO


async def test_encrypted_bytes_are_not_to_be_seen_on_disk(root: Path) -> None:
    """Neither in the store nor in a draft that was left behind; the same bytes twice look different."""
    jpeg = b"\xff\xd8\xff\xe0" + b"somebody's face, again and again " * 1000
    store = Blobs(str(root), keys=keys_of(KEY))
    await store.put(jpeg)
    first = (file,) = tuple(files(root))
    written = file.read_bytes()
    assert jpeg[:4] not in written
    assert b"somebody" not in written
    file.unlink()
    await store.put(jpeg)
    assert tuple(files(root)) == first
    assert file.read_bytes() != written


@pytest.mark.parametrize(
    "harm",
    ["header", "salt", "first piece", "last byte", "cut", "cut at a piece", "grown", "swapped", "empty"],
)
async def test_tampered_bytes_are_found(root: Path, harm: str) -> None:
    """Changed, cut, grown or in another order: nothing of the harmed piece comes out."""
    store = Blobs(str(root), keys=keys_of(KEY))
    await store.put(LARGE)
    (file,) = files(root)
    whole = file.read_bytes()
    piece = PIECE + 16
    body = whole[HEADER_BYTES:]
    file.write_bytes(
        {
            "header": b"X" + whole[1:],
            "salt": whole[: HEADER_BYTES - 1] + bytes([whole[HEADER_BYTES - 1] ^ 1]) + body,
            "first piece": whole[:HEADER_BYTES] + bytes([body[0] ^ 1]) + body[1:],
            "last byte": whole[:-1] + bytes([whole[-1] ^ 1]),
            "cut": whole[:-1],
            "cut at a piece": whole[: HEADER_BYTES + piece],
            "grown": whole + b"\x00",
            "swapped": whole[:HEADER_BYTES] + body[piece : 2 * piece] + body[:piece] + body[2 * piece :],
            "empty": b"",
        }[harm]
    )
    given: list[bytes] = []
    with pytest.raises(BlobCorrupt):
        await gather(store.stream(digest(LARGE)), given)
    assert LARGE.startswith(b"".join(given))


async def test_bytes_kept_before_there_was_a_key_stay_readable_until_they_are_encrypted(place: Place) -> None:
    """``renew`` encrypts them, with the newest key, and takes the old form away; without a key it undoes that."""
    await place.open().put(PHOTO)
    keyed = place.open(keys_of(KEY))
    assert await keyed.get(digest(PHOTO)) == PHOTO
    assert await keyed.renew(digest(PHOTO)) is True
    assert await keyed.renew(digest(PHOTO)) is False
    assert [kept async for kept in keyed.all()] == [Kept(digest(PHOTO), Form.ENCRYPTED)]
    rotated = place.open(keys_of(OTHER_KEY, [KEY]))
    assert await rotated.get(digest(PHOTO)) == PHOTO
    assert await rotated.renew(digest(PHOTO)) is True
    assert await rotated.renew(digest(PHOTO)) is False
    assert await place.open(keys_of(OTHER_KEY)).get(digest(PHOTO)) == PHOTO
    with pytest.raises(BlobLocked, match="EVIDENCE_KEYS_OLD"):
        await keyed.get(digest(PHOTO))
    plain = place.open(keys_of(None, [OTHER_KEY]))
    assert await plain.renew(digest(PHOTO)) is True
    assert [kept async for kept in plain.all()] == [Kept(digest(PHOTO), Form.PLAIN)]
    assert await place.open().get(digest(PHOTO)) == PHOTO


async def test_without_the_key_encrypted_bytes_are_there_but_locked(place: Place) -> None:
    """That is no loss: it may be asked again once the key is back, and deleting needs no key."""
    await place.open(keys_of(KEY)).put(PHOTO)
    stranger = place.open()
    assert await stranger.exists(digest(PHOTO))
    with pytest.raises(BlobLocked) as locked:
        await stranger.get(digest(PHOTO))
    assert isinstance(locked.value, BlobsAway)
    assert KEY not in str(locked.value)
    await stranger.delete(digest(PHOTO))
    assert not await stranger.exists(digest(PHOTO))


@pytest.mark.parametrize("text", ["", "hunter2", base64.b64encode(b"k" * 31).decode(), "é" * 44])
def test_a_key_that_is_none_is_refused_without_being_told_on(text: str) -> None:
    """It says what a key looks like."""
    with pytest.raises(BadKey, match="32 bytes") as refused:
        keys_of(text)
    assert not text or text not in str(refused.value)
