"""The review of reports as the office sees it: the queue, a card with its doubts, what goes back, what was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.i18n import N_, Translator, moment_text, texts
from bot.office_taps.reviewing import (
    ReviewApprove,
    ReviewBeside,
    ReviewCard,
    ReviewComment,
    ReviewPart,
    ReviewReady,
    ReviewReturn,
    ReviewSendBack,
    ReviewStep,
    ReviewTable,
    ReviewTake,
    ReviewUndo,
    ReviewVoid,
    ReviewVoidBecause,
    ReviewWho,
)
from bot.office_taps.suggesting import ContactSuggestions
from bot.tap_kinds import ReadContact, ReadEvidence
from bot.views.common import mode_name
from bot.views.contact_menu import turns
from bot.views.coordinator import home_rows
from bot.views.office.doubts import doubt_text
from bot.views.pages import brief, page_of
from bot.views.placeholders import fill
from bot.views.scene import MAX_LABEL, Rows, menu_button
from scenarios.contact import Contact, Path
from scenarios.model import Mode, Scenario
from storage.doubts import Doubt
from storage.reviews import QueueLine, Review, ReviewState, Which

ON_PAGE = 6
"""Reports on a page of the queue; the page's buttons are as many."""
STEPS_ON_PAGE = 5
"""Questions on a page of those that can go back."""
HOURS = (24, 48, 72)
"""Deadlines offered for what goes back."""
PARTS = tuple(Which)
"""The parts of the queue in the order their buttons count them."""

PART_NAMES: Mapping[Which, str] = {
    Which.WAITING: N_("Waiting"),
    Which.DOUBTFUL: N_("With doubts"),
    Which.RETURNED: N_("Sent back"),
    Which.MINE: N_("Mine"),
    Which.SETTLED: N_("Decided"),
}
STATE_NAMES: Mapping[ReviewState, str] = {
    ReviewState.WAITING: N_("waits for a review"),
    ReviewState.RETURNED: N_("sent back to the juror"),
    ReviewState.APPROVED: N_("approved"),
    ReviewState.VOID: N_("does not count"),
}
VOID_REASONS: tuple[tuple[str, str], ...] = (
    ("recognised", N_("The juror was recognised")),
    ("elsewhere", N_("Another place or office")),
    ("unreliable", N_("Cannot be relied on")),
    ("twice", N_("Made twice")),
)
"""Why a contact does not count: a code for the journal, and its button."""
READY_COMMENTS: tuple[tuple[str, str], ...] = (
    (N_("Is it right?"), N_("Please look at this once more: is it as it was?")),
    (N_("What happened?"), N_("Please add in a sentence what happened.")),
    (N_("A clearer picture"), N_("Please add a clearer picture, if there is one.")),
    (N_("Without names"), N_("Please leave out names and other personal details.")),
)
"""What is asked most often: the button, and the words."""
LISTED = 8
"""Questions listed one by one before something goes back; more are counted."""


@dataclass(frozen=True, slots=True)
class CardFact:
    """A report to be reviewed. ``letter`` stands for the juror; ``reviewer`` is the name of who took it on."""

    contact: Contact
    scenario: Scenario
    place: str
    mode: Mode
    letter: str
    submitted_at: datetime | None
    review: Review
    doubts: tuple[Doubt, ...] = ()
    files: int = 0
    files_waiting: int = 0
    reviewer: str | None = None
    is_mine: bool = False
    knows_who: bool = False
    """Whether the reader may ask who the juror is."""
    suggestions: int = 0
    """What the rater suggests about it."""


@dataclass(frozen=True, slots=True)
class StepFact:
    """A question that can go back."""

    path: Path
    line: int
    is_chosen: bool
    answer: str = ""
    doubts: tuple[Doubt, ...] = field(default_factory=tuple)


