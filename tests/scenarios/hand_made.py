"""Small scenarios written by hand, and a person who walks one reply by reply."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from scenarios.contact import Answer, AskStep, Contact, Event, Prompt, RejectionCode, Reply, Turn
from scenarios.engine import advance, begin
from scenarios.loader import load
from scenarios.model import Scenario
from scenarios.route import Route, route

WARSAW = ZoneInfo("Europe/Warsaw")
BEGINS = datetime(2026, 12, 9, 8, 0, tzinfo=UTC)
"""A Wednesday, nine o'clock in Warsaw; the days after it are working days."""
FACTS: Mapping[str, str] = {"participant_type": "gmina", "participant_name": "Gmina Przykład"}

HEAD = """\
spec_version: 1
name: hand_made
mode: visit
title: Próba
languages: [pl]
participant_types: [gmina]
cases:
  - name: first
    title: Sprawa
    participant_types: [gmina]
    cover_story: Historia
    question: Pytanie
    answer_key:
      - {label: raz, source: strona, valid_from: 2020-01-01}
      - {label: dwa, source: strona, valid_from: 2020-01-01}
      - {label: dawno, source: strona, valid_from: 2020-01-01, valid_to: 2021-01-01}
"""


def made(sections: str, exits: str = "") -> Scenario:
    """The scenario of these sections and exits, in YAML's short form; labels are filled in.

    A line ``section NAME STAGE KEY: … ; KEY: …`` begins a section, a line ``NAME TYPE, KEY: …`` is a step.
    """
    lines = []
    for line in sections.strip().splitlines():
        words = line.strip()
        if words.startswith("section"):
            _, name, stage, *rest = words.split(maxsplit=3)
            keys = "".join(f"    {each}\n" for part in rest for each in part.split(" ; "))
            lines.append(f"  - name: {name}\n    stage: {stage}\n    label: Część {name}\n{keys}    steps:\n")
        else:
            name, _, told = words.partition(" ")
            kind, _, more = told.partition(", ")
            lines.append(f"      - {{name: {name}, type: {kind}, label: Pytanie {name}{', ' if more else ''}{more}}}\n")
    routes = "".join(f"  {line.strip()}\n" for line in exits.strip().splitlines())
    return load(HEAD + (f"exits:\n{routes}" if routes else "") + "sections:\n" + "".join(lines), filename="hand-made")


E = TypeVar("E", bound=Event)


class Player:
    """A person walking one contact; a minute passes before each reply."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.now = BEGINS
        self.turn = begin(scenario, contact_id=1, facts=FACTS, now=self.now, zone=WARSAW)

    def send(self, *replies: Reply, after: timedelta = timedelta(minutes=1)) -> Turn:
        """Send replies one by one; the turn the last one made."""
        for reply in replies:
            self.now += after
            self.turn = advance(self.scenario, self.contact, reply, now=self.now, zone=WARSAW)
        return self.turn

    @property
    def contact(self) -> Contact:
        """The contact as it is now."""
        return self.turn.contact

    @property
    def prompt(self) -> Prompt:
        """What is shown now."""
        return self.turn.prompt

    @property
    def asked(self) -> str:
        """The path of the question on the screen; the name of the screen where it is none."""
        return self.prompt.path if isinstance(self.prompt, AskStep) else type(self.prompt).__name__

    @property
    def ask(self) -> AskStep:
        """The question on the screen."""
        assert isinstance(self.prompt, AskStep)
        return self.prompt

    @property
    def refused(self) -> RejectionCode | None:
        """Why the last reply was not taken."""
        return None if self.turn.rejection is None else self.turn.rejection.code

    @property
    def way(self) -> Route:
        """The route as it is now."""
        return route(self.scenario, self.contact)

    def answer(self, path: str) -> Answer:
        """The last revision of an answer."""
        return self.contact.answers[path]

    def event(self, kind: type[E]) -> E:
        """The one event of that kind in the last turn."""
        (found,) = [event for event in self.turn.events if isinstance(event, kind)]
        return found
