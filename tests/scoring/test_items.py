"""Agreement by item, and items the authors should look at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scenarios.model import Text
from scoring.agreement import Level, Undefined
from scoring.assessed import Assessed, agreement, assessed, is_share, levels_of, measured
from scoring.items import Doubt, doubtful, items
from scoring.rubric import (
    Attribute,
    Counted,
    Criterion,
    Filter,
    Levels,
    Number,
    Rating,
    Rubric,
    StepTable,
    Words,
    Worth,
)
from scoring.table import Record

YES_NO = Levels({"yes": 1.0, "no": 0.0})


def rubric(**worths: Worth) -> Rubric:
    """Criteria by name, each reading the question of its name in visits."""
    visits = Filter({Attribute.KIND: frozenset({"wizyta"})})
    criteria = {
        name: Criterion(name, Text({"en": name}), name, worth, line=1, where=visits) for name, worth in worths.items()
    }
    words = Words(frozenset({"nd"}), frozenset({"ns"}))
    return Rubric("r", "v", Text({"en": "R"}), ("en",), 100, words, criteria, ())


def visit(unit: int, juror: str, *, kind: str = "wizyta", name: str = "", **answers: str) -> Record:
    """A contact of a juror."""
    return Record(str(unit), name or f"{unit}{juror}", kind, juror, "visit", "gmina", answers)


def test_marks_are_what_answers_are_worth() -> None:
    """Not applicable, not checked, unknown and other kinds are no marks; rounds belong to their contact."""
    by = rubric(a=YES_NO, b=Rating())
    records = [
        visit(1, "A", name="7", a="yes", b="4"),
        visit(1, "B", name="8.2", a="nd", b="maybe"),
        visit(2, "A", name="9", a="ns"),
        visit(2, "A", kind="telefon", name="10", a="yes"),
    ]
    assert list(assessed(by, records)) == [
        Assessed("1", "wizyta", "7", ("1", "A"), "a", 1.0),
        Assessed("1", "wizyta", "7", ("1", "A"), "b", 0.75),
    ]
    only_a = replace(by.criteria["a"].where, answers={"b": frozenset({"5"})})
    narrow = replace(by, criteria={"a": replace(by.criteria["a"], where=only_a)})
    assert list(assessed(narrow, records)) == []
    rounds = [visit(1, "A", name="7.1", a="yes"), visit(1, "A", name="7.2", a="no"), visit(1, "A", name="6", a="no")]
    found = list(assessed(by, rounds, jurors={"7": 42}))
    assert [(one.contact, one.juror, one.value) for one in found] == [("7", 42, 1.0), ("7", 42, 0.0)]


@pytest.mark.parametrize(
    ("worth", "levels", "level"),
    [
        (YES_NO, (0.0, 1.0), Level.NOMINAL),
        (Levels({"full": 1.0, "part": 0.5, "none": 0.0, "other": None}), (0.0, 0.5, 1.0), Level.ORDINAL),
        (Rating(), (0.0, 0.25, 0.5, 0.75, 1.0), Level.ORDINAL),
        (StepTable(((5, 1.0), (10, 0.6)), beyond=0.1), (0.1, 0.6, 1.0), Level.ORDINAL),
        (Counted(2), (0.0, 0.5, 1.0), Level.INTERVAL),
        (Counted(), None, Level.INTERVAL),
        (Number(), None, Level.INTERVAL),
    ],
)
def test_levels_an_item_can_give(worth: Worth, levels: tuple[float, ...] | None, level: Level) -> None:
    """All of them, whether anybody got them or not, and what may be done with them."""
    assert levels_of(worth) == levels
    assert measured(worth) is level


def test_agreement_by_item_and_kind() -> None:
    """Pairs of jurors at one participant; a second contact of one juror does not count; items in the rubric's order."""
    by = rubric(b=Rating(), a=YES_NO, c=Counted())
    records = [
        visit(1, "A", a="yes", b="5", c="1/2"),
        visit(1, "B", a="yes", b="4", c="2/2"),
        visit(2, "A", a="no", b="1"),
        visit(2, "B", a="yes", b="1"),
        visit(2, "B", name="again", a="no", b="5"),
        visit(3, "A", a="no", b="3"),
    ]
    found, kinds = agreement(by, assessed(by, records))
    assert [(item.criterion, item.pairs, item.same) for item in found] == [("b", 2, 0.5), ("a", 2, 0.5), ("c", 1, 0.0)]
    ratings, yes_no, count = found
    assert ratings.kappa.value is not None
    assert ratings.kappa.value > 0.9
    assert yes_no.kappa.value == pytest.approx(1 - 0.5 / (2 * 0.75 * 0.25))
    assert count.kappa.undefined is Undefined.NO_LEVELS
    assert [(kind.kind, kind.items, kind.pairs) for kind in kinds] == [("wizyta", 3, 5)]
    assert kinds[0].same == pytest.approx(2 / 5)
    assert kinds[0].kappa == pytest.approx((ratings.kappa.value + (yes_no.kappa.value or 0)) / 2)
    assert kinds[0].alpha.over == 5
    easy = [visit(unit, juror, a="yes", b="1", c="7/9") for unit in range(8) for juror in "AB"]
    _found, kinds = agreement(by, assessed(by, easy))
    assert kinds[0].alpha.undefined is Undefined.NO_VARIATION


