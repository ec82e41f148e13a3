"""Every scenario of the library walked through its screens: what they say, never say, and how their buttons work."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest

from bot.channels.base import MAX_BODY, MAX_TAP_BYTES, Button, ButtonStyle, Outgoing
from bot.tap_kinds import (
    ChangeHere,
    ContactTap,
    Look,
    ShowAnswers,
    ShowExits,
    ShowHint,
    ShowIntro,
    ShowMenu,
    ShowQuestion,
    ShowReport,
)
from bot.taps import decode, path_of
from bot.views.juror_contact import look, redrawn, tidied
from bot.views.scene import MAX_LABEL
from scenarios.contact import AskStep, Closed, Phase, Report
from scenarios.model import Scenario, Stage, StepType
from tests.bot import walking
from tests.bot.walking import FULL, NAMES, ZONE, Stop, as_text, flat, scenario, walk

LANGUAGES = ("pl", "en")
LOOKS: tuple[Look, ...] = (
    ShowQuestion(),
    ShowHint(),
    ShowMenu(),
    ShowAnswers(0),
    ShowAnswers(99),
    ShowExits(),
    ShowReport(0),
    ShowReport(1),
    ShowIntro(0),
)
TELLING = re.compile(r"juror|konkurs|tajemnicz|mystery|contest|\bocen[aęyi]\b|\bjury\b", re.IGNORECASE)
GENDERED = re.compile(r"\b\w+(?:łeś|łaś|łbyś|łabyś)\b", re.IGNORECASE)


def _looked(stop: Stop, script: Scenario, act: Look, language: str) -> Outgoing:
    return look(act, stop.turn, script, title="Płońsk", language=language, zone=ZONE, now=stop.now)


LOOK_EVERY = 4
"""At each so-manieth stop of a walk everything is looked up."""


@cache
def _walked(name: str, language: str = "pl") -> tuple[Stop, ...]:
    """A walk, made once for all tests."""
    return tuple(walk(scenario(name), language=language))


@cache
def _screens(name: str, language: str) -> tuple[tuple[Stop, Outgoing], ...]:
    """Every question of a walk, with what can be looked up on the way."""
    stops = _walked(name, language)
    return tuple(
        (stop, outgoing)
        for at, stop in enumerate(stops)
        for outgoing in (
            stop.outgoing,
            *(_looked(stop, scenario(name), act, language) for act in LOOKS if at % LOOK_EVERY == 0),
        )
    )


def _stage(stop: Stop) -> Stage | None:
    return stop.turn.prompt.section.stage if isinstance(stop.turn.prompt, AskStep) else None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_contact_can_be_walked_by_its_buttons_alone(name: str, language: str) -> None:
    """What the buttons say and what is typed as asked leads through to the receipt."""
    last = _walked(name, language)[-1]
    assert isinstance(last.turn.prompt, Closed)
    assert last.turn.prompt.phase is Phase.SUBMITTED


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_screen_fits_its_channel(name: str, language: str) -> None:
    """No message, label or button data is over a limit, and nothing is left without a way on."""
    for _stop, outgoing in _screens(name, language):
        assert len(outgoing.head) + len(outgoing.body) + len(outgoing.note) <= MAX_BODY
        assert outgoing.body.strip()
        assert "${" not in as_text(outgoing)
        assert "{" not in as_text(outgoing)
        for button in flat(outgoing):
            assert 0 < len(button.label) <= MAX_LABEL, button.label
            assert button.url is not None or 0 < len(button.tap.encode()) <= MAX_TAP_BYTES
            assert button.url is not None or decode(button.tap) is not None, button
        assert outgoing.buttons


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FULL)
def test_nothing_on_the_spot_or_afterwards_tells_what_it_is_for(name: str, language: str) -> None:
    """From the door on, no screen names the contest, and no menu does either."""
    for stop, outgoing in _screens(name, language):
        if _stage(stop) is not Stage.GATE:
            assert not TELLING.search(as_text(outgoing)), as_text(outgoing)


@pytest.mark.parametrize("name", NAMES)
def test_polish_speaks_to_everybody_alike(name: str) -> None:
    """No screen takes the person for a man or a woman."""
    for _stop, outgoing in _screens(name, "pl"):
        assert not GENDERED.search(as_text(outgoing)), as_text(outgoing)


@pytest.mark.parametrize("name", FULL)
def test_on_the_spot_there_is_as_little_as_can_be(name: str) -> None:
    """In the corridor: a few words, no small print, one quiet row of at most two buttons."""
    for stop in _walked(name):
        if _stage(stop) is Stage.DURING:
            assert stop.outgoing.note == ""
            assert len(stop.outgoing.buttons[-1]) <= 2
            assert all(button.style is ButtonStyle.QUIET for button in stop.outgoing.buttons[-1])


def test_a_stamp_is_one_big_button() -> None:
    """The silent tap: the place, a word, one button to tap."""
    at_door = next(stop for stop in _walked("wizyta") if _stage(stop) is Stage.DURING)
    assert at_door.outgoing.head == "Płońsk"
    assert [[button.label for button in row] for row in at_door.outgoing.buttons] == [["wchodzę"], ["Więcej…"]]
    assert at_door.outgoing.buttons[0][0].style is ButtonStyle.PRIMARY


@pytest.mark.parametrize("name", NAMES)
def test_the_quiet_row_is_last_and_short(name: str) -> None:
    """Under every question the last row is quiet and has at most three buttons."""
    for stop in _walked(name):
        if isinstance(stop.turn.prompt, AskStep):
            quiet = stop.outgoing.buttons[-1]
            assert len(quiet) <= 3
            assert quiet[-1].label == "Więcej…"
            assert all(button.style is ButtonStyle.QUIET for button in quiet)


@pytest.mark.parametrize("name", FULL)
def test_not_checked_is_one_tap_away(name: str) -> None:
    """An ordinary question offers "nie sprawdzono" under itself; one that may be skipped offers that."""
    for stop in _walked(name):
        prompt = stop.turn.prompt
        if isinstance(prompt, AskStep) and prompt.section.stage is Stage.AFTER and prompt.step.not_checked:
            labels = {button.label for button in stop.outgoing.buttons[-1]}
            assert labels & {"Nie sprawdzono", "Pomiń"}


@pytest.mark.parametrize("name", FULL)
def test_the_head_counts_the_items_of_the_stage(name: str) -> None:
    """As in "Płońsk · 7/26": the item about to be answered, out of those of the stage."""
    for stop in _walked(name):
        prompt = stop.turn.prompt
        if isinstance(prompt, AskStep) and prompt.step.type is not StepType.STAMP:
            done, total = prompt.progress.done, prompt.progress.total
            assert stop.outgoing.head.startswith(f"Płońsk · {min(done + 1, total)}/{total}")
            assert stop.outgoing.progress == (done, total)


@pytest.mark.parametrize("name", FULL)
def test_every_answer_leaves_a_tidy_question(name: str) -> None:
    """The question answered becomes its text, a tick, the answer and one quiet button that changes it."""
    script = scenario(name)
    for stop in _walked(name):
        if stop.answered is None or stop.before is None:
            continue
        tidy = tidied(
            stop.answered,
            stop.turn,
            script,
            asked_turn=stop.before.contact.turn,
            title="Płońsk",
            language="pl",
            zone=ZONE,
            now=stop.now,
        )
        assert tidy is not None
        assert tidy.turn == stop.before.contact.turn
        assert "✓" in tidy.body
        if tidy.buttons:
            ((change,),) = tidy.buttons
            tap = decode(change.tap)
            assert isinstance(tap, ContactTap)
            assert isinstance(tap.act, ChangeHere)
            assert path_of(script, tap) == stop.answered.answer.path


def test_on_the_spot_only_a_tick_and_the_time_are_left() -> None:
    """Nothing telling stays on the screen behind a silent tap."""
    script = scenario("wizyta")
    stop = next(stop for stop in walk(script) if stop.before is not None and _stage_of_before(stop) is Stage.DURING)
    assert stop.answered is not None
    tidy = tidied(
        stop.answered, stop.turn, script, asked_turn=7, title="Płońsk", language="pl", zone=ZONE, now=stop.now
    )
    assert tidy is not None
    assert re.fullmatch(r"✓ \d\d:\d\d", tidy.body)
    assert tidy.buttons == ()


def _stage_of_before(stop: Stop) -> Stage | None:
    prompt = None if stop.before is None else stop.before.prompt
    return prompt.section.stage if isinstance(prompt, AskStep) else None


@pytest.mark.parametrize("name", FULL)
def test_the_report_reads_back_in_a_few_lines(name: str) -> None:
    """Before it is sent, the whole is told in at most ten points and can be read in full."""
    stop = next(stop for stop in _walked(name) if isinstance(stop.turn.prompt, Report))
    listed = stop.outgoing.body.split("\n\n")[0].splitlines()
    assert listed[0] == "To wszystko. W skrócie:"
    assert 1 < len(listed) <= 11
    assert [button.label for button in flat(stop.outgoing)][:3] == [
        "Wyślij",
        "Przeczytaj odpowiedzi",
        "Zmień odpowiedź",
    ]


@pytest.mark.parametrize("name", FULL)
def test_the_full_report_has_every_answer_once(name: str) -> None:
    """Page by page every answer is read once and has a number that changes it."""
    script = scenario(name)
    stop = next(stop for stop in _walked(name) if isinstance(stop.turn.prompt, Report))
    assert isinstance(stop.turn.prompt, Report)
    seen: Counter[str] = Counter()
    page = 0
    while True:
        outgoing = _looked(stop, script, ShowReport(page), "pl")
        seen.update(_changes(script, outgoing))
        if not any(button.label == "Dalej" for button in flat(outgoing)):
            break
        page += 1
    assert seen == Counter(line.path for line in stop.turn.prompt.lines)


def _changes(script: Scenario, outgoing: Outgoing) -> list[str]:
    taps = [decode(button.tap) for button in flat(outgoing)]
    paths = [path_of(script, tap) for tap in taps if isinstance(tap, ContactTap) and isinstance(tap.act, ChangeHere)]
    assert None not in paths
    return [path for path in paths if path is not None]


def test_earlier_answers_come_last_first() -> None:
    """The list "zmień wcześniejszą odpowiedź" begins with the answer given last, and pages back to the first."""
    script = scenario("wizyta")
    stop = next(stop for stop in _walked("wizyta") if isinstance(stop.turn.prompt, Report))
    found: list[str] = []
    for page in range(20):
        outgoing = _looked(stop, script, ShowAnswers(page), "pl")
        found += _changes(script, outgoing)
        if not any(button.label == "Starsze" for button in flat(outgoing)):
            break
    assert found[0] == stop.turn.contact.order[-1]
    assert found == list(reversed([path for path in stop.turn.contact.order if path in stop.turn.contact.answers]))


def test_a_ticked_choice_is_redrawn_in_place() -> None:
    """The same message with another box ticked: same turn, same text, other buttons."""
    script = scenario("example_select_multiple")
    stops = list(walk(script))
    ask = next(stop for stop in stops if isinstance(stop.turn.prompt, AskStep) and stop.turn.prompt.chosen)
    tidy = redrawn(ask.outgoing, message="77")
    assert tidy is not None
    assert tidy.message == "77"
    assert tidy.turn == ask.turn.contact.turn
    assert tidy.buttons == ask.outgoing.buttons
    assert any(button.label.startswith("☑") for row in tidy.buttons for button in row)
    assert redrawn(Outgoing("Nic")) is None


def test_a_walk_takes_few_taps() -> None:
    """A typical visit: about a tap an item and hardly anything typed."""
    stops = list(walk(scenario("wizyta"), choose=_kind))
    said = Counter(type(stop.said).__name__ for stop in stops if stop.said is not None)
    typed = said.pop("Words", 0)
    assert typed <= 4
    assert sum(said.values()) <= 50


def _kind(ask: AskStep, buttons: list[Button], refused: int) -> Button:
    """A person who takes what is suggested and gives middling marks."""
    if ask.step.type is StepType.RANGE:
        return buttons[2]
    return buttons[refused]


def test_walking_starts_where_it_says() -> None:
    """The walker itself: the first stop is the first question of the gate."""
    first = next(iter(walk(scenario("wizyta"))))
    assert first.said is None
    assert _stage(first) is Stage.GATE
    assert first.now == walking.START
