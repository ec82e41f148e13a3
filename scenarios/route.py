"""Which steps of a scenario apply to a contact as it stands, in the order they are asked. Recomputed, never stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from scenarios.conditions import UNKNOWN, Expression, evaluate, truth
from scenarios.contact import Answer, AnswerState, Contact, Path, Progress, Value
from scenarios.model import Repeat, Scenario, Section, Stage, Step, StepType
from scenarios.remembered import Remembered

Truth = bool | None
"""Kleene's three values; None is "not known"."""

ANOTHER = "another"
"""Name of the question between two rounds of a repeat; no step of a scenario may be called so."""


class Slot(NamedTuple):
    """One place of the route: a step that applies (or may, once more is known), and its answer if there is one.

    A tuple: every walk makes one for each question, and a frozen dataclass takes four times as long to make.
    """

    path: Path
    step: Step
    section: Section
    round: int | None
    answer: Answer | None
    certain: bool
    """False: whether it will be asked depends on answers still unknown."""
    scope: RouteScope
    """What the question's own conditions see; within a repeat, the answers of its round."""
    notes: tuple[Step, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the question waits for its answer."""
        return self.certain and self.answer is None


@dataclass(frozen=True, slots=True)
class Route:
    """The whole way through the scenario for one contact."""

    slots: tuple[Slot, ...]
    values: Mapping[Path, Value]
    """What the calculations that apply came to."""
    current: Slot | None
    """The first question that waits for an answer."""
    answered: tuple[Path, ...]
    """Paths of the answers that apply, in the order of the script."""

    @property
    def paths(self) -> tuple[Path, ...]:
        """Paths of the questions that apply, in the order of the script."""
        return tuple(slot.path for slot in self.slots if slot.certain)

    def slot(self, path: Path) -> Slot | None:
        """The place of a path, if it applies."""
        return next((slot for slot in self.slots if slot.path == path and slot.certain), None)

    def asked(self, contact: Contact) -> Slot | None:
        """The question the contact asks: the one gone back to, or the first that waits for an answer."""
        again = None if contact.revisiting is None else self.slot(contact.revisiting)
        return again or self.current

    def progress(self, stage: Stage) -> Progress:
        """How far a stage is, in questionnaire items; in questions where the stage has no items."""
        slots = [slot for slot in self.slots if slot.section.stage is stage]
        counted = [slot for slot in slots if slot.step.item is not None] or slots
        return Progress(done=len([1 for slot in counted if slot.answer is not None]), total=len(counted))


@dataclass(slots=True)
class RouteScope:
    """What conditions can see while the route is walked: answers given before, facts, calculations."""

    values: dict[str, object] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    moments: dict[str, datetime] = field(default_factory=dict)

    def value(self, name: str) -> object:
        """The value of a name, or UNKNOWN."""
        return self.values.get(name, UNKNOWN)

    def state(self, name: str) -> str | None:
        """How a question was answered, or None."""
        return self.states.get(name)

    def answered_at(self, name: str) -> datetime | None:
        """When a question was answered, or None."""
        return self.moments.get(name)

    def learn(self, name: str, answer: Answer) -> None:
        """Take in an answer that applies."""
        self.states[name] = answer.state
        self.moments[name] = answer.at
        value = condition_value(answer)
        if value is not None:
            self.values[name] = value

    def copy(self) -> RouteScope:
        """The same knowledge, to be added to apart."""
        return RouteScope(dict(self.values), dict(self.states), dict(self.moments))


def condition_value(answer: Answer) -> object | None:
    """What an answer is worth in a condition; None where it has no known value. Files count as their number."""
    if answer.state is not AnswerState.GIVEN or answer.value is None:
        return None
    if isinstance(answer.value, tuple) and all(isinstance(item, int) for item in answer.value):
        return len(answer.value)
    return answer.value


def path_in_round(section: Section, number: int, step_name: str) -> Path:
    """The path of a step within one round (counted from 0) of a repeat."""
    return f"{section.name}[{number}].{step_name}"


REMEMBERED_ROUTES = 1024
"""Routes kept in memory: a turn asks for the same one several times, and the next turn begins with it."""


@dataclass(frozen=True, slots=True)
class _Walked:
    """A route, and all it follows from."""

    scenario: Scenario
    answers: Mapping[Path, Answer]
    facts: Mapping[str, str]
    fixed: Mapping[Path, Value]
    exit: str | None
    route: Route


_walked: Remembered[int, _Walked] = Remembered(REMEMBERED_ROUTES)
"""By the identity of the answers; whatever is kept here keeps its identity."""


def route(scenario: Scenario, contact: Contact) -> Route:
    """Walk the scenario with the contact's answers. Pure and total: any contact of this scenario gives a route."""
    known = _walked.get(id(contact.answers))
    if (
        known is not None
        and known.answers is contact.answers
        and known.scenario is scenario
        and known.facts is contact.facts
        and known.fixed is contact.fixed
        and known.exit == contact.exit
    ):
        return known.route
    found = _Walk(scenario, contact).walk()
    walked = _Walked(scenario, contact.answers, contact.facts, contact.fixed, contact.exit, found)
    _walked.put(id(contact.answers), walked)
    return found


class _Walk:
    """One walk, section by section; knowledge grows as it goes."""

    def __init__(self, scenario: Scenario, contact: Contact) -> None:
        self.scenario = scenario
        self.contact = contact
        self.scope = RouteScope(values=dict(contact.facts))
        self.slots: list[Slot] = []
        self.values: dict[Path, Value] = {}
        self.notes: list[Step] = []
        self.taken = None if contact.exit is None else scenario.exits_by_name[contact.exit]

    def walk(self) -> Route:
        for section in self.scenario.sections:
            applies = self._applies(section)
            if applies is False:
                continue
            if section.repeat is None:
                self._steps(section, None, self.scope, applies)
            else:
                self._rounds(section, section.repeat, applies)
        current = next((slot for slot in self.slots if slot.is_open), None)
        answered = tuple([slot.path for slot in self.slots if slot.answer is not None])
        return Route(tuple(self.slots), self.values, current, answered)

    def _applies(self, section: Section) -> Truth:
        if section.stage is Stage.EXIT and (self.taken is None or section.name not in self.taken.sections):
            return False
        return True if section.relevant is None else truth(section.relevant, self.scope)

    def _is_left(self, section: Section) -> bool:
        """Whether an exit route has left the section: its answers stay, nothing more is asked."""
        return self.taken is not None and section.stage is not Stage.EXIT

    def _rounds(self, section: Section, repeat: Repeat, applies: Truth) -> None:
        collected: dict[str, list[object]] = {}
        number, wanted = 0, True
        while wanted:
            inner = self.scope.copy()
            self._steps(section, number, inner, applies)
            for step in section.steps:
                if step.name in inner.values:
                    collected.setdefault(step.name, []).append(inner.values[step.name])
            wanted = number + 1 < repeat.maximum and self._wants_another(section, number, inner, applies)
            number += 1
        self.scope.values |= {name: tuple(values) for name, values in collected.items()}

    def _wants_another(self, section: Section, number: int, scope: RouteScope, applies: Truth) -> bool:
        path = path_in_round(section, number, ANOTHER)
        answer = self._add(path, another_step(section), section, number, scope=scope, applies=applies)
        return answer is not None and answer.value is True

    def _steps(self, section: Section, number: int | None, scope: RouteScope, applies: Truth) -> None:
        for step in section.steps:
            path = step.name if number is None else path_in_round(section, number, step.name)
            relevant = _both(applies, True if step.relevant is None else truth(step.relevant, scope))
            if relevant is False:
                continue
            if step.type is StepType.NOTE:
                if relevant and not self._is_left(section):
                    self.notes.append(step)
                continue
            scope.values[step.name] = UNKNOWN
            if step.calculation is not None:
                if relevant:
                    self._calculate(step.name, step.calculation, path, scope)
                continue
            answer = self._add(path, step, section, number, scope=scope, applies=relevant)
            if answer is not None:
                scope.learn(step.name, answer)

    def _add(
        self, path: Path, step: Step, section: Section, number: int | None, *, scope: RouteScope, applies: Truth
    ) -> Answer | None:
        """Put a question on the route; its answer, where it applies and has one."""
        answer = self.contact.answers.get(path) if applies else None
        if answer is not None and answer.state is AnswerState.WITHDRAWN:
            answer = None
        if answer is None and self._is_left(section):
            return None
        notes: tuple[Step, ...] = ()
        if applies and self.notes:
            notes = tuple(self.notes)
            self.notes.clear()
        self.slots.append(Slot(path, step, section, number, answer, bool(applies), scope, notes))
        return answer

    def _calculate(self, name: str, calculation: Expression, path: Path, scope: RouteScope) -> None:
        fixed = self.contact.fixed.get(path)
        value = evaluate(calculation, scope) if fixed is None else fixed
        if value is not UNKNOWN:
            scope.values[name] = value
            self.values[path] = value  # type: ignore[assignment]


def _both(left: Truth, right: Truth) -> Truth:
    """Kleene's "and"."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def another_step(section: Section) -> Step:
    """The yes/no question between two rounds of a repeat. Raises ValueError for a section that does not repeat."""
    if section.repeat is None:
        raise ValueError(f"section {section.name} does not repeat")
    return Step(name=ANOTHER, type=StepType.YES_NO, label=section.repeat.another, line=section.line, not_checked=False)
