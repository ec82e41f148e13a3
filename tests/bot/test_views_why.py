"""Words about scores: what a place is called, how it was combined, how an answer is marked, an answer in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest

from bot.reports.drawing import ZIP, draw
from bot.reports.recipes import Archive
from bot.views.office import why_files, why_words
from bot.views.office.why import trail
from bot.views.office.why_answers import in_words, marking
from bot.views.office.why_words import ReportFact, WhyFacts
from scenarios.model import Choice, Mode, Step, StepType, Text
from scoring.results import Explained, Result, Unscored
from scoring.rubric import Absent, Counted, Levels, Number, Rating, StepTable, Take, Worth
from scoring.rubric_loader import load
from scoring.table import Record
from scoring.why import opened

ZONE = ZoneInfo("Europe/Warsaw")
MADE = datetime(2026, 10, 20, 12, 30, tzinfo=UTC)
RUBRIC = load(
    """
spec_version: 1
name: trial
title: {pl: Próba, en: Trial}
languages: [pl, en]
scale: 100
words: {not_applicable: [nd], not_checked: [ns]}
criteria:
  - {name: A, reads: a, points: 2, levels: {yes: 1, no: 0}}
  - {name: B, reads: b, points: 0, levels: {yes: 1, no: 0}, critical: [no]}
tree:
  - {node: total, take: points, of: [A, B]}
