"""Texts that are erased: what goes, what stays, and that a contact's way and its calculations are as before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from scenarios import engine
from scenarios.autopilot import SAMPLE_TEXT, next_sensible
from scenarios.contact import ERASED, Answer, AnswerState, Closed, Contact, Place, ReasonPending
from scenarios.contact_json import dump_contact, load_contact
from scenarios.engine.erasing import without_texts, without_words
from scenarios.loader import load
from scenarios.model import Scenario, StepType
from scenarios.route import route
from scoring.sheets import Sheet, sheet_of

LIBRARY = sorted((Path(__file__).parents[2] / "scenarios" / "library").glob("*.yaml"))
ZONE = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@cache
def scenario_at(path: Path) -> Scenario:
    """A scenario of the library, read once."""
    return load(path.read_text(encoding="utf-8"), filename=path.name)


def walked(scenario: Scenario) -> Contact:
    """A contact of the scenario with a sensible answer to everything."""
    kind = next(iter(scenario.cases[0].participant_types), "gmina")
    turn = engine.begin(
        scenario, contact_id=1, facts={"participant_type": kind}, now=NOW, zone=ZONE, case=scenario.cases[0].name
    )
    now = NOW
    while not isinstance(turn.prompt, Closed):
        now += timedelta(minutes=1)
        found = next_sensible(scenario, turn, now=now, zone=ZONE)
        if found is None:
            break
        turn = found[1]
    return turn.contact


def sheet(scenario: Scenario, contact: Contact) -> Sheet:
    """What is scored of a contact."""
    return sheet_of(scenario, contact, route(scenario, contact), letter="A", zone=ZONE, decided={})


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_scores_are_computed_as_before(path: Path) -> None:
    """No word of the juror is left, and the way, the calculations and the sheet are what they were."""
    scenario = scenario_at(path)
    contact = walked(scenario)
    written = {
        slot.path: replace(slot.answer, state=AnswerState.GIVEN, value=SAMPLE_TEXT)
        for slot in route(scenario, contact).slots
        if slot.step.type is StepType.TEXT and slot.answer is not None
    }
    gone = Answer("asked_no_more", AnswerState.GIVEN, SAMPLE_TEXT, NOW, 999)
    contact = replace(contact, answers={**contact.answers, **written, gone.path: gone})
    erased = without_texts(scenario, contact)
    kept = dump_contact(erased)
    assert SAMPLE_TEXT not in kept
    assert load_contact(kept) == erased
    before, after = route(scenario, contact), route(scenario, erased)
    assert after.paths == before.paths
    assert after.values == before.values
    assert sheet(scenario, erased) == sheet(scenario, contact)
    assert without_texts(scenario, erased) == erased


def test_what_counts_as_own_words() -> None:
    """Texts, places and reasons of one's own go; codes, choices, numbers and files stay."""
    scenario = scenario_at(next(path for path in LIBRARY if path.stem == "wizyta"))
    text = next(name for name, step in scenario.steps_by_name.items() if step.type is StepType.TEXT)
    other = next(name for name, step in scenario.steps_by_name.items() if step.type is StepType.SELECT_ONE)

    def answer(path: str, value: object, reason: str | None = None) -> Answer:
        return Answer(path, AnswerState.GIVEN, value, NOW, 1, reason)  # type: ignore[arg-type]

    written = answer(text, "Pani Krystyna była miła")
    assert without_words(scenario, written) == replace(written, value=ERASED)
    assert without_words(scenario, answer("not_there_any_more", "x")) is not None
    assert without_words(scenario, answer(other, Place(52.1, 21.0))) is not None
    unchecked = Answer(other, AnswerState.NOT_CHECKED, None, NOW, 1, "bo Krystyna mnie poznała")
    assert without_words(scenario, unchecked) == replace(unchecked, reason=ERASED)
    for stays in (
        answer(other, "a"),
        answer(text, None),
        answer(other, (1, 2)),
        answer(other, 3),
        Answer(other, AnswerState.NOT_CHECKED, None, NOW, 1, "unsafe"),
        answer(other, None, "exit:closed"),
    ):
        assert without_words(scenario, stays) is None


def test_what_was_only_proposed_goes() -> None:
    """A proposal that nobody confirmed may hold words: it is dropped."""
    scenario = scenario_at(LIBRARY[0])
    contact = replace(walked(scenario), pending=ReasonPending("x"))
    assert without_texts(scenario, contact).pending is None
