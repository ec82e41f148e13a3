"""How the rater is set in an edition: off unless somebody turns it on, with a budget, and criterion by criterion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from math import isfinite
from typing import Any

MAX_BUDGET = 1_000_000.0
"""In whatever money the prices of tokens are kept in."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What calibration said of one criterion, and whether the organizer lets the rater suggest there."""

    passed: bool
    reason: str
    """By ``scoring.calibration.Reason``."""
    levels: tuple[str, ...]
    kappa: float | None = None
    humans: float | None = None
    """Kappa of people with one another."""
    map: Mapping[str, Any] | None = None
    """JSON of ``scoring.monotone.MonotoneMap``."""
    is_on: bool = True

    @property
    def suggests(self) -> bool:
        """Whether the rater suggests there: it passed, and nobody switched it off."""
        return self.passed and self.is_on


@dataclass(frozen=True, slots=True)
class RaterRules:
    """The settings. ``budget`` is in the money of the prices; 0: nothing may be spent."""

    is_on: bool = False
    may_send: bool = False
    """Whether anything may leave this machine at all."""
    budget: float = 0.0
    tells_jurors: bool = False
    """Jurors hear of a suggestion about their own report as soon as there is one, and not only where they look."""
    model: str = ""
    prompt_version: str = ""
    """Model and prompt the gates were measured with; they hold for no other."""
    gates: Mapping[str, Gate] = field(default_factory=dict)
    """By criterion."""
    alerted: tuple[str, ...] = ()
    """Which alerts about the budget went out: ``near``, ``spent``."""

    @property
    def may_ask(self) -> bool:
        """Whether anything may be asked now."""
        return self.is_on and self.may_send

    def suggests(self, criterion: str, *, model: str, prompt_version: str) -> Gate | None:
        """The gate of a criterion in which that model, asked by that prompt, may suggest; None: it may not."""
        gate = self.gates.get(criterion)
        if gate is None or not gate.suggests or (model, prompt_version) != (self.model, self.prompt_version):
            return None
        return gate


def rater_to_json(rules: RaterRules) -> dict[str, Any]:
    """As JSON values."""
    gates = {
        name: {one.name: getattr(gate, one.name) for one in fields(Gate)} | {"levels": list(gate.levels)}
        for name, gate in rules.gates.items()
    }
    plain = {one.name: getattr(rules, one.name) for one in fields(RaterRules)}
    return plain | {"gates": gates, "alerted": list(rules.alerted)}


def rater_from_json(data: Mapping[str, Any] | None) -> RaterRules:
    """What ``rater_to_json`` was given; None: as proposed. Raises ``ValueError`` for what is no such settings."""
    if data is None:
        return RaterRules()
    try:
        gates = {
            name: Gate(**{**gate, "levels": tuple(gate["levels"])}) for name, gate in data.get("gates", {}).items()
        }
        rules = RaterRules(**{**data, "gates": gates, "alerted": tuple(data.get("alerted", ()))})
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"no settings of a rater: {error}") from None
    if isinstance(rules.budget, bool) or not isinstance(rules.budget, int | float) or not isfinite(rules.budget):
        raise ValueError(f"no budget: {rules.budget!r}")
    return rules


def gates_of(file: object) -> tuple[str, str, dict[str, Gate]]:
    """Model, prompt version and gates of the file ``python -m bot calibrate`` makes. Raises ``ValueError``."""
    if not isinstance(file, dict) or file.get("gate_version") != 1 or not isinstance(file.get("criteria"), dict):
        raise ValueError("this is no gate file of “calibrate”")
    model, prompt = file.get("model"), file.get("prompt_version")
    if not isinstance(model, str) or not model or not isinstance(prompt, str) or not prompt:
        raise ValueError("the gate file does not say which model and prompt were measured: calibrate with --model")
    return model, prompt, {str(name): _gate(str(name), gate) for name, gate in file["criteria"].items()}


def _gate(name: str, said: Any) -> Gate:  # noqa: ANN401 - whatever a file says
    match said:
        case {"on": bool(passed), "reason": str(reason), "levels": [*levels]} if levels:
            measured = said.get("measured")
            kappa, humans = _kappa(measured, "rater"), _kappa(measured, "humans")
            curve = said.get("map")
            if curve is not None and not isinstance(curve, dict):
                raise ValueError(f"{name}: the map is not readable")
            return Gate(passed, reason, tuple(str(level) for level in levels), kappa, humans, curve)
        case _:
            raise ValueError(f"{name}: on, reason and levels are needed")


def _kappa(measured: Any, who: str) -> float | None:  # noqa: ANN401 - as above
    match measured:
        case {"rater": _, "humans": _}:
            match measured[who]:
                case {"kappa": {"value": float(value) | int(value)}} if isfinite(value):
                    return float(value)
    return None
