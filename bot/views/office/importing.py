"""What is said about a file that was sent: what it holds, every problem with a suggestion, what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.channels.base import Attachment, Button, ButtonStyle, Outgoing
from bot.i18n import N_, Translator, texts
from bot.importing.columns import COLUMNS, KEYS, KINDS, Kind
from bot.importing.columns import column as column_of
from bot.importing.problems import Problem, Trouble
from bot.importing.summary import Summary
from bot.importing.types import TYPES
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
from bot.views.contact_menu import turns
from bot.views.coordinator import home_rows
from bot.views.pages import page_of
from bot.views.scene import Rows, menu_button
from storage.imports import ImportState
from storage.unfit_sheets import SheetProblem

PROBLEMS_SHOWN = 3
"""Problems in the preview itself."""
PROBLEMS_ON_PAGE = 10

KIND_NAMES = {
    Kind.PARTICIPANTS: N_("participants (institutions)"),
    Kind.JURORS: N_("jurors"),
    Kind.COORDINATORS: N_("coordinators"),
}
_KIND_LABELS = {
    Kind.PARTICIPANTS: N_("Participants"),
    Kind.JURORS: N_("Jurors"),
    Kind.COORDINATORS: N_("Coordinators"),
}

_REFUSED = {
    SheetProblem.EMPTY: N_("The file is empty. Please fill in the table and send it again."),
    SheetProblem.TOO_LARGE: N_("The file has {found} MB; up to {limit} MB can be read. Please split it."),
    SheetProblem.WRONG_TYPE: N_("This is not a table ({found}). Please save it as XLSX, ODS or CSV and send it again."),
    SheetProblem.ENCRYPTED: N_("The file has a password. Please save it without one and send it again."),
    SheetProblem.MACROS: N_("The file holds macros (programs). Please save it as a plain XLSX and send it again."),
    SheetProblem.NESTED: N_("There are other files inside this one. Please copy the table alone into a new file."),
    SheetProblem.BOMB: N_("This file would swell beyond measure when opened. Please copy the table into a new file."),
    SheetProblem.CORRUPT: N_("The file is damaged. Please save it anew and send it again."),
    SheetProblem.ROWS: N_("The table has {found} rows; up to {limit} can be read. Please split it."),
    SheetProblem.COLUMNS: N_("The table has {found} columns; up to {limit} can be read. Are they all needed?"),
    SheetProblem.CELLS: N_("The file has {found} cells; up to {limit} can be read. Please split it."),
    SheetProblem.QUOTES: N_("From row {found} on a quotation mark is never closed. Please mend it and send it again."),
    SheetProblem.UNAVAILABLE: N_("The file could not be fetched. Please send it once more."),
}

_TROUBLES = {
    Trouble.MISSING: N_("nothing stands here, and it is needed, e.g. “{hint}”."),
    Trouble.FORMULA: N_("“{value}” is a formula. Please write the value itself."),
    Trouble.TOO_LONG: N_("the text is too long: up to {hint} characters fit."),
    Trouble.NOT_A_TYPE: N_("“{value}” is not a type we know, e.g. gmina."),
    Trouble.NOT_A_VOIVODSHIP: N_("“{value}” is not a voivodship, e.g. mazowieckie."),
    Trouble.OTHER_VOIVODSHIP: N_("“{value}” does not fit the postal code, which lies in “{hint}”."),
    Trouble.NOT_A_POSTCODE: N_("“{value}” is not a postal code; it looks like 09-100."),
    Trouble.UNKNOWN_POSTCODE: N_("“{value}” is not in the table of postal codes, so the distance is not known."),
    Trouble.NOT_A_NIP: N_("“{value}” is not a NIP: it has ten digits, and the last one checks the others."),
    Trouble.NOT_A_PHONE: N_("“{value}” is not a telephone number, e.g. 23 662 26 91."),
    Trouble.NOT_AN_EMAIL: N_("“{value}” is not an e-mail address, e.g. anna@example.org."),
    Trouble.NOT_A_SITE: N_("“{value}” is not a web address, e.g. www.example.org."),
    Trouble.NOT_YES_NO: N_("“{value}” is neither “yes” nor “no” nor a number of inhabitants."),
    Trouble.NOT_A_DATE: N_("“{value}” is not a date, e.g. 31.12.2026."),
    Trouble.NOT_A_NUMBER: N_("“{value}” is not a whole number in {hint}."),
    Trouble.NOT_A_MODE: N_("“{value}” is not a kind of contact: visit, phone, e-mail, social media, website."),
    Trouble.NOT_A_DAY: N_("“{value}” is not a day of the week, e.g. Mon–Fri."),
    Trouble.NOT_A_LANGUAGE: N_("“{value}” is not a language we know, e.g. Polish, Ukrainian."),
    Trouble.NOT_A_SCENARIO: N_("“{value}” is not a published scenario."),
    Trouble.UNKNOWN_COORDINATOR: N_("there is no coordinator “{value}”. Bring in the coordinators first."),
    Trouble.UNKNOWN_PARTICIPANT: N_("there is no participant “{value}”. Bring in the participants first."),
    Trouble.TWICE: N_("“{value}” stands in row {hint} already. Two different ones need different numbers."),
    Trouble.ANOTHERS: N_("another coordinator looks after this. The organizer can change it."),
    Trouble.OTHER_ROLE: N_("“{value}” belongs to somebody with another role."),
    Trouble.SAME_NAME: N_("“{value}” is in the edition without an e-mail; it is added to that person."),
    Trouble.HAS_LEFT: N_("this person takes no part any more, and that stays so."),
}
_HINT_INSIDE = frozenset(
    {Trouble.MISSING, Trouble.TOO_LONG, Trouble.OTHER_VOIVODSHIP, Trouble.NOT_A_NUMBER, Trouble.TWICE}
)
"""Problems whose sentence says the suggestion itself."""

_STATES = {
    ImportState.SENT: N_("The file is being read…"),
    ImportState.UNCLEAR: N_("What does this table list?"),
    ImportState.WRITING: N_("This is being written already."),
    ImportState.WRITTEN: N_("This has been written already."),
    ImportState.REFUSED: N_("This file could not be read. Send it anew when it is mended."),
    ImportState.DROPPED: N_("This file was put away. Send it again if it is needed after all."),
}


def board_of(import_id: int) -> str:
    """The name of the message that shows how far an import is."""
    return f"import:{import_id}"


def how_to(*, language: str, may_coordinators: bool) -> Outgoing:
    """How to bring in a file, and what it may hold."""
    _ = texts(language)
    lines = [
        _("Send a table here as a file, any time: XLSX, ODS, XLS or CSV, up to 20 MB."),
        _("Nothing is written before you have seen what was understood and agreed."),
        _("Sent again, it updates what is there. Empty cells and rows left out delete nothing."),
        _("Best in this order: coordinators, participants, jurors."),
    ]
    kinds = [kind for kind in KINDS if may_coordinators or kind is not Kind.COORDINATORS]
    rows = [
        (
            menu_button(_("Form: {what}", what=_(_KIND_LABELS[kind])), ImportTemplate(KINDS.index(kind))),
            menu_button(_("Columns"), ImportColumns(KINDS.index(kind)), style=ButtonStyle.QUIET),
        )
        for kind in kinds
    ]
    return Outgoing("\n\n".join(lines), head=_("Bring in a file"), buttons=(*rows, *home_rows(language)))


def columns(kind: Kind, *, language: str) -> Outgoing:
    """Which columns a table may have, and what else they may be called."""
    _ = texts(language)
    lines = []
    for one in COLUMNS[kind]:
        needed = " " + _("(needed)") if one.needed else ""
        others = ", ".join(one.names[:3])
        lines.append(f"• {one.title}{needed}: {one.example}" if one.example else f"• {one.title}{needed} ({others})")
    body = _("Any order, any other columns; these are understood, with an example:") + "\n" + "\n".join(lines)
    if kind is Kind.PARTICIPANTS:
        body += "\n\n" + _("Types: {names}", names=", ".join(names[0] for names in TYPES.values()))
    rows = (
        (menu_button(_("Form: {what}", what=_(_KIND_LABELS[kind])), ImportTemplate(KINDS.index(kind))),),
        (menu_button(_("Back"), ImportHelp(), style=ButtonStyle.QUIET),),
    )
    return Outgoing(body, head=_(_KIND_LABELS[kind]), buttons=rows)


def template_ready(kind: Kind, *, language: str) -> Outgoing:
    """The form that goes with it."""
    _ = texts(language)
    said = _("Fill in the first sheet and send the file here. The second sheet explains the columns.")
    return Outgoing(said, head=_(_KIND_LABELS[kind]), may_be_saved=True)


def reading(import_id: int, file_name: str, *, language: str) -> Outgoing:
    """The file has come and is being read."""
    _ = texts(language)
    return Outgoing(_(_STATES[ImportState.SENT]), head=file_name, board=board_of(import_id), silent=True)


def no_table_file(*, language: str) -> Outgoing:
    """A photo or a recording came where only tables are of use."""
    _ = texts(language)
    said = _("Here a table can be sent as a file: XLSX, ODS, XLS or CSV. A photo or a recording cannot be read.")
    rows = ((menu_button(_("Bring in a file"), ImportHelp()),), *home_rows(language))
    return Outgoing(said, buttons=rows)


def refused(
    problem: SheetProblem, details: Mapping[str, str], *, import_id: int | None, file_name: str, language: str
) -> Outgoing:
    """The file is not taken, and why."""
    _ = texts(language)
    found = details.get("found") or "?"
    said = _(_REFUSED[problem], found=found, limit=details.get("limit", "")).replace(" (?)", "")
    rows = ((menu_button(_("Which columns?"), ImportHelp()),), *home_rows(language))
    board = None if import_id is None else board_of(import_id)
    return Outgoing(said, head=file_name, board=board, buttons=rows)


def no_header(kind: Kind | None, found: Sequence[str], *, import_id: int, file_name: str, language: str) -> Outgoing:
    """No header was found, or the key column is missing."""
    _ = texts(language)
    if kind is None:
        said = _("No header was found: a row with names of columns such as “Nazwa”, “Typ”, “E-mail”.")
        offered = [_columns_button(_, one) for one in KINDS]
    else:
        keys = [column_of(kind, field) for field in KEYS[kind]]
        names = ", ".join(f"„{name}”" for key in keys for name in (key.title, *key.names[:2]))
        said = _(
            "This looks like a table of {kind}, but a column is missing: {names}.",
            kind=_(KIND_NAMES[kind]),
            names=names,
        )
        if found:
            said += "\n" + _("Understood: {names}.", names=", ".join(found))
        offered = [_columns_button(_, kind)]
    rows = (*((button,) for button in offered), *home_rows(language))
    return Outgoing(said, head=file_name, board=board_of(import_id), buttons=rows)


def which_kind(import_id: int, kinds: Sequence[Kind], *, file_name: str, language: str) -> Outgoing:
    """Several kinds of tables look like this."""
    _ = texts(language)
    rows = [(menu_button(_(_KIND_LABELS[kind]), ImportKind(import_id, KINDS.index(kind))),) for kind in kinds]
    rows.append((menu_button(_("Put it away"), ImportDrop(import_id), style=ButtonStyle.QUIET),))
    said = _(_STATES[ImportState.UNCLEAR])
    return Outgoing(said, head=file_name, board=board_of(import_id), buttons=tuple(rows))


def not_yours_to_bring(import_id: int, *, file_name: str, language: str) -> Outgoing:
    """A coordinator sent a table of coordinators."""
    _ = texts(language)
    said = _("This is a table of coordinators. Only an organizer can bring those in.")
    return Outgoing(said, head=file_name, board=board_of(import_id), buttons=home_rows(language))


def preview(
    import_id: int, summary: Summary, *, file_name: str, has_remarks: bool, language: str, board: bool = True
) -> Outgoing:
    """What was understood of a file; nothing is written yet."""
    _ = texts(language)
    blocks = [_counts(_, summary)]
    if summary.first:
        blocks.append(_("The first rows:") + "\n" + "\n".join(f"• {line}" for line in summary.first))
    if summary.problems:
        some = [f"• {problem_text(one, language=language)}" for one in summary.problems[:PROBLEMS_SHOWN]]
        if summary.all_problems > len(some):
            left = summary.all_problems - len(some)
            some.append(_.many("… and {n} more remark.", "… and {n} more remarks.", left))
        blocks.append("\n".join(some))
    blocks += _asides(_, summary)
    ending = _("Nothing is written yet.")
    if not summary.to_write:
        ending = (
            _("There is nothing to write: everything is there already.") if summary.same else _("Nothing fits yet.")
        )
    blocks.append(ending)
    page = page_of(["\n\n".join(blocks)], 0, most=1)
    rows = _preview_rows(_, import_id, summary, has_remarks=has_remarks)
    return Outgoing(page.entries[0][1], head=file_name, board=board_of(import_id) if board else None, buttons=rows)


def problem_text(problem: Problem, *, language: str) -> str:
    """One problem: row, column, what is wrong, and what could be meant."""
    _ = texts(language)
    where = _("row {row}, column {column}:", row=problem.row, column=problem.column)
    return f"{where} {_sentence(_, problem)}"


def remark_text(problems: Sequence[Problem], *, language: str) -> str:
    """What stands beside a row in the file with remarks."""
    _ = texts(language)
    return " ".join(f"{one.column}: {_sentence(_, one)}" for one in problems)


def problems_page(import_id: int, summary: Summary, number: int, *, file_name: str, language: str) -> Outgoing:
    """A page of a file's problems."""
    _ = texts(language)
    entries = [problem_text(one, language=language) for one in summary.problems] or [_("Nothing is wrong.")]
    page = page_of(entries, number, most=PROBLEMS_ON_PAGE)
    body = "\n\n".join(text for _ordinal, text in page.entries)
    if not page.has_next and summary.all_problems > len(summary.problems):
        left = summary.all_problems - len(summary.problems)
        body += "\n\n" + _.many(
            "{n} more remark stands in the file with remarks.", "{n} more remarks stand in the file with remarks.", left
        )
    turning = tuple(
        menu_button(label, ImportProblems(import_id, at), style=ButtonStyle.QUIET)
        for label, at in turns(page, newer=_("Previous"), older=_("Next"))
    )
    rows: list[tuple[Button, ...]] = [turning] if turning else []
    rows.append((menu_button(_("File with remarks"), ImportRemarks(import_id)),))
    rows.append((menu_button(_("Back"), ImportPreview(import_id), style=ButtonStyle.QUIET),))
    count = f" · {page.number + 1}/{page.total}" if page.total > 1 else ""
    return Outgoing(body, head=file_name + count, buttons=tuple(rows))


