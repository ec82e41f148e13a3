"""The database: ``await db.run(work)`` commits a unit of work, ``await db.read(work)`` only looks."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from sqlalchemy import URL

from storage import engines
from storage.ahead import FromChat
from storage.failures import StorageUnavailable
from storage.listener import FileListener, Listener
from storage.migrate import require_migrated
from storage.patience import PATIENCE_SECONDS, patiently
from storage.queue import Taker
from storage.unit import Unit, carry_out
from storage.writer import Waiting, Writer

__all__ = ["Database", "StorageUnavailable", "Unit"]

T = TypeVar("T")


class Database:
    """One database, SQLite or PostgreSQL, told by its address. May be used from several event loops."""

    def __init__(self, url: str, *, patience: float = PATIENCE_SECONDS) -> None:
        """``patience``: seconds during which work is tried again while the database is locked or away.

        Raises ``BadUrl`` for an address of anything else.
        """
        self.url: URL = engines.parse_url(url)
        self.dialect: engines.Dialect = engines.dialect_of(self.url)
        self._patience = patience
        self._callbacks: list[tuple[asyncio.AbstractEventLoop | None, Callable[[], None]]] = []
        self._on_shown: list[tuple[asyncio.AbstractEventLoop, Callable[[Collection[int] | None], None]]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._writer: Writer | None = None
        self._listener: Listener | FileListener | None = None
        self._readers: ThreadPoolExecutor | None = None
        self._writing = engines.writing(self.url)
        self._reading = engines.reading(self.url)

    async def start(self) -> None:
        """Open the database.

        Raises ``NotMigrated`` when its tables are not those this program knows, ``StorageUnavailable`` when it is away.
        """
        self._loop = asyncio.get_running_loop()
        try:
            check = partial(require_migrated, self._writing)
            await asyncio.to_thread(patiently, check, seconds=self._patience)
        except BaseException:
            self._writing.dispose()
            raise
        self._readers = ThreadPoolExecutor(engines.READERS, thread_name_prefix="storage-reader")
        self._writer = Writer(self._writing, jobs_committed=self._tell_of_jobs, patience=self._patience)
        self._writer.start()
        self._listener = self._listener_of_its_kind()
        self._listener.start()

    async def stop(self) -> None:
        """Finish the work that was accepted, then close. Later ``run`` and ``read`` raise ``StorageUnavailable``."""
        for part in (self._writer, self._listener):
            if part is not None:
                await asyncio.to_thread(part.stop)
        self._listener = None
        if self._readers is not None:
            await asyncio.to_thread(self._readers.shutdown)
            self._readers = None
        self._reading.dispose()
        self._writing.dispose()

    async def run(self, work: Callable[[Unit], T], *, ahead: FromChat | None = None, urgent: bool = False) -> T:
        """Do one unit of work, all or nothing, and return its result once it is committed and on disk.

        ``work`` runs in the writer's thread, perhaps more than once (after a rollback), so it changes nothing but the
        database and waits for nothing. What it raises undoes it alone and is raised here. Accepted work is carried
        out even if the caller is cancelled. ``ahead``: what the unit is known to read. ``urgent``: before those that
        wait already, because what it notes has happened outside.

        Raises ``StorageUnavailable`` when the database is closed or away.
        """
        if self._writer is None:
            raise StorageUnavailable("the database was not started")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._writer.accept(Waiting(work=work, future=future, loop=loop, ahead=ahead, is_urgent=urgent))
        return await future

    @property
    def writer(self) -> Writer | None:
        """Who writes, for those who watch; None before the start."""
        return self._writer

    def hand_to(self, taker: Taker | None) -> None:
        """Let a worker that lives in this loop take jobs in the transactions that put them; None: nobody any more."""
        if self._writer is not None:
            self._writer.hand_to(taker, asyncio.get_running_loop())

    async def read(self, work: Callable[[Unit], T]) -> T:
        """Look at one moment of the database, beside the writer. Raises ``StorageUnavailable`` as ``run`` does."""
        if self._readers is None:
            raise StorageUnavailable("the database is closed")
        look = partial(patiently, partial(self._look, work), seconds=self._patience)
        return await asyncio.get_running_loop().run_in_executor(self._readers, look)

    def on_jobs(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` after each commit, of any process, that made jobs due.

        It is called in the loop in which it was given (or in which the database started), and may be called too often.
        """
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            loop = None
        self._callbacks.append((loop, callback))

    @property
    def tells_what_is_shown(self) -> bool:
        """Whether ``on_shown`` hears of other processes too: PostgreSQL notifies, SQLite does not."""
        return self.dialect == "postgresql"

    def on_shown(self, callback: Callable[[Collection[int] | None], None]) -> None:
        """Call ``callback``, in this loop, with the addresses whose chats show something else since a commit.

        Of any process, where ``tells_what_is_shown``. ``None``: some may have been missed, so any chat may.
        """
        self._on_shown.append((asyncio.get_running_loop(), callback))

    def _tell_of_shown(self, addresses: Collection[int] | None) -> None:
        for loop, callback in self._on_shown:
            with contextlib.suppress(RuntimeError):  # that loop is closed
                loop.call_soon_threadsafe(callback, addresses)

    def _listener_of_its_kind(self) -> Listener | FileListener:
        if self.dialect == "postgresql":
            address = engines.postgres_address(self.url)
            return Listener(address, heard=self._tell_of_jobs, shown=self._tell_of_shown)
        return FileListener(str(self.url.database), heard=self._tell_of_jobs)

    def _tell_of_jobs(self) -> None:
        for given_in, callback in self._callbacks:
            loop = given_in or self._loop
            if loop is not None:
                with contextlib.suppress(RuntimeError):  # that loop is closed
                    loop.call_soon_threadsafe(callback)

    def _look(self, work: Callable[[Unit], T]) -> T:
        with self._reading.connect() as connection, connection.begin() as transaction:
            unit = Unit(connection)
            result = carry_out(work, unit)
            unit.flush()  # which is refused, as any other writing
            transaction.rollback()
        return result
