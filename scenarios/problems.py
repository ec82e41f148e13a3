"""What is wrong with a scenario file: Problem values, and the error that carries them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether the scenario can be used all the same."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake of an author, where it stands and what to do about it."""

    file: str
    line: int
    """1-based."""
    step: str | None
    code: str
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
    return f"{place}{step}{kind}{_sentence(problem.message)} {_sentence(problem.remedy)}".rstrip()


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."
