"""The one place that asks what time it is; everything else is told."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(tz=UTC)  # noqa: TID251 - this is the clock