def remarks_file(import_id: int, file: Attachment, *, language: str) -> Outgoing:
    """The same rows with a column of remarks."""
    _ = texts(language)
    said = _("Mend the rows with remarks and send this file back: the others stay as they are.")
    rows = ((menu_button(_("Back"), ImportPreview(import_id), style=ButtonStyle.QUIET),),)
    return Outgoing(said, attachments=(file,), may_be_saved=True, buttons=rows)


def writing(import_id: int, done: int, total: int, *, file_name: str, language: str) -> Outgoing:
    """How far the writing is."""
    _ = texts(language)
    said = _("Writing: {done} of {total} rows.", done=done, total=total)
    return Outgoing(said, head=file_name, board=board_of(import_id), progress=(done, total), silent=True)


def written(
    import_id: int, kind: Kind, *, new: int, changed: int, same: int, wrong: int, file_name: str, language: str
) -> Outgoing:
    """All is written; what was left out."""
    _ = texts(language)
    lines = [_("Written: {kind}.", kind=_(KIND_NAMES[kind]))]
    lines.append(_("new: {new}, changed: {changed}, as before: {same}", new=new, changed=changed, same=same))
    rows: list[tuple[Button, ...]] = []
    if wrong:
        lines.append(
            _.many("{n} row was left out because of errors.", "{n} rows were left out because of errors.", wrong)
        )
        rows.append((menu_button(_("File with remarks"), ImportRemarks(import_id)),))
    lines.append(_("What the file does not mention stays as it was."))
    return Outgoing("\n".join(lines), head=file_name, board=board_of(import_id), buttons=(*rows, *home_rows(language)))


