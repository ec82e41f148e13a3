"""Logs as lines of JSON or plain text, with ids of updates, contacts and jobs; never texts of people or secrets."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}

QUIET_LIBRARIES = ("aiogram", "aiohttp", "alembic", "PIL", "asyncio", "pypdf", "sqlalchemy")
"""Libraries whose debug lines could carry texts, tokens or addresses: from WARNING up only."""


class Lines(logging.Formatter):
    """One line a record: time, level, logger, message, then the record's own fields as ``key=value``."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        at = datetime.fromtimestamp(record.created, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        extra = "".join(
            f" {key}={json.dumps(value, ensure_ascii=False, default=str)}"
            for key, value in record.__dict__.items()
            if key not in STANDARD
        )
        line = f"{at} {record.levelname} {record.name} {record.getMessage()}{extra}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def set_up_logs(*, debug: bool = False, stream: TextIO | None = None) -> None:
    """Send every log to ``stream`` (standard error): our own from INFO up, from DEBUG up with ``debug``."""
    level = logging.DEBUG if debug else logging.INFO
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET_LIBRARIES:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
