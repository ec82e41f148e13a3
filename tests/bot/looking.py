"""Turns of library walks to look at, and their screens, for the tests of single screens."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from bot.channels.base import Outgoing
from bot.tap_kinds import (
    ContactTap,
)
from bot.taps import decode
from bot.views.juror_contact import question
from scenarios import engine
from scenarios.contact import (
    AskStep,
    Reply,
    Report,
    Turn,
)
from scenarios.model import Scenario, StepType
from tests.bot.walking import START, ZONE, Stop, flat, scenario, walk

NOW = START + timedelta(hours=1)

LATER = START + timedelta(days=1)


@cache
def walked(name: str) -> tuple[Stop, ...]:
    """A walk, made once for all tests."""
    return tuple(walk(scenario(name)))


def asking(script: Scenario, name: str) -> Turn:
    """The turn of a walk that asks a step."""
    for stop in walked(script.name):
        if isinstance(stop.turn.prompt, AskStep) and stop.turn.prompt.step.name == name:
            return stop.turn
    raise AssertionError(f"{name} is never asked")


def asking_item(script: Scenario, item: str) -> Turn:
    """The turn of a walk that asks an item of the questionnaire."""
    return asking(script, next(step.name for step in script.steps_by_name.values() if step.item == item))


def after(script: Scenario, turn: Turn, *replies: Reply) -> Turn:
    """The turn after these replies, an hour into the walk."""
    for said in replies:
        turn = engine.advance(script, turn.contact, said, now=NOW, zone=ZONE)
    return turn


def end_of(script: Scenario) -> Stop:
    """The last stop of a walk."""
    return walked(script.name)[-1]


def shown(turn: Turn, script: Scenario, **more: object) -> Outgoing:
    """The Polish message of a turn."""
    return question(turn, script, title="Płońsk", language="pl", zone=ZONE, now=NOW, **more)  # type: ignore[arg-type]


def acts_of(outgoing: Outgoing) -> list[object]:
    """What the buttons of a message do to its contact."""
    taps = [decode(button.tap) for button in flat(outgoing)]
    return [tap.act for tap in taps if isinstance(tap, ContactTap)]


def report_of_walk(script: Scenario) -> Turn:
    """The turn that reads the report back."""
    return next(stop.turn for stop in walked(script.name) if isinstance(stop.turn.prompt, Report))


def contact_taps(outgoing: Outgoing) -> list[ContactTap]:
    """The buttons of a message that belong to its contact."""
    taps = [decode(button.tap) for button in flat(outgoing)]
    return [tap for tap in taps if isinstance(tap, ContactTap)]


def asks(stop: Stop, type_: StepType) -> bool:
    """Whether a stop asks a step of that type."""
    return isinstance(stop.turn.prompt, AskStep) and stop.turn.prompt.step.type is type_
