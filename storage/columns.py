"""Column types that mean the same on SQLite and PostgreSQL: keys, moments, JSON and words."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What PostgreSQL's text (NUL) or UTF-8 (half a surrogate pair) cannot hold."""

KEY = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only where the key is INTEGER."""


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as whole milliseconds since 1970 UTC (microseconds are dropped), given back in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Milliseconds. Raises ``ValueError`` for a moment without a time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs its time zone: {value!r}")
        return (value - _EPOCH) // _MILLISECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002, ANN401 - SQLAlchemy's signature
        """An aware datetime in UTC."""
        return None if value is None else _EPOCH + value * _MILLISECOND


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
        if value is None:
            return None
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return json.dumps(value, separators=(",", ":")) if _UNSTORABLE.search(text) else text

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any | None:  # noqa: ARG002, ANN401 - SQLAlchemy's signature
        """The value."""
        return None if value is None else json.loads(value)
