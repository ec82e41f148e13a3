"""Which of several workers does the jobs of which address: each sticks to one, so that its pace and order stay in one
place. It only saves trouble: order holds whoever takes a job, and one that is late may be taken by anybody.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import md5
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Integer, bindparam, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from storage.columns import Moment

LATE = timedelta(seconds=3)
"""After so long any worker takes a job, whoever should have done it."""

_HEX_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Share:
    """The part of the keys that falls to the worker at ``place`` (from 0) ``among`` so many."""

    place: int
    among: int

    def holds(self, lock_key: str | None) -> bool:
        """Whether jobs of this key fall to us; those without a key fall to everybody."""
        return lock_key is None or spread(lock_key) % self.among == self.place


def spread(key: str) -> int:
    """A number of 28 bits, the same here, in SQLite and in PostgreSQL."""
    return int(md5(key.encode(), usedforsecurity=False).hexdigest()[:_HEX_DIGITS], 16)


def teach(connection: sqlite3.Connection) -> None:
    """Let SQLite's statements call ``spread``."""
    connection.create_function("spread", 1, spread, deterministic=True)


def falls_to_us(lock_key: ColumnElement[Any], free_at: ColumnElement[Any]) -> ColumnElement[bool]:
    """The condition with the parameters of ``parameters``."""
    place, among = bindparam("place", type_=Integer), bindparam("among", type_=Integer)
    late: BindParameter[datetime] = bindparam("late", type_=Moment)
    return or_(lock_key.is_(None), _Spread(lock_key) % among == place, free_at <= late)


def parameters(share: Share, now: datetime) -> dict[str, object]:
    """What ``falls_to_us`` is executed with."""
    return {"place": share.place, "among": share.among, "late": now - LATE}


class _Spread(FunctionElement[int]):
    inherit_cache = True
    type = Integer()
    name = "spread"


@compiles(_Spread)
def _in_sqlite(element: _Spread, compiler: SQLCompiler, **named: object) -> str:
    return f"spread({compiler.process(element.clauses, **named)})"


@compiles(_Spread, "postgresql")
def _in_postgres(element: _Spread, compiler: SQLCompiler, **named: object) -> str:
    return f"('x' || substr(md5({compiler.process(element.clauses, **named)}), 1, {_HEX_DIGITS}))::bit(28)::integer"
