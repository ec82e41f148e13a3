"""Logs as lines of text or JSON, with ids of updates, contacts and jobs; never texts of people or secrets."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}

QUIET_LIBRARIES = (
    *("aiogram", "telegram", "httpx", "httpcore", "aiohttp", "alembic", "PIL", "asyncio", "pypdf", "sqlalchemy"),
    *("openai", "httpx2", "httpcore2"),
)
"""Libraries whose debug lines could carry texts, tokens or addresses: from WARNING up only."""


_ABOUT: ContextVar[Mapping[str, object]] = ContextVar("about", default={})  # noqa: B039 - never changed, replaced


@contextmanager
def about(**ids: object) -> Iterator[None]:
    """Every line logged within carries these ids: of an update, a job, a contact; never what somebody said."""
    before = _ABOUT.set({**_ABOUT.get(), **ids})
    try:
        yield
    finally:
        _ABOUT.reset(before)


class Lines(logging.Formatter):
    """One line a record: time, level, logger, message, then the record's own fields as ``key=value``."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        extra = "".join(
            f" {key}={json.dumps(value, ensure_ascii=False, default=str)}" for key, value in _fields(record).items()
        )
        line = f"{_at(record)} {record.levelname} {record.name} {record.getMessage()}{extra}"
        error = record.exc_info[1] if record.exc_info else None
        return line if error is None else "\n".join([line, *_told(error)])


class JsonLines(logging.Formatter):
    """One JSON object a record, in one line: ``at``, ``level``, ``logger``, ``message``, its fields, ``error``."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line of JSON."""
        said: dict[str, object] = {"at": _at(record), "level": record.levelname, "logger": record.name}
        said |= {"message": record.getMessage(), **_fields(record)}
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            said["error"] = list(_told(error))
        return json.dumps(said, ensure_ascii=False, default=str)


def _at(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _fields(record: logging.LogRecord) -> dict[str, object]:
    """What the line is about, and the record's own fields, which hold where both say something."""
    own = {key: value for key, value in record.__dict__.items() if key not in STANDARD}
    return {**_ABOUT.get(), **own}


def _told(error: BaseException) -> Iterator[str]:
    """What went wrong and where. What an error says may quote people: only the system's own errors are quoted.

    The whole of it is kept in the database, with the update that was parked or the job that failed.
    """
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _told(cause)
        yield "… and then:"
    yield from _frames(error.__traceback__)
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    yield f"{kind}: {error}" if isinstance(error, OSError) else kind
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _told(one)


def _frames(trace: TracebackType | None) -> Iterator[str]:
    for frame in traceback.extract_tb(trace):
        yield f"  {frame.filename}:{frame.lineno} {frame.name}: {frame.line}"


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


def tune_logs(*, level: str, as_json: bool) -> None:
    """Log from another level on, as JSON or as text; what was asked for at the command line (debug) holds."""
    root = logging.getLogger()
    if root.level != logging.DEBUG:
        root.setLevel(level.upper())
        for name in QUIET_LIBRARIES:
            logging.getLogger(name).setLevel(max(root.level, logging.WARNING))
    for handler in root.handlers:
        if isinstance(handler.formatter, Lines | JsonLines):
            handler.setFormatter(JsonLines() if as_json else Lines())
