"""Buttons of invitations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class Invitations(OfficeTap):
    """Who was invited and who came; ``page`` is kept for buttons sent before, there is but one."""

    page: int


@dataclass(frozen=True, slots=True)
class InvitedList(OfficeTap):
    """People in one state, a page of them; ``state`` counts ``storage.invitations.Invited``."""

    state: int
    page: int


@dataclass(frozen=True, slots=True)
class InviteeCard(OfficeTap):
    """One person's way in."""

    person: int


@dataclass(frozen=True, slots=True)
class IssueLink(OfficeTap):
    """A new link and code for one person; earlier links stop working."""

    person: int


@dataclass(frozen=True, slots=True)
class RevokeLink(OfficeTap):
    """Let a person's open links stop working."""

    person: int


@dataclass(frozen=True, slots=True)
class InviteAll(OfficeTap):
    """Links for everybody who has no open one and has not come."""


@dataclass(frozen=True, slots=True)
class AskRenewAll(OfficeTap):
    """New links for everybody who has not come: is that meant?"""


@dataclass(frozen=True, slots=True)
class RenewAll(OfficeTap):
    """New links for everybody who has not come; earlier ones stop working."""


CODES: Mapping[str, type[OfficeTap]] = {
    "in.list": Invitations,
    "in.state": InvitedList,
    "in.person": InviteeCard,
    "in.link": IssueLink,
    "in.off": RevokeLink,
    "in.all": InviteAll,
    "in.ask": AskRenewAll,
    "in.anew": RenewAll,
}
