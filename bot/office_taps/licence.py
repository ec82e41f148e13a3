"""Buttons of the licence: proposals, the vote of the jury, decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.tap_kinds import OfficeTap, OrganizerTap

LASTS = (timedelta(hours=24), timedelta(hours=48), timedelta(hours=72), timedelta(days=7))
"""How long a vote may be open. Buttons carry the place."""
USUAL_LAST = 2
"""The place of the one that is proposed."""

VERDICTS = ("grant", "refuse")
"""What can be decided, by ``storage.decisions.Granted``. Buttons carry the place."""

REVOKE_REASONS = ("new_facts", "mistake", "rules_broken")
"""Why a decision is revoked, where a button says it. Buttons carry the place, so new reasons stand at the end."""


@dataclass(frozen=True, slots=True)
class Licences(OfficeTap):
    """Proposals and decisions: how many of each sort; ``page`` is not used."""

    page: int


@dataclass(frozen=True, slots=True)
class LicencePart(OfficeTap):
    """A page of the participants of a sort: its place in ``bot.views.office.licence.PARTS``."""

    part: int
    page: int


@dataclass(frozen=True, slots=True)
class LicenceCard(OfficeTap):
    """One participant: the proposal with its reasons, the vote, the decision."""

    participant: int


@dataclass(frozen=True, slots=True)
class LicenceChange(OfficeTap):
    """What would have to change for a grant."""

    participant: int


@dataclass(frozen=True, slots=True)
class LicenceTable(OfficeTap):
    """All proposals and decisions as a table."""


@dataclass(frozen=True, slots=True)
class LicenceBest(OfficeTap):
    """Who is distinguished."""


@dataclass(frozen=True, slots=True)
class LicenceAskOpen(OrganizerTap):
    """Open a vote: until when?"""

    participant: int


@dataclass(frozen=True, slots=True)
class LicenceOpen(OrganizerTap):
    """Open a vote; ``lasts`` is a place in ``LASTS``."""

    participant: int
    lasts: int


@dataclass(frozen=True, slots=True)
class LicenceAskBatch(OrganizerTap):
    """Open votes on all participants of a sort: until when?"""

    part: int


@dataclass(frozen=True, slots=True)
class LicenceBatch(OrganizerTap):
    """Open votes on all participants of a sort."""

    part: int
    lasts: int


@dataclass(frozen=True, slots=True)
class LicenceAskClose(OrganizerTap):
    """Close a vote before its time: is that meant?"""

    voting: int


@dataclass(frozen=True, slots=True)
class LicenceClose(OrganizerTap):
    """Close a vote before its time."""

    voting: int


@dataclass(frozen=True, slots=True)
class LicenceAskExtend(OrganizerTap):
    """Let a vote go on: until when?"""

    voting: int


@dataclass(frozen=True, slots=True)
class LicenceExtend(OrganizerTap):
    """Let a vote go on, from now for so long."""

    voting: int
    lasts: int


@dataclass(frozen=True, slots=True)
class LicenceRemind(OrganizerTap):
    """Remind those who have not voted."""

    voting: int


@dataclass(frozen=True, slots=True)
class LicenceGrounds(OrganizerTap):
    """A vote ended against the proposal: ask for the grounds."""

    voting: int


@dataclass(frozen=True, slots=True)
class LicenceDecide(OrganizerTap):
    """Decide without a vote (``verdict`` is a place in ``VERDICTS``): ask for the grounds."""

    participant: int
    verdict: int


@dataclass(frozen=True, slots=True)
class LicenceAskRevoke(OrganizerTap):
    """Revoke a decision: why?"""

    decision: int


@dataclass(frozen=True, slots=True)
class LicenceRevoke(OrganizerTap):
    """Revoke a decision; ``reason`` is a place in ``REVOKE_REASONS``."""

    decision: int
    reason: int


@dataclass(frozen=True, slots=True)
class LicenceRevokeWords(OrganizerTap):
    """Revoke a decision for a reason in own words: ask for it."""

    decision: int


@dataclass(frozen=True, slots=True)
class LicenceBoard(OrganizerTap):
    """Who is on the jury board, a page of them."""

    page: int


@dataclass(frozen=True, slots=True)
class LicenceBoardPick(OrganizerTap):
    """People who could join the board, a page of them."""

    page: int


@dataclass(frozen=True, slots=True)
class LicenceJoin(OrganizerTap):
    """Put a person on the board; ``page`` is where the list stood."""

    person: int
    page: int


@dataclass(frozen=True, slots=True)
class LicenceAskLeave(OrganizerTap):
    """Take a person off the board: is that meant?"""

    person: int


@dataclass(frozen=True, slots=True)
class LicenceLeave(OrganizerTap):
    """Take a person off the board."""

    person: int


CODES: Mapping[str, type[OfficeTap]] = {
    "li.list": Licences,
    "li.part": LicencePart,
    "li.card": LicenceCard,
    "li.change": LicenceChange,
    "li.table": LicenceTable,
    "li.best": LicenceBest,
    "li.ask": LicenceAskOpen,
    "li.open": LicenceOpen,
    "li.many": LicenceAskBatch,
    "li.batch": LicenceBatch,
    "li.end": LicenceAskClose,
    "li.close": LicenceClose,
    "li.more": LicenceAskExtend,
    "li.long": LicenceExtend,
    "li.remind": LicenceRemind,
    "li.why": LicenceGrounds,
    "li.decide": LicenceDecide,
    "li.off": LicenceAskRevoke,
    "li.revoke": LicenceRevoke,
    "li.words": LicenceRevokeWords,
    "li.board": LicenceBoard,
    "li.pick": LicenceBoardPick,
    "li.join": LicenceJoin,
    "li.bye": LicenceAskLeave,
    "li.leave": LicenceLeave,
}
