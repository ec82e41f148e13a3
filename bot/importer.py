"""Files of tables that the office sends: fetched, understood, shown, and written once confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import PurePath

from bot.channels.base import Channel, FileUnavailable, Outgoing
from bot.endings import Done, Ending, Later
from bot.i18n import known_language
from bot.importing.columns import KINDS, Kind
from bot.importing.matching import Author, Known, Status, Verdict, judge
from bot.importing.summary import remarked_table, summary_to_json, summed
from bot.importing.tables import NoTable, ReadRow, Table, Unclear, read_table
from bot.jobs import Import, file_from_json, from_payload, put_send
from bot.reports import tables
from bot.reports.recipes import Cell, CsvTable, Sheet, Workbook
from bot.roles.office import taking
from bot.talk import Desk
from bot.views.office import importing as views
from storage import imports, journal, people
from storage.blobs import BlobCorrupt, BlobMissing, Blobs
from storage.database import Database, Unit
from storage.imports import ImportRow, ImportState
from storage.people import Role
from storage.queue import Job
from storage.sheets import Book, Form, RefusedSheet, read_book
from storage.unfit_sheets import SheetProblem

FETCH_SECONDS = 120.0
"""After which one download is given up, to be tried again."""
MAX_TRIES = 8
"""After so many failed tries (some eight minutes) the sender is told, who waits for the answer."""
MAX_BYTES = 20 * 1024 * 1024
ROWS_AT_ONCE = 200
"""Rows written in one unit: others wait no longer than a fraction of a second."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"


@dataclass(frozen=True, slots=True)
class _Understood:
    """A table, and what each of its rows would do."""

    table: Table
    verdicts: tuple[Verdict, ...]
    form: Form


