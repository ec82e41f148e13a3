"""The lists of participants and people: pages of them, how they are narrowed, and what a search found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.channels.base import Button, ButtonStyle, InputHint, Outgoing
from bot.i18n import N_, Translator, texts
from bot.importing.types import type_name
from bot.office_taps.directory import (
    PERSON_STATES,
    PLACE_STATES,
    ROLES,
    AddPerson,
    AddPlace,
    NarrowPeople,
    NarrowPlaces,
    PeopleBy,
    PeopleTable,
    PersonCard,
    PlaceCard,
    Places,
    PlacesTable,
    SearchPeople,
    SearchPlaces,
    WhichKind,
    WhichVoivodship,
)
from bot.tap_kinds import OfficeTap
from bot.views.contact_menu import turns
from bot.views.coordinator import home_rows
from bot.views.pages import brief, page_of
from bot.views.scene import MAX_LABEL, Rows, menu_button
from storage.directory import Chat, PersonLine, PlaceLine
from storage.people import Role
from storage.postcodes import VOIVODSHIPS

ON_PAGE = 6
"""Entries of a page; each has a button of its own."""

REGIONS = tuple(VOIVODSHIPS.values())
"""Voivodships; buttons carry their place in this list, counted from 1."""

ROLE_NAMES = {Role.JUROR: N_("juror"), Role.COORDINATOR: N_("coordinator"), Role.ORGANIZER: N_("organizer")}

_ROLE_CHOICES = {
    "all": N_("Everybody"),
    "juror": N_("Jurors"),
    "coordinator": N_("Coordinators"),
    "organizer": N_("Organizers"),
}
_PLACE_CHOICES = {
    "all": N_("All"),
    "empty": N_("Without contacts"),
    "holes": N_("With holes"),
    "withdrawn": N_("Withdrawn"),
}
_PERSON_CHOICES = {
    "all": N_("All"),
    "late": N_("With something late"),
    "not_come": N_("Not come yet"),
    "out_of_reach": N_("Out of reach"),
    "left": N_("Left"),
}
CHAT_TEXTS = {
    Chat.REACHED: N_("in the chat"),
    Chat.OUT_OF_REACH: N_("has blocked the chat"),
    Chat.INVITED: N_("invited, has not come yet"),
    Chat.INVITATION_OVER: N_("the invitation is over"),
    Chat.NOT_INVITED: N_("not invited yet"),
}


@dataclass(frozen=True, slots=True)
class ChosenPlaces:
    """Which participants a list shows: numbers as buttons carry them, and the types to choose from."""

    voivodship: int = 0
    kind: int = 0
    state: int = 0
    kinds: tuple[str, ...] = ()

    @property
    def region(self) -> str | None:
        """The voivodship; None is all."""
        return REGIONS[self.voivodship - 1] if 0 < self.voivodship <= len(REGIONS) else None

    @property
    def type(self) -> str | None:
        """The type's code; None is all."""
        return self.kinds[self.kind - 1] if 0 < self.kind <= len(self.kinds) else None

    @property
    def state_name(self) -> str:
        """A word of ``PLACE_STATES``."""
        return PLACE_STATES[self.state] if 0 <= self.state < len(PLACE_STATES) else "all"


def places(lines: Sequence[PlaceLine], chosen: ChosenPlaces, number: int, *, language: str) -> Outgoing:
    """A page of the chosen participants."""
    _ = texts(language)
    v, k, s = chosen.voivodship, chosen.kind, chosen.state
    entries = [_place_entry(_, line) for line in lines]
    page = page_of(entries or [_("None fits.")], number, most=ON_PAGE)
    shown = [lines[at].participant for at in dict.fromkeys(at for at, _text in page.entries) if lines]
    rows: list[tuple[Button, ...]] = [
        (menu_button(brief(one.short_name, limit=MAX_LABEL), PlaceCard(one.id)),) for one in shown
    ]
    turning = turns(page, newer=_("Previous"), older=_("Next"))
    rows += _row(*(_quiet(label, Places(v, k, s, at)) for label, at in turning))
    rows += _row(menu_button(_("Search"), SearchPlaces()), menu_button(_("Narrow"), NarrowPlaces(v, k, s)))
    rows += _row(_quiet(_("Add"), AddPlace()), _quiet(_("As a table"), PlacesTable(v, k, s)))
    head = _headed(_("Participants"), _place_filter(_, chosen), len(lines), page.number, page.total)
    return Outgoing("\n\n".join(text for _at, text in page.entries), head=head, buttons=(*rows, *home_rows(language)))


