"""Checks of a scenario's conditions: names, types, order, cycles, and what can never or must always be true."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Final

from scenarios.condition_domains import Domain, always
from scenarios.condition_kinds import Kind, StepKind, problems
from scenarios.conditions import Expression
from scenarios.lint import Lint, Use
from scenarios.model import Section, Stage, StepType
from scenarios.problems import Code
from scenarios.step_kinds import answer_domain, domains_of, kinds_of, seen_from_exit

WITH_ANSWER: Final = frozenset({"constraint", "critical", "leads_to"})
"""Keys whose condition is about the answer being given."""


def check_conditions(lint: Lint) -> None:
    """Note every condition that cannot work, or does not do what was meant."""
    kinds = kinds_of(lint.scenario)
    in_cycles = _cycles(lint)
    broken: set[Expression] = set()
    for use in lint.uses:
        before = len(lint.problems)
        _names_and_types(lint, use, kinds)
        _order(lint, use, in_cycles)
        if len(lint.problems) > before or (use.step is not None and use.step.name in in_cycles):
            broken.add(use.expression)
    domains = domains_of(lint.scenario, frozenset(broken))
    after_exit = seen_from_exit(domains)
    for use in lint.uses:
        if use.expression not in broken and use.key not in ("calculation", "default"):
            _dead(lint, use, after_exit if use.section.stage is Stage.EXIT else domains)


def _names_and_types(lint: Lint, use: Use, kinds: Mapping[str, StepKind]) -> None:
    own = kinds[use.step.name] if use.step is not None else None
    expected: StepKind | None = StepKind(Kind.YES_NO)
    if use.key == "calculation":
        expected = None
    elif use.key == "default":
        expected = own
    found = problems(
        use.expression,
        kinds,
        answer_kind=own if use.key in WITH_ANSWER else None,
        repeat=use.section.name if use.section.repeat else None,
        expected=expected,
    )
    for finding in found:
        message = f"`{use.key}`: {finding.message}"
        lint.error(use.line, finding.code, message, finding.remedy, step=use.step.name if use.step else None)


def _order(lint: Lint, use: Use, in_cycles: frozenset[str]) -> None:
    own = use.step.name if use.step else None
    first = use.section.steps[0].name
    here = lint.order[own or first]
    for name in sorted(use.expression.names & lint.order.keys()):
        if own in in_cycles and name in in_cycles:
            continue
        asked_in = lint.scenario.sections_by_step[name]
        if name == own:
            remedy = "write `answer`" if use.key in WITH_ANSWER else "name a step that is asked before"
            message = f"`{use.key}` uses the answer to its own step"
        elif lint.order[name] >= here:
            line = lint.scenario.steps_by_name[name].line
            message, remedy = f"`{use.key}` uses `{name}`, which comes later, in line {line}", "move one of the two"
        elif asked_in.stage is Stage.EXIT and use.section.stage is not Stage.EXIT:
            message, remedy = f"`{use.key}` uses `{name}`, which is asked only after an exit", "name another step"
        else:
            continue
        lint.error(use.line, Code.FORWARD_REFERENCE, message, remedy, step=own)


def _cycles(lint: Lint) -> frozenset[str]:
    """The calculations that need themselves; each cycle is noted once, where it begins in the file."""
    needs = {
        name: sorted(step.calculation.names)
        for name, step in lint.scenario.steps_by_name.items()
        if step.calculation is not None
    }
    found: set[str] = set()
    for name in needs:
        path = None if name in found else _way_back(name, needs)
        if path is None:
            continue
        found.update(path)
        line = lint.draft.line(name, "calculation", lint.scenario.steps_by_name[name].line)
        lint.error(
            line, Code.CYCLE, f"calculated from itself: {' → '.join([*path, name])}", "break the circle", step=name
        )
    return frozenset(found)


def _way_back(start: str, needs: Mapping[str, list[str]]) -> list[str] | None:
    """The names from ``start`` round to itself, if there is such a way."""
    paths, seen = [[start]], {start}
    while paths:
        path = paths.pop(0)
        for name in needs[path[-1]]:
            if name == start:
                return path
            if name in needs and name not in seen:
                seen.add(name)
                paths.append([*path, name])
    return None


def _dead(lint: Lint, use: Use, domains: Mapping[str, Domain]) -> None:
    answer = answer_domain(use.step) if use.step is not None and use.key in WITH_ANSWER else None
    own = use.step.name if use.step else None
    verdict = always(use.expression, domains, answer=answer, deep=False)
    if verdict is not None:
        _note(lint, use, verdict=verdict)
        return
    for part in _comparisons(use.expression):
        verdict = always(part, domains, answer=answer, deep=False)
        if verdict is not None:
            _note(lint, use, verdict=verdict, part=ast.unparse(part.tree))
    if use.key == "relevant" and always(_whole(use), domains) is False:
        message = "never asked: its `relevant` contradicts the conditions of what comes before"
        code = Code.UNREACHABLE_STEP if own else Code.UNREACHABLE_SECTION
        lint.error(use.line, code, message, "compare it with the `relevant` of the steps it names", step=own)


def _note(lint: Lint, use: Use, *, verdict: bool, part: str | None = None) -> None:
    own = use.step.name if use.step else None
    what = f"`{part}` in `{use.key}`" if part else f"`{use.key}`"
    if not verdict:
        lint.error(use.line, Code.ALWAYS_FALSE, f"{what} is never true", "mend it or leave it out", step=own)
    elif use.key != "leads_to" and not _only_acknowledged(lint, use.expression):
        message = f"{what} is true whatever the answers"
        lint.warning(use.line, Code.ALWAYS_TRUE, message, "leave it out or mend it", step=own)


def _only_acknowledged(lint: Lint, expression: Expression) -> bool:
    """Whether it only asks that something was acknowledged: plain to every reader, and no slip."""
    steps = lint.scenario.steps_by_name
    return bool(expression.names) and all(
        name in steps and steps[name].type is StepType.ACKNOWLEDGE for name in expression.names
    )


def _comparisons(expression: Expression) -> Iterator[Expression]:
    for node in ast.walk(expression.tree):
        if isinstance(node, ast.Compare) and node is not expression.tree:
            yield Expression(ast.unparse(node), expression.names, node)


def _whole(use: Use) -> Expression:
    """The condition of a step together with that of its section."""
    section: Section = use.section
    if use.step is None or section.relevant is None:
        return use.expression
    both = ast.BoolOp(ast.And(), [section.relevant.tree, use.expression.tree])
    return Expression(use.expression.source, use.expression.names | section.relevant.names, both)
