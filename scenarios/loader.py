"""YAML → Scenario: reads a scenario file and says everything that is wrong with it, with line, step and remedy.

What only makes sense once the whole scenario is known is ``checks``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from scenarios.model import (
    SPEC_VERSION,
    Case,
    Criterion,
    ExitRoute,
    KeyElement,
    Mode,
    Outcome,
    Repeat,
    Scenario,
    Section,
    Stage,
    Text,
)
from scenarios.node_reader import PlacedText, Reader, TextKind
from scenarios.problems import Code, Problem, ScenarioError, Severity, describe
from scenarios.step_reader import read_step
from scenarios.yaml_nodes import Entries, Node, Scalar, YamlError, compose

__all__ = ["Draft", "Problem", "ScenarioError", "Severity", "describe", "load", "read", "version_of"]

UPGRADES: Final[dict[int, Callable[[Entries], Entries]]] = {}
"""What turns a file of one ``spec_version`` into one of the next. There is only one version so far."""

MAX_ROUNDS = 50

_REQUIRED = ("spec_version", "name", "mode", "title", "languages", "sections")
_OPTIONAL = ("participant_types", "max_minutes", "forbidden", "evidence_wanted", "criteria", "cases", "exits")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that was read: the scenario, unless it is beyond use, and what the lint needs to know of the file."""

    scenario: Scenario | None
    problems: tuple[Problem, ...]
    texts: tuple[PlacedText, ...] = ()
    lines: dict[tuple[str, str], int] | None = None

    def line(self, name: str, key: str, fallback: int) -> int:
        """The line of a key of something named."""
        return (self.lines or {}).get((name, key), fallback)


def load(source: str, *, filename: str) -> Scenario:
    """The scenario written in ``source``. Raises ``ScenarioError`` with all problems found."""
    draft = read(source, filename=filename)
    if draft.scenario is None:
        raise ScenarioError(draft.problems)
    return draft.scenario


def version_of(source: str) -> str:
    """The content hash of a source: SHA-256 in hex, the same whatever the line ends."""
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read(source: str, *, filename: str) -> Draft:
    """Read as much as can be read; a draft with problems has no scenario."""
    reader = Reader(filename)
    try:
        document = compose(source)
    except YamlError as error:
        reader.note(error.line, error.code, error.message, error.remedy)
        return Draft(None, tuple(reader.problems))
    for slip in document.slips:
        reader.note(slip.line, slip.code, slip.message, slip.remedy)
    root = _upgraded(reader, document.root)
    scenario = _scenario(reader, root, version_of(source)) if root is not None else None
    problems = tuple(sorted(reader.problems, key=lambda problem: problem.line))
    return Draft(None if problems else scenario, problems, tuple(reader.texts), reader.lines)


def _upgraded(reader: Reader, root: Node) -> Entries | None:
    if not isinstance(root, Entries):
        reader.note(root.line, Code.WRONG_VALUE, "the file is not a mapping", "begin with spec_version: 1")
        return None
    if "spec_version" not in root.entries:
        return root
    node = root.entries["spec_version"]
    written = reader.whole(node, "`spec_version`")
    while written is not None and written < SPEC_VERSION and written in UPGRADES:
        root, written = UPGRADES[written](root), written + 1
    if written in (None, SPEC_VERSION):
        return root
    newer = written is not None and written > SPEC_VERSION
    remedy = "update the program" if newer else f"write spec_version: {SPEC_VERSION}"
    message = f"spec_version {written} is not known here, only {SPEC_VERSION}"
    reader.note(node.line, Code.SPEC_VERSION, message, remedy)
    return None


