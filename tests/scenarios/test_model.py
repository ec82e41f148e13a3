"""The values of a script: texts in languages, and what is found by name, type or day."""

from __future__ import annotations

from datetime import date

import pytest

from scenarios.model import Text
from tests.scenarios.hand_made import made

EXITS = "closed: {label: Z, explanation: T, outcome: finish, stages: [after]}"


def test_a_text_is_read_in_its_language_or_in_the_first() -> None:
    """Rather the wrong language than nothing."""
    text = Text({"pl": "Tak", "en": "Yes"})
    assert [text.in_language(language) for language in ("pl", "en", "uk")] == ["Tak", "Yes", "Tak"]
    assert Text({}).in_language("pl") == ""


def test_steps_sections_and_exits_are_found_by_name() -> None:
    """Names are unique in the scenario."""
    scenario = made("section a after\np yes_no\nsection b after\nq text", EXITS)
    assert scenario.steps_by_name["q"].name == "q"
    assert scenario.sections_by_step["q"].name == "b"
    closed = scenario.exit("closed")
    assert closed is not None
    assert scenario.exits_by_name["closed"] is closed
    assert scenario.exit("nowhere") is None


def test_the_place_of_a_step_counts_all_of_them() -> None:
    """But one that is asked in rounds has no single place."""
    repeat = "repeat: {another: Jeszcze?, maximum: 3}"
    scenario = made(f"section a after\np yes_no\nsection desks after {repeat}\nq integer\nsection end after\nr text")
    assert scenario.places == {"p": 0, "r": 2}


def test_a_case_is_found_by_name_or_by_the_participants_type() -> None:
    """The name is certain, the type may have none."""
    scenario = made("section a after\np yes_no")
    assert scenario.case("first") is scenario.case_for("gmina")
    assert scenario.case_for("muzeum") is None
    with pytest.raises(KeyError):
        scenario.case("second")


def test_an_answer_key_holds_on_its_days() -> None:
    """From the first to the last day; without a last day for good."""
    case = made("section a after\np yes_no").case("first")
    for day, labels in (
        (date(2019, 12, 31), []),
        (date(2020, 1, 1), ["raz", "dwa", "dawno"]),
        (date(2021, 1, 1), ["raz", "dwa", "dawno"]),
        (date(2021, 1, 2), ["raz", "dwa"]),
    ):
        assert [element.label.in_language("pl") for element in case.key_on(day)] == labels


def test_steps_know_what_they_are_answered_with() -> None:
    """Notes and calculations wait for no answer; files are evidence; choices have names."""
    choices = "s select_one, choices: [{name: x, label: X}, {name: y, label: Y}]"
    steps = made(f"section a after\nn note\nc calculate, calculation: 1\nf audio\n{choices}").steps_by_name
    assert [steps[name].is_asked for name in "ncfs"] == [False, False, True, True]
    assert [steps[name].is_evidence for name in "fs"] == [True, False]
    chosen = steps["s"].choice("y")
    assert chosen is not None
    assert chosen.label.in_language("pl") == "Y"
    assert steps["s"].choice("z") is None
