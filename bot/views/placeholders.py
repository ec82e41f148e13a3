"""``${name}`` in a scenario's texts: answers given before, facts of the participant, the texts of the case."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.views.answers import answered, value_text
from scenarios.contact import Contact, Path
from scenarios.model import Case, Scenario, Step, StepType, Text
from scenarios.route import path_in_round, route

NOTHING = "—"
"""Stands where there is no value."""

DEFAULT_ZONE = ZoneInfo("Europe/Warsaw")

_PLACEHOLDER = re.compile(r"\$\{\s*([a-z][a-z0-9_]*)\s*\}")


def fill(
    text: Text | str,
    contact: Contact,
    scenario: Scenario,
    *,
    language: str,
    day: date,
    zone: ZoneInfo = DEFAULT_ZONE,
    path: Path | None = None,
) -> str:
    """The text with its placeholders filled; "—" where there is nothing to fill in.

    ``day`` chooses the elements of the answer key. ``path`` is where the text stands: answers of its round come first.
    """
    told = _Told(contact, scenario, language, day, zone, path)
    return told.fill(text if isinstance(text, str) else text.in_language(language))


def key_list(contact: Contact, scenario: Scenario, *, language: str, day: date) -> str:
    """The elements of the answer key that hold on ``day``, numbered."""
    case = case_of(contact, scenario)
    elements = () if case is None else case.key_on(day)
    return "\n".join(f"{number}. {each.label.in_language(language)}" for number, each in enumerate(elements, 1))


def case_of(contact: Contact, scenario: Scenario) -> Case | None:
    """The case the contact asks about, if the scenario has it."""
    return next((case for case in scenario.cases if case.name == contact.case), None)


def bullets(lines: list[str]) -> str:
    """Lines as a list of points."""
    return "\n".join(f"• {line}" for line in lines)


@dataclass(frozen=True, slots=True)
class _Told:
    """Everything a placeholder can name."""

    contact: Contact
    scenario: Scenario
    language: str
    day: date
    zone: ZoneInfo
    path: Path | None

    def fill(self, text: str) -> str:
        return _PLACEHOLDER.sub(lambda found: self._value(found[1]) or NOTHING, text)

    def _value(self, name: str) -> str:
        step = self.scenario.steps_by_name.get(name)
        if step is not None:
            return self._answer(step)
        if name in self.contact.facts:
            return self.contact.facts[name]
        return self._of_case(name)

    def _of_case(self, name: str) -> str:
        if name == "forbidden":
            return bullets([self._facts_in(each) for each in self.scenario.forbidden])
        case = case_of(self.contact, self.scenario)
        if case is None:
            return ""
        match name:
            case "cover_story":
                return self._facts_in(case.cover_story)
            case "question":
                return self._facts_in(case.question)
            case "follow_up":
                return self._facts_in(case.follow_up)
            case "memory_card":
                return bullets([self._facts_in(line) for line in case.memory_card])
            case "answer_key":
                return key_list(self.contact, self.scenario, language=self.language, day=self.day)
            case _:
                return ""

    def _facts_in(self, text: Text) -> str:
        """A case's own text may name facts only, so that no text can contain itself."""
        facts = self.contact.facts
        return _PLACEHOLDER.sub(lambda found: facts.get(found[1]) or NOTHING, text.in_language(self.language))

    def _answer(self, step: Step) -> str:
        if step.type is StepType.CALCULATE:
            return self._calculated(step)
        given = [self.contact.answers[path] for path in self._paths(step) if path in self.contact.answers]
        shown = [answered(step, each, self.scenario, language=self.language, zone=self.zone) for each in given]
        return ", ".join(shown)

    def _calculated(self, step: Step) -> str:
        values = route(self.scenario, self.contact).values
        found = [values[path] for path in self._paths(step) if path in values]
        return ", ".join(value_text(step, value, language=self.language, zone=self.zone) for value in found)

    def _paths(self, step: Step) -> list[Path]:
        """Where the step's answer may stand: in this text's own round, otherwise in every round."""
        section = self.scenario.sections_by_step[step.name]
        if section.repeat is None:
            return [step.name]
        rounds = [path_in_round(section, number, step.name) for number in range(section.repeat.maximum)]
        if self.path is None or not self.path.startswith(f"{section.name}["):
            return rounds
        own = f"{self.path.rpartition('.')[0]}.{step.name}"
        return [own]