""",
    filename="trial",
)
NOWHERE = Text({})
A = Result("A", NOWHERE, None, 1.0, earned=2, possible=2, share=0.5)
HALF = replace(A, value=0.5, earned=1)
WHOLE = replace(A, share=1.0)
GONE = Result("A", NOWHERE, None, None, Absent.NOT_APPLICABLE)
REPORTS = {"12": ReportFact(12, "A", Mode.VISIT, MADE), "12.2": ReportFact(12, "A", Mode.VISIT, MADE)}


def facts(*roots: Result, scale: float = 100, unscored: tuple[Unscored, ...] = ()) -> WhyFacts:
    """A score with these roots."""
    rubric = replace(RUBRIC, scale=scale)
    return WhyFacts(1, "Płońsk", rubric, opened(Explained("1", roots, ())), unscored, REPORTS, {"A": "Czy widać?"})


def node(take: Take, *children: Result, value: float | None = 0.75) -> Result:
    """A node."""
    return Result("n", NOWHERE, take, value, children=children)


SHARED_OUT = (
    "The weighted mean of 1 result.|Not counted: not applicable – 2.|Their weight was shared out among the others."
)
LOST = (
    "The mean of 1 result.|Not counted: not applicable – 1.|"
    "What is not counted still weighs: the result cannot be full without it."
)
HELD_DOWN = "The mean of 2 results.|Not checked: questions worth 4 points.|Held down, because a critical item failed: B"


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (replace(node(Take.POINTS, A, HALF), earned=3, possible=4), "Points earned of those possible: 3 of 4."),
        (node(Take.MEAN, A, HALF), "The mean of 2 results.|(100 + 50) ÷ 2 = 75"),
        (node(Take.WEIGHTED_MEAN, A, HALF), "The weighted mean of 2 results.|50% × 100 + 50% × 50 = 75"),
        (node(Take.SHARE, A, HALF), "Full results: 1 of 2."),
        (node(Take.MIN, replace(HALF, share=1.0), replace(A, share=None)), "The lowest of 2 results."),
        (node(Take.MAX, WHOLE, replace(HALF, share=None)), "The highest of 2 results."),
        (node(Take.ANY, WHOLE, replace(HALF, share=None)), "100 where at least one is full; full results: 1."),
        (node(Take.FIRST, WHOLE), "The first one that has a value."),
        (
            node(Take.WEIGHTED_MEAN, WHOLE, GONE, GONE, value=1.0),
            SHARED_OUT,
        ),
        (
            node(Take.MEAN, A, GONE, value=0.5),
            LOST,
        ),
        (
            replace(node(Take.MEAN, replace(A, share=None), value=None), needs=2, absent=Absent.TOO_FEW),
            "2 results are needed, there are 1.",
        ),
        (
            replace(node(Take.MEAN, A, HALF, value=0.5), capped=True, critical=("B", "B"), not_checked=4),
            HELD_DOWN,
        ),
        (replace(node(Take.SHARE, WHOLE), critical=("B",)), "Full results: 1 of 1.|Critical items that failed: B"),
        (
            node(
                Take.MEAN, replace(A, value=1 / 3, share=1 / 3), *[replace(A, value=1 / 3, share=1 / 3)] * 2, value=0.33
            ),
            "The mean of 3 results.|(33.33 + 33.33 + 33.33) ÷ 3 ≈ 33",
        ),
        (A, ""),
    ],
)
def test_how_it_came_about(one: Result, said: str) -> None:
    """Each way of combining in plain words, written out where it is short, with what did not count and why."""
    assert "|".join(why_words.explained(facts(one), one, language="en")) == said


@pytest.mark.parametrize(
    ("worth", "said"),
    [
        (Levels({"yes": 1, "part": 0.5, "no": None}), "Yes – 100%; so so – 50%; No – does not count"),
        (Rating(1, 5), "from 1 (0%) to 5 (100%), evenly"),
        (Counted(), "in proportion: as many as were named, of those in the answer key"),
        (Counted(6), "in proportion, up to 6"),
        (StepTable(((5, 1.0), (10, 0.8))), "≤ 5 – 100%; ≤ 10 – 80%; more – 0%"),
        (Number(), "the number as it is"),
        (Number(0, 2.5), "from 0 (0%) to 2.5 (100%), evenly"),
    ],
)
def test_how_an_answer_is_marked(worth: Worth, said: str) -> None:
    """The rule of a criterion, with the words of its choices."""
    rule = replace(RUBRIC.criteria["A"], worth=worth)
    assert marking(rule, choices={"part": "so so"}, language="en") == f"How it is marked: {said}."


def test_what_places_are_called() -> None:
    """By label, by what they were computed for, by the way they were combined; criteria with their question."""
    some = facts(
        replace(node(Take.MEAN), label=Text({"en": "Courtesy"}), of="12.2"),
        replace(node(Take.MEAN), name="", of="A"),
        replace(node(Take.MEAN), name="", of="visit"),
        replace(node(Take.MEAN), name="", of="pup"),
        replace(node(Take.MEAN), name="", of="Poland|Moving"),
        replace(node(Take.MEAN), name=""),
        A,
        replace(GONE, of="12"),
        replace(A, name="Z"),
    )
    assert [why_words.title(some, spot, language="en") for spot in some.tree.spots] == [
        "Result",
        "Courtesy – report no. 12 (visit, juror A), 2",
        "juror A",
        "visit",
        "PUP",
        "Poland|Moving",
        "Mean",
        "A. Czy widać?",
        "A. Czy widać? (report no. 12 (visit, juror A))",
        "Z",
    ]


def test_a_child_tells_its_weight_or_why_it_does_not_count() -> None:
    """Points, weights, zeros and what was only watched are kept apart."""
    below = (
        A,
        replace(node(Take.MEAN, value=0.5), share=0.25),
        replace(GONE, share=0.25),
        replace(A, share=None),
        GONE,
        Result("B", NOWHERE, None, 0.0, share=0.0, critical=("B",)),
        Result("x", NOWHERE, Take.MEAN, None),
    )
    some = facts(node(Take.MEAN, *below))
    lines = [
        why_words.child_line(some, spot, number=at, language="en") for at, spot in enumerate(some.tree.spots[1:], 1)
    ]
    assert [line.partition("→ ")[2] for line in lines] == [
        "2 of 2 points",
        "50 · weight 25%",
        "not applicable · weight 25% · counts as nothing",
        "2 of 2 points · does not count here",
        "not applicable",
        "no points · critical",
        "no result",
    ]
    assert lines[1].startswith("2. n")


def test_values_are_shown_as_people_write_them() -> None:
    """Two decimals of a percent, three of a plain number; the language's mark; no minus before nothing."""
    assert why_words.value_text(facts(A), 0.76666, language="pl") == "76,67"
    assert why_words.value_text(facts(A, scale=1), -0.858, language="pl") == "-0,858"
    assert why_words.shown(-0.0001, language="pl") == "0"
    assert why_words.when_text(REPORTS["12"], language="en", zone=ZONE).endswith("after noon")
    early = replace(REPORTS["12"], made_at=datetime(2026, 10, 20, 7, 0, tzinfo=UTC))
    assert why_words.when_text(early, language="en", zone=ZONE).endswith("before noon")


