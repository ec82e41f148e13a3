"""The script of a mystery contact as frozen values: Scenario, Section, Step, Choice and what hangs on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from scenarios.conditions import Expression

SPEC_VERSION = 1
"""The scenario format this code reads; older files are upgraded by the loader."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text in several languages, e.g. ``Text({"pl": "Tak", "en": "Yes"})``."""

    by_language: Mapping[str, str]

    def in_language(self, language: str) -> str:
        """The text in ``language``, or in the first language it was written in."""
        found = self.by_language.get(language)
        return found if found is not None else next(iter(self.by_language.values()), "")


class Mode(StrEnum):
    """How the institution is contacted."""

    VISIT = "visit"
    PHONE = "phone"
    EMAIL = "email"
    SOCIAL = "social"
    WEBSITE = "website"


class Stage(StrEnum):
    """Which part of a contact a section belongs to; ``EXIT`` sections are asked only after their exit route."""

    GATE = "gate"
    DURING = "during"
    AFTER = "after"
    EXIT = "exit"


class StepType(StrEnum):
    """What a step shows or asks for. The value each one stores is given in ``scenarios.contact.Value``."""

    NOTE = "note"
    ACKNOWLEDGE = "acknowledge"
    YES_NO = "yes_no"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    RANGE = "range"
    INTEGER = "integer"
    DECIMAL = "decimal"
    COUNT = "count"
    TEXT = "text"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    IMAGE = "image"
    FILE = "file"
    AUDIO = "audio"
    GEOPOINT = "geopoint"
    TIMER = "timer"
    STAMP = "stamp"
    WAIT = "wait"
    CALCULATE = "calculate"


EVIDENCE_TYPES = frozenset({StepType.IMAGE, StepType.FILE, StepType.AUDIO})
"""Steps answered with stored files."""

SILENT_TYPES = frozenset({StepType.NOTE, StepType.CALCULATE})
"""Steps that wait for no answer."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer. For ``range`` the name is the level ("1") and the label its anchor text."""

    name: str
    label: Text


@dataclass(frozen=True, slots=True)
class LeadsTo:
    """An answer that takes an exit route by itself, e.g. a declared conflict of interest."""

    exit: str
    when: Expression


@dataclass(frozen=True, slots=True)
class Step:
    """One question, note, tap or calculation. Fields use XLSForm's words; docs/scenario-format.md explains the rest."""

    name: str
    type: StepType
    label: Text
    line: int
    """1-based line of the step in its file, for error messages."""
    item: str | None = None
    """The item's number in the questionnaire ("W02"); steps without one are not counted as items."""
    hint: Text | None = None
    required: bool = True
    relevant: Expression | None = None
    constraint: Expression | None = None
    constraint_message: Text | None = None
    calculation: Expression | None = None
    default: Expression | None = None
    """A suggested answer, offered as a button and never taken by itself."""
    choices: tuple[Choice, ...] = ()
    not_applicable: bool = False
    not_checked: bool = True
    """Whether "nie sprawdzono" (with a reason) is offered."""
    minimum: int | None = None
    maximum: int | None = None
    unit: Text | None = None
    button: Text | None = None
    """What the single button of a ``stamp``, ``wait`` or ``acknowledge`` says."""
    counts_key: bool = False
    """Whether a ``count`` goes up to the number of elements of the case's answer key."""
    max_files: int = 1
    as_file: bool = False
    """Ask for the picture as a file, because its time or place matters."""
    criterion: str | None = None
    critical: Expression | None = None
    leads_to: LeadsTo | None = None
    deadline_working_days: int | None = None
    remind_after_working_days: tuple[int, ...] = ()

    @property
    def is_asked(self) -> bool:
        """Whether the step waits for an answer."""
        return self.type not in SILENT_TYPES

    @property
    def is_evidence(self) -> bool:
        """Whether the step is answered with files."""
        return self.type in EVIDENCE_TYPES

    def choice(self, name: str) -> Choice | None:
        """The choice of that name, if there is one."""
        return next((choice for choice in self.choices if choice.name == name), None)


