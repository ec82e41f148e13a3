"""The command ``walk``: a scenario played by a person at the terminal, or by the lines of a file."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import clock
from bot.commands import NOT_WELL, WELL, WRONG_CALL, complain, explained, read_text, say
from bot.config import has_colours, read_settings
from bot.publishing import LIBRARY
from bot.terminal import HELP, WIDTH, Play, coloured, plain
from scenarios.checks import check
from scenarios.engine import NoCase
from scenarios.loader import load
from scenarios.problems import ScenarioError, Severity
from scenarios.transcripts import Transcript, dump_transcript, play
from scenarios.walk import Walker

BETWEEN_LINES = timedelta(seconds=10)
"""What passes between two lines of a file."""

TITLE = "Przykładowo"
FACTS = {
    "participant_name": "Gmina Przykładowo",
    "participant_address": "ul. Lipowa 1, 09-100 Przykładowo",
    "participant_hours": "8:00–16:00",
    "participant_phone": "23 555 12 12",
    "participant_email": "urzad@example.org",
    "participant_site": "https://przykladowo.example.org",
    "window": "8:00–16:00",
}
"""An invented institution."""


@explained
def walk(file: Path, *, language: str, participant_type: str, case: str, begins: str, transcript: Path | None) -> int:
    """Play a scenario: each line typed is a reply. ``begins``: a moment as in ISO 8601; now, where it is empty."""
    zone = read_settings().zone
    try:
        begun = _moment(begins, zone)
    except ValueError:
        return complain("--begins is a moment such as 2026-12-09T09:00", WRONG_CALL)
    source = read_text(file)
    errors = tuple(one for one in check(source, filename=str(file)) if one.severity is Severity.ERROR)
    if errors:
        return complain(str(ScenarioError(errors)), NOT_WELL)
    scenario = load(source, filename=str(file))
    kind = participant_type or next(iter(scenario.participant_types), "")
    facts = {"participant_type": kind, **FACTS}
    try:
        walker = Walker.start(scenario, facts=facts, now=begun, zone=zone, language=language, case=case or None)
    except NoCase as error:
        return complain(str(error), WRONG_CALL)
    width = min(WIDTH, shutil.get_terminal_size().columns - 1)
    shown = Play(walker, TITLE, begun, width=width, paint=coloured if has_colours() else plain)
    if sys.stdin.isatty():
        say(HELP)
    say(shown.screen())
    for typed, passed in _lines():
        say(shown.take(typed, passed=passed))
        if shown.is_over:
            break
    if transcript is None:
        return WELL
    run = Transcript(_name(file), "Przejście z terminala.", facts, begun, zone, tuple(shown.lines), case=case or None)
    transcript.write_text(dump_transcript(play(run, scenario)), encoding="utf-8")
    say(f"Written to {transcript}.")
    return WELL


def _moment(begins: str, zone: ZoneInfo) -> datetime:
    if not begins:
        return clock.now().replace(microsecond=0)
    moment = datetime.fromisoformat(begins)
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).astimezone(UTC)


def _name(file: Path) -> str:
    """What a transcript calls the scenario: its place in the library, or the file's own name."""
    whole = file.resolve()
    inside = whole.relative_to(LIBRARY) if whole.is_relative_to(LIBRARY) else Path(whole.name)
    return inside.with_suffix("").as_posix()


def _lines() -> Iterator[tuple[str, timedelta]]:
    """Lines with the time since the one before: from the terminal, with a prompt, or from a file."""
    if not sys.stdin.isatty():
        for line in sys.stdin:
            yield line.rstrip("\r\n"), BETWEEN_LINES
        return
    last = clock.now()
    while True:
        try:
            typed = input("\n> ")
        except EOFError:
            say("")
            return
        now = clock.now()
        yield typed, now - last
        last = now
