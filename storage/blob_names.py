"""Which files of the evidence store a database names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import Column, ColumnElement, Connection, func, or_, select

from storage import queue, schema
from storage.copying import raw
from storage.evidence import Status
from storage.held import HELD

_HASH = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_STREAM = 1_000


def named(connection: Connection) -> set[str]:
    """The files that must be there: of evidence and of imported tables, unless they were erased."""
    evidence, imports = schema.evidence.c, schema.imports.c
    found: set[str] = set()
    settled = evidence.erased_at.is_(None) & (evidence.status != Status.RECEIVED.value)
    for column, where in (
        (evidence.sha256, settled),
        (evidence.copy_sha256, settled),
        (imports.sha256, imports.sha256.is_not(None)),
    ):
        found |= set(connection.execute(select(column).where(column.is_not(None), where).distinct()).scalars())
    return found


def mentioned(connection: Connection) -> set[str]:
    """Hashes in what refers to files by the way: chats, waiting jobs, files that were not fetched yet.

    Some of them may name no file, or one that was forgotten since.
    """
    return set(_mentioned(connection))


def _mentioned(connection: Connection) -> Iterator[str]:
    evidence, imports, messages, jobs = (raw(table) for table in _TABLES)
    for column, where in (
        (evidence.c.ref, evidence.c.sha256.is_(None) | (evidence.c.status == Status.RECEIVED.value)),
        (imports.c.ref, imports.c.sha256.is_(None)),
        (imports.c.found, imports.c.found.is_not(None)),
        (messages.c.body, or_(_holds(messages.c.body, "sha256"), _holds(messages.c.body, '"ref"'))),
        (jobs.c.payload, jobs.c.state.in_((*queue.OPEN, HELD)) & _holds(jobs.c.payload, "sha256")),
    ):
        query = select(column).where(where).execution_options(yield_per=_STREAM)
        for text in connection.execute(query).scalars():
            yield from _HASH.findall(text or "")


_TABLES = (schema.evidence, schema.imports, schema.messages, schema.jobs)


def _holds(column: Column[str], words: str) -> ColumnElement[bool]:
    return func.coalesce(column, "").contains(words)
