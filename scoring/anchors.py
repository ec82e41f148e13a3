"""What a model is asked about a criterion: the question and the anchored levels of the step it reads."""

from __future__ import annotations

from collections.abc import Mapping

from scenarios.model import Scenario, StepType
from scoring.rating import Levels
from scoring.rubric import Attribute, Criterion


def anchors_of(criterion: Criterion, scenarios: Mapping[str, Scenario], language: str) -> tuple[str, Levels] | None:
    """Question and levels in a language; None where the step has no anchored levels. ``scenarios`` by name."""
    kinds = criterion.where.attributes.get(Attribute.KIND, frozenset(scenarios))
    for name in sorted(kinds & scenarios.keys()):
        step = scenarios[name].steps_by_name.get(criterion.reads)
        if step is not None and step.type is StepType.RANGE and step.choices:
            return (
                step.label.in_language(language),
                {choice.name: choice.label.in_language(language) for choice in step.choices},
            )
    return None
