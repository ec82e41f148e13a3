"""To be written."""

from __future__ import annotations

from bot.roles.office.subject import Subject

SUBJECT = Subject()
