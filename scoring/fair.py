"""Scores with the severity of jurors taken out, shown beside the raw ones and never instead of them.

The model is additive: a mark (0 to 1) that juror ``j`` gave participant ``p`` for criterion ``c`` is

    y = participant[p] + juror[j] + criterion[c] + error,

fitted by least squares (Searle, Linear Models, 1971, chapter 7: the crossed classification without interaction). A
constant may move from jurors to participants without changing a single fitted mark, so only differences have a meaning;
what fixes them is: the severities of the jurors of a connected part (who can be compared) sum to nothing. Then a
participant's fair mean

    fair[p] = mean[p] - sum over jurors of share[p, j] * juror[j]

is the mean its own items would have had from the average juror of its part; ``share`` is how much of its marks came
from whom. Jurors of two parts that share neither a participant nor a way from one to the other have never been
compared: nothing is adjusted across them, each part is fitted by itself.

Participants are eliminated from the normal equations (their block is diagonal), which leaves a matrix of jurors and
criteria; what its null space touches is confounded - e.g. a juror who alone made all calls, and nothing else - and is
said to be so instead of being given a number.

Errors are standard errors. Marks of one contact are not independent (one bad day colours all of them): the variance is
multiplied by the ratio of the squared sums of residuals by contact to what independence would give, if it is above 1.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # NumPy is loaded where something is computed: it is slow to begin
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

_NULL = 1e-9
"""Eigenvalues below this share of the largest are nothing."""
_TOUCHED = 1e-6
"""A contrast that is touched by an unknown direction by less than this is not touched."""
_BLOCK = 4_000_000
"""So many numbers are worked on at a time."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A juror gave a participant's contact so much for a criterion, 0 to 1."""

    participant: Hashable
    juror: Hashable
    criterion: Hashable
    contact: Hashable
    value: float


class Unfit(StrEnum):
    """Why there is no fair score."""

    ONE_JUROR = "one_juror"
    """Its part of the design has a single juror: nobody to compare with."""
    CONFOUNDED = "confounded"
    """The severity of its jurors cannot be told from the difficulty of what only they assessed."""
    TOO_FEW = "too_few"
    """Not more marks than there are effects to find."""


@dataclass(frozen=True, slots=True)
class Fair:
    """A participant's mean mark, raw and with severity taken out, on the scale of the marks."""

    participant: Hashable
    raw: float
    marks: int
    jurors: int
    part: int
    """Which connected part of the design, from 0, the largest first."""
    value: float | None = None
    error: float | None = None
    reason: Unfit | None = None


