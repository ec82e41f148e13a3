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
    assert figures(Proposal(Verdict.GRANT, 71.25, "total"), language="pl", with_reports=False) == ["Wynik: 71,25"]
