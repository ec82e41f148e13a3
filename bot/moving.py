"""Commands that move data elsewhere, or write it anew: the database, the evidence, its encryption."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

from bot.commands import NOT_WELL, WELL, WRONG_CALL, complain, explained, say
from bot.config import read_settings
from bot.stores import blobs_of
from storage import blob_names, engines
from storage.blob_copying import Tally, copy_blobs, names_in
from storage.blobs import BlobCorrupt, BlobLocked, BlobMissing, Blobs
from storage.copying import move
from storage.database import Database
from storage.failures import BadUrl

SHOWN = 20
"""Names of files that are printed one by one."""


@explained
def move_database(to: str) -> int:
    """Copy everything into another database, and compare."""
    settings = read_settings()
    try:
        engines.parse_url(to)
    except BadUrl as error:
        return complain(f"--to: {error}", WRONG_CALL)
    held = move(settings.database_url, to, tell=lambda table, rows, total: say(f"{table}: {rows} of {total} rows"))
    rows = sum(content.rows for content in held.values())
    say(f"{rows} rows in {len(held)} tables are there, and their hashes are the same.")
    say("Now set DATABASE_URL to the new address. The old database is as it was; keep it as long as you like.")
    return WELL


@explained
def move_evidence(to: str) -> int:
    """Copy every file into another store, and read it back there."""
    settings = read_settings()
    if urlsplit(to).scheme not in {"s3", "file"}:
        return complain("--to: an evidence address looks like file:///a/folder or s3://bucket/prefix", WRONG_CALL)
    if to.rstrip("/") == settings.evidence_url.rstrip("/"):
        return complain("--to: that is where the evidence is already", WRONG_CALL)
    try:
        source, target = blobs_of(settings), blobs_of(settings, to)
    except BadUrl as error:
        return complain(f"--to: {error}", WRONG_CALL)

    async def copy() -> tuple[Tally, list[str]]:
        await target.require_room()
        tally = await copy_blobs(source, target, names_in(source), tell=_tell)
        return tally, await _absent(settings.database_url, target)

    tally, absent = asyncio.run(copy())
    say(account(tally))
    list_names("named in the database, and in neither store", [name for name in absent if name not in tally.corrupt])
    if not tally.is_whole or absent:
        return complain("Not all evidence is in the new store.", NOT_WELL)
    say("Now set EVIDENCE_URL to the new address.")
    return WELL


@explained
def encrypt_evidence(*, undo: bool) -> int:
    """Write every file anew in today's form, with today's key."""
    settings = read_settings()
    if undo and settings.evidence_key is not None:
        return complain("--undo: put EVIDENCE_KEY among EVIDENCE_KEYS_OLD, and leave it empty itself.", WRONG_CALL)
    if not undo and settings.evidence_key is None:
        return complain("EVIDENCE_KEY is empty: there is nothing to encrypt with.", WRONG_CALL)
    store = blobs_of(settings)

    async def renew() -> tuple[int, int, list[str]]:
        changed = same = 0
        unread = []
        async for name in names_in(store):
            try:
                if await store.renew(name):
                    changed += 1
                else:
                    same += 1
            except (BlobMissing, BlobCorrupt, BlobLocked):
                unread.append(name)
        return changed, same, unread

    changed, same, unread = asyncio.run(renew())
    say(f"{changed} files written anew, {same} were so already, {len(unread)} cannot be read.")
    list_names("cannot be read: damaged, or encrypted with a key that is not given", unread)
    return NOT_WELL if unread else WELL


def account(tally: Tally) -> str:
    """What became of the files, in a line."""
    return (
        f"{tally.seen} files of evidence: {tally.copied} copied ({tally.bytes} bytes), {tally.there} there already, "
        f"{len(tally.missing)} missing, {len(tally.corrupt)} damaged, {len(tally.locked)} without their key."
    )


def list_names(what: str, names: list[str]) -> None:
    """Name some files, and say how many more there are."""
    for name in names[:SHOWN]:
        complain(f"{name}: {what}", NOT_WELL)
    if len(names) > SHOWN:
        complain(f"and {len(names) - SHOWN} more", NOT_WELL)


def _tell(tally: Tally) -> None:
    say(f"{tally.seen} files so far")


async def _absent(database_url: str, store: Blobs) -> list[str]:
    """Files that the database names and the store has not; none where there is no database yet."""
    database = Database(database_url)
    if database.dialect == "sqlite" and not await asyncio.to_thread(Path(str(database.url.database)).exists):
        return []
    await database.start()
    try:
        names = await database.read(lambda unit: blob_names.named(unit.connection))
    finally:
        await database.stop()
    return [name for name in sorted(names) if not await store.exists(name)]