def dropped(import_id: int, *, file_name: str, language: str) -> Outgoing:
    """Put away, nothing written."""
    _ = texts(language)
    said = _("Put away. Nothing was written.")
    return Outgoing(said, head=file_name, board=board_of(import_id), buttons=home_rows(language))


def stands(state: ImportState, *, file_name: str, language: str) -> Outgoing:
    """How far an import is, told where a button came too early or too late."""
    _ = texts(language)
    return Outgoing(_(_STATES[state]), head=file_name, buttons=home_rows(language))


def _sentence(_: Translator, problem: Problem) -> str:
    said = _(_TROUBLES[problem.trouble], value=problem.value, hint=problem.suggestion)
    if problem.suggestion and problem.trouble not in _HINT_INSIDE:
        said += " " + _("Did you mean “{hint}”?", hint=problem.suggestion)
    return said


def _counts(_: Translator, summary: Summary) -> str:
    parts = [
        _("new: {n}", n=summary.new),
        _("changed: {n}", n=summary.changed),
        _("as before: {n}", n=summary.same),
    ]
    if summary.wrong:
        parts.append(_("with errors: {n}", n=summary.wrong))
    if summary.remarked:
        parts.append(_("taken with a remark: {n}", n=summary.remarked))
    total = summary.new + summary.changed + summary.same + summary.wrong
    what = _.many("{n} row: {kind}", "{n} rows: {kind}", total, kind=_(KIND_NAMES[summary.kind]))
    return f"{what}\n" + "\n".join(f"• {part}" for part in parts)


