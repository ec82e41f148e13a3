"""The JSON form of an Outgoing."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Attachment, Button, ButtonStyle, InputHint, Outgoing, Tidy
from bot.channels.wire import outgoing_from_json, outgoing_to_json

words = st.text(max_size=20)
numbers = st.integers(min_value=0, max_value=2**53)
buttons = st.builds(Button, label=words, tap=words, style=st.sampled_from(ButtonStyle), url=st.none() | words)
rows = st.lists(st.lists(buttons, max_size=3).map(tuple), max_size=3).map(tuple)
tidies = st.builds(
    Tidy, contact_id=numbers, turn=numbers, body=words, head=words, note=words, buttons=rows, message=st.none() | words
)
attachments = st.builds(
    Attachment, sha256=words, media_type=words, name=words, shape=st.none() | st.tuples(numbers, numbers)
)
outgoings = st.builds(
    Outgoing,
    body=words,
    head=words,
    note=words,
    buttons=rows,
    attachments=st.lists(attachments, max_size=3).map(tuple),
    expects=st.sampled_from(InputHint),
    contact_id=st.none() | numbers,
    turn=st.none() | numbers,
    progress=st.none() | st.tuples(numbers, numbers),
    acknowledges=st.none() | words,
    tidies=st.none() | tidies,
    silent=st.booleans(),
    harmless=st.booleans(),
    board=st.none() | words,
    anew=st.booleans(),
    rewrites=st.none() | words,
    may_be_saved=st.booleans(),
)


@given(outgoings)
def test_comes_back_the_same(outgoing: Outgoing) -> None:
    """Whatever a view can make survives being written as JSON text and read again."""
    assert outgoing_from_json(json.loads(json.dumps(outgoing_to_json(outgoing)))) == outgoing


@pytest.mark.parametrize("kind", [Outgoing, Tidy, Button, Attachment])
def test_no_field_is_forgotten(kind: type) -> None:
    """A field added to the contract must be added to the JSON form: every field here is away from its default."""
    button = Button(label="a", tap="b", style=ButtonStyle.DANGER, url="c")
    tidy = Tidy(contact_id=0, turn=0, body="d", head="e", note="n", buttons=((button,),), message="f")
    attachment = Attachment(sha256="g", media_type="h", name="i", shape=(1, 2))
    outgoing = Outgoing(
        body="j",
        head="k",
        note="l",
        buttons=((button,),),
        attachments=(attachment,),
        expects=InputHint.DATE,
        contact_id=0,
        turn=0,
        progress=(0, 0),
        acknowledges="m",
        tidies=tidy,
        silent=True,
        harmless=True,
        board="o",
        anew=True,
        rewrites="p",
        may_be_saved=True,
    )
    data = outgoing_to_json(outgoing)
    found = {
        Outgoing: data,
        Tidy: data["tidies"],
        Button: data["buttons"][0][0],
        Attachment: data["attachments"][0],
    }[kind]
    assert set(found) == {field.name for field in fields(kind)}


def test_a_plain_message_is_short() -> None:
    """What is at its default costs nothing in the database."""
    assert outgoing_to_json(Outgoing(body="")) == {"body": ""}


def test_something_else_is_refused() -> None:
    """A body of another shape is an error, never an empty message."""
    with pytest.raises(KeyError):
        outgoing_from_json({"text": "x"})
    with pytest.raises(ValueError, match="telepathy"):
        outgoing_from_json({"body": "x", "expects": "telepathy"})
