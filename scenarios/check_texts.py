"""Checks of a scenario's texts: every language there, none too long for a channel, no placeholder without a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from scenarios.condition_kinds import Kind, StepKind
from scenarios.conditions import did_you_mean
from scenarios.lint import Lint
from scenarios.node_reader import CASE_FACTS, FACTS, PlacedText, TextKind
from scenarios.problems import Code
from scenarios.step_kinds import kinds_of

LIMITS: Final[Mapping[TextKind, int]] = {
    TextKind.TITLE: 100,
    TextKind.LABEL: 900,
    TextKind.HINT: 500,
    TextKind.MESSAGE: 300,
    TextKind.BUTTON: 40,
    TextKind.CHOICE: 40,
    TextKind.ANCHOR: 200,
    TextKind.UNIT: 20,
    TextKind.STORY: 900,
    TextKind.LINE: 200,
}
"""Characters in one language. A question with its hint and anchors fits one message of every channel."""

MAX_CARD_LINES = 8
"""Lines a person can keep in mind."""

_PLACEHOLDER = re.compile(r"\$\{([^{}]*)\}")


def check_texts(lint: Lint) -> None:
    """Note missing translations, texts over the limits and placeholders that name nothing."""
    kinds = kinds_of(lint.scenario)
    for placed in lint.draft.texts:
        _languages(lint, placed)
        _length(lint, placed)
        _placeholders(lint, placed, kinds)
    for case in lint.scenario.cases:
        if len(case.memory_card) > MAX_CARD_LINES:
            message = f"the memory card of {case.name} has {len(case.memory_card)} lines"
            lint.error(case.line, Code.TEXT_TOO_LONG, message, f"keep to {MAX_CARD_LINES} lines")


def _languages(lint: Lint, placed: PlacedText) -> None:
    missing = [language for language in lint.scenario.languages if language not in placed.text.by_language]
    if missing:
        message = f"a {placed.kind.value} has no text in: {', '.join(missing)}"
        lint.error(placed.line, Code.MISSING_TRANSLATION, message, f"add `{missing[0]}:`", step=placed.step)


def _length(lint: Lint, placed: PlacedText) -> None:
    limit = LIMITS[placed.kind]
    for language, text in placed.text.by_language.items():
        if len(text) > limit:
            message = f"a {placed.kind.value} has {len(text)} characters ({language}), the limit is {limit}"
            lint.error(placed.line, Code.TEXT_TOO_LONG, message, "shorten it", step=placed.step)
            return


def _placeholders(lint: Lint, placed: PlacedText, kinds: Mapping[str, StepKind]) -> None:
    noted: set[str] = set()
    for text in placed.text.by_language.values():
        names = [name.strip() for name in _PLACEHOLDER.findall(text)]
        if text.count("${") > len(names):
            names.append("")
        for name in names:
            if name not in noted:
                noted.add(name)
                _placeholder(lint, placed, name, kinds)


def _placeholder(lint: Lint, placed: PlacedText, name: str, kinds: Mapping[str, StepKind]) -> None:
    known = FACTS if placed.facts_only else tuple(kinds)
    if name not in known:
        near = did_you_mean(name, known)
        first = "name one of" if placed.facts_only else "name a step asked before, or"
        remedy = f"did you mean ${{{near}}}?" if near else f"{first}: {', '.join(FACTS)}"
        lint.error(placed.line, Code.UNKNOWN_NAME, f"${{{name}}} names nothing here", remedy, step=placed.step)
        return
    if name in (*FACTS, *CASE_FACTS):
        return
    if kinds[name].kind is Kind.NOTHING:
        lint.error(placed.line, Code.TYPE_ERROR, f"${{{name}}} is a note", "name a question", step=placed.step)
    elif placed.step is not None and lint.order[name] >= lint.order[placed.step]:
        message = f"${{{name}}} is known only later"
        lint.error(placed.line, Code.FORWARD_REFERENCE, message, "move one of the two", step=placed.step)
