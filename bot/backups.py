"""Commands that keep data and bring it back: backup, restore, and what a restore holds back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot import clock
from bot.commands import NOT_WELL, WELL, WRONG_CALL, complain, explained, say
from bot.config import Settings, read_settings
from bot.jobs import Kind
from bot.moving import account, list_names
from bot.roles import restored
from bot.stores import blobs_of, keys_in
from storage import backing_up, engines, restoring
from storage import held as holding
from storage.backing_up import EVIDENCE, Backup, DatabaseCopy
from storage.blob_copying import Tally, copy_blobs
from storage.blobs import Blobs
from storage.database import Database, Unit
from storage.failures import CannotMove


@explained
def backup(folder: Path, *, keep: int, quiet: bool, checks_all: bool, tools: Path | None) -> int:
    """Keep the database as it is now, then the evidence it names; forget old ones."""
    if keep < 0:
        return complain("--keep: a number of backups, 1 or more; 0 keeps all.", WRONG_CALL)
    settings = read_settings()
    made_at = clock.now()
    with backing_up.only_one(folder):
        partial = backing_up.begin(folder, made_at)
        url = engines.parse_url(settings.database_url)
        copy = backing_up.copy_database(url, partial, tools=tools)
        into = _evidence_of(folder, settings)
        tally, extra = asyncio.run(_copy_evidence(blobs_of(settings), into, copy, trusts=not checks_all))
        lost = {*tally.missing, *tally.corrupt, *tally.locked}
        lost -= set(tally.missing) - backing_up.names_now(url)  # erased while we copied
        kept = (copy.names | copy.mentioned) - {*tally.missing, *tally.corrupt, *tally.locked}
        kept -= {*extra.missing, *extra.corrupt, *extra.locked}
        made = backing_up.finish(
            partial, made_at, copy, kept=kept, missing=lost, encrypted_with=keys_in(settings).current_id
        )
        forgotten = asyncio.run(_forget(folder, into, keep)) if keep else []
    if not quiet:
        rows = sum(content.rows for content in copy.tables.values())
        say(f"{made.folder}: {rows} rows in {len(copy.tables)} tables.")
        say(account(_with_found(tally, extra)))
        if forgotten:
            say(f"Forgotten: {', '.join(forgotten)}.")
    list_names("named in the database, and cannot be read in the evidence store", sorted(lost))
    return complain("The backup was made; evidence is missing in it.", NOT_WELL) if lost else WELL


@explained
def restore(folder: Path, *, at: str, replace: bool, nothing_since: bool, tools: Path | None) -> int:
    """Bring a backup back, each hash checked; hold back what was due before."""
    settings = read_settings()
    found = _chosen(folder, at)
    known = {key.hex() for key in keys_in(settings).known}
    if found.encrypted_with is not None and found.encrypted_with not in known:
        return complain(
            f"The evidence of this backup is encrypted with the key {found.encrypted_with}: "
            "give it as EVIDENCE_KEY, or among EVIDENCE_KEYS_OLD.",
            WRONG_CALL,
        )
    restoring.require_target(found, settings.database_url, replace=replace, tools=tools)
    say(f"{found.folder}: of {found.made_at.astimezone(settings.zone):%Y-%m-%d %H:%M %Z}.")
    tally = asyncio.run(_bring_back(_evidence_of(folder, settings), blobs_of(settings), found))
    say(account(tally))
    now = clock.now()
    from bot.app import desk_of

    desk = desk_of(settings)

    def settle(unit: Unit) -> restored.Settled:
        return restored.settle(unit, desk, made_at=found.made_at, nothing_since=nothing_since, now=now)

    settled = restoring.restore_database(found, settings.database_url, settle=settle, now=now, tools=tools)
    rows = sum(content.rows for content in found.tables.values())
    say(f"{rows} rows in {len(found.tables)} tables are back, and their hashes are those of the backup.")
    if settled.held:
        say(f"Held back, since it may have been done already: {_counted(settled.held)}. See: python -m bot held")
    if settled.jurors:
        say(f"{settled.jurors} jurors with open contacts are shown where they are as soon as they write.")
    lost = sorted({*tally.missing, *tally.corrupt, *tally.locked} | found.missing)
    list_names("evidence that this backup has not, or not whole", lost)
    return complain("The database is back; not all evidence is.", NOT_WELL) if lost else WELL


@explained
def held(kinds: Sequence[str], *, releases: bool, drops: bool) -> int:
    """Say what a restore holds back; do it now, or never."""
    wrong = sorted(set(kinds) - set(Kind))
    if wrong:
        return complain(f"--kind: {wrong[0]} is none of {', '.join(sorted(Kind))}", WRONG_CALL)
    chosen = set(kinds) or {str(kind) for kind in Kind}
    settings = read_settings()
    now = clock.now()

    async def act() -> str:
        database = Database(settings.database_url)
        await database.start()
        try:
            if releases:
                done = await database.run(lambda unit: restored.release(unit, chosen, now=now))
                return f"{done} jobs go on now."
            if drops:
                done = await database.run(lambda unit: restored.drop(unit, chosen, now=now))
                return f"{done} jobs were given up."
            counts = await database.read(holding.held)
            return f"Held back: {_counted(counts)}." if counts else "Nothing is held back."
        finally:
            await database.stop()

    say(asyncio.run(act()))
    return WELL


def _evidence_of(folder: Path, settings: Settings) -> Blobs:
    return Blobs(str(folder / EVIDENCE), keys=keys_in(settings))


async def _copy_evidence(source: Blobs, into: Blobs, copy: DatabaseCopy, *, trusts: bool) -> tuple[Tally, Tally]:
    await into.require_room()
    named = await copy_blobs(source, into, sorted(copy.names), trusts=trusts, tell=_silent)
    mentioned = await copy_blobs(source, into, sorted(copy.mentioned), trusts=trusts, tell=_silent)
    return named, mentioned


def _with_found(named: Tally, mentioned: Tally) -> Tally:
    """All that is in the backup: of what is mentioned by the way, only what was there."""
    return replace(
        named,
        copied=named.copied + mentioned.copied,
        there=named.there + mentioned.there,
        bytes=named.bytes + mentioned.bytes,
    )


async def _bring_back(kept: Blobs, into: Blobs, found: Backup) -> Tally:
    await into.require_room()
    return await copy_blobs(kept, into, found.evidence(), tell=lambda tally: say(f"{tally.seen} files so far"))


async def _forget(folder: Path, kept: Blobs, keep: int) -> list[str]:
    gone, needed = backing_up.forget_old(folder, keep=keep)
    async for blob in kept.all():
        if blob.sha256 not in needed:
            await kept.delete(blob.sha256)
    return gone


def _chosen(folder: Path, at: str) -> Backup:
    every = backing_up.backups(folder)
    if not every:
        raise CannotMove(f"there is no backup in {folder}")
    if not at:
        return backing_up.read(every[-1])
    for path in every:
        if path.name == at:
            return backing_up.read(path)
    raise CannotMove(f"--at: {folder} has {', '.join(path.name for path in every)}")


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))


def _silent(_: Any) -> None:  # noqa: ANN401 - a tally
    return
