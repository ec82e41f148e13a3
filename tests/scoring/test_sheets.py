"""Sheets: which answers of a contact are in the table, how they are written and kept, and what people decided."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.contact import (
    AnswerState,
    Change,
    Confirm,
    Contact,
    Files,
    Mark,
    NotApplicable,
    NotChecked,
    Pick,
    Skip,
    Start,
    Stop,
    Submit,
    Words,
)
from scenarios.model import Scenario, StepType
from scenarios.route import route
from scoring.sheets import (
    Sheet,
    as_sent,
    began_at,
    contact_of,
    letter_at,
    path_of,
    records_of,
    sheet_from_json,
    sheet_of,
    sheet_to_json,
    written,
)
from tests.scenarios.hand_made import BEGINS, WARSAW, Player, made

EVERYTHING = """
section brama gate
ready yes_no
section rozmowa during
came stamp, button: Jestem
kind select_one, choices: [{name: desk, label: okienko}, {name: point, label: punkt}]
calm yes_no, not_applicable: true
tone range, anchors: {1: źle, 2: średnio, 3: dobrze}
why text, relevant: "tone < 3", required: false
section potem after
elements count, maximum: key
named count, maximum: 5
minutes integer, minimum: 0, maximum: 100
share decimal, minimum: 0, maximum: 100
spent timer
ways select_multiple, choices: [{name: phone, label: telefon}, {name: mail, label: poczta}, {name: post, label: list}]
photo image, required: false
twice calculate, calculation: minutes * 2
long calculate, calculation: minutes > 20
when calculate, calculation: came
"""


def player(*, until: str = "") -> Player:
    """A contact of every kind of step, walked to its end or to the question ``until``."""
    scenario = made(EVERYTHING)
    walker = Player(scenario)
    replies = {
        "ready": [Pick("yes")],
        "came": [Mark()],
        "kind": [Pick("desk")],
        "calm": [Pick("yes")],
        "tone": [Pick("2")],
        "why": [Words("Bez powitania, bez słowa")],
        "elements": [Pick("1")],
        "named": [Words("3")],
        "minutes": [Words("21")],
        "share": [Words("12,50")],
        "spent": [Start(), Stop()],
        "ways": [Words("telefon, list")],
        "photo": [Files((7,), "image")],
    }
    for name, those in replies.items():
        if name == until:
            return walker
        walker.send(*those)
    return walker


def sheet(walker: Player, **decided: bool | int | str) -> Sheet:
    """The sheet of a contact."""
    way = route(walker.scenario, walker.contact)
    return sheet_of(walker.scenario, walker.contact, way, letter="B", zone=WARSAW, decided=decided)


def test_every_kind_of_answer_is_written() -> None:
    """Words for words, numbers as numbers, counts with their most; no text, photo, moment or gate."""
    found = sheet(player())
    assert (found.kind, found.level, found.group, found.rounds) == ("hand_made", "visit", "B", ())
    assert found.answers == {
        "kind": "desk",
        "calm": "yes",
        "tone": "2",
        "elements": "1/2",
        "named": "3/5",
        "minutes": "21",
        "share": "12.50",
        "spent": "60",
        "ways": "phone post",
        "twice": "42",
        "long": "yes",
        "@hour": "9",
        "@day": "2026-12-09",
    }


def test_no_value_is_told_apart() -> None:
    """Not applicable, not checked, not answered yet; an optional one passed over is no answer."""
    walker = player(until="calm")
    walker.send(NotApplicable(), NotChecked(), Pick("forgot"))
    answers = sheet(walker).answers
    assert (answers["calm"], answers["tone"]) == ("nd", "ns")
    assert "elements" not in answers
    walker = player(until="photo")
    walker.send(Skip())
    assert "photo" not in sheet(walker).answers
    walker = player(until="why")
    walker.send(NotChecked(), Pick("forgot"))
    assert "why" not in sheet(walker).answers


def test_what_was_decided_holds() -> None:
    """Also for what was not checked or not answered; not for what does not apply, nor what the step cannot hold."""
    walker = player(until="tone")
    walker.send(NotChecked(), Pick("forgot"))
    found = sheet(walker, tone=3, calm=False, elements=2, kind="point", why="dobrze", ways=4, nobody=1).answers
    assert (found["tone"], found["calm"], found["elements"], found["kind"]) == ("3", "no", "2/2", "point")
    assert "why" not in found
    assert "ways" not in found
    kept = sheet(player(), calm=3, tone="9", minutes=True, elements="wiele").answers
    assert (kept["calm"], kept["tone"], kept["minutes"], kept["elements"]) == ("yes", "2", "21", "1/2")
    assert sheet(player(), tone="3").answers["tone"] == "3"


def test_what_stopped_to_apply_is_not_in_it() -> None:
    """An answer that a later one switched off."""
    rows = "section s during\nopen yes_no\ncalm yes_no, relevant: open\nlast yes_no"
    walker = Player(made(rows))
    walker.send(Pick("yes"), Pick("yes"))
    assert sheet(walker).answers["calm"] == "yes"
    walker.send(Change("open"), Pick("no"))
    walker.send(Confirm())
    assert "calm" not in sheet(walker, calm=True).answers


def test_a_key_without_elements_has_nothing_to_count() -> None:
    """On a day on which no element held the question does not apply; without any most the number stands alone."""
    step = made(EVERYTHING).steps_by_name["elements"]
    assert written(step, 0, key_size=0) == "nd"
    assert written(replace(step, counts_key=False), 3, key_size=0) == "3"
    note = replace(step, type=StepType.TEXT)
    assert written(note, "słowa", key_size=0) is None
    assert written(replace(step, type=StepType.WAIT), "came", key_size=0) == "came"


def test_rounds_are_records_of_their_own() -> None:
    """Each round of a repeat, its calculations too; the question between the rounds is not in it."""
    scenario = repeated()
    walker = Player(scenario)
    walker.send(Words("5"), Pick("yes"), Pick("yes"), Words("7"), Pick("no"), Pick("no"))
    found = sheet(walker, **{"stanowiska[1].told": True})
    assert found.rounds == ({"wait": "5", "told": "yes", "double": "10"}, {"wait": "7", "told": "yes", "double": "14"})
    assert found.answers["all"] == "12"
    records = records_of(found, contact_id=123, participant_id=4, participant_type="gmina")
    assert [(one.unit, one.name, one.type, one.level) for one in records] == [
        ("4", "123", "gmina", "visit"),
        ("4", "123.1", "gmina", "visit"),
        ("4", "123.2", "gmina", "visit"),
    ]
    assert [contact_of(one.name) for one in records] == [123, 123, 123]
    assert path_of(scenario, "123.2", "wait") == "stanowiska[1].wait"
    assert path_of(scenario, "123", "all") == "all"
    empty = Sheet("k", "visit", "A", {"x": "yes"}, ({}, {"y": "no"}))
    assert [one.name for one in records_of(empty, contact_id=1, participant_id=2, participant_type="")] == ["1", "1.2"]
    with pytest.raises(KeyError):
        path_of(scenario, "123", "nobody")


def repeated() -> Scenario:
    """A scenario with a repeat."""
    return made(
        """
        section stanowiska after repeat: {another: Jeszcze, maximum: 3}
        wait integer, minimum: 0, maximum: 90
        told yes_no
        double calculate, calculation: wait * 2
        section razem after
        all calculate, calculation: total(wait)
        last yes_no
        """
    )


def test_it_begins_with_the_first_moment_on_the_spot() -> None:
    """The first stamp; without one the first answer on the spot; without any when the task was opened."""
    walker = player()
    came = walker.contact.answers["came"].value
    assert began_at(walker.contact, route(walker.scenario, walker.contact)) == came
    plain = Player(made("section s during\ncalm yes_no\nlast yes_no"))
    assert began_at(plain.contact, route(plain.scenario, plain.contact)) == BEGINS
    plain.send(Pick("yes"))
    assert began_at(plain.contact, route(plain.scenario, plain.contact)) == BEGINS + timedelta(minutes=1)
    late = replace(plain.contact, begun_at=datetime(2026, 12, 9, 23, 30, tzinfo=UTC), answers={})
    found = sheet_of(plain.scenario, late, route(plain.scenario, late), letter="A", zone=WARSAW, decided={})
    assert found.answers == {"@hour": "0", "@day": "2026-12-10"}


def test_corrections_count_once_they_are_sent() -> None:
    """What was answered anew since the report went out is left out until it goes out again."""
    walker = Player(made("section s after\ncalm yes_no\nlast yes_no"))
    walker.send(Pick("yes"), Pick("no"), Submit())
    sent = walker.contact
    assert as_sent(sent, ()) is sent
    revisions = list(sent.answers.values())
    walker.send(Change("calm"), Pick("no"))
    corrected = walker.contact
    revisions.append(corrected.answers["calm"])
    before = as_sent(corrected, revisions)
    assert (before.answers["calm"].value, corrected.answers["calm"].value) == (True, False)
    assert before.answers["calm"].state is AnswerState.GIVEN
    walker.send(Submit())
    assert as_sent(walker.contact, revisions).answers["calm"].value is False
    never = Contact(1, "v", "case", {}, BEGINS)
    assert as_sent(never, ()) is never


@pytest.mark.parametrize(("place", "letter"), [(0, "A"), (25, "Z"), (26, "A2"), (53, "B3")])
def test_letters_go_on_after_z(place: int, letter: str) -> None:
    """However many jurors come to one institution, each has a letter of their own."""
    assert letter_at(place) == letter


words = st.text(max_size=5)
answers = st.dictionaries(words, words, max_size=5)


@given(st.builds(Sheet, words, words, words, answers, st.lists(answers, max_size=3).map(tuple)))
def test_a_sheet_survives_being_kept(found: Sheet) -> None:
    """To JSON and back, whatever is in it."""
    assert sheet_from_json(json.loads(json.dumps(sheet_to_json(found)))) == found
