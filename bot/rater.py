"""Rating a report's free texts: masked, checked for hidden instructions, within the budget; kept as suggestions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.consulting import Consultant, NotAllowed, OverBudget
from bot.endings import Done, Ending, Later
from bot.i18n import known_language
from bot.jobs import Rate, from_payload
from bot.roles import rating
from bot.roles.rating import Item, ToRate
from bot.talk import Desk
from scoring.calibration import Reason, nearest
from scoring.injection import Suspicion, suspicions
from scoring.level_chances import level_values
from scoring.monotone import MonotoneMap
from scoring.observations import rated_of, request_of
from scoring.rater_prompt import PROMPT_VERSION
from scoring.rating import Observation, RaterRefused, RaterUnavailable, RatingTask, Verdict, Voided
from scoring.redaction import Masked, mask_together
from storage.database import Database
from storage.queue import Job
from storage.suggestions import SuggestionState
from storage.unit import Unit

PURPOSE = "rate"
"""As it stands in ``model_calls``."""
LOOK_AGAIN = timedelta(minutes=5)
"""After which a model that is away is asked again, where it does not say when."""
BUDGET_PAUSE = timedelta(hours=1)
"""After which a report whose rating the budget stopped is looked at again."""


class RatingDoer:
    """The doer of ``rate``. Without a model, and where an edition wants no rating, there is nothing to do."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime],
        desk: Desk,
        consultant: Consultant | None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._desk = desk
        self._consultant = consultant

    async def __call__(self, job: Job) -> Ending:
        """Rate criterion by criterion; each is kept at once, so that a second try pays for none of them again."""
        work = from_payload(job.kind, job.payload)
        assert isinstance(work, Rate)  # noqa: S101 - the kind says so
        consultant = self._consultant
        if consultant is None:
            return Done()
        model = consultant.model.name
        found = await self._database.read(lambda unit: rating.gather(unit, self._desk, work.contact_id, model=model))
        if found is None:
            return Done()
        try:
            for item in found.items:
                await self._rate(consultant, found, item)
        except NotAllowed:
            return Done()
        except OverBudget:
            return Later("the budget is spent", BUDGET_PAUSE.total_seconds(), counts=False)
        except RaterUnavailable as error:
            wait = error.retry_after or LOOK_AGAIN
            return Later(str(error), max(wait.total_seconds(), 1.0), counts=False)
        return Done(lambda unit, now: rating.finish(unit, self._desk, found, now=now))

    async def _rate(self, consultant: Consultant, found: ToRate, item: Item) -> None:
        if not await self._database.read(lambda unit: rating.may_go_on(unit, found)):
            raise NotAllowed
        texts = [text for _path, text in item.texts]
        masked, signs = await asyncio.to_thread(_prepared, texts, found.known)
        if signs:
            problem = ", ".join(dict.fromkeys(sign.sign.value for sign in signs))
            await self._keep(found, item, SuggestionState.WITHHELD, problem=problem)
            return
        task = RatingTask(
            criterion=item.criterion,
            question=item.question,
            anchors=item.levels,
            observations=tuple(
                Observation(path, each.text) for (path, _text), each in zip(item.texts, masked, strict=True)
            ),
            language=known_language(self._desk.language),
        )
        left = {
            "masked": "\n\n".join(each.text for each in masked),
            "model": consultant.model.name,
            "prompt_version": PROMPT_VERSION,
        }
        try:
            came = await consultant.ask(found.edition_id, PURPOSE, request_of(task))
        except RaterRefused as error:
            await self._keep(found, item, SuggestionState.REFUSED, problem=error.reason.value, **left)
            return
        curve = None if item.gate.map is None else MonotoneMap.from_json(item.gate.map)
        rated = rated_of(task, came.answer, calibrated=curve)
        left |= {"model": rated.model}
        took = {"tokens_in": rated.tokens_in, "tokens_out": rated.tokens_out, "cost": came.cost}
        match rated.outcome:
            case Voided(reason=reason):
                await self._keep(found, item, SuggestionState.VOIDED, problem=reason.value, **left, **took)
            case Verdict() as verdict:
                said = verdict_to_json(verdict, item, masked)
                await self._keep(found, item, SuggestionState.READY, verdict=said, **left, **took)

    async def _keep(self, found: ToRate, item: Item, state: SuggestionState, **known: object) -> None:
        def write(unit: Unit) -> None:
            rating.keep(unit, found, item, state, now=self._clock(), **known)

        await self._database.run(write)


def _prepared(texts: Sequence[str], known: Sequence[str]) -> tuple[tuple[Masked, ...], list[Suspicion]]:
    """The texts masked, and what in them looks like an instruction, before and after that."""
    masked = mask_together(texts, known=known)
    every = (*texts, *(each.text for each in masked))
    return masked, [sign for text in every for sign in suspicions(text)]


def verdict_to_json(verdict: Verdict, item: Item, masked: Sequence[Masked]) -> dict[str, Any]:
    """A verdict as it is kept: quotes stand where the juror wrote them, the summary has its names again."""
    by_path = {path: each for (path, _text), each in zip(item.texts, masked, strict=True)}
    originals = dict(item.texts)
    quotes = []
    for quote in verdict.quotes:
        start, end = by_path[quote.path].original_span(quote.start, quote.end)
        text = originals[quote.path][start:end]
        quotes.append({"path": quote.path, "start": start, "end": end, "text": text})
    summary = verdict.summary
    for each in masked:
        summary = each.restore(summary)
    level = verdict.level
    if level is not None and verdict.expected is not None and item.gate.reason == Reason.PASSED_MAPPED.value:
        level = nearest(verdict.expected, level_values(item.levels))
    return {
        "level": level,
        "said": verdict.level,
        "expected": verdict.expected,
        "confidence": verdict.confidence,
        "quotes": quotes,
        "summary": summary,
    }
