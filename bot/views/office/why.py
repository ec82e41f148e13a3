"""A score opened in chat: a place of its tree with what is below it, a criterion with its answers, one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.channels.base import MAX_BODY, Attachment, Button, ButtonStyle, Outgoing
from bot.i18n import Translator, moment_text, texts
from bot.office_taps.directory import PlaceCard
from bot.office_taps.standing import Results
from bot.office_taps.why import OpenScore, Why, WhyFile, WhySummary, WhyTable
from bot.tap_kinds import ReadContact
from bot.views.answers import erased_text, files_text
from bot.views.common import mode_name
from bot.views.coordinator import home_rows
from bot.views.facts import EvidenceFact
from bot.views.office import why_words as words
from bot.views.office.why_answers import marking
from bot.views.office.why_words import AnswerFact, WhyFacts
from bot.views.pages import brief, page_of
from bot.views.rejections import file_problem_text
from bot.views.scene import MAX_LABEL, Rows, menu_button
from scenarios.model import StepType
from scoring.results import Result
from scoring.why import Spot

NODES_ON_PAGE = 5
"""Of the children of a node, each with a button of its own."""
ROOTS_ON_PAGE = 3
"""Of the whole, under which there are more buttons."""
CRITERIA_ON_PAGE = 8
ANSWERS_ON_PAGE = 3
SMALL_LABEL = 18
"""Characters of a label that leaves room for another beside it."""
TRAIL = 200
"""Characters of the trail."""
TRAIL_PART = 40
HEAD_ROOM = 300
"""Characters kept free for the head."""
MAX_ITEM = 700
"""Characters of a question or an answer here; all of it stands in the report."""

_FILE_TYPES = {"image": StepType.IMAGE, "audio": StepType.AUDIO}


@dataclass(frozen=True, slots=True)
class FileFact:
    """One file among those of an answer."""

    file: EvidenceFact
    number: int
    total: int
    answer: AnswerFact


def node(facts: WhyFacts, spot: Spot, page: int, *, language: str, lead: str = "") -> Outgoing:
    """A place of the tree: what it is worth, how that came about, what is below it."""
    _ = texts(language)
    below = facts.tree.below(spot)
    small = [_small_label(facts, each, language=language) for each in below]
    are_small = all(0 < len(label) <= SMALL_LABEL for label in small)
    most = ROOTS_ON_PAGE if spot.parent is None else CRITERIA_ON_PAGE if are_small else NODES_ON_PAGE
    lines = [words.child_line(facts, each, number=at, language=language) for at, each in enumerate(below, 1)]
    if spot.parent is None:
        lines += [words.unscored_line(facts, each, language=language) for each in facts.unscored]
    top = _joined(lead, trail(facts, spot, language=language), _top(_, facts, spot))
    found = page_of(lines, page, most=most, limit=MAX_BODY - len(top) - HEAD_ROOM)
    on_page = [at for at in dict.fromkeys(ordinal for ordinal, _text in found.entries) if at < len(below)]
    buttons = [
        menu_button(
            small[at] if are_small else _label(facts, below[at], at + 1, language=language),
            _to(facts, below[at].ordinal),
        )
        for at in on_page
    ]
    rows = tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)) if are_small else _single(buttons)
    turning = _turning(_, facts, spot, found.number, found.total)
    rest = "\n\n".join(text for _ordinal, text in found.entries)
    around = _whole_rows(_, facts) if spot.parent is None else _up_rows(_, facts, spot)
    return Outgoing(
        _joined(top, rest),
        head=_head(facts, found.number, found.total),
        buttons=(*rows, *turning, *around, *home_rows(language)),
    )


def criterion(
    facts: WhyFacts, spot: Spot, answers: Sequence[AnswerFact], page: int, *, language: str, zone: ZoneInfo
) -> Outgoing:
    """A criterion: its question, the answers it looked at, what they are worth, and the files behind them."""
    _ = texts(language)
    one = _result(spot)
    rule = facts.rubric.criteria.get(one.name)
    choices = next((each.choices for each in answers), {})
    said = [
        brief(words.title(facts, spot, language=language), limit=MAX_ITEM),
        _("Result: {result}", result=_full_outcome(_, facts, one)),
        "" if rule is None else brief(marking(rule, choices=choices, language=language), limit=MAX_ITEM),
        _("A critical item failed here.") if one.critical else "",
    ]
    top = _joined(trail(facts, spot, language=language), "\n".join(line for line in said if line))
    asked = words.criterion_words(facts, one, language=language)
    lines = [_answer(_, each, asked=asked, zone=zone) for each in answers] or [_("No report answered this.")]
    found = page_of(lines, page, most=ANSWERS_ON_PAGE, limit=MAX_BODY - len(top) - HEAD_ROOM)
    rows = [
        row
        for at in dict.fromkeys(ordinal for ordinal, _text in found.entries)
        if at < len(answers) and (row := _answer_buttons(_, facts, spot, at, answers[at]))
    ]
    turning = _turning(_, facts, spot, found.number, found.total)
    rest = "\n\n".join(text for _ordinal, text in found.entries)
    return Outgoing(
        _joined(top, rest),
        head=_head(facts, found.number, found.total),
        buttons=(*rows, *turning, *_up_rows(_, facts, spot), *home_rows(language)),
    )


def one_file(facts: WhyFacts, spot: Spot, read: int, shown: FileFact, *, language: str, zone: ZoneInfo) -> Outgoing:
    """One file behind an answer: the copy without metadata."""
    _ = texts(language)
    file, report = shown.file, shown.answer.report
    assert report is not None  # noqa: S101 - a file stands in a report
    lines = [brief(shown.answer.question, limit=MAX_ITEM), f"→ {brief(shown.answer.answer, limit=MAX_ITEM)}"]
    if file.note:
        lines.append(f"„{brief(file.note, limit=MAX_ITEM)}”")
    if file.is_erased:
        lines.append(erased_text(language=language))
    elif file.problem:
        lines.append(file_problem_text(file.problem, language=language))
    elif not file.verified:
        lines.append(_("still on its way"))
    if file.captured_at is not None:
        lines.append(_("Taken: {time}", time=moment_text(file.captured_at, language=language, zone=zone)))
    attachments: tuple[Attachment, ...] = ()
    if file.verified and file.copy_sha256 is not None and file.media_type is not None:
        attachments = (Attachment(file.copy_sha256, file.media_type, f"{report.contact}-{shown.number}"),)
    turning = tuple(
        menu_button(label, WhyFile(facts.participant, spot.ordinal, read, at - 1, facts.tree.check))
        for label, at in ((_("Previous"), shown.number - 1), (_("Next"), shown.number + 1))
        if 1 <= at <= shown.total
    )
    back = (
        menu_button(_("Back to the answer"), _to(facts, spot.ordinal)),
        menu_button(_("Report no. {n}", n=report.contact), ReadContact(report.contact, 0)),
    )
    rows = ((turning,) if turning else ()) + (back,)
    body = _joined(trail(facts, spot, language=language), "\n".join(lines))
    count = f"{shown.number}/{shown.total}"
    return Outgoing(
        body, head=f"{facts.place} · {count}", buttons=(*rows, *home_rows(language)), attachments=attachments
    )


def trail(facts: WhyFacts, spot: Spot, *, language: str) -> str:
    """Where we are: from the whole down; the middle of a long way is left out visibly."""
    names = [
        brief(words.short_title(facts, each, language=language), limit=TRAIL_PART) for each in facts.tree.trail(spot)
    ]
    while len(" › ".join(names)) > TRAIL and len(names) > 3:  # noqa: PLR2004 - beginning, gap, end
        middle = len(names) // 2
        names[middle - 1 : middle + 1] = ["…"]
    return "◦ " + " › ".join(names)


def none_yet(participant: int, place: str, *, language: str) -> Outgoing:
    """There is nothing to open."""
    _ = texts(language)
    said = _("There is no result yet: no report that counts has come, or the edition has no rubric.")
    return Outgoing(said, head=place, buttons=_elsewhere(_, participant) + home_rows(language))


def moved_on(*, language: str) -> str:
    """Said before the whole, where a button was drawn for numbers that hold no more."""
    _ = texts(language)
    return _("The numbers are new: something changed since that was shown. Here is the result as it is now.")


def comes(place: str, *, language: str) -> Outgoing:
    """A file is being made."""
    _ = texts(language)
    return Outgoing(_("The file is being made, it will be here in a moment."), head=place)


# Strokes ------------------------------------------------------------------------------------------------------------


def _top(_: Translator, facts: WhyFacts, spot: Spot) -> str:
    one = spot.result
    if one is None:
        lines = [_("What the result is made of:")]
    else:
        called = words.title(facts, spot, language=_.language)
        lines = [called] if len(called) > TRAIL_PART else []  # the trail says it otherwise
        lines.append(_("Result: {result}", result=_full_outcome(_, facts, one)))
        lines += words.explained(facts, one, language=_.language)
    return "\n".join(brief(line, limit=MAX_ITEM) for line in lines)


def _full_outcome(_: Translator, facts: WhyFacts, one: Result) -> str:
    said = words.outcome(facts, one, language=_.language)
    if one.value is None or one.take is not None or not one.possible:
        return said
    value = words.value_text(facts, one.value, language=_.language)
    return said if facts.rubric.scale == 1 else f"{said} ({value})"


def _answer(_: Translator, one: AnswerFact, *, asked: str, zone: ZoneInfo) -> str:
    lines = []
    if one.report is not None:
        number = _("Report no. {n}", n=one.report.contact)
        mode = mode_name(one.report.mode, language=_.language)
        letter = _("juror {letter}", letter=one.report.letter)
        lines.append(f"{number} · {mode} · {letter}")
        lines.append(words.when_text(one.report, language=_.language, zone=zone))
    if one.question != asked or one.round is not None:
        question = brief(one.question, limit=MAX_ITEM)
        lines.append(question if one.round is None else f"{question} ({one.round})")
    lines.append(f"→ {brief(one.answer, limit=MAX_ITEM)}")
    if one.decided:
        lines.append(_(words.DECIDED[one.decided]))
        lines.append(_("The juror's own answer: {answer}", answer=brief(one.own, limit=MAX_ITEM)))
    if one.report is not None and not one.report.may_open:
        lines.append(_("Somebody else looks after this report, so it cannot be opened here."))
    return "\n".join(lines)


def _answer_buttons(_: Translator, facts: WhyFacts, spot: Spot, at: int, one: AnswerFact) -> tuple[Button, ...]:
    if one.report is None or not one.report.may_open:
        return ()
    report = menu_button(_("Report no. {n}", n=one.report.contact), ReadContact(one.report.contact, 0))
    if not one.files:
        return (report,)
    kinds = {each.kind for each in one.files}
    kind = _FILE_TYPES.get(kinds.pop(), StepType.FILE) if len(kinds) == 1 else StepType.FILE
    label = "📎 " + files_text(kind, len(one.files), language=_.language)
    return (menu_button(label, WhyFile(facts.participant, spot.ordinal, at, 0, facts.tree.check)), report)


def _small_label(facts: WhyFacts, spot: Spot, *, language: str) -> str:
    """A criterion's name and points; empty for a node."""
    one = spot.result
    if one is None or one.take is not None:
        return ""
    if words.is_pointless(facts, one):
        return f"{one.name} · ⚠" if one.critical else one.name
    value = "–" if one.value is None else words.value_text(facts, one.value, language=language)
    if one.value is not None and one.possible:
        value = f"{words.shown(one.earned, language=language)}/{words.shown(one.possible, language=language)}"
    return f"{one.name} · {value}"