@dataclass(frozen=True, slots=True)
class Repeat:
    """A section asked once for each thing of a kind, e.g. each desk visited."""

    another: Text
    """The yes/no question between two rounds."""
    maximum: int = 10


@dataclass(frozen=True, slots=True)
class Section:
    """Steps that belong together."""

    name: str
    stage: Stage
    label: Text
    steps: tuple[Step, ...]
    line: int
    relevant: Expression | None = None
    repeat: Repeat | None = None


class Outcome(StrEnum):
    """What becomes of a contact that leaves by an exit route."""

    FINISH = "finish"
    """What was seen is data: the exit's own sections are asked, then the report."""
    VOID = "void"
    """The contact does not count; nobody is blamed."""
    RETURNED = "returned"
    """The assignment goes back to the coordinator."""


@dataclass(frozen=True, slots=True)
class ExitRoute:
    """A way out of the script: closed, moved, recognised, …"""

    name: str
    label: Text
    explanation: Text
    outcome: Outcome
    line: int
    stages: tuple[Stage, ...] = (Stage.DURING, Stage.AFTER)
    """In which stages the route is offered; empty when only ``leads_to`` takes it."""
    sections: tuple[str, ...] = ()
    """Sections of stage ``exit`` asked after it."""
    sets: Mapping[str, str] = field(default_factory=dict)
    """Step name → literal answer ("yes", "no", a choice, a number) that the exit gives by itself."""


@dataclass(frozen=True, slots=True)
class KeyElement:
    """One thing a right answer contains, where it was read and when it holds."""

    label: Text
    source: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What the juror asks about, for some types of participant: a cover story and its answer key."""

    name: str
    title: Text
    participant_types: tuple[str, ...]
    cover_story: Text
    question: Text
    follow_up: Text
    memory_card: tuple[Text, ...]
    answer_key: tuple[KeyElement, ...]
    line: int

    def key_on(self, day: date) -> tuple[KeyElement, ...]:
        """The elements of the answer key that hold on ``day``."""
        return tuple(
            element
            for element in self.answer_key
            if element.valid_from <= day and (element.valid_to is None or day <= element.valid_to)
        )


@dataclass(frozen=True, slots=True)
class Criterion:
    """A dimension the items feed, e.g. K "kultura obsługi"."""

    name: str
    label: Text
    line: int


@dataclass(frozen=True)
class Scenario:
    """One script, as published. ``version`` is the SHA-256 of its source; a contact keeps the one it began with."""

    name: str
    version: str
    title: Text
    mode: Mode
    languages: tuple[str, ...]
    participant_types: tuple[str, ...]
    forbidden: tuple[Text, ...]
    evidence_wanted: tuple[Text, ...]
    criteria: tuple[Criterion, ...]
    cases: tuple[Case, ...]
    exits: tuple[ExitRoute, ...]
    sections: tuple[Section, ...]
    max_minutes: int | None = None

    @cached_property
    def steps_by_name(self) -> Mapping[str, Step]:
        """Every step under its name; names are unique in the whole scenario."""
        return {step.name: step for section in self.sections for step in section.steps}

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each step that is asked once, counted from 0 among all steps."""
        every = [(section, step) for section in self.sections for step in section.steps]
        return {step.name: index for index, (section, step) in enumerate(every) if section.repeat is None}

    @cached_property
    def sections_by_step(self) -> Mapping[str, Section]:
        """The section each step belongs to."""
        return {step.name: section for section in self.sections for step in section.steps}

    @cached_property
    def exits_by_name(self) -> Mapping[str, ExitRoute]:
        """Every exit route under its name."""
        return {route.name: route for route in self.exits}

    def exit(self, name: str) -> ExitRoute | None:
        """The exit route of that name, if there is one."""
        return self.exits_by_name.get(name)

    def case(self, name: str) -> Case:
        """The case of that name. Raises ``KeyError`` when there is none."""
        return {case.name: case for case in self.cases}[name]

    def case_for(self, participant_type: str) -> Case | None:
        """The first case meant for a type of participant; a case with no types is for all."""
        return next(
            (case for case in self.cases if not case.participant_types or participant_type in case.participant_types),
            None,
        )
