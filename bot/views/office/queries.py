"""Participants' queries as the office sees them: lists, a card with its effect, the answer as it can be sent out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.i18n import N_, Translator, day_text, moment_text, texts
from bot.office_taps.directory import PlaceCard
from bot.office_taps.queries import (
    NewQuery,
    PlaceQueries,
    Queries,
    QueryAnswer,
    QueryByContact,
    QueryCard,
    QueryCarryOut,
    QueryFrom,
    QueryPart,
    QueryReopen,
    QueryReply,
    QueryTable,
    QueryWhen,
    QueryWho,
    QueryWithdraw,
)
from bot.office_taps.reviewing import ReviewCard
from bot.tap_kinds import OfficeTap
from bot.views.common import mode_name
from bot.views.coordinator import home_rows
from bot.views.pages import brief, page_of
from bot.views.scene import MAX_LABEL, menu_button
from scenarios.model import Mode
from storage.queries import Query, QueryLine, QueryState, Which

ON_PAGE = 6
PARTS = tuple(Which)
NOON = 12
SHOWN_WORDS = 1000
"""Characters of the participant's words on the card; longer ones are read in full when they are answered."""

PART_NAMES: Mapping[Which, str] = {
    Which.OPEN: N_("To be answered"),
    Which.OVERDUE: N_("Past their day"),
    Which.CLOSED: N_("Answered"),
}
STATE_NAMES: Mapping[QueryState, str] = {
    QueryState.OPEN: N_("to be answered"),
    QueryState.ANSWERED: N_("answered"),
    QueryState.WITHDRAWN: N_("query withdrawn"),
}
EFFECT_NAMES: Mapping[str, str] = {
    "none": N_("no change"),
    "again": N_("the question was asked again"),
    "void": N_("the contact does not count"),
    "value": N_("another answer holds: {value}"),
}
"""By the names of ``bot.office_taps.queries.EFFECTS``."""


class Who(StrEnum):
    """Whether the one who asked is the participant's contact person."""

    CONTACT = "contact"
    OTHER = "other"
    NOBODY = "nobody"
    """Nobody was named."""
    UNKNOWN = "unknown"
    """The participant has no contact person here."""


@dataclass(frozen=True, slots=True)
class QueryFact:
    """A query with what is known around it; ``contact_person`` is how the participant's one is called."""

    query: Query
    place: str
    who: Who
    contact_person: str = ""
    mode: Mode | None = None
    made_at: datetime | None = None
    item: str = ""
    """The question it is about, in words."""
    is_late: bool = False
    """It came later than it may."""
    value: str = ""
    """The value that is to hold, in words."""
    outcome: str = ""
    """What came of a question that was asked again, in words."""
    hints: tuple[str, ...] = ()
    """What to look at in the answer before it goes out."""


