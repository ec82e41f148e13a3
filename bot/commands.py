"""What the command line does: each command as a function that returns an exit status."""

from __future__ import annotations

import asyncio
import shutil
import sys
import webbrowser
from collections.abc import Callable, Coroutine, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial, wraps
from pathlib import Path
from typing import Any, ParamSpec

from bot import clock
from bot.config import Settings, WrongSetting, has_display, read_settings
from scenarios.problems import ScenarioError, Severity, describe
from storage.failures import BadUrl, NotMigrated, StorageUnavailable

WELL, NOT_WELL, WRONG_CALL = 0, 1, 2

DEMO_FOLDER = Path("data/demo")
"""Where the demo edition lives; nothing else is there."""

EDITION_LASTS = timedelta(days=90)
"""Length of an edition that ``invite`` begins."""

P = ParamSpec("P")


def _explained(command: Callable[P, int]) -> Callable[P, int]:
    """Turn what a person at the terminal can mend into a sentence instead of a traceback."""

    @wraps(command)
    def run(*arguments: P.args, **named: P.kwargs) -> int:
        try:
            return command(*arguments, **named)
        except WrongSetting as error:
            return _complain(f"Wrong settings:\n{error}", WRONG_CALL)
        except BadUrl as error:
            return _complain(f"DATABASE_URL: {error}", WRONG_CALL)
        except NotMigrated as error:
            return _complain(f"{error}\nRun: python -m bot migrate", NOT_WELL)
        except (StorageUnavailable, OSError) as error:
            return _complain(str(error), NOT_WELL)
        except KeyboardInterrupt:
            return WELL

    return run


def _complain(message: str, status: int) -> int:
    print(message, file=sys.stderr)
    return status


def _say(message: str) -> None:
    print(message, flush=True)


@_explained
def serve_and_work() -> int:
    """Everything in one process."""
    return _run(read_settings(), serve=True, work=True)


@_explained
def serve() -> int:
    """HTTP and polling."""
    return _run(read_settings(), serve=True, work=False)


@_explained
def work() -> int:
    """Jobs."""
    return _run(read_settings(), serve=False, work=True)


def _run(settings: Settings, *, serve: bool, work: bool) -> int:
    from bot.app import Does, run

    asyncio.run(run(settings, Does(serve=serve, work=work)))
    return WELL


@_explained
def migrate() -> int:
    """Bring the database to the version of this code."""
    from storage.migrate import migrate as bring_up

    bring_up(read_settings().database_url)
    _say("The database is up to date.")
    return WELL


@_explained
def demo(*, reset: bool) -> int:
    """Start the demo edition, or forget it."""
    if reset:
        shutil.rmtree(DEMO_FOLDER, ignore_errors=True)
        _say("The demo edition is forgotten; the next start begins afresh.")
        return WELL
    from bot.app import Does, run
    from storage.migrate import migrate as bring_up

    DEMO_FOLDER.mkdir(parents=True, exist_ok=True)
    settings = read_settings().model_copy(
        update={
            "database_url": f"sqlite:///{DEMO_FOLDER / 'demo.db'}",
            "evidence_url": f"file:{DEMO_FOLDER / 'evidence'}",
            "telegram_token": None,
            "public_url": None,
        }
    )
    bring_up(settings.database_url)
    chats = asyncio.run(_seed(settings))
    address = f"{settings.own_url}/demo"

    def announce() -> None:
        _say(
            f"\n  Three chats are waiting at {address}\n  Ctrl+C ends it; the next start finds everything as it was.\n"
        )
        if has_display():
            webbrowser.open(address)

    asyncio.run(run(settings, Does(serve=True, work=True), demo=chats, on_ready=announce))
    return WELL


async def _seed(settings: Settings) -> list[Any]:
    from bot.app import parts_of
    from bot.demo import seed
    from bot.web_demo import DemoChat
    from storage.people import Role

    labels = {Role.JUROR: "Juror", Role.COORDINATOR: "Koordynator", Role.ORGANIZER: "Organizator"}
    async with parts_of(settings) as parts:
        seats = await parts.database.run(partial(_seeded, seed, parts.desk))
    return [DemoChat(labels[seat.role], seat.chat) for seat in seats]


def _seeded(seed: Callable[..., Any], desk: object, unit: object) -> Any:  # noqa: ANN401 - seats
    return seed(unit, desk, now=clock.now())


