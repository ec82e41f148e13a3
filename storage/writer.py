"""The writer thread: runs waiting units of work in one transaction (group commit) and answers only after COMMIT."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, select, text, update
from sqlalchemy.exc import DBAPIError

from storage.ahead import FromChat, look_ahead
from storage.distribution import UNITS, Distribution
from storage.failures import Poisoned, StillOpen, StorageUnavailable
from storage.patience import PATIENCE_SECONDS, patiently
from storage.queue import Job, Taker
from storage.schema import commits
from storage.unit import Memory, Unit, carry_out

log = logging.getLogger(__name__)

GROUP = 64
"""Units in one transaction at most."""
JOBS_CHANNEL = "mystery_client_jobs"
"""The PostgreSQL notification that tells every process of new jobs."""

SHOWN_CHANNEL = "mystery_client_shown"
"""The one that tells which addresses' chats show something else: their ids, between commas."""
MOST_TOLD = 380
"""Ids in one notification: it holds 8,000 bytes, an id has up to 19 digits."""

_NOTIFY = text(f"SELECT pg_notify('{JOBS_CHANNEL}', '')")
_NOTIFY_SHOWN = text(f"SELECT pg_notify('{SHOWN_CHANNEL}', :ids)")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A unit of work and who waits for it."""

    work: Callable[[Unit], Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    ahead: FromChat | None = None
    """What it is known to read."""
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a unit: its result, or the error that undid it."""

    result: Any = None
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class _Handed:
    """Jobs taken by a worker of this process in the transaction that put them."""

    taker: Taker
    loop: asyncio.AbstractEventLoop
    jobs: Sequence[Job]
    glances: Mapping[int, Any]

    def tell(self) -> None:
        """They are the worker's own now."""
        try:
            self.loop.call_soon_threadsafe(self.taker.take, self.jobs, self.glances)
        except RuntimeError:
            log.warning("%d jobs were handed over after the worker's loop was closed", len(self.jobs))


@dataclass(slots=True)
class _Attempt:
    """What a transaction gave whose COMMIT was sent; it counts only if the COMMIT came through."""

    settled: list[Settled]
    jobs_noted: bool
    number: int | None
    handed: _Handed | None


