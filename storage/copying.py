"""A database moved into another one, of either kind: every row with its id, in batches, resumable, then compared.

The source is not changed. What was copied is remembered in the target with each batch, in the same transaction; as
long as that table is there, no process starts on the target.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Engine, MetaData, Table, Text, func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine

from storage import engines, schema
from storage.alone import is_unfinished, occupied, reading_alone, require_alone
from storage.failures import CannotMove, Passing, StorageUnavailable, how_it_passes
from storage.migrate import UNFINISHED, migrate, newest, revision

BATCH = 1_000
"""Rows in one transaction."""
_STREAM = 1_000
_NOT_OURS = {UNFINISHED, "alembic_version"}
_DIGEST_SPACE = 2**256

Tell = Callable[[str, int, int], None]
"""Told after each batch: the table, its rows by now, and how many there are."""

_progress = Table(
    UNFINISHED,
    MetaData(),
    Column("what", Text, primary_key=True),
    Column("last", Text, nullable=False),
    Column("rows", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Content:
    """What a table holds: its rows, and a hash of them all that does not depend on their order."""

    rows: int
    digest: str


def move(source: str, target: str, *, tell: Tell) -> dict[str, Content]:
    """Copy everything into an empty database, or go on where that was broken off; returns what both hold, by table.

    Blocks. Raises ``BadUrl``, ``InUse``, ``StorageUnavailable``, and ``CannotMove`` saying what to do.
    """
    here, there = engines.parse_url(source), engines.parse_url(target)
    if here == there:
        raise CannotMove("the database cannot be moved onto itself")
    if engines.dialect_of(here) == "sqlite" and not Path(str(here.database)).exists():
        raise CannotMove(f"there is no database at {here.database}")
    with reading_alone(here) as reading:
        if revision(reading) != newest():
            raise CannotMove("the database is of another version than this program; run first: python -m bot migrate")
        require_alone(there)
        writing = engines.writing(there)
        try:
            _prepare(writing, target, came_from=_name_of(here.render_as_string(hide_password=True)))
            for table in schema.metadata.sorted_tables:
                if table.name in schema.DERIVED:
                    continue  # made there, as the others' rows come; compared with ours at the end
                _copy(reading, writing, raw(table), tell)
            with writing.begin() as connection:
                _set_next_ids(connection, next_ids(reading))
            return _finished(reading, writing)
        except DBAPIError as error:
            raise _told(error) from error
        finally:
            writing.dispose()


def contents(connection: Connection) -> dict[str, Content]:
    """What every table holds."""
    return {table.name: content(connection, raw(table)) for table in schema.metadata.sorted_tables}


def contents_as_they_lie(connection: Connection) -> dict[str, Content]:
    """What every table holds that is there, whatever version of the program made it; the same on one kind only."""
    looking = inspect(connection)
    found = {}
    for name in sorted(set(looking.get_table_names()) - _NOT_OURS):
        columns = [Column(column["name"], NullType()) for column in looking.get_columns(name)]
        found[name] = content(connection, Table(name, MetaData(), *columns))
    return found


def content(connection: Connection, table: Table) -> Content:
    """What one table holds, the same on both databases."""
    rows = total = 0
    found = connection.execution_options(yield_per=_STREAM).execute(select(table))
    for row in found:
        rows += 1
        total += int.from_bytes(hashlib.sha256(_canonical(row)).digest(), "big")
    return Content(rows, f"{total % _DIGEST_SPACE:064x}")


def raw(table: Table) -> Table:
    """The same table with its values as they lie in the database."""
    columns = (Column(column.name, _plain(column.type), primary_key=column.primary_key) for column in table.columns)
    return Table(table.name, MetaData(), *columns)


def next_ids(connection: Connection) -> dict[str, int]:
    """The highest id that each table ever gave, of rows that are gone too."""
    if connection.dialect.name == "sqlite":
        if not inspect(connection).has_table("sqlite_sequence"):
            return {}
        return {name: int(last) for name, last in connection.execute(text("SELECT name, seq FROM sqlite_sequence"))}
    last = {}
    for table in _numbered():
        sequence = _sequence(connection, table)
        found = connection.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()  # noqa: S608 - ours
        if found.is_called:
            last[table] = int(found.last_value)
    return last


def mark_unfinished(connection: Connection, why: str) -> None:
    """From now on no process starts on this database, until ``mark_finished``."""
    _progress.create(connection, checkfirst=True)
    if connection.execute(select(_progress.c.what).where(_progress.c.what == "")).first() is None:
        connection.execute(_progress.insert(), {"what": "", "last": why, "rows": 0})


def mark_finished(connection: Connection) -> None:
    """Processes may start on it."""
    _progress.drop(connection, checkfirst=True)


def _prepare(writing: Engine, url: str, *, came_from: str) -> None:
    with writing.connect() as connection:
        begun = is_unfinished(connection)
        if begun:
            whose = connection.execute(select(_progress.c.last).where(_progress.c.what == "")).scalar()
            if whose != came_from:
                raise CannotMove("another move or restore into this database was begun; finish that one, or empty it")
            return
        table = occupied(connection)
        if table is not None:
            raise CannotMove(f"the other database is not empty: its table {table} has rows; give an empty one")
    migrate(url)
    with writing.begin() as connection:
        mark_unfinished(connection, came_from)


def _copy(reading: Connection, writing: Engine, table: Table, tell: Tell) -> None:
    (key,) = table.primary_key
    last, rows = _how_far(writing, table.name)
    total = int(reading.execute(select(func.count()).select_from(table)).scalar_one())
    while True:
        query = select(table).order_by(key).limit(BATCH)
        found = reading.execute(query if last is None else query.where(key > last)).mappings().all()
        if not found:
            return
        last, rows = found[-1][key.name], rows + len(found)
        _write(writing, table, [dict(row) for row in found], last=last, rows=rows)
        tell(table.name, rows, total)


def _how_far(writing: Engine, name: str) -> tuple[Any, int]:
    query = select(_progress.c.last, _progress.c.rows).where(_progress.c.what == name)
    with writing.connect() as connection:
        found = connection.execute(query).one_or_none()
    return (None, 0) if found is None else (json.loads(found.last), int(found.rows))


def _write(writing: Engine, table: Table, found: Sequence[Mapping[str, Any]], *, last: object, rows: int) -> None:
    done = {"last": json.dumps(last), "rows": rows}
    try:
        with writing.begin() as connection:
            connection.execute(table.insert(), list(found))
            told = connection.execute(_progress.update().where(_progress.c.what == table.name).values(done))
            if told.rowcount == 0:
                connection.execute(_progress.insert(), {"what": table.name, **done})
    except DBAPIError as error:
        if how_it_passes(error) is Passing.LATER:
            raise
        kind = type(error.orig).__name__  # not its words: they may quote what people wrote
        raise CannotMove(f"{table.name}: the other database refuses rows up to {last!r} ({kind})") from error


def _finished(reading: Connection, writing: Engine) -> dict[str, Content]:
    ours = contents(reading)
    with writing.connect() as connection:
        theirs = contents(connection)
    differing = [name for name, held in ours.items() if theirs[name] != held]
    if differing:
        raise CannotMove(
            f"what arrived is not what was sent ({', '.join(differing)}): the database was changed since the move was "
            "begun; empty the other one, and move again"
        )
    with writing.begin() as connection:
        mark_finished(connection)
    return ours


def _set_next_ids(connection: Connection, last: Mapping[str, int]) -> None:
    for table in _numbered():
        if table not in last:
            continue
        if connection.dialect.name == "postgresql":
            connection.execute(
                text("SELECT setval(cast(:sequence AS regclass), :last)"),
                {"sequence": _sequence(connection, table), "last": last[table]},
            )
            continue
        named = {"table": table, "last": last[table]}
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), named)
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"), named)


def _numbered() -> Iterator[str]:
    """The tables that number their rows."""
    return (table.name for table in schema.metadata.sorted_tables if "id" in table.primary_key.columns)


def _sequence(connection: Connection, table: str) -> str:
    query = text("SELECT pg_get_serial_sequence(:table, 'id')")
    return str(connection.execute(query, {"table": table}).scalar_one())


def _plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind


def _canonical(row: Sequence[Any]) -> bytes:
    return json.dumps([_written(value) for value in row]).encode()


def _written(value: object) -> object:
    match value:
        case bytes() | memoryview():
            return {"bytes": bytes(value).hex()}
        case date():
            return {"date": value.isoformat()}
        case _:
            return value


def _name_of(address: str) -> str:
    """What a source is called in the target: where it is on its machine is nobody's business there."""
    return "moved from " + hashlib.sha256(address.encode()).hexdigest()[:16]


def _told(error: DBAPIError) -> Exception:
    return StorageUnavailable(str(error.orig)) if how_it_passes(error) is Passing.LATER else error
