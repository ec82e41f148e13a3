"""``python -m bot walk``: a scenario at the terminal, as the juror sees it, and as a transcript."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.commands import NOT_WELL, WELL, WRONG_CALL
from bot.publishing import LIBRARY
from bot.terminal import HELP, Play, coloured
from bot.walking import FACTS, TITLE, walk
from scenarios.autopilot import next_sensible
from scenarios.contact import Closed
from scenarios.loader import load
from scenarios.model import Scenario
from scenarios.reply_lines import write_reply
from scenarios.transcripts import Transcript, differences, dump_transcript, load_transcript, play
from scenarios.walk import Walker
from tests import command_line

BROKEN = Path(__file__).parents[1] / "scenarios" / "broken"
EXAMPLES = LIBRARY / "examples"
FILES = sorted(LIBRARY.rglob("*.yaml"))
WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 12, 9, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def scenario(file: Path) -> Scenario:
    """A scenario of the library."""
    return load(file.read_text(encoding="utf-8"), filename=str(file))


def played(file: Path, *, language: str = "pl") -> Play:
    """A walk that begins."""
    script = scenario(file)
    facts = {"participant_type": script.participant_types[0], **FACTS}
    walker = Walker.start(script, facts=facts, now=NOW, zone=WARSAW, language=language)
    return Play(walker, TITLE, NOW)


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_scenario_can_be_walked_at_the_terminal(file: Path, language: str) -> None:
    """To the end, with a screen after every line; the lines are a transcript that goes as it was walked."""
    walk = played(file, language=language)
    script = walk.walker.scenario
    assert walk.screen().strip()
    while not walk.is_over:
        found = next_sensible(script, walk.walker.turn, now=walk.now, zone=WARSAW)
        assert found is not None
        shown = walk.take(write_reply(found[0]), passed=MINUTE)
        assert TITLE in shown
        assert "${" not in shown
    told = Transcript(file.stem, "", walk.walker.turn.contact.facts, NOW, WARSAW, tuple(walk.lines))
    again = play(told, script).turns[-1]
    assert isinstance(again.prompt, Closed)
    assert again.contact == walk.walker.turn.contact


def test_buttons_are_pressed_by_their_numbers() -> None:
    """A number presses the button it stands on; out of range, it does nothing."""
    walk = played(EXAMPLES / "example_yes_no.yaml")
    assert "[1] Tak   [2] Nie" in walk.screen()
    assert "answered x01: no" in walk.take("2", passed=MINUTE)
    assert [line.reply for line in walk.lines] == ["=no"]
    assert walk.take("99", passed=MINUTE) != ""
    assert walk.take("#99", passed=MINUTE) == HELP


def test_a_number_is_an_answer_where_numbers_are_asked_for() -> None:
    """There buttons are pressed with a number sign, and say so."""
    walk = played(EXAMPLES / "example_integer.yaml")
    assert "[#1]" in walk.screen()
    walk.take("3", passed=MINUTE)
    assert [line.reply for line in walk.lines] == ["3"]


def test_enter_presses_the_only_button_that_answers() -> None:
    """A message that only wants to be read is answered by Enter; a question is not."""
    walk = played(EXAMPLES / "example_acknowledge.yaml")
    walk.screen()
    walk.take("", passed=MINUTE)
    assert [line.reply for line in walk.lines] == ["/tap"]
    asked = played(EXAMPLES / "example_yes_no.yaml")
    asked.screen()
    assert asked.take("", passed=MINUTE) == HELP
    assert asked.lines == []


def test_looking_changes_nothing() -> None:
    """The menu and the way back are buttons too, and no replies."""
    walk = played(EXAMPLES / "example_yes_no.yaml")
    walk.screen()
    more = next(number for number, button in enumerate(walk._buttons(), 1) if button.label.startswith("Więcej"))
    menu = walk.take(str(more), passed=MINUTE)
    assert "Tak" not in menu
    back = next(number for number, button in enumerate(walk._buttons(), 1) if button.label == "Wróć")
    assert "[1] Tak   [2] Nie" in walk.take(str(back), passed=MINUTE)
    assert walk.lines == []


def test_time_passes_when_told() -> None:
    """``/later`` moves the clock before the next answer; too long or no time at all is refused with an example."""
    walk = played(EXAMPLES / "example_yes_no.yaml")
    walk.screen()
    assert "2026-12-11 09:01" in walk.take("/later 2 dni", passed=MINUTE)
    walk.take("tak", passed=MINUTE)
    assert walk.lines[-1].after == f"{2 * 86400 + 120} s"
    assert "/later 2 days" in walk.take("/later", passed=MINUTE)
    assert "/later 2 days" in walk.take("/later soon", passed=MINUTE)
    for _ in range(20):
        told = walk.take("/later 10 dni", passed=MINUTE)
    assert told == "At most 30 days can pass between two answers."
    walk.take("tak", passed=MINUTE)
    run = Transcript("x", "", walk.walker.turn.contact.facts, NOW, WARSAW, tuple(walk.lines))
    assert play(run, walk.walker.scenario).turns[-1].contact == walk.walker.turn.contact


def test_lines_fit_the_terminal_and_colours_are_only_for_terminals() -> None:
    """Long texts are wrapped at words; colours come only where asked for."""
    walk = played(LIBRARY / "wizyta.yaml")
    walk.width = 40
    text = walk.screen().split("[1]")[0]
    assert max(len(line) for line in text.splitlines()) <= 40
    assert "\x1b" not in walk.screen()
    walk.paint = coloured
    assert "\x1b[1m[1]\x1b[0m" in walk.screen()


def test_a_walk_becomes_a_transcript_that_can_be_played_again(tmp_path: Path) -> None:
    """Lines from a file, buttons by number among them, become a golden conversation that goes as it is written."""
    file, script = tmp_path / "told.yaml", "/help\n/dance\n#1\n/later 2 dni\nnie\n/undo\n1\n"
    source = EXAMPLES / "example_yes_no.yaml"
    ended = command_line.run(
        "walk", source, "--transcript", file, "--begins", "2026-12-09T09:00", folder=tmp_path, typed=script
    )
    assert (ended.status, ended.err) == (WELL, "")
    assert "\x1b" not in ended.out
    text = file.read_text(encoding="utf-8")
    told = load_transcript(text)
    assert told.scenario == "examples/example_yes_no"
    assert told.begins == NOW
    assert [line.reply for line in told.lines] == ["=yes", "nie", "/undo", "=yes"]
    again = play(told, scenario(source))
    assert differences(told, again) == ()
    assert dump_transcript(again) == text


def call(file: Path, *, language: str = "pl", kind: str = "", case: str = "", begins: str = "") -> int:
    """The command, without a transcript."""
    return walk(file, language=language, participant_type=kind, case=case, begins=begins, transcript=None)


def test_a_walk_speaks_the_language_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Polish and English, the bot's own words too."""
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert call(EXAMPLES / "example_yes_no.yaml") == WELL
    assert "[1] Tak   [2] Nie" in capsys.readouterr().out
    assert call(EXAMPLES / "example_yes_no.yaml", language="en") == WELL
    assert "[1] Yes   [2] No" in capsys.readouterr().out


