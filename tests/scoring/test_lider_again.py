"""Whole participants with chance answers, computed a second time in plain arithmetic that shares no code with ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.marks import score
from scoring.rubric import Rubric
from scoring.rubric_loader import load
from scoring.table import Record

FILE = Path(__file__).parent.parent.parent / "scoring" / "library" / "lider-zaufania.yaml"

Judge = Callable[[str], float | None]
"""From an answer to the fraction it earns; None: the answer leaves the base."""

QUEUE = ((5, 1), (10, 0.8), (15, 0.6), (30, 0.3))
DESK = ((2, 1), (3, 0.8), (5, 0.6), (8, 0.3))
RING = ((10, 1), (30, 0.8), (60, 0.6), (240, 0.3))
REPLY = ((1, 1), (2, 0.8), (3, 0.6), (5, 0.3))
FINDING = ((30, 1), (60, 0.8), (90, 0.6), (120, 0.3))
SENTENCE = ((20, 1), (25, 0.6), (30, 0.3))
FOG = ((9, 1), (12, 0.8), (15, 0.3))


def words(**worth: float | None) -> tuple[list[str], Judge]:
    """A choice."""
    return list(worth), worth.__getitem__


def yes() -> tuple[list[str], Judge]:
    """Yes is good."""
    return words(yes=1.0, no=0.0)


def bad() -> tuple[list[str], Judge]:
    """No is good."""
    return words(yes=0.0, no=1.0)


def five() -> tuple[list[str], Judge]:
    """Five levels: 0, 25, 50, 75, 100 percent."""
    return list("12345"), lambda level: (int(level) - 1) / 4


def of(most: int | None = None) -> tuple[list[str], Judge]:
    """So many of so many, written as a share."""

    def judge(answer: str) -> float:
        found, there = answer.split("/")
        return min(int(found), int(there)) / int(there)

    return [f"{found}/{there}" for there in ([most] if most else [4, 6]) for found in range(there + 1)], judge


def steps(edges: Sequence[tuple[int, float]]) -> tuple[list[str], Judge]:
    """A number: on an edge, a bit beyond it, and beyond all."""

    def judge(answer: str) -> float:
        for edge, worth in edges:
            if float(answer) <= edge:
                return worth
        return 0.0

    return ["0", *(text for edge, _ in edges for text in (str(edge), f"{edge}.01"))], judge


def alarm() -> tuple[list[str], Judge]:
    """Insult, refusal, a hint at payment."""
    return words(none=1.0, insult=0.0, refusal=0.0, favour=0.0)


TABLE: Sequence[tuple[str, str, float, str, tuple[list[str], Judge], str]] = (
    ("wizyta", "K", 0, "w_alarm", alarm(), "insult refusal favour"),
    ("telefon", "K", 0, "t_alarm", alarm(), "insult refusal favour"),
    ("email", "K", 0, "e_alarm", alarm(), "insult refusal favour"),
    ("social", "K", 0, "m_alarm", alarm(), "insult refusal favour"),
    ("dostepnosc", "D", 0, "d_alarm", alarm(), "insult refusal favour"),
    ("wizyta", "I", 2, "w02 w03 w05 w10 w20", yes(), ""),
    ("wizyta", "I", 3, "w06", steps(DESK), ""),
    ("wizyta", "C", 4, "w04", yes(), "no"),
    ("wizyta", "C", 2, "w07", yes(), ""),
    ("wizyta", "C", 4, "w08", steps(QUEUE), ""),
    ("wizyta", "O", 2, "w09", five(), ""),
    ("wizyta", "K", 2, "w11 w12 w13", yes(), ""),
    ("wizyta", "K", 4, "w14", five(), ""),
    ("wizyta", "K", 3, "w21", five(), ""),
    ("wizyta", "K", 1, "w25", yes(), ""),
    ("wizyta", "M", 2, "w15 w19 w22", yes(), ""),
    ("wizyta", "M", 5, "w16", of(), ""),
    ("wizyta", "M", 4, "w17", bad(), ""),
    ("wizyta", "M", 1, "w18", yes(), ""),
    ("wizyta", "P", 4, "w23", bad(), "yes"),
    ("wizyta", "P", 2, "w24", bad(), ""),
    ("telefon", "I", 2, "t02 t17", yes(), ""),
    ("telefon", "C", 4, "t03", words(first=1.0, second=0.5, none=0.0), "none"),
    ("telefon", "C", 4, "t04", steps(RING), ""),
    ("telefon", "C", 1, "t05", yes(), ""),
    ("telefon", "C", 2, "t14 t16", yes(), ""),
    ("telefon", "C", 2, "t15", bad(), ""),
    ("telefon", "K", 2, "t06", yes(), ""),
    ("telefon", "K", 1, "t07 t09 t20", yes(), ""),
    ("telefon", "K", 4, "t08", five(), ""),
    ("telefon", "K", 3, "t13", five(), ""),
    ("telefon", "M", 2, "t10", yes(), ""),
    ("telefon", "M", 5, "t11", of(), ""),
    ("telefon", "M", 4, "t12", bad(), ""),
    ("telefon", "P", 2, "t18", yes(), ""),
    ("telefon", "P", 1, "t19", yes(), ""),
    ("email", "I", 1, "e02", yes(), ""),
    ("email", "I", 2, "e13", yes(), ""),
    ("email", "C", 1, "e03", yes(), ""),
    ("email", "C", 4, "e04", yes(), "no"),
    ("email", "C", 5, "e05", steps(REPLY), ""),
    ("email", "M", 4, "e06", of(2), ""),
    ("email", "M", 5, "e07", of(), ""),
    ("email", "M", 4, "e08", bad(), ""),
    ("email", "M", 3, "e20", bad(), ""),
    ("email", "K", 2, "e09 e12", yes(), ""),
    ("email", "K", 3, "e10", five(), ""),
    ("email", "K", 2, "e11", steps(SENTENCE), ""),
    ("email", "K", 1, "e14", yes(), ""),
    ("email", "P", 1, "e15 e16", yes(), ""),
    ("email", "P", 4, "e17", bad(), "yes"),
    ("email", "P", 2, "e19", bad(), ""),
    ("email", "D", 2, "e18", yes(), ""),
    ("social", "I", 2, "m01 m03", yes(), ""),
    ("social", "I", 2, "m02", of(4), ""),
    ("social", "P", 2, "m04 m13", yes(), ""),
    ("social", "C", 1, "m05", yes(), ""),
    ("social", "C", 3, "m07", yes(), "no"),
    ("social", "C", 4, "m08", words(h2=1.0, h8=0.8, d1=0.6, d3=0.3, later=0.0), ""),
    ("social", "M", 4, "m09", of(), ""),
    ("social", "M", 3, "m10", bad(), ""),
    ("social", "K", 3, "m11", five(), ""),
    ("social", "K", 2, "m12", yes(), ""),
    ("social", "K", 2, "m14", of(5), ""),
    ("social", "K", 1, "m15", yes(), ""),
    ("social", "D", 2, "m16", of(5), ""),
    ("social", "D", 2, "m17", of(3), ""),
    ("strona", "W", 1, "b01 b02 b09 b10 b17", yes(), ""),
    ("strona", "W", 0.5, "b01_tel b01_kom b02_tel b02_kom", steps(FINDING), ""),
    ("strona", "W", 5, "b03", of(5), ""),
    ("strona", "W", 2, "b04 b06 b07 b11 b12 b14 b18", yes(), ""),
    ("strona", "W", 3, "b05", words(full=1.0, part=0.5, none=0.0), ""),
    ("strona", "W", 3, "b08", of(5), ""),
    ("strona", "W", 3, "b13", yes(), ""),
    ("strona", "W", 2, "b15", of(10), ""),
    ("strona", "W", 2, "b16", steps(FOG), ""),
    ("strona", "W", 1, "b16_slowa", steps(SENTENCE), ""),
    ("strona", "W", 2, "b19", yes(), "no"),
    ("strona", "W", 2, "b25", of(4), ""),
    ("strona", "D", 3, "b20", yes(), "no"),
    ("strona", "D", 2, "b21", yes(), ""),
    ("strona", "D", 3, "b22", of(5), ""),
    ("strona", "D", 4, "b23", yes(), "no"),
    ("strona", "D", 3, "b24", of(3), ""),
    ("dostepnosc", "D", 4, "d02", yes(), "no"),
    ("dostepnosc", "D", 3, "d06 d08 d09 d16 d17", yes(), ""),
    ("dostepnosc", "D", 3, "d10", of(3), ""),
    ("dostepnosc", "D", 2, "d03 d05 d07 d14 d20 d21", yes(), ""),
    ("dostepnosc", "D", 1, "d01 d04 d11 d12 d13 d15 d18 d19 d22", yes(), ""),
)
"""Kind, dimension, points, questions, how they are worth, and which answers fail critically."""


@cache
def items() -> Mapping[str, Mapping[str, tuple[str, float, list[str], Judge, frozenset[str]]]]:
    """By kind and question: dimension, points, answers, what they earn, and which fail critically."""
    found: dict[str, dict[str, tuple[str, float, list[str], Judge, frozenset[str]]]] = {}
    for kind, dimension, most, names, how, fails_by in TABLE:
        for name in names.split():
            found.setdefault(kind, {})[name] = (dimension, most, *how, frozenset(fails_by.split()))
    return found


ZERO_INSTEAD = {"telefon": ("t03", "none", "C", 4), "social": ("m07", "no", "C", 4), "strona": ("b20", "no", "D", 5)}
"""Where an answer means that others cannot be had, and are worth nothing: their points."""

NEEDS = {"wizyta": 2, "telefon": 2, "email": 2}
HEADINGS: Mapping[str, tuple[float, int, Mapping[str, tuple[float, Mapping[str, float]]]]] = {
    "kultura": (
        0.4,
        2,
        {
            "K": (0.65, {"wizyta": 0.3, "telefon": 0.4, "email": 0.2, "social": 0.1}),
            "P": (0.3, {"wizyta": 0.3, "telefon": 0.2, "email": 0.4, "social": 0.1}),
            "O": (0.05, {"wizyta": 1}),
        },
    ),
    "informacja": (
        0.35,
        3,
        {
            "I": (0.3, {"wizyta": 0.55, "telefon": 0.25, "email": 0.1, "social": 0.1}),
            "M": (0.3, {"wizyta": 0.3, "telefon": 0.3, "email": 0.3, "social": 0.1}),
            "C": (0.25, {"wizyta": 0.2, "telefon": 0.5, "email": 0.2, "social": 0.1}),
            "D": (0.12, {"dostepnosc": 1}),
            "D.remote": (0.03, {"email": 0.5, "social": 0.5}),
        },
    ),
    "strona": (0.25, 1, {"W": (0.75, {"strona": 1}), "D": (0.25, {"strona": 1})}),
}


def points(kind: str, answers: Mapping[str, str], dimension: str | None) -> tuple[float, float, float]:
    """Earned, possible and not checked, in one dimension of a report or in all."""
    earned = possible = unchecked = 0.0
    for name, (of_item, most, _answers, judge, _fails) in items()[kind].items():
        answer = answers.get(name)
        if (dimension is not None and of_item != dimension) or answer in {None, "nd"}:
            continue
        if name == "m08" and answers.get("m07") != "yes":
            continue
        if answer == "ns":
            unchecked += most
            continue
        assert answer is not None
        worth = judge(answer)
        assert worth is not None
        earned, possible = earned + worth * most, possible + most
    if kind in ZERO_INSTEAD:
        name, word, of_item, most = ZERO_INSTEAD[kind]
        if dimension in {None, of_item}:
            possible += most * (answers.get(name) == word)
            unchecked += most * (answers.get(name) == "ns")
    return earned, possible, unchecked


def of_report(kind: str, answers: Mapping[str, str], dimension: str | None) -> float | None:
    """What one report says; an e-mail without a reply says nothing good but of privacy and attachments."""
    earned, possible, _ = points(kind, answers, dimension)
    value = earned / possible if possible else None
    if kind == "email" and dimension not in {"P", "D"} and answers.get("e04") in {"yes", "no"}:
        replied = float(answers["e04"] == "yes")
        value = replied if value is None else min(value, replied)
    return value


def fails(kind: str, answers: Mapping[str, str], dimension: str | None) -> bool:
    """Whether something critical failed; of an e-mail a missing reply fails wherever it counts."""
    for name, (of_item, _most, _answers, _judge, critical) in items()[kind].items():
        counts = dimension is None or of_item == dimension or (name == "e04" and dimension not in {"P", "D"})
        if counts and answers.get(name) in critical:
            return True
    return False


def channel(reports: Sequence[tuple[str, Mapping[str, str]]], kind: str, dimension: str | None) -> float | None:
    """The mean of the reports, capped where one failed critically."""
    own = [answers for of_kind, answers in reports if of_kind == kind]
    values = [value for answers in own if (value := of_report(kind, answers, dimension)) is not None]
    if len(values) < NEEDS.get(kind, 1):
        return None
    mean = sum(values) / len(values)
    return min(mean, 0.5) if any(fails(kind, answers, dimension) for answers in own) else mean


def weighted(parts: Sequence[tuple[float | None, float]], needs: int = 1) -> float | None:
    """The weighted mean of those there are."""
    there = [(value, weight) for value, weight in parts if value is not None]
    if len(there) < needs:
        return None
    return sum(value * weight for value, weight in there) / sum(weight for _, weight in there)


def again(reports: Sequence[tuple[str, Mapping[str, str]]]) -> dict[str, float | None]:
    """The whole participant."""
    kept = []
    for kind, answers in reports:
        _, possible, unchecked = points(kind, answers, None)
        if unchecked <= 0.25 * (possible + unchecked) + 1e-9:
            kept.append((kind, answers))
    found: dict[str, float | None] = {}
    for heading, (_, needs, dimensions) in HEADINGS.items():
        parts = []
        for name, (weight, channels) in dimensions.items():
            dimension = name.partition(".")[0]
            value = weighted([(channel(kept, kind, dimension), share) for kind, share in channels.items()])
            found[f"{heading}.{name}"] = value
            parts.append((value, weight))
        found[heading] = weighted(parts, needs)
    found["total"] = weighted([(found[name], weight) for name, (weight, _, _) in HEADINGS.items()], 3)
    modes = {"wizyta": "visit", "telefon": "phone", "email": "email", "social": "social"}
    modes |= {"strona": "website", "dostepnosc": "accessibility"}
    return found | {f"mode.{mode}": channel(kept, kind, None) for kind, mode in modes.items()}


@cache
def rubric() -> Rubric:
    """The rubric that ships."""
    return load(FILE.read_text(encoding="utf-8"), filename=str(FILE))


@st.composite
def report(draw: st.DrawFn, kinds: Sequence[str] = ()) -> tuple[str, Mapping[str, str]]:
    """A report: mostly answered, now and then not applicable, not checked or left open."""
    kind = draw(st.sampled_from(list(kinds or items())))
    chance = draw(st.randoms(use_true_random=False))
    holes = chance.choice((0.0, 0.05, 0.4))
    answers = {}
    for name, (_dimension, _points, known, _judge, critical) in items()[kind].items():
        word = chance.choice(known)
        if word in critical and chance.random() < 0.8:
            word = next(one for one in known if one not in critical)
        if chance.random() < holes:
            word = chance.choice(("nd", "ns", ""))
        if word:
            answers[name] = word
    return kind, answers


EVERY = ("wizyta", "wizyta", "telefon", "telefon", "email", "email", "social", "strona", "dostepnosc")


@settings(max_examples=50, deadline=None)
@given(st.tuples(*(report([kind]) for kind in EVERY)), st.lists(report(), max_size=5))
def test_plain_arithmetic_comes_to_the_same(
    whole: tuple[tuple[str, Mapping[str, str]], ...], more: list[tuple[str, Mapping[str, str]]]
) -> None:
    """Every heading, dimension, mode and the total."""
    reports = [*whole, *more]
    records = [
        Record("7", f"{number:02}", kind, "A", kind, "gmina", answers) for number, (kind, answers) in enumerate(reports)
    ]
    found = {row.node: row.value for row in score(rubric(), "7", records)}
    for node, value in again(reports).items():
        expected = None if value is None else pytest.approx(100 * value, abs=1e-6)
        assert found[node] == expected, node
