"""A broadcast being written: its words, who it goes to, the preview, and when it is to be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, InputHint, Outgoing
from bot.i18n import N_, Translator, moment_text, texts
from bot.office_taps.broadcasting import (
    FILTERS,
    Broadcasts,
    CancelRest,
    Everybody,
    FindPerson,
    Flip,
    OneBroadcast,
    Options,
    Preview,
    Refreshed,
    Reword,
    Schedule,
    SendAt,
    SendNow,
)
from bot.views.common import mode_name
from bot.views.coordinator import home_rows
from bot.views.office.broadcasting import board_of, head_of
from bot.views.pages import brief
from bot.views.scene import MAX_LABEL, Rows, menu_button
from storage.audience import Chosen, Named, Size
from storage.broadcasts import Broadcast, Kind
from storage.people import Role

MAX_TEXT = 3000
"""Characters of a message for many people."""

OPTIONS_ON_PAGE = 10
EXCERPT = 300
CHECKED = "✓ "

ROLES = {Role.JUROR: N_("jurors"), Role.COORDINATOR: N_("coordinators"), Role.ORGANIZER: N_("organizers")}

LABELS = {
    "roles": N_("Role"),
    "waves": N_("Wave"),
    "modes": N_("Mode"),
    "voivodships": N_("Voivodship"),
    "late": N_("Late"),
    "unanswered": N_("Not answered"),
    "people": N_("By name"),
}

QUESTIONS = {
    "roles": N_("Who are they?"),
    "waves": N_("With tasks in which wave?"),
    "modes": N_("With tasks of which mode?"),
    "voivodships": N_("With tasks in which voivodship?"),
    "people": N_("Who by name?"),
}


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """A draft, how many it would go to now, and the names of what is chosen."""

    draft: Broadcast
    size: Size
    waves: Mapping[int, str]
    people: Sequence[Named]
    filters: Sequence[str]
    """Which of ``FILTERS`` its author has."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be chosen."""

    label: str
    value: int
    is_chosen: bool


def asks_text(*, language: str, broadcast: int | None = None) -> Outgoing:
    """The words are awaited."""
    _ = texts(language)
    said = _("Write the message the way it should arrive. Nothing is sent yet: first comes who it goes to.")
    back = menu_button(_("Back"), Broadcasts(0) if broadcast is None else OneBroadcast(broadcast))
    return Outgoing(said, head=_("New message"), buttons=((back,),), expects=InputHint.TEXT)


def text_refused(length: int, *, language: str, broadcast: int | None = None) -> Outgoing:
    """The words are too many, or none."""
    _ = texts(language)
    if length == 0:
        said = _("A message needs some words. Please write it once more.")
    else:
        said = _(
            "This is too long: {n} characters, {most} fit. It still stands above: copy it, shorten it, "
            "and send it here again.",
            n=length,
            most=MAX_TEXT,
        )
    back = menu_button(_("Back"), Broadcasts(0) if broadcast is None else OneBroadcast(broadcast))
    return Outgoing(said, head=_("New message"), buttons=((back,),), expects=InputHint.TEXT)


def card(facts: DraftFacts, *, language: str) -> Outgoing:
    """What is written and who it goes to, with all that can be changed."""
    _ = texts(language)
    sent, size = facts.draft, facts.size
    blocks = []
    if sent.kind is Kind.MESSAGE:
        blocks.append(f"„{brief(sent.text, limit=EXCERPT)}”")
    blocks.append(_("To: {whom}", whom=_whom(_, facts)))
    blocks.append("\n".join(_sizes(_, facts)))
    rows: list[tuple[Button, ...]] = []
    if size.people:
        rows.append((menu_button(_("Preview and send"), Preview(sent.id), style=ButtonStyle.PRIMARY),))
    buttons = [_filter_button(_, facts, name) for name in facts.filters]
    buttons.append(menu_button(_("Clear the choice"), Everybody(sent.id), style=ButtonStyle.QUIET))
    rows += [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]
    others = [menu_button(_("Throw away"), CancelRest(sent.id, 1), style=ButtonStyle.DANGER)]
    if sent.kind is Kind.MESSAGE:
        others.insert(0, menu_button(_("Change the words"), Reword(sent.id)))
    rows.append(tuple(others))
    return Outgoing(
        "\n\n".join(blocks),
        head=head_of(sent, language),
        buttons=(*rows, *home_rows(language)),
        board=board_of(sent.id),
    )


