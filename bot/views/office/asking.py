"""Answers to what the office asks: how many, a list in pages, buttons that act; a choice where nothing was certain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from zoneinfo import ZoneInfo

from bot.asking.grammar import EXAMPLES, EXPORTED, LISTS_JURORS
from bot.asking.listing import Item, Listed, Load
from bot.asking.names import Kind, Named
from bot.asking.question import Act, Intent, Period, Question, question_to_numbers
from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.i18n import N_, Translator, day_text, moment_text, texts
from bot.office_taps.asking import AskRemind, Examples, Found, FoundTable, RemindThem
from bot.office_taps.broadcasting import Broadcasts
from bot.office_taps.chain import SlotCard
from bot.office_taps.comparing import Disagreements
from bot.office_taps.directory import PersonCard, PlaceCard
from bot.office_taps.planning import PlanHome
from bot.office_taps.queries import Queries
from bot.office_taps.reviewing import ReviewQueue
from bot.reports.recipes import Cell, Sheet, Workbook
from bot.tap_kinds import MenuTap, ReadContact
from bot.views.common import mode_name
from bot.views.contact_menu import turns
from bot.views.coordinator import home_rows
from bot.views.office.chain import reason_text
from bot.views.pages import Page, brief, page_of
from bot.views.scene import MAX_LABEL, menu_button
from scenarios.model import Mode
from storage.matters import Dropped, Marked, Silent
from storage.overview import Coverage, PlannedContact
from storage.planned import DONE_STAGES, Stage

ITEMS_ON_PAGE = 6

LINE = 500
"""Characters of one line; a longer one is visibly broken off, and opens by its button."""

EXAMPLES_ON_PAGE = 8
CHOICES_AT_MOST = 8

INTENTS = {
    Intent.STATUS: N_("How it stands"),
    Intent.FORECAST: N_("Forecast"),
    Intent.NOT_SUBMITTED: N_("Not sent yet"),
    Intent.LATE: N_("Past their date"),
    Intent.SUBMITTED: N_("Reports sent"),
    Intent.COUNT: N_("Counted"),
    Intent.LACKING: N_("Too few contacts"),
    Intent.PARTICIPANT: N_("Institution"),
    Intent.JUROR: N_("Juror"),
    Intent.DECLINED: N_("Declined"),
    Intent.EXPIRED: N_("Offers that ran out"),
    Intent.UNANSWERED: N_("Offers without an answer"),
    Intent.HOLES: N_("Holes: nobody for these"),
    Intent.TO_REVIEW: N_("Waiting for a review"),
    Intent.RETURNED: N_("Sent back for correction"),
    Intent.DOUBTS: N_("With marks of doubt"),
    Intent.VOID: N_("Do not count (recognised)"),
    Intent.EVIDENCE: N_("Files are missing"),
    Intent.LOAD: N_("Load of jurors"),
    Intent.DEADLINES: N_("Next deadlines"),
    Intent.UNREACHABLE: N_("Not to be reached"),
    Intent.BROADCASTS: N_("Broadcasts"),
    Intent.DISAGREEMENTS: N_("Disagreements"),
    Intent.QUERIES: N_("Queries"),
    Intent.PLAN: N_("Plan"),
    Intent.HELP: N_("What can be asked"),
}
"""What each answer is about."""

STAGES = {
    Stage.HOLE: N_("nobody yet"),
    Stage.READY: N_("not offered yet"),
    Stage.OFFERED: N_("offered"),
    Stage.ACCEPTED: N_("taken"),
    Stage.BEGUN: N_("begun"),
    Stage.SENT: N_("sent, to be reviewed"),
    Stage.RETURNED: N_("sent back"),
    Stage.APPROVED: N_("approved"),
}
"""Where a planned contact stands."""

ELSEWHERE = {
    Intent.TO_REVIEW: (N_("To review"), ReviewQueue(0)),
    Intent.BROADCASTS: (N_("Broadcasts"), Broadcasts(0)),
    Intent.DISAGREEMENTS: (N_("Disagreements"), Disagreements(0)),
    Intent.QUERIES: (N_("Queries"), Queries(0)),
    Intent.PLAN: (N_("Plan"), PlanHome()),
}
"""Where the same is worked on."""


def answer(listed: Listed, number: int, *, language: str, zone: ZoneInfo, now: datetime) -> Outgoing:
    """A page of the answer: how many, the list, and what can be done about it."""
    _ = texts(language)
    question = listed.question
    page = _page(_, listed, number, zone=zone, now=now) if listed.items else None
    rows: list[tuple[Button, ...]] = []
    blocks = [_counted(_, listed)]
    if page is not None:
        blocks.extend(text for _ordinal, text in page.entries)
        shown = dict.fromkeys(ordinal for ordinal, _text in page.entries)
        buttons = [button for ordinal in shown if (button := _button(_, listed.items[ordinal])) is not None]
        rows.extend((button,) for button in buttons)
        turning = tuple(
            menu_button(label, found(question, at), style=ButtonStyle.QUIET)
            for label, at in turns(page, newer=_("Previous"), older=_("Next"))
        )
        rows.extend([turning] if turning else [])
    rows.extend(_acts(_, listed))
    count = f" · {page.number + 1}/{page.total}" if page is not None and page.total > 1 else ""
    head = heading(listed, language=language) + count
    return Outgoing("\n\n".join(blocks), head=head, buttons=(*rows, *home_rows(language)))


def _page(_: Translator, listed: Listed, number: int, *, zone: ZoneInfo, now: datetime) -> Page:
    """A page of the list; only its own lines are written out, since a list may be very long."""
    total = ceil(len(listed.items) / ITEMS_ON_PAGE)
    number = max(0, min(number, total - 1))
    first = number * ITEMS_ON_PAGE
    shown = listed.items[first : first + ITEMS_ON_PAGE]
    return Page(
        number,
        total,
        tuple((first + at, brief(line_of(_, item, zone=zone, now=now), limit=LINE)) for at, item in enumerate(shown)),
    )


def heading(listed: Listed, *, language: str) -> str:
    """What was asked, in words."""
    _ = texts(language)
    question = listed.question
    names = (listed.place, listed.person, listed.wave, question.voivodship or "")
    mode = "" if question.mode is None else mode_name(question.mode, language=language)
    least = ""
    if question.intent is Intent.LACKING:
        least = _("fewer than {n} done", n=question.number or 1)
    period = "" if question.period is None else period_text(question.period, language=language)
    about = _(INTENTS[question.intent])
    if question.intent in {Intent.PARTICIPANT, Intent.JUROR}:
        about = ""
    return " · ".join(part for part in (about, *names, mode, least, period) if part)


def period_text(period: Period, *, language: str) -> str:
    """One day, or the first and the last."""
    since, until = (day_text(day, language=language) for day in (period.since, period.until))
    return since if since == until else f"{since} – {until}"


def found(question: Question, page: int = 0) -> Found:
    """The button that opens an answer."""
    return Found(*question_to_numbers(question), page)


def choose(every: Sequence[tuple[Question, Named]], *, language: str) -> Outgoing:
    """Several bear that name: which is meant?"""
    _ = texts(language)
    rows = tuple(
        (menu_button(brief(_choice(_, one), limit=MAX_LABEL), found(question)),)
        for question, one in every[:CHOICES_AT_MOST]
    )
    asked = _("Is this what was meant?") if len(every) == 1 else _("Which one is meant?")
    left = len(every) - len(rows)
    note = _.many("{n} more: please write more of the name.", "{n} more: please write more of the name.", left)
    return Outgoing(asked, note=note if left else "", buttons=(*rows, *home_rows(language)))


def looking(*, language: str) -> Outgoing:
    """The words are not known here; somebody else is asked what they may mean."""
    _ = texts(language)
    return Outgoing(_("I do not know these words yet. One moment, I am looking for what was meant."))


def proposed(listed: Listed, *, language: str) -> Outgoing:
    """What a model takes a sentence for: a button, and nothing happens before it is tapped."""
    _ = texts(language)
    question = listed.question
    numbers = question_to_numbers(question)
    match question.act:
        case Act.REMIND:
            yes = menu_button(_("Yes: remind them"), AskRemind(*numbers), style=ButtonStyle.PRIMARY)
        case Act.EXPORT:
            yes = menu_button(_("Yes: as a table"), FoundTable(*numbers), style=ButtonStyle.PRIMARY)
        case Act.SHOW:
            yes = menu_button(_("Yes: show it"), found(question), style=ButtonStyle.PRIMARY)
    said = _("Was this meant: {question}?", question=heading(listed, language=language))
    more = (menu_button(_("What can be asked"), Examples(0), style=ButtonStyle.QUIET),)
    note = _("A language model proposed this. If it is something else, please say it in other words.")
    return Outgoing(said, note=note, buttons=((yes,), more, *home_rows(language)))


def not_understood(nearest: Sequence[Intent], *, language: str) -> Outgoing:
    """Nothing is guessed: the nearest questions as buttons, and examples to copy."""
    _ = texts(language)
    if not nearest:
        said = _("I did not understand that, and I would rather not guess. These work, for example:")
        nearest = (Intent.LATE, Intent.LACKING, Intent.COUNT)
        shown: tuple[Intent, ...] = ()
    else:
        said = _("I did not understand all of that, and I would rather not guess. Was it one of these?")
        shown = tuple(intent for intent in nearest if intent not in {Intent.PARTICIPANT, Intent.JUROR})
    examples = [f"• {_(INTENTS[intent])}: „{EXAMPLES[intent][_.language][0]}”" for intent in nearest]
    rows = tuple((menu_button(_(INTENTS[intent]), found(Question(intent))),) for intent in shown)
    more = (menu_button(_("What can be asked"), Examples(0), style=ButtonStyle.QUIET),)
    return Outgoing("\n".join([said, "", *examples]), buttons=(*rows, more, *home_rows(language)))


def examples(number: int, *, language: str) -> Outgoing:
    """Everything that can be asked, with an example each."""
    _ = texts(language)
    entries = [
        f"• {_(INTENTS[intent])}\n„{'”, „'.join(EXAMPLES[intent][_.language])}”"
        for intent in Intent
        if intent is not Intent.HELP
    ]
    page = page_of(entries, number, most=EXAMPLES_ON_PAGE)
    turning = tuple(
        menu_button(label, Examples(at), style=ButtonStyle.QUIET)
        for label, at in turns(page, newer=_("Previous"), older=_("Next"))
    )
    lead = _("Just type a question. A day, a way of contact, a voivodship or a name may stand in it.")
    body = "\n\n".join([lead, *(text for _ordinal, text in page.entries)])
    head = _("What can be asked") + f" · {page.number + 1}/{page.total}"
    return Outgoing(body, head=head, buttons=(*([turning] if turning else []), *home_rows(language)))


def confirm_remind(listed: Listed, *, at: datetime, language: str, zone: ZoneInfo, now: datetime) -> Outgoing:
    """Whether to remind the jurors of an answer, and when they would hear of it."""
    _ = texts(language)
    people = len(listed.jurors)
    if not people:
        return Outgoing(_("There is nobody to remind."), buttons=home_rows(language))
    said = _.many("{n} juror would get one gentle reminder.", "{n} jurors would get one gentle reminder.", people)
    when = (
        _("At once.")
        if at <= now
        else _("It is quiet time now: on {time}.", time=moment_text(at, language=language, zone=zone, now=now))
    )
    rest = _("Nobody gets more than one such reminder in 12 hours.")
    numbers = question_to_numbers(listed.question)
    rows = (
        (
            menu_button(_("Remind"), RemindThem(*numbers), style=ButtonStyle.PRIMARY),
            menu_button(_("Not now"), found(listed.question)),
        ),
    )
    return Outgoing(f"{said} {when}\n{rest}", head=heading(listed, language=language), buttons=rows)


def reminded(people: int, *, at: datetime, language: str, zone: ZoneInfo, now: datetime) -> Outgoing:
    """They are reminded."""
    _ = texts(language)
    said = _.many("{n} juror will be reminded.", "{n} jurors will be reminded.", people)
    when = "" if at <= now else " " + _("On {time}.", time=moment_text(at, language=language, zone=zone, now=now))
    return Outgoing(said + when, buttons=home_rows(language))


def elsewhere(intent: Intent, waiting: int | None, *, language: str) -> Outgoing:
    """What is worked on elsewhere: how much waits, and the way there."""
    _ = texts(language)
    label, tap = ELSEWHERE[intent]
    said = _("It is here:")
    if waiting is not None:
        said = _.many("{n} waits.", "{n} wait.", waiting) if waiting else _("Nothing waits for anybody now.")
    rows = ((menu_button(_(label), tap),), *home_rows(language))
    return Outgoing(said, head=_(INTENTS[intent]), buttons=rows)


def table(listed: Listed, *, language: str) -> tuple[Outgoing, Workbook]:
    """The whole answer as a table, with the message that carries it."""
    _ = texts(language)
    header, rows = _cells(_, listed.items)
    name = _(INTENTS[listed.question.intent])
    said = _.many("{n} row", "{n} rows", len(rows))
    message = Outgoing(said, head=heading(listed, language=language), may_be_saved=True, buttons=home_rows(language))
    return message, Workbook(name.lower(), (Sheet(name, header, rows),))


def line_of(_: Translator, item: Item, *, zone: ZoneInfo, now: datetime) -> str:
    """One line of a list."""
    language = _.language

    def at(moment: datetime) -> str:
        return moment_text(moment, language=language, zone=zone, now=now)

    match item:
        case PlannedContact():
            return _contact_line(_, item, at=at(item.submitted_at or item.due_at))
        case Dropped():
            who = item.person or _("another coordinator's juror")
            head = f"• {item.participant} – {mode_name(item.mode, language=language)}: {who}"
            return f"{head}, {at(item.changed_at)}{_because(_, item)}"
        case Coverage():
            numbers = _("done {done}, planned {planned}", done=item.done, planned=item.planned)
            return f"• {item.participant}: {numbers}"
        case Marked():
            head = f"• {item.participant} – {mode_name(item.mode, language=language)}"
            return f"{head}, {at(item.submitted_at)}: " + _.many("{n} mark", "{n} marks", item.number)
        case Silent():
            why = _("the chat is gone") if item.has_arrived else _("has no chat yet")
            return f"• {item.person}: {why}"
        case Load():
            figures = item.figures
            numbers = _("planned {planned}, done {done}", planned=figures.planned, done=figures.done)
            late = ", " + _("late {n}", n=figures.late) if figures.late else ""
            return f"• {item.person}: {numbers}{late}"


def _contact_line(_: Translator, item: PlannedContact, *, at: str) -> str:
    """Who has it while it is to be made; once sent, what was seen stands apart from who saw it."""
    head = f"• {item.participant} – {mode_name(item.mode, language=_.language)}"
    stage = _(STAGES[item.stage])
    if item.stage in DONE_STAGES:
        return f"{head}: {stage}, {at}"
    who = "" if item.person is None else f"{item.person}, "
    due = _("by {time}", time=at)
    late = " ⚠" if item.is_late else ""
    return f"{head}: {who}{stage}, {due}{late}"


def _because(_: Translator, item: Dropped) -> str:
    reason = _reason(_, item)
    return f" ({reason})" if reason else ""


def _reason(_: Translator, item: Dropped) -> str:
    """The reason in words, where there is one."""
    return reason_text(_, item.reason) if item.reason else ""


def _counted(_: Translator, listed: Listed) -> str:
    """How many were found."""
    n = len(listed.items)
    if not n:
        return _("Nothing was found.")
    match listed.items[0]:
        case PlannedContact():
            said = _.many("{n} contact", "{n} contacts", n)
            people = len(listed.jurors)
            if listed.question.intent in LISTS_JURORS and people:
                said += " · " + _.many("{n} juror", "{n} jurors", people)
            if listed.question.intent in {Intent.PARTICIPANT, Intent.JUROR, Intent.STATUS}:
                figures = listed.figures
                said += " · " + _("taken {n}", n=figures.accepted) + " · " + _("done {n}", n=figures.done)
                said += " · " + _("approved {n}", n=figures.approved)
            return said + "."
        case Coverage():
            return _.many("{n} institution.", "{n} institutions.", n)
        case Silent() | Load():
            return _.many("{n} juror.", "{n} jurors.", n)
        case _:
            return _.many("{n} found.", "{n} found.", n)


def _button(_: Translator, item: Item) -> Button | None:
    """The way to what a line is about, where something can be done about it."""
    tap: MenuTap
    match item:
        case PlannedContact(contact_id=int() as contact) if item.stage in DONE_STAGES:
            tap = ReadContact(contact, 0)
        case PlannedContact(slot_id=int() as slot) | Dropped(slot_id=int() as slot):
            tap = SlotCard(slot)
        case PlannedContact() | Dropped() | Coverage():
            tap = PlaceCard(item.participant_id)
        case Marked():
            tap = ReadContact(item.contact_id, 0)
        case Silent() | Load():
            tap = PersonCard(item.person_id)
    return menu_button(_label(_, item), tap)


def _label(_: Translator, item: Item) -> str:
    match item:
        case Coverage():
            return brief(item.participant, limit=MAX_LABEL)
        case Silent() | Load():
            return brief(item.person, limit=MAX_LABEL)
        case _:
            mode = mode_name(item.mode, language=_.language)
            return f"{brief(item.participant, limit=MAX_LABEL - len(mode) - 3)} – {mode}"


def _acts(_: Translator, listed: Listed) -> list[tuple[Button, ...]]:
    question = listed.question
    numbers = question_to_numbers(question)
    row: list[Button] = []
    if question.intent in LISTS_JURORS and listed.jurors:
        label = _("Remind ({n})", n=len(listed.jurors))
        row.append(menu_button(label, AskRemind(*numbers), style=ButtonStyle.PRIMARY))
    if listed.items and question.intent in EXPORTED:
        row.append(menu_button(_("As a table"), FoundTable(*numbers), style=ButtonStyle.QUIET))
    rows = [tuple(row)] if row else []
    if question.intent in ELSEWHERE:
        label, tap = ELSEWHERE[question.intent]
        rows.append((menu_button(_(label), tap),))
    if question.participant_id is not None:
        rows.append((menu_button(brief(listed.place, limit=MAX_LABEL), PlaceCard(question.participant_id)),))
    if question.person_id is not None:
        rows.append((menu_button(brief(listed.person, limit=MAX_LABEL), PersonCard(question.person_id)),))
    return rows


def _choice(_: Translator, one: Named) -> str:
    """A name with what tells it from others of the same name."""
    if one.kind is Kind.PARTICIPANT and one.also:
        return f"{one.name} – {one.also}"
    return one.name


def _cells(_: Translator, items: Sequence[Item]) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    """A header and the rows of a table; all items are of one kind."""

    def mode(value: Mode) -> str:
        return mode_name(value, language=_.language)

    if not items:
        return (_("Institution"),), ()
    rows: list[tuple[Cell, ...]] = []
    header: tuple[str, ...] = ()
    for item in items:
        match item:
            case PlannedContact():
                header = (
                    *(_("Institution"), _("Way of contact"), _("Stage"), _("Juror")),
                    *(_("Opens"), _("Due"), _("Sent on"), _("Late")),
                )
                who = None if item.stage in DONE_STAGES else item.person
                late = _("yes") if item.is_late else ""
                rows.append(
                    (
                        *(item.participant, mode(item.mode), _(STAGES[item.stage]), who),
                        *(item.opens_at, item.due_at, item.submitted_at, late),
                    )
                )
            case Dropped():
                header = (_("Institution"), _("Way of contact"), _("Juror"), _("When"), _("Reason"))
                rows.append((item.participant, mode(item.mode), item.person, item.changed_at, _reason(_, item)))
            case Coverage():
                header = (_("Institution"), _("Planned"), _("Carried out"))
                rows.append((item.participant, item.planned, item.done))
            case Marked():
                header = (_("Institution"), _("Way of contact"), _("Sent on"), _("How many"))
                rows.append((item.participant, mode(item.mode), item.submitted_at, item.number))
            case Silent():
                header = (_("Juror"), _("Had a chat"))
                rows.append((item.person, _("yes") if item.has_arrived else _("no")))
            case Load():
                header = (_("Juror"), _("Planned"), _("Taken"), _("Carried out"), _("Approved"), _("Late"))
                figures = item.figures
                numbers = (figures.planned, figures.accepted, figures.done, figures.approved, figures.late)
                rows.append((item.person, *numbers))
    return header, tuple(rows)
