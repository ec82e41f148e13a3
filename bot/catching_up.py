"""What an older installation lacks is brought about as the program starts."""

from __future__ import annotations

from datetime import datetime

from bot.jobs import put_rescore
from storage import rubrics, score_sheets
from storage.unit import Unit


def catch_up(unit: Unit, *, now: datetime) -> tuple[int, ...]:
    """Publish rubrics where there are none, and score reports that were sent and have no sheet.

    Returns the editions whose standings are computed now.
    """
    if rubrics.newest(unit, rubrics.USUAL) is None:
        from bot.publishing import publish_rubrics  # on the first start only

        publish_rubrics(unit, now=now)
    behind = tuple(score_sheets.editions_behind(unit))
    for edition_id in behind:
        put_rescore(unit, edition_id, now=now)
    return behind
