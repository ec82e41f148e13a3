"""Column types that mean the same on SQLite and PostgreSQL: keys, moments, JSON and words."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

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


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as whole milliseconds since 1970 UTC (microseconds are dropped), given back in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Milliseconds. Raises ``ValueError`` for a moment without a time zone."""
        return None if value is None else milliseconds_of(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002, ANN401 - SQLAlchemy's signature
        """An aware datetime in UTC."""
        return None if value is None else moment_of(value)


class Words(TypeDecorator[str]):
    """Text from people and programs. NUL and halves of surrogate pairs, which no database keeps, become U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Text that both databases take."""
        return None if value is None else _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)


class Json(TypeDecorator[Any]):
    """A JSON value kept as text, so that anything a messenger may send (NUL included) survives on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:  # noqa: ARG002, ANN401 - SQLAlchemy's signature
        """JSON text; ``None`` is SQL's NULL."""
        return None if value is None else json_text(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any | None:  # noqa: ARG002, ANN401 - SQLAlchemy's signature
        """The value."""
        return None if value is None else json_value(value)
