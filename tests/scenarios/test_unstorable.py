"""Texts that no database keeps are refused wherever a person can send words."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from scenarios.autopilot import next_sensible
from scenarios.contact import AskStep, Files, NotChecked, Pick, Reply, TakeFromTray, Turn, Words
from scenarios.contact_json import dump_contact
from scenarios.engine import advance, begin
from scenarios.loader import load
from scenarios.model import Scenario

WARSAW = ZoneInfo("Europe/Warsaw")
BEGINS = datetime(2026, 12, 9, 8, 0, tzinfo=UTC)
FACTS = {"participant_type": "gmina", "participant_name": "Gmina Przykład"}
LIBRARY = Path(__file__).parents[2] / "scenarios" / "library"
EXAMPLES = sorted(path.stem for path in (LIBRARY / "examples").glob("*.yaml"))
BROKEN = ("a\ud800b", "a\x00b")
"""Texts that no database keeps."""


def _refuses(script: Scenario, turn: Turn, reply: Reply) -> None:
    """The reply is refused, and nothing of it is in the contact."""
    made = advance(script, turn.contact, reply, now=BEGINS, zone=WARSAW)
    assert made.rejection is not None
    assert made.contact.answers == turn.contact.answers
    dump_contact(made.contact).encode()


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("text", BROKEN)
def test_words_no_database_keeps_answer_no_question(name: str, text: str) -> None:
    """A lone surrogate or a NUL is refused by every question, typed or in a button."""
    script = load((LIBRARY / "examples" / f"{name}.yaml").read_text(encoding="utf-8"), filename=name)
    turn = begin(script, contact_id=1, facts=FACTS, now=BEGINS, zone=WARSAW)
    for _ in range(20):
        if not isinstance(turn.prompt, AskStep):
            break
        _refuses(script, turn, Words(text))
        _refuses(script, turn, Pick(text))
        made = next_sensible(script, turn, now=BEGINS, zone=WARSAW)
        assert made is not None
        turn = made[1]


@pytest.mark.parametrize("text", BROKEN)
def test_words_no_database_keeps_are_no_reason(text: str) -> None:
    """Nor are they a reason for not having checked, or a note from the tray."""
    script = load((LIBRARY / "examples" / "example_text.yaml").read_text(encoding="utf-8"), filename="example_text")
    turn = begin(script, contact_id=1, facts=FACTS, now=BEGINS, zone=WARSAW)
    noted = advance(script, turn.contact, Files((5,), "note"), now=BEGINS, zone=WARSAW)
    _refuses(script, noted, TakeFromTray(5, "note", text * 5))
    asked = advance(script, turn.contact, NotChecked(), now=BEGINS, zone=WARSAW)
    _refuses(script, asked, Words(text))
