"""What is asked while a query is written down or answered: of whom, about what, in which words, with what effect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, InputHint, Outgoing
from bot.i18n import N_, Translator, day_text, moment_text, texts, weekday_text
from bot.office_taps.queries import (
    EFFECTS,
    NewQuery,
    PlaceQueries,
    Queries,
    QueryAbout,
    QueryCard,
    QueryEffect,
    QueryItem,
    QueryReceived,
    QueryValue,
    QueryWhole,
)
from bot.tap_kinds import OfficeTap
from bot.views.common import mode_name
from bot.views.pages import brief, split_text
from bot.views.scene import MAX_LABEL, menu_button
from storage.queries import Query, SentContact

T = TypeVar("T")

ON_PAGE = 6
EFFECT_LABELS = {
    "none": N_("Nothing changes"),
    "again": N_("Ask the question again"),
    "void": N_("The contact does not count"),
    "value": N_("Another answer holds"),
}
"""By the names of ``EFFECTS``."""


def ask_place(found: Sequence[tuple[int, str]] = (), *, lead: str = "", language: str) -> Outgoing:
    """Which participant asked; ``found`` are those the words may mean."""
    _ = texts(language)
    asked = _("Which participant asked? Please write its name, or a part of it.")
    buttons = [menu_button(brief(name, limit=MAX_LABEL), NewQuery(key, 0)) for key, name in found]
    rows = [*_pairs(buttons), (_quiet(_("Back"), Queries(0)),)]
    body = f"{lead}\n\n{asked}" if lead else asked
    return Outgoing(body, head=_("New query"), buttons=tuple(rows), expects=InputHint.TEXT)


def ask_contact(
    participant_id: int,
    name: str,
    contacts: Sequence[SentContact],
    number: int,
    *,
    language: str,
    zone: ZoneInfo,
) -> Outgoing:
    """Which contact it is about; ``contacts`` are all that were sent."""
    _ = texts(language)
    shown, pages, number = _page(contacts, number)
    buttons = [
        menu_button(brief(_contact(one, language=language, zone=zone), limit=MAX_LABEL), QueryAbout(one.contact_id, 0))
        for one in shown
    ]
    rows = [
        *((button,) for button in buttons),
        *_turning(_, number, pages, [NewQuery(participant_id, number - 1), NewQuery(participant_id, number + 1)]),
        (menu_button(_("The whole result"), QueryWhole(participant_id)),),
        (_quiet(_("Back"), PlaceQueries(participant_id, 0)),),
    ]
    asked = _("Which contact is it about?") if contacts else _("No contact was sent from here yet.")
    return Outgoing(asked, head=f"{name} · " + _("New query"), buttons=tuple(rows))


def ask_item(
    contact_id: int,
    participant_id: int,
    name: str,
    items: Sequence[tuple[int, str]],
    number: int,
    *,
    language: str,
) -> Outgoing:
    """Which question of the contact it is about; ``items`` are the ordinals of their steps, and their words."""
    _ = texts(language)
    shown, pages, number = _page(items, number)
    rows: list[tuple[Button, ...]] = [
        (menu_button(brief(label, limit=MAX_LABEL), QueryItem(contact_id, step)),) for step, label in shown
    ]
    rows += _turning(_, number, pages, [QueryAbout(contact_id, number - 1), QueryAbout(contact_id, number + 1)])
    rows += [
        (menu_button(_("All of the contact"), QueryItem(contact_id, 0)),),
        (_quiet(_("Back"), NewQuery(participant_id, 0)),),
    ]
    place = f" · {number + 1}/{pages}" if pages > 1 else ""
    return Outgoing(_("Which question is it about?"), head=f"{name}{place}", buttons=tuple(rows))


def ask_text(participant_id: int, name: str, about: str, *, lead: str = "", language: str) -> Outgoing:
    """What the participant asks, in its own words."""
    _ = texts(language)
    asked = _("Please copy what the participant writes: which fact it disputes, and why.")
    note = _("For example: On that day the desk was open until 18:00, the notice on the door says so too.")
    blocks = [block for block in (lead, about, asked) if block]
    rows = ((_quiet(_("Leave it"), PlaceQueries(participant_id, 0)),),)
    return Outgoing("\n\n".join(blocks), head=name, note=note, buttons=rows, expects=InputHint.TEXT)


def ask_who(query: Query, name: str, *, lead: str = "", language: str) -> Outgoing:
    """Who asked."""
    _ = texts(language)
    asked = _("Who asked? Please write the name or the e-mail address.")
    body = f"{lead}\n\n{asked}" if lead else asked
    return Outgoing(body, head=name, buttons=(_to_card(_, query),), expects=InputHint.TEXT)


def ask_when(query: Query, name: str, days: Sequence[date], *, lead: str = "", language: str) -> Outgoing:
    """When it came: a day on a button, or a typed one."""
    _ = texts(language)
    asked = _("When did it come? Tap a day or write it, e.g. 3.11.")
    buttons = [
        menu_button(weekday_text(day, language=language), QueryReceived(query.id, day.toordinal())) for day in days
    ]
    body = f"{lead}\n\n{asked}" if lead else asked
    rows = (*_pairs(buttons), _to_card(_, query))
    return Outgoing(body, head=name, buttons=rows, expects=InputHint.DATE)


def ask_effect(query: Query, name: str, effects: Sequence[str], *, language: str) -> Outgoing:
    """What comes of the query: those of ``EFFECTS`` that are possible. A long query is read in full here."""
    _ = texts(language)
    buttons = [
        (menu_button(_(EFFECT_LABELS[each]), QueryEffect(query.id, at)),)
        for at, each in enumerate(EFFECTS)
        if each in effects
    ]
    words = split_text(query.text)
    asked = _("What comes of it? Nothing is done before it is shown once more.")
    return Outgoing(f"„{words[0]}”\n\n{asked}", head=name, buttons=(*buttons, _to_card(_, query)))


def ask_value(query: Query, name: str, values: Sequence[tuple[int, str]], *, language: str) -> Outgoing:
    """Which answer is to hold; the juror's own stays as it is."""
    _ = texts(language)
    buttons = [menu_button(brief(label, limit=MAX_LABEL), QueryValue(query.id, value)) for value, label in values]
    body = _("Which answer is to hold? The juror's own stays in the report as it was given.")
    rows = (*((button,) for button in buttons), _to_card(_, query))
    return Outgoing(body, head=name, buttons=rows)