class Importer:
    """The doer of ``import``: reads what was sent, or writes what was confirmed.

    Bytes are parsed outside this process, rows judged outside the event loop.
    """

    def __init__(
        self,
        database: Database,
        *,
        channels: Mapping[str, Channel],
        blobs: Blobs,
        clock: Callable[[], datetime],
        desk: Desk,
    ) -> None:
        self._database = database
        self._channels = channels
        self._blobs = blobs
        self._clock = clock
        self._desk = desk

    async def __call__(self, job: Job) -> Ending:
        """Do the job."""
        work = from_payload(job.kind, job.payload)
        assert isinstance(work, Import)  # noqa: S101 - the kind says so
        row = await self._database.read(lambda unit: imports.load(unit, work.import_id))
        if row is None or row.state not in {ImportState.SENT, ImportState.WRITING}:
            return Done()
        if job.attempts >= MAX_TRIES:
            return self._failing(row)
        return await (self._read(row) if row.state is ImportState.SENT else self._write(row))

    # Reading --------------------------------------------------------------------------------------------------------

    async def _read(self, row: ImportRow) -> Ending:
        try:
            data = await self._bytes(row)
        except FileUnavailable as error:
            return self._failing(row) if error.forever else Later(error.reason)
        except (TimeoutError, OSError, BlobMissing, BlobCorrupt) as error:
            return Later(f"{type(error).__name__}: {error}")
        if isinstance(data, RefusedSheet):
            return self._refusing(row, data.problem, data.details)
        book = await asyncio.to_thread(read_book, data)
        if isinstance(book, RefusedSheet):
            return self._refusing(row, book.problem, book.details)
        stored = await self._blobs.put(data)
        return await self._told(row, book, stored.sha256)

    async def _bytes(self, row: ImportRow) -> bytes | RefusedSheet:
        if row.sha256 is not None:
            return await self._blobs.get(row.sha256)
        channel = self._channels.get(row.channel)
        if channel is None:
            raise FileUnavailable(f"no channel {row.channel!r} here", forever=False)
        limit = min(MAX_BYTES, channel.capabilities.max_download)
        received = bytearray()
        async with asyncio.timeout(FETCH_SECONDS):
            pieces = channel.fetch(file_from_json(row.ref))
            try:
                async for piece in pieces:
                    received += piece
                    if len(received) > limit:
                        found = {"found": f"> {limit >> 20}", "limit": str(limit >> 20)}
                        return RefusedSheet(SheetProblem.TOO_LARGE, found)
            finally:
                if isinstance(pieces, AsyncGenerator):
                    await pieces.aclose()
        return bytes(received)

    async def _told(self, row: ImportRow, book: Book, sha256: str) -> Ending:
        """What was understood becomes the answer."""
        kind = None if row.kind is None else Kind(row.kind)
        table = await asyncio.to_thread(read_table, book, file_name=row.file_name, kind=kind)
        match table:
            case NoTable():
                say = partial(_no_header, row, table)
                return self._settling(row, ImportState.REFUSED, say, sha256=sha256, problem="no_table")
            case Unclear():
                kinds = {"kinds": [KINDS.index(one) for one in table.kinds]}
                say = partial(_which_kind, row, table)
                return self._settling(row, ImportState.UNCLEAR, say, sha256=sha256, found=kinds)
        is_coordinator = await self._database.read(lambda unit: _is_coordinator(unit, row))
        if table.kind is Kind.COORDINATORS and is_coordinator:
            say = partial(_not_yours, row)
            return self._settling(row, ImportState.REFUSED, say, sha256=sha256, problem="not_yours")
        understood = await self._understood(row, book, table)
        found = await self._found(row, understood, becomes_own=is_coordinator)
        say = partial(_preview, row, found)
        return self._settling(
            row, ImportState.READ, say, sha256=sha256, kind=table.kind.value, found=found, problem=None
        )

    async def _understood(self, row: ImportRow, book: Book, table: Table) -> _Understood:
        known, author = await self._database.read(
            lambda unit: (taking.known(unit, row.edition_id), taking.author_of(unit, row.person_id))
        )
        verdicts = await asyncio.to_thread(_judged, table, table.rows, known, author)
        return _Understood(table, tuple(verdicts), book.form)

    async def _found(self, row: ImportRow, understood: _Understood, *, becomes_own: bool) -> dict[str, object]:
        summary = summed(understood.table, understood.verdicts, becomes_own=becomes_own)
        found: dict[str, object] = {"summary": summary_to_json(summary)}
        if summary.all_problems:
            language = await self._database.read(lambda unit: _language(unit, self._desk, row))
            now = self._clock()
            made = await asyncio.to_thread(self._remarks, row, understood, language, now)
            stored = await self._blobs.put(made[0])
            found["remarks"] = {"sha256": stored.sha256, "media_type": made[1], "name": made[2]}
        return found

    def _remarks(self, row: ImportRow, understood: _Understood, language: str, now: datetime) -> tuple[bytes, str, str]:
        remarks = {
            verdict.row.number: views.remark_text(verdict.problems, language=language)
            for verdict in understood.verdicts
            if verdict.problems
        }
        header, rows = remarked_table(understood.table, remarks)
        cells = tuple(tuple(_plain(cell) for cell in each) for each in rows)
        name = f"{PurePath(row.file_name).stem[:60] or 'tabela'}-uwagi"
        if understood.form is Form.CSV:
            return tables.csv_bytes(CsvTable(name, header, cells), zone=self._desk.zone), CSV, f"{name}.csv"
        title = understood.table.header.sheet.name or "Tabela"
        book = Workbook(name, (Sheet(title, header, cells),))
        return tables.workbook_bytes(book, zone=self._desk.zone, made_at=now), XLSX, f"{name}.xlsx"

    def _refusing(self, row: ImportRow, problem: SheetProblem, details: Mapping[str, str]) -> Ending:
        def say(unit: Unit, desk: Desk) -> Outgoing:
            language = _language(unit, desk, row)
            return views.refused(problem, details, import_id=row.id, file_name=row.file_name, language=language)

        return self._settling(row, ImportState.REFUSED, say, problem=problem.value)

    def _settling(
        self, row: ImportRow, state: ImportState, say: Callable[[Unit, Desk], Outgoing], **values: object
    ) -> Ending:
        """Tell what was found out, unless the file was put away meanwhile."""

        def settle(unit: Unit, now: datetime) -> None:
            there = imports.load(unit, row.id, lock=True)
            if there is None or there.state is not ImportState.SENT:
                return
            settled_at = now if state is ImportState.REFUSED else None
            imports.change(unit, row.id, state=state, settled_at=settled_at, **values)
            details = {"kind": values.get("kind"), "problem": values.get("problem")}
            journal.write(
                unit, at=now, who=None, what=f"import.{state.value}", subject=f"import:{row.id}", details=details
            )
            _send(unit, row, say(unit, self._desk), now)

        return Done(settle)

    # Writing --------------------------------------------------------------------------------------------------------

    async def _write(self, row: ImportRow) -> Ending:
        """Write chunk by chunk; after a crash it goes on behind the last one that was committed."""
        if row.sha256 is None or row.kind is None:
            return self._failing(row)
        try:
            data = await self._blobs.get(row.sha256)
        except BlobMissing:
            return self._failing(row)
        except (BlobCorrupt, OSError) as error:
            return Later(f"{type(error).__name__}: {error}")
        book = await asyncio.to_thread(read_book, data)
        table = None if isinstance(book, RefusedSheet) else taking.read_again(book, row.kind)
        if table is None:
            return self._failing(row)
        known = await self._known(row)
        author = await self._database.read(lambda unit: taking.author_of(unit, row.person_id))
        for start in range(0, len(table.rows), ROWS_AT_ONCE):
            chunk = table.rows[start : start + ROWS_AT_ONCE]
            found = await self._write_chunk(row, table, chunk, known=known, author=author)
            if found is None:
                return Done()
            known = found
            done = min(start + len(chunk), len(table.rows))
            await self._database.run(partial(self._show_progress, row=row, done=done, total=len(table.rows)))
        return Done(lambda unit, now: self._finish(unit, row, now))

    async def _write_chunk(
        self, row: ImportRow, table: Table, rows: Sequence[ReadRow], *, known: Known, author: Author
    ) -> Known | None:
        """Judge some rows and write them, anew where others were faster; what is known then, or None to stop."""
        left = [one for one in rows if one.number > (row.found or {}).get("done", 0)]
        while True:
            verdicts = await asyncio.to_thread(_judged, table, left, known, author)
            judged = taking.Judged(table.kind, author, known.newest, known.profiles)
            step = partial(
                taking.write_rows,
                desk=self._desk,
                import_id=row.id,
                judged=judged,
                verdicts=verdicts,
                now=self._clock(),
            )
            match await self._database.run(step):
                case taking.Written.DONE:
                    since = partial(taking.added_since, edition_id=row.edition_id, newest=known.newest)
                    known.learn(*await self._database.read(since))
                    return known
                case taking.Written.STOPPED:
                    return None
            known = await self._known(row)

    async def _known(self, row: ImportRow) -> Known:
        return await self._database.read(lambda unit: taking.known(unit, row.edition_id))

    def _show_progress(self, unit: Unit, *, row: ImportRow, done: int, total: int) -> None:
        language = _language(unit, self._desk, row)
        if done < total:
            said = views.writing(row.id, done, total, file_name=row.file_name, language=language)
            _send(unit, row, said, self._clock())

    def _failing(self, row: ImportRow) -> Ending:
        """What cannot be had, now or ever: the sender is told and may send it again; rows written before stay."""

        def settle(unit: Unit, now: datetime) -> None:
            there = imports.load(unit, row.id, lock=True)
            if there is None or there.state is not row.state:
                return
            imports.change(unit, row.id, state=ImportState.REFUSED, problem="unavailable", settled_at=now)
            journal.write(
                unit,
                at=now,
                who=None,
                what="import.refused",
                subject=f"import:{row.id}",
                details=taking.counts_of(there),
            )
            language = _language(unit, self._desk, row)
            said = views.refused(
                SheetProblem.UNAVAILABLE, {}, import_id=row.id, file_name=row.file_name, language=language
            )
            _send(unit, row, said, now)

        return Done(settle)

    def _finish(self, unit: Unit, row: ImportRow, now: datetime) -> None:
        there = imports.load(unit, row.id, lock=True)
        if there is None or there.state is not ImportState.WRITING or there.kind is None:
            return
        counts = taking.counts_of(there)
        imports.change(unit, row.id, state=ImportState.WRITTEN, settled_at=now)
        journal.write(
            unit, at=now, who=row.person_id, what="import.written", subject=f"import:{row.id}", details=counts
        )
        said = views.written(
            row.id,
            Kind(there.kind),
            new=counts.get(Status.NEW, 0),
            changed=counts.get(Status.CHANGED, 0),
            same=counts.get(Status.SAME, 0),
            wrong=counts.get(Status.WRONG, 0),
            file_name=row.file_name,
            language=_language(unit, self._desk, row),
        )
        _send(unit, row, said, now)


