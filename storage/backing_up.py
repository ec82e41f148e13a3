"""Backups made while processes run: the database at one moment, then the evidence it names; each checked at once.

A folder holds any number of them: ``<moment>/`` with the database, a list of evidence and a manifest of hashes, and
``evidence/`` that they share. A backup has its name only once it is whole and on disk.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from storage import blob_names, engines, postgres_tools
from storage.blob_folder import CHUNK, make_folder, sync_folder
from storage.copying import Content, contents_as_they_lie
from storage.failures import CannotMove, Passing, StorageUnavailable, how_it_passes
from storage.migrate import newest, revision

FORMAT = 1
MANIFEST = "manifest.json"
NAMES = "evidence.txt"
EVIDENCE = "evidence"
PARTIAL = ".partial"
_LOCK = ".lock"
_NAME = "%Y-%m-%dT%H-%M-%SZ"


@dataclass(frozen=True, slots=True)
class DatabaseCopy:
    """A database at one moment, in a file. ``names`` must be in the evidence store, ``mentioned`` may be."""

    kind: engines.Dialect
    file: str
    sha256: str
    size: int
    revision: str
    server: int | None
    """PostgreSQL's major version; None for SQLite."""
    tables: Mapping[str, Content]
    names: frozenset[str]
    mentioned: frozenset[str]


