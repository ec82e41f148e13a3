"""Plain questions: what is understood, what is not, and that a question survives buttons and JSON."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.asking.grammar import EXAMPLES
from bot.asking.names import Kind, Named
from bot.asking.question import (
    INTEGERS,
    VOIVODSHIPS,
    Act,
    Intent,
    Measure,
    Period,
    Question,
    question_from_json,
    question_from_numbers,
    question_to_json,
    question_to_numbers,
)
from bot.asking.tokens import stem
from bot.asking.understanding import Choose, Lexicon, NotUnderstood, Understood, understand
from bot.asking.vocabulary import concepts_of, exact_concepts_of, mode_of
from scenarios.model import Mode

TODAY = date(2026, 10, 21)
LEXICON = Lexicon(
    TODAY,
    (
        Named(Kind.PARTICIPANT, 1, "Płońsk", "Urząd Miejski w Płońsku miasto"),
        Named(Kind.PARTICIPANT, 2, "Płońsk", "Gmina Płońsk"),
        Named(Kind.PARTICIPANT, 3, "Ostrołęka"),
        Named(Kind.PARTICIPANT, 4, "Bielsko-Biała"),
        Named(Kind.PARTICIPANT, 5, "Mława"),
        Named(Kind.PARTICIPANT, 6, "Ciechanów"),
        Named(Kind.PARTICIPANT, 7, "Mielec"),
        Named(Kind.JUROR, 11, "Jan Kowalski"),
        Named(Kind.JUROR, 12, "Anna Kowalska"),
        Named(Kind.JUROR, 13, "Jagoda Nowak"),
        Named(Kind.JUROR, 14, "Piotr Zieliński"),
        Named(Kind.WAVE, 21, "Jesień"),
        Named(Kind.WAVE, 22, "Zima"),
    ),
)
CORPUS: list[list[Any]] = yaml.safe_load((Path(__file__).parent / "questions.yaml").read_text(encoding="utf-8"))


def expected(intent: str, slots: dict[str, Any]) -> Question:
    """The question a line of the corpus stands for."""
    period = Period(slots["since"], slots["until"]) if "since" in slots else None
    return Question(
        Intent(intent),
        mode=Mode(slots["mode"]) if "mode" in slots else None,
        participant_id=slots.get("participant"),
        person_id=slots.get("person"),
        wave_id=slots.get("wave"),
        voivodship=slots.get("voivodship"),
        number=slots.get("number"),
        measure=Measure(slots["measure"]) if "measure" in slots else None,
        period=period,
        act=Act(slots.get("act", "show")),
    )


@pytest.mark.parametrize("line", CORPUS, ids=lambda line: str(line[0]))
def test_the_corpus(line: list[Any]) -> None:
    """Every sentence means exactly what stands beside it, or is not understood."""
    text, intent, slots = line[0], line[1], line[2] if len(line) > 2 else {}
    found = understand(text, LEXICON)
    match found:
        case Understood(question):
            assert intent is not None, question
            assert question == expected(intent, slots)
        case Choose(every):
            assert intent == "choose", found
            assert [one.id for _question, one in every] == slots["every"]
        case NotUnderstood():
            assert intent is None, found


def test_the_corpus_is_large_enough() -> None:
    """At least 150 sentences, of which at least 40 mean nothing, and every intent occurs."""
    assert len(CORPUS) >= 150
    assert sum(line[1] is None for line in CORPUS) >= 40
    assert {line[1] for line in CORPUS if line[1] is not None} - {"choose"} == {intent.value for intent in Intent}
    assert len({line[0] for line in CORPUS}) == len(CORPUS)


def test_every_documented_example_is_understood() -> None:
    """In both languages, as the intent it stands for (or as a choice, where several bear the name)."""
    for intent, languages in EXAMPLES.items():
        assert set(languages) == {"pl", "en"}
        for example in [each for every in languages.values() for each in every]:
            match understand(example, LEXICON):
                case Understood(question):
                    assert question.intent is intent, example
                case Choose(every):
                    assert {question.intent for question, _one in every} == {intent}, example
                case NotUnderstood() as nothing:
                    raise AssertionError(example, nothing)


def test_the_nearest_intents_are_offered() -> None:
    """Where a word is in the way the likely intents are named; where nothing is like it, none."""
    nearly = understand("kto nie oddał kurtki w tym tygodniu", LEXICON)
    assert isinstance(nearly, NotUnderstood)
    assert nearly.nearest[0] is Intent.NOT_SUBMITTED
    nothing = understand("asdf qwer", LEXICON)
    assert nothing == NotUnderstood(())


def test_a_wave_is_known_by_its_name_too() -> None:
    """In whatever case it stands."""
    found = understand("spóźnione wizyty jesień", LEXICON)
    assert found == Understood(Question(Intent.LATE, mode=Mode.VISIT, wave_id=21))


@given(st.text(max_size=200))
def test_any_text_is_answered(text: str) -> None:
    """Whatever is typed: understood, a choice, or not understood."""
    assert isinstance(understand(text, LEXICON), Understood | Choose | NotUnderstood)


ids = st.none() | st.integers(1, 10**6)
questions = st.builds(
    Question,
    st.sampled_from(Intent),
    mode=st.none() | st.sampled_from(Mode),
    participant_id=ids,
    person_id=ids,
    wave_id=ids,
    voivodship=st.none() | st.sampled_from(VOIVODSHIPS),
    number=st.none() | st.integers(1, 50),
    measure=st.none() | st.sampled_from(Measure),
    period=st.none()
    | st.builds(
        lambda since, days: Period(since, since + timedelta(days=days)),
        st.dates(date(2020, 1, 1), date(2099, 1, 1)),
        st.integers(0, 366),
    ),
    act=st.sampled_from(Act),
)


@given(questions)
def test_a_question_survives(question: Question) -> None:
    """As JSON in full, as integers without what is to be done."""
    assert question_from_json(question_to_json(question)) == question
    numbers = question_to_numbers(question)
    assert len(numbers) == INTEGERS
    assert question_from_numbers(numbers) == replace(question, act=Act.SHOW)


@given(st.lists(st.integers(-50, 10**9), min_size=INTEGERS, max_size=INTEGERS))
def test_any_integers_are_a_question_or_none(numbers: list[int]) -> None:
    """Buttons may say anything."""
    question = question_from_numbers(numbers)
    assert question is None or question.act is Act.SHOW


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"intent": "delete"},
        {"intent": "late", "mode": "fax"},
        {"intent": "late", "participant_id": "1"},
        {"intent": "late", "participant_id": True},
        {"intent": "late", "number": 0},
        {"intent": "late", "voivodship": "Bawaria"},
        {"intent": "late", "period": ["2026-10-21", "2026-10-20"]},
        {"intent": "late", "period": "today"},
        {"intent": "late", "sql": "drop"},
        {"intent": "late", "act": "delete"},
    ],
    ids=str,
)
def test_what_is_no_question_is_refused(data: dict[str, Any]) -> None:
    """Whoever translated it."""
    with pytest.raises(ValueError, match=r"."):
        question_from_json(data)


@pytest.mark.parametrize("known", [stem, concepts_of, exact_concepts_of, mode_of], ids=lambda one: one.__name__)
def test_typed_words_do_not_fill_the_memory(known: Any) -> None:  # noqa: ANN401 - a cached function
    """What was found out of a word is remembered of so many words only, however many people type."""
    assert known.cache_info().maxsize is not None
