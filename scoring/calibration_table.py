"""The table a calibration starts from, and the gate file it ends in.

The table is CSV with a header: ``criterion, observation, rater, human_a, human_b`` and, if wanted, ``juror_a, juror_b``
(who the people were, under any name) and ``p_LEVEL`` for every level (its probability, as the rater's server told it).
An empty ``rater`` abstained; an empty ``human_b`` says that one person scored. A row that cannot be read is left out
and told with its line.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import isfinite
from typing import Any

from scoring.calibration import Calibration, Estimate, Measured, Scored

NEEDED = ("criterion", "observation", "rater", "human_a", "human_b")
JURORS = ("juror_a", "juror_b")
CHANCE = "p_"
COLUMNS = (*NEEDED, *JURORS)
"""Of a table we write, before the probabilities."""
OFF_ONE = 0.02
"""By which probabilities may miss 1, being rounded."""
GATE_VERSION = 1
"""Of the gate file."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A line that cannot be used, and why. Line 1 is the header."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Table:
    """What could be read: rows by criterion, in the order of the file."""

    criteria: Mapping[str, list[Scored]]
    troubles: tuple[Trouble, ...]


def read_table(lines: Iterable[str], levels: Sequence[str], *, needed: Sequence[str] = NEEDED) -> Table:
    """Read a table; whatever is wrong becomes a trouble."""
    some = iter(lines)
    first = next(some, "")
    rows = csv.reader(chain((first,), some), strict=True, delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        header = [name.strip() for name in next(rows, [])]
        columns = _Columns(header, levels, needed)
    except (csv.Error, ValueError) as error:
        return Table({}, (Trouble(1, str(error)),))
    criteria: dict[str, dict[str, Scored]] = {}
    troubles: list[Trouble] = []
    while True:
        try:
            cells = next(rows, None)
            if cells is None:
                break
            if any(cell.strip() for cell in cells):
                criterion, scored = columns.read(cells)
                if criteria.setdefault(criterion, {}).setdefault(scored.observation, scored) is not scored:
                    troubles.append(Trouble(rows.line_num, f"{criterion}, observation {scored.observation}: twice"))
        except (csv.Error, ValueError) as error:
            troubles.append(Trouble(rows.line_num, str(error)))
    return Table({name: list(scored.values()) for name, scored in criteria.items()}, tuple(troubles))


def row_of(criterion: str, one: Scored, levels: Sequence[str]) -> list[str]:
    """A row under ``COLUMNS`` and a column for each level's probability."""
    chances = [f"{chance:.6g}" for chance in one.chances] if one.chances is not None else [""] * len(levels)
    return [
        *(criterion, one.observation, one.rater or "", one.human_a, one.human_b or "", one.juror_a, one.juror_b),
        *chances,
    ]


class _Columns:
    """The columns of a table, by their names."""

    def __init__(self, header: Sequence[str], levels: Sequence[str], needed: Sequence[str]) -> None:
        """Raises ``ValueError`` for a header that lacks a column, has one twice, or one nobody knows."""
        chances = tuple(f"{CHANCE}{level}" for level in levels)
        if missing := [name for name in needed if name not in header]:
            raise ValueError(f"no column {', '.join(missing)}; there are {', '.join(header) or 'none'}")
        if unknown := [name for name in header if name not in (*NEEDED, *JURORS, *chances, *needed)]:
            raise ValueError(f"unknown column {', '.join(unknown)}")
        if len(set(header)) != len(header):
            raise ValueError("a column stands twice")
        some = [name for name in chances if name in header]
        if some and len(some) != len(chances):
            raise ValueError(f"probabilities are needed of all levels: {', '.join(chances)}")
        self._header = tuple(header)
        self._levels = tuple(levels)
        self._chances = tuple(some)

    def read(self, cells: Sequence[str]) -> tuple[str, Scored]:
        """One row: its criterion and what stands in it. Raises ``ValueError`` with what is wrong."""
        if len(cells) != len(self._header):
            raise ValueError(f"{len(cells)} cells, the header has {len(self._header)}")
        row = {name: cell.strip() for name, cell in zip(self._header, cells, strict=True)}
        for name in ("criterion", "observation", "human_a"):
            if not row[name]:
                raise ValueError(f"{name} is empty")
        return row["criterion"], Scored(
            observation=row["observation"],
            rater=self._level(row, "rater"),
            human_a=self._level(row, "human_a") or "",
            human_b=self._level(row, "human_b"),
            chances=self._probabilities(row),
            juror_a=row.get("juror_a") or "a",
            juror_b=row.get("juror_b") or "b",
        )

    def _level(self, row: Mapping[str, str], name: str) -> str | None:
        said = row.get(name, "")
        if said and said not in self._levels:
            raise ValueError(f"{name} is {said!r}, not one of {', '.join(self._levels)}")
        return said or None

    def _probabilities(self, row: Mapping[str, str]) -> tuple[float, ...] | None:
        said = [row[name] for name in self._chances]
        if not any(said):
            return None
        try:
            chances = [float(one) for one in said]
        except ValueError:
            raise ValueError(f"probabilities are numbers, not {' '.join(said)!r}") from None
        total = sum(chances)
        if not all(isfinite(one) and one >= 0 for one in chances) or abs(total - 1) > OFF_ONE:
            raise ValueError(f"probabilities are 0 to 1 and make 1 together, not {total:g}")
        return tuple(one / total for one in chances)


def gate_of(calibrations: Iterable[Calibration], *, model: str, prompt_version: str, seed: int) -> dict[str, Any]:
    """The gate file: what the rater's settings of an edition take over, with the numbers it rests on."""
    return {
        "gate_version": GATE_VERSION,
        "model": model,
        "prompt_version": prompt_version,
        "seed": seed,
        "criteria": {one.criterion: _gate(one) for one in calibrations},
    }


def _gate(one: Calibration) -> dict[str, Any]:
    return {
        "on": one.is_on,
        "reason": one.reason.value,
        "levels": list(one.levels),
        "map": None if one.map is None else one.map.to_json(),
        "measured": {
            "scored": one.scored,
            "double": one.double,
            "used": one.used,
            "coverage": one.coverage,
            "threshold": one.threshold,
            "bias": _estimate(one.bias),
            "rater": _measured(one.rater),
            "mapped": _measured(one.mapped),
            "humans": _measured(one.humans),
            "constant": _measured(one.constant),
            "severity": _measured(one.severity),
        },
    }


def _estimate(one: Estimate) -> dict[str, float | None]:
    return {"value": one.value, "error": one.error}


def _measured(one: Measured) -> dict[str, Any]:
    return {"kappa": _estimate(one.kappa), "alpha": one.alpha, "error": one.error}
