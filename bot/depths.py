"""The database's own gauges, asked for every few seconds at most however many watch; and disks and backups."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.config import Settings
from bot.presence import steady
from storage import backing_up
from storage.database import Database, StorageUnavailable
from storage.gauges import Gauges, gauges

FRESH_SECONDS = 5.0
"""For so long what was seen is told again."""
PATIENCE = 4.0
"""How long the database may take; whoever watches gives up soon after."""
AWAY_SECONDS = 15.0
"""For so long a database that did not answer is not asked again: the question may still wait there."""


@dataclass(frozen=True, slots=True)
class Disk:
    """Where something of ours lies, in bytes."""

    free: int
    size: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen last. ``gauges``: None where the database did not answer."""

    gauges: Gauges | None = None
    disks: Mapping[str, Disk] = field(default_factory=dict)
    backup_at: datetime | None = None
    """When the newest backup was made; None where there is none, or none can be seen from here."""


class Depths:
    """Looks when asked, not more often than every ``FRESH_SECONDS``, and one look at a time."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        channels: Collection[str],
        clock: Callable[[], datetime],
        ticks: Callable[[], float] = steady,
    ) -> None:
        self._database = database
        self._channels = tuple(channels)
        self._places = places_of(database, settings)
        self._backups = settings.backup_folder
        self._clock = clock
        self._ticks = ticks
        self._looking = asyncio.Lock()
        self._until = -1.0
        self.seen = Seen()

    async def look(self) -> Seen:
        """What there is now, or was a few seconds ago."""
        async with self._looking:
            if self._ticks() < self._until:
                return self.seen
            found: Gauges | None = None
            work = partial(gauges, channels=self._channels, now=self._clock())
            try:
                async with asyncio.timeout(PATIENCE):
                    found = await self._database.read(work)
            except (StorageUnavailable, TimeoutError):
                found = None
            disks, backup_at = await asyncio.to_thread(self._beside)
            self.seen = Seen(found, disks, backup_at)
            self._until = self._ticks() + (AWAY_SECONDS if found is None else FRESH_SECONDS)
            return self.seen

    def _beside(self) -> tuple[dict[str, Disk], datetime | None]:
        disks = {}
        for name, place in self._places.items():
            try:
                usage = shutil.disk_usage(place)
            except OSError:
                continue
            disks[name] = Disk(usage.free, usage.total)
        try:
            backup_at = None if self._backups is None else backing_up.newest_at(self._backups)
        except OSError:
            backup_at = None
        return disks, backup_at


def places_of(database: Database, settings: Settings) -> dict[str, Path]:
    """The folders of this machine that may become full, by what lies there."""
    places = {}
    if database.dialect == "sqlite":
        places["database"] = Path(str(database.url.database)).absolute().parent
    evidence = urlsplit(settings.evidence_url)
    if evidence.scheme == "file":
        places["evidence"] = Path(unquote(evidence.path))
    if settings.backup_folder is not None:
        places["backups"] = settings.backup_folder
    return places
