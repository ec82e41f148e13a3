"""Going back and changing an answer: what is asked again, what stops to apply, and how it comes back."""

from __future__ import annotations

from scenarios.contact import (
    Answered,
    AskChange,
    AskReason,
    Cancel,
    Change,
    Confirm,
    Deactivated,
    Keep,
    NotChecked,
    Pick,
    Reactivated,
    RejectionCode,
    Undo,
    Words,
)
from tests.scenarios.hand_made import Player, made

BRANCH = 'section only after\np yes_no\nq yes_no, relevant: "p == yes"\nr yes_no, relevant: "p == no"\nlast yes_no'


def branched() -> Player:
    """A player who said yes to p and q, and has the last question before them."""
    player = Player(made(BRANCH))
    player.send(Pick("yes"), Pick("no"))
    return player


def test_undo_asks_the_last_answered_question_again() -> None:
    """With its answer, which stays until there is another."""
    player = branched()
    player.send(Undo())
    assert (player.asked, player.ask.revisiting) == ("q", True)
    assert player.ask.current == player.answer("q")
    assert player.answer("q").value is False


def test_undo_again_goes_further_back() -> None:
    """One question a step, and no further than the first."""
    player = branched()
    player.send(Undo(), Undo())
    assert player.asked == "p"
    player.send(Undo())
    assert (player.refused, player.asked) == (RejectionCode.NOTHING_TO_UNDO, "p")


def test_undo_at_the_very_beginning_has_nothing_to_undo() -> None:
    """Nothing was answered yet."""
    player = Player(made(BRANCH))
    player.send(Undo())
    assert player.refused is RejectionCode.NOTHING_TO_UNDO


def test_undo_follows_the_order_of_answering() -> None:
    """An answer changed just now is the last one, wherever its question stands."""
    player = Player(made("section only after\np yes_no\nq yes_no\nlast yes_no"))
    player.send(Pick("yes"), Pick("yes"), Change("p"), Pick("no"), Undo())
    assert player.asked == "p"
    player.send(Undo())
    assert player.asked == "q"


def test_undo_takes_a_proposal_back_first() -> None:
    """A button tapped by mistake: the question itself is up again."""
    player = branched()
    player.send(NotChecked())
    assert isinstance(player.prompt, AskReason)
    player.send(Undo())
    assert (player.asked, player.ask.revisiting) == ("last", False)


def test_undo_passes_by_answers_that_do_not_apply() -> None:
    """A question that is not asked now is not gone back to."""
    player = branched()
    player.send(Change("p"), Pick("no"), Confirm(), Undo())
    assert player.asked == "p"
    player.send(Undo())
    assert player.refused is RejectionCode.NOTHING_TO_UNDO


def test_a_question_asked_again_can_be_left_as_it_was() -> None:
    """No revision is made, and the current question is up."""
    player = branched()
    revision = player.contact.revision
    player.send(Change("p"), Keep())
    assert (player.asked, player.contact.revision) == ("last", revision)


def test_the_same_answer_again_changes_nothing() -> None:
    """It counts as leaving it."""
    player = branched()
    revision = player.contact.revision
    player.send(Change("p"), Pick("yes"))
    assert (player.asked, player.contact.revision, player.turn.events) == ("last", revision, ())


def test_the_same_reason_again_changes_nothing() -> None:
    """An answer is its state and its reason too; another reason is another answer."""
    player = Player(made("section only after\np yes_no\nlast yes_no"))
    player.send(NotChecked(), Pick("forgot"), Change("p"), NotChecked(), Pick("forgot"))
    assert player.contact.revision == 1
    player.send(Change("p"), NotChecked(), Pick("unsafe"))
    assert player.answer("p").reason == "unsafe"


def test_a_change_without_consequences_is_made_at_once() -> None:
    """The revision before is told with it."""
    player = branched()
    before = player.answer("q")
    player.send(Change("q"), Pick("yes"))
    assert player.event(Answered) == Answered(player.answer("q"), before)
    assert player.asked == "last"


def test_what_does_not_apply_cannot_be_changed() -> None:
    """A button of a question that was switched off, or never answered."""
    player = branched()
    player.send(Change("r"))
    assert player.refused is RejectionCode.STALE


