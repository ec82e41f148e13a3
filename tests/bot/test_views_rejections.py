"""Refusals: whatever cannot be taken is answered with a kind sentence and an example."""

from __future__ import annotations

import pytest

from bot.views.rejections import FILE_PROBLEMS, file_problem_text, rejection_text
from scenarios.contact import (
    Rejection,
    RejectionCode,
)
from scenarios.model import Step, StepType, Text
from storage.files import Refusal
from storage.unfit import FileProblem


def _step(type_: StepType, **more: object) -> Step:
    return Step(name="x", type=type_, label=Text({"pl": "Ile?"}), line=1, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("code", list(RejectionCode))
def test_every_refusal_is_a_kind_sentence(code: RejectionCode, language: str) -> None:
    """Whatever cannot be taken, at whatever step, is answered with a whole sentence and no loose braces."""
    for step in (None, *(_step(type_) for type_ in StepType)):
        said = rejection_text(Rejection(code), step, language=language)
        assert said[0].isupper()
        assert said[-1] in ".?:"
        assert "{" not in said
        assert len(said) < 200


@pytest.mark.parametrize(
    ("rejection", "step", "said"),
    [
        (
            Rejection(RejectionCode.NOT_A_NUMBER),
            _step(StepType.INTEGER, minimum=10, maximum=90),
            "Nie udało się odczytać liczby. Wystarczą cyfry, np. 10.",
        ),
        (
            Rejection(RejectionCode.NOT_A_NUMBER),
            _step(StepType.INTEGER),
            "Nie udało się odczytać liczby. Wystarczą cyfry, np. 3.",
        ),
        (
            Rejection(RejectionCode.TOO_LARGE, {"minimum": "0", "maximum": "120"}),
            _step(StepType.INTEGER),
            "Tu pasuje liczba od 0 do 120. Może to literówka?",
        ),
        (
            Rejection(RejectionCode.TOO_SMALL, {"minimum": "1"}),
            _step(StepType.INTEGER),
            "To za mało: najmniej 1.",
        ),
        (Rejection(RejectionCode.TOO_LARGE, {"maximum": "5"}), None, "To za dużo: najwyżej 5."),
        (
            Rejection(RejectionCode.TOO_LARGE, {"minimum": "0", "maximum": "2592000"}),
            _step(StepType.TIMER),
            "Aż tyle? Może to literówka. Przykład: 12 min.",
        ),
        (
            Rejection(RejectionCode.NO_SUCH_DAY, {"given": "31.02"}),
            _step(StepType.DATE),
            "Nie ma takiego dnia: 31.02. Może to literówka?",
        ),
        (
            Rejection(RejectionCode.AMBIGUOUS_DATE, {"first": "3.12.2025", "second": "12.3.2025"}),
            _step(StepType.DATE),
            "To może być 3.12.2025 albo 12.3.2025. Które z nich?",
        ),
        (
            Rejection(RejectionCode.NOT_A_DATE, {"example": "20.10.2025"}),
            _step(StepType.DATE),
            "Nie udało się odczytać daty. Przykład: 20.10.2025.",
        ),
        (
            Rejection(RejectionCode.TEXT_TOO_LONG, {"maximum": "3000", "length": "4120"}),
            _step(StepType.TEXT),
            "Ten tekst jest za długi (znaków: 4120, mieści się 3000). Trzeba go skrócić – nic nie zostało ucięte.",
        ),
        (
            Rejection(RejectionCode.TOO_MANY_FILES, {"maximum": "3"}),
            _step(StepType.IMAGE),
            "Zmieszczą się tu 3 pliki. Reszta została odłożona.",
        ),
        (
            Rejection(RejectionCode.EXPECTED_FILE),
            _step(StepType.AUDIO),
            "Tu potrzebna jest wiadomość głosowa.",
        ),
        (
            Rejection(RejectionCode.CONSTRAINT),
            _step(StepType.TIME, constraint_message=Text({"pl": "Zamknięcie jest po otwarciu."})),
            "Zamknięcie jest po otwarciu.",
        ),
    ],
)
def test_refusals_say_what_would_do(rejection: Rejection, step: Step | None, said: str) -> None:
    """The details of a refusal stand in its sentence, with an example where it helps."""
    assert rejection_text(rejection, step, language="pl") == said


@pytest.mark.parametrize("problem", list(FileProblem))
def test_every_file_problem_has_its_sentence(problem: FileProblem) -> None:
    """Each reason of the evidence store is told in words, with its numbers."""
    details = {"megabytes": "31", "limit": "20", "megapixels": "200", "width": "8", "height": "8", "pages": "900"}
    said = file_problem_text(Refusal(problem, details).problem, language="pl")
    assert problem in FILE_PROBLEMS
    assert said[-1] == "."
    assert "{" not in said
    assert said != file_problem_text("nonsense", language="pl")


@pytest.mark.parametrize("problem", ["nonsense", "", "too_large", "too_large?limit=20"])
def test_an_unknown_file_problem_is_still_told(problem: str) -> None:
    """A code from elsewhere, or one without its numbers, gets the general sentence."""
    assert file_problem_text(problem, language="pl") == "Tego pliku nie udało się przyjąć. Wyślij go jeszcze raz."