class Writer:
    """One thread with the one connection that writes. Accepted work is finished even when nobody waits any more."""

    def __init__(
        self, engine: Engine, *, jobs_committed: Callable[[], None], patience: float = PATIENCE_SECONDS
    ) -> None:
        self._engine = engine
        self._jobs_committed = jobs_committed
        self._patience = patience
        self.together = Distribution(UNITS)
        """How many units shared a transaction."""
        self.seconds = Distribution()
        """How long a group took from its first statement until it was on disk, or given up."""
        self._queue: SimpleQueue[bool] = SimpleQueue()
        """One True for each unit that waits; False: there will be no more."""
        self._units: deque[Waiting] = deque()
        self._urgent: deque[Waiting] = deque()
        self._door = threading.Lock()
        self._open = True
        self._name = uuid4().hex
        self._commits = 0
        self._broken_off: _Attempt | None = None
        self._taker: tuple[Taker, asyncio.AbstractEventLoop] | None = None
        self._last_seen: tuple[object, Memory] = (None, {})
        """The version of SQLite's database after the last transaction, and what that had read."""
        self._thread = threading.Thread(target=self._live, name="storage-writer", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def accept(self, waiting: Waiting) -> None:
        """Take a unit of work. Raises ``StorageUnavailable`` once the writer stops."""
        with self._door:
            if not self._open:
                raise StorageUnavailable("the database is closed")
            (self._urgent if waiting.is_urgent else self._units).append(waiting)
            self._queue.put(True)

    def hand_to(self, taker: Taker | None, loop: asyncio.AbstractEventLoop) -> None:
        """From now on let ``taker``, which lives in ``loop``, take jobs as they are put; None: nobody."""
        self._taker = None if taker is None else (taker, loop)

    @property
    def waiting(self) -> int:
        """Units that wait for the group before them, about."""
        return self._queue.qsize()

    def stop(self) -> None:
        """Accept nothing more, finish what was accepted, and return when that is done. Blocks."""
        with self._door:
            if self._open:
                self._open = False
                self._queue.put(False)
        self._thread.join()

    def _live(self) -> None:
        while group := self._next_group():
            began = time.perf_counter()
            try:
                settled = self._settle(group)
            except BaseException as error:  # the thread outlives everything; the callers get to know
                log.exception("the writer failed")
                settled = [Settled(error=error)] * len(group)
            self.together.add(len(group))
            self.seconds.add(time.perf_counter() - began)
            _answer(group, settled)

    def _next_group(self) -> list[Waiting]:
        """The units that wait now, the urgent first, at most ``GROUP``; empty when there will be no more."""
        if not self._queue.get():
            return []
        count = 1
        while count < GROUP:
            try:
                more = self._queue.get_nowait()
            except Empty:
                break
            if not more:
                self._queue.put(False)
                break
            count += 1
        return [self._urgent.popleft() if self._urgent else self._units.popleft() for _ in range(count)]

    def _settle(self, group: Sequence[Waiting]) -> list[Settled]:
        """Commit the group; where it cannot be together, one by one in the same order."""
        if len(group) > 1:
            try:
                return self._commit(group)
            except StorageUnavailable as error:
                return [Settled(error=error)] * len(group)
            except Exception as error:  # noqa: BLE001 - whatever it was, each unit alone tells its own
                cause = type(error.__cause__ or error).__name__  # what it says may quote people
                log.info("a group of %d units runs again one by one: %s", len(group), cause)
        return self._one_by_one(group)

    def _one_by_one(self, group: Sequence[Waiting]) -> list[Settled]:
        settled: list[Settled] = []
        for waiting in group:
            try:
                settled += self._commit([waiting])
            except Poisoned as poisoned:
                settled.append(Settled(error=poisoned.__cause__))
            except StorageUnavailable as error:  # the others would wait as long, in vain
                return settled + [Settled(error=error)] * (len(group) - len(settled))
            except BaseException as error:  # noqa: BLE001 - a deferred constraint, found at COMMIT
                settled.append(Settled(error=error))
        return settled

    def _commit(self, group: Sequence[Waiting]) -> list[Settled]:
        """Commit the group in one transaction, trying again while the database is locked or away."""

        def attempt() -> _Attempt:
            return self._broken_off_but_committed() or self._together(group)

        try:
            done = patiently(attempt, seconds=self._patience, sharing=len(group) > 1)
        finally:
            self._broken_off = None
        if done.handed is not None:
            done.handed.tell()
        if done.jobs_noted:
            self._jobs_committed()
        return done.settled

    def _together(self, group: Sequence[Waiting]) -> _Attempt:
        """All units in one transaction. Raises ``Poisoned`` from the error of the first unit that fails."""
        with self._engine.connect() as connection:
            if connection.dialect.name == "postgresql" and not self._commits:
                self._begin_counting(connection)
            with connection.begin():
                taker = self._taker
                version, known = self._begin_with(connection)
                unit = Unit(connection, None if taker is None else taker[0].hand, known)
                look_ahead(unit, [waiting.ahead for waiting in group if waiting.ahead is not None])
                settled = [Settled(result=_carry_out(waiting.work, unit)) for waiting in group]
                unit.flush()
                handed = None if taker is None or not unit.handed else _handed(unit, *taker)
                number = self._count(unit) if unit.is_postgres else None
                attempt = _Attempt(settled, unit.jobs_noted, number, handed)
                self._broken_off = attempt if unit.is_postgres else None
            self._last_seen = version, unit.lasting()
            return attempt

    def _begin_with(self, connection: Connection) -> tuple[object, Memory]:
        """The database's version, and what the transaction before has read, where it still holds.

        SQLite's ``data_version`` changes, as this connection sees it, with each commit of any other.
        """
        seen, known = self._last_seen
        self._last_seen = None, {}  # what follows may be rolled back
        driver = connection.connection.driver_connection
        if not isinstance(driver, sqlite3.Connection):
            return None, {}
        version = (driver, driver.execute("PRAGMA data_version").fetchone())
        return version, known if version == seen else {}

    def _begin_counting(self, connection: Connection) -> None:
        from sqlalchemy.dialects.postgresql import insert  # only PostgreSQL's commits are counted

        with connection.begin():
            connection.execute(insert(commits).values(writer=self._name, number=0).on_conflict_do_nothing())

    def _count(self, unit: Unit) -> int:
        """Number this transaction in the transaction itself, and wake the workers with its COMMIT."""
        self._commits += 1
        unit.execute(update(commits).where(commits.c.writer == self._name).values(number=self._commits))
        if unit.jobs_noted:
            unit.execute(_NOTIFY)
        if unit.shown_noted:
            ids = sorted(unit.shown_noted)
            for start in range(0, len(ids), MOST_TOLD):
                unit.execute(_NOTIFY_SHOWN, {"ids": ",".join(map(str, ids[start : start + MOST_TOLD]))})
        return self._commits

    def _broken_off_but_committed(self) -> _Attempt | None:
        """The attempt whose connection broke during COMMIT, if PostgreSQL committed it after all.

        Raises ``StillOpen`` while the old connection's transaction still holds its number.
        """
        if self._broken_off is None:
            return None
        last = select(commits.c.number).where(commits.c.writer == self._name).with_for_update()
        try:
            with self._engine.connect() as connection, connection.begin():
                number = connection.execute(last).scalar()
        except DBAPIError as error:
            raise StillOpen(str(error)) from error
        return self._broken_off if number == self._broken_off.number else None


def _handed(unit: Unit, taker: Taker, loop: asyncio.AbstractEventLoop) -> _Handed:
    return _Handed(taker, loop, tuple(unit.handed), taker.glance(unit, unit.handed))


def _carry_out(work: Callable[[Unit], Any], unit: Unit) -> Any:  # noqa: ANN401 - whatever the work returns
    try:
        return carry_out(work, unit)
    except BaseException as error:
        raise Poisoned(repr(work)) from error


def _answer(group: Sequence[Waiting], settled: Sequence[Settled]) -> None:
    """Resolve the futures, each in its own loop; a loop that is closed has nobody waiting."""
    by_loop: defaultdict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Settled]]] = defaultdict(list)
    for waiting, outcome in zip(group, settled, strict=True):
        by_loop[waiting.loop].append((waiting.future, outcome))
    for loop, outcomes in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, outcomes)
        except RuntimeError:
            log.warning("%d units were settled after their loop was closed", len(outcomes))


def _resolve(outcomes: Sequence[tuple[asyncio.Future[Any], Settled]]) -> None:
    for future, outcome in outcomes:
        if future.done():
            continue
        match outcome.error:
            case None:
                future.set_result(outcome.result)
            case StopIteration() as error:  # a future refuses it
                future.set_exception(RuntimeError(f"the work raised {error!r}"))
            case error:
                future.set_exception(error)
