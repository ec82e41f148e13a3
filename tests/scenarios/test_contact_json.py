"""A contact to JSON and back: nothing is lost, and nothing that is no contact gets in."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from scenarios.contact import (
    Album,
    Answer,
    AnswerState,
    ChangePending,
    Contact,
    DraftPending,
    ExitPending,
    Pending,
    Phase,
    Place,
    ReasonPending,
    Value,
)
from scenarios.contact_json import BadContact, dump_answer, dump_contact, load_answer, load_contact

AT = datetime(2026, 12, 9, 8, 30, 15, 250000, tzinfo=UTC)
ANSWER = Answer("p", AnswerState.GIVEN, value=True, at=AT, revision=3)
CONTACT = Contact(id=7, scenario_version="abc", case="first", facts={"participant_type": "gmina"}, begun_at=AT)
FULL = replace(
    CONTACT,
    phase=Phase.SUBMITTED,
    turn=12,
    answers={"p": ANSWER, "desks[1].q": replace(ANSWER, path="desks[1].q", revision=2)},
    order=("desks[1].q", "p"),
    revisiting="p",
    timers={"t": AT},
    waits={"w": AT},
    exit="closed",
    paused=True,
    tray=(4, 9),
    album=Album("g", "f"),
    submitted_at=AT,
    submitted_revision=2,
    revision=3,
    returned=("p", "desks[1].q"),
    left=("p",),
    fixed={"fog": Decimal("8.5"), "desks[0].n": 3},
)


@pytest.mark.parametrize("contact", [CONTACT, FULL])
def test_a_contact_comes_back_as_it_was(contact: Contact) -> None:
    """A fresh one and one in which everything is set."""
    assert load_contact(dump_contact(contact)) == contact


def test_every_field_is_written() -> None:
    """A field added later and forgotten here would be lost: the full contact differs from a fresh one in each."""
    same = [name for name in Contact.__slots__ if getattr(FULL, name) == getattr(CONTACT, name)]
    assert same == ["id", "scenario_version", "case", "facts", "begun_at", "pending"]
    assert len(json.loads(dump_contact(FULL))) == len(Contact.__slots__)


def test_a_contact_kept_before_reports_could_be_returned_is_read() -> None:
    """Nothing was returned in it."""
    written = json.loads(dump_contact(CONTACT))
    del written["returned"], written["left"]
    assert load_contact(json.dumps(written)) == CONTACT


@pytest.mark.parametrize(
    "pending",
    [
        None,
        ReasonPending("p"),
        ChangePending(ANSWER, ("q", "r"), ("s",)),
        ExitPending("closed"),
        ExitPending("closed", ANSWER),
        DraftPending("p", chosen=("a", "b")),
        DraftPending("f", files=(4, 5)),
    ],
)
def test_a_proposal_comes_back_as_it_was(pending: Pending | None) -> None:
    """Of every kind."""
    assert load_contact(dump_contact(replace(CONTACT, pending=pending))).pending == pending


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        7,
        "żółć",
        10**30,
        "1234567890123456789 0",
        "\ud800 half a letter",
        Decimal("2.50"),
        AT,
        date(2026, 12, 9),
        time(9, 15),
        Place(52.2, 21.0),
        Place(52.2, 21.0, 12.5),
        ("a", "b"),
        (4, 9),
    ],
)
def test_a_value_comes_back_with_its_kind(value: Value | None) -> None:
    """A number is no yes, a day no moment, 2.50 not 2.5."""
    answer = replace(ANSWER, value=value)
    read = load_answer(dump_answer(answer))
    assert read == answer
    assert (type(read.value), str(read.value)) == (type(value), str(value))


@pytest.mark.parametrize("state", list(AnswerState))
def test_every_state_and_reason_comes_back(state: AnswerState) -> None:
    """With the person's own words."""
    answer = replace(ANSWER, state=state, value=None, reason="ciemno „tam”")
    assert load_answer(dump_answer(answer)) == answer


def test_equal_answers_give_equal_texts() -> None:
    """Digests rely on it."""
    assert dump_answer(ANSWER) == dump_answer(replace(ANSWER))
    assert "\n" not in dump_answer(replace(ANSWER, value="dwie\nlinie"))


BROKEN_ANSWERS = [
    "{",
    "[]",
    "null",
    "{}",
    json.dumps({**json.loads(dump_answer(ANSWER)), "state": "guessed"}),
    json.dumps({**json.loads(dump_answer(ANSWER)), "at": "yesterday"}),
    json.dumps({**json.loads(dump_answer(ANSWER)), "revision": "third"}),
    *(
        json.dumps({**json.loads(dump_answer(ANSWER)), "value": value})
        for value in (
            [1],
            {"decimal": "many"},
            {"date": "today"},
            {"place": [1]},
            {"place": ["x", "y", None]},
            {"many": 3},
        )
    ),
]


@pytest.mark.parametrize("text", BROKEN_ANSWERS)
def test_what_is_no_answer_is_refused(text: str) -> None:
    """With one kind of error, whatever is wrong."""
    with pytest.raises(BadContact):
        load_answer(text)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        *(
            json.dumps({**json.loads(dump_contact(FULL)), name: value})
            for name, value in (
                ("answers", [{}]),
                ("answers", 3),
                ("phase", "gone"),
                ("begun", None),
                ("timers", []),
                ("album", ["g"]),
                ("pending", {"maybe": "p"}),
                ("pending", {"change": {}, "off": [], "on": []}),
            )
        ),
    ],
)
def test_what_is_no_contact_is_refused(text: str) -> None:
    """With one kind of error, whatever is wrong."""
    with pytest.raises(BadContact):
        load_contact(text)
