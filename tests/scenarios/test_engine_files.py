"""Files under their question, albums that come in pieces, and the tray: what was sent is always somewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scenarios.contact import (
    Answered,
    AnswerState,
    AskChange,
    AskExit,
    AskReason,
    Attached,
    Cancel,
    Change,
    Confirm,
    Done,
    DraftPending,
    Files,
    Keep,
    Leave,
    NotChecked,
    Pause,
    Phase,
    Pick,
    PutOnTray,
    RejectionCode,
    Report,
    Resume,
    Skip,
    Submit,
    Toggle,
    Undo,
)
from scenarios.engine import lock
from scenarios.engine.files import MAX_TRAY, NOTE, accepts
from scenarios.model import StepType
from tests.scenarios.hand_made import Player, made

EXITS = "closed: {label: Zamknięte, explanation: Trudno., outcome: void, stages: [after]}"


def one(step: str) -> Player:
    """A player before the first of two questions."""
    return Player(made(f"section only after\n{step}\nlast yes_no", EXITS))


def photo(*ids: int, album: str | None = None) -> Files:
    """Pictures as a messenger sends them."""
    return Files(ids, "image", album=album)


@pytest.mark.parametrize(
    ("kind", "taken_by"),
    [
        ("image", {StepType.IMAGE, StepType.FILE}),
        ("file", {StepType.FILE}),
        ("audio", {StepType.AUDIO}),
        (NOTE, set()),
    ],
)
def test_each_kind_of_file_has_its_questions(kind: str, taken_by: set[StepType]) -> None:
    """A document is no photo, a photo is a document, a note is neither."""
    fitting = {
        of
        for of in (StepType.IMAGE, StepType.FILE, StepType.AUDIO, StepType.TEXT)
        for step in (made("section s after\nq text").steps_by_name["q"],)
        if accepts(replace(step, type=of), kind)
    }
    assert fitting == taken_by


def test_one_photo_answers_a_question_for_one() -> None:
    """No "gotowe" is needed where there is room for no more."""
    player = one("q image")
    player.send(photo(7))
    assert player.answer("q").value == (7,)
    assert player.event(Attached) == Attached("q", (7,))
    assert player.asked == "last"


def test_several_photos_are_put_together() -> None:
    """They are shown under their question until "gotowe"; the turn stays the same meanwhile."""
    player = one("q image, max_files: 3")
    turn = player.contact.turn
    player.send(photo(7), photo(8))
    assert player.ask.files == (7, 8)
    assert player.contact.turn == turn
    player.send(Done())
    assert player.answer("q").value == (7, 8)


def test_photos_above_the_limit_go_to_the_tray() -> None:
    """The question takes what it can, and the rest is told of."""
    player = one("q image, max_files: 2")
    player.send(photo(7, 8, 9))
    assert player.answer("q").value == (7, 8)
    assert player.contact.tray == (9,)
    assert player.refused is RejectionCode.TOO_MANY_FILES
    assert player.event(PutOnTray) == PutOnTray((9,))


def test_a_file_nobody_asked_for_goes_to_the_tray() -> None:
    """The question stays as it is, and the turn too."""
    player = one("q yes_no")
    turn = player.contact.turn
    player.send(photo(7), Files((8,), NOTE))
    assert player.contact.tray == (7, 8)
    assert (player.asked, player.contact.turn, player.refused) == ("q", turn, None)


def test_a_file_at_the_report_goes_to_the_tray() -> None:
    """Where no question is up, nothing is lost either; the report shows it."""
    player = one("q yes_no")
    player.send(Pick("yes"), Pick("yes"), photo(7))
    assert isinstance(player.prompt, Report)
    assert player.prompt.tray == (7,)


def test_a_picture_wanted_as_a_file_is_kept_and_asked_for_again() -> None:
    """Its time and place are gone, but the picture is not."""
    player = one("q image, as_file: yes")
    player.send(photo(7))
    assert (player.refused, player.contact.tray, player.asked) == (RejectionCode.NEED_AS_FILE, (7,), "q")
    player.send(Files((8,), "image", as_file=True))
    assert player.answer("q").value == (8,)


def test_a_full_tray_takes_no_more_and_says_so() -> None:
    """What does not fit is named, not dropped in silence."""
    player = one("q yes_no")
    player.send(photo(*range(MAX_TRAY)))
    assert len(player.contact.tray) == MAX_TRAY
    player.send(photo(500))
    assert player.refused is RejectionCode.TOO_MANY_FILES
    assert 500 not in player.contact.tray


def test_a_full_tray_is_the_reason_given_where_both_are_full() -> None:
    """A question for one photo gets three while the tray is full: one is taken, the tray's limit is told."""
    player = one("q yes_no\nr image")
    player.send(photo(*range(MAX_TRAY)), Pick("yes"), photo(201, 202))
    assert player.answer("r").value == (201,)
    assert player.turn.rejection is not None
    assert player.turn.rejection.details == {"maximum": str(MAX_TRAY)}


