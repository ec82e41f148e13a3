"""Publishing scenarios and rubrics: a file becomes a version that contacts can begin with, or editions go by."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from bot.roles import scores
from scenarios.checks import check
from scenarios.loader import load
from scenarios.problems import ScenarioError, Severity
from scoring import rubric_loader
from storage import journal, rubrics, scripts
from storage.database import Unit

LIBRARY = Path(__file__).parent.parent / "scenarios" / "library"
"""The scenarios that ship."""
RUBRICS = Path(__file__).parent.parent / "scoring" / "library"
"""The rubrics that ship."""

_TREE = re.compile(r"^tree\s*:", re.MULTILINE)
"""What stands in every rubric, and in no scenario."""


def publish_library(unit: Unit, *, now: datetime) -> int:
    """Publish every scenario and every rubric that ships; how many were new."""
    fresh = sum(publish_file(unit, path, now=now) for path in sorted(LIBRARY.glob("*.yaml")))
    return fresh + publish_rubrics(unit, now=now)


def publish_rubrics(unit: Unit, *, now: datetime) -> int:
    """Publish every rubric that ships; how many were new."""
    return sum(publish_file(unit, path, now=now) for path in sorted(RUBRICS.glob("*.yaml")))


def catch_up(unit: Unit, *, now: datetime) -> tuple[int, ...]:
    """Bring the scores of an older installation about: publish rubrics where there are none, score what was sent.

    Returns the editions whose standings are computed now.
    """
    if rubrics.newest(unit, scores.USUAL) is None:
        publish_rubrics(unit, now=now)
    return scores.catch_up(unit, now=now)


def publish_file(unit: Unit, path: Path, *, now: datetime) -> bool:
    """Publish one scenario or rubric file; False where that very version is published. Raises ScenarioError."""
    source = path.read_text(encoding="utf-8")
    return _rubric(unit, source, path, now=now) if is_rubric(source) else _scenario(unit, source, path, now=now)


def is_rubric(source: str) -> bool:
    """Whether a file means to be a rubric rather than a scenario."""
    return _TREE.search(source) is not None


def _scenario(unit: Unit, source: str, path: Path, *, now: datetime) -> bool:
    errors = tuple(one for one in check(source, filename=str(path)) if one.severity is Severity.ERROR)
    if errors:
        raise ScenarioError(errors)
    scenario = load(source, filename=str(path))
    fresh = scripts.publish(unit, name=scenario.name, version=scenario.version, source=source, now=now)
    if fresh:
        _note(unit, f"scenario:{scenario.name}", scenario.version, now=now)
    return fresh


def _rubric(unit: Unit, source: str, path: Path, *, now: datetime) -> bool:
    rubric = rubric_loader.load(source, filename=str(path))
    fresh = rubrics.publish(unit, name=rubric.name, version=rubric.version, source=source, now=now)
    if fresh:
        _note(unit, f"rubric:{rubric.name}", rubric.version, now=now)
        scores.rubric_published(unit, rubric.name, now=now)
    return fresh


def _note(unit: Unit, subject: str, version: str, *, now: datetime) -> None:
    journal.write(unit, at=now, who=None, what="published", subject=subject, details={"version": version})