def test_reports_left_out_are_told() -> None:
    """Which one, and how much of it was not checked."""
    some = facts(A)
    much = Unscored("12", Absent.MUCH_NOT_CHECKED, 0.4)
    assert why_words.unscored_line(some, much, language="en").endswith("40% of its points were not checked.")
    other = Unscored("99", Absent.UNKNOWN, 0.0)
    assert "99 – an answer the rubric does not know" in why_words.unscored_line(some, other, language="en")


def test_a_long_trail_keeps_its_ends() -> None:
    """The middle is left out, visibly."""
    one = A
    for number in range(12):
        one = replace(node(Take.MEAN, one), name=f"{number} " + "długa nazwa " * 8)
    some = facts(one)
    said = trail(some, some.tree.spots[-1], language="pl")
    assert len(said) <= 210
    assert said.startswith("◦ 11 długa")
    assert "… ›" in said
    assert said.endswith("› A")


STEP = Step("a", StepType.RANGE, NOWHERE, 1, choices=(Choice("4", Text({"en": "polite"})), Choice("5", Text({}))))


@pytest.mark.parametrize(
    ("kind", "word", "said"),
    [
        (StepType.YES_NO, "yes", "Yes"),
        (StepType.YES_NO, "nd", "not applicable"),
        (StepType.RANGE, "ns", "not checked"),
        (StepType.RANGE, None, "no answer"),
        (StepType.RANGE, "4", "4 – polite"),
        (StepType.COUNT, "3/6", "3 of 6"),
        (StepType.COUNT, "3", "3"),
        (StepType.SELECT_ONE, "4", "polite"),
        (StepType.SELECT_MULTIPLE, "4 5", "polite, "),
        (StepType.TIMER, "90", "1 min 30 s"),
        (StepType.DECIMAL, "2.50", "2.5"),
        (StepType.INTEGER, "-3", "-3"),
        (StepType.INTEGER, "many", "many"),
        (StepType.WAIT, "came", "a reply came"),
        (StepType.CALCULATE, "whatever", "whatever"),
    ],
)
def test_an_answer_in_words(kind: StepType, word: str | None, said: str) -> None:
    """What the table writes, as people say it."""
    assert in_words(replace(STEP, type=kind), word, language="en").startswith(said)


def test_an_answer_nobody_knows_the_question_of() -> None:
    """It stands as the table writes it."""
    assert in_words(None, "3/6", language="en") == "3/6"
    assert in_words(None, "yes", language="en") == "Yes"


def test_an_archive_is_the_same_each_time() -> None:
    """The same texts give the same bytes, whenever they are packed; what is in it can be read."""
    recipe = Archive("otwarty wynik: Płońsk", {"CZYTAJ.txt": "Zażółć\n", "a.csv": "x\n"})
    first = draw(recipe, zone=ZONE, made_at=MADE)
    assert first == draw(recipe, zone=ZONE, made_at=datetime(2027, 1, 1, tzinfo=UTC))
    assert (first.name, first.media_type) == ("otwarty wynik- Płońsk.zip", ZIP)
    with ZipFile(BytesIO(first.data)) as packed:
        assert {name: packed.read(name).decode() for name in packed.namelist()} == dict(recipe.texts)


def test_the_read_me_says_whether_times_are_in_it() -> None:
    """Where the rubric scores by the hour, the hour is given away, and that is said."""
    for is_timed, said in ((True, "only because the rules score by it"), (False, "are left out too")):
        text = why_files.read_me(facts(A), is_timed=is_timed, now=MADE, language="en", zone=ZONE)
        assert said in text
        assert why_files.COMMAND in text
    timed = (Record("1", "001", "visit", "A", "visit", "gmina", {"@hour": "9"}),)
    recipe = why_files.open_score(facts(A), timed, (), source="x", now=MADE, language="en", zone=ZONE)
    assert isinstance(recipe.files[0], Archive)
    assert "score by it" in recipe.files[0].texts["README.txt"]
    assert "@hour,9" in recipe.files[0].texts["answers.csv"]