@dataclass(frozen=True, slots=True)
class Backup:
    """A whole backup, as its manifest says."""

    folder: Path
    made_at: datetime
    kind: engines.Dialect
    database: Path
    database_sha256: str
    revision: str
    server: int | None
    tables: Mapping[str, Content]
    names: Path
    names_sha256: str
    missing: frozenset[str]
    """Evidence the database named and the store did not have, already then."""
    encrypted_with: str | None
    """The id of the key its evidence is encrypted with."""

    def evidence(self) -> list[str]:
        """The names of its files of evidence."""
        return self.names.read_text(encoding="ascii").split()


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """One backup at a time into a folder. Raises ``CannotMove`` where another is being made."""
    make_folder(folder)
    with (folder / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotMove(f"another backup into {folder} is under way") from None
        yield


def names_now(url: URL) -> set[str]:
    """Evidence the database names by now: less than in the copy where something was erased meanwhile."""
    engine = engines.reading(url)
    try:
        with engine.connect() as connection:
            return blob_names.named(connection)
    finally:
        engine.dispose()


def begin(folder: Path, made_at: datetime) -> Path:
    """An unfinished backup's own folder; what earlier ones left unfinished is removed. Raises ``CannotMove``."""
    name = made_at.astimezone(UTC).strftime(_NAME)
    if (folder / name).exists():
        raise CannotMove(f"{folder / name} is there already")
    make_folder(folder)
    folder.chmod(0o700)
    for left in folder.glob(f"*{PARTIAL}"):
        shutil.rmtree(left)
    partial = folder / f"{name}{PARTIAL}"
    partial.mkdir()
    return partial


def copy_database(url: URL, into: Path, *, tools: Path | None = None) -> DatabaseCopy:
    """Write a database as it is at one moment into a folder, and read it back. Nobody is held up. Blocks.

    Raises ``CannotMove`` and ``StorageUnavailable``.
    """
    try:
        return _copy_sqlite(url, into) if engines.dialect_of(url) == "sqlite" else _copy_postgres(url, into, tools)
    except (DBAPIError, sqlite3.OperationalError) as error:
        if isinstance(error, DBAPIError) and how_it_passes(error) is Passing.NEVER:
            raise
        raise StorageUnavailable(str(getattr(error, "orig", error))) from error


def finish(
    partial: Path,
    made_at: datetime,
    copy: DatabaseCopy,
    *,
    kept: Iterable[str],
    missing: Iterable[str],
    encrypted_with: str | None,
) -> Backup:
    """Write the manifest, and give the backup its name: from now on it is whole. ``kept``: evidence that is in it."""
    names = partial / NAMES
    names.write_text("".join(f"{name}\n" for name in sorted(kept)), encoding="ascii")
    told = {
        "format": FORMAT,
        "made_at": made_at.astimezone(UTC).isoformat(),
        "database": {
            "kind": copy.kind,
            "file": copy.file,
            "sha256": copy.sha256,
            "size": copy.size,
            "revision": copy.revision,
            "server": copy.server,
            "tables": {name: asdict(held) for name, held in copy.tables.items()},
        },
        "evidence": {
            "sha256": hash_of(names),
            "missing": sorted(missing),
            "encrypted_with": encrypted_with,
        },
    }
    (partial / MANIFEST).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    for file in partial.iterdir():
        _sync(file)
    sync_folder(partial)
    whole = partial.with_name(partial.name.removesuffix(PARTIAL))
    partial.rename(whole)
    sync_folder(whole.parent)
    return read(whole)


def backups(folder: Path) -> list[Path]:
    """The whole backups of a folder, the oldest first."""
    return sorted(path.parent for path in folder.glob(f"*/{MANIFEST}") if not path.parent.name.endswith(PARTIAL))


def newest_at(folder: Path) -> datetime | None:
    """When the newest whole backup of a folder was made; None where there is none. Raises ``OSError``."""
    names = [path.name for path in backups(folder)]
    return datetime.strptime(names[-1], _NAME).replace(tzinfo=UTC) if names else None


def read(folder: Path) -> Backup:
    """A backup by its own folder. Raises ``CannotMove`` where it is none, or of a newer program."""
    try:
        told: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            raise CannotMove(f"{folder} was made by another version of this program (format {told['format']})")
        database, evidence = told["database"], told["evidence"]
        return Backup(
            folder=folder,
            made_at=datetime.fromisoformat(told["made_at"]),
            kind=database["kind"],
            database=folder / Path(database["file"]).name,
            database_sha256=database["sha256"],
            revision=database["revision"],
            server=database["server"],
            tables={name: Content(**held) for name, held in database["tables"].items()},
            names=folder / NAMES,
            names_sha256=evidence["sha256"],
            missing=frozenset(evidence["missing"]),
            encrypted_with=evidence["encrypted_with"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotMove(f"{folder} holds no backup that can be read: {type(error).__name__}") from error


def check_files(backup: Backup) -> None:
    """Return if the database and the list of evidence are what was written. Raises ``CannotMove``."""
    for file, sha256 in ((backup.database, backup.database_sha256), (backup.names, backup.names_sha256)):
        if not file.is_file():
            raise CannotMove(f"{file} is missing: this backup cannot be restored; take another one with --at")
        if hash_of(file) != sha256:
            raise CannotMove(f"{file} is damaged: this backup cannot be restored; take another one with --at")


def forget_old(folder: Path, *, keep: int) -> tuple[list[str], set[str]]:
    """Remove all but the newest ``keep`` backups; returns their names, and the evidence that the others still need."""
    every = backups(folder)
    old = every[: max(len(every) - keep, 0)]
    needed: set[str] = set()
    for path in every[len(old) :]:
        needed |= set(read(path).evidence())
    for path in old:
        gone = path.with_name(path.name + PARTIAL)
        path.rename(gone)
        shutil.rmtree(gone)
    if old:
        sync_folder(folder)
    return [path.name for path in old], needed


def hash_of(file: Path) -> str:
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while piece := opened.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def look_into(file: Path) -> tuple[str | None, dict[str, Content]]:
    """The revision and the content of an SQLite file. Raises ``CannotMove`` where the file is damaged."""
    engine = create_engine(URL.create("sqlite", database=str(file)))
    try:
        with engine.connect() as connection:
            said = connection.execute(text("PRAGMA integrity_check")).scalar_one()
            if said != "ok":
                raise CannotMove(f"{file} is damaged: {said}")
            return revision(connection), contents_as_they_lie(connection)
    except DBAPIError as error:
        raise CannotMove(f"{file} is damaged: {type(error.orig).__name__}") from error
    finally:
        engine.dispose()


def _copy_sqlite(url: URL, into: Path) -> DatabaseCopy:
    source, file = Path(str(url.database)), into / "database.sqlite"
    if not source.exists():
        raise CannotMove(f"there is no database at {source}")
    file.touch(mode=0o600)
    connection = sqlite3.connect(source, timeout=engines.BUSY_MILLISECONDS / 1000)
    try:
        connection.execute("VACUUM INTO ?", (str(file),))
    finally:
        connection.close()
    _sync(file)
    found, _ = look_into(file)
    _require_newest(found)
    engine = create_engine(URL.create("sqlite", database=str(file)))
    try:
        with engine.connect() as opened:
            return _described(opened, file, server=None)
    finally:
        engine.dispose()


def _copy_postgres(url: URL, into: Path, tools: Path | None) -> DatabaseCopy:
    file = into / "database.pgdump"
    settings = {"connect_timeout": engines.CONNECT_SECONDS, "application_name": "mystery-client backup"}
    engine = create_engine(url, hide_parameters=True, isolation_level="REPEATABLE READ", connect_args=settings)
    try:
        with engine.connect() as connection, connection.begin():
            _require_newest(revision(connection))
            major = server_of(connection)
            dump, restore = (postgres_tools.tool(name, major=major, folder=tools) for name in ("pg_dump", "pg_restore"))
            snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            file.touch(mode=0o600)
            with postgres_tools.address_without_password(url) as address:
                options = ("-Fc", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={file}")
                postgres_tools.run(dump, (*options, f"--dbname={address}"))
            _sync(file)
            postgres_tools.run(restore, ("--file=/dev/null", file))  # every byte of it can be read
            return _described(connection, file, server=major)
    finally:
        engine.dispose()


def server_of(connection: Connection) -> int:
    """PostgreSQL's major version."""
    return int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000


def _described(connection: Connection, file: Path, *, server: int | None) -> DatabaseCopy:
    names = blob_names.named(connection)
    return DatabaseCopy(
        kind="sqlite" if server is None else "postgresql",
        file=file.name,
        sha256=hash_of(file),
        size=file.stat().st_size,
        revision=newest(),
        server=server,
        tables=contents_as_they_lie(connection),
        names=frozenset(names),
        mentioned=frozenset(blob_names.mentioned(connection) - names),
    )


def _require_newest(found: str | None) -> None:
    if found != newest():
        raise CannotMove("the database is of another version than this program; run first: python -m bot migrate")


def _sync(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
