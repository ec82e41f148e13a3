"""A thread that hears what other processes committed: PostgreSQL's notifications, or that an SQLite file changed."""

from __future__ import annotations

import logging
import selectors
import socket
import sqlite3
import threading
from collections.abc import Callable, Collection
from contextlib import closing
from typing import TYPE_CHECKING

from storage import engines
from storage.writer import JOBS_CHANNEL, SHOWN_CHANNEL

if TYPE_CHECKING:
    import psycopg

log = logging.getLogger(__name__)

RECONNECT_SECONDS = 1.0
CHECK_SECONDS = 10.0
"""How long the thread sleeps at most before it looks whether its connection still lives."""
LOOK_SECONDS = 0.1
"""How often the thread looks whether somebody has written to an SQLite file."""


class Listener:
    """Calls ``heard`` (in its own thread) after every commit that put jobs, ``shown`` with the addresses whose chats
    show something else since one. After each reconnection both, ``shown`` with ``None``: some may have been missed.
    """

    def __init__(
        self,
        address: str,
        *,
        heard: Callable[[], None],
        shown: Callable[[Collection[int] | None], None] = lambda _: None,
    ) -> None:
        self._address = address
        self._heard = heard
        self._shown = shown
        self._stopping = threading.Event()
        self._bell, self._rope = socket.socketpair()
        self._thread = threading.Thread(target=self._live, name="storage-listener", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no more. Blocks until the thread has ended."""
        self._stopping.set()
        self._rope.send(b".")
        self._thread.join()
        self._bell.close()
        self._rope.close()

    def _live(self) -> None:
        import psycopg  # an SQLite file is heard without

        while not self._stopping.is_set():
            try:
                with psycopg.connect(
                    self._address, autocommit=True, application_name="mystery-client-jobs", **engines.watchful()
                ) as connection:
                    connection.execute(f"LISTEN {JOBS_CHANNEL}")
                    connection.execute(f"LISTEN {SHOWN_CHANNEL}")
                    self._heard()
                    self._shown(None)
                    self._listen(connection)
            except psycopg.Error as error:
                log.warning("not hearing of new jobs, trying again: %s", error)
                self._stopping.wait(RECONNECT_SECONDS)

    def _listen(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(connection.fileno(), selectors.EVENT_READ)
            selector.register(self._bell, selectors.EVENT_READ)
            while not self._stopping.is_set():
                if not selector.select(CHECK_SECONDS):
                    connection.execute("SELECT 1")
                self._tell([(note.channel, note.payload) for note in connection.notifies(timeout=0)])

    def _tell(self, notes: Collection[tuple[str, str]]) -> None:
        if any(channel == JOBS_CHANNEL for channel, _ in notes):
            self._heard()
        told = ",".join(payload for channel, payload in notes if channel == SHOWN_CHANNEL)
        if told:
            self._shown({int(one) for one in told.split(",")})


class FileListener:
    """Calls ``heard`` (in its own thread) after every commit to an SQLite file, of any process, jobs or not.

    SQLite notifies nobody; but it counts the commits of other connections, and asking for that number is cheap.
    """

    def __init__(self, path: str, *, heard: Callable[[], None]) -> None:
        self._path = path
        self._heard = heard
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._live, name="storage-listener", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no more. Blocks until the thread has ended."""
        self._stopping.set()
        self._thread.join()

    def _live(self) -> None:
        while not self._stopping.is_set():
            try:
                with closing(sqlite3.connect(self._path, isolation_level=None)) as connection:
                    self._listen(connection)
            except sqlite3.Error as error:
                log.warning("not hearing of new jobs, trying again: %s", error)
                self._stopping.wait(RECONNECT_SECONDS)

    def _listen(self, connection: sqlite3.Connection) -> None:
        seen = None
        while not self._stopping.is_set():
            (version,) = connection.execute("PRAGMA data_version").fetchone()
            if version != seen:
                self._heard()
            seen = version
            self._stopping.wait(LOOK_SECONDS)
