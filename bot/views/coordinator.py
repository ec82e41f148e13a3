"""What a coordinator is told and reads: notes on tasks, sent contacts, a contact with its answers and evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.channels.base import Attachment, Button, ButtonStyle, Outgoing
from bot.i18n import N_, Translator, day_text, moment_text, texts
from bot.tap_kinds import OfficeMenu, ReadContact, ReadEvidence, SentList, Status
from bot.views.answers import answered, erased_text, files_text
from bot.views.common import mode_name
from bot.views.contact_menu import turns
from bot.views.facts import EvidenceFact
from bot.views.juror_tasks import DECLINE_TEXTS
from bot.views.pages import brief, page_of
from bot.views.placeholders import fill
from bot.views.rejections import file_problem_text
from bot.views.report import short_digest
from bot.views.scene import MAX_LABEL, Rows, menu_button
from scenarios.contact import Contact, Path, Phase, Report, ReportLine
from scenarios.engine.files import NOTE
from scenarios.model import Mode, Scenario, StepType
from storage.status import SubmittedContact

LINES_ON_PAGE = 8
FILES_ON_PAGE = 6
CONTACTS_ON_PAGE = 8


@dataclass(frozen=True, slots=True)
class Then:
    """What comes of a planned contact after somebody could not make it: who is asked next, or why nobody is."""

    slot: int
    asked_next: str | None
    """The name of the juror who is asked now; None: nobody could be found."""
    because: str = ""
    """Why nobody: ``nobody_left`` or ``no_time``."""


class News(StrEnum):
    """What a coordinator is told about a task."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    SUBMITTED = "submitted"
    CORRECTED = "corrected"
    RETURNED = "returned"
    VOID = "void"
    EXPIRED = "expired"
    UNREACHABLE = "unreachable"
    REACHABLE = "reachable"


_NEWS = {
    News.ACCEPTED: N_("Taken: {person}."),
    News.DECLINED: N_("Declined: {person}. Somebody else is needed."),
    News.SUBMITTED: N_("The report has come."),
    News.CORRECTED: N_("Corrections to the report have come."),
    News.RETURNED: N_("Returned: {person}. Nobody is to blame. Somebody else is needed."),
    News.VOID: N_("This contact does not count, nobody is to blame. Another person is needed, on another day."),
    News.EXPIRED: N_("The time is over and nothing was sent. It was with: {person}."),
    News.UNREACHABLE: N_("No longer to be reached in the chat: {person}."),
    News.REACHABLE: N_("To be reached in the chat again: {person}."),
}

_CHAINED = {
    News.DECLINED: N_("Declined: {person}."),
    News.RETURNED: N_("Returned: {person}. Nobody is to blame."),
    News.VOID: N_("This contact does not count, nobody is to blame. It will be made by somebody else, on another day."),
    News.EXPIRED: N_("No answer in time: {person}."),
}
"""The same where the plan knows who is asked next."""

ENDINGS = {
    "withdrawn": N_("taken back by the coordinator"),
    "left": N_("no longer takes part"),
    "not_needed": N_("not needed any more"),
    "recognised": N_("recognised"),
    "expired": N_("no answer in time"),
}
"""Why an offer or a task ended without its juror's doing, by code."""

_KINDS = {
    "image": StepType.IMAGE,
    "audio": StepType.AUDIO,
    "file": StepType.FILE,
}


def news(
    what: News,
    *,
    place: str,
    mode: Mode,
    person: str,
    language: str,
    reason: str | None = None,
    contact_id: int | None = None,
    receipt: str | None = None,
    then: Then | None = None,
) -> Outgoing:
    """A note about a task. ``reason`` is a code of ``DECLINE_REASONS``, an exit's label, or the person's own words."""
    _ = texts(language)
    lines = [_(_NEWS[what] if then is None else _CHAINED.get(what, _NEWS[what]), person=person)]
    if reason:
        known = DECLINE_TEXTS.get(reason) or ENDINGS.get(reason)
        lines.append(_("Reason: {reason}", reason=reason if known is None else _(known)))
    if receipt:
        lines.append(_("Receipt: {number}", number=short_digest(receipt)))
    rows: Rows = () if contact_id is None else ((menu_button(_("Read"), ReadContact(contact_id, 0)),),)
    if then is not None:
        from bot.office_taps.chain import Chain

        lines.append(_asked_next(_, then))
        rows = (*rows, (menu_button(_("Who was asked"), Chain(then.slot)),))
    return Outgoing("\n".join(lines), head=_head(place, mode, language), buttons=rows)


