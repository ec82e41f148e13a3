"""Who does which kind of durable job: those inside one unit of work, and those that wait for something outside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from bot.channels.base import Channel
from bot.endings import Doer, Ending, within_unit
from bot.forgetting import Forgetter
from bot.jobs import (
    Digest,
    Examine,
    Expire,
    Feed,
    Kind,
    Lock,
    Nudge,
    Progress,
    Remind,
    Tally,
    Wake,
    Work,
)
from bot.roles import offering, reminding
from bot.roles.juror import timing
from bot.talk import Desk
from storage.blobs import Blobs
from storage.database import Database, Unit
from storage.queue import Job

if TYPE_CHECKING:
    from bot.consulting import Model


def unit_doers(desk: Desk) -> dict[Kind, Doer]:
    """The doers of jobs that only read and write the database; those of the office are loaded with their first job."""

    def step(unit: Unit, work: Work, now: datetime) -> None:
        match work:
            case Wake():
                timing.wake(unit, desk, work, now=now)
            case Remind():
                timing.remind(unit, desk, work, now=now)
            case Lock():
                timing.lock(unit, desk, work, now=now)
            case Expire():
                offering.expire(unit, desk, work, now=now)
            case Feed():
                from bot.roles.office import feeding

                feeding.feed(unit, desk, work, now=now)
            case Progress():
                from bot.roles.office import feeding

                feeding.show_progress(unit, desk, work, now=now)
            case Nudge():
                reminding.nudge(unit, desk, work, now=now)
            case Examine():
                from bot.roles.office import reviewing

                reviewing.examine(unit, desk, work, now=now)
            case Digest():
                from bot.roles.office import asking

                asking.digest(unit, desk, work, now=now)
            case Tally():
                from bot.roles import deciding

                deciding.tally_due(unit, desk, work, now=now)
            case _:
                raise ValueError(f"not a job of one unit: {work}")

    doer = within_unit(step)
    kinds = (
        *(Kind.WAKE, Kind.REMIND, Kind.LOCK, Kind.EXPIRE, Kind.FEED),
        *(Kind.PROGRESS, Kind.NUDGE, Kind.EXAMINE, Kind.DIGEST, Kind.TALLY),
    )
    return dict.fromkeys(kinds, doer)


def waiting_doers(
    database: Database,
    *,
    channels: Mapping[str, Channel],
    blobs: Blobs,
    clock: Callable[[], datetime],
    desk: Desk,
    model: Model | None = None,
) -> dict[Kind, Doer]:
    """The doers of jobs that wait for a channel, the store, a model or a long computation.

    Most are loaded with their first job: what plans, draws, reads tables or rates brings large libraries with it, and a
    program that has just started has people waiting.
    """
    consultant = None
    if model is not None:
        from bot.consulting import Consultant

        consultant = Consultant(database, model, clock=clock, desk=desk)

    def scoring() -> Doer:
        from bot.scorer import Scorer

        return Scorer(database, desk=desk)

    def rating() -> Doer:
        from bot.rater import RatingDoer

        return RatingDoer(database, clock=clock, desk=desk, consultant=consultant)

    def translating() -> Doer:
        from bot.translator import Translator

        return Translator(database, clock=clock, desk=desk, consultant=consultant)

    def importing() -> Doer:
        from bot.importer import Importer

        return Importer(database, channels=channels, blobs=blobs, clock=clock, desk=desk)

    def solving() -> Doer:
        from bot.solver import Solver

        return Solver(database, clock=clock, desk=desk)

    def exporting() -> Doer:
        from bot.exporting import Exporter

        return Exporter(database, channels=channels, blobs=blobs, clock=clock, desk=desk)

    def producing() -> Doer:
        from bot.producer import Producer

        return Producer(database, channels=channels, blobs=blobs, clock=clock, desk=desk)

    scorer = _LoadedLater(scoring)
    return {
        Kind.SCORE: scorer,
        Kind.RESCORE: scorer,
        Kind.RATE: _LoadedLater(rating),
        Kind.TRANSLATE: _LoadedLater(translating),
        Kind.IMPORT: _LoadedLater(importing),
        Kind.SOLVE: _LoadedLater(solving),
        Kind.FORGET: Forgetter(database, blobs=blobs, clock=clock),
        Kind.EXPORT: _LoadedLater(exporting),
        Kind.PRODUCE: _LoadedLater(producing),
    }


class _LoadedLater:
    """A doer that is made, in a thread, when its first job comes."""

    def __init__(self, make: Callable[[], Doer]) -> None:
        self._make = make
        self._doer: Doer | None = None
        self._making = asyncio.Lock()

    async def __call__(self, job: Job) -> Ending:
        async with self._making:
            if self._doer is None:
                self._doer = await asyncio.to_thread(self._make)
        return await self._doer(job)
