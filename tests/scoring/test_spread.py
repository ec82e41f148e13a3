"""Range and interval: what is drawn, when there is too little to draw from, and how often the truth lies inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from scoring.spread import FEWEST_CONTACTS, Spread, spread_of
from scoring.table import Record

PLANNED = {"visit": 2, "phone": 3, "email": 2, "social": 1, "website": 2}
"""Contacts of a participant, as the licence asks for them."""


def record(name: str, level: str, value: float) -> Record:
    """A contact that was worth so much."""
    return Record("1", name, level, "A", level, "gmina", {"value": repr(value)})


@dataclass(frozen=True, slots=True)
class MeanOfModes:
    """Scores as rubrics make them: the mean of each mode, and the weighted mean of those that are there."""

    records: tuple[Record, ...]
    scored: frozenset[int]
    weights: Mapping[str, float]
    needs: int = 1

    def resampled(self, chosen: Sequence[int]) -> Mapping[str, float | None]:
        """By mode and in total; the total needs so many modes."""
        modes: dict[str, list[float]] = {}
        for place in chosen:
            one = self.records[place]
            modes.setdefault(one.level, []).append(float(one.answers["value"]))
        means = {mode: sum(values) / len(values) for mode, values in modes.items()}
        weight = sum(self.weights[mode] for mode in means)
        total = sum(self.weights[mode] * mean for mode, mean in means.items()) / (weight or 1)
        by_mode = {mode: means.get(mode) for mode in self.weights}
        return {"total": total if len(means) >= self.needs else None, **by_mode}


def of(records: Sequence[Record], **changes: object) -> MeanOfModes:
    """All of them scored, every mode as weighty."""
    every = frozenset(range(len(records)))
    levels = dict.fromkeys((one.level for one in records), 1.0)
    return MeanOfModes(tuple(records), **{"scored": every, "weights": levels, **changes})  # type: ignore[arg-type]


def planned(chance: np.random.Generator, *, apart: float = 0.1) -> list[Record]:
    """A participant whose contacts are worth 0.6 on average."""
    return [
        record(f"{mode}{number}", mode, float(chance.normal(0.6, apart)))
        for mode, count in PLANNED.items()
        for number in range(count)
    ]


def test_the_same_seed_gives_the_same_interval() -> None:
    """Chance is a number that is handed in; the interval lies around the score."""
    prepared = of(planned(np.random.default_rng(1)))
    once, again, other = (spread_of(prepared, seed=seed, draws=300) for seed in (7, 7, 8))
    assert once == again != other
    total = once["total"]
    score = prepared.resampled(range(10))["total"]
    assert total.low is not None
    assert total.high is not None
    assert score is not None
    assert total.low < score < total.high
    values = [float(one.answers["value"]) for one in prepared.records]
    assert (total.n, total.minimum, total.maximum) == (10, min(values), max(values))


def test_too_few_contacts_have_a_range_and_no_interval() -> None:
    """Three calls are fewer than four contacts; one contact of each mode leaves nothing to draw from."""
    spread = spread_of(of(planned(np.random.default_rng(2))), seed=1, draws=50)
    assert spread["phone"].n == 3 < FEWEST_CONTACTS
    assert spread["phone"].low is None
    assert spread["phone"].minimum is not None
    singles = of([record(mode, mode, 0.5) for mode in ("visit", "phone", "email", "social", "website")])
    assert spread_of(singles, seed=1)["total"] == Spread(5, 0.5, 0.5)


def test_no_records_at_all() -> None:
    """Nothing was done: nothing is said."""
    assert spread_of(of([]), seed=1) == {}


def test_a_node_no_contact_gives_alone_counts_all_of_them() -> None:
    """A total that asks for three modes has no range over contacts, but an interval."""
    prepared = of(planned(np.random.default_rng(3)), needs=3)
    total = spread_of(prepared, seed=1, draws=200)["total"]
    assert (total.n, total.minimum, total.maximum) == (10, None, None)
    assert total.low is not None


def test_a_node_without_a_value_in_any_draw_has_no_interval() -> None:
    """A total nobody reaches."""
    total = spread_of(of(planned(np.random.default_rng(3)), needs=9), seed=1, draws=20)["total"]
    assert total == Spread(0, None, None)


def test_a_draw_in_which_a_node_has_no_value_is_left_out() -> None:
    """A node that wants a contact worth more than half: the interval is over the draws that have one."""

    @dataclass(frozen=True, slots=True)
    class OnlyGood:
        records: tuple[Record, ...]
        scored: frozenset[int] = frozenset(range(5))

        def resampled(self, chosen: Sequence[int]) -> Mapping[str, float | None]:
            values = [float(self.records[place].answers["value"]) for place in chosen]
            return {"good": max(values) if max(values) > 0.5 else None}

    values = (0.6, 0.7, 0.6, 0.2, 0.9)
    records = tuple(record(str(number), "phone", value) for number, value in enumerate(values))
    good = spread_of(OnlyGood(records), seed=1, draws=5000)["good"]
    assert (good.n, good.minimum) == (4, 0.6)
    assert good.low == pytest.approx(0.9 - (0.9 - 0.6) * 3.182 / 1.96)


def test_rounds_stay_together_and_what_goes_back_is_not_drawn() -> None:
    """Two rounds are one contact; a report that is not scored is none."""
    records = [
        *(record(f"{number}.{part}", "phone", number / 10) for number in range(1, 5) for part in (1, 2)),
        record("9", "phone", 99.0),
    ]
    spread = spread_of(of(records, scored=frozenset(range(8))), seed=1, draws=200)["phone"]
    assert (spread.n, spread.minimum, spread.maximum) == (4, pytest.approx(0.1), pytest.approx(0.4))
    assert spread.high is not None
    assert spread.high < 1


def test_many_contacts_make_the_interval_a_normal_one() -> None:
    """Past thirty degrees of freedom Student's t is the normal distribution: low and high near 1.96 errors."""
    chance = np.random.default_rng(4)
    records = [record(str(number), "phone", float(chance.normal(0.6, 0.1))) for number in range(60)]
    values = np.array([float(one.answers["value"]) for one in records])
    spread = spread_of(of(records), seed=1)["phone"]
    error = values.std(ddof=1) / 60**0.5
    assert spread.low == pytest.approx(values.mean() - 1.96 * error, abs=0.006)
    assert spread.high == pytest.approx(values.mean() + 1.96 * error, abs=0.006)