def narrow_places(chosen: ChosenPlaces, *, language: str) -> Outgoing:
    """The ways to narrow the list of participants."""
    _ = texts(language)
    v, k, s = chosen.voivodship, chosen.kind, chosen.state
    rows: list[tuple[Button, ...]] = [
        (menu_button(_("Voivodship: {name}", name=chosen.region or _("all")), WhichVoivodship(k, s)),),
        (menu_button(_("Type: {name}", name=type_name(chosen.type) if chosen.type else _("all")), WhichKind(v, s)),),
    ]
    states = [
        menu_button(_marked(_(_PLACE_CHOICES[name]), is_on=at == s), Places(v, k, at, 0))
        for at, name in enumerate(PLACE_STATES)
    ]
    rows += _pairs(states)
    rows += _row(_quiet(_("Show all"), Places(0, 0, 0, 0)))
    return Outgoing(_("Which participants?"), buttons=(*rows, *home_rows(language)))


def which_voivodship(chosen: ChosenPlaces, *, language: str) -> Outgoing:
    """All voivodships as buttons."""
    _ = texts(language)
    names = ((0, _("all")), *enumerate(REGIONS, 1))
    buttons = [menu_button(name, Places(at, chosen.kind, chosen.state, 0)) for at, name in names]
    return Outgoing(_("Which voivodship?"), buttons=tuple(_pairs(buttons)))


def which_kind(chosen: ChosenPlaces, *, language: str) -> Outgoing:
    """The types of participants there are as buttons."""
    _ = texts(language)
    names = ((0, _("all")), *((at, brief(type_name(code), limit=MAX_LABEL)) for at, code in enumerate(chosen.kinds, 1)))
    buttons = [menu_button(name, Places(chosen.voivodship, at, chosen.state, 0)) for at, name in names]
    return Outgoing(_("Which type?"), buttons=(*_pairs(buttons), *home_rows(language)))


def people(
    lines: Sequence[PersonLine], role: int, state: int, number: int, *, language: str, sees_all: bool
) -> Outgoing:
    """A page of the chosen people. ``sees_all``: an organizer looks, who may choose by role."""
    _ = texts(language)
    entries = [_person_entry(_, line) for line in lines]
    page = page_of(entries or [_("None fits.")], number, most=ON_PAGE)
    shown = [lines[at].person for at in dict.fromkeys(at for at, _text in page.entries) if lines]
    rows: list[tuple[Button, ...]] = [
        (menu_button(brief(one.name, limit=MAX_LABEL), PersonCard(one.id)),) for one in shown
    ]
    turning = turns(page, newer=_("Previous"), older=_("Next"))
    rows += _row(*(_quiet(label, PeopleBy(role, state, at)) for label, at in turning))
    rows += _row(menu_button(_("Search"), SearchPeople()), menu_button(_("Narrow"), NarrowPeople(role, state)))
    rows += _row(_quiet(_("Add"), AddPerson(0)), _quiet(_("As a table"), PeopleTable(role, state)))
    words = [_(_ROLE_CHOICES[ROLES[role]])] if role and sees_all else []
    words += [_(_PERSON_CHOICES[PERSON_STATES[state]])] if state else []
    head = _headed(_("People") if sees_all else _("Jurors"), words, len(lines), page.number, page.total)
    return Outgoing("\n\n".join(text for _at, text in page.entries), head=head, buttons=(*rows, *home_rows(language)))


