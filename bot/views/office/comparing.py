"""Two jurors who differ, as the office sees it: the list, both answers side by side, what is decided, agreement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, InputHint, Outgoing
from bot.i18n import N_, Translator, day_text, moment_text, texts
from bot.office_taps.comparing import (
    SIDES,
    Agreement,
    AgreementTable,
    DisagreementBecause,
    DisagreementCard,
    DisagreementPart,
    DisagreementPick,
    DisagreementReopen,
    Disagreements,
    DisagreementTable,
)
from bot.tap_kinds import OfficeTap, ReadContact, ReadEvidence
from bot.views.common import mode_name
from bot.views.coordinator import home_rows
from bot.views.pages import brief, page_of
from bot.views.scene import MAX_LABEL, Rows, menu_button
from scenarios.model import Mode
from storage.disagreements import DisagreementLine, DisagreementState, How, Which

ON_PAGE = 6
ITEMS_ON_PAGE = 8
PARTS = tuple(Which)
MAX_SIDE = 1200
"""Characters of what one juror said beside an answer; all of it stands in the report."""

PART_NAMES: Mapping[Which, str] = {
    Which.TO_DECIDE: N_("To be decided"),
    Which.WAITING: N_("With the jurors"),
    Which.SETTLED: N_("Settled"),
}
STATE_NAMES: Mapping[DisagreementState, str] = {
    DisagreementState.FOUND: N_("both jurors will be asked again"),
    DisagreementState.ASKED: N_("both jurors look at it once more"),
    DisagreementState.TO_DECIDE: N_("to be decided"),
    DisagreementState.THIRD: N_("a third juror makes the contact"),
    DisagreementState.SETTLED: N_("settled"),
}
HOW_NAMES: Mapping[How, str] = {
    How.AGREED: N_("asked again, the jurors agree"),
    How.GONE: N_("there is only one answer left"),
    How.VOID: N_("one of the contacts does not count"),
    How.THIRD: N_("the third juror decided it"),
    How.FIRST: N_("answer A holds"),
    How.SECOND: N_("answer B holds"),
    How.BOTH: N_("both answers stand"),
}
REASONS: tuple[tuple[str, str], ...] = (
    ("evidence", N_("The evidence shows it")),
    ("described", N_("Better described")),
    ("circumstances", N_("It was different each time")),
)
"""Why something was decided: a code, and its button."""
LETTERS = ("A", "B", "C")


@dataclass(frozen=True, slots=True)
class SideFact:
    """One juror's answer. ``before``: as it was when the two were first compared, where it is another now."""

    contact_id: int
    answer: str
    before: str = ""
    told: tuple[str, ...] = ()
    """What else the juror said about the same item."""
    files: int = 0
    is_readable: bool = True
    day: datetime | None = None


@dataclass(frozen=True, slots=True)
class DisagreementFact:
    """One item of two contacts, perhaps of three. Jurors are letters."""

    id: int
    place: str
    mode: Mode
    question: str
    state: DisagreementState
    sides: tuple[SideFact, ...]
    how: How | None = None
    value: str = ""
    why: str = ""
    settled_at: datetime | None = None
    settled_by: str = ""
    answer_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class ItemFact:
    """How far jurors agree on an item."""

    scenario: str
    item: str
    label: str
    agreed: int
    total: int

    @property
    def percent(self) -> int:
        """Of a hundred comparisons, so many agree; rounded down, so that 100 means all."""
        return 100 * self.agreed // self.total