def _scenario(reader: Reader, root: Entries, version: str) -> Scenario | None:
    found = reader.entries(root, "a scenario", required=_REQUIRED, optional=_OPTIONAL)
    if "languages" in found:
        reader.languages = _languages(reader, found["languages"])
    mode = reader.one_of(found["mode"], Mode, "`mode`") if "mode" in found else None
    scenario = Scenario(
        name=reader.name(found["name"], "`name`") if "name" in found else "",
        version=version,
        title=_text_of(reader, found, "title", TextKind.TITLE),
        mode=mode or Mode.VISIT,
        languages=reader.languages,
        participant_types=reader.words(found.get("participant_types"), "`participant_types`"),
        forbidden=_forbidden(reader, found.get("forbidden")),
        evidence_wanted=reader.texts_of(found.get("evidence_wanted"), TextKind.LINE, "`evidence_wanted`"),
        criteria=_criteria(reader, found.get("criteria")),
        cases=_cases(reader, found.get("cases")),
        exits=_exits(reader, found.get("exits")),
        sections=_sections(reader, found.get("sections")),
        max_minutes=reader.whole(found["max_minutes"], "`max_minutes`", least=1) if "max_minutes" in found else None,
    )
    reader.unique(
        ((step.name, step.line) for section in scenario.sections for step in section.steps), "the step", are_steps=True
    )
    return scenario


def _languages(reader: Reader, node: Node) -> tuple[str, ...]:
    written = reader.words(node, "`languages`")
    languages = tuple(language for language in written if _LANGUAGE.fullmatch(language))
    if not languages or languages != written:
        reader.note(node.line, Code.WRONG_VALUE, "`languages` is not a list of language codes", "write [pl, en]")
    return languages


def _criteria(reader: Reader, node: Node | None) -> tuple[Criterion, ...]:
    if node is None:
        return ()
    return tuple(
        Criterion(
            reader.criterion_name(name, value.line), reader.text(value, TextKind.LINE, f"criterion {name}"), value.line
        )
        for name, value in reader.pairs(node, "`criteria`")
    )


def _forbidden(reader: Reader, node: Node | None) -> tuple[Text, ...]:
    reader.facts_only = True
    texts = reader.texts_of(node, TextKind.LINE, "`forbidden`")
    reader.facts_only = False
    return texts


def _cases(reader: Reader, node: Node | None) -> tuple[Case, ...]:
    reader.facts_only = True
    cases = tuple(_case(reader, item) for item in reader.items(node, "`cases`"))
    reader.facts_only = False
    reader.unique(((case.name, case.line) for case in cases), "the case")
    return cases


def _case(reader: Reader, node: Node) -> Case:
    found = reader.entries(
        node,
        "a case",
        required=("name", "title", "cover_story", "question"),
        optional=("participant_types", "follow_up", "memory_card", "answer_key"),
    )
    name = reader.name(found["name"], "the name of a case") if "name" in found else ""
    return Case(
        name=name,
        title=_text_of(reader, found, "title", TextKind.TITLE),
        participant_types=reader.words(found.get("participant_types"), "`participant_types`"),
        cover_story=_text_of(reader, found, "cover_story", TextKind.STORY),
        question=_text_of(reader, found, "question", TextKind.STORY),
        follow_up=_text_of(reader, found, "follow_up", TextKind.STORY),
        memory_card=reader.texts_of(found.get("memory_card"), TextKind.LINE, "`memory_card`"),
        answer_key=tuple(
            element
            for item in reader.items(found.get("answer_key"), "`answer_key`")
            if (element := _key_element(reader, item)) is not None
        ),
        line=node.line,
    )


def _key_element(reader: Reader, node: Node) -> KeyElement | None:
    found = reader.entries(
        node, "an element of the answer key", required=("label", "source", "valid_from"), optional=("valid_to",)
    )
    if not {"label", "source", "valid_from"} <= found.keys():
        return None
    begins = reader.day(found["valid_from"], "`valid_from`")
    ends = reader.day(found["valid_to"], "`valid_to`") if "valid_to" in found else None
    label = reader.text(found["label"], TextKind.LINE, "`label`")
    source = reader.word(found["source"], "`source`")
    if begins is None:
        return None
    if ends is not None and ends < begins:
        reader.note(found["valid_to"].line, Code.REVERSED_DATES, "`valid_to` comes before `valid_from`", "swap the two")
    return KeyElement(label, source, begins, ends)