def queue(
    lines: Sequence[QueueLine],
    counts: Mapping[Which, int],
    which: Which,
    number: int,
    *,
    language: str,
    zone: ZoneInfo,
    now: datetime,
) -> Outgoing:
    """A page of a part of the queue: ``lines`` are those of the page, ``counts`` those of every part."""
    _ = texts(language)
    total = counts[which]
    pages = max(1, -(-total // ON_PAGE))
    here = _(PART_NAMES[which])
    place = f" · {number + 1}/{pages}" if pages > 1 else ""
    first = number * ON_PAGE
    body = "\n\n".join(_line(_, first + at, line, zone=zone, now=now) for at, line in enumerate(lines, 1))
    opening = tuple(
        menu_button(_label(_, first + at, line), ReviewCard(line.contact_id)) for at, line in enumerate(lines, 1)
    )
    rows: list[tuple[Button, ...]] = [opening[at : at + 2] for at in range(0, len(opening), 2)]
    turning = []
    if number:
        turning.append(menu_button(_("Previous"), ReviewPart(PARTS.index(which), number - 1), style=ButtonStyle.QUIET))
    if number + 1 < pages:
        turning.append(menu_button(_("Next"), ReviewPart(PARTS.index(which), number + 1), style=ButtonStyle.QUIET))
    rows += [tuple(turning)] if turning else []
    others = [
        menu_button(f"{_(PART_NAMES[part])} ({counts[part]})", ReviewPart(PARTS.index(part), 0))
        for part in PARTS
        if part is not which
    ]
    rows += [tuple(others[at : at + 2]) for at in range(0, len(others), 2)]
    if total:
        rows.append((menu_button(_("As a table"), ReviewTable(PARTS.index(which)), style=ButtonStyle.QUIET),))
    said = body or _("There is nothing here now.")
    summary = _.many("{n} report", "{n} reports", total)
    return Outgoing(
        f"{summary}\n\n{said}" if body else said,
        head=_("Reviewing") + f" · {here}{place}",
        buttons=(*rows, *home_rows(language)),
    )


def card(fact: CardFact, *, lead: str = "", language: str, zone: ZoneInfo, now: datetime) -> Outgoing:
    """One report: how it stands, what to look at twice, and what can be done."""
    _ = texts(language)
    review, contact_id = fact.review, fact.contact.id
    blocks = [lead, _standing(_, fact, zone=zone, now=now), *_doubts(_, fact, zone=zone)]
    page = page_of([block for block in blocks if block], 0, most=len(blocks) + len(fact.doubts))
    body = "\n\n".join(text for _at, text in page.entries)
    note = _("Some doubts did not fit here; they stand under “Send back”.") if page.has_next else ""
    quiet = ButtonStyle.QUIET
    files = _("Evidence ({n})", n=fact.files)
    rows: list[tuple[Button, ...]] = [
        (menu_button(_("Answers"), ReadContact(contact_id, 0)), menu_button(files, ReadEvidence(contact_id, 0))),
    ]
    if fact.suggestions:
        rows.append((menu_button(_("Suggestions ({n})", n=fact.suggestions), ContactSuggestions(contact_id)),))
    if review.state is ReviewState.WAITING:
        take = _("Let it go") if fact.is_mine else _("I take it on")
        rows += [
            (
                menu_button(_("✓ Approve"), ReviewApprove(contact_id), style=ButtonStyle.PRIMARY),
                menu_button(_("Send back"), ReviewReturn(contact_id, 0)),
            ),
            (
                menu_button(_("Does not count"), ReviewVoid(contact_id)),
                menu_button(take, ReviewTake(contact_id, 0 if fact.is_mine else 1)),
            ),
        ]
    else:
        rows.append((menu_button(_("Undo this decision"), ReviewUndo(contact_id)),))
    beside = (
        menu_button(_("‹ Previous"), ReviewBeside(contact_id, 0), style=quiet),
        menu_button(_("Next ›"), ReviewBeside(contact_id, 1), style=quiet),
    )
    who = (menu_button(_("Who is the juror?"), ReviewWho(contact_id), style=quiet),) if fact.knows_who else ()
    rows += [beside, (*who, menu_button(_("The queue"), ReviewPart(0, 0), style=quiet))]
    head = f"{fact.place} · {mode_name(fact.mode, language=language)}"
    return Outgoing(body, head=head, note=note, buttons=(*rows, *home_rows(language)))


def identity(name: str, *, place: str, contact_id: int, language: str) -> Outgoing:
    """Who the juror is; that it was asked stands in the journal."""
    _ = texts(language)
    body = _("The juror is {name}.", name=name)
    note = _("That this was looked up is written down. Please keep it to yourself.")
    return Outgoing(body, head=place, note=note, buttons=_back(_, contact_id))


def void_reasons(*, place: str, contact_id: int, language: str) -> Outgoing:
    """Why the contact is not to count."""
    _ = texts(language)
    buttons = [
        menu_button(_(label), ReviewVoidBecause(contact_id, at)) for at, (_code, label) in enumerate(VOID_REASONS)
    ]
    own = menu_button(_("Another reason"), ReviewVoidBecause(contact_id, len(VOID_REASONS)))
    body = _(
        "Why does this contact not count? The juror is told kindly and without a reason; "
        "if it was planned, somebody else is asked."
    )
    rows = tuple((button,) for button in (*buttons, own))
    return Outgoing(body, head=place, buttons=(*rows, *_back(_, contact_id)))


def void_in_words(*, place: str, contact_id: int, lead: str = "", language: str) -> Outgoing:
    """The reason in one's own words."""
    _ = texts(language)
    body = _("Please write why, in a few words. Only the office sees it.")
    return Outgoing(f"{lead}\n\n{body}" if lead else body, head=place, buttons=_back(_, contact_id))


def steps(
    fact: CardFact, every: Sequence[StepFact], number: int, *, lead: str = "", language: str, zone: ZoneInfo
) -> Outgoing:
    """A page of the questions that can go back; those with doubts are ticked to begin with."""
    _ = texts(language)
    contact_id, chosen = fact.contact.id, sum(step.is_chosen for step in every)
    entries = [_step(_, fact, step, at, zone=zone) for at, step in enumerate(every, 1)]
    page = page_of(entries, number, most=STEPS_ON_PAGE)
    shown = [every[at] for at in dict.fromkeys(at for at, _text in page.entries)]
    rows: list[tuple[Button, ...]] = [
        (
            menu_button(
                _ticked(_, fact, step, every.index(step) + 1, zone=zone),
                ReviewStep(contact_id, fact.contact.revision, step.line, page.number),
            ),
        )
        for step in shown
    ]
    turning = tuple(
        menu_button(label, ReviewReturn(contact_id, at), style=ButtonStyle.QUIET)
        for label, at in turns(page, newer=_("Previous"), older=_("Next"))
    )
    rows += [turning] if turning else []
    if chosen:
        go_on = _("Write the request ({n})", n=chosen)
        rows.append((menu_button(go_on, ReviewComment(contact_id), style=ButtonStyle.PRIMARY),))
    asked = _("Which questions go back? Only these will be asked again.")
    body = "\n\n".join([*([lead] if lead else []), asked, *(text for _at, text in page.entries)])
    place = f" · {page.number + 1}/{page.total}" if page.total > 1 else ""
    return Outgoing(body, head=f"{fact.place}{place}", buttons=(*rows, *_back(_, contact_id)))


def comment(fact: CardFact, chosen: Sequence[Path], *, lead: str = "", language: str, zone: ZoneInfo) -> Outgoing:
    """What to say to the juror: one of the usual requests, or one's own words."""
    _ = texts(language)
    asked = _("What shall we ask for? Tap, or write it in your own words. The juror reads it, so kindly.")
    ready = [
        menu_button(_(label), ReviewReady(fact.contact.id, at)) for at, (label, _words) in enumerate(READY_COMMENTS)
    ]
    rows = [tuple(ready[at : at + 2]) for at in range(0, len(ready), 2)]
    body = "\n\n".join([*([lead] if lead else []), asked, _listed(_, fact, chosen, zone=zone)])
    change = (menu_button(_("Other questions"), ReviewReturn(fact.contact.id, 0), style=ButtonStyle.QUIET),)
    return Outgoing(body, head=fact.place, buttons=(*rows, change, *_back(_, fact.contact.id)))


def deadline(
    fact: CardFact, chosen: Sequence[Path], words: str, *, usual: int, language: str, zone: ZoneInfo
) -> Outgoing:
    """The whole request once more, and until when; sending is one tap."""
    _ = texts(language)
    listed = _listed(_, fact, chosen, zone=zone)
    blocks = [
        _.many("{n} question goes back:", "{n} questions go back:", len(chosen)) + f"\n{listed}",
        f"„{words}”",
        _("How long may the answer take? A tap sends it."),
    ]
    hours = sorted({*HOURS, usual})
    buttons = tuple(
        menu_button(
            _.many("{n} hour", "{n} hours", each),
            ReviewSendBack(fact.contact.id, each),
            style=ButtonStyle.PRIMARY if each == usual else ButtonStyle.NORMAL,
        )
        for each in hours
    )
    rows = [buttons[at : at + 2] for at in range(0, len(buttons), 2)]
    change = (menu_button(_("Other words"), ReviewComment(fact.contact.id), style=ButtonStyle.QUIET),)
    return Outgoing("\n\n".join(blocks), head=fact.place, buttons=(*rows, change, *_back(_, fact.contact.id)))


def unanswered(contact_id: int, *, place: str, mode: Mode, language: str) -> Outgoing:
    """The juror did not answer what was sent back."""
    _ = texts(language)
    body = _("What was sent back got no answer in time. The report waits for a review again.")
    head = f"{place} · {mode_name(mode, language=language)}"
    return Outgoing(body, head=head, buttons=((menu_button(_("Review"), ReviewCard(contact_id)),),))


def _line(_: Translator, number: int, line: QueueLine, *, zone: ZoneInfo, now: datetime) -> str:
    at = line.submitted_at or line.waiting_since
    when = moment_text(at, language=_.language, zone=zone, now=now)
    parts = [f"{number}. {line.participant} – {mode_name(line.mode, language=_.language)}: {when}"]
    marks = []
    if line.doubts:
        marks.append(_.many("{n} doubt", "{n} doubts", line.doubts))
    if line.files_waiting:
        marks.append(_.many("{n} file is on its way", "{n} files are on their way", line.files_waiting))
    if line.is_unanswered:
        marks.append(_("no answer"))
    if line.state is ReviewState.RETURNED and line.answer_by is not None:
        until = moment_text(line.answer_by, language=_.language, zone=zone, now=now)
        marks.append(_("answer by {time}", time=until))
    if line.state in {ReviewState.APPROVED, ReviewState.VOID}:
        marks.append(_(STATE_NAMES[line.state]))
    return "\n".join([*parts, *([", ".join(marks)] if marks else [])])


def _label(_: Translator, number: int, line: QueueLine) -> str:
    mark = " ?" if line.doubts else ""
    return f"{number}. {brief(line.participant, limit=MAX_LABEL // 2)}{mark}"


def _standing(_: Translator, fact: CardFact, *, zone: ZoneInfo, now: datetime) -> str:
    review = fact.review
    lines = []
    if fact.submitted_at is not None:
        lines.append(_("Sent: {time}", time=moment_text(fact.submitted_at, language=_.language, zone=zone, now=now)))
    lines.append(_("Juror {letter}", letter=fact.letter))
    lines.append(_("Report no. {n}: {state}", n=fact.contact.id, state=_(STATE_NAMES[review.state])))
    if review.is_unanswered:
        lines.append(_("What was sent back got no answer in time."))
    if review.state is ReviewState.RETURNED and review.answer_by is not None:
        until = moment_text(review.answer_by, language=_.language, zone=zone, now=now)
        lines.append(_("Answer by {time}.", time=until))
    elif review.paths and not review.is_unanswered and review.state is ReviewState.WAITING:
        lines.append(
            _.many("{n} question was sent back before.", "{n} questions were sent back before.", len(review.paths))
        )
    if review.comment and review.state in {ReviewState.RETURNED, ReviewState.VOID}:
        lines.append(f"„{review.comment}”")
    if fact.reviewer is not None:
        lines.append(_("Taken on by: {name}", name=fact.reviewer))
    if fact.files_waiting:
        lines.append(_.many("{n} file is on its way", "{n} files are on their way", fact.files_waiting))
    return "\n".join(lines)


def _doubts(_: Translator, fact: CardFact, *, zone: ZoneInfo) -> list[str]:
    if not fact.doubts:
        return [_("Nothing here asks for a second look.")]
    blocks = [_("Worth a second look ({n}):", n=len(fact.doubts))]
    for doubt in fact.doubts:
        said = _said(_, fact, doubt, zone=zone)
        if doubt.path is None:
            blocks.append(f"? {said}")
        else:
            blocks.append(f"? {_question(fact, doubt.path, language=_.language, zone=zone)}\n{said}")
    return blocks


def _said(_: Translator, fact: CardFact, doubt: Doubt, *, zone: ZoneInfo) -> str:
    other = doubt.details.get("other")
    named = "" if other is None else _question(fact, str(other), language=_.language, zone=zone)
    return doubt_text(_, doubt, other=named)


def _step(_: Translator, fact: CardFact, step: StepFact, number: int, *, zone: ZoneInfo) -> str:
    lines = [f"{number}. {_question(fact, step.path, language=_.language, zone=zone)}", f"→ {brief(step.answer)}"]
    lines += [f"? {_said(_, fact, doubt, zone=zone)}" for doubt in step.doubts]
    return "\n".join(lines)


def _ticked(_: Translator, fact: CardFact, step: StepFact, number: int, *, zone: ZoneInfo) -> str:
    mark = "☑" if step.is_chosen else "☐"
    question = _question(fact, step.path, language=_.language, zone=zone)
    return brief(f"{mark} {number}. {question}", limit=MAX_LABEL)


def _question(fact: CardFact, path: Path, *, language: str, zone: ZoneInfo) -> str:
    step = fact.scenario.steps_by_name.get(path.rpartition(".")[2])
    if step is None:
        return path
    day = fact.contact.begun_at.date()
    label = fill(step.label, fact.contact, fact.scenario, language=language, day=day, zone=zone, path=path)
    return f"{step.item} {brief(label)}" if step.item else brief(label)


def _listed(_: Translator, fact: CardFact, paths: Sequence[Path], *, zone: ZoneInfo) -> str:
    lines = [f"• {_question(fact, path, language=_.language, zone=zone)}" for path in paths[:LISTED]]
    rest = len(paths) - LISTED
    return "\n".join([*lines, *([_.many("and {n} more", "and {n} more", rest)] if rest > 0 else [])])


def _back(_: Translator, contact_id: int) -> Rows:
    return ((menu_button(_("Back to the report"), ReviewCard(contact_id), style=ButtonStyle.QUIET),),)