def _asked_next(_: Translator, then: Then) -> str:
    if then.asked_next is not None:
        return _("Asked now: {person}.", person=then.asked_next)
    if then.because == "no_time":
        return _("Nobody is asked: there is too little time left. Please move its dates.")
    return _("Nobody else can be asked. Please choose somebody by hand.")


def home(*, language: str) -> Outgoing:
    """Everything the office can do."""
    # each subject is loaded with its first button: jurors, of whom this file speaks too, never see one
    from bot.office_taps.broadcasting import Broadcasts
    from bot.office_taps.comparing import Disagreements
    from bot.office_taps.directory import Participants, People
    from bot.office_taps.edition import EditionCard
    from bot.office_taps.importing import ImportHelp
    from bot.office_taps.inviting import Invitations
    from bot.office_taps.licence import Licences
    from bot.office_taps.planning import PlanHome
    from bot.office_taps.queries import Queries
    from bot.office_taps.reviewing import ReviewQueue
    from bot.office_taps.standing import Results

    _ = texts(language)
    rows = (
        (menu_button(_("How it stands"), Status()), menu_button(_("To review"), ReviewQueue(0))),
        (menu_button(_("Plan"), PlanHome()), menu_button(_("Broadcasts"), Broadcasts(0))),
        (menu_button(_("Participants"), Participants(0)), menu_button(_("People"), People(0))),
        (menu_button(_("Bring in a file"), ImportHelp()), menu_button(_("Invitations"), Invitations(0))),
        (menu_button(_("Queries"), Queries(0)), menu_button(_("Disagreements"), Disagreements(0))),
        (menu_button(_("Results"), Results(0)), menu_button(_("Licences"), Licences(0))),
        (menu_button(_("Sent reports"), SentList(0)), menu_button(_("Edition"), EditionCard())),
    )
    note = _("A question can simply be typed, such as “who is late?” or “show Płońsk”.")
    return Outgoing(_("What would you like to see?"), note=note, buttons=rows)


def home_rows(language: str) -> Rows:
    """Under whatever the office reads: how the edition stands, and everything else."""
    _ = texts(language)
    return ((menu_button(_("How it stands"), Status()), menu_button(_("Menu"), OfficeMenu())),)


def sent_list(
    facts: Sequence[SubmittedContact], number: int, *, language: str, zone: ZoneInfo, now: datetime
) -> Outgoing:
    """A page of the reports that were sent, the newest first; ``facts`` are all of them."""
    _ = texts(language)
    if not facts:
        return Outgoing(_("No report has been sent yet."), head=_("Sent reports"), buttons=home_rows(language))
    page = page_of([_sent_line(_, fact, zone=zone, now=now) for fact in facts], number, most=CONTACTS_ON_PAGE)
    rows: list[tuple[Button, ...]] = [
        (menu_button(_sent_label(_, facts[ordinal]), ReadContact(facts[ordinal].contact_id, 0)),)
        for ordinal in dict.fromkeys(ordinal for ordinal, _text in page.entries)
    ]
    turning = tuple(
        menu_button(label, SentList(at), style=ButtonStyle.QUIET)
        for label, at in turns(page, newer=_("Newer"), older=_("Older"))
    )
    if turning:
        rows.append(turning)
    body = "\n".join(text for _ordinal, text in page.entries)
    return Outgoing(body, head=_("Sent reports"), buttons=(*rows, *home_rows(language)))


