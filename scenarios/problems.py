"""What is wrong with a scenario file: Problem values, and the error that carries them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether the scenario can be used all the same."""

    ERROR = "error"
    WARNING = "warning"


class Code(StrEnum):
    """Every sort of mistake; each has its example in ``tests/scenarios/broken``."""

    YAML_SYNTAX = "yaml-syntax"
    """The file is not YAML."""
    YAML_DUPLICATE_KEY = "yaml-duplicate-key"
    """A key stands twice in one mapping."""
    YAML_TAG = "yaml-tag"
    """A tag, e.g. ``!!python/object``; scenarios hold plain texts."""
    YAML_LIMITS = "yaml-limits"
    """Too long, too deep, or too much once aliases are followed."""
    SPEC_VERSION = "spec-version"
    """A ``spec_version`` this program does not know."""
    UNKNOWN_KEY = "unknown-key"
    """A key nobody reads."""
    MISSING_KEY = "missing-key"
    """A key that has to be there."""
    MISPLACED_KEY = "misplaced-key"
    """A key of another step type."""
    WRONG_VALUE = "wrong-value"
    """A value of the wrong sort, or out of its bounds."""
    BAD_NAME = "bad-name"
    """A name with wrong characters, or one that is taken by the language of conditions."""
    DUPLICATE_NAME = "duplicate-name"
    """Two steps, sections, cases or choices of one name."""
    UNKNOWN_LANGUAGE = "unknown-language"
    """A text in a language the scenario does not declare."""
    MISSING_TRANSLATION = "missing-translation"
    """A text that lacks a declared language."""
    TEXT_TOO_LONG = "text-too-long"
    """A text longer than a channel can show."""
    REVERSED_DATES = "reversed-dates"
    """An end of validity before its beginning."""
    CONDITION_SYNTAX = "condition-syntax"
    """A condition that cannot be read."""
    UNKNOWN_FUNCTION = "unknown-function"
    """A function conditions do not have."""
    WRONG_ARGUMENTS = "wrong-arguments"
    """Too many or too few arguments, or not what the function takes."""
    UNKNOWN_NAME = "unknown-name"
    """A step, fact, section, exit, criterion or participant type that does not exist."""
    TYPE_ERROR = "type-error"
    """Values that do not go together."""
    LITERAL_OUTSIDE_CHOICES = "literal-outside-choices"
    """Compared with a choice or level that cannot be the answer."""
    NEEDS_AGGREGATION = "needs-aggregation"
    """A step of a repeat used from outside as if it had one answer."""
    FORWARD_REFERENCE = "forward-reference"
    """A step used before it is asked."""
    CYCLE = "cycle"
    """Calculations that need each other."""
    ALWAYS_FALSE = "always-false"
    """A condition, or a part of one, that is never true."""
    ALWAYS_TRUE = "always-true"
    """A condition, or a part of one, that says nothing."""
    UNREACHABLE_STEP = "unreachable-step"
    """A step no answers lead to."""
    UNREACHABLE_SECTION = "unreachable-section"
    """A section no answers lead to."""
    STAGE_ORDER = "stage-order"
    """Sections not in the order gate, during, after."""
    WRONG_STAGE = "wrong-stage"
    """A section or an exit in a stage where it cannot work."""
    UNUSED_SECTION = "unused-section"
    """A section of stage exit that no exit asks."""
    UNUSED_EXIT = "unused-exit"
    """An exit nobody can take."""
    WRONG_ANSWER = "wrong-answer"
    """An exit ``sets`` what the step cannot be answered with."""
    UNUSED_CRITERION = "unused-criterion"
    """A criterion that no step feeds."""
    CRITICAL_WITHOUT_CRITERION = "critical-without-criterion"
    """A critical item that feeds no criterion."""
    MISSING_CONSTRAINT_MESSAGE = "missing-constraint-message"
    """A constraint without words for the person who meets it."""
    UNCOVERED_TYPE = "uncovered-type"
    """A participant type that no case fits."""
    EMPTY_ANSWER_KEY = "empty-answer-key"
    """A ``count`` of the answer key where there is none."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake of an author, where it stands and what to do about it."""

    file: str
    line: int
    """1-based."""
    step: str | None
    code: Code
    message: str
    remedy: str
    severity: Severity = Severity.ERROR


class ScenarioError(Exception):
    """A scenario file that cannot be used; ``problems`` says everything that was found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(describe(problem) for problem in problems))
        self.problems = problems


def describe(problem: Problem) -> str:
    """One line for the author: ``file:line: step: message. Remedy.``"""
    place = f"{problem.file}:{problem.line}: "
    step = f"{problem.step}: " if problem.step else ""
    kind = "" if problem.severity is Severity.ERROR else f"{problem.severity.value}: "
    remedy = problem.remedy[:1].upper() + problem.remedy[1:]
    return f"{place}{step}{kind}{_sentence(problem.message)} {_sentence(remedy)}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
