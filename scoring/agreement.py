"""How far two or more people agree about the same thing: Cohen's weighted kappa, Krippendorff's alpha.

Both are 1 where all agree, 0 where they agree as often as chance would have it, and below 0 where they contradict one
another. Where a coefficient has no value it says why; it is never NaN.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:  # NumPy is loaded where something is computed: it is slow to begin
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Weighting(StrEnum):
    """How much it matters by how many levels two people differ."""

    NONE = "none"
    """Any difference is a difference (Cohen 1960)."""
    LINEAR = "linear"
    """By the number of levels between them."""
    QUADRATIC = "quadratic"
    """By its square (Fleiss and Cohen 1973): what rating scales are mostly reported with."""


class Level(StrEnum):
    """What may be done with the values."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


class Undefined(StrEnum):
    """Why there is no coefficient."""

    NO_PAIRS = "no_pairs"
    """Nothing was assessed by two."""
    NO_VARIATION = "no_variation"
    """Everybody gave everything the same value: full agreement, but nothing chance could be told from."""
    NO_LEVELS = "no_levels"
    """The item's answers are no fixed levels, so that there is no table to count in."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A coefficient over so many things (pairs, units) that were assessed at least twice."""

    value: float | None
    over: int
    undefined: Undefined | None = None


def weighted_kappa(
    pairs: Iterable[tuple[str, str]],
    labels: Sequence[str],
    *,
    weighting: Weighting = Weighting.QUADRATIC,
    exchangeable: bool = False,
) -> Agreement:
    """Cohen's kappa over pairs of labels; ``labels`` are all there are, in order, also those nobody used.

    Without all labels a table shrinks and weights change: therefore they are always given. ``exchangeable`` says that
    first and second are not the same two people throughout (our jurors change from participant to participant): then
    each pair is counted in both orders, half each, so that the order in which they are read decides nothing.
    Raises ``ValueError`` for a label that is not among them, and for labels that repeat.
    """
    import numpy as np

    index = {label: at for at, label in enumerate(labels)}
    if len(index) != len(labels):
        raise ValueError("a label stands twice")
    table = np.zeros((len(labels), len(labels)))
    for first, second in pairs:
        if first not in index or second not in index:
            raise ValueError(f"{first if first not in index else second!r} is none of the labels")
        table[index[first], index[second]] += 1
    if exchangeable:
        table = (table + table.T) / 2
    return kappa_of(table, disagreement(len(labels), weighting))


def disagreement(levels: int, weighting: Weighting) -> Floats:
    """How much each pair of levels disagrees: 0 where they are the same, 1 where they could not be further apart."""
    import numpy as np

    at = np.arange(levels, dtype=np.float64)
    apart = np.abs(at[:, np.newaxis] - at[np.newaxis, :])
    if weighting is Weighting.NONE:
        return (apart > 0).astype(np.float64)
    most = max(levels - 1, 1)
    return (apart / most) ** (1 if weighting is Weighting.LINEAR else 2)


def kappa_of(table: Floats, weights: Floats) -> Agreement:
    """``1 - sum(v * observed) / sum(v * expected)`` with disagreement weights ``v`` (Cohen 1968, formula 3).

    ``table`` counts pairs (or their shares), rows by the first person; expected is the product of its margins.
    """
    import numpy as np

    total = float(table.sum())
    if total == 0:
        return Agreement(None, 0, Undefined.NO_PAIRS)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / total
    chance = float((weights * expected).sum())
    if chance == 0:
        return Agreement(None, round(total), Undefined.NO_VARIATION)
    return Agreement(1 - float((weights * table).sum()) / chance, round(total))


def alpha(units: Iterable[Sequence[float | None]], *, level: Level) -> Agreement:
    """Krippendorff's alpha; each unit is what the people who assessed it gave it, in any order, None: not assessed.

    A unit with fewer than two values says nothing and is left out; so alpha takes any number of people, and gaps.
    Computed by the package ``krippendorff``; for interval data by the same formula written as sums of squares, whose
    time and memory grow with the number of values only.
    """
    import krippendorff
    import numpy as np

    paired = [found for unit in units if len(found := [value for value in unit if value is not None]) > 1]
    if not paired:
        return Agreement(None, 0, Undefined.NO_PAIRS)
    domain = sorted({value for unit in paired for value in unit})
    if len(domain) == 1:
        return Agreement(None, len(paired), Undefined.NO_VARIATION)
    if level is Level.INTERVAL:
        return Agreement(_interval(paired), len(paired))
    at = {value: number for number, value in enumerate(domain)}
    counts = np.zeros((len(paired), len(domain)), dtype=np.int64)
    for row, unit in enumerate(paired):
        for value in unit:
            counts[row, at[value]] += 1
    coefficient: float = krippendorff.alpha(
        value_counts=counts, value_domain=domain, level_of_measurement=_PACKAGE_LEVEL[level]
    )
    return Agreement(float(coefficient), len(paired))


_PACKAGE_LEVEL: Final[Mapping[Level, Literal["nominal", "ordinal", "ratio"]]] = {
    Level.NOMINAL: "nominal",
    Level.ORDINAL: "ordinal",
    Level.RATIO: "ratio",
}


def _interval(units: Sequence[Sequence[float]]) -> float:
    """Sum over all ordered pairs within a unit of (a - b)^2 is 2 m times the unit's sum of squares, m its values."""
    import numpy as np

    sizes = np.array([len(unit) for unit in units])
    values = np.concatenate([np.asarray(unit, dtype=np.float64) for unit in units])
    of = np.repeat(np.arange(len(units)), sizes)
    means = np.bincount(of, values) / sizes
    within = np.bincount(of, (values - means[of]) ** 2)
    observed = float((sizes / (sizes - 1) * within).sum()) / len(values)
    expected = float(((values - values.mean()) ** 2).sum()) / (len(values) - 1)
    return 1 - observed / expected
