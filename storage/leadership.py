"""What only one process may do at a time: a lock that ends with its holder, held on a connection or a file of its own.

PostgreSQL: a session's advisory lock. It ends with the process, soon after its machine is cut off (both sides watch the
connection), and it is taken from one that is held dead (``processes.forget``). SQLite: a lock on a file beside the
database, which ends with the process.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import URL

from storage import engines
from storage.processes import LEADER

if TYPE_CHECKING:
    import psycopg

if sys.platform != "win32":
    import fcntl

_SPACE = 1_835_233
"""The first half of PostgreSQL's lock: what the second half is about (any constant number)."""


class Leadership(Protocol):
    """A lock of one name. Its methods block, for seconds where the database is away, and raise nothing about that."""

    def take(self) -> bool:
        """Try to get it; whether it is ours now."""

    def is_ours(self) -> bool:
        """Whether it still is."""

    def give_up(self) -> None:
        """Let another have it."""


def leadership(url: URL, what: str, *, name: str) -> Leadership:
    """The lock ``what`` of a database, for the process of that name."""
    if engines.dialect_of(url) == "postgresql":
        return _OfSession(engines.postgres_address(url), what, name=name)
    return _OfFile(Path(f"{url.database}.{what}.lock"))


class _OfSession:
    def __init__(self, address: str, what: str, *, name: str) -> None:
        self._address = address
        self._number = int.from_bytes(sha256(what.encode()).digest()[:4], signed=True)
        self._name = name
        self._door = threading.Lock()
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None
        self._holds = False

    def take(self) -> bool:
        with self._door:
            return self._try()

    def is_ours(self) -> bool:
        """The session is alive, and so is its lock: PostgreSQL takes none away from a session."""
        with self._door:
            return self._is_alive()

    def give_up(self) -> None:
        with self._door:
            self._close()

    def _try(self) -> bool:
        import psycopg  # a lock on a file needs none of it

        try:
            if self._connection is None:
                self._connection = psycopg.connect(
                    self._address,
                    autocommit=True,
                    application_name=LEADER.format(name=self._name),
                    **engines.watchful(),
                )
            asked = self._connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (_SPACE, self._number))
            found = asked.fetchone()
        except psycopg.Error:
            self._close()
            return False
        self._holds = found is not None and found[0] is True
        return self._holds

    def _is_alive(self) -> bool:
        if self._connection is None or not self._holds:
            return False
        import psycopg

        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            self._close()
            return False
        return True

    def _close(self) -> None:
        if self._connection is not None:
            import psycopg

            with contextlib.suppress(psycopg.Error):
                self._connection.close()
            self._connection = None
        self._holds = False


class _OfFile:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self) -> bool:
        if self._file is not None:
            return True
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return False
        if sys.platform != "win32":
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(file)
                return False
        self._file = file
        return True

    def is_ours(self) -> bool:
        return self._file is not None

    def give_up(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
