"""Exit routes: proposed, taken with what they set, asked after, and taken back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scenarios.contact import (
    Answered,
    AnswerState,
    AskChange,
    AskExit,
    Cancel,
    Change,
    Closed,
    Confirm,
    Deactivated,
    ExitTaken,
    ExitUndone,
    Leave,
    Phase,
    Pick,
    Reactivated,
    RejectionCode,
    Report,
    Resume,
    StageEntered,
    Submit,
    TimePassed,
    Undo,
    Words,
)
from scenarios.engine.leaving import literal_value
from scenarios.model import Outcome, Stage
from tests.scenarios.hand_made import Player, made

SECTIONS = """
section gate gate
g yes_no, leads_to: {exit: conflict, when: "answer == yes"}
section during during
d yes_no
e yes_no
section after after
w yes_no
x yes_no, relevant: "w == yes"
y yes_no, leads_to: {exit: shut, when: "answer == no"}
section facts exit
why text
more text
"""
EXITS = """
closed: {label: Zamknięte, explanation: Trudno., outcome: finish, sections: [facts], sets: {w: "no"}}
shut: {label: Zamknięte, explanation: Trudno., outcome: finish, stages: [], sections: [facts]}
spotted: {label: Rozpoznanie, explanation: Trudno., outcome: void, stages: [during, after]}
conflict: {label: Konflikt, explanation: Trudno., outcome: returned, stages: []}
"""


def inside() -> Player:
    """A player past the gate, with the first question on the spot answered."""
    player = Player(made(SECTIONS, EXITS))
    player.send(Pick("no"), Pick("yes"))
    return player


def at_y() -> Player:
    """A player at the last question of the script."""
    player = inside()
    player.send(Pick("yes"), Pick("yes"), Pick("yes"))
    assert player.asked == "y"
    return player


def test_an_exit_is_proposed_before_it_is_taken() -> None:
    """Nothing has happened until it is confirmed."""
    player = inside()
    player.send(Leave("closed"))
    assert isinstance(player.prompt, AskExit)
    assert player.prompt.route.name == "closed"
    assert player.contact.exit is None


def test_an_exit_can_be_declined() -> None:
    """The question is up again."""
    player = inside()
    player.send(Leave("closed"), Cancel())
    assert (player.asked, player.contact.exit) == ("e", None)


@pytest.mark.parametrize("name", ["nowhere", "conflict"])
def test_an_exit_that_is_not_offered_cannot_be_taken(name: str) -> None:
    """One that does not exist, and one that only an answer leads to."""
    player = inside()
    player.send(Leave(name))
    assert player.refused is RejectionCode.NOT_NOW


def test_an_exit_of_another_stage_cannot_be_taken() -> None:
    """In the gate nobody can have been recognised."""
    player = Player(made(SECTIONS, EXITS))
    player.send(Leave("spotted"))
    assert player.refused is RejectionCode.NOT_NOW


def test_an_exit_can_be_taken_at_the_report() -> None:
    """All is answered, but nothing sent yet: "rozpoznano mnie" still counts."""
    player = at_y()
    player.send(Pick("yes"))
    assert isinstance(player.prompt, Report)
    player.send(Leave("spotted"), Confirm())
    assert player.contact.phase is Phase.VOID


def test_no_exit_is_taken_once_the_report_is_sent() -> None:
    """Corrections concern answers."""
    player = at_y()
    player.send(Pick("yes"), Submit(), Leave("spotted"))
    assert player.refused is RejectionCode.NOT_NOW


def test_a_finishing_exit_asks_its_own_section_and_nothing_else() -> None:
    """What was answered stays, what was not is left out; the exit's answers are given with its name as the reason."""
    player = inside()
    player.send(Leave("closed"), Confirm())
    assert player.asked == "why"
    assert player.event(ExitTaken) == ExitTaken("closed", Outcome.FINISH)
    assert player.event(StageEntered) == StageEntered(Stage.EXIT)
    assert (player.answer("w").value, player.answer("w").reason) == (False, "exit:closed")
    assert player.way.answered == ("g", "d", "w")
    player.send(Words("kartka na drzwiach"), Words("nic"))
    assert isinstance(player.prompt, Report)


