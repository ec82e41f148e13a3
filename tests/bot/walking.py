"""Walks a library scenario through the views: every answer goes by the button that the screen really shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path as FilePath
from zoneinfo import ZoneInfo

from bot.channels.base import Button, Outgoing
from bot.tap_kinds import ContactTap
from bot.taps import decode, reply_of
from bot.views.juror_contact import question
from scenarios import engine
from scenarios.contact import (
    Answered,
    AskStep,
    Closed,
    Files,
    Place,
    Position,
    Reply,
    Sleeping,
    TimePassed,
    Turn,
    Words,
)
from scenarios.loader import load
from scenarios.model import Scenario, StepType

ZONE = ZoneInfo("Europe/Warsaw")
START = datetime(2025, 10, 21, 8, 0, tzinfo=UTC)
LIBRARY = FilePath(__file__).parents[2] / "scenarios" / "library"
FILES = sorted([*LIBRARY.glob("*.yaml"), *LIBRARY.glob("examples/*.yaml")])
NAMES = [path.stem for path in FILES]
FULL = [path.stem for path in sorted(LIBRARY.glob("*.yaml"))]

FACTS = {
    "participant_name": "Miasto Płońsk",
    "participant_address": "ul. Płocka 39, 09-100 Płońsk",
    "participant_hours": "pn. 8:00–17:00, wt.–pt. 8:00–16:00",
    "participant_phone": "23 662 26 91",
    "participant_email": "urzad@example.org",
    "participant_site": "plonsk.example.org",
    "window": "wt. 21 października, 8:00–16:00",
}

TYPED = {
    StepType.TEXT: "Pokazano drogę do okienka.",
    StepType.INTEGER: "3",
    StepType.DECIMAL: "2,5",
    StepType.DATE: "20.10.2025",
    StepType.DATETIME: "20.10.2025 9:05",
    StepType.TIMER: "4 min",
}
KINDS = {StepType.IMAGE: "image", StepType.FILE: "file", StepType.AUDIO: "audio"}


@cache
def scenario(name: str) -> Scenario:
    """A scenario of the library."""
    path = next(path for path in FILES if path.stem == name)
    return load(path.read_text(encoding="utf-8"), filename=path.name)


def begun(script: Scenario, *, participant_type: str | None = None) -> Turn:
    """The first turn of a contact."""
    kind = participant_type or next(iter([*script.cases[0].participant_types, *script.participant_types]), "gmina")
    return engine.begin(
        script, contact_id=7, facts={**FACTS, "participant_type": kind}, now=START, zone=ZONE, case=script.cases[0].name
    )


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of a walk: the turn, what was shown, and what had been said to get there."""

    turn: Turn
    outgoing: Outgoing
    said: Reply | None
    now: datetime
    before: Turn | None = None

    @property
    def answered(self) -> Answered | None:
        """The answer that led here."""
        return next((event for event in self.turn.events if isinstance(event, Answered)), None)


Choose = Callable[[AskStep, list[Button], int], Button]


def first_button(ask: AskStep, buttons: list[Button], refused: int) -> Button:
    """The first button, or the next one each time it was refused."""
    del ask
    return buttons[refused]


def show(turn: Turn, script: Scenario, *, language: str, now: datetime) -> Outgoing:
    """The message of a turn."""
    return question(turn, script, title="Płońsk", language=language, zone=ZONE, now=now)


def walk(script: Scenario, *, language: str = "pl", choose: Choose = first_button, most: int = 400) -> Iterator[Stop]:
    """Every stop from the first question to the receipt."""
    now = START
    turn = begun(script)
    yield Stop(turn, show(turn, script, language=language, now=now), None, now)
    refused = 0
    for _step in range(most):
        before = turn
        refused = refused + 1 if turn.rejection is not None else 0
        said = next_reply(turn, script, show(turn, script, language=language, now=now), choose, refused)
        if said is None:
            return
        now += timedelta(minutes=2)
        if isinstance(said, TimePassed) and isinstance(turn.prompt, Sleeping):
            now = turn.prompt.deadline
        turn = engine.advance(script, turn.contact, said, now=now, zone=ZONE)
        yield Stop(turn, show(turn, script, language=language, now=now), said, now, before)
    raise AssertionError("the walk does not end")


def next_reply(turn: Turn, script: Scenario, outgoing: Outgoing, choose: Choose, refused: int) -> Reply | None:
    """What a willing person does next."""
    prompt = turn.prompt
    if isinstance(prompt, Closed):
        return None
    if isinstance(prompt, AskStep):
        step = prompt.step
        if step.type in KINDS:
            number = 100 + turn.contact.turn
            return Files((number,), KINDS[step.type], as_file=True) if not prompt.files else tapped(script, outgoing, 0)
        if step.type is StepType.GEOPOINT:
            return Position(Place(52.6, 20.4, 12.0))
        if step.type is StepType.TIME:
            return Words(f"{8 + min(turn.contact.turn, 14)}:05")
        if step.type in TYPED:
            return Words(TYPED[step.type])
        if step.type is StepType.SELECT_MULTIPLE and prompt.chosen:
            return reply_to(
                script, next(each for each in flat(outgoing) if "Gotowe" in each.label or "Done" in each.label)
            )
        if step.leads_to is not None:
            return reply_to(script, flat(outgoing)[1 if step.type is StepType.YES_NO else 0])
        return reply_to(script, choose(prompt, flat(outgoing), refused))
    return tapped(script, outgoing, 0)


def flat(outgoing: Outgoing) -> list[Button]:
    """Every button of a message."""
    return [button for row in outgoing.buttons for button in row]


def tapped(script: Scenario, outgoing: Outgoing, at: int) -> Reply:
    """What the button at a place tells the engine."""
    return reply_to(script, flat(outgoing)[at])


def reply_to(script: Scenario, button: Button) -> Reply:
    """What a button tells the engine."""
    tap = decode(button.tap)
    assert isinstance(tap, ContactTap), button
    said = reply_of(script, tap)
    assert said is not None, button
    return said


def as_text(outgoing: Outgoing) -> str:
    """A message as it is read: head, body, note, buttons."""
    rows = ["  ".join(f"[{button.label}]" for button in row) for row in outgoing.buttons]
    return "\n".join(part for part in (outgoing.head, outgoing.body, outgoing.note, *rows) if part)
