"""Checks of how a scenario hangs together: sections and stages, exits, criteria, cases and their answer keys."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from scenarios.conditions import did_you_mean
from scenarios.lint import Lint
from scenarios.model import ExitRoute, Stage, Step, StepType
from scenarios.problems import Code
from scenarios.step_kinds import WAIT_ENDS

_ORDER: Final = (Stage.GATE, Stage.DURING, Stage.AFTER)
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")


def check_structure(lint: Lint) -> None:
    """Note what is named but not there, there but not used, or used in a place where it cannot work."""
    _stages(lint)
    for route in lint.scenario.exits:
        _exit(lint, route)
    _exit_sections(lint)
    _criteria(lint)
    for step in lint.scenario.steps_by_name.values():
        _step(lint, step)
    _cases(lint)


def _stages(lint: Lint) -> None:
    furthest = 0
    for section in lint.scenario.sections:
        if section.stage is Stage.EXIT:
            continue
        place = _ORDER.index(section.stage)
        if place < furthest:
            message = f"the section {section.name} ({section.stage}) stands after one of stage {_ORDER[furthest]}"
            lint.error(section.line, Code.STAGE_ORDER, message, "order the sections gate, during, after")
        furthest = max(furthest, place)


def _exit(lint: Lint, route: ExitRoute) -> None:
    owner, sections = f"exit {route.name}", {section.name: section for section in lint.scenario.sections}
    for name in route.sections:
        line = lint.draft.line(owner, "sections", route.line)
        if name not in sections:
            _unknown(lint, line, f"the exit {route.name} names the section `{name}`", name, sections)
        elif sections[name].stage is not Stage.EXIT:
            message = f"the section {name} asked after the exit {route.name} is of stage {sections[name].stage}"
            lint.error(line, Code.WRONG_STAGE, message, "give the section stage: exit")
    if Stage.EXIT in route.stages:
        line = lint.draft.line(owner, "stages", route.line)
        lint.error(line, Code.WRONG_STAGE, f"the exit {route.name} is offered after an exit", "leave out `exit`")
    taken = any(step.leads_to and step.leads_to.exit == route.name for step in lint.scenario.steps_by_name.values())
    if not route.stages and not taken:
        message = f"nothing leads to the exit {route.name}, and no stage offers it"
        lint.error(route.line, Code.UNUSED_EXIT, message, "name stages, or a `leads_to`")
    for name, answer in route.sets.items():
        _set_answer(lint, route, name, answer)


def _set_answer(lint: Lint, route: ExitRoute, name: str, answer: str) -> None:
    line = lint.draft.line(f"exit {route.name} sets", name, route.line)
    step = lint.scenario.steps_by_name.get(name)
    if step is None:
        _unknown(lint, line, f"the exit {route.name} answers `{name}`", name, lint.scenario.steps_by_name)
    elif lint.scenario.sections_by_step[name].repeat is not None:
        lint.error(line, Code.WRONG_ANSWER, f"`{name}` is asked many times", "answer a step outside repeats", step=name)
    elif not _can_be_answered(step, answer):
        message = f"`{answer}` is no answer to a step of type {step.type}"
        lint.error(line, Code.WRONG_ANSWER, message, _possible(step), step=name)


def _can_be_answered(step: Step, answer: str) -> bool:
    match step.type:
        case StepType.YES_NO:
            return answer in ("yes", "no")
        case StepType.ACKNOWLEDGE:
            return answer == "yes"
        case StepType.WAIT:
            return answer in WAIT_ENDS
        case StepType.SELECT_ONE | StepType.SELECT_MULTIPLE | StepType.RANGE:
            return step.choice(answer) is not None
        case StepType.INTEGER | StepType.COUNT | StepType.TIMER:
            return _WHOLE.fullmatch(answer) is not None and _within(step, float(answer))
        case StepType.DECIMAL:
            return _NUMBER.fullmatch(answer) is not None and _within(step, float(answer))
        case _:
            return step.type is StepType.TEXT


def _within(step: Step, number: float) -> bool:
    least = 0 if step.type is StepType.TIMER else step.minimum
    return (least is None or least <= number) and (step.maximum is None or number <= step.maximum)


def _possible(step: Step) -> str:
    if step.choices:
        return f"one of: {', '.join(choice.name for choice in step.choices)}"
    return "write what the step can be answered with: yes, no, came, no_reply, or a number between its bounds"


def _exit_sections(lint: Lint) -> None:
    asked = {name for route in lint.scenario.exits for name in route.sections}
    for section in lint.scenario.sections:
        if section.stage is Stage.EXIT and section.name not in asked:
            message = f"no exit asks the section {section.name}"
            lint.error(section.line, Code.UNUSED_SECTION, message, "name it in `sections` of an exit")


def _criteria(lint: Lint) -> None:
    fed = {step.criterion for step in lint.scenario.steps_by_name.values()}
    for criterion in lint.scenario.criteria:
        if criterion.name not in fed:
            message = f"no step feeds the criterion {criterion.name}"
            lint.warning(criterion.line, Code.UNUSED_CRITERION, message, "give a step this criterion, or drop it")


def _step(lint: Lint, step: Step) -> None:
    criteria = [criterion.name for criterion in lint.scenario.criteria]
    if step.criterion is not None and step.criterion not in criteria:
        line = lint.draft.line(step.name, "criterion", step.line)
        _unknown(lint, line, f"it feeds the criterion `{step.criterion}`", step.criterion, criteria, step=step.name)
    if step.item is not None and step.critical is not None and step.criterion is None:
        line = lint.draft.line(step.name, "critical", step.line)
        message = f"the item {step.item} is critical, but feeds no criterion"
        lint.warning(line, Code.CRITICAL_WITHOUT_CRITERION, message, "add `criterion:`", step=step.name)
    if step.constraint is not None and step.constraint_message is None:
        line = lint.draft.line(step.name, "constraint", step.line)
        message = "a constraint without words for the person who meets it"
        lint.warning(line, Code.MISSING_CONSTRAINT_MESSAGE, message, "add `constraint_message:`", step=step.name)
    if step.leads_to is not None and lint.scenario.exit(step.leads_to.exit) is None:
        line, exits = lint.draft.line(step.name, "leads_to", step.line), [route.name for route in lint.scenario.exits]
        name = step.leads_to.exit
        _unknown(lint, line, f"`leads_to` names the exit `{name}`", name, exits, step=step.name)


def _cases(lint: Lint) -> None:
    scenario = lint.scenario
    left = list(scenario.participant_types)
    for case in scenario.cases:
        for name in case.participant_types:
            if scenario.participant_types and name not in scenario.participant_types:
                what = f"the case {case.name} names the participant type `{name}`"
                _unknown(lint, case.line, what, name, scenario.participant_types)
        left = [name for name in left if case.participant_types and name not in case.participant_types]
    if scenario.cases and left:
        message = f"no case fits: {', '.join(left)}"
        remedy = "add the types to a case, or a last case without types"
        lint.error(scenario.cases[0].line, Code.UNCOVERED_TYPE, message, remedy)
    _answer_keys(lint)


def _answer_keys(lint: Lint) -> None:
    counting = next((step for step in lint.scenario.steps_by_name.values() if step.counts_key), None)
    if counting is None:
        return
    remedy = f"add `answer_key:`, {counting.name} counts its elements"
    if not lint.scenario.cases:
        lint.error(
            counting.line, Code.EMPTY_ANSWER_KEY, "there is no case whose key to count", remedy, step=counting.name
        )
    for case in lint.scenario.cases:
        if not case.answer_key:
            lint.error(case.line, Code.EMPTY_ANSWER_KEY, f"the case {case.name} has no answer key", remedy)


def _unknown(lint: Lint, line: int, what: str, name: str, known: Iterable[str], *, step: str | None = None) -> None:
    near = did_you_mean(name, known)
    listed = ", ".join(known)
    remedy = f"did you mean `{near}`?" if near else f"one of: {listed}" if listed else "there are none yet; add it"
    lint.error(line, Code.UNKNOWN_NAME, f"{what}, which does not exist", remedy, step=step)
