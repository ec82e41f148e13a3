"""What the answer to each step can be: its kind for the type check, its domain for the search of dead conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from scenarios.condition_domains import Domain
from scenarios.condition_kinds import Kind, StepKind, kind_of
from scenarios.conditions import Expression
from scenarios.model import Scenario, Section, Step, StepType
from scenarios.node_reader import CASE_FACTS, FACTS

WAIT_ENDS: Final = ("came", "no_reply")
MAX_FEW: Final = 12
"""Numbers in a span up to this long are tried one by one."""

_KINDS: Final[Mapping[StepType, Kind]] = {
    StepType.NOTE: Kind.NOTHING,
    StepType.ACKNOWLEDGE: Kind.YES_NO,
    StepType.YES_NO: Kind.YES_NO,
    StepType.SELECT_ONE: Kind.CHOICE,
    StepType.SELECT_MULTIPLE: Kind.CHOICES,
    StepType.RANGE: Kind.NUMBER,
    StepType.INTEGER: Kind.NUMBER,
    StepType.DECIMAL: Kind.NUMBER,
    StepType.COUNT: Kind.NUMBER,
    StepType.TEXT: Kind.TEXT,
    StepType.DATE: Kind.DATE,
    StepType.TIME: Kind.TIME,
    StepType.DATETIME: Kind.MOMENT,
    StepType.IMAGE: Kind.NUMBER,
    StepType.FILE: Kind.NUMBER,
    StepType.AUDIO: Kind.NUMBER,
    StepType.GEOPOINT: Kind.PLACE,
    StepType.TIMER: Kind.NUMBER,
    StepType.STAMP: Kind.MOMENT,
    StepType.WAIT: Kind.CHOICE,
    StepType.CALCULATE: Kind.ANYTHING,
}


def kinds_of(scenario: Scenario) -> dict[str, StepKind]:
    """The kind of every name conditions can use. What a calculation gives follows from the steps before it."""
    kinds = {name: StepKind(Kind.TEXT) for name in (*FACTS, *CASE_FACTS)}
    if scenario.participant_types:
        kinds["participant_type"] = StepKind(Kind.CHOICE, choices=scenario.participant_types)
    for section in scenario.sections:
        for step in section.steps:
            kinds[step.name] = StepKind(
                _KINDS[step.type], _choices(step), asked=step.is_asked, repeat=section.name if section.repeat else None
            )
    for section in scenario.sections:
        repeat = section.name if section.repeat else None
        for step in section.steps:
            found = kind_of(step.calculation, kinds, repeat=repeat) if step.calculation is not None else None
            if found is not None:
                kinds[step.name] = found
    return kinds


def domains_of(scenario: Scenario, broken: frozenset[Expression]) -> dict[str, Domain]:
    """What may become of every name, seen from a step asked later; ``broken`` conditions are left out of account."""
    domains = {name: Domain() for name in (*FACTS, *CASE_FACTS)}
    if scenario.participant_types:
        domains["participant_type"] = Domain(values=scenario.participant_types, states=frozenset())
    for section in scenario.sections:
        for step in section.steps:
            domains[step.name] = _domain(section, step, broken)
    return domains


def seen_from_exit(domains: Mapping[str, Domain]) -> dict[str, Domain]:
    """The same, seen after an exit: any question may have been left out, or been answered by the exit itself."""
    return {
        name: replace(domain, relevant=(), constraint=None, states=domain.states | {None})
        for name, domain in domains.items()
    }


def answer_domain(step: Step) -> Domain:
    """What ``answer`` can be where the step is being answered."""
    return replace(_values(step), states=frozenset())


def _choices(step: Step) -> tuple[str, ...]:
    return WAIT_ENDS if step.type is StepType.WAIT else tuple(choice.name for choice in step.choices)


def _domain(section: Section, step: Step, broken: frozenset[Expression]) -> Domain:
    relevant = tuple(
        condition
        for condition in (section.relevant, step.relevant)
        if condition is not None and condition not in broken
    )
    if step.calculation is not None:
        # Written out only where it always applies: elsewhere it may be unknown for reasons of its own.
        always_applies = section.relevant is None and step.relevant is None and step.calculation not in broken
        return Domain(calculation=step.calculation if always_applies else None)
    possible = {
        "not_checked": step.not_checked,
        "not_applicable": step.not_applicable,
        "skipped": not step.required,
    }
    return replace(
        _values(step),
        states=frozenset(state for state, can_be in possible.items() if can_be),
        relevant=relevant,
        constraint=step.constraint if step.constraint not in broken else None,
    )


def _values(step: Step) -> Domain:
    match step.type:
        case StepType.ACKNOWLEDGE:
            return Domain(values=(True,))
        case StepType.YES_NO:
            return Domain(values=(True, False))
        case StepType.SELECT_ONE | StepType.WAIT:
            return Domain(values=_choices(step))
        case StepType.IMAGE | StepType.FILE | StepType.AUDIO:
            return Domain(is_whole=True, minimum=1, maximum=step.max_files)
        case StepType.COUNT | StepType.TIMER:
            return _numbers(0, step.maximum)
        case StepType.RANGE | StepType.INTEGER:
            return _numbers(step.minimum, step.maximum)
        case StepType.DECIMAL:
            return Domain(minimum=step.minimum, maximum=step.maximum)
        case _:
            return Domain()


def _numbers(minimum: int | None, maximum: int | None) -> Domain:
    if minimum is not None and maximum is not None and maximum - minimum <= MAX_FEW:
        return Domain(values=tuple(range(minimum, maximum + 1)))
    return Domain(is_whole=True, minimum=minimum, maximum=maximum)