def test_an_album_finds_its_question_after_it_was_answered() -> None:
    """The second picture comes when the next question is up: it joins the first, and nothing else moves."""
    player = one("q image, max_files: 3")
    player.send(photo(7, album="g"), Done())
    turn = player.turn.contact
    player.send(photo(8, album="g"))
    assert player.answer("q").value == (7, 8)
    assert player.event(Answered).previous == turn.answers["q"]
    assert player.event(Attached) == Attached("q", (8,))
    assert player.asked == "last"


def test_a_late_picture_does_not_change_what_undo_goes_back_to() -> None:
    """Undo means the last question answered by hand."""
    player = Player(made("section only after\nq image, max_files: 3\nr yes_no\nlast yes_no"))
    player.send(photo(7, album="g"), Done(), Pick("yes"), photo(8, album="g"), Undo())
    assert player.asked == "r"


def test_a_late_picture_leaves_choices_being_made_alone() -> None:
    """The draft of the next question is still there."""
    choices = "choices: [{name: a, label: Ala}, {name: b, label: Bela}]"
    player = Player(made(f"section only after\nq image, max_files: 3\nr select_multiple, {choices}"))
    player.send(photo(7, album="g"), Done(), Toggle("b"), photo(8, album="g"))
    assert player.answer("q").value == (7, 8)
    assert player.ask.chosen == ("b",)


def test_a_late_picture_leaves_the_question_gone_back_to() -> None:
    """Who is changing another answer goes on changing it."""
    player = Player(made("section only after\np yes_no\nq image, max_files: 3\nr yes_no"))
    player.send(Pick("yes"), photo(7, album="g"), Done(), Change("p"), photo(8, album="g"))
    assert player.answer("q").value == (7, 8)
    assert (player.asked, player.ask.revisiting) == ("p", True)


def test_a_late_picture_without_room_goes_to_the_tray() -> None:
    """An album of three where two were asked for."""
    player = one("q image, max_files: 2")
    player.send(photo(7, album="g"), photo(8, album="g"), photo(9, album="g"))
    assert player.answer("q").value == (7, 8)
    assert (player.contact.tray, player.refused) == ((9,), RejectionCode.TOO_MANY_FILES)


@pytest.mark.parametrize(
    "steps",
    [
        'q image, max_files: 3\nr yes_no, relevant: "q == 1"\nlast yes_no',
        'q image, max_files: 3\nr yes_no, relevant: "q > 1"\nlast yes_no',
        'q image, max_files: 3, constraint: "answer < 2"\nlast yes_no',
    ],
)
def test_a_late_picture_that_would_change_the_way_goes_to_the_tray(steps: str) -> None:
    """Nobody was asked whether another question may go, come, or a rule be broken."""
    player = Player(made(f"section only after\n{steps}"))
    player.send(photo(7, album="g"), Done())
    asked = player.asked
    player.send(photo(8, album="g"))
    assert player.answer("q").value == (7,)
    assert (player.contact.tray, player.asked) == ((8,), asked)


def test_a_late_picture_of_a_question_passed_over_goes_to_the_tray() -> None:
    """The skip stands; both pictures can still be attached."""
    player = one("q image, required: no, max_files: 3")
    player.send(photo(7, album="g"), Skip())
    assert player.contact.tray == (7,)
    player.send(photo(8, album="g"))
    assert player.answer("q").state is AnswerState.SKIPPED
    assert player.contact.tray == (7, 8)


def test_another_kind_in_the_album_is_no_answer_to_its_question() -> None:
    """A document within an album of photos goes to the tray."""
    player = one("q image, max_files: 3")
    player.send(photo(7, album="g"), Files((8,), "file", album="g"))
    assert player.ask.files == (7,)
    assert player.contact.tray == (8,)


def test_the_rest_of_an_album_stays_with_its_beginning_when_its_question_is_left() -> None:
    """The question gone back to takes photos too, but not those meant for another one."""
    player = Player(made("section only after\np image, max_files: 3\nq image, max_files: 3\nlast yes_no"))
    player.send(photo(1), Done(), photo(7, album="g"), Change("p"), photo(8, album="g"))
    assert (player.asked, player.ask.files) == ("p", ())
    assert player.contact.tray == (7, 8)


