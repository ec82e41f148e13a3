"""A participant's card: what is known, how it is covered, its contacts, and how it is changed. No juror is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, InputHint, Outgoing
from bot.i18n import N_, Translator, day_text, moment_text, texts
from bot.importing.types import type_name
from bot.office_taps.chain import Chain
from bot.office_taps.directory import (
    NOBODY,
    PLACE_FIELDS,
    EditPlace,
    EditPlaceField,
    Participants,
    PlaceCard,
    PlaceContacts,
    PlaceCoordinators,
    RestorePlace,
    SetPlaceCoordinator,
    SetSmall,
    WithdrawPlace,
    WithdrawPlaceYes,
)
from bot.office_taps.queries import PlaceQueries
from bot.office_taps.why import Why
from bot.tap_kinds import OfficeTap, ReadContact
from bot.views.common import mode_name
from bot.views.contact_menu import turns
from bot.views.coordinator import home_rows
from bot.views.office.directory import pairs
from bot.views.pages import brief, page_of
from bot.views.scene import MAX_LABEL, menu_button
from scenarios.model import Mode
from storage.directory import Before
from storage.editions import Participant
from storage.overview import NOTHING, Figures, PlannedContact
from storage.planned import Stage

CONTACTS_ON_PAGE = 6

FIELDS_ON_PAGE = 10
"""Of those that are changed with a button."""

MAX_SHOWN = 1500
"""Characters of a value where it is changed; imported ones may be longer."""

CARD_LINE = 120
"""Characters of a field on the card; all of it stands where it is changed."""

FIELD_NAMES: Mapping[str, str] = {
    "name": N_("Full name"),
    "short_name": N_("Short name"),
    "type": N_("Type"),
    "number": N_("Number"),
    "nip": N_("NIP"),
    "address": N_("Address"),
    "postcode": N_("Postcode"),
    "city": N_("Town"),
    "voivodship": N_("Voivodship"),
    "hours": N_("Opening hours"),
    "phone": N_("Phone"),
    "email": N_("E-mail"),
    "site": N_("Website"),
    "social": N_("Social media"),
    "contact_name": N_("Contact person"),
    "contact_email": N_("Contact person's e-mail"),
    "keys_from": N_("Answer keys from"),
}
"""By the name in ``PLACE_FIELDS``."""

TABLE_FIELDS = PLACE_FIELDS
"""Columns of the table of participants, in the order of their cards."""

EXAMPLES: Mapping[str, str] = {
    "name": N_("Town Hall of Płońsk"),
    "short_name": N_("Płońsk"),
    "type": N_("gmina, powiat, library"),
    "number": "17",
    "nip": "1234563218",
    "address": N_("ul. Płocka 39"),
    "postcode": "09-100",
    "city": N_("Płońsk"),
    "voivodship": "mazowieckie",
    "hours": N_("Mon–Fri 8:00–16:00, Mon until 18:00"),
    "phone": "23 662 26 91",
    "email": "urzad@plonsk.pl",
    "site": "www.plonsk.pl",
    "social": "facebook.com/plonsk",
    "contact_name": N_("Secretary of the town"),
    "contact_email": "sekretarz@plonsk.pl",
    "keys_from": "1.10.2026",
}

STAGE_TEXTS: Mapping[Stage, str] = {
    Stage.HOLE: N_("nobody for it"),
    Stage.READY: N_("chosen, not asked yet"),
    Stage.OFFERED: N_("asked, no answer yet"),
    Stage.ACCEPTED: N_("taken"),
    Stage.BEGUN: N_("under way"),
    Stage.SENT: N_("waits for a review"),
    Stage.RETURNED: N_("returned for changes"),
    Stage.APPROVED: N_("approved"),
}


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """Everything a participant's card tells."""

    participant: Participant
    by_mode: Mapping[Mode, Figures]
    coordinator: str | None
    queries: int
    before: tuple[Before, ...] = ()


def card(facts: PlaceFacts, *, language: str, zone: ZoneInfo, changed: bool = False) -> Outgoing:
    """Everything known of a participant, and what can be done with it."""
    _ = texts(language)
    one = facts.participant
    blocks = [
        _("Saved.") if changed else "",
        _withdrawn(_, one, zone) if one.withdrawn_at is not None else "",
        _("A new plan asks nobody to go there.") if one.withdrawn_at is not None else "",
        "\n".join(_known(_, one)),
        "\n".join(_coverage(_, facts)),
        "\n".join(_around(_, facts)),
    ]
    queries = _("Queries") if not facts.queries else _("Queries") + f" ({facts.queries})"
    rows: list[tuple[Button, ...]] = [
        (menu_button(_("Contacts"), PlaceContacts(one.id, 0)), menu_button(_("Change"), EditPlace(one.id, 0))),
        (_quiet(_("Looked after by"), PlaceCoordinators(one.id)), _withdrawal(_, one)),
        (menu_button(queries, PlaceQueries(one.id, 0)), menu_button(_("Result"), Why(one.id, 0, 0))),
        (_quiet(_("All participants"), Participants(0)),),
    ]
    body = "\n\n".join(block for block in blocks if block)
    return Outgoing(body, head=one.short_name, buttons=(*rows, *home_rows(language)))


