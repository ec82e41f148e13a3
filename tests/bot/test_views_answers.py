"""Answers in a few words, placeholders filled, long texts split without losing a letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.answers import answered, short_value
from bot.views.pages import brief, page_of, split_text
from bot.views.placeholders import fill
from scenarios.contact import Answer, AnswerState, Contact, Place, Value
from scenarios.model import Choice, Step, StepType, Text
from tests.bot.walking import FACTS, START, ZONE, begun, scenario, walk

AT = datetime(2025, 10, 21, 8, 42, tzinfo=UTC)
DAY = date(2025, 10, 21)
UNIT = Text({"pl": "min", "en": "min"})
CHOICES = (Choice("board", Text({"pl": "tablica"})), Choice("paper", Text({"pl": "kartka"})))
LEVELS = tuple(Choice(str(level), Text({"pl": words})) for level, words in ((1, "sucho"), (2, "uprzejmie")))


def _step(type_: StepType, **more: object) -> Step:
    return Step(name="x", type=type_, label=Text({"pl": "Ile?"}), line=1, **more)  # type: ignore[arg-type]


def _given(value: Value | None, state: AnswerState = AnswerState.GIVEN, reason: str | None = None) -> Answer:
    return Answer("x", state, value, AT, 1, reason)


@pytest.mark.parametrize(
    ("step", "value", "said", "short"),
    [
        (_step(StepType.YES_NO), True, "Tak", "Tak"),
        (_step(StepType.YES_NO), False, "Nie", "Nie"),
        (_step(StepType.ACKNOWLEDGE), True, "przeczytane", "przeczytane"),
        (_step(StepType.SELECT_ONE, choices=CHOICES), "paper", "kartka", "kartka"),
        (_step(StepType.SELECT_ONE, choices=CHOICES), "gone", "gone", "gone"),
        (_step(StepType.SELECT_MULTIPLE, choices=CHOICES), ("board", "paper"), "tablica, kartka", "zaznaczone: 2"),
        (_step(StepType.SELECT_MULTIPLE, choices=CHOICES), (), "żadne", "zaznaczone: 0"),
        (_step(StepType.RANGE, choices=LEVELS), 2, "2 – uprzejmie", "2/2"),
        (_step(StepType.RANGE), 4, "4", "4"),
        (_step(StepType.INTEGER, unit=UNIT), 12, "12 min", "12 min"),
        (_step(StepType.INTEGER), 12, "12", "12"),
        (_step(StepType.DECIMAL), Decimal("2.5"), "2,5", "2,5"),
        (_step(StepType.COUNT, maximum=5), 3, "3", "3 z 5"),
        (_step(StepType.COUNT, counts_key=True), 3, "3", "3 z 6"),
        (_step(StepType.TEXT), "Miło.", "Miło.", "Miło."),
        (_step(StepType.DATE), date(2025, 10, 20), "20 października 2025", "20 października 2025"),
        (_step(StepType.TIME), time(9, 5), "09:05", "09:05"),
        (_step(StepType.DATETIME), AT, "21 października 2025, 10:42", "21 października 2025, 10:42"),
        (_step(StepType.STAMP), AT, "21 października 2025, 10:42", "10:42"),
        (_step(StepType.IMAGE), (4, 5), "2 zdjęcia", "2 zdjęcia"),
        (_step(StepType.FILE), (4, 5, 6, 7, 8), "5 plików", "5 plików"),
        (_step(StepType.AUDIO), (4,), "1 nagranie", "1 nagranie"),
        (_step(StepType.GEOPOINT), Place(52.62345678, 20.5, 10.0), "52.62346, 20.50000", "miejsce"),
        (_step(StepType.TIMER), 150, "2 min 30 s", "2 min 30 s"),
        (_step(StepType.WAIT), "came", "odpowiedź przyszła", "odpowiedź przyszła"),
        (_step(StepType.WAIT), "no_reply", "brak odpowiedzi", "brak odpowiedzi"),
        (_step(StepType.CALCULATE), Decimal("17.25"), "17,25", "17,25"),
    ],
)
def test_each_type_reads_back(step: Step, value: Value, said: str, short: str) -> None:
    """What each type of step holds, as it is read back, and in the overview."""
    script = scenario("wizyta")
    assert answered(step, _given(value), script, language="pl", zone=ZONE) == said
    assert short_value(step, _given(value), script, language="pl", zone=ZONE, key_size=6) == short


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (_given(None, AnswerState.NOT_CHECKED, "no_chance"), "nie sprawdzono – nie było okazji"),
        (_given(None, AnswerState.NOT_CHECKED, "za dużo ludzi"), "nie sprawdzono – za dużo ludzi"),
        (_given(None, AnswerState.NOT_CHECKED), "nie sprawdzono"),
        (_given(None, AnswerState.NOT_APPLICABLE), "nie dotyczy"),
        (_given(None, AnswerState.SKIPPED), "pominięto"),
        (_given(None, AnswerState.WITHDRAWN), "wycofano"),
        (_given(None), ""),
    ],
)
def test_what_was_not_answered_says_why(answer: Answer, said: str) -> None:
    """Not checked, not applicable and skipped are kept apart, with the reason in words."""
    for tell in (answered, short_value):
        assert tell(_step(StepType.YES_NO), answer, scenario("wizyta"), language="pl", zone=ZONE) == said


def test_an_answer_an_exit_gave_says_so() -> None:
    """An answer set by a way out names it."""
    script = scenario("wizyta")
    taken = next(taken for taken in script.exits if taken.sets)
    answer = _given(value=False, reason=f"exit:{taken.name}")
    said = answered(_step(StepType.YES_NO), answer, script, language="pl", zone=ZONE)
    assert said == f"Nie ({taken.label.in_language('pl')})"


# Placeholders


def _contact(answers: Mapping[str, Answer] | None = None) -> Contact:
    turn = begun(scenario("wizyta"))
    return replace(turn.contact, answers=dict(answers or {}))


def _fill(text: str, contact: Contact, name: str = "wizyta", **more: object) -> str:
    return fill(text, contact, scenario(name), language="pl", day=DAY, zone=ZONE, **more)  # type: ignore[arg-type]


def test_facts_and_the_case_fill_texts() -> None:
    """Facts of the participant and every text of the case can be named."""
    case = scenario("wizyta").cases[0]
    contact = _contact()
    assert _fill("${participant_name}, ${ participant_hours }", contact).startswith(FACTS["participant_name"] + ", pn.")
    assert _fill("${question} ${follow_up}", contact) == (
        f"{case.question.in_language('pl')} {case.follow_up.in_language('pl')}"
    )
    assert _fill("${cover_story}", contact) == case.cover_story.in_language("pl")
    assert _fill("${memory_card}", contact).splitlines()[0] == f"• {case.memory_card[0].in_language('pl')}"
    assert len(_fill("${forbidden}", contact).splitlines()) == len(scenario("wizyta").forbidden)
    assert _fill("${answer_key}", contact).splitlines()[0] == f"1. {case.key_on(DAY)[0].label.in_language('pl')}"


def test_the_key_is_the_one_of_the_day() -> None:
    """A key that does not hold yet is not listed."""
    text = fill("${answer_key}", _contact(), scenario("wizyta"), language="pl", day=date(1999, 1, 1), zone=ZONE)
    assert text == "—"


def test_answers_fill_texts() -> None:
    """An answer is named in words; one that is missing, or a name nobody knows, leaves a dash."""
    contact = _contact({"w12": Answer("w12", AnswerState.GIVEN, True, AT, 1)})
    assert _fill("${w12} ${w13} ${nonsense}", contact) == "Tak — —"


def test_a_case_that_is_gone_leaves_dashes() -> None:
    """A contact whose case the scenario lacks still reads."""
    assert _fill("${question} ${answer_key}", replace(_contact(), case="gone")) == "— —"


def test_a_text_cannot_contain_itself() -> None:
    """An answer that looks like a placeholder stays as it was written."""
    contact = replace(_contact(), facts={**FACTS, "participant_name": "${participant_name}"})
    assert _fill("${participant_name}", contact) == "${participant_name}"


def test_in_a_repeat_the_own_round_is_meant() -> None:
    """Inside a round its own answer is named, outside of it those of all rounds."""
    script = scenario("example_repeat")
    stop = list(walk(script))[-1]
    section = next(section for section in script.sections if section.repeat is not None)
    name = next(step.name for step in section.steps if step.is_asked)
    contact = stop.turn.contact
    outside = _fill(f"${{{name}}}", contact, "example_repeat")
    inside = _fill(f"${{{name}}}", contact, "example_repeat", path=f"{section.name}[0].other")
    assert outside.split(", ")[0] == inside
    assert len(outside) > len(inside)


def test_calculations_fill_texts() -> None:
    """What a calculation came to can be named; what is not known yet leaves a dash."""
    script = scenario("example_calculate")
    name = next(step.name for step in script.steps_by_name.values() if step.type is StepType.CALCULATE)
    done = list(walk(script))[-1].turn.contact
    assert _fill(f"${{{name}}}", done, "example_calculate") != "—"
    assert _fill(f"${{{name}}}", begun(script).contact, "example_calculate") == "—"


# Pages


@given(st.text(alphabet="ab \n", max_size=300), st.integers(5, 40))
def test_splitting_loses_nothing(text: str, limit: int) -> None:
    """Every part fits, and together they hold every letter in its order."""
    parts = split_text(text, limit=limit)
    assert all(len(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(st.lists(st.text(alphabet="abc", min_size=1, max_size=60), max_size=12), st.integers(1, 4), st.integers(-2, 50))
def test_pages_hold_every_entry_once(entries: list[str], most: int, number: int) -> None:
    """Page after page every entry comes once and in order, and any page number gives a page."""
    total = page_of(entries, 0, most=most, limit=30).total
    pages = [page_of(entries, at, most=most, limit=30) for at in range(total)]
    read = [part for page in pages for part in page.entries]
    assert "".join(text for _ordinal, text in read) == "".join(entries)
    assert [ordinal for ordinal, _text in read] == sorted(ordinal for ordinal, _text in read)
    assert all(len(page.entries) <= most for page in pages)
    assert page_of(entries, number, most=most, limit=30) in pages
    assert [page.has_next for page in pages] == [True] * (total - 1) + [False]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("krótko", "krótko"),
        ("  dwa\n słowa ", "dwa słowa"),
        ("raz dwa trzy cztery", "raz dwa…"),
        ("abcdefghijklm", "abcdefghijk…"),
    ],
)
def test_a_mention_is_visibly_broken_off(text: str, said: str) -> None:
    """A long text mentioned in passing ends at a word with an ellipsis."""
    assert brief(text, limit=12) == said


def test_the_walk_begins_on_a_known_day() -> None:
    """The walker's clock: the key's day is the day the walk begins."""
    assert START.date() == DAY
