"""Evidence copied from one store into another: each file's hash checked on both sides, some at a time, resumable."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field

from storage.blobs import BlobCorrupt, BlobLocked, BlobMissing, Blobs

AT_ONCE = 8
"""Files copied at the same time."""
TOLD_EVERY = 100

Tell = Callable[["Tally"], None]
"""Told how far it is, now and then."""


@dataclass(slots=True)
class Tally:
    """What became of the files so far; those that could not be copied by name."""

    copied: int = 0
    there: int = 0
    bytes: int = 0
    missing: list[str] = field(default_factory=list)
    corrupt: list[str] = field(default_factory=list)
    locked: list[str] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """Files looked at."""
        return self.copied + self.there + len(self.missing) + len(self.corrupt) + len(self.locked)

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left out."""
        return not (self.missing or self.corrupt or self.locked)


async def copy_blobs(
    source: Blobs, target: Blobs, names: Iterable[str] | AsyncIterator[str], *, trusts: bool = False, tell: Tell
) -> Tally:
    """Copy what the target has not, and read it back there; what it has is read too, unless ``trusts``.

    A file the target only pretends to have is copied again. Raises ``BlobsAway``; the same call goes on later.
    """
    tally = Tally()
    waiting: asyncio.Queue[str | None] = asyncio.Queue(AT_ONCE * 2)

    async def work() -> None:
        while (name := await waiting.get()) is not None:
            await _copy(source, target, name, trusts=trusts, tally=tally)
            if tally.seen % TOLD_EVERY == 0:
                tell(tally)

    try:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(AT_ONCE):
                tasks.create_task(work())
            async for name in _each(names):
                await waiting.put(name)
            for _ in range(AT_ONCE):
                await waiting.put(None)
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None  # one store went away for all of them
    tell(tally)
    return tally


async def names_in(store: Blobs) -> AsyncIterator[str]:
    """Every name in a store, once."""
    seen: set[str] = set()
    async for kept in store.all():
        if kept.sha256 not in seen:
            seen.add(kept.sha256)
            yield kept.sha256


async def _copy(source: Blobs, target: Blobs, name: str, *, trusts: bool, tally: Tally) -> None:
    if await target.exists(name):
        try:
            if not trusts:
                await target.size(name)
        except (BlobCorrupt, BlobMissing, BlobLocked):
            pass
        else:
            tally.there += 1
            return
    try:
        stored = await target.put(source.stream(name))
        await target.size(name)
    except BlobMissing:
        tally.missing.append(name)
    except BlobCorrupt:
        tally.corrupt.append(name)
    except BlobLocked:
        tally.locked.append(name)
    else:
        tally.copied += 1
        tally.bytes += stored.size


async def _each(names: Iterable[str] | AsyncIterator[str]) -> AsyncIterator[str]:
    if isinstance(names, AsyncIterator):
        async for name in names:
            yield name
        return
    for name in names:
        yield name
