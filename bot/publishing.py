"""Publishing scenarios and rubrics: a file becomes a version that contacts can begin with, or editions go by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from bot.roles import scores
from scenarios.checks import check
from scenarios.loader import load
from scenarios.model import Scenario
from scenarios.problems import Problem, ScenarioError, Severity
from scoring import rubric_checks, rubric_loader
from scoring.rubric_checks import is_rubric
from storage import journal, rubrics, scripts
from storage.database import Unit

LIBRARY = Path(__file__).parent.parent / "scenarios" / "library"
"""The scenarios that ship."""
RUBRICS = Path(__file__).parent.parent / "scoring" / "library"
"""The rubrics that ship."""


def publish_library(unit: Unit, *, now: datetime) -> int:
    """Publish every scenario and every rubric that ships; how many were new."""
    fresh = sum(publish_file(unit, path, now=now) for path in sorted(LIBRARY.glob("*.yaml")))
    return fresh + publish_rubrics(unit, now=now)


def publish_rubrics(unit: Unit, *, now: datetime) -> int:
    """Publish every rubric that ships; how many were new."""
    return sum(publish_file(unit, path, now=now) for path in sorted(RUBRICS.glob("*.yaml")))


def publish_file(unit: Unit, path: Path, *, now: datetime) -> bool:
    """Publish one scenario or rubric file; False where that very version is published. Raises ScenarioError."""
    source = path.read_text(encoding="utf-8")
    return _rubric(unit, source, path, now=now) if is_rubric(source) else _scenario(unit, source, path, now=now)


def _scenario(unit: Unit, source: str, path: Path, *, now: datetime) -> bool:
    _refuse_errors(check(source, filename=str(path)))
    scenario = load(source, filename=str(path))
    fresh = scripts.publish(unit, name=scenario.name, version=scenario.version, source=source, now=now)
    if fresh:
        _note(unit, f"scenario:{scenario.name}", scenario.version, now=now)
    return fresh


def _rubric(unit: Unit, source: str, path: Path, *, now: datetime) -> bool:
    rubric = rubric_loader.load(source, filename=str(path))
    scenarios = {name: found for name in rubric.scenarios if (found := _scenario_of(unit, name)) is not None}
    _refuse_errors(rubric_checks.check(source, filename=str(path), scenarios=scenarios))
    fresh = rubrics.publish(unit, name=rubric.name, version=rubric.version, source=source, now=now)
    if fresh:
        _note(unit, f"rubric:{rubric.name}", rubric.version, now=now)
        scores.rubric_published(unit, rubric.name, now=now)
    return fresh


def _scenario_of(unit: Unit, name: str) -> Scenario | None:
    """The scenario a rubric reads: the version published last, or else the one that ships."""
    published, shipped = scripts.newest(unit, name), LIBRARY / f"{name}.yaml"
    if published is not None:
        return load(published[1], filename=name)
    return load(shipped.read_text(encoding="utf-8"), filename=name) if shipped in LIBRARY.glob("*.yaml") else None


def _refuse_errors(problems: Iterable[Problem]) -> None:
    errors = tuple(one for one in problems if one.severity is Severity.ERROR)
    if errors:
        raise ScenarioError(errors)


def _note(unit: Unit, subject: str, version: str, *, now: datetime) -> None:
    journal.write(unit, at=now, who=None, what="published", subject=subject, details={"version": version})
