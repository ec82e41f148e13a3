"""How a vote of the jury ends: the quorum, the majority, and what a tie means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from scoring.award_rules import Tie


class Choice(StrEnum):
    """What a member of the board votes."""

    GRANT = "grant"
    REFUSE = "refuse"
    ABSTAIN = "abstain"


class Ending(StrEnum):
    """What became of a vote."""

    GRANTED = "granted"
    """More votes for than against."""
    REFUSED = "refused"
    """More votes against than for."""
    TIE_REFUSED = "tie_refused"
    """As many for as against, and the rules say that this is not enough."""
    TIE = "tie"
    """As many for as against; nothing is decided."""
    NO_QUORUM = "no_quorum"
    """Too few voted; nothing is decided."""

    @property
    def decides(self) -> bool:
        """Whether a decision follows."""
        return self in {Ending.GRANTED, Ending.REFUSED, Ending.TIE_REFUSED}


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes, counted."""

    ending: Ending
    grant: int
    refuse: int
    abstain: int
    entitled: int
    quorum: int

    @property
    def voted(self) -> int:
        """How many voted; who abstains takes part."""
        return self.grant + self.refuse + self.abstain


def quorum_of(share: float, entitled: int) -> int:
    """How many of those entitled must have voted: the share, rounded up, and never nobody."""
    return max(1, ceil(round(share * entitled, 9)))


def tally(choices: Sequence[Choice | None], *, quorum: int, tie: Tie) -> Tally:
    """Count the votes of those entitled; None: has not voted."""
    grant, refuse, abstain = (choices.count(choice) for choice in (Choice.GRANT, Choice.REFUSE, Choice.ABSTAIN))
    if grant + refuse + abstain < quorum:
        ending = Ending.NO_QUORUM
    elif grant == refuse:
        ending = Ending.TIE_REFUSED if tie is Tie.REFUSE else Ending.TIE
    else:
        ending = Ending.GRANTED if grant > refuse else Ending.REFUSED
    return Tally(ending, grant, refuse, abstain, entitled=len(choices), quorum=quorum)
