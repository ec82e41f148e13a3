"""Publishing scenarios: a file becomes a version that contacts can begin with."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from scenarios.checks import check
from scenarios.loader import load
from scenarios.problems import ScenarioError, Severity
from storage import journal, scripts
from storage.database import Unit

LIBRARY = Path(__file__).parent.parent / "scenarios" / "library"
"""The scenarios that ship."""


def publish_library(unit: Unit, *, now: datetime) -> int:
    """Publish every scenario that ships; how many were new."""
    return sum(publish_file(unit, path, now=now) for path in sorted(LIBRARY.glob("*.yaml")))


def publish_file(unit: Unit, path: Path, *, now: datetime) -> bool:
    """Publish one scenario file; False where that very version is published. Raises ScenarioError."""
    source = path.read_text(encoding="utf-8")
    errors = tuple(one for one in check(source, filename=str(path)) if one.severity is Severity.ERROR)
    if errors:
        raise ScenarioError(errors)
    scenario = load(source, filename=str(path))
    fresh = scripts.publish(unit, name=scenario.name, version=scenario.version, source=source, now=now)
    if fresh:
        journal.write(
            unit,
            at=now,
            who=None,
            what="published",
            subject=f"scenario:{scenario.name}",
            details={"version": scenario.version},
        )
    return fresh
