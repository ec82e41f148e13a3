"""Golden conversations: a scenario, replies and what each must bring about, as YAML. Played, and written anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from scenarios.contact import Reply, Turn
from scenarios.durations import read_duration
from scenarios.engine import advance, begin, lock
from scenarios.model import Scenario
from scenarios.reply_lines import read_reply, write_reply
from scenarios.turn_lines import event_line, prompt_line, rejection_line

DEFAULT_STEP = "10 s"
"""Time that passes before a reply unless the transcript says otherwise."""

LOCK_LINE = "/lock"
"""Not a reply: the correction window closes."""

WIDTH = 110


class BadTranscript(ValueError):
    """The text is not a transcript."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What one turn brings about, in lines."""

    prompt: str
    events: tuple[str, ...] = ()
    rejection: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One reply of a transcript; ``after`` is the time since the one before, as it is typed."""

    reply: str
    after: str = DEFAULT_STEP
    expect: Expected | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """A whole conversation. ``scenario`` names the file it is about."""

    scenario: str
    about: str
    facts: Mapping[str, str]
    begins: datetime
    zone: ZoneInfo
    lines: tuple[Line, ...]
    opening: Expected | None = None
    case: str | None = None
    turns: tuple[Turn, ...] = field(default=(), compare=False)
    """The turns it made, where it was played: the opening one first."""


def load_transcript(text: str) -> Transcript:
    """The transcript written in YAML. Raises BadTranscript."""
    try:
        data = yaml.safe_load(text)
        begins = data["begins"]
        return Transcript(
            scenario=data["scenario"],
            about=data["about"],
            facts={name: str(value) for name, value in data["facts"].items()},
            begins=(begins if isinstance(begins, datetime) else datetime.fromisoformat(begins)).astimezone(UTC),
            zone=ZoneInfo(data.get("zone", "Europe/Warsaw")),
            case=data.get("case"),
            opening=_read_expected(data.get("expect")),
            lines=tuple(
                Line(
                    str(line["reply"]),
                    line.get("after", DEFAULT_STEP),
                    _read_expected(line.get("expect")),
                    line.get("note"),
                )
                for line in data["turns"]
            ),
        )
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadTranscript(str(error)) from error


def dump_transcript(transcript: Transcript) -> str:
    """The transcript as YAML, one line a reply and what it brings about below."""
    head: dict[str, Any] = {
        "scenario": transcript.scenario,
        "about": transcript.about,
        "facts": dict(transcript.facts),
        "begins": transcript.begins.astimezone(transcript.zone).isoformat(),
        "zone": transcript.zone.key,
    }
    if transcript.case is not None:
        head["case"] = transcript.case
    if transcript.opening is not None:
        head["expect"] = _written(transcript.opening)
    head["turns"] = [_written_line(line) for line in transcript.lines]
    return yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=WIDTH)


def play(transcript: Transcript, scenario: Scenario) -> Transcript:
    """The transcript as it really goes: every expectation replaced by what the engine does, with its turns.

    Raises BadTranscript where a line is no reply or no time.
    """
    now = transcript.begins
    turn = begin(scenario, contact_id=1, facts=transcript.facts, now=now, zone=transcript.zone, case=transcript.case)
    turns, lines = [turn], list[Line]()
    for line in transcript.lines:
        passed = read_duration(line.after, unit=None)
        if passed is None:
            raise BadTranscript(f"no duration: {line.after}")
        now += timedelta(seconds=float(passed))
        if line.reply == LOCK_LINE:
            turn = lock(scenario, turn.contact)
        else:
            turn = advance(scenario, turn.contact, _reply(line.reply), now=now, zone=transcript.zone)
        turns.append(turn)
        lines.append(replace(line, expect=expected_of(turn)))
    return replace(transcript, lines=tuple(lines), opening=expected_of(turns[0]), turns=tuple(turns))


def differences(transcript: Transcript, played: Transcript) -> tuple[str, ...]:
    """Where a transcript and what was played differ, one line each; none where they agree."""
    pairs = [("begin", transcript.opening, played.opening)]
    pairs += [
        (f"{number}. {was.reply}", was.expect, now.expect)
        for number, (was, now) in enumerate(zip(transcript.lines, played.lines, strict=True), 1)
    ]
    return tuple(f"{what}: expected {was}, got {now}" for what, was, now in pairs if was != now)


def expected_of(turn: Turn) -> Expected:
    """What a turn brought about."""
    return Expected(
        prompt=prompt_line(turn.prompt),
        events=tuple(event_line(event) for event in turn.events),
        rejection=rejection_line(turn.rejection),
    )


def line_of(reply: Reply, *, after: str = DEFAULT_STEP) -> Line:
    """A reply as a line of a transcript, its expectation still open."""
    return Line(write_reply(reply), after)


def _reply(line: str) -> Reply:
    try:
        return read_reply(line)
    except ValueError as error:
        raise BadTranscript(f"no reply: {line}") from error


def _read_expected(data: Mapping[str, Any] | None) -> Expected | None:
    if data is None:
        return None
    return Expected(data["prompt"], tuple(data.get("events", ())), data.get("rejection"))


def _written(expected: Expected) -> dict[str, Any]:
    written: dict[str, Any] = {"prompt": expected.prompt}
    if expected.events:
        written["events"] = list(expected.events)
    if expected.rejection is not None:
        written["rejection"] = expected.rejection
    return written


def _written_line(line: Line) -> dict[str, Any]:
    written: dict[str, Any] = {"reply": line.reply}
    if line.note is not None:
        written["note"] = line.note
    if line.after != DEFAULT_STEP:
        written["after"] = line.after
    if line.expect is not None:
        written["expect"] = _written(line.expect)
    return written
