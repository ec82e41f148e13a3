"""Now and then, forget what is settled: jobs done long ago, drafts of files, and personal data whose time is over."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from bot.jobs import put_forget
from bot.talk import Desk
from storage import editions, queue, retention
from storage.blobs import Blobs
from storage.database import Database, StorageUnavailable, Unit
from storage.erasing import Erased
from storage.rules import KEEPING, Keeping

log = logging.getLogger(__name__)

EVERY_SECONDS = 3600.0
DONE_JOBS_KEPT = timedelta(days=7)
DRAFTS_KEPT = timedelta(days=1)
BATCHES_AT_MOST = 100_000
"""Units of work in which one kind of data is erased in one go; more is left to the next hour."""


async def keep_tidy(
    database: Database,
    blobs: Blobs,
    *,
    desk: Desk,
    clock: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Tidy up every hour until cancelled; what fails is tried again the next time."""
    while True:
        now = clock()
        try:
            jobs = await database.run(partial(queue.sweep, before=now - DONE_JOBS_KEPT))
            drafts = await blobs.sweep(now - DRAFTS_KEPT)
            erased = await retire(database, desk, clock=clock)
            log.debug("tidied up", extra={"jobs": jobs, "drafts": drafts, "erased": erased})
        except (StorageUnavailable, OSError) as error:
            log.warning("not tidied up", extra={"problem": type(error).__name__})
        except Exception:  # a row that cannot be erased must not end the process that does everybody's jobs
            log.exception("tidying up failed; it is tried again in an hour")
        await sleep(EVERY_SECONDS)


async def retire(database: Database, desk: Desk, *, clock: Callable[[], datetime]) -> int:
    """Warn organizers of what is erased soon, and erase what is due; returns how many things were erased."""
    erased = 0
    for edition in await database.read(editions.editions):
        await database.run(lambda unit, key=edition.id: _warn(unit, desk, key, now=clock()))  # type: ignore[misc]
        for kind in Keeping:
            for _ in range(BATCHES_AT_MOST):
                found = await database.run(partial(_erase, desk, edition.id, kind, clock()))
                if found.is_empty:
                    break
                erased += found.counts.total()
    before = clock() - timedelta(days=KEEPING[Keeping.PARKED].proposed)
    while not (found := await database.run(partial(retention.erase_buried, before=before, now=clock()))).is_empty:
        erased += found.counts.total()
    return erased


def _warn(unit: Unit, desk: Desk, edition_id: int, *, now: datetime) -> None:
    edition = editions.edition(unit, edition_id)
    if edition is None or not retention.to_warn(unit, edition, now=now):
        return
    from bot.roles.office import keeping  # once in a while; what the office needs is a third of the program

    keeping.warn(unit, desk, edition_id, now=now)


def _erase(desk: Desk, edition_id: int, kind: Keeping, now: datetime, unit: Unit) -> Erased:
    """A batch, the edition's row locked: other processes tidy up too."""
    edition = editions.edition(unit, edition_id, lock=True)
    if edition is None or not retention.may_erase(unit, edition, kind, now=now):
        return Erased()
    erased = retention.erase(unit, edition, kind, now=now, scenario_of=desk.scripts.version)
    if erased.blobs:
        put_forget(unit, erased.blobs, now=now)
    return erased
