"""What is wrong with authors' files: scenarios alone, rubrics together with the scenarios they read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from scenarios import checks, loader
from scenarios.model import Scenario
from scenarios.problems import Problem
from scoring import rubric_checks
from scoring.rubric_checks import is_rubric

SHIPPED = Path(__file__).parent.parent / "scenarios" / "library"
"""Scenarios that a rubric can be about without their files being given."""


def problems_of(sources: Mapping[Path, str]) -> list[Problem]:
    """Everything that is wrong, file by file. A rubric is held against the scenarios given, or else those that ship."""
    found: list[Problem] = []
    scenarios: Mapping[str, Scenario] | None = None
    for path, source in sources.items():
        if not is_rubric(source):
            found.extend(checks.check(source, filename=str(path)))
            continue
        if scenarios is None:
            scenarios = _scenarios(sources)
        found.extend(rubric_checks.check(source, filename=str(path), scenarios=scenarios))
    return found


def _scenarios(sources: Mapping[Path, str]) -> dict[str, Scenario]:
    """By their names; a file given comes before one that ships."""
    shipped = {path: path.read_text(encoding="utf-8") for path in sorted(SHIPPED.glob("*.yaml"))}
    given = {path: source for path, source in sources.items() if not is_rubric(source)}
    drafts = (loader.read(source, filename=str(path)) for path, source in (*shipped.items(), *given.items()))
    return {draft.scenario.name: draft.scenario for draft in drafts if draft.scenario is not None}