def contacts(
    participant: Participant, lines: Sequence[PlannedContact], number: int, *, language: str, zone: ZoneInfo
) -> Outgoing:
    """A page of a participant's contacts; a button leads to the report, or to those who were asked."""
    _ = texts(language)
    entries = [_contact_entry(_, at, line, zone) for at, line in enumerate(lines, 1)]
    page = page_of(entries or [_("No contact is planned here yet.")], number, most=CONTACTS_ON_PAGE)
    buttons = []
    for at in dict.fromkeys(at for at, _text in page.entries) if lines else ():
        line = lines[at]
        label = f"{at + 1}. {mode_name(line.mode, language=language)}"
        if line.contact_id is not None and line.submitted_at is not None:
            buttons.append(menu_button(_("Read {what}", what=label), ReadContact(line.contact_id, 0)))
        elif line.slot_id is not None:
            buttons.append(menu_button(_("Asked: {what}", what=label), Chain(line.slot_id)))
    turning = tuple(
        _quiet(label, PlaceContacts(participant.id, at))
        for label, at in turns(page, newer=_("Previous"), older=_("Next"))
    )
    rows = [*pairs(buttons), *([turning] if turning else []), (_quiet(_("Back"), PlaceCard(participant.id)),)]
    head = f"{participant.short_name} · " + _("Contacts") + f": {len(lines)}"
    return Outgoing("\n\n".join(text for _at, text in page.entries), head=head, buttons=(*rows, *home_rows(language)))


def edit(participant: Participant, page: int, *, language: str) -> Outgoing:
    """What may be changed, each with a button, on two pages."""
    _ = texts(language)
    key = participant.id
    buttons = [menu_button(_(FIELD_NAMES[name]), EditPlaceField(key, at)) for at, name in enumerate(PLACE_FIELDS)]
    small = _("✓ Small gmina") if participant.is_small else _("Small gmina")
    buttons.append(menu_button(small, SetSmall(key, int(not participant.is_small))))
    shown = buttons[FIELDS_ON_PAGE:] if page else buttons[:FIELDS_ON_PAGE]
    turning = _quiet(_("Previous"), EditPlace(key, 0)) if page else _quiet(_("More…"), EditPlace(key, 1))
    rows = (*pairs(shown), (_quiet(_("Back"), PlaceCard(key)), turning))
    return Outgoing(_("What should be changed?"), head=participant.short_name, buttons=(*rows, *home_rows(language)))


def ask_field(participant: Participant, name: str, *, language: str, wrong: str = "", suggestion: str = "") -> Outgoing:
    """The new value is awaited; ``wrong`` is what could not be understood."""
    _ = texts(language)
    label, now = _(FIELD_NAMES[name]), field_text(participant, name, language=language)
    blocks = [asked_again(wrong, suggestion, language=language)] if wrong else []
    blocks.append(_("{field}: what should it be?", field=label))
    if now:
        blocks.append(_("Now: {value}", value=brief(now, limit=MAX_SHOWN)))
    note = _("For example: {example}. “None” clears it.", example=_(EXAMPLES[name]))
    rows = ((_quiet(_("Leave it as it is"), PlaceCard(participant.id)),),)
    return Outgoing("\n\n".join(blocks), head=participant.short_name, note=note, buttons=rows, expects=InputHint.TEXT)


def asked_again(wrong: str, suggestion: str, *, language: str) -> str:
    """What was typed does not fit; perhaps something like it was meant."""
    _ = texts(language)
    said = _("“{words}” does not fit here.", words=brief(wrong))
    return " ".join((said, _("Perhaps: {suggestion}?", suggestion=suggestion))) if suggestion else said


def taken_by_another(name: str, value: str, *, tap: OfficeTap | None, back: OfficeTap, language: str) -> Outgoing:
    """Another one of the edition has that number, NIP or e-mail already."""
    _ = texts(language)
    said = _("{field} “{value}” is another's already. Nothing was changed.", field=_(name), value=brief(value))
    rows = (*(((menu_button(_("Show that one"), tap),),) if tap is not None else ()), (_quiet(_("Back"), back),))
    return Outgoing(said, buttons=(*rows, *home_rows(language)))


def coordinators(
    participant: Participant, others: Sequence[tuple[int, str]], *, language: str, may_be_nobodys: bool = True
) -> Outgoing:
    """Who might look after the participant."""
    _ = texts(language)
    buttons = [
        menu_button(_marked(name, is_on=key == participant.coordinator_id), SetPlaceCoordinator(participant.id, key))
        for key, name in others
    ]
    if may_be_nobodys:
        all_of_them = _marked(_("All coordinators"), is_on=participant.coordinator_id is None)
        buttons.append(menu_button(all_of_them, SetPlaceCoordinator(participant.id, NOBODY)))
    rows = (*pairs(buttons), (_quiet(_("Back"), PlaceCard(participant.id)),))
    return Outgoing(_("Who looks after it?"), head=participant.short_name, buttons=rows)


