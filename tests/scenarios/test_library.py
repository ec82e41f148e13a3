"""The scenarios that ship: complete, checked, in every language, and short to answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from scenarios.autopilot import next_sensible
from scenarios.checks import check
from scenarios.contact import AskStep, Closed, Files, Reply, Words
from scenarios.engine import begin
from scenarios.loader import load
from scenarios.model import Scenario, Stage, StepType, Text

LIBRARY = Path(__file__).parents[2] / "scenarios" / "library"
FILES = sorted(LIBRARY.rglob("*.yaml"))
ITEMS = {"wizyta": 26, "telefon": 21, "email": 20, "social": 17, "strona": 25, "dostepnosc": 22}
LETTERS = {"wizyta": "W", "telefon": "T", "email": "E", "social": "M", "strona": "B", "dostepnosc": "D"}
WARSAW = ZoneInfo("Europe/Warsaw")
BEGINS = datetime(2026, 12, 9, 8, 0, tzinfo=UTC)
TYPES = ("gmina", "powiat", "urzad", "spolka", "spoldzielnia", "biblioteka", "kultura", "pup", "tbs", "muzeum")

TYPICAL = {
    # a good contact: nothing wrong was said, nobody's data were seen, no proof of who asks was wanted
    "wizyta": {"w17": "=no", "w23": "=no", "w24": "=no", "w26_czemu": "Wszystko jasne.", "w_glos": "/skip"},
    "telefon": {"t12": "=no", "t15": "=no", "t_obiecano": "=no", "t21_co": "Było miło.", "t_glos": "/skip"},
    "email": {"e08": "=no", "e17": "=no", "e19": "=no", "e20": "=no", "e_tekst": "/skip"},
    "social": {"m10": "=no"},
    "strona": {"b_tekst": "/skip"},
    "dostepnosc": {"d_glos": "/skip"},
}
"""Answers of a typical contact where the first sensible one is not typical."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What a typical contact costs the person: questions, taps, files and typed characters."""

    questions: int
    taps: int
    files: int
    characters: int


@cache
def source(name: str) -> str:
    """The text of a scenario."""
    return (LIBRARY / f"{name}.yaml").read_text(encoding="utf-8")


@cache
def scenario(name: str) -> Scenario:
    """One of the six."""
    return load(source(name), filename=name)


def effort(name: str) -> Effort:
    """The effort of a typical contact with a municipality, from the first question to the receipt."""
    script, now = scenario(name), BEGINS
    turn = begin(script, contact_id=1, facts={"participant_type": "gmina"}, now=now, zone=WARSAW)
    taken: list[Reply] = []
    asked = set()
    while True:
        if isinstance(turn.prompt, AskStep):
            asked.add(turn.prompt.path)
        now += timedelta(seconds=30)
        found = next_sensible(script, turn, now=now, zone=WARSAW, chosen=TYPICAL[name])
        if found is None:
            break
        taken.append(found[0])
        turn = found[1]
    assert isinstance(turn.prompt, Closed)
    words = [reply for reply in taken if isinstance(reply, Words)]
    numbers = [reply for reply in words if reply.text.isdigit()]
    files = [reply for reply in taken if isinstance(reply, Files)]
    return Effort(
        questions=len(asked),
        taps=len(taken) - len(words) - len(files) + len(numbers),
        files=len(files),
        characters=sum(len(reply.text) for reply in words if reply not in numbers),
    )


def texts_of(script: Scenario) -> Iterator[tuple[str, Text]]:
    """Every text a scenario shows, with where it stands."""
    yield "title", script.title
    for number, text in enumerate((*script.forbidden, *script.evidence_wanted)):
        yield f"line {number}", text
    yield from ((f"criterion {each.name}", each.label) for each in script.criteria)
    for case in script.cases:
        keys = (element.label for element in case.answer_key)
        for text in (case.title, case.cover_story, case.question, case.follow_up, *case.memory_card, *keys):
            yield f"case {case.name}", text
    for route in script.exits:
        yield from ((f"exit {route.name}", text) for text in (route.label, route.explanation))
    for section in script.sections:
        yield f"section {section.name}", section.label
        for step in section.steps:
            choices = (choice.label for choice in step.choices)
            for each in (step.label, step.hint, step.constraint_message, step.button, step.unit, *choices):
                if each is not None and step.type is not StepType.CALCULATE:
                    yield f"step {step.name}", each


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_check_finds_nothing(file: Path) -> None:
    """Every scenario and every example passes the author's lint without a problem or a warning."""
    assert check(file.read_text(encoding="utf-8"), filename=file.name) == []


@pytest.mark.parametrize("name", ITEMS)
def test_items_are_complete_and_in_the_right_number(name: str) -> None:
    """Each questionnaire has its items, numbered without a gap, each once."""
    items = [step.item for step in scenario(name).steps_by_name.values() if step.item is not None]
    assert sorted(items) == [f"{LETTERS[name]}{number:02}" for number in range(1, ITEMS[name] + 1)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_text_is_there_in_every_language(file: Path) -> None:
    """No text lacks a language, or is empty in one and not in another."""
    script = load(file.read_text(encoding="utf-8"), filename=file.name)
    assert set(script.languages) == {"pl", "en"}
    for place, text in texts_of(script):
        assert set(text.by_language) == {"pl", "en"}, place
        assert all(text.by_language.values()) or not any(text.by_language.values()), place


@pytest.mark.parametrize("name", ITEMS)
@pytest.mark.parametrize("participant_type", TYPES)
def test_every_type_of_participant_has_a_case(name: str, participant_type: str) -> None:
    """Whoever takes part can be asked about something, with an answer key that holds today."""
    script = scenario(name)
    if participant_type not in script.participant_types:
        assert script.case_for(participant_type) is None
        return
    case = script.case_for(participant_type)
    assert case is not None
    uses_key = any(step.counts_key for step in script.steps_by_name.values())
    assert not uses_key or len(case.key_on(BEGINS.date())) >= 2


@pytest.mark.parametrize("name", ITEMS)
def test_what_is_shown_during_a_contact_gives_nothing_away(name: str) -> None:
    """On the screen during a contact no word tells what it is."""
    telling = ("tajemnicz", "mystery", "juror", "konkurs", "contest", "ocen", "audyt")
    for section in scenario(name).sections:
        if section.stage is not Stage.DURING:
            continue
        for step in section.steps:
            for text in (section.label, step.label, step.hint, step.button):
                shown = " ".join(text.by_language.values()).lower() if text is not None else ""
                assert not [word for word in telling if word in shown], (step.name, shown)


def test_a_typical_contact_costs_few_taps_and_little_typing() -> None:
    """A question costs one tap on average, hardly any text is typed; the table is printed with -s."""
    table = {name: effort(name) for name in ITEMS}
    print(f"\n{'scenario':<12}{'items':>6}{'questions':>10}{'taps':>6}{'files':>6}{'characters':>11}")
    for name, cost in table.items():
        row = f"{name:<12}{ITEMS[name]:>6}{cost.questions:>10}{cost.taps:>6}{cost.files:>6}{cost.characters:>11}"
        print(row)
    for name, cost in table.items():
        assert ITEMS[name] <= cost.taps + cost.files <= 2.2 * ITEMS[name], name
        assert cost.characters <= 60, name
        assert cost.questions <= ITEMS[name] + 20, name
