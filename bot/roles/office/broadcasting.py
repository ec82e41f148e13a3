"""To be written."""

from __future__ import annotations

from datetime import datetime

from bot.jobs import Feed, Progress
from bot.roles.office.subject import Subject
from bot.talk import Desk
from storage.database import Unit


def feed(unit: Unit, desk: Desk, work: Feed, *, now: datetime) -> None:
    """To be written."""
    raise NotImplementedError(work, unit, desk, now)


def show_progress(unit: Unit, desk: Desk, work: Progress, *, now: datetime) -> None:
    """To be written."""
    raise NotImplementedError(work, unit, desk, now)


SUBJECT = Subject()
