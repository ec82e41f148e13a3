"""What coordinators and organizers are told that concerns themselves: the welcome, help, things that went wrong."""

from __future__ import annotations

from bot.channels.base import ButtonStyle, Outgoing
from bot.i18n import LANGUAGE_NAMES, texts
from bot.tap_kinds import (
    ConsentNo,
    ConsentYes,
    HideChat,
    Languages,
    MyData,
    OtherDevice,
    ReadContact,
    ShowHelp,
    SpeakEnglish,
    SpeakPolish,
)
from bot.views.common import mode_name
from bot.views.coordinator import home_rows
from bot.views.scene import Rows, menu_button
from scenarios.model import Mode


def welcome(name: str, *, language: str) -> tuple[Outgoing, ...]:
    """Three short messages: what this is, what is kept, and whether that is agreed to."""
    _ = texts(language)
    what = _("Hello! This chat is for {name}. It tells you how the edition goes and shows the reports.", name=name)
    kept = _("What we keep: your name, language and this chat, and what you decide here, with the time.")
    rule = _("Please keep to yourself who made which contact. Do you agree to all this?")
    rows = (
        (menu_button(_("I agree"), ConsentYes(), style=ButtonStyle.PRIMARY), menu_button(_("Not now"), ConsentNo())),
        (
            menu_button(LANGUAGE_NAMES["pl"], SpeakPolish(), style=ButtonStyle.QUIET),
            menu_button(LANGUAGE_NAMES["en"], SpeakEnglish(), style=ButtonStyle.QUIET),
        ),
    )
    return Outgoing(what), Outgoing(kept), Outgoing(rule, buttons=rows)


def consent_taken(*, language: str) -> Outgoing:
    """Agreed: on to what can be seen."""
    _ = texts(language)
    return Outgoing(_("Thank you. Here is where to begin:"), buttons=home_rows(language))


def help_text(*, language: str) -> Outgoing:
    """What works in this chat."""
    _ = texts(language)
    lines = [
        _("News comes by itself: tasks taken, declined, returned, and reports that were sent."),
        _("“Menu” holds everything: the plan, broadcasts, reports to review, participants, people and the edition."),
        _("A question can simply be typed, such as “who is late?” or “show Płońsk”."),
        _("A table of participants or jurors can be sent as a file, at any time. Nothing is written before you agree."),
        _("“Hide” cleans this chat at once and shows something harmless. “Refresh” brings it back."),
    ]
    return Outgoing("\n\n".join(lines), head=_("Help"), buttons=menu_rows(language))


def menu_rows(language: str) -> Rows:
    """The few things that work everywhere, without a juror's tasks."""
    _ = texts(language)
    return (
        *home_rows(language),
        (menu_button(_("Help"), ShowHelp()), menu_button(_("Language"), Languages())),
        (menu_button(_("My data"), MyData()), menu_button(_("Other device"), OtherDevice())),
        (menu_button(_("Hide"), HideChat(), style=ButtonStyle.QUIET),),
    )


def organizers_decide(*, language: str) -> Outgoing:
    """What a coordinator asked for is an organizer's to decide."""
    _ = texts(language)
    return Outgoing(_("Only organizers decide this; ask one of them."), buttons=home_rows(language))


def no_scenario(place: str, *, mode: Mode, scenario: str, language: str) -> Outgoing:
    """A task cannot begin: nothing published fits it."""
    _ = texts(language)
    said = _("This task cannot begin: no published scenario “{name}” fits it.", name=scenario)
    return Outgoing(said, head=f"{place} · {mode_name(mode, language=language)}")


def message_lost(person: str, *, person_id: int | None = None, language: str) -> Outgoing:
    """A message never reached somebody."""
    from bot.office_taps.directory import PersonCard

    _ = texts(language)
    way: Rows = () if person_id is None else ((menu_button(_("Open"), PersonCard(person_id)),),)
    return Outgoing(_("A message could not be delivered to: {person}.", person=person), buttons=way)


def evidence_lost(place: str, *, mode: Mode, contact_id: int, language: str) -> Outgoing:
    """A file of a report that was sent can never be had."""
    from bot.office_taps.reviewing import ReviewCard

    _ = texts(language)
    said = _("A file of this report could not be kept. The juror knows; the question can be sent back to them.")
    rows = ((menu_button(_("Read"), ReadContact(contact_id, 0)), menu_button(_("Review"), ReviewCard(contact_id))),)
    return Outgoing(said, head=f"{place} · {mode_name(mode, language=language)}", buttons=rows)


def job_buried(kind: str, number: int, *, language: str) -> Outgoing:
    """Something that goes on by itself was given up."""
    _ = texts(language)
    said = _(
        "Something that goes on by itself could not be done ({kind}). It is kept under number {number}; "
        "please pass that on to whoever looks after the program.",
        kind=kind,
        number=number,
    )
    return Outgoing(said, buttons=home_rows(language))
