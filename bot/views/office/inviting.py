"""Invitations as the office sees them: who has a link, who came, and the links themselves, shown once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.i18n import N_, Translator, moment_text, texts
from bot.office_taps.importing import ImportHelp
from bot.office_taps.inviting import (
    AskRenewAll,
    Invitations,
    InviteAll,
    InvitedList,
    InviteeCard,
    IssueLink,
    RenewAll,
    RevokeLink,
)
from bot.views.contact_menu import turns
from bot.views.coordinator import home_rows
from bot.views.pages import brief, page_of
from bot.views.scene import MAX_LABEL, menu_button
from storage.invitations import Invited, Invitee
from storage.people import Role

STATES = tuple(Invited)
"""In the order buttons count them."""
PEOPLE_ON_PAGE = 7

ROLES = {
    Role.JUROR: N_("juror"),
    Role.COORDINATOR: N_("coordinator"),
    Role.ORGANIZER: N_("organizer"),
}
_STATES = {
    Invited.NOT_YET: N_("not invited"),
    Invited.WAITING: N_("invited, not here yet"),
    Invited.EXPIRED: N_("link over"),
    Invited.CAME: N_("here"),
    Invited.LEFT: N_("take no part any more"),
}


def role_name(role: Role, *, language: str) -> str:
    """A role in a word."""
    return texts(language)(ROLES[role])


def overview(counts: Mapping[Invited, int], *, language: str) -> Outgoing:
    """How many are where on their way in."""
    _ = texts(language)
    total = sum(counts.values())
    if not total:
        said = _("There is nobody to invite yet. People come in with a file.")
        way_on = ((menu_button(_("Bring in a file"), ImportHelp()),), *home_rows(language))
        return Outgoing(said, head=_("Invitations"), buttons=way_on)
    lines = [f"• {_(_STATES[state])}: {counts[state]}" for state in STATES if counts.get(state)]
    rows_of = [
        (menu_button(f"{_(_STATES[state]).capitalize()} ({counts[state]})", InvitedList(STATES.index(state), 0)),)
        for state in STATES
        if counts.get(state)
    ]
    without = counts.get(Invited.NOT_YET, 0) + counts.get(Invited.EXPIRED, 0)
    rows: list[tuple[Button, ...]] = []
    if without:
        label = _.many("Links for {n} person without one", "Links for {n} people without one", without)
        rows.append((menu_button(label, InviteAll(), style=ButtonStyle.PRIMARY),))
    rows += rows_of
    if counts.get(Invited.WAITING):
        rows.append((menu_button(_("New links for all not here yet"), AskRenewAll(), style=ButtonStyle.QUIET),))
    return Outgoing("\n".join(lines), head=_("Invitations"), buttons=(*rows, *home_rows(language)))


def people_page(state: Invited, invitees: Sequence[Invitee], number: int, *, language: str, zone: ZoneInfo) -> Outgoing:
    """A page of people in one state."""
    _ = texts(language)
    if not invitees:
        way_on = ((_back(_),), *home_rows(language))
        return Outgoing(_("Nobody is here now."), head=_(_STATES[state]).capitalize(), buttons=way_on)
    page = page_of([_line(_, one, zone=zone) for one in invitees], number, most=PEOPLE_ON_PAGE)
    rows_of = [
        (menu_button(brief(invitees[ordinal].person.name, limit=MAX_LABEL), InviteeCard(invitees[ordinal].person.id)),)
        for ordinal in dict.fromkeys(ordinal for ordinal, _text in page.entries)
    ]
    turning = tuple(
        menu_button(label, InvitedList(STATES.index(state), at), style=ButtonStyle.QUIET)
        for label, at in turns(page, newer=_("Previous"), older=_("Next"))
    )
    count = f" · {page.number + 1}/{page.total}" if page.total > 1 else ""
    body = "\n".join(text for _ordinal, text in page.entries)
    rows = (*rows_of, *((turning,) if turning else ()), (_back(_),))
    return Outgoing(body, head=_(_STATES[state]).capitalize() + count, buttons=rows)


def card(one: Invitee, *, language: str, zone: ZoneInfo, lead: str = "") -> Outgoing:
    """One person's way in, and what can be done."""
    _ = texts(language)
    lines = [_("Role: {role}", role=_(ROLES[one.person.role])), _(_STATES[one.state]).capitalize() + "."]
    if one.until is not None:
        lines.append(_("The link can be used until {time}.", time=moment_text(one.until, language=language, zone=zone)))
    rows: list[tuple[Button, ...]] = []
    if one.state is not Invited.LEFT:
        is_first = one.state is Invited.NOT_YET
        label = _("Link and code") if is_first else _("New link and code")
        rows.append((menu_button(label, IssueLink(one.person.id), style=ButtonStyle.PRIMARY),))
    if one.until is not None:
        rows.append((menu_button(_("Revoke the link"), RevokeLink(one.person.id), style=ButtonStyle.DANGER),))
    rows.append((_back(_),))
    body = "\n\n".join(part for part in (lead, "\n".join(lines)) if part)
    return Outgoing(body, head=one.person.name, buttons=tuple(rows))


