"""What every check of a scenario shares: the scenario, where things stand in its file, and the problems found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from scenarios.conditions import Expression
from scenarios.loader import Draft
from scenarios.model import Scenario, Section, Step
from scenarios.problems import Code, Problem, Severity


@dataclass(frozen=True, slots=True)
class Use:
    """One condition of a scenario and where it stands."""

    expression: Expression
    key: str
    """``relevant``, ``constraint``, ``calculation``, ``default``, ``critical`` or ``leads_to``."""
    line: int
    section: Section
    step: Step | None
    """``None``: the condition of the section itself."""


@dataclass
class Lint:
    """One scenario under examination."""

    file: str
    draft: Draft
    scenario: Scenario
    problems: list[Problem] = field(default_factory=list)

    def error(self, line: int, code: Code, message: str, remedy: str, *, step: str | None = None) -> None:
        """Note what has to be mended before the scenario is used."""
        self.problems.append(Problem(self.file, line, step, code, message, remedy, Severity.ERROR))

    def warning(self, line: int, code: Code, message: str, remedy: str, *, step: str | None = None) -> None:
        """Note what is probably not meant."""
        self.problems.append(Problem(self.file, line, step, code, message, remedy, Severity.WARNING))

    @cached_property
    def order(self) -> dict[str, int]:
        """The place of each step in the script."""
        return {name: place for place, name in enumerate(self.scenario.steps_by_name)}

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every condition, in the order of the file."""
        return tuple(self._uses())

    def _uses(self) -> Iterator[Use]:
        for section in self.scenario.sections:
            if section.relevant is not None:
                line = self.draft.line(f"section {section.name}", "relevant", section.line)
                yield Use(section.relevant, "relevant", line, section, None)
            for step in section.steps:
                for key, expression in _conditions(step):
                    line = self.draft.line(step.name, key, step.line)
                    yield Use(expression, key, line, section, step)


def _conditions(step: Step) -> list[tuple[str, Expression]]:
    found = [
        ("relevant", step.relevant),
        ("constraint", step.constraint),
        ("calculation", step.calculation),
        ("default", step.default),
        ("critical", step.critical),
        ("leads_to", step.leads_to.when if step.leads_to else None),
    ]
    return [(key, expression) for key, expression in found if expression is not None]