@dataclass(frozen=True, slots=True)
class Severity:
    """By how much a juror marks higher (lenient) or lower (severe) than the average juror of the part."""

    juror: Hashable
    part: int
    marks: int
    value: float | None
    error: float | None


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Everything that was found. ``parts``: how many participants and jurors each connected part has."""

    fair: tuple[Fair, ...]
    severities: tuple[Severity, ...]
    parts: tuple[tuple[int, int], ...]


def adjust(marks: Iterable[Mark]) -> Adjusted:
    """Fit each connected part by itself. Participants and jurors come in the order of first appearance in a part."""
    rows = list(marks)
    fair: list[Fair] = []
    severities: list[Severity] = []
    sizes: list[tuple[int, int]] = []
    for number, part in enumerate(_parts(rows)):
        fitted = _fit(part, number)
        fair += fitted.fair
        severities += fitted.severities
        sizes += fitted.parts
    return Adjusted(tuple(fair), tuple(severities), tuple(sizes))


def _parts(rows: Sequence[Mark]) -> list[list[Mark]]:
    """The marks by connected part of the graph of jurors and participants, the part with most participants first."""
    root: dict[tuple[str, Hashable], tuple[str, Hashable]] = {}

    def find(node: tuple[str, Hashable]) -> tuple[str, Hashable]:
        top = node
        while (above := root.setdefault(top, top)) != top:
            top = above
        while root[node] != top:
            root[node], node = top, root[node]
        return top

    for row in rows:
        root[find(("participant", row.participant))] = find(("juror", row.juror))
    parts: dict[tuple[str, Hashable], list[Mark]] = {}
    for row in rows:
        parts.setdefault(find(("juror", row.juror)), []).append(row)
    return sorted(parts.values(), key=lambda part: -len({row.participant for row in part}))


@dataclass(frozen=True, slots=True)
class _Design:
    """A part as numbers: of each mark the index of its participant, juror, criterion and contact."""

    participants: tuple[Hashable, ...]
    jurors: tuple[Hashable, ...]
    participant: Ints
    juror: Ints
    criterion: Ints
    contact: Ints
    value: Floats


def _fit(rows: Sequence[Mark], number: int) -> Adjusted:
    import numpy as np

    design = _design(rows)
    counts = np.bincount(design.participant)
    raw = np.bincount(design.participant, design.value) / counts
    solved = _solved(design, counts, raw)
    reason = solved if isinstance(solved, Unfit) else None
    fair: list[Fair] = []
    for low, block in _blocks(design, counts, len(design.jurors), (design.juror,)):
        found = None if isinstance(solved, Unfit) else solved.of(block, alone=1 / counts[low : low + len(block)])
        for at, jurors in enumerate((block > 0).sum(axis=1)):
            one = low + at
            about = Fair(
                design.participants[one], float(raw[one]), int(counts[one]), int(jurors), number, reason=reason
            )
            if found is not None:
                about = _adjusted(about, found, at)
            fair.append(about)
    return Adjusted(tuple(fair), _severities(design, solved, number), ((len(design.participants), len(design.jurors)),))


@dataclass(frozen=True, slots=True)
class _Contrasts:
    """Severities met, their standard errors, and whether they can be told at all."""

    values: Floats
    errors: Floats
    known: Bools


@dataclass(frozen=True, slots=True)
class _Solved:
    """Effects of jurors, their covariance up to the variance of one mark, and directions nothing is known about."""

    effects: Floats
    inverse: Floats
    unknown: Floats
    variance: float

    def of(self, weights: Floats, *, alone: Floats | float = 0.0) -> _Contrasts:
        """Weighted means of jurors (rows) against the average juror; ``alone`` is added to the variance factor."""
        import numpy as np

        contrasts = weights - self._reference()
        spread = ((contrasts @ self.inverse) * contrasts).sum(axis=1) + alone
        known = np.abs(contrasts @ self.unknown).max(axis=1) < _TOUCHED
        return _Contrasts(contrasts @ self.effects, np.sqrt(self.variance * np.maximum(spread, 0)), known)

    def _reference(self) -> Floats:
        """Weights of the average juror: the mean of the largest group of jurors who can be compared at all."""
        import numpy as np

        left = np.arange(len(self.unknown))
        largest = left[:0]
        while len(left) > len(largest):
            alike = (np.abs(self.unknown[left] - self.unknown[left[0]]) < _TOUCHED).all(axis=1)
            largest = left[alike] if int(alike.sum()) > len(largest) else largest
            left = left[~alike]
        return np.bincount(largest, minlength=len(self.unknown)) / len(largest)


def _adjusted(about: Fair, found: _Contrasts, at: int) -> Fair:
    if not found.known[at]:
        return replace(about, reason=Unfit.CONFOUNDED)
    return replace(about, value=about.raw - float(found.values[at]), error=float(found.errors[at]))


def _severities(design: _Design, solved: _Solved | Unfit, number: int) -> tuple[Severity, ...]:
    import numpy as np

    given = np.bincount(design.juror)
    found = None if isinstance(solved, Unfit) else solved.of(np.eye(len(design.jurors)))
    severities = []
    for at, juror in enumerate(design.jurors):
        told = found is not None and bool(found.known[at])
        value = float(found.values[at]) if found is not None and told else None
        error = float(found.errors[at]) if found is not None and told else None
        severities.append(Severity(juror, number, int(given[at]), value, error))
    return tuple(severities)


def _solved(design: _Design, counts: Ints, raw: Floats) -> _Solved | Unfit:
    """The normal equations, participants eliminated, or why they say nothing."""
    import numpy as np

    people = len(design.jurors)
    if people == 1:
        return Unfit.ONE_JUROR
    columns = (design.juror, people + design.criterion)
    width = int(columns[1].max()) + 1
    matrix, right_side = np.zeros((width, width)), np.zeros(width)
    for left in columns:
        right_side += np.bincount(left, design.value, minlength=width)
        for right in columns:
            matrix += np.bincount(left * width + right, minlength=width * width).reshape(width, width)
    for low, block in _blocks(design, counts, width, columns):
        of = slice(low, low + len(block))
        matrix -= (block.T * counts[of]) @ block
        right_side -= block.T @ (raw[of] * counts[of])
    values, vectors = np.linalg.eigh(matrix)
    known = values > _NULL * float(values[-1]) if values[-1] > _NULL else np.zeros(width, dtype=bool)
    left_over = len(design.value) - len(counts) - int(known.sum())
    if left_over < 1:
        return Unfit.TOO_FEW
    inverse = (vectors[:, known] / values[known]) @ vectors[:, known].T
    effects = inverse @ right_side
    residual = design.value - effects[columns[0]] - effects[columns[1]]
    residual -= (np.bincount(design.participant, residual) / counts)[design.participant]
    variance = float((residual**2).sum()) / left_over * _clustering(design, residual)
    return _Solved(effects[:people], inverse[:people, :people], vectors[:people, ~known], variance)


def _blocks(design: _Design, counts: Ints, width: int, columns: Sequence[Ints]) -> Iterator[tuple[int, Floats]]:
    """Of some participants at a time: which share of their marks falls into each column. (first index, rows)."""
    import numpy as np

    step = max(1, _BLOCK // width)
    order = np.argsort(design.participant, kind="stable")
    starts = np.concatenate(([0], np.cumsum(counts)))
    for low in range(0, len(counts), step):
        high = min(low + step, len(counts))
        chosen = order[starts[low] : starts[high]]
        block = np.zeros((high - low, width))
        for column in columns:
            np.add.at(block, (design.participant[chosen] - low, column[chosen]), 1.0)
        yield low, block / counts[low:high, np.newaxis]


def _clustering(design: _Design, residual: Floats) -> float:
    """By how much marks that hang together within contacts widen the variance; 1: they do not."""
    import numpy as np

    square = float((residual**2).sum())
    contacts = int(design.contact.max()) + 1
    spare = contacts - len(design.participants) - len(design.jurors) + 1
    if square <= 0 or spare < 1:
        return 1.0
    together = float((np.bincount(design.contact, residual) ** 2).sum())
    return max(1.0, together / square * contacts / spare)


def _design(rows: Sequence[Mark]) -> _Design:
    import numpy as np

    participants, participant = _numbered([row.participant for row in rows])
    jurors, juror = _numbered([row.juror for row in rows])
    _criteria, criterion = _numbered([row.criterion for row in rows])
    _contacts, contact = _numbered([row.contact for row in rows])
    values = np.array([row.value for row in rows], dtype=np.float64)
    return _Design(participants, jurors, participant, juror, criterion, contact, values)


def _numbered(names: Sequence[Hashable]) -> tuple[tuple[Hashable, ...], Ints]:
    import numpy as np

    numbers: dict[Hashable, int] = {}
    codes = np.fromiter((numbers.setdefault(name, len(numbers)) for name in names), dtype=np.int64, count=len(names))
    return tuple(numbers), codes