def link(
    one: Invitee, urls: Sequence[str], *, until: datetime, revoked: int, language: str, zone: ZoneInfo
) -> Outgoing:
    """A person's link, shown once."""
    _ = texts(language)
    lines = [
        _(
            "This link opens the chat of {name}, once, until {time}.",
            name=one.person.name,
            time=_moment(until, _, zone),
        ),
        *urls,
        _("It stands only in this message: what we keep cannot be turned back into it."),
    ]
    if revoked:
        lines.append(_("Earlier links do not work any more."))
    rows = ((menu_button(_("Revoke the link"), RevokeLink(one.person.id), style=ButtonStyle.DANGER),), (_back(_),))
    return Outgoing("\n\n".join(lines), head=_("Invitation"), buttons=rows, may_be_saved=True)


def code(name: str, *, language: str) -> Outgoing:
    """The same link as a code to point a camera at."""
    _ = texts(language)
    return Outgoing(_("The same link as a code for the camera: {name}", name=name), may_be_saved=True)


def ask_renew(count: int, *, language: str) -> Outgoing:
    """Whether the links already sent are to stop working."""
    _ = texts(language)
    said = _.many(
        "{n} person gets a new link. The one sent before stops working. Is that meant?",
        "{n} people get new links. Those sent before stop working. Is that meant?",
        count,
    )
    yes = menu_button(_("Yes, new links"), RenewAll(), style=ButtonStyle.DANGER)
    return Outgoing(said, head=_("Invitations"), buttons=((yes,), (_back(_),)))


def being_made(count: int, *, language: str) -> Outgoing:
    """The links are made; the table follows."""
    _ = texts(language)
    said = _.many(
        "{n} link is ready. A table and a sheet of codes follow in a moment.",
        "{n} links are ready. A table and sheets of codes follow in a moment.",
        count,
    )
    return Outgoing(said, head=_("Invitations"))


def nobody(*, language: str) -> Outgoing:
    """Everybody has a link or is here."""
    _ = texts(language)
    said = _("Nobody needs a link now.")
    return Outgoing(said, head=_("Invitations"), buttons=((_back(_),), *home_rows(language)))


def links(count: int, *, language: str) -> Outgoing:
    """The table of links and the codes, which stand nowhere else."""
    _ = texts(language)
    said = _.many("{n} invitation.", "{n} invitations.", count)
    warning = _(
        "The links stand only in these files: what we keep cannot be turned back into them. "
        "Each works once. Please send everybody only their own."
    )
    return Outgoing(f"{said} {warning}", head=_("Invitations"), may_be_saved=True)


def table_name(language: str) -> str:
    """The name of the table's file and sheet."""
    _ = texts(language)
    return _("Invitations")


def table_header(language: str) -> tuple[str, ...]:
    """The table's columns."""
    _ = texts(language)
    return (_("Name"), _("Role"), _("E-mail"), _("Web link"), _("Telegram link"), _("Valid until"))


def _line(_: Translator, one: Invitee, *, zone: ZoneInfo) -> str:
    until = "" if one.until is None else " – " + _("until {time}", time=_moment(one.until, _, zone))
    return f"• {one.person.name}, {_(ROLES[one.person.role])}{until}"


def _moment(moment: datetime, _: Translator, zone: ZoneInfo) -> str:
    return moment_text(moment, language=_.language, zone=zone)


def _back(_: Translator) -> Button:
    return menu_button(_("Invitations"), Invitations(0), style=ButtonStyle.QUIET)