def test_plain_numbers_stay_out_of_what_is_put_together() -> None:
    """Seconds and shares have no common scale; stretched between two ends they have."""
    by = rubric(a=YES_NO, seconds=Number(), stretched=Number(0, 10))
    assert [is_share(one.worth) for one in by.criteria.values()] == [True, False, True]
    records = [
        visit(unit, juror, a="yes" if unit % 2 else "no", seconds=str(100 * unit))
        for unit in range(4)
        for juror in "AB"
    ]
    found, kinds = agreement(by, assessed(by, records))
    assert [(item.criterion, item.alpha.value) for item in found] == [("a", 1.0), ("seconds", 1.0)]
    assert kinds[0].alpha.over == 4


def test_agreement_of_several_kinds_has_a_line_for_all() -> None:
    """With two kinds of contact a last line is about both; where nobody met nobody there is no number."""
    by = replace(rubric(), criteria={"a": Criterion("a", Text({"en": "a"}), "a", YES_NO, line=1)})
    records = [visit(1, "A", a="yes"), visit(1, "B", a="no", kind="telefon")]
    found, kinds = agreement(by, assessed(by, records))
    assert {item.pairs for item in found} == {0}
    assert [(kind.kind, kind.pairs, kind.same, kind.kappa) for kind in kinds] == [
        ("telefon", 0, None, None),
        ("wizyta", 0, None, None),
        ("", 0, None, None),
    ]
    assert kinds[-1].alpha.undefined is Undefined.NO_PAIRS
    assert agreement(by, []) == ((), ())


def test_items_the_authors_should_look_at() -> None:
    """Planted: one everybody passes, one the wrong way round, one by chance on which jurors differ; the rest fine."""
    chance = np.random.default_rng(6)
    by = rubric(good=YES_NO, better=YES_NO, best=YES_NO, flat=YES_NO, wrong=YES_NO, dice=YES_NO, lone=YES_NO)
    records = []
    for unit in range(60):
        strong = unit % 2 == 0
        for juror in "AB":

            def answer(yes: bool) -> str:  # noqa: FBT001 - the answer itself
                return "yes" if yes else "no"

            given = {
                name: answer(strong if chance.random() < 0.95 else not strong) for name in ("good", "better", "best")
            }
            given |= {"flat": "yes", "wrong": answer(not strong), "dice": answer(chance.random() < 0.5)}
            records.append(visit(unit, juror, **given))
    records.append(Record("99", "99C", "wizyta", "C", "visit", "gmina", {"lone": "yes"}))
    marks = list(assessed(by, records))
    agreed, _kinds = agreement(by, marks)
    found = {item.criterion: item for item in items(by, marks, agreed)}
    assert found["flat"].doubts == (Doubt.SAME,)
    assert found["flat"].rest is None
    assert found["wrong"].doubts == (Doubt.AGAINST,)
    assert set(found["dice"].doubts) == {Doubt.WEAK, Doubt.DISAGREED}
    assert [found[name].doubts for name in ("good", "better", "best")] == [(), (), ()]
    assert (found["lone"].marks, found["lone"].enough, found["lone"].rest) == (1, False, None)
    assert found["good"].enough
    assert [item.criterion for item in doubtful(found.values())] == ["dice", "wrong", "flat"]


def test_items_without_agreement_known() -> None:
    """Without pairs nothing is said of agreement."""
    by = rubric(a=YES_NO, b=YES_NO)
    marks = list(assessed(by, [visit(1, "A", a="yes", b="no"), visit(2, "A", a="no", b="no")]))
    found = items(by, marks, ())
    assert [(item.criterion, item.pairs, item.alpha, item.mean) for item in found] == [
        ("a", 0, None, 0.5),
        ("b", 0, None, 0.0),
    ]
