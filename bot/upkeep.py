"""Now and then, forget what is settled: jobs done long ago, drafts of files that never arrived."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from storage import queue
from storage.blobs import Blobs
from storage.database import Database, StorageUnavailable

log = logging.getLogger(__name__)

EVERY_SECONDS = 3600.0
DONE_JOBS_KEPT = timedelta(days=7)
DRAFTS_KEPT = timedelta(days=1)


async def keep_tidy(
    database: Database,
    blobs: Blobs,
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Tidy up every hour until cancelled; what fails is tried again the next time."""
    while True:
        now = clock()
        try:
            jobs = await database.run(partial(queue.sweep, before=now - DONE_JOBS_KEPT))
            drafts = await blobs.sweep(now - DRAFTS_KEPT)
            log.debug("tidied up", extra={"jobs": jobs, "drafts": drafts})
        except (StorageUnavailable, OSError) as error:
            log.warning("not tidied up", extra={"problem": type(error).__name__})
        await sleep(EVERY_SECONDS)