def test_a_walk_ends_with_the_contact(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What is typed after the report was sent is not read."""
    lines = io.StringIO("#1\n" * 40)
    monkeypatch.setattr("sys.stdin", lines)
    assert call(EXAMPLES / "example_acknowledge.yaml") == WELL
    assert "submitted" in capsys.readouterr().out
    assert lines.read() != ""


def test_a_walk_at_a_terminal_asks_line_by_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It begins with the help, prompts for each line, and ends with Ctrl+D."""
    typed = iter(["1"])

    def answer(prompt: str) -> str:
        assert prompt == "\n> "
        found = next(typed, None)
        if found is None:
            raise EOFError
        return found

    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdin", terminal)
    monkeypatch.setattr("builtins.input", answer)
    assert call(EXAMPLES / "example_yes_no.yaml") == WELL
    out = capsys.readouterr().out
    assert out.startswith(HELP)
    assert "answered x01: yes" in out


@pytest.mark.parametrize(
    ("file", "given", "status", "words"),
    [
        (BROKEN / "unknown_name.yaml", {}, NOT_WELL, "Did you mean"),
        (BROKEN / "yaml_syntax.yaml", {}, NOT_WELL, "yaml_syntax.yaml:"),
        (LIBRARY / "wizyta.yaml", {"begins": "jutro"}, WRONG_CALL, "2026-12-09T09:00"),
        (LIBRARY / "wizyta.yaml", {"case": "nieznana"}, WRONG_CALL, "nieznana"),
        (LIBRARY / "wizyta.yaml", {"kind": "nieznany"}, WRONG_CALL, "nieznany"),
    ],
)
def test_a_walk_that_cannot_begin_says_why(
    file: Path, given: dict[str, str], status: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A broken scenario, no moment, no such case, no case for the type."""
    assert call(file, **given) == status
    assert words in capsys.readouterr().err