def _judged(table: Table, rows: Sequence[ReadRow], known: Known, author: Author) -> list[Verdict]:
    return [judge(table, one, known, author) for one in rows]


def _plain(cell: object) -> Cell:
    """A cell for the file with remarks; moments as text, for they have no time zone."""
    if isinstance(cell, datetime):
        return f"{cell:%d.%m.%Y %H:%M}"
    return cell  # type: ignore[return-value] # the cells of storage.sheets but for moments


def _send(unit: Unit, row: ImportRow, outgoing: Outgoing, now: datetime) -> None:
    put_send(
        unit,
        outgoing,
        address_id=row.ref.get("address_id"),
        channel=row.channel,
        chat=row.ref["chat"],
        now=now,
    )


def _language(unit: Unit, desk: Desk, row: ImportRow) -> str:
    person = people.person(unit, row.person_id)
    return known_language((None if person is None else person.language) or desk.language)


def _is_coordinator(unit: Unit, row: ImportRow) -> bool:
    person = people.person(unit, row.person_id)
    return person is None or person.role is not Role.ORGANIZER


def _no_header(row: ImportRow, found: NoTable, unit: Unit, desk: Desk) -> Outgoing:
    language = _language(unit, desk, row)
    return views.no_header(found.kind, found.found, import_id=row.id, file_name=row.file_name, language=language)


def _which_kind(row: ImportRow, found: Unclear, unit: Unit, desk: Desk) -> Outgoing:
    language = _language(unit, desk, row)
    kinds: Sequence[Kind] = found.kinds
    if _is_coordinator(unit, row):
        kinds = [kind for kind in kinds if kind is not Kind.COORDINATORS]
    return views.which_kind(row.id, kinds, file_name=row.file_name, language=language)


def _not_yours(row: ImportRow, unit: Unit, desk: Desk) -> Outgoing:
    return views.not_yours_to_bring(row.id, file_name=row.file_name, language=_language(unit, desk, row))


def _preview(row: ImportRow, found: Mapping[str, object], unit: Unit, desk: Desk) -> Outgoing:
    return taking.preview_of(row.id, found, file_name=row.file_name, language=_language(unit, desk, row))