def _exits(reader: Reader, node: Node | None) -> tuple[ExitRoute, ...]:
    if node is None:
        return ()
    lines = node.lines if isinstance(node, Entries) else {}
    return tuple(_exit(reader, Scalar(lines[name], name), value) for name, value in reader.pairs(node, "`exits`"))


def _exit(reader: Reader, key: Scalar, node: Node) -> ExitRoute:
    found = reader.entries(
        node, "an exit", required=("label", "explanation", "outcome"), optional=("stages", "sections", "sets")
    )
    name = reader.name(key, "the name of an exit")
    for word, value in found.items():
        reader.lines[f"exit {name}", word] = value.line
    outcome = reader.one_of(found["outcome"], Outcome, "`outcome`") if "outcome" in found else None
    stages = tuple(
        stage
        for item in reader.items(found.get("stages"), "`stages`")
        if (stage := reader.one_of(item, Stage, "a stage")) is not None
    )
    sets: dict[str, str] = {}
    for step, value in reader.pairs(found["sets"], "`sets`") if "sets" in found else []:
        reader.lines[f"exit {name} sets", step] = value.line
        sets[step] = reader.word(value, f"the answer to {step}")
    return ExitRoute(
        name=name,
        label=_text_of(reader, found, "label", TextKind.BUTTON),
        explanation=_text_of(reader, found, "explanation", TextKind.LABEL),
        outcome=outcome or Outcome.FINISH,
        line=key.line,
        stages=stages if "stages" in found else (Stage.DURING, Stage.AFTER),
        sections=reader.words(found.get("sections"), "`sections`"),
        sets=sets,
    )


def _text_of(reader: Reader, found: dict[str, Node], key: str, kind: TextKind) -> Text:
    """The text under a key; no words at all where the key is missing."""
    return reader.text(found[key], kind, f"`{key}`") if key in found else Text(dict.fromkeys(reader.languages, ""))


def _sections(reader: Reader, node: Node | None) -> tuple[Section, ...]:
    sections = tuple(_section(reader, item) for item in reader.items(node, "`sections`"))
    reader.unique(((section.name, section.line) for section in sections), "the section")
    if node is not None and not sections:
        reader.note(node.line, Code.WRONG_VALUE, "there are no sections", "write at least one")
    return sections


def _section(reader: Reader, node: Node) -> Section:
    found = reader.entries(
        node, "a section", required=("name", "stage", "label", "steps"), optional=("relevant", "repeat")
    )
    name = reader.name(found["name"], "the name of a section") if "name" in found else ""
    for key, value in found.items():
        reader.lines[f"section {name}", key] = value.line
    stage = reader.one_of(found["stage"], Stage, "`stage`") if "stage" in found else None
    steps = [read_step(reader, item, stage) for item in reader.items(found.get("steps"), "`steps`")]
    if "steps" in found and not steps:
        reader.note(found["steps"].line, Code.WRONG_VALUE, f"the section {name} has no steps", "write at least one")
    return Section(
        name=name,
        stage=stage or Stage.AFTER,
        label=_text_of(reader, found, "label", TextKind.TITLE),
        steps=tuple(step for step in steps if step is not None),
        line=node.line,
        relevant=reader.condition(found["relevant"], "relevant") if "relevant" in found else None,
        repeat=_repeat(reader, found.get("repeat")),
    )


def _repeat(reader: Reader, node: Node | None) -> Repeat | None:
    if node is None:
        return None
    found = reader.entries(node, "`repeat`", required=("another",), optional=("maximum",))
    another = _text_of(reader, found, "another", TextKind.LABEL)
    maximum = reader.whole(found["maximum"], "`maximum`", least=2) if "maximum" in found else None
    if maximum is not None and maximum > MAX_ROUNDS:
        reader.note(found["maximum"].line, Code.WRONG_VALUE, f"`maximum` is {maximum}", f"at most {MAX_ROUNDS} rounds")
    return Repeat(another, maximum) if maximum is not None else Repeat(another)
