"""A planned contact as the office sees it: its card, its chain, who could make it, and dates that are proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, InputHint, Outgoing
from bot.i18n import N_, Translator, moment_text, number_text, texts, weekday_text
from bot.office_taps.chain import (
    PURPOSES,
    AddedSlot,
    AddSlot,
    AgreeDate,
    AskClose,
    Candidates,
    Chain,
    ChainPage,
    Choose,
    ChooseAnyway,
    Close,
    Fix,
    NoReserve,
    OfferNow,
    OtherDate,
    PlaceSlots,
    RefuseDate,
    Reopen,
    SetDate,
    Shift,
    SlotCard,
    TakeBack,
    TakenBack,
)
from bot.office_taps.planning import PlanHome
from bot.tap_kinds import OfficeTap, ReadContact
from bot.views.common import mode_name
from bot.views.contact_menu import turns
from bot.views.coordinator import ENDINGS, home_rows
from bot.views.juror_tasks import DECLINE_TEXTS
from bot.views.pages import Page, brief, page_of
from bot.views.scene import MAX_LABEL, Rows, menu_button
from scenarios.model import Mode
from storage.assignments import State

LINKS_ON_PAGE = 12
CANDIDATES_ON_PAGE = 6
SLOTS_ON_PAGE = 5

STATES = {
    State.OFFERED: N_("asked, no answer yet"),
    State.ACCEPTED: N_("taken"),
    State.DECLINED: N_("declined"),
    State.EXPIRED: N_("no answer in time"),
    State.RETURNED: N_("returned"),
    State.DONE: N_("report sent"),
    State.VOID: N_("does not count"),
}
"""What became of an offer, for the office."""


@dataclass(frozen=True, slots=True)
class LinkFact:
    """One juror of a chain."""

    assignment: int
    person: str
    state: State
    at: datetime
    reason: str | None = None
    """A code or the juror's own words, or an exit's label."""
    answer_by: datetime | None = None
    proposed_due: datetime | None = None
    contact: int | None = None


@dataclass(frozen=True, slots=True)
class SlotFact:
    """A planned contact."""

    slot: int
    participant: int
    place: str
    mode: Mode
    number: int
    opens_at: datetime
    due_at: datetime
    wave: str = ""
    juror: str | None = None
    reserve: str | None = None
    is_fixed: bool = False
    is_closed: bool = False
    because: str = ""
    """Why nobody is found, in words."""
    chain: tuple[LinkFact, ...] = ()

    @property
    def live(self) -> LinkFact | None:
        """Who has it in hand, or has made it."""
        found = [one for one in self.chain if one.state in {State.OFFERED, State.ACCEPTED, State.DONE}]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class CandidateFact:
    """A juror who could make a planned contact, or why not."""

    person: int
    name: str
    km: float | None
    load: int
    """Contacts planned for or done by them."""
    reason: str | None = None
    """Why not, in words."""
    may_be_forced: bool = False


def slot_card(fact: SlotFact, *, language: str, zone: ZoneInfo, now: datetime, said: str = "") -> Outgoing:
    """A planned contact, with everything that can be done with it. ``said`` stands before."""
    _ = texts(language)
    lines = [_window(_, fact, zone=zone)]
    if fact.is_closed:
        lines.append(_("Not wanted any more."))
    lines.append(_("Juror: {person}", person=fact.juror or "–") + (" " + _("(set by hand)") if fact.is_fixed else ""))
    if fact.reserve:
        lines.append(_("Reserve: {person}", person=fact.reserve))
    live = fact.live
    if live is not None:
        lines.append(_state(_, live, zone=zone, now=now).capitalize() + ".")
    elif fact.chain:
        lines.append(_.many("{n} person was asked.", "{n} people were asked.", len(fact.chain)))
    if fact.because and fact.juror is None:
        lines.append(fact.because)
    blocks = [said, "\n".join(lines)]
    return Outgoing(
        "\n\n".join(block for block in blocks if block), head=_head(_, fact), buttons=_slot_rows(_, fact, zone=zone)
    )


def chain(fact: SlotFact, number: int, *, language: str, zone: ZoneInfo, now: datetime) -> Outgoing:
    """Everybody who was asked, in that order; -1: the last page."""
    _ = texts(language)
    entries = [
        f"{place}. {link.person} – {_state(_, link, zone=zone, now=now)}"
        f" ({moment_text(link.at, language=language, zone=zone, now=now)})"
        for place, link in enumerate(fact.chain, 1)
    ]
    at = len(entries) if number < 0 else number
    page = page_of(entries or [_("Nobody has been asked yet.")], at, most=LINKS_ON_PAGE)
    lines = [text for _ordinal, text in page.entries]
    if fact.live is None and fact.because:
        lines.append(fact.because)
    rows: list[tuple[Button, ...]] = []
    if fact.live is None and not fact.is_closed:
        rows.append((menu_button(_("Ask somebody now"), Candidates(fact.slot, 0, PURPOSES.index("offer"))),))
    turning = turned(_, [(label, ChainPage(fact.slot, each)) for label, each in _pages(_, page)])
    back = (menu_button(_("Planned contact"), SlotCard(fact.slot)),)
    return Outgoing("\n".join(lines), head=_head(_, fact), buttons=(*rows, *turning, back, *home_rows(language)))


def candidates(fact: SlotFact, found: Sequence[CandidateFact], number: int, purpose: int, *, language: str) -> Outgoing:
    """Who could make it: the best first; those who cannot stand at the end with the reason."""
    _ = texts(language)
    if not found:
        back = (menu_button(_("Back"), SlotCard(fact.slot), style=ButtonStyle.QUIET),)
        return Outgoing(_("There are no jurors yet."), head=_head(_, fact), buttons=(back, *home_rows(language)))
    page = page_of([_candidate(_, one) for one in found], number, most=CANDIDATES_ON_PAGE)
    rows: list[tuple[Button, ...]] = []
    for ordinal, _text in page.entries:
        one = found[ordinal]
        if one.reason is None:
            label = brief(one.name, limit=MAX_LABEL)
            rows.append((menu_button(label, Choose(fact.slot, one.person, purpose)),))
        elif one.may_be_forced:
            label = _("{person} anyway", person=brief(one.name, limit=MAX_LABEL - 12))
            tap = ChooseAnyway(fact.slot, one.person, purpose)
            rows.append((menu_button(label, tap, style=ButtonStyle.QUIET),))
    turning = turned(_, [(label, Candidates(fact.slot, at, purpose)) for label, at in _pages(_, page)])
    back = (menu_button(_("Back"), SlotCard(fact.slot), style=ButtonStyle.QUIET),)
    asked = _(_QUESTIONS[PURPOSES[purpose]])
    body = "\n".join([asked, "", *(text for _ordinal, text in page.entries)])
    return Outgoing(body, head=_head(_, fact), buttons=(*rows, *turning, back))


def ask_take_back(fact: SlotFact, link: LinkFact, *, language: str) -> Outgoing:
    """Whether to take a task back from somebody."""
    _ = texts(language)
    rows = (
        (menu_button(_("Take back, ask the next one"), TakenBack(link.assignment, 1)),),
        (menu_button(_("Take back, ask nobody"), TakenBack(link.assignment, 0)),),
        (menu_button(_("Back"), SlotCard(fact.slot), style=ButtonStyle.QUIET),),
    )
    said = _("{person} has this task now and will be told that it is off the list.", person=link.person)
    return Outgoing(said, head=_head(_, fact), buttons=rows)


def ask_close(fact: SlotFact, *, language: str) -> Outgoing:
    """Whether a planned contact is not wanted any more."""
    _ = texts(language)
    rows = (
        (menu_button(_("Yes, it is not needed"), Close(fact.slot), style=ButtonStyle.DANGER),),
        (menu_button(_("Back"), SlotCard(fact.slot), style=ButtonStyle.QUIET),),
    )
    return Outgoing(
        _("Is this contact not needed any more? It can be brought back."), head=_head(_, fact), buttons=rows
    )


def place_slots(
    participant: int,
    place: str,
    facts: Sequence[SlotFact],
    number: int,
    *,
    language: str,
    zone: ZoneInfo,
    now: datetime,
) -> Outgoing:
    """The planned contacts of a participant."""
    _ = texts(language)
    page = page_of(
        [slot_line(_, one, zone=zone, now=now, with_place=False) for one in facts]
        or [_("Nothing is planned here yet.")],
        number,
        most=SLOTS_ON_PAGE,
    )
    rows = [
        (menu_button(_slot_label(_, facts[at], with_place=False), SlotCard(facts[at].slot)),)
        for at in dict.fromkeys(ordinal for ordinal, _text in page.entries)
        if at < len(facts)
    ]
    turning = turned(_, [(label, PlaceSlots(participant, at)) for label, at in _pages(_, page)])
    add = (menu_button(_("Add a contact"), AddSlot(participant)), menu_button(_("Plan"), PlanHome()))
    body = "\n".join(text for _ordinal, text in page.entries)
    return Outgoing(body, head=place, buttons=(*rows, *turning, add, *home_rows(language)))


def which_mode(participant: int, place: str, modes: Mapping[Mode, int], *, language: str) -> Outgoing:
    """Another contact at a participant: which mode; ``modes`` with the number such a contact gets."""
    _ = texts(language)
    every = list(Mode)
    rows = tuple(
        (
            menu_button(
                mode_name(mode, language=language).capitalize(), AddedSlot(participant, every.index(mode), number)
            ),
        )
        for mode, number in modes.items()
    )
    back = (menu_button(_("Back"), PlaceSlots(participant, 0), style=ButtonStyle.QUIET),)
    return Outgoing(_("Another contact, outside the plan. How?"), head=place, buttons=(*rows, back))


# Dates --------------------------------------------------------------------------------------------------------------


def all_taken(person: str, taken: Sequence[tuple[str, Mode]], *, language: str) -> Outgoing:
    """Somebody took several tasks at once: place and mode of each."""
    _ = texts(language)
    lines = [f"• {place} – {mode_name(mode, language=language)}" for place, mode in taken]
    said = _.many("{person} took {n} task:", "{person} took {n} tasks:", len(taken), person=person)
    return Outgoing("\n".join([said, *lines]))


def date_proposed(
    assignment: int,
    *,
    place: str,
    mode: Mode,
    person: str,
    due: tuple[datetime, datetime],
    language: str,
    zone: ZoneInfo,
) -> Outgoing:
    """A juror would rather make a contact by another day; ``due`` is the date it has and the one proposed."""
    _ = texts(language)
    before, after = (each.astimezone(zone).date() for each in due)
    said = _(
        "{person} asks for another date: by {after} instead of by {before}.",
        person=person,
        after=weekday_text(after, language=language),
        before=weekday_text(before, language=language),
    )
    day = after.toordinal()
    rows = (
        (
            menu_button(_("Agree"), AgreeDate(assignment, day), style=ButtonStyle.PRIMARY),
            menu_button(_("No"), RefuseDate(assignment, day)),
        ),
        (menu_button(_("Another date"), OtherDate(assignment), style=ButtonStyle.QUIET),),
    )
    return Outgoing(said, head=f"{place} · {mode_name(mode, language=language)}", buttons=rows)


def which_date(
    assignment: int, place: str, days: Sequence[date], last: date | None, *, language: str, problem: str = ""
) -> Outgoing:
    """Which day a task is due instead: buttons, or words."""
    _ = texts(language)
    asked = _("By which day? Choose one or write it, for example: {example}.", example=_("December 3"))
    if last is not None:
        asked += " " + _("At the latest: {day}.", day=weekday_text(last, language=language))
    rows = tuple(
        (menu_button(weekday_text(day, language=language), SetDate(assignment, day.toordinal())),) for day in days
    )
    body = "\n\n".join(part for part in (problem, asked) if part)
    return Outgoing(body, head=place, buttons=(*rows, *home_rows(language)), expects=InputHint.DATE)


def date_settled(place: str, day: date, *, agreed: bool, language: str) -> Outgoing:
    """The coordinator decided on a date; the juror is told."""
    _ = texts(language)
    shown = weekday_text(day, language=language)
    said = _("Agreed: by {day}. The juror is told.", day=shown)
    if not agreed:
        said = _("The date stays: by {day}. The juror is told.", day=shown)
    return Outgoing(said, head=place, buttons=home_rows(language))


def date_set(place: str, day: date, *, language: str) -> Outgoing:
    """The coordinator named another date; the juror is asked."""
    _ = texts(language)
    said = _("The new date: by {day}. The juror is told.", day=weekday_text(day, language=language))
    return Outgoing(said, head=place, buttons=home_rows(language))


def no_longer_proposed(place: str, *, language: str) -> Outgoing:
    """The proposal was settled before, or changed."""
    _ = texts(language)
    said = _("This proposal has been settled or changed meanwhile. Nothing was changed now.")
    return Outgoing(said, head=place, buttons=home_rows(language))


# Shared -------------------------------------------------------------------------------------------------------------


def slot_line(_: Translator, fact: SlotFact, *, zone: ZoneInfo, now: datetime, with_place: bool = True) -> str:
    """A planned contact in a line."""
    what = f"{mode_name(fact.mode, language=_.language)} {fact.number}"
    parts = [f"{fact.place} – {what}" if with_place else what, fact.juror or _("nobody")]
    live = fact.live
    if live is not None:
        parts.append(_state(_, live, zone=zone, now=now, briefly=True))
    return f"• {', '.join(parts)}, {_days(_, fact, zone=zone)}"


def turned(_: Translator, pages: Sequence[tuple[str, OfficeTap]]) -> Rows:
    """The row of buttons to the pages before and after."""
    row = tuple(menu_button(label, tap, style=ButtonStyle.QUIET) for label, tap in pages)
    return (row,) if row else ()


def reason_text(_: Translator, code: str) -> str:
    """Why an offer ended: a known code in words, anything else as it is."""
    known = DECLINE_TEXTS.get(code) or ENDINGS.get(code)
    return code if known is None else _(known)


_QUESTIONS = {
    "plan": N_("Who is to make this contact?"),
    "offer": N_("Who is asked now?"),
    "reserve": N_("Who is asked if the first one cannot?"),
}


def _pages(_: Translator, page: Page) -> list[tuple[str, int]]:
    return turns(page, newer=_("Previous"), older=_("Next"))


def _slot_label(_: Translator, fact: SlotFact, *, with_place: bool) -> str:
    what = f"{mode_name(fact.mode, language=_.language)} {fact.number}"
    if not with_place:
        return brief(" – ".join((what, fact.juror or _("nobody"))), limit=MAX_LABEL)
    return f"{brief(fact.place, limit=MAX_LABEL - len(what) - 3)} – {what}"


def _slot_rows(_: Translator, fact: SlotFact, *, zone: ZoneInfo) -> Rows:
    slot, live = fact.slot, fact.live
    rows: list[tuple[Button, ...]] = []
    if fact.is_closed:
        rows.append((menu_button(_("It is needed after all"), Reopen(slot)),))
    elif live is None:
        if fact.juror is not None:
            rows.append((menu_button(_("Ask now"), OfferNow(slot), style=ButtonStyle.PRIMARY),))
        rows.append(
            (
                menu_button(_("Choose a juror"), Candidates(slot, 0, PURPOSES.index("plan"))),
                menu_button(_("Ask somebody now"), Candidates(slot, 0, PURPOSES.index("offer"))),
            )
        )
        fix = menu_button(_("Unfix") if fact.is_fixed else _("Fix"), Fix(slot, int(not fact.is_fixed)))
        close = menu_button(_("Not needed"), AskClose(slot), style=ButtonStyle.QUIET)
        rows.append((fix, close) if fact.juror is not None else (close,))
    elif live.contact is not None:
        rows.append((menu_button(_("Read"), ReadContact(live.contact, 0)),))
    elif live.state is not State.DONE:
        rows.append((menu_button(_("Take back"), TakeBack(live.assignment)),))
        if live.proposed_due is not None:
            day = live.proposed_due.astimezone(zone).date().toordinal()
            rows.append(
                (
                    menu_button(_("Agree"), AgreeDate(live.assignment, day)),
                    menu_button(_("No"), RefuseDate(live.assignment, day)),
                )
            )
        rows.append((menu_button(_("Another date"), OtherDate(live.assignment), style=ButtonStyle.QUIET),))
    if not fact.is_closed and (live is None or live.state is State.OFFERED):
        reserve = menu_button(_("Reserve"), Candidates(slot, 0, PURPOSES.index("reserve")), style=ButtonStyle.QUIET)
        none = menu_button(_("No reserve"), NoReserve(slot), style=ButtonStyle.QUIET)
        rows.append((reserve, none) if fact.reserve else (reserve,))
    if not fact.is_closed and live is None:
        begins = fact.opens_at.astimezone(zone).date().toordinal()
        rows.append(
            (
                menu_button(_("A week earlier"), Shift(slot, -1, begins), style=ButtonStyle.QUIET),
                menu_button(_("A week later"), Shift(slot, 1, begins), style=ButtonStyle.QUIET),
            )
        )
    rows.append(
        (
            menu_button(_("Who was asked"), Chain(slot), style=ButtonStyle.QUIET),
            menu_button(_("This participant"), PlaceSlots(fact.participant, 0), style=ButtonStyle.QUIET),
        )
    )
    return (*rows, *home_rows(_.language))


def _head(_: Translator, fact: SlotFact) -> str:
    return f"{fact.place} · {mode_name(fact.mode, language=_.language)} {fact.number}"


def _window(_: Translator, fact: SlotFact, *, zone: ZoneInfo) -> str:
    days = _days(_, fact, zone=zone)
    return f"{fact.wave}: {days}" if fact.wave else _("Dates: {days}", days=days)


def _days(_: Translator, fact: SlotFact, *, zone: ZoneInfo) -> str:
    opens, due = (each.astimezone(zone).date() for each in (fact.opens_at, fact.due_at))
    return f"{opens:%d.%m}–{due:%d.%m}"


def _state(_: Translator, link: LinkFact, *, zone: ZoneInfo, now: datetime, briefly: bool = False) -> str:
    said = _(STATES[link.state])
    if link.state is State.ACCEPTED and link.contact is not None:
        said = _("begun")
    if briefly:
        return said
    if link.reason and link.state in {State.DECLINED, State.RETURNED, State.VOID}:
        said += f": {reason_text(_, link.reason)}"
    if link.state is State.OFFERED and link.answer_by is not None:
        said += ", " + _("answer by {time}", time=moment_text(link.answer_by, language=_.language, zone=zone, now=now))
    if link.proposed_due is not None and link.state in {State.OFFERED, State.ACCEPTED}:
        day = weekday_text(link.proposed_due.astimezone(zone).date(), language=_.language)
        said += ", " + _("proposes: by {day}", day=day)
    return said


def _candidate(_: Translator, one: CandidateFact) -> str:
    known = [_.many("{n} contact", "{n} contacts", one.load)]
    if one.km is not None:
        known.insert(0, f"{number_text(round(one.km), language=_.language)} km")
    line = f"• {one.name} – {', '.join(known)}"
    return line if one.reason is None else f"{line}; {one.reason}"


# Answers to what was done -------------------------------------------------------------------------------------------


def is_planned(person: str, *, language: str) -> str:
    """Somebody is planned by hand."""
    _ = texts(language)
    return _("Planned: {person}. A new plan leaves it so.", person=person)


def is_reserve(person: str, *, language: str) -> str:
    """Somebody is the reserve."""
    _ = texts(language)
    return _("Reserve: {person}.", person=person)


def is_first_already(person: str, *, language: str) -> str:
    """The reserve would be the very juror it stands in for."""
    _ = texts(language)
    return _("{person} is planned here already; the reserve has to be somebody else.", person=person)


def is_asked(person: str, *, has_chat: bool, language: str) -> str:
    """Somebody was asked now."""
    _ = texts(language)
    if has_chat:
        return _("Asked now: {person}.", person=person)
    return _(
        "On the list of {person}, who has no chat here yet: please tell them or send an invitation.", person=person
    )


def cannot(person: str, reason: str | None, *, language: str) -> str:
    """Somebody cannot be chosen."""
    _ = texts(language)
    if reason is None:
        return _("{person} cannot be chosen here.", person=person)
    return _("{person} cannot be chosen here: {reason}.", person=person, reason=reason)


def in_hands(*, language: str) -> str:
    """Somebody has the task meanwhile."""
    _ = texts(language)
    return _("Somebody has this task already. Take it back first, if it is to be somebody else's.")


def takes_no_part(place: str, *, language: str) -> str:
    """The participant withdrew: nobody is asked to go there."""
    _ = texts(language)
    return _("{place}: takes no part any more, so nobody is asked.", place=place)


def window_is_over(*, language: str) -> str:
    """The planned dates are over."""
    _ = texts(language)
    return _("The dates of this contact are over. Please move them first.")


def cannot_move(first: date, last: date, *, language: str) -> str:
    """A window cannot leave its wave."""
    _ = texts(language)
    return _(
        "It cannot be moved further: the wave is from {first} to {last}.",
        first=f"{first:%d.%m}",
        last=f"{last:%d.%m}",
    )


def edition_is_over(place: str, *, language: str) -> Outgoing:
    """No day is left for another contact."""
    _ = texts(language)
    said = _("No day is left for another contact. The dates of the edition can be changed.")
    return Outgoing(said, head=place, buttons=home_rows(language))
