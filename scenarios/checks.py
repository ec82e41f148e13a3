"""The author's lint: everything that is wrong with a scenario file, or hardly meant, with line, step and remedy."""

from __future__ import annotations

from scenarios.check_conditions import check_conditions
from scenarios.check_structure import check_structure
from scenarios.check_texts import check_texts
from scenarios.lint import Lint
from scenarios.loader import read
from scenarios.problems import Problem, Severity, describe

__all__ = ["Problem", "Severity", "check", "describe"]


def check(source: str, *, filename: str) -> list[Problem]:
    """All problems, in the order of the file; none means that the scenario can be published. Never raises."""
    draft = read(source, filename=filename)
    if draft.scenario is None:
        return list(draft.problems)
    lint = Lint(filename, draft, draft.scenario)
    check_texts(lint)
    check_structure(lint)
    check_conditions(lint)
    return sorted(dict.fromkeys(lint.problems), key=lambda problem: problem.line)