def withdraw(participant: Participant, going: int, *, has_vote: bool = False, language: str) -> Outgoing:
    """Whether it really withdraws. ``going``: contacts that somebody is at, or was asked for."""
    _ = texts(language)
    said = _("Does this participant really withdraw? Reports that were sent stay. It can be undone.")
    if going:
        said += "\n\n" + _.many(
            "{n} contact is in somebody's hands now and stays there.",
            "{n} contacts are in somebody's hands now and stay there.",
            going,
        )
    if has_vote:
        said += "\n\n" + _("The vote of the jury that is open on it will be called off; that cannot be undone.")
    rows = (
        (
            menu_button(_("Yes, withdraw"), WithdrawPlaceYes(participant.id), style=ButtonStyle.DANGER),
            _quiet(_("No"), PlaceCard(participant.id)),
        ),
    )
    return Outgoing(said, head=participant.short_name, buttons=rows)


def ask_new(step: str, *, language: str, wrong: str = "", suggestion: str = "") -> Outgoing:
    """A new participant's name, type or postcode is awaited."""
    _ = texts(language)
    asked = {
        "name": _("What is the new participant's full name?"),
        "type": _("What type is it?"),
        "postcode": _("What is its postcode? “None” if it is not known."),
    }
    blocks = [asked_again(wrong, suggestion, language=language)] if wrong else []
    note = _("For example: {example}.", example=_(EXAMPLES[step]))
    rows = ((_quiet(_("Leave it"), Participants(0)),),)
    return Outgoing("\n\n".join([*blocks, asked[step]]), note=note, buttons=rows, expects=InputHint.TEXT)


def table_comes(*, language: str) -> Outgoing:
    """The table is being made."""
    _ = texts(language)
    return Outgoing(_("The table is being made and comes in a moment."))


def field_text(participant: Participant, name: str, *, language: str) -> str:
    """A field's value in words."""
    value = getattr(participant, name)
    match name:
        case "type":
            return type_name(participant.type)
        case "keys_from":
            return "" if participant.keys_from is None else day_text(participant.keys_from, language=language)
        case _:
            return str(value)


def _known(_: Translator, one: Participant) -> list[str]:
    lines = []
    for name in PLACE_FIELDS:
        text = field_text(one, name, language=_.language)
        if text and name != "short_name":
            lines.append(f"{_(FIELD_NAMES[name])}: {brief(text, limit=CARD_LINE)}")
    if one.is_small:
        lines.append(_("Small gmina: a stranger is noticed there."))
    return lines


def _coverage(_: Translator, facts: PlaceFacts) -> list[str]:
    lines = []
    for mode in Mode:
        figures = facts.by_mode.get(mode, NOTHING)
        if not figures.planned:
            continue
        name = mode_name(mode, language=_.language).capitalize()
        line = _("{mode}: {done} of {total} done", mode=name, done=figures.done, total=figures.planned)
        if figures.holes:
            line += ", " + _.many("{n} hole", "{n} holes", figures.holes)
        if figures.late:
            line += ", " + _.many("{n} late", "{n} late", figures.late)
        lines.append(line)
    return lines or [_("No contact is planned here yet.")]


def _around(_: Translator, facts: PlaceFacts) -> list[str]:
    lines = [_("Looked after by: {name}", name=facts.coordinator or _("all coordinators"))]
    if facts.queries:
        lines.append(_.many("{n} query about results", "{n} queries about results", facts.queries))
    for earlier in facts.before:
        told = _.many("{n} contact done", "{n} contacts done", earlier.done)
        lines.append(_("In {edition}: {told}", edition=earlier.edition, told=told))
    return lines


def _withdrawn(_: Translator, one: Participant, zone: ZoneInfo) -> str:
    assert one.withdrawn_at is not None  # noqa: S101 - asked for only then
    return _("Withdrawn: {time}", time=moment_text(one.withdrawn_at, language=_.language, zone=zone))


def _withdrawal(_: Translator, one: Participant) -> Button:
    if one.withdrawn_at is not None:
        return menu_button(_("Takes part again"), RestorePlace(one.id))
    return _quiet(_("Withdraw"), WithdrawPlace(one.id))


def _contact_entry(_: Translator, number: int, line: PlannedContact, zone: ZoneInfo) -> str:
    said = [_(STAGE_TEXTS[line.stage])]
    if line.is_late:
        said.append(_("late"))
    at = line.submitted_at or line.due_at
    when = moment_text(at, language=_.language, zone=zone)
    told = _("sent {time}", time=when) if line.submitted_at is not None else _("until {time}", time=when)
    return f"{number}. {mode_name(line.mode, language=_.language)} – {', '.join(said)}\n{told}"


def _marked(label: str, *, is_on: bool) -> str:
    return brief(f"✓ {label}" if is_on else label, limit=MAX_LABEL)


def _quiet(label: str, tap: OfficeTap) -> Button:
    return menu_button(label, tap, style=ButtonStyle.QUIET)
