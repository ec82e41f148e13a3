"""Reads YAML nodes as the values a scenario is made of, and notes every mistake with its line instead of stopping."""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from scenarios.condition_code import RESERVED
from scenarios.condition_functions import FUNCTIONS
from scenarios.conditions import ConditionError, Expression, did_you_mean, parse
from scenarios.model import Text
from scenarios.problems import Code, Problem, Severity
from scenarios.yaml_nodes import Entries, Items, Node, Scalar

FACTS: Final = (
    "participant_name",
    "participant_type",
    "participant_address",
    "participant_hours",
    "participant_phone",
    "participant_email",
    "participant_site",
    "window",
)
"""What is known about every contact before it begins."""

CASE_FACTS: Final = ("cover_story", "question", "follow_up", "memory_card", "forbidden", "answer_key")
"""Facts that are texts of the scenario themselves."""

MAX_NAME = 32
"""Characters of a name; several of them must fit into a button's 64 bytes of data."""

ANOTHER: Final = "another"
"""Name of the question between two rounds of a repeat."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CRITERION = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_CHOICE = re.compile(r"[a-z0-9_]+")
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TRUE, _FALSE = frozenset({"true", "yes"}), frozenset({"false", "no"})

Words = TypeVar("Words", bound=StrEnum)


class TextKind(StrEnum):
    """Where a text is shown, which decides how long it may be."""

    TITLE = "title"
    LABEL = "label"
    HINT = "hint"
    MESSAGE = "message"
    BUTTON = "button"
    CHOICE = "choice"
    ANCHOR = "anchor"
    UNIT = "unit"
    STORY = "story"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text and where it stands."""

    text: Text
    line: int
    kind: TextKind
    step: str | None
    facts_only: bool
    """Whether its placeholders may name nothing but facts about the participant."""


