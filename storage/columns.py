"""Column types that mean the same on SQLite and PostgreSQL: keys, moments, JSON and words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import orjson
from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_PLAIN = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
_LONG_NUMBER = re.compile("[0-9]{19}", re.ASCII)
"""Perhaps beyond 64 bits."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What PostgreSQL's text (NUL) or UTF-8 (half a surrogate pair) cannot hold."""

KEY = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only where the key is INTEGER."""


def milliseconds_of(moment: datetime) -> int:
    """A moment as it is kept. Raises ``ValueError`` for one without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs its time zone: {moment!r}")
    return (moment - _EPOCH) // _MILLISECOND


def moment_of(milliseconds: int) -> datetime:
    """A moment that was kept, in UTC."""
    return _EPOCH + milliseconds * _MILLISECOND


def json_text(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """A JSON value as it is kept: text that both databases take, whatever a messenger may have sent."""
    try:
        text = orjson.dumps(value, option=_PLAIN).decode()
        if "null" in text:
            json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):  # half a surrogate pair, a number beyond 64 bits, or one that is none
        return json.dumps(value, separators=(",", ":"))
    return text


def json_value(text: str) -> Any:  # noqa: ANN401 - any JSON value
    """A JSON value that was kept."""
    if _LONG_NUMBER.search(text):
        return json.loads(text)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:  # what only Python's own writes and reads: half a surrogate pair, NaN
        return json.loads(text)


class _Plain(TypeDecorator[T]):
    """A type whose values become the driver's in one step: what every row is read and written by."""

    @staticmethod
    def kept(value: Any) -> Any:  # noqa: ANN401 - the driver's value
        """What is kept of a value."""
        raise NotImplementedError

    found: Callable[[Any], Any] | None = None
    """The value that was kept; None: it is the driver's own."""

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:  # noqa: ARG002 - SQLAlchemy's signature
        """Without what SQLAlchemy asks of its own types in between: plain numbers and texts are the driver's."""
        return self.kept

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:  # noqa: ARG002 - as above
        """Likewise."""
        return self.found


class Moment(_Plain[datetime]):
    """An aware moment, kept as whole milliseconds since 1970 UTC (microseconds are dropped), given back in UTC."""

    impl = BigInteger
    cache_ok = True

    @staticmethod
    def kept(value: datetime | None) -> int | None:
        """Milliseconds. Raises ``ValueError`` for a moment without a time zone."""
        return None if value is None else milliseconds_of(value)

    @staticmethod
    def found(value: int | None) -> datetime | None:
        """An aware datetime in UTC."""
        return None if value is None else moment_of(value)


class Words(_Plain[str]):
    """Text from people and programs. NUL and halves of surrogate pairs, which no database keeps, become U+FFFD."""

    impl = Text
    cache_ok = True

    @staticmethod
    def kept(value: str | None) -> str | None:
        """Text that both databases take."""
        return None if value is None else _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)


class Json(_Plain[Any]):
    """A JSON value kept as text, so that anything a messenger may send (NUL included) survives on both databases."""

    impl = Text
    cache_ok = True

    @staticmethod
    def kept(value: Any | None) -> str | None:  # noqa: ANN401 - any JSON value
        """JSON text; ``None`` is SQL's NULL."""
        return None if value is None else json_text(value)

    @staticmethod
    def found(value: str | None) -> Any | None:  # noqa: ANN401 - as above
        """The value."""
        return None if value is None else json_value(value)
