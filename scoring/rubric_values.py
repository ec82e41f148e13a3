"""Reads the small things of a rubric file: numbers, filters, what an answer is worth."""

from __future__ import annotations

import re
from typing import Final

from scenarios.conditions import did_you_mean
from scenarios.node_reader import Reader
from scenarios.problems import Code
from scenarios.yaml_nodes import Entries, Items, Node, Scalar
from scoring.rubric import Attribute, Filter

MAX_NUMBER: Final = 1_000_000_000
"""Numbers of a rubric are not beyond this."""

MAX_GUESSES: Final = 100
"""Of so many problems it is guessed what was meant: a guess takes a while, and nobody reads more of them."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,10}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})")


def number_of(
    reader: Reader, node: Node, what: str, *, least: float = -MAX_NUMBER, most: float = MAX_NUMBER
) -> float | None:
    """A number with a decimal point, within its bounds; None after noting why not."""
    word = reader.word(node, what)
    if not word:
        return None
    if not _NUMBER.fullmatch(word):
        reader.note(node.line, Code.WRONG_VALUE, f"{what} is `{word}`", "write a number, with a point: 0.25")
        return None
    number = float(word)
    if not least <= number <= most:
        remedy = f"write a number from {least:g} to {most:g}"
        reader.note(node.line, Code.WRONG_VALUE, f"{what} is {word}", remedy)
        return None
    return number


def key_number(reader: Reader, key: str, line: int, what: str) -> float | None:
    """The number a key of a mapping is."""
    return number_of(reader, Scalar(line, key), what)


def some_words(reader: Reader, node: Node, what: str) -> tuple[str, ...]:
    """A word, or a list of words; at least one."""
    if not isinstance(node, Items):
        word = reader.word(node, what)
        return (word,) if word else ()
    if not node.items:
        reader.note(node.line, Code.WRONG_VALUE, f"{what} is an empty list", "write at least one word, or leave it out")
    return tuple(word for word in reader.words(node, what) if word)


def read_filter(reader: Reader, node: Node | None) -> Filter:
    """Which records are meant: ``{kind: wizyta, level: [a, b], answers: {F1: yes}}``."""
    if node is None:
        return Filter()
    attributes: dict[Attribute, frozenset[str]] = {}
    answers: dict[str, frozenset[str]] = {}
    known = [*(attribute.value for attribute in Attribute), "answers"]
    for key, value in reader.entries(node, "`where`", optional=known).items():
        if key != "answers":
            attributes[Attribute(key)] = frozenset(some_words(reader, value, f"`{key}`"))
            continue
        for question, words in reader.pairs(value, "`answers`"):
            answers[question] = frozenset(some_words(reader, words, f"the answer to `{question}`"))
    return Filter(attributes, answers)


def narrowed(first: Filter, second: Filter) -> Filter:
    """Records that both filters let through."""
    attributes, answers = dict(first.attributes), dict(first.answers)
    for attribute, words in second.attributes.items():
        attributes[attribute] = attributes.get(attribute, words) & words
    for question, words in second.answers.items():
        answers[question] = answers.get(question, words) & words
    return Filter(attributes, answers)


def unknown_name(reader: Reader, line: int, what: str, name: str, known: list[str]) -> None:
    """Note a name that is not among those known."""
    near = did_you_mean(name, known) if len(reader.problems) < MAX_GUESSES else None
    remedy = f"did you mean `{near}`?" if near else f"known are: {', '.join(known[:12]) or 'none'}"
    reader.note(line, Code.UNKNOWN_NAME, f"there is no {what} `{name}`", remedy)


def merged(group: Entries, own: Entries, without: str) -> Entries:
    """The entries of a group, but one, beneath those of a member of it."""
    entries = {key: value for key, value in group.entries.items() if key != without} | own.entries
    return Entries(own.line, entries, group.lines | own.lines, own.size)
