"""How a vote ends: quorum, majority, tie."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.award_rules import Tie
from scoring.voting import Choice, Ending, quorum_of, tally

FOR, AGAINST, ABSTAIN = Choice.GRANT, Choice.REFUSE, Choice.ABSTAIN


@pytest.mark.parametrize(
    ("share", "entitled", "quorum"),
    [(0.5, 5, 3), (0.5, 4, 2), (0.5, 1, 1), (1.0, 7, 7), (0.01, 3, 1), (0.5, 0, 1), (0.6, 5, 3), (2 / 3, 3, 2)],
)
def test_the_quorum_is_rounded_up_and_never_nobody(share: float, entitled: int, quorum: int) -> None:
    """Half of five are three; 0.6 of five are three, whatever the machine says."""
    assert quorum_of(share, entitled) == quorum


@pytest.mark.parametrize(
    ("choices", "tie", "ending"),
    [
        ([FOR, FOR, AGAINST, None], Tie.REFUSE, Ending.GRANTED),
        ([FOR, AGAINST, AGAINST, None], Tie.REFUSE, Ending.REFUSED),
        ([FOR, None, None, None], Tie.REFUSE, Ending.NO_QUORUM),
        ([], Tie.REFUSE, Ending.NO_QUORUM),
        ([FOR, AGAINST, None, None], Tie.REFUSE, Ending.TIE_REFUSED),
        ([FOR, AGAINST, None, None], Tie.AGAIN, Ending.TIE),
        ([ABSTAIN, ABSTAIN, None, None], Tie.REFUSE, Ending.TIE_REFUSED),
        ([ABSTAIN, FOR, None, None], Tie.REFUSE, Ending.GRANTED),
    ],
)
def test_how_a_vote_ends(choices: list[Choice | None], tie: Tie, ending: Ending) -> None:
    """Who abstains takes part; more for than against grants."""
    found = tally(choices, quorum=2, tie=tie)
    assert found.ending is ending
    assert ending.decides == (ending in {Ending.GRANTED, Ending.REFUSED, Ending.TIE_REFUSED})
    assert (found.voted, found.entitled) == (len([each for each in choices if each]), len(choices))


@given(choices=st.lists(st.sampled_from([*Choice, None])), quorum=st.integers(1, 6), tie=st.sampled_from(Tie))
def test_a_vote_in_favour_never_does_harm(choices: list[Choice | None], quorum: int, tie: Tie) -> None:
    """Granted stays granted with one vote more for it; the order of votes means nothing."""
    if tally(choices, quorum=quorum, tie=tie).ending is Ending.GRANTED:
        assert tally([*choices, FOR], quorum=quorum, tie=tie).ending is Ending.GRANTED
    assert tally(choices[::-1], quorum=quorum, tie=tie) == tally(choices, quorum=quorum, tie=tie)