def _label(facts: WhyFacts, spot: Spot, number: int, *, language: str) -> str:
    value = "–"
    if spot.result is not None and spot.result.value is not None:
        value = words.value_text(facts, spot.result.value, language=language)
    called = words.label(facts, spot, language=language)
    return f"{number}. {brief(called, limit=MAX_LABEL - len(value) - len(str(number)) - 5)} · {value}"


def _to(facts: WhyFacts, ordinal: int, page: int = 0) -> Why:
    return Why(facts.participant, ordinal, page, facts.tree.check)


def _turning(_: Translator, facts: WhyFacts, spot: Spot, number: int, total: int) -> Rows:
    ways = ((_("Previous"), number - 1), (_("Next"), number + 1))
    row = tuple(
        menu_button(label, _to(facts, spot.ordinal, at), style=ButtonStyle.QUIET)
        for label, at in ways
        if 0 <= at < total
    )
    return (row,) if row else ()


def _up_rows(_: Translator, facts: WhyFacts, spot: Spot) -> Rows:
    if spot.parent is None:
        return _whole_rows(_, facts)
    whole = menu_button(_("The whole result"), _to(facts, 0), style=ButtonStyle.QUIET)
    if spot.parent == 0:
        return ((whole,),)
    above = facts.tree.at(spot.parent)
    called = "" if above is None else words.short_title(facts, above, language=_.language)
    up = menu_button("↑ " + brief(called, limit=SMALL_LABEL), _to(facts, spot.parent), style=ButtonStyle.QUIET)
    return ((up, whole),)


def _whole_rows(_: Translator, facts: WhyFacts) -> Rows:
    return (
        (menu_button(_("As a table"), WhyTable(facts.participant)), menu_button("PDF", WhySummary(facts.participant))),
        (menu_button(_("For computing again"), OpenScore(facts.participant)),),
        *_elsewhere(_, facts.participant),
    )


def _elsewhere(_: Translator, participant: int) -> Rows:
    return (
        (
            menu_button(_("Institution"), PlaceCard(participant), style=ButtonStyle.QUIET),
            menu_button(_("All results"), Results(0), style=ButtonStyle.QUIET),
        ),
    )


def _single(buttons: Sequence[Button]) -> Rows:
    return tuple((button,) for button in buttons)


def _head(facts: WhyFacts, number: int, total: int) -> str:
    return f"{facts.place} · {number + 1}/{total}" if total > 1 else facts.place


def _result(spot: Spot) -> Result:
    assert spot.result is not None  # noqa: S101 - a criterion has one
    return spot.result


def _joined(*blocks: str) -> str:
    return "\n\n".join(block for block in blocks if block)
