"""Whether a rater may suggest marks: measured beside people who scored the same, criterion by criterion.

The gate is written here and nowhere else: quadratic weighted kappa with people of at least ``LEAST_KAPPA`` and at most
``MOST_BELOW_HUMANS`` less than people reach with one another, above both baselines, on at least ``LEAST_DOUBLE``
observations that two people scored and the rater did not abstain from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from scoring.agreement import Agreement, Level, Weighting, alpha, disagreement, kappa_of, weighted_kappa
from scoring.level_chances import level_values
from scoring.monotone import MonotoneMap, fitted

if TYPE_CHECKING:
    from scoring.agreement import Floats

LEAST_KAPPA = 0.70
MOST_BELOW_HUMANS = 0.10
LEAST_DOUBLE = 100
FOLDS = 5
"""Parts: what is said of the map is said of a part it was not fitted on."""
ROUNDING = 1e-9
"""What a computer's arithmetic may take from a coefficient."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One observation under one criterion: levels by name, in the order of the criterion's."""

    observation: str
    rater: str | None
    """None: it abstained, or its answer was void."""
    human_a: str
    human_b: str | None
    chances: tuple[float, ...] | None = None
    """Probability of each level, as the rater's server told it."""
    juror_a: str = "a"
    juror_b: str = "b"


class Reason(StrEnum):
    """Why a criterion is on or off."""

    PASSED = "passed"
    PASSED_MAPPED = "passed_mapped"
    """Only through the map: then the level nearest to the mapped value is suggested."""
    TOO_FEW = "too_few"
    NO_VARIATION = "no_variation"
    """Everybody gave the same level: agreement cannot be told from chance."""
    TOO_LOW = "too_low"
    BELOW_HUMANS = "below_humans"
    BASELINE = "baseline"
    """Something that reads no text does as well."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and its standard error; None: cannot be said."""

    value: float | None
    error: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """How a rater, its map or a baseline does beside people, on observations that two people scored."""

    kappa: Estimate
    """Quadratic weighted, rater with each of the two people."""
    alpha: float | None
    """Krippendorff's, ordinal, of the same pairs."""
    error: float | None
    """Mean distance from the mean of the people, in levels."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """All about one criterion."""

    criterion: str
    levels: tuple[str, ...]
    scored: int
    double: int
    """Observations two people scored."""
    used: int
    """Those of them the rater did not abstain from: everything below is measured on them."""
    coverage: float | None
    """Share of all observations it did not abstain from."""
    rater: Measured
    mapped: Measured
    """Through the map, each observation by a map that did not see it."""
    humans: Measured
    """One person with the other; ``error`` is their mean distance from one another."""
    constant: Measured
    """Always the level people give most."""
    severity: Measured
    """What a juror usually gives, whoever was met: from severity only."""
    bias: Estimate
    """How many levels more than people the rater gives, on the mean."""
    threshold: float | None
    """The kappa asked for; None where people's own is not known."""
    reason: Reason
    map: MonotoneMap | None
    """Fitted on everything used; None where nothing was."""

    @property
    def is_on(self) -> bool:
        """Whether the rater may suggest marks for this criterion."""
        return self.reason in (Reason.PASSED, Reason.PASSED_MAPPED)


def calibrate(criterion: str, scored: Sequence[Scored], levels: Sequence[str], *, seed: int = 1) -> Calibration:
    """Measure one criterion and decide. ``levels``: all there are, from the lowest. ``seed`` draws the parts."""
    values = level_values(dict.fromkeys(levels, ""))
    double = [one for one in scored if one.human_b is not None]
    used = [one for one in double if one.rater is not None]
    said = [_expected(one, levels, values) for one in used]
    human = [_human(one, values) for one in used]
    pairs = _Pairs(levels, values, used, human)
    rater = pairs.measured([one.rater or "" for one in used])
    mapped = pairs.measured([nearest(value, values) for value in _held_out(said, human, seed)])
    humans = _humans(pairs)
    constant = pairs.measured(_most_given(used))
    severity = _severity(pairs)
    people = humans.kappa.value
    return Calibration(
        criterion=criterion,
        levels=tuple(levels),
        scored=len(scored),
        double=len(double),
        used=len(used),
        coverage=sum(one.rater is not None for one in scored) / len(scored) if scored else None,
        rater=rater,
        mapped=mapped,
        humans=humans,
        constant=constant,
        severity=severity,
        bias=_bias([values[one.rater or ""] for one in used], human),
        threshold=threshold_of(people),
        reason=decided(len(used), people, rater, mapped, (constant, severity)),
        map=fitted(list(zip(said, human, strict=True))) if used else None,
    )


