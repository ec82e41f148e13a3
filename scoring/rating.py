"""What passes between the rater's rules and the model that answers, as values: task, request, answer, verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol

Levels = Mapping[str, str]
"""The levels of a criterion from the lowest to the highest, each with the behaviour that anchors it."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A free text of a juror, masked. ``path`` says where it stands in the contact and never leaves this machine."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class RatingTask:
    """One criterion to be rated from some observations. ``language``: of the prompt and the summary, pl or en."""

    criterion: str
    question: str
    anchors: Levels
    observations: tuple[Observation, ...]
    language: str = "pl"


@dataclass(frozen=True, slots=True)
class Message:
    """One message to the model."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """What is asked of a model. ``schema`` also stands in the messages: many servers ignore it elsewhere."""

    messages: tuple[Message, ...]
    schema: Mapping[str, Any]
    prompt_version: str
    name: str = "answer"
    """Of the schema, as servers want one: letters, digits, ``_`` and ``-``."""
    most_tokens: int = 900
    """More than that is not generated."""
    chances: bool = False
    """Whether the probabilities of tokens are wanted."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token of an answer and what else might have stood there: (text, natural logarithm of its probability)."""

    text: str
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """What a model answered. ``tokens`` is empty where the server tells no probabilities."""

    text: str
    model: str
    tokens_in: int
    tokens_out: int
    estimated: bool = False
    """Whether the counts of tokens are ours, as the server told none."""
    tokens: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of an observation: ``text`` is exactly ``observation.text[start:end]``."""

    path: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A suggestion that stood every check. ``level`` None: "za mało danych", there is not enough to go by."""

    level: str | None
    expected: float | None
    """The level as a number: the mean over ``chances`` where the server told them, then through the calibration."""
    confidence: float | None
    """Probability of the level where the server told it, else what the model says of itself; None: neither."""
    quotes: tuple[Quote, ...]
    summary: str
    chances: Mapping[str, float] | None = None
    """Probability of each level, from the tokens; they sum to 1."""


class Void(StrEnum):
    """Why an answer counts for nothing."""

    WITHHELD = "withheld"
    """Nothing was sent: an observation looks like an instruction to the rater."""
    TOO_LONG = "too_long"
    NOT_JSON = "not_json"
    SHAPE = "shape"
    """Missing fields, wrong types, values out of range."""
    LEVEL = "level"
    """A level the criterion does not have."""
    NO_QUOTE = "no_quote"
    INVENTED_QUOTE = "invented_quote"
    """The words stand in no observation."""
    CUT_QUOTE = "cut_quote"
    """The words stand there, but a cut changes them: within a word, or just behind a "nie"."""
    SHORT_QUOTE = "short_quote"
    INSTRUCTION = "instruction"
    """A quote or the summary is itself an instruction to the rater."""
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Voided:
    """An answer that counts for nothing."""

    reason: Void


@dataclass(frozen=True, slots=True)
class Rated:
    """What became of a task, and what it took."""

    outcome: Verdict | Voided
    model: str
    prompt_version: str
    tokens_in: int
    tokens_out: int
    estimated: bool = False


class Unavailable(StrEnum):
    """Why no answer is to be had now."""

    DEADLINE = "deadline"
    LIMIT = "limit"
    """The server says that we ask too much (429), or that the money is spent."""
    BROKEN = "broken"
    """It cannot be reached, fails, or answers what nobody can read."""
    SETTINGS = "settings"
    """Key, address or name of the model are wrong: somebody has to look at them."""
    RESTING = "resting"
    """It failed so often that it is left alone for a while; nothing was sent."""


class RaterUnavailable(Exception):
    """No answer now; ask again after ``retry_after`` (None: whenever the caller likes)."""

    def __init__(self, reason: Unavailable, retry_after: timedelta | None = None, *, status: int | None = None) -> None:
        """``status``: of the last HTTP answer. Nothing a server said is quoted: it may hold our key or the texts."""
        super().__init__(reason.value if status is None else f"{reason.value} (HTTP {status})")
        self.reason = reason
        self.retry_after = retry_after
        self.status = status


class Refused(StrEnum):
    """Why this request will never be answered."""

    REFUSAL = "refusal"
    """The model, or a filter, does not want to."""
    CUT_OFF = "cut_off"
    """The answer was longer than allowed and ends in the middle."""
    EMPTY = "empty"
    """No words: nothing, or calls of tools nobody offered."""
    TOO_LARGE = "too_large"
    """More bytes than an answer can have."""
    REQUEST = "request"
    """The server takes the request in none of the forms we know, or finds it too long."""


class RaterRefused(Exception):
    """No answer to this request, however often it is asked."""

    def __init__(self, reason: Refused, *, status: int | None = None) -> None:
        super().__init__(reason.value if status is None else f"{reason.value} (HTTP {status})")
        self.reason = reason
        self.status = status


class Rater(Protocol):
    """Whoever rates; ``scoring.openai_rater.OpenaiRater`` does, tests have simpler ones."""

    async def rate(self, task: RatingTask) -> Rated:
        """Rate one task. Raises ``RaterUnavailable`` or ``RaterRefused``."""

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        """Ask anything else. Raises ``RaterUnavailable`` or ``RaterRefused``."""
