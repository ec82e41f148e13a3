"""To be written."""

from __future__ import annotations

from datetime import datetime

from bot.jobs import Examine
from bot.roles.office.subject import Subject
from bot.talk import Desk
from storage.database import Unit


def examine(unit: Unit, desk: Desk, work: Examine, *, now: datetime) -> None:
    """To be written."""
    raise NotImplementedError(work, unit, desk, now)


SUBJECT = Subject()