def nearest(value: float, values: Mapping[str, float]) -> str:
    """The level a number is nearest to; the lower one of two."""
    return min(values, key=lambda level: (abs(values[level] - value), values[level]))


def threshold_of(people: float | None) -> float | None:
    """The kappa asked for, by the kappa people reach with one another."""
    return None if people is None else max(LEAST_KAPPA, people - MOST_BELOW_HUMANS)


def decided(
    used: int, people: float | None, rater: Measured, mapped: Measured, baselines: Sequence[Measured]
) -> Reason:
    """The written gate."""
    threshold = threshold_of(people)
    if used < LEAST_DOUBLE:
        return Reason.TOO_FEW
    if threshold is None or rater.kappa.value is None:
        return Reason.NO_VARIATION
    refused = _refused(rater.kappa.value, threshold, baselines)
    if refused is None:
        return Reason.PASSED
    by_map = mapped.kappa.value
    return Reason.PASSED_MAPPED if by_map is not None and _refused(by_map, threshold, baselines) is None else refused


def _refused(kappa: float, threshold: float, baselines: Sequence[Measured]) -> Reason | None:
    if kappa < LEAST_KAPPA - ROUNDING:
        return Reason.TOO_LOW
    if kappa < threshold - ROUNDING:
        return Reason.BELOW_HUMANS
    reached = [one.kappa.value for one in baselines if one.kappa.value is not None]
    return Reason.BASELINE if any(kappa <= one for one in reached) else None


@dataclass(frozen=True, slots=True)
class _Pairs:
    """What two people gave to each observation used."""

    levels: Sequence[str]
    values: Mapping[str, float]
    used: Sequence[Scored]
    human: Sequence[float]
    """The mean of the two."""

    def measured(self, given: Sequence[str]) -> Measured:
        """How levels given to the observations agree with both people."""
        pairs = [
            ((level, one.human_a), (level, one.human_b or "")) for level, one in zip(given, self.used, strict=True)
        ]
        flat = [pair for two in pairs for pair in two]
        return Measured(
            kappa=_kappa(pairs, self.levels),
            alpha=alpha(
                [(self.values[first], self.values[second]) for first, second in flat], level=Level.ORDINAL
            ).value,
            error=fmean(abs(self.values[level] - mean) for level, mean in zip(given, self.human, strict=True))
            if given
            else None,
        )


def _humans(pairs: _Pairs) -> Measured:
    """People with one another: who is called a and who b decides nothing."""
    both = [(one.human_a, one.human_b or "") for one in pairs.used]
    numbers = [(pairs.values[first], pairs.values[second]) for first, second in both]
    return Measured(
        kappa=_kappa([((first, second), (second, first)) for first, second in both], pairs.levels),
        alpha=alpha(numbers, level=Level.ORDINAL).value,
        error=fmean(abs(first - second) for first, second in numbers) if numbers else None,
    )


