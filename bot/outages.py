"""After an outage: taps live 150 seconds at Telegram's, so whoever was in the middle of a contact is asked again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from bot.roles.juror import timing
from bot.talk import Desk
from storage import unheard
from storage.database import Database, StorageUnavailable
from storage.unit import Unit

TAPS_LIVE = timedelta(seconds=150)
"""So long Telegram keeps a tap that nobody fetches. Words it keeps for a day."""
IN_THE_MIDDLE = timedelta(minutes=30)
"""Who wrote so short a time before we were last heard of may have gone on tapping."""
NOTED_EVERY = timedelta(seconds=30)
"""How often it is noted that all is well."""

log = logging.getLogger(__name__)


class Outages:
    """Notes when a channel was heard, in the database, so that an outage is noticed across restarts, too."""

    def __init__(self, database: Database, desk: Desk, channel: str, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._desk = desk
        self._channel = channel
        self._clock = clock
        self._noted_at: datetime | None = None

    async def heard(self) -> None:
        """Updates could be fetched just now, and were taken in. What goes wrong here is tried the next time."""
        now = self._clock()
        if self._noted_at is not None and timedelta() <= now - self._noted_at < NOTED_EVERY:
            return
        try:
            asked = await self._database.run(partial(after_outage, desk=self._desk, channel=self._channel, now=now))
        except StorageUnavailable as error:
            log.warning("it was not noted that updates come: %s", error)
            return
        self._noted_at = now
        if asked:
            log.info("asked again after an outage", extra={"contacts": asked})

    async def keep_noting(self) -> None:
        """Where updates are brought to us: we are heard as long as we live."""
        while True:
            await self.heard()
            await asyncio.sleep(NOTED_EVERY.total_seconds())


def after_outage(unit: Unit, *, desk: Desk, channel: str, now: datetime) -> int:
    """Note that the channel is heard; ask again whoever may have tapped in vain. How many contacts that were."""
    last = unheard.heard_at(unit, channel)
    unheard.note_heard(unit, channel, now)
    if last is None or now - last < TAPS_LIVE:
        return 0
    waiting = unheard.in_the_middle(unit, channel, since=last - IN_THE_MIDDLE, before=now - TAPS_LIVE)
    return sum(timing.ask_again(unit, desk, contact_id, now=now) for contact_id in waiting)
