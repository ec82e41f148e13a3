"""What every check of a rubric shares: the rubric, the scenarios its criteria read, and the problems found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scenarios.model import Scenario
from scenarios.problems import Code, Problem, Severity
from scoring.rubric import Attribute, Criterion, Filter, Rubric


@dataclass
class Findings:
    """One rubric under examination."""

    file: str
    rubric: Rubric
    scenarios: Mapping[str, Scenario]
    """Those the rubric names and that were found."""
    lines: Mapping[str, int]
    """Where each part of the file begins, by its key."""
    problems: list[Problem] = field(default_factory=list)

    def error(self, line: int, code: Code, message: str, remedy: str, *, of: str = "") -> None:
        """Note what has to be mended before the rubric is used; ``of`` names the criterion or node."""
        self.problems.append(Problem(self.file, line, of or None, code, message, remedy, Severity.ERROR))

    def warning(self, line: int, code: Code, message: str, remedy: str, *, of: str = "") -> None:
        """Note what is probably not meant."""
        self.problems.append(Problem(self.file, line, of or None, code, message, remedy, Severity.WARNING))

    def line(self, key: str) -> int:
        """Where a part of the file begins; the file's first line where it is not there."""
        return self.lines.get(key, 1)

    def read_by(self, criterion: Criterion) -> tuple[Scenario, ...]:
        """The scenarios a criterion can belong to."""
        return tuple(scenario for scenario in self.scenarios.values() if may_be(scenario, criterion.where))


def may_be(scenario: Scenario, where: Filter) -> bool:
    """Whether contacts of a scenario can be among the records a filter lets through."""
    kinds, levels = where.attributes.get(Attribute.KIND), where.attributes.get(Attribute.LEVEL)
    return (kinds is None or scenario.name in kinds) and (levels is None or scenario.mode.value in levels)
