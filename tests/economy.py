"""What thousands of tests in one process need once or not at all: tables made, statements compiled, disks waited for.

Nothing here changes what a test sees: programs in processes of their own run as they are.
"""

from __future__ import annotations

import gc
import signal
import sqlite3
import tempfile
import threading
from functools import cache
from pathlib import Path
from types import FrameType

from sqlalchemy import URL, Engine, create_engine, event

from storage import engines
from storage.migrate import migrate

COMPILED_STATEMENTS = 5_000
"""How many statements are kept compiled; more than a program needs, for tests ask their own as well."""

_open_to_write = engines._open_to_write
_connected: dict[tuple[str, object], Engine] = {}
"""The first engine of each kind that got a connection, by which its dialect knows the server."""


def begin() -> None:
    """From now on databases of this process share what they compiled, and SQLite does not wait for the disk."""
    replaced = vars(engines)
    replaced["create_engine"] = _sharing
    replaced["_open_to_write"] = _unsynced


def durable() -> None:
    """SQLite waits for the disk again, as it does wherever the program runs."""
    vars(engines)["_open_to_write"] = _open_to_write


def migrated_sqlite(file: Path) -> str:
    """The address of an SQLite database that is made there, with all tables and without rows."""
    file.write_bytes(_migrated())
    return f"sqlite:///{file}"


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "migrated.db"
        migrate(f"sqlite:///{file}")
        return file.read_bytes()


def keep_what_was_collected() -> None:
    """The garbage collector need not look again and again at what lives as long as the run."""
    gc.collect()
    gc.freeze()


def take_interrupts() -> None:
    """Have Ctrl-C do what it did before, by a handler of ours.

    Where Python's own is there each event loop puts another in its place, twice a run, and Python 3.11 writes the whole
    task out as text while doing so: an eighth of all the work of a test with a long conversation.
    """
    is_main = threading.current_thread() is threading.main_thread()
    if is_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupted)


def _interrupted(number: int, frame: FrameType | None) -> None:
    signal.default_int_handler(number, frame)


def _sharing(url: URL, **settings: object) -> Engine:
    """An engine that finds compiled whatever others of its kind have compiled before."""
    engine = create_engine(url, query_cache_size=COMPILED_STATEMENTS, **settings)
    kind = (url.drivername, settings.get("isolation_level"))
    first = _connected.get(kind)
    if first is None:
        event.listen(engine, "connect", lambda *_: _connected.setdefault(kind, engine))
    else:
        engine.dialect = first.dialect  # what is compiled is kept by dialect
        engine._compiled_cache = first._compiled_cache
    return engine


def _unsynced(connection: sqlite3.Connection, record: object) -> None:
    """The tests kill programs, never the machine: what the system has taken is as good as on disk."""
    _open_to_write(connection, record)
    connection.execute("PRAGMA synchronous = OFF").close()
