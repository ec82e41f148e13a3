"""Answering the question being asked: each kind of reply, constraints, suggestions, reasons, choices and timers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from scenarios.contact import (
    Answered,
    AnswerState,
    AskReason,
    Change,
    Done,
    Mark,
    NotApplicable,
    NotChecked,
    Pick,
    Place,
    Position,
    RejectionCode,
    Reply,
    Report,
    Skip,
    Start,
    Stop,
    TakeDefault,
    TimerStarted,
    Toggle,
    Words,
)
from scenarios.engine.answers import MAX_REASON_CHARS
from tests.scenarios.hand_made import BEGINS, Player, made

CHOICES = "choices: [{name: a, label: Ala}, {name: b, label: Bela}, {name: c, label: Cela}]"


def one(step: str) -> Player:
    """A player before the first of two questions."""
    return Player(made(f"section only after\n{step}\nlast yes_no"))


@pytest.mark.parametrize(
    ("step", "reply", "value"),
    [
        ("q acknowledge", Mark(), True),
        ("q yes_no", Pick("no"), False),
        ("q yes_no", Words("Tak"), True),
        (f"q select_one, {CHOICES}", Pick("b"), "b"),
        ("q range, anchors: {1: źle, 2: dobrze}", Pick("2"), 2),
        ("q integer", Words("12"), 12),
        ("q decimal", Words("2,5"), Decimal("2.5")),
        ("q count, maximum: key", Words("2"), 2),
        ("q text", Words(" Dzień dobry "), "Dzień dobry"),
        ("q date", Words("3.12.2026"), date(2026, 12, 3)),
        ("q geopoint", Position(Place(52.2, 21.0)), Place(52.2, 21.0)),
        ("q stamp, button: już", Mark(), BEGINS + timedelta(minutes=1)),
        ("q timer", Words("5 min"), 300),
    ],
)
def test_a_fitting_reply_is_the_answer(step: str, reply: Reply, value: object) -> None:
    """What fits the question is kept as its value, and the next question is up."""
    player = one(step)
    player.send(reply)
    assert player.answer("q").value == value
    assert player.asked == "last"
    assert player.event(Answered).previous is None


@pytest.mark.parametrize(
    ("step", "reply", "code"),
    [
        ("q yes_no", Mark(), RejectionCode.EXPECTED_BUTTON),
        ("q yes_no", Start(), RejectionCode.NOT_NOW),
        ("q yes_no", Stop(), RejectionCode.TIMER_NOT_STARTED),
        ("q yes_no", Toggle("yes"), RejectionCode.NOT_NOW),
        ("q yes_no", TakeDefault(), RejectionCode.NOT_NOW),
        ("q yes_no", Done(), RejectionCode.NOTHING_CHOSEN),
        ("q yes_no", Skip(), RejectionCode.CANNOT_SKIP),
        ("q yes_no", NotApplicable(), RejectionCode.CANNOT_SKIP),
        ("q yes_no, not_checked: no", NotChecked(), RejectionCode.CANNOT_SKIP),
        ("q text", Mark(), RejectionCode.EXPECTED_TEXT),
        ("q count, maximum: key", Words("3"), RejectionCode.TOO_LARGE),
        ("q image", Words("już"), RejectionCode.EXPECTED_FILE),
        ("q geopoint", Position(Place(float("nan"), 21.0)), RejectionCode.EXPECTED_PLACE),
    ],
)
def test_a_reply_that_does_not_fit_is_refused_and_changes_nothing(step: str, reply: Reply, code: RejectionCode) -> None:
    """A refusal says why; the contact, its turn included, is as it was."""
    player = one(step)
    before = player.contact
    player.send(reply)
    assert player.refused is code
    assert player.contact == before
    assert player.turn.events == ()


def test_nothing_can_be_answered_when_all_is() -> None:
    """At the report a late tap on an answer's button is refused."""
    player = Player(made("section only after\nq yes_no"))
    player.send(Pick("yes"))
    assert isinstance(player.prompt, Report)
    player.send(Pick("no"))
    assert player.refused is RejectionCode.NOT_NOW


def test_not_applicable_and_skipped_are_kept_apart() -> None:
    """Each has a state of its own and no value."""
    player = Player(made("section only after\nq yes_no, not_applicable: yes\nr text, required: no\nlast yes_no"))
    player.send(NotApplicable(), Skip())
    assert (player.answer("q").state, player.answer("q").value) == (AnswerState.NOT_APPLICABLE, None)
    assert (player.answer("r").state, player.answer("r").value) == (AnswerState.SKIPPED, None)


@pytest.mark.parametrize(
    ("step", "words", "state"),
    [
        ("q yes_no, not_applicable: yes", "Nie dotyczy", AnswerState.NOT_APPLICABLE),
        ("q integer, required: no", "pomiń", AnswerState.SKIPPED),
        ("q image, required: no", "pomiń", AnswerState.SKIPPED),
    ],
)
def test_the_words_of_a_button_are_as_good_as_the_button(step: str, words: str, state: AnswerState) -> None:
    """Who types what a button says has tapped it, also where a photo is asked for."""
    player = one(step)
    player.send(Words(words))
    assert player.answer("q").state is state


