"""Reads one step of a scenario file: which words each type knows, and what they default to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scenarios.conditions import Expression
from scenarios.model import Choice, LeadsTo, Stage, Step, StepType, Text
from scenarios.node_reader import Reader, TextKind
from scenarios.problems import Code
from scenarios.yaml_nodes import Entries, Node, Scalar

MIN_CHOICES = 2
MAX_FILES = 20

_ALWAYS: Final = ("name", "type", "label", "relevant")
_ASKED: Final = (
    *_ALWAYS,
    "item",
    "hint",
    "required",
    "constraint",
    "constraint_message",
    "default",
    "not_applicable",
    "not_checked",
    "criterion",
    "critical",
    "leads_to",
)
_OWN: Final[Mapping[StepType, tuple[str, ...]]] = {
    StepType.NOTE: _ALWAYS,
    StepType.CALCULATE: (*_ALWAYS, "item", "criterion", "critical", "calculation"),
    StepType.ACKNOWLEDGE: (*_ASKED, "button"),
    StepType.YES_NO: _ASKED,
    StepType.SELECT_ONE: (*_ASKED, "choices"),
    StepType.SELECT_MULTIPLE: (*_ASKED, "choices"),
    StepType.RANGE: (*_ASKED, "anchors"),
    StepType.INTEGER: (*_ASKED, "minimum", "maximum", "unit"),
    StepType.DECIMAL: (*_ASKED, "minimum", "maximum", "unit"),
    StepType.COUNT: (*_ASKED, "maximum"),
    StepType.TEXT: _ASKED,
    StepType.DATE: _ASKED,
    StepType.TIME: _ASKED,
    StepType.DATETIME: _ASKED,
    StepType.IMAGE: (*_ASKED, "max_files", "as_file"),
    StepType.FILE: (*_ASKED, "max_files", "as_file"),
    StepType.AUDIO: (*_ASKED, "max_files"),
    StepType.GEOPOINT: _ASKED,
    StepType.TIMER: _ASKED,
    StepType.STAMP: (*_ASKED, "button"),
    StepType.WAIT: (*_ASKED, "button", "deadline_working_days", "remind_after_working_days"),
}
"""The keys each type knows."""

_NEEDED: Final[Mapping[StepType, tuple[str, ...]]] = {
    StepType.CALCULATE: ("calculation",),
    StepType.SELECT_ONE: ("choices",),
    StepType.SELECT_MULTIPLE: ("choices",),
    StepType.RANGE: ("anchors",),
    StepType.COUNT: ("maximum",),
    StepType.STAMP: ("button",),
    StepType.WAIT: ("deadline_working_days",),
}

ALWAYS_CHECKED: Final = frozenset(
    {StepType.ACKNOWLEDGE, StepType.STAMP, StepType.WAIT, StepType.NOTE, StepType.CALCULATE}
)
"""Types that do not offer "nie sprawdzono" unless the scenario asks for it."""

_EVERY_KEY: Final = tuple(dict.fromkeys(key for keys in _OWN.values() for key in keys))


def read_step(reader: Reader, node: Node, stage: Stage | None) -> Step | None:
    """One step, or ``None`` where not even its name and type could be read; mistakes are noted in ``reader``."""
    raw = node.entries if isinstance(node, Entries) else {}
    name = reader.step_name(raw["name"]) if "name" in raw else ""
    reader.step = name or None
    try:
        found = reader.entries(node, "a step", required=("name", "type"), optional=_EVERY_KEY)
        kind = reader.one_of(found["type"], StepType, "type") if "type" in found else None
        if kind is None or not name:
            return None
        return _StepReader(reader, node, found, kind).read(name, stage)
    finally:
        reader.step = None


class _StepReader:
    """Reads the keys of one step."""

    def __init__(self, reader: Reader, node: Node, found: dict[str, Node], kind: StepType) -> None:
        self._reader = reader
        self._line = node.line
        self._kind = kind
        self._found = {key: value for key, value in found.items() if key in _OWN[kind]}
        lines = node.lines if isinstance(node, Entries) else {}
        for key in found:
            if key not in _OWN[kind]:
                remedy = f"`{kind}` knows: {', '.join(_OWN[kind])}"
                reader.note(lines[key], Code.MISPLACED_KEY, f"`{key}` does not belong to a step of type {kind}", remedy)
        needed = _NEEDED.get(kind, ()) if kind is StepType.CALCULATE else ("label", *_NEEDED.get(kind, ()))
        for key in needed:
            if key not in found:
                reader.note(node.line, Code.MISSING_KEY, f"a step of type {kind} lacks `{key}`", f"add `{key}:`")

    def read(self, name: str, stage: Stage | None) -> Step:
        reader, found = self._reader, self._found
        for key, value in found.items():
            reader.lines[name, key] = value.line
        minimum, maximum, counts_key = self._bounds()
        choices = self._anchors() if self._kind is StepType.RANGE else self._choices()
        if self._kind is StepType.RANGE and choices:
            minimum, maximum = int(choices[0].name), int(choices[-1].name)
        return Step(
            name=name,
            type=self._kind,
            label=self._text("label", TextKind.LABEL) or Text(dict.fromkeys(reader.languages, name)),
            line=self._line,
            item=self._word("item"),
            hint=self._text("hint", TextKind.HINT),
            required=self._truth("required", default=True),
            relevant=self._condition("relevant"),
            constraint=self._condition("constraint"),
            constraint_message=self._text("constraint_message", TextKind.MESSAGE),
            calculation=self._condition("calculation"),
            default=self._condition("default"),
            choices=choices,
            not_applicable=self._truth("not_applicable", default=False),
            not_checked=self._truth(
                "not_checked", default=self._kind not in ALWAYS_CHECKED and stage is not Stage.GATE
            ),
            minimum=minimum,
            maximum=maximum,
            unit=self._text("unit", TextKind.UNIT),
            button=self._text("button", TextKind.BUTTON),
            counts_key=counts_key,
            max_files=self._files(),
            as_file=self._truth("as_file", default=False),
            criterion=self._word("criterion"),
            critical=self._condition("critical"),
            leads_to=self._leads_to(),
            deadline_working_days=self._whole("deadline_working_days", least=1),
            remind_after_working_days=self._reminders(),
        )

    def _text(self, key: str, kind: TextKind) -> Text | None:
        node = self._found.get(key)
        return self._reader.text(node, kind, f"`{key}`") if node is not None else None

    def _word(self, key: str) -> str | None:
        node = self._found.get(key)
        return self._reader.word(node, f"`{key}`") if node is not None else None

    def _truth(self, key: str, *, default: bool) -> bool:
        node = self._found.get(key)
        return self._reader.truth(node, f"`{key}`") if node is not None else default

    def _whole(self, key: str, *, least: int | None = None) -> int | None:
        node = self._found.get(key)
        return self._reader.whole(node, f"`{key}`", least=least) if node is not None else None

    def _condition(self, key: str) -> Expression | None:
        node = self._found.get(key)
        return self._reader.condition(node, key) if node is not None else None

    def _bounds(self) -> tuple[int | None, int | None, bool]:
        top = self._found.get("maximum")
        if self._kind is StepType.COUNT:
            if isinstance(top, Scalar) and top.value == "key":
                return 0, None, True
            return 0, self._whole("maximum", least=1), False
        minimum, maximum = self._whole("minimum"), self._whole("maximum")
        if minimum is not None and maximum is not None and minimum > maximum:
            line = self._reader.lines[self._reader.step or "", "maximum"]
            message = f"`minimum` {minimum} is above `maximum` {maximum}"
            self._reader.note(line, Code.WRONG_VALUE, message, "swap the two")
        return minimum, maximum, False

    def _choices(self) -> tuple[Choice, ...]:
        reader, node = self._reader, self._found.get("choices")
        read: list[tuple[Choice, int]] = []
        for item in reader.items(node, "`choices`"):
            found = reader.entries(item, "a choice", required=("name", "label"))
            if "name" in found and "label" in found:
                label = reader.text(found["label"], TextKind.CHOICE, "a choice's label")
                read.append((Choice(reader.choice_name(found["name"]), label), found["name"].line))
        reader.unique(((choice.name, line) for choice, line in read), "the choice")
        if node is not None and len(read) < MIN_CHOICES:
            reader.note(node.line, Code.WRONG_VALUE, f"only {len(read)} choices", f"offer at least {MIN_CHOICES}")
        return tuple(choice for choice, _ in read)

    def _anchors(self) -> tuple[Choice, ...]:
        reader, node = self._reader, self._found.get("anchors")
        if node is None:
            return ()
        levels: dict[int, Text] = {}
        for key, value in reader.pairs(node, "`anchors`"):
            level = reader.whole(Scalar(value.line, key), "a level")
            text = reader.text(value, TextKind.ANCHOR, f"the anchor of level {key}")
            if level is not None:
                levels[level] = text
        ordered = sorted(levels)
        if len(ordered) < MIN_CHOICES or ordered != list(range(ordered[0], ordered[0] + len(ordered))):
            remedy = "give an anchor for every level, e.g. 1, 2, 3, 4, 5"
            reader.note(node.line, Code.WRONG_VALUE, "the levels of `anchors` are not consecutive numbers", remedy)
            return ()
        return tuple(Choice(str(level), levels[level]) for level in ordered)

    def _files(self) -> int:
        number = self._whole("max_files", least=1)
        if number is not None and number > MAX_FILES:
            line = self._found["max_files"].line
            self._reader.note(line, Code.WRONG_VALUE, f"`max_files` is {number}", f"ask for at most {MAX_FILES}")
        return number or 1

    def _reminders(self) -> tuple[int, ...]:
        reader, node = self._reader, self._found.get("remind_after_working_days")
        deadline = self._found.get("deadline_working_days")
        days = tuple(
            number
            for item in reader.items(node, "`remind_after_working_days`")
            if (number := reader.whole(item, "a reminder's day", least=1)) is not None
        )
        last = int(deadline.value) if isinstance(deadline, Scalar) and deadline.value.isdecimal() else None
        if node is not None and (days != tuple(sorted(set(days))) or (last is not None and days and days[-1] >= last)):
            message = "reminders do not rise, or come after the deadline"
            reader.note(node.line, Code.WRONG_VALUE, message, "write rising days before the deadline")
        return days

    def _leads_to(self) -> LeadsTo | None:
        reader, node = self._reader, self._found.get("leads_to")
        if node is None:
            return None
        found = reader.entries(node, "`leads_to`", required=("exit", "when"))
        when = reader.condition(found["when"], "when") if "when" in found else None
        if "exit" not in found or when is None:
            return None
        return LeadsTo(reader.word(found["exit"], "`exit`"), when)