def test_only_one_exit_is_taken() -> None:
    """After one, no other is offered."""
    player = inside()
    player.send(Leave("closed"), Confirm(), Leave("spotted"))
    assert player.refused is RejectionCode.NOT_NOW


@pytest.mark.parametrize(
    ("replies", "phase", "exit_"),
    [
        ((Leave("spotted"), Confirm()), Phase.VOID, "spotted"),
        ((Change("g"), Pick("yes"), Confirm()), Phase.RETURNED, "conflict"),
    ],
)
def test_a_closing_exit_closes_the_contact(replies: tuple[object, ...], phase: Phase, exit_: str) -> None:
    """Nothing more is asked, and nothing more taken."""
    player = inside()
    player.send(*replies)  # type: ignore[arg-type]
    assert player.prompt == Closed(phase, exit_)
    player.send(Pick("yes"))
    assert (player.refused, player.turn.events) == (RejectionCode.LOCKED, ())
    for harmless in (Resume(), TimePassed()):
        player.send(harmless)
        assert (player.refused, player.prompt) == (None, Closed(phase, exit_))


def test_an_answer_that_leads_out_is_kept_only_if_confirmed() -> None:
    """A no to the exit asks the question again, with nothing answered."""
    player = Player(made(SECTIONS, EXITS))
    player.send(Pick("yes"))
    assert isinstance(player.prompt, AskExit)
    player.send(Cancel())
    assert (player.asked, player.contact.answers) == ("g", {})
    player.send(Pick("yes"), Confirm())
    assert player.answer("g").value is True
    assert player.contact.phase is Phase.RETURNED


def test_an_answer_that_does_not_lead_out_goes_on() -> None:
    """Also where it is not known whether it does."""
    player = Player(made(SECTIONS, EXITS))
    player.send(Pick("no"))
    assert player.asked == "d"


def test_undo_takes_an_exit_back() -> None:
    """What it answered by itself is withdrawn with a revision of its own, and the script goes on where it was left."""
    player = inside()
    player.send(Leave("closed"), Confirm())
    given = player.answer("w")
    player.send(Undo())
    assert player.event(ExitUndone) == ExitUndone("closed")
    withdrawn = player.answer("w")
    assert (withdrawn.state, withdrawn.value, withdrawn.revision) == (AnswerState.WITHDRAWN, None, given.revision + 1)
    assert player.event(Answered) == Answered(withdrawn, given)
    assert (player.asked, player.contact.exit) == ("e", None)


def test_a_withdrawn_answer_is_asked_for_again() -> None:
    """Its question is open as if it had never been answered."""
    player = inside()
    player.send(Leave("closed"), Confirm(), Undo(), Pick("yes"))
    assert (player.asked, player.ask.current) == ("w", None)
    player.send(Pick("yes"))
    assert player.answer("w").value is True


def test_an_answer_of_the_exit_that_the_person_changed_stays_theirs() -> None:
    """Taking the exit back does not take back what they said themselves."""
    player = inside()
    player.send(Leave("closed"), Confirm(), Change("w"), Pick("yes"), Undo())
    assert (player.asked, player.contact.exit) == ("e", None)
    assert (player.answer("w").state, player.answer("w").value) == (AnswerState.GIVEN, True)


def test_undo_goes_back_through_the_exits_own_questions_first() -> None:
    """Last answer, first answer, then the exit itself; its answers come back if it is taken again."""
    player = inside()
    player.send(Leave("closed"), Confirm(), Words("kartka"), Words("nic"), Undo())
    assert player.asked == "more"
    player.send(Undo())
    assert player.asked == "why"
    player.send(Undo())
    assert player.event(ExitUndone) == ExitUndone("closed")
    assert player.event(Deactivated) == Deactivated(("why", "more"))
    assert player.asked == "e"
    player.send(Leave("closed"), Confirm())
    assert player.event(Reactivated) == Reactivated(("why", "more"))
    assert isinstance(player.prompt, Report)