@pytest.mark.parametrize(
    ("step", "words"),
    [("q yes_no", "nie dotyczy"), ("q yes_no, not_checked: no", "nie sprawdzono"), ("q integer", "pomiń")],
)
def test_the_words_of_a_button_the_question_lacks_are_refused(step: str, words: str) -> None:
    """Where the question has no such button, its words are no answer either."""
    player = one(step)
    player.send(Words(words))
    assert player.refused is not None
    assert player.asked == "q"


def test_not_checked_asks_for_the_reason_first() -> None:
    """Nothing is answered before the reason is there."""
    player = one("q yes_no")
    player.send(Words("nie sprawdzono"))
    assert isinstance(player.prompt, AskReason)
    assert (player.prompt.path, player.prompt.step.name) == ("q", "q")
    assert player.contact.answers == {}


@pytest.mark.parametrize(("reply", "reason"), [(Pick("forgot"), "forgot"), (Words(" Było ciemno "), "Było ciemno")])
def test_the_reason_is_kept_with_the_answer(reply: Reply, reason: str) -> None:
    """A reason's button or the person's own words."""
    player = one("q yes_no")
    player.send(NotChecked(), reply)
    answer = player.answer("q")
    assert (answer.state, answer.value, answer.reason) == (AnswerState.NOT_CHECKED, None, reason)
    assert player.asked == "last"


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Pick("bored"), RejectionCode.UNKNOWN_CHOICE),
        (Words("  "), RejectionCode.EMPTY),
        (Words("a" * (MAX_REASON_CHARS + 1)), RejectionCode.TEXT_TOO_LONG),
    ],
)
def test_a_reason_that_is_none_is_asked_for_again(reply: Reply, code: RejectionCode) -> None:
    """An unknown button, nothing, or a whole essay."""
    player = one("q yes_no")
    player.send(NotChecked(), reply)
    assert player.refused is code
    assert isinstance(player.prompt, AskReason)


def test_a_constraint_refuses_only_what_is_definitely_wrong() -> None:
    """False refuses; unknown, because the other answer was not checked, lets through."""
    scenario = made('section only after\nfirst integer\nq integer, constraint: "answer <= first"\nlast yes_no')
    player = Player(scenario)
    player.send(Words("3"), Words("4"))
    assert player.refused is RejectionCode.CONSTRAINT
    player = Player(scenario)
    player.send(NotChecked(), Pick("forgot"), Words("4"))
    assert player.answer("q").value == 4


def test_a_constraint_within_a_repeat_sees_its_own_round() -> None:
    """In the second round the number is held against the second round's, not against all of them."""
    repeat = "repeat: {another: Jeszcze?, maximum: 3}"
    player = Player(made(f'section desks after {repeat}\nall integer\nsome integer, constraint: "answer <= all"'))
    player.send(Words("9"), Words("2"), Pick("yes"), Words("3"), Words("4"))
    assert player.refused is RejectionCode.CONSTRAINT
    player.send(Words("3"))
    assert player.answer("desks[1].some").value == 3


def test_choices_are_toggled_and_kept_in_the_order_of_the_question() -> None:
    """On, off and on again; "gotowe" gives the answer."""
    player = one(f"q select_multiple, {CHOICES}")
    player.send(Toggle("c"), Pick("a"), Toggle("b"), Toggle("b"))
    assert player.ask.chosen == ("c", "a")
    player.send(Done())
    assert player.answer("q").value == ("a", "c")


def test_toggling_is_not_another_place() -> None:
    """The turn stays the same while choices are put together, so that their message can be redrawn."""
    player = one(f"q select_multiple, {CHOICES}")
    turn = player.contact.turn
    player.send(Toggle("a"), Toggle("b"))
    assert player.contact.turn == turn
    player.send(Done())
    assert player.contact.turn == turn + 1


def test_a_choice_that_does_not_exist_is_refused() -> None:
    """An old button of another question."""
    player = one(f"q select_multiple, {CHOICES}")
    player.send(Toggle("z"))
    assert player.refused is RejectionCode.UNKNOWN_CHOICE


def test_choices_asked_for_again_start_from_those_made() -> None:
    """Changing one of many does not mean making all of them anew."""
    player = one(f"q select_multiple, {CHOICES}")
    player.send(Toggle("a"), Toggle("b"), Done(), Change("q"))
    assert player.ask.chosen == ("a", "b")
    player.send(Toggle("b"), Done())
    assert player.answer("q").value == ("a",)


def test_no_choice_skips_a_question_that_may_be_skipped() -> None:
    """Also when the choices made before are all taken back."""
    player = one(f"q select_multiple, required: no, {CHOICES}")
    player.send(Toggle("a"), Done(), Change("q"), Toggle("a"), Done())
    assert player.answer("q").state is AnswerState.SKIPPED


