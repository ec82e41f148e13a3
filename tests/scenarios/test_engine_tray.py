"""Taking photos and notes from the tray: attached where they answer, left where they do not."""

from __future__ import annotations

import pytest

from scenarios.contact import (
    AskChange,
    AskExit,
    Attached,
    Change,
    Files,
    Leave,
    Pick,
    RejectionCode,
    TakeFromTray,
    Words,
)
from scenarios.engine.files import NOTE
from scenarios.replies import MAX_TEXT_CHARS
from tests.scenarios.hand_made import Player, made

EXITS = "closed: {label: Zamknięte, explanation: Trudno., outcome: void, stages: [after]}"


def one(step: str) -> Player:
    """A player before the first of two questions."""
    return Player(made(f"section only after\n{step}\nlast yes_no", EXITS))


def test_a_photo_from_the_tray_answers_its_question() -> None:
    """And is on the tray no more."""
    player = one("q yes_no\nr image")
    player.send(Files((7,), "image"), Pick("yes"), TakeFromTray(7))
    assert player.answer("r").value == (7,)
    assert player.contact.tray == ()
    assert player.event(Attached) == Attached("r", (7,))


def test_what_is_not_on_the_tray_cannot_be_taken_from_it() -> None:
    """An old button after the photo was attached elsewhere."""
    player = one("q image")
    player.send(TakeFromTray(7))
    assert player.refused is RejectionCode.NOT_NOW


def test_a_thing_of_another_kind_is_not_taken() -> None:
    """A recording answers no question for a photo; it stays on the tray."""
    player = one("q image")
    player.send(Files((7,), "audio"), TakeFromTray(7, "audio"))
    assert (player.refused, player.contact.tray) == (RejectionCode.NOT_NOW, (7,))


def test_nothing_is_taken_from_the_tray_at_the_report() -> None:
    """There is no question to attach it to."""
    player = one("q yes_no")
    player.send(Files((7,), "image"), Pick("yes"), Pick("yes"), TakeFromTray(7))
    assert player.refused is RejectionCode.NOT_NOW


def test_nothing_is_taken_from_the_tray_while_a_decision_is_awaited() -> None:
    """The proposal stands, the photo stays."""
    player = one("q yes_no\nr image")
    player.send(Files((7,), "image"), Pick("yes"), Leave("closed"), TakeFromTray(7))
    assert player.refused is RejectionCode.NOT_NOW
    assert isinstance(player.prompt, AskExit)
    assert player.contact.tray == (7,)


def test_a_note_from_the_tray_answers_a_question_in_words() -> None:
    """Its words become the answer, and the note is attached."""
    player = one("q yes_no\nr text")
    player.send(Files((7,), NOTE), Pick("yes"), TakeFromTray(7, NOTE, " Pani przy okienku "))
    assert player.answer("r").value == "Pani przy okienku"
    assert player.contact.tray == ()
    assert player.event(Attached) == Attached("r", (7,))


@pytest.mark.parametrize(
    ("words", "code"),
    [("", RejectionCode.EMPTY), ("a" * (MAX_TEXT_CHARS + 1), RejectionCode.TEXT_TOO_LONG)],
)
def test_a_note_that_is_no_answer_stays_on_the_tray(words: str, code: RejectionCode) -> None:
    """Empty or too long: refused with the reason."""
    player = one("q text")
    player.send(Files((7,), NOTE), TakeFromTray(7, NOTE, words))
    assert (player.refused, player.contact.tray) == (code, (7,))


def test_a_note_against_the_rule_stays_on_the_tray() -> None:
    """A constraint refuses it as it would refuse typed words."""
    player = one('q text, constraint: "length(answer) > 9"')
    player.send(Files((7,), NOTE), TakeFromTray(7, NOTE, "krótko"))
    assert (player.refused, player.contact.tray) == (RejectionCode.CONSTRAINT, (7,))
    assert player.turn.events == ()


def test_a_note_that_is_only_proposed_stays_on_the_tray() -> None:
    """Until the change is agreed to, nothing is attached."""
    player = Player(made('section only after\nq text\nr yes_no, relevant: "length(q) > 9"\nlast yes_no'))
    player.send(Words("dosyć długo"), Pick("yes"), Files((7,), NOTE), Change("q"), TakeFromTray(7, NOTE, "krótko"))
    assert isinstance(player.prompt, AskChange)
    assert (player.contact.tray, player.turn.events) == ((7,), ())
