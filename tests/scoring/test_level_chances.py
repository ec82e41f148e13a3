"""Probabilities of levels from tokens, as different tokenizers cut them."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest

from scoring.level_chances import level_chances, level_values
from scoring.rating import ModelAnswer, Token

LEVELS = {str(level): "" for level in range(1, 6)}


def _answer(*tokens: str | tuple[str, Mapping[str, float]]) -> ModelAnswer:
    made = tuple(
        Token(one) if isinstance(one, str) else Token(one[0], tuple((t, math.log(p)) for t, p in one[1].items()))
        for one in tokens
    )
    return ModelAnswer("".join(token.text for token in made), "m", 1, 1, tokens=made)


@pytest.mark.parametrize(
    "tokens",
    [
        ('{"level": "', ("4", {"4": 0.6, "5": 0.3, "3": 0.1}), '"}'),
        ('{"level":', ' "', ("4", {"4": 0.6, "5": 0.3, "3": 0.1}), '"}'),
        ('{"level":', (' "4', {' "4': 0.6, ' "5': 0.3, ' "3': 0.1, "null": 0.0001}), '"}'),
        ('{"level": ', ("4", {"4": 0.6, "5": 0.3, "3": 0.1}), "}"),
        ('{"level": "', ('4"}', {'4"}': 0.6, '5"}': 0.3, '3"}': 0.1})),
        ('"level": "1" … "level": "', ("4", {"4": 0.6, "5": 0.3, "3": 0.1}), '"}'),
    ],
)
def test_levels_are_found_however_tokens_are_cut(tokens: tuple[str | tuple[str, Mapping[str, float]], ...]) -> None:
    """Quotation mark in the token, before it or none at all."""
    chances = level_chances(_answer(*tokens), LEVELS)
    assert chances is not None
    assert chances == pytest.approx({"1": 0, "2": 0, "3": 0.1, "4": 0.6, "5": 0.3}, abs=0.001)


def test_what_is_no_level_is_left_out() -> None:
    """The rest is shared out to sum to one."""
    chances = level_chances(_answer('{"level": "', ("4", {"4": 0.5, "5": 0.25, "x": 0.2, " ": 0.05})), LEVELS)
    assert chances is not None
    assert chances["4"] == pytest.approx(2 / 3)
    assert sum(chances.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    "tokens",
    [
        (),
        ("no such field",),
        ('{"level": "',),
        ('{"level": "', "4"),
        ('{"level": "', ("4", {"x": 0.9, "4": 0.1})),
    ],
)
def test_nothing_to_go_by(tokens: tuple[str | tuple[str, Mapping[str, float]], ...]) -> None:
    """No tokens, no field, no alternatives, or hardly any weight on levels."""
    assert level_chances(_answer(*tokens), LEVELS) is None


def test_names_of_levels_may_take_several_tokens() -> None:
    """A beginning that only one level has stands for it; one that several have stands for none."""
    levels = {"pełna": "", "pusta": "", "częściowa": ""}
    answer = _answer('{"level": "', ("peł", {"peł": 0.5, "częś": 0.3, "p": 0.2}), "na")
    chances = level_chances(answer, levels)
    assert chances is not None
    assert chances == pytest.approx({"pełna": 0.625, "pusta": 0, "częściowa": 0.375})


def test_a_level_that_begins_another() -> None:
    """What may go on to be "10" is no "1"; with its quotation mark it is."""
    levels = {"1": "", "10": ""}
    assert level_chances(_answer('{"level": "', ("1", {"1": 1.0})), levels) is None
    assert level_chances(_answer('{"level": "', ('1"', {'1"': 1.0})), levels) == {"1": 1.0, "10": 0.0}


def test_levels_as_numbers() -> None:
    """What their names say, or their place."""
    assert level_values({"1": "", "2.5": ""}) == {"1": 1.0, "2.5": 2.5}
    assert level_values({"źle": "", "dobrze": ""}) == {"źle": 0.0, "dobrze": 1.0}
    assert level_values({"nan": "", "1": ""}) == {"nan": 0.0, "1": 1.0}
