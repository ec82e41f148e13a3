"""What the office is reminded of."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.base import ButtonStyle, Outgoing
from bot.i18n import texts, weekday_text
from bot.views.scene import menu_button


def review_waiting(count: int, *, since: datetime, language: str, zone: ZoneInfo) -> Outgoing:
    """Reports wait to be reviewed: all of them in one message."""
    from bot.office_taps.reviewing import ReviewQueue

    _ = texts(language)
    day = weekday_text(since.astimezone(zone).date(), language=language)
    said = _.many(
        "{n} report waits to be reviewed, since {day}.",
        "{n} reports wait to be reviewed, the first since {day}.",
        count,
        day=day,
    )
    return Outgoing(said, buttons=((menu_button(_("To review"), ReviewQueue(0), style=ButtonStyle.PRIMARY),),))