def contact_page(
    report: Report,
    contact: Contact,
    scenario: Scenario,
    number: int,
    *,
    place: str,
    mode: Mode,
    language: str,
    zone: ZoneInfo,
    evidence: Sequence[EvidenceFact] = (),
    erased_at: datetime | None = None,
) -> Outgoing:
    """A page of a contact's answers by section, critical ones marked; what is critical or missing comes first.

    ``erased_at``: when its words were erased.
    """
    _ = texts(language)
    lines = [
        _report_line(_, line, contact, scenario, zone=zone, evidence=evidence, first=_begins(report, scenario, at))
        for at, line in enumerate(report.lines)
    ]
    entries = [_summary(_, report, contact, scenario, zone=zone), *lines]
    page = page_of(entries, number, most=LINES_ON_PAGE)
    turning = tuple(
        menu_button(label, ReadContact(contact.id, at), style=ButtonStyle.QUIET)
        for label, at in turns(page, newer=_("Previous"), older=_("Next"))
    )
    rows: list[tuple[Button, ...]] = [turning] if turning else []
    if evidence:
        label = _("Evidence ({n})", n=len(evidence))
        rows.append((menu_button(label, ReadEvidence(contact.id, 0)),))
    if contact.phase in {Phase.SUBMITTED, Phase.LOCKED}:
        rows.append((_review_button(_, contact),))
    rows.append((menu_button(_("Sent reports"), SentList(0), style=ButtonStyle.QUIET),))
    count = f" · {page.number + 1}/{page.total}" if page.total > 1 else ""
    body = "\n\n".join(text for _ordinal, text in page.entries)
    note = "" if erased_at is None else _("Its words were erased on {day}.", day=_day(_, erased_at, zone))
    return Outgoing(body, head=_head(place, mode, language) + count, note=note, buttons=tuple(rows))


def evidence_page(
    facts: Sequence[EvidenceFact],
    contact: Contact,
    scenario: Scenario,
    number: int,
    *,
    place: str,
    mode: Mode,
    language: str,
    zone: ZoneInfo,
) -> Outgoing:
    """A page of the files of a contact: the copies without metadata, each with what is known about it."""
    _ = texts(language)
    entries = [
        f"{ordinal}. {_evidence_line(_, fact, contact, scenario, zone=zone)}" for ordinal, fact in enumerate(facts, 1)
    ]
    page = page_of(entries or [_("There are no files.")], number, most=FILES_ON_PAGE)
    shown = [facts[ordinal] for ordinal in dict.fromkeys(at for at, _text in page.entries) if ordinal < len(facts)]
    attachments = tuple(
        Attachment(fact.copy_sha256, fact.media_type, f"{contact.id}-{facts.index(fact) + 1}")
        for fact in shown
        if fact.verified and fact.copy_sha256 is not None and fact.media_type is not None
    )
    turning = tuple(
        menu_button(label, ReadEvidence(contact.id, at), style=ButtonStyle.QUIET)
        for label, at in turns(page, newer=_("Previous"), older=_("Next"))
    )
    rows: list[tuple[Button, ...]] = [turning] if turning else []
    back = [menu_button(_("Answers"), ReadContact(contact.id, 0))]
    if contact.phase in {Phase.SUBMITTED, Phase.LOCKED}:
        back.append(_review_button(_, contact))
    rows.append(tuple(back))
    body = "\n\n".join(text for _ordinal, text in page.entries)
    return Outgoing(body, head=_head(place, mode, language), buttons=tuple(rows), attachments=attachments)


def _review_button(_: Translator, contact: Contact) -> Button:
    from bot.office_taps.reviewing import ReviewCard

    return menu_button(_("Review"), ReviewCard(contact.id))


def _day(_: Translator, at: datetime, zone: ZoneInfo) -> str:
    return day_text(at.astimezone(zone).date(), language=_.language)


def _head(place: str, mode: Mode, language: str) -> str:
    return f"{place} · {mode_name(mode, language=language)}"


def _sent_line(_: Translator, fact: SubmittedContact, *, zone: ZoneInfo, now: datetime) -> str:
    at = moment_text(fact.submitted_at, language=_.language, zone=zone, now=now)
    line = f"• {fact.participant} – {mode_name(fact.mode, language=_.language)}: {at}"
    if fact.evidence_waiting:
        line += ", " + _.many("{n} file is on its way", "{n} files are on their way", fact.evidence_waiting)
    return line


def _sent_label(_: Translator, fact: SubmittedContact) -> str:
    mode = mode_name(fact.mode, language=_.language)
    return f"{brief(fact.participant, limit=MAX_LABEL - len(mode) - 3)} – {mode}"