def _asides(_: Translator, summary: Summary) -> list[str]:
    """What was passed over, and what a coordinator's rows become."""
    said = []
    if summary.missing:
        said.append(_("Missing columns, needed for new rows: {names}.", names=", ".join(summary.missing)))
    if summary.unknown:
        said.append(_("Columns passed over: {names}.", names=", ".join(summary.unknown)))
    if summary.others:
        names = ", ".join(summary.others)
        said.append(_("Read: sheet “{sheet}”. Passed over: {names}.", sheet=summary.sheet, names=names))
    if summary.becomes_own and summary.new:
        said.append(_("New rows without a coordinator will be yours."))
    return said


def _preview_rows(_: Translator, import_id: int, summary: Summary, *, has_remarks: bool) -> Rows:
    rows: list[tuple[Button, ...]] = []
    if summary.to_write:
        label = _.many("Write {n} row", "Write {n} rows", summary.to_write)
        rows.append((menu_button(label, ImportWrite(import_id), style=ButtonStyle.PRIMARY),))
    if summary.problems:
        label = _("Remarks ({n})", n=summary.all_problems)
        about = [menu_button(label, ImportProblems(import_id, 0))]
        if has_remarks:
            about.append(menu_button(_("File with remarks"), ImportRemarks(import_id)))
        rows.append(tuple(about))
    rows.append((menu_button(_("Put it away"), ImportDrop(import_id), style=ButtonStyle.QUIET),))
    return (*rows, *home_rows(_.language))


def _columns_button(_: Translator, kind: Kind) -> Button:
    return menu_button(_("Columns: {what}", what=_(_KIND_LABELS[kind])), ImportColumns(KINDS.index(kind)))


def yes_or_no(language: str, *, is_yes: bool) -> str:
    """A cell that says yes or no."""
    _ = texts(language)
    return _("yes") if is_yes else _("no")


def template_name(kind: Kind, *, language: str) -> str:
    """The name of a form's file and sheet."""
    return texts(language)(_KIND_LABELS[kind])


def columns_title(language: str) -> str:
    """The name of the sheet that explains the columns."""
    return texts(language)(N_("Columns"))


def columns_header(language: str) -> tuple[str, ...]:
    """Its header; named so that the sheet is never taken for a table to read."""
    _ = texts(language)
    return (_("what it is called"), _("needed"), _("for example"), _("understood too"))
