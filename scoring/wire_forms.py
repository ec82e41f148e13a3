"""The form of a request on the wire, and the ladder of simpler forms for servers that refuse one. Pure.

Servers differ: some know ``json_schema``, some ``json_object``, some neither; some tell probabilities, some refuse
whoever asks; newer models refuse ``temperature`` and want ``max_completion_tokens``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from scoring.rating import ModelRequest

ALTERNATIVES = 20
"""So many other tokens are asked for: the most that OpenAI tells."""
SEED = 20260101
"""The same question is to be answered the same way where the server can do that."""


class Form(IntEnum):
    """How the answer is to be shaped, from the strictest to none."""

    SCHEMA = 0
    OBJECT = 1
    TEXT = 2


@dataclass(frozen=True, slots=True)
class Forms:
    """Which of a server's possibilities are used."""

    form: Form = Form.SCHEMA
    chances: bool = True
    temperature: bool = True
    old_limit: bool = True
    """``max_tokens`` instead of ``max_completion_tokens``."""
    usage: bool = True
    """Only of streams: whether the counts of tokens are asked for."""

    def simpler(self, complaint: str, *, asked: Mapping[str, Any]) -> Forms | None:
        """The next form to try after a refusal; what the server complains of goes first. None: nothing is left."""
        steps = [(name, form) for name, form in self._steps() if name in asked or name == "max_tokens"]
        for name, form in steps:
            if name in complaint or _SAME_AS.get(name, name) in complaint:
                return form
        return next((form for name, form in steps if name != "max_tokens"), None)

    def _steps(self) -> Iterator[tuple[str, Forms]]:
        if self.chances:
            yield "logprobs", replace(self, chances=False)
        if self.form is not Form.TEXT:
            yield "response_format", replace(self, form=Form(self.form + 1))
        if self.usage:
            yield "stream_options", replace(self, usage=False)
        if self.temperature:
            yield "temperature", replace(self, temperature=False)
        if self.old_limit:
            yield "max_tokens", replace(self, old_limit=False)


_SAME_AS = {"response_format": "json_schema", "temperature": "seed"}
"""Another word by which servers name the same."""


def body_of(request: ModelRequest, model: str, forms: Forms, *, streamed: bool) -> dict[str, Any]:
    """The fields of a chat completion request."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": message.role, "content": message.content} for message in request.messages],
        "max_tokens" if forms.old_limit else "max_completion_tokens": request.most_tokens,
        "stream": streamed,
    }
    if forms.form is Form.SCHEMA:
        shape = {"name": request.name, "schema": dict(request.schema), "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": shape}
    elif forms.form is Form.OBJECT:
        body["response_format"] = {"type": "json_object"}
    if request.chances and forms.chances:
        body |= {"logprobs": True, "top_logprobs": ALTERNATIVES}
    if forms.temperature:
        body |= {"temperature": 0, "seed": SEED}
    if streamed and forms.usage:
        body["stream_options"] = {"include_usage": True}
    return body