def test_a_change_with_consequences_is_shown_before_it_is_made() -> None:
    """The answers that would stop to apply are named; nothing has changed yet."""
    player = branched()
    player.send(Change("p"), Pick("no"))
    assert isinstance(player.prompt, AskChange)
    assert player.prompt.step.name == "p"
    assert (player.prompt.change.deactivates, player.prompt.change.reactivates) == (("q",), ())
    assert player.answer("p").value is True


def test_a_change_with_consequences_can_be_declined() -> None:
    """The question is asked again, its old answer stands."""
    player = branched()
    player.send(Change("p"), Pick("no"), Cancel())
    assert (player.asked, player.ask.revisiting, player.answer("p").value) == ("p", True, True)


def test_nothing_else_is_taken_before_the_decision() -> None:
    """Words sent instead of yes or no are refused, and the proposal stands."""
    player = branched()
    player.send(Change("p"), Pick("no"), Words("tak"))
    assert player.refused is RejectionCode.NOT_NOW
    assert isinstance(player.prompt, AskChange)


def test_a_confirmed_change_switches_answers_off_and_keeps_them() -> None:
    """They are neither on the way nor in the report, but still there."""
    player = branched()
    player.send(Change("p"), Pick("no"), Confirm())
    assert player.event(Deactivated) == Deactivated(("q",))
    assert player.way.answered == ("p",)
    assert player.answer("q").value is False
    assert player.asked == "r"


def test_a_change_undone_brings_the_answers_back() -> None:
    """Without being asked again."""
    player = branched()
    player.send(Change("p"), Pick("no"), Confirm(), Undo(), Pick("yes"))
    assert player.event(Reactivated) == Reactivated(("q",))
    assert player.way.answered == ("p", "q")
    assert player.asked == "last"


def test_a_change_that_swaps_branches_names_both() -> None:
    """What goes and what comes back is told in one turn."""
    player = branched()
    player.send(Change("p"), Pick("no"), Confirm(), Pick("no"), Change("p"), Pick("yes"))
    assert isinstance(player.prompt, AskChange)
    assert (player.prompt.change.deactivates, player.prompt.change.reactivates) == (("r",), ("q",))
    player.send(Confirm())
    assert player.event(Deactivated) == Deactivated(("r",))
    assert player.event(Reactivated) == Reactivated(("q",))


def test_an_open_question_whose_answer_switches_others_off_is_confirmed_too() -> None:
    """It came up in between, after later ones had been answered."""
    steps = 'p yes_no\nq integer, relevant: "p == yes"\nr yes_no, relevant: "not (coalesce(q, 0) > 5)"\nlast yes_no'
    player = Player(made(f"section only after\n{steps}"))
    player.send(Pick("no"), Pick("yes"), Change("p"), Pick("yes"))
    assert player.asked == "q"
    player.send(Words("9"))
    assert isinstance(player.prompt, AskChange)
    player.send(Confirm())
    assert player.way.answered == ("p", "q")


def test_confirming_and_declining_nothing_is_harmless() -> None:
    """Old buttons: a yes to nothing is refused, a no shows where we are."""
    player = branched()
    player.send(Confirm())
    assert (player.refused, player.asked) == (RejectionCode.NOT_NOW, "last")
    player.send(Cancel())
    assert (player.refused, player.asked) == (None, "last")


def test_fewer_rounds_of_a_repeat_switch_later_rounds_off() -> None:
    """And more of them bring those back."""
    player = Player(
        made("section desks after repeat: {another: Jeszcze?, maximum: 3}\nq integer\nsection end after\nlast yes_no")
    )
    player.send(Words("1"), Pick("yes"), Words("2"), Pick("no"))
    assert player.asked == "last"
    player.send(Change("desks[0].another"), Pick("no"))
    assert isinstance(player.prompt, AskChange)
    assert player.prompt.step.name == "another"
    player.send(Confirm())
    assert player.way.answered == ("desks[0].q", "desks[0].another")
    player.send(Undo(), Pick("yes"))
    assert player.event(Reactivated) == Reactivated(("desks[1].q", "desks[1].another"))
