"""A scope for tests of conditions: answers by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from scenarios.conditions import UNKNOWN, evaluate, parse

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class Answers:
    """A scope for tests: values by name; what has a value was given at noon."""

    values: Mapping[str, object] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> object:
        """The value, if there is one."""
        return self.values.get(name, UNKNOWN)

    def state(self, name: str) -> str | None:
        """The state that was set, or given."""
        return self.states.get(name, "given" if name in self.values else None)

    def answered_at(self, name: str) -> datetime | None:
        """Noon."""
        return NOON if name in self.values else None


def value(source: str, /, *, answer: object = UNKNOWN, **values: object) -> object:
    """What a condition gives, UNKNOWN for names without a value."""
    return evaluate(parse(source), Answers(values), answer=answer)
