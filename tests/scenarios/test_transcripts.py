"""Golden conversations: every transcript goes as it is written down."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from scenarios.contact import Closed, NotChecked, Pick
from scenarios.loader import load
from scenarios.model import Scenario
from scenarios.transcripts import BadTranscript, differences, dump_transcript, line_of, load_transcript, play

LIBRARY = Path(__file__).parents[2] / "scenarios" / "library"
TRANSCRIPTS = Path(__file__).parent / "transcripts"
FILES = sorted(TRANSCRIPTS.rglob("*.yaml"))

HEAD = """\
scenario: examples/example_yes_no
about: Próba
facts: {participant_type: gmina}
begins: 2026-12-09T09:00:00+01:00
"""


@cache
def scenario(name: str) -> Scenario:
    """A scenario of the library, read once."""
    return load((LIBRARY / f"{name}.yaml").read_text(encoding="utf-8"), filename=name)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(TRANSCRIPTS).with_suffix("").as_posix())
def test_transcript_goes_as_written(file: Path, *, update: bool) -> None:
    """The conversation brings about what the transcript says, turn by turn."""
    transcript = load_transcript(file.read_text(encoding="utf-8"))
    played = play(transcript, scenario(transcript.scenario))
    if update:
        file.write_text(dump_transcript(played), encoding="utf-8")
        return
    assert transcript.lines
    assert differences(transcript, played) == ()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(TRANSCRIPTS).with_suffix("").as_posix())
def test_transcripts_are_written_as_they_are_read(file: Path) -> None:
    """Reading a transcript and writing it again changes nothing."""
    text = file.read_text(encoding="utf-8")
    assert dump_transcript(load_transcript(text)) == text


def test_every_example_and_every_scenario_has_a_transcript() -> None:
    """No scenario of the library is without a golden conversation that ends with its report sent."""
    told: dict[str, bool] = {}
    for file in FILES:
        transcript = load_transcript(file.read_text(encoding="utf-8"))
        last = play(transcript, scenario(transcript.scenario)).turns[-1]
        told[transcript.scenario] = told.get(transcript.scenario, False) or isinstance(last.prompt, Closed)
    names = {path.relative_to(LIBRARY).with_suffix("").as_posix() for path in LIBRARY.rglob("*.yaml")}
    assert told == dict.fromkeys(names, True)


def test_a_difference_is_told_line_by_line() -> None:
    """A conversation that goes otherwise says where, what was expected and what came."""
    text = HEAD + "turns:\n- reply: =no\n  expect:\n    prompt: ask x03\n"
    transcript = load_transcript(text)
    found = differences(transcript, play(transcript, scenario(transcript.scenario)))
    assert [line.split(":")[0] for line in found] == ["begin", "1. =no"]
    assert "ask x03" in found[1]
    assert "ask x02" in found[1]


def test_a_walk_can_be_kept_as_a_transcript() -> None:
    """Replies taken in a walk become lines, and playing them fills in what is expected."""
    bare = load_transcript(HEAD + "turns: []\n")
    kept = replace(bare, lines=(line_of(Pick("no")), line_of(NotChecked(), after="2 min")))
    played = play(kept, scenario(kept.scenario))
    assert [line.reply for line in played.lines] == ["=no", "/unchecked"]
    assert load_transcript(dump_transcript(played)) == played
    assert differences(played, played) == ()


def test_notes_cases_and_missing_expectations_are_kept() -> None:
    """What an author wrote beside the replies stays when the transcript is written anew."""
    text = HEAD + "case: przyklad\nturns:\n- {reply: =no, note: dlaczego, after: 2 min}\n- reply: /lock\n"
    transcript = load_transcript(text)
    again = load_transcript(dump_transcript(transcript))
    assert again == transcript
    assert again.case == "przyklad"
    assert (again.lines[0].note, again.lines[0].after, again.lines[0].expect) == ("dlaczego", "2 min", None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a list",
        "turns: []",
        "{",
        HEAD,
        HEAD + "turns: 5\n",
        HEAD.replace("2026-12-09T09:00:00+01:00", "kiedyś") + "turns: []\n",
        HEAD + "zone: Mars/Olympus\nturns: []\n",
    ],
)
def test_what_is_no_transcript_is_refused(text: str) -> None:
    """A file that is no transcript says so."""
    with pytest.raises(BadTranscript):
        load_transcript(text)


@pytest.mark.parametrize("line", ["{reply: /dance}", "{reply: tak, after: trochę}"])
def test_lines_that_mean_nothing_are_refused(line: str) -> None:
    """A reply or a time that cannot be read is the transcript's mistake, not the engine's."""
    transcript = load_transcript(HEAD + f"turns:\n- {line}\n")
    with pytest.raises(BadTranscript):
        play(transcript, scenario(transcript.scenario))
