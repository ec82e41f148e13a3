"""The command line of what moves and keeps data: how each command is called."""

from __future__ import annotations

import argparse
from pathlib import Path

Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse gives it no other name


def add_data_commands(on: Commands[argparse.ArgumentParser]) -> None:
    """Everything that moves, keeps or brings back data."""
    _add_moves(on)
    _add_backup(on)
    _add_restore(on)


def _add_moves(on: Commands[argparse.ArgumentParser]) -> None:
    database = on.add_parser("move-database", help="copy everything into another, empty database; go on if broken off")
    database.add_argument("--to", required=True, metavar="URL", help="postgresql://user@host/name or sqlite:///file.db")
    database.epilog = (
        "Stop every process first. The present database is not changed. A password that is not to stand in the list of "
        "processes goes into ~/.pgpass. Killed at any moment, the same command goes on where it was."
    )
    database.set_defaults(run=_move_database)

    evidence = on.add_parser("move-evidence", help="copy all evidence into another store; go on if broken off")
    evidence.add_argument("--to", required=True, metavar="URL", help="s3://bucket/prefix or file:///a/folder")
    evidence.epilog = (
        "May be done while processes run: stop them, do it once more, which copies only what came since, and set "
        "EVIDENCE_URL. Every file is read back in the new store; those there already are read too. "
        "An endpoint and keys are those of AWS_…; files are written with EVIDENCE_KEY, where there is one."
    )
    evidence.set_defaults(run=_move_evidence)

    encrypt = on.add_parser("encrypt-evidence", help="write all evidence anew with EVIDENCE_KEY")
    encrypt.add_argument("--undo", action="store_true", help="without EVIDENCE_KEY: as it is, not encrypted any more")
    encrypt.set_defaults(run=_encrypt_evidence)


def _add_backup(on: Commands[argparse.ArgumentParser]) -> None:
    backup = on.add_parser("backup", help="keep database and evidence in a folder, while processes run")
    backup.add_argument("folder", type=Path, help="of any number of backups, which share their evidence")
    backup.add_argument(
        "--keep", type=int, default=0, metavar="N", help="forget all but the newest N (default: keep all)"
    )
    backup.add_argument("--quiet", action="store_true", help="say only what is wrong")
    backup.add_argument("--check-all", action="store_true", help="also read again the evidence that was kept before")
    backup.add_argument("--postgres-tools", type=Path, metavar="FOLDER", help="where pg_dump and pg_restore are")
    backup.epilog = "Exit status 0: whole; 1: something is missing in it, or nothing was kept."
    backup.set_defaults(run=_backup)


def _add_restore(on: Commands[argparse.ArgumentParser]) -> None:
    restore = on.add_parser("restore", help="bring a backup back to where DATABASE_URL and EVIDENCE_URL say")
    restore.add_argument("folder", type=Path, help="that backup wrote to")
    restore.add_argument("--at", default="", metavar="NAME", help="one of its backups (default: the newest)")
    restore.add_argument("--replace", action="store_true", help="where the database is not empty")
    restore.add_argument(
        "--nothing-happened-since",
        action="store_true",
        help="the program did not run after this backup was made: messages that were waiting are sent",
    )
    restore.add_argument("--postgres-tools", type=Path, metavar="FOLDER", help="where pg_restore is")
    restore.epilog = (
        "Stop every process first. What was due before is held back, since it may have been sent already: see `held`. "
        "Exit status 0: all is back; 1: not all, or nothing."
    )
    restore.set_defaults(run=_restore)

    held = on.add_parser("held", help="what a restore holds back: say it, send it, or drop it")
    do = held.add_mutually_exclusive_group()
    do.add_argument("--release", action="store_true", help="do it now")
    do.add_argument("--drop", action="store_true", help="never do it")
    held.add_argument("--kind", action="append", default=[], help="only of this kind (may be given again)")
    held.set_defaults(run=_held)


def _move_database(given: argparse.Namespace) -> int:
    from bot.moving import move_database

    return move_database(given.to)


def _move_evidence(given: argparse.Namespace) -> int:
    from bot.moving import move_evidence

    return move_evidence(given.to)


def _encrypt_evidence(given: argparse.Namespace) -> int:
    from bot.moving import encrypt_evidence

    return encrypt_evidence(undo=given.undo)


def _backup(given: argparse.Namespace) -> int:
    from bot.backups import backup

    return backup(
        given.folder, keep=given.keep, quiet=given.quiet, checks_all=given.check_all, tools=given.postgres_tools
    )


def _restore(given: argparse.Namespace) -> int:
    from bot.backups import restore

    return restore(
        given.folder,
        at=given.at,
        replace=given.replace,
        nothing_since=given.nothing_happened_since,
        tools=given.postgres_tools,
    )


def _held(given: argparse.Namespace) -> int:
    from bot.backups import held

    return held(given.kind, releases=given.release, drops=given.drop)
