"""What the command line does: each command as a function that returns an exit status."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import shutil
import sys
import webbrowser
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from functools import partial, wraps
from pathlib import Path
from typing import Any, ParamSpec

import uvloop
from attrs import evolve

from bot import clock
from bot.config import LogFormat, Settings, WrongSetting, has_display, others_can_read, read_settings
from scenarios.problems import ScenarioError, Severity, describe
from storage.failures import BadUrl, CannotMove, InUse, NotMigrated, StorageUnavailable, Superseded

log = logging.getLogger(__name__)

WELL, NOT_WELL, WRONG_CALL = 0, 1, 2

DEMO_FOLDER = Path("data/demo")
"""Where the demo edition lives; nothing else is there."""

EDITION_LASTS = timedelta(days=90)
"""Length of an edition that ``invite`` begins."""

P = ParamSpec("P")


def explained(command: Callable[P, int]) -> Callable[P, int]:
    """Turn what a person at the terminal can mend into a sentence instead of a traceback."""

    @wraps(command)
    def run(*arguments: P.args, **named: P.kwargs) -> int:
        try:
            return command(*arguments, **named)
        except KeyboardInterrupt:
            return WELL
        except Exception as error:
            found = _explanation(error)
            if found is None:
                raise
            return complain(*found)

    return run


def _explanation(error: BaseException) -> tuple[str, int] | None:
    """A sentence and an exit status for what can be mended; None for our own mistakes."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    match error:
        case WrongSetting():
            return f"Wrong settings:\n{error}", WRONG_CALL
        case BadUrl():
            return f"Wrong settings:\nDATABASE_URL: {error}", WRONG_CALL
        case NotMigrated() | StorageUnavailable() | Superseded() | InUse() | CannotMove():
            return str(error), NOT_WELL
        case WrongFile():
            return str(error), NOT_WELL
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            return f"{where}{error.strerror or error}", NOT_WELL
        case _:
            return None


class WrongFile(Exception):
    """A file that cannot be read; the message names it."""


