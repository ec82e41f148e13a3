"""Who does which kind of durable job: those inside one unit of work, and those that wait for something outside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.channels.base import Channel
from bot.consulting import Consultant, Model
from bot.endings import Doer, within_unit
from bot.exporting import Exporter
from bot.forgetting import Forgetter
from bot.importer import Importer
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
from bot.producer import Producer
from bot.rater import RatingDoer
from bot.roles import deciding, offering, reminding
from bot.roles.juror import timing
from bot.roles.office import asking, feeding, reviewing
from bot.scorer import Scorer
from bot.solver import Solver
from bot.talk import Desk
from bot.translator import Translator
from storage.blobs import Blobs
from storage.database import Database, Unit


def unit_doers(desk: Desk) -> dict[Kind, Doer]:
    """The doers of jobs that only read and write the database."""

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
                feeding.feed(unit, desk, work, now=now)
            case Progress():
                feeding.show_progress(unit, desk, work, now=now)
            case Nudge():
                reminding.nudge(unit, desk, work, now=now)
            case Examine():
                reviewing.examine(unit, desk, work, now=now)
            case Digest():
                asking.digest(unit, desk, work, now=now)
            case Tally():
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
    """The doers of jobs that wait for a channel, the store, a model or a long computation."""
    consultant = None if model is None else Consultant(database, model, clock=clock, desk=desk)
    scorer = Scorer(database, channels=channels, blobs=blobs, clock=clock, desk=desk)
    return {
        Kind.SCORE: scorer,
        Kind.RESCORE: scorer,
        Kind.RATE: RatingDoer(database, clock=clock, desk=desk, consultant=consultant),
        Kind.TRANSLATE: Translator(database, clock=clock, desk=desk, consultant=consultant),
        Kind.IMPORT: Importer(database, channels=channels, blobs=blobs, clock=clock, desk=desk),
        Kind.SOLVE: Solver(database, channels=channels, blobs=blobs, clock=clock, desk=desk),
        Kind.FORGET: Forgetter(database, blobs=blobs, clock=clock),
        Kind.EXPORT: Exporter(database, channels=channels, blobs=blobs, clock=clock, desk=desk),
        Kind.PRODUCE: Producer(database, channels=channels, blobs=blobs, clock=clock, desk=desk),
    }
