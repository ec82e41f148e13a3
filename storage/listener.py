"""A thread that hears PostgreSQL's notifications of new jobs, from this process and from others."""

from __future__ import annotations

import logging
import selectors
import socket
import threading
from collections.abc import Callable

import psycopg

from storage.writer import JOBS_CHANNEL

log = logging.getLogger(__name__)

RECONNECT_SECONDS = 1.0
CHECK_SECONDS = 30.0
"""How long the thread sleeps at most before it looks whether its connection still lives."""


class Listener:
    """Calls ``heard`` (in its own thread) after every commit that put jobs, and after each reconnection."""

    def __init__(self, address: str, *, heard: Callable[[], None]) -> None:
        self._address = address
        self._heard = heard
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
        while not self._stopping.is_set():
            try:
                with psycopg.connect(
                    self._address, autocommit=True, application_name="mystery-client-jobs"
                ) as connection:
                    connection.execute(f"LISTEN {JOBS_CHANNEL}")
                    self._heard()
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
                if list(connection.notifies(timeout=0)):
                    self._heard()