def read_text(path: Path) -> str:
    """The text of a file. Raises WrongFile."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise WrongFile(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise WrongFile(f"{path}: not text in UTF-8") from error


def complain(message: str, status: int) -> int:
    """Say what is wrong, and give back the exit status."""
    print(message, file=sys.stderr)  # noqa: T201 - the command line speaks
    return status


def say(message: str) -> None:
    """Say something to the person at the terminal."""
    print(message, flush=True)  # noqa: T201 - the command line speaks


@explained
def serve_and_work() -> int:
    """Everything in one process."""
    return _run(read_settings(), serve=True, work=True)


@explained
def serve() -> int:
    """HTTP and polling."""
    return _run(read_settings(), serve=True, work=False)


@explained
def work() -> int:
    """Jobs."""
    return _run(read_settings(), serve=False, work=True)


def _run(settings: Settings, *, serve: bool, work: bool) -> int:
    from bot.app import Does, run
    from bot.logs import tune_logs

    tune_logs(level=settings.log_level, as_json=settings.log_format is LogFormat.JSON)
    if others_can_read():
        log.warning("others on this machine can read .env, which holds secrets: chmod 600 .env")
    uvloop.run(run(settings, Does(serve=serve, work=work)))
    return WELL


@explained
def migrate() -> int:
    """Bring the database to the version of this code."""
    from storage.migrate import migrate as bring_up

    bring_up(read_settings().database_url)
    say("The database is up to date.")
    return WELL


@explained
def demo(*, reset: bool) -> int:
    """Start the demo edition, or forget it."""
    if reset:
        shutil.rmtree(DEMO_FOLDER, ignore_errors=True)
        say("The demo edition is forgotten; the next start begins afresh.")
        return WELL
    from bot.app import Does, run
    from storage.migrate import migrate as bring_up

    DEMO_FOLDER.mkdir(parents=True, exist_ok=True)
    settings = evolve(
        read_settings(),
        database_url=f"sqlite:///{DEMO_FOLDER / 'demo.db'}",
        evidence_url=f"file:{DEMO_FOLDER / 'evidence'}",
        telegram_token=None,
        public_url=None,
    )
    bring_up(settings.database_url)
    chats = asyncio.run(_seed(settings))
    address = f"{settings.own_url}/demo"

    def announce() -> None:
        say(f"\n  Three chats are waiting at {address}\n  Ctrl+C ends it; the next start finds everything as it was.\n")
        if has_display():
            webbrowser.open(address)

    asyncio.run(run(settings, Does(serve=True, work=True), demo=chats, on_ready=announce))
    return WELL


async def _seed(settings: Settings) -> list[Any]:
    from bot.app import parts_of
    from bot.demo import keep_photos, seed
    from bot.web_demo import DemoChat
    from storage.people import Role

    labels = {Role.JUROR: "Juror", Role.COORDINATOR: "Koordynator", Role.ORGANIZER: "Organizator"}
    async with parts_of(settings) as parts:
        photos = await keep_photos(parts.blobs, parts.desk, now=clock.now())
        seats = await parts.database.run(partial(_seeded, seed, parts.desk, photos))
    return [DemoChat(labels[seat.role], seat.chat) for seat in seats]


def _seeded(seed: Callable[..., Any], desk: object, photos: object, unit: object) -> Any:  # noqa: ANN401 - seats
    return seed(unit, desk, now=clock.now(), photos=photos)


@explained
def invite(name: str, *, role: str, edition: str, days: int, may_begin: bool = False) -> int:
    """Add a person, where there is no one of that name and role, and print a one-time link."""
    if not name.strip() or days < 1:
        return complain("A name and at least one day are needed.", WRONG_CALL)
    from bot.invitations import NoSuchEdition, invite_person

    settings = read_settings()
    now = clock.now()
    until = now + timedelta(days=days)

    async def make(parts: Any) -> int:  # noqa: ANN401 - bot.app.Parts
        try:
            token = await parts.database.run(
                lambda unit: invite_person(
                    unit,
                    parts.desk,
                    name.strip(),
                    role=role,
                    edition=edition.strip(),
                    lasts=until - now,
                    edition_lasts=EDITION_LASTS,
                    may_begin=may_begin,
                    now=now,
                )
            )
        except NoSuchEdition as error:
            return complain(str(error), WRONG_CALL)
        say(f"Web chat:  {settings.own_url}/w/{token}")
        if parts.telegram is not None:
            bot_name = await parts.telegram.bot_name()
            if bot_name is None:
                say("Telegram:  the Bot API server did not answer; the link is https://t.me/<bot>?start=" + token)
            else:
                say(f"Telegram:  https://t.me/{bot_name}?start={token}")
        say(f"One of them can be used, once, until {until.astimezone(settings.zone):%Y-%m-%d %H:%M}.")
        return WELL

    return asyncio.run(_with_parts(settings, make))


async def _with_parts(settings: Settings, act: Callable[[Any], Coroutine[Any, Any, int]]) -> int:
    from bot.app import parts_of

    async with parts_of(settings) as parts:
        return await act(parts)


@explained
def check(files: Sequence[Path]) -> int:
    """Say what is wrong with scenario and rubric files."""
    from bot.checking import problems_of

    errors = warnings = 0
    sources: dict[Path, str] = {}
    for path in files:
        try:
            sources[path] = read_text(path)
        except WrongFile as error:
            say(str(error))
            errors += 1
    for problem in problems_of(sources):
        say(describe(problem))
        errors += problem.severity is Severity.ERROR
        warnings += problem.severity is not Severity.ERROR
    say(f"{len(files)} files, {errors} errors, {warnings} warnings.")
    return NOT_WELL if errors else WELL


@explained
def bench(words: Sequence[str]) -> int:
    """Run a benchmark of the source tree."""
    name = "tests.benchmarks.command"
    try:
        found = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        found = None
    if found is None:
        return complain(
            "The benchmarks are in tests/benchmarks of the source tree, not in an installed program. "
            "Run this in the folder of the sources: python -m bot bench",
            WRONG_CALL,
        )
    status: int = importlib.import_module(name).main(list(words))
    return status


@explained
def publish(files: Sequence[Path]) -> int:
    """Publish scenario files that have no errors."""
    from bot.publishing import publish_file

    settings = read_settings()

    async def make(parts: Any) -> int:  # noqa: ANN401 - bot.app.Parts
        status = WELL
        for path in files:
            try:
                read_text(path)
                fresh = await parts.database.run(partial(_published, publish_file, path))
            except (ScenarioError, WrongFile) as error:
                status = complain(str(error), NOT_WELL)
                continue
            say(f"{path}: {'published' if fresh else 'this version is published already'}")
        return status

    return asyncio.run(_with_parts(settings, make))


@explained
def switch_rater(file: Path, *, edition: str) -> int:
    """Let an edition's rater suggest where calibration let it pass: the gate file of ``calibrate`` is taken over."""
    from bot.roles.rating import switch_gates
    from storage import editions
    from storage.rater_rules import gates_of

    settings = read_settings()
    try:
        model, prompt, gates = gates_of(json.loads(read_text(file)))
    except ValueError as error:
        raise WrongFile(f"{file}: {error}") from error

    async def make(parts: Any) -> int:  # noqa: ANN401 - bot.app.Parts
        every = await parts.database.read(editions.editions)
        found = [one for one in every if one.name == edition]
        if len(found) != 1:
            names = ", ".join(f"“{one.name}”" for one in every) or "none yet"
            return complain(
                f"--edition: there are {len(found)} editions “{edition}”; editions here: {names}", WRONG_CALL
            )
        await parts.database.run(lambda unit: switch_gates(unit, found[0].id, model, prompt, gates, now=clock.now()))
        on = sorted(name for name, gate in gates.items() if gate.suggests)
        say(f"{edition}, {model}: suggestions for {', '.join(on) or 'no criterion'}; {len(gates) - len(on)} off.")
        if settings.openai_model is not None and settings.openai_model != model:
            say(f"OPENAI_MODEL is {settings.openai_model}: nothing is suggested until it is {model}.")
        return WELL

    return asyncio.run(_with_parts(settings, make))


def _published(publish_file: Callable[..., bool], path: Path, unit: object) -> bool:
    return publish_file(unit, path, now=clock.now())