def ask_answer(query: Query, name: str, *, lead: str = "", language: str) -> Outgoing:
    """The words of the answer."""
    _ = texts(language)
    asked = _(
        "Please write the answer to the participant. No names, and no exact times: they would tell who was there."
    )
    body = f"{lead}\n\n{asked}" if lead else asked
    return Outgoing(body, head=name, buttons=(_to_card(_, query),), expects=InputHint.TEXT)


def day_problem(day: date, *, language: str) -> str:
    """A day that is still to come."""
    _ = texts(language)
    return _("{day} is still to come.", day=day_text(day, language=language))


def _contact(one: SentContact, *, language: str, zone: ZoneInfo) -> str:
    sent = moment_text(one.submitted_at, language=language, zone=zone)
    return f"{mode_name(one.mode, language=language)}, {sent}"


def _page(every: Sequence[T], number: int) -> tuple[Sequence[T], int, int]:
    pages = max(1, -(-len(every) // ON_PAGE))
    number = max(0, min(number, pages - 1))
    return every[number * ON_PAGE : (number + 1) * ON_PAGE], pages, number


def _turning(_: Translator, number: int, pages: int, taps: Sequence[OfficeTap]) -> list[tuple[Button, ...]]:
    back, on = taps
    turning = [_quiet(_("Previous"), back)] if number else []
    turning += [_quiet(_("Next"), on)] if number + 1 < pages else []
    return [tuple(turning)] if turning else []


def _to_card(_: Translator, query: Query) -> tuple[Button, ...]:
    return (_quiet(_("Back"), QueryCard(query.id)),)


def _pairs(buttons: Sequence[Button]) -> list[tuple[Button, ...]]:
    return [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]


def _quiet(label: str, tap: OfficeTap) -> Button:
    return menu_button(label, tap, style=ButtonStyle.QUIET)
