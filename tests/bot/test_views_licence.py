"""A proposal in words: every mode, every change, nothing rounded up to a threshold that was missed."""

from __future__ import annotations

import pytest

from bot.views.licence_words import (
    FAILURES_SHOWN,
    change_lines,
    contacts_text,
    evidence_line,
    failure_lines,
    figures,
    threshold_line,
)
from bot.views.score_words import lost_text, score_text
from scenarios.model import Text
from scoring.award import (
    ApproveReports,
    CheckReports,
    Costly,
    Failure,
    Gathered,
    GatherEvidence,
    Proposal,
    RaiseScore,
    ScoreNode,
    Threshold,
    Verdict,
)
from scoring.award_rules import Evidence

LABEL = Text({"pl": "Strona internetowa"})


@pytest.mark.parametrize(
    ("level", "count", "words"),
    [
        ("visit", 2, "2 wizyty"),
        ("phone", 5, "5 telefonów"),
        ("email", 1, "1 e-mail"),
        ("social", 1, "1 wiadomość w mediach społecznościowych"),
        ("website", 2, "2 sprawdzenia strony"),
        ("fax", 2, "fax: 2"),
    ],
)
def test_contacts_are_counted_in_words(level: str, count: int, words: str) -> None:
    """Polish plurals; a level nobody knows is shown as it is."""
    assert contacts_text(level, count, language="pl") == words


def test_a_missed_threshold_is_never_rounded_to_reached() -> None:
    """59.999 of 60 shows what is missing."""
    line = threshold_line(Threshold("strona", LABEL, 59.9999, 60), language="pl")
    assert line == "Strona internetowa: 59,99, brakuje 0,01 do 60"
    assert (
        threshold_line(Threshold("strona", Text({}), None, 60), language="pl") == "strona: za mało danych (potrzeba 60)"
    )
    assert threshold_line(Threshold("strona", LABEL, 60.0, 60), language="pl") == "Strona internetowa: 60 (potrzeba 60)"


@pytest.mark.parametrize(
    ("value", "required", "words"),
    [
        (59.96, 60, "59,96, brakuje 0,04 do 60"),
        (59.94, 60, "59,9, brakuje 0,1 do 60"),
        (54.25, 60, "54,3, brakuje 5,7 do 60"),
        (59.951, 59.96, "59,95, brakuje 0,01 do 59,96"),
        (59.9599999, 59.96, "59,959, brakuje 0,001 do 59,96"),
    ],
)
def test_value_and_miss_come_to_the_threshold(value: float, required: float, words: str) -> None:
    """One decimal, as in the standings; more only where one would hide the miss."""
    assert threshold_line(Threshold("strona", LABEL, value, required), language="pl") == f"Strona internetowa: {words}"


def test_the_licence_and_the_standings_show_one_number() -> None:
    """69.96 is 70 in both; what cost little never cost nothing."""
    assert figures(Proposal(Verdict.GRANT, 69.96, "total"), language="pl", with_reports=False) == ["Wynik: 70"]
    assert score_text(69.96, language="pl") == "70"
    assert [lost_text(each, language="pl") for each in (0.04, 0.05, 5.5, 0.0)] == ["<0,1", "0,1", "5,5", "0"]


def test_what_would_have_to_change() -> None:
    """In concrete terms, the dearest criteria below the heading they cost."""
    lines = change_lines(
        [
            GatherEvidence(Gathered(Evidence("phone", 3, different="@hour"), 2, 1, 2)),
            GatherEvidence(Gathered(Evidence("visit", 2, 2), 0, 0, 0)),
            GatherEvidence(Gathered(Evidence("visit", 2, different="@day"), 2, 1, 1)),
            CheckReports(("12", "14")),
            ApproveReports(2),
            ScoreNode(Threshold("strona", LABEL, None, 60)),
            RaiseScore(Threshold("strona", LABEL, 54.2, 60), (Costly("B20", Text({"pl": "Jest deklaracja?"}), 5.5),)),
        ],
        language="pl",
    )
    assert lines == [
        "brakuje jeszcze: 1 telefon, o innej godzinie",
        "brakuje jeszcze: 2 wizyty, w tym 2 przez nowe, różne osoby",
        "brakuje jeszcze: 1 wizyta, z inną wartością @day",
        "W tych raportach zbyt wiele nie sprawdzono, więc się nie liczą: 12, 14",
        "2 raporty nie są jeszcze zatwierdzone; wynik może się zmienić",
        "Strona internetowa: potrzebne są raporty, z których da się to policzyć",
        "Strona internetowa: 54,2 → 60 (+5,8)\n   −5,5  B20. Jest deklaracja?",
    ]


def test_evidence_in_a_line() -> None:
    """What is there against what is needed; what a rubric asks of its own is named as it is."""
    gathered = Gathered(Evidence("visit", 2, 2, "@day"), 2, 2, 2)
    assert evidence_line(gathered, language="pl") == "✓ 2 wizyty (potrzeba 2), różne osoby: 2 z 2, różne @day: 2 z 2"


def test_many_critical_items_are_counted() -> None:
    """The first by name; reports only for the office."""
    failures = [Failure(f"W{at}", Text({}), ("1", "2"), blocks_alone=False) for at in range(FAILURES_SHOWN + 2)]
    lines = failure_lines(failures, language="pl", with_reports=False)
    assert (lines[0], lines[-1]) == ("• W0 ×2", "• i jeszcze 2 pozycje krytyczne")
    assert failure_lines(failures[:1], language="pl", with_reports=True) == ["• W0 (raporty: 1, 2)"]


def test_a_total_without_a_threshold_is_shown() -> None:
    """And nothing else where there is nothing else."""
    assert figures(Proposal(Verdict.GRANT, 71.25, "total"), language="pl", with_reports=False) == ["Wynik: 71,3"]
