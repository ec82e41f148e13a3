"""Items that tell little: everybody gets the same, they go against the rest, or jurors see them differently.

A list for the authors of the script and the rubric, with reasons; nothing is changed by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from scoring.assessed import Assessed, ItemAgreement
from scoring.rubric import Rubric

FEWEST_MARKS = 30
"""With fewer marks nothing is said about an item."""
FEWEST_PAIRS = 10
"""With fewer pairs of jurors nothing is said about their agreement."""
MOST_SAME = 0.95
"""From this share of one and the same mark on an item does not discriminate."""
WEAK = 0.2
"""Below this correlation with the rest of the contact an item measures something else (Ebel 1979: 0.2)."""
POOR = 0.4
"""Below this alpha jurors hardly agree more than chance (Landis and Koch 1977: "fair" ends there)."""

_DECIMALS = 9
_FLAT = 1e-9


class Doubt(StrEnum):
    """Why an item is listed."""

    SAME = "same"
    """Almost everybody gets the same mark."""
    WEAK = "weak"
    """It has little to do with the rest, but does not go against it."""
    AGAINST = "against"
    """Who does well otherwise does badly here: is the item the wrong way round?"""
    DISAGREED = "disagreed"
    """Two jurors see it differently."""


@dataclass(frozen=True, slots=True)
class Item:
    """What is known of one item in one kind of contact."""

    kind: str
    criterion: str
    marks: int
    mean: float
    commonest: float
    """Share of the commonest mark."""
    rest: float | None
    """Corrected item-total correlation: with the mean of the contact's other marks, weighed by their points."""
    alpha: float | None
    pairs: int
    doubts: tuple[Doubt, ...]

    @property
    def enough(self) -> bool:
        """Whether there are marks enough to say anything."""
        return self.marks >= FEWEST_MARKS


def items(rubric: Rubric, marks: Iterable[Assessed], agreed: Iterable[ItemAgreement]) -> tuple[Item, ...]:
    """Every item with a mark, in the order of the rubric within each kind of contact."""
    points = {name: criterion.points for name, criterion in rubric.criteria.items()}
    contacts: dict[tuple[str, str], dict[str, list[float]]] = {}
    for mark in marks:
        contacts.setdefault((mark.kind, mark.contact), {}).setdefault(mark.criterion, []).append(mark.value)
    values: dict[tuple[str, str], list[tuple[float, float | None]]] = {}
    for (kind, _contact), given in contacts.items():
        means = {name: sum(several) / len(several) for name, several in given.items()}
        total = sum(points[name] * mean for name, mean in means.items())
        possible = sum(points[name] for name in means)
        for name, mean in means.items():
            others = possible - points[name]
            rest = (total - points[name] * mean) / others if others > 0 else None
            values.setdefault((kind, name), []).append((mean, rest))
    by_item = {(one.kind, one.criterion): one for one in agreed}
    order = {name: place for place, name in enumerate(rubric.criteria)}
    return tuple(
        _item(kind, name, values[kind, name], by_item.get((kind, name)))
        for kind, name in sorted(values, key=lambda key: (key[0], order[key[1]]))
    )


def doubtful(found: Iterable[Item]) -> tuple[Item, ...]:
    """Only those with a doubt, the worst first: most doubts, then least agreement with the rest."""
    listed = [item for item in found if item.doubts]
    return tuple(sorted(listed, key=lambda item: (-len(item.doubts), item.rest if item.rest is not None else 0.0)))


def _item(kind: str, name: str, values: list[tuple[float, float | None]], agreed: ItemAgreement | None) -> Item:
    marks = [value for value, _rest in values]
    _value, most = Counter(round(mark, _DECIMALS) for mark in marks).most_common(1)[0]
    rest = _correlation([(mark, other) for mark, other in values if other is not None])
    alpha = None if agreed is None else agreed.alpha.value
    pairs = 0 if agreed is None else agreed.pairs
    share = most / len(marks)
    doubts = []
    if len(marks) >= FEWEST_MARKS:
        if share >= MOST_SAME:
            doubts.append(Doubt.SAME)
        elif rest is not None and rest < WEAK:
            doubts.append(Doubt.AGAINST if rest < -WEAK else Doubt.WEAK)
    if pairs >= FEWEST_PAIRS and alpha is not None and alpha < POOR and share < MOST_SAME:
        doubts.append(Doubt.DISAGREED)
    return Item(kind, name, len(marks), sum(marks) / len(marks), share, rest, alpha, pairs, tuple(doubts))


def _correlation(pairs: list[tuple[float, float]]) -> float | None:
    """Pearson's; None where one of the two does not vary."""
    import numpy as np
    from numpy.typing import NDArray

    if len(pairs) < 2:  # noqa: PLR2004 - a line needs two
        return None
    both: NDArray[np.float64] = np.array(pairs)
    both = both - both.mean(axis=0)
    spread = float(np.sqrt((both**2).sum(axis=0)).prod())
    return float((both[:, 0] * both[:, 1]).sum()) / spread if spread > _FLAT else None
