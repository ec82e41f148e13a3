"""What a juror hears of the review of their report: a few questions once more, thanks, or that it does not count."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.base import ButtonStyle, Outgoing
from bot.i18n import moment_text, texts
from bot.tap_kinds import ContinueContact, Tasks
from bot.views.common import mode_name
from bot.views.scene import Rows, menu_button
from scenarios.model import Mode


def returned(
    count: int,
    *,
    place: str,
    mode: Mode,
    contact_id: int,
    comment: str,
    answer_by: datetime,
    language: str,
    zone: ZoneInfo,
    now: datetime,
) -> Outgoing:
    """Some questions come back: how many, why, until when."""
    _ = texts(language)
    until = moment_text(answer_by, language=language, zone=zone, now=now)
    blocks = [
        _("Thank you for the report. There is one more request."),
        _.many("{n} question comes back.", "{n} questions come back.", count),
        said(comment, language=language),
        _("Please answer by {time}. Only this will be asked, the rest stays as it is.", time=until),
    ]
    rows = (
        (menu_button(_("Answer now"), ContinueContact(contact_id), style=ButtonStyle.PRIMARY),),
        (menu_button(_("Tasks"), Tasks(), style=ButtonStyle.QUIET),),
    )
    return Outgoing("\n\n".join(block for block in blocks if block), head=_head(place, mode, language), buttons=rows)


def said(comment: str, *, language: str) -> str:
    """The coordinator's words, as they stand above a question that came back."""
    _ = texts(language)
    return _("From the coordinator: “{comment}”", comment=comment) if comment else ""


def not_needed(*, place: str, mode: Mode, language: str) -> Outgoing:
    """What came back is not needed any more."""
    _ = texts(language)
    body = _("The questions that came back need no answer any more. The report stays as it is. Thank you!")
    return Outgoing(body, head=_head(place, mode, language), buttons=_tasks(language))


def approved(*, place: str, mode: Mode, language: str) -> Outgoing:
    """The report was read and is complete."""
    _ = texts(language)
    body = _("The report has been read and is complete. Thank you!")
    return Outgoing(body, head=_head(place, mode, language), buttons=_tasks(language), silent=True)


def void(*, place: str, mode: Mode, language: str) -> Outgoing:
    """The contact does not count."""
    _ = texts(language)
    body = _("This contact will not be counted. Nobody is to blame, and nothing needs to be done.")
    thanks = _("Thank you for the time and the care.")
    return Outgoing(f"{body} {thanks}", head=_head(place, mode, language), buttons=_tasks(language))


def counts_again(*, place: str, mode: Mode, language: str) -> Outgoing:
    """The contact counts after all."""
    _ = texts(language)
    body = _("This contact counts after all. Nothing needs to be done. Thank you!")
    return Outgoing(body, head=_head(place, mode, language), buttons=_tasks(language))


def _head(place: str, mode: Mode, language: str) -> str:
    return f"{place} · {mode_name(mode, language=language)}"


def _tasks(language: str) -> Rows:
    _ = texts(language)
    return ((menu_button(_("Tasks"), Tasks(), style=ButtonStyle.QUIET),),)
