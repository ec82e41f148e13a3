"""Reminders: each looks at the world first, and none comes at night, on weekends or on holidays."""

from __future__ import annotations

from datetime import datetime

from bot.jobs import Nudge
from bot.talk import Desk
from storage.database import Unit


def nudge(unit: Unit, desk: Desk, work: Nudge, *, now: datetime) -> None:
    """To be written."""
    raise NotImplementedError(work, unit, desk, now)