def narrow_people(role: int, state: int, *, language: str, sees_all: bool) -> Outgoing:
    """The ways to narrow the list of people."""
    _ = texts(language)
    roles = [
        menu_button(_marked(_(_ROLE_CHOICES[name]), is_on=at == role), PeopleBy(at, state, 0))
        for at, name in enumerate(ROLES)
    ]
    states = [
        menu_button(_marked(_(_PERSON_CHOICES[name]), is_on=at == state), PeopleBy(role, at, 0))
        for at, name in enumerate(PERSON_STATES)
    ]
    rows = [*(_pairs(roles) if sees_all else []), *_pairs(states)]
    return Outgoing(_("Which people?"), buttons=(*rows, *home_rows(language)))


def search_places(*, language: str) -> Outgoing:
    """Words are awaited."""
    _ = texts(language)
    said = _("Which participant? A piece of the name, the town, the number or the NIP will do.")
    return Outgoing(said, expects=InputHint.TEXT, buttons=home_rows(language))


def search_people(*, language: str) -> Outgoing:
    """Words are awaited."""
    _ = texts(language)
    return Outgoing(
        _("Who? A piece of the name, e-mail or phone will do."), expects=InputHint.TEXT, buttons=home_rows(language)
    )


def found(buttons: Sequence[tuple[str, OfficeTap]], again: OfficeTap, *, said: str, language: str) -> Outgoing:
    """What a search found, the best first; or that nothing is like it."""
    _ = texts(language)
    rows: list[tuple[Button, ...]] = [(menu_button(brief(label, limit=MAX_LABEL), tap),) for label, tap in buttons]
    rows += _row(_quiet(_("Search again"), again))
    text = (
        _("Found for “{words}”:", words=brief(said)) if buttons else _("Nothing is like “{words}”.", words=brief(said))
    )
    return Outgoing(text, buttons=(*rows, *home_rows(language)))


def chat_text(chat: Chat, *, language: str) -> str:
    """How somebody can be written to, in words."""
    return texts(language)(CHAT_TEXTS[chat])


def _place_entry(_: Translator, line: PlaceLine) -> str:
    one, figures = line.participant, line.figures
    where = ", ".join(part for part in (one.city if one.city != one.short_name else "", one.voivodship) if part)
    said = [_("withdrawn")] if one.withdrawn_at is not None else []
    said.append(_("{done} of {total} done", done=figures.done, total=figures.planned))
    if figures.holes:
        said.append(_.many("{n} hole", "{n} holes", figures.holes))
    if figures.late:
        said.append(_.many("{n} late", "{n} late", figures.late))
    title = f"{one.short_name} ({where})" if where else one.short_name
    return f"{title}\n{', '.join(said)}"


def _person_entry(_: Translator, line: PersonLine) -> str:
    person, figures = line.person, line.figures
    title = person.name if person.role is Role.JUROR else f"{person.name} – {_(ROLE_NAMES[person.role])}"
    said = [_("takes part no more")] if person.left_at is not None else []
    said.append(_(CHAT_TEXTS[line.chat]))
    if person.role is Role.JUROR:
        said.append(_("{done} of {total} done", done=figures.done, total=figures.planned))
    if figures.late:
        said.append(_.many("{n} late", "{n} late", figures.late))
    return f"{title}\n{', '.join(said)}"


def _place_filter(_: Translator, chosen: ChosenPlaces) -> list[str]:
    words = [chosen.region] if chosen.region else []
    words += [type_name(chosen.type)] if chosen.type else []
    return words + ([_(_PLACE_CHOICES[chosen.state_name])] if chosen.state_name != "all" else [])


def _headed(title: str, words: Sequence[str], count: int, number: int, total: int) -> str:
    pages = [f"{number + 1}/{total}"] if total > 1 else []
    return " · ".join([f"{title}: {count}", *words, *pages])


def _marked(label: str, *, is_on: bool) -> str:
    return f"✓ {label}" if is_on else label


def _quiet(label: str, tap: OfficeTap) -> Button:
    return menu_button(label, tap, style=ButtonStyle.QUIET)


def _row(*buttons: Button) -> list[tuple[Button, ...]]:
    return [tuple(buttons)] if buttons else []


def _pairs(buttons: Sequence[Button]) -> list[tuple[Button, ...]]:
    return [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]


def pairs(buttons: Sequence[Button]) -> Rows:
    """Buttons two a row."""
    return tuple(_pairs(buttons))
