"""The author's lint for rubrics: everything that is wrong with a rubric file, or hardly meant, with line and remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

from scenarios.model import Scenario
from scenarios.problems import Problem
from scenarios.yaml_nodes import Entries, compose
from scoring.check_award import check_award
from scoring.check_reading import check_reading
from scoring.check_tree import check_tree
from scoring.findings import Findings
from scoring.rubric_loader import read

_TREE = re.compile(r"^tree\s*:", re.MULTILINE)
"""What stands in every rubric, and in no scenario."""


def check(source: str, *, filename: str, scenarios: Mapping[str, Scenario]) -> list[Problem]:
    """All problems, in the order of the file; none means that the rubric can be published. Never raises.

    ``scenarios`` are those there are, by name; only those the rubric names are looked at.
    """
    draft = read(source, filename=filename)
    if draft.rubric is None:
        return list(draft.problems)
    named = {name: scenarios[name] for name in draft.rubric.scenarios if name in scenarios}
    root = cast("Entries", compose(source).root)  # the loader took it
    findings = Findings(filename, draft.rubric, named, root.lines)
    check_reading(findings)
    check_tree(findings)
    check_award(findings)
    return sorted(dict.fromkeys(findings.problems), key=lambda problem: problem.line)


def is_rubric(source: str) -> bool:
    """Whether a file means to be a rubric rather than a scenario."""
    return _TREE.search(source) is not None