def _begins(report: Report, scenario: Scenario, at: int) -> bool:
    """Whether a section, or another round of it, begins at this line."""
    if at == 0:
        return True
    here, before = report.lines[at], report.lines[at - 1]
    same = scenario.sections_by_step[here.step.name] is scenario.sections_by_step[before.step.name]
    return not same or here.path.rpartition(".")[0] != before.path.rpartition(".")[0]


def _report_line(
    _: Translator,
    line: ReportLine,
    contact: Contact,
    scenario: Scenario,
    *,
    zone: ZoneInfo,
    evidence: Sequence[EvidenceFact],
    first: bool,
) -> str:
    language = _.language
    label = fill(
        line.step.label, contact, scenario, language=language, day=contact.begun_at.date(), zone=zone, path=line.path
    )
    item = f"{line.step.item}. " if line.step.item else ""
    said = answered(line.step, line.answer, scenario, language=language, zone=zone)
    mark = " ← " + _("critical") if line.critical else ""
    text = f"{item}{label}\n→ {said}{mark}"
    lost = [fact for fact in evidence if fact.path == line.path and not fact.verified]
    if lost:
        text += "\n" + _.many("{n} file is not saved yet", "{n} files are not saved yet", len(lost))
    if not first:
        return text
    section = scenario.sections_by_step[line.step.name]
    heading = section.label.in_language(language).upper()
    number = line.path.partition("[")[2].partition("]")[0]
    return f"{heading} {int(number) + 1}\n\n{text}" if number else f"{heading}\n\n{text}"


def _summary(_: Translator, report: Report, contact: Contact, scenario: Scenario, *, zone: ZoneInfo) -> str:
    lines = []
    if contact.submitted_at is not None:
        lines.append(_("Sent: {time}", time=moment_text(contact.submitted_at, language=_.language, zone=zone)))
    if contact.phase is Phase.SUBMITTED:
        lines.append(_("Corrections are still possible."))
    taken = None if contact.exit is None else scenario.exit(contact.exit)
    if taken is not None:
        lines.append(_("Ended by: {exit}", exit=taken.label.in_language(_.language)))
    lines.append(_("Answers: {n}", n=len(report.lines)))
    if report.critical:
        lines.append(_("Critical: {items}", items=_items(report, report.critical)))
    if report.not_checked:
        lines.append(_("Not checked: {items}", items=_items(report, report.not_checked)))
    if report.without_evidence:
        lines.append(_("Without evidence: {items}", items=_items(report, report.without_evidence)))
    return "\n".join(lines)


def _items(report: Report, paths: Sequence[Path]) -> str:
    """Questions by their numbers in the questionnaire."""
    steps = {line.path: line.step for line in report.lines}
    return ", ".join(steps[path].item or steps[path].name for path in paths if path in steps)


def _evidence_line(_: Translator, fact: EvidenceFact, contact: Contact, scenario: Scenario, *, zone: ZoneInfo) -> str:
    language = _.language
    kind = _("note") if fact.kind == NOTE else files_text(_KINDS.get(fact.kind, StepType.FILE), 1, language=language)
    lines = [f"{kind} – {_belongs(_, fact, contact, scenario, zone=zone)}"]
    if fact.note:
        lines.append(f"„{fact.note}”")
    if fact.is_erased:
        when = "" if fact.erased_at is None else f" ({_day(_, fact.erased_at, zone)})"
        lines.append(erased_text(language=language) + when)
    elif fact.problem:
        lines.append(file_problem_text(fact.problem, language=language))
    elif not fact.verified and fact.kind != NOTE:
        lines.append(_("still on its way"))
    if fact.captured_at is not None:
        lines.append(_("Taken: {time}", time=moment_text(fact.captured_at, language=language, zone=zone)))
    if fact.latitude is not None and fact.longitude is not None:
        lines.append(_("Place: {place}", place=f"{fact.latitude:.5f}, {fact.longitude:.5f}"))
    return "\n".join(lines)


def _belongs(_: Translator, fact: EvidenceFact, contact: Contact, scenario: Scenario, *, zone: ZoneInfo) -> str:
    """The question a file answers, in words."""
    step = None if fact.path is None else scenario.steps_by_name.get(fact.path.rpartition(".")[2])
    if step is None:
        return _("put aside, belongs to no question")
    label = fill(step.label, contact, scenario, language=_.language, day=contact.begun_at.date(), zone=zone)
    return f"{step.item} {label}" if step.item else label
