"""Checks of criteria against the scenarios they read: every answer has its worth, and nothing waits for others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final, assert_never, cast

from scenarios.conditions import Scope, did_you_mean, truth
from scenarios.model import Scenario, Stage, Step, StepType
from scenarios.problems import Code
from scoring.findings import Findings, may_be
from scoring.rubric import Attribute, Counted, Criterion, Filter, Levels, Number, Rating, StepTable
from scoring.sheets import DAY, HOUR, NO, NOT_APPLICABLE, NOT_CHECKED, YES

FACTS: Final = frozenset({HOUR, DAY})
"""What a record of ours says besides its answers."""

_NAMED: Final = frozenset({StepType.YES_NO, StepType.SELECT_ONE, StepType.RANGE, StepType.WAIT})
_NUMBERS: Final = frozenset({StepType.RANGE, StepType.INTEGER, StepType.DECIMAL, StepType.TIMER, StepType.CALCULATE})
_IN_TABLE: Final = _NAMED | _NUMBERS | {StepType.COUNT, StepType.SELECT_MULTIPLE}
_TOLD: Final = frozenset({StepType.TEXT, StepType.AUDIO})
"""Where free text comes from: typed, or spoken and written down."""

_WRITTEN_AS: Final[Mapping[StepType, str]] = {
    StepType.YES_NO: "`yes` and `no`",
    StepType.SELECT_ONE: "`levels` with its choices",
    StepType.RANGE: "`rating` or `levels`",
    StepType.WAIT: "`levels` with `came` and `no_reply`",
    StepType.INTEGER: "`steps` or `number`",
    StepType.DECIMAL: "`steps` or `number`",
    StepType.TIMER: "`steps` or `number`",
    StepType.COUNT: "`count: key` or `count:` with its maximum",
}


def check_reading(findings: Findings) -> None:
    """Note criteria that no step feeds or whose worth does not fit, and steps that no criterion reads."""
    _scenarios_there(findings)
    if not findings.scenarios:
        return
    _words(findings)
    for rule in findings.rubric.records:
        _kinds_known(findings, rule.where, findings.line("records"), "records")
        check_answers(findings, rule.where, findings.line("records"), "records")
    for criterion in findings.rubric.criteria.values():
        _kinds_known(findings, criterion.where, criterion.line, criterion.name)
        check_answers(findings, criterion.where, criterion.line, criterion.name)
        _criterion(findings, criterion)
    for scenario in findings.scenarios.values():
        for step in scenario.steps_by_name.values():
            _is_read(findings, scenario, step)


def check_answers(findings: Findings, where: Filter, line: int, name: str) -> None:
    """Note questions, and answers to them, that a filter waits for in vain."""
    none = {*findings.rubric.words.not_applicable, *findings.rubric.words.not_checked}
    for question, words in where.answers.items():
        if question in FACTS:
            continue
        asked = [
            step
            for scenario in findings.scenarios.values()
            if may_be(scenario, where)
            for step in scenario.steps_by_name.values()
            if is_in_table(scenario, step)
        ]
        steps = [step for step in asked if step.name == question]
        if not steps:
            near = did_you_mean(question, {step.name for step in asked})
            remedy = f"did you mean `{near}`?" if near else "name a question that is asked in those records"
            findings.error(line, Code.UNKNOWN_NAME, f"no scenario asks `{question}`", remedy, of=name)
        known = {answer for step in steps for answer in _answers(step)}
        for word in sorted(words - known - none) if known else ():
            message = f"`{question}` is never answered `{word}`"
            findings.error(line, Code.LITERAL_OUTSIDE_CHOICES, message, f"one of: {', '.join(sorted(known))}", of=name)


def _scenarios_there(findings: Findings) -> None:
    for name in findings.rubric.scenarios:
        if name not in findings.scenarios:
            remedy = "mend the name, or give the scenario's file to `check` as well"
            findings.error(findings.line("scenarios"), Code.UNKNOWN_NAME, f"there is no scenario `{name}`", remedy)


def _words(findings: Findings) -> None:
    """What our table writes for "not applicable" and "not checked" has to be understood."""
    words = findings.rubric.words
    told = ((NOT_APPLICABLE, words.not_applicable, "not_applicable"), (NOT_CHECKED, words.not_checked, "not_checked"))
    for word, known, key in told:
        if word not in known:
            message = f"`words` does not say that `{word}` means {key}"
            findings.error(findings.line("words"), Code.MISSING_KEY, message, f"write `{key}: [{word}]` under `words:`")


def _kinds_known(findings: Findings, where: Filter, line: int, name: str) -> None:
    known = findings.rubric.scenarios
    for kind in sorted(where.attributes.get(Attribute.KIND, frozenset()).difference(known)):
        near = did_you_mean(kind, known)
        remedy = f"did you mean `{near}`?" if near else "add it to `scenarios`, or name one of those"
        findings.error(line, Code.UNKNOWN_NAME, f"`{kind}` is none of the scenarios", remedy, of=name)


# One criterion ------------------------------------------------------------------------------------------------------


def _criterion(findings: Findings, criterion: Criterion) -> None:
    scenarios = findings.read_by(criterion)
    steps = [(one, one.steps_by_name[criterion.reads]) for one in scenarios if criterion.reads in one.steps_by_name]
    if criterion.reads in FACTS or not scenarios:
        return
    if not steps:
        near = did_you_mean(criterion.reads, {name for one in scenarios for name in one.steps_by_name})
        remedy = f"did you mean `{near}`?" if near else "name a step of the scenario, or remove the criterion"
        message = f"reads `{criterion.reads}`, which no scenario asks"
        findings.error(criterion.line, Code.UNUSED_CRITERION, message, remedy, of=criterion.name)
    named = criterion.where.attributes.get(Attribute.KIND, frozenset())
    for scenario in scenarios:
        if steps and scenario.name in named and criterion.reads not in scenario.steps_by_name:
            message = f"reads `{criterion.reads}`, which `{scenario.name}` does not ask"
            remedy = f"leave `{scenario.name}` out of `where`"
            findings.error(criterion.line, Code.UNUSED_CRITERION, message, remedy, of=criterion.name)
    for scenario, step in steps:
        if not is_in_table(scenario, step):
            message = f"reads `{step.name}`, a {step.type.value} of stage {scenario.sections_by_step[step.name].stage}"
            remedy = "name a question about what was found: yes or no, a choice, a level, a number"
            findings.error(criterion.line, Code.TYPE_ERROR, message, remedy, of=criterion.name)
            continue
        _worth(findings, criterion, step)
        _dimension(findings, criterion, step)
        _critical(findings, criterion, scenario, step)
        _shown(findings, criterion, scenario)


def _worth(findings: Findings, criterion: Criterion, step: Step) -> None:
    """Whether the worth fits what the step can be answered with."""
    match criterion.worth:
        case Levels(worth=by_word):
            fits = step.type in _NAMED or step.type is StepType.CALCULATE
            problems = _levels(step, by_word)
        case Rating(lowest=lowest, highest=highest):
            fits = step.type in (StepType.RANGE, StepType.INTEGER)
            problems = _rating(step, lowest, highest)
        case Counted(of=of):
            fits = step.type is StepType.COUNT
            problems = _counted(step, of)
        case StepTable(edges=edges):
            fits = step.type in _NUMBERS
            problems = _edges(step, [edge for edge, _ in edges])
        case Number(lowest=lowest_number, highest=highest_number):
            fits = step.type in _NUMBERS
            problems = _number(step, lowest_number, highest_number)
        case _:
            assert_never(criterion.worth)
    if not fits:
        written = _WRITTEN_AS.get(step.type, "another question")
        message = f"`{step.name}` is a {step.type.value}, which this worth cannot be read from"
        findings.error(criterion.line, Code.TYPE_ERROR, message, f"write {written}", of=criterion.name)
        return
    for code, message, remedy in problems:
        findings.error(criterion.line, code, message, remedy, of=criterion.name)


_Slips = Iterator[tuple[Code, str, str]]


def _levels(step: Step, by_word: Mapping[str, float | None]) -> _Slips:
    answers = _answers(step)
    if not answers:
        return
    for word in by_word:
        if word not in answers:
            message = f"the level `{word}` is never reached: `{step.name}` has no such answer"
            yield Code.LITERAL_OUTSIDE_CHOICES, message, f"one of: {', '.join(answers)}"
    for answer in answers:
        if answer not in by_word:
            message = f"the answer `{answer}` of `{step.name}` has no worth"
            yield Code.MISSING_KEY, message, f"add `{answer}:`; `null` where it is to leave the base"


def _rating(step: Step, lowest: int, highest: int) -> _Slips:
    least, most = _bounds(step)
    if (least, most) != (lowest, highest):
        message = f"rating [{lowest}, {highest}] where `{step.name}` goes from {least} to {most}"
        yield Code.WRONG_VALUE, message, f"write rating: [{least}, {most}]"


def _counted(step: Step, of: int | None) -> _Slips:
    if step.counts_key and of is not None:
        message = f"`{step.name}` counts the elements of the answer key, which are not always {of}"
        yield Code.WRONG_VALUE, message, "write count: key"
    elif not step.counts_key and of is not None and of != step.maximum:
        message = f"`{step.name}` counts up to {step.maximum}, not {of}"
        yield Code.WRONG_VALUE, message, f"write count: {step.maximum}"


def _edges(step: Step, edges: Collection[float]) -> _Slips:
    least, most = _bounds(step)
    for edge in edges:
        if most is not None and edge > most:
            message = f"the edge {edge:g} is never reached: `{step.name}` goes up to {most}"
            yield Code.WRONG_VALUE, message, f"end the table at {most} or below"
        if least is not None and edge < least:
            message = f"the edge {edge:g} is never reached: `{step.name}` begins at {least}"
            yield Code.WRONG_VALUE, message, f"begin the table at {least} or above"


def _number(step: Step, lowest: float | None, highest: float | None) -> _Slips:
    least, most = _bounds(step)
    if lowest is not None and least is not None and least < lowest:
        message = f"`{step.name}` begins at {least}, below {lowest:g}"
        yield Code.WRONG_VALUE, message, f"begin the span at {least} or below"
    if highest is not None and most is not None and most > highest:
        message = f"`{step.name}` goes up to {most}, above {highest:g}"
        yield Code.WRONG_VALUE, message, f"end the span at {most} or above"


def _dimension(findings: Findings, criterion: Criterion, step: Step) -> None:
    """The scenario's word for what the step feeds, and the rubric's, should be one."""
    tags = [tag for tag, labels in findings.rubric.tags.items() if step.criterion in labels]
    said = [criterion.tags[tag] for tag in tags if tag in criterion.tags]
    if said and step.criterion not in said:
        message = f"counts as {said[0]} here, `{step.name}` feeds {step.criterion} in its scenario"
        findings.warning(criterion.line, Code.WRONG_VALUE, message, "mend one of the two", of=criterion.name)


def _critical(findings: Findings, criterion: Criterion, scenario: Scenario, step: Step) -> None:
    answers = _answers(step)
    if answers:
        for word in sorted(criterion.critical.difference(answers)):
            message = f"critical at `{word}`, which `{step.name}` is never answered with"
            remedy = f"one of: {', '.join(answers)}"
            findings.error(criterion.line, Code.LITERAL_OUTSIDE_CHOICES, message, remedy, of=criterion.name)
    there = _critical_answers(step)
    if there is None or (not criterion.critical and _critical_elsewhere(findings, criterion, scenario)):
        return
    if there != criterion.critical.intersection(answers):
        message = (
            f"critical at {_listed(criterion.critical)} here, at {_listed(there)} in the scenario `{scenario.name}`"
        )
        findings.error(criterion.line, Code.WRONG_VALUE, message, "mend one of the two", of=criterion.name)


def _critical_elsewhere(findings: Findings, criterion: Criterion, scenario: Scenario) -> bool:
    """Whether another criterion that reads the same step has the critical answers."""
    return any(
        other.critical and other.reads == criterion.reads and scenario in findings.read_by(other)
        for other in findings.rubric.criteria.values()
    )


def _critical_answers(step: Step) -> frozenset[str] | None:
    """The answers at which the scenario calls the step critical; None where that depends on more than the answer."""
    if step.critical is None:
        return frozenset()
    if step.critical.names or not _answers(step):
        return None
    nothing = cast("Scope", None)  # a condition on the answer alone asks for nothing else
    return frozenset(answer for answer in _answers(step) if truth(step.critical, nothing, answer=_value(step, answer)))


def _shown(findings: Findings, criterion: Criterion, scenario: Scenario) -> None:
    """Evidence and free texts have to be asked for."""
    for key, names, kinds in (
        ("evidence", criterion.evidence, None),
        ("observed_in", criterion.observed_in, _TOLD),
    ):
        for name in names:
            step = scenario.steps_by_name.get(name)
            if step is None:
                near = did_you_mean(name, scenario.steps_by_name)
                remedy = f"did you mean `{near}`?" if near else f"name a step of `{scenario.name}`"
                message = f"`{key}` names `{name}`, which `{scenario.name}` does not ask"
                findings.error(criterion.line, Code.UNKNOWN_NAME, message, remedy, of=criterion.name)
            elif not (step.is_evidence if kinds is None else step.type in kinds):
                wanted = "a photo, file or recording" if kinds is None else "a text or recording"
                message = f"`{key}` names `{name}`, which is a {step.type.value}"
                findings.error(criterion.line, Code.TYPE_ERROR, message, f"name {wanted}", of=criterion.name)


# One step -----------------------------------------------------------------------------------------------------------


def _is_read(findings: Findings, scenario: Scenario, step: Step) -> None:
    """Note a step that feeds a dimension in its scenario, but no criterion here."""
    if step.criterion is None or not is_in_table(scenario, step):
        return
    readers = (one for one in findings.rubric.criteria.values() if one.reads == step.name)
    if any(scenario in findings.read_by(criterion) for criterion in readers):
        return
    item = f" ({step.item})" if step.item else ""
    message = f"`{step.name}`{item} of `{scenario.name}` feeds {step.criterion}, but no criterion reads it"
    remedy = f"add a criterion with `reads: {step.name}`"
    findings.warning(findings.line("criteria"), Code.UNUSED_CRITERION, message, remedy)


def is_in_table(scenario: Scenario, step: Step) -> bool:
    """Whether the answer to a step comes into the table at all."""
    return step.type in _IN_TABLE and scenario.sections_by_step[step.name].stage is not Stage.GATE


def _answers(step: Step) -> tuple[str, ...]:
    """The words a step can be answered with; empty where there are too many or they are not known."""
    match step.type:
        case StepType.YES_NO:
            return (YES, NO)
        case StepType.WAIT:
            return ("came", "no_reply")
        case _:
            return tuple(choice.name for choice in step.choices)


def _value(step: Step, answer: str) -> object:
    """An answer as conditions know it."""
    match step.type:
        case StepType.YES_NO:
            return answer == YES
        case StepType.RANGE:
            return int(answer)
        case _:
            return answer


def _bounds(step: Step) -> tuple[int | None, int | None]:
    """Between which numbers the answer lies."""
    return step.minimum, step.maximum


def _listed(words: Collection[str]) -> str:
    return ", ".join(f"`{word}`" for word in sorted(words)) or "no answer"