def test_undo_from_an_answer_before_the_exit_goes_further_back() -> None:
    """Who is changing an earlier answer walks on from there; the exit stands."""
    player = inside()
    player.send(Leave("closed"), Confirm(), Change("d"), Undo())
    assert (player.asked, player.contact.exit) == ("g", "closed")


def test_undoing_an_exit_asks_the_answer_that_led_to_it_again() -> None:
    """Otherwise the contact would go on with an answer that ends it."""
    player = at_y()
    player.send(Pick("no"), Confirm())
    assert player.asked == "why"
    player.send(Undo())
    assert (player.asked, player.contact.exit) == ("y", None)
    assert player.answer("y").state is AnswerState.WITHDRAWN
    player.send(Pick("no"))
    assert isinstance(player.prompt, AskExit)


def test_what_an_exit_sets_off_the_way_is_withdrawn_too() -> None:
    """Its section does not apply here; the answer does not come to life later."""
    exits = 'closed: {label: Z, explanation: T, outcome: finish, stages: [after], sections: [], sets: {q: "yes"}}'
    player = Player(made('section only after\np yes_no\nq yes_no, relevant: "p == yes"\nr yes_no', exits))
    player.send(Pick("no"), Leave("closed"), Confirm(), Undo(), Change("p"), Pick("yes"))
    assert (player.asked, player.ask.current) == ("q", None)


def test_an_exit_taken_switches_off_what_its_answers_make_irrelevant() -> None:
    """The answers that go are told of; they are back with the exit undone and the question answered as before."""
    player = at_y()
    player.send(Leave("closed"), Confirm())
    assert player.event(Deactivated) == Deactivated(("x",))
    player.send(Undo(), Pick("yes"))
    assert player.event(Reactivated) == Reactivated(("x",))
    assert player.asked == "y"


def test_the_exit_of_a_sent_report_is_not_taken_back() -> None:
    """Undo walks through the answers only."""
    player = inside()
    player.send(Leave("closed"), Confirm(), Words("kartka"), Words("nic"), Submit(), Undo(), Undo(), Undo())
    assert (player.contact.exit, player.asked) == ("closed", "w")


def test_a_conflict_admitted_while_correcting_returns_the_contact() -> None:
    """Late is better than never."""
    player = at_y()
    player.send(Pick("yes"), Submit(), Change("g"), Pick("yes"), Confirm())
    assert player.contact.phase is Phase.RETURNED
    assert player.contact.submitted_at is not None


def test_a_finishing_exit_while_correcting_leaves_the_report_sent() -> None:
    """Its questions are corrections to be sent."""
    player = at_y()
    player.send(Pick("yes"), Submit(), Change("y"), Pick("no"), Confirm())
    assert (player.contact.phase, player.asked) == (Phase.SUBMITTED, "why")


def test_an_exit_within_a_change_needs_its_own_yes() -> None:
    """The answer's consequences are not asked for as well."""
    player = at_y()
    player.send(Pick("yes"), Change("y"), Pick("no"))
    assert isinstance(player.prompt, AskExit)
    assert not isinstance(player.prompt, AskChange)


@pytest.mark.parametrize(
    ("step", "literal", "value"),
    [
        ("q yes_no", "no", False),
        ("q acknowledge", "yes", True),
        ("q select_one, choices: [{name: a, label: A}, {name: b, label: B}]", "b", "b"),
        ("q select_multiple, choices: [{name: a, label: A}, {name: b, label: B}]", "b", ("b",)),
        ("q range, anchors: {1: źle, 2: dobrze}", "2", 2),
        ("q integer", "-3", -3),
        ("q count, maximum: 5", "0", 0),
        ("q timer", "60", 60),
        ("q decimal", "2.5", Decimal("2.5")),
        ("q text", "zamknięte", "zamknięte"),
        ("q wait, deadline_working_days: 3", "no_reply", "no_reply"),
    ],
)
def test_what_an_exit_sets_is_an_answer_of_the_questions_own_kind(step: str, literal: str, value: object) -> None:
    """The text in the file becomes the value the question would have given."""
    found = literal_value(made(f"section only after\n{step}").steps_by_name["q"], literal)
    assert (found, type(found)) == (value, type(value))