@pytest.mark.parametrize(
    ("counts", "least"), [(dict.fromkeys("abcd", 2), 0.86), (dict.fromkeys("abc", 4), 0.9), (PLANNED, 0.8)]
)
def test_the_truth_lies_inside_about_as_often_as_promised(counts: Mapping[str, int], least: float) -> None:
    """With a few contacts in each mode about 95 % of the intervals hold the true value.

    A little fewer with two in each, and fewer where a mode has a single contact, about which the interval is silent.
    """
    chance = np.random.default_rng(5)
    inside = 0
    for seed in range(120):
        records = [
            record(f"{mode}{number}", mode, float(chance.normal(0.6, 0.1)))
            for mode, count in counts.items()
            for number in range(count)
        ]
        total = spread_of(of(records), seed=seed, draws=120)["total"]
        assert total.low is not None
        assert total.high is not None
        inside += total.low <= 0.6 <= total.high
    assert least < inside / 120 < 0.99


def test_an_interval_does_not_pass_what_can_be_had() -> None:
    """Contacts at 100 and a little below do not promise more than 100; numbers that are no percents may pass."""
    near = [record(str(number), "phone", value) for number, value in enumerate((100.0, 100.0, 100.0, 90.0))]
    assert spread_of(of(near), seed=1, draws=200)["phone"].high == 100
    beyond = [record(str(number), "phone", value) for number, value in enumerate((300.0, 310.0, 320.0, 330.0))]
    high = spread_of(of(beyond), seed=1, draws=200)["phone"].high
    assert high is not None
    assert high > 320