def test_a_timer_measures_from_start_to_stop() -> None:
    """In whole seconds; the start is shown meanwhile and forgotten after."""
    player = one("q timer")
    player.send(Start())
    assert player.event(TimerStarted).at == player.now
    assert player.ask.timer_started == player.now
    player.send(Stop(), after=timedelta(seconds=90, milliseconds=700))
    assert player.answer("q").value == 91
    assert player.contact.timers == {}


def test_a_timer_never_runs_backwards() -> None:
    """A clock that was set back gives nought, not a negative time."""
    player = one("q timer")
    player.send(Start())
    player.send(Stop(), after=-timedelta(seconds=5))
    assert player.answer("q").value == 0


def test_a_suggestion_is_taken_by_its_button_only() -> None:
    """It is shown, and kept once tapped."""
    player = Player(made('section only after\nfirst integer\nq integer, default: "first * 2"\nlast yes_no'))
    player.send(Words("3"))
    assert player.ask.suggestion == 6
    assert "q" not in player.contact.answers
    player.send(TakeDefault())
    assert player.answer("q").value == 6


@pytest.mark.parametrize(
    ("step", "suggestion"),
    [
        ('q integer, default: "first"', 3),
        ('q integer, default: "first / 2"', 2),
        ('q integer, maximum: 2, default: "first"', None),
        ('q integer, minimum: 0, default: "0 - first"', None),
        ('q integer, default: "first == 3"', None),
        ('q decimal, default: "first / 2"', Decimal("1.5")),
        ('q decimal, maximum: 1, default: "first"', None),
        ('q count, maximum: 5, default: "first"', 3),
        ('q count, maximum: key, default: "first"', None),
        ('q range, anchors: {2: źle, 3: dobrze}, default: "first"', 3),
        ('q range, anchors: {1: źle, 2: dobrze}, default: "first"', None),
        ('q timer, default: "first"', 3),
        ('q timer, default: "0 - first"', None),
        ('q text, default: "first"', None),
        ('q text, default: "participant_name"', "Gmina Przykład"),
        ('q yes_no, default: "first > 2"', True),
        ('q yes_no, default: "missing > 2"', None),
        (f"q select_one, {CHOICES}, default: \"'b'\"", "b"),
        (f"q select_one, {CHOICES}, default: \"'z'\"", None),
        (f'q select_multiple, {CHOICES}, default: "many"', None),
        ('q date, default: "day"', date(2026, 12, 3)),
        ('q date, default: "answered_at(first)"', None),
        ('q datetime, default: "answered_at(first)"', BEGINS + timedelta(minutes=1)),
        ('q time, default: "day"', None),
        ('q geopoint, default: "here"', Place(52.2, 21.0)),
    ],
)
def test_a_suggestion_is_always_a_possible_answer(step: str, suggestion: object) -> None:
    """Numbers are fitted to the question; what it could not be answered with is not suggested."""
    known = (
        "first integer\nday date\nhere geopoint\n"
        "many select_multiple, choices: [{name: x, label: X}, {name: y, label: Y}]\nmissing integer\n"
    )
    player = Player(made(f"section only after\n{known}{step}"))
    player.send(Words("3"), Words("3.12.2026"), Position(Place(52.2, 21.0)), Toggle("x"), Done())
    player.send(NotChecked(), Pick("forgot"))
    assert player.ask.suggestion == suggestion


def test_suggested_choices_and_hours_are_taken_over() -> None:
    """A suggestion may be the answer to an earlier question of the same kind."""
    choices = f'many select_multiple, {CHOICES}\nq select_multiple, {CHOICES}, default: "many"'
    player = Player(made(f'section only after\n{choices}\nat time\nr time, default: "at"'))
    player.send(Toggle("a"), Done(), TakeDefault(), Words("9:15"), TakeDefault())
    assert player.answer("q").value == ("a",)
    assert player.answer("r").value == player.answer("at").value


def test_moments_are_kept_in_the_persons_zone() -> None:
    """A stamp shortly after midnight in Warsaw belongs to that day there."""
    player = one("q stamp, button: już")
    player.send(Mark(), after=timedelta(hours=15, minutes=30))
    value = player.answer("q").value
    assert str(value) == "2026-12-10 00:30:00+01:00"
    assert player.answer("q").at.utcoffset() == timedelta(hours=1)


def test_every_answer_gets_the_next_revision() -> None:
    """Numbers of revisions run through the whole contact."""
    player = Player(made("section only after\nq yes_no\nr yes_no\ns yes_no"))
    player.send(Pick("yes"), Pick("yes"), Change("q"), Pick("no"))
    assert {path: answer.revision for path, answer in player.contact.answers.items()} == {"q": 3, "r": 2}
    assert player.contact.revision == 3
    assert player.contact.order == ("r", "q")
