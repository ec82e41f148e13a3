"""The LLM rater, sans-IO: a task becomes a request, an answer becomes a verdict or is void. A model only suggests.

``verdict_of`` believes nothing: a level must be one of the criterion's, every quote must stand word for word in an
observation (``scoring.quotes``), one bad quote voids the whole, and a level without a quote counts for nothing.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from scoring.injection import suspicions
from scoring.level_chances import level_chances, level_values
from scoring.quotes import find
from scoring.rater_prompt import EXAMPLE, PROMPT_VERSION, SYSTEM, USER
from scoring.rating import (
    Message,
    ModelAnswer,
    ModelRequest,
    Observation,
    Quote,
    Rated,
    RatingTask,
    Verdict,
    Void,
    Voided,
)

__all__ = [
    "ModelRequest",
    "Observation",
    "Quote",
    "RatingTask",
    "Verdict",
    "Void",
    "Voided",
    "may_be_sent",
    "rated_of",
    "request_of",
    "schema_of",
    "verdict_of",
]

MOST_QUOTES = 5
MOST_FACTS = 8
MOST_SUMMARY = 600
"""Letters of a summary."""
MOST_ANSWER = 20_000
"""Letters of an answer; more is not even parsed."""
DEEPEST = 4
"""Brackets within brackets; ours needs two."""

_THOUGHTS = re.compile(r"\A.*</think>", re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[A-ZĄĆĘŁŃÓŚŹŻ])")
_NO_LEVEL = "null"


def may_be_sent(task: RatingTask) -> bool:
    """Whether no observation looks like an instruction to the rater; else a person scores it, and nothing is sent."""
    return not any(suspicions(observation.text) for observation in task.observations)


def schema_of(task: RatingTask) -> dict[str, Any]:
    """The JSON Schema of an answer: facts and quotes come before the level, so that it follows from them."""
    texts = {"type": "string"}
    return {
        "type": "object",
        "properties": {
            "facts": {"type": "array", "items": texts, "maxItems": MOST_FACTS},
            "quotes": {"type": "array", "items": texts, "maxItems": MOST_QUOTES},
            "level": {"anyOf": [{"type": "string", "enum": list(task.anchors)}, {"type": "null"}]},
            "confidence": {"type": "number", "minimum": 0, "maximum": 1},
            "summary": texts,
        },
        "required": ["facts", "quotes", "level", "confidence", "summary"],
        "additionalProperties": False,
    }


def request_of(task: RatingTask) -> ModelRequest:
    """What is asked of a model about one criterion. Paths stay here; the observations are numbered."""
    language = task.language if task.language in SYSTEM else "en"
    schema = schema_of(task)
    texts = {str(number): observation.text for number, observation in enumerate(task.observations, start=1)}
    user = USER[language].format(
        criterion=task.question,
        anchors="\n".join(f'"{level}" — {anchor}' for level, anchor in task.anchors.items()),
        observations=json.dumps(texts, ensure_ascii=False, indent=1),
    )
    system = SYSTEM[language].format(
        schema=json.dumps(schema, ensure_ascii=False),
        example=json.dumps(EXAMPLE[language], ensure_ascii=False),
        most_quotes=MOST_QUOTES,
    )
    return ModelRequest(
        messages=(Message("system", system), Message("user", user)),
        schema=schema,
        prompt_version=PROMPT_VERSION,
        name="verdict",
        chances=True,
    )


def verdict_of(
    task: RatingTask,
    answer: str,
    probabilities: Mapping[str, float] | None = None,
    *,
    calibrated: Callable[[float], float] | None = None,
) -> Verdict | Voided:
    """What an answer is worth. ``probabilities`` of the levels give the expected value, ``calibrated`` maps it."""
    if len(answer) > MOST_ANSWER:
        return Voided(Void.TOO_LONG)
    said = _object_in(answer)
    if said is None:
        return Voided(Void.NOT_JSON)
    if not _has_shape(said):
        return Voided(Void.SHAPE)
    summary = _summary_of(said["summary"])
    if isinstance(summary, Void):
        return Voided(summary)
    quotes: list[Quote] = []
    for words in said["quotes"]:
        found = find(words, task.observations)
        if isinstance(found, Void):
            return Voided(found)
        quotes.append(found)
    level = _level_of(said["level"], task)
    if isinstance(level, Void):
        return Voided(level)
    if level is None:
        return Verdict(None, None, None, tuple(quotes), summary)
    if not quotes:
        return Voided(Void.NO_QUOTE)
    chances = None if probabilities is None else dict(probabilities)
    values = level_values(task.anchors)
    expected = values[level] if chances is None else sum(values[one] * chance for one, chance in chances.items())
    return Verdict(
        level=level,
        expected=expected if calibrated is None else calibrated(expected),
        confidence=said["confidence"] if chances is None else chances.get(level, 0.0),
        quotes=tuple(quotes),
        summary=summary,
        chances=chances,
    )


def rated_of(task: RatingTask, answer: ModelAnswer, *, calibrated: Callable[[float], float] | None = None) -> Rated:
    """What became of a task that a model answered."""
    chances = level_chances(answer, task.anchors)
    return Rated(
        outcome=verdict_of(task, answer.text, chances, calibrated=calibrated),
        model=answer.model,
        prompt_version=PROMPT_VERSION,
        tokens_in=answer.tokens_in,
        tokens_out=answer.tokens_out,
        estimated=answer.estimated,
    )


def _object_in(answer: str) -> dict[str, Any] | None:
    """The one JSON object of an answer, perhaps between other words; None: there is none, or more than one."""
    text = _THOUGHTS.sub("", answer)
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start or _depth(text[start : end + 1]) > DEEPEST:
        return None
    try:
        said = json.loads(text[start : end + 1], object_pairs_hook=_each_key_once, parse_constant=_no_constant)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _depth(text: str) -> int:
    """How deep brackets lie in each other, strings not told apart: more than enough to keep the parser from falling."""
    deepest = depth = 0
    for letter in text:
        if letter in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in "}]":
            depth -= 1
    return deepest


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) != len(pairs):
        raise ValueError("a key twice")
    return said


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _has_shape(said: Mapping[str, Any]) -> bool:
    confidence = said.get("confidence")
    return (
        _is_texts(said.get("facts", []), MOST_FACTS)
        and _is_texts(said.get("quotes"), MOST_QUOTES)
        and "level" in said
        and isinstance(confidence, int | float)
        and not isinstance(confidence, bool)
        and math.isfinite(confidence)
        and 0 <= confidence <= 1
        and isinstance(said.get("summary"), str)
    )


def _is_texts(value: object, most: int) -> bool:
    return isinstance(value, list) and len(value) <= most and all(isinstance(one, str) for one in value)


def _summary_of(text: str) -> str | Void:
    """At most two sentences in one line, without marks that change what people see; more than that is left out."""
    whole = " ".join(text.split())
    if not whole or len(whole) > MOST_SUMMARY or not whole.isprintable():
        return Void.SUMMARY
    if suspicions(whole):
        return Void.INSTRUCTION
    return " ".join(_SENTENCE_END.split(whole)[:2])


def _level_of(said: object, task: RatingTask) -> str | Void | None:
    if said is None or said == _NO_LEVEL:
        return None
    if isinstance(said, int) and not isinstance(said, bool):
        said = str(said)
    return said if isinstance(said, str) and said in task.anchors else Void.LEVEL
