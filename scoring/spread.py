"""How far a score might have come out otherwise: its range over single contacts, and a confidence interval.

The interval is a bootstrap: what if other contacts of the same kinds had been made? Every draw keeps the number of
contacts of each mode, because that number was planned and the rubric asks for it (weights, "not enough data"): a draw
without any visit would say something about a participant nobody was going to assess like that. Contacts are drawn,
never single answers, and the rounds of one contact stay together, since a contact is what was done independently.

A mode has few contacts, and drawing n of n would then promise too much: it understates the variance by (n - 1) / n, a
half where there are two. So n - 1 are drawn (McCarthy and Snowden 1985), and one of them counts twice to keep the
number. The variance of a mode's mean is then (n - 1)(n + 2) / n^2 of the unbiased one: right for two, up to an eighth
too wide for more. A mode with a single contact cannot vary: what it might have been, nobody knows, and the interval is
silent about it.

The ends are the 2.5th and 97.5th percentile, stretched away from the score by how much wider Student's t is than the
normal distribution, with as many degrees of freedom as contacts beyond the first of each mode, but not past what can be
had at all. (Taking percentiles further out instead, as Hesterberg 2015 expands them, does not help here: with two
contacts a mode there is nothing further out. Simulated coverage is in the tests: about 90 % with two contacts in each
of four modes, 95 % with more, 87 % where one mode of five has a single contact.)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from scoring.table import Record

if TYPE_CHECKING:  # NumPy is loaded where something is computed: it is slow to begin
    import numpy as np
    from numpy.typing import NDArray

    _Places = NDArray[np.int64]

FEWEST_CONTACTS = 4
"""With fewer contacts behind a score there is no interval: "too few"."""
FEWEST_SPARE = 2
"""So many contacts beyond the first of each mode there must be, else there is nothing to draw from."""
DRAWS = 1000
"""Draws of the bootstrap: enough for the ends of a 95 % interval shown to one decimal place."""

_T_975 = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)
"""Student's t, 97.5 %, for 1 to 30 degrees of freedom."""
_Z_975 = 1.960
_TAIL = 0.025

_Drawn = tuple[Sequence[float], Sequence[int]]
"""Values of a node, and in how many draws each came."""

LIMITS = (0.0, 100.0)
"""What can be had: an interval does not go past it unless a draw did (numbers that are no percents)."""


class Resampled(Protocol):
    """What is needed of ``scoring.marks.Prepared``."""

    @property
    def records(self) -> Sequence[Record]:
        """The records, in the order their places count."""

    @property
    def scored(self) -> Collection[int]:
        """Places of the records that are scored at all."""

    def resampled(self, chosen: Sequence[int]) -> Mapping[str, float | None]:
        """Scores of all named nodes as if the records were those, repeats allowed."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Of one node: ``n`` contacts say something about it, between ``minimum`` and ``maximum``; the 95 % interval.

    What a contact says about a node is the node's value had all contacts of its mode gone as that one, and had there
    been no other modes. Where none gives a value alone, but all together do (the rubric wants several modes), all of
    them count as ``n``.
    """

    n: int
    minimum: float | None
    maximum: float | None
    low: float | None = None
    high: float | None = None
    """Both None: too few contacts."""


@dataclass(frozen=True, slots=True)
class _Contact:
    """The places of its records among all (several where it has rounds), and its mode."""

    places: tuple[int, ...]
    mode: str


def spread_of(prepared: Resampled, *, seed: int, draws: int = DRAWS) -> Mapping[str, Spread]:
    """Range and interval by node. The same records and seed give the same numbers."""
    ranges = _ranges(prepared)
    enough = {node for node, (spread, spare) in ranges.items() if spread.n >= FEWEST_CONTACTS and spare >= FEWEST_SPARE}
    drawn = _drawn(prepared, enough, seed=seed, draws=draws) if enough else {}
    scores = prepared.resampled(range(len(prepared.records))) if drawn else {}
    return {
        node: _with_interval(spread, spare, scores.get(node), drawn.get(node, ([], [])))
        for node, (spread, spare) in ranges.items()
    }


def _ranges(prepared: Resampled) -> Mapping[str, tuple[Spread, int]]:
    """Of each node its range, and how many of the contacts behind it are not the first of their mode."""
    modes = _modes(prepared)
    alone: dict[str, list[tuple[float, str]]] = {}
    for contacts in modes.values():
        for contact in contacts:
            for node, value in prepared.resampled(contact.places * len(contacts)).items():
                values = alone.setdefault(node, [])
                if value is not None:
                    values.append((value, contact.mode))
    together = prepared.resampled(range(len(prepared.records)))
    all_modes = [contact.mode for contacts in modes.values() for contact in contacts]
    found = {}
    for node, values in alone.items():
        behind = [mode for _value, mode in values] or (all_modes if together.get(node) is not None else [])
        numbers = [value for value, _mode in values]
        spread = Spread(len(behind), min(numbers, default=None), max(numbers, default=None))
        found[node] = (spread, len(behind) - len(set(behind)))
    return found


def _drawn(prepared: Resampled, nodes: Collection[str], *, seed: int, draws: int) -> Mapping[str, _Drawn]:
    """The values of nodes in every draw in which they have one. What is drawn more than once is scored once."""
    import numpy as np

    chance = np.random.default_rng(seed)
    modes = _modes(prepared).values()
    contacts = [contact for those in modes for contact in those]
    columns, before = [], 0
    for those in modes:
        columns.append(before + np.sort(_resample(len(those), draws, chance), axis=1))
        before += len(those)
    different, times = np.unique(np.hstack(columns), axis=0, return_counts=True)
    found: dict[str, tuple[list[float], list[int]]] = {node: ([], []) for node in nodes}
    for draw, often in zip(different.tolist(), times.tolist(), strict=True):
        scores = prepared.resampled(sorted(place for at in draw for place in contacts[at].places))
        for node, (values, counts) in found.items():
            value = scores.get(node)
            if value is not None:
                values.append(value)
                counts.append(often)
    return found


def _resample(contacts: int, draws: int, chance: np.random.Generator) -> _Places:
    """So many places of so many, for each draw: all but one are drawn, and one of those drawn counts twice."""
    import numpy as np

    if contacts == 1:
        return np.zeros((draws, 1), dtype=np.int64)
    drawn = chance.integers(contacts, size=(draws, contacts - 1))
    return np.hstack([drawn, drawn[:, :1]])


def _with_interval(spread: Spread, spare: int, score: float | None, drawn: _Drawn) -> Spread:
    import numpy as np

    values, times = drawn
    if not values or score is None:
        return spread
    wider = (_T_975[spare - 1] if spare <= len(_T_975) else _Z_975) / _Z_975
    ends = np.quantile(np.repeat(values, times), [_TAIL, 1 - _TAIL])
    low, high = (score + (float(end) - score) * wider for end in ends)
    least, most = min(*LIMITS, *values), max(*LIMITS, *values)
    return replace(spread, low=max(low, least), high=min(high, most))


def _modes(prepared: Resampled) -> Mapping[str, list[_Contact]]:
    """The contacts of each mode that are scored. Rounds are records named after their contact: ``123.2``."""
    records = prepared.records
    places: dict[str, list[int]] = {}
    for place in sorted(prepared.scored):
        places.setdefault(records[place].name.partition(".")[0], []).append(place)
    modes: dict[str, list[_Contact]] = {}
    for those in places.values():
        mode = records[those[0]].level
        modes.setdefault(mode, []).append(_Contact(tuple(those), mode))
    return modes
