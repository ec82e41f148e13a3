"""To be written."""

from __future__ import annotations

from datetime import datetime

from bot.jobs import Digest
from bot.roles.office.subject import Subject
from bot.talk import Desk
from storage.database import Unit


def digest(unit: Unit, desk: Desk, work: Digest, *, now: datetime) -> None:
    """To be written."""
    raise NotImplementedError(work, unit, desk, now)


SUBJECT = Subject()
