"""The jury board: who is on it, and who could be."""

from __future__ import annotations

from collections.abc import Sequence

from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.i18n import N_, texts
from bot.office_taps.licence import (
    LicenceAskLeave,
    LicenceBoard,
    LicenceBoardPick,
    LicenceJoin,
    LicenceLeave,
    Licences,
)
from bot.tap_kinds import OfficeTap
from bot.views.contact_menu import turns
from bot.views.coordinator import home_rows
from bot.views.pages import brief, page_of
from bot.views.scene import MAX_LABEL, menu_button
from storage.board import Member
from storage.people import Person, Role

ON_PAGE = 8

ROLES = {
    Role.JUROR: N_("juror"),
    Role.COORDINATOR: N_("coordinator"),
    Role.ORGANIZER: N_("organizer"),
}
"""What somebody does besides."""


def listed(members: Sequence[Member], number: int, *, lead: str = "", language: str) -> Outgoing:
    """Who is on the board."""
    _ = texts(language)
    page = page_of([f"• {each.name} ({_(ROLES[each.role])})" for each in members], number, most=ON_PAGE)
    shown = [members[at] for at, _text in page.entries]
    buttons = [
        menu_button(brief(_("Take off: {name}", name=each.name), limit=MAX_LABEL), LicenceAskLeave(each.person_id))
        for each in shown
    ]
    rows: list[tuple[Button, ...]] = [(button,) for button in buttons]
    turning = tuple(_quiet(label, LicenceBoard(at)) for label, at in turns(page, newer=_("Previous"), older=_("Next")))
    rows += [turning] if turning else []
    add = menu_button(_("Put somebody on the board"), LicenceBoardPick(0), style=ButtonStyle.PRIMARY)
    rows += [(add,), (_quiet(_("All licences"), Licences(0)),)]
    body = "\n".join(text for _at, text in page.entries) or _("Nobody is on the board yet.")
    note = _("The board votes on licences. Whoever joins votes in those that are opened from now on.")
    place = f" · {page.number + 1}/{page.total}" if page.total > 1 else ""
    said = f"{lead}\n\n{body}" if lead else body
    return Outgoing(said, head=_("Jury board") + place, note=note, buttons=(*rows, *home_rows(language)))


def candidates(people: Sequence[Person], number: int, *, lead: str = "", language: str) -> Outgoing:
    """Who could be put on the board: ``people`` are all of them."""
    _ = texts(language)
    page = page_of([f"• {each.name} ({_(ROLES[each.role])})" for each in people], number, most=ON_PAGE)
    shown = [people[at] for at, _text in page.entries]
    rows: list[tuple[Button, ...]] = [
        (menu_button(brief(f"+ {each.name}", limit=MAX_LABEL), LicenceJoin(each.id, page.number)),) for each in shown
    ]
    turning = tuple(
        _quiet(label, LicenceBoardPick(at)) for label, at in turns(page, newer=_("Previous"), older=_("Next"))
    )
    rows += [turning] if turning else []
    rows.append((_quiet(_("Jury board"), LicenceBoard(0)),))
    body = "\n".join(text for _at, text in page.entries) or _("Everybody is on the board already.")
    place = f" · {page.number + 1}/{page.total}" if page.total > 1 else ""
    said = f"{lead}\n\n{body}" if lead else body
    return Outgoing(said, head=_("Who joins the board?") + place, buttons=(*rows, *home_rows(language)))


def ask_leave(person: Person, *, open_votes: int, language: str) -> Outgoing:
    """Whether somebody is to be taken off."""
    _ = texts(language)
    lines = [_("Take {name} off the board?", name=person.name)]
    if open_votes:
        lines.append(
            _.many("{n} open vote goes on without this vote.", "{n} open votes go on without these votes.", open_votes)
        )
    rows = (
        (menu_button(_("Take off the board"), LicenceLeave(person.id), style=ButtonStyle.DANGER),),
        (menu_button(_("Back"), LicenceBoard(0)),),
        *home_rows(language),
    )
    return Outgoing("\n".join(lines), head=_("Jury board"), buttons=rows)


def _quiet(label: str, tap: OfficeTap) -> Button:
    return menu_button(label, tap, style=ButtonStyle.QUIET)