def listed(
    lines: Sequence[DisagreementLine],
    counts: Mapping[Which, int],
    which: Which,
    number: int,
    *,
    language: str,
    zone: ZoneInfo,
    now: datetime,
) -> Outgoing:
    """A page of a part of the list: ``lines`` are those of the page, ``counts`` those of every part."""
    _ = texts(language)
    total, part = counts[which], PARTS.index(which)
    pages = max(1, -(-total // ON_PAGE))
    first = number * ON_PAGE
    entries = [_line(_, first + at, line, zone=zone, now=now) for at, line in enumerate(lines, 1)]
    opening = [
        menu_button(brief(f"{first + at}. {line.item} {line.participant}", limit=MAX_LABEL), DisagreementCard(line.id))
        for at, line in enumerate(lines, 1)
    ]
    rows = [*_pairs(opening), *_turning(_, number, pages, lambda at: DisagreementPart(part, at))]
    others = [
        menu_button(f"{_(PART_NAMES[each])} ({counts[each]})", DisagreementPart(PARTS.index(each), 0))
        for each in PARTS
        if each is not which
    ]
    table = (_quiet(_("As a table"), DisagreementTable(part)),) if total else ()
    rows += [tuple(others), (_quiet(_("Agreement by item"), Agreement(0)), *table)]
    summary = _.many("{n} item on which two jurors differ", "{n} items on which two jurors differ", total)
    body = "\n\n".join([summary, *entries]) if entries else _("There is nothing here now.")
    place = f" · {number + 1}/{pages}" if pages > 1 else ""
    head = _("Disagreements") + f" · {_(PART_NAMES[which])}{place}"
    return Outgoing(body, head=head, buttons=(*rows, *home_rows(language)))


def card(fact: DisagreementFact, *, lead: str = "", language: str, zone: ZoneInfo, now: datetime) -> Outgoing:
    """Both answers side by side, and what can be decided."""
    _ = texts(language)
    blocks = [
        lead,
        fact.question,
        *(_side(_, letter, side, zone=zone) for letter, side in zip(LETTERS, fact.sides, strict=False)),
        _standing(_, fact, zone=zone, now=now),
    ]
    rows: list[tuple[Button, ...]] = []
    if fact.state in {DisagreementState.TO_DECIDE, DisagreementState.THIRD}:
        deciding = [
            menu_button(
                brief(f"{letter}: {side.answer}", limit=MAX_LABEL), DisagreementPick(fact.id, SIDES.index(name))
            )
            for letter, name, side in zip(LETTERS, ("first", "second", "third"), fact.sides, strict=False)
        ]
        deciding.append(menu_button(_("Both stand"), DisagreementPick(fact.id, SIDES.index("both"))))
        rows += _pairs(deciding)
    elif fact.state is DisagreementState.SETTLED:
        rows.append((menu_button(_("Undo this decision"), DisagreementReopen(fact.id)),))
    for letter, side in zip(LETTERS, fact.sides, strict=False):
        if side.is_readable:
            report = _quiet(_("Report {letter}", letter=letter), ReadContact(side.contact_id, 0))
            files = _quiet(_("Evidence {letter} ({n})", letter=letter, n=side.files), ReadEvidence(side.contact_id, 0))
            rows.append((report, files) if side.files else (report,))
    rows.append((_quiet(_("All disagreements"), Disagreements(0)),))
    head = f"{fact.place} · {mode_name(fact.mode, language=language)}"
    page = page_of([block for block in blocks if block], 0, most=len(blocks) + 4)
    note = _("Not everything fits here; the rest stands in the reports.") if page.has_next else ""
    body = "\n\n".join(text for _at, text in page.entries)
    return Outgoing(body, head=head, note=note, buttons=(*rows, *home_rows(language)))


def ask_why(fact: DisagreementFact, side: int, *, lead: str = "", language: str) -> Outgoing:
    """What was chosen, and why: one of the usual reasons, or one's own words."""
    _ = texts(language)
    ready = [menu_button(_(label), DisagreementBecause(fact.id, side, at)) for at, (_code, label) in enumerate(REASONS)]
    own = menu_button(_("Another reason"), DisagreementBecause(fact.id, side, len(REASONS)))
    asked = _("Why so? A tap on a reason decides it. The jurors are not told, and no answer is changed.")
    blocks = [lead, fact.question, chosen_text(fact, side, language=language), asked]
    rows: Rows = (*_pairs([*ready, own]), (_quiet(_("Back"), DisagreementCard(fact.id)),))
    return Outgoing("\n\n".join(block for block in blocks if block), head=fact.place, buttons=rows)


def ask_words(fact: DisagreementFact, side: int, *, lead: str = "", language: str) -> Outgoing:
    """The reason in one's own words."""
    _ = texts(language)
    asked = _("Please write why, in a few words. Only the office sees it.")
    blocks = [lead, chosen_text(fact, side, language=language), asked]
    rows = ((_quiet(_("Back"), DisagreementCard(fact.id)),),)
    body = "\n\n".join(block for block in blocks if block)
    return Outgoing(body, head=fact.place, buttons=rows, expects=InputHint.TEXT)


def chosen_text(fact: DisagreementFact, side: int, *, language: str) -> str:
    """What is about to be decided."""
    _ = texts(language)
    match SIDES[side]:
        case "both":
            return _("Decision: both answers stand.")
        case name:
            at = ("first", "second", "third").index(name)
            return _("Decision: answer {letter} holds ({answer}).", letter=LETTERS[at], answer=fact.sides[at].answer)


def agreement(items: Sequence[ItemFact], pairs: int, number: int, *, language: str) -> Outgoing:
    """How far jurors agree on each item, the worst first; ``pairs`` are the compared pairs of contacts."""
    _ = texts(language)
    head = _("Agreement by item")
    back: Rows = ((_quiet(_("All disagreements"), Disagreements(0)),), *home_rows(language))
    if not items:
        said = _("No two contacts could be compared yet. It takes two jurors at one institution, in the same mode.")
        return Outgoing(said, head=head, buttons=back)
    page = page_of([_item(_, item) for item in items], number, most=ITEMS_ON_PAGE)
    agreed, total = sum(item.agreed for item in items), sum(item.total for item in items)
    summary = [
        _.many("{n} pair of contacts compared", "{n} pairs of contacts compared", pairs),
        _(
            "All items: {agreed} of {total} agree ({percent} %)",
            agreed=agreed,
            total=total,
            percent=_pct(agreed, total),
        ),
    ]
    note = _("Counted from what the jurors said first, before they were asked again.")
    body = "\n\n".join(["\n".join(summary), *(text for _at, text in page.entries)])
    rows = _turning(_, page.number, page.total, Agreement)
    place = f" · {page.number + 1}/{page.total}" if page.total > 1 else ""
    table = ((_quiet(_("As a table"), AgreementTable()),),)
    return Outgoing(body, head=f"{head}{place}", note=note, buttons=(*rows, *table, *back))


def to_decide(count: int, *, only: int, place: str, mode: Mode, language: str) -> Outgoing:
    """Two jurors still differ after they were asked again: somebody has to decide."""
    _ = texts(language)
    body = _.many(
        "Two jurors differ on {n} item, also after both looked at it again. A decision is needed.",
        "Two jurors differ on {n} items, also after both looked at them again. A decision is needed.",
        count,
    )
    tap: OfficeTap = DisagreementCard(only) if count == 1 else Disagreements(0)
    head = f"{place} · {mode_name(mode, language=language)}"
    return Outgoing(body, head=head, buttons=((menu_button(_("Look at it"), tap),),))


def why_text(why: str | None, *, language: str) -> str:
    """A reason in words: one of the usual ones, or the person's own."""
    label = dict(REASONS).get(why or "")
    return texts(language)(label) if label is not None else why or ""


def _line(_: Translator, number: int, line: DisagreementLine, *, zone: ZoneInfo, now: datetime) -> str:
    said = _(STATE_NAMES[line.state]) if line.how is None else _(HOW_NAMES[line.how])
    if line.state is DisagreementState.ASKED and line.answer_by is not None:
        until = moment_text(line.answer_by, language=_.language, zone=zone, now=now)
        said += ", " + _("answer by {time}", time=until)
    return f"{number}. {line.participant} – {mode_name(line.mode, language=_.language)}, {line.item}\n{said}"


def _side(_: Translator, letter: str, side: SideFact, *, zone: ZoneInfo) -> str:
    about = [_("report no. {n}", n=side.contact_id)]
    if side.day is not None:
        about.append(day_text(side.day.astimezone(zone).date(), language=_.language))
    juror = _("Juror {letter}", letter=letter)
    lines = [f"{juror} ({', '.join(about)})", f"→ {side.answer}"]
    if side.before:
        lines.append(_("At first: {answer}", answer=side.before))
    told = "\n".join(side.told)
    if told:
        lines.append(brief(told, limit=MAX_SIDE) if len(told) > MAX_SIDE else told)
    return "\n".join(lines)


def _standing(_: Translator, fact: DisagreementFact, *, zone: ZoneInfo, now: datetime) -> str:
    if fact.state is not DisagreementState.SETTLED or fact.how is None:
        said = _("State: {state}", state=_(STATE_NAMES[fact.state]))
        if fact.state is DisagreementState.ASKED and fact.answer_by is not None:
            until = moment_text(fact.answer_by, language=_.language, zone=zone, now=now)
            said += ", " + _("answer by {time}", time=until)
        return said
    lines = [_("Settled: {how}", how=_(HOW_NAMES[fact.how])) + (f" ({fact.value})" if fact.value else "")]
    if fact.why:
        lines.append(_("Reason: {reason}", reason=fact.why))
    if fact.settled_at is not None:
        at = moment_text(fact.settled_at, language=_.language, zone=zone, now=now)
        lines.append(f"{at}, {fact.settled_by}" if fact.settled_by else at)
    return "\n".join(lines)


def _item(_: Translator, item: ItemFact) -> str:
    share = _("{agreed} of {total} agree ({percent} %)", agreed=item.agreed, total=item.total, percent=item.percent)
    return f"{item.item}. {brief(item.label)}\n{share}" if item.label else f"{item.item}\n{share}"


def _pct(agreed: int, total: int) -> int:
    return 100 * agreed // total


def _turning(_: Translator, number: int, pages: int, tap: Callable[[int], OfficeTap]) -> list[tuple[Button, ...]]:
    turning = [_quiet(_("Previous"), tap(number - 1))] if number else []
    turning += [_quiet(_("Next"), tap(number + 1))] if number + 1 < pages else []
    return [tuple(turning)] if turning else []


def _pairs(buttons: Sequence[Button]) -> list[tuple[Button, ...]]:
    return [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]


def _quiet(label: str, tap: OfficeTap | ReadContact | ReadEvidence) -> Button:
    return menu_button(label, tap, style=ButtonStyle.QUIET)
