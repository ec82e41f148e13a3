"""What anyone may be told in any chat: strangers, apologies, what cannot be used, files that could not be kept."""

from __future__ import annotations

from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.i18n import LANGUAGE_NAMES, LANGUAGES, N_, texts
from bot.refusals import TEXTS, Refusal, RefusalCode, refusal_text
from bot.tap_kinds import (
    ContactTap,
    HideChat,
    Languages,
    MyData,
    OtherDevice,
    Refresh,
    ShowHelp,
    SpeakEnglish,
    SpeakPolish,
    Tasks,
)
from bot.taps import encode
from bot.views.placeholders import bullets
from bot.views.rejections import file_problem_text
from bot.views.scene import Rows, menu_button
from scenarios.model import Mode

MODES = {
    Mode.VISIT: N_("visit"),
    Mode.PHONE: N_("phone call"),
    Mode.EMAIL: N_("e-mail"),
    Mode.SOCIAL: N_("social media"),
    Mode.WEBSITE: N_("website"),
}
"""How an institution is contacted, in neutral words."""

MEGABYTE = 1024 * 1024


def mode_name(mode: Mode, *, language: str) -> str:
    """The mode in a word or two."""
    return texts(language)(MODES[mode])


def stranger(language: str) -> Outgoing:
    """One neutral sentence for anyone without an invitation; a used or expired link says the same."""
    return Outgoing(texts(language)(TEXTS[RefusalCode.UNUSABLE_INVITATION]), harmless=True)


def apology(incident: int, *, language: str) -> Outgoing:
    """Something went wrong on our side; the message was kept under a number."""
    _ = texts(language)
    said = _(
        "Something went wrong on our side, sorry. What was sent is kept under number {number} "
        "and somebody will look at it. Please try once more.",
        number=incident,
    )
    return Outgoing(said)


def refused(refusal: Refusal, *, language: str) -> Outgoing:
    """A coded "no" with a way on."""
    strangers = {RefusalCode.UNUSABLE_INVITATION, RefusalCode.NOT_FOR_YOUR_ROLE, RefusalCode.NEEDS_CONSENT}
    rows = () if refusal.code in strangers else to_tasks(language)
    return Outgoing(refusal_text(refusal, language=language), buttons=rows)


def cannot_use(language: str) -> Outgoing:
    """A sticker, a video, a poll."""
    _ = texts(language)
    return Outgoing(_("This cannot be used here. A text, a photo, a voice message or a button can."))


def unknown_command(language: str) -> Outgoing:
    """A command or button that means nothing to this person."""
    _ = texts(language)
    return Outgoing(_("This does not work now. This does:"), buttons=menu_rows(language))


def no_contact_for_file(language: str) -> Outgoing:
    """A file came while no task is open."""
    _ = texts(language)
    return Outgoing(
        _("No task is open now, so it is not clear what this belongs to. Open a task and send it again."),
        buttons=to_tasks(language),
    )


def file_too_large(language: str, most: int) -> Outgoing:
    """A file beyond what the channel lets us fetch; ``most`` in bytes."""
    _ = texts(language)
    return Outgoing(_("This file is too large: up to {n} MB fit. A smaller one will do.", n=most // MEGABYTE))


def file_refused(
    problem: str, *, title: str, question: str, language: str, change: ContactTap | None = None
) -> Outgoing:
    """A file that was fetched and could not be kept; the contact goes on. ``question`` is mentioned if there is one.

    ``change`` asks it again, where it was answered with that file.
    """
    _ = texts(language)
    about = _("It was for: {question}", question=question) if question else ""
    said = file_problem_text(problem, language=language)
    rows = () if change is None else ((Button(_("Change that answer"), encode(change)),),)
    return Outgoing("\n\n".join(part for part in (said, about) if part), head=title, buttons=rows)


def languages(language: str) -> Outgoing:
    """Which language; said in both."""
    rows = ((menu_button(LANGUAGE_NAMES["pl"], SpeakPolish()), menu_button(LANGUAGE_NAMES["en"], SpeakEnglish())),)
    asked = N_("Which language?")
    said = " / ".join(dict.fromkeys(texts(each)(asked) for each in (language, *LANGUAGES)))
    return Outgoing(said, buttons=rows)


def language_chosen(language: str) -> Outgoing:
    """From now on in this language."""
    _ = texts(language)
    return Outgoing(_("From now on in English."), buttons=to_tasks(language))


def hidden(language: str) -> Outgoing:
    """Something harmless in place of the chat."""
    _ = texts(language)
    items = [_("bread"), _("milk"), _("apples"), _("toothpaste")]
    heading = _("Shopping list")
    return Outgoing(
        f"{heading}\n{bullets(items)}",
        buttons=((menu_button(_("Refresh"), Refresh(), style=ButtonStyle.QUIET),),),
        harmless=True,
    )


def unhidden(language: str) -> Outgoing:
    """The chat is back."""
    _ = texts(language)
    return Outgoing(_("Everything was saved. Back to where we were:"))


def device_link(url: str, *, minutes: int, language: str) -> Outgoing:
    """A link for going on elsewhere."""
    _ = texts(language)
    said = _.many(
        "This link opens the same chat on another device. It works once, for {n} minute.",
        "This link opens the same chat on another device. It works once, for {n} minutes.",
        minutes,
    )
    return Outgoing(said, note=url, buttons=((Button(_("Open"), url=url),),))


def menu_rows(language: str) -> Rows:
    """The few things that work everywhere."""
    _ = texts(language)
    return (
        (menu_button(_("Tasks"), Tasks()),),
        (menu_button(_("Help"), ShowHelp()), menu_button(_("Language"), Languages())),
        (menu_button(_("My data"), MyData()), menu_button(_("Other device"), OtherDevice())),
        (menu_button(_("Hide"), HideChat(), style=ButtonStyle.QUIET),),
    )


def to_tasks(language: str) -> Rows:
    """The list of tasks, one tap away."""
    _ = texts(language)
    return ((menu_button(_("Tasks"), Tasks(), style=ButtonStyle.QUIET),),)