@dataclass(slots=True)
class Reader:
    """Collects problems and texts while a file is read."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    texts: list[PlacedText] = field(default_factory=list)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    """Where a key of a named thing stands, e.g. ``("w02", "relevant")``."""
    languages: tuple[str, ...] = ()
    """The languages declared; while there are none every language is taken."""
    step: str | None = None
    """The step being read."""
    facts_only: bool = False

    def note(self, line: int, code: Code, message: str, remedy: str, *, step: str | None = None) -> None:
        """Note an error, of ``step`` or of the step being read."""
        self.problems.append(Problem(self.file, line, step or self.step, code, message, remedy, Severity.ERROR))

    def entries(
        self, node: Node, what: str, *, required: Collection[str] = (), optional: Collection[str] = ()
    ) -> dict[str, Node]:
        """The known keys of a mapping; unknown and missing ones are noted."""
        known = [*required, *optional]
        found: dict[str, Node] = {}
        pairs = self.pairs(node, what)
        if not isinstance(node, Entries):
            return {}
        for key, value in pairs:
            if key in known:
                found[key] = value
                continue
            near = did_you_mean(key, known)
            remedy = f"did you mean `{near}`?" if near else f"{what} knows: {', '.join(known)}"
            self.note(node.lines[key], Code.UNKNOWN_KEY, f"{what} has no key `{key}`", remedy)
        for key in required:
            if key not in found:
                self.note(node.line, Code.MISSING_KEY, f"{what} lacks `{key}`", f"add `{key}:`")
        return found

    def pairs(self, node: Node, what: str) -> list[tuple[str, Node]]:
        """Keys and values of a mapping, whatever the keys."""
        if isinstance(node, Entries):
            return list(node.entries.items())
        self._wrong(node, f"{what} is not a mapping", "write `key: value` lines, indented")
        return []

    def items(self, node: Node | None, what: str) -> list[Node]:
        """The elements of a list; none where there is no node."""
        if node is None:
            return []
        if isinstance(node, Items):
            return node.items
        self._wrong(node, f"{what} is not a list", "begin each element with `- `")
        return []

    def words(self, node: Node | None, what: str) -> tuple[str, ...]:
        """A list of single words."""
        return tuple(self.word(item, what) for item in self.items(node, what))

    def word(self, node: Node, what: str) -> str:
        """One line of text, not empty."""
        if isinstance(node, Scalar) and node.value.strip():
            return node.value.strip()
        self._wrong(node, f"{what} is not a text", "write one value")
        return ""

    def name(self, node: Node, what: str) -> str:
        """A name of a scenario, section, case or exit."""
        name = self.word(node, what)
        if name and not (_NAME.fullmatch(name) and len(name) <= MAX_NAME):
            self._bad_name(node, name, f"small letters a-z, digits and _, at most {MAX_NAME} characters")
        return name

    def step_name(self, node: Node) -> str:
        """A name that conditions can use."""
        name = self.name(node, "the name of a step")
        taken = (*RESERVED, *FUNCTIONS, *FACTS, *CASE_FACTS, ANOTHER)
        if name in taken or keyword.iskeyword(name):
            self._bad_name(node, name, "choose another; this word already has a meaning")
        return name

    def choice_name(self, node: Node) -> str:
        """A choice's name."""
        name = self.word(node, "a choice's name")
        if name and not (_CHOICE.fullmatch(name) and len(name) <= MAX_NAME):
            self._bad_name(node, name, f"small letters a-z, digits and _, at most {MAX_NAME} characters")
        return name

    def criterion_name(self, name: str, line: int) -> str:
        """A criterion's name, usually one capital letter."""
        if not (_CRITERION.fullmatch(name) and len(name) <= MAX_NAME):
            self._bad_name(Scalar(line, name), name, "letters, digits and _")
        return name

    def truth(self, node: Node, what: str) -> bool:
        """``true`` or ``false``."""
        word = self.word(node, what).lower()
        if word and word not in _TRUE | _FALSE:
            self._wrong(node, f"{what} is `{word}`", "write true or false")
        return word in _TRUE

    def whole(self, node: Node, what: str, *, least: int | None = None) -> int | None:
        """A whole number, at least ``least``."""
        word = self.word(node, what)
        if not word:
            return None
        if not _WHOLE.fullmatch(word):
            self._wrong(node, f"{what} is `{word}`", "write a whole number")
            return None
        number = int(word)
        if least is not None and number < least:
            self._wrong(node, f"{what} is {number}", f"write at least {least}")
            return None
        return number

    def day(self, node: Node, what: str) -> date | None:
        """A day, written 2026-01-31."""
        word = self.word(node, what)
        if word and _DAY.fullmatch(word):
            try:
                return date.fromisoformat(word)
            except ValueError:
                pass
        if word:
            self._wrong(node, f"{what} is `{word}`", "write a day as 2026-01-31")
        return None

    def one_of(self, node: Node, kind: type[Words], what: str) -> Words | None:
        """A word of a fixed list."""
        word = self.word(node, what)
        if not word:
            return None
        try:
            return kind(word)
        except ValueError:
            near = did_you_mean(word, kind)
            remedy = f"did you mean `{near}`?" if near else f"one of: {', '.join(kind)}"
            self._wrong(node, f"{what} is `{word}`", remedy)
            return None

    def text(self, node: Node, kind: TextKind, what: str) -> Text:
        """A text in several languages; a bare one is the same in all."""
        found: dict[str, str] = {}
        if isinstance(node, Scalar):
            word = self.word(node, what)
            found = dict.fromkeys(self.languages, word)
        else:
            for language, value in self.pairs(node, what):
                if language in self.languages or not self.languages:
                    found[language] = self.word(value, f"{what} ({language})")
                    continue
                near = f"one of: {', '.join(self.languages)}; or add it to `languages`"
                self.note(value.line, Code.UNKNOWN_LANGUAGE, f"{what} is written in `{language}`", near)
        text = Text(found)
        self.texts.append(PlacedText(text, node.line, kind, self.step, self.facts_only))
        return text

    def texts_of(self, node: Node | None, kind: TextKind, what: str) -> tuple[Text, ...]:
        """A list of texts."""
        return tuple(self.text(item, kind, what) for item in self.items(node, what))

    def condition(self, node: Node, what: str) -> Expression | None:
        """A condition, or ``None`` after noting why it cannot be read."""
        source = self.word(node, what)
        if not source:
            return None
        try:
            return parse(source)
        except ConditionError as error:
            where = f"`{what}`, character {error.column + 1}: {error.message}"
            remedy = f"did you mean `{error.suggestion}`?" if error.suggestion else "see docs/scenario-format.md"
            self.note(node.line, error.code, where, remedy)
            return None

    def unique(self, named: Iterable[tuple[str, int]], what: str, *, are_steps: bool = False) -> None:
        """Note every name that was used before."""
        first: dict[str, int] = {}
        for name, line in named:
            if name and name in first:
                message = f"{what} `{name}` is already in line {first[name]}"
                self.note(line, Code.DUPLICATE_NAME, message, "rename one of them", step=name if are_steps else None)
            first.setdefault(name, line)

    def _wrong(self, node: Node, message: str, remedy: str) -> None:
        self.note(node.line, Code.WRONG_VALUE, message, remedy)

    def _bad_name(self, node: Node, name: str, remedy: str) -> None:
        self.note(node.line, Code.BAD_NAME, f"`{name}` cannot be a name", remedy)
