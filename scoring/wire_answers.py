"""What a server's bytes say: a completion, whole or in pieces, read without believing any of it. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from scoring.rating import ModelAnswer, ModelRequest, RaterRefused, Refused, Token

LETTERS_A_TOKEN = 3
"""Where a server counts no tokens: Polish has some three letters a token, English four."""
MOST_MODEL_NAME = 120


class BrokenAnswer(Exception):
    """Bytes that are no completion; the next try may bring one."""


@dataclass(slots=True)
class _Said:
    """A completion as far as it is read."""

    text: str = ""
    refusal: str = ""
    finish: str = ""
    model: str = ""
    tokens: list[Token] = field(default_factory=list)
    usage: object = None


def answer_of(body: bytes, request: ModelRequest, *, model: str) -> ModelAnswer:
    """The answer in a body. Raises ``BrokenAnswer``, or ``RaterRefused`` for a completion without an answer."""
    said = _said(body)
    if said.refusal or said.finish == "content_filter":
        raise RaterRefused(Refused.REFUSAL)
    if said.finish == "length":
        raise RaterRefused(Refused.CUT_OFF)
    if not said.text.strip():
        raise RaterRefused(Refused.EMPTY)
    tokens_in, tokens_out = _counted(said.usage, "prompt_tokens"), _counted(said.usage, "completion_tokens")
    return ModelAnswer(
        text=said.text,
        model=said.model[:MOST_MODEL_NAME] or model,
        tokens_in=_estimated(sum(len(message.content) for message in request.messages))
        if tokens_in is None
        else tokens_in,
        tokens_out=_estimated(len(said.text)) if tokens_out is None else tokens_out,
        estimated=tokens_in is None or tokens_out is None,
        tokens=tuple(said.tokens),
    )


def complaint_of(body: bytes) -> str:
    """What an error's body says, in lower case, to look for words in; never shown to anybody."""
    return body.decode(errors="replace").lower()


def _said(body: bytes) -> _Said:
    said = _Said()
    try:
        pieces = list(_pieces(body))
    except (ValueError, RecursionError):
        raise BrokenAnswer("no JSON") from None
    for piece in pieces:
        _take_in(piece, said)
    if not said.finish:
        raise BrokenAnswer("without an end")
    return said


def _pieces(body: bytes) -> Iterator[object]:
    """The JSON values of a body: one, or those of a stream of events (which some servers send unasked)."""
    text = body.decode().strip()
    if not text.startswith(("data:", "event:", "id:", ":")):
        yield json.loads(text)
        return
    for line in text.splitlines():
        data = line.removeprefix("data:").strip() if line.startswith("data:") else ""
        if data and data != "[DONE]":
            yield json.loads(data)


def _take_in(piece: object, said: _Said) -> None:
    if not isinstance(piece, dict) or "error" in piece:
        raise BrokenAnswer("no completion")
    said.usage = piece.get("usage") or said.usage
    if isinstance(piece.get("model"), str):
        said.model = piece["model"]
    choices = piece.get("choices")
    if not isinstance(choices, list):
        raise BrokenAnswer("no choices")
    if not choices:  # the last piece of a stream, with the counts
        return
    choice = choices[0]
    message = (choice.get("message") or choice.get("delta") or {}) if isinstance(choice, dict) else None
    if not isinstance(message, dict):
        raise BrokenAnswer("no message")
    said.text += _text(message.get("content"))
    said.refusal += _text(message.get("refusal"))
    said.finish = _text(choice.get("finish_reason")) or said.finish
    said.tokens.extend(_tokens(choice.get("logprobs")))


def _text(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BrokenAnswer("no text")
    return value


def _tokens(logprobs: object) -> Iterator[Token]:
    """The tokens with their alternatives; what cannot be read is left out, they are an extra."""
    content = logprobs.get("content") if isinstance(logprobs, dict) else None
    for entry in content if isinstance(content, list) else ():
        text = entry.get("token") if isinstance(entry, dict) else None
        if not isinstance(text, str):
            continue
        others = entry.get("top_logprobs")
        yield Token(text, tuple(_alternatives(others if isinstance(others, list) else ())))


def _alternatives(entries: Sequence[object]) -> Iterator[tuple[str, float]]:
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        text, logarithm = entry.get("token"), entry.get("logprob")
        if isinstance(text, str) and isinstance(logarithm, int | float) and not math.isnan(logarithm):
            yield text, float(logarithm)


def _counted(usage: object, name: str) -> int | None:
    count = usage.get(name) if isinstance(usage, dict) else None
    return count if isinstance(count, int) and not isinstance(count, bool) and 0 <= count < 10**9 else None


def _estimated(letters: int) -> int:
    return math.ceil(letters / LETTERS_A_TOKEN)
