"""The Telegram codec: recorded updates read, nothing trusted."""

from __future__ import annotations

import copy
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import (
    Address,
    Incoming,
    Said,
)
from bot.channels.telegram import Undecodable, decode, stand_in_id, update_number

SAMPLES = sorted((Path(__file__).parent / "updates").glob("*.json"))
UPDATES = [json.loads(path.read_text())["update"] for path in SAMPLES]


# In -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_reads_recorded_updates(path: Path) -> None:
    """Each recorded update becomes what its file says."""
    sample = json.loads(path.read_text())
    decoded = decode(sample["update"])
    if sample["expected"] is None:
        assert decoded is None
        return
    assert isinstance(decoded, Incoming)
    assert {"content": type(decoded.content).__name__, **asdict(decoded.content)} == sample["expected"]
    assert decoded.update_id == str(sample["update"]["update_id"])
    assert decoded.address == Address("telegram", "100200300")


def test_tells_when_in_which_language_and_which_message() -> None:
    """The envelope of a message: its moment in UTC, the sender's interface language, the message's own id."""
    decoded = decode(UPDATES[[path.stem for path in SAMPLES].index("text")])
    assert isinstance(decoded, Incoming)
    assert decoded.sent_at == datetime.fromtimestamp(1795000000, tz=UTC)
    assert (decoded.language, decoded.message) == ("pl", "41")


@pytest.mark.parametrize(
    "update",
    [
        None,
        [],
        "update",
        {},
        {"update_id": "7"},
        {"update_id": True},
        {"update_id": -1},
        {"update_id": 1, "message": None},
        {"update_id": 1, "message": {}},
        {"update_id": 1, "message": {"chat": {"id": 1}}},
        {"update_id": 1, "message": {"chat": {"id": "1", "type": "private"}, "text": "x"}},
        {"update_id": 1, "message": {"chat": {"id": 10**30, "type": "private"}, "text": "x"}},
        {"update_id": 1, "message": {"chat": {"id": 1, "type": "private"}, "text": ["x"]}},
        {"update_id": 1, "message": {"chat": {"id": 1, "type": "private"}, "photo": []}},
        {"update_id": 1, "message": {"chat": {"id": 1, "type": "private"}, "photo": [{"file_id": 5}]}},
        {
            "update_id": 1,
            "message": {"chat": {"id": 1, "type": "private"}, "location": {"latitude": 91, "longitude": 0}},
        },
        {
            "update_id": 1,
            "message": {"chat": {"id": 1, "type": "private"}, "location": {"latitude": float("nan"), "longitude": 0}},
        },
        {"update_id": 1, "callback_query": {"id": 5, "from": {"id": 1}, "data": "x"}},
        {"update_id": 1, "callback_query": {"id": "5", "data": "x"}},
        {"update_id": 1, "callback_query": {"id": "5", "from": {"id": 1}, "data": 5}},
        {"update_id": 1, "my_chat_member": {"chat": {"id": 1, "type": "private"}}},
    ],
    ids=str,
)
def test_malformed_updates_are_values(update: object) -> None:
    """What the Bot API would never send is Undecodable, with the number as far as there is one."""
    decoded = decode(update)
    assert isinstance(decoded, Undecodable)
    number = update_number(update)
    assert decoded.update_id == (None if number is None else str(number))
    assert decoded.problem


def test_texts_come_out_storable() -> None:
    """NUL and lone surrogates, which databases and UTF-8 refuse, are replaced and not dropped."""
    decoded = decode({"update_id": 1, "message": {"chat": {"id": 1, "type": "private"}, "text": "a\ud83db\x00c"}})
    assert isinstance(decoded, Incoming)
    assert decoded.content == Said("a\ufffdb\ufffdc")


def test_a_nonsense_date_is_no_date() -> None:
    """A date out of range leaves the moment open and the message readable."""
    for date in (0, -5, 10**20, "1795000000", True, None):
        decoded = decode({"update_id": 1, "message": {"chat": {"id": 1, "type": "private"}, "text": "x", "date": date}})
        assert isinstance(decoded, Incoming)
        assert decoded.sent_at is None


def test_same_bytes_same_stand_in() -> None:
    """An update without a number is known by its bytes."""
    assert stand_in_id(b"{}") == stand_in_id(b"{}") != stand_in_id(b"[]")


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=8)
    | st.sampled_from(["private", "kicked", "/start x", "photo"]),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=6), children, max_size=3),
    max_leaves=6,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - JSON
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, child in inner for place in _places(child, (*path, key)))]


@settings(max_examples=300, deadline=None)
@given(data=st.data(), update=st.sampled_from(UPDATES), cuts=st.integers(1, 4))
def test_decode_never_raises_on_mutated_updates(data: st.DataObject, update: dict[str, Any], cuts: int) -> None:
    """Recorded updates with parts replaced, removed or renamed give a value, and one that can be stored."""
    mutant: Any = copy.deepcopy(update)
    for _ in range(cuts):
        path = data.draw(st.sampled_from(_places(mutant)))
        if not path:
            continue
        parent = mutant
        for key in path[:-1]:
            parent = parent[key]
        if isinstance(parent, dict) and data.draw(st.booleans()):
            del parent[path[-1]]
        else:
            parent[path[-1]] = data.draw(JUNK)
    decoded = decode(mutant)
    assert decoded is None or isinstance(decoded, Incoming | Undecodable)
    if isinstance(decoded, Incoming):
        for text in _texts(asdict(decoded)):
            assert "\x00" not in text
            text.encode()
        assert decoded.address.chat.removeprefix("-").isdecimal()


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    return [value] if isinstance(value, str) else []


@settings(deadline=None)
@given(JUNK)
def test_decode_never_raises_on_junk(junk: object) -> None:
    """Any JSON at all gives a value."""
    assert decode(junk) is None or isinstance(decode(junk), Undecodable)
