"""Asking a model: only what the edition allows, within its budget, never the same twice; every question is kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from bot.roles import rating
from bot.talk import Desk
from scoring.rating import (
    ModelAnswer,
    ModelRequest,
    Rater,
    RaterRefused,
    RaterUnavailable,
    Token,
    Unavailable,
)
from scoring.wire_answers import LETTERS_A_TOKEN
from storage import model_calls
from storage.database import Database, Unit

MILLION = 1_000_000
NEAR = 0.8
"""Share of the budget from which organizers are told that it ends soon."""
LEVEL = '"level"'
NEAR_LEVEL = 60
"""Letters after ``LEVEL`` of whose tokens the alternatives are kept: the others tell nothing."""


class OverBudget(Exception):
    """The edition's budget does not hold the question; nothing was sent."""


class NotAllowed(Exception):
    """The edition does not, or no longer, let anything be sent."""


@dataclass(frozen=True, slots=True)
class Model:
    """The configured model, and what a million of its tokens cost."""

    name: str
    rater: Rater
    input_price: float = 0.0
    output_price: float = 0.0

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """What so many tokens cost."""
        return (tokens_in * self.input_price + tokens_out * self.output_price) / MILLION


@dataclass(frozen=True, slots=True)
class Consulted:
    """An answer; ``cost`` is 0 where it was given before."""

    answer: ModelAnswer
    cost: float


class Consultant:
    """One model for one process. One question at a time: budget and memory then hold to the letter."""

    def __init__(self, database: Database, model: Model, *, clock: Callable[[], datetime], desk: Desk) -> None:
        self.model = model
        self._database = database
        self._clock = clock
        self._desk = desk
        self._alone = asyncio.Lock()

    async def ask(self, edition_id: int, purpose: str, request: ModelRequest) -> Consulted:
        """Ask. Raises NotAllowed, OverBudget, RaterUnavailable or RaterRefused."""
        key = content_key(self.model.name, request)
        async with self._alone:
            known = await self._database.read(lambda unit: self._known(unit, edition_id, key))
            if known is not None:
                return Consulted(answer_from_json(known), 0.0)
            letters = sum(len(message.content) for message in request.messages)
            read = letters // LETTERS_A_TOKEN + 1
            most = self.model.cost(int(read), request.most_tokens)
            await self._within_budget(edition_id, most)
            try:
                answer = await self.model.rater.ask(request)
            except RaterUnavailable as error:
                if error.reason is not Unavailable.RESTING:
                    lost = int(read) if error.reason is Unavailable.DEADLINE else 0  # read, perhaps, and to be paid
                    await self._keep(edition_id, purpose, request, key, problem=str(error), tokens_in=lost)
                raise
            except RaterRefused as error:
                await self._keep(edition_id, purpose, request, key, problem=str(error), tokens_in=int(read))
                raise
            cost = self.model.cost(answer.tokens_in, answer.tokens_out)
            await self._keep(
                edition_id,
                purpose,
                request,
                key,
                answer=answer_to_json(answer),
                tokens_in=answer.tokens_in,
                tokens_out=answer.tokens_out,
            )
            return Consulted(answer, cost)

    def _known(self, unit: Unit, edition_id: int, key: str) -> Mapping[str, Any] | None:
        if not rating.rules_of(unit, edition_id).may_send:
            raise NotAllowed
        return model_calls.answered(unit, key)

    async def _within_budget(self, edition_id: int, most: float) -> None:
        def look(unit: Unit) -> bool:
            budget = rating.rules_of(unit, edition_id).budget
            fits = most == 0 or model_calls.spent(unit, edition_id) + most <= budget
            if not fits:
                rating.alert(unit, self._desk, edition_id, "spent", now=self._clock())
            return fits

        if not await self._database.run(look):
            raise OverBudget

    async def _keep(
        self,
        edition_id: int,
        purpose: str,
        request: ModelRequest,
        key: str,
        *,
        answer: Mapping[str, Any] | None = None,
        problem: str | None = None,
        tokens_in: int = 0,
        tokens_out: int = 0,
    ) -> None:
        cost = self.model.cost(tokens_in, tokens_out)

        def write(unit: Unit) -> None:
            now = self._clock()
            model_calls.add(
                unit,
                edition_id=edition_id,
                purpose=purpose,
                content_key=key,
                model=self.model.name,
                prompt_version=request.prompt_version,
                answer=answer,
                problem=problem,
                tokens_in=tokens_in,
                tokens_out=tokens_out,
                cost=cost,
                now=now,
            )
            budget = rating.rules_of(unit, edition_id).budget
            if cost and model_calls.spent(unit, edition_id) >= NEAR * budget:
                rating.alert(unit, self._desk, edition_id, "near", now=now)

        await self._database.run(write)


def content_key(model: str, request: ModelRequest) -> str:
    """The same for the same question to the same model by the same prompt."""
    said = [[message.role, message.content] for message in request.messages]
    whole = json.dumps([model, request.prompt_version, said, request.most_tokens], ensure_ascii=False)
    return sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def answer_to_json(answer: ModelAnswer) -> dict[str, Any]:
    """An answer as JSON values; of its tokens' alternatives only those from which a level's chances come."""
    at = answer.text.rfind(LEVEL)
    tokens, place = [], 0
    for token in answer.tokens:
        place += len(token.text)
        is_near = at >= 0 and at <= place and place - len(token.text) <= at + len(LEVEL) + NEAR_LEVEL
        tokens.append([token.text, [list(pair) for pair in token.alternatives] if is_near else []])
    return {
        "text": answer.text,
        "model": answer.model,
        "tokens_in": answer.tokens_in,
        "tokens_out": answer.tokens_out,
        "estimated": answer.estimated,
        "tokens": tokens,
    }


def answer_from_json(data: Mapping[str, Any]) -> ModelAnswer:
    """What ``answer_to_json`` was given."""
    tokens = tuple(Token(text, tuple((word, chance) for word, chance in others)) for text, others in data["tokens"])
    plain = {name: data[name] for name in ("text", "model", "tokens_in", "tokens_out", "estimated")}
    return replace(ModelAnswer(**plain), tokens=tokens)
