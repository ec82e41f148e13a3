"""What is said after the program was restored from a copy: to the office, and to a juror who comes back."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.base import ButtonStyle, Outgoing
from bot.i18n import moment_text, texts
from bot.views.coordinator import home_rows
from bot.views.scene import menu_button


def notice(held: int, made_at: datetime, *, language: str, zone: ZoneInfo, may_decide: bool = False) -> Outgoing:
    """The program was restored: from when, what is missing, how much is held back, and the way to decide on it."""
    _ = texts(language)
    moment = moment_text(made_at, language=language, zone=zone)
    said = _(
        "After a failure the program was restored from a copy of {moment}. What was written or decided here after that "
        "is not in it: please do it again. Whoever is in the middle of a task is shown where they are as soon as they "
        "write.",
        moment=moment,
    )
    if not held:
        return Outgoing(said, buttons=home_rows(language))
    said += "\n\n" + _.many(
        "{n} message or reminder that was waiting then is held back, since it may have gone out already.",
        "{n} messages and reminders that were waiting then are held back, since they may have gone out already.",
        held,
    )
    if not may_decide:
        return Outgoing(said + " " + _("An organizer decides what becomes of it."), buttons=home_rows(language))
    from bot.office_taps.holding import HeldHome

    row = (menu_button(_("Look at what is held back"), HeldHome(), style=ButtonStyle.PRIMARY),)
    return Outgoing(said, buttons=(row, *home_rows(language)))


def lead(*, is_kept: bool, language: str) -> str:
    """What stands before the present question, the first time somebody writes again."""
    _ = texts(language)
    said = _("There was a break on our side, and the last answers may be missing. This is where we are now:")
    if is_kept:
        return _("What you have just sent is kept with this task, but not as an answer.") + "\n" + said
    return said
