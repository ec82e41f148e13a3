"""Checks of the rules of the licence: evidence that can be gathered, and items that can fail."""

from __future__ import annotations

from scenarios.conditions import did_you_mean
from scenarios.problems import Code
from scoring.check_reading import FACTS, is_in_table
from scoring.findings import Findings


def check_award(findings: Findings) -> None:
    """Note evidence no contact brings, and criteria that block although nothing makes them fail."""
    award, line = findings.rubric.award, findings.line("award")
    if award is None:
        return
    for name in sorted(award.blocking):
        if not findings.rubric.criteria[name].critical:
            message, remedy = "blocks the licence, but no answer makes it fail", f"write `critical:` for `{name}`"
            findings.error(line, Code.WRONG_VALUE, message, remedy, of=name)
    if not findings.scenarios:
        return
    levels = sorted({scenario.mode.value for scenario in findings.scenarios.values()})
    for evidence in award.evidence:
        if evidence.level not in levels:
            near = did_you_mean(evidence.level, levels)
            remedy = f"did you mean `{near}`?" if near else f"one of: {', '.join(levels)}"
            message = f"evidence of the level `{evidence.level}`, which no scenario has"
            findings.error(line, Code.UNKNOWN_NAME, message, remedy)
        elif evidence.different and evidence.different not in _questions(findings, evidence.level):
            message = f"`different` names `{evidence.different}`, which is not asked at the level `{evidence.level}`"
            remedy = f"name a question of it, or one of: {', '.join(sorted(FACTS))}"
            findings.error(line, Code.UNKNOWN_NAME, message, remedy)


def _questions(findings: Findings, level: str) -> set[str]:
    """Everything a record of a level may answer."""
    there = (scenario for scenario in findings.scenarios.values() if scenario.mode.value == level)
    asked = {step.name for one in there for step in one.steps_by_name.values() if is_in_table(one, step)}
    return asked | FACTS