def options(facts: DraftFacts, what: int, found: Sequence[Option], *, page: int, language: str) -> Outgoing:
    """What can be chosen of one kind; a tap chooses or leaves out."""
    _ = texts(language)
    sent, name = facts.draft, FILTERS[what]
    last = max(0, (len(found) - 1) // OPTIONS_ON_PAGE)
    page = max(0, min(page, last))
    shown = found[page * OPTIONS_ON_PAGE : (page + 1) * OPTIONS_ON_PAGE]
    buttons = [
        menu_button(
            f"{CHECKED if one.is_chosen else ''}{brief(one.label, limit=MAX_LABEL - len(CHECKED))}",
            Flip(sent.id, what, one.value, page),
        )
        for one in shown
    ]
    rows: list[tuple[Button, ...]] = [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]
    turning = []
    if page > 0:
        turning.append(menu_button(_("Previous"), Options(sent.id, what, page - 1), style=ButtonStyle.QUIET))
    if page < last:
        turning.append(menu_button(_("Next"), Options(sent.id, what, page + 1), style=ButtonStyle.QUIET))
    if turning:
        rows.append(tuple(turning))
    if name == "people":
        rows.append((menu_button(_("Find by name"), FindPerson(sent.id)),))
    rows.append((menu_button(_("Ready"), Refreshed(sent.id), style=ButtonStyle.PRIMARY),))
    body = "\n\n".join((_(QUESTIONS[name]), "\n".join(_sizes(_, facts))))
    if not found:
        body = _("Nobody is chosen by name yet.") if name == "people" else _("There is nothing to choose from yet.")
    return Outgoing(body, head=head_of(sent, language), buttons=tuple(rows), board=board_of(sent.id))


def asks_name(sent: Broadcast, *, language: str) -> Outgoing:
    """A name is awaited."""
    _ = texts(language)
    rows = ((menu_button(_("Back"), OneBroadcast(sent.id)),),)
    said = _("Whom? A part of the name is enough, for example: kowal")
    return Outgoing(said, head=head_of(sent, language), buttons=rows, expects=InputHint.TEXT)


def found_people(sent: Broadcast, typed: str, found: Sequence[Option], *, more: int, language: str) -> Outgoing:
    """People whose name fits, to be chosen by a tap; ``more`` are not shown."""
    _ = texts(language)
    what = FILTERS.index("people")
    rows: list[tuple[Button, ...]] = [
        (
            menu_button(
                f"{CHECKED if one.is_chosen else ''}{brief(one.label, limit=MAX_LABEL - len(CHECKED))}",
                Flip(sent.id, what, one.value, 0),
            ),
        )
        for one in found
    ]
    rows.append((menu_button(_("Find by name"), FindPerson(sent.id)), menu_button(_("Ready"), OneBroadcast(sent.id))))
    said = _("Tap whoever is to get it.") if found else _("Nobody is called “{name}”.", name=brief(typed))
    if more:
        said += "\n" + _.many(
            "{n} more fits; more letters narrow it down.", "{n} more fit; more letters narrow it down.", more
        )
    return Outgoing(said, head=head_of(sent, language), buttons=tuple(rows))


def confirm(
    facts: DraftFacts, *, quiet_until: datetime | None, language: str, zone: ZoneInfo, now: datetime
) -> Outgoing:
    """Below the preview: how many get it, and when."""
    _ = texts(language)
    sent, size = facts.draft, facts.size
    if size.people == 0:
        rows: Rows = ((menu_button(_("Change"), OneBroadcast(sent.id)),),)
        return Outgoing(_("Nobody fits this choice now."), head=head_of(sent, language), buttons=rows)
    lines = [_("It looks like this. To: {whom}", whom=_whom(_, facts)), *_sizes(_, facts)]
    reached = size.people - size.without_chat or size.people
    label = _.many("Send to {n} person", "Send to {n} people", reached)
    buttons: list[tuple[Button, ...]] = [
        (menu_button(label, SendNow(sent.id, size.people), style=ButtonStyle.PRIMARY),)
    ]
    if quiet_until is not None:
        at = moment_text(quiet_until, language=language, zone=zone, now=now)
        lines.append(_("Now is a quiet time, which lasts until {time}. It can wait until then.", time=at))
        later = menu_button(_("Send on {time}", time=at), _at(sent, quiet_until), style=ButtonStyle.PRIMARY)
        buttons = [(later,), (menu_button(label, SendNow(sent.id, size.people)),)]
    buttons.append((menu_button(_("Later…"), Schedule(sent.id)), menu_button(_("Change"), OneBroadcast(sent.id))))
    return Outgoing("\n".join(lines), head=head_of(sent, language), buttons=tuple(buttons))


def asks_when(
    sent: Broadcast,
    offered: Sequence[datetime],
    *,
    language: str,
    zone: ZoneInfo,
    now: datetime,
    problem: str = "",
) -> Outgoing:
    """When it is to be sent; ``problem`` says what was wrong with the moment typed before."""
    _ = texts(language)
    asked = _("When? Tap, or write a day and a time, for example: {example}", example=_example(now, zone))
    rows: Rows = tuple(
        (menu_button(moment_text(at, language=language, zone=zone, now=now), _at(sent, at)),) for at in offered
    )
    back = (menu_button(_("Back"), OneBroadcast(sent.id), style=ButtonStyle.QUIET),)
    body = "\n\n".join(part for part in (problem, asked) if part)
    return Outgoing(body, head=head_of(sent, language), buttons=(*rows, back), expects=InputHint.DATETIME)


def past(at: datetime, *, language: str, zone: ZoneInfo, now: datetime) -> str:
    """The moment that was typed is over."""
    _ = texts(language)
    return _("{time} is over already.", time=moment_text(at, language=language, zone=zone, now=now))


def too_far(*, language: str) -> str:
    """The moment that was typed is too far away to be meant."""
    _ = texts(language)
    return _("This is more than a year away.")


def count_moved(*, language: str) -> str:
    """Since the preview others fit the choice."""
    _ = texts(language)
    return _("Meanwhile the number of people has changed. Please look once more:")


def role_names(*, language: str) -> dict[Role, str]:
    """What the roles are called, many people of each."""
    _ = texts(language)
    return {role: _(name) for role, name in ROLES.items()}


def thrown_away(*, language: str) -> Outgoing:
    """The draft is gone."""
    _ = texts(language)
    return Outgoing(_("Thrown away. Nobody got anything."), buttons=home_rows(language))


def no_slots(*, language: str) -> Outgoing:
    """Nothing is to be offered."""
    _ = texts(language)
    said = _("There are no planned contacts that wait to be offered. A plan makes them.")
    return Outgoing(said, head=_("Send tasks"), buttons=home_rows(language))


def _at(sent: Broadcast, at: datetime) -> SendAt:
    return SendAt(sent.id, int(at.timestamp()) // 60)


def _example(now: datetime, zone: ZoneInfo) -> str:
    local = now.astimezone(zone)
    return f"{local.day}.{local.month:02}.{local.year} 17:30"


def _filter_button(_: Translator, facts: DraftFacts, name: str) -> Button:
    sent, what = facts.draft, FILTERS.index(name)
    chosen = getattr(sent.chosen, name)
    label = _(LABELS[name])
    if isinstance(chosen, bool):
        return menu_button(f"{CHECKED if chosen else ''}{label}", Flip(sent.id, what, 0, 0))
    return menu_button(f"{CHECKED}{label} ({len(chosen)})" if chosen else f"{label}…", Options(sent.id, what, 0))


def _whom(_: Translator, facts: DraftFacts) -> str:
    chosen: Chosen = facts.draft.chosen
    parts = [
        ", ".join(_(ROLES[role]) for role in chosen.roles),
        ", ".join(facts.waves.get(wave, "?") for wave in chosen.waves),
        ", ".join(mode_name(mode, language=_.language) for mode in chosen.modes),
        ", ".join(chosen.voivodships),
        _("late") if chosen.late else "",
        _("with an offer not answered") if chosen.unanswered else "",
        ", ".join(one.name for one in facts.people),
    ]
    said = "; ".join(part for part in parts if part)
    if said:
        return said
    return _("everybody whom tasks wait for") if facts.draft.kind is Kind.ASSIGNMENTS else _("everybody")


def _sizes(_: Translator, facts: DraftFacts) -> list[str]:
    size = facts.size
    lines = [_.many("That is {n} person now.", "That is {n} people now.", size.people)]
    if facts.draft.kind is Kind.ASSIGNMENTS:
        lines.append(_.many("{n} task to be offered.", "{n} tasks to be offered.", size.slots))
    if size.without_chat:
        lines.append(
            _.many(
                "{n} of them has no chat and will get nothing.",
                "{n} of them have no chat and will get nothing.",
                size.without_chat,
            )
        )
    return lines
