"""Which role may do what in the office."""

from __future__ import annotations

from bot.tap_kinds import OfficeTap, OrganizerTap
from storage.people import Role

ORGANIZER_COMMANDS = frozenset({"przechowywanie", "keeping", "wstrzymane", "held"})
"""Commands only organizers have; coordinators and organizers share the others."""


def may_tap(role: Role, tap: OfficeTap) -> bool:
    """Whether the role has that button; whether what it names is theirs is the subject's own affair."""
    if role is Role.JUROR:
        return False
    return role is Role.ORGANIZER or not isinstance(tap, OrganizerTap)


def may_command(role: Role, name: str) -> bool:
    """Whether the role has that command."""
    if role is Role.JUROR:
        return False
    return role is Role.ORGANIZER or name not in ORGANIZER_COMMANDS
