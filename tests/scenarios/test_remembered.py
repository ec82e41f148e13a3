"""Values at hand, and values made anew: as if they had been found, or made by the standard library."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import pytest

from scenarios.changing import changed
from scenarios.contact import Contact, Phase
from scenarios.remembered import Remembered

CONTACT = Contact(id=1, scenario_version="v", case="c", facts={"a": "b"}, begun_at=datetime(2026, 1, 1, tzinfo=UTC))


def test_no_more_is_kept_than_the_limit() -> None:
    """What was put longest ago goes first; putting again makes it the newest."""
    kept = Remembered[str, int](2)
    kept.put("a", 1)
    kept.put("b", 2)
    kept.put("a", 3)
    kept.put("c", 4)
    assert [kept.get(key) for key in "abc"] == [3, None, 4]


def test_threads_put_at_once() -> None:
    """Whoever puts, whatever falls out meanwhile: nobody meets a half-made change."""
    kept = Remembered[int, int](8)

    def put(first: int) -> None:
        for number in range(first, first + 20_000):
            kept.put(number, number)

    threads = [Thread(target=put, args=(100_000 * number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left = sum(kept.get(100_000 * of + number) is not None for of in range(4) for number in range(20_000))
    assert 8 <= left < 8 + len(threads)


def test_changed_is_what_replace_gives() -> None:
    """Whichever fields."""
    changes: dict[str, Any] = {"turn": 4, "phase": Phase.LOCKED, "tray": (1, 2), "facts": {}}
    assert changed(CONTACT, **changes) == replace(CONTACT, **changes)
    assert changed(CONTACT) == CONTACT
    assert CONTACT.turn == 0


def test_a_field_that_is_not_there_is_told() -> None:
    """As the standard library does."""
    with pytest.raises(TypeError, match="Contact has no trun"):
        changed(CONTACT, trun=1)