def test_an_album_whose_question_applies_no_more_belongs_to_the_one_asked() -> None:
    """The rest of it is taken as any picture would be."""
    steps = 'p yes_no\nq image, max_files: 3, relevant: "p == yes"\nr image'
    player = Player(made(f"section only after\n{steps}"))
    player.send(Pick("yes"), photo(7, album="g"), Done(), Change("p"), Pick("no"), Confirm(), photo(8, album="g"))
    assert player.answer("r").value == (8,)


def test_nothing_is_taken_for_a_question_while_a_decision_is_awaited() -> None:
    """A picture sent under "is that so?" goes to the tray, and the proposal stands."""
    player = one("q image")
    player.send(Leave("closed"), photo(7))
    assert isinstance(player.prompt, AskExit)
    assert player.contact.tray == (7,)


def test_a_constraint_that_refuses_the_last_file_keeps_all_of_them_in_hand() -> None:
    """They wait under their question and go to the tray when it is left."""
    player = one('q image, max_files: 2, constraint: "answer == 1"')
    player.send(photo(7), photo(8))
    assert (player.refused, player.ask.files) == (RejectionCode.CONSTRAINT, (7, 8))
    player.send(Undo())
    assert (player.ask.files, player.contact.tray) == ((), (7, 8))


def test_photos_asked_for_again_replace_the_ones_before() -> None:
    """The revision before keeps the old ones."""
    player = one("q image, max_files: 2")
    player.send(photo(7), Done(), Change("q"))
    assert player.ask.files == ()
    player.send(photo(8), Done())
    assert player.answer("q").value == (8,)


def test_done_without_new_photos_leaves_the_old_ones() -> None:
    """Also where the question may be skipped: nothing was meant to be taken away."""
    player = one("q image, required: no, max_files: 2")
    player.send(photo(7), Done(), Change("q"), Done())
    assert player.refused is RejectionCode.NOTHING_CHOSEN
    assert player.answer("q").value == (7,)


@pytest.mark.parametrize("reply", [Undo(), Cancel(), Change("p"), Leave("closed"), NotChecked(), Keep()])
def test_photos_in_hand_go_to_the_tray_when_their_question_is_left(reply: object) -> None:
    """Received means kept: whatever is done next, the photo is on the tray and can be attached later."""
    player = Player(made("section only after\np yes_no\nq image, max_files: 3\nlast yes_no", EXITS))
    player.send(Pick("yes"), photo(7), reply)  # type: ignore[arg-type]
    assert player.contact.tray == (7,)
    assert player.event(PutOnTray) == PutOnTray((7,))


def test_a_pause_keeps_photos_in_hand() -> None:
    """They are still under their question days later."""
    player = one("q image, max_files: 3")
    player.send(photo(7), Pause(), Resume())
    assert player.ask.files == (7,)
    assert player.contact.tray == ()


def test_proposed_photos_go_to_the_tray_when_the_proposal_is_declined() -> None:
    """The change is not made, the new photos are not lost."""
    steps = 'q image, max_files: 2\nr yes_no, relevant: "q == 1"\nlast yes_no'
    player = Player(made(f"section only after\n{steps}"))
    player.send(photo(7), Done(), Pick("yes"), Change("q"), photo(8, 9))
    assert isinstance(player.prompt, AskChange)
    assert player.contact.tray == ()
    player.send(Cancel())
    assert player.contact.tray == (8, 9)
    assert player.answer("q").value == (7,)


def test_photos_that_lead_to_an_exit_are_kept_when_it_is_declined() -> None:
    """As with any proposal."""
    player = one('q image, leads_to: {exit: closed, when: "answer > 0"}')
    player.send(photo(7))
    assert isinstance(player.prompt, AskExit)
    player.send(Cancel())
    assert (player.contact.tray, player.asked) == ((7,), "q")


def test_photos_in_hand_are_kept_when_the_corrections_close() -> None:
    """The lock puts them on the tray."""
    player = one("q image, max_files: 3")
    player.send(photo(7), Done(), Pick("yes"), Submit(), Change("q"), photo(8))
    assert isinstance(player.contact.pending, DraftPending)
    locked = lock(player.scenario, player.contact)
    assert locked.contact.phase is Phase.LOCKED
    assert locked.contact.tray == (8,)
    assert PutOnTray((8,)) in locked.events


def test_a_photo_while_the_reason_is_awaited_answers_the_question_after_all() -> None:
    """Who finds the photo need not say why there is none."""
    player = one("q image")
    player.send(NotChecked())
    assert isinstance(player.prompt, AskReason)
    player.send(photo(7))
    assert player.answer("q").value == (7,)