def listed(
    lines: Sequence[QueryLine],
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
    rows = [*_opening(lines, first), *_turning(_, number, pages, lambda at: QueryPart(part, at))]
    others = [
        menu_button(f"{_(PART_NAMES[each])} ({counts[each]})", QueryPart(PARTS.index(each), 0))
        for each in PARTS
        if each is not which
    ]
    table = (_quiet(_("As a table"), QueryTable(part)),) if total else ()
    new = menu_button(_("New query"), QueryFrom(), style=ButtonStyle.PRIMARY)
    rows += [tuple(others), (new, *table)]
    summary = _.many("{n} query", "{n} queries", total)
    body = "\n\n".join([summary, *entries]) if entries else _("There is nothing here now.")
    place = f" · {number + 1}/{pages}" if pages > 1 else ""
    head = _("Queries") + f" · {_(PART_NAMES[which])}{place}"
    return Outgoing(body, head=head, buttons=(*rows, *home_rows(language)))


def of_place(
    participant_id: int,
    name: str,
    lines: Sequence[QueryLine],
    number: int,
    *,
    language: str,
    zone: ZoneInfo,
    now: datetime,
) -> Outgoing:
    """A page of one participant's queries; ``lines`` are all of them."""
    _ = texts(language)
    pages = max(1, -(-len(lines) // ON_PAGE))
    number = max(0, min(number, pages - 1))
    first = number * ON_PAGE
    shown = lines[first : first + ON_PAGE]
    entries = [_line(_, first + at, line, zone=zone, now=now) for at, line in enumerate(shown, 1)]
    rows = [
        *_opening(shown, first),
        *_turning(_, number, pages, lambda at: PlaceQueries(participant_id, at)),
        (menu_button(_("New query"), NewQuery(participant_id, 0), style=ButtonStyle.PRIMARY),),
        (_quiet(_("The participant"), PlaceCard(participant_id)), _quiet(_("All queries"), Queries(0))),
    ]
    body = "\n\n".join(entries) or _("This participant has not asked about anything yet.")
    place = f" · {number + 1}/{pages}" if pages > 1 else ""
    head = f"{name} · " + _("Queries") + place
    return Outgoing(body, head=head, buttons=(*rows, *home_rows(language)))


def card(fact: QueryFact, *, lead: str = "", language: str, zone: ZoneInfo, now: datetime) -> Outgoing:
    """A query, who asked it and when, its answer and what came of it, and what can be done."""
    _ = texts(language)
    query = fact.query
    blocks = [
        lead,
        about_text(fact, language=language, zone=zone),
        f"„{brief(query.text, limit=SHOWN_WORDS)}”",
        "\n".join(_around(_, fact, zone=zone, now=now)),
        _answer(_, fact, zone=zone, now=now),
    ]
    page = page_of([block for block in blocks if block], 0, most=len(blocks))
    body = "\n\n".join(text for _at, text in page.entries)
    rows: list[tuple[Button, ...]] = []
    if query.state is QueryState.OPEN:
        answer = _("Answer anew") if query.draft is not None and query.answer else _("Answer")
        if query.draft is not None and query.answer:
            rows.append((menu_button(_("Carry it out and close"), QueryCarryOut(query.id), style=ButtonStyle.PRIMARY),))
        rows.append((menu_button(answer, QueryAnswer(query.id)), _quiet(_("Received"), QueryWhen(query.id))))
        who = [_quiet(_("Who asked"), QueryWho(query.id))]
        if fact.contact_person and fact.who is not Who.CONTACT:
            who.append(_quiet(_("It was the contact person"), QueryByContact(query.id)))
        rows += [tuple(who), (_quiet(_("Withdraw the query"), QueryWithdraw(query.id)),)]
    else:
        if query.state is QueryState.ANSWERED:
            rows.append((menu_button(_("Text for the participant"), QueryReply(query.id)),))
        rows.append((menu_button(_("Open it again"), QueryReopen(query.id)),))
    if query.contact_id is not None:
        rows.append((_quiet(_("The report and its review"), ReviewCard(query.contact_id)),))
    rows.append((_quiet(_("The participant's queries"), PlaceQueries(query.participant_id, 0)),))
    number = _("Query no. {n}", n=query.id)
    head = f"{fact.place} · {number}"
    note = _("The query is longer; the table of queries holds all of it.") if len(query.text) > SHOWN_WORDS else ""
    return Outgoing(body, head=head, note=note, buttons=(*rows, *home_rows(language)))


def reply(fact: QueryFact, *, language: str, zone: ZoneInfo) -> Outgoing:
    """The answer as it can be sent to the participant: no persons, and times by half days."""
    _ = texts(language)
    query = fact.query
    lines = [
        _("Query of {day}", day=day_text(query.asked_at.astimezone(zone).date(), language=language)),
        about_text(fact, language=language, zone=zone, is_public=True),
        f"„{brief(query.text, limit=SHOWN_WORDS)}”",
        _("Answer: {answer}", answer=query.answer or ""),
        _("Effect: {effect}", effect=effect_text(fact, language=language, zone=zone)),
    ]
    back = (_quiet(_("Back"), QueryCard(query.id)),)
    note = _("This can be copied and sent. It names no persons, and times only by half days.")
    return Outgoing("\n\n".join(lines), head=fact.place, note=note, buttons=(back, *home_rows(language)))


def about_text(fact: QueryFact, *, language: str, zone: ZoneInfo, is_public: bool = False) -> str:
    """What a query is about. ``is_public``: as the participant may read it."""
    _ = texts(language)
    if fact.mode is None or fact.made_at is None:
        return _("About: the whole result")
    local = fact.made_at.astimezone(zone)
    half = _("before noon") if local.hour < NOON else _("after noon")
    mode, day = mode_name(fact.mode, language=language), day_text(local.date(), language=language)
    said = _("About: {mode}, {day}, {half}", mode=mode, day=day, half=half)
    if not is_public:
        report = _("report no. {n}", n=fact.query.contact_id)
        said += f" ({report})"
    return f"{said}\n{fact.item}" if fact.item else said


def effect_text(fact: QueryFact, *, language: str, zone: ZoneInfo) -> str:
    """What came of a query, and when: "kontakt się nie liczy, 3 listopada 2026"."""
    _ = texts(language)
    done = fact.query.done
    if done is None:
        return ""
    kind = done["kind"]
    said = _(EFFECT_NAMES[kind], value=fact.value)
    at = datetime.fromisoformat(done["at"]).astimezone(zone).date()
    return f"{said}, {day_text(at, language=language)}"


def table_comes(*, language: str) -> Outgoing:
    """The table is being made."""
    _ = texts(language)
    return Outgoing(_("The table is being made; it comes in a moment."))


def _line(_: Translator, number: int, line: QueryLine, *, zone: ZoneInfo, now: datetime) -> str:
    query = line.query
    about = [line.participant] if line.mode is None else [line.participant, mode_name(line.mode, language=_.language)]
    lines = [f"{number}. {' – '.join(about)}", f"„{brief(query.text)}”"]
    if query.state is QueryState.OPEN:
        until = day_text(query.answer_by.astimezone(zone).date(), language=_.language)
        marks = [_("answer by {time}", time=until)]
        marks += [_("overdue")] if query.answer_by < now else []
    else:
        done = query.done
        kind = None if done is None else done["kind"]
        effect = "" if kind is None else _(EFFECT_NAMES[kind], value="")
        marks = [_(STATE_NAMES[query.state]), *([effect.rstrip(": ")] if effect else [])]
    marks += [_("came too late")] if query.effect.get("late") else []
    return "\n".join([*lines, ", ".join(marks)])


def _around(_: Translator, fact: QueryFact, *, zone: ZoneInfo, now: datetime) -> list[str]:
    query = fact.query
    received = day_text(query.asked_at.astimezone(zone).date(), language=_.language)
    lines = [_("Received: {day}", day=received)]
    if fact.is_late:
        lines.append(_("⚠ Past the time for queries, which is a week. It is kept all the same."))
    match fact.who:
        case Who.CONTACT:
            lines.append(_("Asked by: {name} (the contact person)", name=query.asked_by))
        case Who.OTHER:
            lines.append(_("Asked by: {name}", name=query.asked_by))
            lines.append(_("⚠ The contact person is somebody else: {name}.", name=fact.contact_person))
        case Who.UNKNOWN:
            lines.append(_("Asked by: {name}", name=query.asked_by) if query.asked_by else _("⚠ Who asked is missing."))
            lines.append(_("⚠ This participant has no contact person here yet."))
        case Who.NOBODY:
            lines.append(_("⚠ Who asked is missing."))
    if query.state is QueryState.OPEN:
        until = day_text(query.answer_by.astimezone(zone).date(), language=_.language)
        late = " · " + _("overdue") if query.answer_by < now else ""
        lines.append(_("Answer by {time}.", time=until) + late)
    else:
        lines.append(_("State: {state}", state=_(STATE_NAMES[query.state])))
    return lines


def _answer(_: Translator, fact: QueryFact, *, zone: ZoneInfo, now: datetime) -> str:
    query = fact.query
    if query.state is QueryState.OPEN:
        if query.draft is None or not query.answer:
            return ""
        kind = query.draft["kind"]
        effect = _(EFFECT_NAMES[kind], value=fact.value)
        lines = [
            _("Draft of the answer: {answer}", answer=query.answer),
            _("What would come of it: {effect}", effect=effect),
            *fact.hints,
        ]
        return "\n".join(lines)
    lines = []
    if query.answer:
        lines.append(_("Answer: {answer}", answer=query.answer))
    if query.done is not None:
        lines.append(_("Effect: {effect}", effect=effect_text(fact, language=_.language, zone=zone)))
    if fact.outcome:
        lines.append(fact.outcome)
    if query.answered_at is not None:
        lines.append(_("Closed: {time}", time=moment_text(query.answered_at, language=_.language, zone=zone, now=now)))
    return "\n".join(lines)


def _opening(lines: Sequence[QueryLine], first: int) -> list[tuple[Button, ...]]:
    buttons = [
        menu_button(brief(f"{first + at}. {line.participant}", limit=MAX_LABEL), QueryCard(line.query.id))
        for at, line in enumerate(lines, 1)
    ]
    return [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]


def _turning(_: Translator, number: int, pages: int, tap: Callable[[int], OfficeTap]) -> list[tuple[Button, ...]]:
    turning = [_quiet(_("Previous"), tap(number - 1))] if number else []
    turning += [_quiet(_("Next"), tap(number + 1))] if number + 1 < pages else []
    return [tuple(turning)] if turning else []


def _quiet(label: str, tap: OfficeTap) -> Button:
    return menu_button(label, tap, style=ButtonStyle.QUIET)