@_explained
def invite(name: str, *, role: str, edition: str, days: int) -> int:
    """Add a person, where there is no one of that name and role, and print a one-time link."""
    if not name.strip() or days < 1:
        return _complain("A name and at least one day are needed.", WRONG_CALL)
    from bot.invitations import NoSuchEdition, invite_person

    settings = read_settings()

    async def make(parts: Any) -> int:  # noqa: ANN401 - bot.app.Parts
        try:
            token = await parts.database.run(
                lambda unit: invite_person(
                    unit,
                    parts.desk,
                    name.strip(),
                    role=role,
                    edition=edition.strip(),
                    lasts=timedelta(days=days),
                    edition_lasts=EDITION_LASTS,
                    now=clock.now(),
                )
            )
        except NoSuchEdition as error:
            return _complain(str(error), WRONG_CALL)
        _say(f"Web chat:  {settings.own_url}/w/{token}")
        if parts.telegram is not None:
            bot_name = await parts.telegram.bot_name()
            if bot_name is None:
                _say("Telegram:  the Bot API server did not answer; the link is https://t.me/<bot>?start=" + token)
            else:
                _say(f"Telegram:  https://t.me/{bot_name}?start={token}")
        _say(f"It works once, for {days} days.")
        return WELL

    return asyncio.run(_with_parts(settings, make))


async def _with_parts(settings: Settings, act: Callable[[Any], Coroutine[Any, Any, int]]) -> int:
    from bot.app import parts_of

    async with parts_of(settings) as parts:
        return await act(parts)


@_explained
def check(files: Sequence[Path]) -> int:
    """Say what is wrong with scenario files."""
    from scenarios.checks import check as look

    errors = warnings = 0
    for path in files:
        for problem in look(path.read_text(encoding="utf-8", errors="replace"), filename=str(path)):
            _say(describe(problem))
            errors += problem.severity is Severity.ERROR
            warnings += problem.severity is not Severity.ERROR
    _say(f"{len(files)} files, {errors} errors, {warnings} warnings.")
    return NOT_WELL if errors else WELL


@_explained
def publish(files: Sequence[Path]) -> int:
    """Publish scenario files that have no errors."""
    from bot.publishing import publish_file

    settings = read_settings()

    async def make(parts: Any) -> int:  # noqa: ANN401 - bot.app.Parts
        status = WELL
        for path in files:
            try:
                fresh = await parts.database.run(partial(_published, publish_file, path))
            except ScenarioError as error:
                _complain(str(error), NOT_WELL)
                status = NOT_WELL
                continue
            _say(f"{path}: {'published' if fresh else 'this version is published already'}")
        return status

    return asyncio.run(_with_parts(settings, make))


def _published(publish_file: Callable[..., bool], path: Path, unit: object) -> bool:
    return publish_file(unit, path, now=clock.now())


@_explained
def walk(file: Path, *, language: str, participant_type: str, transcript: Path | None) -> int:
    """Play a scenario: each line typed is a reply."""
    from scenarios.engine import NoCase
    from scenarios.loader import load
    from scenarios.transcripts import Line, Transcript, dump_transcript, play
    from scenarios.walk import Walker

    settings = read_settings()
    try:
        scenario = load(file.read_text(encoding="utf-8"), filename=str(file))
    except ScenarioError as error:
        return _complain(str(error), NOT_WELL)
    kind = participant_type or next(iter(scenario.participant_types), "")
    facts = {"participant_type": kind, "participant_name": "Przykładowo", "participant_hours": "8:00–16:00"}
    begun = clock.now()
    try:
        walker = Walker.start(scenario, facts=facts, now=begun, zone=settings.zone, language=language)
    except NoCase as error:
        return _complain(str(error), WRONG_CALL)
    _say("\n".join(walker.screen()))
    lines: list[Line] = []
    last = begun
    for typed in _typed_lines():
        now = clock.now()
        _say("\n".join(walker.say(typed, now=now)))
        lines.append(Line(typed, after=_seconds_between(last, now)))
        last = now
        if walker.is_over:
            break
    if transcript is not None:
        run = Transcript(file.stem, "a walk", facts, begun, settings.zone, tuple(lines))
        transcript.write_text(dump_transcript(play(run, scenario)), encoding="utf-8")
        _say(f"Written to {transcript}.")
    return WELL


def _typed_lines() -> Iterator[str]:
    """Lines from the terminal, with a prompt, or from a file."""
    if not sys.stdin.isatty():
        yield from (line.rstrip("\n") for line in sys.stdin)
        return
    while True:
        try:
            yield input("> ")
        except EOFError:
            return


def _seconds_between(earlier: datetime, later: datetime) -> str:
    return f"{max(1, round((later - earlier).total_seconds()))} s"
