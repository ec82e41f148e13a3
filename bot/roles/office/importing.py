"""Bringing in tables: a file is taken, shown, asked about, and written only then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.channels.base import FileKind, SentFile
from bot.i18n import known_language
from bot.importing.columns import COLUMNS, KINDS, Kind
from bot.importing.types import TYPES
from bot.jobs import file_to_json, put_import
from bot.office_taps.importing import (
    ImportColumns,
    ImportDrop,
    ImportHelp,
    ImportKind,
    ImportPreview,
    ImportProblems,
    ImportRemarks,
    ImportTemplate,
    ImportWrite,
)
from bot.refusals import Refusal, RefusalCode
from bot.reports.recipes import Recipe, Sheet, Workbook
from bot.roles.office import taking
from bot.roles.office.subject import Subject
from bot.talk import Desk, Talk
from bot.tap_kinds import OfficeTap
from bot.views import common
from bot.views.office import importing as views
from storage import imports
from storage.database import Unit
from storage.imports import ImportRow, ImportState
from storage.people import Person, Role
from storage.sheets import MAX_BYTES
from storage.unfit_sheets import SheetProblem

LONGEST_NAME = 120
"""Characters of a file's name that are shown."""
TEMPLATE = "importing.template"


def takes_file(talk: Talk, content: SentFile) -> None:
    """A file has come: keep it in mind and have it read. Nothing is written yet."""
    file = content.file
    if file.kind is not FileKind.DOCUMENT:
        talk.say(views.no_table_file(language=talk.language))
        return
    name = " ".join((file.name or "tabela").split())[:LONGEST_NAME]
    if file.size is not None and file.size > MAX_BYTES:
        details = {"found": str(file.size >> 20), "limit": str(MAX_BYTES >> 20)}
        talk.say(views.refused(SheetProblem.TOO_LARGE, details, import_id=None, file_name=name, language=talk.language))
        return
    import_id = imports.add(
        talk.unit,
        edition_id=talk.person.edition_id,
        person_id=talk.person.id,
        channel=talk.address.channel,
        ref={**file_to_json(file), "chat": talk.address.chat, "address_id": talk.address.id},
        file_name=name,
        now=talk.now,
    )
    talk.note("import.sent", f"import:{import_id}", size=file.size)
    put_import(talk.unit, import_id, now=talk.now)
    talk.say(views.reading(import_id, name, language=talk.language))


def _help(talk: Talk, tap: ImportHelp) -> None:
    del tap
    talk.say(views.how_to(language=talk.language, may_coordinators=talk.person.role is Role.ORGANIZER))


def _columns(talk: Talk, tap: ImportColumns) -> None:
    talk.say(views.columns(KINDS[tap.kind % len(KINDS)], language=talk.language))


def _template(talk: Talk, tap: ImportTemplate) -> None:
    talk.produce(TEMPLATE, kind=tap.kind % len(KINDS))


def _kind(talk: Talk, tap: ImportKind) -> None:
    row = _own(talk, tap.number, ImportState.UNCLEAR)
    if row is None:
        return
    kind = KINDS[tap.kind % len(KINDS)]
    if kind is Kind.COORDINATORS and talk.person.role is not Role.ORGANIZER:
        talk.say(common.refused(Refusal(RefusalCode.NOT_FOR_YOUR_ROLE), language=talk.language))
        return
    imports.change(talk.unit, row.id, state=ImportState.SENT, kind=kind.value)
    talk.note("import.kind", f"import:{row.id}", kind=kind.value)
    put_import(talk.unit, row.id, now=talk.now)
    talk.say(views.reading(row.id, row.file_name, language=talk.language))


def _preview(talk: Talk, tap: ImportPreview) -> None:
    row = _own(talk, tap.number, ImportState.READ)
    if row is not None:
        talk.say(
            taking.preview_of(row.id, row.found or {}, file_name=row.file_name, language=talk.language, board=False)
        )


def _problems(talk: Talk, tap: ImportProblems) -> None:
    row = _own(talk, tap.number, ImportState.READ, ImportState.WRITTEN)
    if row is not None:
        summary = taking.summary_of(row.found or {})
        talk.say(views.problems_page(row.id, summary, tap.page, file_name=row.file_name, language=talk.language))


def _remarks(talk: Talk, tap: ImportRemarks) -> None:
    row = _own(talk, tap.number, ImportState.READ, ImportState.WRITING, ImportState.WRITTEN)
    if row is None:
        return
    file = taking.remarks_of(row.found or {})
    if file is None:
        talk.say(views.stands(row.state, file_name=row.file_name, language=talk.language))
        return
    talk.note("import.remarks", f"import:{row.id}")
    talk.say(views.remarks_file(row.id, file, language=talk.language))


def _write(talk: Talk, tap: ImportWrite) -> None:
    row = _own(talk, tap.number, ImportState.READ)
    if row is None:
        return
    summary = taking.summary_of(row.found or {})
    imports.change(talk.unit, row.id, state=ImportState.WRITING)
    talk.note("import.confirmed", f"import:{row.id}", new=summary.new, changed=summary.changed, wrong=summary.wrong)
    put_import(talk.unit, row.id, now=talk.now)
    total = summary.new + summary.changed + summary.same + summary.wrong
    talk.say(views.writing(row.id, 0, total, file_name=row.file_name, language=talk.language))


def _drop(talk: Talk, tap: ImportDrop) -> None:
    row = _own(talk, tap.number, ImportState.READ, ImportState.UNCLEAR, ImportState.SENT)
    if row is None:
        return
    imports.change(talk.unit, row.id, state=ImportState.DROPPED, settled_at=talk.now)
    talk.note("import.dropped", f"import:{row.id}")
    talk.say(views.dropped(row.id, file_name=row.file_name, language=talk.language))


def _own(talk: Talk, import_id: int, *states: ImportState) -> ImportRow | None:
    """The person's own import in one of these states; otherwise they are told how it stands."""
    row = imports.load(talk.unit, import_id, lock=True)
    if row is None or row.person_id != talk.person.id or row.edition_id != talk.person.edition_id:
        talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))
        return None
    if row.state not in states:
        talk.say(views.stands(row.state, file_name=row.file_name, language=talk.language))
        return None
    return row


def _form(unit: Unit, desk: Desk, person: Person, about: Mapping[str, Any], now: datetime) -> Recipe:
    """A table to fill in, with a second sheet that explains its columns."""
    del unit, now
    language = known_language(person.language or desk.language)
    kind = KINDS[about["kind"]]
    message = views.template_ready(kind, language=language)
    titles = tuple(column.title for column in COLUMNS[kind])
    explained = tuple(
        (column.title, views.yes_or_no(language, is_yes=column.needed), column.example, ", ".join(column.names))
        for column in COLUMNS[kind]
    )
    types = tuple((names[0], "", "", ", ".join(names[1:])) for names in TYPES.values())
    more = types if kind is Kind.PARTICIPANTS else ()
    name = views.template_name(kind, language=language)
    sheets = (
        Sheet(name, titles, ()),
        Sheet(views.columns_title(language), views.columns_header(language), (*explained, *more)),
    )
    return Recipe(message, (Workbook(name, sheets),))


_TAPS: Mapping[type[OfficeTap], Any] = {
    ImportHelp: _help,
    ImportColumns: _columns,
    ImportTemplate: _template,
    ImportKind: _kind,
    ImportPreview: _preview,
    ImportProblems: _problems,
    ImportRemarks: _remarks,
    ImportWrite: _write,
    ImportDrop: _drop,
}

SUBJECT = Subject(taps=_TAPS, takes_file=takes_file, recipes={TEMPLATE: _form})