def _severity(pairs: _Pairs) -> Measured:
    """Each person's level guessed from what that person gave elsewhere, and from nothing else."""
    given: dict[str, list[float]] = {}
    for one in pairs.used:
        given.setdefault(one.juror_a, []).append(pairs.values[one.human_a])
        given.setdefault(one.juror_b, []).append(pairs.values[one.human_b or ""])
    everybody = [value for some in given.values() for value in some]

    def guess(juror: str, value: float) -> str:
        some = given[juror] if len(given[juror]) > 1 else everybody
        return nearest((sum(some) - value) / (len(some) - 1), pairs.values)

    guessed = [
        (
            (guess(one.juror_a, pairs.values[one.human_a]), one.human_a),
            (guess(one.juror_b, pairs.values[one.human_b or ""]), one.human_b or ""),
        )
        for one in pairs.used
    ]
    numbers = [(pairs.values[first], pairs.values[second]) for two in guessed for first, second in two]
    return Measured(
        kappa=_kappa(guessed, pairs.levels),
        alpha=alpha(numbers, level=Level.ORDINAL).value,
        error=fmean(abs(first - second) for first, second in numbers) if numbers else None,
    )


def _most_given(used: Sequence[Scored]) -> list[str]:
    counts = Counter(level for one in used for level in (one.human_a, one.human_b or ""))
    return [counts.most_common(1)[0][0]] * len(used) if used else []


def _kappa(pairs: Sequence[tuple[tuple[str, str], tuple[str, str]]], levels: Sequence[str]) -> Estimate:
    """Kappa over all pairs, and its standard error by leaving out one observation (its two pairs) after the other."""
    import numpy as np

    whole = weighted_kappa((pair for two in pairs for pair in two), levels, weighting=Weighting.QUADRATIC)
    if whole.value is None or len(pairs) < 2:  # noqa: PLR2004 - one left out leaves none
        return Estimate(whole.value)
    index = {level: at for at, level in enumerate(levels)}
    weights = disagreement(len(levels), Weighting.QUADRATIC)
    table = np.zeros((len(levels), len(levels)))
    for two in pairs:
        for first, second in two:
            table[index[first], index[second]] += 1
    counts = Counter(pairs)
    without = {two: _without(table, two, index, weights).value for two in counts}
    found = [(value, counts[two]) for two, value in without.items() if value is not None]
    number = sum(count for _, count in found)
    mean = sum(value * count for value, count in found) / number if number else 0.0
    squares = sum(count * (value - mean) ** 2 for value, count in found)
    return Estimate(whole.value, (squares * (number - 1) / number) ** 0.5 if number > 1 else None)


def _without(
    table: Floats, two: tuple[tuple[str, str], tuple[str, str]], index: Mapping[str, int], weights: Floats
) -> Agreement:
    less = table.copy()
    for first, second in two:
        less[index[first], index[second]] -= 1
    return kappa_of(less, weights)


def _bias(rater: Sequence[float], human: Sequence[float]) -> Estimate:
    more = [one - other for one, other in zip(rater, human, strict=True)]
    if len(more) < 2:  # noqa: PLR2004 - an error takes two
        return Estimate(more[0] if more else None)
    return Estimate(fmean(more), stdev(more) / len(more) ** 0.5)


def _human(one: Scored, values: Mapping[str, float]) -> float:
    return (values[one.human_a] + values[one.human_b or ""]) / 2


def _expected(one: Scored, levels: Sequence[str], values: Mapping[str, float]) -> float:
    """The mean over the levels' probabilities; the level's own number where there are none."""
    if one.chances is None:
        return values[one.rater or ""]
    return sum(values[level] * chance for level, chance in zip(levels, one.chances, strict=True))


def _held_out(said: Sequence[float], human: Sequence[float], seed: int) -> list[float]:
    """Every value through a map fitted on the other parts; as it is where there are fewer observations than parts."""
    import numpy as np

    if len(said) < FOLDS:
        return list(said)
    part = np.random.default_rng(seed).permutation(len(said)) % FOLDS
    maps: list[Callable[[float], float]] = [
        fitted([point for point, its in zip(zip(said, human, strict=True), part, strict=True) if its != fold])
        for fold in range(FOLDS)
    ]
    return [maps[its](value) for value, its in zip(said, part, strict=True)]
