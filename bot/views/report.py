"""The report as its author reads it: in a few lines before it is sent, in full on pages, and the receipt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from bot.channels.base import ButtonStyle, Outgoing
from bot.i18n import moment_text
from bot.tap_kinds import ShowAnswers, ShowReport
from bot.views.answers import files_text, short_value
from bot.views.contact_menu import ANSWERS_ON_PAGE, change_buttons, entry_of, turns
from bot.views.facts import EvidenceSummary
from bot.views.pages import page_of
from bot.views.placeholders import bullets, case_of
from bot.views.scene import Scene, Screen, drawn
from scenarios.contact import AnswerState, Path, Phase, Report, ReportLine, Submit, Submitted
from scenarios.model import Stage, StepType
from scenarios.route import ANOTHER, Slot, route

MAX_MISSING = 5
"""Missing things named one by one; more are counted."""

EVIDENCE = (StepType.IMAGE, StepType.FILE, StepType.AUDIO)

RECEIPT_DIGITS = 12
"""Hexadecimal digits of the digest that stand on the receipt."""


def overview(scene: Scene, report: Report) -> Screen:
    """The whole report in a few lines, what is missing and why it matters."""
    _ = scene.texts
    again = scene.contact.phase is Phase.SUBMITTED
    returned = bool(scene.contact.returned)
    first = _("That is all. In short:")
    if again:
        first = _("That was all we asked for. In short:") if returned else _("Corrections that were not sent yet:")
    blocks = [f"{first}\n{bullets(_sections(scene, report))}", *_missing(scene, report), *_files(scene)]
    send = _("Send the corrections") if again and not returned else _("Send")
    change = () if returned else (scene.quiet(_("Change an answer"), ShowAnswers(0)),)
    rows = (
        (scene.button(send, Submit(), style=ButtonStyle.PRIMARY),),
        (scene.button(_("Read the answers"), ShowReport(0)),),
        (*change, scene.more()),
    )
    return Screen(tuple(blocks), rows, place=_("summary"))


def report_page(scene: Scene, number: int) -> Outgoing:
    """A page of every answer in the order of the script; while changes are possible, a number changes its answer."""
    _ = scene.texts
    slots = [
        slot
        for slot in route(scene.scenario, scene.contact).slots
        if slot.answer is not None and slot.section.stage is not Stage.GATE and slot.step.name != ANOTHER
    ]
    entries = [_under_section(scene, slots, at) for at in range(len(slots))] or [_("There are no answers yet.")]
    page = page_of(entries, number, most=ANSWERS_ON_PAGE)
    changeable = scene.contact.phase in {Phase.OPEN, Phase.SUBMITTED} and not scene.contact.returned
    numbers = change_buttons(scene, page, tuple(slot.path for slot in slots)) if changeable and slots else ()
    turning = tuple(
        scene.quiet(label, ShowReport(at)) for label, at in turns(page, newer=_("Previous"), older=_("Next"))
    )
    note = _("A number at the bottom changes that answer.") if numbers else ""
    rows = (*numbers, *((turning,) if turning else ()), (scene.back(),))
    place = f"{page.number + 1}/{page.total}" if page.total > 1 else ""
    return drawn(scene, Screen(tuple(text for _at, text in page.entries), rows, note=note, place=place))


def receipt(scene: Scene, sent: Submitted, *, locks_at: datetime | None, arriving: str) -> Screen:
    """Proof that it arrived: when, its number, and until when it can be corrected."""
    _ = scene.texts
    at = moment_text(sent.at, language=scene.language, zone=scene.zone)
    done = _("Corrections taken. Thank you!") if sent.again else _("Taken. Thank you!")
    lines = [_("Time: {time}", time=at), _("Receipt: {number}", number=short_digest(sent.digest))]
    blocks = [done, "\n".join(lines), arriving]
    if locks_at is not None:
        until = moment_text(locks_at, language=scene.language, zone=scene.zone, now=scene.now)
        blocks.append(_("Corrections are possible until {time}.", time=until))
    is_over = sent.again and locks_at is None
    change = () if is_over else (scene.quiet(_("Change an answer"), ShowAnswers(0)),)
    rows = ((scene.button(_("Read the answers"), ShowReport(0)),), (*change, scene.tasks()))
    return Screen(tuple(blocks), rows)


def short_digest(digest: str) -> str:
    """The beginning of a digest in groups of four, to be read aloud."""
    digits = digest[:RECEIPT_DIGITS].upper()
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _sections(scene: Scene, report: Report) -> list[str]:
    """A line for each section: how often yes and no, every other answer in a word or two."""
    by_section: dict[str, list[ReportLine]] = {}
    for line in report.lines:
        section = scene.scenario.sections_by_step[line.step.name]
        by_section.setdefault(section.label.in_language(scene.language), []).append(line)
    return [f"{label}: {_in_short(scene, lines)}" for label, lines in by_section.items()]


def _in_short(scene: Scene, lines: list[ReportLine]) -> str:
    """Yes, no, files and texts counted; every other answer in a word or two."""
    _ = scene.texts
    counted: Counter[str] = Counter()
    shown = []
    for line in lines:
        match line.answer.state, line.answer.value:
            case AnswerState.GIVEN, bool(said_yes) if line.step.type is StepType.YES_NO:
                counted["yes" if said_yes else "no"] += 1
            case AnswerState.GIVEN, tuple(items) if line.step.is_evidence:
                counted[line.step.type.value] += len(items)
            case AnswerState.GIVEN, str() if line.step.type is StepType.TEXT:
                counted["text"] += 1
            case AnswerState.GIVEN, _value:
                shown.append(_shown(scene, line))
            case state, _value:
                counted[state.value] += 1
    first = {"yes": _("yes"), "no": _("no")}
    last = {
        AnswerState.NOT_APPLICABLE.value: _("not applicable"),
        AnswerState.NOT_CHECKED.value: _("not checked"),
        AnswerState.SKIPPED.value: _("skipped"),
    }
    files = [files_text(kind, n, language=scene.language) for kind in EVIDENCE if (n := counted[kind.value])]
    if counted["text"]:
        files.append(_.many("{n} description", "{n} descriptions", counted["text"]))
    return ", ".join([*_times(first, counted), *shown, *files, *_times(last, counted)])


def _shown(scene: Scene, line: ReportLine) -> str:
    case = case_of(scene.contact, scene.scenario)
    return short_value(
        line.step,
        line.answer,
        scene.scenario,
        language=scene.language,
        zone=scene.zone,
        key_size=0 if case is None else len(case.key_on(scene.day)),
    )


def _times(words: Mapping[str, str], counted: Counter[str]) -> list[str]:
    return [f"{counted[kind]}× {word}" for kind, word in words.items() if counted[kind]]


def _missing(scene: Scene, report: Report) -> list[str]:
    """What is missing and why it matters; what is critical and worth a second look."""
    _ = scene.texts
    blocks = []
    unchecked = tuple(path for path in report.not_checked if path not in report.without_evidence)
    if unchecked:
        why = _("Not checked. That is all right, as long as there are few:")
        blocks.append(f"{why}\n{_named(scene, report, unchecked)}")
    if report.without_evidence:
        why = _("Without a photo or file, so it cannot be confirmed later:")
        blocks.append(f"{why}\n{_named(scene, report, report.without_evidence)}")
    if report.critical:
        why = _("These answers matter most. Was it really so?")
        blocks.append(f"{why}\n{_named(scene, report, report.critical)}")
    return blocks


def _named(scene: Scene, report: Report, paths: tuple[Path, ...]) -> str:
    steps = {line.path: line.step for line in report.lines}
    lines = [scene.mention(path, steps[path], limit=70) for path in paths[:MAX_MISSING] if path in steps]
    rest = len(paths) - MAX_MISSING
    if rest > 0:
        lines.append(scene.texts.many("and {n} more", "and {n} more", rest))
    return bullets(lines)


def _files(scene: Scene) -> list[str]:
    """Files that are not where they should be yet."""
    _ = scene.texts
    blocks = []
    aside = len(scene.contact.tray)
    if aside:
        blocks.append(
            _.many(
                "{n} thing put aside belongs to no question and stays out of the report. It can still be attached.",
                "{n} things put aside belong to no question and stay out of the report. They can still be attached.",
                aside,
            )
        )
    blocks.extend(_on_their_way(scene, scene.evidence))
    return blocks


def _on_their_way(scene: Scene, evidence: EvidenceSummary) -> list[str]:
    if not evidence.on_its_way:
        return []
    return [
        scene.texts.many(
            "{n} file is still on its way. It can be sent now; the file will join it.",
            "{n} files are still on their way. It can be sent now; the files will join it.",
            evidence.on_its_way,
        )
    ]


def _under_section(scene: Scene, slots: list[Slot], at: int) -> str:
    """An answered question, under the name of its section where a section begins."""
    slot = slots[at]
    entry = entry_of(scene, slot, at + 1)
    if at and slots[at - 1].section is slot.section and slots[at - 1].round == slot.round:
        return entry
    label = slot.section.label.in_language(scene.language)
    heading = label if slot.round is None else f"{label} {slot.round + 1}"
    return f"{heading.upper()}\n\n{entry}"
